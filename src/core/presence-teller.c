/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The user's presence over one account. A watcher is answered by what was decided about them; who
 * is denied gets 403 and never a document.
 */
#define G_LOG_DOMAIN "presence-teller"

#include "presence-teller.h"

#include "presence-doc.h"
#include "sip-notifier.h"
#include "sip-publication.h"
#include "uri.h"

struct _UllimPresenceTeller {
  GObject parent_instance;

  UllimConnection          *connection;  /* owned */
  UllimPresencePermissions *permissions; /* owned */
  UllimSipAgent            *agent;       /* owned, nullable: of the line there is now */
  UllimSipPublication      *publication; /* owned, nullable: where there is a server */
  GBytes                   *document;    /* owned, nullable until it is known */
  GBytes                   *goodbye;     /* owned, nullable: says that nobody is here */
  gboolean                  is_invisible;
  GHashTable               *notifiers; /* owned: UllimSipNotifier -> char *: their key */
};

enum { HEARD, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UllimPresenceTeller, ullim_presence_teller, G_TYPE_OBJECT)

static void
drop_line (UllimPresenceTeller *self)
{
  GHashTableIter iter;
  gpointer       notifier;

  if (self->agent)
    g_signal_handlers_disconnect_by_data (self->agent, self);
  g_hash_table_iter_init (&iter, self->notifiers);
  while (g_hash_table_iter_next (&iter, &notifier, NULL))
    g_signal_handlers_disconnect_by_data (notifier, self);
  g_hash_table_remove_all (self->notifiers);
  g_clear_object (&self->publication);
  g_clear_object (&self->agent);
}

static void
ullim_presence_teller_dispose (GObject *object)
{
  UllimPresenceTeller *self = ULLIM_PRESENCE_TELLER (object);

  drop_line (self);
  g_clear_pointer (&self->document, g_bytes_unref);
  g_clear_pointer (&self->goodbye, g_bytes_unref);
  g_clear_object (&self->permissions);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (ullim_presence_teller_parent_class)->dispose (object);
}

static void
ullim_presence_teller_finalize (GObject *object)
{
  g_hash_table_unref (ULLIM_PRESENCE_TELLER (object)->notifiers);
  G_OBJECT_CLASS (ullim_presence_teller_parent_class)->finalize (object);
}

static void
ullim_presence_teller_class_init (UllimPresenceTellerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ullim_presence_teller_dispose;
  object_class->finalize = ullim_presence_teller_finalize;

  signals[HEARD] = g_signal_new ("heard", ULLIM_TYPE_PRESENCE_TELLER, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ullim_presence_teller_init (UllimPresenceTeller *self)
{
  self->notifiers = g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);
}

static UllimAccount *
account_of (UllimPresenceTeller *self)
{
  return ullim_connection_get_account (self->connection);
}

/* Who asks directly */

static UllimPermission
permission_of (UllimPresenceTeller *self, const char *key)
{
  UllimWatcher *watcher =
      ullim_presence_permissions_find (self->permissions, account_of (self), key);

  return watcher ? ullim_watcher_get_permission (watcher) : ULLIM_PERMISSION_ASKED;
}

static void
on_ended (UllimSipNotifier *notifier, UllimPresenceTeller *self)
{
  g_signal_handlers_disconnect_by_data (notifier, self);
  g_hash_table_remove (self->notifiers, notifier);
}

static void
keep (UllimPresenceTeller *self, UllimSipNotifier *notifier, const char *key)
{
  g_hash_table_insert (self->notifiers, g_object_ref (notifier), g_strdup (key));
  g_signal_connect (notifier, "ended", G_CALLBACK (on_ended), self);
}

/* Everybody knows the user's own address, and nobody vouches for a From. */
static gboolean
is_own (UllimPresenceTeller *self, const char *key)
{
  g_autoptr (UllimUri) own = ullim_uri_parse (ullim_account_get_address (account_of (self)), NULL);
  g_autofree char     *own_key = own ? ullim_uri_key (own) : NULL;

  return g_strcmp0 (own_key, key) == 0;
}

static void
answer (UllimPresenceTeller *self, UllimSipNotifier *notifier, const UllimUri *from)
{
  g_autofree char *key = ullim_uri_key (from);
  g_autofree char *aor = ullim_uri_to_aor (from);

  switch (permission_of (self, key)) {
  case ULLIM_PERMISSION_ALLOWED:
    keep (self, notifier, key);
    ullim_sip_notifier_accept (notifier, FALSE, ULLIM_PRESENCE_CONTENT_TYPE, self->document);
    break;
  case ULLIM_PERMISSION_DENIED:
  case ULLIM_PERMISSION_BLOCKED:
    ullim_sip_notifier_reject (notifier, 403);
    break;
  case ULLIM_PERMISSION_ASKED:
  default:
    keep (self, notifier, key);
    ullim_sip_notifier_accept (notifier, TRUE, NULL, NULL);
    if (!is_own (self, key))
      ullim_presence_permissions_ask (self->permissions, account_of (self), aor, key,
                                      ullim_sip_notifier_get_name (notifier));
    break;
  }
  g_signal_emit (self, signals[HEARD], 0, key);
}

static void
on_subscribe_received (UllimSipAgent *agent, UllimSipNotifier *notifier, UllimPresenceTeller *self)
{
  g_autoptr (UllimUri) from = ullim_uri_parse (ullim_sip_notifier_get_from (notifier), NULL);

  if (g_strcmp0 (ullim_sip_notifier_get_event (notifier), "presence") != 0)
    ullim_sip_notifier_reject (notifier, 489);
  else if (!from || !self->document)
    ullim_sip_notifier_reject (notifier, from ? 480 : 400);
  else
    answer (self, notifier, from);
}

static void
apply_decision (UllimPresenceTeller *self, UllimSipNotifier *notifier, UllimPermission permission)
{
  switch (permission) {
  case ULLIM_PERMISSION_ALLOWED:
    ullim_sip_notifier_notify (notifier, ULLIM_PRESENCE_CONTENT_TYPE, self->document);
    break;
  case ULLIM_PERMISSION_DENIED:
  case ULLIM_PERMISSION_BLOCKED:
    ullim_sip_notifier_end (notifier, "rejected");
    break;
  case ULLIM_PERMISSION_ASKED:
  default:
    /* They may ask again, and wait then. */
    ullim_sip_notifier_end (notifier, "deactivated");
    break;
  }
}

/* A copy: who is ended leaves the table. */
static GPtrArray *
notifiers_of (UllimPresenceTeller *self, const char *key)
{
  GPtrArray     *found = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer       notifier;
  gpointer       theirs;

  g_hash_table_iter_init (&iter, self->notifiers);
  while (g_hash_table_iter_next (&iter, &notifier, &theirs))
    if (!key || g_str_equal (key, theirs))
      g_ptr_array_add (found, g_object_ref (notifier));
  return found;
}

static void
on_decided (UllimPresencePermissions *permissions, UllimWatcher *watcher, UllimPresenceTeller *self)
{
  g_autoptr (GPtrArray) notifiers = NULL;

  if (ullim_watcher_get_account (watcher) != account_of (self))
    return;
  notifiers = notifiers_of (self, ullim_watcher_get_key (watcher));
  for (guint i = 0; i < notifiers->len; i++)
    apply_decision (self, notifiers->pdata[i], ullim_watcher_get_permission (watcher));
}

/* The line */

static void
publish (UllimPresenceTeller *self)
{
  if (self->publication && self->document)
    ullim_sip_publication_set (self->publication, ULLIM_PRESENCE_CONTENT_TYPE,
                               self->is_invisible ? NULL : self->document);
}

static void
on_agent_changed (UllimConnection *connection, UllimPresenceTeller *self)
{
  UllimSipAgent *agent = ullim_connection_get_agent (connection);

  drop_line (self);
  if (!agent)
    return;
  self->agent = g_object_ref (agent);
  g_signal_connect_object (agent, "subscribe-received", G_CALLBACK (on_subscribe_received), self,
                           0);
  if (ullim_account_get_settings (account_of (self))->registers)
    self->publication = ullim_sip_publication_new (agent, "presence");
  publish (self);
}

static void
on_taken_back (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UllimConnection) connection = user_data;
  g_autoptr (GError)          error = NULL;

  if (!ullim_sip_publication_remove_finish (ULLIM_SIP_PUBLICATION (source), result, &error))
    g_debug ("the server still has our presence: %s", error->message);
  ullim_connection_release (connection);
}

