/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The subscriptions to one agent, counted.
 */
#pragma once

#include "sip-line-private.h"
#include "sip-notifier.h"

G_BEGIN_DECLS

typedef struct _UllimSipNotifiers UllimSipNotifiers;

UllimSipNotifiers *ullim_sip_notifiers_new (void);
void               ullim_sip_notifiers_free (UllimSipNotifiers *self);

/**
 * ullim_sip_notifiers_take:
 * @nh: (transfer full): handle of the SUBSCRIBE that nua reports at this moment
 *
 * Returns: (transfer none) (nullable): the new one; %NULL if it was refused, and answered so
 */
UllimSipNotifier *ullim_sip_notifiers_take (UllimSipNotifiers *self,
                                            UllimSipLine      *line,
                                            nua_handle_t      *nh,
                                            const sip_t       *sip);

/** ullim_sip_notifiers_end: all of them: @reason: deactivated if they may ask again at once, giveup
 *  if not; %NULL if nothing can be told any more */
void ullim_sip_notifiers_end (UllimSipNotifiers *self, const char *reason);

/** ullim_sip_notifiers_leave: all of them, before a stop; @done is called once, never from within,
 *  when they have answered, or after a second */
void ullim_sip_notifiers_leave (UllimSipNotifiers *self, GSourceFunc done, gpointer data);

/** ullim_sip_refuse: answers the request that nua reports at this moment; @nh: (transfer full) */
void ullim_sip_refuse (UllimSipLine *line,
                       nua_handle_t *nh,
                       int           status,
                       guint         retry_after_s,
                       guint         min_expires_s);

G_END_DECLS
