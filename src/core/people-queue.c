/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The queue of changes. Each goes through the same steps: what to do, seen from how the book is now
 * → the vCards concerned from the database → transformed on a worker thread → saved in one
 * transaction → shown, in slices where there are many, so that the main loop stays free.
 */
#define G_LOG_DOMAIN "people-queue"

#include "people-service-private.h"

/* How long people are put into the list before the main loop has its turn, us. */
#define SLICE_US 4000
#define SLICE_CHECK 16

typedef enum { APPLY_CHANGES, APPLY_ADDED, APPLY_TELL, APPLY_DONE } ApplyPhase;

typedef struct {
  UllimPeopleService *service; /* owned by @task */
  GTask              *task;    /* owned */
  UllimPeoplePrepare  prepare;
  UllimPeopleComplete complete;
  GPtrArray          *edits; /* owned */
  GPtrArray          *rows;  /* owned, nullable: as they were saved; one for each of @saved */
  GPtrArray          *saved; /* owned, nullable: (element-type UllimPeopleEdit), not owned */
  GPtrArray          *added; /* owned, nullable: (element-type UllimContact), not owned */
  gboolean            is_started;
  ApplyPhase          phase;
  guint               next;
} Job;

struct _UllimPeopleQueue {
  UllimPeopleService *service; /* owns this */
  GQueue              jobs;    /* owned: Job; the first is under way */
  gboolean            is_open;
};

static void
job_free (Job *job)
{
  g_clear_object (&job->task);
  g_clear_pointer (&job->edits, g_ptr_array_unref);
  g_clear_pointer (&job->rows, g_ptr_array_unref);
  g_clear_pointer (&job->saved, g_ptr_array_unref);
  g_clear_pointer (&job->added, g_ptr_array_unref);
  g_free (job);
}

static void start_next (UllimPeopleQueue *queue);

/* The task keeps the service, and so the queue, alive until here. */
static void
end_job (Job *job, GError *error)
{
  g_autoptr (UllimPeopleService) service = g_object_ref (job->service);
  UllimPeopleQueue              *queue = ullim_people_service_get_queue (service);

  g_assert (g_queue_peek_head (&queue->jobs) == job);
  g_queue_pop_head (&queue->jobs);
  if (error)
    g_task_return_error (job->task, error);
  else
    job->complete (service, job->task, job->edits);
  job_free (job);
  start_next (queue);
}

static gboolean
is_cancelled (Job *job)
{
  GError *error = NULL;

  if (!g_cancellable_set_error_if_cancelled (g_task_get_cancellable (job->task), &error))
    return FALSE;
  end_job (job, error);
  return TRUE;
}

/* ---- removing ---- */

static gboolean
is_removal (const UllimPeopleEdit *edit)
{
  return edit->kind == ULLIM_PEOPLE_REMOVE;
}

static void
apply_removals (Job *job)
{
  UllimContactList *contacts = ullim_people_service_get_contacts (job->service);

  for (guint i = 0; i < job->edits->len; i++) {
    UllimPeopleEdit *edit = job->edits->pdata[i];

    if (!is_removal (edit) || ullim_contact_list_find_id (contacts, edit->id) != edit->contact)
      continue;
    ullim_contact_list_remove (contacts, edit->contact);
    ullim_people_service_emit_removed (job->service, edit->contact);
  }
}

static void
on_removed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Job    *job = user_data;
  GError *error = NULL;

  if (ullim_roster_remove_finish (ULLIM_ROSTER (source), result, &error))
    apply_removals (job);
  end_job (job, error);
}

static void
remove_people (Job *job)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < job->edits->len; i++) {
    UllimPeopleEdit *edit = job->edits->pdata[i];

    if (is_removal (edit))
      g_array_append_val (ids, edit->id);
  }
  if (ids->len == 0) {
    end_job (job, NULL);
    return;
  }
  ullim_roster_remove_async (ullim_people_service_get_roster (job->service), ids,
                             g_task_get_cancellable (job->task), on_removed, job);
}

/* ---- showing what was saved ---- */

static void
apply_row (Job *job, UllimPeopleEdit *edit, UllimContactRow *row)
{
  UllimContactList *contacts = ullim_people_service_get_contacts (job->service);
  UllimContactData *data = g_steal_pointer (&row->data);

  if (!edit->contact) {
    UllimContact *known = ullim_contact_list_find_id (contacts, row->id);

    edit->id = row->id;
    edit->contact = known ? g_object_ref (known) : NULL;
  }
  if (edit->contact) {
    ullim_contact_set_data (edit->contact, data);
    return;
  }
  edit->contact = ullim_contact_new (row->id, data);
  g_ptr_array_add (job->added, edit->contact);
}