static void
tell_allowed (UllimPresenceTeller *self, GBytes *document)
{
  g_autoptr (GPtrArray) notifiers = notifiers_of (self, NULL);

  for (guint i = 0; i < notifiers->len; i++) {
    const char *key = g_hash_table_lookup (self->notifiers, notifiers->pdata[i]);

    if (key && permission_of (self, key) == ULLIM_PERMISSION_ALLOWED)
      ullim_sip_notifier_notify (notifiers->pdata[i], ULLIM_PRESENCE_CONTENT_TYPE, document);
  }
}

/* Others see us go at once, not when what we told has expired. */
static void
on_leaving (UllimConnection *connection, UllimPresenceTeller *self)
{
  if (self->goodbye)
    tell_allowed (self, self->goodbye);
  if (!self->publication || !ullim_connection_is_online (connection) ||
      ullim_sip_publication_get_state (self->publication) == ULLIM_SIP_PUBLICATION_REFUSED)
    return;
  ullim_connection_hold (connection);
  ullim_sip_publication_remove_async (self->publication, NULL, on_taken_back,
                                      g_object_ref (connection));
}

UllimPresenceTeller *
ullim_presence_teller_new (UllimConnection *connection, UllimPresencePermissions *permissions)
{
  UllimPresenceTeller *self = g_object_new (ULLIM_TYPE_PRESENCE_TELLER, NULL);

  self->connection = g_object_ref (connection);
  self->permissions = g_object_ref (permissions);
  g_signal_connect_object (connection, "agent-changed", G_CALLBACK (on_agent_changed), self, 0);
  g_signal_connect_object (connection, "leaving", G_CALLBACK (on_leaving), self, 0);
  g_signal_connect_object (permissions, "decided", G_CALLBACK (on_decided), self, 0);
  on_agent_changed (connection, self);
  return self;
}

void
ullim_presence_teller_set_own (UllimPresenceTeller    *self,
                               const UllimPresenceOwn *own,
                               const char             *instance_id)
{
  const char            *address = ullim_account_get_address (account_of (self));
  const UllimPresenceOwn gone = {.chosen = ULLIM_OWN_INVISIBLE};

  g_clear_pointer (&self->document, g_bytes_unref);
  g_clear_pointer (&self->goodbye, g_bytes_unref);
  self->document = ullim_presence_own_document (own, address, instance_id);
  self->goodbye = ullim_presence_own_document (&gone, address, instance_id);
  self->is_invisible = ullim_presence_own_told (own) == ULLIM_PRESENCE_OFFLINE;
  publish (self);
  tell_allowed (self, self->document);
}
