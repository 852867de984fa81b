/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may see whom: the rules that people keep on the server (pres-rules, RFC 5025). Who has none
 * is asked. Main thread.
 */
#pragma once

#include "pres-rules.h"
#include "server-documents.h"

G_BEGIN_DECLS

typedef struct _UllimServerRules UllimServerRules;

/** ullim_server_rules_new: @documents: (transfer none): outlives it */
UllimServerRules *ullim_server_rules_new (UllimServerDocuments *documents, const char *domain);
void              ullim_server_rules_free (UllimServerRules *self);

/**
 * ullim_server_rules_decide:
 * @name: whose presence
 * @watcher: the account that asks
 * @is_limited: (out): whether only that somebody is there may be shown
 *
 * Everybody may see themself, and Echo.
 */
UllimPresAction ullim_server_rules_decide (UllimServerRules *self,
                                           const char       *name,
                                           const char       *watcher,
                                           gboolean         *is_limited);

G_END_DECLS
