/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Presence rules: what others' documents decide, that a change holds whatever was there, and that
 * nothing not understood is lost or grants anything.
 */
#include "pres-rules.h"

#include "xml.h"

#include <string.h>

#define HEAD                                                                                       \
  "<cr:ruleset xmlns='urn:ietf:params:xml:ns:pres-rules'"                                          \
  " xmlns:pr='urn:ietf:params:xml:ns:pres-rules' xmlns:cr='urn:ietf:params:xml:ns:common-policy'>"
#define TAIL "</cr:ruleset>"
#define RULE(id, conditions, action)                                                               \
  "<cr:rule id='" id "'>" conditions "<cr:actions><pr:sub-handling>" action                        \
  "</pr:sub-handling></cr:actions></cr:rule>"
#define WHO(identity) "<cr:conditions><cr:identity>" identity "</cr:identity></cr:conditions>"
#define ONE(uri) "<cr:one id='" uri "'/>"
#define ALL                                                                                        \
  "<cr:transformations><pr:provide-services><pr:all-services/></pr:provide-services>"              \
  "<pr:provide-persons><pr:all-persons/></pr:provide-persons><pr:provide-all-attributes/>"         \
  "</cr:transformations>"

static UllimPresRules *
parse (const char *content)
{
  g_autofree char   *text = g_strconcat (HEAD, content, TAIL, NULL);
  g_autoptr (GError) error = NULL;
  UllimPresRules    *rules = ullim_pres_rules_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return rules;
}

static const struct {
  const char     *content;
  const char     *watcher; /* NULL: a stranger */
  UllimPresAction action;
} decisions[] = {
    {"", "sip:a@h", ULLIM_PRES_BLOCK},
    {RULE ("1", "", "allow"), "sip:a@h", ULLIM_PRES_ALLOW},
    {RULE ("1", "", "allow"), NULL, ULLIM_PRES_ALLOW},
    {RULE ("1", "<cr:conditions/>", "confirm"), "sip:a@h", ULLIM_PRES_CONFIRM},
    {RULE ("1", WHO (ONE ("sip:a@h")), "allow"), "sips:a@H:5061;x=1", ULLIM_PRES_ALLOW},
    {RULE ("1", WHO (ONE ("sip:a@h")), "allow"), "sip:b@h", ULLIM_PRES_BLOCK},
    {RULE ("1", WHO (ONE ("sip:a@h")), "allow"), NULL, ULLIM_PRES_BLOCK},
    {RULE ("1", WHO (ONE ("sip:b@h") ONE ("sip:a@h")), "polite-block"), "sip:a@h",
     ULLIM_PRES_POLITE_BLOCK},
    {RULE ("1", WHO (ONE ("sip:a@h")), "confirm") RULE ("2", WHO ("<cr:many/>"), "block"),
     "sip:a@h", ULLIM_PRES_CONFIRM},
    {RULE ("1", WHO ("<cr:many domain='H'/>"), "allow"), "sip:a@h", ULLIM_PRES_ALLOW},
    {RULE ("1", WHO ("<cr:many domain='h'/>"), "allow"), "sip:a@g", ULLIM_PRES_BLOCK},
    {RULE ("1", WHO ("<cr:many domain='h'/>"), "allow"), NULL, ULLIM_PRES_BLOCK},
    {RULE ("1", WHO ("<cr:many><cr:except id='sip:a@h'/></cr:many>"), "allow"), "sip:a@h",
     ULLIM_PRES_BLOCK},
    {RULE ("1", WHO ("<cr:many><cr:except domain='h'/></cr:many>"), "allow"), "sip:a@h",
     ULLIM_PRES_BLOCK},
    {RULE ("1", WHO ("<cr:many><cr:except domain='g'/></cr:many>"), "allow"), "sip:a@h",
     ULLIM_PRES_ALLOW},
    {RULE ("1", WHO ("<cr:many><x:y xmlns:x='urn:x'/></cr:many>"), "allow"), "sip:a@h",
     ULLIM_PRES_BLOCK},
    {RULE ("1", "<cr:conditions><cr:sphere value='work'/></cr:conditions>", "allow"), "sip:a@h",
     ULLIM_PRES_BLOCK},
    {RULE ("1",
           "<cr:conditions><cr:identity>" ONE (
               "sip:a@h") "</cr:identity><cr:validity><cr:from>2020-01-01T00:00:00Z</cr:from>"
                          "</cr:validity></cr:conditions>",
           "allow"),
     "sip:a@h", ULLIM_PRES_BLOCK},
    {RULE ("1",
           "<cr:conditions><o:other-identity xmlns:o='urn:oma:xml:xdm:common-policy'/>"
           "</cr:conditions>",
           "allow"),
     "sip:a@h", ULLIM_PRES_BLOCK},
    {RULE ("1", "", "everything"), "sip:a@h", ULLIM_PRES_BLOCK},
};

