/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A vCard as a person and back: what is not changed stays as it was written.
 */
#include "people-card.h"

#include <string.h>

#define BEGIN "BEGIN:VCARD\r\nVERSION:4.0\r\n"
#define END "END:VCARD\r\n"
#define BOB                                                                                        \
  "UID:urn:uuid:1\r\nFN:Robert\r\nN:B;Robert;;;\r\nNICKNAME:Bob,Bobby\r\n"                         \
  "item1.IMPP;TYPE=work:sip:bob@example.org\r\nitem1.X-ABLabel:Office\r\n"                         \
  "TEL;TYPE=cell:+82 10 1234\r\nTEL:extension 12\r\nCATEGORIES:Work,Chess\r\n"                     \
  "NOTE:first\\nsecond\r\nX-FOREIGN;A=b:kept\r\n"

static UllimVcard *
parse (const char *body)
{
  g_autofree char   *text = g_strconcat (BEGIN, body, END, NULL);
  g_autoptr (GError) error = NULL;
  UllimVcard        *card = ullim_people_card_parse (text, &error);

  g_assert_no_error (error);
  return card;
}

static void
check_written (const UllimVcard *card, const char *expected)
{
  g_autofree char *text = ullim_vcard_to_string (card);
  g_autofree char *whole = g_strconcat (BEGIN, expected, END, NULL);

  g_assert_cmpstr (text, ==, whole);
}

static const UllimContactAddress *
address_at (const UllimContactData *data, guint i)
{
  g_assert_cmpuint (i, <, data->addresses->len);
  return data->addresses->pdata[i];
}

static void
test_read (void)
{
  g_autoptr (UllimVcard)       card = parse (BOB);
  g_autoptr (UllimContactData) data = ullim_people_card_read (card);

  g_assert_cmpstr (data->uid, ==, "urn:uuid:1");
  g_assert_cmpstr (data->name, ==, "Robert");
  g_assert_cmpstr (data->nickname, ==, "Bob");
  g_assert_cmpstr (data->note, ==, "first\nsecond");
  g_assert_cmpuint (data->addresses->len, ==, 2);
  g_assert_cmpstr (address_at (data, 0)->uri, ==, "sip:bob@example.org");
  g_assert_cmpstr (address_at (data, 0)->key, ==, "bob@example.org");
  g_assert_cmpstr (address_at (data, 1)->key, ==, "tel:+82101234");
  g_assert_cmpuint (data->groups->len, ==, 2);
  g_assert_cmpstr (data->groups->pdata[1], ==, "Chess");
  g_assert_false (data->is_favourite || data->has_photo);
}

static void
test_unchanged (void)
{
  g_autoptr (UllimVcard)       card = parse (BOB);
  g_autoptr (UllimContactData) data = ullim_people_card_read (card);

  ullim_people_card_write (card, data);
  check_written (card, BOB);
}

/* The telephone that is no URI, the second nickname and the foreign property stay. */
static void
test_change (void)
{
  g_autoptr (UllimVcard)       card = parse (BOB);
  g_autoptr (UllimContactData) data = ullim_people_card_read (card);
  g_autoptr (UllimContactData) again = NULL;

  g_free (data->name);
  data->name = g_strdup ("Bob, Jr.");
  g_free (data->nickname);
  data->nickname = g_strdup ("Bo");
  g_clear_pointer (&data->note, g_free);
  data->is_favourite = TRUE;
  g_ptr_array_remove_index (data->groups, 0);
  g_ptr_array_add (data->groups, g_strdup ("Choir"));
  g_ptr_array_remove_index (data->addresses, 1);
  g_ptr_array_add (data->addresses, ullim_contact_address_new ("sip:b@h", "b@h"));
  ullim_people_card_write (card, data);
  check_written (card, "UID:urn:uuid:1\r\nFN:Bob\\, Jr.\r\nN:B;Robert;;;\r\nNICKNAME:Bo,Bobby\r\n"
                       "item1.IMPP;TYPE=work;PREF=1:sip:bob@example.org\r\n"
                       "item1.X-ABLabel:Office\r\nTEL;PREF=3:extension 12\r\n"
                       "CATEGORIES:Chess,Choir\r\nX-FOREIGN;A=b:kept\r\nIMPP;PREF=2:sip:b@h\r\n"
                       "X-ULLIM-FAVOURITE:1\r\n");
  again = ullim_people_card_read (card);
  g_assert_true (again->is_favourite);
  g_assert_cmpstr (address_at (again, 1)->key, ==, "b@h");
}

