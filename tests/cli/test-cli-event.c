/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-event.h"

static JsonObject *
sample (void)
{
  JsonObject *event = json_object_new ();

  json_object_set_string_member (event, "event", "message");
  json_object_set_string_member (event, "time", "T");
  ullim_cli_event_add (event, "from", "sip:bob@example.org");
  ullim_cli_event_add (event, "name", NULL);
  ullim_cli_event_add (event, "text", "하나 \"둘\"\n\\셋");
  ullim_cli_event_add (event, "empty", "");
  ullim_cli_event_add_int (event, "id", 7);
  return event;
}

static void
test_json (void)
{
  g_autoptr (JsonObject) event = sample ();
  g_autofree char       *line = ullim_cli_event_to_json (event);

  g_assert_cmpstr (line, ==,
                   "{\"event\":\"message\",\"time\":\"T\",\"from\":\"sip:bob@example.org\","
                   "\"text\":\"하나 \\\"둘\\\"\\n\\\\셋\",\"empty\":\"\",\"id\":7}");
}

static void
test_text (void)
{
  g_autoptr (JsonObject) event = sample ();
  g_autofree char       *line = ullim_cli_event_to_text (event);

  g_assert_cmpstr (line, ==,
                   "T message from=sip:bob@example.org "
                   "text=\"하나 \\\"둘\\\"\\n\\\\셋\" empty=\"\" id=7");
}

static void
test_has (void)
{
  g_autoptr (JsonObject) event = sample ();

  g_assert_true (ullim_cli_event_has (event, "event", "message"));
  g_assert_true (ullim_cli_event_has (event, "id", "7"));
  g_assert_false (ullim_cli_event_has (event, "id", "8"));
  g_assert_false (ullim_cli_event_has (event, "name", ""));
}

static void
test_time (void)
{
  g_autoptr (JsonObject) event = json_object_new ();

  ullim_cli_event_add_time (event, "sent", G_GINT64_CONSTANT (1700000000123456));
  g_assert_cmpstr (json_object_get_string_member (event, "sent"), ==,
                   "2023-11-14T22:13:20.123456Z");
}

static void
test_values (void)
{
  g_autoptr (JsonObject) event = sample ();
  g_autoptr (GPtrArray)  none = g_ptr_array_new ();
  g_autoptr (GPtrArray)  groups = g_ptr_array_new ();
  g_autofree char       *json = NULL;
  g_autofree char       *text = NULL;

  g_ptr_array_add (groups, (gpointer) "일");
  g_ptr_array_add (groups, (gpointer) "Old \"friends\"");
  ullim_cli_event_add_list (event, "none", none);
  ullim_cli_event_add_list (event, "groups", groups);
  ullim_cli_event_add_bool (event, "stale", FALSE);
  ullim_cli_event_add_bool (event, "favourite", TRUE);
  json = ullim_cli_event_to_json (event);
  text = ullim_cli_event_to_text (event);
  g_assert_true (g_str_has_suffix (
      json, ",\"groups\":[\"일\",\"Old \\\"friends\\\"\"],\"stale\":false,\"favourite\":true}"));
  g_assert_true (
      g_str_has_suffix (text, " groups=\"일,Old \\\"friends\\\"\" stale=false favourite=true"));
  g_assert_true (ullim_cli_event_has (event, "stale", "false"));
  g_assert_false (ullim_cli_event_has (event, "none", ""));
}

static void
test_presence (void)
{
  g_autoptr (JsonObject)    event = json_object_new ();
  g_autoptr (UllimPresence) presence =
      ullim_presence_new (ULLIM_PRESENCE_AWAY, ULLIM_PRESENCE_REASON_NONE, "점심 🍚");

  presence->since_us = G_GINT64_CONSTANT (1700000000000000);
  presence->is_stale = TRUE;
  ullim_cli_event_add_presence (event, presence);
  g_assert_true (ullim_cli_event_has (event, "state", "away"));
  g_assert_false (json_object_has_member (event, "reason"));
  g_assert_true (ullim_cli_event_has (event, "note", "점심 🍚"));
  g_assert_true (ullim_cli_event_has (event, "stale", "true"));
  g_assert_true (ullim_cli_event_has (event, "since", "2023-11-14T22:13:20Z"));
}

static void
test_unknown (void)
{
  g_autoptr (JsonObject)    event = json_object_new ();
  g_autoptr (UllimPresence) presence =
      ullim_presence_new (ULLIM_PRESENCE_UNKNOWN, ULLIM_PRESENCE_REASON_PENDING, NULL);

  ullim_cli_event_add_presence (event, presence);
  g_assert_true (ullim_cli_event_has (event, "state", "unknown"));
  g_assert_true (ullim_cli_event_has (event, "reason", "pending"));
  g_assert_false (json_object_has_member (event, "note"));
  g_assert_false (json_object_has_member (event, "since"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli-event/json", test_json);
  g_test_add_func ("/cli-event/text", test_text);
  g_test_add_func ("/cli-event/has", test_has);
  g_test_add_func ("/cli-event/time", test_time);
  g_test_add_func ("/cli-event/values", test_values);
  g_test_add_func ("/cli-event/presence", test_presence);
  g_test_add_func ("/cli-event/unknown", test_unknown);
  return g_test_run ();
}
