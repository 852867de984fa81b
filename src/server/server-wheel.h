/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Many things that each end at a second of their own: set, moved and taken out in constant time,
 * whatever their number. Pure, main thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _UllimServerWheelItem UllimServerWheelItem;

/** UllimServerWheelItem: part of whatever ends; all zero while it is in no wheel; @due_s: when */
struct _UllimServerWheelItem {
  UllimServerWheelItem *prev;
  UllimServerWheelItem *next;
  gint64                due_s;
};

typedef struct _UllimServerWheel UllimServerWheel;

/** ullim_server_wheel_new: @now_s: any clock, from here on the same */
UllimServerWheel *ullim_server_wheel_new (gint64 now_s);
/** ullim_server_wheel_free: its items must not be used with it any more */
void ullim_server_wheel_free (UllimServerWheel *self);

/** ullim_server_wheel_set: puts @item in, or moves it */
void ullim_server_wheel_set (UllimServerWheel *self, UllimServerWheelItem *item, gint64 due_s);

/** ullim_server_wheel_remove: does nothing to an item that is not in */
void ullim_server_wheel_remove (UllimServerWheelItem *item);

/** ullim_server_wheel_advance: takes out all that is due and tells @expired, which may change any
 * item */
void ullim_server_wheel_advance (UllimServerWheel *self,
                                 gint64            now_s,
                                 void (*expired) (UllimServerWheelItem *item, gpointer data),
                                 gpointer data);

G_END_DECLS
