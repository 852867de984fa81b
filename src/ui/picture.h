/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pictures of people: made small for the disk and for the screen. A file's word on its size is not
 * trusted: what would unfold to more than a photograph is refused before it is. Any thread.
 */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

G_BEGIN_DECLS

/** Largest picture that is unfolded, in pixels, and largest file that is read. */
#define ULLIM_PICTURE_MAX_PIXELS (64 * 1000 * 1000)
#define ULLIM_PICTURE_MAX_FILE_BYTES (64 * 1024 * 1024)
/** Longer side of a picture that is kept, px. */
#define ULLIM_PICTURE_KEPT_SIZE 512

/** ullim_picture_decode: the middle of a picture as a square of @size px. Returns: (transfer full)
 *  (nullable) */
GdkPixbuf *ullim_picture_decode (GBytes *file, int size, GError **error);

/** ullim_picture_shrink: @max_bytes: of the result. Returns: (transfer full) (nullable): a JPEG or
 *  PNG file with the same picture, at most %ULLIM_PICTURE_KEPT_SIZE px */
GBytes *ullim_picture_shrink (GBytes *file, gsize max_bytes, GError **error);

/** ullim_picture_load_async: reads a file and makes it small, on another thread. @max_bytes: of the
 *  result. Main thread. */
void ullim_picture_load_async (GFile              *file,
                               gsize               max_bytes,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data);
/** Returns: (transfer full) (nullable) */
GBytes *ullim_picture_load_finish (GAsyncResult *result, GError **error);

G_END_DECLS
