/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * com.canonical.dbusmenu, version 3. The model is flattened into one list of items. An item keeps
 * its number as long as the program runs, so that a click on a menu that has changed meanwhile
 * still does what was clicked.
 */
#define G_LOG_DOMAIN "tray-menu"

#include "tray-menu.h"

#include <gtk/gtk.h>

#define ROOT_ID 0
#define PROTOCOL_VERSION 3
#define ACTION_PREFIX "app."

static const char introspection[] =
    "<node><interface name='com.canonical.dbusmenu'>"
    "<property name='Version' type='u' access='read'/>"
    "<property name='TextDirection' type='s' access='read'/>"
    "<property name='Status' type='s' access='read'/>"
    "<property name='IconThemePath' type='as' access='read'/>"
    "<method name='GetLayout'><arg name='parentId' type='i' direction='in'/>"
    "<arg name='recursionDepth' type='i' direction='in'/>"
    "<arg name='propertyNames' type='as' direction='in'/>"
    "<arg name='revision' type='u' direction='out'/>"
    "<arg name='layout' type='(ia{sv}av)' direction='out'/></method>"
    "<method name='GetGroupProperties'><arg name='ids' type='ai' direction='in'/>"
    "<arg name='propertyNames' type='as' direction='in'/>"
    "<arg name='properties' type='a(ia{sv})' direction='out'/></method>"
    "<method name='GetProperty'><arg name='id' type='i' direction='in'/>"
    "<arg name='name' type='s' direction='in'/><arg name='value' type='v' "
    "direction='out'/></method>"
    "<method name='Event'><arg name='id' type='i' direction='in'/>"
    "<arg name='eventId' type='s' direction='in'/><arg name='data' type='v' direction='in'/>"
    "<arg name='timestamp' type='u' direction='in'/></method>"
    "<method name='EventGroup'><arg name='events' type='a(isvu)' direction='in'/>"
    "<arg name='idErrors' type='ai' direction='out'/></method>"
    "<method name='AboutToShow'><arg name='id' type='i' direction='in'/>"
    "<arg name='needUpdate' type='b' direction='out'/></method>"
    "<method name='AboutToShowGroup'><arg name='ids' type='ai' direction='in'/>"
    "<arg name='updatesNeeded' type='ai' direction='out'/>"
    "<arg name='idErrors' type='ai' direction='out'/></method>"
    "<signal name='ItemsPropertiesUpdated'><arg name='updatedProps' type='a(ia{sv})'/>"
    "<arg name='removedProps' type='a(ias)'/></signal>"
    "<signal name='LayoutUpdated'><arg name='revision' type='u'/><arg name='parent' type='i'/>"
    "</signal>"
    "<signal name='ItemActivationRequested'><arg name='id' type='i'/>"
    "<arg name='timestamp' type='u'/></signal>"
    "</interface></node>";

/* @label is NULL: a line. */
typedef struct {
  gint32    id;
  char     *label;
  char     *action; /* nullable */
  GVariant *target; /* nullable */
} Item;

struct _UllimTrayMenu {
  GObject parent_instance;

  GDBusConnection *connection; /* owned */
  char            *path;       /* owned */
  GMenuModel      *model;      /* owned */
  GPtrArray       *sections;   /* owned, of GMenuModel: those that are watched */
  GActionGroup    *actions;    /* owned */
  GPtrArray       *items;      /* owned, of Item */
  GHashTable      *ids;        /* owned: what an item does, to its id */
  guint            registration;
  guint            revision;
  guint            update_source;
};

G_DEFINE_FINAL_TYPE (UllimTrayMenu, ullim_tray_menu, G_TYPE_OBJECT)

static void
item_free (Item *item)
{
  g_free (item->label);
  g_free (item->action);
  g_clear_pointer (&item->target, g_variant_unref);
  g_free (item);
}

/* Items */

static gint32
id_of (UllimTrayMenu *self, const char *what)
{
  gpointer id = g_hash_table_lookup (self->ids, what);

  if (!id) {
    id = GINT_TO_POINTER ((int) g_hash_table_size (self->ids) + 1);
    g_hash_table_insert (self->ids, g_strdup (what), id);
  }
  return GPOINTER_TO_INT (id);
}

