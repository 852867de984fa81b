/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The certificate value: deep copy, counting, as a boxed value.
 */
#include "certificate.h"

static void
test_copy (void)
{
  char                         host[] = "example.org";
  UllimCertificate             fields = {.subject = (char *) "s",
                                         .issuer = (char *) "i",
                                         .host = host,
                                         .not_before = 1,
                                         .not_after = 2,
                                         .fingerprint = (char *) "AA:BB"};
  g_autoptr (UllimCertificate) certificate = ullim_certificate_new (&fields);

  host[0] = 'X';
  g_assert_cmpstr (certificate->host, ==, "example.org");
  g_assert_cmpstr (certificate->subject, ==, "s");
  g_assert_cmpstr (certificate->issuer, ==, "i");
  g_assert_cmpstr (certificate->fingerprint, ==, "AA:BB");
  g_assert_cmpint (certificate->not_before, ==, 1);
  g_assert_cmpint (certificate->not_after, ==, 2);
  g_assert_null (certificate->pinned);
}

static void
test_boxed (void)
{
  UllimCertificate             fields = {.pinned = (char *) "old"};
  g_autoptr (UllimCertificate) certificate = ullim_certificate_new (&fields);
  g_auto (GValue)              value = G_VALUE_INIT;

  g_value_init (&value, ULLIM_TYPE_CERTIFICATE);
  g_value_set_boxed (&value, certificate);
  g_assert_true (g_value_get_boxed (&value) == certificate);
  g_assert_cmpstr (certificate->pinned, ==, "old");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/certificate/copy", test_copy);
  g_test_add_func ("/certificate/boxed", test_boxed);
  return g_test_run ();
}
