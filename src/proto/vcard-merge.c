/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two vCards about one person become one: what one can have only once (RFC 6350 section 6), lists
 * whose items are joined, addresses that compare equal, and everything else, which is added unless
 * it is there already. Groups (section 3.3) tie properties together, so they are carried over as
 * such.
 */
#define G_LOG_DOMAIN "vcard-merge"

#include "vcard-private.h"

#include "uri.h"

/* Names whose value is replaced, not joined. UID stays the card's own. */
static const char *const single_names[] = {
    "FN",        "N",          "BDAY",  "ANNIVERSARY",       "GENDER", "KIND", "REV",
    "DEATHDATE", "BIRTHPLACE", "PHOTO", "X-ULLIM-FAVOURITE", "PRODID", "UID",  NULL,
};

static const char *const list_names[] = {"CATEGORIES", "NICKNAME", NULL};

static gboolean
is_one_of (const char *name, const char *const *names)
{
  for (; *names; names++) {
    if (g_ascii_strcasecmp (name, *names) == 0)
      return TRUE;
  }
  return FALSE;
}

static UllimVcardProperty *
find (const UllimVcard *card, const char *name)
{
  for (guint i = 0; i < card->properties->len; i++) {
    UllimVcardProperty *property = card->properties->pdata[i];

    if (g_ascii_strcasecmp (property->name, name) == 0)
      return property;
  }
  return NULL;
}

static UllimVcardProperty *
copy_property (const UllimVcardProperty *property)
{
  UllimVcardProperty *copy = ullim_vcard_property_new (property->name, property->value);

  for (guint i = 0; i < property->params->len; i++) {
    const UllimVcardParam *param = property->params->pdata[i];
    UllimVcardParam       *own = g_new0 (UllimVcardParam, 1);

    own->name = g_strdup (param->name);
    own->value = g_strdup (param->value);
    g_ptr_array_add (copy->params, own);
  }
  return copy;
}

/* The parameters but PREF, which speaks of the others beside it, in one string. */
static char *
describe_params (const UllimVcardProperty *property)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < property->params->len; i++) {
    const UllimVcardParam *param = property->params->pdata[i];
    g_autofree char       *name = g_ascii_strup (param->name, -1);

    if (!g_str_equal (name, "PREF"))
      g_string_append_printf (text, ";%s=%s", name, param->value);
  }
  return g_string_free (text, FALSE);
}

/* Under which two spellings of an address are one; NULL if the property is none. */
static char *
address_key (const UllimVcardProperty *property)
{
  g_autofree char     *text = ullim_vcard_property_address (property);
  g_autoptr (UllimUri) uri = text ? ullim_uri_parse (text, NULL) : NULL;

  if (uri)
    return ullim_uri_key (uri);
  return g_steal_pointer (&text);
}

static gboolean
are_equal (const UllimVcardProperty *a, const UllimVcardProperty *b)
{
  g_autofree char *a_key = NULL;
  g_autofree char *b_key = NULL;
  g_autofree char *a_params = NULL;
  g_autofree char *b_params = NULL;

  a_key = address_key (a);
  b_key = address_key (b);
  if (a_key && b_key)
    return g_str_equal (a_key, b_key);
  if (g_ascii_strcasecmp (a->name, b->name) != 0 || !g_str_equal (a->value, b->value))
    return FALSE;
  a_params = describe_params (a);
  b_params = describe_params (b);
  return g_str_equal (a_params, b_params);
}

/* With @group, an equal one elsewhere does not count: a label belongs to its neighbour. */
static UllimVcardProperty *
find_equal (const UllimVcard *card, const UllimVcardProperty *property, const char *group)
{
  for (guint i = 0; i < card->properties->len; i++) {
    UllimVcardProperty *other = card->properties->pdata[i];

    if (group && g_strcmp0 (group, other->group) != 0)
      continue;
    if (are_equal (other, property))
      return other;
  }
  return NULL;
}

static gboolean
has_group (const UllimVcard *card, const char *group)
{
  for (guint i = 0; i < card->properties->len; i++) {
    const UllimVcardProperty *property = card->properties->pdata[i];

    if (property->group && g_ascii_strcasecmp (property->group, group) == 0)
      return TRUE;
  }
  return FALSE;
}

/* What @group of the other card is called in this one. */
static const char *
map_group (const UllimVcard *card, GHashTable *groups, const char *group)
{
  const char *mapped = g_hash_table_lookup (groups, group);
  char       *name;

  if (mapped)
    return mapped;
  name = g_strdup (group);
  for (guint i = 1; has_group (card, name); i++) {
    g_free (name);
    name = g_strdup_printf ("item%u", i);
  }
  g_hash_table_insert (groups, g_strdup (group), name);
  return name;
}

static void
add_copy (UllimVcard *card, const UllimVcardProperty *property, GHashTable *groups)
{
  UllimVcardProperty *copy = copy_property (property);

  if (property->group)
    copy->group = g_strdup (map_group (card, groups, property->group));
  g_ptr_array_add (card->properties, copy);
}

static void
join_list (UllimVcard *card, const UllimVcard *other, const char *name)
{
  g_autoptr (GPtrArray) items = ullim_vcard_get_list (card, name);
  g_autoptr (GPtrArray) others = ullim_vcard_get_list (other, name);
  guint                 before = items->len;

  for (guint i = 0; i < others->len; i++) {
    if (!g_ptr_array_find_with_equal_func (items, others->pdata[i], g_str_equal, NULL))
      g_ptr_array_add (items, g_strdup (others->pdata[i]));
  }
  if (items->len > before)
    ullim_vcard_set_list (card, name, items);
}

static void
take_single (UllimVcard *card, const UllimVcardProperty *property, gboolean replace)
{
  UllimVcardProperty *own = find (card, property->name);
  UllimVcardProperty *copy;
  guint               index;

  if (own &&
      (!replace || g_ascii_strcasecmp (property->name, "UID") == 0 || are_equal (own, property)))
    return;
  copy = copy_property (property);
  if (!own) {
    g_ptr_array_add (card->properties, copy);
    return;
  }
  copy->group = g_strdup (own->group);
  g_ptr_array_find (card->properties, own, &index);
  card->properties->pdata[index] = copy;
  ullim_vcard_property_free (own);
}

/* REV is a time in the basic form: later ones are greater as text. */
static gboolean
is_newer (const UllimVcard *card, const UllimVcard *other)
{
  g_autofree char *own = ullim_vcard_get_text (card, "REV");
  g_autofree char *others = ullim_vcard_get_text (other, "REV");

  return own && others && g_strcmp0 (own, others) > 0;
}

void
ullim_vcard_merge (UllimVcard *card, const UllimVcard *other, gboolean is_same)
{
  g_autoptr (GHashTable) groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  gboolean               replace = is_same && !is_newer (card, other);

  for (guint i = 0; list_names[i]; i++)
    join_list (card, other, list_names[i]);
  for (guint i = 0; i < other->properties->len; i++) {
    const UllimVcardProperty *property = other->properties->pdata[i];
    const char *group = property->group ? g_hash_table_lookup (groups, property->group) : NULL;
    UllimVcardProperty *equal;

    if (is_one_of (property->name, list_names))
      continue;
    if (is_one_of (property->name, single_names)) {
      take_single (card, property, replace);
      continue;
    }
    equal = find_equal (card, property, group);
    if (!equal)
      add_copy (card, property, groups);
    else if (property->group && !group && equal->group)
      g_hash_table_insert (groups, g_strdup (property->group), g_strdup (equal->group));
  }
}
