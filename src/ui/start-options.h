/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command line of the window program. Main thread.
 */
#pragma once

#include <gio/gio.h>

#include "account.h"

G_BEGIN_DECLS

/**
 * UllimStartOptions:
 * @data_dir: folder of the database; never %NULL once taken
 * @is_default_dir: whether @data_dir is the user's own
 * @account: (nullable): an account for this run, made or updated
 * @password_file: (nullable): its first line is the password; it is not stored
 * @conversation: (nullable): address of a conversation to show at once
 *
 * What was asked for at the start; the names are those of the options.
 */
typedef struct {
  char    *data_dir;
  gboolean is_default_dir;
  char    *account;
  char    *name;
  char    *auth_user;
  char    *password_file;
  char    *proxy;
  char   **listen;
  gboolean no_register;
  char    *tls_ca;
  char    *conversation;
  gboolean version;
} UllimStartOptions;

/** ullim_start_options_new: adds the options to @application, which fills them in as it starts */
UllimStartOptions *ullim_start_options_new (GApplication *application);
void               ullim_start_options_free (UllimStartOptions *options);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimStartOptions, ullim_start_options_free)

/** ullim_start_options_complete: makes paths absolute, fills in the default folder */
void ullim_start_options_complete (UllimStartOptions *options);

/**
 * ullim_start_options_get_id:
 *
 * Returns: (transfer full): an application id of its own for each data folder, so that two folders
 *   run side by side and one folder runs once
 */
char *ullim_start_options_get_id (const UllimStartOptions *options);

/** ullim_start_options_get_settings: Returns: (transfer full) (nullable): %NULL without account */
UllimAccountSettings *ullim_start_options_get_settings (const UllimStartOptions *options);

G_END_DECLS
