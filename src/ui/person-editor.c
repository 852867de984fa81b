/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The editor of one person. Nothing is changed before Save; then picture, permission and data go
 * their ways, and the dialog closes when the data are on disk.
 */
#define G_LOG_DOMAIN "person-editor"

#include "ullim-config.h"

#include "person-editor.h"

#include <glib/gi18n-lib.h>
#include <handy.h>
#include <string.h>

#include "account-choice.h"
#include "address-rows.h"
#include "decision.h"
#include "group-chips.h"
#include "people-actions.h"
#include "picture.h"
#include "problem-text.h"

#define MAX_NOTE_CHARS 4000

struct _UllimPersonEditor {
  GtkDialog parent_instance;

  HdyAvatar        *avatar;
  GtkWidget        *remove_picture_button;
  GtkLabel         *problem_label;
  GtkEntry         *name_entry;
  GtkEntry         *nickname_entry;
  GtkToggleButton  *favourite_check;
  UllimAddressRows *addresses;
  UllimGroupChips  *groups;
  GtkTextView      *note_view;
  GtkWidget        *account_label;
  GtkComboBoxText  *account_combo;
  GtkComboBox      *permission_combo;

  UllimEngine          *engine;      /* owned */
  UllimContact         *contact;     /* owned */
  GBytes               *picture;     /* owned, nullable: as it shall be */
  GtkFileChooserNative *chooser;     /* owned, nullable */
  GCancellable         *cancellable; /* owned */
  gboolean              picture_changed;
  int                   permission; /* as it was: UllimPermission */
};

G_DEFINE_FINAL_TYPE (UllimPersonEditor, ullim_person_editor, GTK_TYPE_DIALOG)

static char *
get_text (GtkEntry *entry)
{
  char *text = g_strstrip (g_strdup (gtk_entry_get_text (entry)));

  if (*text == '\0')
    g_clear_pointer (&text, g_free);
  return text;
}

static void
say_problem (UllimPersonEditor *self, const char *problem)
{
  gtk_label_set_text (self->problem_label, problem ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem_label), problem != NULL);
}

static gboolean
fits (GtkEntry *entry)
{
  return strlen (gtk_entry_get_text (entry)) <= ULLIM_CONTACT_MAX_NAME_BYTES;
}

static void
on_changed (UllimPersonEditor *self)
{
  g_autoptr (GPtrArray) addresses = NULL;
  g_autofree char      *name = get_text (self->nickname_entry);

  if (!self->engine)
    return;
  addresses = ullim_address_rows_get (self->addresses);
  if (!name)
    name = get_text (self->name_entry);
  hdy_avatar_set_text (self->avatar, name ? name : ullim_contact_get_display_name (self->contact));
  gtk_dialog_set_response_sensitive (GTK_DIALOG (self), GTK_RESPONSE_OK,
                                     addresses && fits (self->name_entry) &&
                                         fits (self->nickname_entry));
}

/* --- Picture --- */

typedef struct {
  GBytes *bytes; /* owned */
  int     size;
} Decoding;

static void
decoding_free (gpointer data)
{
  Decoding *decoding = data;

  g_bytes_unref (decoding->bytes);
  g_free (decoding);
}

static void
decode_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Decoding  *decoding = data;
  GError    *error = NULL;
  GdkPixbuf *pixbuf = ullim_picture_decode (decoding->bytes, decoding->size, &error);

  if (pixbuf)
    g_task_return_pointer (task, pixbuf, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
on_decoded (GObject *source, GAsyncResult *result, gpointer data)
{
  UllimPersonEditor    *self = ULLIM_PERSON_EDITOR (source);
  g_autoptr (GError)    error = NULL;
  g_autoptr (GdkPixbuf) pixbuf = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !self->engine)
    return;
  hdy_avatar_set_loadable_icon (self->avatar, G_LOADABLE_ICON (pixbuf));
}

