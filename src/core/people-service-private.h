/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parts of the address book (people-*.c) share, and what people-sync needs of it. All
 * changes go through one queue, one after the other, because each reads vCards, changes them and
 * writes them back: read, transformed on a worker thread, saved in one transaction, then shown.
 * Private to core/. Main thread.
 */
#pragma once

#include "people-service.h"
#include "roster.h"

G_BEGIN_DECLS

/** ullim_people_service_load_async: reads everybody from @roster, which is kept; once. The people
 *  come into the list in slices, without "added" */
void ullim_people_service_load_async (UllimPeopleService *self,
                                      UllimRoster        *roster,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
gboolean
ullim_people_service_load_finish (UllimPeopleService *self, GAsyncResult *result, GError **error);

/** ullim_people_service_account_removed: its people are spoken to over the first account from now
 * on: the database has done so already */
void ullim_people_service_account_removed (UllimPeopleService *self, gint64 account_id);

/** ullim_people_service_get_roster: Returns: (transfer none) (nullable): %NULL until it is loaded
 */
UllimRoster *ullim_people_service_get_roster (UllimPeopleService *self);

/**
 * UllimPeopleEditKind:
 * @ULLIM_PEOPLE_ADD: a new person of @data, or as @card says where that is given: then only the
 *   account is taken from @data
 * @ULLIM_PEOPLE_CHANGE: @contact becomes what @data says
 * @ULLIM_PEOPLE_MERGE: @card is merged into that of @contact
 * @ULLIM_PEOPLE_PHOTO: @contact gets @photo
 * @ULLIM_PEOPLE_REMOVE: @contact is no more; @card is theirs afterwards
 */
typedef enum {
  ULLIM_PEOPLE_ADD,
  ULLIM_PEOPLE_CHANGE,
  ULLIM_PEOPLE_MERGE,
  ULLIM_PEOPLE_PHOTO,
  ULLIM_PEOPLE_REMOVE,
} UllimPeopleEditKind;

/**
 * UllimPeopleEdit:
 * @contact: (nullable): whom it concerns; after an addition: who was added
 * @is_same: of a merge: both are the same card
 * @is_unchanged: set where there was nothing to change
 */
typedef struct {
  UllimPeopleEditKind kind;
  UllimContact       *contact; /* owned */
  gint64              id;
  UllimContactData   *data;  /* owned, nullable; afterwards taken by the contact */
  char               *card;  /* owned, nullable */
  char               *base;  /* owned, nullable: the card as it was */
  GBytes             *photo; /* owned, nullable */
  gboolean            is_same;
  gboolean            is_unchanged;
} UllimPeopleEdit;

/** ullim_people_edit_new: @contact: (nullable); @data: (transfer full) (nullable) */
UllimPeopleEdit *
ullim_people_edit_new (UllimPeopleEditKind kind, UllimContact *contact, UllimContactData *data);
void ullim_people_edit_free (UllimPeopleEdit *edit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimPeopleEdit, ullim_people_edit_free)
/** ullim_people_edits_new: Returns: (transfer full) (element-type UllimPeopleEdit) */
GPtrArray *ullim_people_edits_new (void);

/** ullim_people_photo_type: Returns: (nullable): "image/png", "image/jpeg"; %NULL: neither */
const char *ullim_people_photo_type (GBytes *photo);

/** ullim_people_edit_transform_all: makes the new cards and data of all @edits, from their bases;
 *  any thread. @error: %ULLIM_PROBLEM_TOO_LARGE, %ULLIM_PROBLEM_PROTOCOL */
gboolean ullim_people_edit_transform_all (GPtrArray *edits, GError **error);

/**
 * UllimPeoplePrepare: called when its turn has come: what is to be done, seen from how the book is
 * now
 *
 * Returns: (transfer full) (element-type UllimPeopleEdit) (nullable)
 */
typedef GPtrArray *(*UllimPeoplePrepare) (UllimPeopleService *self, GTask *task, GError **error);
/** UllimPeopleComplete: all is done: returns @task's result */
typedef void (*UllimPeopleComplete) (UllimPeopleService *self, GTask *task, GPtrArray *edits);

/** ullim_people_service_queue: @task: (transfer full): of which the source is @self; on an error it
 *  returns that */
void ullim_people_service_queue (UllimPeopleService *self,
                                 GTask              *task,
                                 UllimPeoplePrepare  prepare,
                                 UllimPeopleComplete complete);

/** ullim_people_service_edit_async: @edits: (transfer full) (element-type UllimPeopleEdit): all
 * that is to be added and changed in one transaction, then what is to be removed in one. Who is no
 *  longer in the list is passed over */
void ullim_people_service_edit_async (UllimPeopleService *self,
                                      GPtrArray          *edits,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
gboolean
ullim_people_service_edit_finish (UllimPeopleService *self, GAsyncResult *result, GError **error);

/** ullim_people_service_emit_progress: emits import-progress */
void ullim_people_service_emit_progress (UllimPeopleService *self, guint done, guint total);

/** of people-queue.c, owned by the service */
typedef struct _UllimPeopleQueue UllimPeopleQueue;
UllimPeopleQueue                *ullim_people_queue_new (UllimPeopleService *service);
void                             ullim_people_queue_free (UllimPeopleQueue *queue);
UllimPeopleQueue                *ullim_people_service_get_queue (UllimPeopleService *self);
/** ullim_people_queue_start: the book is loaded, or cannot be */
void ullim_people_queue_start (UllimPeopleQueue *queue);
/** for the queue */
void ullim_people_service_emit_added (UllimPeopleService *self, UllimContact *contact);
void ullim_people_service_emit_changed (UllimPeopleService *self, UllimContact *contact);
void ullim_people_service_emit_removed (UllimPeopleService *self, UllimContact *contact);

G_END_DECLS
