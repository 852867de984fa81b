/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An identity of the user and the state of its line to the network.
 */
#define G_LOG_DOMAIN "account"

#include "account.h"

#include "uri.h"

struct _UllimAccount {
  GObject parent_instance;

  gint64                id;
  UllimAccountSettings *settings; /* owned */
  char                 *user;     /* owned, nullable: from the address */
  char                 *host;     /* owned: from the address, "" if it has none */
  UllimConnectionState  state;
  UllimProblem          problem;
  char                 *detail; /* owned, nullable */
  gint64                retry_time_us;
};

enum {
  PROP_0,
  PROP_ADDRESS,
  PROP_DISPLAY_NAME,
  PROP_STATE,
  PROP_PROBLEM,
  PROP_PROBLEM_DETAIL,
  PROP_RETRY_TIME,
  N_PROPS
};

enum { SETTINGS_CHANGED, N_SIGNALS };

static GParamSpec *props[N_PROPS];
static guint       signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UllimAccount, ullim_account, G_TYPE_OBJECT)

UllimAccountSettings *
ullim_account_settings_new (void)
{
  UllimAccountSettings *settings = g_new0 (UllimAccountSettings, 1);

  settings->registers = TRUE;
  return settings;
}

UllimAccountSettings *
ullim_account_settings_copy (const UllimAccountSettings *settings)
{
  UllimAccountSettings *copy = g_new0 (UllimAccountSettings, 1);

  copy->address = g_strdup (settings->address);
  copy->display_name = g_strdup (settings->display_name);
  copy->auth_user = g_strdup (settings->auth_user);
  copy->proxy = g_strdup (settings->proxy);
  copy->listen = g_strdupv (settings->listen);
  copy->registers = settings->registers;
  copy->ca_file = g_strdup (settings->ca_file);
  copy->pin = g_strdup (settings->pin);
  copy->xcap_root = g_strdup (settings->xcap_root);
  return copy;
}

static gboolean
strv_equal0 (char **a, char **b)
{
  if (!a || !b)
    return a == b;
  return g_strv_equal ((const char *const *) a, (const char *const *) b);
}

gboolean
ullim_account_settings_equal (const UllimAccountSettings *a, const UllimAccountSettings *b)
{
  return g_strcmp0 (a->address, b->address) == 0 &&
         g_strcmp0 (a->display_name, b->display_name) == 0 &&
         g_strcmp0 (a->auth_user, b->auth_user) == 0 && g_strcmp0 (a->proxy, b->proxy) == 0 &&
         strv_equal0 (a->listen, b->listen) && a->registers == b->registers &&
         g_strcmp0 (a->ca_file, b->ca_file) == 0 && g_strcmp0 (a->pin, b->pin) == 0 &&
         g_strcmp0 (a->xcap_root, b->xcap_root) == 0;
}

void
ullim_account_settings_free (UllimAccountSettings *settings)
{
  if (!settings)
    return;
  g_free (settings->address);
  g_free (settings->display_name);
  g_free (settings->auth_user);
  g_free (settings->proxy);
  g_strfreev (settings->listen);
  g_free (settings->ca_file);
  g_free (settings->pin);
  g_free (settings->xcap_root);
  g_free (settings);
}

