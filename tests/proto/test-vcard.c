/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vCards: 4.0 goes through without a loss, 3.0 becomes 4.0, and a change changes only what is
 * meant.
 */
#include "vcard.h"

#include <string.h>

#define BEGIN "BEGIN:VCARD\r\nVERSION:4.0\r\n"
#define END "END:VCARD\r\n"

static GPtrArray *
parse_all (const char *text, guint *n_damaged)
{
  g_autoptr (GError) error = NULL;
  GPtrArray         *cards = ullim_vcard_parse_all (text, strlen (text), n_damaged, &error);

  g_assert_no_error (error);
  return cards;
}

static UllimVcard *
parse (const char *text)
{
  guint                 n_damaged;
  g_autoptr (GPtrArray) cards = parse_all (text, &n_damaged);

  g_assert_cmpuint (n_damaged, ==, 0);
  g_assert_cmpuint (cards->len, ==, 1);
  return g_ptr_array_steal_index (cards, 0);
}

static void
check_text (const UllimVcard *card, const char *name, const char *expected)
{
  g_autofree char *text = ullim_vcard_get_text (card, name);

  g_assert_cmpstr (text, ==, expected);
}

/* @strings, which is freed, joined by "|". */
static void
check_strings (GPtrArray *strings, const char *expected)
{
  g_autofree char *text = NULL;

  g_ptr_array_add (strings, NULL);
  text = g_strjoinv ("|", (char **) strings->pdata);
  g_assert_cmpstr (text, ==, expected);
  g_ptr_array_unref (strings);
}

static void
check_written (const UllimVcard *card, const char *expected)
{
  g_autofree char *text = ullim_vcard_to_string (card);

  g_assert_cmpstr (text, ==, expected);
}

static const char full[] = BEGIN "UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1\r\n"
                                 "FN;PREF=2:Other\r\n"
                                 "FN;PREF=1;LANGUAGE=ko:울림\\, \\\"이\\\"\\nzwei\\;x \r\n"
                                 "N:Doe\\;x;Jane;Q.;Dr.;\r\n"
                                 "NICKNAME;TYPE=work:Boss,J\\,D\r\n"
                                 "item1.IMPP;PREF=2:sip:jane@example.org;transport=tls\r\n"
                                 "item1.X-ABLabel:_$!<Other>!$_\r\n"
                                 "IMPP:xmpp:jane@example.org\r\n"
                                 "X-SIP;PREF=1:jane@h\r\n"
                                 "TEL;VALUE=uri;TYPE=\"voice,home\":tel:+82-2-123;ext=5\r\n"
                                 "TEL;TYPE=cell:+82 10 123\r\n"
                                 "EMAIL:jane@example.org\r\n"
                                 "CATEGORIES:Work,Friends\\, old\r\n"
                                 "CATEGORIES:Work 2\r\n"
                                 "NOTE;X-P=\"a;b:c\":line one\\nline two\r\n"
                                 "X-UNKNOWN;X-A=^n^'^^;X-B=:anything: \\ at;all\r\n" END;

static void
test_read (void)
{
  g_autoptr (UllimVcard) card = parse (full);
  g_autofree char       *param = NULL;
  g_autofree char       *name = ullim_vcard_get_display_name (card);

  check_text (card, "FN", "울림, \"이\"\nzwei;x");
  g_assert_cmpstr (name, ==, "울림, \"이\"\nzwei;x");
  check_text (card, "UID", "urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1");
  check_text (card, "NOTE", "line one\nline two");
  check_text (card, "PHOTO", NULL);
  check_strings (ullim_vcard_get_texts (card, "EMAIL"), "jane@example.org");
  check_strings (ullim_vcard_get_list (card, "NICKNAME"), "Boss|J,D");
  check_strings (ullim_vcard_get_list (card, "CATEGORIES"), "Work|Friends, old|Work 2");
  check_strings (
      ullim_vcard_get_addresses (card),
      "sip:jane@h|sip:jane@example.org;transport=tls|tel:+82-2-123;ext=5|tel:+82 10 123");
  param = ullim_vcard_property_param (card->properties->pdata[15], "x-a");
  g_assert_cmpstr (param, ==, "\n\"^");
}

