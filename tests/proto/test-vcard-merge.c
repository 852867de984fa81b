/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Merging two vCards: nothing is lost, nothing is there twice.
 */
#include "vcard.h"

#include <string.h>

#define BEGIN "BEGIN:VCARD\r\nVERSION:4.0\r\n"
#define END "END:VCARD\r\n"

static UllimVcard *
parse (const char *body)
{
  g_autofree char      *text = g_strconcat (BEGIN, body, END, NULL);
  g_autoptr (GPtrArray) cards = ullim_vcard_parse_all (text, strlen (text), NULL, NULL);

  g_assert_cmpuint (cards->len, ==, 1);
  return g_ptr_array_steal_index (cards, 0);
}

static char *
merge (const char *body, const char *other_body, gboolean is_same)
{
  g_autoptr (UllimVcard) card = parse (body);
  g_autoptr (UllimVcard) other = parse (other_body);
  g_autofree char       *text = NULL;

  ullim_vcard_merge (card, other, is_same);
  text = ullim_vcard_to_string (card);
  g_assert_true (g_str_has_prefix (text, BEGIN) && g_str_has_suffix (text, END));
  return g_strndup (text + strlen (BEGIN), strlen (text) - strlen (BEGIN) - strlen (END));
}

typedef struct {
  const char *name;
  const char *card;
  const char *other;
  gboolean    is_same;
  const char *expected;
} Case;

static const Case cases[] = {
    {"equal", "UID:1\r\nFN:A\r\nTEL:1\r\n", "UID:1\r\nFN:A\r\nTEL:1\r\n", TRUE,
     "UID:1\r\nFN:A\r\nTEL:1\r\n"},
    {"another", "UID:1\r\nFN:A\r\n", "UID:2\r\nFN:B\r\nBDAY:19900101\r\nNOTE:n\r\n", FALSE,
     "UID:1\r\nFN:A\r\nBDAY:19900101\r\nNOTE:n\r\n"},
    {"same", "UID:1\r\nFN:A\r\nNOTE:m\r\n", "UID:1\r\nFN:B\r\nNOTE:n\r\n", TRUE,
     "UID:1\r\nFN:B\r\nNOTE:m\r\nNOTE:n\r\n"},
    {"newer", "FN:A\r\nREV:20260102T000000Z\r\n", "FN:B\r\nREV:20260101T000000Z\r\nX-A:1\r\n", TRUE,
     "FN:A\r\nREV:20260102T000000Z\r\nX-A:1\r\n"},
    {"older", "FN:A\r\nREV:20260101T000000Z\r\n", "FN:B\r\nREV:20260102T000000Z\r\n", TRUE,
     "FN:B\r\nREV:20260102T000000Z\r\n"},
    {"lists", "FN:A\r\nCATEGORIES:Work,Chess\r\n",
     "FN:A\r\nCATEGORIES:Chess,Choir\r\nNICKNAME:a\r\n", FALSE,
     "FN:A\r\nCATEGORIES:Work,Chess,Choir\r\nNICKNAME:a\r\n"},
    {"addresses", "FN:A\r\nIMPP;PREF=1:sip:a@example.org\r\n",
     "FN:A\r\nIMPP:sips:a@EXAMPLE.org;transport=tcp\r\nIMPP:xmpp:a@example.org\r\n", FALSE,
     "FN:A\r\nIMPP;PREF=1:sip:a@example.org\r\nIMPP:xmpp:a@example.org\r\n"},
    {"types", "FN:A\r\nADR;TYPE=home:;;S\r\n",
     "FN:A\r\nADR;TYPE=work:;;S\r\nADR;PREF=1;type=home:;;S\r\n", FALSE,
     "FN:A\r\nADR;TYPE=home:;;S\r\nADR;TYPE=work:;;S\r\n"},
    {"labels", "FN:A\r\nitem1.TEL:1\r\nitem1.X-LABEL:one\r\n",
     "FN:A\r\nitem1.TEL:2\r\nitem1.X-LABEL:two\r\nitem2.TEL:1\r\nitem2.X-LABEL:one\r\n", FALSE,
     "FN:A\r\nitem1.TEL:1\r\nitem1.X-LABEL:one\r\nitem2.TEL:2\r\nitem2.X-LABEL:two\r\n"},
    {"label-of-its-own", "FN:A\r\nitem1.TEL:1\r\nitem1.X-LABEL:one\r\n",
     "FN:A\r\nitem1.TEL:2\r\nitem1.X-LABEL:one\r\n", FALSE,
     "FN:A\r\nitem1.TEL:1\r\nitem1.X-LABEL:one\r\nitem2.TEL:2\r\nitem2.X-LABEL:one\r\n"},
};

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const Case      *c = &cases[i];
    g_autofree char *merged = merge (c->card, c->other, c->is_same);
    g_autofree char *again = NULL;

    g_test_message ("%s", c->name);
    g_assert_cmpstr (merged, ==, c->expected);
    /* A second time changes nothing. */
    again = merge (merged, c->other, c->is_same);
    g_assert_cmpstr (again, ==, c->expected);
  }
}

static void
test_order (void)
{
  g_autoptr (UllimVcard) card = parse ("FN:A\r\nTEL:+821\r\nIMPP:sip:a@h\r\nIMPP:xmpp:a@h\r\n");
  g_autoptr (GPtrArray)  wanted = g_ptr_array_new ();
  g_autoptr (GPtrArray)  found = NULL;
  g_autofree char       *text = NULL;

  g_ptr_array_add (wanted, (char *) "sip:b@h");
  g_ptr_array_add (wanted, (char *) "tel:+821");
  g_ptr_array_add (wanted, (char *) "sip:a@h");
  ullim_vcard_set_addresses (card, wanted);
  found = ullim_vcard_get_addresses (card);
  g_assert_cmpuint (found->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpstr (found->pdata[i], ==, wanted->pdata[i]);
  text = ullim_vcard_to_string (card);
  g_assert_cmpstr (text, ==,
                   BEGIN "FN:A\r\nTEL;PREF=2:+821\r\nIMPP;PREF=3:sip:a@h\r\nIMPP:xmpp:a@h\r\n"
                         "IMPP;PREF=1:sip:b@h\r\n" END);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vcard-merge/cases", test_cases);
  g_test_add_func ("/vcard-merge/order", test_order);
  return g_test_run ();
}
