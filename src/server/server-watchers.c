/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A pair lasts as long as it has watches, or waits. Its changes are numbered within its person, so
 * that a reader of watcher information needs to remember one number only.
 */
#define G_LOG_DOMAIN "server-watchers"

#include "server-watchers.h"

#include "server-accounts.h"
#include "server-limits.h"
#include "server-log.h"
#include "server-waiting.h"

#include <string.h>

/* Pairs that are over are remembered for readers who have not heard of it: so many for a person. A
 * reader further behind is told all. */
#define MAX_GONE 64

typedef struct {
  char       *name;
  GHashTable *by_user; /* (owned): user -> UllimServerWatcher */
  guint32     last_change;
  guint32     announced; /* up to this change */
  guint32     next_id;
  guint32     forgotten; /* changes up to this number may be missing in @gone */
  guint       n_waiting;
  GQueue      gone; /* of Gone, oldest first */
} Watched;

struct _UllimServerWatcher {
  UllimServerWatchers *owner;   /* weak */
  Watched             *watched; /* weak */
  char                *user;
  char                *display_name; /* nullable */
  UllimServerWatch    *first;
  const char          *event;   /* static */
  gint64               since_s; /* wall clock: waits */
  guint32              id;
  guint32              change;
  guint8               status; /* UllimWatcherStatus; TERMINATED: rejected, but still there */
  guint8               action; /* UllimPresAction */
  gboolean             is_limited : 1;
  gboolean             is_busy : 1; /* its watches are gone through */
};

typedef struct {
  char       *user;
  const char *event; /* static */
  guint32     id;
  guint32     change;
} Gone;

struct _UllimServerWatchers {
  UllimServerRules                  *rules;   /* weak */
  UllimServerWaiting                *waiting; /* owned: the table */
  GHashTable                        *people;  /* (owned): name -> Watched */
  char                              *domain;
  const UllimServerWatchersHandlers *handlers;
  gpointer                           data;
};

/* ---- life ---- */

static void
gone_free (Gone *gone)
{
  g_free (gone->user);
  g_free (gone);
}

static void
watcher_free (UllimServerWatcher *watcher)
{
  g_free (watcher->user);
  g_free (watcher->display_name);
  g_slice_free (UllimServerWatcher, watcher);
}

static void
watched_free (Watched *watched)
{
  g_hash_table_unref (watched->by_user);
  g_queue_clear_full (&watched->gone, (GDestroyNotify) gone_free);
  g_free (watched->name);
  g_free (watched);
}

static Watched *
ensure_watched (UllimServerWatchers *self, const char *name)
{
  Watched *watched = g_hash_table_lookup (self->people, name);

  if (!watched) {
    watched = g_new0 (Watched, 1);
    watched->name = g_strdup (name);
    watched->by_user =
        g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) watcher_free);
    g_queue_init (&watched->gone);
    g_hash_table_insert (self->people, watched->name, watched);
  }
  return watched;
}

static UllimServerWatcher *
watcher_new (UllimServerWatchers *self, Watched *watched, const char *user)
{
  UllimServerWatcher *watcher = g_slice_new0 (UllimServerWatcher);

  watcher->owner = self;
  watcher->watched = watched;
  watcher->user = g_strdup (user);
  watcher->id = ++watched->next_id;
  watcher->status = ULLIM_WATCHER_TERMINATED;
  g_hash_table_insert (watched->by_user, watcher->user, watcher);
  return watcher;
}

/* ---- states ---- */

static void
note_change (UllimServerWatcher *watcher, const char *event)
{
  Watched *watched = watcher->watched;

  watcher->event = event;
  if (strcmp (watcher->user, watched->name) == 0)
    return; /* one's own devices are no news */
  watcher->change = ++watched->last_change;
  ullim_server_event ("watcher name=%s watcher=%s event=%s", watched->name, watcher->user, event);
}

