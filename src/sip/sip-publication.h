/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Our event state at the server (RFC 3903): published, refreshed by its entity tag, modified,
 * removed, and published anew after 412, after a replaced line, after a restart. Main thread.
 */
#pragma once

#include <gio/gio.h>

#include "sip-agent.h"

G_BEGIN_DECLS

/**
 * UllimSipPublicationState:
 * @ULLIM_SIP_PUBLICATION_WAITING: no line, nothing set, under way, or the next try is later
 * @ULLIM_SIP_PUBLICATION_PUBLISHED: the server has what was set last
 * @ULLIM_SIP_PUBLICATION_REFUSED: the server takes none (405, 489, 501, 403, 404 …): tried again
 *   after a new registration
 */
typedef enum {
  ULLIM_SIP_PUBLICATION_WAITING,
  ULLIM_SIP_PUBLICATION_PUBLISHED,
  ULLIM_SIP_PUBLICATION_REFUSED,
} UllimSipPublicationState;

#define ULLIM_TYPE_SIP_PUBLICATION (ullim_sip_publication_get_type ())
G_DECLARE_FINAL_TYPE (UllimSipPublication, ullim_sip_publication, ULLIM, SIP_PUBLICATION, GObject)

/** Signals of UllimSipPublication: state-changed () */

/** ullim_sip_publication_new: for the agent's own address; holds no reference on @agent */
UllimSipPublication *ullim_sip_publication_new (UllimSipAgent *agent, const char *event);

UllimSipPublicationState ullim_sip_publication_get_state (UllimSipPublication *self);
/** ullim_sip_publication_get_status: Returns: the status that refused it, or 0 */
int ullim_sip_publication_get_status (UllimSipPublication *self);

/** ullim_sip_publication_set: @body: (nullable): %NULL removes what is published. Several in a row
 *  while one is under way: only the last goes out */
void ullim_sip_publication_set (UllimSipPublication *self, const char *content_type, GBytes *body);

/** ullim_sip_publication_remove_async: removes it and waits for the answer, at most 1 s: before the
 *  agent stops */
void     ullim_sip_publication_remove_async (UllimSipPublication *self,
                                             GCancellable        *cancellable,
                                             GAsyncReadyCallback  callback,
                                             gpointer             user_data);
gboolean ullim_sip_publication_remove_finish (UllimSipPublication *self,
                                              GAsyncResult        *result,
                                              GError             **error);

G_END_DECLS
