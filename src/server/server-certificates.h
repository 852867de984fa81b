/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The group's own certificate authority and the server certificate it signs (X.509 v3, EC P-256).
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** ULLIM_SERVER_LEAF_DAYS: validity of the server certificate; clients refuse more than 825. */
#define ULLIM_SERVER_LEAF_DAYS 800
/** ULLIM_SERVER_RENEW_DAYS: a certificate with less left is made anew when the server starts. */
#define ULLIM_SERVER_RENEW_DAYS 60

/**
 * ullim_server_certificates_make:
 * @dir: where the files go: ca.pem (the authority, for clients), ca-key.pem (its key), agent.pem
 * and tls.pem (server certificate and key, under both names that Sofia's versions look for),
 *   cafile.pem (the authority again, Sofia's name)
 * @domain: the group's domain or IP address
 *
 * Makes what is missing, and a new server certificate when the old one is about to end or does not
 * name @domain. The authority lasts ten years and is never replaced silently: clients trust it.
 * An agent.pem that was signed by somebody else is left alone.
 *
 * Returns: success
 */
gboolean ullim_server_certificates_make (const char *dir, const char *domain, GError **error);

G_END_DECLS
