/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * org.kde.StatusNotifierItem. The icon is sent as pixels, which works inside a sandbox too. Every
 * property that the interface knows is there, since some panels complain about missing ones.
 */
#define G_LOG_DOMAIN "tray"

#include "ullim-config.h"

#include "tray.h"

#include "presence-badge.h"
#include "presence-text.h"
#include "tray-menu.h"

#include <glib/gi18n-lib.h>
#include <handy.h>

#define ITEM_PATH "/StatusNotifierItem"
#define ITEM_INTERFACE "org.kde.StatusNotifierItem"
#define MENU_PATH "/StatusNotifierItem/Menu"
#define WATCHER_NAME "org.kde.StatusNotifierWatcher"
#define WATCHER_PATH "/StatusNotifierWatcher"
#define HOST_PROPERTY "IsStatusNotifierHostRegistered"

static const char introspection[] =
    "<node><interface name='" ITEM_INTERFACE "'>"
    "<property name='Category' type='s' access='read'/>"
    "<property name='Id' type='s' access='read'/>"
    "<property name='Title' type='s' access='read'/>"
    "<property name='Status' type='s' access='read'/>"
    "<property name='WindowId' type='i' access='read'/>"
    "<property name='IconThemePath' type='s' access='read'/>"
    "<property name='IconName' type='s' access='read'/>"
    "<property name='IconPixmap' type='a(iiay)' access='read'/>"
    "<property name='OverlayIconName' type='s' access='read'/>"
    "<property name='OverlayIconPixmap' type='a(iiay)' access='read'/>"
    "<property name='AttentionIconName' type='s' access='read'/>"
    "<property name='AttentionIconPixmap' type='a(iiay)' access='read'/>"
    "<property name='AttentionMovieName' type='s' access='read'/>"
    "<property name='ToolTip' type='(sa(iiay)ss)' access='read'/>"
    "<property name='ItemIsMenu' type='b' access='read'/>"
    "<property name='Menu' type='o' access='read'/>"
    "<method name='ContextMenu'><arg name='x' type='i' direction='in'/>"
    "<arg name='y' type='i' direction='in'/></method>"
    "<method name='Activate'><arg name='x' type='i' direction='in'/>"
    "<arg name='y' type='i' direction='in'/></method>"
    "<method name='SecondaryActivate'><arg name='x' type='i' direction='in'/>"
    "<arg name='y' type='i' direction='in'/></method>"
    "<method name='Scroll'><arg name='delta' type='i' direction='in'/>"
    "<arg name='orientation' type='s' direction='in'/></method>"
    "<signal name='NewTitle'/><signal name='NewIcon'/><signal name='NewAttentionIcon'/>"
    "<signal name='NewOverlayIcon'/><signal name='NewToolTip'/>"
    "<signal name='NewStatus'><arg name='status' type='s'/></signal>"
    "</interface></node>";

static const int icon_sizes[] = {22, 44};

struct _UllimTray {
  GObject parent_instance;

  GApplication    *application;  /* weak */
  UllimEngine     *engine;       /* owned */
  GDBusConnection *connection;   /* owned */
  GCancellable    *cancellable;  /* owned */
  UllimTrayMenu   *menu;         /* owned */
  GMenu           *window_items; /* owned */
  GMenu           *people_items; /* owned */
  guint            registration;
  guint            watch;
  guint            host_signals;
  guint            update_source;
  gboolean         has_host;
  char            *status; /* owned: what was told last */
};

G_DEFINE_FINAL_TYPE (UllimTray, ullim_tray, G_TYPE_OBJECT)

/* What it shows */

static guint
count_unread (UllimTray *self)
{
  return ullim_conversation_list_get_unread (ullim_engine_get_conversations (self->engine));
}

static guint
count_asked (UllimTray *self)
{
  return ullim_presence_service_get_n_asked (ullim_engine_get_presence (self->engine));
}

/* In do not disturb the icon calls nobody. */
static const char *
find_status (UllimTray *self)
{
  if (ullim_presence_service_is_silent (ullim_engine_get_presence (self->engine)))
    return "Active";
  return count_unread (self) + count_asked (self) > 0 ? "NeedsAttention" : "Active";
}

static UllimPresence
find_presence (UllimTray *self)
{
  UllimPresence presence = {
      .state = ullim_presence_service_get_told (ullim_engine_get_presence (self->engine))};
  GListModel *accounts = ullim_engine_get_accounts (self->engine);
  guint       n = g_list_model_get_n_items (accounts);

  presence.is_stale = TRUE;
  for (guint i = 0; i < n; i++) {
    g_autoptr (UllimAccount) account = g_list_model_get_item (accounts, i);

    if (ullim_account_get_state (account) == ULLIM_CONNECTION_ONLINE)
      presence.is_stale = FALSE;
  }
  return presence;
}

