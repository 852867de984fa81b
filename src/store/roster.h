/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The address book on disk, the permissions people were given, and the user's own presence.
 * A person is a vCard (RFC 6350), kept whole so that nothing of it is lost; the columns beside it
 * repeat what lists and look-ups need. Errors are %ULLIM_PROBLEM_ERROR. Main thread; the work is
 * done on the database thread.
 */
#pragma once

#include "contact.h"
#include "db.h"
#include "watcher.h"

G_BEGIN_DECLS

/** Most people of one book; most bytes of one vCard with its picture. */
#define ULLIM_ROSTER_MAX_PEOPLE 20000
#define ULLIM_ROSTER_MAX_CARD_BYTES (512 * 1024)

/** UllimContactRow: @card: (nullable): its vCard; only where it is asked for */
typedef struct {
  gint64            id;
  UllimContactData *data; /* owned */
  char             *card;
} UllimContactRow;

void ullim_contact_row_free (UllimContactRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimContactRow, ullim_contact_row_free)

/** UllimPermissionRow: what was decided about one address; account_id 0: for all accounts */
typedef struct {
  gint64          account_id;
  char           *uri;
  char           *key;
  char           *name; /* nullable */
  UllimPermission permission;
  gint64          asked_us;
} UllimPermissionRow;

void ullim_permission_row_free (UllimPermissionRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimPermissionRow, ullim_permission_row_free)

#define ULLIM_TYPE_ROSTER (ullim_roster_get_type ())
G_DECLARE_FINAL_TYPE (UllimRoster, ullim_roster, ULLIM, ROSTER, GObject)

UllimRoster *ullim_roster_new (UllimDb *db);

/** ullim_roster_load_async: everybody, without their vCards */
void ullim_roster_load_async (UllimRoster        *self,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data);
/** Returns: (transfer full) (element-type UllimContactRow) (nullable) */
GPtrArray *ullim_roster_load_finish (UllimRoster *self, GAsyncResult *result, GError **error);

/** ullim_roster_cards_async: @ids: (nullable) (element-type gint64): whose; %NULL: all. With their
 *  vCards, in the order of id */
void ullim_roster_cards_async (UllimRoster        *self,
                               GArray             *ids,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data);
/** Returns: (transfer full) (element-type UllimContactRow) (nullable) */
GPtrArray *ullim_roster_cards_finish (UllimRoster *self, GAsyncResult *result, GError **error);

/**
 * ullim_roster_save_async:
 * @rows: (element-type UllimContactRow) (transfer full): id 0: new, or who has that uid is changed.
 *   All or none of them is saved
 *
 * %ULLIM_PROBLEM_TOO_LARGE over %ULLIM_ROSTER_MAX_PEOPLE.
 */
void ullim_roster_save_async (UllimRoster        *self,
                              GPtrArray          *rows,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data);
/** Returns: (transfer full) (element-type UllimContactRow) (nullable): @rows with their ids */
GPtrArray *ullim_roster_save_finish (UllimRoster *self, GAsyncResult *result, GError **error);

/** ullim_roster_remove_async: @ids: (element-type gint64) */
void     ullim_roster_remove_async (UllimRoster        *self,
                                    GArray             *ids,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
gboolean ullim_roster_remove_finish (UllimRoster *self, GAsyncResult *result, GError **error);

/** ullim_roster_load_permissions_async: all of them, those who asked last first */
void ullim_roster_load_permissions_async (UllimRoster        *self,
                                          GCancellable       *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer            user_data);
/** Returns: (transfer full) (element-type UllimPermissionRow) (nullable) */
GPtrArray *
ullim_roster_load_permissions_finish (UllimRoster *self, GAsyncResult *result, GError **error);

/** ullim_roster_save_permission_async: @row: (transfer none): replaces what was decided before */
void     ullim_roster_save_permission_async (UllimRoster              *self,
                                             const UllimPermissionRow *row,
                                             GCancellable             *cancellable,
                                             GAsyncReadyCallback       callback,
                                             gpointer                  user_data);
gboolean ullim_roster_save_permission_finish (UllimRoster *self, GAsyncResult *r, GError **error);

/** ullim_roster_remove_permission_async: nothing is decided about @key any more */
void     ullim_roster_remove_permission_async (UllimRoster        *self,
                                               gint64              account_id,
                                               const char         *key,
                                               GCancellable       *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer            user_data);
gboolean ullim_roster_remove_permission_finish (UllimRoster *self, GAsyncResult *r, GError **error);

/**
 * The copy of a document that a server keeps for an account (XCAP), as it was when both sides last
 * agreed: what a three-way merge starts from. @name: such as "resource-lists"; a @text of %NULL
 * forgets it.
 */
void ullim_roster_load_document_async (UllimRoster        *self,
                                       gint64              account_id,
                                       const char         *name,
                                       GCancellable       *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data);
/** @text: (out) (nullable) (transfer full); @etag: (out) (nullable) (transfer full) */
gboolean ullim_roster_load_document_finish (UllimRoster  *self,
                                            GAsyncResult *result,
                                            char        **text,
                                            char        **etag,
                                            GError      **error);
void     ullim_roster_save_document_async (UllimRoster        *self,
                                           gint64              account_id,
                                           const char         *name,
                                           const char         *text,
                                           const char         *etag,
                                           GCancellable       *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer            user_data);
gboolean ullim_roster_save_document_finish (UllimRoster *self, GAsyncResult *r, GError **error);

/** The user's own presence: @own, @note (nullable), kept over restarts */
void     ullim_roster_load_own_async (UllimRoster        *self,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
gboolean ullim_roster_load_own_finish (UllimRoster      *self,
                                       GAsyncResult     *result,
                                       UllimOwnPresence *own,
                                       char            **note,
                                       GError          **error);
void     ullim_roster_save_own_async (UllimRoster        *self,
                                      UllimOwnPresence    own,
                                      const char         *note,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
gboolean ullim_roster_save_own_finish (UllimRoster *self, GAsyncResult *result, GError **error);

G_END_DECLS
