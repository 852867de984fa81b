/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may see one's presence (RFC 5025 over common policy, RFC 4745). The document is kept whole:
 * what is not understood survives a change, and never grants anything. Pure functions, any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ULLIM_PRES_RULES_CONTENT_TYPE "application/auth-policy+xml"

/** Longest document that is read, and most rules in it. */
#define ULLIM_PRES_RULES_MAX_BYTES (1024 * 1024)
#define ULLIM_PRES_RULES_MAX_RULES 1024

/**
 * UllimPresAction:
 * @ULLIM_PRES_BLOCK: refused
 * @ULLIM_PRES_CONFIRM: the person is asked
 * @ULLIM_PRES_POLITE_BLOCK: told that the person is not there
 * @ULLIM_PRES_ALLOW: may see
 *
 * RFC 5025 section 3.2.1. Where several rules apply the greatest holds.
 */
typedef enum {
  ULLIM_PRES_BLOCK,
  ULLIM_PRES_CONFIRM,
  ULLIM_PRES_POLITE_BLOCK,
  ULLIM_PRES_ALLOW,
} UllimPresAction;

#define ULLIM_PRES_N_ACTIONS 4

/** UllimPresRules: the rules of one person */
typedef struct _UllimPresRules UllimPresRules;

/** ullim_pres_action_name: Returns: block, confirm, polite-block, allow */
const char *ullim_pres_action_name (UllimPresAction action);

/** ullim_pres_rules_new: Returns: (transfer full): nobody is named; @others: what holds for all */
UllimPresRules *ullim_pres_rules_new (UllimPresAction others);

void ullim_pres_rules_free (UllimPresRules *rules);

/**
 * ullim_pres_rules_parse:
 * @error: return location for a %ULLIM_XML_ERROR
 *
 * Returns: (transfer full) (nullable)
 */
UllimPresRules *ullim_pres_rules_parse (const char *data, gsize length, GError **error);

/** ullim_pres_rules_to_string: Returns: (transfer full): the document */
char *ullim_pres_rules_to_string (const UllimPresRules *rules);

/**
 * ullim_pres_rules_decide:
 * @watcher: who asks, an authenticated URI
 * @is_limited: (out) (optional): whether less than everything may be shown, because the rules that
 *   allow it name only parts (RFC 5025 section 3.3): then show whether the person is there, no more
 *
 * Not from two threads at a time, as it remembers what it has read of @rules.
 *
 * A rule with a condition other than identity (sphere, validity, others' own) never applies.
 * Without any rule that applies it is %ULLIM_PRES_BLOCK.
 */
UllimPresAction
ullim_pres_rules_decide (const UllimPresRules *rules, const char *watcher, gboolean *is_limited);

/** ullim_pres_rules_decide_others: what holds for whom no rule names: the answer to a stranger */
UllimPresAction ullim_pres_rules_decide_others (const UllimPresRules *rules);

/** ullim_pres_rules_set: from now on @action holds for @watcher, whatever rules there were */
void ullim_pres_rules_set (UllimPresRules *rules, const char *watcher, UllimPresAction action);

/** ullim_pres_rules_forget: @watcher is like all others again */
void ullim_pres_rules_forget (UllimPresRules *rules, const char *watcher);

/** ullim_pres_rules_set_others: from now on @action holds for all who are not named */
void ullim_pres_rules_set_others (UllimPresRules *rules, UllimPresAction action);

/** ullim_pres_rules_get_named: Returns: (transfer full) (element-type utf8): the URIs that rules
 * name, each once */
GPtrArray *ullim_pres_rules_get_named (const UllimPresRules *rules);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimPresRules, ullim_pres_rules_free)

G_END_DECLS
