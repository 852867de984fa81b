/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Idle time of an X11 session (MIT-SCREEN-SAVER), by XCB: Xlib would end the program when the
 * server goes away. While somebody is there, the next question comes when they could be idle at
 * the earliest.
 */
#define G_LOG_DOMAIN "idle-x11"

#include "idle-x11.h"

#ifdef HAVE_XCB_SCREENSAVER
#include <stdlib.h>
#include <xcb/screensaver.h>

/* How late it may be noticed that somebody is back. */
#define RETURN_US (1 * G_USEC_PER_SEC)

struct _UllimIdleX11 {
  gatomicrefcount     refs; /* the owner's, the thread's, and one for each change on its way */
  gint64              idle_after_us;
  UllimIdleX11Changed changed; /* main thread */
  gpointer            data;    /* main thread */
  GMutex              mutex;
  GCond               cond;
  gboolean            stopped; /* under the mutex */
};

typedef struct {
  UllimIdleX11 *self; /* owned */
  gint64        since_us;
} Change;

static void
release (UllimIdleX11 *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}

static UllimIdleX11 *
acquire (UllimIdleX11 *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

static gboolean
on_change (gpointer data)
{
  Change *change = data;

  if (change->self->changed)
    change->self->changed (change->since_us, change->self->data);
  return G_SOURCE_REMOVE;
}

static void
change_free (gpointer data)
{
  release (((Change *) data)->self);
  g_free (data);
}

static void
tell (UllimIdleX11 *self, gint64 since_us)
{
  Change *change = g_new0 (Change, 1);

  change->self = acquire (self);
  change->since_us = since_us;
  g_main_context_invoke_full (NULL, G_PRIORITY_DEFAULT, on_change, change, change_free);
}

static gboolean
ask (xcb_connection_t *display, xcb_window_t root, gint64 *idle_us)
{
  xcb_screensaver_query_info_cookie_t cookie = xcb_screensaver_query_info (display, root);
  xcb_screensaver_query_info_reply_t *reply =
      xcb_screensaver_query_info_reply (display, cookie, NULL);

  if (!reply)
    return FALSE;
  *idle_us = (gint64) reply->ms_since_user_input * 1000;
  free (reply);
  return TRUE;
}

/* Returns FALSE when it is time to end. */
static gboolean
rest (UllimIdleX11 *self, gint64 time_us)
{
  gint64   until = g_get_monotonic_time () + time_us;
  gboolean stopped;

  g_mutex_lock (&self->mutex);
  while (!self->stopped && g_cond_wait_until (&self->cond, &self->mutex, until))
    continue;
  stopped = self->stopped;
  g_mutex_unlock (&self->mutex);
  return !stopped;
}

static void
follow (UllimIdleX11 *self, xcb_connection_t *display, xcb_window_t root)
{
  gboolean is_idle = FALSE;
  gint64   idle_us = 0;
  gint64   pause_us;

  do {
    if (!ask (display, root, &idle_us))
      break;
    if (is_idle != (idle_us >= self->idle_after_us)) {
      is_idle = !is_idle;
      tell (self, is_idle ? g_get_real_time () - idle_us : 0);
    }
    pause_us = is_idle ? RETURN_US : MAX (self->idle_after_us - idle_us, G_USEC_PER_SEC / 100);
  } while (rest (self, pause_us));
  if (is_idle)
    tell (self, 0);
}

static gpointer
run (gpointer data)
{
  UllimIdleX11                      *self = data;
  xcb_connection_t                  *display = xcb_connect (NULL, NULL);
  const xcb_query_extension_reply_t *extension;

  if (xcb_connection_has_error (display) == 0) {
    extension = xcb_get_extension_data (display, &xcb_screensaver_id);
    if (extension && extension->present)
      follow (self, display, xcb_setup_roots_iterator (xcb_get_setup (display)).data->root);
  }
  xcb_disconnect (display);
  release (self);
  return NULL;
}

UllimIdleX11 *
ullim_idle_x11_new (guint idle_after_s, UllimIdleX11Changed changed, gpointer data)
{
  UllimIdleX11 *self = g_new0 (UllimIdleX11, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->idle_after_us = (gint64) idle_after_s * G_USEC_PER_SEC;
  self->changed = changed;
  self->data = data;
  g_thread_unref (g_thread_new ("ullim-idle", run, acquire (self)));
  return self;
}

void
ullim_idle_x11_free (UllimIdleX11 *self)
{
  self->changed = NULL;
  g_mutex_lock (&self->mutex);
  self->stopped = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
  release (self);
}

#else

struct _UllimIdleX11 {
  char unused;
};

UllimIdleX11 *
ullim_idle_x11_new (guint idle_after_s, UllimIdleX11Changed changed, gpointer data)
{
  return g_new0 (UllimIdleX11, 1);
}

void
ullim_idle_x11_free (UllimIdleX11 *self)
{
  g_free (self);
}

#endif
