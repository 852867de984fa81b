/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Joins transcript, search bar and entry with the chat service. A conversation counts as read when
 * its newest message is in sight and the window is the active one.
 */
#define G_LOG_DOMAIN "conversation-view"

#include "ullim-config.h"

#include "conversation-view.h"

#include <glib/gi18n.h>
#include <handy.h>

#include "message-entry.h"
#include "message-search-bar.h"
#include "problem-text.h"
#include "text-links.h"
#include "transcript.h"

#define DRAFT_DELAY_S 1

struct _UllimConversationView {
  GtkBox parent_instance;

  UllimEngine       *engine;       /* owned */
  UllimConversation *conversation; /* owned, nullable */
  GCancellable      *cancellable;  /* owned: of the pages of this conversation */
  GtkWidget         *window;       /* weak: the toplevel whose activity is watched */
  gint64             wanted_id;    /* message to show when it is loaded, or 0 */
  gboolean           newest_wanted;
  gboolean           loading; /* a page is under way */
  gboolean           opening; /* the first page is not there yet */
  guint              draft_source;
  gboolean           draft_dirty;

  GtkWidget *content;
  GtkWidget *search_bar;
  GtkWidget *scroller;
  GtkWidget *transcript;
  GtkWidget *nothing;
  GtkWidget *jump;
  GtkWidget *jump_count;
  GtkWidget *error_bar;
  GtkWidget *error_text;
  GtkWidget *entry;
};

G_DEFINE_FINAL_TYPE (UllimConversationView, ullim_conversation_view, GTK_TYPE_BOX)

static UllimTranscript *
transcript_of (UllimConversationView *self)
{
  return ULLIM_TRANSCRIPT (self->transcript);
}

static UllimChatService *
chat_of (UllimConversationView *self)
{
  return ullim_engine_get_chat (self->engine);
}

static void
show_error (UllimConversationView *self, const char *text)
{
  gtk_label_set_text (GTK_LABEL (self->error_text), text ? text : "");
  gtk_info_bar_set_revealed (GTK_INFO_BAR (self->error_bar), text != NULL);
}

static void
on_error_closed (UllimConversationView *self)
{
  show_error (self, NULL);
}

/* --- Read and unread --- */

static gboolean
is_watched (UllimConversationView *self)
{
  return self->window && gtk_window_is_active (GTK_WINDOW (self->window)) &&
         gtk_widget_get_mapped (GTK_WIDGET (self));
}

static void
update_read (UllimConversationView *self)
{
  if (!self->conversation || self->opening || !is_watched (self) ||
      !ullim_transcript_get_at_newest (transcript_of (self)))
    return;
  if (ullim_conversation_get_unread (self->conversation) > 0)
    ullim_chat_service_mark_read (chat_of (self), self->conversation);
}

/* Returns: id of the first of the last @unread incoming messages, 0 if it is not loaded */
static gint64
first_unread_id (UllimTimeline *timeline, guint unread)
{
  GListModel *model = G_LIST_MODEL (timeline);

  if (unread == 0 || ullim_timeline_get_has_newer (timeline))
    return 0;
  for (guint i = g_list_model_get_n_items (model); i > 0; i--) {
    g_autoptr (UllimMessage) message = g_list_model_get_item (model, i - 1);

    if (ullim_message_get_direction (message) == ULLIM_DIRECTION_INCOMING && --unread == 0)
      return ullim_message_get_id (message);
  }
  return 0;
}

static void
update_jump (UllimConversationView *self)
{
  guint            unread = 0;
  gboolean         show = FALSE;
  g_autofree char *count = NULL;

  if (self->conversation) {
    unread = ullim_conversation_get_unread (self->conversation);
    show = !ullim_transcript_get_at_newest (transcript_of (self)) &&
           g_list_model_get_n_items (
               G_LIST_MODEL (ullim_conversation_get_timeline (self->conversation))) > 0;
  }
  count = unread > 99 ? g_strdup ("99+") : g_strdup_printf ("%u", unread);
  gtk_label_set_text (GTK_LABEL (self->jump_count), count);
  gtk_widget_set_visible (self->jump_count, unread > 0);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->jump), show);
}