static void
test_decide (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (decisions); i++) {
    g_autoptr (UllimPresRules) rules = parse (decisions[i].content);
    UllimPresAction            action = decisions[i].watcher
                                            ? ullim_pres_rules_decide (rules, decisions[i].watcher, NULL)
                                            : ullim_pres_rules_decide_others (rules);

    g_test_message ("case %u", i);
    g_assert_cmpint (action, ==, decisions[i].action);
  }
}

static void
test_limited (void)
{
  static const char          whole[] = "<cr:rule id='1'><cr:actions><pr:sub-handling>allow"
                                       "</pr:sub-handling></cr:actions>" ALL "</cr:rule>";
  g_autoptr (UllimPresRules) all = parse (whole);
  g_autoptr (UllimPresRules) part = parse (RULE ("1", "", "allow"));
  gboolean                   is_limited;

  g_assert_cmpint (ullim_pres_rules_decide (all, "sip:a@h", &is_limited), ==, ULLIM_PRES_ALLOW);
  g_assert_false (is_limited);
  g_assert_cmpint (ullim_pres_rules_decide (part, "sip:a@h", &is_limited), ==, ULLIM_PRES_ALLOW);
  g_assert_true (is_limited);
  ullim_pres_rules_set (part, "sip:a@h", ULLIM_PRES_ALLOW);
  g_assert_cmpint (ullim_pres_rules_decide (part, "sip:a@h", &is_limited), ==, ULLIM_PRES_ALLOW);
  g_assert_false (is_limited);
}

static void
check_written (const UllimPresRules *rules, const char *watcher, UllimPresAction action)
{
  g_autofree char           *text = ullim_pres_rules_to_string (rules);
  g_autoptr (GError)         error = NULL;
  g_autoptr (UllimPresRules) read = ullim_pres_rules_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_cmpint (ullim_pres_rules_decide (rules, watcher, NULL), ==, action);
  g_assert_cmpint (ullim_pres_rules_decide (read, watcher, NULL), ==, action);
}

/* Each action in turn over everything that the table above holds. */
static void
test_set (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (decisions); i++) {
    g_autoptr (UllimPresRules) rules = parse (decisions[i].content);
    UllimPresAction            b = ullim_pres_rules_decide (rules, "sip:b@h", NULL);
    UllimPresAction            others = ullim_pres_rules_decide_others (rules);

    g_test_message ("case %u", i);
    for (int action = ULLIM_PRES_ALLOW; action >= ULLIM_PRES_BLOCK; action--) {
      ullim_pres_rules_set (rules, "sip:a@h", action);
      check_written (rules, "sip:a@h", action);
      check_written (rules, "sip:b@h", b);
      g_assert_cmpint (ullim_pres_rules_decide_others (rules), ==, others);
    }
    ullim_pres_rules_set_others (rules, ULLIM_PRES_ALLOW);
    check_written (rules, "sip:a@h", ULLIM_PRES_BLOCK);
    g_assert_cmpint (ullim_pres_rules_decide_others (rules), ==, ULLIM_PRES_ALLOW);
    ullim_pres_rules_set_others (rules, ULLIM_PRES_CONFIRM);
    g_assert_cmpint (ullim_pres_rules_decide_others (rules), ==, ULLIM_PRES_CONFIRM);
    check_written (rules, "sip:a@h", ULLIM_PRES_BLOCK);
  }
}

