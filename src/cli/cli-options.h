/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command line of ullim-cli.
 */
#pragma once

#include "account.h"

G_BEGIN_DECLS

/**
 * UllimCliOptions:
 * @data_dir: folder of the database
 * @settings: (nullable): the account of this run, from --account and what goes with it
 * @password_file: (nullable): file whose first line is its password
 * @json: whether events are printed as JSON
 * @version: whether only the version is wanted
 */
typedef struct {
  char                 *data_dir;
  UllimAccountSettings *settings;
  char                 *password_file;
  gboolean              json;
  gboolean              version;
} UllimCliOptions;

/**
 * ullim_cli_options_parse:
 * @argv: (inout): the arguments
 * @description: what --help prints after the options
 *
 * --help prints the help and ends the program.
 *
 * Returns: (transfer full) (nullable): %NULL with @error for a usage error
 */
UllimCliOptions *
ullim_cli_options_parse (int *argc, char ***argv, const char *description, GError **error);

void ullim_cli_options_free (UllimCliOptions *options);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimCliOptions, ullim_cli_options_free)

G_END_DECLS
