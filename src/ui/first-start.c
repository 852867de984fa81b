/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first start: a choice of three ways, a form for each, a page that waits and says in words
 * what is wrong, and what to tell the others at the end. The engine's questions (certificate,
 * password) come up over it as dialogs.
 */
#define G_LOG_DOMAIN "first-start"

#include "ullim-config.h"

#include "first-start.h"

#include "account-form.h"
#include "local-address.h"
#include "passphrase.h"
#include "problem-text.h"
#include "state-text.h"
#include "user-name.h"

#include <glib/gi18n-lib.h>
#include <handy.h>

/* Where an account without server listens if it is free (RFC 3261 section 19.1.2). */
#define SIP_PORT 5060

struct _UllimFirstStart {
  GtkBox parent_instance;

  GtkStack         *pages;
  GtkWidget        *back_button;
  GtkEntry         *group_name_entry;
  GtkEntry         *group_user_entry;
  GtkWidget        *group_button;
  UllimAccountForm *form;
  GtkWidget        *sip_button;
  GtkEntry         *direct_name_entry;
  GtkEntry         *direct_user_entry;
  GtkWidget        *direct_button;
  GtkSpinner       *spinner;
  GtkLabel         *progress_label;
  GtkWidget        *problem_label;
  GtkWidget        *detail_label;
  GtkWidget        *change_button;
  GtkWidget        *go_on_button;
  GtkLabel         *done_label;
  GtkLabel         *done_text;
  GtkLabel         *address_label;
  GtkWidget        *password_row;
  GtkLabel         *password_label;
  GtkWidget        *go_button;
  GtkWidget        *invite_button;

  UllimEngine  *engine;      /* owned */
  GCancellable *cancellable; /* owned */
  UllimAccount *account;     /* owned, nullable: the one being made */
  const char   *form_page;   /* name of the page it is made from */
};

G_DEFINE_FINAL_TYPE (UllimFirstStart, ullim_first_start, GTK_TYPE_BOX)

enum { DONE, N_SIGNALS };

static guint signals[N_SIGNALS];

static char *
get_text (GtkEntry *entry)
{
  return g_strstrip (g_strdup (gtk_entry_get_text (entry)));
}

static gboolean
is_on_page (UllimFirstStart *self, const char *name)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->pages), name) == 0;
}

static void
on_form_changed (UllimFirstStart *self)
{
  gtk_widget_set_sensitive (self->group_button,
                            ullim_user_name_is_valid (gtk_entry_get_text (self->group_user_entry)));
  gtk_widget_set_sensitive (
      self->direct_button, ullim_user_name_is_valid (gtk_entry_get_text (self->direct_user_entry)));
  gtk_widget_set_sensitive (self->sip_button, ullim_account_form_is_complete (self->form));
}

static void
suggest_user (GtkEntry *name_entry, GtkEntry *user_entry)
{
  g_autofree char *name = get_text (name_entry);
  g_autofree char *user = ullim_user_name_suggest (name);

  gtk_entry_set_text (user_entry, user);
}

static void
on_group_name_changed (UllimFirstStart *self)
{
  suggest_user (self->group_name_entry, self->group_user_entry);
}

static void
on_direct_name_changed (UllimFirstStart *self)
{
  suggest_user (self->direct_name_entry, self->direct_user_entry);
}

static void
on_page_changed (UllimFirstStart *self)
{
  if (!self->back_button)
    return;
  gtk_widget_set_visible (self->back_button, is_on_page (self, "group") ||
                                                 is_on_page (self, "sip") ||
                                                 is_on_page (self, "direct"));
  gtk_widget_child_focus (GTK_WIDGET (self->pages), GTK_DIR_TAB_FORWARD);
}

/* Progress */

static void
show_progress (UllimFirstStart *self, const char *text)
{
  gtk_spinner_start (self->spinner);
  gtk_widget_show (GTK_WIDGET (self->spinner));
  gtk_label_set_text (self->progress_label, text);
  gtk_widget_hide (self->problem_label);
  gtk_widget_hide (self->detail_label);
  gtk_widget_hide (self->change_button);
  gtk_widget_hide (self->go_on_button);
  gtk_stack_set_visible_child_name (self->pages, "progress");
}

