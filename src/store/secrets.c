/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Passwords: the memory of this run in front of the desktop's keyring.
 *
 * libsecret may wait for ever: for a person at an unlock dialog, for a service that hangs, and in
 * 0.20.5 for itself when that dialog was dismissed. So each request has a timer; when it fires the
 * request is answered and its call is left alone, because cancelling one could deadlock in
 * libsecret before 0.21. What it says later is thrown away.
 */
#define G_LOG_DOMAIN "secrets"

#include "secrets.h"

#include <string.h>

#ifdef HAVE_LIBSECRET
#include <libsecret/secret.h>
#endif

struct _UllimSecrets {
  GObject     parent_instance;
  GHashTable *remembered; /* address -> password */
};

G_DEFINE_FINAL_TYPE (UllimSecrets, ullim_secrets, G_TYPE_OBJECT)

static void
wipe (gpointer password)
{
  explicit_bzero (password, strlen (password));
  g_free (password);
}

void
ullim_secrets_remember (UllimSecrets *self, const char *address, const char *password)
{
  g_return_if_fail (ULLIM_IS_SECRETS (self));
  g_return_if_fail (address != NULL);

  if (password)
    g_hash_table_replace (self->remembered, g_strdup (address), g_strdup (password));
  else
    g_hash_table_remove (self->remembered, address);
}

#ifdef HAVE_LIBSECRET

static const SecretSchema schema = {
    "im.ullim.Ullim",
    SECRET_SCHEMA_NONE,
    {{"address", SECRET_SCHEMA_ATTRIBUTE_STRING}, {NULL, 0}},
};

/* One call to the keyring. Held by the call itself, and by the timer and the cancellation until
 * the task is answered. */
typedef struct {
  GTask   *task; /* owned, %NULL once answered */
  char    *address;
  GSource *timer;        /* owned, %NULL once answered */
  GSource *cancellation; /* owned, nullable, %NULL once answered */
} Request;

static void
request_clear (gpointer data)
{
  Request *request = data;

  g_assert (request->task == NULL);
  g_free (request->address);
}

static void
request_unref (gpointer request)
{
  g_rc_box_release_full (request, request_clear);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_unref)

static void
clear_source (GSource **source)
{
  if (*source)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/* Returns: (transfer full) (nullable): the task, if nobody answered it yet */
static GTask *
request_take_task (Request *request)
{
  clear_source (&request->timer);
  clear_source (&request->cancellation);
  return g_steal_pointer (&request->task);
}

static void
request_fail (Request *request, const char *message)
{
  g_autoptr (GTask) task = request_take_task (request);

  if (task)
    g_task_return_new_error (task, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_KEYRING, "%s", message);
}

static gboolean
on_timeout (gpointer data)
{
  request_fail (data, "the keyring did not answer in time");
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  g_autoptr (GTask) task = request_take_task (data);

  if (task)
    g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static Request *
request_new (GTask *task, const char *address)
{
  Request      *request = g_rc_box_new0 (Request);
  GCancellable *cancellable = g_task_get_cancellable (task);

  request->task = task;
  request->address = g_strdup (address);
  request->timer = g_timeout_source_new (ULLIM_SECRETS_TIMEOUT_MS);
  g_source_set_callback (request->timer, on_timeout, g_rc_box_acquire (request),
                         (GDestroyNotify) request_unref);
  g_source_attach (request->timer, g_task_get_context (task));
  if (cancellable) {
    request->cancellation = g_cancellable_source_new (cancellable);
    g_source_set_callback (request->cancellation, G_SOURCE_FUNC (on_cancelled),
                           g_rc_box_acquire (request), (GDestroyNotify) request_unref);
    g_source_attach (request->cancellation, g_task_get_context (task));
  }
  return request;
}

static void
on_searched (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Request) request = data;
  g_autoptr (GError)  error = NULL;
  g_autolist (GObject) items = secret_password_search_finish (result, &error);
  g_autoptr (GTask) task = NULL;

  if (error || items) {
    /* There is one, and look-up did not give it to us. */
    request_fail (request, error ? error->message : "the keyring is locked");
    return;
  }
  task = request_take_task (request);
  if (task)
    g_task_return_pointer (task, NULL, NULL);
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Request) request = data;
  g_autoptr (GError)  error = NULL;
  char               *password = secret_password_lookup_finish (result, &error);
  g_autoptr (GTask)   task = NULL;

  if (error) {
    request_fail (request, error->message);
  } else if (!request->task) {
    g_debug ("the keyring answered too late");
  } else if (password) {
    task = request_take_task (request);
    g_task_return_pointer (task, g_strdup (password), wipe);
  } else {
    /* Nothing, or nothing that may be read: a locked keyring looks the same. */
    secret_password_search (&schema, SECRET_SEARCH_NONE, NULL, on_searched,
                            g_rc_box_acquire (request), "address", request->address, NULL);
  }
  secret_password_free (password);
}

