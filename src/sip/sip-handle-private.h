/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One nua_handle_t and its one owner. The handle is bound for its life; when it is freed it is
 * bound to a tombstone first, so that whatever Sofia still has to say reaches nobody.
 */
#pragma once

#include "sip-line-private.h"

G_BEGIN_DECLS

/**
 * UllimSipHandleFunc:
 * @event: nua's name of the event
 * @status: status, also nua's own 9xx
 * @sip: (nullable): what came from the other side, absent when Sofia made the status up itself
 *
 * An event of a handle. The answer to a request may come before the request's own event: nobody
 * may depend on that order. The handle may be freed in it.
 */
typedef void (*UllimSipHandleFunc) (UllimSipHandle *handle,
                                    nua_event_t     event,
                                    int             status,
                                    const char     *phrase,
                                    const sip_t    *sip,
                                    gpointer        owner);

/**
 * ullim_sip_handle_new:
 * @nh: (transfer full): a handle of the line's nua_t
 */
UllimSipHandle *ullim_sip_handle_new (UllimSipLine      *line,
                                      nua_handle_t      *nh,
                                      UllimSipHandleFunc func,
                                      gpointer           owner);

/** ullim_sip_handle_free: (nullable): ends what is under way; no event comes after it */
void ullim_sip_handle_free (UllimSipHandle *self);

/** ullim_sip_handle_give: to another owner, who hears what comes from now on */
void ullim_sip_handle_give (UllimSipHandle *self, UllimSipHandleFunc func, gpointer owner);

/** ullim_sip_handle_knows_password: Returns: whether nua puts credentials into requests by itself
 */
gboolean ullim_sip_handle_knows_password (UllimSipHandle *self);

nua_handle_t *ullim_sip_handle_get_nua (UllimSipHandle *self);
UllimSipLine *ullim_sip_handle_get_line (UllimSipHandle *self);

/** ullim_sip_handle_dispatch: of the line: hands an event to the owner, if there still is one */
void ullim_sip_handle_dispatch (UllimSipHandle *self,
                                nua_event_t     event,
                                int             status,
                                const char     *phrase,
                                const sip_t    *sip);

/**
 * ullim_sip_handle_authenticate:
 * @sip: a 401 or 407 that nua could not answer from what it knows
 *
 * Answers each challenge once (RFC 3261 section 22.1).
 *
 * Returns: %FALSE with @error of %ULLIM_SIP_ERROR_PASSWORD_MISSING, _PASSWORD if this one was
 *   answered before, or _PROTOCOL if none of the ways to authenticate is known
 */
gboolean ullim_sip_handle_authenticate (UllimSipHandle *self,
                                        const sip_t    *sip,
                                        const char     *user,
                                        const char     *password,
                                        GError        **error);

G_END_DECLS
