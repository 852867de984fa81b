/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The addresses of a person as rows that can be written, moved and removed; each is checked while
 * it is typed. The first one is preferred. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "people-service.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_ADDRESS_ROWS (ullim_address_rows_get_type ())
G_DECLARE_FINAL_TYPE (UllimAddressRows, ullim_address_rows, ULLIM, ADDRESS_ROWS, GtkBox)

/** Signals of UllimAddressRows: "changed" (): the addresses, or whether they can be used */

/** ullim_address_rows_set: @contact: whose addresses they are to begin with */
void
ullim_address_rows_set (UllimAddressRows *self, UllimPeopleService *people, UllimContact *contact);
/** ullim_address_rows_set_account: @account: (nullable): whose host completes a mere name */
void ullim_address_rows_set_account (UllimAddressRows *self, UllimAccount *account);

/** ullim_address_rows_get: Returns: (transfer full) (nullable) (element-type UllimContactAddress):
 *  in order; %NULL: one of them cannot be used, or there is none */
GPtrArray *ullim_address_rows_get (UllimAddressRows *self);

G_END_DECLS
