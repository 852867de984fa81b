/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Attributes are looked for in the m-line first and then in the session, as fingerprint, setup and
 * the ICE credentials may stand in either (RFC 8122 section 5, RFC 8839 section 5.4).
 */
#define G_LOG_DOMAIN "sdp"

#include "sdp-transport.h"

#include <string.h>

#define MAX_FOUNDATION_BYTES 32
/* RFC 8839 section 5.4. */
#define MAX_ICE_BYTES 256
#define MAX_ADDRESS_BYTES 255
/* A SHA-512 fingerprint with its name. */
#define MAX_FINGERPRINT_BYTES 256
#define MAX_CRYPTO_TAG 999999999
#define MAX_SUITE_BYTES 64
/* Key and salt of AES-256 in base64, with room. */
#define MAX_KEY_BYTES 128

static const char *const setup_names[] = {
    [ULLIM_SDP_SETUP_ACTPASS] = "actpass",
    [ULLIM_SDP_SETUP_ACTIVE] = "active",
    [ULLIM_SDP_SETUP_PASSIVE] = "passive",
    [ULLIM_SDP_SETUP_HOLDCONN] = "holdconn",
};

/* ---- life ---- */

void
ullim_sdp_candidate_free (UllimSdpCandidate *candidate)
{
  if (!candidate)
    return;
  g_free (candidate->foundation);
  g_free (candidate->transport);
  g_free (candidate->address);
  g_free (candidate->type);
  g_free (candidate->related_address);
  g_free (candidate);
}

static void
crypto_free (gpointer data)
{
  UllimSdpCrypto *crypto = data;

  g_free (crypto->suite);
  g_free (crypto->key);
  g_free (crypto);
}

UllimSdpTransport *
ullim_sdp_transport_new (const char *address, guint16 port)
{
  UllimSdpTransport *transport = g_new0 (UllimSdpTransport, 1);

  transport->address = g_strdup (address);
  transport->port = port;
  transport->rtcp_port = port && port < G_MAXUINT16 ? port + 1 : port;
  transport->candidates =
      g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_sdp_candidate_free);
  transport->cryptos = g_ptr_array_new_with_free_func (crypto_free);
  return transport;
}

void
ullim_sdp_transport_free (UllimSdpTransport *transport)
{
  if (!transport)
    return;
  g_free (transport->address);
  g_free (transport->ufrag);
  g_free (transport->password);
  g_ptr_array_unref (transport->candidates);
  g_free (transport->fingerprint);
  g_ptr_array_unref (transport->cryptos);
  g_free (transport);
}

static UllimSdpCandidate *
candidate_copy (const UllimSdpCandidate *candidate)
{
  UllimSdpCandidate *copy = g_memdup2 (candidate, sizeof *candidate);

  copy->foundation = g_strdup (candidate->foundation);
  copy->transport = g_strdup (candidate->transport);
  copy->address = g_strdup (candidate->address);
  copy->type = g_strdup (candidate->type);
  copy->related_address = g_strdup (candidate->related_address);
  return copy;
}

UllimSdpTransport *
ullim_sdp_transport_copy (const UllimSdpTransport *transport)
{
  UllimSdpTransport *copy = ullim_sdp_transport_new (transport->address, transport->port);

  copy->rtcp_port = transport->rtcp_port;
  copy->mux = transport->mux;
  copy->ufrag = g_strdup (transport->ufrag);
  copy->password = g_strdup (transport->password);
  copy->is_lite = transport->is_lite;
  copy->fingerprint = g_strdup (transport->fingerprint);
  copy->setup = transport->setup;
  for (guint i = 0; i < transport->candidates->len; i++)
    g_ptr_array_add (copy->candidates,
                     candidate_copy (g_ptr_array_index (transport->candidates, i)));
  for (guint i = 0; i < transport->cryptos->len; i++) {
    const UllimSdpCrypto *crypto = g_ptr_array_index (transport->cryptos, i);

    ullim_sdp_transport_add_crypto (copy, crypto->tag, crypto->suite, crypto->key);
  }
  return copy;
}

void
ullim_sdp_transport_add_candidate (UllimSdpTransport *transport, UllimSdpCandidate *candidate)
{
  if (transport->candidates->len < ULLIM_SDP_MAX_CANDIDATES)
    g_ptr_array_add (transport->candidates, candidate);
  else
    ullim_sdp_candidate_free (candidate);
}

