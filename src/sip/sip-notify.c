/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Subscription-State and the body of a NOTIFY.
 */
#define G_LOG_DOMAIN "sip-notify"

#include "sip-notify-private.h"

#include <string.h>

#include "sip-subscription.h"

static UllimSipNotifyReason
read_reason (const char *reason)
{
  static const struct {
    const char          *name;
    UllimSipNotifyReason reason;
  } reasons[] = {
      {"deactivated", ULLIM_SIP_NOTIFY_ANEW},    {"timeout", ULLIM_SIP_NOTIFY_ANEW},
      {"probation", ULLIM_SIP_NOTIFY_LATER},     {"giveup", ULLIM_SIP_NOTIFY_LATER},
      {"rejected", ULLIM_SIP_NOTIFY_REJECTED},   {"noresource", ULLIM_SIP_NOTIFY_NO_RESOURCE},
      {"invariant", ULLIM_SIP_NOTIFY_INVARIANT},
  };

  for (gsize i = 0; reason && i < G_N_ELEMENTS (reasons); i++)
    if (g_ascii_strcasecmp (reason, reasons[i].name) == 0)
      return reasons[i].reason;
  return ULLIM_SIP_NOTIFY_LATER;
}

static guint
read_seconds (const char *text)
{
  guint64 value = 0;

  if (text)
    g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &value, NULL);
  return value;
}

/* A NOTIFY without it comes from before RFC 3265. */
static void
read_state (UllimSipNotify *notify, const sip_subscription_state_t *state)
{
  if (!state || !state->ss_substate)
    return;
  notify->expires_s = read_seconds (state->ss_expires);
  notify->retry_after_s = read_seconds (state->ss_retry_after);
  if (g_ascii_strcasecmp (state->ss_substate, "pending") == 0) {
    notify->state = ULLIM_SIP_NOTIFY_PENDING;
  } else if (g_ascii_strcasecmp (state->ss_substate, "terminated") == 0) {
    notify->state = ULLIM_SIP_NOTIFY_TERMINATED;
    notify->reason = read_reason (state->ss_reason);
  }
}

static char *
read_type (const sip_content_type_t *type)
{
  g_autoptr (GString) text = g_string_new (type->c_type);

  for (const msg_param_t *param = type->c_params; param && *param; param++)
    g_string_append_printf (text, ";%s", *param);
  if (text->len > ULLIM_SIP_MAX_TYPE_BYTES || !g_utf8_validate (text->str, text->len, NULL))
    return NULL;
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
is_encoded (const sip_t *sip)
{
  const sip_content_encoding_t *encoding = sip->sip_content_encoding;

  return encoding && encoding->k_items && encoding->k_items[0] &&
         g_ascii_strcasecmp (encoding->k_items[0], "identity") != 0;
}

int
ullim_sip_notify_read (UllimSipNotify *notify, const sip_t *sip)
{
  const sip_payload_t *payload = sip->sip_payload;

  *notify = (UllimSipNotify){.state = ULLIM_SIP_NOTIFY_ACTIVE};
  read_state (notify, sip->sip_subscription_state);
  if (!payload || payload->pl_len == 0)
    return 200;
  if (payload->pl_len > ULLIM_SIP_MAX_NOTIFY_BYTES)
    return 413;
  if (!sip->sip_content_type || !sip->sip_content_type->c_type || is_encoded (sip))
    return 415;
  notify->content_type = read_type (sip->sip_content_type);
  if (!notify->content_type)
    return 415;
  notify->body = g_bytes_new (payload->pl_data, payload->pl_len);
  return 200;
}

void
ullim_sip_notify_clear (UllimSipNotify *notify)
{
  g_clear_pointer (&notify->content_type, g_free);
  g_clear_pointer (&notify->body, g_bytes_unref);
}
