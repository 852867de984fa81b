/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Partial presence: patches in order, each kind of operation, and what is refused without a change.
 */
#include "presence-partial.h"

#include <string.h>

#define DECLARATIONS                                                                               \
  " xmlns='urn:ietf:params:xml:ns:pidf' xmlns:p='urn:ietf:params:xml:ns:pidf-diff'"                \
  " xmlns:r='urn:ietf:params:xml:ns:pidf:rpid' xmlns:d='urn:ietf:params:xml:ns:pidf:data-model'"

static const char full[] =
    "<p:pidf-full" DECLARATIONS " entity='pres:someone@example.com' version='567'>"
    "<tuple id='sg89ae'><status><basic>open</basic></status><contact priority='0.8'>tel:09012345678"
    "</contact></tuple><tuple id='cg231jcr'><status><basic>open</basic></status><contact"
    " priority='1.0'>im:pep@example.com</contact></tuple><tuple id='r1230d'><status><basic>closed"
    "</basic></status></tuple><note xml:lang='en'>Full state presence document</note>"
    "<d:person id='p'><r:activities><r:on-the-phone/><r:busy/></r:activities></d:person>"
    "</p:pidf-full>";

static gboolean
update (UllimPresencePartial *partial, guint version, const char *operations)
{
  g_autofree char *text =
      g_strdup_printf ("<p:pidf-diff" DECLARATIONS " entity='pres:someone@example.com' "
                       "version='%u'>%s</p:pidf-diff>",
                       version, operations);

  return ullim_presence_partial_update (partial, text, strlen (text), NULL);
}

static UllimPresencePartial *
make (void)
{
  UllimPresencePartial *partial = ullim_presence_partial_new ();

  g_assert_true (ullim_presence_partial_update (partial, full, strlen (full), NULL));
  return partial;
}

static char *
state (UllimPresencePartial *partial)
{
  g_autoptr (UllimPresenceDoc) doc = ullim_presence_partial_get_doc (partial);

  return ullim_presence_doc_to_string (doc);
}

/* The example of RFC 5262, section 5. */
static void
test_example (void)
{
  g_autoptr (UllimPresencePartial) partial = make ();
  g_autoptr (UllimPresenceDoc)     before = ullim_presence_partial_get_doc (partial);
  g_autoptr (UllimPresenceDoc)     after = NULL;
  UllimPresenceTuple              *tuple;

  g_assert_cmpuint (before->tuples->len, ==, 3);
  g_assert_cmpint (before->activity, ==, ULLIM_PRESENCE_ACTIVITY_ON_THE_PHONE);
  g_assert_true (update (
      partial, 568,
      "<p:add sel=\"presence/note\" pos=\"before\"><tuple id='ert4773'><status><basic>open</basic>"
      "</status><contact priority='0.4'>mailto:pep@example.com</contact></tuple></p:add>"
      "<p:replace sel=\"*/tuple[@id='r1230d']/status/basic/text()\">open</p:replace>"
      "<p:remove sel=\"*/d:person/r:activities/r:on-the-phone\" ws='after'/>"
      "<p:replace sel=\"*/tuple[@id='cg231jcr']/contact/@priority\">0.7</p:replace>"));
  after = ullim_presence_partial_get_doc (partial);
  g_assert_cmpuint (after->tuples->len, ==, 4);
  g_assert_cmpint (after->activity, ==, ULLIM_PRESENCE_ACTIVITY_BUSY);
  tuple = after->tuples->pdata[1];
  g_assert_cmpint (tuple->priority, ==, 700);
  tuple = after->tuples->pdata[2];
  g_assert_cmpint (tuple->basic, ==, ULLIM_PRESENCE_BASIC_OPEN);
  tuple = after->tuples->pdata[3];
  g_assert_cmpstr (tuple->id, ==, "ert4773");
}

/* Each operation, and what the document then says in one place. */
static const struct {
  const char *operation;
  const char *found;
  const char *gone;
} operations[] = {
    {"<p:add sel='presence'><note>last</note></p:add>", ">last</note>", NULL},
    {"<p:add sel='/presence' pos='prepend'><tuple id='t0'><status/></tuple></p:add>",
     "<tuple id=\"t0\">", NULL},
    {"<p:add sel='*/tuple[1]' pos='after'><tuple id='t0'><status/></tuple></p:add>",
     "<tuple id=\"t0\">", NULL},
    {"<p:add sel='*/tuple[3]/status' pos='after'><contact>sip:x</contact></p:add>",
     "<contact>sip:x</contact>", NULL},
    {"<p:add sel=\"*/tuple[contact='im:pep@example.com']/status/basic\"/>", "sg89ae", NULL},
    {"<p:replace sel=\"*/tuple[contact='im:pep@example.com']\"><tuple id='t0'/></p:replace>",
     "<tuple id=\"t0\">", "cg231jcr"},
    {"<p:replace sel='*/note'><note>other</note></p:replace>", ">other</note>", "Full state"},
    {"<p:replace sel='*/note/@xml:lang'>ko</p:replace>", "xml:lang=\"ko\"", "\"en\""},
    {"<p:add sel='*/note' type='@xml:lang'>ko</p:add>", "xml:lang=\"ko\"", "\"en\""},
    {"<p:remove sel='*/note/@xml:lang'/>", "<note>Full", "\"en\""},
    {"<p:remove sel='*/note/text()'/>", "sg89ae", "Full state"},
    {"<p:remove sel=\"*/*[@id='sg89ae']\"/>", "cg231jcr", "sg89ae"},
    {"<p:remove sel='*/d:person'/>", "sg89ae", "on-the-phone"},
};