void
ullim_sdp_transport_add_crypto (UllimSdpTransport *transport,
                                guint              tag,
                                const char        *suite,
                                const char        *key)
{
  UllimSdpCrypto *crypto;

  if (transport->cryptos->len >= ULLIM_SDP_MAX_CRYPTOS)
    return;
  crypto = g_new0 (UllimSdpCrypto, 1);
  crypto->tag = tag;
  crypto->suite = g_strdup (suite);
  crypto->key = g_strdup (key);
  g_ptr_array_add (transport->cryptos, crypto);
}

/* ---- reading ---- */

static gboolean
read_port (const char *text, guint16 *port)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT16, &number, NULL))
    return FALSE;
  *port = (guint16) number;
  return TRUE;
}

static void
read_related (UllimSdpCandidate *candidate, char **words)
{
  for (guint i = 8; words[i] && words[i + 1]; i += 2) {
    if (strcmp (words[i], "raddr") == 0 && !candidate->related_address &&
        strlen (words[i + 1]) <= MAX_ADDRESS_BYTES)
      candidate->related_address = g_strdup (words[i + 1]);
    else if (strcmp (words[i], "rport") == 0)
      read_port (words[i + 1], &candidate->related_port);
  }
}

UllimSdpCandidate *
ullim_sdp_candidate_parse (const char *value)
{
  g_autoptr (UllimSdpCandidate) candidate = NULL;
  g_auto (GStrv)                words = g_strsplit (value, " ", 32);
  guint64                       component, priority;
  guint16                       port;

  if (g_strv_length (words) < 8 || strlen (words[0]) > MAX_FOUNDATION_BYTES || !*words[0] ||
      !g_ascii_string_to_unsigned (words[1], 10, 1, 256, &component, NULL) ||
      !g_ascii_string_to_unsigned (words[3], 10, 0, G_MAXUINT32, &priority, NULL) || !*words[4] ||
      strlen (words[4]) > MAX_ADDRESS_BYTES || !read_port (words[5], &port) ||
      strcmp (words[6], "typ") != 0 || !*words[7])
    return NULL;
  candidate = g_new0 (UllimSdpCandidate, 1);
  candidate->foundation = g_strdup (words[0]);
  candidate->component = (guint) component;
  candidate->transport = g_ascii_strdown (words[2], -1);
  candidate->priority = (guint32) priority;
  candidate->address = g_strdup (words[4]);
  candidate->port = port;
  candidate->type = g_strdup (words[7]);
  read_related (candidate, words);
  return g_steal_pointer (&candidate);
}

/* "1 AES_CM_128_HMAC_SHA1_80 inline:KEY|2^31|1:4 PARAMETERS": a key with an MKI, or with session
 * parameters that we do not know, is not one we can use (RFC 4568 section 6.3). */
static void
read_crypto (UllimSdpTransport *transport, const char *value)
{
  g_auto (GStrv)   words = g_strsplit (value, " ", 5);
  g_autofree char *key = NULL;
  const char      *end;
  guint64          tag;

  if (g_strv_length (words) != 3 ||
      !g_ascii_string_to_unsigned (words[0], 10, 1, MAX_CRYPTO_TAG, &tag, NULL) ||
      strlen (words[1]) > MAX_SUITE_BYTES || !g_str_has_prefix (words[2], "inline:") ||
      strchr (words[2], ';'))
    return;
  end = strchr (words[2], '|');
  if (end && strchr (end, ':'))
    return;
  key = end ? g_strndup (words[2] + 7, end - words[2] - 7) : g_strdup (words[2] + 7);
  if (*key && strlen (key) <= MAX_KEY_BYTES)
    ullim_sdp_transport_add_crypto (transport, (guint) tag, words[1], key);
}

/* The m-line's own value, or the session's. */
static const char *
get_attribute (const UllimSdp *sdp, const UllimSdpMedia *media, const char *name)
{
  const char *value = ullim_sdp_section_get (&media->section, name);

  return value ? value : ullim_sdp_section_get (&sdp->section, name);
}

static char *
bounded (const char *value, gsize max)
{
  return value && *value && strlen (value) <= max ? g_strdup (value) : NULL;
}

static UllimSdpSetup
read_setup (const char *value)
{
  for (guint i = 0; value && i < G_N_ELEMENTS (setup_names); i++) {
    if (g_ascii_strcasecmp (value, setup_names[i]) == 0)
      return i;
  }
  /* Who says nothing leaves it to us: seen from old devices. */
  return ULLIM_SDP_SETUP_ACTPASS;
}

static void
read_rtcp (UllimSdpTransport *transport, const UllimSdpMedia *media)
{
  const char *rtcp = ullim_sdp_section_get (&media->section, "rtcp");

  transport->mux = ullim_sdp_section_get (&media->section, "rtcp-mux") != NULL;
  if (transport->mux) {
    transport->rtcp_port = transport->port;
  } else if (rtcp) {
    g_auto (GStrv) words = g_strsplit (rtcp, " ", 2);

    if (words[0])
      read_port (words[0], &transport->rtcp_port);
  }
}

