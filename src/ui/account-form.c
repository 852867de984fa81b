/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The account form. Server and transport become the outbound proxy of the account (RFC 3261 section
 * 8.1.2); left alone, the server is found by the address (RFC 3263).
 */
#define G_LOG_DOMAIN "account-form"

#include "ullim-config.h"

#include "account-form.h"
#include "state-text.h"

#include <glib/gi18n-lib.h>
#include <handy.h>

struct _UllimAccountForm {
  GtkBox parent_instance;

  GtkEntry       *address_entry;
  GtkWidget      *password_row;
  GtkEntry       *password_entry;
  GtkEntry       *name_entry;
  HdyExpanderRow *advanced_row;
  GtkEntry       *server_entry;
  GtkComboBox    *transport_combo;
  GtkEntry       *user_entry;
  GtkEntry       *xcap_root_entry;
  GtkFileChooser *ca_button;

  UllimAccountSettings *edited; /* owned, nullable: what is not in the form is kept */
};

G_DEFINE_FINAL_TYPE (UllimAccountForm, ullim_account_form, GTK_TYPE_BOX)

enum { CHANGED, ACTIVATED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
on_changed (UllimAccountForm *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_activate (UllimAccountForm *self)
{
  if (ullim_account_form_is_complete (self))
    g_signal_emit (self, signals[ACTIVATED], 0);
}

static void
on_clear_ca (UllimAccountForm *self)
{
  gtk_file_chooser_unselect_all (self->ca_button);
  on_changed (self);
}

static void
ullim_account_form_finalize (GObject *object)
{
  g_clear_pointer (&ULLIM_ACCOUNT_FORM (object)->edited, ullim_account_settings_free);
  G_OBJECT_CLASS (ullim_account_form_parent_class)->finalize (object);
}

static void
ullim_account_form_class_init (UllimAccountFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ullim_account_form_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/ullim/Ullim/ui/account-form.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimAccountForm, address_entry);
  gtk_widget_class_bind_template_child (widget_class, UllimAccountForm, password_row);
  gtk_widget_class_bind_template_child (widget_class, UllimAccountForm, password_entry);
  gtk_widget_class_bind_template_child (widget_class, UllimAccountForm, name_entry);
  gtk_widget_class_bind_template_child (widget_class, UllimAccountForm, advanced_row);
  gtk_widget_class_bind_template_child (widget_class, UllimAccountForm, server_entry);
  gtk_widget_class_bind_template_child (widget_class, UllimAccountForm, transport_combo);
  gtk_widget_class_bind_template_child (widget_class, UllimAccountForm, user_entry);
  gtk_widget_class_bind_template_child (widget_class, UllimAccountForm, xcap_root_entry);
  gtk_widget_class_bind_template_child (widget_class, UllimAccountForm, ca_button);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_clear_ca);

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ullim_account_form_init (UllimAccountForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ullim_account_form_new (void)
{
  return g_object_new (ULLIM_TYPE_ACCOUNT_FORM, NULL);
}

/* The text of an entry without the space around it; %NULL if nothing is left. */
static char *
get_text (GtkEntry *entry)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_entry_get_text (entry)));

  return *text ? g_steal_pointer (&text) : NULL;
}

gboolean
ullim_account_form_is_complete (UllimAccountForm *self)
{
  g_autofree char *address = get_text (self->address_entry);
  const char      *at = address ? strchr (address, '@') : NULL;

  return at && at > address && at[1] && !strchr (at, ' ');
}

static char *
as_uri (const char *address)
{
  if (g_str_has_prefix (address, "sip:") || g_str_has_prefix (address, "sips:"))
    return g_strdup (address);
  return g_strconcat ("sip:", address, NULL);
}

/* The proxy that server and transport ask for; %NULL if neither was given. */
static char *
make_proxy (UllimAccountForm *self, const char *address)
{
  g_autofree char *server = get_text (self->server_entry);
  g_autofree char *uri = NULL;
  const char      *transport = gtk_combo_box_get_active_id (self->transport_combo);

  if (!server && (!transport || !*transport))
    return NULL;
  uri = as_uri (server ? server : strchr (address, '@') + 1);
  if (!transport || !*transport || strstr (uri, ";transport="))
    return g_steal_pointer (&uri);
  return g_strconcat (uri, ";transport=", transport, NULL);
}

UllimAccountSettings *
ullim_account_form_get_settings (UllimAccountForm *self)
{
  UllimAccountSettings *settings =
      self->edited ? ullim_account_settings_copy (self->edited) : ullim_account_settings_new ();
  g_autofree char *address = get_text (self->address_entry);

  g_return_val_if_fail (address != NULL, settings);
  g_free (settings->address);
  settings->address = as_uri (address);
  g_free (settings->display_name);
  settings->display_name = get_text (self->name_entry);
  g_free (settings->auth_user);
  settings->auth_user = get_text (self->user_entry);
  g_free (settings->xcap_root);
  settings->xcap_root = get_text (self->xcap_root_entry);
  g_free (settings->ca_file);
  settings->ca_file = gtk_file_chooser_get_filename (self->ca_button);
  if (!self->edited)
    settings->registers = TRUE;
  if (settings->registers) {
    g_free (settings->proxy);
    settings->proxy = make_proxy (self, address);
  }
  return settings;
}

const char *
ullim_account_form_get_password (UllimAccountForm *self)
{
  const char *password = gtk_entry_get_text (self->password_entry);

  return *password ? password : NULL;
}

/* Takes a proxy apart into the two fields it was made of. */
static void
show_proxy (UllimAccountForm *self, const char *proxy)
{
  const char      *parameter = strstr (proxy, ";transport=");
  const char      *start = g_str_has_prefix (proxy, "sip:") ? proxy + strlen ("sip:") : proxy;
  g_autofree char *server =
      parameter ? g_strndup (start, (gsize) (parameter - start)) : g_strdup (start);

  gtk_entry_set_text (self->server_entry, server);
  if (parameter) {
    g_autofree char *transport = g_ascii_strdown (parameter + strlen (";transport="), -1);

    gtk_combo_box_set_active_id (self->transport_combo, transport);
  }
}

static void
set_text (GtkEntry *entry, const char *text)
{
  gtk_entry_set_text (entry, text ? text : "");
}

void
ullim_account_form_edit (UllimAccountForm *self, UllimAccount *account)
{
  const UllimAccountSettings *settings = ullim_account_get_settings (account);

  g_clear_pointer (&self->edited, ullim_account_settings_free);
  self->edited = ullim_account_settings_copy (settings);
  set_text (self->address_entry, ullim_state_text_address (settings->address));
  set_text (self->name_entry, settings->display_name);
  set_text (self->user_entry, settings->auth_user);
  set_text (self->xcap_root_entry, settings->xcap_root);
  if (settings->proxy)
    show_proxy (self, settings->proxy);
  if (settings->ca_file)
    gtk_file_chooser_set_filename (self->ca_button, settings->ca_file);
  gtk_widget_set_sensitive (GTK_WIDGET (self->address_entry), FALSE);
  gtk_entry_set_placeholder_text (self->password_entry, _ ("Unchanged"));
  gtk_widget_set_visible (self->password_row, settings->registers);
  gtk_widget_set_visible (GTK_WIDGET (self->advanced_row), settings->registers);
  hdy_expander_row_set_expanded (self->advanced_row,
                                 settings->proxy || settings->auth_user || settings->xcap_root);
}
