/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Others' presence, on subscriptions that the test plays: one list or one each, what is missed,
 * what is stale, and ten thousand changes at once without holding the main loop.
 */
#include "presence-watch.h"

#include <string.h>
#include <time.h>

#include "presence-doc.h"
#include "presence-list.h"
#include "sip-subscription.h"
#include "support.h"
#include "uri.h"

/* The subscription that the test plays in place of the real one. */

struct _UllimSipSubscription {
  GObject                   parent_instance;
  char                     *resource;
  GBytes                   *body;
  UllimSipSubscriptionState state;
  int                       status;
  guint                     n_renewed;
  gboolean                  is_list;
};

G_DEFINE_FINAL_TYPE (UllimSipSubscription, ullim_sip_subscription, G_TYPE_OBJECT)

static GHashTable *subscriptions; /* resource -> UllimSipSubscription, those that live */

static void
ullim_sip_subscription_finalize (GObject *object)
{
  UllimSipSubscription *self = ULLIM_SIP_SUBSCRIPTION (object);

  if (g_hash_table_lookup (subscriptions, self->resource) == self)
    g_hash_table_remove (subscriptions, self->resource);
  g_free (self->resource);
  g_clear_pointer (&self->body, g_bytes_unref);
  G_OBJECT_CLASS (ullim_sip_subscription_parent_class)->finalize (object);
}

static void
ullim_sip_subscription_class_init (UllimSipSubscriptionClass *klass)
{
  GType notified[] = {G_TYPE_STRING, G_TYPE_BYTES};

  G_OBJECT_CLASS (klass)->finalize = ullim_sip_subscription_finalize;
  g_signal_newv ("notified", ULLIM_TYPE_SIP_SUBSCRIPTION, G_SIGNAL_RUN_LAST, NULL, NULL, NULL, NULL,
                 G_TYPE_NONE, 2, notified);
  g_signal_new ("state-changed", ULLIM_TYPE_SIP_SUBSCRIPTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                NULL, G_TYPE_NONE, 0);
}

static void
ullim_sip_subscription_init (UllimSipSubscription *self)
{
}

UllimSipSubscription *
ullim_sip_subscription_new (UllimSipAgent *agent, const UllimSipSubscriptionSettings *settings)
{
  UllimSipSubscription *self = g_object_new (ULLIM_TYPE_SIP_SUBSCRIPTION, NULL);

  self->resource = g_strdup (settings->resource);
  self->body = settings->body ? g_bytes_ref (settings->body) : NULL;
  self->is_list = settings->require != NULL;
  g_hash_table_insert (subscriptions, self->resource, self);
  return self;
}

UllimSipSubscriptionState
ullim_sip_subscription_get_state (UllimSipSubscription *self)
{
  return self->state;
}

int
ullim_sip_subscription_get_status (UllimSipSubscription *self)
{
  return self->status;
}

void
ullim_sip_subscription_set_body (UllimSipSubscription *self, GBytes *body)
{
  g_bytes_ref (body);
  g_clear_pointer (&self->body, g_bytes_unref);
  self->body = body;
}

void
ullim_sip_subscription_renew (UllimSipSubscription *self)
{
  self->n_renewed++;
}

void
ullim_sip_subscription_end (UllimSipSubscription *self)
{
  self->state = ULLIM_SIP_SUBSCRIPTION_ENDED;
}

/* The people and what is seen of them. */

#define ME "sip:me@example.org"
#define BOB "sip:bob@example.org"
#define BOB_KEY "bob@example.org"
#define DAN "sip:dan@elsewhere.net"
#define DAN_KEY "dan@elsewhere.net"

typedef struct {
  UllimAccount        *account;
  UllimPresenceIntake *intake;
  UllimPresenceWatch  *watch;
  UllimSipAgent       *agent; /* any object: only its identity counts */
  guint                n_changes;
} Fixture;

