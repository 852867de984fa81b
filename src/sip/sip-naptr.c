/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NAPTR records of SIP: RFC 3263 section 4.1 for their use, RFC 3403 section 4.1 for their bytes.
 * libresolv walks the message and expands the names; only the inside of a record is read here.
 */
#define G_LOG_DOMAIN "sip-naptr"

#include "sip-naptr.h"

#include <arpa/nameser.h>
#include <resolv.h>
#include <string.h>

/* Records looked at in one answer, whatever they are. */
#define MAX_RECORDS 256
/* order and preference, before the strings */
#define FIXED_BYTES 4

static const struct {
  const char       *service;
  UllimSipTransport transport;
} services[] = {
    {"SIP+D2U", ULLIM_SIP_UDP},
    {"SIP+D2T", ULLIM_SIP_TCP},
    {"SIPS+D2T", ULLIM_SIP_TLS},
};

static void
naptr_free (gpointer data)
{
  UllimSipNaptr *naptr = data;

  g_free (naptr->name);
  g_free (naptr);
}

static int
compare_naptr (gconstpointer a, gconstpointer b)
{
  const UllimSipNaptr *left = *(UllimSipNaptr *const *) a;
  const UllimSipNaptr *right = *(UllimSipNaptr *const *) b;

  if (left->order != right->order)
    return left->order < right->order ? -1 : 1;
  return (left->preference > right->preference) - (left->preference < right->preference);
}

/* Takes a length byte and as many characters (RFC 1035 section 3.3) off the front of *@at. */
static gboolean
take_string (const guint8 **at, const guint8 *end, const char **text, gsize *length)
{
  if (*at >= end || *at + 1 + **at > end)
    return FALSE;
  *length = **at;
  *text = (const char *) *at + 1;
  *at += 1 + *length;
  return TRUE;
}

static gboolean
is_word (const char *text, gsize length, const char *word)
{
  return length == strlen (word) && g_ascii_strncasecmp (text, word, length) == 0;
}

static gboolean
find_transport (const char *service, gsize length, UllimSipTransport *transport)
{
  for (guint i = 0; i < G_N_ELEMENTS (services); i++) {
    if (is_word (service, length, services[i].service)) {
      *transport = services[i].transport;
      return TRUE;
    }
  }
  return FALSE;
}

/* Returns: the record, or NULL if it is damaged, of another service, or no pointer to SRV */
static UllimSipNaptr *
parse_record (ns_msg *message, ns_rr *record)
{
  const guint8     *at = ns_rr_rdata (*record);
  const guint8     *end = at + ns_rr_rdlen (*record);
  const char       *flags, *service, *regexp;
  gsize             flags_length, service_length, regexp_length;
  char              name[NS_MAXDNAME];
  UllimSipTransport transport;
  UllimSipNaptr    *naptr;
  guint16           order, preference;

  if (end - at < FIXED_BYTES)
    return NULL;
  order = ns_get16 (at);
  preference = ns_get16 (at + NS_INT16SZ);
  at += FIXED_BYTES;
  if (!take_string (&at, end, &flags, &flags_length) ||
      !take_string (&at, end, &service, &service_length) ||
      !take_string (&at, end, &regexp, &regexp_length))
    return NULL;
  if (!is_word (flags, flags_length, "s") || regexp_length > 0 ||
      !find_transport (service, service_length, &transport))
    return NULL;
  if (at + dn_expand (ns_msg_base (*message), ns_msg_end (*message), at, name, sizeof name) != end)
    return NULL;
  /* Not the root, and nothing that is in no SRV name. */
  if (!*name || name[strspn (name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_.")])
    return NULL;

  naptr = g_new (UllimSipNaptr, 1);
  *naptr = (UllimSipNaptr){order, preference, transport, g_strdup (name)};
  return naptr;
}

GPtrArray *
ullim_sip_naptr_parse (const guint8 *answer, gsize length)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (naptr_free);
  ns_msg                message;

  if (length > NS_MAXMSG || ns_initparse (answer, (int) length, &message) < 0)
    return NULL;
  for (int i = 0; i < MIN (ns_msg_count (message, ns_s_an), MAX_RECORDS); i++) {
    UllimSipNaptr *naptr;
    ns_rr          record;

    if (ns_parserr (&message, ns_s_an, i, &record) < 0)
      return NULL;
    if (ns_rr_type (record) != ns_t_naptr || ns_rr_class (record) != ns_c_in)
      continue;
    naptr = parse_record (&message, &record);
    if (naptr)
      g_ptr_array_add (found, naptr);
  }
  g_ptr_array_sort (found, compare_naptr);
  if (found->len > ULLIM_SIP_MAX_NAPTR)
    g_ptr_array_set_size (found, ULLIM_SIP_MAX_NAPTR);
  return g_steal_pointer (&found);
}
