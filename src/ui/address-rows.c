/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A box of entries. What is wrong with an address is said under it; an empty row says nothing and
 * counts for nothing.
 */
#define G_LOG_DOMAIN "address-rows"

#include "ullim-config.h"

#include "address-rows.h"

#include <glib/gi18n-lib.h>

#include "state-text.h"

typedef struct {
  UllimAddressRows *rows;
  GtkWidget        *box;
  GtkEntry         *entry;
  GtkLabel         *problem;
  GtkWidget        *up;
} Row;

struct _UllimAddressRows {
  GtkBox parent_instance;

  GtkWidget          *box;
  GtkWidget          *add_button;
  GPtrArray          *rows;    /* owned, of Row */
  UllimPeopleService *people;  /* owned, nullable until set */
  UllimContact       *contact; /* owned, nullable until set */
  UllimAccount       *account; /* owned, nullable */
};

G_DEFINE_FINAL_TYPE (UllimAddressRows, ullim_address_rows, GTK_TYPE_BOX)

enum { CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

static UllimContactAddress *
address_of (Row *row)
{
  g_autofree char *typed = g_strstrip (g_strdup (gtk_entry_get_text (row->entry)));
  g_autofree char *uri = NULL, *key = NULL;

  if (*typed && row->rows->account)
    uri = ullim_people_service_parse_address (row->rows->account, typed, &key, NULL);
  return uri ? ullim_contact_address_new (uri, key) : NULL;
}

static gboolean
is_empty (Row *row)
{
  g_autofree char *typed = g_strstrip (g_strdup (gtk_entry_get_text (row->entry)));

  return *typed == '\0';
}

static char *
problem_of (Row *row)
{
  g_autoptr (UllimContactAddress) address = address_of (row);
  UllimContact                   *other;

  if (is_empty (row))
    return NULL;
  if (!address)
    return g_strdup (_ ("This is no address: write name@example.org or a telephone number."));
  other =
      ullim_contact_list_find (ullim_people_service_get_contacts (row->rows->people), address->key);
  if (other && other != row->rows->contact)
    return g_strdup_printf (_ ("%s has this address already."),
                            ullim_contact_get_display_name (other));
  return NULL;
}

static void
check (Row *row)
{
  g_autofree char                *problem = problem_of (row);
  g_autoptr (UllimContactAddress) address = address_of (row);
  GtkStyleContext                *style = gtk_widget_get_style_context (GTK_WIDGET (row->entry));

  gtk_label_set_text (row->problem, problem ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (row->problem), problem != NULL);
  if (!address && !is_empty (row))
    gtk_style_context_add_class (style, "error");
  else
    gtk_style_context_remove_class (style, "error");
}

static void
show_buttons (UllimAddressRows *self)
{
  for (guint i = 0; i < self->rows->len; i++) {
    Row *row = self->rows->pdata[i];

    gtk_widget_set_sensitive (row->up, i > 0);
  }
  gtk_widget_set_sensitive (self->add_button, self->rows->len < ULLIM_CONTACT_MAX_ADDRESSES);
}

static void
tell_changed (UllimAddressRows *self)
{
  show_buttons (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_entry_changed (GtkEntry *entry, Row *row)
{
  check (row);
  tell_changed (row->rows);
}

static void
on_up (GtkButton *button, Row *row)
{
  UllimAddressRows *self = row->rows;
  guint             index;

  if (!g_ptr_array_find (self->rows, row, &index) || index == 0)
    return;
  self->rows->pdata[index] = self->rows->pdata[index - 1];
  self->rows->pdata[index - 1] = row;
  gtk_box_reorder_child (GTK_BOX (self->box), row->box, (int) index - 1);
  tell_changed (self);
}

static void
on_remove (GtkButton *button, Row *row)
{
  UllimAddressRows *self = row->rows;

  gtk_widget_destroy (row->box);
  g_ptr_array_remove (self->rows, row);
  tell_changed (self);
}

static GtkWidget *
make_button (const char *icon, const char *name, GCallback callback, Row *row)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon, GTK_ICON_SIZE_BUTTON);

  gtk_widget_set_tooltip_text (button, name);
  atk_object_set_name (gtk_widget_get_accessible (button), name);
  g_signal_connect (button, "clicked", callback, row);
  return button;
}

static GtkWidget *
make_line (Row *row, const char *text)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  row->entry = GTK_ENTRY (gtk_entry_new ());
  gtk_entry_set_text (row->entry, text);
  gtk_entry_set_input_purpose (row->entry, GTK_INPUT_PURPOSE_EMAIL);
  gtk_entry_set_activates_default (row->entry, TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (row->entry), TRUE);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (row->entry)), _ ("Address"));
  g_signal_connect (row->entry, "changed", G_CALLBACK (on_entry_changed), row);
  row->up = make_button ("go-up-symbolic", _ ("Prefer this address"), G_CALLBACK (on_up), row);
  gtk_container_add (GTK_CONTAINER (line), GTK_WIDGET (row->entry));
  gtk_container_add (GTK_CONTAINER (line), row->up);
  gtk_container_add (
      GTK_CONTAINER (line),
      make_button ("list-remove-symbolic", _ ("Remove this address"), G_CALLBACK (on_remove), row));
  gtk_style_context_add_class (gtk_widget_get_style_context (line), "linked");
  return line;
}