static void
show_problem (UllimFirstStart *self, UllimProblem problem, const char *detail)
{
  gtk_spinner_stop (self->spinner);
  gtk_widget_hide (GTK_WIDGET (self->spinner));
  gtk_label_set_text (self->progress_label, _ ("That did not work yet"));
  gtk_label_set_text (GTK_LABEL (self->problem_label), ullim_problem_text (problem));
  gtk_widget_show (self->problem_label);
  gtk_label_set_text (GTK_LABEL (self->detail_label), detail ? detail : "");
  gtk_widget_set_visible (self->detail_label, detail != NULL);
  gtk_widget_show (self->change_button);
  gtk_widget_set_visible (self->go_on_button, self->account != NULL);
}

/* Only the group server's own words help the user; the rest of the details is for the log. */
static void
show_error (UllimFirstStart *self, const GError *error)
{
  UllimProblem problem = ullim_problem_from_error (error);

  show_problem (self, problem, problem == ULLIM_PROBLEM_LOCAL_SERVER ? error->message : NULL);
}

static void
show_done (UllimFirstStart *self, const char *title, const char *text, const char *password)
{
  gtk_label_set_text (self->done_label, title);
  gtk_label_set_text (self->done_text, text);
  gtk_label_set_text (self->address_label,
                      ullim_state_text_address (ullim_account_get_address (self->account)));
  gtk_label_set_text (self->password_label, password ? password : "");
  gtk_widget_set_visible (self->password_row, password != NULL);
  gtk_widget_set_visible (self->invite_button, password != NULL);
  gtk_stack_set_visible_child_name (self->pages, "done");
  gtk_widget_grab_focus (self->go_button);
}

static void
forget_account (UllimFirstStart *self)
{
  if (self->account)
    g_signal_handlers_disconnect_by_data (self->account, self);
  g_clear_object (&self->account);
}

static void
on_go_on (UllimFirstStart *self)
{
  forget_account (self);
  g_signal_emit (self, signals[DONE], 0);
}

static void
on_account_online (UllimFirstStart *self)
{
  if (ullim_account_get_settings (self->account)->registers) {
    on_go_on (self);
    return;
  }
  show_done (self, _ ("You can be reached"),
             _ ("Give this address to the others. It holds while this computer keeps its network."),
             NULL);
}

static void
on_account_state (UllimFirstStart *self)
{
  UllimConnectionState state = ullim_account_get_state (self->account);

  if (!is_on_page (self, "progress"))
    return;
  if (state == ULLIM_CONNECTION_ONLINE)
    on_account_online (self);
  else if (state == ULLIM_CONNECTION_CONNECTING || state == ULLIM_CONNECTION_OFF)
    show_progress (self, _ ("Connecting…"));
  else
    show_problem (self, ullim_account_get_problem (self->account), NULL);
}

static void
on_account_added (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (UllimFirstStart) self = data;
  g_autoptr (GError)          error = NULL;
  g_autoptr (UllimAccount)    account =
      ullim_engine_add_account_finish (ULLIM_ENGINE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!account) {
    show_error (self, error);
    return;
  }
  g_set_object (&self->account, account);
  g_signal_connect_object (account, "notify", G_CALLBACK (on_account_state), self,
                           G_CONNECT_SWAPPED);
  on_account_state (self);
}

static void
add_account (UllimFirstStart *self, const UllimAccountSettings *settings, const char *password)
{
  show_progress (self, _ ("Connecting…"));
  ullim_engine_add_account_async (self->engine, settings, password, FALSE, self->cancellable,
                                  on_account_added, g_object_ref (self));
}

/* A group on this computer */

typedef struct {
  UllimFirstStart *self; /* owned */
  char            *password;
} GroupStart;

static void
group_start_free (GroupStart *start)
{
  g_object_unref (start->self);
  g_free (start->password);
  g_free (start);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GroupStart, group_start_free)