/* After all is as it shall be: readers may be told at once. */
static void
announce (UllimServerWatchers *self, Watched *watched)
{
  if (watched->announced == watched->last_change)
    return;
  watched->announced = watched->last_change;
  if (self->handlers)
    self->handlers->info_changed (watched->name, self->data);
}

/* The end of a pair, with the word for it, remembered for a while. */
static void
drop_watcher (UllimServerWatcher *watcher, const char *event)
{
  UllimServerWatchers *self = watcher->owner;
  Watched             *watched = watcher->watched;
  Gone                *gone;

  if (watcher->status != ULLIM_WATCHER_TERMINATED || event) {
    note_change (watcher, event ? event : "timeout");
    gone = g_new (Gone, 1);
    *gone = (Gone){g_strdup (watcher->user), watcher->event, watcher->id, watcher->change};
    g_queue_push_tail (&watched->gone, gone);
  }
  if (watched->gone.length > MAX_GONE) {
    gone = g_queue_pop_head (&watched->gone);
    watched->forgotten = gone->change;
    gone_free (gone);
  }
  g_hash_table_remove (watched->by_user, watcher->user);
  announce (self, watched);
}

static void
stop_waiting (UllimServerWatcher *watcher)
{
  if (watcher->since_s == 0)
    return;
  watcher->since_s = 0;
  watcher->watched->n_waiting--;
  ullim_server_waiting_remove (watcher->owner->waiting, watcher->watched->name, watcher->user);
}

/* Who has waited longest makes room, of those that are not there. */
static void
make_room (Watched *watched)
{
  UllimServerWatcher *oldest = NULL;
  GHashTableIter      iter;
  gpointer            value;

  if (watched->n_waiting < ULLIM_SERVER_MAX_WAITING_WATCHERS)
    return;
  g_hash_table_iter_init (&iter, watched->by_user);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    UllimServerWatcher *other = value;

    if (other->since_s > 0 && !other->first && (!oldest || other->since_s < oldest->since_s))
      oldest = other;
  }
  if (!oldest)
    return;
  stop_waiting (oldest);
  drop_watcher (oldest, "giveup");
}

static void
start_waiting (UllimServerWatcher *watcher)
{
  if (watcher->since_s > 0)
    return;
  make_room (watcher->watched);
  if (watcher->watched->n_waiting >= ULLIM_SERVER_MAX_WAITING_WATCHERS)
    return; /* all the others are there: asked for again with each subscription */
  watcher->since_s = g_get_real_time () / G_USEC_PER_SEC;
  watcher->watched->n_waiting++;
  ullim_server_waiting_add (watcher->owner->waiting, watcher->watched->name, watcher->user,
                            watcher->display_name, watcher->since_s);
}

static UllimWatcherStatus
status_of (UllimPresAction action)
{
  switch (action) {
  case ULLIM_PRES_BLOCK:
    return ULLIM_WATCHER_TERMINATED;
  case ULLIM_PRES_CONFIRM:
    return ULLIM_WATCHER_PENDING;
  default:
    return ULLIM_WATCHER_ACTIVE;
  }
}

/* Asks the rules. Returns whether anything is different now. */
static gboolean
judge (UllimServerWatcher *watcher)
{
  UllimServerWatchers *self = watcher->owner;
  guint8               before = watcher->action;
  gboolean             was_limited = watcher->is_limited;
  gboolean             is_limited;

  watcher->action =
      ullim_server_rules_decide (self->rules, watcher->watched->name, watcher->user, &is_limited);
  watcher->is_limited = is_limited;
  return before != watcher->action || was_limited != is_limited;
}

static const char *
event_of (UllimWatcherStatus status)
{
  switch (status) {
  case ULLIM_WATCHER_ACTIVE:
    return "approved";
  case ULLIM_WATCHER_TERMINATED:
    return "rejected";
  default:
    return "subscribe";
  }
}

static void
enter (UllimServerWatcher *watcher, UllimWatcherStatus status, const char *event)
{
  watcher->status = status;
  if (status == ULLIM_WATCHER_PENDING)
    start_waiting (watcher);
  else
    stop_waiting (watcher);
  note_change (watcher, event);
  announce (watcher->owner, watcher->watched);
}

