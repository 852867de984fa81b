/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The menu as panels read it, over a connection to itself without any bus.
 */
#include <gio/gio.h>
#include <sys/socket.h>

#include "support.h"
#include "tray-menu.h"

#define PATH "/menu"
#define INTERFACE "com.canonical.dbusmenu"

typedef struct {
  GDBusConnection    *server;
  GDBusConnection    *client;
  GMenu              *menu;
  GMenu              *people;
  GSimpleActionGroup *actions;
  UllimTrayMenu      *tray_menu;
  char               *opened;
  guint               updates;
} Fixture;

static void
on_open (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Fixture *fixture = data;

  g_free (fixture->opened);
  fixture->opened = g_variant_print (parameter, FALSE);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  *(GDBusConnection **) data = g_dbus_connection_new_finish (result, &error);
  g_assert_no_error (error);
}

static gboolean
is_set (gpointer data)
{
  return *(gpointer *) data != NULL;
}

static GIOStream *
make_stream (int fd)
{
  g_autoptr (GError)  error = NULL;
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, &error);

  g_assert_no_error (error);
  return G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
}

static void
connect_peers (Fixture *fixture)
{
  g_autofree char      *guid = g_dbus_generate_guid ();
  g_autoptr (GIOStream) one = NULL, other = NULL;
  int                   fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
  one = make_stream (fds[0]);
  other = make_stream (fds[1]);
  g_dbus_connection_new (one, guid, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER, NULL, NULL,
                         on_connected, &fixture->server);
  g_dbus_connection_new (other, NULL, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, NULL, NULL,
                         on_connected, &fixture->client);
  support_wait (is_set, &fixture->server, "the serving end");
  support_wait (is_set, &fixture->client, "the asking end");
}

static void
on_layout_updated (GDBusConnection *connection,
                   const char      *sender,
                   const char      *path,
                   const char      *interface,
                   const char      *signal,
                   GVariant        *parameters,
                   gpointer         data)
{
  ((Fixture *) data)->updates++;
}

static void
setup (Fixture *fixture, gconstpointer data)
{
  static const GActionEntry actions[] = {
      {.name = "open", .activate = on_open, .parameter_type = "x"},
      {.name = "presence", .parameter_type = "s", .state = "'away'"},
  };
  g_autoptr (GMenu) presence = g_menu_new ();

  connect_peers (fixture);
  fixture->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (fixture->actions), actions, G_N_ELEMENTS (actions),
                                   fixture);
  g_menu_append (presence, "Available", "app.presence::available");
  g_menu_append (presence, "Away", "app.presence::away");
  fixture->people = g_menu_new ();
  g_menu_append (fixture->people, "Bob", "app.open(int64 7)");
  fixture->menu = g_menu_new ();
  g_menu_append_section (fixture->menu, NULL, G_MENU_MODEL (presence));
  g_menu_append_section (fixture->menu, NULL, G_MENU_MODEL (fixture->people));
  fixture->tray_menu = ullim_tray_menu_new (fixture->server, PATH, G_MENU_MODEL (fixture->menu),
                                            G_ACTION_GROUP (fixture->actions));
  g_dbus_connection_signal_subscribe (fixture->client, NULL, INTERFACE, "LayoutUpdated", PATH, NULL,
                                      G_DBUS_SIGNAL_FLAGS_NONE, on_layout_updated, fixture, NULL);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->tray_menu);
  g_dbus_connection_close_sync (fixture->client, NULL, NULL);
  g_clear_object (&fixture->client);
  g_clear_object (&fixture->server);
  g_clear_object (&fixture->menu);
  g_clear_object (&fixture->people);
  g_clear_object (&fixture->actions);
  g_free (fixture->opened);
}

static void
on_replied (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GVariant **) data = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  if (!*(GVariant **) data)
    *(GVariant **) data = g_variant_ref_sink (g_variant_new_string ("error"));
}

/* Returns: (transfer full): the reply, or the string "error" */
static GVariant *
call (Fixture *fixture, const char *method, GVariant *parameters)
{
  GVariant *reply = NULL;

  g_dbus_connection_call (fixture->client, NULL, PATH, INTERFACE, method, parameters, NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_replied, &reply);
  support_wait (is_set, &reply, method);
  return reply;
}

static char *
get_layout (Fixture *fixture)
{
  g_autoptr (GVariant) reply = call (fixture, "GetLayout", g_variant_new ("(iias)", 0, -1, NULL));

  return g_variant_print (reply, FALSE);
}