static void
test_operations (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (operations); i++) {
    g_autoptr (UllimPresencePartial) partial = make ();
    g_autofree char                 *text = NULL;

    g_test_message ("%s", operations[i].operation);
    g_assert_true (update (partial, 568, operations[i].operation));
    text = state (partial);
    g_assert_nonnull (strstr (text, operations[i].found));
    g_assert_true (!operations[i].gone || !strstr (text, operations[i].gone));
  }
}

static const char *const refused[] = {
    "<p:remove sel='*/tuple'/>",    /* three of them */
    "<p:remove sel='*/tuple[4]'/>", /* none */
    "<p:remove sel='*/tuple[0]'/>",
    "<p:remove sel='*'/>", /* the root */
    "<p:replace sel='*'><presence/></p:replace>",
    "<p:remove sel='*/x:note'/>", /* what prefix? */
    "<p:remove sel=\"id('sg89ae')\"/>",
    "<p:remove sel=\"*/tuple[@id='sg89ae\"/>",
    "<p:remove sel=\"*/tuple[last()]\"/>",
    "<p:remove sel=\"*//tuple[@id='sg89ae']\"/>",
    "<p:remove sel='*/note '/>",
    "<p:remove sel=''/>",
    "<p:remove/>",
    "<p:remove sel='*/note/namespace::p'/>",
    "<p:add sel='*/note' type='namespace::q'>urn:q</p:add>",
    "<p:add sel='*/note' pos='beside'><note/></p:add>",
    "<p:add sel='*' pos='before'><note/></p:add>",
    "<p:add sel='*/note/text()'>x</p:add>",
    "<p:replace sel='*/note'><note/><note/></p:replace>",
    "<p:replace sel='*/note'>text</p:replace>",
    "<p:replace sel='*/note/@none'>text</p:replace>",
    "<p:move sel='*/note'/>",
    "<remove sel='*/note'/>",
    "<p:remove sel='*/@entity'/>",                      /* then it is no presence document */
    "<p:remove sel='*/note'/><p:remove sel='*/note'/>", /* all or nothing */
    "<p:remove sel='a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a'/>",
};

static void
test_refused (void)
{
  g_autoptr (UllimPresencePartial) partial = make ();
  g_autofree char                 *before = state (partial);
  g_autofree char                 *after = NULL;
  g_autoptr (GString)              many = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_test_message ("%s", refused[i]);
    g_assert_false (update (partial, 568, refused[i]));
  }
  for (guint i = 0; i <= ULLIM_PRESENCE_MAX_OPERATIONS; i++)
    g_string_append (many, "<p:add sel='*'/>");
  g_assert_false (update (partial, 568, many->str));
  after = state (partial);
  g_assert_cmpstr (after, ==, before);
  g_assert_true (update (partial, 568, "<p:remove sel='*/note'/>"));
}

static void
test_versions (void)
{
  static const char plain[] = "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='a:b'/>";
  g_autoptr (UllimPresencePartial) partial = make ();
  g_autoptr (UllimPresencePartial) fresh = ullim_presence_partial_new ();
  g_autofree char                 *before = state (partial);
  g_autofree char                 *after = NULL;
  g_autoptr (UllimPresenceDoc)     doc = NULL;

  g_assert_true (update (partial, 567, "<p:remove sel='*/note'/>"));
  g_assert_true (update (partial, 5, "<p:remove sel='*/note'/>"));
  after = state (partial);
  g_assert_cmpstr (after, ==, before);
  g_assert_false (update (partial, 569, "<p:remove sel='*/note'/>"));
  g_assert_false (update (fresh, 1, "<p:remove sel='*/note'/>"));
  g_assert_null (ullim_presence_partial_get_doc (fresh));
  g_assert_true (ullim_presence_partial_update (partial, plain, strlen (plain), NULL));
  doc = ullim_presence_partial_get_doc (partial);
  g_assert_cmpuint (doc->tuples->len, ==, 0);
  g_assert_true (ullim_presence_partial_update (partial, full, strlen (full), NULL));
  g_assert_true (update (partial, 568, ""));
}

/* It may grow by patches only to the size of one that comes whole. */
static void
test_growth (void)
{
  g_autoptr (UllimPresencePartial) partial = make ();
  g_autofree char                 *words = g_strnfill (ULLIM_PRESENCE_MAX_BYTES / 4, 'x');
  g_autofree char *add = g_strdup_printf ("<p:add sel='*'><note>%s</note></p:add>", words);
  guint            n_done = 0;

  while (n_done < 5 && update (partial, 568 + n_done, add))
    n_done++;
  g_assert_cmpuint (n_done, ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/presence-partial/example", test_example);
  g_test_add_func ("/presence-partial/operations", test_operations);
  g_test_add_func ("/presence-partial/refused", test_refused);
  g_test_add_func ("/presence-partial/versions", test_versions);
  g_test_add_func ("/presence-partial/growth", test_growth);
  return g_test_run ();
}