static gboolean
has_other_photo (const UllimPeopleEdit *edit)
{
  return edit->kind == ULLIM_PEOPLE_PHOTO || edit->kind == ULLIM_PEOPLE_MERGE;
}

static void
tell_one (Job *job, UllimPeopleEdit *edit)
{
  if (edit->kind == ULLIM_PEOPLE_ADD) {
    ullim_people_service_emit_added (job->service, edit->contact);
    return;
  }
  if (has_other_photo (edit))
    ullim_contact_photo_changed (edit->contact);
  ullim_people_service_emit_changed (job->service, edit->contact);
}

/* Returns: %TRUE when there is nothing left of the phase */
static gboolean
run_phase (Job *job, gint64 deadline)
{
  while (job->next < job->saved->len) {
    UllimPeopleEdit *edit = job->saved->pdata[job->next];

    if (job->phase == APPLY_CHANGES)
      apply_row (job, edit, job->rows->pdata[job->next]);
    else
      tell_one (job, edit);
    job->next++;
    if (job->next % SLICE_CHECK == 0 && g_get_monotonic_time () > deadline)
      return FALSE;
  }
  return TRUE;
}

static void
apply_added (Job *job)
{
  UllimContactList *contacts = ullim_people_service_get_contacts (job->service);

  if (job->added->len == 1)
    ullim_contact_list_add (contacts, job->added->pdata[0]);
  else if (job->added->len > 1)
    ullim_contact_list_add_all (contacts, job->added);
}

/* Returns: whether it is done */
static gboolean
apply_slice (Job *job)
{
  UllimContactList *contacts = ullim_people_service_get_contacts (job->service);
  gint64            deadline = g_get_monotonic_time () + SLICE_US;

  while (job->phase != APPLY_DONE) {
    gboolean is_over = TRUE;

    if (job->phase == APPLY_ADDED) {
      apply_added (job);
    } else {
      if (job->saved->len > 1)
        ullim_contact_list_begin_burst (contacts);
      is_over = run_phase (job, deadline);
      if (job->saved->len > 1)
        ullim_contact_list_end_burst (contacts);
    }
    if (!is_over)
      return FALSE;
    job->phase++;
    job->next = 0;
  }
  return TRUE;
}

static gboolean
on_slice (gpointer data)
{
  Job *job = data;

  if (!apply_slice (job))
    return G_SOURCE_CONTINUE;
  remove_people (job);
  return G_SOURCE_REMOVE;
}

static void
apply (Job *job)
{
  job->phase = APPLY_CHANGES;
  job->next = 0;
  job->added = g_ptr_array_new ();
  if (apply_slice (job))
    remove_people (job);
  else
    g_idle_add (on_slice, job);
}

/* ---- saving ---- */

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Job    *job = user_data;
  GError *error = NULL;

  job->rows = ullim_roster_save_finish (ULLIM_ROSTER (source), result, &error);
  if (job->rows)
    apply (job);
  else
    end_job (job, error);
}

static void
save (Job *job)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_contact_row_free);

  job->saved = g_ptr_array_new ();
  for (guint i = 0; i < job->edits->len; i++) {
    UllimPeopleEdit *edit = job->edits->pdata[i];
    UllimContactRow *row;

    if (is_removal (edit) || edit->is_unchanged)
      continue;
    row = g_new0 (UllimContactRow, 1);
    row->id = edit->id;
    row->data = g_steal_pointer (&edit->data);
    row->card = g_steal_pointer (&edit->card);
    g_ptr_array_add (rows, row);
    g_ptr_array_add (job->saved, edit);
  }
  if (rows->len == 0) {
    g_ptr_array_unref (rows);
    remove_people (job);
    return;
  }
  ullim_roster_save_async (ullim_people_service_get_roster (job->service), rows,
                           g_task_get_cancellable (job->task), on_saved, job);
}

/* ---- transforming ---- */

static void
transform_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (ullim_people_edit_transform_all (task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Over which account somebody is spoken to is in no vCard. */
static void
mark_unchanged (UllimPeopleEdit *edit)
{
  const UllimContactData *before = edit->contact ? ullim_contact_get_data (edit->contact) : NULL;

  if (!before || !edit->data || !edit->base)
    return;
  if (edit->kind != ULLIM_PEOPLE_CHANGE)
    edit->data->account_id = before->account_id;
  edit->is_unchanged =
      edit->data->account_id == before->account_id && g_strcmp0 (edit->card, edit->base) == 0;
}

static void
on_transformed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Job    *job = user_data;
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error)) {
    end_job (job, error);
    return;
  }
  for (guint i = 0; i < job->edits->len; i++)
    mark_unchanged (job->edits->pdata[i]);
  save (job);
}

