/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * XCAP diffs: what was read is written and read the same.
 */
#include "fuzz.h"
#include "xcap-diff.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError)        error = NULL;
  g_autoptr (UllimXcapDiff) diff = ullim_xcap_diff_parse ((const char *) data, size, &error);
  g_autoptr (UllimXcapDiff) read = NULL;
  g_autofree char          *text = NULL;
  g_autofree char          *again = NULL;

  g_assert_true (!diff == !!error);
  if (!diff)
    return 0;
  text = ullim_xcap_diff_to_string (diff);
  read = ullim_xcap_diff_parse (text, strlen (text), &error);
  /* Escaping may have made a text that was just short enough too long. */
  if (!read)
    return 0;
  again = ullim_xcap_diff_to_string (read);
  g_assert_cmpstr (again, ==, text);
  return 0;
}
