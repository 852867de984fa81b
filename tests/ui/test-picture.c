/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pictures are cut to squares and made small enough; what is no picture, or too large, is refused.
 */
#include "picture.h"

#include <string.h>

#define MAX_BYTES (256 * 1024)

static GBytes *
picture_file (int width, int height, const char *type, gboolean has_noise)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  g_autoptr (GRand)     random = g_rand_new_with_seed (7);
  char                 *data;
  gsize                 length;

  gdk_pixbuf_fill (pixbuf, 0x3584e4ff);
  if (has_noise)
    for (gsize i = 0; i + 4 < gdk_pixbuf_get_byte_length (pixbuf); i += 4) {
      guint32 noise = g_rand_int (random);

      memcpy (gdk_pixbuf_get_pixels (pixbuf) + i, &noise, sizeof noise);
    }
  g_assert_true (gdk_pixbuf_save_to_buffer (pixbuf, &data, &length, type, NULL, NULL));
  return g_bytes_new_take (data, length);
}

static void
test_decode (void)
{
  g_autoptr (GError)    error = NULL;
  g_autoptr (GBytes)    wide = picture_file (300, 120, "png", FALSE);
  g_autoptr (GBytes)    tiny = picture_file (3, 9, "jpeg", FALSE);
  g_autoptr (GdkPixbuf) square = ullim_picture_decode (wide, 36, &error);
  g_autoptr (GdkPixbuf) grown = ullim_picture_decode (tiny, 36, &error);

  g_assert_no_error (error);
  g_assert_cmpint (gdk_pixbuf_get_width (square), ==, 36);
  g_assert_cmpint (gdk_pixbuf_get_height (square), ==, 36);
  g_assert_cmpint (gdk_pixbuf_get_width (grown), ==, 36);
  g_assert_cmpint (gdk_pixbuf_get_height (grown), ==, 36);
}

static void
test_shrink (void)
{
  g_autoptr (GError)    error = NULL;
  g_autoptr (GBytes)    noise = picture_file (2000, 1500, "png", TRUE);
  g_autoptr (GBytes)    small = ullim_picture_shrink (noise, MAX_BYTES, &error);
  g_autoptr (GdkPixbuf) pixbuf = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (noise), >, MAX_BYTES);
  g_assert_cmpuint (g_bytes_get_size (small), <=, MAX_BYTES);
  pixbuf = ullim_picture_decode (small, 96, &error);
  g_assert_no_error (error);
}

static void
test_refuse (void)
{
  static const char *const texts[] = {"", "no picture", "\x89PNG\r\n\x1a\n", "\xff\xd8\xff\xe0"};

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError)    error = NULL;
    g_autoptr (GBytes)    bytes = g_bytes_new_static (texts[i], strlen (texts[i]));
    g_autoptr (GdkPixbuf) pixbuf = ullim_picture_decode (bytes, 36, &error);

    g_assert_null (pixbuf);
    g_assert_nonnull (error);
  }
}

/* The head of a PNG file that says it is 60,000 pixels wide and high: nothing is unfolded. */
static void
test_bomb (void)
{
  static const guint8   head[] = {0x89, 'P',  'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a, 0,    0,    0,
                                  13,   'I',  'H', 'D', 'R',  0,    0,    0xea, 0x60, 0,    0,
                                  0xea, 0x60, 8,   2,   0,    0,    0,    0xdd, 0x66, 0x3a, 0x4e};
  g_autoptr (GError)    error = NULL;
  g_autoptr (GBytes)    bytes = g_bytes_new_static (head, sizeof head);
  g_autoptr (GdkPixbuf) pixbuf = ullim_picture_decode (bytes, 36, &error);
  g_autoptr (GBytes)    small = NULL;

  g_assert_null (pixbuf);
  g_assert_nonnull (error);
  g_clear_error (&error);
  small = ullim_picture_shrink (bytes, MAX_BYTES, &error);
  g_assert_null (small);
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picture/decode", test_decode);
  g_test_add_func ("/picture/shrink", test_shrink);
  g_test_add_func ("/picture/refuse", test_refuse);
  g_test_add_func ("/picture/bomb", test_bomb);
  return g_test_run ();
}
