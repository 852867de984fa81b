/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Follows one conversation, the address book and the blocks: the bar is there while somebody has
 * written who is in neither.
 */
#define G_LOG_DOMAIN "stranger-bar"

#include "ullim-config.h"

#include "stranger-bar.h"

#include <glib/gi18n-lib.h>

#include "decision.h"
#include "people-actions.h"
#include "state-text.h"

struct _UllimStrangerBar {
  GtkRevealer parent_instance;

  GtkLabel *label;

  UllimEngine       *engine;       /* owned, nullable until set */
  UllimConversation *conversation; /* owned, nullable */
  UllimContact      *contact;      /* owned, nullable */
};

G_DEFINE_FINAL_TYPE (UllimStrangerBar, ullim_stranger_bar, GTK_TYPE_REVEALER)

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

/* "Not now" holds for the conversation until the program ends. */
static GQuark
dismissed_quark (void)
{
  return g_quark_from_static_string ("ullim-stranger-dismissed");
}

static gboolean
has_written (UllimConversation *conversation)
{
  GListModel *timeline = G_LIST_MODEL (ullim_conversation_get_timeline (conversation));
  guint       n = g_list_model_get_n_items (timeline);

  if (ullim_conversation_get_last_text (conversation) &&
      ullim_conversation_get_last_direction (conversation) == ULLIM_DIRECTION_INCOMING)
    return TRUE;
  for (guint i = n; i > 0; i--) {
    g_autoptr (UllimMessage) message = g_list_model_get_item (timeline, i - 1);

    if (ullim_message_get_direction (message) == ULLIM_DIRECTION_INCOMING)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_wanted (UllimStrangerBar *self)
{
  UllimConversation *conversation = self->conversation;

  return conversation && !self->contact &&
         !g_object_get_qdata (G_OBJECT (conversation), dismissed_quark ()) &&
         !ullim_presence_service_is_blocked (ullim_engine_get_presence (self->engine),
                                             ullim_conversation_get_account (conversation),
                                             ullim_conversation_get_key (conversation)) &&
         has_written (conversation);
}

static void
update (UllimStrangerBar *self)
{
  gboolean wanted = is_wanted (self);

  if (wanted) {
    /* Translators: %s is a name or an address. */
    g_autofree char *text = g_strdup_printf (_ ("%s is not in your people."),
                                             ullim_conversation_get_name (self->conversation));

    gtk_label_set_text (self->label, text);
  }
  gtk_revealer_set_reveal_child (GTK_REVEALER (self), wanted);
  gtk_widget_set_visible (GTK_WIDGET (self), wanted);
}

static void
find_contact (UllimStrangerBar *self)
{
  UllimContact *contact = NULL;

  if (self->conversation)
    contact = ullim_contact_list_find (
        ullim_people_service_get_contacts (ullim_engine_get_people (self->engine)),
        ullim_conversation_get_key (self->conversation));
  if (!g_set_object (&self->contact, contact))
    return;
  g_signal_emit (self, signals[CHANGED], 0);
  update (self);
}

static void
on_people_changed (UllimStrangerBar *self)
{
  find_contact (self);
}

static void
on_conversation_changed (UllimStrangerBar *self)
{
  update (self);
}

static void
on_add (UllimStrangerBar *self)
{
  if (self->conversation)
    ullim_people_actions_activate (GTK_WIDGET (self), "add",
                                   g_variant_new_string (ullim_state_text_address (
                                       ullim_conversation_get_peer (self->conversation))));
}

static void
on_block (UllimStrangerBar *self)
{
  if (self->conversation)
    ullim_decision_make (GTK_WIDGET (self), ullim_engine_get_presence (self->engine),
                         ullim_conversation_get_account (self->conversation),
                         ullim_conversation_get_peer (self->conversation),
                         ULLIM_PERMISSION_BLOCKED);
}

static void
on_dismiss (UllimStrangerBar *self)
{
  if (!self->conversation)
    return;
  g_object_set_qdata (G_OBJECT (self->conversation), dismissed_quark (), GINT_TO_POINTER (TRUE));
  update (self);
}

static void
disconnect (UllimStrangerBar *self)
{
  if (!self->conversation)
    return;
  g_signal_handlers_disconnect_by_data (self->conversation, self);
  g_signal_handlers_disconnect_by_data (ullim_conversation_get_timeline (self->conversation), self);
}

static void
ullim_stranger_bar_dispose (GObject *object)
{
  UllimStrangerBar *self = ULLIM_STRANGER_BAR (object);

  disconnect (self);
  g_clear_object (&self->conversation);
  g_clear_object (&self->contact);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (ullim_stranger_bar_parent_class)->dispose (object);
}

static void
ullim_stranger_bar_class_init (UllimStrangerBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ullim_stranger_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/ullim/Ullim/ui/stranger-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimStrangerBar, label);
  gtk_widget_class_bind_template_callback (widget_class, on_add);
  gtk_widget_class_bind_template_callback (widget_class, on_block);
  gtk_widget_class_bind_template_callback (widget_class, on_dismiss);

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
ullim_stranger_bar_init (UllimStrangerBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ullim_stranger_bar_set_engine (UllimStrangerBar *self, UllimEngine *engine)
{
  UllimPeopleService *people = ullim_engine_get_people (engine);
  GListModel *watchers = ullim_presence_service_get_watchers (ullim_engine_get_presence (engine));

  self->engine = g_object_ref (engine);
  g_signal_connect_object (ullim_people_service_get_contacts (people), "items-changed",
                           G_CALLBACK (on_people_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (people, "changed", G_CALLBACK (on_people_changed), self,
                           G_CONNECT_SWAPPED);
  /* Who is blocked becomes a watcher about whom something was decided, or moves among them. */
  g_signal_connect_object (watchers, "items-changed", G_CALLBACK (on_conversation_changed), self,
                           G_CONNECT_SWAPPED);
}

void
ullim_stranger_bar_set_conversation (UllimStrangerBar *self, UllimConversation *conversation)
{
  disconnect (self);
  g_set_object (&self->conversation, conversation);
  if (conversation) {
    g_signal_connect_object (conversation, "notify", G_CALLBACK (on_conversation_changed), self,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (ullim_conversation_get_timeline (conversation), "items-changed",
                             G_CALLBACK (on_conversation_changed), self, G_CONNECT_SWAPPED);
  }
  find_contact (self);
  update (self);
}

UllimContact *
ullim_stranger_bar_get_contact (UllimStrangerBar *self)
{
  return self->contact;
}
