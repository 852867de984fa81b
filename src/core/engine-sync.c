/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The engine's accounts and what each keeps on its server. Nothing is kept in step before what is
 * here was read from disk: otherwise it would look as if all of it had been removed.
 */
#define G_LOG_DOMAIN "engine-sync"

#include "engine-private.h"
#include "people-sync.h"
#include "permission-sync.h"

static void
sync_connection (UllimEngine *self, UllimConnection *connection)
{
  g_autoptr (UllimDocuments) documents = ullim_documents_new (connection);
  GPtrArray                 *parts = g_ptr_array_new_with_free_func (g_object_unref);

  if (self->has_people)
    g_ptr_array_add (parts, ullim_people_sync_new (documents, self->people, self->roster,
                                                   G_LIST_MODEL (self->accounts)));
  if (self->has_permissions)
    g_ptr_array_add (parts, ullim_permission_sync_new (documents, self->presence, self->roster));
  g_hash_table_insert (self->syncs, ullim_connection_get_account (connection), parts);
}

void
ullim_engine_sync_account (UllimEngine *self, UllimAccount *account)
{
  UllimConnection *connection = ullim_engine_find_connection (self, account);

  if (self->loaded && connection && !g_hash_table_contains (self->syncs, account))
    sync_connection (self, connection);
}

void
ullim_engine_sync_all (UllimEngine *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++) {
    g_autoptr (UllimAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

    ullim_engine_sync_account (self, account);
  }
}
