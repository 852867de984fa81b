/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The chooser. What it shows is always what the service holds: a choice made elsewhere, such as in
 * the tray, moves the mark here too.
 */
#define G_LOG_DOMAIN "presence-chooser"

#include "ullim-config.h"

#include "presence-chooser.h"

#include "presence-badge.h"
#include "presence-text.h"
#include "time-text.h"

#include <glib/gi18n-lib.h>

#define BADGE_SIZE 14
#define RECENT_KEY "recent-notes"

struct _UllimPresenceChooser {
  GtkBox parent_instance;

  GtkBox          *choices;
  GtkToggleButton *buttons[ULLIM_OWN_N_PRESENCES];
  GtkLabel        *told_label;
  GtkEntry        *note_entry;
  GtkBox          *recent;

  UllimPresenceService *service;  /* owned */
  GSettings            *settings; /* owned, nullable */
  GPtrArray            *notes;    /* owned, of utf8: the newest first */
  gboolean              is_updating;
};

G_DEFINE_FINAL_TYPE (UllimPresenceChooser, ullim_presence_chooser, GTK_TYPE_BOX)

/* Own presence */

static char *
told_text (UllimPresenceChooser *self)
{
  UllimOwnPresence   own = ullim_presence_service_get_own (self->service);
  UllimPresenceState told = ullim_presence_service_get_told (self->service);
  gint64             since_us = ullim_presence_service_get_idle_since (self->service);
  g_autofree char   *time = NULL;

  if (own == ULLIM_OWN_INVISIBLE)
    return g_strdup (_ ("Others see you as offline."));
  if (told == ullim_presence_text_own_state (own))
    return NULL;
  if (told == ULLIM_PRESENCE_ON_THE_PHONE)
    return g_strdup (_ ("Shown as on the phone until your call ends."));
  if (told != ULLIM_PRESENCE_AWAY || since_us == 0)
    return NULL;
  time = ullim_time_text_clock (since_us);
  /* Translators: %s is a time: "14:05". */
  return g_strdup_printf (_ ("Shown as away: nobody has touched this computer since %s."), time);
}

static void
show_note (UllimPresenceChooser *self)
{
  const char *note = ullim_presence_service_get_own_note (self->service);

  gtk_entry_set_text (self->note_entry, note ? note : "");
}

static void
update (UllimPresenceChooser *self)
{
  UllimOwnPresence own = ullim_presence_service_get_own (self->service);
  g_autofree char *told = told_text (self);

  self->is_updating = TRUE;
  gtk_toggle_button_set_active (self->buttons[own], TRUE);
  self->is_updating = FALSE;
  gtk_label_set_text (self->told_label, told ? told : "");
  gtk_widget_set_visible (GTK_WIDGET (self->told_label), told != NULL);
}

static void
on_own_changed (UllimPresenceChooser *self)
{
  update (self);
  /* What is being typed is not torn away. */
  if (!gtk_widget_has_focus (GTK_WIDGET (self->note_entry)))
    show_note (self);
}

static void
on_toggled (UllimPresenceChooser *self, GtkToggleButton *button)
{
  if (self->is_updating || !gtk_toggle_button_get_active (button))
    return;
  for (guint own = 0; own < ULLIM_OWN_N_PRESENCES; own++)
    if (self->buttons[own] == button)
      ullim_presence_service_set_own (self->service, own,
                                      ullim_presence_service_get_own_note (self->service));
}

static void
add_choice (UllimPresenceChooser *self, UllimOwnPresence own)
{
  UllimPresence   presence = {.state = ullim_presence_text_own_state (own)};
  const char     *text = ullim_presence_text_own (own);
  GtkRadioButton *group = own > 0 ? GTK_RADIO_BUTTON (self->buttons[0]) : NULL;
  GtkWidget      *button = gtk_radio_button_new_from_widget (group);
  GtkWidget      *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget      *badge = ullim_presence_badge_new (BADGE_SIZE);
  GtkWidget      *label = gtk_label_new (text);

  ullim_presence_badge_set_presence (ULLIM_PRESENCE_BADGE (badge), &presence);
  gtk_container_add (GTK_CONTAINER (box), badge);
  gtk_container_add (GTK_CONTAINER (box), label);
  gtk_container_add (GTK_CONTAINER (button), box);
  gtk_style_context_add_class (gtk_widget_get_style_context (button), "ullim-choice");
  atk_object_set_name (gtk_widget_get_accessible (button), text);
  gtk_widget_show_all (button);
  gtk_container_add (GTK_CONTAINER (self->choices), button);
  self->buttons[own] = GTK_TOGGLE_BUTTON (button);
  g_signal_connect_object (button, "toggled", G_CALLBACK (on_toggled), self, G_CONNECT_SWAPPED);
}

/* Note */

static void
destroy_child (GtkWidget *child, gpointer data)
{
  gtk_widget_destroy (child);
}

static void
set_note (UllimPresenceChooser *self, const char *note)
{
  UllimOwnPresence own = ullim_presence_service_get_own (self->service);

  ullim_presence_service_set_own (self->service, own, note && *note ? note : NULL);
}

static void
on_recent_clicked (UllimPresenceChooser *self, GtkButton *button)
{
  GtkLabel *label = GTK_LABEL (gtk_bin_get_child (GTK_BIN (button)));

  gtk_entry_set_text (self->note_entry, gtk_label_get_text (label));
  gtk_widget_grab_focus (GTK_WIDGET (self->note_entry));
  gtk_widget_activate (GTK_WIDGET (self->note_entry));
}

