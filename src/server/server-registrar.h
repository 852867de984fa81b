/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * REGISTER (RFC 3261 section 10.3; instances of RFC 5626). Main thread.
 */
#pragma once

#include "server-bindings.h"
#include "server-request.h"

G_BEGIN_DECLS

/**
 * ullim_server_registrar_handle:
 * @request: whose @user is the person named in To
 *
 * Changes the bindings and answers.
 *
 * Returns: whether the person has a binding that was made or refreshed by this request
 */
gboolean ullim_server_registrar_handle (UllimServerBindings *bindings, UllimServerRequest *request);

G_END_DECLS
