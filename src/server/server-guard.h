/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bounds on the head of a message, before Sofia parses it.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** ULLIM_SERVER_MAX_PARTS: header lines and commas of one message. */
#define ULLIM_SERVER_MAX_PARTS 512

/**
 * ullim_server_guard_init:
 *
 * Finds Sofia's parser behind our msg_extract(). To be called before anything is received.
 */
void ullim_server_guard_init (void);

/**
 * ullim_server_guard_allows:
 * @data: (nullable): bytes that are not parsed yet
 * @length: how many
 * @parsed_bytes: bytes of the head that are parsed already
 * @parsed_parts: its parts
 *
 * Returns: %FALSE if the head is over %ULLIM_SERVER_MAX_HEAD or %ULLIM_SERVER_MAX_PARTS
 */
gboolean
ullim_server_guard_allows (const char *data, gsize length, gsize parsed_bytes, guint parsed_parts);

G_END_DECLS
