/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What signalling has to know of an account.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * UllimSipConfig:
 * @address: address-of-record as a URI
 * @display_name: (nullable)
 * @auth_user: (nullable): defaults to the user part of @address
 * @password: (nullable)
 * @proxy: (nullable): outbound proxy URI
 * @listen: (nullable) (array zero-terminated=1): `udp:IP:PORT`, `tcp:IP:PORT`, port 0 works
 * @registers: whether to REGISTER
 * @ca_file: (nullable): PEM file used instead of the system's authorities
 * @pin: (nullable): SHA-256 fingerprint (upper-case hexadecimal with colons) of the one certificate
 *   to accept
 * @instance_id: `urn:uuid:…` of this installation (RFC 5626 section 4.1)
 * @user_agent: value of User-Agent
 *
 * Copied by ullim_sip_agent_new().
 */
typedef struct {
  const char        *address;
  const char        *display_name;
  const char        *auth_user;
  const char        *password;
  const char        *proxy;
  const char *const *listen;
  gboolean           registers;
  const char        *ca_file;
  const char        *pin;
  const char        *instance_id;
  const char        *user_agent;
} UllimSipConfig;

/** ullim_sip_config_copy: @copy: (out caller-allocates): freed by ullim_sip_config_clear() */
void ullim_sip_config_copy (UllimSipConfig *copy, const UllimSipConfig *config);

/** ullim_sip_config_clear: frees the members of a copy */
void ullim_sip_config_clear (UllimSipConfig *copy);

/**
 * ullim_sip_config_identity:
 * @port: put behind an address that names none; 0 leaves it as it is
 *
 * Returns: (transfer full): value of From: the account with its name
 */
char *ullim_sip_config_identity (const UllimSipConfig *config, guint16 port);

G_END_DECLS
