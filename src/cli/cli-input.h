/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines from standard input, one at a time when asked for, without blocking the main loop.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** ULLIM_CLI_MAX_LINE_BYTES: longest command line; a longer one is skipped with an error. */
#define ULLIM_CLI_MAX_LINE_BYTES (256 * 1024)

#define ULLIM_TYPE_CLI_INPUT (ullim_cli_input_get_type ())
G_DECLARE_FINAL_TYPE (UllimCliInput, ullim_cli_input, ULLIM, CLI_INPUT, GObject)

/** ullim_cli_input_new: reads @stream */
UllimCliInput *ullim_cli_input_new (GInputStream *stream);

/** ullim_cli_input_read_async: the next line; one at a time */
void ullim_cli_input_read_async (UllimCliInput      *self,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data);

/**
 * ullim_cli_input_read_finish:
 *
 * Returns: (transfer full) (nullable): the line without its end, valid UTF-8; %NULL without @error
 *   at the end of the input; %G_IO_ERROR_INVALID_DATA: not UTF-8; %G_IO_ERROR_MESSAGE_TOO_LARGE:
 *   over %ULLIM_CLI_MAX_LINE_BYTES. After these two the next line can be read.
 */
char *ullim_cli_input_read_finish (UllimCliInput *self, GAsyncResult *result, GError **error);

G_END_DECLS
