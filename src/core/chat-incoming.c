/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A MESSAGE arrives (RFC 3428 section 7): checked, stored, and only then acknowledged and shown. A
 * repetition is acknowledged and not shown. What cannot be stored is answered with 500, so that the
 * sender keeps it.
 */
#define G_LOG_DOMAIN "chat-incoming"

#include "chat-service-private.h"
#include "chat-text.h"
#include "uri.h"

/* Messages that may wait for the disk at once; more get 503. */
#define MAX_RECEIVING 2000
#define BUSY_RETRY_AFTER_S 5
#define DISK_RETRY_AFTER_S 30

typedef struct {
  UllimChatService *service;  /* owned */
  UllimSipIncoming *incoming; /* owned */
} Receiving;

static void
receiving_free (Receiving *receiving)
{
  receiving->service->receiving--;
  g_object_unref (receiving->incoming);
  g_object_unref (receiving->service);
  g_free (receiving);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Receiving, receiving_free)

static void
show (UllimChatService           *self,
      const UllimConversationRow *conversation_row,
      const UllimMessageRow      *message_row)
{
  UllimConversation *known =
      ullim_conversation_list_find_id (self->conversations, conversation_row->id);
  UllimConversation       *conversation = ullim_chat_service_take_row (self, conversation_row);
  g_autoptr (UllimMessage) message = NULL;

  if (!conversation)
    return;
  /* Counted here, not read from the row: what was marked read meanwhile is not in the row yet. */
  if (known)
    ullim_conversation_set_unread (known, ullim_conversation_get_unread (known) + 1);
  message = ullim_chat_service_message_new (message_row);
  ullim_chat_service_append (self, conversation, message);
  ullim_chat_service_emit_received (self, conversation, message);
  ullim_attention_message (self->attention, conversation, message);
}

static void
on_received (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Receiving)            receiving = user_data;
  g_autoptr (UllimConversationRow) conversation = NULL;
  g_autoptr (UllimMessageRow)      message = NULL;
  g_autoptr (GError)               error = NULL;

  if (!ullim_history_receive_finish (ULLIM_HISTORY (source), result, &conversation, &message,
                                     &error)) {
    g_warning ("a message could not be stored: %s", error->message);
    ullim_sip_incoming_reply (receiving->incoming, 500, NULL, DISK_RETRY_AFTER_S);
    return;
  }
  ullim_sip_incoming_reply (receiving->incoming, 200, NULL, 0);
  if (message)
    show (receiving->service, conversation, message);
}

static void
store (UllimChatService *self,
       UllimAccount     *account,
       UllimSipIncoming *incoming,
       const UllimUri   *from,
       const char       *text)
{
  gint64                date_us = ullim_sip_incoming_get_date (incoming);
  g_autofree char      *peer = ullim_uri_to_aor (from);
  g_autofree char      *key = ullim_uri_key (from);
  const UllimMessageRow row = {
      .direction = ULLIM_DIRECTION_INCOMING,
      .time_us = ullim_chat_text_time (date_us, g_get_real_time ()),
      .call_id = (char *) ullim_sip_incoming_get_call_id (incoming),
      .cseq = ullim_chat_text_once (date_us, ullim_sip_incoming_get_cseq (incoming), text),
      .text = (char *) text,
      .delivery = ULLIM_DELIVERY_RECEIVED,
  };
  Receiving *receiving = g_new0 (Receiving, 1);

  receiving->service = g_object_ref (self);
  receiving->incoming = g_object_ref (incoming);
  self->receiving++;
  ullim_history_receive_async (self->history, ullim_account_get_id (account), peer, key,
                               ullim_sip_incoming_get_from_name (incoming), &row, NULL, on_received,
                               receiving);
}

/* A server knows its members by name and host. The port that one writes into From is not compared
 * with anything, and makes nobody else of them. */
static char *
key_of_member (UllimAccount *account, const UllimUri *from)
{
  g_autoptr (UllimUri) own = ullim_uri_parse (ullim_account_get_address (account), NULL);
  UllimUri             plain = *from;

  if (own && ullim_account_get_settings (account)->registers &&
      g_strcmp0 (own->host, from->host) == 0) {
    plain.scheme = own->scheme;
    plain.port = own->port;
  }
  return ullim_uri_key (&plain);
}

static gboolean
is_blocked (UllimChatService *self, UllimConnection *connection, const UllimUri *from)
{
  UllimAccount    *account = ullim_connection_get_account (connection);
  g_autofree char *key = ullim_uri_key (from);
  g_autofree char *member_key = key_of_member (account, from);

  return self->presence &&
         (ullim_presence_service_is_blocked (self->presence, account, key) ||
          ullim_presence_service_is_blocked (self->presence, account, member_key));
}

void
ullim_chat_service_on_incoming (UllimConnection  *connection,
                                UllimSipIncoming *incoming,
                                UllimChatService *self)
{
  g_autoptr (UllimUri) from = ullim_uri_parse (ullim_sip_incoming_get_from (incoming), NULL);
  g_autofree char     *text = NULL;
  int                  status = 400;

  if (from && is_blocked (self, connection, from))
    status = 403;
  else if (from)
    status = ullim_chat_text_decode (ullim_sip_incoming_get_content_type (incoming),
                                     ullim_sip_incoming_get_charset (incoming),
                                     ullim_sip_incoming_get_body (incoming), &text);
  if (status == 200 && self->receiving >= MAX_RECEIVING)
    status = 503;
  if (status != 200) {
    g_message ("a MESSAGE was answered with %d", status);
    ullim_sip_incoming_reply (incoming, status, status == 415 ? "text/plain" : NULL,
                              status == 503 ? BUSY_RETRY_AFTER_S : 0);
  } else if (*text == '\0') {
    /* Some programs send an empty MESSAGE to keep a line open. */
    ullim_sip_incoming_reply (incoming, 200, NULL, 0);
  } else {
    store (self, ullim_connection_get_account (connection), incoming, from, text);
  }
}
