/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why sound and picture fail.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * UllimMediaError:
 * @ULLIM_MEDIA_ERROR_KEY: a key or a suite that cannot be used
 * @ULLIM_MEDIA_ERROR_FINGERPRINT: who answered is not who the signalling named
 * @ULLIM_MEDIA_ERROR_HANDSHAKE: DTLS failed, or had no end
 * @ULLIM_MEDIA_ERROR_SOCKET: no port, no way to send
 */
typedef enum {
  ULLIM_MEDIA_ERROR_KEY,
  ULLIM_MEDIA_ERROR_FINGERPRINT,
  ULLIM_MEDIA_ERROR_HANDSHAKE,
  ULLIM_MEDIA_ERROR_SOCKET,
} UllimMediaError;

#define ULLIM_MEDIA_ERROR (ullim_media_error_quark ())
GQuark ullim_media_error_quark (void);

G_END_DECLS
