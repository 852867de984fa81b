/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Session descriptions: what was read can be written, and is then read and written the same.
 */
#include "fuzz.h"
#include "sdp.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (UllimSdp) sdp = ullim_sdp_parse ((const char *) data, size, NULL);
  g_autoptr (UllimSdp) again = NULL;
  g_autoptr (GError)   error = NULL;
  g_autofree char     *text = NULL;
  g_autofree char     *text_again = NULL;

  if (!sdp)
    return 0;
  text = ullim_sdp_to_string (sdp);
  again = ullim_sdp_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  text_again = ullim_sdp_to_string (again);
  g_assert_cmpstr (text, ==, text_again);
  g_assert_cmpuint (again->media->len, ==, sdp->media->len);
  for (guint i = 0; i < sdp->media->len; i++) {
    const UllimSdpMedia *media = g_ptr_array_index (sdp->media, i);

    g_assert_cmpuint (media->formats->len, >, 0);
    g_assert_cmpint (ullim_sdp_direction_answer (ullim_sdp_media_direction (sdp, media)), <=, 3);
  }
  return 0;
}