static void
test_revision (void)
{
  g_autoptr (UllimVcard)       card = parse ("FN:A\r\nREV:20200101T000000Z\r\n");
  g_autoptr (UllimContactData) data = ullim_people_card_read (card);
  g_autofree char             *revision = NULL;

  ullim_people_card_write (card, data);
  check_written (card, "FN:A\r\nREV:20200101T000000Z\r\n");
  data->is_favourite = TRUE;
  ullim_people_card_write (card, data);
  revision = ullim_vcard_get_text (card, "REV");
  g_assert_cmpstr (revision, >, "20260101T000000Z");
}

/* An address that stands where the name must be is no name. */
static void
test_nameless (void)
{
  g_autoptr (UllimVcard)       card = ullim_vcard_new ();
  g_autoptr (UllimContactData) data = ullim_contact_data_new ();
  g_autoptr (UllimVcard)       stored = NULL;
  g_autoptr (UllimContactData) read = NULL;
  g_autofree char             *text = NULL;

  g_ptr_array_add (data->addresses, ullim_contact_address_new ("sip:bob@h", "bob@h"));
  ullim_people_card_write (card, data);
  text = ullim_people_card_to_string (card, 1000);
  g_assert_cmpstr (text, ==, BEGIN "FN:sip:bob@h\r\nIMPP:sip:bob@h\r\n" END);
  stored = ullim_people_card_parse (text, NULL);
  read = ullim_people_card_read (stored);
  g_assert_null (read->name);

  g_ptr_array_set_size (read->addresses, 0);
  g_ptr_array_add (read->addresses, ullim_contact_address_new ("sip:rob@h", "rob@h"));
  ullim_people_card_write (stored, read);
  check_written (stored, "FN:sip:rob@h\r\nIMPP:sip:rob@h\r\n");
  read->name = g_strdup ("Rob");
  ullim_people_card_write (stored, read);
  check_written (stored, "IMPP:sip:rob@h\r\nFN:Rob\r\n");
}

/* What comes from a stranger's file is cut to what can be shown. */
static void
test_limits (void)
{
  g_autoptr (GString)          body = g_string_new ("FN:a\\nb\x01");
  g_autoptr (UllimVcard)       card = NULL;
  g_autoptr (UllimContactData) data = NULL;
  g_autofree char             *text = NULL;
  g_autofree char             *written = NULL;

  for (guint i = 0; i < ULLIM_CONTACT_MAX_NAME_BYTES; i++)
    g_string_append (body, "가");
  g_string_append (body, "\r\nCATEGORIES:g0");
  for (guint i = 1; i <= ULLIM_CONTACT_MAX_GROUPS; i++)
    g_string_append_printf (body, ",g%u", i);
  g_string_append (body, "\r\n");
  for (guint i = 0; i <= ULLIM_CONTACT_MAX_ADDRESSES; i++)
    g_string_append_printf (body, "IMPP:sip:a%u@h\r\n", i);
  card = parse (body->str);
  text = ullim_vcard_to_string (card);
  data = ullim_people_card_read (card);
  g_assert_cmpuint (strlen (data->name), <=, ULLIM_CONTACT_MAX_NAME_BYTES);
  g_assert_true (g_str_has_prefix (data->name, "a b 가"));
  g_assert_true (g_utf8_validate (data->name, -1, NULL));
  g_assert_cmpuint (data->groups->len, ==, ULLIM_CONTACT_MAX_GROUPS);
  g_assert_cmpuint (data->addresses->len, ==, ULLIM_CONTACT_MAX_ADDRESSES);
  ullim_people_card_write (card, data);
  written = ullim_vcard_to_string (card);
  g_assert_cmpstr (written, ==, text);

  /* Leaving a group takes only that one away. */
  g_ptr_array_remove_index (data->groups, 0);
  ullim_people_card_write (card, data);
  g_free (written);
  written = ullim_vcard_to_string (card);
  g_assert_null (strstr (written, "g0,"));
  g_assert_nonnull (strstr (written, "g1,"));
  g_assert_nonnull (strstr (written, "a16@h"));
}