/* ---- watches ---- */

static void
tell_watches (UllimServerWatcher *watcher)
{
  UllimServerWatchers *self = watcher->owner;
  UllimServerWatch    *next;

  watcher->is_busy = TRUE;
  for (UllimServerWatch *watch = watcher->first; watch; watch = next) {
    next = watch->next;
    self->handlers->changed (watch, self->data);
  }
  watcher->is_busy = FALSE;
}

/* Without watches: over, or waiting. */
static void
end_if_unwatched (UllimServerWatcher *watcher)
{
  if (watcher->first || watcher->is_busy)
    return;
  if (watcher->since_s > 0 && watcher->status == ULLIM_WATCHER_PENDING) {
    watcher->status = ULLIM_WATCHER_WAITING;
    note_change (watcher, "timeout");
    announce (watcher->owner, watcher->watched);
  } else if (watcher->since_s == 0) {
    drop_watcher (watcher, NULL);
  }
}

void
ullim_server_watchers_add (UllimServerWatchers *self,
                           UllimServerWatch    *watch,
                           const char          *name,
                           const char          *user,
                           const char          *display_name)
{
  Watched            *watched = ensure_watched (self, name);
  UllimServerWatcher *watcher = g_hash_table_lookup (watched->by_user, user);
  UllimWatcherStatus  status;

  if (!watcher)
    watcher = watcher_new (self, watched, user);
  if (display_name && g_strcmp0 (display_name, watcher->display_name) != 0) {
    g_free (watcher->display_name);
    watcher->display_name = g_strdup (display_name);
  }
  watch->watcher = watcher;
  watch->next = watcher->first;
  if (watch->next)
    watch->next->prev = watch;
  watcher->first = watch;
  if (watch->next)
    return; /* judged already */
  judge (watcher);
  status = status_of (watcher->action);
  if (status != watcher->status)
    enter (watcher, status, "subscribe");
}

void
ullim_server_watchers_remove (UllimServerWatchers *self, UllimServerWatch *watch)
{
  UllimServerWatcher *watcher = watch->watcher;

  if (!watcher)
    return;
  if (watch->next)
    watch->next->prev = watch->prev;
  if (watch->prev)
    watch->prev->next = watch->next;
  else
    watcher->first = watch->next;
  watch->watcher = NULL;
  watch->prev = watch->next = NULL;
  end_if_unwatched (watcher);
}

UllimServerSight
ullim_server_watchers_sight (const UllimServerWatch *watch)
{
  const UllimServerWatcher *watcher = watch->watcher;

  switch (watcher->action) {
  case ULLIM_PRES_ALLOW:
    return watcher->is_limited ? ULLIM_SERVER_SIGHT_LIMITED : ULLIM_SERVER_SIGHT_FULL;
  case ULLIM_PRES_POLITE_BLOCK:
    return ULLIM_SERVER_SIGHT_OFFLINE;
  case ULLIM_PRES_CONFIRM:
    return ULLIM_SERVER_SIGHT_PENDING;
  default:
    return ULLIM_SERVER_SIGHT_REJECTED;
  }
}

const char *
ullim_server_watchers_name (const UllimServerWatch *watch)
{
  return watch->watcher->watched->name;
}

/* Who may not see must not even notice that something happened. */
void
ullim_server_watchers_presence_changed (UllimServerWatchers *self, const char *name)
{
  Watched       *watched = g_hash_table_lookup (self->people, name);
  GHashTableIter iter;
  gpointer       value;

  if (!watched)
    return;
  g_hash_table_iter_init (&iter, watched->by_user);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    UllimServerWatcher *watcher = value;

    if (watcher->action == ULLIM_PRES_ALLOW)
      tell_watches (watcher);
  }
}

