/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The account button. Its popover is filled each time it opens and follows the states while open.
 */
#define G_LOG_DOMAIN "account-button"

#include "ullim-config.h"

#include "account-button.h"
#include "presence-badge.h"
#include "presence-chooser.h"
#include "presence-text.h"
#include "state-text.h"

#include <glib/gi18n-lib.h>
#include <handy.h>

struct _UllimAccountButton {
  GtkMenuButton parent_instance;

  HdyAvatar            *avatar;
  GtkWidget            *popover;
  UllimPresenceChooser *chooser;
  GtkBox               *rows;
  GtkWidget            *invite_button;

  UllimEngine *engine;  /* owned, nullable */
  GPtrArray   *watched; /* owned, of UllimAccount */
};

G_DEFINE_FINAL_TYPE (UllimAccountButton, ullim_account_button, GTK_TYPE_MENU_BUTTON)

static const char *const dot_classes[] = {
    [ULLIM_CONNECTION_OFF] = "off",       [ULLIM_CONNECTION_CONNECTING] = "connecting",
    [ULLIM_CONNECTION_ONLINE] = "online", [ULLIM_CONNECTION_WAITING] = "failed",
    [ULLIM_CONNECTION_FAILED] = "failed",
};

static void
set_dot (GtkWidget *dot, UllimConnectionState state)
{
  GtkStyleContext *style = gtk_widget_get_style_context (dot);

  for (guint i = 0; i < G_N_ELEMENTS (dot_classes); i++)
    gtk_style_context_remove_class (style, dot_classes[i]);
  gtk_style_context_add_class (style, dot_classes[state]);
}

static GtkWidget *
make_label (const char *text, const char *style_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 32);
  gtk_style_context_add_class (gtk_widget_get_style_context (label), style_class);
  return label;
}

static GtkWidget *
make_row (UllimAccount *account)
{
  g_autofree char *state = ullim_state_text_account (account);
  GtkWidget       *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget       *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget       *state_box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget       *dot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget       *button;

  gtk_style_context_add_class (gtk_widget_get_style_context (dot), "ullim-dot");
  gtk_widget_set_size_request (dot, 10, 10);
  gtk_widget_set_valign (dot, GTK_ALIGN_CENTER);
  set_dot (dot, ullim_account_get_state (account));
  gtk_container_add (GTK_CONTAINER (state_box), dot);
  gtk_container_add (GTK_CONTAINER (state_box), make_label (state, "dim-label"));
  gtk_container_add (GTK_CONTAINER (words),
                     make_label (ullim_account_get_display_name (account), "heading"));
  gtk_container_add (
      GTK_CONTAINER (words),
      make_label (ullim_state_text_address (ullim_account_get_address (account)), "dim-label"));
  gtk_container_add (GTK_CONTAINER (words), state_box);
  gtk_box_pack_start (GTK_BOX (row), words, TRUE, TRUE, 0);
  if (ullim_account_get_state (account) != ULLIM_CONNECTION_ONLINE) {
    button = gtk_button_new_with_mnemonic (_ ("_Try Now"));
    gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
    gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "x", ullim_account_get_id (account));
    gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "app.reconnect");
    gtk_box_pack_end (GTK_BOX (row), button, FALSE, FALSE, 0);
  }
  gtk_widget_show_all (row);
  return row;
}

static void
destroy_child (GtkWidget *child, gpointer data)
{
  gtk_widget_destroy (child);
}

static void
fill_popover (UllimAccountButton *self)
{
  gtk_container_foreach (GTK_CONTAINER (self->rows), destroy_child, NULL);
  for (guint i = 0; i < self->watched->len; i++)
    gtk_container_add (GTK_CONTAINER (self->rows), make_row (self->watched->pdata[i]));
  gtk_widget_set_visible (
      self->invite_button,
      self->engine && ullim_local_server_exists (ullim_engine_get_local_server (self->engine)));
}

static void
on_popover_shown (UllimAccountButton *self)
{
  fill_popover (self);
}

/* One working line is a working Ullim; the bar tells the rest. */
static UllimAccount *
find_best (UllimAccountButton *self)
{
  UllimAccount *best = NULL;

  for (guint i = 0; i < self->watched->len; i++) {
    UllimAccount *account = self->watched->pdata[i];

    if (ullim_account_get_state (account) == ULLIM_CONNECTION_ONLINE)
      return account;
    if (!best)
      best = account;
  }
  return best;
}

