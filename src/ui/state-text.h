/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * States of accounts and messages, and times, in the few translated words that a list or a menu has
 * room for. Main thread.
 */
#pragma once

#include "account.h"
#include "message.h"

G_BEGIN_DECLS

/** ullim_state_text_account: Returns: (transfer full): "Online", "Connecting…", "Not connected" */
char *ullim_state_text_account (UllimAccount *account);

/**
 * ullim_state_text_problem:
 *
 * Returns: (transfer full): what keeps @account from being online, what to do, and when the next
 *   try is; "" if nothing does
 */
char *ullim_state_text_problem (UllimAccount *account);

/** ullim_state_text_delivery: Returns: (transfer none): what became of an own message */
const char *ullim_state_text_delivery (UllimDelivery delivery);

/** ullim_state_text_delivery_icon: Returns: (transfer none) (nullable): the icon that goes with it;
 * %NULL for a received message */
const char *ullim_state_text_delivery_icon (UllimDelivery delivery);

/** ullim_state_text_list_time: Returns: (transfer full): a clock time today, else a short day */
char *ullim_state_text_list_time (gint64 time_us);

/** ullim_state_text_date: @time_s: seconds since the epoch; Returns: (transfer full): a full date
 */
char *ullim_state_text_date (gint64 time_s);

/** ullim_state_text_fingerprint: Returns: (transfer full): @fingerprint in lines that two people
 * can compare */
char *ullim_state_text_fingerprint (const char *fingerprint);

/** ullim_state_text_address: Returns: (transfer none): @uri as people say it, without `sip:` */
const char *ullim_state_text_address (const char *uri);

G_END_DECLS
