/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The view with a real engine, which reaches nobody: what is sent waits.
 */
#include "chat-service.h"
#include "conversation-view.h"
#include "message-bubble.h"
#include "person.h"
#include "support.h"
#include "transcript.h"
#include "ui-fixture.h"

#define N_MESSAGES 400

typedef struct {
  char              *dir;
  Person            *person;
  UllimConversation *bob; /* owned */
  GtkWidget         *view;
  GtkWidget         *window;
} Fixture;

static GListModel *
timeline_of (UllimConversation *conversation)
{
  return G_LIST_MODEL (ullim_conversation_get_timeline (conversation));
}

static void
set_up (Fixture *f)
{
  *f = (Fixture){.dir = support_temp_dir ()};
  f->person = person_new (f->dir);
  person_join (f->person, "sip:alice@127.0.0.1", NULL, NULL, NULL, "tcp:127.0.0.1:0");
  f->bob = person_open (f->person, "sip:bob@127.0.0.1:9");
  f->view = ullim_conversation_view_new (f->person->engine);
  f->window = ui_fixture_window (f->view, 500, 500);
}

static void
tear_down (Fixture *f)
{
  GtkWidget *view = g_object_ref (f->view);

  gtk_widget_destroy (f->window);
  /* Answers of the engine may still hold it for a moment. */
  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
  g_assert_finalize_object (G_OBJECT (view));
  g_object_unref (f->bob);
  person_stop (f->person);
  support_temp_dir_free (f->dir);
}

static void
show (Fixture *f, UllimConversation *conversation)
{
  ullim_conversation_view_set_conversation (ULLIM_CONVERSATION_VIEW (f->view), conversation);
  ui_fixture_settle (f->window);
}

static GtkWidget *
entry_of (Fixture *f)
{
  ullim_conversation_view_focus_entry (ULLIM_CONVERSATION_VIEW (f->view));
  return gtk_window_get_focus (GTK_WINDOW (f->window));
}

static void
type (Fixture *f, const char *text)
{
  gtk_text_buffer_insert_at_cursor (gtk_text_view_get_buffer (GTK_TEXT_VIEW (entry_of (f))), text,
                                    -1);
}

static char *
typed (Fixture *f)
{
  char *text;

  g_object_get (gtk_text_view_get_buffer (GTK_TEXT_VIEW (entry_of (f))), "text", &text, NULL);
  return text;
}

static void
check_typed (Fixture *f, const char *expected)
{
  g_autofree char *text = typed (f);

  g_assert_cmpstr (text, ==, expected);
}

static gboolean
has_one (gpointer conversation)
{
  return g_list_model_get_n_items (timeline_of (conversation)) == 1;
}

static gboolean
entry_is_empty (gpointer data)
{
  g_autofree char *text = typed (data);

  return *text == '\0';
}

static GtkWidget *
send_button (Fixture *f)
{
  return ui_fixture_find (f->view, "suggested-action");
}

static void
test_send (void)
{
  Fixture                  f;
  g_autoptr (UllimMessage) message = NULL;

  set_up (&f);
  show (&f, f.bob);
  g_assert_false (gtk_widget_get_sensitive (send_button (&f)));
  type (&f, "  \n");
  g_assert_false (gtk_widget_get_sensitive (send_button (&f)));
  g_assert_true (ui_fixture_key (entry_of (&f), GDK_KEY_Return, 0));
  type (&f, "one");
  g_assert_true (gtk_widget_get_sensitive (send_button (&f)));
  g_assert_true (ui_fixture_key (entry_of (&f), GDK_KEY_Return, GDK_SHIFT_MASK));
  type (&f, "two");
  check_typed (&f, "  \none\ntwo");
  g_assert_true (ui_fixture_key (entry_of (&f), GDK_KEY_Return, 0));
  /* Not before it is on disk. */
  check_typed (&f, "  \none\ntwo");
  support_wait (has_one, f.bob, "the message in the timeline");
  support_wait (entry_is_empty, &f, "the entry to be emptied");
  message = g_list_model_get_item (timeline_of (f.bob), 0);
  g_assert_cmpstr (ullim_message_get_text (message), ==, "one\ntwo");
  g_assert_null (ullim_conversation_get_draft (f.bob));
  ui_fixture_settle (f.window);
  g_assert_true (gtk_label_get_text (GTK_LABEL (ui_fixture_find (f.view, "text"))) != NULL);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (ui_fixture_find (f.view, "text"))), ==,
                   "one\ntwo");
  tear_down (&f);
}

