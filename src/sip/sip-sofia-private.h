/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one door to Sofia-SIP: whoever speaks to nua includes this. The magic types say who hears an
 * event: a nua_t belongs to one UllimSipLine for its life, a nua_handle_t to one UllimSipHandle
 * until it is released.
 */
#pragma once

#include <glib.h>

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

/** ULLIM_SIP_NTP_EPOCH_S: the epoch of Unix in the time that Sofia counts, that of NTP. */
#define ULLIM_SIP_NTP_EPOCH_S G_GINT64_CONSTANT (2208988800)
