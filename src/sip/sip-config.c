/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Copies of an account's settings, and its From (RFC 3261 section 20.20).
 */
#define G_LOG_DOMAIN "sip-config"

#include "sip-config.h"

#include "uri.h"

void
ullim_sip_config_copy (UllimSipConfig *copy, const UllimSipConfig *config)
{
  copy->address = g_strdup (config->address);
  copy->display_name = g_strdup (config->display_name);
  copy->auth_user = g_strdup (config->auth_user);
  copy->password = g_strdup (config->password);
  copy->proxy = g_strdup (config->proxy);
  copy->listen = (const char *const *) g_strdupv ((char **) config->listen);
  copy->registers = config->registers;
  copy->ca_file = g_strdup (config->ca_file);
  copy->pin = g_strdup (config->pin);
  copy->instance_id = g_strdup (config->instance_id);
  copy->user_agent = g_strdup (config->user_agent);
}

void
ullim_sip_config_clear (UllimSipConfig *copy)
{
  g_free ((char *) copy->address);
  g_free ((char *) copy->display_name);
  g_free ((char *) copy->auth_user);
  g_free ((char *) copy->password);
  g_free ((char *) copy->proxy);
  g_strfreev ((char **) copy->listen);
  g_free ((char *) copy->ca_file);
  g_free ((char *) copy->pin);
  g_free ((char *) copy->instance_id);
  g_free ((char *) copy->user_agent);
}

/* RFC 3261 section 25.1: quoted-string; control characters have no place in a name. */
static char *
quote_name (const char *name)
{
  GString *quoted = g_string_new ("\"");

  for (const char *c = name; *c; c++) {
    if ((guchar) *c < 0x20 || *c == 0x7f)
      continue;
    if (*c == '"' || *c == '\\')
      g_string_append_c (quoted, '\\');
    g_string_append_c (quoted, *c);
  }
  g_string_append_c (quoted, '"');
  return g_string_free (quoted, FALSE);
}

static char *
address_with_port (const char *address, guint16 port)
{
  g_autoptr (UllimUri) uri = port ? ullim_uri_parse (address, NULL) : NULL;

  if (!uri || !uri->host || uri->port)
    return g_strdup (address);
  uri->port = port;
  return ullim_uri_to_string (uri);
}

char *
ullim_sip_config_identity (const UllimSipConfig *config, guint16 port)
{
  g_autofree char *address = address_with_port (config->address, port);
  g_autofree char *name = NULL;

  if (!config->display_name || !*config->display_name ||
      !g_utf8_validate (config->display_name, -1, NULL))
    return g_strdup_printf ("<%s>", address);
  name = quote_name (config->display_name);
  return g_strdup_printf ("%s <%s>", name, address);
}
