/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Presence rules: whatever they are, what is set holds, before and after it was written and read.
 */
#include "fuzz.h"
#include "pres-rules.h"

#include <string.h>

#define WATCHER "sip:a@h"

static void
check (const UllimPresRules *rules, UllimPresAction action, UllimPresAction others)
{
  g_autofree char           *text = ullim_pres_rules_to_string (rules);
  g_autoptr (GError)         error = NULL;
  g_autoptr (UllimPresRules) read = ullim_pres_rules_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_cmpint (ullim_pres_rules_decide (rules, WATCHER, NULL), ==, action);
  g_assert_cmpint (ullim_pres_rules_decide (read, WATCHER, NULL), ==, action);
  g_assert_cmpint (ullim_pres_rules_decide_others (read), ==, others);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (UllimPresRules) rules = ullim_pres_rules_parse ((const char *) data, size, NULL);
  UllimPresAction            others;

  if (!rules)
    return 0;
  others = ullim_pres_rules_decide_others (rules);
  check (rules, ullim_pres_rules_decide (rules, WATCHER, NULL), others);
  for (int action = ULLIM_PRES_ALLOW; action >= ULLIM_PRES_BLOCK; action--) {
    ullim_pres_rules_set (rules, WATCHER, action);
    check (rules, action, others);
  }
  ullim_pres_rules_set_others (rules, ULLIM_PRES_ALLOW);
  check (rules, ULLIM_PRES_BLOCK, ULLIM_PRES_ALLOW);
  ullim_pres_rules_forget (rules, WATCHER);
  check (rules, ullim_pres_rules_decide (rules, WATCHER, NULL), ULLIM_PRES_ALLOW);
  return 0;
}
