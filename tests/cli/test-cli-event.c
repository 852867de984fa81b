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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli-event/json", test_json);
  g_test_add_func ("/cli-event/text", test_text);
  g_test_add_func ("/cli-event/has", test_has);
  g_test_add_func ("/cli-event/time", test_time);
  return g_test_run ();
}