static void
transform (Job *job)
{
  g_autoptr (GTask) task = NULL;

  if (is_cancelled (job))
    return;
  task = g_task_new (NULL, g_task_get_cancellable (job->task), on_transformed, job);
  g_task_set_source_tag (task, transform);
  /* Neither people nor the service: the thread may be the last to let go of the task. */
  g_task_set_task_data (task, job->edits, NULL);
  g_task_run_in_thread (task, transform_thread);
}

/* ---- fetching ---- */

static void
give_base (UllimPeopleEdit *edit, GHashTable *cards)
{
  const UllimContactRow *row = edit->id ? g_hash_table_lookup (cards, &edit->id) : NULL;

  if (!row)
    return;
  if (is_removal (edit))
    edit->card = g_strdup (row->card);
  else
    edit->base = g_strdup (row->card);
}

static void
on_cards (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Job                   *job = user_data;
  GError                *error = NULL;
  g_autoptr (GPtrArray)  rows = ullim_roster_cards_finish (ULLIM_ROSTER (source), result, &error);
  g_autoptr (GHashTable) cards = g_hash_table_new (g_int64_hash, g_int64_equal);

  if (!rows) {
    end_job (job, error);
    return;
  }
  for (guint i = 0; i < rows->len; i++) {
    UllimContactRow *row = rows->pdata[i];

    g_hash_table_insert (cards, &row->id, row);
  }
  for (guint i = 0; i < job->edits->len; i++)
    give_base (job->edits->pdata[i], cards);
  transform (job);
}

/* Who left the list since the change was asked for is passed over. */
static void
drop_strangers (Job *job)
{
  UllimContactList *contacts = ullim_people_service_get_contacts (job->service);

  for (guint i = job->edits->len; i-- > 0;) {
    UllimPeopleEdit *edit = job->edits->pdata[i];

    if (edit->contact && ullim_contact_list_find_id (contacts, edit->id) != edit->contact)
      g_ptr_array_remove_index (job->edits, i);
  }
}

static void
fetch (Job *job)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  drop_strangers (job);
  for (guint i = 0; i < job->edits->len; i++) {
    UllimPeopleEdit *edit = job->edits->pdata[i];

    if (edit->contact)
      g_array_append_val (ids, edit->id);
  }
  if (ids->len == 0)
    transform (job);
  else
    ullim_roster_cards_async (ullim_people_service_get_roster (job->service), ids,
                              g_task_get_cancellable (job->task), on_cards, job);
}

/* What is called back at the end of a job may ask for the next, and so start it. */
static void
start_next (UllimPeopleQueue *queue)
{
  Job    *job = g_queue_peek_head (&queue->jobs);
  GError *error = NULL;

  if (!queue->is_open || !job || job->is_started)
    return;
  job->is_started = TRUE;
  if (!ullim_people_service_get_roster (queue->service)) {
    end_job (job, g_error_new_literal (ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_DATABASE,
                                       "the address book is not open"));
    return;
  }
  if (is_cancelled (job))
    return;
  job->edits = job->prepare (queue->service, job->task, &error);
  if (!job->edits)
    end_job (job, error);
  else
    fetch (job);
}

void
ullim_people_service_queue (UllimPeopleService *self,
                            GTask              *task,
                            UllimPeoplePrepare  prepare,
                            UllimPeopleComplete complete)
{
  UllimPeopleQueue *queue = ullim_people_service_get_queue (self);
  Job              *job = g_new0 (Job, 1);

  job->service = self;
  job->task = task;
  job->prepare = prepare;
  job->complete = complete;
  /* What is on disk is told, also to who has given up. */
  g_task_set_check_cancellable (task, FALSE);
  g_queue_push_tail (&queue->jobs, job);
  start_next (queue);
}

void
ullim_people_queue_start (UllimPeopleQueue *queue)
{
  queue->is_open = TRUE;
  start_next (queue);
}

UllimPeopleQueue *
ullim_people_queue_new (UllimPeopleService *service)
{
  UllimPeopleQueue *queue = g_new0 (UllimPeopleQueue, 1);

  queue->service = service;
  g_queue_init (&queue->jobs);
  return queue;
}

void
ullim_people_queue_free (UllimPeopleQueue *queue)
{
  /* Each job's task holds the service. */
  g_assert (g_queue_is_empty (&queue->jobs));
  g_free (queue);
}
