/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One subscription to xcap-diff for each agent, and one XCAP client for each combination of root,
 * address and password. A server that knows neither costs one SUBSCRIBE.
 */
#define G_LOG_DOMAIN "documents"

#include "documents.h"

#include "sip-subscription.h"
#include "uri.h"
#include "xcap-diff.h"
#include "xcap-uri.h"

#include <string.h>

#define EXPIRES_S 3600

struct _UllimDocuments {
  GObject parent_instance;

  UllimConnection      *connection;   /* owned */
  UllimSipSubscription *subscription; /* owned, nullable */
  char                 *told_root;    /* owned, nullable: by the server */
  UllimXcapClient      *client;       /* owned, nullable */
  char                 *client_key;   /* owned, nullable: what the client was made of */
};

enum {
  AVAILABLE,
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UllimDocuments, ullim_documents, G_TYPE_OBJECT)

static void
clear_key (UllimDocuments *self)
{
  if (self->client_key)
    explicit_bzero (self->client_key, strlen (self->client_key)); /* the password is in it */
  g_clear_pointer (&self->client_key, g_free);
}

static void
end_subscription (UllimDocuments *self)
{
  if (!self->subscription)
    return;
  g_signal_handlers_disconnect_by_data (self->subscription, self);
  ullim_sip_subscription_end (self->subscription);
  g_clear_object (&self->subscription);
}

static void
ullim_documents_dispose (GObject *object)
{
  UllimDocuments *self = ULLIM_DOCUMENTS (object);

  end_subscription (self);
  g_clear_object (&self->client);
  clear_key (self);
  g_clear_pointer (&self->told_root, g_free);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (ullim_documents_parent_class)->dispose (object);
}

