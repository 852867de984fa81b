/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The document that was read last is kept: a change of it is judged for many watchers in a row.
 */
#define G_LOG_DOMAIN "server-rules"

#include "server-rules.h"

#include "server-accounts.h"

#include <string.h>

struct _UllimServerRules {
  UllimServerDocuments *documents; /* weak */
  char                 *domain;
  char                 *name;  /* whose @rules are */
  UllimPresRules       *rules; /* owned, nullable */
  char                  etag[ULLIM_SERVER_ETAG_SIZE];
};

UllimServerRules *
ullim_server_rules_new (UllimServerDocuments *documents, const char *domain)
{
  UllimServerRules *self = g_new0 (UllimServerRules, 1);

  self->documents = documents;
  self->domain = g_strdup (domain);
  return self;
}

static void
forget (UllimServerRules *self)
{
  g_clear_pointer (&self->rules, ullim_pres_rules_free);
  g_clear_pointer (&self->name, g_free);
}

void
ullim_server_rules_free (UllimServerRules *self)
{
  if (!self)
    return;
  forget (self);
  g_free (self->domain);
  g_free (self);
}

static const UllimPresRules *
find (UllimServerRules *self, const char *name)
{
  const UllimServerDocument *document;
  gsize                      length;
  const char                *data;

  document = ullim_server_documents_find (self->documents, ULLIM_SERVER_PRES_RULES, name);
  if (!document)
    return NULL;
  if (g_strcmp0 (self->name, name) == 0 && strcmp (self->etag, document->etag) == 0)
    return self->rules;
  forget (self);
  data = g_bytes_get_data (document->body, &length);
  self->name = g_strdup (name);
  g_strlcpy (self->etag, document->etag, sizeof self->etag);
  self->rules = ullim_pres_rules_parse (data, length, NULL);
  return self->rules;
}

UllimPresAction
ullim_server_rules_decide (UllimServerRules *self,
                           const char       *name,
                           const char       *watcher,
                           gboolean         *is_limited)
{
  const UllimPresRules *rules;
  g_autofree char      *uri = NULL;

  *is_limited = FALSE;
  if (strcmp (name, watcher) == 0 || strcmp (name, ULLIM_SERVER_ECHO) == 0)
    return ULLIM_PRES_ALLOW;
  rules = find (self, name);
  if (!rules)
    return ULLIM_PRES_CONFIRM;
  uri = g_strdup_printf ("sip:%s@%s", watcher, self->domain);
  return ullim_pres_rules_decide (rules, uri, is_limited);
}
