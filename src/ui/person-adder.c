/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The dialog that adds a person: an account where there are several, an address, a name. The
 * address is checked as it is typed; what more there is to say of a person is for the editor.
 */
#define G_LOG_DOMAIN "person-adder"

#include "ullim-config.h"

#include "person-adder.h"

#include <glib/gi18n-lib.h>

#include "account-choice.h"
#include "address-completion.h"
#include "problem-text.h"

struct _UllimPersonAdder {
  GtkDialog parent_instance;

  GtkWidget       *account_label;
  GtkComboBoxText *account_combo;
  GtkEntry        *address_entry;
  GtkLabel        *hint_label;
  GtkEntry        *name_entry;

  UllimEngine  *engine;      /* owned */
  GCancellable *cancellable; /* owned */
};

G_DEFINE_FINAL_TYPE (UllimPersonAdder, ullim_person_adder, GTK_TYPE_DIALOG)

enum { ADDED, N_SIGNALS };

static guint signals[N_SIGNALS];

static char *
get_text (GtkEntry *entry)
{
  return g_strstrip (g_strdup (gtk_entry_get_text (entry)));
}

static void
show_hint (UllimPersonAdder *self, const char *hint, gboolean is_problem)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self->hint_label));

  if (is_problem)
    gtk_style_context_add_class (style, "error");
  else
    gtk_style_context_remove_class (style, "error");
  gtk_label_set_text (self->hint_label, hint);
}

/* Says what stands against the address, or who has it already. */
static void
check (UllimPersonAdder *self)
{
  g_autofree char         *typed = get_text (self->address_entry);
  g_autoptr (UllimAccount) account = ullim_account_choice_get (self->account_combo, self->engine);
  UllimPeopleService      *people = ullim_engine_get_people (self->engine);
  g_autofree char         *uri = NULL, *key = NULL, *hint = NULL;
  UllimContact            *known = NULL;

  if (account && *typed)
    uri = ullim_people_service_parse_address (account, typed, &key, NULL);
  gtk_dialog_set_response_sensitive (GTK_DIALOG (self), GTK_RESPONSE_OK, uri != NULL);
  if (uri)
    known = ullim_contact_list_find (ullim_people_service_get_contacts (people), key);
  if (*typed && !uri) {
    show_hint (self, _ ("This is not a complete address yet."), FALSE);
  } else if (known) {
    /* Translators: %s is a person's name. */
    hint = g_strdup_printf (_ ("%s has this address already."),
                            ullim_contact_get_display_name (known));
    show_hint (self, hint, FALSE);
  } else {
    hint = ullim_account_choice_hint (account);
    show_hint (self, hint, FALSE);
  }
}

static void
on_account_changed (UllimPersonAdder *self)
{
  if (self->engine)
    check (self);
}

static void
on_address_changed (UllimPersonAdder *self)
{
  if (self->engine)
    check (self);
}

static void
on_added (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimPersonAdder) self = data;
  g_autoptr (GError)           error = NULL;
  g_autoptr (UllimContact)     contact =
      ullim_people_service_add_finish (ULLIM_PEOPLE_SERVICE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !self->engine)
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (self->address_entry), TRUE);
  if (!contact) {
    show_hint (self, ullim_problem_text (ullim_problem_from_error (error)), TRUE);
    gtk_widget_grab_focus (GTK_WIDGET (self->address_entry));
    return;
  }
  g_signal_emit (self, signals[ADDED], 0, contact);
  gtk_widget_destroy (GTK_WIDGET (self));
}

static void
add (UllimPersonAdder *self)
{
  g_autoptr (UllimContactData) person = ullim_contact_data_new ();
  g_autoptr (UllimAccount) account = ullim_account_choice_get (self->account_combo, self->engine);
  g_autofree char         *typed = get_text (self->address_entry);
  g_autofree char         *name = get_text (self->name_entry);
  g_autofree char         *uri = NULL, *key = NULL;
  g_autoptr (GError)       error = NULL;

  if (account)
    uri = ullim_people_service_parse_address (account, typed, &key, &error);
  if (!uri) {
    if (error)
      show_hint (self, ullim_problem_text (ullim_problem_from_error (error)), TRUE);
    return;
  }
  person->name = *name ? g_steal_pointer (&name) : NULL;
  person->account_id = ullim_account_get_id (account);
  g_ptr_array_add (person->addresses, ullim_contact_address_new (uri, key));
  gtk_widget_set_sensitive (GTK_WIDGET (self->address_entry), FALSE);
  ullim_people_service_add_async (ullim_engine_get_people (self->engine), person, self->cancellable,
                                  on_added, g_object_ref (self));
}

static void
ullim_person_adder_response (GtkDialog *dialog, int response)
{
  UllimPersonAdder *self = ULLIM_PERSON_ADDER (dialog);

  if (response == GTK_RESPONSE_OK)
    add (self);
  else
    gtk_widget_destroy (GTK_WIDGET (self));
}

static void
ullim_person_adder_dispose (GObject *object)
{
  UllimPersonAdder *self = ULLIM_PERSON_ADDER (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (ullim_person_adder_parent_class)->dispose (object);
}

static void
ullim_person_adder_finalize (GObject *object)
{
  g_object_unref (ULLIM_PERSON_ADDER (object)->cancellable);
  G_OBJECT_CLASS (ullim_person_adder_parent_class)->finalize (object);
}

static void
ullim_person_adder_class_init (UllimPersonAdderClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ullim_person_adder_dispose;
  object_class->finalize = ullim_person_adder_finalize;
  GTK_DIALOG_CLASS (klass)->response = ullim_person_adder_response;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/ullim/Ullim/ui/person-adder.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimPersonAdder, account_label);
  gtk_widget_class_bind_template_child (widget_class, UllimPersonAdder, account_combo);
  gtk_widget_class_bind_template_child (widget_class, UllimPersonAdder, address_entry);
  gtk_widget_class_bind_template_child (widget_class, UllimPersonAdder, hint_label);
  gtk_widget_class_bind_template_child (widget_class, UllimPersonAdder, name_entry);
  gtk_widget_class_bind_template_callback (widget_class, on_account_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_address_changed);

  signals[ADDED] = g_signal_new ("added", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, ULLIM_TYPE_CONTACT);
}

static void
ullim_person_adder_init (UllimPersonAdder *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ullim_person_adder_new (GtkWindow *parent, UllimEngine *engine, const char *address)
{
  UllimPersonAdder *self =
      g_object_new (ULLIM_TYPE_PERSON_ADDER, "use-header-bar", 1, "transient-for", parent, NULL);
  GtkWidget *ok;

  self->engine = g_object_ref (engine);
  ullim_account_choice_fill (self->account_combo, self->account_label, engine, NULL);
  ullim_address_completion_attach (self->address_entry, engine, TRUE);
  gtk_dialog_add_button (GTK_DIALOG (self), _ ("_Cancel"), GTK_RESPONSE_CANCEL);
  ok = gtk_dialog_add_button (GTK_DIALOG (self), _ ("_Add"), GTK_RESPONSE_OK);
  gtk_style_context_add_class (gtk_widget_get_style_context (ok), "suggested-action");
  gtk_dialog_set_default_response (GTK_DIALOG (self), GTK_RESPONSE_OK);
  gtk_entry_set_text (self->address_entry, address);
  check (self);
  gtk_widget_grab_focus (GTK_WIDGET (*address ? self->name_entry : self->address_entry));
  return GTK_WIDGET (self);
}
