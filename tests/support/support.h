/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What every test needs: waiting for a condition with a deadline, a scratch folder.
 */
#pragma once

#include <gio/gio.h>

/** SUPPORT_DEADLINE_MS: how long a condition may take before the test fails; generous, because
 *  sanitizers and loaded machines are slow. */
#define SUPPORT_DEADLINE_MS 20000

typedef gboolean (*SupportCondition) (gpointer data);

/**
 * support_wait:
 *
 * Runs the default main context until @condition holds; fails the test after
 * %SUPPORT_DEADLINE_MS. @what is named in the failure.
 */
void support_wait (SupportCondition condition, gpointer data, const char *what);

/** support_wait_ptr: until *@place is not %NULL; Returns: *@place */
gpointer support_wait_ptr (gpointer *place, const char *what);

/** support_wait_alone: until nobody but the caller holds @object: a worker thread lets go of what
 * it worked for a little after the answer */
void support_wait_alone (gpointer object);

/** support_wait_flag: until *@flag is %TRUE */
void support_wait_flag (gboolean *flag, const char *what);

/** support_async_result: a GAsyncReadyCallback: puts a ref of the result in *(GAsyncResult **) data
 */
void support_async_result (GObject *source, GAsyncResult *result, gpointer data);

/** support_temp_dir: Returns: (transfer full): a new folder; free with support_temp_dir_free() */
char *support_temp_dir (void);

/** support_temp_dir_free: removes the folder and all in it */
void support_temp_dir_free (char *dir);
