/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-person.h"

#include <string.h>

#include "support.h"

/* Sofia needs up to 32 s to give up a server that does not answer. */
#define LONG_DEADLINE_MS 60000

static void
on_message (UllimSipAgent *agent, UllimSipIncoming *incoming, gpointer data)
{
  Person *person = data;

  g_ptr_array_add (person->received, g_object_ref (incoming));
  if (!person->holds)
    ullim_sip_incoming_reply (incoming, person->status, person->accept, 0);
}

static void
on_state (UllimSipAgent *agent, gpointer data)
{
  ((Person *) data)->n_states++;
}

static void
on_refused (UllimSipAgent *agent, UllimSipCertificate *certificate, gpointer data)
{
  Person *person = data;

  g_assert_cmpint (ullim_sip_agent_get_state (agent), ==, ULLIM_SIP_FAILED);
  g_clear_pointer (&person->refused, ullim_sip_certificate_unref);
  person->refused = ullim_sip_certificate_ref (certificate);
}

Person *
person_new (UllimSipStack *stack, UllimSipConfig config)
{
  Person *person = g_new0 (Person, 1);

  if (!config.instance_id)
    config.instance_id = "urn:uuid:00000000-0000-4000-8000-000000000001";
  if (!config.user_agent)
    config.user_agent = "Ullim/test";
  person->agent = ullim_sip_agent_new (stack, &config);
  person->received = g_ptr_array_new_with_free_func (g_object_unref);
  person->status = 200;
  g_signal_connect (person->agent, "message-received", G_CALLBACK (on_message), person);
  g_signal_connect (person->agent, "state-changed", G_CALLBACK (on_state), person);
  g_signal_connect (person->agent, "certificate-refused", G_CALLBACK (on_refused), person);
  return person;
}

Person *
person_new_direct (UllimSipStack *stack, const char *name, const char *display_name)
{
  static const char *const listen[] = {"udp:127.0.0.1:0", "tcp:127.0.0.1:0", NULL};
  g_autofree char         *own = g_strdup_printf ("sip:%s@127.0.0.1", name);
  UllimSipConfig           config = {
                .address = own,
                .display_name = display_name,
                .listen = listen,
  };
  Person     *person = person_new (stack, config);
  const char *url;

  ullim_sip_agent_start (person->agent);
  person_wait (person, ULLIM_SIP_ONLINE);
  url = ullim_sip_agent_get_listening (person->agent)[0];
  g_assert_true (g_str_has_prefix (url, "udp:127.0.0.1:"));
  person->address = g_strdup_printf ("sip:%s@%s", name, url + strlen ("udp:"));
  return person;
}

void
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
  g_clear_pointer (&person->refused, ullim_sip_certificate_unref);
  g_free (person->address);
  g_free (person);
}

typedef struct {
  Person       *person;
  UllimSipState state;
  guint         n;
} Expectation;

static gboolean
has_state (gpointer data)
{
  Expectation *expected = data;

  return ullim_sip_agent_get_state (expected->person->agent) == expected->state;
}

void
person_wait (Person *person, UllimSipState state)
{
  Expectation expected = {person, state, 0};

  support_wait (has_state, &expected, "state");
}

void
person_wait_long (Person *person, UllimSipState state)
{
  gint64 deadline = g_get_monotonic_time () + LONG_DEADLINE_MS * 1000;

  while (ullim_sip_agent_get_state (person->agent) != state) {
    g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    g_main_context_iteration (NULL, TRUE);
  }
}

void
person_wait_error (Person *person, UllimSipState state, UllimSipError code)
{
  person_wait (person, state);
  g_assert_error (ullim_sip_agent_get_error (person->agent), ULLIM_SIP_ERROR, (int) code);
}

static gboolean
has_received (gpointer data)
{
  Expectation *expected = data;

  return expected->person->received->len >= expected->n;
}

void
person_wait_received (Person *person, guint n)
{
  Expectation expected = {person, 0, n};

  support_wait (has_received, &expected, "messages");
}

int
person_send (Person *from, const char *to, const char *type, GBytes *body, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char         *call_id = g_uuid_string_random ();

  ullim_sip_agent_send_message_async (from->agent, to, call_id, g_get_real_time (), type, body,
                                      NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "answered");
  return ullim_sip_agent_send_message_finish (from->agent, result, error);
}

int
person_send_text (Person *from, const char *to, const char *text, GError **error)
{
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

  return person_send (from, to, "text/plain;charset=UTF-8", body, error);
}

void
person_assert_text (Person *person, guint n, const char *text)
{
  GBytes *body;

  g_assert_cmpuint (person->received->len, >, n);
  body = ullim_sip_incoming_get_body (person->received->pdata[n]);
  g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), text, strlen (text));
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

void
stack_free (UllimSipStack *stack)
{
  gpointer watched = stack;
  gint64   deadline = g_get_monotonic_time () + LONG_DEADLINE_MS * 1000;

  g_object_add_weak_pointer (G_OBJECT (stack), &watched);
  g_object_unref (stack);
  while (!is_gone (&watched)) {
    g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    g_main_context_iteration (NULL, TRUE);
  }
}
