/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Builds the menus anew each time they are asked for: they speak of one person or group.
 */
#define G_LOG_DOMAIN "people-menu"

#include "ullim-config.h"

#include "people-menu.h"

#include <glib/gi18n-lib.h>

#include "people-actions.h"

/* Groups offered in the menu; for more there is the editor. */
#define MAX_GROUPS 20

static GtkWidget *
menu_from (GtkWidget *widget, GMenu *model)
{
  GtkWidget *menu = gtk_menu_new_from_model (G_MENU_MODEL (model));

  gtk_menu_attach_to_widget (GTK_MENU (menu), widget, NULL);
  g_object_set_data_full (G_OBJECT (widget), "ullim-people-menu", g_object_ref_sink (menu),
                          (GDestroyNotify) gtk_widget_destroy);
  return menu;
}

static void
append (GMenu *menu, const char *label, const char *action, GVariant *target)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target_value (item, action, target);
  g_menu_append_item (menu, item);
}

static void
append_section (GMenu *menu, GMenu *section)
{
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  g_object_unref (section);
}

static GVariant *
id_of (UllimContact *contact)
{
  return g_variant_new_int64 (ullim_contact_get_id (contact));
}

static void
on_group_toggled (GSimpleAction *action, GVariant *state, UllimContact *contact)
{
  GtkWidget  *widget = g_object_get_data (G_OBJECT (action), "widget");
  const char *group = g_object_get_data (G_OBJECT (action), "group");

  g_simple_action_set_state (action, state);
  ullim_people_actions_activate (widget, "set-group",
                                 g_variant_new ("(xsb)", ullim_contact_get_id (contact), group,
                                                g_variant_get_boolean (state)));
}

/* A check mark for each group: as actions of their own, whose state it is. */
static GMenu *
groups_menu (GtkWidget *widget, UllimContactList *contacts, UllimContact *contact)
{
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  g_auto (GStrv)                 groups = ullim_contact_list_get_groups (contacts);
  GMenu                         *menu = g_menu_new ();
  GMenu                         *section = g_menu_new ();

  for (guint i = 0; groups[i] && i < MAX_GROUPS; i++) {
    g_autofree char          *name = g_strdup_printf ("group%u", i);
    g_autofree char          *full_name = g_strconcat ("person-groups.", name, NULL);
    g_autoptr (GSimpleAction) action = g_simple_action_new_stateful (
        name, NULL, g_variant_new_boolean (ullim_contact_is_in_group (contact, groups[i])));
    g_autofree char *label = NULL;
    g_auto (GStrv)   parts = g_strsplit (groups[i], "_", -1);

    g_object_set_data (G_OBJECT (action), "widget", widget);
    g_object_set_data_full (G_OBJECT (action), "group", g_strdup (groups[i]), g_free);
    g_signal_connect_object (action, "change-state", G_CALLBACK (on_group_toggled), contact, 0);
    g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (action));
    label = g_strjoinv ("__", parts); /* no mnemonics */
    append (section, label, full_name, NULL);
  }
  append_section (menu, section);
  section = g_menu_new ();
  append (section, _ ("_New Group…"), "people.new-group", id_of (contact));
  append_section (menu, section);
  gtk_widget_insert_action_group (widget, "person-groups", G_ACTION_GROUP (actions));
  return menu;
}

static gboolean
is_blocked (UllimEngine *engine, UllimContact *contact)
{
  const UllimContactData  *data = ullim_contact_get_data (contact);
  g_autoptr (UllimAccount) account = ullim_people_actions_find_account (engine, contact);
  const char              *key = NULL;

  if (data->addresses->len > 0)
    key = ((UllimContactAddress *) data->addresses->pdata[0])->key;
  return account && key &&
         ullim_presence_service_is_blocked (ullim_engine_get_presence (engine), account, key);
}

GtkWidget *
ullim_people_menu_for_contact (GtkWidget *widget, UllimEngine *engine, UllimContact *contact)
{
  UllimPeopleService *people = ullim_engine_get_people (engine);
  g_autoptr (GMenu)   menu = g_menu_new ();
  GMenu              *section = g_menu_new ();
  g_autoptr (GMenu)   groups =
      groups_menu (widget, ullim_people_service_get_contacts (people), contact);

  append (section, _ ("_Write"), "people.open", id_of (contact));
  append_section (menu, section);
  section = g_menu_new ();
  append (section,
          ullim_contact_get_data (contact)->is_favourite ? _ ("Remove from _Favourites")
                                                         : _ ("Add to _Favourites"),
          "people.favourite", id_of (contact));
  g_menu_append_submenu (section, _ ("_Groups"), G_MENU_MODEL (groups));
  append_section (menu, section);
  section = g_menu_new ();
  append (section, _ ("_Edit…"), "people.edit", id_of (contact));
  if (is_blocked (engine, contact))
    append (section, _ ("Un_block"), "people.unblock", id_of (contact));
  else
    append (section, _ ("_Block"), "people.block", id_of (contact));
  append (section, _ ("_Remove"), "people.remove", id_of (contact));
  append_section (menu, section);
  return menu_from (widget, menu);
}

GtkWidget *
ullim_people_menu_for_group (GtkWidget *widget, UllimPeopleGroup *group)
{
  const char       *name = ullim_people_group_get_name (group);
  g_autoptr (GMenu) menu = g_menu_new ();

  if (!name)
    return NULL;
  append (menu, _ ("_Rename Group…"), "people.rename-group", g_variant_new_string (name));
  append (menu, _ ("_Dissolve Group"), "people.dissolve-group", g_variant_new_string (name));
  return menu_from (widget, menu);
}