/* Returns: (transfer floating): a(iiay) */
static GVariant *
make_pixmaps (UllimTray *self, gboolean has_news)
{
  UllimPresence   presence = find_presence (self);
  gboolean        is_dark = hdy_style_manager_get_dark (hdy_style_manager_get_default ());
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(iiay)"));
  for (guint i = 0; i < G_N_ELEMENTS (icon_sizes); i++) {
    g_autoptr (GBytes) pixels =
        ullim_presence_badge_pixels (&presence, icon_sizes[i], is_dark, has_news);

    g_variant_builder_add (&builder, "(ii@ay)", icon_sizes[i], icon_sizes[i],
                           g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, pixels, TRUE));
  }
  return g_variant_builder_end (&builder);
}

static GVariant *
no_pixmaps (void)
{
  return g_variant_new_array (G_VARIANT_TYPE ("(iiay)"), NULL, 0);
}

static char *
presence_words (UllimTray *self)
{
  UllimPresenceService *service = ullim_engine_get_presence (self->engine);
  UllimPresence         presence = find_presence (self);

  if (presence.is_stale)
    return g_strdup (_ ("Not connected"));
  if (ullim_presence_service_get_own (service) == ULLIM_OWN_INVISIBLE)
    return g_strdup (ullim_presence_text_own (ULLIM_OWN_INVISIBLE));
  presence.note = (char *) ullim_presence_service_get_own_note (service);
  return ullim_presence_text_line (&presence);
}

/* Panels take the text as markup. */
static GVariant *
make_tooltip (UllimTray *self)
{
  guint               unread = count_unread (self), asked = count_asked (self);
  g_autofree char    *words = presence_words (self);
  g_autofree char    *safe = NULL;
  g_autoptr (GString) text = g_string_new (words);

  if (unread > 0)
    g_string_append_printf (g_string_append_c (text, '\n'),
                            ngettext ("%u unread message", "%u unread messages", unread), unread);
  if (asked > 0)
    g_string_append_printf (
        g_string_append_c (text, '\n'),
        ngettext ("%u person wants to see you", "%u people want to see you", asked), asked);
  safe = g_markup_escape_text (text->str, -1);
  return g_variant_new ("(s@a(iiay)ss)", "", no_pixmaps (), "Ullim", safe);
}

static GVariant *
on_get_property (GDBusConnection *connection,
                 const char      *sender,
                 const char      *path,
                 const char      *interface,
                 const char      *property,
                 GError         **error,
                 gpointer         data)
{
  UllimTray *self = data;

  if (g_str_equal (property, "Category"))
    return g_variant_new_string ("Communications");
  if (g_str_equal (property, "Id"))
    return g_variant_new_string (ULLIM_APP_ID);
  if (g_str_equal (property, "Title"))
    return g_variant_new_string ("Ullim");
  if (g_str_equal (property, "Status"))
    return g_variant_new_string (find_status (self));
  if (g_str_equal (property, "WindowId"))
    return g_variant_new_int32 (0);
  if (g_str_equal (property, "IconPixmap"))
    return make_pixmaps (self, FALSE);
  if (g_str_equal (property, "AttentionIconPixmap"))
    return make_pixmaps (self, TRUE);
  if (g_str_equal (property, "OverlayIconPixmap"))
    return no_pixmaps ();
  if (g_str_equal (property, "ToolTip"))
    return make_tooltip (self);
  if (g_str_equal (property, "ItemIsMenu"))
    return g_variant_new_boolean (FALSE);
  if (g_str_equal (property, "Menu"))
    return g_variant_new_object_path (MENU_PATH);
  return g_variant_new_string ("");
}

static void
on_method_call (GDBusConnection       *connection,
                const char            *sender,
                const char            *path,
                const char            *interface,
                const char            *method,
                GVariant              *parameters,
                GDBusMethodInvocation *invocation,
                gpointer               data)
{
  UllimTray *self = data;

  g_dbus_method_invocation_return_value (invocation, NULL);
  if (self->application && g_str_equal (method, "Activate"))
    g_action_group_activate_action (G_ACTION_GROUP (self->application), "toggle-window", NULL);
}

/* Changes */

static void
emit (UllimTray *self, const char *signal, GVariant *parameters)
{
  g_dbus_connection_emit_signal (self->connection, NULL, ITEM_PATH, ITEM_INTERFACE, signal,
                                 parameters, NULL);
}

