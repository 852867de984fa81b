/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between vCards and people. Groups are CATEGORIES (RFC 6350 section 6.7.1), addresses IMPP
 * (section 6.4.3) and TEL (6.4.1), favourites a property of our own.
 */
#define G_LOG_DOMAIN "people-card"

#include "people-card.h"

#include <gio/gio.h>
#include <string.h>

#include "problem.h"
#include "uri.h"

#define FAVOURITE "X-ULLIM-FAVOURITE"
#define TEL_PREFIX "tel:"
#define MAX_NOTE_BYTES (16 * 1024)

UllimVcard *
ullim_people_card_parse (const char *text, GError **error)
{
  g_autoptr (GPtrArray) cards = ullim_vcard_parse_all (text, strlen (text), NULL, error);

  if (!cards)
    return NULL;
  if (cards->len == 0) {
    g_set_error_literal (error, ULLIM_VCARD_ERROR, ULLIM_VCARD_ERROR_CONTENT, "there is no card");
    return NULL;
  }
  return g_ptr_array_steal_index (cards, 0);
}

/* Cards write telephone numbers as people do, with spaces. */
static UllimUri *
parse_address (const char *text, GError **error)
{
  g_autoptr (GString) packed = NULL;

  if (!g_str_has_prefix (text, TEL_PREFIX))
    return ullim_uri_parse (text, error);
  packed = g_string_new (text);
  g_string_replace (packed, " ", "", 0);
  return ullim_uri_parse (packed->str, error);
}

char *
ullim_people_card_make_key (const char *uri, GError **error)
{
  g_autoptr (UllimUri) parsed = parse_address (uri, error);

  return parsed ? ullim_uri_key (parsed) : NULL;
}

/* ---- reading ---- */

/* One line, or several where @lines are meant, of at most @max_bytes; NULL if nothing is left. */
static char *
clean (const char *text, gsize max_bytes, gboolean lines)
{
  g_autofree char *valid = text ? g_utf8_make_valid (text, -1) : NULL;
  GString         *out;
  const char      *p;

  if (!text)
    return NULL;
  out = g_string_new (NULL);
  for (p = valid; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    gsize    length = (gsize) (g_utf8_next_char (p) - p);

    if (out->len + length > max_bytes)
      break;
    if (g_unichar_iscntrl (c) && !(lines && c == '\n'))
      g_string_append_c (out, ' ');
    else
      g_string_append_len (out, p, (gssize) length);
  }
  g_strstrip (out->str);
  if (*out->str == '\0') {
    g_string_free (out, TRUE);
    return NULL;
  }
  return g_string_free (out, FALSE);
}

static char *
clean_name (const char *text)
{
  return clean (text, ULLIM_CONTACT_MAX_NAME_BYTES, FALSE);
}

static gboolean
has_string (const GPtrArray *strings, const char *text)
{
  return g_ptr_array_find_with_equal_func ((GPtrArray *) strings, text, g_str_equal, NULL);
}

static gboolean
has_key (const GPtrArray *addresses, const char *key)
{
  for (guint i = 0; i < addresses->len; i++) {
    if (g_str_equal (((const UllimContactAddress *) addresses->pdata[i])->key, key))
      return TRUE;
  }
  return FALSE;
}

static void
read_addresses (const GPtrArray *raw, GPtrArray *addresses)
{
  for (guint i = 0; i < raw->len && addresses->len < ULLIM_CONTACT_MAX_ADDRESSES; i++) {
    g_autoptr (UllimUri) uri = parse_address (raw->pdata[i], NULL);
    g_autofree char     *key = uri ? ullim_uri_key (uri) : NULL;
    g_autofree char     *text = uri ? ullim_uri_to_string (uri) : NULL;

    if (key && !has_key (addresses, key))
      g_ptr_array_add (addresses, ullim_contact_address_new (text, key));
  }
}

