/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bar about connection problems. Its button triggers one of the application's actions with the
 * account's id.
 */
#define G_LOG_DOMAIN "problem-bar"

#include "ullim-config.h"

#include "account.h"
#include "problem-bar.h"
#include "state-text.h"

#include <glib/gi18n-lib.h>

struct _UllimProblemBar {
  GtkRevealer parent_instance;

  GtkLabel  *account_label;
  GtkLabel  *text_label;
  GtkButton *button;

  GListModel *accounts; /* owned, nullable */
  GPtrArray  *watched;  /* owned, of UllimAccount */
};

G_DEFINE_FINAL_TYPE (UllimProblemBar, ullim_problem_bar, GTK_TYPE_REVEALER)

static void
offer (UllimProblemBar *self, UllimAccount *account)
{
  const char *label = _ ("_Try Now");
  const char *action = "app.reconnect";

  switch ((int) ullim_account_get_problem (account)) {
  case ULLIM_PROBLEM_CERTIFICATE_UNKNOWN:
  case ULLIM_PROBLEM_CERTIFICATE_CHANGED:
  case ULLIM_PROBLEM_CERTIFICATE_INVALID:
    label = _ ("Show _Certificate");
    action = "app.certificate";
    break;
  case ULLIM_PROBLEM_PASSWORD:
  case ULLIM_PROBLEM_PASSWORD_MISSING:
  case ULLIM_PROBLEM_KEYRING:
    label = _ ("Enter _Password");
    action = "app.password";
    break;
  case ULLIM_PROBLEM_NAME_NOT_FOUND:
  case ULLIM_PROBLEM_UNKNOWN_ACCOUNT:
  case ULLIM_PROBLEM_ADDRESS:
  case ULLIM_PROBLEM_PORT_IN_USE:
    label = _ ("_Edit Account");
    action = "app.edit-account";
    break;
  default:
    break;
  }
  gtk_button_set_label (self->button, label);
  gtk_button_set_use_underline (self->button, TRUE);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->button), "x",
                                    ullim_account_get_id (account));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), action);
}

/* What only the user can mend comes before what mends itself. */
static UllimAccount *
find_worst (UllimProblemBar *self)
{
  UllimAccount *waiting = NULL;

  for (guint i = 0; i < self->watched->len; i++) {
    UllimAccount        *account = self->watched->pdata[i];
    UllimConnectionState state = ullim_account_get_state (account);

    if (ullim_account_get_problem (account) == ULLIM_PROBLEM_NONE)
      continue;
    if (state == ULLIM_CONNECTION_FAILED)
      return account;
    if (state == ULLIM_CONNECTION_WAITING && !waiting)
      waiting = account;
  }
  return waiting;
}

static void
update (UllimProblemBar *self)
{
  UllimAccount    *account = find_worst (self);
  g_autofree char *text = NULL;

  if (account) {
    text = ullim_state_text_problem (account);
    gtk_label_set_text (self->text_label, text);
    gtk_label_set_text (self->account_label,
                        ullim_state_text_address (ullim_account_get_address (account)));
    gtk_widget_set_visible (GTK_WIDGET (self->account_label), self->watched->len > 1);
    offer (self, account);
  }
  gtk_revealer_set_reveal_child (GTK_REVEALER (self), account != NULL);
}

static void
unwatch (UllimProblemBar *self)
{
  for (guint i = 0; i < self->watched->len; i++)
    g_signal_handlers_disconnect_by_data (self->watched->pdata[i], self);
  g_ptr_array_set_size (self->watched, 0);
}

static void
on_accounts_changed (UllimProblemBar *self)
{
  guint n = g_list_model_get_n_items (self->accounts);

  unwatch (self);
  for (guint i = 0; i < n; i++) {
    UllimAccount *account = g_list_model_get_item (self->accounts, i);

    g_ptr_array_add (self->watched, account);
    g_signal_connect_object (account, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  }
  update (self);
}

static void
ullim_problem_bar_dispose (GObject *object)
{
  UllimProblemBar *self = ULLIM_PROBLEM_BAR (object);

  if (self->watched)
    unwatch (self);
  g_clear_pointer (&self->watched, g_ptr_array_unref);
  g_clear_object (&self->accounts);
  G_OBJECT_CLASS (ullim_problem_bar_parent_class)->dispose (object);
}

static void
ullim_problem_bar_class_init (UllimProblemBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ullim_problem_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/ullim/Ullim/ui/problem-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimProblemBar, account_label);
  gtk_widget_class_bind_template_child (widget_class, UllimProblemBar, text_label);
  gtk_widget_class_bind_template_child (widget_class, UllimProblemBar, button);
}

static void
ullim_problem_bar_init (UllimProblemBar *self)
{
  self->watched = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ullim_problem_bar_set_accounts (UllimProblemBar *self, GListModel *accounts)
{
  g_return_if_fail (self->accounts == NULL);

  self->accounts = g_object_ref (accounts);
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (on_accounts_changed), self,
                           G_CONNECT_SWAPPED);
  on_accounts_changed (self);
}
