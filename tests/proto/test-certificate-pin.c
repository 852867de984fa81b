/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fingerprints, and the verdict over a pinned certificate.
 */
#include "certificate-pin.h"

#include <string.h>

#define ABC                                                                                        \
  "BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:"  \
  "AD"

static void
test_fingerprint (void)
{
  g_autofree char *fingerprint = ullim_certificate_fingerprint ((const guint8 *) "abc", 3);

  g_assert_cmpstr (fingerprint, ==, ABC);
}

static void
test_verdict (void)
{
  g_autofree char *lower = g_ascii_strdown (ABC, -1);

  g_assert_cmpint (ullim_certificate_judge_pinned (ABC, ABC, 10, 20, 10), ==, ULLIM_PIN_FITS);
  g_assert_cmpint (ullim_certificate_judge_pinned (ABC, lower, 10, 20, 20), ==, ULLIM_PIN_FITS);
  g_assert_cmpint (ullim_certificate_judge_pinned (ABC, ABC, 10, 20, 9), ==, ULLIM_PIN_EXPIRED);
  g_assert_cmpint (ullim_certificate_judge_pinned (ABC, ABC, 10, 20, 21), ==, ULLIM_PIN_EXPIRED);
  g_assert_cmpint (ullim_certificate_judge_pinned (ABC, "BA:78", 10, 20, 15), ==, ULLIM_PIN_OTHER);
  g_assert_cmpint (ullim_certificate_judge_pinned (ABC, "", 10, 20, 30), ==, ULLIM_PIN_OTHER);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/certificate-pin/fingerprint", test_fingerprint);
  g_test_add_func ("/certificate-pin/verdict", test_verdict);
  return g_test_run ();
}
