/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which layer a status blames; a test of the table where it is not obvious.
 */
#include "sip-error.h"

static const struct {
  int      status;
  gboolean registering;
  int      code;
} cases[] = {
    {302, FALSE, ULLIM_SIP_ERROR_PROTOCOL},
    {400, FALSE, ULLIM_SIP_ERROR_PROTOCOL},
    {401, TRUE, ULLIM_SIP_ERROR_PASSWORD},
    {407, FALSE, ULLIM_SIP_ERROR_PASSWORD},
    {403, TRUE, ULLIM_SIP_ERROR_FORBIDDEN},
    {404, FALSE, ULLIM_SIP_ERROR_NOT_FOUND},
    {404, TRUE, ULLIM_SIP_ERROR_UNKNOWN_ACCOUNT},
    {604, TRUE, ULLIM_SIP_ERROR_UNKNOWN_ACCOUNT},
    {408, FALSE, ULLIM_SIP_ERROR_UNAVAILABLE},
    {408, TRUE, ULLIM_SIP_ERROR_TIMEOUT},
    {410, FALSE, ULLIM_SIP_ERROR_UNAVAILABLE},
    {410, TRUE, ULLIM_SIP_ERROR_UNKNOWN_ACCOUNT},
    {480, FALSE, ULLIM_SIP_ERROR_UNAVAILABLE},
    {486, FALSE, ULLIM_SIP_ERROR_DECLINED},
    {603, FALSE, ULLIM_SIP_ERROR_DECLINED},
    {600, TRUE, ULLIM_SIP_ERROR_FORBIDDEN},
    {415, FALSE, ULLIM_SIP_ERROR_NOT_ACCEPTED_TYPE},
    {405, FALSE, ULLIM_SIP_ERROR_NOT_ALLOWED_METHOD},
    {501, FALSE, ULLIM_SIP_ERROR_NOT_ALLOWED_METHOD},
    {413, FALSE, ULLIM_SIP_ERROR_TOO_LARGE},
    {513, FALSE, ULLIM_SIP_ERROR_TOO_LARGE},
    {500, FALSE, ULLIM_SIP_ERROR_SERVER},
    {503, TRUE, ULLIM_SIP_ERROR_SERVER},
    {599, FALSE, ULLIM_SIP_ERROR_SERVER},
    {416, FALSE, ULLIM_SIP_ERROR_ADDRESS},
    {900, TRUE, ULLIM_SIP_ERROR_CONNECTION_LOST},
    {904, FALSE, ULLIM_SIP_ERROR_CONNECTION_LOST},
};

static void
test_statuses (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error =
        ullim_sip_error_from_status (cases[i].status, "Phrase", cases[i].registering);
    g_autofree char *message = g_strdup_printf ("%d Phrase", cases[i].status);

    g_assert_error (error, ULLIM_SIP_ERROR, cases[i].code);
    g_assert_cmpstr (error->message, ==, message);
  }
}

static void
test_phrases (void)
{
  g_autoptr (GError) none = ullim_sip_error_from_status (500, NULL, FALSE);
  g_autoptr (GError) damaged = ullim_sip_error_from_status (500, "\xff%s", FALSE);

  g_assert_cmpstr (none->message, ==, "500 ");
  g_assert_true (g_utf8_validate (damaged->message, -1, NULL));
  g_assert_true (g_str_has_suffix (damaged->message, "%s"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-error/statuses", test_statuses);
  g_test_add_func ("/sip-error/phrases", test_phrases);
  return g_test_run ();
}