static void
show_picture (UllimPersonEditor *self)
{
  g_autoptr (GTask) task = NULL;
  Decoding         *decoding;

  gtk_widget_set_visible (self->remove_picture_button, self->picture != NULL);
  if (!self->picture) {
    hdy_avatar_set_loadable_icon (self->avatar, NULL);
    return;
  }
  task = g_task_new (self, self->cancellable, on_decoded, NULL);
  decoding = g_new0 (Decoding, 1);
  decoding->bytes = g_bytes_ref (self->picture);
  decoding->size =
      hdy_avatar_get_size (self->avatar) * gtk_widget_get_scale_factor (GTK_WIDGET (self));
  g_task_set_task_data (task, decoding, decoding_free);
  g_task_run_in_thread (task, decode_in_thread);
}

static void
take_picture (UllimPersonEditor *self, GBytes *picture)
{
  g_clear_pointer (&self->picture, g_bytes_unref);
  self->picture = picture;
  show_picture (self);
}

static void
on_stored_picture_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimPersonEditor) self = data;
  g_autoptr (GError)            error = NULL;
  GBytes                       *picture =
      ullim_people_service_load_photo_finish (ULLIM_PEOPLE_SERVICE (source), result, &error);

  if (picture && self->engine && !self->picture_changed)
    take_picture (self, picture);
  else
    g_clear_pointer (&picture, g_bytes_unref);
}

static void
on_picture_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimPersonEditor) self = data;
  g_autoptr (GError)            error = NULL;
  GBytes                       *picture = ullim_picture_load_finish (result, &error);

  if (!self->engine) {
    g_clear_pointer (&picture, g_bytes_unref);
    return;
  }
  if (!picture) {
    g_message ("A picture cannot be used: %s", error->message);
    say_problem (self, _ ("This file is no picture that can be used."));
    return;
  }
  say_problem (self, NULL);
  self->picture_changed = TRUE;
  take_picture (self, picture);
}

static void
on_file_chosen (UllimPersonEditor *self, int response)
{
  g_autoptr (GtkFileChooserNative) chooser = g_steal_pointer (&self->chooser);
  g_autoptr (GFile)                file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  if (file)
    ullim_picture_load_async (file, ULLIM_PEOPLE_MAX_PHOTO_BYTES, self->cancellable,
                              on_picture_read, g_object_ref (self));
}

static void
on_choose_picture (UllimPersonEditor *self)
{
  GtkFileFilter *filter;

  if (self->chooser)
    return;
  self->chooser = gtk_file_chooser_native_new (_ ("Choose a Picture"), GTK_WINDOW (self),
                                               GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Choose"), NULL);
  filter = gtk_file_filter_new ();
  gtk_file_filter_set_name (filter, _ ("Pictures"));
  gtk_file_filter_add_pixbuf_formats (filter);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_file_chosen), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_remove_picture (UllimPersonEditor *self)
{
  self->picture_changed = TRUE;
  take_picture (self, NULL);
}

static void
on_picture_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!ullim_people_service_set_photo_finish (ULLIM_PEOPLE_SERVICE (source), result, &error))
    g_warning ("A picture could not be stored: %s", error->message);
}

/* --- Permission --- */

/* Returns: what was decided about one of their addresses */
static UllimPermission
find_permission (UllimPersonEditor *self)
{
  GListModel *watchers =
      ullim_presence_service_get_watchers (ullim_engine_get_presence (self->engine));

  for (guint i = 0; i < g_list_model_get_n_items (watchers); i++) {
    g_autoptr (UllimWatcher) watcher = g_list_model_get_item (watchers, i);

    if (ullim_contact_has_address (self->contact, ullim_watcher_get_key (watcher)))
      return ullim_watcher_get_permission (watcher);
  }
  return ULLIM_PERMISSION_ASKED;
}

static void
save_permission (UllimPersonEditor *self, UllimAccount *account, GPtrArray *addresses)
{
  int permission = gtk_combo_box_get_active (self->permission_combo);

  if (permission < 0 || permission == self->permission || !account)
    return;
  for (guint i = 0; i < addresses->len; i++) {
    const UllimContactAddress *address = addresses->pdata[i];

    if (g_str_has_prefix (address->uri, "sip"))
      ullim_decision_make (GTK_WIDGET (gtk_window_get_transient_for (GTK_WINDOW (self))),
                           ullim_engine_get_presence (self->engine), account, address->uri,
                           (UllimPermission) permission);
  }
}

