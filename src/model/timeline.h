/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A window on the messages of one conversation, oldest first, as a GListModel of UllimMessage.
 * What lies before and after the window is on disk; core/ feeds it page by page. Main thread.
 */
#pragma once

#include <gio/gio.h>

#include "message.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_TIMELINE (ullim_timeline_get_type ())
G_DECLARE_FINAL_TYPE (UllimTimeline, ullim_timeline, ULLIM, TIMELINE, GObject)

/**
 * Properties: "has-older" (boolean): there are messages before the window; "has-newer" (boolean):
 * there are messages after it (after a jump into the past).
 */

UllimTimeline *ullim_timeline_new (void);

gboolean ullim_timeline_get_has_older (UllimTimeline *self);
gboolean ullim_timeline_get_has_newer (UllimTimeline *self);

/**
 * ullim_timeline_replace:
 * @messages: (element-type UllimMessage): oldest first
 *
 * Puts the window elsewhere: one items-changed.
 */
void ullim_timeline_replace (UllimTimeline *self,
                             GPtrArray     *messages,
                             gboolean       has_older,
                             gboolean       has_newer);

/** ullim_timeline_prepend_page: one items-changed at 0 */
void ullim_timeline_prepend_page (UllimTimeline *self, GPtrArray *messages, gboolean has_older);

/** ullim_timeline_append_page: one items-changed at the end */
void ullim_timeline_append_page (UllimTimeline *self, GPtrArray *messages, gboolean has_newer);

/**
 * ullim_timeline_append:
 *
 * A message that just came into being. If the window is not at the end (has-newer) it is not added:
 * it will come with its page.
 */
void ullim_timeline_append (UllimTimeline *self, UllimMessage *message);

/** ullim_timeline_remove: takes one message out, if it is in the window */
void ullim_timeline_remove (UllimTimeline *self, gint64 id);

/**
 * ullim_timeline_trim:
 * @keep: messages to keep at least
 * @at_start: whether to drop at the start (then has-older becomes true) or at the end (has-newer)
 */
void ullim_timeline_trim (UllimTimeline *self, guint keep, gboolean at_start);

/** ullim_timeline_find: Returns: (transfer none) (nullable): the message of that id, if loaded */
UllimMessage *ullim_timeline_find (UllimTimeline *self, gint64 id, guint *position);

G_END_DECLS
