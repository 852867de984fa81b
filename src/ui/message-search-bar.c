/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hits come newest first, in pages: the next page is asked for when one has gone to its end. Next
 * means further down in the conversation, towards the newest.
 */
#define G_LOG_DOMAIN "message-search-bar"

#include "ullim-config.h"

#include "message-search-bar.h"

#include <glib/gi18n.h>

#define HITS_PAGE 200

struct _UllimMessageSearchBar {
  GtkSearchBar parent_instance;

  UllimChatService  *chat;         /* owned, nullable */
  UllimConversation *conversation; /* owned, nullable */
  GCancellable      *cancellable;  /* owned, nullable: of the search under way */
  GArray            *hits;         /* owned, of gint64: newest first */
  guint              current;
  gboolean           has_more;

  GtkWidget *entry;
  GtkWidget *count;
  GtkWidget *previous;
  GtkWidget *next;
};

enum { SIGNAL_QUERY_CHANGED, SIGNAL_HIT, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UllimMessageSearchBar, ullim_message_search_bar, HDY_TYPE_SEARCH_BAR)

static const char *
query_of (UllimMessageSearchBar *self)
{
  return gtk_entry_get_text (GTK_ENTRY (self->entry));
}

static void
update (UllimMessageSearchBar *self)
{
  g_autofree char *count = NULL;
  guint            n_hits = self->hits->len;

  if (*query_of (self) == '\0' || self->cancellable)
    count = g_strdup ("");
  else if (n_hits == 0)
    count = g_strdup (_ ("Not found"));
  else if (self->has_more)
    /* Translators: the third of more than 200 messages found */
    count = g_strdup_printf (_ ("%u of %u+"), self->current + 1, n_hits);
  else
    /* Translators: the third of 25 messages found */
    count = g_strdup_printf (_ ("%u of %u"), self->current + 1, n_hits);
  gtk_label_set_text (GTK_LABEL (self->count), count);
  gtk_widget_set_sensitive (self->previous, self->current + 1 < n_hits);
  gtk_widget_set_sensitive (self->next, n_hits > 0 && self->current > 0);
}

static void
emit_hit (UllimMessageSearchBar *self)
{
  update (self);
  if (self->current < self->hits->len)
    g_signal_emit (self, signals[SIGNAL_HIT], 0, g_array_index (self->hits, gint64, self->current));
}