/* --- Saving --- */

static char *
get_note (UllimPersonEditor *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->note_view);
  GtkTextIter    start, end;
  char          *note;

  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_get_iter_at_offset (buffer, &end, MAX_NOTE_CHARS);
  note = g_strstrip (gtk_text_buffer_get_text (buffer, &start, &end, FALSE));
  if (*note == '\0')
    g_clear_pointer (&note, g_free);
  return note;
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimPersonEditor) self = data;
  g_autoptr (GError)            error = NULL;
  gboolean ok = ullim_people_service_change_finish (ULLIM_PEOPLE_SERVICE (source), result, &error);

  if (!self->engine)
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (self), TRUE);
  if (ok)
    gtk_widget_destroy (GTK_WIDGET (self));
  else
    say_problem (self, ullim_problem_text (ullim_problem_from_error (error)));
}

static void
save (UllimPersonEditor *self)
{
  UllimPeopleService          *people = ullim_engine_get_people (self->engine);
  g_autoptr (UllimContactData) data =
      ullim_contact_data_copy (ullim_contact_get_data (self->contact));
  g_autoptr (UllimAccount) account = ullim_account_choice_get (self->account_combo, self->engine);
  g_autoptr (GPtrArray)    addresses = ullim_address_rows_get (self->addresses);

  if (!addresses)
    return;
  g_free (data->name);
  g_free (data->nickname);
  g_free (data->note);
  data->name = get_text (self->name_entry);
  data->nickname = get_text (self->nickname_entry);
  data->note = get_note (self);
  data->is_favourite = gtk_toggle_button_get_active (self->favourite_check);
  g_ptr_array_unref (data->groups);
  data->groups = ullim_group_chips_get (self->groups);
  save_permission (self, account, addresses);
  g_ptr_array_unref (data->addresses);
  data->addresses = g_steal_pointer (&addresses);
  if (account)
    data->account_id = ullim_account_get_id (account);
  if (self->picture_changed)
    ullim_people_service_set_photo_async (people, self->contact, self->picture, NULL,
                                          on_picture_stored, NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self), FALSE);
  ullim_people_service_change_async (people, self->contact, data, NULL, on_saved,
                                     g_object_ref (self));
}

static void
ullim_person_editor_response (GtkDialog *dialog, int response)
{
  if (response == GTK_RESPONSE_OK)
    save (ULLIM_PERSON_EDITOR (dialog));
  else
    gtk_widget_destroy (GTK_WIDGET (dialog));
}

static void
on_remove (UllimPersonEditor *self)
{
  GtkWidget *parent = GTK_WIDGET (gtk_window_get_transient_for (GTK_WINDOW (self)));

  ullim_people_actions_activate (parent, "remove",
                                 g_variant_new_int64 (ullim_contact_get_id (self->contact)));
  gtk_widget_destroy (GTK_WIDGET (self));
}

static void
on_account_changed (UllimPersonEditor *self)
{
  g_autoptr (UllimAccount) account = NULL;

  if (!self->engine)
    return;
  account = ullim_account_choice_get (self->account_combo, self->engine);
  ullim_address_rows_set_account (self->addresses, account);
}

static void
ullim_person_editor_dispose (GObject *object)
{
  UllimPersonEditor *self = ULLIM_PERSON_EDITOR (object);

  g_cancellable_cancel (self->cancellable);
  if (self->chooser)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (self->chooser));
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->picture, g_bytes_unref);
  g_clear_object (&self->contact);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (ullim_person_editor_parent_class)->dispose (object);
}