static void
add_item (UllimTrayMenu *self, GMenuModel *section, int position)
{
  Item            *item = g_new0 (Item, 1);
  g_autofree char *action = NULL;
  g_autofree char *what = NULL;

  g_menu_model_get_item_attribute (section, position, G_MENU_ATTRIBUTE_LABEL, "s", &item->label);
  g_menu_model_get_item_attribute (section, position, G_MENU_ATTRIBUTE_ACTION, "s", &action);
  item->target =
      g_menu_model_get_item_attribute_value (section, position, G_MENU_ATTRIBUTE_TARGET, NULL);
  if (action && g_str_has_prefix (action, ACTION_PREFIX))
    item->action = g_strdup (action + strlen (ACTION_PREFIX));
  what = g_action_print_detailed_name (item->action ? item->action : "none", item->target);
  item->id = id_of (self, what);
  g_ptr_array_add (self->items, item);
}

static void
add_line (UllimTrayMenu *self, int section)
{
  Item            *item = g_new0 (Item, 1);
  g_autofree char *what = g_strdup_printf ("line %d", section);

  item->id = id_of (self, what);
  g_ptr_array_add (self->items, item);
}

static void
collect (UllimTrayMenu *self)
{
  int n_sections = g_menu_model_get_n_items (self->model);

  g_ptr_array_set_size (self->items, 0);
  for (int i = 0; i < n_sections; i++) {
    g_autoptr (GMenuModel) section =
        g_menu_model_get_item_link (self->model, i, G_MENU_LINK_SECTION);
    int n = section ? g_menu_model_get_n_items (section) : 0;

    if (n > 0 && self->items->len > 0)
      add_line (self, i);
    for (int j = 0; j < n; j++)
      add_item (self, section, j);
  }
}

static Item *
find_item (UllimTrayMenu *self, gint32 id)
{
  for (guint i = 0; i < self->items->len; i++) {
    Item *item = self->items->pdata[i];

    if (item->id == id)
      return item;
  }
  return NULL;
}

/* On the bus */

static void
add_toggle (UllimTrayMenu *self, GVariantBuilder *builder, const Item *item)
{
  g_autoptr (GVariant) state = g_action_group_get_action_state (self->actions, item->action);

  if (!state || !item->target)
    return;
  g_variant_builder_add (builder, "{sv}", "toggle-type", g_variant_new_string ("radio"));
  g_variant_builder_add (builder, "{sv}", "toggle-state",
                         g_variant_new_int32 (g_variant_equal (state, item->target)));
}

/* Returns: (transfer floating): a{sv} */
static GVariant *
properties_of (UllimTrayMenu *self, const Item *item)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  if (!item) {
    g_variant_builder_add (&builder, "{sv}", "children-display", g_variant_new_string ("submenu"));
  } else if (!item->label) {
    g_variant_builder_add (&builder, "{sv}", "type", g_variant_new_string ("separator"));
  } else {
    gboolean enabled =
        item->action && g_action_group_get_action_enabled (self->actions, item->action);

    g_variant_builder_add (&builder, "{sv}", "label", g_variant_new_string (item->label));
    g_variant_builder_add (&builder, "{sv}", "enabled", g_variant_new_boolean (enabled));
    g_variant_builder_add (&builder, "{sv}", "visible", g_variant_new_boolean (TRUE));
    if (item->action)
      add_toggle (self, &builder, item);
  }
  return g_variant_builder_end (&builder);
}

/* Returns: (transfer floating): (ia{sv}av) */
static GVariant *
layout_of (UllimTrayMenu *self, gint32 id, int depth)
{
  GVariantBuilder children;

  g_variant_builder_init (&children, G_VARIANT_TYPE ("av"));
  if (id == ROOT_ID && depth != 0) {
    for (guint i = 0; i < self->items->len; i++) {
      Item *item = self->items->pdata[i];

      g_variant_builder_add (&children, "v", layout_of (self, item->id, 0));
    }
  }
  return g_variant_new ("(i@a{sv}@av)", id,
                        properties_of (self, id == ROOT_ID ? NULL : find_item (self, id)),
                        g_variant_builder_end (&children));
}

