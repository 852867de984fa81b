/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The window program. Makes the application and runs it.
 */
#define G_LOG_DOMAIN "main"

#include "ullim-config.h"

#include "application.h"

#include <glib/gi18n-lib.h>
#include <locale.h>

int
main (int argc, char **argv)
{
  g_autoptr (UllimApplication) application = NULL;
  /* For the tests: the translations of the build folder. */
  const char *locale_dir = g_getenv ("ULLIM_LOCALE_DIR");

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, locale_dir ? locale_dir : ULLIM_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name ("Ullim");

  application = ullim_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
