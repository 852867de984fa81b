/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What vCards say (RFC 6350): values behind their escapes (section 3.4), parameters (section 3.3
 * and RFC 6868), preference (section 5.3), and changing them without touching what is not meant.
 */
#define G_LOG_DOMAIN "vcard"

#include "vcard-private.h"

#include <string.h>

G_DEFINE_QUARK (ullim - vcard - error - quark, ullim_vcard_error)

#define LEAST_PREF 101
#define DATA_PREFIX "data:"
#define BASE64_SUFFIX ";base64"

/* ---- properties ---- */

static void
param_free (UllimVcardParam *param)
{
  g_free (param->name);
  g_free (param->value);
  g_free (param);
}

UllimVcardProperty *
ullim_vcard_property_new (const char *name, const char *value)
{
  UllimVcardProperty *property = g_new0 (UllimVcardProperty, 1);

  property->name = g_strdup (name);
  property->value = g_strdup (value);
  property->params = g_ptr_array_new_with_free_func ((GDestroyNotify) param_free);
  return property;
}

void
ullim_vcard_property_free (UllimVcardProperty *property)
{
  g_free (property->group);
  g_free (property->name);
  g_ptr_array_unref (property->params);
  g_free (property->value);
  g_free (property);
}

void
ullim_vcard_property_set_param (UllimVcardProperty *property, const char *name, const char *value)
{
  UllimVcardParam *param;

  for (guint i = property->params->len; i-- > 0;) {
    param = property->params->pdata[i];
    if (g_ascii_strcasecmp (param->name, name) == 0)
      g_ptr_array_remove_index (property->params, i);
  }
  if (!value)
    return;
  param = g_new0 (UllimVcardParam, 1);
  param->name = g_strdup (name);
  param->value = g_strdup (value);
  g_ptr_array_add (property->params, param);
}

/* RFC 6868: "^n" is a line end, "^'" a quote, "^^" a caret. */
static void
append_param_value (GString *out, const char *text)
{
  for (const char *p = text; *p; p++) {
    char escaped = *p == '^' ? p[1] : '\0';

    if (*p == '"')
      continue;
    if (escaped == 'n' || escaped == '\'' || escaped == '^') {
      g_string_append_c (out, escaped == 'n' ? '\n' : escaped == '\'' ? '"' : '^');
      p++;
    } else {
      g_string_append_c (out, *p);
    }
  }
}

char *
ullim_vcard_property_param (const UllimVcardProperty *property, const char *name)
{
  GString *out = NULL;

  for (guint i = 0; i < property->params->len; i++) {
    const UllimVcardParam *param = property->params->pdata[i];

    if (g_ascii_strcasecmp (param->name, name) != 0)
      continue;
    /* TYPE=a;TYPE=b is as good as TYPE=a,b. */
    out = out ? g_string_append_c (out, ',') : g_string_new (NULL);
    append_param_value (out, param->value);
  }
  return out ? g_string_free (out, FALSE) : NULL;
}

UllimVcard *
ullim_vcard_new (void)
{
  UllimVcard *card = g_new0 (UllimVcard, 1);

  card->properties = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_vcard_property_free);
  return card;
}

void
ullim_vcard_free (UllimVcard *card)
{
  g_ptr_array_unref (card->properties);
  g_free (card);
}

/* ---- finding ---- */

static guint
pref_of (const UllimVcardProperty *property)
{
  g_autofree char *text = ullim_vcard_property_param (property, "PREF");
  guint64          pref = LEAST_PREF;

  if (text)
    g_ascii_string_to_unsigned (text, 10, 1, 100, &pref, NULL);
  return pref;
}

static int
compare_pref (gconstpointer a, gconstpointer b)
{
  guint first = pref_of (*(UllimVcardProperty *const *) a);
  guint second = pref_of (*(UllimVcardProperty *const *) b);

  return (first > second) - (first < second);
}

