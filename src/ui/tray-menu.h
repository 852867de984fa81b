/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A GMenuModel with its actions on the session bus as com.canonical.dbusmenu, the menu of a tray
 * icon as panels draw it. Sections are set apart by lines; submenus are not known. Main thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define ULLIM_TYPE_TRAY_MENU (ullim_tray_menu_get_type ())
G_DECLARE_FINAL_TYPE (UllimTrayMenu, ullim_tray_menu, ULLIM, TRAY_MENU, GObject)

/**
 * ullim_tray_menu_new:
 * @path: object path to export it at, until the object is disposed
 * @model: its items name their actions as "app.NAME"
 * @actions: has those actions, by NAME
 */
UllimTrayMenu *ullim_tray_menu_new (GDBusConnection *connection,
                                    const char      *path,
                                    GMenuModel      *model,
                                    GActionGroup    *actions);

G_END_DECLS
