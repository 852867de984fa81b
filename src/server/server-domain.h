/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What may stand behind the @ of the group's addresses: a host name (RFC 1123 section 2.1, toplabel
 * of RFC 3261 section 25.1), a name in another script (RFC 5891), or an IP address. Pure, any
 * thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** ULLIM_SERVER_MAX_DOMAIN: longest domain name, in bytes (RFC 1035). */
#define ULLIM_SERVER_MAX_DOMAIN 253

/**
 * ullim_server_domain_parse:
 * @text: (nullable): from the command line
 *
 * Returns: (transfer full) (nullable): as it stands in a SIP address: lower case, other scripts in
 *   their ASCII form, IPv6 in brackets; %NULL with %ULLIM_SERVER_ERROR_INVALID if it is none
 */
char *ullim_server_domain_parse (const char *text, GError **error);

/** ullim_server_domain_bare_address: Returns: (transfer full): @text without the brackets in which
 * an IPv6 address may stand */
char *ullim_server_domain_bare_address (const char *text);

G_END_DECLS