/* Preferred first, otherwise in the order of the card (g_ptr_array_sort() keeps it). */
static GPtrArray *
find_all (const UllimVcard *card, const char *name)
{
  GPtrArray *found = g_ptr_array_new ();

  for (guint i = 0; i < card->properties->len; i++) {
    UllimVcardProperty *property = card->properties->pdata[i];

    if (g_ascii_strcasecmp (property->name, name) == 0)
      g_ptr_array_add (found, property);
  }
  g_ptr_array_sort (found, compare_pref);
  return found;
}

static UllimVcardProperty *
find (const UllimVcard *card, const char *name)
{
  g_autoptr (GPtrArray) found = find_all (card, name);

  return found->len > 0 ? found->pdata[0] : NULL;
}

/* ---- escapes ---- */

static void
append_unescaped (GString *out, const char **at)
{
  const char *p = *at;

  if (*p == '\\' && p[1] != '\0') {
    p++;
    g_string_append_c (out, *p == 'n' || *p == 'N' ? '\n' : *p);
  } else {
    g_string_append_c (out, *p);
  }
  *at = p + 1;
}

static char *
unescape (const char *value)
{
  GString *out = g_string_new (NULL);

  while (*value)
    append_unescaped (out, &value);
  return g_strstrip (g_string_free (out, FALSE));
}

static char *
escape (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *p = text; *p; p++) {
    if (*p == '\n')
      g_string_append (out, "\\n");
    else if (*p != '\r') {
      if (strchr ("\\,;", *p))
        g_string_append_c (out, '\\');
      g_string_append_c (out, *p);
    }
  }
  return g_string_free (out, FALSE);
}

/* The items between the @separators that are not escaped; those that are empty are left out. */
static void
split_value (const char *value, char separator, GPtrArray *items)
{
  while (*value) {
    g_autoptr (GString) item = g_string_new (NULL);

    while (*value && *value != separator)
      append_unescaped (item, &value);
    value += *value == separator;
    g_strstrip (item->str);
    if (*item->str)
      g_ptr_array_add (items, g_strdup (item->str));
  }
}

/* ---- texts ---- */

GPtrArray *
ullim_vcard_get_texts (const UllimVcard *card, const char *name)
{
  g_autoptr (GPtrArray) found = find_all (card, name);
  GPtrArray            *texts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < found->len; i++) {
    char *text = unescape (((UllimVcardProperty *) found->pdata[i])->value);

    if (*text)
      g_ptr_array_add (texts, text);
    else
      g_free (text);
  }
  return texts;
}

char *
ullim_vcard_get_text (const UllimVcard *card, const char *name)
{
  g_autoptr (GPtrArray) texts = ullim_vcard_get_texts (card, name);

  return texts->len > 0 ? g_strdup (texts->pdata[0]) : NULL;
}

/* Puts @value, as written, where the preferred @name is, or at the end. */
static UllimVcardProperty *
set_value (UllimVcard *card, const char *name, const char *value)
{
  UllimVcardProperty *property = find (card, name);

  if (property) {
    g_free (property->value);
    property->value = g_strdup (value);
  } else {
    property = ullim_vcard_property_new (name, value);
    g_ptr_array_add (card->properties, property);
  }
  return property;
}

void
ullim_vcard_set_text (UllimVcard *card, const char *name, const char *text)
{
  g_autofree char    *value = text ? escape (text) : NULL;
  UllimVcardProperty *property = find (card, name);

  if (value)
    set_value (card, name, value);
  else if (property)
    g_ptr_array_remove (card->properties, property);
}

GPtrArray *
ullim_vcard_get_list (const UllimVcard *card, const char *name)
{
  g_autoptr (GPtrArray) found = find_all (card, name);
  GPtrArray            *items = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < found->len; i++)
    split_value (((UllimVcardProperty *) found->pdata[i])->value, ',', items);
  return items;
}