static void
test_layout (Fixture *fixture, gconstpointer data)
{
  g_autofree char *layout = get_layout (fixture);

  g_assert_cmpstr (layout, ==,
                   "(0, (0, {'children-display': <'submenu'>}, ["
                   "<(1, {'label': <'Available'>, 'enabled': <true>, 'visible': <true>, "
                   "'toggle-type': <'radio'>, 'toggle-state': <0>}, @av [])>, "
                   "<(2, {'label': <'Away'>, 'enabled': <true>, 'visible': <true>, "
                   "'toggle-type': <'radio'>, 'toggle-state': <1>}, @av [])>, "
                   "<(3, {'type': <'separator'>}, @av [])>, "
                   "<(4, {'label': <'Bob'>, 'enabled': <true>, 'visible': <true>}, @av [])>]))");
}

static GVariant *
state_of (Fixture *fixture, const char *name)
{
  return g_action_group_get_action_state (G_ACTION_GROUP (fixture->actions), name);
}

static gboolean
was_updated (gpointer data)
{
  return ((Fixture *) data)->updates > 0;
}

/* A click changes the state, and the panel is told. */
static void
test_click (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GVariant) reply =
      call (fixture, "Event", g_variant_new ("(isvu)", 1, "clicked", g_variant_new_string (""), 0));
  g_autoptr (GVariant) state = state_of (fixture, "presence");
  g_autofree char     *layout = NULL;

  g_assert_cmpstr (g_variant_get_string (state, NULL), ==, "available");
  support_wait (was_updated, fixture, "the new layout");
  layout = get_layout (fixture);
  g_assert_nonnull (strstr (layout, "<'Available'>, 'enabled': <true>, 'visible': <true>, "
                                    "'toggle-type': <'radio'>, 'toggle-state': <1>"));
}

/* An item keeps its number while others come and go: a late click does what was clicked. */
static void
test_numbers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GVariant) reply = NULL;
  g_autofree char     *layout = NULL;

  g_menu_prepend (fixture->people, "Carol", "app.open(int64 8)");
  support_wait (was_updated, fixture, "the new layout");
  layout = get_layout (fixture);
  g_assert_nonnull (strstr (layout, "<(5, {'label': <'Carol'>"));
  g_assert_nonnull (strstr (layout, "<(4, {'label': <'Bob'>"));
  reply = call (fixture, "EventGroup",
                g_variant_new_parsed ("([(4, 'clicked', <''>, uint32 0), "
                                      "(99, 'clicked', <''>, 0)],)"));
  g_assert_cmpstr (fixture->opened, ==, "7");
  g_clear_pointer (&layout, g_free);
  layout = g_variant_print (reply, FALSE);
  g_assert_cmpstr (layout, ==, "([99],)");
}

/* What other panels ask, and what nobody should. */
static void
test_questions (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GVariant) some =
      call (fixture, "GetGroupProperties", g_variant_new_parsed ("([4], @as [])"));
  g_autoptr (GVariant) all =
      call (fixture, "GetGroupProperties", g_variant_new_parsed ("(@ai [], @as [])"));
  g_autoptr (GVariant) label = call (fixture, "GetProperty", g_variant_new ("(is)", 4, "label"));
  g_autoptr (GVariant) none = call (fixture, "GetProperty", g_variant_new ("(is)", 4, "icon"));
  g_autoptr (GVariant) shown = call (fixture, "AboutToShowGroup", g_variant_new_parsed ("([0],)"));
  g_autoptr (GVariant) unknown =
      call (fixture, "GetLayout", g_variant_new ("(iias)", 99, -1, NULL));
  g_autofree char     *text = g_variant_print (some, FALSE);
  g_autofree char     *label_text = g_variant_print (label, FALSE);
  g_autofree char     *shown_text = g_variant_print (shown, TRUE);
  g_autoptr (GVariant) rows = g_variant_get_child_value (all, 0);

  g_assert_cmpstr (text, ==, "([(4, {'label': <'Bob'>, 'enabled': <true>, 'visible': <true>})],)");
  g_assert_cmpuint (g_variant_n_children (rows), ==, 5);
  g_assert_cmpstr (label_text, ==, "(<'Bob'>,)");
  g_assert_cmpstr (shown_text, ==, "(@ai [], @ai [])");
  g_assert_true (g_variant_is_of_type (none, G_VARIANT_TYPE_STRING));
  g_assert_true (g_variant_is_of_type (unknown, G_VARIANT_TYPE_STRING));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add (name, Fixture, NULL, setup, function, teardown)
  ADD ("/tray-menu/layout", test_layout);
  ADD ("/tray-menu/click", test_click);
  ADD ("/tray-menu/numbers", test_numbers);
  ADD ("/tray-menu/questions", test_questions);
#undef ADD
  return g_test_run ();
}
