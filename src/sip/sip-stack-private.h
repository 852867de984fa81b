/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one door to Sofia-SIP: every file of sip/ that speaks to nua includes this and nothing of
 * Sofia itself. The magic types say who hears an event: a nua_t belongs to one UllimSipLine for its
 * life, a nua_handle_t to one UllimSipHandle until it is released.
 */
#pragma once

typedef struct _UllimSipLine   UllimSipLine;
typedef struct _UllimSipHandle UllimSipHandle;

#define NUA_MAGIC_T UllimSipLine
#define NUA_HMAGIC_T UllimSipHandle

#include <sofia-sip/nua.h>
#include <sofia-sip/nua_tag.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/tport_tag.h>

#include "sip-stack.h"

G_BEGIN_DECLS

/** ULLIM_SIP_NTP_EPOCH_S: the epoch of Unix in the time that Sofia counts, that of NTP. */
#define ULLIM_SIP_NTP_EPOCH_S G_GINT64_CONSTANT (2208988800)

/** ullim_sip_stack_get_root: Returns: (transfer none): the root for nua_create() */
su_root_t *ullim_sip_stack_get_root (UllimSipStack *self);

G_END_DECLS
