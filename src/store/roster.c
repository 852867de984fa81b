/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * People as rows. The list at start reads the columns beside the vCard only: the vCard is the last
 * column, so what of it does not fit into a page is never touched.
 */
#define G_LOG_DOMAIN "roster"

#include "roster-private.h"

#include <string.h>

#define DATA_COLUMNS                                                                               \
  "id, uid, account_id, name, nickname, addresses, groups, note, is_favourite, has_photo"
#define N_DATA_COLUMNS 10

struct _UllimRoster {
  GObject  parent_instance;
  UllimDb *db; /* owned */
};

G_DEFINE_FINAL_TYPE (UllimRoster, ullim_roster, G_TYPE_OBJECT)

void
ullim_contact_row_free (UllimContactRow *row)
{
  if (!row)
    return;
  ullim_contact_data_free (row->data);
  g_free (row->card);
  g_free (row);
}

static GPtrArray *
rows_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_contact_row_free);
}

/* ---- a row and its columns ---- */

static const char *
peek_text (UllimDbStatement *statement, int column)
{
  return (const char *) sqlite3_column_text (statement, column);
}

static char *
read_text (UllimDbStatement *statement, int column)
{
  return g_strdup (peek_text (statement, column));
}

/* One address a line: the URI, which has no space, and its key. */
static void
read_addresses (const char *text, GPtrArray *addresses)
{
  while (text && *text) {
    const char *end = strchrnul (text, '\n');
    const char *space = memchr (text, ' ', (gsize) (end - text));

    if (space) {
      UllimContactAddress *address = ullim_contact_address_new (NULL, NULL);

      address->uri = g_strndup (text, (gsize) (space - text));
      address->key = g_strndup (space + 1, (gsize) (end - space - 1));
      g_ptr_array_add (addresses, address);
    }
    text = *end ? end + 1 : end;
  }
}

static char *
write_addresses (const GPtrArray *addresses)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < addresses->len; i++) {
    const UllimContactAddress *address = addresses->pdata[i];

    g_string_append_printf (text, "%s%s %s", i > 0 ? "\n" : "", address->uri, address->key);
  }
  return g_string_free (text, FALSE);
}

static void
read_groups (const char *text, GPtrArray *groups)
{
  while (text && *text) {
    const char *end = strchrnul (text, '\n');

    g_ptr_array_add (groups, g_strndup (text, (gsize) (end - text)));
    text = *end ? end + 1 : end;
  }
}

static char *
write_groups (const GPtrArray *groups)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < groups->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", (const char *) groups->pdata[i]);
  return g_string_free (text, FALSE);
}

static UllimContactRow *
read_row (UllimDbStatement *statement)
{
  UllimContactRow  *row = g_new0 (UllimContactRow, 1);
  UllimContactData *data = ullim_contact_data_new ();

  row->id = sqlite3_column_int64 (statement, 0);
  row->data = data;
  data->uid = read_text (statement, 1);
  data->account_id = sqlite3_column_int64 (statement, 2);
  data->name = read_text (statement, 3);
  data->nickname = read_text (statement, 4);
  read_addresses (peek_text (statement, 5), data->addresses);
  read_groups (peek_text (statement, 6), data->groups);
  data->note = read_text (statement, 7);
  data->is_favourite = sqlite3_column_int (statement, 8) != 0;
  data->has_photo = sqlite3_column_int (statement, 9) != 0;
  if (sqlite3_column_count (statement) > N_DATA_COLUMNS)
    row->card = read_text (statement, N_DATA_COLUMNS);
  return row;
}

/* ---- reading ---- */

typedef struct {
  GArray    *ids;   /* owned, nullable */
  gboolean   cards; /* whether the vCards are asked for */
  GPtrArray *rows;  /* owned; result, or what to save */
} PeopleData;

static void
people_data_free (gpointer data)
{
  PeopleData *people = data;

  g_clear_pointer (&people->ids, g_array_unref);
  g_clear_pointer (&people->rows, g_ptr_array_unref);
  g_free (people);
}

static GTask *
new_task (UllimRoster        *self,
          PeopleData         *people,
          gpointer            source_tag,
          GCancellable       *cancellable,
          GAsyncReadyCallback callback,
          gpointer            user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, people, people_data_free);
  return task;
}

static gboolean
collect (UllimDbConnection *connection,
         UllimDbStatement  *statement,
         GPtrArray         *rows,
         GError           **error)
{
  gboolean row = TRUE;

  while (row) {
    if (!ullim_db_connection_step (connection, statement, &row, error))
      return FALSE;
    if (row)
      g_ptr_array_add (rows, read_row (statement));
  }
  return TRUE;
}

static gboolean
read_all (UllimDbConnection *connection, PeopleData *people, GError **error)
{
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (
      connection,
      people->cards ? "SELECT " DATA_COLUMNS ", card FROM person ORDER BY id"
                    : "SELECT " DATA_COLUMNS " FROM person ORDER BY id",
      error);

  return statement && collect (connection, statement, people->rows, error);
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  const gint64 *first = a;
  const gint64 *second = b;

  return (*first > *second) - (*first < *second);
}

