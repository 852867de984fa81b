/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Our publications (RFC 3903).
 */
#define G_LOG_DOMAIN "sip-publication"

#include "sip-publication.h"

struct _UllimSipPublication {
  GObject                  parent_instance;
  UllimSipPublicationState state;
};

G_DEFINE_FINAL_TYPE (UllimSipPublication, ullim_sip_publication, G_TYPE_OBJECT)

static void
ullim_sip_publication_class_init (UllimSipPublicationClass *klass)
{
  g_signal_new ("state-changed", ULLIM_TYPE_SIP_PUBLICATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
}

static void
ullim_sip_publication_init (UllimSipPublication *self)
{
}

UllimSipPublication *
ullim_sip_publication_new (UllimSipAgent *agent, const char *event)
{
  return g_object_new (ULLIM_TYPE_SIP_PUBLICATION, NULL);
}

UllimSipPublicationState
ullim_sip_publication_get_state (UllimSipPublication *self)
{
  return self->state;
}

int
ullim_sip_publication_get_status (UllimSipPublication *self)
{
  return 0;
}

void
ullim_sip_publication_set (UllimSipPublication *self, const char *content_type, GBytes *body)
{
}

void
ullim_sip_publication_remove_async (UllimSipPublication *self,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_return_boolean (task, TRUE);
}

gboolean
ullim_sip_publication_remove_finish (UllimSipPublication *self,
                                     GAsyncResult        *result,
                                     GError             **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