static void
get_layout (UllimTrayMenu *self, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  gint32 id, depth;

  g_variant_get (parameters, "(iias)", &id, &depth, NULL);
  if (id != ROOT_ID && !find_item (self, id))
    g_dbus_method_invocation_return_dbus_error (
        invocation, "com.canonical.dbusmenu.Error.UnknownId", "There is no such item");
  else
    g_dbus_method_invocation_return_value (
        invocation, g_variant_new ("(u@(ia{sv}av))", self->revision, layout_of (self, id, depth)));
}

static gboolean
is_asked_for (GVariant *ids, gint32 id)
{
  gsize         n;
  const gint32 *wanted = g_variant_get_fixed_array (ids, &n, sizeof (gint32));

  for (gsize i = 0; i < n; i++)
    if (wanted[i] == id)
      return TRUE;
  return n == 0;
}

static void
get_group_properties (UllimTrayMenu *self, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  g_autoptr (GVariant) ids = g_variant_get_child_value (parameters, 0);
  GVariantBuilder      builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ia{sv})"));
  if (is_asked_for (ids, ROOT_ID))
    g_variant_builder_add (&builder, "(i@a{sv})", ROOT_ID, properties_of (self, NULL));
  for (guint i = 0; i < self->items->len; i++) {
    Item *item = self->items->pdata[i];

    if (is_asked_for (ids, item->id))
      g_variant_builder_add (&builder, "(i@a{sv})", item->id, properties_of (self, item));
  }
  g_dbus_method_invocation_return_value (
      invocation, g_variant_new ("(@a(ia{sv}))", g_variant_builder_end (&builder)));
}

static void
get_property (UllimTrayMenu *self, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  gint32               id;
  const char          *name;
  g_autoptr (GVariant) properties = NULL;
  g_autoptr (GVariant) value = NULL;

  g_variant_get (parameters, "(i&s)", &id, &name);
  properties = g_variant_ref_sink (properties_of (self, find_item (self, id)));
  value = g_variant_lookup_value (properties, name, NULL);
  if (value)
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(v)", value));
  else
    g_dbus_method_invocation_return_error_literal (
        invocation, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_PROPERTY, "The item has no such property");
}

static gboolean
handle_event (UllimTrayMenu *self, gint32 id, const char *event)
{
  Item *item = find_item (self, id);

  if (!item)
    return id == ROOT_ID;
  if (g_str_equal (event, "clicked") && item->action)
    g_action_group_activate_action (self->actions, item->action, item->target);
  return TRUE;
}

static void
handle_events (UllimTrayMenu *self, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  g_autoptr (GVariantIter) iter = NULL;
  GVariantBuilder          errors;
  gint32                   id;
  const char              *event;

  g_variant_builder_init (&errors, G_VARIANT_TYPE ("ai"));
  g_variant_get (parameters, "(a(isvu))", &iter);
  while (g_variant_iter_next (iter, "(i&svu)", &id, &event, NULL, NULL))
    if (!handle_event (self, id, event))
      g_variant_builder_add (&errors, "i", id);
  g_dbus_method_invocation_return_value (invocation,
                                         g_variant_new ("(@ai)", g_variant_builder_end (&errors)));
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
  /* An action may quit the program. */
  g_autoptr (UllimTrayMenu) self = g_object_ref (ULLIM_TRAY_MENU (data));
  gint32                    id;
  const char               *event;

  if (g_str_equal (method, "GetLayout")) {
    get_layout (self, parameters, invocation);
  } else if (g_str_equal (method, "GetGroupProperties")) {
    get_group_properties (self, parameters, invocation);
  } else if (g_str_equal (method, "GetProperty")) {
    get_property (self, parameters, invocation);
  } else if (g_str_equal (method, "Event")) {
    g_variant_get (parameters, "(i&svu)", &id, &event, NULL, NULL);
    g_dbus_method_invocation_return_value (invocation, NULL);
    handle_event (self, id, event);
  } else if (g_str_equal (method, "EventGroup")) {
    handle_events (self, parameters, invocation);
  } else if (g_str_equal (method, "AboutToShow")) {
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(b)", FALSE));
  } else {
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(aiai)", NULL, NULL));
  }
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
  if (g_str_equal (property, "Version"))
    return g_variant_new_uint32 (PROTOCOL_VERSION);
  if (g_str_equal (property, "TextDirection"))
    return g_variant_new_string (gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL ? "rtl"
                                                                                         : "ltr");
  if (g_str_equal (property, "Status"))
    return g_variant_new_string ("normal");
  return g_variant_new_strv (NULL, 0);
}