static void
judge_anew (UllimServerWatcher *watcher)
{
  gboolean           was_waiting = watcher->status == ULLIM_WATCHER_WAITING;
  UllimWatcherStatus status;

  if (!judge (watcher))
    return;
  status = status_of (watcher->action);
  if (was_waiting && status == ULLIM_WATCHER_PENDING)
    return;
  if (was_waiting) {
    stop_waiting (watcher);
    drop_watcher (watcher, event_of (status));
    return;
  }
  if (status != watcher->status)
    enter (watcher, status, event_of (status));
  tell_watches (watcher);
  end_if_unwatched (watcher);
}

void
ullim_server_watchers_rules_changed (UllimServerWatchers *self, const char *name)
{
  Watched          *watched = g_hash_table_lookup (self->people, name);
  g_autoptr (GList) all = NULL;

  if (!watched)
    return;
  all = g_hash_table_get_values (watched->by_user);
  for (GList *l = all; l; l = l->next)
    judge_anew (l->data);
}

/* ---- watcher information ---- */

static void
add_entry (UllimServerWatchers      *self,
           UllimWatcherinfo         *info,
           guint32                   id,
           const char               *user,
           const char               *event,
           UllimWatcherStatus        status,
           const UllimServerWatcher *watcher)
{
  g_autofree char       *id_text = g_strdup_printf ("w%u", id);
  g_autofree char       *uri = g_strdup_printf ("sip:%s@%s", user, self->domain);
  UllimWatcherinfoEntry *entry = ullim_watcherinfo_add (info, id_text, uri, event, status);

  if (watcher)
    entry->name = g_strdup (watcher->display_name);
}

static void
add_gone (UllimServerWatchers *self, const Watched *watched, guint32 since, UllimWatcherinfo *info)
{
  for (GList *l = watched->gone.head; l; l = l->next) {
    const Gone *gone = l->data;

    if (gone->change > since)
      add_entry (self, info, gone->id, gone->user, gone->event, ULLIM_WATCHER_TERMINATED, NULL);
  }
}

UllimWatcherinfo *
ullim_server_watchers_info (UllimServerWatchers *self,
                            const char          *name,
                            guint32             *since,
                            guint32              version)
{
  Watched          *watched = ensure_watched (self, name);
  g_autofree char  *resource = g_strdup_printf ("sip:%s@%s", name, self->domain);
  gboolean          is_full = *since == 0 || *since <= watched->forgotten;
  guint32           from = is_full ? 0 : *since;
  UllimWatcherinfo *info;
  GHashTableIter    iter;
  gpointer          value;

  if (!is_full && *since == watched->last_change + 1)
    return NULL;
  info = ullim_watcherinfo_new (resource, version, is_full);
  g_hash_table_iter_init (&iter, watched->by_user);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const UllimServerWatcher *watcher = value;

    if (watcher->change + 1 <= from || strcmp (watcher->user, name) == 0 ||
        (is_full && watcher->status == ULLIM_WATCHER_TERMINATED))
      continue;
    add_entry (self, info, watcher->id, watcher->user, watcher->event, watcher->status, watcher);
  }
  if (!is_full)
    add_gone (self, watched, from - 1, info);
  *since = watched->last_change + 1; /* never 0 */
  return info;
}

/* ---- upkeep ---- */

static void
on_waiting (const char *name,
            const char *user,
            const char *display_name,
            gint64      since_s,
            gpointer    data)
{
  UllimServerWatchers *self = data;
  Watched             *watched = ensure_watched (self, name);
  UllimServerWatcher  *watcher = watcher_new (self, watched, user);

  watcher->display_name = g_strdup (display_name);
  watcher->since_s = since_s;
  watcher->status = ULLIM_WATCHER_WAITING;
  watcher->action = ULLIM_PRES_CONFIRM;
  watcher->event = "subscribe";
  watched->n_waiting++;
}

