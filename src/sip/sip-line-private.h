/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One connection attempt of an account and, if it succeeds, its connection: one nua_t with its
 * transports and its registration. A line is never repaired: an agent replaces it by a new one. It
 * is counted; when the last reference goes, Sofia shuts it down in the background, and only then it
 * is freed.
 */
#pragma once

#include "sip-agent.h"
#include "sip-resolver.h"
#include "sip-stack-private.h"

G_BEGIN_DECLS

/**
 * UllimSipLineOwner:
 * @registered: a REGISTER was accepted, the first one or a refresh
 * @failed: the line is of no more use; @retry_after_s is 0 if the server named none
 * @message: a MESSAGE arrived
 *
 * What a line tells its owner. The line may be given up in any of them.
 */
typedef struct {
  void (*registered) (UllimSipLine *line, gpointer owner);
  void (*failed) (UllimSipLine *line, const GError *error, guint retry_after_s, gpointer owner);
  void (*message) (UllimSipLine *line, UllimSipIncoming *incoming, gpointer owner);
} UllimSipLineOwner;

/**
 * UllimSipLineSettings:
 * @config: the account
 * @hop: (nullable): the server; %NULL for direct addresses only
 * @local_ip: (nullable): address of this machine that faces the server
 * @certificate_dir: (nullable): folder with `cafile.pem`, the certificate to accept; for TLS
 * @sources: (nullable) (element-type utf8): addresses that requests may come from; %NULL for all
 *
 * Nothing of it is kept.
 */
typedef struct {
  const UllimSipConfig *config;
  const UllimSipHop    *hop;
  const char           *local_ip;
  const char           *certificate_dir;
  GPtrArray            *sources;
} UllimSipLineSettings;

/** ullim_sip_line_new: binds; %ULLIM_SIP_ERROR_PORT_IN_USE, _ADDRESS */
UllimSipLine *ullim_sip_line_new (UllimSipStack              *stack,
                                  const UllimSipLineSettings *settings,
                                  const UllimSipLineOwner    *callbacks,
                                  gpointer                    owner,
                                  GError                    **error);

UllimSipLine *ullim_sip_line_ref (UllimSipLine *self);
void          ullim_sip_line_unref (UllimSipLine *self);

/** ullim_sip_line_register: registers and stays so until it fails; again: proves that it still is
 */
void ullim_sip_line_register (UllimSipLine *self);

/** ullim_sip_line_check: a registered line asks for a sign of life now, and fails without one */
void ullim_sip_line_check (UllimSipLine *self);

/**
 * ullim_sip_line_retire:
 * @self: (transfer full)
 * @is_replaced: whether a new line registers for the same instance: then only the address of this
 *   line is taken from the server, not the instance (RFC 5626 section 6)
 * @done: (nullable): called once, never from within: the answer came, or time is up
 *
 * No callback of the owner follows. What is under way on the line's handles goes on.
 */
void
ullim_sip_line_retire (UllimSipLine *self, gboolean is_replaced, GSourceFunc done, gpointer data);

/** ullim_sip_line_get_listening: Returns: (transfer none): what is bound, zero-terminated */
const char *const *ullim_sip_line_get_listening (UllimSipLine *self);

/** ullim_sip_line_get_route: Returns: (nullable): where every request goes through the server */
const char *ullim_sip_line_get_route (UllimSipLine *self);

/** ullim_sip_line_is_alive: Returns: whether requests can still be made on it */
gboolean ullim_sip_line_is_alive (UllimSipLine *self);

nua_t *ullim_sip_line_get_nua (UllimSipLine *self);

/** ullim_sip_route_to: Returns: (transfer full): the hop as a URI that Sofia need not look up */
char *ullim_sip_route_to (const UllimSipHop *hop);

/** ullim_sip_identity: Returns: (transfer full): value of From: the account with its name */
char *ullim_sip_identity (const UllimSipConfig *config);

G_END_DECLS
