/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bar. It shows the watchers that wait for an answer, which stand at the beginning of the
 * service's list. While it is in use, the one that is shown stays, whoever else comes or goes.
 */
#define G_LOG_DOMAIN "request-bar"

#include "ullim-config.h"

#include "request-bar.h"

#include "decision.h"
#include "state-text.h"

#include <glib/gi18n-lib.h>

struct _UllimRequestBar {
  GtkRevealer parent_instance;

  GtkLabel  *text_label;
  GtkLabel  *account_label;
  GtkBox    *steps;
  GtkLabel  *count_label;
  GtkWidget *previous_button;
  GtkWidget *next_button;

  UllimEngine  *engine;  /* owned */
  UllimWatcher *watcher; /* owned, nullable: the one shown */
  guint         position;
};

G_DEFINE_FINAL_TYPE (UllimRequestBar, ullim_request_bar, GTK_TYPE_REVEALER)

static UllimPresenceService *
service_of (UllimRequestBar *self)
{
  return ullim_engine_get_presence (self->engine);
}

char *
ullim_request_text (UllimWatcher *watcher)
{
  const char *name = ullim_watcher_get_name (watcher);
  const char *address = ullim_state_text_address (ullim_watcher_get_uri (watcher));

  if (g_str_equal (name, address))
    return g_strdup_printf (_ ("%s wants to see when you are there"), address);
  /* Translators: a name and an address. */
  return g_strdup_printf (_ ("%s (%s) wants to see when you are there"), name, address);
}

/* Where the shown one stands now, else where it stood. */
static guint
find_position (UllimRequestBar *self, guint n)
{
  GListModel *watchers = ullim_presence_service_get_watchers (service_of (self));

  for (guint i = 0; i < n; i++) {
    g_autoptr (UllimWatcher) watcher = g_list_model_get_item (watchers, i);

    if (watcher == self->watcher)
      return i;
  }
  return MIN (self->position, n - 1);
}

static void
show (UllimRequestBar *self, guint n)
{
  g_autofree char *text = ullim_request_text (self->watcher);
  /* Translators: which one of how many requests is shown: "1 of 3". */
  g_autofree char *count = g_strdup_printf (_ ("%u of %u"), self->position + 1, n);
  UllimAccount    *account = ullim_watcher_get_account (self->watcher);
  guint            accounts = g_list_model_get_n_items (ullim_engine_get_accounts (self->engine));

  gtk_label_set_text (self->text_label, text);
  gtk_label_set_text (self->count_label, count);
  gtk_label_set_text (self->account_label,
                      ullim_state_text_address (ullim_account_get_address (account)));
  gtk_widget_set_visible (GTK_WIDGET (self->account_label), accounts > 1);
  gtk_widget_set_visible (GTK_WIDGET (self->steps), n > 1);
  gtk_widget_set_sensitive (self->previous_button, self->position > 0);
  gtk_widget_set_sensitive (self->next_button, self->position + 1 < n);
}

static void
update (UllimRequestBar *self)
{
  GListModel              *watchers = ullim_presence_service_get_watchers (service_of (self));
  guint                    n = ullim_presence_service_get_n_asked (service_of (self));
  g_autoptr (UllimWatcher) watcher = NULL;

  if (n > 0) {
    self->position = find_position (self, n);
    watcher = g_list_model_get_item (watchers, self->position);
  }
  g_set_object (&self->watcher, watcher);
  if (watcher)
    show (self, n);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self), watcher != NULL);
}

static void
step (UllimRequestBar *self, int by)
{
  g_clear_object (&self->watcher);
  self->position = (guint) MAX ((int) self->position + by, 0);
  update (self);
}

static void
on_previous (UllimRequestBar *self)
{
  step (self, -1);
}

static void
on_next (UllimRequestBar *self)
{
  step (self, 1);
}

static void
decide (UllimRequestBar *self, UllimPermission permission)
{
  if (self->watcher)
    ullim_decision_make (GTK_WIDGET (self), service_of (self),
                         ullim_watcher_get_account (self->watcher),
                         ullim_watcher_get_uri (self->watcher), permission);
}

static void
on_allow (UllimRequestBar *self)
{
  decide (self, ULLIM_PERMISSION_ALLOWED);
}

static void
on_add (UllimRequestBar *self)
{
  g_autoptr (UllimWatcher) watcher = self->watcher ? g_object_ref (self->watcher) : NULL;

  if (watcher)
    ullim_decision_add (GTK_WIDGET (self), self->engine, watcher);
}

static void
on_deny (UllimRequestBar *self)
{
  decide (self, ULLIM_PERMISSION_DENIED);
}

static void
on_block (UllimRequestBar *self)
{
  decide (self, ULLIM_PERMISSION_BLOCKED);
}

static void
ullim_request_bar_dispose (GObject *object)
{
  UllimRequestBar *self = ULLIM_REQUEST_BAR (object);

  g_clear_object (&self->watcher);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (ullim_request_bar_parent_class)->dispose (object);
}

static void
ullim_request_bar_class_init (UllimRequestBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ullim_request_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/ullim/Ullim/ui/request-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimRequestBar, text_label);
  gtk_widget_class_bind_template_child (widget_class, UllimRequestBar, account_label);
  gtk_widget_class_bind_template_child (widget_class, UllimRequestBar, steps);
  gtk_widget_class_bind_template_child (widget_class, UllimRequestBar, count_label);
  gtk_widget_class_bind_template_child (widget_class, UllimRequestBar, previous_button);
  gtk_widget_class_bind_template_child (widget_class, UllimRequestBar, next_button);
  gtk_widget_class_bind_template_callback (widget_class, on_previous);
  gtk_widget_class_bind_template_callback (widget_class, on_next);
  gtk_widget_class_bind_template_callback (widget_class, on_add);
  gtk_widget_class_bind_template_callback (widget_class, on_allow);
  gtk_widget_class_bind_template_callback (widget_class, on_deny);
  gtk_widget_class_bind_template_callback (widget_class, on_block);
}

static void
ullim_request_bar_init (UllimRequestBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ullim_request_bar_set_engine (UllimRequestBar *self, UllimEngine *engine)
{
  g_return_if_fail (self->engine == NULL);

  self->engine = g_object_ref (engine);
  g_signal_connect_object (ullim_presence_service_get_watchers (service_of (self)), "items-changed",
                           G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}