static void
stop_search (UllimMessageSearchBar *self)
{
  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UllimMessageSearchBar) self = user_data;
  g_autoptr (GError)                error = NULL;
  g_autoptr (GPtrArray)             found = NULL;
  gboolean                          first = self->hits->len == 0;

  found = ullim_chat_service_search_finish (ULLIM_CHAT_SERVICE (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  if (error)
    g_warning ("Search failed: %s", error->message);
  for (guint i = 0; found && i < found->len; i++) {
    const UllimChatHit *hit = found->pdata[i];
    gint64              id = ullim_message_get_id (hit->message);

    g_array_append_val (self->hits, id);
  }
  self->has_more = found && found->len == HITS_PAGE;
  if (first)
    emit_hit (self);
  else
    update (self);
}

static void
search (UllimMessageSearchBar *self, gint64 before_id)
{
  stop_search (self);
  if (!self->chat || !self->conversation || *query_of (self) == '\0')
    return;
  self->cancellable = g_cancellable_new ();
  ullim_chat_service_search_async (self->chat, query_of (self), self->conversation, before_id,
                                   HITS_PAGE, self->cancellable, on_found, g_object_ref (self));
}

static void
on_search_changed (UllimMessageSearchBar *self)
{
  const char *query = query_of (self);

  g_array_set_size (self->hits, 0);
  self->current = 0;
  self->has_more = FALSE;
  search (self, 0);
  update (self);
  g_signal_emit (self, signals[SIGNAL_QUERY_CHANGED], 0, *query ? query : NULL);
}

static void
on_previous (UllimMessageSearchBar *self)
{
  if (self->current + 1 >= self->hits->len)
    return;
  self->current++;
  emit_hit (self);
  if (self->has_more && self->current + 1 == self->hits->len)
    search (self, g_array_index (self->hits, gint64, self->current));
}

static void
on_next (UllimMessageSearchBar *self)
{
  if (self->current == 0 || self->hits->len == 0)
    return;
  self->current--;
  emit_hit (self);
}

static void
on_mode_changed (UllimMessageSearchBar *self)
{
  if (hdy_search_bar_get_search_mode (HDY_SEARCH_BAR (self)))
    return;
  stop_search (self);
  g_array_set_size (self->hits, 0);
  g_signal_emit (self, signals[SIGNAL_QUERY_CHANGED], 0, NULL);
}

static void
on_stop_search (UllimMessageSearchBar *self)
{
  hdy_search_bar_set_search_mode (HDY_SEARCH_BAR (self), FALSE);
}

static gboolean
on_key_press (UllimMessageSearchBar *self, GdkEventKey *event)
{
  gboolean enter = event->keyval == GDK_KEY_Return || event->keyval == GDK_KEY_KP_Enter;

  if (event->keyval == GDK_KEY_Up || (enter && !(event->state & GDK_SHIFT_MASK)))
    on_previous (self);
  else if (event->keyval == GDK_KEY_Down || enter)
    on_next (self);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

void
ullim_message_search_bar_set_chat (UllimMessageSearchBar *self, UllimChatService *chat)
{
  g_set_object (&self->chat, chat);
}

void
ullim_message_search_bar_set_conversation (UllimMessageSearchBar *self,
                                           UllimConversation     *conversation)
{
  hdy_search_bar_set_search_mode (HDY_SEARCH_BAR (self), FALSE);
  stop_search (self);
  g_set_object (&self->conversation, conversation);
}

void
ullim_message_search_bar_open (UllimMessageSearchBar *self)
{
  hdy_search_bar_set_search_mode (HDY_SEARCH_BAR (self), TRUE);
  /* The bar unfolds a frame later; until then a key would go to an entry without a window. */
  gtk_widget_realize (self->entry);
  gtk_widget_grab_focus (self->entry);
}

static void
ullim_message_search_bar_dispose (GObject *object)
{
  UllimMessageSearchBar *self = ULLIM_MESSAGE_SEARCH_BAR (object);

  stop_search (self);
  G_OBJECT_CLASS (ullim_message_search_bar_parent_class)->dispose (object);
  g_clear_object (&self->chat);
  g_clear_object (&self->conversation);
}

static void
ullim_message_search_bar_finalize (GObject *object)
{
  g_array_unref (ULLIM_MESSAGE_SEARCH_BAR (object)->hits);
  G_OBJECT_CLASS (ullim_message_search_bar_parent_class)->finalize (object);
}

static void
ullim_message_search_bar_class_init (UllimMessageSearchBarClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType           type = ULLIM_TYPE_MESSAGE_SEARCH_BAR;

  object_class->dispose = ullim_message_search_bar_dispose;
  object_class->finalize = ullim_message_search_bar_finalize;

  signals[SIGNAL_QUERY_CHANGED] = g_signal_new ("query-changed", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                                NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_HIT] = g_signal_new ("hit", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 1, G_TYPE_INT64);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/ullim/Ullim/ui/message-search-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimMessageSearchBar, entry);
  gtk_widget_class_bind_template_child (widget_class, UllimMessageSearchBar, count);
  gtk_widget_class_bind_template_child (widget_class, UllimMessageSearchBar, previous);
  gtk_widget_class_bind_template_child (widget_class, UllimMessageSearchBar, next);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_search);
  gtk_widget_class_bind_template_callback (widget_class, on_key_press);
  gtk_widget_class_bind_template_callback (widget_class, on_previous);
  gtk_widget_class_bind_template_callback (widget_class, on_next);
  gtk_widget_class_bind_template_callback (widget_class, on_mode_changed);
}

static void
ullim_message_search_bar_init (UllimMessageSearchBar *self)
{
  self->hits = g_array_new (FALSE, FALSE, sizeof (gint64));
  gtk_widget_init_template (GTK_WIDGET (self));
  hdy_search_bar_connect_entry (HDY_SEARCH_BAR (self), GTK_ENTRY (self->entry));
  update (self);
}

GtkWidget *
ullim_message_search_bar_new (void)
{
  return g_object_new (ULLIM_TYPE_MESSAGE_SEARCH_BAR, NULL);
}
