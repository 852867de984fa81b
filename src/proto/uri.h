/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SIP, SIPS and tel URIs (RFC 3261 section 19.1, RFC 3966): read, write, compare.
 * Pure functions, any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** ULLIM_URI_MAX_BYTES: longest URI text that is read; a longer one is refused. */
#define ULLIM_URI_MAX_BYTES 1024

/**
 * UllimUriScheme:
 *
 * The schemes Ullim can address.
 */
typedef enum {
  ULLIM_URI_SIP,
  ULLIM_URI_SIPS,
  ULLIM_URI_TEL,
} UllimUriScheme;

#define ULLIM_URI_ERROR (ullim_uri_error_quark ())
GQuark ullim_uri_error_quark (void);

/**
 * UllimUriError:
 * @ULLIM_URI_ERROR_TOO_LONG: over %ULLIM_URI_MAX_BYTES
 * @ULLIM_URI_ERROR_SCHEME: a scheme other than sip, sips and tel
 * @ULLIM_URI_ERROR_SYNTAX: not a URI of its scheme
 */
typedef enum {
  ULLIM_URI_ERROR_TOO_LONG,
  ULLIM_URI_ERROR_SCHEME,
  ULLIM_URI_ERROR_SYNTAX,
} UllimUriError;

/**
 * UllimUri:
 * @scheme: the scheme
 * @user: (nullable): user part, percent-escapes decoded where that is unambiguous: what is left of
 *   them stands for a reserved character, "%", or one that cannot be shown; for tel: the number
 *   without visual separators
 * @host: (nullable): host, lower case, IPv6 in brackets; %NULL for tel:
 * @port: port, 0 if none is written
 * @params: (nullable): URI parameters without the leading semicolon, as written
 * @headers: (nullable): headers without the leading question mark, as written
 *
 * A parsed URI. A password in the user part is refused by the parser: it belongs in the keyring.
 */
typedef struct {
  UllimUriScheme scheme;
  char          *user;
  char          *host;
  guint16        port;
  char          *params;
  char          *headers;
} UllimUri;

/**
 * ullim_uri_parse:
 * @text: a URI with its scheme, such as `sip:alice@example.org;transport=tcp`
 * @error: return location for a %ULLIM_URI_ERROR
 *
 * Returns: (transfer full) (nullable): the URI, or %NULL with @error set
 */
UllimUri *ullim_uri_parse (const char *text, GError **error);

/**
 * ullim_uri_parse_typed:
 * @text: what a person typed: a URI, or `alice@example.org`, or `alice` alone, or a phone number;
 *   white space around it is ignored
 * @default_host: (nullable): host of the person's own account, with its port if it has one, for a
 *   name or a phone number without a host
 * @error: return location for a %ULLIM_URI_ERROR
 *
 * Also understands full-width letters, a host name in any script (RFC 5890), a display name or
 * other words around the address, and a Korean particle that follows it. Without @default_host a
 * phone number becomes a tel: URI if it begins with "+", and is refused otherwise.
 *
 * Returns: (transfer full) (nullable): the URI that was meant
 */
UllimUri *ullim_uri_parse_typed (const char *text, const char *default_host, GError **error);

void ullim_uri_free (UllimUri *uri);

/**
 * ullim_uri_to_string:
 *
 * Returns: (transfer full): the URI as text, escaped as RFC 3261 section 25.1 demands
 */
char *ullim_uri_to_string (const UllimUri *uri);

/**
 * ullim_uri_to_aor:
 *
 * Returns: (transfer full): the address-of-record: scheme, user, host, and port if one is written;
 *   no parameters, no headers (RFC 3261 section 10.3 step 5)
 */
char *ullim_uri_to_aor (const UllimUri *uri);

/**
 * ullim_uri_key:
 *
 * The key under which two spellings of one person's address compare equal: sip and sips are one,
 * the host is compared without case, the user with it, escapes are decoded, 5060 is as good as no
 * port, parameters and headers do not count.
 *
 * Returns: (transfer full): for example `alice@example.org`, `bob@127.0.0.1:5070`, `tel:+8210…`
 */
char *ullim_uri_key (const UllimUri *uri);

/**
 * ullim_uri_param:
 * @name: name of a URI parameter, compared without case
 *
 * Returns: (transfer full) (nullable): its value, "" if it has none, %NULL if it is absent
 */
char *ullim_uri_param (const UllimUri *uri, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimUri, ullim_uri_free)

G_END_DECLS
