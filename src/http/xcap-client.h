/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Documents that a server keeps for an account over HTTP (XCAP, RFC 4825): whole documents, guarded
 * by their entity tags. Digest and the account's own trust in a certificate as for SIP. Main
 * thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** Longest document that is read; time for one request. */
#define ULLIM_XCAP_MAX_BYTES (8 * 1024 * 1024)
#define ULLIM_XCAP_TIMEOUT_S 20

/**
 * UllimXcapError:
 * @ULLIM_XCAP_ERROR_CONNECTION: no answer, broken, timed out
 * @ULLIM_XCAP_ERROR_CERTIFICATE: not the pinned one, not of the given authorities
 * @ULLIM_XCAP_ERROR_PASSWORD: refused, or there is none
 * @ULLIM_XCAP_ERROR_NOT_FOUND: 404: no such document
 * @ULLIM_XCAP_ERROR_CHANGED: 412: it is not the version that was named
 * @ULLIM_XCAP_ERROR_REFUSED: any other answer; 409 among them: the server does not take it
 */
typedef enum {
  ULLIM_XCAP_ERROR_CONNECTION,
  ULLIM_XCAP_ERROR_CERTIFICATE,
  ULLIM_XCAP_ERROR_PASSWORD,
  ULLIM_XCAP_ERROR_NOT_FOUND,
  ULLIM_XCAP_ERROR_CHANGED,
  ULLIM_XCAP_ERROR_REFUSED,
} UllimXcapError;

#define ULLIM_XCAP_ERROR (ullim_xcap_error_quark ())
GQuark ullim_xcap_error_quark (void);

/**
 * UllimXcapSettings:
 * @root: XCAP root URI, `https://host:port/xcap-root`; http: only for accounts without TLS
 * @address: (nullable): IP address to connect to instead of looking up @root's host, which the
 *   certificate must name all the same: where the account's SIP goes
 * @xui: user of the documents (RFC 4825 section 6.2): the address-of-record, `sip:alice@host`
 * @user: for digest
 * @password: (nullable)
 * @ca_file: (nullable): PEM file of authorities instead of the system's
 * @pin: (nullable): SHA-256 fingerprint of the one certificate to accept
 */
typedef struct {
  const char *root;
  const char *address;
  const char *xui;
  const char *user;
  const char *password;
  const char *ca_file;
  const char *pin;
} UllimXcapSettings;

#define ULLIM_TYPE_XCAP_CLIENT (ullim_xcap_client_get_type ())
G_DECLARE_FINAL_TYPE (UllimXcapClient, ullim_xcap_client, ULLIM, XCAP_CLIENT, GObject)

/** ullim_xcap_client_new: @settings: copied */
UllimXcapClient *ullim_xcap_client_new (const UllimXcapSettings *settings);

/** ullim_xcap_client_get_async: @auid: application usage: resource-lists, pres-rules, rls-services;
 *  @etag: (nullable): what is known already */
void ullim_xcap_client_get_async (UllimXcapClient    *self,
                                  const char         *auid,
                                  const char         *etag,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
/**
 * ullim_xcap_client_get_finish:
 * @etag: (out) (transfer full) (nullable)
 *
 * Returns: (transfer full) (nullable): the document `index` of the user; %NULL without error: it is
 *   still the version that was named
 */
GBytes *ullim_xcap_client_get_finish (UllimXcapClient *self,
                                      GAsyncResult    *result,
                                      char           **etag,
                                      GError         **error);

/** ullim_xcap_client_put_async: @etag: (nullable): only if it is still this version; %NULL: only if
 *  there is none yet */
void ullim_xcap_client_put_async (UllimXcapClient    *self,
                                  const char         *auid,
                                  const char         *content_type,
                                  GBytes             *document,
                                  const char         *etag,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
/**
 * ullim_xcap_client_put_finish:
 * @etag: (out) (transfer full) (nullable): of the document now, %NULL if it was not told
 */
gboolean ullim_xcap_client_put_finish (UllimXcapClient *self,
                                       GAsyncResult    *result,
                                       char           **etag,
                                       GError         **error);

G_END_DECLS
