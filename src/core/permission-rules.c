/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A three-way merge, person by person. Refused politely or not is the same here.
 */
#define G_LOG_DOMAIN "permission-rules"

#include "permission-rules.h"

#include "pres-rules.h"
#include "uri.h"

#include <string.h>

/* One person in the three versions. */
typedef struct {
  char       *uri;
  UllimRuling base;
  UllimRuling ours;
  UllimRuling theirs;
} Case;

UllimRuledPerson *
ullim_ruled_person_new (const char *uri, const char *key, UllimRuling ruling)
{
  UllimRuledPerson *person = g_new0 (UllimRuledPerson, 1);

  person->uri = g_strdup (uri);
  person->key = g_strdup (key);
  person->ruling = ruling;
  return person;
}

void
ullim_ruled_person_free (UllimRuledPerson *person)
{
  g_free (person->uri);
  g_free (person->key);
  g_free (person);
}

static void
case_free (gpointer data)
{
  g_free (((Case *) data)->uri);
  g_free (data);
}

static Case *
get_case (GHashTable *cases, const char *key, const char *uri)
{
  Case *found = g_hash_table_lookup (cases, key);

  if (!found) {
    found = g_new0 (Case, 1);
    found->uri = g_strdup (uri);
    g_hash_table_insert (cases, g_strdup (key), found);
  }
  return found;
}

static UllimRuling
ruling_of (const UllimPresRules *rules, const char *uri)
{
  switch (ullim_pres_rules_decide (rules, uri, NULL)) {
  case ULLIM_PRES_ALLOW:
    return ULLIM_RULING_ALLOW;
  case ULLIM_PRES_BLOCK:
  case ULLIM_PRES_POLITE_BLOCK:
    return ULLIM_RULING_DENY;
  case ULLIM_PRES_CONFIRM:
  default:
    return ULLIM_RULING_ASK;
  }
}

/* @rules: (nullable) */
static void
collect (GHashTable *cases, const UllimPresRules *rules, gboolean is_base)
{
  g_autoptr (GPtrArray) named = rules ? ullim_pres_rules_get_named (rules) : NULL;

  for (guint i = 0; named && i < named->len; i++) {
    const char          *text = named->pdata[i];
    g_autoptr (UllimUri) uri = ullim_uri_parse (text, NULL);
    g_autofree char     *key = uri ? ullim_uri_key (uri) : NULL;
    Case                *found;

    if (!key)
      continue;
    found = get_case (cases, key, text);
    *(is_base ? &found->base : &found->theirs) = ruling_of (rules, text);
  }
}

static UllimRuling
shows_less (UllimRuling a, UllimRuling b)
{
  static const int openness[] = {
      [ULLIM_RULING_DENY] = 0, [ULLIM_RULING_ASK] = 1, [ULLIM_RULING_ALLOW] = 2};

  return openness[a] < openness[b] ? a : b;
}

static UllimRuling
merge_case (const Case *one)
{
  if (one->ours == one->base)
    return one->theirs;
  if (one->theirs == one->base)
    return one->ours;
  return shows_less (one->ours, one->theirs);
}

static void
write_ruling (UllimPresRules *rules, const char *uri, UllimRuling ruling)
{
  if (ruling == ULLIM_RULING_ASK)
    ullim_pres_rules_forget (rules, uri);
  else
    ullim_pres_rules_set (rules, uri,
                          ruling == ULLIM_RULING_ALLOW ? ULLIM_PRES_ALLOW : ULLIM_PRES_BLOCK);
}

/* Returns: whether @rules are others now */
static gboolean
merge_cases (GHashTable *cases, UllimPresRules *rules, GPtrArray *changes)
{
  gboolean       is_changed = FALSE;
  GHashTableIter iter;
  gpointer       key;
  gpointer       value;

  g_hash_table_iter_init (&iter, cases);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    const Case *one = value;
    UllimRuling merged = merge_case (one);

    if (merged != one->theirs) {
      write_ruling (rules, one->uri, merged);
      is_changed = TRUE;
    }
    if (merged != one->ours)
      g_ptr_array_add (changes, ullim_ruled_person_new (one->uri, key, merged));
  }
  return is_changed;
}

char *
ullim_permission_rules_merge (GPtrArray  *people,
                              const char *base,
                              const char *theirs,
                              GPtrArray **changes,
                              GError    **error)
{
  g_autoptr (GHashTable) cases = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, case_free);
  g_autoptr (UllimPresRules) rules = NULL;
  g_autoptr (UllimPresRules) base_rules = NULL;

  *changes = NULL;
  rules = theirs ? ullim_pres_rules_parse (theirs, strlen (theirs), error)
                 : ullim_pres_rules_new (ULLIM_PRES_CONFIRM);
  if (!rules)
    return NULL;
  base_rules = base ? ullim_pres_rules_parse (base, strlen (base), NULL) : NULL;
  collect (cases, base_rules, TRUE);
  if (theirs)
    collect (cases, rules, FALSE);
  for (guint i = 0; i < people->len; i++) {
    const UllimRuledPerson *person = people->pdata[i];

    get_case (cases, person->key, person->uri)->ours = person->ruling;
  }
  *changes = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_ruled_person_free);
  if (!merge_cases (cases, rules, *changes))
    return g_strdup (theirs);
  return ullim_pres_rules_to_string (rules);
}
