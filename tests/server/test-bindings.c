/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-bindings.h"
#include "support.h"

#define NOW_S 1000

typedef UllimServerBindings Bindings;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bindings, ullim_server_bindings_free)

typedef struct {
  char              *dir;
  char              *path;
  UllimServerSqlite *sqlite;
  Bindings          *bindings;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->dir = support_temp_dir ();
  f->path = g_build_filename (f->dir, "server.db", NULL);
  f->sqlite = ullim_server_sqlite_open (f->path, TRUE, &error);
  g_assert_no_error (error);
  f->bindings = ullim_server_bindings_new (f->sqlite);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  ullim_server_bindings_free (f->bindings);
  ullim_server_sqlite_close (f->sqlite);
  g_free (f->path);
  support_temp_dir_free (f->dir);
}

static void
put (Bindings   *bindings,
     const char *name,
     const char *contact,
     const char *instance,
     gint64      until_s)
{
  g_autofree char *flow = g_strconcat ("udp:", contact + strlen ("sip:x@"), NULL);

  ullim_server_bindings_put (
      bindings, name,
      ullim_server_binding_new (contact, flow, NULL, instance, 0, "call", 1, until_s));
}

static guint
count (Bindings *bindings, const char *name, gint64 now_s)
{
  GPtrArray *list = ullim_server_bindings_list (bindings, name, now_s);

  return list ? list->len : 0;
}

static void
test_replace (Fixture *f, gconstpointer data)
{
  put (f->bindings, "bob", "sip:x@192.0.2.1:1", NULL, NOW_S + 10);
  put (f->bindings, "bob", "sip:x@192.0.2.1:1", NULL, NOW_S + 20);
  g_assert_cmpuint (count (f->bindings, "bob", NOW_S), ==, 1);
  put (f->bindings, "bob", "sip:x@192.0.2.1:2", "urn:a", NOW_S + 20);
  put (f->bindings, "bob", "sip:x@192.0.2.1:3", "urn:a", NOW_S + 20);
  put (f->bindings, "bob", "sip:x@192.0.2.1:4", "urn:b", NOW_S + 20);
  g_assert_cmpuint (count (f->bindings, "bob", NOW_S), ==, 3);
  g_assert_cmpuint (ullim_server_bindings_count (f->bindings), ==, 3);
  g_assert_null (ullim_server_bindings_match (f->bindings, "bob", "sip:x@192.0.2.1:2", NULL, 0));
  /* Without an instance the URI is enough, whoever made the binding. */
  g_assert_nonnull (ullim_server_bindings_match (f->bindings, "bob", "sip:x@192.0.2.1:3", NULL, 0));
  g_assert_null (ullim_server_bindings_match (f->bindings, "bob", "x", "urn:a", 1));
}

static void
test_expiry (Fixture *f, gconstpointer data)
{
  put (f->bindings, "bob", "sip:x@192.0.2.1:1", NULL, NOW_S + 10);
  put (f->bindings, "bob", "sip:x@192.0.2.1:2", NULL, NOW_S + 20);
  put (f->bindings, "amy", "sip:x@192.0.2.1:3", NULL, NOW_S + 5);
  g_assert_cmpuint (count (f->bindings, "bob", NOW_S + 15), ==, 1);
  g_assert_cmpuint (count (f->bindings, "bob", NOW_S + 20), ==, 0);
  ullim_server_bindings_sweep (f->bindings, NOW_S + 5);
  g_assert_cmpuint (ullim_server_bindings_count (f->bindings), ==, 0);
}

static void
test_targets (Fixture *f, gconstpointer data)
{
  g_autofree char *target = ullim_server_bindings_target ("x", "EXAMPLE.org", NULL);

  g_assert_cmpstr (target, ==, "x@example.org:5060");
  put (f->bindings, "bob", "sip:x@example.org;transport=tcp", NULL, NOW_S + 10);
  g_assert_nonnull (ullim_server_bindings_find_target (f->bindings, target, NOW_S));
  g_assert_null (ullim_server_bindings_find_target (f->bindings, target, NOW_S + 10));
  g_assert_true (ullim_server_bindings_has_flow (f->bindings, "udp:example.org;transport=tcp"));
  ullim_server_bindings_remove (f->bindings, "bob", NULL);
  g_assert_null (ullim_server_bindings_find_target (f->bindings, target, NOW_S));
  g_assert_false (ullim_server_bindings_has_flow (f->bindings, "udp:example.org;transport=tcp"));
}

/* What was flushed is read again by the next run; what was removed is not. */
static void
test_stored (Fixture *f, gconstpointer data)
{
  gint64                        later_s = g_get_real_time () / G_USEC_PER_SEC + 1000;
  su_root_t                    *root;
  g_autoptr (Bindings)          again = NULL;
  g_autoptr (UllimServerSqlite) sqlite = NULL;
  UllimServerDb                *db;
  const UllimServerBinding     *binding;

  su_init ();
  root = su_root_create (NULL);
  db = ullim_server_db_new (root, g_steal_pointer (&f->sqlite));
  put (f->bindings, "bob", "sip:x@192.0.2.1:1", "urn:a", later_s);
  put (f->bindings, "bob", "sip:x@192.0.2.1:2", NULL, later_s);
  put (f->bindings, "amy", "sip:x@192.0.2.1:3", NULL, later_s);
  ullim_server_bindings_flush (f->bindings, db);
  ullim_server_bindings_remove (f->bindings, "amy", NULL);
  ullim_server_bindings_remove (
      f->bindings, "bob",
      ullim_server_bindings_match (f->bindings, "bob", "sip:x@192.0.2.1:2", NULL, 0));
  ullim_server_bindings_flush (f->bindings, db);
  ullim_server_db_free (db);
  su_root_destroy (root);
  su_deinit ();

  sqlite = ullim_server_sqlite_open (f->path, FALSE, NULL);
  again = ullim_server_bindings_new (sqlite);
  g_assert_cmpuint (ullim_server_bindings_count (again), ==, 1);
  binding = ullim_server_bindings_match (again, "bob", "", "urn:a", 0);
  g_assert_nonnull (binding);
  g_assert_cmpstr (binding->contact, ==, "sip:x@192.0.2.1:1");
  g_assert_cmpstr (binding->flow, ==, "udp:192.0.2.1:1");
  g_assert_cmpint (binding->expires_s, ==, later_s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/bindings/replace", Fixture, NULL, set_up, test_replace, tear_down);
  g_test_add ("/bindings/expiry", Fixture, NULL, set_up, test_expiry, tear_down);
  g_test_add ("/bindings/targets", Fixture, NULL, set_up, test_targets, tear_down);
  g_test_add ("/bindings/stored", Fixture, NULL, set_up, test_stored, tear_down);
  return g_test_run ();
}
