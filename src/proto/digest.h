/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HTTP Digest as SIP uses it (RFC 3261 section 22, RFC 7616, RFC 8760): challenges and credentials
 * as values, and the arithmetic between them. Shared by the client and the group server.
 * Pure functions, any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** ULLIM_DIGEST_MAX_HEADER_BYTES: longest challenge or credentials that are read. */
#define ULLIM_DIGEST_MAX_HEADER_BYTES 4096
/** ULLIM_DIGEST_HEX_SIZE: room for the longest hash in hexadecimal, with its NUL. */
#define ULLIM_DIGEST_HEX_SIZE 65

/**
 * UllimDigestAlgorithm:
 *
 * Weakest first: of several challenges the greatest is answered (RFC 8760 section 2.4).
 */
typedef enum {
  ULLIM_DIGEST_MD5,
  ULLIM_DIGEST_SHA256,
  ULLIM_DIGEST_SHA512_256,
} UllimDigestAlgorithm;

#define ULLIM_DIGEST_N_ALGORITHMS 3

/**
 * ullim_digest_algorithm_from_name:
 * @name: (nullable): the algorithm parameter, compared without case; %NULL means MD5
 * @algorithm: (out): the algorithm
 *
 * Returns: %FALSE if the algorithm is unknown here ("-sess" variants are)
 */
gboolean ullim_digest_algorithm_from_name (const char *name, UllimDigestAlgorithm *algorithm);

/** ullim_digest_algorithm_name: Returns: the name on the wire: MD5, SHA-256, SHA-512-256 */
const char *ullim_digest_algorithm_name (UllimDigestAlgorithm algorithm);

/**
 * ullim_digest_ha1:
 * @out: room for %ULLIM_DIGEST_HEX_SIZE bytes: H(user:realm:password) in lower-case hexadecimal
 */
void ullim_digest_ha1 (UllimDigestAlgorithm algorithm,
                       const char          *user,
                       const char          *realm,
                       const char          *password,
                       char                *out);

/**
 * ullim_digest_response:
 * @ha1: from ullim_digest_ha1()
 * @qop: (nullable): "auth", or %NULL for the form of RFC 2069, which then ignores @cnonce and @nc
 * @nc: (nullable): eight hexadecimal digits
 * @uri: the digest-uri parameter as it stands in the credentials
 * @out: room for %ULLIM_DIGEST_HEX_SIZE bytes
 */
void ullim_digest_response (UllimDigestAlgorithm algorithm,
                            const char          *ha1,
                            const char          *nonce,
                            const char          *nc,
                            const char          *cnonce,
                            const char          *qop,
                            const char          *method,
                            const char          *uri,
                            char                *out);

/**
 * UllimDigestParams:
 *
 * The parameters of a challenge (WWW-Authenticate, Proxy-Authenticate) or of credentials
 * (Authorization, Proxy-Authorization), unquoted. A parameter that is absent is %NULL.
 */
typedef struct {
  char    *username;
  char    *realm;
  char    *nonce;
  char    *uri;
  char    *response;
  char    *algorithm;
  char    *opaque;
  char    *qop; /* in a challenge: the list as written */
  char    *cnonce;
  char    *nc;
  gboolean stale;
} UllimDigestParams;

/**
 * ullim_digest_params_parse:
 * @header: the value of the header field, with or without the leading "Digest"
 *
 * Returns: (transfer full) (nullable): %NULL if it is not Digest, damaged, too long, or repeats a
 *   parameter
 */
UllimDigestParams *ullim_digest_params_parse (const char *header);

void ullim_digest_params_free (UllimDigestParams *params);

/**
 * ullim_digest_answer:
 * @challenge: a challenge with realm and nonce
 * @nc: how often this nonce was used, from 1
 * @cnonce: client nonce
 *
 * Returns: (transfer full) (nullable): credentials as a header value, with qop=auth where it is
 *   offered; %NULL if the algorithm or every qop offered is unknown
 */
char *ullim_digest_answer (const UllimDigestParams *challenge,
                           const char              *user,
                           const char              *password,
                           const char              *method,
                           const char              *uri,
                           guint32                  nc,
                           const char              *cnonce);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimDigestParams, ullim_digest_params_free)

G_END_DECLS