static void
read_groups (const GPtrArray *raw, GPtrArray *groups)
{
  for (guint i = 0; i < raw->len && groups->len < ULLIM_CONTACT_MAX_GROUPS; i++) {
    g_autofree char *group = clean_name (raw->pdata[i]);

    if (group && !has_string (groups, group))
      g_ptr_array_add (groups, g_steal_pointer (&group));
  }
}

/* FN, which every card must have, holds an address where there is no name. */
static char *
read_name (const UllimVcard *card, const GPtrArray *addresses)
{
  g_autofree char *name = ullim_vcard_get_display_name (card);

  return name && !has_string (addresses, name) ? clean_name (name) : NULL;
}

UllimContactData *
ullim_people_card_read (const UllimVcard *card)
{
  UllimContactData     *data = ullim_contact_data_new ();
  g_autoptr (GPtrArray) addresses = ullim_vcard_get_addresses (card);
  g_autoptr (GPtrArray) groups = ullim_vcard_get_list (card, "CATEGORIES");
  g_autoptr (GPtrArray) nicknames = ullim_vcard_get_list (card, "NICKNAME");
  g_autofree char      *note = ullim_vcard_get_text (card, "NOTE");
  g_autofree char      *favourite = ullim_vcard_get_text (card, FAVOURITE);
  g_autoptr (GBytes)    photo = ullim_vcard_get_photo (card, NULL);

  data->uid = ullim_vcard_get_text (card, "UID");
  data->name = read_name (card, addresses);
  data->nickname = nicknames->len > 0 ? clean_name (nicknames->pdata[0]) : NULL;
  read_addresses (addresses, data->addresses);
  read_groups (groups, data->groups);
  data->note = clean (note, MAX_NOTE_BYTES, TRUE);
  data->is_favourite = favourite && !g_str_equal (favourite, "0");
  data->has_photo = photo != NULL;
  return data;
}

/* ---- writing ---- */

/* What the card says of those addresses stays as it is written there, in @data's order; so do those
 * that reading left out. */
static void
write_addresses (UllimVcard *card, const UllimContactData *data)
{
  g_autoptr (GPtrArray) before = ullim_vcard_get_addresses (card);
  g_autoptr (GPtrArray) wanted = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) read =
      g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_contact_address_free);

  read_addresses (before, read);
  for (guint i = 0; i < data->addresses->len; i++) {
    const UllimContactAddress *address = data->addresses->pdata[i];
    g_autofree char           *key = ullim_people_card_make_key (address->uri, NULL);
    const char                *text = address->uri;

    for (guint k = 0; k < before->len; k++) {
      g_autofree char *other = ullim_people_card_make_key (before->pdata[k], NULL);

      if (g_strcmp0 (key, other) == 0)
        text = before->pdata[k];
    }
    g_ptr_array_add (wanted, g_strdup (text));
  }
  for (guint k = 0; k < before->len; k++) {
    g_autofree char *key = ullim_people_card_make_key (before->pdata[k], NULL);

    if (!key || !has_key (read, key))
      g_ptr_array_add (wanted, g_strdup (before->pdata[k]));
  }
  ullim_vcard_set_addresses (card, wanted);
}

static void
write_groups (UllimVcard *card, const UllimContactData *data, const UllimContactData *before)
{
  g_autoptr (GPtrArray) raw = ullim_vcard_get_list (card, "CATEGORIES");
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) wanted = g_ptr_array_new ();

  read_groups (data->groups, groups);
  for (guint i = 0; i < raw->len; i++) {
    g_autofree char *group = clean_name (raw->pdata[i]);

    if (!group || has_string (groups, group) || !has_string (before->groups, group))
      g_ptr_array_add (wanted, raw->pdata[i]);
  }
  for (guint i = 0; i < groups->len; i++) {
    if (!has_string (before->groups, groups->pdata[i]))
      g_ptr_array_add (wanted, groups->pdata[i]);
  }
  ullim_vcard_set_list (card, "CATEGORIES", wanted);
}