static void
read_lists (UllimSdpTransport *transport, const UllimSdpMedia *media)
{
  const GPtrArray *attributes = media->section.attributes;

  for (guint i = 0; i < attributes->len; i++) {
    const UllimSdpAttribute *attribute = g_ptr_array_index (attributes, i);

    if (!attribute->value)
      continue;
    if (strcmp (attribute->name, "candidate") == 0) {
      UllimSdpCandidate *candidate = ullim_sdp_candidate_parse (attribute->value);

      if (candidate)
        ullim_sdp_transport_add_candidate (transport, candidate);
    } else if (strcmp (attribute->name, "crypto") == 0) {
      read_crypto (transport, attribute->value);
    }
  }
}

UllimSdpTransport *
ullim_sdp_transport_read (const UllimSdp *sdp, const UllimSdpMedia *media)
{
  UllimSdpTransport *transport =
      ullim_sdp_transport_new (ullim_sdp_media_address (sdp, media), media->port);

  read_rtcp (transport, media);
  read_lists (transport, media);
  transport->ufrag = bounded (get_attribute (sdp, media, "ice-ufrag"), MAX_ICE_BYTES);
  transport->password = bounded (get_attribute (sdp, media, "ice-pwd"), MAX_ICE_BYTES);
  transport->is_lite = ullim_sdp_section_get (&sdp->section, "ice-lite") != NULL;
  transport->fingerprint =
      bounded (get_attribute (sdp, media, "fingerprint"), MAX_FINGERPRINT_BYTES);
  transport->setup = read_setup (get_attribute (sdp, media, "setup"));
  return transport;
}

/* ---- writing ---- */

char *
ullim_sdp_candidate_to_string (const UllimSdpCandidate *candidate)
{
  GString *text = g_string_new (NULL);

  g_string_printf (text, "%s %u %s %u %s %u typ %s", candidate->foundation, candidate->component,
                   candidate->transport, candidate->priority, candidate->address, candidate->port,
                   candidate->type);
  if (candidate->related_address)
    g_string_append_printf (text, " raddr %s rport %u", candidate->related_address,
                            candidate->related_port);
  return g_string_free (text, FALSE);
}

static void
write_ice (UllimSdpSection *section, const UllimSdpTransport *transport)
{
  if (!transport->ufrag || !transport->password)
    return;
  ullim_sdp_section_add (section, "ice-ufrag", transport->ufrag);
  ullim_sdp_section_add (section, "ice-pwd", transport->password);
  for (guint i = 0; i < transport->candidates->len; i++) {
    const UllimSdpCandidate *candidate = g_ptr_array_index (transport->candidates, i);
    g_autofree char         *value = ullim_sdp_candidate_to_string (candidate);

    /* What is multiplexed has no second component. */
    if (candidate->component == 1 || !transport->mux)
      ullim_sdp_section_add (section, "candidate", value);
  }
}

static void
write_security (UllimSdpSection         *section,
                const UllimSdpTransport *transport,
                UllimSdpSecurity         security)
{
  if (security == ULLIM_SDP_SECURITY_DTLS && transport->fingerprint) {
    ullim_sdp_section_add (section, "fingerprint", transport->fingerprint);
    ullim_sdp_section_add (section, "setup", setup_names[transport->setup]);
  }
  for (guint i = 0; security == ULLIM_SDP_SECURITY_SDES && i < transport->cryptos->len; i++) {
    const UllimSdpCrypto *crypto = g_ptr_array_index (transport->cryptos, i);
    g_autofree char      *value =
        g_strdup_printf ("%u %s inline:%s", crypto->tag, crypto->suite, crypto->key);

    ullim_sdp_section_add (section, "crypto", value);
  }
}

void
ullim_sdp_transport_write (UllimSdpMedia           *media,
                           const UllimSdpTransport *transport,
                           UllimSdpSecurity         security)
{
  UllimSdpSection *section = &media->section;

  if (transport->address) {
    g_free (section->address);
    section->address = g_strdup (transport->address);
  }
  media->port = transport->port;
  if (transport->mux) {
    ullim_sdp_section_add (section, "rtcp-mux", NULL);
  } else if (transport->rtcp_port != transport->port + 1) {
    g_autofree char *port = g_strdup_printf ("%u", transport->rtcp_port);

    ullim_sdp_section_add (section, "rtcp", port);
  }
  write_ice (section, transport);
  write_security (section, transport, security);
}
