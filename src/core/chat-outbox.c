/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The way out. The rule for what happens to a message:
 *
 * - A 2xx is final: ACCEPTED (202) or DELIVERED. It is written down and never sent again.
 * - A refusal that another try cannot change (404, 403, 415, ...) is final: FAILED. The next
 *   message of the conversation goes on.
 * - Trouble of our own line leaves it QUEUED, for as long as it takes: it goes out again when the
 *   account is ONLINE.
 * - The other side or its server not answering now (408, 480, 5xx) leaves it QUEUED too; it is
 *   tried again after 2 s, 4 s, ... 5 min, and FAILED after a day in vain.
 *
 * On disk a message is QUEUED until its fate is final. A crash therefore sends it once more, with
 * the same Call-ID and Date, by which the receiver recognises the repetition.
 */
#define G_LOG_DOMAIN "chat-outbox"

#include "chat-outbox.h"

/* Requests on the wire at once, over all conversations of the account. */
#define MAX_IN_FLIGHT 64
#define FIRST_PAUSE_S 2
#define LONGEST_PAUSE_S 300
#define PATIENCE_US (24 * 3600 * (gint64) G_USEC_PER_SEC)

/* Lanes stay when they are empty: they are few and small. */
typedef struct {
  UllimChatOutbox   *outbox;       /* not owned: it owns the lane */
  UllimConversation *conversation; /* owned */
  GQueue             messages;     /* of UllimMessage, owned; the head is next, or on the wire */
  gboolean           in_flight;
  gboolean           in_ready;
  guint              pause_s; /* the last pause, 0 after success */
  guint              timer;
  gint64             trouble_since_us; /* monotonic time of the first failure in a row, or 0 */
} Lane;

struct _UllimChatOutbox {
  GObject parent_instance;

  UllimHistory    *history;    /* owned */
  UllimAccount    *account;    /* owned */
  UllimConnection *connection; /* owned, nullable */
  GHashTable      *lanes;      /* owned: gint64 * conversation id -> Lane, owned */
  GHashTable      *messages;   /* owned: gint64 * message id (owned) -> UllimMessage in a lane */
  GQueue           ready;      /* of Lane, not owned: could send now */
  guint            in_flight;
};

/* One request on the wire. */
typedef struct {
  UllimChatOutbox *outbox; /* owned */
  gint64           conversation_id;
  UllimMessage    *message; /* owned */
} Sending;

enum { MESSAGE_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UllimChatOutbox, ullim_chat_outbox, G_TYPE_OBJECT)

static void pump (UllimChatOutbox *self);

static void
lane_free (gpointer data)
{
  Lane *lane = data;

  g_clear_handle_id (&lane->timer, g_source_remove);
  g_queue_clear_full (&lane->messages, g_object_unref);
  g_clear_object (&lane->conversation);
  g_free (lane);
}

static void
sending_free (Sending *sending)
{
  g_clear_object (&sending->message);
  g_clear_object (&sending->outbox);
  g_free (sending);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sending, sending_free)

static void
ullim_chat_outbox_dispose (GObject *object)
{
  UllimChatOutbox *self = ULLIM_CHAT_OUTBOX (object);

  g_queue_clear (&self->ready);
  g_hash_table_remove_all (self->messages);
  g_hash_table_remove_all (self->lanes);
  g_clear_object (&self->connection);
  g_clear_object (&self->account);
  g_clear_object (&self->history);
  G_OBJECT_CLASS (ullim_chat_outbox_parent_class)->dispose (object);
}

static void
ullim_chat_outbox_finalize (GObject *object)
{
  UllimChatOutbox *self = ULLIM_CHAT_OUTBOX (object);

  g_hash_table_unref (self->messages);
  g_hash_table_unref (self->lanes);
  G_OBJECT_CLASS (ullim_chat_outbox_parent_class)->finalize (object);
}

static void
ullim_chat_outbox_class_init (UllimChatOutboxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ullim_chat_outbox_dispose;
  object_class->finalize = ullim_chat_outbox_finalize;

  signals[MESSAGE_CHANGED] =
      g_signal_new ("message-changed", ULLIM_TYPE_CHAT_OUTBOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 2, ULLIM_TYPE_CONVERSATION, ULLIM_TYPE_MESSAGE);
}

static void
ullim_chat_outbox_init (UllimChatOutbox *self)
{
  self->lanes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, lane_free);
  self->messages = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_queue_init (&self->ready);
}

static gint64 *
copy_id (gint64 id)
{
  return g_memdup2 (&id, sizeof id);
}

static Lane *
find_lane (UllimChatOutbox *self, gint64 conversation_id)
{
  return g_hash_table_lookup (self->lanes, &conversation_id);
}