static void
look_up (GTask *task, const char *address)
{
  secret_password_lookup (&schema, NULL, on_looked_up, request_new (task, address), "address",
                          address, NULL);
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Request) request = data;
  g_autoptr (GError)  error = NULL;
  g_autoptr (GTask)   task = NULL;

  if (!secret_password_store_finish (result, &error)) {
    request_fail (request, error->message);
    return;
  }
  task = request_take_task (request);
  if (task)
    g_task_return_boolean (task, TRUE);
}

static void
store (GTask *task, const char *address, const char *password)
{
  g_autofree char *label = g_strconcat ("Ullim: ", address, NULL);

  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, password, NULL, on_stored,
                         request_new (task, address), "address", address, NULL);
}

static void
on_cleared (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Request) request = data;
  g_autoptr (GError)  error = NULL;
  g_autoptr (GTask)   task = NULL;

  secret_password_clear_finish (result, &error);
  if (error) {
    request_fail (request, error->message);
    return;
  }
  task = request_take_task (request);
  if (task)
    g_task_return_boolean (task, TRUE);
}

static void
clear (GTask *task, const char *address)
{
  secret_password_clear (&schema, NULL, on_cleared, request_new (task, address), "address", address,
                         NULL);
}

#else

static void
no_keyring (GTask *task)
{
  g_task_return_new_error (task, ULLIM_PROBLEM_ERROR, ULLIM_PROBLEM_KEYRING,
                           "built without a keyring");
  g_object_unref (task);
}

static void
look_up (GTask *task, const char *address)
{
  no_keyring (task);
}

static void
store (GTask *task, const char *address, const char *password)
{
  no_keyring (task);
}

static void
clear (GTask *task, const char *address)
{
  no_keyring (task);
}

#endif

void
ullim_secrets_lookup_async (UllimSecrets       *self,
                            const char         *address,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_SECRETS (self));
  g_return_if_fail (address != NULL);

  GTask      *task = g_task_new (self, cancellable, callback, user_data);
  const char *remembered = g_hash_table_lookup (self->remembered, address);

  g_task_set_source_tag (task, ullim_secrets_lookup_async);
  if (remembered) {
    g_task_return_pointer (task, g_strdup (remembered), wipe);
    g_object_unref (task);
  } else {
    look_up (task, address);
  }
}

char *
ullim_secrets_lookup_finish (UllimSecrets *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
ullim_secrets_store_async (UllimSecrets       *self,
                           const char         *address,
                           const char         *password,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_SECRETS (self));
  g_return_if_fail (address != NULL && password != NULL);

  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ullim_secrets_store_async);
  ullim_secrets_remember (self, address, password);
  store (task, address, password);
}

gboolean
ullim_secrets_store_finish (UllimSecrets *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
ullim_secrets_clear_async (UllimSecrets       *self,
                           const char         *address,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  g_return_if_fail (ULLIM_IS_SECRETS (self));
  g_return_if_fail (address != NULL);

  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ullim_secrets_clear_async);
  ullim_secrets_remember (self, address, NULL);
  clear (task, address);
}

gboolean
ullim_secrets_clear_finish (UllimSecrets *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

UllimSecrets *
ullim_secrets_new (void)
{
  return g_object_new (ULLIM_TYPE_SECRETS, NULL);
}

static void
ullim_secrets_finalize (GObject *object)
{
  UllimSecrets *self = ULLIM_SECRETS (object);

  g_hash_table_unref (self->remembered);
  G_OBJECT_CLASS (ullim_secrets_parent_class)->finalize (object);
}

static void
ullim_secrets_class_init (UllimSecretsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ullim_secrets_finalize;
}

static void
ullim_secrets_init (UllimSecrets *self)
{
  self->remembered = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, wipe);
}