static void
on_presence_changed (UllimPresenceWatch  *watch,
                     const char          *uri,
                     const char          *key,
                     const UllimPresence *presence,
                     Fixture             *fixture)
{
  g_assert_true (presence == ullim_presence_watch_find (watch, key));
  fixture->n_changes++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimAccountSettings) settings = ullim_account_settings_new ();

  settings->address = g_strdup (ME);
  settings->registers = TRUE;
  subscriptions = g_hash_table_new (g_str_hash, g_str_equal);
  fixture->account = ullim_account_new (1, settings);
  ullim_account_set_state (fixture->account, ULLIM_CONNECTION_ONLINE, ULLIM_PROBLEM_NONE, NULL, 0);
  fixture->intake = ullim_presence_intake_new ();
  fixture->watch = ullim_presence_watch_new (fixture->account, fixture->intake);
  fixture->agent = (UllimSipAgent *) g_object_new (G_TYPE_OBJECT, NULL);
  g_signal_connect (fixture->watch, "presence-changed", G_CALLBACK (on_presence_changed), fixture);
  ullim_presence_watch_set_agent (fixture->watch, fixture->agent);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (fixture->watch, fixture);
  g_object_run_dispose (G_OBJECT (fixture->watch));
  g_object_run_dispose (G_OBJECT (fixture->intake));
  g_assert_finalize_object (fixture->watch);
  g_assert_finalize_object (fixture->intake);
  g_assert_finalize_object ((GObject *) fixture->agent);
  g_assert_finalize_object (fixture->account);
  g_assert_cmpuint (g_hash_table_size (subscriptions), ==, 0);
  g_hash_table_unref (subscriptions);
}

static gboolean
exists (gpointer resource)
{
  return g_hash_table_contains (subscriptions, resource);
}

