/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Events are JSON objects from the start: what people read is written from the same fields.
 */
#define G_LOG_DOMAIN "cli-event"

#include "cli-event.h"

#include "problem-text.h"

void
ullim_cli_event_add_time (JsonObject *event, const char *field, gint64 time_us)
{
  g_autoptr (GDateTime) seconds = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) exact = NULL;
  g_autofree char      *text = NULL;

  if (!seconds)
    return;
  exact = g_date_time_add (seconds, time_us % G_USEC_PER_SEC);
  text = g_date_time_format_iso8601 (exact);
  json_object_set_string_member (event, field, text);
}

JsonObject *
ullim_cli_event_new (const char *name)
{
  JsonObject *event = json_object_new ();

  json_object_set_string_member (event, "event", name);
  ullim_cli_event_add_time (event, "time", g_get_real_time ());
  return event;
}

void
ullim_cli_event_add (JsonObject *event, const char *field, const char *value)
{
  if (value)
    json_object_set_string_member (event, field, value);
}

void
ullim_cli_event_add_int (JsonObject *event, const char *field, gint64 value)
{
  json_object_set_int_member (event, field, value);
}

void
ullim_cli_event_add_bool (JsonObject *event, const char *field, gboolean value)
{
  json_object_set_boolean_member (event, field, value);
}

void
ullim_cli_event_add_list (JsonObject *event, const char *field, GPtrArray *values)
{
  JsonArray *array;

  if (values->len == 0)
    return;
  array = json_array_sized_new (values->len);
  for (guint i = 0; i < values->len; i++)
    json_array_add_string_element (array, values->pdata[i]);
  json_object_set_array_member (event, field, array);
}

void
ullim_cli_event_add_problem (JsonObject *event, UllimProblem problem)
{
  if (problem == ULLIM_PROBLEM_NONE)
    return;
  ullim_cli_event_add (event, "problem", ullim_problem_name (problem));
  ullim_cli_event_add (event, "text", ullim_problem_text (problem));
}

void
ullim_cli_event_add_presence (JsonObject *event, const UllimPresence *presence)
{
  ullim_cli_event_add (event, "state", ullim_presence_state_name (presence->state));
  ullim_cli_event_add (event, "reason", ullim_presence_reason_name (presence->reason));
  ullim_cli_event_add (event, "note", presence->note);
  ullim_cli_event_add_bool (event, "stale", presence->is_stale);
  if (presence->since_us)
    ullim_cli_event_add_time (event, "since", presence->since_us);
}

JsonObject *
ullim_cli_event_for_presence (UllimAccount *account, const char *uri, const UllimPresence *presence)
{
  JsonObject *event = ullim_cli_event_new ("presence");

  ullim_cli_event_add (event, "account", ullim_account_get_address (account));
  ullim_cli_event_add (event, "uri", uri);
  ullim_cli_event_add_presence (event, presence);
  return event;
}

JsonObject *
ullim_cli_event_for_watcher (const char *name, UllimWatcher *watcher)
{
  JsonObject *event = ullim_cli_event_new (name);
  const char *permission = ullim_permission_name (ullim_watcher_get_permission (watcher));

  ullim_cli_event_add (event, "account",
                       ullim_account_get_address (ullim_watcher_get_account (watcher)));
  ullim_cli_event_add (event, "uri", ullim_watcher_get_uri (watcher));
  ullim_cli_event_add (event, "name", ullim_watcher_get_name (watcher));
  ullim_cli_event_add (event, "permission", permission);
  if (ullim_watcher_get_asked_us (watcher))
    ullim_cli_event_add_time (event, "asked", ullim_watcher_get_asked_us (watcher));
  return event;
}

JsonObject *
ullim_cli_event_for_message (const char        *name,
                             UllimConversation *conversation,
                             UllimMessage      *message)
{
  JsonObject *event = ullim_cli_event_new (name);
  gboolean    incoming = ullim_message_get_direction (message) == ULLIM_DIRECTION_INCOMING;

  ullim_cli_event_add_int (event, "id", ullim_message_get_id (message));
  ullim_cli_event_add (event, "direction", incoming ? "in" : "out");
  ullim_cli_event_add (event, "peer", ullim_conversation_get_peer (conversation));
  ullim_cli_event_add (event, "text", ullim_message_get_text (message));
  ullim_cli_event_add (event, "state", ullim_delivery_name (ullim_message_get_delivery (message)));
  ullim_cli_event_add_time (event, "sent", ullim_message_get_time (message));
  return event;
}

char *
ullim_cli_event_to_json (JsonObject *event)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), event);

  return json_to_string (node, FALSE);
}

static char *
list_to_text (JsonArray *array)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (array); i++)
    g_string_append_printf (text, "%s%s", i ? "," : "", json_array_get_string_element (array, i));
  return g_string_free (text, FALSE);
}

static char *
value_to_text (JsonObject *event, const char *field)
{
  JsonNode *node = json_object_get_member (event, field);

  if (JSON_NODE_HOLDS_ARRAY (node))
    return list_to_text (json_node_get_array (node));
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_dup_string (node);
  if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return g_strdup (json_node_get_boolean (node) ? "true" : "false");
  return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
}

/* Quoted where a reader could not see its end; one event stays one line. */
static void
append_value (GString *line, const char *value)
{
  if (*value && !strpbrk (value, " \t\r\n\"\\")) {
    g_string_append (line, value);
    return;
  }
  g_string_append_c (line, '"');
  for (const char *p = value; *p; p++) {
    if (*p == '\n')
      g_string_append (line, "\\n");
    else if (*p == '\r')
      g_string_append (line, "\\r");
    else if (*p == '\t')
      g_string_append (line, "\\t");
    else if (*p == '"' || *p == '\\')
      g_string_append_printf (line, "\\%c", *p);
    else
      g_string_append_c (line, *p);
  }
  g_string_append_c (line, '"');
}

char *
ullim_cli_event_to_text (JsonObject *event)
{
  g_autoptr (GList) fields = json_object_get_members (event);
  GString          *line = g_string_new (json_object_get_string_member (event, "time"));

  g_string_append_printf (line, " %s", json_object_get_string_member (event, "event"));
  for (GList *l = fields; l; l = l->next) {
    g_autofree char *value = NULL;

    if (g_str_equal (l->data, "event") || g_str_equal (l->data, "time"))
      continue;
    value = value_to_text (event, l->data);
    g_string_append_printf (line, " %s=", (char *) l->data);
    append_value (line, value);
  }
  return g_string_free (line, FALSE);
}

gboolean
ullim_cli_event_has (JsonObject *event, const char *field, const char *value)
{
  g_autofree char *text = NULL;

  if (!json_object_has_member (event, field))
    return FALSE;
  text = value_to_text (event, field);
  return g_str_equal (text, value);
}