static void
ullim_account_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  UllimAccount *self = ULLIM_ACCOUNT (object);

  switch (id) {
  case PROP_ADDRESS:
    g_value_set_string (value, self->settings->address);
    break;
  case PROP_DISPLAY_NAME:
    g_value_set_string (value, ullim_account_get_display_name (self));
    break;
  case PROP_STATE:
    g_value_set_int (value, self->state);
    break;
  case PROP_PROBLEM:
    g_value_set_int (value, self->problem);
    break;
  case PROP_PROBLEM_DETAIL:
    g_value_set_string (value, self->detail);
    break;
  case PROP_RETRY_TIME:
    g_value_set_int64 (value, self->retry_time_us);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ullim_account_finalize (GObject *object)
{
  UllimAccount *self = ULLIM_ACCOUNT (object);

  g_clear_pointer (&self->settings, ullim_account_settings_free);
  g_free (self->user);
  g_free (self->host);
  g_free (self->detail);
  G_OBJECT_CLASS (ullim_account_parent_class)->finalize (object);
}

static void
ullim_account_class_init (UllimAccountClass *klass)
{
  GObjectClass     *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = ullim_account_get_property;
  object_class->finalize = ullim_account_finalize;

  props[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL, flags);
  props[PROP_DISPLAY_NAME] = g_param_spec_string ("display-name", NULL, NULL, NULL, flags);
  props[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, 0, ULLIM_CONNECTION_FAILED,
                                        ULLIM_CONNECTION_OFF, flags);
  props[PROP_PROBLEM] =
      g_param_spec_int ("problem", NULL, NULL, 0, ULLIM_N_PROBLEMS - 1, ULLIM_PROBLEM_NONE, flags);
  props[PROP_PROBLEM_DETAIL] = g_param_spec_string ("problem-detail", NULL, NULL, NULL, flags);
  props[PROP_RETRY_TIME] = g_param_spec_int64 ("retry-time", NULL, NULL, 0, G_MAXINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[SETTINGS_CHANGED] = g_signal_new ("settings-changed", ULLIM_TYPE_ACCOUNT,
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ullim_account_init (UllimAccount *self)
{
}

static void
take_settings (UllimAccount *self, UllimAccountSettings *settings)
{
  g_autoptr (UllimUri) uri = ullim_uri_parse (settings->address ? settings->address : "", NULL);

  g_clear_pointer (&self->settings, ullim_account_settings_free);
  self->settings = settings;
  g_free (self->user);
  g_free (self->host);
  self->user = uri ? g_strdup (uri->user) : NULL;
  self->host = g_strdup (uri && uri->host ? uri->host : "");
}

UllimAccount *
ullim_account_new (gint64 id, const UllimAccountSettings *settings)
{
  UllimAccount *self = g_object_new (ULLIM_TYPE_ACCOUNT, NULL);

  self->id = id;
  take_settings (self, ullim_account_settings_copy (settings));
  return self;
}

gint64
ullim_account_get_id (UllimAccount *self)
{
  return self->id;
}

const UllimAccountSettings *
ullim_account_get_settings (UllimAccount *self)
{
  return self->settings;
}

void
ullim_account_set_settings (UllimAccount *self, const UllimAccountSettings *settings)
{
  g_object_freeze_notify (G_OBJECT (self));
  take_settings (self, ullim_account_settings_copy (settings));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ADDRESS]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DISPLAY_NAME]);
  g_object_thaw_notify (G_OBJECT (self));
  g_signal_emit (self, signals[SETTINGS_CHANGED], 0);
}

const char *
ullim_account_get_address (UllimAccount *self)
{
  return self->settings->address;
}

const char *
ullim_account_get_display_name (UllimAccount *self)
{
  if (self->settings->display_name && *self->settings->display_name)
    return self->settings->display_name;
  if (self->user)
    return self->user;
  return self->settings->address;
}

const char *
ullim_account_get_host (UllimAccount *self)
{
  return self->host;
}

UllimConnectionState
ullim_account_get_state (UllimAccount *self)
{
  return self->state;
}

UllimProblem
ullim_account_get_problem (UllimAccount *self)
{
  return self->problem;
}

const char *
ullim_account_get_problem_detail (UllimAccount *self)
{
  return self->detail;
}

gint64
ullim_account_get_retry_time (UllimAccount *self)
{
  return self->retry_time_us;
}

void
ullim_account_set_state (UllimAccount        *self,
                         UllimConnectionState state,
                         UllimProblem         problem,
                         const char          *detail,
                         gint64               retry_time_us)
{
  GObject *object = G_OBJECT (self);

  /* Frozen: whoever hears of one value reads the others, and they belong together. */
  g_object_freeze_notify (object);
  if (self->state != state) {
    self->state = state;
    g_object_notify_by_pspec (object, props[PROP_STATE]);
  }
  if (self->problem != problem) {
    self->problem = problem;
    g_object_notify_by_pspec (object, props[PROP_PROBLEM]);
  }
  if (g_strcmp0 (self->detail, detail) != 0) {
    g_free (self->detail);
    self->detail = g_strdup (detail);
    g_object_notify_by_pspec (object, props[PROP_PROBLEM_DETAIL]);
  }
  if (self->retry_time_us != retry_time_us) {
    self->retry_time_us = retry_time_us;
    g_object_notify_by_pspec (object, props[PROP_RETRY_TIME]);
  }
  g_object_thaw_notify (object);
}