static Lane *
ensure_lane (UllimChatOutbox *self, UllimConversation *conversation)
{
  gint64 id = ullim_conversation_get_id (conversation);
  Lane  *lane = find_lane (self, id);

  if (lane)
    return lane;
  lane = g_new0 (Lane, 1);
  lane->outbox = self;
  lane->conversation = g_object_ref (conversation);
  g_queue_init (&lane->messages);
  g_hash_table_insert (self->lanes, copy_id (id), lane);
  return lane;
}

static void
change (UllimChatOutbox   *self,
        UllimConversation *conversation,
        UllimMessage      *message,
        UllimDelivery      delivery,
        UllimProblem       problem)
{
  ullim_message_set_delivery (message, delivery, problem);
  g_signal_emit (self, signals[MESSAGE_CHANGED], 0, conversation, message);
}

static void
pop_head (UllimChatOutbox *self, Lane *lane)
{
  g_autoptr (UllimMessage) message = g_queue_pop_head (&lane->messages);
  gint64                   id = ullim_message_get_id (message);

  g_hash_table_remove (self->messages, &id);
  lane->pause_s = 0;
  lane->trouble_since_us = 0;
}

static void
make_ready (UllimChatOutbox *self, Lane *lane)
{
  if (lane->in_flight || lane->in_ready || lane->timer || g_queue_is_empty (&lane->messages))
    return;
  lane->in_ready = TRUE;
  g_queue_push_tail (&self->ready, lane);
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  /* Nothing is lost: at the next start it is sent again and recognised as a repetition. */
  if (!ullim_history_set_delivery_finish (ULLIM_HISTORY (source), result, &error))
    g_warning ("the fate of a message could not be written down: %s", error->message);
}

static void
settle (UllimChatOutbox *self,
        Lane            *lane,
        UllimMessage    *message,
        UllimDelivery    delivery,
        UllimProblem     problem)
{
  g_autoptr (UllimConversation) conversation = g_object_ref (lane->conversation);

  pop_head (self, lane);
  make_ready (self, lane);
  ullim_history_set_delivery_async (self->history, ullim_message_get_id (message), delivery,
                                    problem, NULL, on_stored, NULL);
  change (self, conversation, message, delivery, problem);
}

static gboolean
is_final (UllimProblem problem)
{
  switch (problem) {
  case ULLIM_PROBLEM_ADDRESS:
  case ULLIM_PROBLEM_UNKNOWN_ACCOUNT:
  case ULLIM_PROBLEM_FORBIDDEN:
  case ULLIM_PROBLEM_NOT_FOUND:
  case ULLIM_PROBLEM_DECLINED:
  case ULLIM_PROBLEM_NOT_ACCEPTED_TYPE:
  case ULLIM_PROBLEM_NOT_ALLOWED_METHOD:
  case ULLIM_PROBLEM_TOO_LARGE:
  case ULLIM_PROBLEM_PROTOCOL:
    return TRUE;
  default:
    return FALSE;
  }
}

/* Trouble beyond our own line, for which patience ends. */
static gboolean
is_trouble_of_others (UllimProblem problem)
{
  return problem == ULLIM_PROBLEM_TIMEOUT || problem == ULLIM_PROBLEM_UNAVAILABLE ||
         problem == ULLIM_PROBLEM_SERVER;
}

static gboolean
on_pause_over (gpointer data)
{
  Lane *lane = data;

  lane->timer = 0;
  make_ready (lane->outbox, lane);
  pump (lane->outbox);
  return G_SOURCE_REMOVE;
}

static void
try_later (UllimChatOutbox *self, Lane *lane, UllimMessage *message, UllimProblem problem)
{
  gint64 now = g_get_monotonic_time ();

  if (lane->trouble_since_us == 0)
    lane->trouble_since_us = now;
  if (is_trouble_of_others (problem) && now - lane->trouble_since_us > PATIENCE_US) {
    settle (self, lane, message, ULLIM_DELIVERY_FAILED, problem);
    return;
  }
  lane->pause_s =
      lane->pause_s == 0 ? FIRST_PAUSE_S : MIN (lane->pause_s * 2, (guint) LONGEST_PAUSE_S);
  lane->timer = g_timeout_add_seconds (lane->pause_s, on_pause_over, lane);
  change (self, lane->conversation, message, ULLIM_DELIVERY_QUEUED, problem);
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Sending) sending = user_data;
  g_autoptr (GError)  error = NULL;
  UllimChatOutbox    *self = sending->outbox;
  int   status = ullim_connection_send_text_finish (ULLIM_CONNECTION (source), result, &error);
  Lane *lane = find_lane (self, sending->conversation_id);
  UllimProblem problem = ullim_problem_from_error (error);

  if (!lane)
    return;
  self->in_flight--;
  lane->in_flight = FALSE;
  if (!error)
    settle (self, lane, sending->message,
            status == 202 ? ULLIM_DELIVERY_ACCEPTED : ULLIM_DELIVERY_DELIVERED, ULLIM_PROBLEM_NONE);
  else if (is_final (problem))
    settle (self, lane, sending->message, ULLIM_DELIVERY_FAILED, problem);
  else
    try_later (self, lane, sending->message, problem);
  pump (self);
}