static void
update_nothing (UllimConversationView *self)
{
  GListModel *timeline = NULL;

  if (self->conversation)
    timeline = G_LIST_MODEL (ullim_conversation_get_timeline (self->conversation));
  gtk_widget_set_visible (self->nothing,
                          timeline && !self->opening && g_list_model_get_n_items (timeline) == 0);
}

static void
on_at_newest_changed (UllimConversationView *self)
{
  update_read (self);
  update_jump (self);
}

static void
on_items_changed (UllimConversationView *self)
{
  update_nothing (self);
  update_jump (self);
}

/* A message that came while nobody looked begins what is new, for whoever comes back. */
static void
on_message_received (UllimConversationView *self,
                     UllimConversation     *conversation,
                     UllimMessage          *message)
{
  if (conversation != self->conversation || self->opening)
    return;
  if (!is_watched (self) && ullim_conversation_get_unread (conversation) <= 1)
    ullim_transcript_set_first_unread (transcript_of (self), ullim_message_get_id (message));
  update_read (self);
}

static void
on_unread_changed (UllimConversationView *self)
{
  update_jump (self);
}

static void
on_active_changed (UllimConversationView *self)
{
  update_read (self);
}

static void
on_toplevel_changed (UllimConversationView *self)
{
  GtkWidget *toplevel = gtk_widget_get_toplevel (GTK_WIDGET (self));

  if (self->window)
    g_signal_handlers_disconnect_by_func (self->window, on_active_changed, self);
  g_set_weak_pointer (&self->window, GTK_IS_WINDOW (toplevel) ? toplevel : NULL);
  if (self->window)
    g_signal_connect_object (self->window, "notify::is-active", G_CALLBACK (on_active_changed),
                             self, G_CONNECT_SWAPPED);
}

/* --- Drafts --- */

static void
save_draft (UllimConversationView *self)
{
  g_autofree char *text = NULL;

  g_clear_handle_id (&self->draft_source, g_source_remove);
  if (!self->draft_dirty || !self->conversation)
    return;
  self->draft_dirty = FALSE;
  text = ullim_message_entry_get_text (ULLIM_MESSAGE_ENTRY (self->entry));
  ullim_chat_service_set_draft (chat_of (self), self->conversation, *text ? text : NULL);
}

static gboolean
on_draft_due (gpointer data)
{
  UllimConversationView *self = ULLIM_CONVERSATION_VIEW (data);

  self->draft_source = 0;
  save_draft (self);
  return G_SOURCE_REMOVE;
}

static void
on_entry_changed (UllimConversationView *self)
{
  self->draft_dirty = TRUE;
  if (self->draft_source == 0)
    self->draft_source = g_timeout_add_seconds (DRAFT_DELAY_S, on_draft_due, self);
}

static void
load_draft (UllimConversationView *self)
{
  const char *draft = self->conversation ? ullim_conversation_get_draft (self->conversation) : NULL;

  ullim_message_entry_set_text (ULLIM_MESSAGE_ENTRY (self->entry), draft);
  self->draft_dirty = FALSE;
  g_clear_handle_id (&self->draft_source, g_source_remove);
}

/* --- Pages --- */

/* The service loads one page of a conversation at a time and so does the view; what is wanted
 * meanwhile is remembered. */
typedef enum {
  LOAD_NEWEST,
  LOAD_AROUND,
  LOAD_OLDER,
  LOAD_NEWER,
} LoadKind;

typedef struct {
  UllimConversationView *view;         /* owned */
  UllimConversation     *conversation; /* owned */
  LoadKind               kind;
} LoadJob;