static gboolean
on_update (gpointer data)
{
  UllimTrayMenu *self = ULLIM_TRAY_MENU (data);

  self->update_source = 0;
  collect (self);
  self->revision++;
  g_dbus_connection_emit_signal (self->connection, NULL, self->path, "com.canonical.dbusmenu",
                                 "LayoutUpdated", g_variant_new ("(ui)", self->revision, ROOT_ID),
                                 NULL);
  return G_SOURCE_REMOVE;
}

/* Several changes at once are told once. */
static void
update_soon (UllimTrayMenu *self)
{
  if (self->update_source == 0)
    self->update_source = g_idle_add (on_update, self);
}

static void
watch_sections (UllimTrayMenu *self)
{
  int n = g_menu_model_get_n_items (self->model);

  for (int i = 0; i < n; i++) {
    GMenuModel *section = g_menu_model_get_item_link (self->model, i, G_MENU_LINK_SECTION);

    g_signal_connect_object (section, "items-changed", G_CALLBACK (update_soon), self,
                             G_CONNECT_SWAPPED);
    g_ptr_array_add (self->sections, section);
  }
}

static void
ullim_tray_menu_dispose (GObject *object)
{
  UllimTrayMenu *self = ULLIM_TRAY_MENU (object);

  g_clear_handle_id (&self->update_source, g_source_remove);
  if (self->registration > 0)
    g_dbus_connection_unregister_object (self->connection, self->registration);
  self->registration = 0;
  g_clear_pointer (&self->sections, g_ptr_array_unref);
  g_clear_object (&self->connection);
  g_clear_object (&self->model);
  g_clear_object (&self->actions);
  G_OBJECT_CLASS (ullim_tray_menu_parent_class)->dispose (object);
}

static void
ullim_tray_menu_finalize (GObject *object)
{
  UllimTrayMenu *self = ULLIM_TRAY_MENU (object);

  g_free (self->path);
  g_ptr_array_unref (self->items);
  g_hash_table_unref (self->ids);
  G_OBJECT_CLASS (ullim_tray_menu_parent_class)->finalize (object);
}

static void
ullim_tray_menu_class_init (UllimTrayMenuClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ullim_tray_menu_dispose;
  G_OBJECT_CLASS (klass)->finalize = ullim_tray_menu_finalize;
}

static void
ullim_tray_menu_init (UllimTrayMenu *self)
{
  self->sections = g_ptr_array_new_with_free_func (g_object_unref);
  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) item_free);
  self->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

UllimTrayMenu *
ullim_tray_menu_new (GDBusConnection *connection,
                     const char      *path,
                     GMenuModel      *model,
                     GActionGroup    *actions)
{
  static const GDBusInterfaceVTable vtable = {.method_call = on_method_call,
                                              .get_property = on_get_property};
  UllimTrayMenu                    *self = g_object_new (ULLIM_TYPE_TRAY_MENU, NULL);
  g_autoptr (GDBusNodeInfo)         info = g_dbus_node_info_new_for_xml (introspection, NULL);
  g_autoptr (GError)                error = NULL;

  self->connection = g_object_ref (connection);
  self->path = g_strdup (path);
  self->model = g_object_ref (model);
  self->actions = g_object_ref (actions);
  watch_sections (self);
  collect (self);
  g_signal_connect_object (actions, "action-state-changed", G_CALLBACK (update_soon), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (actions, "action-enabled-changed", G_CALLBACK (update_soon), self,
                           G_CONNECT_SWAPPED);
  self->registration = g_dbus_connection_register_object (connection, path, info->interfaces[0],
                                                          &vtable, self, NULL, &error);
  if (self->registration == 0)
    g_warning ("The tray's menu cannot be exported: %s", error->message);
  return self;
}
