/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the body of an incoming MESSAGE to text that can be stored and shown (RFC 3428 section 7,
 * RFC 2046 section 4.1). Pure functions. For core/ only.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ullim_chat_text_decode:
 * @content_type: lower-case type/subtype
 * @charset: (nullable): lower-case charset; UTF-8 if absent
 * @text: (out) (transfer full) (nullable): valid UTF-8 with line feeds for line ends and U+FFFD for
 *   other control characters; "" for an empty body; %NULL when the status is not 200
 *
 * Returns: the SIP status that the body deserves: 200, 400 (not what its charset says, or a NUL in
 *   it), 413 (over %ULLIM_CHAT_MAX_TEXT_BYTES), 415 (a type or charset we cannot show)
 */
int
ullim_chat_text_decode (const char *content_type, const char *charset, GBytes *body, char **text);

/**
 * ullim_chat_text_outgoing:
 * @text: valid UTF-8
 *
 * Returns: (transfer full): @text with line feeds for line ends and without other control
 *   characters
 */
char *ullim_chat_text_outgoing (const char *text);

/**
 * ullim_chat_text_time:
 * @date_us: the Date header, us since the epoch, 0 if there is none
 * @now_us: our clock
 *
 * Returns: when to say that a message was written: its Date if it is some time ago (it waited for
 *   us somewhere), else @now_us, because other clocks are often a little wrong
 */
gint64 ullim_chat_text_time (gint64 date_us, gint64 now_us);

/**
 * ullim_chat_text_once:
 *
 * Returns: the number that, with sender and Call-ID, tells a repeated MESSAGE from a new one. It is
 *   a hash of Date and text where there is a Date, because a MESSAGE that is sent again after a
 *   crash has another CSeq (answering a challenge raises it), while some programs use one Call-ID
 *   for many different messages. Without a Date it is the CSeq.
 */
guint32 ullim_chat_text_once (gint64 date_us, guint32 cseq, const char *text);

G_END_DECLS