static void
show_people (UllimTray *self)
{
  GListModel *conversations = G_LIST_MODEL (ullim_engine_get_conversations (self->engine));
  guint       n = MIN (g_list_model_get_n_items (conversations), ULLIM_TRAY_RECENT_PEOPLE);

  g_menu_remove_all (self->people_items);
  for (guint i = 0; i < n; i++) {
    g_autoptr (UllimConversation) conversation = g_list_model_get_item (conversations, i);
    g_auto (GStrv) parts = g_strsplit (ullim_conversation_get_name (conversation), "_", -1);
    /* One underscore would underline a letter. */
    g_autofree char      *label = g_strjoinv ("__", parts);
    g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

    g_menu_item_set_action_and_target (item, "app.show-conversation", "x",
                                       ullim_conversation_get_id (conversation));
    g_menu_append_item (self->people_items, item);
  }
}

static gboolean
on_update (gpointer data)
{
  UllimTray  *self = ULLIM_TRAY (data);
  const char *status = find_status (self);

  self->update_source = 0;
  show_people (self);
  emit (self, "NewIcon", NULL);
  emit (self, "NewAttentionIcon", NULL);
  emit (self, "NewToolTip", NULL);
  if (g_strcmp0 (status, self->status) != 0) {
    g_free (self->status);
    self->status = g_strdup (status);
    emit (self, "NewStatus", g_variant_new ("(s)", status));
  }
  return G_SOURCE_REMOVE;
}

/* A burst of changes is told once. */
static void
update_soon (UllimTray *self)
{
  if (self->has_host && self->update_source == 0)
    self->update_source = g_idle_add_full (G_PRIORITY_LOW, on_update, self, NULL);
}

static void
on_accounts_changed (UllimTray *self, guint position, guint removed, guint added)
{
  GListModel *accounts = ullim_engine_get_accounts (self->engine);

  for (guint i = 0; i < added; i++) {
    g_autoptr (UllimAccount) account = g_list_model_get_item (accounts, position + i);

    g_signal_connect_object (account, "notify::state", G_CALLBACK (update_soon), self,
                             G_CONNECT_SWAPPED);
  }
  update_soon (self);
}

/* The desktop's tray */

static void
set_host (UllimTray *self, gboolean has_host)
{
  if (self->has_host == has_host)
    return;
  self->has_host = has_host;
  g_debug ("The tray is %s", has_host ? "shown" : "not shown");
  update_soon (self);
}

static void
on_host_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimTray) self = data;
  g_autoptr (GError)    error = NULL;
  g_autoptr (GVariant)  value = NULL;
  g_autoptr (GVariant)  reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (!reply) {
    g_debug ("The tray does not say who shows it: %s", error->message);
    return;
  }
  g_variant_get (reply, "(v)", &value);
  if (self->watch > 0 && g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    set_host (self, g_variant_get_boolean (value));
}

static void
read_host (UllimTray *self)
{
  g_dbus_connection_call (
      self->connection, WATCHER_NAME, WATCHER_PATH, "org.freedesktop.DBus.Properties", "Get",
      g_variant_new ("(ss)", WATCHER_NAME, HOST_PROPERTY), G_VARIANT_TYPE ("(v)"),
      G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->cancellable, on_host_read, g_object_ref (self));
}

static void
on_registered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimTray) self = data;
  g_autoptr (GError)    error = NULL;
  g_autoptr (GVariant)  reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply)
    read_host (self);
  else
    g_debug ("The tray did not take the icon: %s", error->message);
}

static void
on_host_signal (GDBusConnection *connection,
                const char      *sender,
                const char      *path,
                const char      *interface,
                const char      *signal,
                GVariant        *parameters,
                gpointer         data)
{
  if (g_str_has_prefix (signal, "StatusNotifierHost"))
    read_host (ULLIM_TRAY (data));
}

static void
on_watcher_appeared (GDBusConnection *connection,
                     const char      *name,
                     const char      *owner,
                     gpointer         data)
{
  UllimTray *self = data;

  /* By its path: the watcher sees who calls, so that no name need be owned. */
  g_dbus_connection_call (connection, owner, WATCHER_PATH, WATCHER_NAME,
                          "RegisterStatusNotifierItem", g_variant_new ("(s)", ITEM_PATH), NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->cancellable, on_registered,
                          g_object_ref (self));
}

static void
on_watcher_vanished (GDBusConnection *connection, const char *name, gpointer data)
{
  set_host (ULLIM_TRAY (data), FALSE);
}

/* Life */

static GMenuModel *
make_menu (UllimTray *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) presence = g_menu_new ();
  g_autoptr (GMenu) rest = g_menu_new ();

  for (guint own = 0; own < ULLIM_OWN_N_PRESENCES; own++) {
    g_autofree char *action =
        g_strdup_printf ("app.presence::%s", ullim_own_presence_name ((UllimOwnPresence) own));

    g_menu_append (presence, ullim_presence_text_own ((UllimOwnPresence) own), action);
  }
  g_menu_append (presence, _ ("Set a _Note…"), "app.edit-note");
  g_menu_append (rest, _ ("_Who May See You…"), "app.watchers");
  g_menu_append (rest, _ ("_Quit"), "app.quit");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (self->window_items));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (presence));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (self->people_items));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (rest));
  return G_MENU_MODEL (g_steal_pointer (&menu));
}