void
ullim_vcard_set_list (UllimVcard *card, const char *name, const GPtrArray *items)
{
  g_autoptr (GString)   value = g_string_new (NULL);
  g_autoptr (GPtrArray) found = find_all (card, name);

  for (guint i = 0; i < items->len; i++) {
    g_autofree char *escaped = escape (items->pdata[i]);

    g_string_append_printf (value, "%s%s", i > 0 ? "," : "", escaped);
  }
  if (items->len > 0)
    set_value (card, name, value->str);
  /* The first holds them all now. */
  for (guint i = items->len > 0 ? 1 : 0; i < found->len; i++)
    g_ptr_array_remove (card->properties, found->pdata[i]);
}

/* The piece up to the next ";" that is not escaped, as written; *@at moves behind it. */
static char *
next_component (const char **at)
{
  const char *start = *at;
  const char *end = start;

  while (*end && *end != ';')
    end += *end == '\\' && end[1] != '\0' ? 2 : 1;
  *at = *end ? end + 1 : end;
  return g_strndup (start, end - start);
}

/* N is family; given; additional; prefixes; suffixes (section 6.2.2). */
static char *
name_of_parts (const UllimVcard *card)
{
  UllimVcardProperty   *property = find (card, "N");
  const char           *at = property ? property->value : "";
  g_autofree char      *family = next_component (&at);
  g_autofree char      *given = next_component (&at);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  split_value (given, ',', parts);
  split_value (family, ',', parts);
  if (parts->len == 0)
    return NULL;
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" ", (char **) parts->pdata);
}

char *
ullim_vcard_get_display_name (const UllimVcard *card)
{
  g_autoptr (GPtrArray) nicknames = ullim_vcard_get_list (card, "NICKNAME");
  g_autoptr (GPtrArray) addresses = ullim_vcard_get_addresses (card);
  char                 *name = ullim_vcard_get_text (card, "FN");

  if (!name)
    name = name_of_parts (card);
  if (!name && nicknames->len > 0)
    name = g_strdup (nicknames->pdata[0]);
  if (!name)
    name = ullim_vcard_get_text (card, "ORG");
  if (!name && addresses->len > 0)
    name = g_strdup (addresses->pdata[0]);
  return name ? name : ullim_vcard_get_text (card, "EMAIL");
}

/* ---- addresses ---- */

static gboolean
has_scheme (const char *text, const char *scheme)
{
  return g_ascii_strncasecmp (text, scheme, strlen (scheme)) == 0;
}

char *
ullim_vcard_property_address (const UllimVcardProperty *property)
{
  g_autofree char *text = unescape (property->value);
  gboolean         is_sip = has_scheme (text, "sip:") || has_scheme (text, "sips:");

  if (*text == '\0')
    return NULL;
  if (g_ascii_strcasecmp (property->name, "IMPP") == 0)
    return is_sip ? g_steal_pointer (&text) : NULL;
  if (g_ascii_strcasecmp (property->name, "X-SIP") == 0)
    return is_sip ? g_steal_pointer (&text) : g_strconcat ("sip:", text, NULL);
  if (g_ascii_strcasecmp (property->name, "TEL") == 0)
    return is_sip || has_scheme (text, "tel:") ? g_steal_pointer (&text)
                                               : g_strconcat ("tel:", text, NULL);
  return NULL;
}

static gboolean
has_string (const GPtrArray *strings, const char *text)
{
  return g_ptr_array_find_with_equal_func ((GPtrArray *) strings, text, g_str_equal, NULL);
}

GPtrArray *
ullim_vcard_get_addresses (const UllimVcard *card)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  GPtrArray            *addresses = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < card->properties->len; i++)
    g_ptr_array_add (sorted, card->properties->pdata[i]);
  g_ptr_array_sort (sorted, compare_pref);
  for (guint i = 0; i < sorted->len; i++) {
    char *address = ullim_vcard_property_address (sorted->pdata[i]);

    if (address && !has_string (addresses, address))
      g_ptr_array_add (addresses, address);
    else
      g_free (address);
  }
  return addresses;
}

static void
add_address (UllimVcard *card, const char *address)
{
  gboolean            is_tel = has_scheme (address, "tel:");
  UllimVcardProperty *property = ullim_vcard_property_new (is_tel ? "TEL" : "IMPP", address);

  if (is_tel)
    ullim_vcard_property_set_param (property, "VALUE", "uri");
  g_ptr_array_add (card->properties, property);
}