static UllimSipSubscription *
wait_subscription (const char *resource)
{
  support_wait (exists, (gpointer) resource, resource);
  return g_hash_table_lookup (subscriptions, resource);
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static void
set_state (UllimSipSubscription *subscription, UllimSipSubscriptionState state, int status)
{
  subscription->state = state;
  subscription->status = status;
  g_signal_emit_by_name (subscription, "state-changed");
  settle ();
}

static void
notify (UllimSipSubscription *subscription, const char *type, GBytes *body)
{
  g_signal_emit_by_name (subscription, "notified", type, body);
}

static GBytes *
document (const char *entity, UllimPresenceBasic basic, UllimPresenceActivity activity)
{
  g_autoptr (UllimPresenceDoc) doc = ullim_presence_doc_new (entity);
  char                        *text;

  ullim_presence_doc_add_tuple (doc, "t", basic);
  doc->activity = activity;
  text = ullim_presence_doc_to_string (doc);
  return g_bytes_new_take (text, strlen (text));
}

static void
notify_state (UllimSipSubscription *subscription,
              UllimPresenceBasic    basic,
              UllimPresenceActivity activity)
{
  g_autoptr (GBytes) body = document (subscription->resource, basic, activity);

  notify (subscription, ULLIM_PRESENCE_CONTENT_TYPE, body);
  settle ();
}

static void
assert_seen (Fixture            *fixture,
             const char         *key,
             UllimPresenceState  state,
             UllimPresenceReason reason,
             gboolean            is_stale)
{
  const UllimPresence *presence = ullim_presence_watch_find (fixture->watch, key);

  g_assert_nonnull (presence);
  g_assert_cmpint (presence->state, ==, state);
  g_assert_cmpint (presence->reason, ==, reason);
  g_assert_cmpint (presence->is_stale, ==, is_stale);
}

static void
assert_unknown (Fixture *fixture, const char *key, UllimPresenceReason reason)
{
  assert_seen (fixture, key, ULLIM_PRESENCE_UNKNOWN, reason, FALSE);
}

static void
assert_known (Fixture *fixture, const char *key, UllimPresenceState state, gboolean is_stale)
{
  assert_seen (fixture, key, state, ULLIM_PRESENCE_REASON_NONE, is_stale);
}

/* One each */

static void
test_one (Fixture *fixture, gconstpointer data)
{
  UllimSipSubscription *dan;
  gint64                since_us;

  ullim_presence_watch_add (fixture->watch, DAN, DAN_KEY);
  ullim_presence_watch_add (fixture->watch, DAN, DAN_KEY);
  assert_unknown (fixture, DAN_KEY, ULLIM_PRESENCE_REASON_NOT_ASKED);
  dan = wait_subscription (DAN);
  g_assert_false (dan->is_list);
  set_state (dan, ULLIM_SIP_SUBSCRIPTION_PENDING, 0);
  assert_unknown (fixture, DAN_KEY, ULLIM_PRESENCE_REASON_PENDING);
  dan->state = ULLIM_SIP_SUBSCRIPTION_ACTIVE;
  notify_state (dan, ULLIM_PRESENCE_BASIC_OPEN, ULLIM_PRESENCE_ACTIVITY_BUSY);
  assert_known (fixture, DAN_KEY, ULLIM_PRESENCE_BUSY, FALSE);
  since_us = ullim_presence_watch_find (fixture->watch, DAN_KEY)->since_us;
  g_assert_cmpint (since_us, >, 0);
  /* The line breaks: the same, but old; and fresh again, still since the same moment. */
  set_state (dan, ULLIM_SIP_SUBSCRIPTION_WAITING, 0);
  assert_known (fixture, DAN_KEY, ULLIM_PRESENCE_BUSY, TRUE);
  set_state (dan, ULLIM_SIP_SUBSCRIPTION_PENDING, 0);
  assert_known (fixture, DAN_KEY, ULLIM_PRESENCE_BUSY, TRUE);
  dan->state = ULLIM_SIP_SUBSCRIPTION_ACTIVE;
  notify_state (dan, ULLIM_PRESENCE_BASIC_OPEN, ULLIM_PRESENCE_ACTIVITY_BUSY);
  assert_known (fixture, DAN_KEY, ULLIM_PRESENCE_BUSY, FALSE);
  g_assert_cmpint (ullim_presence_watch_find (fixture->watch, DAN_KEY)->since_us, ==, since_us);
  /* They say goodbye, and are not there to be asked any more. */
  notify_state (dan, ULLIM_PRESENCE_BASIC_CLOSED, ULLIM_PRESENCE_ACTIVITY_AVAILABLE);
  set_state (dan, ULLIM_SIP_SUBSCRIPTION_WAITING, 0);
  assert_known (fixture, DAN_KEY, ULLIM_PRESENCE_OFFLINE, FALSE);
  ullim_presence_watch_remove (fixture->watch, DAN_KEY);
  g_assert_nonnull (ullim_presence_watch_find (fixture->watch, DAN_KEY));
  ullim_presence_watch_remove (fixture->watch, DAN_KEY);
  g_assert_null (ullim_presence_watch_find (fixture->watch, DAN_KEY));
}

/* Who could not be reached is asked again as soon as they are heard; who said no is not. */
static void
test_heard (Fixture *fixture, gconstpointer data)
{
  UllimSipSubscription *dan;

  ullim_presence_watch_add (fixture->watch, DAN, DAN_KEY);
  dan = wait_subscription (DAN);
  set_state (dan, ULLIM_SIP_SUBSCRIPTION_ACTIVE, 0);
  ullim_presence_watch_ask_again (fixture->watch, DAN_KEY);
  ullim_presence_watch_ask_again (fixture->watch, "stranger@elsewhere.net");
  set_state (dan, ULLIM_SIP_SUBSCRIPTION_REFUSED, 603);
  ullim_presence_watch_ask_again (fixture->watch, DAN_KEY);
  g_assert_cmpuint (dan->n_renewed, ==, 0);
  set_state (dan, ULLIM_SIP_SUBSCRIPTION_REFUSED, 404);
  ullim_presence_watch_ask_again (fixture->watch, DAN_KEY);
  g_assert_cmpuint (dan->n_renewed, ==, 1);
  set_state (dan, ULLIM_SIP_SUBSCRIPTION_WAITING, 0);
  ullim_presence_watch_ask_again (fixture->watch, DAN_KEY);
  g_assert_cmpuint (dan->n_renewed, ==, 2);
}

static void
test_refusals (Fixture *fixture, gconstpointer data)
{
  static const struct {
    int                 status;
    UllimPresenceReason reason;
  } refusals[] = {
      {403, ULLIM_PRESENCE_REASON_DENIED},     {404, ULLIM_PRESENCE_REASON_NO_SUCH_PERSON},
      {489, ULLIM_PRESENCE_REASON_NO_SERVICE}, {405, ULLIM_PRESENCE_REASON_NO_SERVICE},
      {480, ULLIM_PRESENCE_REASON_NO_SERVICE},
  };
  UllimSipSubscription *dan;

  ullim_presence_watch_add (fixture->watch, DAN, DAN_KEY);
  dan = wait_subscription (DAN);
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++) {
    dan->state = ULLIM_SIP_SUBSCRIPTION_ACTIVE;
    notify_state (dan, ULLIM_PRESENCE_BASIC_OPEN, ULLIM_PRESENCE_ACTIVITY_AVAILABLE);
    assert_known (fixture, DAN_KEY, ULLIM_PRESENCE_AVAILABLE, FALSE);
    set_state (dan, ULLIM_SIP_SUBSCRIPTION_REFUSED, refusals[i].status);
    assert_unknown (fixture, DAN_KEY, refusals[i].reason);
  }
}

