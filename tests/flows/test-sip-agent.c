/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two agents in one process write to each other without a server, over UDP and TCP.
 */
#include <string.h>

#include "sip-agent.h"
#include "support.h"

typedef struct {
  UllimSipAgent *agent;
  char          *address; /* to write to */
  GPtrArray     *received;
  gboolean       holds; /* keeps the answers back */
  int            status;
  const char    *accept;
} Person;

static void
on_message (UllimSipAgent *agent, UllimSipIncoming *incoming, gpointer data)
{
  Person *person = data;

  g_ptr_array_add (person->received, g_object_ref (incoming));
  if (!person->holds)
    ullim_sip_incoming_reply (incoming, person->status, person->accept, 0);
}

static gboolean
is_online (gpointer data)
{
  return ullim_sip_agent_get_state (data) == ULLIM_SIP_ONLINE;
}

static Person *
person_new (UllimSipStack *stack, const char *name, const char *display_name)
{
  static const char *const listen[] = {"udp:127.0.0.1:0", "tcp:127.0.0.1:0", NULL};
  g_autofree char         *own = g_strdup_printf ("sip:%s@127.0.0.1", name);
  UllimSipConfig           config = {
                .address = own,
                .display_name = display_name,
                .listen = listen,
                .instance_id = "urn:uuid:00000000-0000-4000-8000-000000000001",
                .user_agent = "Ullim/test",
  };
  Person     *person = g_new0 (Person, 1);
  const char *url;

  person->agent = ullim_sip_agent_new (stack, &config);
  person->received = g_ptr_array_new_with_free_func (g_object_unref);
  person->status = 200;
  g_signal_connect (person->agent, "message-received", G_CALLBACK (on_message), person);
  ullim_sip_agent_start (person->agent);
  support_wait (is_online, person->agent, "online");
  url = ullim_sip_agent_get_listening (person->agent)[0];
  g_assert_nonnull (url);
  g_assert_true (g_str_has_prefix (url, "udp:127.0.0.1:"));
  person->address = g_strdup_printf ("sip:%s@%s", name, url + 4);
  return person;
}

static void
person_free (Person *person)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;

  g_ptr_array_unref (person->received);
  ullim_sip_agent_stop_async (person->agent, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "stopped");
  ullim_sip_agent_stop_finish (person->agent, result, &error);
  g_assert_no_error (error);
  g_signal_handlers_disconnect_by_data (person->agent, person);
  g_clear_object (&result);
  g_assert_finalize_object (person->agent);
  g_free (person->address);
  g_free (person);
}

static void
stack_free (UllimSipStack *stack)
{
  gpointer watched = stack;

  g_object_add_weak_pointer (G_OBJECT (stack), &watched);
  g_object_unref (stack);
  while (watched)
    g_main_context_iteration (NULL, TRUE);
}

static int
send_text (Person *from, const char *to, const char *type, GBytes *body, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char         *call_id = g_uuid_string_random ();

  ullim_sip_agent_send_message_async (from->agent, to, call_id, g_get_real_time (), type, body,
                                      NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "answered");
  return ullim_sip_agent_send_message_finish (from->agent, result, error);
}

static void
test_direct (void)
{
  UllimSipStack     *stack = ullim_sip_stack_new ();
  Person            *alice = person_new (stack, "alice", "앨리스 \"A\" \\");
  Person            *bob = person_new (stack, "bob", NULL);
  const char        *text = "안녕, 밥! 👩‍👩‍👧‍👦\n둘째 줄";
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  UllimSipIncoming  *incoming;
  int status = send_text (alice, bob->address, "text/plain;charset=UTF-8", body, &error);

  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 200);
  g_assert_cmpuint (bob->received->len, ==, 1);
  incoming = bob->received->pdata[0];
  g_assert_cmpstr (ullim_sip_incoming_get_from (incoming), ==, "sip:alice@127.0.0.1");
  g_assert_cmpstr (ullim_sip_incoming_get_from_name (incoming), ==, "앨리스 \"A\" \\");
  g_assert_cmpstr (ullim_sip_incoming_get_content_type (incoming), ==, "text/plain");
  g_assert_cmpstr (ullim_sip_incoming_get_charset (incoming), ==, "utf-8");
  g_assert_true (g_bytes_equal (ullim_sip_incoming_get_body (incoming), body));
  g_assert_cmpint (ABS (ullim_sip_incoming_get_date (incoming) - g_get_real_time ()), <,
                   60 * G_USEC_PER_SEC);
  person_free (alice);
  person_free (bob);
  stack_free (stack);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-agent/direct", test_direct);
  return g_test_run ();
}
