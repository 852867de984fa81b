/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Somebody who asked to see the user's presence.
 */
#define G_LOG_DOMAIN "watcher"

#include "watcher.h"

#include <string.h>

struct _UllimWatcher {
  GObject         parent_instance;
  UllimAccount   *account; /* owned */
  char           *uri;
  char           *key;
  char           *name; /* nullable */
  UllimPermission permission;
  gint64          asked_us;
};

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UllimWatcher, ullim_watcher, G_TYPE_OBJECT)

const char *
ullim_permission_name (UllimPermission permission)
{
  static const char *const names[] = {
      [ULLIM_PERMISSION_ASKED] = "asked",
      [ULLIM_PERMISSION_ALLOWED] = "allowed",
      [ULLIM_PERMISSION_DENIED] = "denied",
      [ULLIM_PERMISSION_BLOCKED] = "blocked",
  };

  g_return_val_if_fail (permission < G_N_ELEMENTS (names), "asked");
  return names[permission];
}

static void
ullim_watcher_finalize (GObject *object)
{
  UllimWatcher *self = ULLIM_WATCHER (object);

  g_clear_object (&self->account);
  g_free (self->uri);
  g_free (self->key);
  g_free (self->name);
  G_OBJECT_CLASS (ullim_watcher_parent_class)->finalize (object);
}

static void
ullim_watcher_class_init (UllimWatcherClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ullim_watcher_finalize;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
ullim_watcher_init (UllimWatcher *self)
{
}

UllimWatcher *
ullim_watcher_new (UllimAccount   *account,
                   const char     *uri,
                   const char     *key,
                   const char     *name,
                   UllimPermission permission,
                   gint64          asked_us)
{
  UllimWatcher *self;

  g_return_val_if_fail (ULLIM_IS_ACCOUNT (account), NULL);
  g_return_val_if_fail (uri != NULL && key != NULL, NULL);

  self = g_object_new (ULLIM_TYPE_WATCHER, NULL);
  self->account = g_object_ref (account);
  self->uri = g_strdup (uri);
  self->key = g_strdup (key);
  self->name = name && *name ? g_strdup (name) : NULL;
  self->permission = permission;
  self->asked_us = asked_us;
  return self;
}

UllimAccount *
ullim_watcher_get_account (UllimWatcher *self)
{
  return self->account;
}

const char *
ullim_watcher_get_uri (UllimWatcher *self)
{
  return self->uri;
}

const char *
ullim_watcher_get_key (UllimWatcher *self)
{
  return self->key;
}

const char *
ullim_watcher_get_name (UllimWatcher *self)
{
  const char *colon = strchr (self->uri, ':');

  if (self->name)
    return self->name;
  return colon ? colon + 1 : self->uri;
}

UllimPermission
ullim_watcher_get_permission (UllimWatcher *self)
{
  return self->permission;
}

gint64
ullim_watcher_get_asked_us (UllimWatcher *self)
{
  return self->asked_us;
}

void
ullim_watcher_set_permission (UllimWatcher *self, UllimPermission permission)
{
  g_return_if_fail (ULLIM_IS_WATCHER (self));

  if (self->permission == permission)
    return;
  self->permission = permission;
  g_signal_emit (self, signals[CHANGED], 0);
}

void
ullim_watcher_set_name (UllimWatcher *self, const char *name)
{
  g_return_if_fail (ULLIM_IS_WATCHER (self));

  if (name && *name == '\0')
    name = NULL;
  if (g_strcmp0 (self->name, name) == 0)
    return;
  g_free (self->name);
  self->name = g_strdup (name);
  g_signal_emit (self, signals[CHANGED], 0);
}