/* Bodies that say nothing, and that cannot be read. */
static void
test_odd_bodies (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes)    nonsense = g_bytes_new_static ("<presence", 9);
  g_autoptr (GBytes)    diff = g_bytes_new_static ("<x/>", 4);
  UllimSipSubscription *dan;

  ullim_presence_watch_add (fixture->watch, DAN, DAN_KEY);
  dan = wait_subscription (DAN);
  dan->state = ULLIM_SIP_SUBSCRIPTION_PENDING;
  notify (dan, NULL, NULL);
  settle ();
  assert_unknown (fixture, DAN_KEY, ULLIM_PRESENCE_REASON_PENDING);
  dan->state = ULLIM_SIP_SUBSCRIPTION_ACTIVE;
  notify (dan, NULL, NULL);
  settle ();
  assert_unknown (fixture, DAN_KEY, ULLIM_PRESENCE_REASON_NO_SERVICE);
  notify_state (dan, ULLIM_PRESENCE_BASIC_CLOSED, ULLIM_PRESENCE_ACTIVITY_AVAILABLE);
  notify (dan, ULLIM_PRESENCE_CONTENT_TYPE, nonsense);
  notify (dan, "text/plain", nonsense);
  settle ();
  assert_known (fixture, DAN_KEY, ULLIM_PRESENCE_OFFLINE, FALSE);
  g_assert_cmpuint (dan->n_renewed, ==, 0);
  notify (dan, "application/pidf-diff+xml", diff);
  settle ();
  g_assert_cmpuint (dan->n_renewed, ==, 1);
  assert_known (fixture, DAN_KEY, ULLIM_PRESENCE_OFFLINE, FALSE);
}

static void
test_line (Fixture *fixture, gconstpointer data)
{
  UllimSipSubscription *dan;

  ullim_presence_watch_add (fixture->watch, DAN, DAN_KEY);
  dan = wait_subscription (DAN);
  dan->state = ULLIM_SIP_SUBSCRIPTION_ACTIVE;
  notify_state (dan, ULLIM_PRESENCE_BASIC_OPEN, ULLIM_PRESENCE_ACTIVITY_AVAILABLE);
  ullim_account_set_state (fixture->account, ULLIM_CONNECTION_WAITING, ULLIM_PROBLEM_OFFLINE, NULL,
                           0);
  settle ();
  assert_known (fixture, DAN_KEY, ULLIM_PRESENCE_AVAILABLE, TRUE);
  ullim_presence_watch_set_agent (fixture->watch, NULL);
  settle ();
  g_assert_cmpuint (g_hash_table_size (subscriptions), ==, 0);
  assert_known (fixture, DAN_KEY, ULLIM_PRESENCE_AVAILABLE, TRUE);
  ullim_presence_watch_set_agent (fixture->watch, fixture->agent);
  wait_subscription (DAN);
}

/* Lists */

static void
add_item (UllimPresenceList     *list,
          const char            *uri,
          UllimPresenceListState state,
          const char            *reason,
          UllimPresenceActivity  activity)
{
  UllimPresenceListItem *item = ullim_presence_list_add (list, uri, state);

  item->reason = g_strdup (reason);
  item->instance = g_strdup ("1");
  if (state != ULLIM_PRESENCE_LIST_ACTIVE)
    return;
  item->type = g_strdup (ULLIM_PRESENCE_CONTENT_TYPE);
  item->body = document (uri, ULLIM_PRESENCE_BASIC_OPEN, activity);
}

