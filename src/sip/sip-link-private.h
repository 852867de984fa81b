/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One connection attempt of an account and, if it succeeds, its connection: a line and what goes on
 * on it: the registration, and the requests that arrive. A link is never repaired: an agent
 * replaces it by a new one.
 */
#pragma once

#include "sip-line-private.h"
#include "sip-message.h"

G_BEGIN_DECLS

typedef struct _UllimSipLink UllimSipLink;

/**
 * UllimSipLinkOwner:
 * @registered: a REGISTER was accepted, the first one or a refresh
 * @moved: after that, the server sees the line elsewhere: dialogs have to be begun anew
 * @failed: the link is of no more use; @retry_after_s is 0 if the server named none
 * @message: a MESSAGE arrived
 * @subscribe: a SUBSCRIBE that begins a dialog arrived; @nh: (transfer full)
 *
 * What a link tells its owner. The link may be given up in any of them.
 */
typedef struct {
  void (*registered) (UllimSipLink *link, gpointer owner);
  void (*moved) (UllimSipLink *link, gpointer owner);
  void (*failed) (UllimSipLink *link, const GError *error, guint retry_after_s, gpointer owner);
  void (*message) (UllimSipLink *link, UllimSipIncoming *incoming, gpointer owner);
  void (*subscribe) (UllimSipLink *link, nua_handle_t *nh, const sip_t *sip, gpointer owner);
} UllimSipLinkOwner;

/**
 * ullim_sip_link_new:
 * @sources: (nullable) (element-type utf8): addresses that requests may come from; %NULL for all
 * @error: that of ullim_sip_line_new()
 */
UllimSipLink *ullim_sip_link_new (UllimSipStack              *stack,
                                  const UllimSipLineSettings *settings,
                                  GPtrArray                  *sources,
                                  const UllimSipLinkOwner    *callbacks,
                                  gpointer                    owner,
                                  GError                    **error);

/** ullim_sip_link_register: registers and stays so until it fails; again: proves that it still is
 */
void ullim_sip_link_register (UllimSipLink *self);

/** ullim_sip_link_check: if registered, asks for a sign of life now, and fails without one */
void ullim_sip_link_check (UllimSipLink *self);

/**
 * ullim_sip_link_retire:
 * @self: (transfer full)
 * @is_replaced: whether a new link registers for the same instance: then only the address of this
 *   one is taken from the server, not the instance (RFC 5626 section 6)
 * @done: (nullable): called once, never from within: the answer came, or time is up
 *
 * No callback of the owner follows. What is under way on the line's handles goes on.
 */
void
ullim_sip_link_retire (UllimSipLink *self, gboolean is_replaced, GSourceFunc done, gpointer data);

/** ullim_sip_link_get_line: Returns: (transfer none) */
UllimSipLine *ullim_sip_link_get_line (UllimSipLink *self);

G_END_DECLS