static void
ullim_person_editor_finalize (GObject *object)
{
  g_object_unref (ULLIM_PERSON_EDITOR (object)->cancellable);
  G_OBJECT_CLASS (ullim_person_editor_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/im/ullim/Ullim/ui/person-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimPersonEditor, avatar);
  gtk_widget_class_bind_template_child (widget_class, UllimPersonEditor, remove_picture_button);
  gtk_widget_class_bind_template_child (widget_class, UllimPersonEditor, problem_label);
  gtk_widget_class_bind_template_child (widget_class, UllimPersonEditor, name_entry);
  gtk_widget_class_bind_template_child (widget_class, UllimPersonEditor, nickname_entry);
  gtk_widget_class_bind_template_child (widget_class, UllimPersonEditor, favourite_check);
  gtk_widget_class_bind_template_child (widget_class, UllimPersonEditor, addresses);
  gtk_widget_class_bind_template_child (widget_class, UllimPersonEditor, groups);
  gtk_widget_class_bind_template_child (widget_class, UllimPersonEditor, note_view);
  gtk_widget_class_bind_template_child (widget_class, UllimPersonEditor, account_label);
  gtk_widget_class_bind_template_child (widget_class, UllimPersonEditor, account_combo);
  gtk_widget_class_bind_template_child (widget_class, UllimPersonEditor, permission_combo);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_choose_picture);
  gtk_widget_class_bind_template_callback (widget_class, on_remove_picture);
  gtk_widget_class_bind_template_callback (widget_class, on_account_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_remove);
}

static void
ullim_person_editor_class_init (UllimPersonEditorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ullim_person_editor_dispose;
  G_OBJECT_CLASS (klass)->finalize = ullim_person_editor_finalize;
  GTK_DIALOG_CLASS (klass)->response = ullim_person_editor_response;
  g_type_ensure (HDY_TYPE_AVATAR);
  g_type_ensure (HDY_TYPE_CLAMP);
  g_type_ensure (ULLIM_TYPE_ADDRESS_ROWS);
  g_type_ensure (ULLIM_TYPE_GROUP_CHIPS);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
ullim_person_editor_init (UllimPersonEditor *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
fill (UllimPersonEditor *self)
{
  const UllimContactData  *data = ullim_contact_get_data (self->contact);
  UllimPeopleService      *people = ullim_engine_get_people (self->engine);
  g_autoptr (UllimAccount) account =
      ullim_people_actions_find_account (self->engine, self->contact);

  gtk_entry_set_text (self->name_entry, data->name ? data->name : "");
  gtk_entry_set_text (self->nickname_entry, data->nickname ? data->nickname : "");
  gtk_toggle_button_set_active (self->favourite_check, data->is_favourite);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->note_view),
                            data->note ? data->note : "", -1);
  ullim_address_rows_set (self->addresses, people, self->contact);
  ullim_group_chips_set (self->groups, data->groups, ullim_people_service_get_contacts (people));
  ullim_account_choice_fill (self->account_combo, self->account_label, self->engine, account);
  self->permission = (int) find_permission (self);
  gtk_combo_box_set_active (self->permission_combo, self->permission);
  if (data->has_photo)
    ullim_people_service_load_photo_async (people, self->contact, self->cancellable,
                                           on_stored_picture_read, g_object_ref (self));
}

GtkWidget *
ullim_person_editor_new (GtkWindow *parent, UllimEngine *engine, UllimContact *contact)
{
  UllimPersonEditor *self =
      g_object_new (ULLIM_TYPE_PERSON_EDITOR, "use-header-bar", 1, "transient-for", parent, NULL);
  GtkWidget *ok;

  self->engine = g_object_ref (engine);
  self->contact = g_object_ref (contact);
  gtk_dialog_add_button (GTK_DIALOG (self), _ ("_Cancel"), GTK_RESPONSE_CANCEL);
  ok = gtk_dialog_add_button (GTK_DIALOG (self), _ ("_Save"), GTK_RESPONSE_OK);
  gtk_style_context_add_class (gtk_widget_get_style_context (ok), "suggested-action");
  gtk_dialog_set_default_response (GTK_DIALOG (self), GTK_RESPONSE_OK);
  fill (self);
  on_account_changed (self);
  on_changed (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->name_entry));
  return GTK_WIDGET (self);
}
