/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "person.h"

#include "support.h"

static void
on_received (UllimChatService  *chat,
             UllimConversation *conversation,
             UllimMessage      *message,
             Person            *person)
{
  g_ptr_array_add (person->received, g_strdup (ullim_message_get_text (message)));
  g_ptr_array_add (person->from, g_strdup (ullim_conversation_get_peer (conversation)));
}

static void
on_listening (UllimEngine *engine, UllimAccount *account, const char *url, Person *person)
{
  g_ptr_array_add (person->listening, g_strdup (url));
}

static void
on_question (UllimEngine      *engine,
             UllimAccount     *account,
             UllimCertificate *certificate,
             Person           *person)
{
  g_clear_pointer (&person->question, ullim_certificate_unref);
  person->question = ullim_certificate_ref (certificate);
  person->n_questions++;
}

static void
on_password_needed (UllimEngine *engine, UllimAccount *account, Person *person)
{
  person->n_password_needed++;
}

Person *
person_new (const char *dir)
{
  Person                  *person = g_new0 (Person, 1);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;
  GListModel              *accounts;

  person->dir = g_strdup (dir);
  person->received = g_ptr_array_new_with_free_func (g_free);
  person->from = g_ptr_array_new_with_free_func (g_free);
  person->listening = g_ptr_array_new_with_free_func (g_free);
  person->engine = ullim_engine_new (dir);
  g_signal_connect (person->engine, "listening", G_CALLBACK (on_listening), person);
  g_signal_connect (person->engine, "certificate-question", G_CALLBACK (on_question), person);
  g_signal_connect (person->engine, "password-needed", G_CALLBACK (on_password_needed), person);
  ullim_engine_start_async (person->engine, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the engine to start");
  ullim_engine_start_finish (person->engine, result, &error);
  g_assert_no_error (error);
  g_signal_connect (ullim_engine_get_chat (person->engine), "message-received",
                    G_CALLBACK (on_received), person);
  accounts = ullim_engine_get_accounts (person->engine);
  if (g_list_model_get_n_items (accounts) > 0)
    person->account = g_list_model_get_item (accounts, 0);
  return person;
}

void
person_join (Person     *person,
             const char *address,
             const char *proxy,
             const char *password,
             const char *ca_file,
             const char *listen)
{
  g_autoptr (UllimAccountSettings) settings = ullim_account_settings_new ();
  g_autoptr (GAsyncResult)         result = NULL;
  g_autoptr (GError)               error = NULL;

  settings->address = g_strdup (address);
  settings->proxy = g_strdup (proxy);
  settings->ca_file = g_strdup (ca_file);
  settings->registers = proxy != NULL;
  if (listen)
    settings->listen = g_strsplit (listen, " ", -1);
  ullim_engine_add_account_async (person->engine, settings, password, TRUE, NULL,
                                  support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the account to be added");
  g_clear_object (&person->account);
  person->account = ullim_engine_add_account_finish (person->engine, result, &error);
  g_assert_no_error (error);
}

typedef struct {
  Person              *person;
  UllimConnectionState state;
} StateWait;

static gboolean
is_in_state (gpointer data)
{
  StateWait *wait = data;

  return ullim_account_get_state (wait->person->account) == wait->state;
}

void
person_wait_state (Person *person, UllimConnectionState state)
{
  StateWait        wait = {person, state};
  g_autofree char *what =
      g_strdup_printf ("%s to be in state %d", ullim_account_get_address (person->account), state);

  support_wait (is_in_state, &wait, what);
}

UllimConversation *
person_open (Person *person, const char *address)
{
  UllimChatService        *chat = ullim_engine_get_chat (person->engine);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;
  UllimConversation       *conversation;

  ullim_chat_service_open_async (chat, person->account, address, NULL, NULL, support_async_result,
                                 &result);
  support_wait_ptr ((gpointer *) &result, "the conversation to open");
  conversation = ullim_chat_service_open_finish (chat, result, &error);
  g_assert_no_error (error);
  return conversation;
}

UllimMessage *
person_send (Person *person, const char *to, const char *text)
{
  UllimChatService             *chat = ullim_engine_get_chat (person->engine);
  g_autoptr (UllimConversation) conversation = person_open (person, to);
  g_autoptr (GAsyncResult)      result = NULL;
  g_autoptr (GError)            error = NULL;
  UllimMessage                 *message;

  ullim_chat_service_send_async (chat, conversation, text, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the message to be stored");
  message = ullim_chat_service_send_finish (chat, result, &error);
  g_assert_no_error (error);
  return message;
}

typedef struct {
  UllimMessage *message;
  UllimDelivery delivery;
} DeliveryWait;

static gboolean
is_delivered (gpointer data)
{
  DeliveryWait *wait = data;

  return ullim_message_get_delivery (wait->message) == wait->delivery;
}

void
person_wait_delivery (UllimMessage *message, UllimDelivery delivery)
{
  DeliveryWait wait = {message, delivery};

  support_wait (is_delivered, &wait, ullim_delivery_name (delivery));
}

static gboolean
is_settled (gpointer data)
{
  return ullim_message_get_delivery (data) >= ULLIM_DELIVERY_ACCEPTED;
}

void
person_wait_settled (UllimMessage *message)
{
  support_wait (is_settled, message, "the message's fate");
}

typedef struct {
  Person *person;
  guint   n_messages;
} ReceivedWait;

static gboolean
has_received (gpointer data)
{
  ReceivedWait *wait = data;

  return wait->person->received->len >= wait->n_messages;
}

void
person_wait_received (Person *person, guint n_messages)
{
  ReceivedWait wait = {person, n_messages};

  support_wait (has_received, &wait, "messages to come");
}

void
person_stop (Person *person)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError)       error = NULL;
  UllimChatService        *chat = ullim_engine_get_chat (person->engine);

  ullim_engine_stop_async (person->engine, NULL, support_async_result, &result);
  support_wait_ptr ((gpointer *) &result, "the engine to stop");
  ullim_engine_stop_finish (person->engine, result, &error);
  g_assert_no_error (error);
  g_clear_object (&result);
  g_clear_object (&person->account);
  g_signal_handlers_disconnect_by_data (chat, person);
  support_wait_alone (person->engine);
  g_assert_finalize_object (person->engine);
  g_clear_pointer (&person->question, ullim_certificate_unref);
  g_ptr_array_unref (person->received);
  g_ptr_array_unref (person->from);
  g_ptr_array_unref (person->listening);
  g_free (person->dir);
  g_free (person);
}

guint16
person_free_port (void)
{
  g_autoptr (GError)         error = NULL;
  g_autoptr (GInetAddress)   loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GSocket)        socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

  g_assert_no_error (error);
  g_assert_true (g_socket_bind (socket, any, FALSE, &error));
  bound = g_socket_get_local_address (socket, &error);
  g_assert_no_error (error);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}