static void
show_recent (UllimPresenceChooser *self)
{
  gtk_container_foreach (GTK_CONTAINER (self->recent), destroy_child, NULL);
  for (guint i = 0; i < self->notes->len; i++) {
    GtkWidget *button = gtk_button_new ();
    GtkWidget *label = gtk_label_new (self->notes->pdata[i]);

    gtk_label_set_xalign (GTK_LABEL (label), 0);
    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
    gtk_label_set_max_width_chars (GTK_LABEL (label), 24);
    gtk_container_add (GTK_CONTAINER (button), label);
    gtk_button_set_relief (GTK_BUTTON (button), GTK_RELIEF_NONE);
    gtk_style_context_add_class (gtk_widget_get_style_context (button), "ullim-recent");
    g_signal_connect_object (button, "clicked", G_CALLBACK (on_recent_clicked), self,
                             G_CONNECT_SWAPPED);
    gtk_widget_show_all (button);
    gtk_container_add (GTK_CONTAINER (self->recent), button);
  }
  gtk_widget_set_visible (GTK_WIDGET (self->recent), self->notes->len > 0);
}

static void
keep_recent (UllimPresenceChooser *self, const char *note)
{
  guint position;

  if (g_ptr_array_find_with_equal_func (self->notes, note, g_str_equal, &position))
    g_ptr_array_remove_index (self->notes, position);
  g_ptr_array_insert (self->notes, 0, g_strdup (note));
  if (self->notes->len > ULLIM_PRESENCE_CHOOSER_RECENT_NOTES)
    g_ptr_array_set_size (self->notes, ULLIM_PRESENCE_CHOOSER_RECENT_NOTES);
  if (self->settings) {
    g_ptr_array_add (self->notes, NULL);
    g_settings_set_strv (self->settings, RECENT_KEY, (const char *const *) self->notes->pdata);
    g_ptr_array_set_size (self->notes, (int) self->notes->len - 1);
  }
}

static void
load_recent (UllimPresenceChooser *self)
{
  g_auto (GStrv) notes = self->settings ? g_settings_get_strv (self->settings, RECENT_KEY) : NULL;

  for (guint i = 0; notes && notes[i] && i < ULLIM_PRESENCE_CHOOSER_RECENT_NOTES; i++)
    g_ptr_array_add (self->notes, g_strdup (notes[i]));
}

static void
on_note_activate (UllimPresenceChooser *self)
{
  g_autofree char *note = g_strstrip (g_strdup (gtk_entry_get_text (self->note_entry)));

  set_note (self, note);
  if (*note) {
    keep_recent (self, note);
    show_recent (self);
  }
  gtk_editable_set_position (GTK_EDITABLE (self->note_entry), -1);
}

static void
on_note_changed (UllimPresenceChooser *self)
{
  gboolean is_empty = *gtk_entry_get_text (self->note_entry) == '\0';

  gtk_entry_set_icon_from_icon_name (self->note_entry, GTK_ENTRY_ICON_SECONDARY,
                                     is_empty ? NULL : "edit-clear-symbolic");
}

static void
on_note_icon (UllimPresenceChooser *self)
{
  gtk_entry_set_text (self->note_entry, "");
  set_note (self, NULL);
}

/* Without Enter nothing was said: the entry shows what holds. */
static gboolean
on_note_left (UllimPresenceChooser *self)
{
  if (self->service)
    show_note (self);
  return GDK_EVENT_PROPAGATE;
}

static void
on_map (UllimPresenceChooser *self)
{
  if (!self->service)
    return;
  update (self);
  show_note (self);
  show_recent (self);
}

static void
ullim_presence_chooser_dispose (GObject *object)
{
  UllimPresenceChooser *self = ULLIM_PRESENCE_CHOOSER (object);

  g_clear_object (&self->service);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ullim_presence_chooser_parent_class)->dispose (object);
}

static void
ullim_presence_chooser_finalize (GObject *object)
{
  g_ptr_array_unref (ULLIM_PRESENCE_CHOOSER (object)->notes);
  G_OBJECT_CLASS (ullim_presence_chooser_parent_class)->finalize (object);
}

static void
ullim_presence_chooser_class_init (UllimPresenceChooserClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ullim_presence_chooser_dispose;
  object_class->finalize = ullim_presence_chooser_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/ullim/Ullim/ui/presence-chooser.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimPresenceChooser, choices);
  gtk_widget_class_bind_template_child (widget_class, UllimPresenceChooser, told_label);
  gtk_widget_class_bind_template_child (widget_class, UllimPresenceChooser, note_entry);
  gtk_widget_class_bind_template_child (widget_class, UllimPresenceChooser, recent);
  gtk_widget_class_bind_template_callback (widget_class, on_note_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_note_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_note_icon);
  gtk_widget_class_bind_template_callback (widget_class, on_note_left);
}

static void
ullim_presence_chooser_init (UllimPresenceChooser *self)
{
  self->notes = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint own = 0; own < ULLIM_OWN_N_PRESENCES; own++)
    add_choice (self, own);
  g_signal_connect (self, "map", G_CALLBACK (on_map), NULL);
}

void
ullim_presence_chooser_set_service (UllimPresenceChooser *self,
                                    UllimPresenceService *service,
                                    GSettings            *settings)
{
  g_return_if_fail (self->service == NULL);

  self->service = g_object_ref (service);
  self->settings = settings ? g_object_ref (settings) : NULL;
  load_recent (self);
  g_signal_connect_object (service, "own-changed", G_CALLBACK (on_own_changed), self,
                           G_CONNECT_SWAPPED);
  on_own_changed (self);
}

void
ullim_presence_chooser_focus_note (UllimPresenceChooser *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->note_entry));
}
