/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "presence-badge.h"

/* How far two shapes must be apart: their opacities' mean difference, of 255. Colours play no part.
 */
#define DIFFERENCE_MIN 10

static GBytes *
pixels (UllimPresenceState state, int size, gboolean is_stale, gboolean has_news)
{
  UllimPresence presence = {.state = state, .is_stale = is_stale};

  return ullim_presence_badge_pixels (&presence, size, FALSE, has_news);
}

static guint
difference (GBytes *one, GBytes *other)
{
  gsize         size, other_size;
  const guint8 *a = g_bytes_get_data (one, &size);
  const guint8 *b = g_bytes_get_data (other, &other_size);
  gsize         sum = 0;

  g_assert_cmpuint (size, ==, other_size);
  for (gsize i = 0; i < size; i += 4)
    sum += (gsize) ABS (a[i] - b[i]);
  return (guint) (sum / (size / 4));
}

/* Who sees no colours can tell all states apart, at the size of a list and at that of a tray. */
static void
test_shapes (void)
{
  static const int sizes[] = {12, 22, 44};

  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (int a = 0; a < ULLIM_PRESENCE_N_STATES; a++)
      for (int b = 0; b < a; b++) {
        g_autoptr (GBytes) one = pixels (a, sizes[s], FALSE, FALSE);
        g_autoptr (GBytes) other = pixels (b, sizes[s], FALSE, FALSE);
        guint              apart = difference (one, other);

        if (apart < DIFFERENCE_MIN)
          g_error ("states %d and %d at %d px differ by %u", a, b, sizes[s], apart);
      }
}

static void
test_stale_and_news (void)
{
  for (int state = ULLIM_PRESENCE_OFFLINE; state < ULLIM_PRESENCE_N_STATES; state++) {
    g_autoptr (GBytes) fresh = pixels (state, 22, FALSE, FALSE);
    g_autoptr (GBytes) stale = pixels (state, 22, TRUE, FALSE);
    g_autoptr (GBytes) news = pixels (state, 22, FALSE, TRUE);

    g_assert_cmpuint (difference (fresh, stale), >=, DIFFERENCE_MIN);
    g_assert_cmpuint (difference (fresh, news), >=, DIFFERENCE_MIN);
  }
}

/* The tray wants alpha, red, green, blue in this order, the colours as they are. */
static void
test_bytes (void)
{
  g_autoptr (GBytes) bytes = pixels (ULLIM_PRESENCE_AVAILABLE, 22, FALSE, FALSE);
  gsize              size;
  const guint8      *data = g_bytes_get_data (bytes, &size);
  const guint8      *middle = data + 4 * (11 * 22 + 11);

  g_assert_cmpuint (size, ==, 4 * 22 * 22);
  g_assert_cmpuint (data[0], ==, 0);
  g_assert_cmpuint (middle[0], ==, 0xff);
  g_assert_cmpuint (middle[1], ==, 0x1f);
  g_assert_cmpuint (middle[2], ==, 0x9d);
  g_assert_cmpuint (middle[3], ==, 0x63);
  for (gsize i = 0; i < size; i += 4)
    if (data[i] > 100 && data[i] < 200)
      g_assert_cmpuint (ABS (data[i + 2] - 0x9d), <=, 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/presence-badge/shapes", test_shapes);
  g_test_add_func ("/presence-badge/stale-and-news", test_stale_and_news);
  g_test_add_func ("/presence-badge/bytes", test_bytes);
  return g_test_run ();
}
