/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The server's words: one line per event on standard error when asked for, warnings always.
 * Never a body, a password or a digest. Any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** ullim_server_log_init: installs the writer; @verbose lets events through as well as warnings */
void ullim_server_log_init (gboolean verbose);

/** ullim_server_log_is_verbose: so that the hot path does not format lines nobody reads */
gboolean ullim_server_log_is_verbose (void);

/** ullim_server_event: one line, printf-like: a verb, then name=value pairs */
#define ullim_server_event(...)                                                                    \
  G_STMT_START                                                                                     \
  {                                                                                                \
    if (G_UNLIKELY (ullim_server_log_is_verbose ()))                                               \
      g_info (__VA_ARGS__);                                                                        \
  }                                                                                                \
  G_STMT_END

G_END_DECLS
