/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the reader of vCards shares with the rest.
 */
#pragma once

#include "vcard.h"

G_BEGIN_DECLS

/** ullim_vcard_property_new: Returns: (transfer full); @value: as written */
UllimVcardProperty *ullim_vcard_property_new (const char *name, const char *value);

void ullim_vcard_property_free (UllimVcardProperty *property);

/** ullim_vcard_property_set_param: @value: (nullable): as written; %NULL removes it */
void
ullim_vcard_property_set_param (UllimVcardProperty *property, const char *name, const char *value);

/** ullim_vcard_property_address: Returns: (transfer full) (nullable): it as a sip:, sips: or tel:
 *  address; %NULL if it is none */
char *ullim_vcard_property_address (const UllimVcardProperty *property);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimVcardProperty, ullim_vcard_property_free)

G_END_DECLS
