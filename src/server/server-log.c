/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Log lines: wall clock, level, text. Control characters that came from the wire are shown as
 * question marks: a log is read on a terminal.
 */
#define G_LOG_DOMAIN "server-log"

#include "server-log.h"

#include <stdio.h>
#include <string.h>

static gboolean verbose_lines;

static const char *
level_name (GLogLevelFlags level)
{
  if (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL))
    return "critical: ";
  if (level & G_LOG_LEVEL_WARNING)
    return "warning: ";
  return "";
}

static void
mask_controls (char *text)
{
  for (char *p = text; *p; p++) {
    if (g_ascii_iscntrl (*p))
      *p = '?';
  }
}

static GLogWriterOutput
write_line (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  if ((level & (G_LOG_LEVEL_INFO | G_LOG_LEVEL_DEBUG)) && !verbose_lines)
    return G_LOG_WRITER_HANDLED;

  for (gsize i = 0; i < n_fields; i++) {
    if (strcmp (fields[i].key, "MESSAGE") == 0) {
      g_autoptr (GDateTime) now = g_date_time_new_now_local ();
      g_autofree char      *clock = g_date_time_format (now, "%H:%M:%S");
      gsize length = fields[i].length < 0 ? strlen (fields[i].value) : (gsize) fields[i].length;
      g_autofree char *text = g_strndup (fields[i].value, length);

      mask_controls (text);
      fprintf (stderr, "%s.%03d %s%s\n", clock, g_date_time_get_microsecond (now) / 1000,
               level_name (level), text);
    }
  }
  return G_LOG_WRITER_HANDLED;
}

void
ullim_server_log_init (gboolean verbose)
{
  verbose_lines = verbose;
  g_log_set_writer_func (write_line, NULL, NULL);
}

gboolean
ullim_server_log_is_verbose (void)
{
  return verbose_lines;
}
