/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The actions hold no state of their own: what the service says is what they show.
 */
#define G_LOG_DOMAIN "presence-actions"

#include "presence-actions.h"

static void
on_presence (UllimPresenceService *service, GVariant *value)
{
  UllimOwnPresence own;

  if (ullim_own_presence_from_name (g_variant_get_string (value, NULL), &own))
    ullim_presence_service_set_own (service, own, ullim_presence_service_get_own_note (service));
}

static void
on_note (UllimPresenceService *service, GVariant *value)
{
  const char *note = g_variant_get_string (value, NULL);

  ullim_presence_service_set_own (service, ullim_presence_service_get_own (service),
                                  *note ? note : NULL);
}

static GVariant *
presence_state (UllimPresenceService *service)
{
  return g_variant_new_string (ullim_own_presence_name (ullim_presence_service_get_own (service)));
}

static GVariant *
note_state (UllimPresenceService *service)
{
  const char *note = ullim_presence_service_get_own_note (service);

  return g_variant_new_string (note ? note : "");
}

static void
on_own_changed (GSimpleAction *action, UllimPresenceService *service)
{
  gboolean is_note = g_str_equal (g_action_get_name (G_ACTION (action)), "presence-note");

  g_simple_action_set_state (action, is_note ? note_state (service) : presence_state (service));
}

static void
add (GActionMap           *map,
     UllimPresenceService *service,
     const char           *name,
     GVariant             *state,
     GCallback             on_change)
{
  g_autoptr (GSimpleAction) action =
      g_simple_action_new_stateful (name, G_VARIANT_TYPE_STRING, state);

  g_signal_connect_object (action, "change-state", on_change, service, G_CONNECT_SWAPPED);
  g_signal_connect_object (service, "own-changed", G_CALLBACK (on_own_changed), action,
                           G_CONNECT_SWAPPED);
  g_action_map_add_action (map, G_ACTION (action));
}

void
ullim_presence_actions_add (GActionMap *map, UllimPresenceService *service)
{
  add (map, service, "presence", presence_state (service), G_CALLBACK (on_presence));
  add (map, service, "presence-note", note_state (service), G_CALLBACK (on_note));
}