/* Nor does what an editor hands over break the card. */
static void
test_unclean (void)
{
  g_autoptr (UllimVcard)       card = ullim_vcard_new ();
  g_autoptr (UllimContactData) data = ullim_contact_data_new ();
  g_autoptr (UllimVcard)       stored = NULL;
  g_autoptr (UllimContactData) read = NULL;
  g_autofree char             *text = NULL;

  data->name = g_strdup ("B\xff\nEND:VCARD\n");
  data->note = g_strdup ("a\r\nb\xf0");
  g_ptr_array_add (data->groups, g_strdup ("W\xffork\n, all"));
  ullim_people_card_write (card, data);
  text = ullim_people_card_to_string (card, 1000);
  stored = ullim_people_card_parse (text, NULL);
  read = ullim_people_card_read (stored);
  g_assert_cmpstr (read->name, ==, "B\357\277\275 END:VCARD");
  g_assert_cmpstr (read->note, ==, "a \nb\357\277\275");
  g_assert_cmpuint (read->groups->len, ==, 1);
  g_assert_cmpstr (read->groups->pdata[0], ==, "W\357\277\275ork , all");
}

static void
test_uid (void)
{
  g_autoptr (UllimVcard) first = parse ("FN:A\r\n");
  g_autoptr (UllimVcard) same = parse ("FN:A\r\n");
  g_autoptr (UllimVcard) other = parse ("FN:B\r\n");
  g_autofree char       *first_uid = NULL;
  g_autofree char       *same_uid = NULL;
  g_autofree char       *other_uid = NULL;

  ullim_people_card_ensure_uid (first);
  ullim_people_card_ensure_uid (same);
  ullim_people_card_ensure_uid (other);
  first_uid = ullim_vcard_get_text (first, "UID");
  same_uid = ullim_vcard_get_text (same, "UID");
  other_uid = ullim_vcard_get_text (other, "UID");
  g_assert_true (g_str_has_prefix (first_uid, "urn:uuid:"));
  g_assert_true (g_uuid_string_is_valid (first_uid + strlen ("urn:uuid:")));
  g_assert_cmpstr (first_uid, ==, same_uid);
  g_assert_cmpstr (first_uid, !=, other_uid);
  ullim_people_card_ensure_uid (first);
  g_free (same_uid);
  same_uid = ullim_vcard_get_text (first, "UID");
  g_assert_cmpstr (first_uid, ==, same_uid);
}

/* A picture gives way where the card would be too long for the book. */
static void
test_too_long (void)
{
  g_autoptr (UllimVcard) card = parse ("FN:A\r\n");
  g_autofree guint8     *bytes = g_malloc0 (3000);
  g_autoptr (GBytes)     photo = g_bytes_new (bytes, 3000);
  g_autofree char       *whole = NULL;
  g_autofree char       *without = NULL;

  ullim_vcard_set_photo (card, "image/png", photo);
  whole = ullim_people_card_to_string (card, 5000);
  g_assert_nonnull (strstr (whole, "PHOTO"));
  without = ullim_people_card_to_string (card, 1000);
  g_assert_cmpstr (without, ==, BEGIN "FN:A\r\n" END);
  g_assert_null (ullim_people_card_to_string (card, 20));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/people-card/read", test_read);
  g_test_add_func ("/people-card/unchanged", test_unchanged);
  g_test_add_func ("/people-card/change", test_change);
  g_test_add_func ("/people-card/revision", test_revision);
  g_test_add_func ("/people-card/nameless", test_nameless);
  g_test_add_func ("/people-card/limits", test_limits);
  g_test_add_func ("/people-card/unclean", test_unclean);
  g_test_add_func ("/people-card/uid", test_uid);
  g_test_add_func ("/people-card/too-long", test_too_long);
  return g_test_run ();
}
