/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was decided about people, as presence rules (RFC 5025), merged with those of other devices.
 * Pure functions on values, any thread. For core/ only.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * UllimRuling:
 * @ULLIM_RULING_ASK: nothing is decided
 * @ULLIM_RULING_ALLOW: they see
 * @ULLIM_RULING_DENY: they do not
 */
typedef enum {
  ULLIM_RULING_ASK,
  ULLIM_RULING_ALLOW,
  ULLIM_RULING_DENY,
} UllimRuling;

/** UllimRuledPerson: @key: comparison key of @uri */
typedef struct {
  char       *uri;
  char       *key;
  UllimRuling ruling;
} UllimRuledPerson;

UllimRuledPerson *ullim_ruled_person_new (const char *uri, const char *key, UllimRuling ruling);
void              ullim_ruled_person_free (UllimRuledPerson *person);

/**
 * ullim_permission_rules_merge:
 * @people: (element-type UllimRuledPerson): about whom something is decided here
 * @base: (nullable): the document that was agreed on
 * @theirs: (nullable): the one on the server
 * @changes: (out) (transfer full) (element-type UllimRuledPerson): what is to be decided here
 * @error: return location for a %ULLIM_XML_ERROR
 *
 * What one side decided holds for both; where both decided differently, who shows less. Rules that
 * name nobody, and what is not understood, stay as they are.
 *
 * Returns: (transfer full) (nullable): the document as it shall be: @theirs itself if it says that;
 *   %NULL without an error: none is there, and none is needed
 */
char *ullim_permission_rules_merge (GPtrArray  *people,
                                    const char *base,
                                    const char *theirs,
                                    GPtrArray **changes,
                                    GError    **error);

G_END_DECLS
