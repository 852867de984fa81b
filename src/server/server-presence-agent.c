/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parts know one another through here only.
 */
#define G_LOG_DOMAIN "server-presence-agent"

#include "server-presence-agent.h"

#include "server-publications.h"
#include "server-watch.h"
#include "server-winfo.h"

#include <string.h>

struct _UllimServerPresenceAgent {
  UllimServerPresence      *presence;
  UllimServerRules         *rules;
  UllimServerWatchers      *watchers;
  UllimServerSubscriptions *subscriptions;
  UllimServerWatchPackage  *watch;
  UllimServerWinfo         *winfo;
};

static void
on_presence_changed (const char *name, gpointer data)
{
  UllimServerPresenceAgent *self = data;

  ullim_server_watchers_presence_changed (self->watchers, name);
}

static void
on_watch_changed (UllimServerWatch *watch, gpointer data)
{
  UllimServerPresenceAgent *self = data;

  ullim_server_watch_package_changed (self->watch, watch);
}

static void
on_info_changed (const char *name, gpointer data)
{
  UllimServerPresenceAgent *self = data;

  ullim_server_winfo_changed (self->winfo, name);
}

static const UllimServerWatchersHandlers watchers_handlers = {on_watch_changed, on_info_changed};

static void
on_document_changed (const char                *auid,
                     const char                *name,
                     const UllimServerDocument *document,
                     const char                *previous_etag,
                     gpointer                   data)
{
  UllimServerPresenceAgent *self = data;

  if (strcmp (auid, ULLIM_SERVER_PRES_RULES) == 0)
    ullim_server_watchers_rules_changed (self->watchers, name);
  else
    ullim_server_watch_package_lists_changed (self->watch, name);
}

UllimServerPresenceAgent *
ullim_server_presence_agent_new (su_root_t            *root,
                                 nta_agent_t          *nta,
                                 const char           *domain,
                                 UllimServerSqlite    *sqlite,
                                 UllimServerAccounts  *accounts,
                                 UllimServerDocuments *documents)
{
  UllimServerPresenceAgent *self = g_new0 (UllimServerPresenceAgent, 1);

  self->presence = ullim_server_presence_new (domain, on_presence_changed, self);
  self->rules = ullim_server_rules_new (documents, domain);
  self->watchers = ullim_server_watchers_new (sqlite, self->rules, domain);
  self->subscriptions = ullim_server_subscriptions_new (root, nta);
  self->watch = ullim_server_watch_package_new (domain, self->subscriptions, accounts,
                                                self->presence, self->watchers, documents);
  self->winfo = ullim_server_winfo_new (self->subscriptions, self->watchers);
  ullim_server_watchers_set_handlers (self->watchers, &watchers_handlers, self);
  ullim_server_documents_listen (documents, on_document_changed, self);
  return self;
}

void
ullim_server_presence_agent_free (UllimServerPresenceAgent *self)
{
  if (!self)
    return;
  ullim_server_watchers_set_handlers (self->watchers, NULL, NULL);
  ullim_server_subscriptions_free (self->subscriptions);
  ullim_server_winfo_free (self->winfo);
  ullim_server_watch_package_free (self->watch);
  ullim_server_watchers_free (self->watchers);
  ullim_server_rules_free (self->rules);
  ullim_server_presence_free (self->presence);
  g_free (self);
}

void
ullim_server_presence_agent_set_db (UllimServerPresenceAgent *self, UllimServerDb *db)
{
  ullim_server_watchers_set_db (self->watchers, db);
}

UllimServerSubscriptions *
ullim_server_presence_agent_get_subscriptions (UllimServerPresenceAgent *self)
{
  return self->subscriptions;
}

void
ullim_server_presence_agent_publish (UllimServerPresenceAgent *self, UllimServerRequest *request)
{
  ullim_server_publications_handle (self->presence, request);
}

void
ullim_server_presence_agent_tick (UllimServerPresenceAgent *self, gint64 now_s)
{
  ullim_server_presence_tick (self->presence, now_s);
  ullim_server_subscriptions_tick (self->subscriptions, now_s);
}

void
ullim_server_presence_agent_expire (UllimServerPresenceAgent *self)
{
  ullim_server_watchers_expire (self->watchers);
}

void
ullim_server_presence_agent_retain (UllimServerPresenceAgent *self,
                                    gboolean (*is_member) (const char *name, gpointer data),
                                    gboolean (*is_trusted) (const char *name, gpointer data),
                                    gpointer data)
{
  ullim_server_subscriptions_retain (self->subscriptions, is_trusted, data);
  ullim_server_watchers_retain (self->watchers, is_member, data);
  ullim_server_presence_retain (self->presence, is_trusted, data);
}
