/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One nua_t with its transports, counted: when the last reference goes, Sofia shuts it down in the
 * background, and only then it is freed. Handles, messages that wait for their answer and the link
 * hold it.
 */
#pragma once

#include "sip-config.h"
#include "sip-resolver.h"
#include "sip-stack-private.h"

G_BEGIN_DECLS

/**
 * UllimSipLineFunc:
 * @nh: (nullable): nua's handle
 * @handle: (nullable): what it is bound to
 * @sip: (nullable): what came from the other side, absent when Sofia made the status up itself
 * @owner: (nullable): %NULL once the line is disowned
 *
 * Any event but the end of the line itself.
 */
typedef void (*UllimSipLineFunc) (UllimSipLine   *line,
                                  nua_event_t     event,
                                  int             status,
                                  const char     *phrase,
                                  nua_handle_t   *nh,
                                  UllimSipHandle *handle,
                                  const sip_t    *sip,
                                  gpointer        owner);

/**
 * UllimSipLineSettings:
 * @config: the account
 * @hop: (nullable): the server; %NULL for direct addresses only
 * @local_ip: (nullable): address of this machine that faces the server
 * @certificate_dir: (nullable): folder with `cafile.pem`, the certificate to accept; for TLS
 *
 * Nothing of it is kept.
 */
typedef struct {
  const UllimSipConfig *config;
  const UllimSipHop    *hop;
  const char           *local_ip;
  const char           *certificate_dir;
} UllimSipLineSettings;

/** ullim_sip_line_new: binds; %ULLIM_SIP_ERROR_PORT_IN_USE, _ADDRESS */
UllimSipLine *ullim_sip_line_new (UllimSipStack              *stack,
                                  const UllimSipLineSettings *settings,
                                  UllimSipLineFunc            func,
                                  gpointer                    owner,
                                  GError                    **error);

UllimSipLine *ullim_sip_line_ref (UllimSipLine *self);
void          ullim_sip_line_unref (UllimSipLine *self);

/** ullim_sip_line_disown: events come without the owner from now on */
void ullim_sip_line_disown (UllimSipLine *self);

/** ullim_sip_line_get_listening: Returns: (transfer none): what is bound, zero-terminated */
const char *const *ullim_sip_line_get_listening (UllimSipLine *self);

/** ullim_sip_line_get_route: Returns: (nullable): where every request goes through the server */
const char *ullim_sip_line_get_route (UllimSipLine *self);

/**
 * ullim_sip_line_get_identity:
 *
 * Returns: value of From. Without a server it is where an answer can be sent: with the port that is
 *   bound, if the account's address names none and the port is not the usual one.
 */
const char *ullim_sip_line_get_identity (UllimSipLine *self);

/**
 * ullim_sip_line_get_contact:
 *
 * Returns: (nullable): value of Contact: where requests of a dialog reach us through the server;
 *   %NULL without one, and before it is known
 */
const char *ullim_sip_line_get_contact (UllimSipLine *self);

/** ullim_sip_line_set_contact: of the registration: @uri: where the server sees us; Returns:
 * whether it was another one before */
gboolean ullim_sip_line_set_contact (UllimSipLine *self, const char *uri);

/**
 * ullim_sip_line_contact_towards:
 *
 * Returns: (transfer full) (nullable): value of Contact for a dialog without a server with somebody
 *   at @hop; %NULL if there is no way there, or nothing listens
 */
char *ullim_sip_line_contact_towards (UllimSipLine *self, const UllimSipHop *hop);

nua_t *ullim_sip_line_get_nua (UllimSipLine *self);

/** ullim_sip_route_to: Returns: (transfer full): the hop as a URI that Sofia need not look up */
char *ullim_sip_route_to (const UllimSipHop *hop);

G_END_DECLS
