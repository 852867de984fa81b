/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Chips in a flow box. Enter, a comma or a click on a proposal make one of what is written.
 */
#define G_LOG_DOMAIN "group-chips"

#include "ullim-config.h"

#include "group-chips.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _UllimGroupChips {
  GtkBox parent_instance;

  GtkWidget *flow;
  GtkEntry  *entry;
  GPtrArray *groups; /* owned, of utf8 */
};

G_DEFINE_FINAL_TYPE (UllimGroupChips, ullim_group_chips, GTK_TYPE_BOX)

static gboolean
can_add (UllimGroupChips *self, const char *name)
{
  return *name && strlen (name) <= ULLIM_CONTACT_MAX_NAME_BYTES &&
         self->groups->len < ULLIM_CONTACT_MAX_GROUPS &&
         !g_ptr_array_find_with_equal_func (self->groups, name, g_str_equal, NULL);
}

static void
on_chip_clicked (GtkWidget *button, UllimGroupChips *self)
{
  const char *name = g_object_get_data (G_OBJECT (button), "group");
  guint       index;

  if (g_ptr_array_find_with_equal_func (self->groups, name, g_str_equal, &index))
    g_ptr_array_remove_index (self->groups, index);
  gtk_widget_destroy (gtk_widget_get_parent (button));
  gtk_widget_set_visible (self->flow, self->groups->len > 0);
}

static void
add_chip (UllimGroupChips *self, const char *name)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (name);
  GtkWidget *child;
  /* Translators: %s is the name of a group. */
  g_autofree char *words = g_strdup_printf (_ ("Take out of “%s”"), name);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 24);
  gtk_container_add (GTK_CONTAINER (box), label);
  gtk_container_add (GTK_CONTAINER (box),
                     gtk_image_new_from_icon_name ("window-close-symbolic", GTK_ICON_SIZE_MENU));
  gtk_container_add (GTK_CONTAINER (button), box);
  gtk_style_context_add_class (gtk_widget_get_style_context (button), "ullim-chip");
  gtk_widget_set_tooltip_text (button, words);
  atk_object_set_name (gtk_widget_get_accessible (button), words);
  g_object_set_data_full (G_OBJECT (button), "group", g_strdup (name), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_chip_clicked), self, 0);
  gtk_container_add (GTK_CONTAINER (self->flow), button);
  child = gtk_widget_get_parent (button);
  gtk_widget_set_can_focus (child, FALSE);
  gtk_widget_show_all (child);
  gtk_widget_show (self->flow);
}

static void
add (UllimGroupChips *self, const char *name)
{
  if (!can_add (self, name))
    return;
  g_ptr_array_add (self->groups, g_strdup (name));
  add_chip (self, name);
}

static void
take_written (UllimGroupChips *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_entry_get_text (self->entry)));

  add (self, name);
  gtk_entry_set_text (self->entry, "");
}

static void
on_entry_activate (UllimGroupChips *self)
{
  take_written (self);
}

static void
on_entry_changed (UllimGroupChips *self)
{
  const char      *text = gtk_entry_get_text (self->entry);
  const char      *comma = strchr (text, ',');
  g_autofree char *name = NULL;

  if (!comma)
    return;
  name = g_strstrip (g_strndup (text, (gsize) (comma - text)));
  add (self, name);
  gtk_entry_set_text (self->entry, "");
}

static gboolean
on_match_selected (UllimGroupChips *self, GtkTreeModel *model, GtkTreeIter *iter)
{
  g_autofree char *name = NULL;

  gtk_tree_model_get (model, iter, 0, &name, -1);
  add (self, name);
  gtk_entry_set_text (self->entry, "");
  return TRUE;
}

static void
ullim_group_chips_finalize (GObject *object)
{
  g_ptr_array_unref (ULLIM_GROUP_CHIPS (object)->groups);
  G_OBJECT_CLASS (ullim_group_chips_parent_class)->finalize (object);
}

static void
ullim_group_chips_class_init (UllimGroupChipsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ullim_group_chips_finalize;
}

static void
ullim_group_chips_init (UllimGroupChips *self)
{
  self->groups = g_ptr_array_new_with_free_func (g_free);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  self->flow = gtk_flow_box_new ();
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (self->flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (self->flow), 12);
  gtk_widget_set_halign (self->flow, GTK_ALIGN_START);
  gtk_container_add (GTK_CONTAINER (self), self->flow);
  self->entry = GTK_ENTRY (gtk_entry_new ());
  gtk_entry_set_placeholder_text (self->entry, _ ("Add to a group"));
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->entry)), _ ("Add to a group"));
  g_signal_connect_object (self->entry, "activate", G_CALLBACK (on_entry_activate), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->entry, "changed", G_CALLBACK (on_entry_changed), self,
                           G_CONNECT_SWAPPED);
  gtk_container_add (GTK_CONTAINER (self), GTK_WIDGET (self->entry));
  gtk_widget_show (GTK_WIDGET (self->entry));
}

void
ullim_group_chips_set (UllimGroupChips *self, GPtrArray *groups, UllimContactList *contacts)
{
  g_autoptr (GtkEntryCompletion) completion = gtk_entry_completion_new ();
  g_autoptr (GtkListStore)       store = gtk_list_store_new (1, G_TYPE_STRING);
  g_auto (GStrv)                 names = ullim_contact_list_get_groups (contacts);

  for (guint i = 0; i < groups->len; i++)
    add (self, groups->pdata[i]);
  for (guint i = 0; names[i]; i++)
    gtk_list_store_insert_with_values (store, NULL, -1, 0, names[i], -1);
  gtk_entry_completion_set_model (completion, GTK_TREE_MODEL (store));
  gtk_entry_completion_set_text_column (completion, 0);
  g_signal_connect_object (completion, "match-selected", G_CALLBACK (on_match_selected), self,
                           G_CONNECT_SWAPPED);
  gtk_entry_set_completion (self->entry, completion);
}

GPtrArray *
ullim_group_chips_get (UllimGroupChips *self)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func (g_free);

  take_written (self);
  for (guint i = 0; i < self->groups->len; i++)
    g_ptr_array_add (groups, g_strdup (self->groups->pdata[i]));
  return groups;
}