static void export(UllimTray *self)
{
  static const GDBusInterfaceVTable vtable = {.method_call = on_method_call,
                                              .get_property = on_get_property};
  g_autoptr (GDBusNodeInfo)         info = g_dbus_node_info_new_for_xml (introspection, NULL);
  g_autoptr (GMenuModel)            menu = make_menu (self);
  g_autoptr (GError)                error = NULL;

  self->menu =
      ullim_tray_menu_new (self->connection, MENU_PATH, menu, G_ACTION_GROUP (self->application));
  self->registration = g_dbus_connection_register_object (
      self->connection, ITEM_PATH, info->interfaces[0], &vtable, self, NULL, &error);
  if (self->registration == 0)
    g_warning ("The tray icon cannot be exported: %s", error->message);
  self->host_signals = g_dbus_connection_signal_subscribe (
      self->connection, WATCHER_NAME, WATCHER_NAME, NULL, WATCHER_PATH, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, on_host_signal, self, NULL);
  self->watch =
      g_bus_watch_name_on_connection (self->connection, WATCHER_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                      on_watcher_appeared, on_watcher_vanished, self, NULL);
}

static void
connect_engine (UllimTray *self)
{
  UllimPresenceService  *presence = ullim_engine_get_presence (self->engine);
  UllimConversationList *conversations = ullim_engine_get_conversations (self->engine);
  GListModel            *accounts = ullim_engine_get_accounts (self->engine);

  g_signal_connect_object (presence, "own-changed", G_CALLBACK (update_soon), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (ullim_presence_service_get_watchers (presence), "items-changed",
                           G_CALLBACK (update_soon), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (conversations, "items-changed", G_CALLBACK (update_soon), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (conversations, "notify::unread", G_CALLBACK (update_soon), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (hdy_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (update_soon), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (on_accounts_changed), self,
                           G_CONNECT_SWAPPED);
  on_accounts_changed (self, 0, 0, g_list_model_get_n_items (accounts));
}

static void
ullim_tray_dispose (GObject *object)
{
  UllimTray *self = ULLIM_TRAY (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->update_source, g_source_remove);
  g_clear_handle_id (&self->watch, g_bus_unwatch_name);
  if (self->host_signals > 0)
    g_dbus_connection_signal_unsubscribe (self->connection, self->host_signals);
  self->host_signals = 0;
  if (self->registration > 0)
    g_dbus_connection_unregister_object (self->connection, self->registration);
  self->registration = 0;
  g_clear_object (&self->menu);
  g_clear_object (&self->connection);
  g_clear_object (&self->engine);
  g_clear_weak_pointer (&self->application);
  G_OBJECT_CLASS (ullim_tray_parent_class)->dispose (object);
}

static void
ullim_tray_finalize (GObject *object)
{
  UllimTray *self = ULLIM_TRAY (object);

  g_object_unref (self->window_items);
  g_object_unref (self->people_items);
  g_object_unref (self->cancellable);
  g_free (self->status);
  G_OBJECT_CLASS (ullim_tray_parent_class)->finalize (object);
}

static void
ullim_tray_class_init (UllimTrayClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ullim_tray_dispose;
  G_OBJECT_CLASS (klass)->finalize = ullim_tray_finalize;
}

static void
ullim_tray_init (UllimTray *self)
{
  self->cancellable = g_cancellable_new ();
  self->window_items = g_menu_new ();
  self->people_items = g_menu_new ();
}

UllimTray *
ullim_tray_new (GApplication *application, UllimEngine *engine)
{
  UllimTray       *self = g_object_new (ULLIM_TYPE_TRAY, NULL);
  GDBusConnection *connection = g_application_get_dbus_connection (application);

  g_set_weak_pointer (&self->application, application);
  self->engine = g_object_ref (engine);
  ullim_tray_set_window_shown (self, TRUE);
  if (!connection)
    return self;
  self->connection = g_object_ref (connection);
  show_people (self);
  connect_engine (self);
  export(self);
  return self;
}

gboolean
ullim_tray_has_host (UllimTray *self)
{
  return self->has_host;
}

void
ullim_tray_set_window_shown (UllimTray *self, gboolean is_shown)
{
  g_menu_remove_all (self->window_items);
  if (is_shown)
    g_menu_append (self->window_items, _ ("_Hide Window"), "app.hide-window");
  else
    g_menu_append (self->window_items, _ ("_Show Window"), "app.show-window");
}