static gboolean
equal_strings (const GPtrArray *a, const GPtrArray *b)
{
  for (guint i = 0; i < MIN (a->len, b->len); i++) {
    if (!g_str_equal (a->pdata[i], b->pdata[i]))
      return FALSE;
  }
  return a->len == b->len;
}

/* Preference is told in numbers only where the order of the card does not tell it. */
static void
set_preferences (UllimVcard *card, const GPtrArray *addresses)
{
  g_autoptr (GPtrArray) found = ullim_vcard_get_addresses (card);

  if (equal_strings (found, addresses))
    return;
  for (guint i = 0; i < card->properties->len; i++) {
    UllimVcardProperty *property = card->properties->pdata[i];
    g_autofree char    *address = ullim_vcard_property_address (property);
    g_autofree char    *pref = NULL;
    guint               index;

    if (!address ||
        !g_ptr_array_find_with_equal_func ((GPtrArray *) addresses, address, g_str_equal, &index))
      continue;
    pref = g_strdup_printf ("%u", MIN (index + 1, 100));
    ullim_vcard_property_set_param (property, "PREF", pref);
  }
}

void
ullim_vcard_set_addresses (UllimVcard *card, const GPtrArray *addresses)
{
  g_autoptr (GPtrArray) before = ullim_vcard_get_addresses (card);

  for (guint i = card->properties->len; i-- > 0;) {
    g_autofree char *address = ullim_vcard_property_address (card->properties->pdata[i]);

    if (address && !has_string (addresses, address))
      g_ptr_array_remove_index (card->properties, i);
  }
  for (guint i = 0; i < addresses->len; i++) {
    if (!has_string (before, addresses->pdata[i]))
      add_address (card, addresses->pdata[i]);
  }
  set_preferences (card, addresses);
}

/* ---- the picture ---- */

/* A data: URI (RFC 2397) in base64. */
GBytes *
ullim_vcard_get_photo (const UllimVcard *card, char **type)
{
  UllimVcardProperty *property = find (card, "PHOTO");
  g_autofree char    *text = property ? unescape (property->value) : NULL;
  char               *comma = text && has_scheme (text, DATA_PREFIX) ? strchr (text, ',') : NULL;
  g_autofree char    *media = NULL;
  guchar             *data;
  gsize               length;

  if (!comma)
    return NULL;
  media = g_strndup (text + strlen (DATA_PREFIX), comma - text - strlen (DATA_PREFIX));
  if (!g_str_has_suffix (media, BASE64_SUFFIX) ||
      strlen (comma + 1) > ULLIM_VCARD_MAX_PHOTO_BYTES / 3 * 4 + 4)
    return NULL;
  media[strlen (media) - strlen (BASE64_SUFFIX)] = '\0';
  data = g_base64_decode (comma + 1, &length);
  if (length == 0 || length > ULLIM_VCARD_MAX_PHOTO_BYTES) {
    g_free (data);
    return NULL;
  }
  if (type)
    *type = g_steal_pointer (&media);
  return g_bytes_new_take (data, length);
}

void
ullim_vcard_set_photo (UllimVcard *card, const char *type, GBytes *photo)
{
  UllimVcardProperty *property = find (card, "PHOTO");
  g_autofree char    *encoded = NULL;
  g_autofree char    *value = NULL;

  if (!photo) {
    if (property)
      g_ptr_array_remove (card->properties, property);
    return;
  }
  if (g_bytes_get_size (photo) > ULLIM_VCARD_MAX_PHOTO_BYTES)
    return;
  encoded = g_base64_encode (g_bytes_get_data (photo, NULL), g_bytes_get_size (photo));
  value = g_strconcat (DATA_PREFIX, type, BASE64_SUFFIX, ",", encoded, NULL);
  property = set_value (card, "PHOTO", value);
  /* These spoke of the picture before. */
  ullim_vcard_property_set_param (property, "MEDIATYPE", NULL);
  ullim_vcard_property_set_param (property, "VALUE", NULL);
}