/* What an input method has not handed over yet is not sent, and not lost. */
static void
test_preedit (void)
{
  Fixture f;

  set_up (&f);
  show (&f, f.bob);
  type (&f, "안녕");
  g_signal_emit_by_name (entry_of (&f), "preedit-changed", "하");
  g_assert_true (ui_fixture_key (entry_of (&f), GDK_KEY_Return, 0));
  check_typed (&f, "안녕");
  ui_fixture_settle (f.window);
  g_assert_cmpuint (g_list_model_get_n_items (timeline_of (f.bob)), ==, 0);
  g_signal_emit_by_name (entry_of (&f), "preedit-changed", "");
  type (&f, "하세요");
  g_assert_true (ui_fixture_key (entry_of (&f), GDK_KEY_Return, 0));
  support_wait (has_one, f.bob, "the message in the timeline");
  tear_down (&f);
}

static void
test_draft (void)
{
  Fixture                       f;
  g_autoptr (UllimConversation) carol = NULL;

  set_up (&f);
  carol = person_open (f.person, "sip:carol@127.0.0.1:9");
  show (&f, f.bob);
  type (&f, "for Bob");
  show (&f, carol);
  check_typed (&f, "");
  g_assert_cmpstr (ullim_conversation_get_draft (f.bob), ==, "for Bob");
  type (&f, "for Carol");
  show (&f, f.bob);
  check_typed (&f, "for Bob");
  show (&f, NULL);
  g_assert_cmpstr (ullim_conversation_get_draft (carol), ==, "for Carol");
  show (&f, carol);
  check_typed (&f, "for Carol");
  g_clear_object (&carol);
  tear_down (&f);
}

static void
test_too_long (void)
{
  Fixture          f;
  g_autofree char *near = g_strnfill (ULLIM_CHAT_MAX_TEXT_BYTES - 100, 'x');
  g_autofree char *rest = g_strnfill (101, 'x');
  GtkWidget       *count;

  set_up (&f);
  show (&f, f.bob);
  count = ui_fixture_find (f.view, "count");
  g_assert_false (gtk_widget_get_visible (count));
  type (&f, near);
  g_assert_true (gtk_widget_get_visible (count));
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (count)), ==, "About 100 characters left");
  g_assert_true (gtk_widget_get_sensitive (send_button (&f)));
  type (&f, rest);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (count)), ==, "Too long by about 1 character");
  g_assert_false (gtk_widget_get_sensitive (send_button (&f)));
  g_assert_true (ui_fixture_key (entry_of (&f), GDK_KEY_Return, 0));
  ui_fixture_settle (f.window);
  g_assert_cmpuint (g_list_model_get_n_items (timeline_of (f.bob)), ==, 0);
  tear_down (&f);
}

static gboolean
is_shown (gpointer label)
{
  GtkWidget *view = label;
  GtkWidget *row = ui_fixture_find (view, "flash");

  return row && gtk_widget_get_mapped (row);
}

static gboolean
is_full (gpointer conversation)
{
  return g_list_model_get_n_items (timeline_of (conversation)) == ULLIM_CHAT_PAGE;
}

/* A message far up is loaded, shown and marked; the button leads back to the newest. */
static void
test_show_message (void)
{
  Fixture                  f;
  g_autoptr (UllimMessage) first = NULL;
  UllimMessage            *shown;

  set_up (&f);
  for (int i = 0; i < N_MESSAGES; i++) {
    g_autofree char         *text = g_strdup_printf ("Message %d", i);
    g_autoptr (UllimMessage) message = person_send (f.person, "sip:bob@127.0.0.1:9", text);

    if (i == 0)
      first = g_object_ref (message);
  }
  show (&f, f.bob);
  support_wait (is_full, f.bob, "the newest page");
  ui_fixture_settle (f.window);
  ullim_conversation_view_show_message (ULLIM_CONVERSATION_VIEW (f.view),
                                        ullim_message_get_id (first));
  support_wait (is_shown, f.view, "the message to be marked");
  shown =
      ullim_message_bubble_get_message (ULLIM_MESSAGE_BUBBLE (ui_fixture_find (f.view, "flash")));
  g_assert_cmpint (ullim_message_get_id (shown), ==, ullim_message_get_id (first));
  g_assert_true (ullim_timeline_get_has_newer (ullim_conversation_get_timeline (f.bob)));
  /* Who writes wants to see what was written. */
  type (&f, "the newest");
  g_assert_true (ui_fixture_key (entry_of (&f), GDK_KEY_Return, 0));
  support_wait (entry_is_empty, &f, "the entry to be emptied");
  support_wait (is_full, f.bob, "the newest page again");
  ui_fixture_settle (f.window);
  g_assert_false (ullim_timeline_get_has_newer (ullim_conversation_get_timeline (f.bob)));
  tear_down (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!ui_fixture_init (&argc, &argv)) {
    g_printerr ("There is no screen; run it by on-screen.py.\n");
    return 77;
  }
  g_test_add_func ("/conversation-view/send", test_send);
  g_test_add_func ("/conversation-view/preedit", test_preedit);
  g_test_add_func ("/conversation-view/draft", test_draft);
  g_test_add_func ("/conversation-view/too-long", test_too_long);
  g_test_add_func ("/conversation-view/show-message", test_show_message);
  return g_test_run ();
}