static void
send_head (UllimChatOutbox *self, Lane *lane)
{
  UllimMessage *message = g_queue_peek_head (&lane->messages);
  Sending      *sending = g_new0 (Sending, 1);

  lane->in_flight = TRUE;
  self->in_flight++;
  sending->outbox = g_object_ref (self);
  sending->conversation_id = ullim_conversation_get_id (lane->conversation);
  sending->message = g_object_ref (message);
  ullim_connection_send_text_async (
      self->connection, ullim_conversation_get_peer (lane->conversation),
      ullim_message_get_call_id (message), ullim_message_get_time (message),
      ullim_message_get_text (message), NULL, on_sent, sending);
  change (self, lane->conversation, message, ULLIM_DELIVERY_SENDING, ULLIM_PROBLEM_NONE);
}

static gboolean
can_send (UllimChatOutbox *self)
{
  return self->connection && self->in_flight < MAX_IN_FLIGHT &&
         ullim_connection_is_online (self->connection);
}

static void
pump (UllimChatOutbox *self)
{
  g_object_ref (self);
  while (can_send (self) && !g_queue_is_empty (&self->ready)) {
    Lane *lane = g_queue_pop_head (&self->ready);

    lane->in_ready = FALSE;
    if (!g_queue_is_empty (&lane->messages))
      send_head (self, lane);
  }
  g_object_unref (self);
}

/* A new line: what waited for a pause to end need not wait any longer. */
static void
end_pauses (UllimChatOutbox *self)
{
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->lanes);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Lane *lane = value;

    if (!lane->timer)
      continue;
    g_clear_handle_id (&lane->timer, g_source_remove);
    lane->pause_s = 0;
    make_ready (self, lane);
  }
}

static void
on_state (UllimAccount *account, GParamSpec *pspec, UllimChatOutbox *self)
{
  if (ullim_account_get_state (account) != ULLIM_CONNECTION_ONLINE)
    return;
  end_pauses (self);
  pump (self);
}

UllimChatOutbox *
ullim_chat_outbox_new (UllimHistory *history, UllimAccount *account)
{
  UllimChatOutbox *self = g_object_new (ULLIM_TYPE_CHAT_OUTBOX, NULL);

  self->history = g_object_ref (history);
  self->account = g_object_ref (account);
  g_signal_connect_object (account, "notify::state", G_CALLBACK (on_state), self, 0);
  return self;
}

UllimAccount *
ullim_chat_outbox_get_account (UllimChatOutbox *self)
{
  return self->account;
}

void
ullim_chat_outbox_set_connection (UllimChatOutbox *self, UllimConnection *connection)
{
  if (g_set_object (&self->connection, connection))
    pump (self);
}

void
ullim_chat_outbox_push (UllimChatOutbox   *self,
                        UllimConversation *conversation,
                        UllimMessage      *message)
{
  Lane  *lane = ensure_lane (self, conversation);
  gint64 id = ullim_message_get_id (message);

  g_return_if_fail (!g_hash_table_contains (self->messages, &id));
  g_queue_push_tail (&lane->messages, g_object_ref (message));
  g_hash_table_insert (self->messages, copy_id (id), message);
  make_ready (self, lane);
  pump (self);
}

gboolean
ullim_chat_outbox_cancel (UllimChatOutbox   *self,
                          UllimConversation *conversation,
                          UllimMessage      *message)
{
  Lane  *lane = find_lane (self, ullim_conversation_get_id (conversation));
  gint64 id = ullim_message_get_id (message);
  GList *link = lane ? g_queue_find (&lane->messages, message) : NULL;

  if (!link)
    return TRUE;
  if (lane->in_flight && link == lane->messages.head)
    return FALSE;
  g_queue_delete_link (&lane->messages, link);
  g_hash_table_remove (self->messages, &id);
  g_object_unref (message);
  return TRUE;
}

UllimMessage *
ullim_chat_outbox_find (UllimChatOutbox *self, gint64 message_id)
{
  return g_hash_table_lookup (self->messages, &message_id);
}