static void
test_lossless (void)
{
  g_autoptr (UllimVcard) card = parse (full);

  check_written (card, full);
}

static void
test_fold (void)
{
  g_autofree char       *words = g_strnfill (200, 'x');
  g_autoptr (UllimVcard) card = ullim_vcard_new ();
  g_autoptr (UllimVcard) read = NULL;
  g_autofree char       *hangul = g_strdup_printf ("%s울림 울림  울림", words);
  g_autofree char       *text = NULL;
  g_auto (GStrv)         lines = NULL;

  ullim_vcard_set_text (card, "FN", hangul);
  ullim_vcard_set_text (card, "NOTE", "a\r\nb\\c");
  text = ullim_vcard_to_string (card);
  lines = g_strsplit (text, "\r\n", -1);
  for (guint i = 0; lines[i]; i++) {
    g_assert_cmpuint (strlen (lines[i]), <=, 75);
    g_assert_true (g_utf8_validate (lines[i], -1, NULL));
  }
  read = parse (text);
  check_text (read, "FN", hangul);
  check_text (read, "NOTE", "a\nb\\c");
  check_written (read, text);
}

static void
test_old (void)
{
  g_autoptr (UllimVcard) card =
      parse ("\xef\xbb\xbf"
             "begin:vcard\nversion:3.0\nN;CHARSET=UTF-8:Doe;Jane;;;\nTEL;CELL;TYPE=VOICE,pref:+1\n"
             "EMAIL;TYPE=pref:j@h\nIMPP;X-SERVICE-TYPE=SIP:sip:j@h\n"
             "PHOTO;ENCODING=b;TYPE=JPEG:/9j\n /4AA=\nKEY;ENCODING=BASE64:AAAA\nend:vcard\n");
  g_autofree char   *type = NULL;
  g_autoptr (GBytes) photo = ullim_vcard_get_photo (card, &type);

  g_assert_cmpstr (type, ==, "image/jpeg");
  g_assert_cmpmem (g_bytes_get_data (photo, NULL), g_bytes_get_size (photo), "\xff\xd8\xff\xe0\0",
                   5);
  check_written (card,
                 BEGIN "FN:Jane Doe\r\nN:Doe;Jane;;;\r\nTEL;TYPE=CELL;TYPE=VOICE;PREF=1:+1\r\n"
                       "EMAIL;PREF=1:j@h\r\nIMPP;X-SERVICE-TYPE=SIP:sip:j@h\r\n"
                       "PHOTO:data:image/jpeg;base64,/9j/4AA=\r\n"
                       "KEY:data:application/octet-stream;base64,AAAA\r\n" END);
}

static void
test_book (void)
{
  guint                 n_damaged;
  g_autoptr (GPtrArray) cards = parse_all (
      "junk\r\n" BEGIN "FN:1\r\n" END "\r\n" BEGIN "FN:2\r\nno colon\r\n" END BEGIN "FN:3\r\n" BEGIN
      "FN:4\r\n" END "BEGIN:VCARD\r\nVERSION:5.0\r\nFN:5\r\n" END BEGIN       END
      "BEGIN:VCARD\r\nVERSION:2.1\r\nNOTE;QUOTED-PRINTABLE:=20\r\nFN;ENCODING=QUOTED-PRINTABLE:="
      "20\r\n" END "BEGIN:VCARD\r\nFN:6\r\n" END BEGIN "FN:7\r\nTEL;=x:1\r\n" END BEGIN "FN:8",
      &n_damaged);

  g_assert_cmpuint (cards->len, ==, 3);
  check_text (cards->pdata[0], "FN", "1");
  check_text (cards->pdata[1], "FN", "4");
  check_text (cards->pdata[2], "FN", "6");
  g_assert_cmpuint (n_damaged, ==, 7);
}