static Row *
add_row (UllimAddressRows *self, const char *text)
{
  Row *row = g_new0 (Row, 1);

  row->rows = self;
  row->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  gtk_container_add (GTK_CONTAINER (row->box), make_line (row, text));
  row->problem = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (row->problem, 0);
  gtk_label_set_line_wrap (row->problem, TRUE);
  gtk_label_set_max_width_chars (row->problem, 36);
  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (row->problem)), "error");
  gtk_container_add (GTK_CONTAINER (row->box), GTK_WIDGET (row->problem));
  gtk_container_add (GTK_CONTAINER (self->box), row->box);
  gtk_widget_show_all (row->box);
  g_ptr_array_add (self->rows, row);
  check (row);
  return row;
}

static void
on_add_clicked (UllimAddressRows *self)
{
  Row *row = add_row (self, "");

  gtk_widget_grab_focus (GTK_WIDGET (row->entry));
  tell_changed (self);
}

static void
ullim_address_rows_dispose (GObject *object)
{
  UllimAddressRows *self = ULLIM_ADDRESS_ROWS (object);

  /* The entries' callbacks know the rows. */
  for (guint i = 0; i < self->rows->len; i++)
    gtk_widget_destroy (((Row *) self->rows->pdata[i])->box);
  g_ptr_array_set_size (self->rows, 0);
  g_clear_object (&self->people);
  g_clear_object (&self->contact);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (ullim_address_rows_parent_class)->dispose (object);
}

static void
ullim_address_rows_finalize (GObject *object)
{
  g_ptr_array_unref (ULLIM_ADDRESS_ROWS (object)->rows);
  G_OBJECT_CLASS (ullim_address_rows_parent_class)->finalize (object);
}

static void
ullim_address_rows_class_init (UllimAddressRowsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ullim_address_rows_dispose;
  G_OBJECT_CLASS (klass)->finalize = ullim_address_rows_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
ullim_address_rows_init (UllimAddressRows *self)
{
  self->rows = g_ptr_array_new_with_free_func (g_free);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_container_add (GTK_CONTAINER (self), self->box);
  self->add_button = gtk_button_new_with_mnemonic (_ ("Add an A_ddress"));
  gtk_widget_set_halign (self->add_button, GTK_ALIGN_START);
  g_signal_connect_object (self->add_button, "clicked", G_CALLBACK (on_add_clicked), self,
                           G_CONNECT_SWAPPED);
  gtk_container_add (GTK_CONTAINER (self), self->add_button);
  gtk_widget_show (self->box);
  gtk_widget_show (self->add_button);
}

void
ullim_address_rows_set (UllimAddressRows *self, UllimPeopleService *people, UllimContact *contact)
{
  GPtrArray *addresses = ullim_contact_get_data (contact)->addresses;

  g_return_if_fail (self->people == NULL);

  self->people = g_object_ref (people);
  self->contact = g_object_ref (contact);
  for (guint i = 0; i < addresses->len; i++)
    add_row (self, ullim_state_text_address (((UllimContactAddress *) addresses->pdata[i])->uri));
  show_buttons (self);
}

void
ullim_address_rows_set_account (UllimAddressRows *self, UllimAccount *account)
{
  g_set_object (&self->account, account);
  for (guint i = 0; i < self->rows->len; i++)
    check (self->rows->pdata[i]);
  tell_changed (self);
}

GPtrArray *
ullim_address_rows_get (UllimAddressRows *self)
{
  g_autoptr (GPtrArray) addresses =
      g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_contact_address_free);

  for (guint i = 0; i < self->rows->len; i++) {
    Row                 *row = self->rows->pdata[i];
    UllimContactAddress *address = is_empty (row) ? NULL : address_of (row);

    if (!address && !is_empty (row))
      return NULL;
    if (address)
      g_ptr_array_add (addresses, address);
  }
  return addresses->len > 0 ? g_steal_pointer (&addresses) : NULL;
}
