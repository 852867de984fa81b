/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One handler per signal; each makes one event.
 */
#define G_LOG_DOMAIN "cli-people-printer"

#include "cli-people-printer.h"

#include "cli-event.h"

struct _UllimCliPeoplePrinter {
  GObject parent_instance;
};

enum { SIGNAL_EVENT, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UllimCliPeoplePrinter, ullim_cli_people_printer, G_TYPE_OBJECT)

static void
ullim_cli_people_printer_class_init (UllimCliPeoplePrinterClass *klass)
{
  signals[SIGNAL_EVENT] = g_signal_new ("event", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 1, JSON_TYPE_OBJECT);
}

static void
ullim_cli_people_printer_init (UllimCliPeoplePrinter *self)
{
}

static void
print (UllimCliPeoplePrinter *self, JsonObject *event)
{
  g_signal_emit (self, signals[SIGNAL_EVENT], 0, event);
  json_object_unref (event);
}

static void
on_own_changed (UllimPresenceService *service, UllimCliPeoplePrinter *self)
{
  UllimOwnPresence own = ullim_presence_service_get_own (service);
  JsonObject      *event = ullim_cli_event_new ("own-presence");

  ullim_cli_event_add (event, "state", ullim_own_presence_name (own));
  ullim_cli_event_add (event, "told",
                       ullim_presence_state_name (ullim_presence_service_get_told (service)));
  ullim_cli_event_add (event, "note", ullim_presence_service_get_own_note (service));
  print (self, event);
}

static void
on_presence_changed (UllimPresenceService  *service,
                     UllimAccount          *account,
                     const char            *uri,
                     const char            *key,
                     const UllimPresence   *presence,
                     UllimCliPeoplePrinter *self)
{
  print (self, ullim_cli_event_for_presence (account, uri, presence));
}

static void
on_permission_requested (UllimPresenceService  *service,
                         UllimWatcher          *watcher,
                         UllimCliPeoplePrinter *self)
{
  print (self, ullim_cli_event_for_watcher ("permission-request", watcher));
}

static void
print_person (UllimCliPeoplePrinter *self, const char *name, UllimContact *contact)
{
  JsonObject *event = ullim_cli_event_new (name);

  ullim_cli_event_add (event, "uri", ullim_contact_get_uri (contact));
  ullim_cli_event_add (event, "name", ullim_contact_get_display_name (contact));
  print (self, event);
}

static void
on_added (UllimPeopleService *service, UllimContact *contact, UllimCliPeoplePrinter *self)
{
  print_person (self, "person-added", contact);
}

static void
on_changed (UllimPeopleService *service, UllimContact *contact, UllimCliPeoplePrinter *self)
{
  print_person (self, "person-changed", contact);
}

static void
on_removed (UllimPeopleService *service, UllimContact *contact, UllimCliPeoplePrinter *self)
{
  print_person (self, "person-removed", contact);
}

UllimCliPeoplePrinter *
ullim_cli_people_printer_new (UllimEngine *engine)
{
  UllimCliPeoplePrinter *self = g_object_new (ULLIM_TYPE_CLI_PEOPLE_PRINTER, NULL);
  UllimPresenceService  *presence = ullim_engine_get_presence (engine);
  UllimPeopleService    *people = ullim_engine_get_people (engine);

  g_signal_connect_object (presence, "own-changed", G_CALLBACK (on_own_changed), self, 0);
  g_signal_connect_object (presence, "presence-changed", G_CALLBACK (on_presence_changed), self, 0);
  g_signal_connect_object (presence, "permission-requested", G_CALLBACK (on_permission_requested),
                           self, 0);
  g_signal_connect_object (people, "added", G_CALLBACK (on_added), self, 0);
  g_signal_connect_object (people, "changed", G_CALLBACK (on_changed), self, 0);
  g_signal_connect_object (people, "removed", G_CALLBACK (on_removed), self, 0);
  return self;
}
