/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The body of a request as it was before it was packed (RFC 3261 section 20.12): Linphone sends
 * lists with Content-Encoding: deflate. Pure, main thread.
 */
#pragma once

#include <glib.h>
#include <sofia-sip/sip.h>

G_BEGIN_DECLS

/** ULLIM_SERVER_ACCEPT_ENCODING: what can be read, for the answer 415. */
#define ULLIM_SERVER_ACCEPT_ENCODING "deflate, gzip, identity"

/**
 * ullim_server_body_read:
 * @max_bytes: longest that is read, packed or not
 * @body: (out) (transfer full): may be empty
 *
 * Returns: 0, 413 (too long), 415 (another encoding) or 400 (damaged)
 */
int ullim_server_body_read (const sip_t *sip, gsize max_bytes, GBytes **body);

/** ullim_server_body_unpack: the same of what was packed: zlib's format, gzip's, or bare deflate,
 * which some programs take for it */
int ullim_server_body_unpack (const void *data, gsize length, gsize max_bytes, GBytes **body);

G_END_DECLS