/* Programs fold in the middle of a character, and write single cards in other charsets. */
static void
test_odd_bytes (void)
{
  guint                 n_damaged;
  g_autoptr (GPtrArray) cards =
      parse_all (BEGIN "FN:\xea\r\n \xb9\x80\r\n" END BEGIN "FN:caf\xe9\r\n" END BEGIN
                       "FN:whole\r\n" END "\xff\r\n",
                 &n_damaged);

  g_assert_cmpuint (cards->len, ==, 2);
  check_text (cards->pdata[0], "FN", "김");
  check_text (cards->pdata[1], "FN", "whole");
  g_assert_cmpuint (n_damaged, ==, 1);
}

static void
check_refused (const char *data, gsize length, UllimVcardError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ullim_vcard_parse_all (data, length, NULL, &error));
  g_assert_error (error, ULLIM_VCARD_ERROR, (int) code);
}

static void
test_refused (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  check_refused ("", 0, ULLIM_VCARD_ERROR_CONTENT);
  check_refused ("FN:x\r\n", 6, ULLIM_VCARD_ERROR_CONTENT);
  check_refused ("\xff", 1, ULLIM_VCARD_ERROR_ENCODING);
  check_refused ("a\0b", 3, ULLIM_VCARD_ERROR_ENCODING);
  check_refused ("x", (gsize) ULLIM_VCARD_MAX_BYTES + 1, ULLIM_VCARD_ERROR_LIMIT);
  for (guint i = 0; i <= ULLIM_VCARD_MAX_CARDS; i++)
    g_string_append (text, "BEGIN:VCARD\nFN:x\nEND:VCARD\n");
  check_refused (text->str, text->len, ULLIM_VCARD_ERROR_LIMIT);
}

static void
test_limits (void)
{
  g_autoptr (GString)   text = g_string_new (BEGIN);
  g_autofree char      *longest = g_strnfill (ULLIM_VCARD_MAX_PROPERTY_BYTES, 'x');
  guint                 n_damaged;
  g_autoptr (GPtrArray) cards = NULL;

  for (guint i = 0; i <= ULLIM_VCARD_MAX_PROPERTIES; i++)
    g_string_append (text, "NOTE:x\r\n");
  g_string_append (text, END BEGIN "NOTE:");
  g_string_append (text, longest);
  g_string_append (text, "\r\n" END BEGIN "FN:x\r\n" END);
  cards = parse_all (text->str, &n_damaged);
  g_assert_cmpuint (cards->len, ==, 1);
  g_assert_cmpuint (n_damaged, ==, 2);
}

static GPtrArray *
strings (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "|", -1);
  GPtrArray     *out = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; parts[i]; i++)
    g_ptr_array_add (out, g_strdup (parts[i]));
  return out;
}

static void
test_change (void)
{
  g_autoptr (UllimVcard) card =
      parse (BEGIN "FN;PREF=2:Two\r\nFN;PREF=1:One\r\nCATEGORIES:a\r\nCATEGORIES:b\r\nNOTE:x\r\n"
                   "IMPP;TYPE=work:sip:a@h\r\nIMPP:xmpp:a@h\r\nTEL:1\r\n" END);
  g_autoptr (GPtrArray) groups = strings ("b|c,d");
  g_autoptr (GPtrArray) addresses = strings ("sip:a@h|sips:b@h|tel:+2");
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  ullim_vcard_set_text (card, "FN", "Eins;\n");
  ullim_vcard_set_text (card, "NOTE", NULL);
  ullim_vcard_set_text (card, "NOTE", NULL);
  ullim_vcard_set_list (card, "CATEGORIES", groups);
  ullim_vcard_set_list (card, "NICKNAME", groups);
  ullim_vcard_set_addresses (card, addresses);
  check_written (card, BEGIN "FN;PREF=2:Two\r\nFN;PREF=1:Eins\\;\\n\r\nCATEGORIES:b,c\\,d\r\n"
                             "IMPP;TYPE=work:sip:a@h\r\nIMPP:xmpp:a@h\r\nNICKNAME:b,c\\,d\r\n"
                             "IMPP:sips:b@h\r\nTEL;VALUE=uri:tel:+2\r\n" END);
  check_strings (ullim_vcard_get_addresses (card), "sip:a@h|sips:b@h|tel:+2");
  ullim_vcard_set_list (card, "CATEGORIES", none);
  ullim_vcard_set_list (card, "NICKNAME", none);
  ullim_vcard_set_addresses (card, none);
  check_written (card, BEGIN "FN;PREF=2:Two\r\nFN;PREF=1:Eins\\;\\n\r\nIMPP:xmpp:a@h\r\n" END);
}