static void
ullim_documents_class_init (UllimDocumentsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ullim_documents_dispose;

  signals[AVAILABLE] = g_signal_new ("available", ULLIM_TYPE_DOCUMENTS, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 0);
  signals[CHANGED] = g_signal_new ("changed", ULLIM_TYPE_DOCUMENTS, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
ullim_documents_init (UllimDocuments *self)
{
}

UllimAccount *
ullim_documents_get_account (UllimDocuments *self)
{
  return ullim_connection_get_account (self->connection);
}

UllimXcapClient *
ullim_documents_get_client (UllimDocuments *self)
{
  return ullim_connection_is_online (self->connection) ? self->client : NULL;
}

/* ---- the client ---- */

static const char *
get_root (UllimDocuments *self)
{
  const char *set = ullim_account_get_settings (ullim_documents_get_account (self))->xcap_root;

  return set && *set ? set : self->told_root;
}

/* Whether what the server told may be used: who came over TLS does not go on without. */
static gboolean
is_acceptable (const char *root, gboolean is_secure)
{
  g_autoptr (GUri) uri = g_uri_parse (root, G_URI_FLAGS_NONE, NULL);
  const char      *scheme = uri ? g_uri_get_scheme (uri) : "";

  return uri && g_uri_get_host (uri) &&
         (g_str_equal (scheme, "https") || (!is_secure && g_str_equal (scheme, "http")));
}

/* Where the root names the account's own domain, its SIP shows the way there. */
static const char *
address_for (UllimDocuments *self, const char *root, const char *server)
{
  g_autoptr (GUri) uri = g_uri_parse (root, G_URI_FLAGS_NONE, NULL);
  const char      *host = ullim_account_get_host (ullim_documents_get_account (self));

  return uri && host && g_ascii_strcasecmp (g_uri_get_host (uri), host) == 0 ? server : NULL;
}

/* Returns: whether it is another one than before */
static gboolean
make_client (UllimDocuments *self, const UllimXcapSettings *settings)
{
  char *key = g_strjoin ("\n", settings->root, settings->address ? settings->address : "",
                         settings->user, settings->password ? settings->password : "",
                         settings->ca_file ? settings->ca_file : "",
                         settings->pin ? settings->pin : "", NULL);

  if (g_strcmp0 (key, self->client_key) == 0) {
    explicit_bzero (key, strlen (key));
    g_free (key);
    return FALSE;
  }
  clear_key (self);
  self->client_key = key;
  g_clear_object (&self->client);
  self->client = ullim_xcap_client_new (settings);
  g_debug ("%s keeps documents at %s", settings->xui, settings->root);
  return TRUE;
}

/* Whenever one of the things may have changed that it needs. Returns: as make_client() */
static gboolean
update_client (UllimDocuments *self)
{
  const UllimAccountSettings *settings =
      ullim_account_get_settings (ullim_documents_get_account (self));
  const char          *root = get_root (self);
  g_autoptr (UllimUri) address = ullim_uri_parse (settings->address, NULL);
  g_autofree char     *xui = address ? ullim_uri_to_aor (address) : NULL;
  gboolean             is_secure;
  const char          *server;
  UllimXcapSettings    xcap;

  if (!ullim_connection_is_online (self->connection) || !root || !xui || !settings->registers)
    return FALSE;
  server = ullim_sip_agent_get_server (ullim_connection_get_agent (self->connection), &is_secure);
  if (!is_acceptable (root, is_secure && !settings->xcap_root)) {
    g_warning ("%s: %s is not used as XCAP root", settings->address, root);
    return FALSE;
  }
  xcap = (UllimXcapSettings){.root = root,
                             .address = address_for (self, root, server),
                             .xui = xui,
                             .user = settings->auth_user ? settings->auth_user : address->user,
                             .password = ullim_connection_get_password (self->connection),
                             .ca_file = settings->ca_file,
                             .pin = settings->pin};
  return make_client (self, &xcap);
}

/* ---- the subscription ---- */

/* Returns: (nullable): the usage of the user's own `index` that @sel selects. */
static char *
own_usage (UllimDocuments *self, const char *sel)
{
  const UllimAccountSettings *settings =
      ullim_account_get_settings (ullim_documents_get_account (self));
  g_autoptr (UllimXcapUri) uri = ullim_xcap_uri_parse (sel, NULL);
  g_autoptr (UllimUri)     own = ullim_uri_parse (settings->address, NULL);
  g_autoptr (UllimUri)     user = uri && uri->user ? ullim_uri_parse (uri->user, NULL) : NULL;
  g_autofree char         *own_key = own ? ullim_uri_key (own) : NULL;
  g_autofree char         *user_key = user ? ullim_uri_key (user) : NULL;

  if (!user_key || g_strcmp0 (own_key, user_key) != 0 || strcmp (uri->document, "index") != 0)
    return NULL;
  return g_steal_pointer (&uri->auid);
}

static void
on_notified (UllimSipSubscription *subscription,
             const char           *content_type,
             GBytes               *body,
             UllimDocuments       *owner)
{
  g_autoptr (UllimDocuments) self = g_object_ref (owner);
  g_autoptr (UllimXcapDiff)  diff = NULL;
  g_autoptr (GError)         error = NULL;
  gsize                      length;
  const char                *data = body ? g_bytes_get_data (body, &length) : NULL;

  if (!data)
    return;
  diff = ullim_xcap_diff_parse (data, length, &error);
  if (!diff) {
    g_debug ("a notification of documents is not understood: %s", error->message);
    return;
  }
  g_free (self->told_root);
  self->told_root = g_strdup (diff->root);
  if (update_client (self))
    g_signal_emit (self, signals[AVAILABLE], 0);
  if (!ullim_documents_get_client (self))
    return;
  for (guint i = 0; i < diff->documents->len; i++) {
    const UllimXcapDiffDocument *document = diff->documents->pdata[i];
    g_autofree char             *auid = own_usage (self, document->sel);

    if (auid)
      g_signal_emit (self, signals[CHANGED], 0, auid, document->new_etag);
  }
}

static void
on_agent_changed (UllimConnection *connection, UllimDocuments *self)
{
  UllimSipAgent              *agent = ullim_connection_get_agent (connection);
  const UllimAccountSettings *account =
      ullim_account_get_settings (ullim_documents_get_account (self));
  g_autoptr (UllimUri)         address = ullim_uri_parse (account->address, NULL);
  g_autofree char             *aor = address ? ullim_uri_to_aor (address) : NULL;
  UllimSipSubscriptionSettings settings = {.resource = aor,
                                           .event = "xcap-diff",
                                           .accept = ULLIM_XCAP_DIFF_CONTENT_TYPE,
                                           .expires_s = EXPIRES_S};

  end_subscription (self);
  g_clear_object (&self->client);
  clear_key (self);
  g_clear_pointer (&self->told_root, g_free);
  if (!agent || !account->registers || !aor)
    return;
  self->subscription = ullim_sip_subscription_new (agent, &settings);
  g_signal_connect_object (self->subscription, "notified", G_CALLBACK (on_notified), self, 0);
}

/* The address or the password may be another on the new line. */
static void
on_state (UllimAccount *account, GParamSpec *pspec, UllimDocuments *self)
{
  if (ullim_account_get_state (account) != ULLIM_CONNECTION_ONLINE)
    return;
  update_client (self);
  if (ullim_documents_get_client (self))
    g_signal_emit (self, signals[AVAILABLE], 0);
}

UllimDocuments *
ullim_documents_new (UllimConnection *connection)
{
  UllimDocuments *self = g_object_new (ULLIM_TYPE_DOCUMENTS, NULL);

  self->connection = g_object_ref (connection);
  g_signal_connect_object (connection, "agent-changed", G_CALLBACK (on_agent_changed), self, 0);
  g_signal_connect_object (ullim_connection_get_account (connection), "notify::state",
                           G_CALLBACK (on_state), self, 0);
  on_agent_changed (connection, self);
  return self;
}