static gboolean
read_some (UllimDbConnection *connection, PeopleData *people, GError **error)
{
  for (guint i = 0; i < people->ids->len; i++) {
    g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (
        connection, "SELECT " DATA_COLUMNS ", card FROM person WHERE id = ?1", error);

    if (!statement)
      return FALSE;
    sqlite3_bind_int64 (statement, 1, g_array_index (people->ids, gint64, i));
    if (!collect (connection, statement, people->rows, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_work (UllimDbConnection *connection, gpointer data, GError **error)
{
  PeopleData *people = data;

  g_clear_pointer (&people->rows, g_ptr_array_unref);
  people->rows = rows_new ();
  return people->ids ? read_some (connection, people, error) : read_all (connection, people, error);
}

static GPtrArray *
rows_finish (UllimRoster *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  PeopleData *people = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  return g_steal_pointer (&people->rows);
}

void
ullim_roster_load_async (UllimRoster        *self,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_ROSTER (self));

  ullim_db_read (self->db,
                 new_task (self, g_new0 (PeopleData, 1), ullim_roster_load_async, cancellable,
                           callback, user_data),
                 read_work);
}

GPtrArray *
ullim_roster_load_finish (UllimRoster *self, GAsyncResult *result, GError **error)
{
  return rows_finish (self, result, error);
}

void
ullim_roster_cards_async (UllimRoster        *self,
                          GArray             *ids,
                          GCancellable       *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_ROSTER (self));

  PeopleData *people = g_new0 (PeopleData, 1);

  people->cards = TRUE;
  if (ids) {
    people->ids = g_array_copy (ids);
    g_array_sort (people->ids, compare_ids);
  }
  ullim_db_read (
      self->db, new_task (self, people, ullim_roster_cards_async, cancellable, callback, user_data),
      read_work);
}

GPtrArray *
ullim_roster_cards_finish (UllimRoster *self, GAsyncResult *result, GError **error)
{
  return rows_finish (self, result, error);
}

/* ---- writing ---- */

static void
bind_data (UllimDbStatement *statement, const UllimContactRow *row)
{
  const UllimContactData *data = row->data;

  sqlite3_bind_text (statement, 1, data->uid, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 2, data->account_id);
  sqlite3_bind_text (statement, 3, data->name, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 4, data->nickname, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 5, write_addresses (data->addresses), -1, g_free);
  sqlite3_bind_text (statement, 6, write_groups (data->groups), -1, g_free);
  sqlite3_bind_text (statement, 7, data->note, -1, SQLITE_STATIC);
  sqlite3_bind_int (statement, 8, data->is_favourite);
  sqlite3_bind_int (statement, 9, data->has_photo);
  sqlite3_bind_text (statement, 10, row->card, -1, SQLITE_STATIC);
}

static gboolean
refuse (GError **error, UllimProblem problem, const char *message)
{
  g_set_error_literal (error, ULLIM_PROBLEM_ERROR, (int) problem, message);
  return FALSE;
}

static gboolean
update_row (UllimDbConnection *connection, const UllimContactRow *row, GError **error)
{
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (
      connection,
      "UPDATE person SET uid = ?1, account_id = ?2, name = ?3, nickname = ?4, addresses = ?5,"
      " groups = ?6, note = ?7, is_favourite = ?8, has_photo = ?9, card = ?10 WHERE id = ?11",
      error);

  if (!statement)
    return FALSE;
  bind_data (statement, row);
  sqlite3_bind_int64 (statement, 11, row->id);
  if (!ullim_db_connection_run (connection, statement, error))
    return FALSE;
  if (ullim_db_connection_changes (connection) > 0)
    return TRUE;
  return refuse (error, ULLIM_PROBLEM_DATABASE, "there is no such person");
}

static gboolean
insert_row (UllimDbConnection *connection, UllimContactRow *row, GError **error)
{
  gboolean                     is_row;
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (
      connection,
      "INSERT INTO person (uid, account_id, name, nickname, addresses, groups, note, is_favourite,"
      " has_photo, card) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
      " ON CONFLICT (uid) DO UPDATE SET account_id = ?2, name = ?3, nickname = ?4, addresses = ?5,"
      " groups = ?6, note = ?7, is_favourite = ?8, has_photo = ?9, card = ?10 RETURNING id",
      error);

  if (!statement)
    return FALSE;
  bind_data (statement, row);
  if (!ullim_db_connection_step (connection, statement, &is_row, error))
    return FALSE;
  g_assert (is_row);
  row->id = sqlite3_column_int64 (statement, 0);
  return ullim_db_connection_run (connection, statement, error);
}

static gboolean
check_count (UllimDbConnection *connection, GError **error)
{
  gboolean                     row;
  g_autoptr (UllimDbStatement) statement =
      ullim_db_connection_prepare (connection, "SELECT count (*) FROM person", error);

  if (!statement || !ullim_db_connection_step (connection, statement, &row, error))
    return FALSE;
  if (sqlite3_column_int64 (statement, 0) <= ULLIM_ROSTER_MAX_PEOPLE)
    return TRUE;
  return refuse (error, ULLIM_PROBLEM_TOO_LARGE, "the address book is full");
}

/* Runs a second time after a roll-back: an id that was given by the first run must not count. */
static gboolean
save_work (UllimDbConnection *connection, gpointer data, GError **error)
{
  PeopleData *people = data;

  for (guint i = 0; i < people->rows->len; i++) {
    UllimContactRow *row = people->rows->pdata[i];

    if (g_array_index (people->ids, gint64, i) != 0) {
      if (!update_row (connection, row, error))
        return FALSE;
    } else if (!insert_row (connection, row, error)) {
      return FALSE;
    }
  }
  return check_count (connection, error);
}

static gboolean
check_rows (GPtrArray *rows, GError **error)
{
  for (guint i = 0; i < rows->len; i++) {
    const UllimContactRow *row = rows->pdata[i];

    if (strlen (row->card) > ULLIM_ROSTER_MAX_CARD_BYTES)
      return refuse (error, ULLIM_PROBLEM_TOO_LARGE, "a vCard is too long");
  }
  return TRUE;
}

void
ullim_roster_save_async (UllimRoster        *self,
                         GPtrArray          *rows,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_ROSTER (self));
  g_return_if_fail (rows != NULL);

  PeopleData *people = g_new0 (PeopleData, 1);
  GTask *task = new_task (self, people, ullim_roster_save_async, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;

  people->rows = rows;
  people->ids = g_array_sized_new (FALSE, FALSE, sizeof (gint64), rows->len);
  for (guint i = 0; i < rows->len; i++)
    g_array_append_val (people->ids, ((UllimContactRow *) rows->pdata[i])->id);
  if (check_rows (rows, &error)) {
    ullim_db_write (self->db, task, save_work);
  } else {
    g_task_return_error (task, g_steal_pointer (&error));
    g_object_unref (task);
  }
}

GPtrArray *
ullim_roster_save_finish (UllimRoster *self, GAsyncResult *result, GError **error)
{
  return rows_finish (self, result, error);
}

static gboolean
remove_work (UllimDbConnection *connection, gpointer data, GError **error)
{
  PeopleData *people = data;

  for (guint i = 0; i < people->ids->len; i++) {
    g_autoptr (UllimDbStatement) statement =
        ullim_db_connection_prepare (connection, "DELETE FROM person WHERE id = ?1", error);

    if (!statement)
      return FALSE;
    sqlite3_bind_int64 (statement, 1, g_array_index (people->ids, gint64, i));
    if (!ullim_db_connection_run (connection, statement, error))
      return FALSE;
  }
  return TRUE;
}

void
ullim_roster_remove_async (UllimRoster        *self,
                           GArray             *ids,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_ROSTER (self));
  g_return_if_fail (ids != NULL);

  PeopleData *people = g_new0 (PeopleData, 1);

  people->ids = g_array_copy (ids);
  ullim_db_write (
      self->db,
      new_task (self, people, ullim_roster_remove_async, cancellable, callback, user_data),
      remove_work);
}

gboolean
ullim_roster_remove_finish (UllimRoster *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
run_with_id (UllimDbConnection *connection, const char *sql, gint64 id, GError **error)
{
  g_autoptr (UllimDbStatement) statement = ullim_db_connection_prepare (connection, sql, error);

  if (!statement)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, id);
  return ullim_db_connection_run (connection, statement, error);
}

gboolean
ullim_roster_remove_account (UllimDbConnection *connection, gint64 account_id, GError **error)
{
  return run_with_id (connection, "UPDATE person SET account_id = 0 WHERE account_id = ?1",
                      account_id, error) &&
         run_with_id (connection, "DELETE FROM permission WHERE account_id = ?1", account_id,
                      error) &&
         run_with_id (connection, "DELETE FROM document WHERE account_id = ?1", account_id, error);
}

UllimDb *
ullim_roster_get_db (UllimRoster *self)
{
  return self->db;
}

UllimRoster *
ullim_roster_new (UllimDb *db)
{
  g_return_val_if_fail (ULLIM_IS_DB (db), NULL);

  UllimRoster *self = g_object_new (ULLIM_TYPE_ROSTER, NULL);

  self->db = g_object_ref (db);
  return self;
}

static void
ullim_roster_dispose (GObject *object)
{
  UllimRoster *self = ULLIM_ROSTER (object);

  g_clear_object (&self->db);
  G_OBJECT_CLASS (ullim_roster_parent_class)->dispose (object);
}

static void
ullim_roster_class_init (UllimRosterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ullim_roster_dispose;
}

static void
ullim_roster_init (UllimRoster *self)
{
}