static void
test_display_name (void)
{
  static const struct {
    const char *content;
    const char *name;
  } names[] = {
      {"N:Doe;Jane;;;\r\n", "Jane Doe"},
      {"N:;;;;\r\nNICKNAME:x,y\r\n", "x"},
      {"N:a\\;b;;;;\r\n", "a;b"},
      {"ORG:Firm\r\nEMAIL:a@h\r\n", "Firm"},
      {"TEL:1\r\nEMAIL:a@h\r\n", "tel:1"},
      {"FN:\r\nEMAIL:a@h\r\n", "a@h"},
      {"NOTE:x\r\n", NULL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char       *text = g_strconcat (BEGIN, names[i].content, END, NULL);
    g_autoptr (UllimVcard) card = parse (text);
    g_autofree char       *name = ullim_vcard_get_display_name (card);

    g_assert_cmpstr (name, ==, names[i].name);
  }
}

static void
test_photo (void)
{
  g_autoptr (UllimVcard) card = parse (BEGIN "FN:x\r\nPHOTO;VALUE=uri:http://h/x.jpg\r\n" END);
  g_autoptr (GBytes)     photo = g_bytes_new_static ("\x89PNG", 4);
  g_autofree guint8     *many = g_malloc0 (ULLIM_VCARD_MAX_PHOTO_BYTES + 1);
  g_autoptr (GBytes)     longest = g_bytes_new_static (many, ULLIM_VCARD_MAX_PHOTO_BYTES);
  g_autoptr (GBytes)     too_long = g_bytes_new_static (many, ULLIM_VCARD_MAX_PHOTO_BYTES + 1);
  g_autoptr (GBytes)     read = NULL;
  g_autoptr (GBytes)     read_long = NULL;
  g_autofree char       *type = NULL;

  g_assert_null (ullim_vcard_get_photo (card, NULL));
  ullim_vcard_set_photo (card, "image/png", longest);
  read_long = ullim_vcard_get_photo (card, NULL);
  g_assert_true (g_bytes_equal (read_long, longest));
  ullim_vcard_set_photo (card, "image/png", photo);
  ullim_vcard_set_photo (card, "image/png", too_long);
  read = ullim_vcard_get_photo (card, &type);
  g_assert_true (g_bytes_equal (read, photo));
  g_assert_cmpstr (type, ==, "image/png");
  check_written (card, BEGIN "FN:x\r\nPHOTO:data:image/png;base64,iVBORw==\r\n" END);
  ullim_vcard_set_photo (card, NULL, NULL);
  check_written (card, BEGIN "FN:x\r\n" END);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vcard/read", test_read);
  g_test_add_func ("/vcard/lossless", test_lossless);
  g_test_add_func ("/vcard/fold", test_fold);
  g_test_add_func ("/vcard/old", test_old);
  g_test_add_func ("/vcard/book", test_book);
  g_test_add_func ("/vcard/odd-bytes", test_odd_bytes);
  g_test_add_func ("/vcard/refused", test_refused);
  g_test_add_func ("/vcard/limits", test_limits);
  g_test_add_func ("/vcard/change", test_change);
  g_test_add_func ("/vcard/display-name", test_display_name);
  g_test_add_func ("/vcard/photo", test_photo);
  return g_test_run ();
}
