/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rows of the combo box are the engine's accounts, in their order.
 */
#define G_LOG_DOMAIN "account-choice"

#include "ullim-config.h"

#include "account-choice.h"

#include <glib/gi18n-lib.h>

#include "state-text.h"

void
ullim_account_choice_fill (GtkComboBoxText *combo,
                           GtkWidget       *label,
                           UllimEngine     *engine,
                           UllimAccount    *chosen)
{
  GListModel *accounts = ullim_engine_get_accounts (engine);
  guint       n = g_list_model_get_n_items (accounts);
  int         active = 0;

  for (guint i = 0; i < n; i++) {
    g_autoptr (UllimAccount) account = g_list_model_get_item (accounts, i);

    gtk_combo_box_text_append_text (combo,
                                    ullim_state_text_address (ullim_account_get_address (account)));
    if (account == chosen)
      active = (int) i;
  }
  gtk_combo_box_set_active (GTK_COMBO_BOX (combo), active);
  gtk_widget_set_visible (GTK_WIDGET (combo), n > 1);
  gtk_widget_set_visible (label, n > 1);
}

UllimAccount *
ullim_account_choice_get (GtkComboBoxText *combo, UllimEngine *engine)
{
  int active = gtk_combo_box_get_active (GTK_COMBO_BOX (combo));

  return g_list_model_get_item (ullim_engine_get_accounts (engine), (guint) MAX (active, 0));
}

char *
ullim_account_choice_hint (UllimAccount *account)
{
  if (account && ullim_account_get_settings (account)->registers)
    /* Translators: %s is a host name, as in "example.org". */
    return g_strdup_printf (_ ("A name at %s is enough; others look like name@example.org."),
                            ullim_account_get_host (account));
  return g_strdup (_ ("Without a server, write the whole address: name@192.168.0.7:5060."));
}
