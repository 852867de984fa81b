/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Permissions merged with presence rules.
 */
#include "permission-rules.h"

#include "pres-rules.h"
#include "xml.h"

#include <string.h>

static const char *const names[] = {"ask", "allow", "deny"};

static GPtrArray *
people_of (UllimRuling ruling)
{
  GPtrArray *people = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_ruled_person_free);

  if (ruling != ULLIM_RULING_ASK)
    g_ptr_array_add (people, ullim_ruled_person_new ("sip:bob@h", "bob@h", ruling));
  return people;
}

/* Rules that say that about bob, and always the same about carol. */
static char *
rules_of (UllimRuling ruling)
{
  g_autoptr (UllimPresRules) rules = ullim_pres_rules_new (ULLIM_PRES_CONFIRM);

  if (ruling != ULLIM_RULING_ASK)
    ullim_pres_rules_set (rules, "sip:bob@h",
                          ruling == ULLIM_RULING_ALLOW ? ULLIM_PRES_ALLOW : ULLIM_PRES_BLOCK);
  return ullim_pres_rules_to_string (rules);
}

static UllimRuling
expected (UllimRuling base, UllimRuling ours, UllimRuling theirs)
{
  if (ours == theirs || theirs == base)
    return ours;
  if (ours == base)
    return theirs;
  return ours == ULLIM_RULING_DENY || theirs == ULLIM_RULING_DENY ? ULLIM_RULING_DENY
                                                                  : ULLIM_RULING_ASK;
}

static void
check (UllimRuling base, UllimRuling ours, UllimRuling theirs)
{
  static const UllimPresAction actions[] = {ULLIM_PRES_CONFIRM, ULLIM_PRES_ALLOW, ULLIM_PRES_BLOCK};
  g_autofree char             *base_text = rules_of (base);
  g_autofree char             *their_text = rules_of (theirs);
  g_autoptr (GPtrArray)        people = people_of (ours);
  g_autoptr (GPtrArray)        changes = NULL;
  g_autoptr (UllimPresRules)   rules = NULL;
  g_autofree char             *merged = NULL;
  UllimRuling                  result = expected (base, ours, theirs);

  g_test_message ("%s | %s | %s -> %s", names[base], names[ours], names[theirs], names[result]);
  merged = ullim_permission_rules_merge (people, base_text, their_text, &changes, NULL);
  rules = ullim_pres_rules_parse (merged, strlen (merged), NULL);
  g_assert_cmpint (ullim_pres_rules_decide (rules, "sip:bob@h", NULL), ==, actions[result]);
  g_assert_cmpint (ullim_pres_rules_decide_others (rules), ==, ULLIM_PRES_CONFIRM);
  g_assert_cmpuint (changes->len, ==, result == ours ? 0 : 1);
  if (changes->len > 0) {
    const UllimRuledPerson *change = changes->pdata[0];

    g_assert_cmpstr (change->key, ==, "bob@h");
    g_assert_cmpint (change->ruling, ==, result);
  }
  if (result == theirs)
    g_assert_cmpstr (merged, ==, their_text);
}

static void
test_all_cases (void)
{
  for (UllimRuling base = ULLIM_RULING_ASK; base <= ULLIM_RULING_DENY; base++) {
    for (UllimRuling ours = ULLIM_RULING_ASK; ours <= ULLIM_RULING_DENY; ours++) {
      for (UllimRuling theirs = ULLIM_RULING_ASK; theirs <= ULLIM_RULING_DENY; theirs++)
        check (base, ours, theirs);
    }
  }
}

static void
test_beginning (void)
{
  g_autoptr (GPtrArray)      nobody = people_of (ULLIM_RULING_ASK);
  g_autoptr (GPtrArray)      bob = people_of (ULLIM_RULING_ALLOW);
  g_autoptr (GPtrArray)      changes = NULL;
  g_autoptr (UllimPresRules) rules = NULL;
  g_autofree char           *text = NULL;

  g_assert_null (ullim_permission_rules_merge (nobody, NULL, NULL, &changes, NULL));
  g_clear_pointer (&changes, g_ptr_array_unref);
  text = ullim_permission_rules_merge (bob, NULL, NULL, &changes, NULL);
  rules = ullim_pres_rules_parse (text, strlen (text), NULL);
  g_assert_cmpint (ullim_pres_rules_decide (rules, "sip:bob@h", NULL), ==, ULLIM_PRES_ALLOW);
  g_assert_cmpint (ullim_pres_rules_decide (rules, "sip:x@h", NULL), ==, ULLIM_PRES_CONFIRM);
  g_assert_cmpuint (changes->len, ==, 0);
}

static void
test_damage (void)
{
  g_autoptr (GPtrArray) bob = people_of (ULLIM_RULING_ALLOW);
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError)    error = NULL;

  g_assert_null (ullim_permission_rules_merge (bob, NULL, "<no", &changes, &error));
  g_assert_error (error, ULLIM_XML_ERROR, (gint) ULLIM_XML_ERROR_SYNTAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/permission-rules/cases", test_all_cases);
  g_test_add_func ("/permission-rules/beginning", test_beginning);
  g_test_add_func ("/permission-rules/damage", test_damage);
  return g_test_run ();
}