static void
load_job_free (LoadJob *job)
{
  g_object_unref (job->view);
  g_object_unref (job->conversation);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LoadJob, load_job_free)

static void
show_opened (UllimConversationView *self)
{
  UllimTimeline *timeline = ullim_conversation_get_timeline (self->conversation);
  guint          unread = ullim_conversation_get_unread (self->conversation);
  gint64         first = first_unread_id (timeline, unread);

  self->opening = FALSE;
  update_nothing (self);
  ullim_transcript_set_first_unread (transcript_of (self), first);
  if (first == 0 || !ullim_transcript_scroll_to_message (transcript_of (self), first, FALSE))
    ullim_transcript_scroll_to_end (transcript_of (self));
  update_jump (self);
  update_read (self);
}

static void
show_wanted (UllimConversationView *self)
{
  gint64 id = self->wanted_id;

  self->opening = FALSE;
  self->wanted_id = 0;
  ullim_transcript_scroll_to_message (transcript_of (self), id, TRUE);
  update_nothing (self);
}

static void
show_loaded (UllimConversationView *self, LoadKind kind)
{
  if (kind == LOAD_AROUND)
    show_wanted (self);
  else if (kind == LOAD_NEWEST && self->opening)
    show_opened (self);
  else if (kind == LOAD_NEWEST)
    ullim_transcript_scroll_to_end (transcript_of (self));
}

static void load (UllimConversationView *self, LoadKind kind);

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (LoadJob)    job = user_data;
  UllimConversationView *self = job->view;
  g_autoptr (GError)     error = NULL;
  gboolean ok = ullim_chat_service_load_finish (ULLIM_CHAT_SERVICE (source), result, &error);

  if (job->conversation != self->conversation || g_cancellable_is_cancelled (self->cancellable))
    return;
  self->loading = FALSE;
  if (!ok) {
    g_warning ("Loading messages failed: %s", error->message);
    show_error (self, ullim_problem_text (ullim_problem_from_error (error)));
  }
  show_loaded (self, job->kind);
  if (self->wanted_id != 0)
    load (self, LOAD_AROUND);
  else if (self->newest_wanted)
    load (self, LOAD_NEWEST);
}

static void
load (UllimConversationView *self, LoadKind kind)
{
  UllimChatService *chat = chat_of (self);
  LoadJob          *job;

  if (self->loading || !self->conversation)
    return;
  self->loading = TRUE;
  job = g_new0 (LoadJob, 1);
  job->view = g_object_ref (self);
  job->conversation = g_object_ref (self->conversation);
  job->kind = kind;
  switch (kind) {
  case LOAD_AROUND:
    ullim_chat_service_load_around_async (chat, self->conversation, self->wanted_id,
                                          self->cancellable, on_loaded, job);
    break;
  case LOAD_OLDER:
    ullim_chat_service_load_older_async (chat, self->conversation, self->cancellable, on_loaded,
                                         job);
    break;
  case LOAD_NEWER:
    ullim_chat_service_load_newer_async (chat, self->conversation, self->cancellable, on_loaded,
                                         job);
    break;
  case LOAD_NEWEST:
  default:
    self->newest_wanted = FALSE;
    ullim_chat_service_load_newest_async (chat, self->conversation, self->cancellable, on_loaded,
                                          job);
  }
}

static void
on_older_wanted (UllimConversationView *self)
{
  load (self, LOAD_OLDER);
}

static void
on_newer_wanted (UllimConversationView *self)
{
  load (self, LOAD_NEWER);
}

static void
go_to_newest (UllimConversationView *self)
{
  UllimTimeline *timeline = ullim_conversation_get_timeline (self->conversation);

  if (!ullim_timeline_get_has_newer (timeline)) {
    ullim_transcript_scroll_to_end (transcript_of (self));
    return;
  }
  self->newest_wanted = TRUE;
  load (self, LOAD_NEWEST);
}

