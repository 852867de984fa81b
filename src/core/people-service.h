/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The address book: people are added, changed, removed, read from and written to vCard files; kept
 * on disk, and on the account's server where it has a place for them (people-sync). Errors are
 * %ULLIM_PROBLEM_ERROR. Main thread.
 */
#pragma once

#include <gio/gio.h>

#include "account.h"
#include "contact-list.h"

G_BEGIN_DECLS

/** Longest picture, after it was made smaller; longest vCard file that is read. */
#define ULLIM_PEOPLE_MAX_PHOTO_BYTES (256 * 1024)
#define ULLIM_PEOPLE_MAX_FILE_BYTES (256 * 1024 * 1024)

#define ULLIM_TYPE_PEOPLE_SERVICE (ullim_people_service_get_type ())
G_DECLARE_FINAL_TYPE (UllimPeopleService, ullim_people_service, ULLIM, PEOPLE_SERVICE, GObject)

/**
 * Signals of UllimPeopleService:
 *
 * added (UllimContact *), changed (UllimContact *), removed (UllimContact *): each by whom or what
 *   ever, also by another device; the list has changed already.
 * import-progress (guint done, guint total)
 */

/** ullim_people_service_new: Returns: (transfer full): empty until its people are loaded; changes
 *  that are asked for before wait until then */
UllimPeopleService *ullim_people_service_new (void);

/** ullim_people_service_get_contacts: Returns: (transfer none) */
UllimContactList *ullim_people_service_get_contacts (UllimPeopleService *self);

/**
 * ullim_people_service_parse_address:
 * @typed: `bob`, `bob@host`, `sip:…`, `sips:…`, `tel:…`, `+82 10 …`
 * @key: (out) (optional) (transfer full): its comparison key
 *
 * Returns: (transfer full) (nullable): the URI meant, completed by @account's host; %NULL with
 *   %ULLIM_PROBLEM_ADDRESS
 */
char *ullim_people_service_parse_address (UllimAccount *account,
                                          const char   *typed,
                                          char        **key,
                                          GError      **error);

/**
 * ullim_people_service_add_async:
 * @data: (transfer none): its addresses' keys are made here; a uid is made if it has none; who has
 *   one of the addresses already is returned instead, with what was missing added
 */
void ullim_people_service_add_async (UllimPeopleService     *self,
                                     const UllimContactData *data,
                                     GCancellable           *cancellable,
                                     GAsyncReadyCallback     callback,
                                     gpointer                user_data);
/** Returns: (transfer full) (nullable) */
UllimContact *
ullim_people_service_add_finish (UllimPeopleService *self, GAsyncResult *result, GError **error);

/** ullim_people_service_change_async: @data: (transfer none): all of it as it shall be */
void ullim_people_service_change_async (UllimPeopleService     *self,
                                        UllimContact           *contact,
                                        const UllimContactData *data,
                                        GCancellable           *cancellable,
                                        GAsyncReadyCallback     callback,
                                        gpointer                user_data);
gboolean
ullim_people_service_change_finish (UllimPeopleService *self, GAsyncResult *result, GError **error);

/** ullim_people_service_remove_async: gives what ullim_people_service_restore_async() needs to undo
 *  it */
void ullim_people_service_remove_async (UllimPeopleService *self,
                                        UllimContact       *contact,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
/** Returns: (transfer full) (nullable): their vCard */
char *
ullim_people_service_remove_finish (UllimPeopleService *self, GAsyncResult *result, GError **error);
void ullim_people_service_restore_async (UllimPeopleService *self,
                                         const char         *card,
                                         GCancellable       *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer            user_data);
/** Returns: (transfer full) (nullable) */
UllimContact *ullim_people_service_restore_finish (UllimPeopleService *self,
                                                   GAsyncResult       *result,
                                                   GError            **error);

/** ullim_people_service_rename_group_async: @to: (nullable): %NULL: nobody is in it any more */
void     ullim_people_service_rename_group_async (UllimPeopleService *self,
                                                  const char         *from,
                                                  const char         *to,
                                                  GCancellable       *cancellable,
                                                  GAsyncReadyCallback callback,
                                                  gpointer            user_data);
gboolean ullim_people_service_rename_group_finish (UllimPeopleService *self,
                                                   GAsyncResult       *result,
                                                   GError            **error);

/** ullim_people_service_load_photo_async: their picture as it is stored */
void ullim_people_service_load_photo_async (UllimPeopleService *self,
                                            UllimContact       *contact,
                                            GCancellable       *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer            user_data);
/** Returns: (transfer full) (nullable): %NULL without error: none */
GBytes *ullim_people_service_load_photo_finish (UllimPeopleService *self,
                                                GAsyncResult       *result,
                                                GError            **error);
/** ullim_people_service_set_photo_async: @photo: (nullable): a PNG or JPEG file's bytes, at most
 *  %ULLIM_PEOPLE_MAX_PHOTO_BYTES */
void     ullim_people_service_set_photo_async (UllimPeopleService *self,
                                               UllimContact       *contact,
                                               GBytes             *photo,
                                               GCancellable       *cancellable,
                                               GAsyncReadyCallback callback,
                                               gpointer            user_data);
gboolean ullim_people_service_set_photo_finish (UllimPeopleService *self,
                                                GAsyncResult       *result,
                                                GError            **error);

/** Of a file that cannot be read or written the error is a #GIOErrorEnum. */

/** ullim_people_service_import_async: a vCard file, 3.0 or 4.0, of one person or a whole book; who
 * is there already (same UID, or same address) is brought up to date, losing nothing */
void ullim_people_service_import_async (UllimPeopleService *self,
                                        GFile              *file,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
/** @added, @changed: (out): people; @skipped: (out): cards that could not be read */
gboolean ullim_people_service_import_finish (UllimPeopleService *self,
                                             GAsyncResult       *result,
                                             guint              *added,
                                             guint              *changed,
                                             guint              *skipped,
                                             GError            **error);

/** ullim_people_service_export_async: @contacts: (nullable) (element-type UllimContact): %NULL:
 *  everybody. vCard 4.0; the file is replaced only when all of it is written */
void ullim_people_service_export_async (UllimPeopleService *self,
                                        GPtrArray          *contacts,
                                        GFile              *file,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
gboolean
ullim_people_service_export_finish (UllimPeopleService *self, GAsyncResult *result, GError **error);

G_END_DECLS