/* What is told, as long as there is a line to tell it over. */
static void
show_presence (UllimAccountButton *self, UllimConnectionState state)
{
  UllimPresenceService *service = ullim_engine_get_presence (self->engine);
  UllimPresence         told = {.state = ullim_presence_service_get_told (service)};
  UllimOwnPresence      own = ullim_presence_service_get_own (service);
  const char           *words = ullim_presence_text_state (told.state);

  if (own == ULLIM_OWN_INVISIBLE)
    words = ullim_presence_text_own (own);
  told.is_stale = state != ULLIM_CONNECTION_ONLINE;
  ullim_presence_badge_set_on (GTK_WIDGET (self->avatar), &told);
  atk_object_set_description (gtk_widget_get_accessible (GTK_WIDGET (self)), words);
}

static void
update (UllimAccountButton *self)
{
  UllimAccount    *best = find_best (self);
  g_autofree char *state = NULL;
  g_autofree char *name = NULL;

  if (best) {
    hdy_avatar_set_text (self->avatar, ullim_account_get_display_name (best));
    show_presence (self, ullim_account_get_state (best));
    state = ullim_state_text_account (best);
    /* Translators: name of the account button; the state is for example "Online". */
    name = g_strdup_printf (_ ("Accounts: %s"), state);
    atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self)), name);
    gtk_widget_set_tooltip_text (GTK_WIDGET (self), name);
  } else {
    ullim_presence_badge_set_on (GTK_WIDGET (self->avatar), NULL);
  }
  if (gtk_widget_get_visible (self->popover))
    fill_popover (self);
}

static void
unwatch (UllimAccountButton *self)
{
  for (guint i = 0; i < self->watched->len; i++)
    g_signal_handlers_disconnect_by_data (self->watched->pdata[i], self);
  g_ptr_array_set_size (self->watched, 0);
}

static void
on_accounts_changed (UllimAccountButton *self)
{
  GListModel *accounts = ullim_engine_get_accounts (self->engine);
  guint       n = g_list_model_get_n_items (accounts);

  unwatch (self);
  for (guint i = 0; i < n; i++) {
    UllimAccount *account = g_list_model_get_item (accounts, i);

    g_ptr_array_add (self->watched, account);
    g_signal_connect_object (account, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  }
  update (self);
}

static void
ullim_account_button_dispose (GObject *object)
{
  UllimAccountButton *self = ULLIM_ACCOUNT_BUTTON (object);

  if (self->watched)
    unwatch (self);
  g_clear_pointer (&self->watched, g_ptr_array_unref);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (ullim_account_button_parent_class)->dispose (object);
}

static void
ullim_account_button_class_init (UllimAccountButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ullim_account_button_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/im/ullim/Ullim/ui/account-button.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimAccountButton, avatar);
  gtk_widget_class_bind_template_child (widget_class, UllimAccountButton, popover);
  gtk_widget_class_bind_template_child (widget_class, UllimAccountButton, chooser);
  gtk_widget_class_bind_template_child (widget_class, UllimAccountButton, rows);
  gtk_widget_class_bind_template_child (widget_class, UllimAccountButton, invite_button);
  gtk_widget_class_bind_template_callback (widget_class, on_popover_shown);
}

static void
ullim_account_button_init (UllimAccountButton *self)
{
  self->watched = g_ptr_array_new_with_free_func (g_object_unref);
  g_type_ensure (HDY_TYPE_AVATAR);
  g_type_ensure (ULLIM_TYPE_PRESENCE_CHOOSER);
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ullim_account_button_set_engine (UllimAccountButton *self, UllimEngine *engine, GSettings *settings)
{
  UllimPresenceService *presence = ullim_engine_get_presence (engine);

  g_return_if_fail (self->engine == NULL);

  self->engine = g_object_ref (engine);
  ullim_presence_chooser_set_service (self->chooser, presence, settings);
  g_signal_connect_object (presence, "own-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ullim_engine_get_accounts (engine), "items-changed",
                           G_CALLBACK (on_accounts_changed), self, G_CONNECT_SWAPPED);
  on_accounts_changed (self);
}

void
ullim_account_button_edit_note (UllimAccountButton *self)
{
  gtk_popover_popup (GTK_POPOVER (self->popover));
  ullim_presence_chooser_focus_note (self->chooser);
}
