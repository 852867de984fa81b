/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pictures of people, by gdk-pixbuf.
 */
#define G_LOG_DOMAIN "picture"

#include "picture.h"

/* JPEG quality at which making it smaller begins, and below which it is made smaller instead. */
#define BEST_QUALITY 90
#define WORST_QUALITY 40
#define QUALITY_STEP 10
/* A picture of fewer pixels than this on its longer side is nobody's portrait. */
#define SMALLEST_SIZE 64

typedef struct {
  int      size;
  gboolean is_square; /* whether @size is of the shorter side */
  gboolean is_refused;
} Wanted;

static void
on_size_prepared (GdkPixbufLoader *loader, int width, int height, Wanted *wanted)
{
  int    side = wanted->is_square ? MIN (width, height) : MAX (width, height);
  double scale = (double) wanted->size / MAX (side, 1);

  if ((gint64) width * height > ULLIM_PICTURE_MAX_PIXELS) {
    wanted->is_refused = TRUE;
    /* The loaders give up at this. */
    gdk_pixbuf_loader_set_size (loader, 0, 0);
  } else if (scale < 1 || wanted->is_square) {
    gdk_pixbuf_loader_set_size (loader, MAX (1, (int) (width * scale + 0.5)),
                                MAX (1, (int) (height * scale + 0.5)));
  }
}

static GdkPixbuf *
decode (GBytes *file, Wanted *wanted, GError **error)
{
  g_autoptr (GdkPixbufLoader) loader = gdk_pixbuf_loader_new ();
  g_autoptr (GdkPixbuf)       oriented = NULL;
  GdkPixbuf                  *pixbuf;
  gboolean                    ok;

  g_signal_connect (loader, "size-prepared", G_CALLBACK (on_size_prepared), wanted);
  ok = gdk_pixbuf_loader_write_bytes (loader, file, error);
  /* It must be closed in any case; the first error is the one to tell. */
  ok = gdk_pixbuf_loader_close (loader, ok ? error : NULL) && ok;
  if (!ok)
    return NULL;
  pixbuf = gdk_pixbuf_loader_get_pixbuf (loader);
  if (pixbuf && !wanted->is_refused)
    oriented = gdk_pixbuf_apply_embedded_orientation (pixbuf);
  if (!oriented)
    g_set_error_literal (error, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_CORRUPT_IMAGE,
                         "There is no picture in it, or it is too large");
  return g_steal_pointer (&oriented);
}

GdkPixbuf *
ullim_picture_decode (GBytes *file, int size, GError **error)
{
  Wanted                wanted = {.size = size, .is_square = TRUE};
  g_autoptr (GdkPixbuf) pixbuf = decode (file, &wanted, error);
  g_autoptr (GdkPixbuf) middle = NULL;
  int                   width, height, side;

  if (!pixbuf)
    return NULL;
  width = gdk_pixbuf_get_width (pixbuf);
  height = gdk_pixbuf_get_height (pixbuf);
  side = MIN (width, height);
  middle = gdk_pixbuf_new_subpixbuf (pixbuf, (width - side) / 2, (height - side) / 2, side, side);
  return side == size ? gdk_pixbuf_copy (middle)
                      : gdk_pixbuf_scale_simple (middle, size, size, GDK_INTERP_BILINEAR);
}

/* As a JPEG at the best quality that is small enough, or as a PNG where it is transparent. */
static GBytes *
encode (GdkPixbuf *pixbuf, gsize max_bytes)
{
  for (int quality = BEST_QUALITY; quality >= WORST_QUALITY; quality -= QUALITY_STEP) {
    g_autofree char *number = g_strdup_printf ("%d", quality);
    g_autofree char *data = NULL;
    gsize            length = 0;
    gboolean         is_png = gdk_pixbuf_get_has_alpha (pixbuf);
    gboolean ok = is_png ? gdk_pixbuf_save_to_buffer (pixbuf, &data, &length, "png", NULL, NULL)
                         : gdk_pixbuf_save_to_buffer (pixbuf, &data, &length, "jpeg", NULL,
                                                      "quality", number, NULL);

    if (ok && length <= max_bytes)
      return g_bytes_new_take (g_steal_pointer (&data), length);
    if (is_png)
      break;
  }
  return NULL;
}

GBytes *
ullim_picture_shrink (GBytes *file, gsize max_bytes, GError **error)
{
  for (int size = ULLIM_PICTURE_KEPT_SIZE; size >= SMALLEST_SIZE; size /= 2) {
    Wanted                wanted = {.size = size};
    g_autoptr (GdkPixbuf) pixbuf = decode (file, &wanted, error);
    GBytes               *bytes;

    if (!pixbuf)
      return NULL;
    bytes = encode (pixbuf, max_bytes);
    if (bytes)
      return bytes;
  }
  g_set_error_literal (error, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_FAILED,
                       "It cannot be made small enough");
  return NULL;
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GFile                *file = G_FILE (source);
  g_autoptr (GFileInfo) info = NULL;
  g_autoptr (GBytes)    bytes = NULL;
  g_autoptr (GError)    error = NULL;
  GBytes               *small = NULL;

  info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE,
                            cancellable, &error);
  if (info && g_file_info_get_size (info) > ULLIM_PICTURE_MAX_FILE_BYTES)
    g_set_error_literal (&error, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_INSUFFICIENT_MEMORY,
                         "The file is too large");
  if (!error)
    bytes = g_file_load_bytes (file, cancellable, NULL, &error);
  if (bytes)
    small = ullim_picture_shrink (bytes, *(gsize *) data, &error);
  if (small)
    g_task_return_pointer (task, small, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
ullim_picture_load_async (GFile              *file,
                          gsize               max_bytes,
                          GCancellable       *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (file, cancellable, callback, user_data);

  g_task_set_source_tag (task, ullim_picture_load_async);
  g_task_set_task_data (task, g_memdup2 (&max_bytes, sizeof max_bytes), g_free);
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, load_in_thread);
}

GBytes *
ullim_picture_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
