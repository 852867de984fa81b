/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a contact shares with the list that holds it. A plain callback where a signal handler would
 * cost ten thousand people some 300 bytes each. Private to model/.
 */
#pragma once

#include "contact.h"

G_BEGIN_DECLS

/**
 * UllimContactListener:
 * @before: (nullable): the data until now; %NULL if it is the presence that changed
 *
 * Called before the contact's own signal.
 */
typedef void (*UllimContactListener) (UllimContact           *contact,
                                      const UllimContactData *before,
                                      gpointer                user_data);

/** ullim_contact_set_listener: @listener: (nullable). Returns: %FALSE if it has one already: a
 *  contact is in one list at most */
gboolean
ullim_contact_set_listener (UllimContact *self, UllimContactListener listener, gpointer user_data);

/** ullim_contact_get_listener_data: Returns: (nullable): of the listener it has */
gpointer ullim_contact_get_listener_data (UllimContact *self, UllimContactListener listener);

/** ullim_contact_get_collate_key: Returns: (transfer none): a GRefString: sort key of the display
 * name; another one when the name has changed. Made with the contact, so that ten thousand of them
 * can be made in slices and sorted at once */
char *ullim_contact_get_collate_key (UllimContact *self);

G_END_DECLS
