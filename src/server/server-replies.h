/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What non-INVITE requests over UDP were answered, for as long as they may be repeated (RFC 3261
 * section 17.2.2, timer J). Sofia's own server transactions keep request and response, several
 * kilobytes each; a status and a tag are enough to answer again. Pure, main thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** ULLIM_SERVER_REPLY_LIFE_S: timer J. */
#define ULLIM_SERVER_REPLY_LIFE_S 32
/** ULLIM_SERVER_MAX_REPLIES: the oldest is forgotten beyond that. */
#define ULLIM_SERVER_MAX_REPLIES (1 << 18)

typedef struct _UllimServerReplies UllimServerReplies;

UllimServerReplies *ullim_server_replies_new (void);
void                ullim_server_replies_free (UllimServerReplies *self);

/** ullim_server_replies_key: Returns: a number for a request, not guessable from outside */
guint64 ullim_server_replies_key (UllimServerReplies *self,
                                  const char         *branch,
                                  const char         *sent_by,
                                  const char         *method,
                                  const char         *call_id,
                                  guint32             cseq);

/**
 * ullim_server_replies_begin:
 *
 * Returns: %TRUE if the request is new; it is then known as not yet answered
 */
gboolean ullim_server_replies_begin (UllimServerReplies *self, guint64 key, gint64 now_s);

/**
 * ullim_server_replies_end:
 * @to_tag: (nullable): the tag of the answer's To
 * @headers: (nullable): lines of the answer without which it says nothing
 */
void ullim_server_replies_end (UllimServerReplies *self,
                               guint64             key,
                               int                 status,
                               const char         *to_tag,
                               const char         *headers);

/**
 * ullim_server_replies_find:
 * @to_tag, @headers: (out) (transfer none) (nullable): valid until the next call
 *
 * Returns: the status of a request that has begun, 0 while it is not answered
 */
int ullim_server_replies_find (UllimServerReplies *self,
                               guint64             key,
                               const char        **to_tag,
                               const char        **headers);

G_END_DECLS