static void
on_jump_clicked (UllimConversationView *self)
{
  if (self->conversation)
    go_to_newest (self);
  ullim_message_entry_focus (ULLIM_MESSAGE_ENTRY (self->entry));
}

/* --- Sending --- */

typedef struct {
  UllimConversationView *view;         /* owned */
  UllimConversation     *conversation; /* owned */
} SendJob;

static void
send_job_free (SendJob *job)
{
  g_object_unref (job->view);
  g_object_unref (job->conversation);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SendJob, send_job_free)

static void
on_stored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SendJob)      job = user_data;
  UllimConversationView   *self = job->view;
  g_autoptr (GError)       error = NULL;
  g_autoptr (UllimMessage) message = NULL;
  gboolean                 here = job->conversation == self->conversation;

  message = ullim_chat_service_send_finish (ULLIM_CHAT_SERVICE (source), result, &error);
  ullim_message_entry_set_busy (ULLIM_MESSAGE_ENTRY (self->entry), FALSE);
  if (!message) {
    g_warning ("Storing a message failed: %s", error->message);
    if (here)
      show_error (self, ullim_problem_text (ullim_problem_from_error (error)));
    return;
  }
  ullim_chat_service_set_draft (ULLIM_CHAT_SERVICE (source), job->conversation, NULL);
  if (!here)
    return;
  show_error (self, NULL);
  load_draft (self);
  ullim_transcript_set_first_unread (transcript_of (self), 0);
  go_to_newest (self);
}

/* The text stays in the entry until it is on disk. */
static void
on_send (UllimConversationView *self)
{
  g_autofree char *text = ullim_message_entry_get_text (ULLIM_MESSAGE_ENTRY (self->entry));
  SendJob         *job;

  if (!self->conversation)
    return;
  job = g_new0 (SendJob, 1);
  job->view = g_object_ref (self);
  job->conversation = g_object_ref (self->conversation);
  ullim_message_entry_set_busy (ULLIM_MESSAGE_ENTRY (self->entry), TRUE);
  ullim_chat_service_send_async (chat_of (self), self->conversation, g_strstrip (text), NULL,
                                 on_stored, job);
}

/* --- Actions on messages --- */

static UllimMessage *
message_of (UllimConversationView *self, GVariant *id)
{
  if (!self->conversation)
    return NULL;
  return ullim_timeline_find (ullim_conversation_get_timeline (self->conversation),
                              g_variant_get_int64 (id), NULL);
}

static void
on_retry (GSimpleAction *action, GVariant *id, gpointer data)
{
  UllimConversationView *self = ULLIM_CONVERSATION_VIEW (data);
  UllimMessage          *message = message_of (self, id);

  if (message)
    ullim_chat_service_retry (chat_of (self), self->conversation, message);
}

static void
on_discard (GSimpleAction *action, GVariant *id, gpointer data)
{
  UllimConversationView *self = ULLIM_CONVERSATION_VIEW (data);
  UllimMessage          *message = message_of (self, id);

  if (message)
    ullim_chat_service_discard (chat_of (self), self->conversation, message);
}

static void
on_open_link (GSimpleAction *action, GVariant *uri, gpointer data)
{
  UllimConversationView *self = ULLIM_CONVERSATION_VIEW (data);
  g_autoptr (GError)     error = NULL;

  if (!ullim_text_links_is_safe (g_variant_get_string (uri, NULL)))
    return;
  if (!gtk_show_uri_on_window (GTK_WINDOW (self->window), g_variant_get_string (uri, NULL),
                               gtk_get_current_event_time (), &error))
    show_error (self, _ ("No program on this computer opens this kind of link."));
}

static const GActionEntry actions[] = {
    {.name = "retry", .activate = on_retry, .parameter_type = "x"},
    {.name = "discard", .activate = on_discard, .parameter_type = "x"},
    {.name = "open-link", .activate = on_open_link, .parameter_type = "s"},
};