static void
send_list (UllimSipSubscription *subscription, UllimPresenceList *list, gsize max_bytes)
{
  g_autoptr (GPtrArray) slices = ullim_presence_list_write (list, max_bytes);

  subscription->state = ULLIM_SIP_SUBSCRIPTION_ACTIVE;
  for (guint i = 0; i < slices->len; i++) {
    const UllimPresenceListSlice *slice = slices->pdata[i];

    notify (subscription, slice->type, slice->body);
  }
}

static void
send_one (UllimSipSubscription *subscription, guint32 version, gboolean is_full, guint activity)
{
  g_autoptr (UllimPresenceList) list = ullim_presence_list_new (ME, version, is_full);

  add_item (list, BOB, ULLIM_PRESENCE_LIST_ACTIVE, NULL, activity);
  send_list (subscription, list, 1 << 20);
  settle ();
}

static gboolean
body_has (UllimSipSubscription *subscription, const char *text)
{
  gsize       size;
  const char *data = g_bytes_get_data (subscription->body, &size);

  return g_strstr_len (data, size, text) != NULL;
}

static gboolean
list_has_carol (gpointer data)
{
  return body_has (data, "sip:carol@example.org");
}

static void
test_list (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimPresenceList) list = ullim_presence_list_new (ME, 7, TRUE);
  UllimSipSubscription         *own;

  ullim_presence_watch_add (fixture->watch, BOB, BOB_KEY);
  ullim_presence_watch_add (fixture->watch, DAN, DAN_KEY);
  own = wait_subscription (ME);
  g_assert_true (own->is_list);
  g_assert_true (body_has (own, BOB));
  g_assert_false (body_has (own, DAN));
  wait_subscription (DAN);
  ullim_presence_watch_add (fixture->watch, "sip:carol@example.org", "carol@example.org");
  support_wait (list_has_carol, own, "the list to have Carol");
  add_item (list, BOB, ULLIM_PRESENCE_LIST_ACTIVE, NULL, ULLIM_PRESENCE_ACTIVITY_AWAY);
  add_item (list, "sip:carol@example.org", ULLIM_PRESENCE_LIST_TERMINATED, "rejected", 0);
  add_item (list, "sip:nobody-asked@example.org", ULLIM_PRESENCE_LIST_PENDING, NULL, 0);
  send_list (own, list, 1 << 20);
  settle ();
  g_assert_true (ullim_presence_watch_has_list (fixture->watch));
  assert_known (fixture, BOB_KEY, ULLIM_PRESENCE_AWAY, FALSE);
  assert_unknown (fixture, "carol@example.org", ULLIM_PRESENCE_REASON_DENIED);
  g_assert_false (exists ((gpointer) BOB));
  set_state (own, ULLIM_SIP_SUBSCRIPTION_WAITING, 0);
  assert_known (fixture, BOB_KEY, ULLIM_PRESENCE_AWAY, TRUE);
  send_one (own, 0, TRUE, ULLIM_PRESENCE_ACTIVITY_AWAY);
  assert_known (fixture, BOB_KEY, ULLIM_PRESENCE_AWAY, FALSE);
}

/* RFC 4662 section 4.3: what was missed is asked for; what was seen is not taken twice. */
static void
test_versions (Fixture *fixture, gconstpointer data)
{
  UllimSipSubscription *own;

  ullim_presence_watch_add (fixture->watch, BOB, BOB_KEY);
  own = wait_subscription (ME);
  send_one (own, 3, TRUE, ULLIM_PRESENCE_ACTIVITY_AWAY);
  send_one (own, 4, FALSE, ULLIM_PRESENCE_ACTIVITY_BUSY);
  assert_known (fixture, BOB_KEY, ULLIM_PRESENCE_BUSY, FALSE);
  send_one (own, 4, FALSE, ULLIM_PRESENCE_ACTIVITY_AWAY);
  assert_known (fixture, BOB_KEY, ULLIM_PRESENCE_BUSY, FALSE);
  g_assert_cmpuint (own->n_renewed, ==, 0);
  send_one (own, 6, FALSE, ULLIM_PRESENCE_ACTIVITY_AWAY);
  send_one (own, 7, FALSE, ULLIM_PRESENCE_ACTIVITY_AWAY);
  assert_known (fixture, BOB_KEY, ULLIM_PRESENCE_BUSY, FALSE);
  g_assert_cmpuint (own->n_renewed, ==, 1);
  send_one (own, 0, TRUE, ULLIM_PRESENCE_ACTIVITY_AWAY);
  assert_known (fixture, BOB_KEY, ULLIM_PRESENCE_AWAY, FALSE);
}