static void
write_nickname (UllimVcard *card, const char *nickname)
{
  g_autoptr (GPtrArray) names = ullim_vcard_get_list (card, "NICKNAME");

  if (names->len > 0)
    g_ptr_array_remove_index (names, 0);
  if (nickname)
    g_ptr_array_insert (names, 0, g_strdup (nickname));
  ullim_vcard_set_list (card, "NICKNAME", names);
}

static gboolean
equal_addresses (const UllimContactData *a, const UllimContactData *b)
{
  if (a->addresses->len != b->addresses->len)
    return FALSE;
  for (guint i = 0; i < a->addresses->len; i++) {
    const UllimContactAddress *first = a->addresses->pdata[i];
    const UllimContactAddress *second = b->addresses->pdata[i];

    if (!g_str_equal (first->uri, second->uri))
      return FALSE;
  }
  return TRUE;
}

static gboolean
equal_groups (const UllimContactData *a, const UllimContactData *b)
{
  if (a->groups->len != b->groups->len)
    return FALSE;
  for (guint i = 0; i < a->groups->len; i++) {
    if (!has_string (b->groups, a->groups->pdata[i]))
      return FALSE;
  }
  return TRUE;
}

static void
touch_revision (UllimVcard *card)
{
  g_autofree char      *revision = ullim_vcard_get_text (card, "REV");
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char      *text = g_date_time_format (now, "%Y%m%dT%H%M%SZ");

  if (revision)
    ullim_vcard_set_text (card, "REV", text);
}

void
ullim_people_card_write (UllimVcard *card, const UllimContactData *data)
{
  g_autoptr (UllimContactData) before = ullim_people_card_read (card);
  g_autofree char             *name = clean_name (data->name);
  g_autofree char             *nickname = clean_name (data->nickname);
  g_autofree char             *note = clean (data->note, MAX_NOTE_BYTES, TRUE);
  gboolean                     changed = FALSE;

  if (!before->uid && data->uid)
    ullim_vcard_set_text (card, "UID", data->uid);
  if ((changed |= !equal_addresses (before, data)))
    write_addresses (card, data);
  /* An FN that stands for a missing name is an address, and is made anew. */
  if (g_strcmp0 (before->name, name) != 0 || (changed && !name)) {
    ullim_vcard_set_text (card, "FN", name);
    if (!name)
      ullim_vcard_set_text (card, "N", NULL);
    changed = TRUE;
  }
  if (g_strcmp0 (before->nickname, nickname) != 0) {
    write_nickname (card, nickname);
    changed = TRUE;
  }
  if (!equal_groups (before, data)) {
    write_groups (card, data, before);
    changed = TRUE;
  }
  if (g_strcmp0 (before->note, note) != 0) {
    ullim_vcard_set_text (card, "NOTE", note);
    changed = TRUE;
  }
  if (before->is_favourite != data->is_favourite) {
    ullim_vcard_set_text (card, FAVOURITE, data->is_favourite ? "1" : NULL);
    changed = TRUE;
  }
  if (changed)
    touch_revision (card);
}

void
ullim_people_card_ensure_uid (UllimVcard *card)
{
  g_autofree char *uid = ullim_vcard_get_text (card, "UID");
  g_autofree char *text = NULL;
  g_autofree char *sum = NULL;
  g_autofree char *made = NULL;

  if (uid)
    return;
  text = ullim_vcard_to_string (card);
  sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  sum[12] = '8'; /* RFC 9562 section 5.8: a UUID of one's own making */
  sum[16] = '8';
  made = g_strdup_printf ("urn:uuid:%.8s-%.4s-%.4s-%.4s-%.12s", sum, sum + 8, sum + 12, sum + 16,
                          sum + 20);
  ullim_vcard_set_text (card, "UID", made);
}

char *
ullim_people_card_to_string (UllimVcard *card, gsize max_bytes)
{
  g_autofree char *text = ullim_vcard_to_string (card);

  if (strlen (text) <= max_bytes)
    return g_steal_pointer (&text);
  ullim_vcard_set_photo (card, NULL, NULL);
  g_free (text);
  text = ullim_vcard_to_string (card);
  return strlen (text) <= max_bytes ? g_steal_pointer (&text) : NULL;
}