static void
on_group_created (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GroupStart)   start = data;
  UllimFirstStart         *self = start->self;
  g_autoptr (GError)       error = NULL;
  g_autoptr (UllimAccount) account =
      ullim_engine_create_group_finish (ULLIM_ENGINE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!account) {
    show_error (self, error);
    return;
  }
  g_set_object (&self->account, account);
  show_done (self, _ ("Your group is there"),
             _ ("It is open while Ullim runs on this computer. Invite the others one by one: each "
                "gets an address and a password."),
             start->password);
}

static void
on_start_group (UllimFirstStart *self)
{
  GroupStart      *start = g_new0 (GroupStart, 1);
  g_autofree char *name = get_text (self->group_name_entry);
  g_autofree char *user = get_text (self->group_user_entry);

  self->form_page = "group";
  start->self = g_object_ref (self);
  start->password = ullim_passphrase_new ();
  show_progress (self, _ ("Starting the group server…"));
  ullim_engine_create_group_async (self->engine, user, *name ? name : NULL, start->password,
                                   self->cancellable, on_group_created, start);
}

/* A SIP account */

static void
on_connect_sip (UllimFirstStart *self)
{
  g_autoptr (UllimAccountSettings) settings = ullim_account_form_get_settings (self->form);

  self->form_page = "sip";
  add_account (self, settings, ullim_account_form_get_password (self->form));
}

/* Without a server */

static void
on_begin_direct (UllimFirstStart *self)
{
  g_autoptr (UllimAccountSettings) settings = ullim_account_settings_new ();
  g_autoptr (GStrvBuilder)         listen = g_strv_builder_new ();
  g_autofree char                 *user = get_text (self->direct_user_entry);
  g_autofree char                 *name = get_text (self->direct_name_entry);
  g_autofree char                 *host = ullim_local_address ();
  guint                            port = ullim_local_free_port (SIP_PORT);
  g_autofree char                 *udp = g_strdup_printf ("udp:0.0.0.0:%u", port);
  g_autofree char                 *tcp = g_strdup_printf ("tcp:0.0.0.0:%u", port);

  self->form_page = "direct";
  if (port == 0) {
    show_progress (self, "");
    show_problem (self, ULLIM_PROBLEM_PORT_IN_USE, NULL);
    return;
  }
  g_strv_builder_add_many (listen, udp, tcp, NULL);
  settings->address = port == SIP_PORT ? g_strdup_printf ("sip:%s@%s", user, host)
                                       : g_strdup_printf ("sip:%s@%s:%u", user, host, port);
  settings->display_name = *name ? g_strdup (name) : NULL;
  settings->listen = g_strv_builder_end (listen);
  settings->registers = FALSE;
  add_account (self, settings, NULL);
}

/* Between the pages */

static void
on_account_removed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!ullim_engine_remove_account_finish (ULLIM_ENGINE (source), result, &error))
    g_warning ("The account could not be taken back: %s", error->message);
}

/* Back to the form, with what was typed; an account that came of it is taken back. */
static void
on_back (UllimFirstStart *self)
{
  g_autoptr (UllimAccount) account = self->account ? g_object_ref (self->account) : NULL;

  if (!is_on_page (self, "progress")) {
    gtk_stack_set_visible_child_name (self->pages, "choose");
    return;
  }
  forget_account (self);
  if (account)
    ullim_engine_remove_account_async (self->engine, account, NULL, on_account_removed, NULL);
  gtk_stack_set_visible_child_name (self->pages, self->form_page);
}

static void
on_group_card (UllimFirstStart *self)
{
  gtk_stack_set_visible_child_name (self->pages, "group");
}

static void
on_sip_card (UllimFirstStart *self)
{
  gtk_stack_set_visible_child_name (self->pages, "sip");
}

static void
on_direct_card (UllimFirstStart *self)
{
  gtk_stack_set_visible_child_name (self->pages, "direct");
}

/* Enter in a field is a click on the button of its page. */
static void
on_form_activated (UllimFirstStart *self)
{
  GtkWidget *button = is_on_page (self, "group")    ? self->group_button
                      : is_on_page (self, "direct") ? self->direct_button
                                                    : self->sip_button;

  if (gtk_widget_get_sensitive (button))
    gtk_widget_activate (button);
}

