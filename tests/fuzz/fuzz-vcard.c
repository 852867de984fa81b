/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vCards: a card that was read is written, read and written the same; what is set is there.
 */
#include "fuzz.h"
#include "vcard.h"

#include <string.h>

static UllimVcard *
read_one (const char *text)
{
  g_autoptr (GError)    error = NULL;
  guint                 n_damaged;
  g_autoptr (GPtrArray) cards = ullim_vcard_parse_all (text, strlen (text), &n_damaged, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (n_damaged, ==, 0);
  g_assert_cmpuint (cards->len, ==, 1);
  return g_ptr_array_steal_index (cards, 0);
}

static void
check_written (const UllimVcard *card)
{
  g_autofree char       *text = ullim_vcard_to_string (card);
  g_autoptr (UllimVcard) read = read_one (text);
  g_autofree char       *again = ullim_vcard_to_string (read);

  g_assert_cmpstr (again, ==, text);
}

static void
check_changed (UllimVcard *card)
{
  g_autoptr (GPtrArray) addresses = ullim_vcard_get_addresses (card);
  g_autoptr (GPtrArray) groups = ullim_vcard_get_list (card, "CATEGORIES");
  g_autoptr (GPtrArray) after = NULL;
  g_autoptr (GBytes)    photo = ullim_vcard_get_photo (card, NULL);
  g_autofree char      *name = NULL;

  ullim_vcard_set_text (card, "FN", "울림; \\");
  name = ullim_vcard_get_text (card, "FN");
  g_assert_cmpstr (name, ==, "울림; \\");
  ullim_vcard_set_list (card, "CATEGORIES", groups);
  after = ullim_vcard_get_list (card, "CATEGORIES");
  g_assert_cmpuint (after->len, ==, groups->len);
  ullim_vcard_set_addresses (card, addresses);
  ullim_vcard_set_photo (card, "image/png", photo);
  check_written (card);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GPtrArray) cards =
      ullim_vcard_parse_all (size > 0 ? (const char *) data : "", size, NULL, NULL);

  for (guint i = 0; cards && i < cards->len; i++) {
    check_written (cards->pdata[i]);
    check_changed (cards->pdata[i]);
  }
  return 0;
}