static void
test_forget (void)
{
  g_autoptr (UllimPresRules) rules = ullim_pres_rules_new (ULLIM_PRES_CONFIRM);
  g_autofree char           *before = ullim_pres_rules_to_string (rules);
  g_autofree char           *after = NULL;
  g_autoptr (GPtrArray)      named = NULL;

  ullim_pres_rules_set (rules, "sip:a@h", ULLIM_PRES_BLOCK);
  ullim_pres_rules_set (rules, "sip:b@h", ULLIM_PRES_ALLOW);
  ullim_pres_rules_set (rules, "sip:a@h", ULLIM_PRES_ALLOW);
  named = ullim_pres_rules_get_named (rules);
  g_assert_cmpuint (named->len, ==, 2);
  g_assert_cmpstr (named->pdata[0], ==, "sip:b@h");
  g_assert_cmpstr (named->pdata[1], ==, "sip:a@h");
  ullim_pres_rules_forget (rules, "sip:a@h");
  check_written (rules, "sip:a@h", ULLIM_PRES_CONFIRM);
  check_written (rules, "sip:b@h", ULLIM_PRES_ALLOW);
  ullim_pres_rules_forget (rules, "sip:b@h");
  after = ullim_pres_rules_to_string (rules);
  g_assert_cmpstr (after, ==, before);
}

/* A server that goes by the first rule that fits, and knows no exceptions, decides the same. */
static void
test_order (void)
{
  static const UllimPresAction actions[] = {ULLIM_PRES_ALLOW, ULLIM_PRES_BLOCK,
                                            ULLIM_PRES_POLITE_BLOCK, ULLIM_PRES_ALLOW};
  g_autoptr (UllimPresRules)   rules = ullim_pres_rules_new (ULLIM_PRES_CONFIRM);

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++) {
    g_autofree char *text = NULL;
    const char      *named;
    const char      *many;

    ullim_pres_rules_set (rules, "sip:a@h", actions[i]);
    text = ullim_pres_rules_to_string (rules);
    named = strstr (text, "<one id=\"sip:a@h\"/>");
    many = strstr (text, "<many>");
    g_assert_nonnull (named);
    g_assert_nonnull (many);
    g_assert_true (named < many);
  }
}

/* Our own rule made somebody else's: its condition must not swallow what we set. */
static void
test_taken (void)
{
  g_autoptr (UllimPresRules) rules =
      parse ("<cr:rule id='ullim-allow'><cr:conditions><cr:sphere value='x'/><cr:identity>" ONE (
          "sip:c@h") "</cr:identity></cr:conditions></cr:rule>");
  g_autofree char *text = NULL;

  ullim_pres_rules_set (rules, "sip:a@h", ULLIM_PRES_ALLOW);
  check_written (rules, "sip:a@h", ULLIM_PRES_ALLOW);
  check_written (rules, "sip:c@h", ULLIM_PRES_BLOCK);
  text = ullim_pres_rules_to_string (rules);
  g_assert_nonnull (strstr (text, "<sphere value=\"x\"/>"));
}

static void
test_refused (void)
{
  g_autoptr (GString)      text = g_string_new (HEAD);
  static const char *const refused[] = {"", "<ruleset/>", HEAD, HEAD "</ruleset>"};

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    g_assert_null (ullim_pres_rules_parse (refused[i], strlen (refused[i]), NULL));
  for (guint i = 0; i <= ULLIM_PRES_RULES_MAX_RULES; i++)
    g_string_append (text, "<cr:rule/>");
  g_string_append (text, TAIL);
  g_assert_null (ullim_pres_rules_parse (text->str, text->len, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pres-rules/decide", test_decide);
  g_test_add_func ("/pres-rules/limited", test_limited);
  g_test_add_func ("/pres-rules/set", test_set);
  g_test_add_func ("/pres-rules/order", test_order);
  g_test_add_func ("/pres-rules/forget", test_forget);
  g_test_add_func ("/pres-rules/taken", test_taken);
  g_test_add_func ("/pres-rules/refused", test_refused);
  return g_test_run ();
}
