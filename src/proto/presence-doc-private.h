/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the reader, the writer and the composer of presence documents share.
 */
#pragma once

#include "presence-doc.h"

G_BEGIN_DECLS

/** ullim_presence_notes_add: @notes: (element-type UllimPresenceNote); as
 * ullim_presence_doc_add_note() */
void ullim_presence_notes_add (GPtrArray *notes, const char *lang, const char *text);

/** ullim_presence_tuple_new: Returns: (transfer full): @id made an XML name */
UllimPresenceTuple *ullim_presence_tuple_new (const char *id, UllimPresenceBasic basic);

/** ullim_presence_tuple_copy: Returns: (transfer full) */
UllimPresenceTuple *ullim_presence_tuple_copy (const UllimPresenceTuple *tuple);

G_END_DECLS