/* --- Keys --- */

static void
on_entry_scroll (UllimConversationView *self, int type)
{
  gboolean handled;

  g_signal_emit_by_name (self->scroller, "scroll-child", type, FALSE, &handled);
}

/* What is typed while the eye is in the transcript is meant for the entry. */
static gboolean
on_transcript_key (UllimConversationView *self, GdkEventKey *event)
{
  if (event->keyval == GDK_KEY_Escape) {
    ullim_message_entry_focus (ULLIM_MESSAGE_ENTRY (self->entry));
    return GDK_EVENT_STOP;
  }
  return ullim_message_entry_type (ULLIM_MESSAGE_ENTRY (self->entry), event);
}

/* --- Search --- */

static void
on_query_changed (UllimConversationView *self, const char *query)
{
  ullim_transcript_set_highlight (transcript_of (self), query);
}

static void
on_hit (UllimConversationView *self, gint64 id)
{
  ullim_conversation_view_show_message (self, id);
}

/* --- Public --- */

static void
on_name_changed (UllimConversationView *self)
{
  ullim_transcript_set_name (transcript_of (self),
                             ullim_conversation_get_name (self->conversation));
}

static void
disconnect (UllimConversationView *self)
{
  save_draft (self);
  if (!self->conversation)
    return;
  g_signal_handlers_disconnect_by_data (ullim_conversation_get_timeline (self->conversation), self);
  g_signal_handlers_disconnect_by_data (self->conversation, self);
}

static void
connect (UllimConversationView *self)
{
  g_signal_connect_object (self->conversation, "notify::unread", G_CALLBACK (on_unread_changed),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->conversation, "notify::name", G_CALLBACK (on_name_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (ullim_conversation_get_timeline (self->conversation), "items-changed",
                           G_CALLBACK (on_items_changed), self, G_CONNECT_SWAPPED);
}

void
ullim_conversation_view_set_conversation (UllimConversationView *self,
                                          UllimConversation     *conversation)
{
  g_return_if_fail (ULLIM_IS_CONVERSATION_VIEW (self));

  if (conversation == self->conversation)
    return;
  disconnect (self);
  g_set_object (&self->conversation, conversation);
  self->wanted_id = 0;
  self->newest_wanted = FALSE;
  self->loading = FALSE;
  self->opening = conversation != NULL;
  show_error (self, NULL);
  ullim_message_search_bar_set_conversation (ULLIM_MESSAGE_SEARCH_BAR (self->search_bar),
                                             conversation);
  ullim_transcript_set_timeline (
      transcript_of (self), conversation ? ullim_conversation_get_timeline (conversation) : NULL,
      conversation ? ullim_conversation_get_name (conversation) : NULL);
  load_draft (self);
  gtk_widget_set_visible (self->content, conversation != NULL);
  update_nothing (self);
  update_jump (self);
  if (!conversation)
    return;
  connect (self);
  load (self, LOAD_NEWEST);
}

void
ullim_conversation_view_show_message (UllimConversationView *self, gint64 message_id)
{
  g_return_if_fail (ULLIM_IS_CONVERSATION_VIEW (self));

  if (!self->conversation)
    return;
  if (!self->opening && ullim_transcript_scroll_to_message (transcript_of (self), message_id, TRUE))
    return;
  self->wanted_id = message_id;
  load (self, LOAD_AROUND);
}

void
ullim_conversation_view_focus_entry (UllimConversationView *self)
{
  g_return_if_fail (ULLIM_IS_CONVERSATION_VIEW (self));
  ullim_message_entry_focus (ULLIM_MESSAGE_ENTRY (self->entry));
}

void
ullim_conversation_view_open_search (UllimConversationView *self)
{
  g_return_if_fail (ULLIM_IS_CONVERSATION_VIEW (self));
  if (self->conversation)
    ullim_message_search_bar_open (ULLIM_MESSAGE_SEARCH_BAR (self->search_bar));
}

static void
ullim_conversation_view_dispose (GObject *object)
{
  UllimConversationView *self = ULLIM_CONVERSATION_VIEW (object);

  if (self->engine) {
    disconnect (self);
    g_signal_handlers_disconnect_by_data (chat_of (self), self);
  }
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->draft_source, g_source_remove);
  if (self->window)
    g_signal_handlers_disconnect_by_data (self->window, self);
  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->conversation);
  G_OBJECT_CLASS (ullim_conversation_view_parent_class)->dispose (object);
  g_clear_object (&self->engine);
}