static void
ullim_first_start_dispose (GObject *object)
{
  UllimFirstStart *self = ULLIM_FIRST_START (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  forget_account (self);
  g_clear_object (&self->engine);
  self->back_button = NULL;
  G_OBJECT_CLASS (ullim_first_start_parent_class)->dispose (object);
}

static void
bind_callbacks (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_callback (widget_class, on_page_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_back);
  gtk_widget_class_bind_template_callback (widget_class, on_group_card);
  gtk_widget_class_bind_template_callback (widget_class, on_sip_card);
  gtk_widget_class_bind_template_callback (widget_class, on_direct_card);
  gtk_widget_class_bind_template_callback (widget_class, on_group_name_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_direct_name_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_form_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_form_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_start_group);
  gtk_widget_class_bind_template_callback (widget_class, on_connect_sip);
  gtk_widget_class_bind_template_callback (widget_class, on_begin_direct);
  gtk_widget_class_bind_template_callback (widget_class, on_go_on);
}

static void
ullim_first_start_class_init (UllimFirstStartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ullim_first_start_dispose;
  g_type_ensure (ULLIM_TYPE_ACCOUNT_FORM);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/ullim/Ullim/ui/first-start.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimFirstStart, pages);
  gtk_widget_class_bind_template_child (widget_class, UllimFirstStart, back_button);
  gtk_widget_class_bind_template_child (widget_class, UllimFirstStart, group_name_entry);
  gtk_widget_class_bind_template_child (widget_class, UllimFirstStart, group_user_entry);
  gtk_widget_class_bind_template_child (widget_class, UllimFirstStart, group_button);
  gtk_widget_class_bind_template_child (widget_class, UllimFirstStart, form);
  gtk_widget_class_bind_template_child (widget_class, UllimFirstStart, sip_button);
  gtk_widget_class_bind_template_child (widget_class, UllimFirstStart, direct_name_entry);
  gtk_widget_class_bind_template_child (widget_class, UllimFirstStart, direct_user_entry);
  gtk_widget_class_bind_template_child (widget_class, UllimFirstStart, direct_button);
  gtk_widget_class_bind_template_child (widget_class, UllimFirstStart, spinner);
  gtk_widget_class_bind_template_child (widget_class, UllimFirstStart, progress_label);
  gtk_widget_class_bind_template_child (widget_class, UllimFirstStart, problem_label);
  gtk_widget_class_bind_template_child (widget_class, UllimFirstStart, detail_label);
  gtk_widget_class_bind_template_child (widget_class, UllimFirstStart, change_button);
  gtk_widget_class_bind_template_child (widget_class, UllimFirstStart, go_on_button);
  gtk_widget_class_bind_template_child (widget_class, UllimFirstStart, done_label);
  gtk_widget_class_bind_template_child (widget_class, UllimFirstStart, done_text);
  gtk_widget_class_bind_template_child (widget_class, UllimFirstStart, address_label);
  gtk_widget_class_bind_template_child (widget_class, UllimFirstStart, password_row);
  gtk_widget_class_bind_template_child (widget_class, UllimFirstStart, password_label);
  gtk_widget_class_bind_template_child (widget_class, UllimFirstStart, go_button);
  gtk_widget_class_bind_template_child (widget_class, UllimFirstStart, invite_button);
  bind_callbacks (widget_class);

  signals[DONE] = g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
}

static void
ullim_first_start_init (UllimFirstStart *self)
{
  self->cancellable = g_cancellable_new ();
  self->form_page = "choose";
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ullim_first_start_new (UllimEngine *engine)
{
  UllimFirstStart *self = g_object_new (ULLIM_TYPE_FIRST_START, NULL);
  const char      *real_name = g_get_real_name ();

  self->engine = g_object_ref (engine);
  if (g_str_equal (real_name, "Unknown") || g_str_equal (real_name, "root"))
    real_name = "";
  gtk_entry_set_text (self->group_name_entry, real_name);
  gtk_entry_set_text (self->direct_name_entry, real_name);
  on_group_name_changed (self);
  on_direct_name_changed (self);
  on_form_changed (self);
  return GTK_WIDGET (self);
}