UllimServerWatchers *
ullim_server_watchers_new (UllimServerSqlite *sqlite, UllimServerRules *rules, const char *domain)
{
  UllimServerWatchers *self = g_new0 (UllimServerWatchers, 1);

  self->rules = rules;
  self->domain = g_strdup (domain);
  self->people =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) watched_free);
  self->waiting = ullim_server_waiting_new ();
  ullim_server_waiting_read (sqlite, on_waiting, self);
  return self;
}

void
ullim_server_watchers_free (UllimServerWatchers *self)
{
  if (!self)
    return;
  g_hash_table_unref (self->people);
  ullim_server_waiting_free (self->waiting);
  g_free (self->domain);
  g_free (self);
}

void
ullim_server_watchers_set_db (UllimServerWatchers *self, UllimServerDb *db)
{
  ullim_server_waiting_set_db (self->waiting, db);
}

void
ullim_server_watchers_set_handlers (UllimServerWatchers               *self,
                                    const UllimServerWatchersHandlers *handlers,
                                    gpointer                           data)
{
  self->handlers = handlers;
  self->data = data;
}

/* Ends those that wait and are not there. */
static void
give_up (UllimServerWatchers *self,
         gboolean (*is_over) (const UllimServerWatcher *watcher, gpointer data),
         gpointer data)
{
  g_autoptr (GPtrArray) over = g_ptr_array_new ();
  GHashTableIter        people;
  gpointer              value;

  g_hash_table_iter_init (&people, self->people);
  while (g_hash_table_iter_next (&people, NULL, &value)) {
    GHashTableIter watchers;
    gpointer       watcher;

    g_hash_table_iter_init (&watchers, ((Watched *) value)->by_user);
    while (g_hash_table_iter_next (&watchers, NULL, &watcher)) {
      if (((UllimServerWatcher *) watcher)->status == ULLIM_WATCHER_WAITING &&
          is_over (watcher, data))
        g_ptr_array_add (over, watcher);
    }
  }
  for (guint i = 0; i < over->len; i++) {
    stop_waiting (over->pdata[i]);
    drop_watcher (over->pdata[i], "giveup");
  }
}

static gboolean
is_too_old (const UllimServerWatcher *watcher, gpointer data)
{
  return watcher->since_s + ULLIM_SERVER_WAITING_WATCHER_DAYS * 24 * 60 * 60 <
         g_get_real_time () / G_USEC_PER_SEC;
}

void
ullim_server_watchers_expire (UllimServerWatchers *self)
{
  give_up (self, is_too_old, NULL);
}

typedef struct {
  gboolean (*keep) (const char *name, gpointer data);
  gpointer data;
} Keep;

static gboolean
is_orphan (const UllimServerWatcher *watcher, gpointer data)
{
  const Keep *keep = data;

  return !keep->keep (watcher->user, keep->data);
}

/* Those who watch somebody who is no more learn it; those who waited, wait for nobody. */
static void
forget_person (UllimServerWatchers *self, Watched *watched)
{
  g_autoptr (GList) all = g_hash_table_get_values (watched->by_user);

  for (GList *l = all; l; l = l->next) {
    UllimServerWatcher *watcher = l->data;

    stop_waiting (watcher);
    while (watcher->first) {
      UllimServerWatch *watch = watcher->first;

      watcher->first = watch->next;
      if (watch->next)
        watch->next->prev = NULL;
      watch->next = NULL;
      watch->watcher = NULL;
      self->handlers->changed (watch, self->data);
    }
  }
  g_hash_table_remove (self->people, watched->name);
}

void
ullim_server_watchers_retain (UllimServerWatchers *self,
                              gboolean (*keep) (const char *name, gpointer data),
                              gpointer data)
{
  Keep              closure = {keep, data};
  g_autoptr (GList) people = g_hash_table_get_values (self->people);

  for (GList *l = people; l; l = l->next) {
    Watched *watched = l->data;

    if (strcmp (watched->name, ULLIM_SERVER_ECHO) != 0 && !keep (watched->name, data))
      forget_person (self, watched);
  }
  give_up (self, is_orphan, &closure);
}