static void
ullim_conversation_view_finalize (GObject *object)
{
  g_object_unref (ULLIM_CONVERSATION_VIEW (object)->cancellable);
  G_OBJECT_CLASS (ullim_conversation_view_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/ullim/Ullim/ui/conversation-view.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimConversationView, content);
  gtk_widget_class_bind_template_child (widget_class, UllimConversationView, search_bar);
  gtk_widget_class_bind_template_child (widget_class, UllimConversationView, scroller);
  gtk_widget_class_bind_template_child (widget_class, UllimConversationView, transcript);
  gtk_widget_class_bind_template_child (widget_class, UllimConversationView, nothing);
  gtk_widget_class_bind_template_child (widget_class, UllimConversationView, jump);
  gtk_widget_class_bind_template_child (widget_class, UllimConversationView, jump_count);
  gtk_widget_class_bind_template_child (widget_class, UllimConversationView, error_bar);
  gtk_widget_class_bind_template_child (widget_class, UllimConversationView, error_text);
  gtk_widget_class_bind_template_child (widget_class, UllimConversationView, entry);
  gtk_widget_class_bind_template_callback (widget_class, on_query_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_hit);
  gtk_widget_class_bind_template_callback (widget_class, on_older_wanted);
  gtk_widget_class_bind_template_callback (widget_class, on_newer_wanted);
  gtk_widget_class_bind_template_callback (widget_class, on_at_newest_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_transcript_key);
  gtk_widget_class_bind_template_callback (widget_class, on_jump_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_error_closed);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_scroll);
  gtk_widget_class_bind_template_callback (widget_class, on_send);
}

static void
ullim_conversation_view_class_init (UllimConversationViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ullim_conversation_view_dispose;
  object_class->finalize = ullim_conversation_view_finalize;
  g_type_ensure (ULLIM_TYPE_TRANSCRIPT);
  g_type_ensure (ULLIM_TYPE_MESSAGE_ENTRY);
  g_type_ensure (ULLIM_TYPE_MESSAGE_SEARCH_BAR);
  g_type_ensure (HDY_TYPE_CLAMP);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
ullim_conversation_view_init (UllimConversationView *self)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_action_map_add_action_entries (G_ACTION_MAP (group), actions, G_N_ELEMENTS (actions), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "message", G_ACTION_GROUP (group));
  g_signal_connect (self, "hierarchy-changed", G_CALLBACK (on_toplevel_changed), NULL);
  g_signal_connect (self, "map", G_CALLBACK (update_read), NULL);
}

GtkWidget *
ullim_conversation_view_new (UllimEngine *engine)
{
  UllimConversationView *self = g_object_new (ULLIM_TYPE_CONVERSATION_VIEW, NULL);

  g_return_val_if_fail (ULLIM_IS_ENGINE (engine), NULL);
  self->engine = g_object_ref (engine);
  ullim_message_search_bar_set_chat (ULLIM_MESSAGE_SEARCH_BAR (self->search_bar), chat_of (self));
  g_signal_connect_object (chat_of (self), "message-received", G_CALLBACK (on_message_received),
                           self, G_CONNECT_SWAPPED);
  ullim_transcript_warm_up (transcript_of (self));
  return GTK_WIDGET (self);
}
