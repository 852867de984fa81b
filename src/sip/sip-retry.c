/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The retry ladder: quick at first, because most interruptions are short, then ever slower.
 */
#define G_LOG_DOMAIN "sip-retry"

#include "sip-retry-private.h"

static guint
climb (const guint *ladder_s, gsize n_steps, guint n_failures, guint retry_after_s, double random)
{
  gsize step = CLAMP (n_failures, 1, n_steps) - 1;
  guint asked_s = MIN (retry_after_s, ULLIM_SIP_RETRY_AFTER_MAX_S);
  guint base_ms = MAX (ladder_s[step], asked_s) * 1000;

  return base_ms + (guint) (base_ms * ULLIM_SIP_RETRY_JITTER * CLAMP (random, 0, 1));
}

guint
ullim_sip_retry_delay_ms (guint n_failures, guint retry_after_s, double random)
{
  static const guint ladder_s[] = {1, 2, 5, 15, 30, 60, 120, ULLIM_SIP_RETRY_MAX_S};

  return climb (ladder_s, G_N_ELEMENTS (ladder_s), n_failures, retry_after_s, random);
}

guint
ullim_sip_retry_event_delay_ms (guint n_failures, guint retry_after_s, double random)
{
  static const guint ladder_s[] = {2, 10, 30, 120, 300, 900, ULLIM_SIP_RETRY_EVENT_MAX_S};

  return climb (ladder_s, G_N_ELEMENTS (ladder_s), n_failures, retry_after_s, random);
}
