/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The domain cannot be changed later, so what would not work as a host is refused at the beginning.
 */
#define G_LOG_DOMAIN "server-domain"

#include "server-domain.h"

#include "server-sqlite.h"

#include <arpa/inet.h>
#include <string.h>

#define MAX_LABEL 63

static gboolean
label_is_valid (const char *label)
{
  gsize length = strlen (label);

  if (length == 0 || length > MAX_LABEL || label[0] == '-' || label[length - 1] == '-')
    return FALSE;
  for (const char *p = label; *p; p++) {
    if (!g_ascii_isalnum (*p) && *p != '-')
      return FALSE;
  }
  return TRUE;
}

/* The last label begins with a letter: whatever ends in a number is meant as an IPv4 address. */
static gboolean
name_is_valid (const char *name)
{
  g_auto (GStrv) labels = g_strsplit (name, ".", -1);
  guint          n = g_strv_length (labels);

  for (guint i = 0; i < n; i++) {
    if (!label_is_valid (labels[i]))
      return FALSE;
  }
  return n > 0 && strlen (name) <= ULLIM_SERVER_MAX_DOMAIN && g_ascii_isalpha (labels[n - 1][0]);
}

char *
ullim_server_domain_bare_address (const char *text)
{
  gsize length = strlen (text);

  if (length > 2 && text[0] == '[' && text[length - 1] == ']')
    return g_strndup (text + 1, length - 2);
  return g_strdup (text);
}

static char *
parse_address (const char *text)
{
  g_autofree char *bare = ullim_server_domain_bare_address (text);
  char             canonical[INET6_ADDRSTRLEN];
  struct in6_addr  address;

  if (inet_pton (AF_INET, text, &address) == 1)
    return g_strdup (text);
  if (inet_pton (AF_INET6, bare, &address) != 1 ||
      !inet_ntop (AF_INET6, &address, canonical, sizeof canonical))
    return NULL;
  return g_strconcat ("[", canonical, "]", NULL);
}

static char *
parse_name (const char *text)
{
  g_autofree char *ascii = g_utf8_validate (text, -1, NULL) ? g_hostname_to_ascii (text) : NULL;
  g_autofree char *lower = ascii ? g_ascii_strdown (ascii, -1) : NULL;

  return lower && name_is_valid (lower) ? g_steal_pointer (&lower) : NULL;
}

char *
ullim_server_domain_parse (const char *text, GError **error)
{
  char *domain = NULL;

  if (text && strlen (text) <= ULLIM_SERVER_MAX_DOMAIN)
    domain = parse_address (text);
  if (!domain && text && strlen (text) <= ULLIM_SERVER_MAX_DOMAIN)
    domain = parse_name (text);
  if (!domain)
    g_set_error_literal (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_INVALID,
                         "\"init\" needs --domain with a domain name or an IP address.");
  return domain;
}
