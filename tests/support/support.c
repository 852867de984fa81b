/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include <glib/gstdio.h>

static gboolean
on_tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
support_wait (SupportCondition condition, gpointer data, const char *what)
{
  gint64 deadline = g_get_monotonic_time () + SUPPORT_DEADLINE_MS * 1000;
  /* Wakes the loop so that the deadline is seen even when nothing happens. */
  guint tick = g_timeout_add (50, on_tick, NULL);

  while (!condition (data)) {
    if (g_get_monotonic_time () > deadline)
      g_error ("waited %d ms in vain for: %s", SUPPORT_DEADLINE_MS, what);
    g_main_context_iteration (NULL, TRUE);
  }
  g_source_remove (tick);
}

static gboolean
is_set (gpointer data)
{
  return *(gpointer *) data != NULL;
}

gpointer
support_wait_ptr (gpointer *place, const char *what)
{
  support_wait (is_set, place, what);
  return *place;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

static gboolean
is_alone (gpointer data)
{
  return g_atomic_int_get ((gint *) &G_OBJECT (data)->ref_count) == 1;
}

void
support_wait_alone (gpointer object)
{
  support_wait (is_alone, object, "an object to be let go");
}

void
support_wait_flag (gboolean *flag, const char *what)
{
  support_wait (is_true, flag, what);
}

void
support_async_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

char *
support_temp_dir (void)
{
  g_autoptr (GError) error = NULL;
  char              *dir = g_dir_make_tmp ("ullim-test-XXXXXX", &error);

  g_assert_no_error (error);
  return dir;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char      *name;

  while (dir && (name = g_dir_read_name (dir))) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
      remove_tree (child);
    else
      g_unlink (child);
  }
  g_rmdir (path);
}

void
support_temp_dir_free (char *dir)
{
  g_chmod (dir, 0700);
  remove_tree (dir);
  g_free (dir);
}