static void
test_no_list (Fixture *fixture, gconstpointer data)
{
  gboolean              is_refused = GPOINTER_TO_INT (data);
  UllimSipSubscription *own;
  UllimSipSubscription *bob;

  ullim_presence_watch_add (fixture->watch, BOB, BOB_KEY);
  own = wait_subscription (ME);
  settle ();
  g_assert_false (exists ((gpointer) BOB));
  if (is_refused)
    set_state (own, ULLIM_SIP_SUBSCRIPTION_REFUSED, 420);
  else
    /* It was taken for a subscription to the user's own presence. */
    notify_state (own, ULLIM_PRESENCE_BASIC_OPEN, ULLIM_PRESENCE_ACTIVITY_AVAILABLE);
  bob = wait_subscription (BOB);
  g_assert_cmpint (exists ((gpointer) ME), ==, is_refused);
  bob->state = ULLIM_SIP_SUBSCRIPTION_ACTIVE;
  notify_state (bob, ULLIM_PRESENCE_BASIC_OPEN, ULLIM_PRESENCE_ACTIVITY_AVAILABLE);
  assert_known (fixture, BOB_KEY, ULLIM_PRESENCE_AVAILABLE, FALSE);
  ullim_presence_watch_add (fixture->watch, "sip:carol@example.org", "carol@example.org");
  wait_subscription ("sip:carol@example.org");
  if (!is_refused)
    return;
  /* The server has learned it. */
  send_one (own, 0, TRUE, ULLIM_PRESENCE_ACTIVITY_DND);
  assert_known (fixture, BOB_KEY, ULLIM_PRESENCE_DND, FALSE);
  g_assert_false (exists ((gpointer) BOB));
  support_wait (list_has_carol, own, "the list to have Carol");
}

/* Ten thousand at once */

#define MANY 10000
/* Slack for sanitizers and their like: what one turn of the main loop may compute. */
#define TURN_MS 60

static gboolean
all_seen (gpointer data)
{
  return ((Fixture *) data)->n_changes >= MANY;
}

static double
cpu_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static void
test_many (Fixture *fixture, gconstpointer data)
{
  g_autoptr (UllimPresenceList) list = ullim_presence_list_new (ME, 0, TRUE);
  UllimSipSubscription         *own;
  double                        longest = 0;
  gint64                        deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  for (guint i = 0; i < MANY; i++) {
    g_autofree char *uri = g_strdup_printf ("sip:p%u@example.org", i);

    ullim_presence_watch_add (fixture->watch, uri, uri + 4);
    add_item (list, uri, ULLIM_PRESENCE_LIST_ACTIVE, NULL, ULLIM_PRESENCE_ACTIVITY_BUSY);
  }
  own = wait_subscription (ME);
  send_list (own, list, 4 * 1024 * 1024);
  while (!all_seen (fixture)) {
    double begin = cpu_ms ();

    g_main_context_iteration (NULL, FALSE);
    longest = MAX (longest, cpu_ms () - begin);
    g_assert_cmpint (g_get_monotonic_time (), <, deadline);
  }
  g_test_message ("%u changes, longest turn %.1f ms", fixture->n_changes, longest);
  g_assert_cmpfloat (longest, <, TURN_MS);
  assert_known (fixture, "p9999@example.org", ULLIM_PRESENCE_BUSY, FALSE);
}

#define ADD(name, data, function)                                                                  \
  g_test_add ("/presence-watch/" name, Fixture, GINT_TO_POINTER (data), set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("one", 0, test_one);
  ADD ("heard", 0, test_heard);
  ADD ("refusals", 0, test_refusals);
  ADD ("odd-bodies", 0, test_odd_bodies);
  ADD ("line", 0, test_line);
  ADD ("list", 0, test_list);
  ADD ("versions", 0, test_versions);
  ADD ("list-refused", TRUE, test_no_list);
  ADD ("list-mistaken", FALSE, test_no_list);
  ADD ("many", 0, test_many);
  return g_test_run ();
}
