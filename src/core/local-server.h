/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The embedded default: starts and watches the ullim-server program for a group on this computer.
 * Main thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define ULLIM_TYPE_LOCAL_SERVER (ullim_local_server_get_type ())
G_DECLARE_FINAL_TYPE (UllimLocalServer, ullim_local_server, ULLIM, LOCAL_SERVER, GObject)

/** Properties: "running" (boolean). */

/**
 * ullim_local_server_new:
 * @data_dir: the client's data folder; the server's own is `server` in it
 */
UllimLocalServer *ullim_local_server_new (const char *data_dir);

/** ullim_local_server_exists: Returns: whether a group was started here before (its folder is
 * there) */
gboolean ullim_local_server_exists (UllimLocalServer *self);

/**
 * ullim_local_server_create_async:
 * @user: first account's user name
 * @password: its password
 *
 * `ullim-server init`, `user add`, then start. %ULLIM_PROBLEM_LOCAL_SERVER with the server's own
 * words.
 */
void ullim_local_server_create_async (UllimLocalServer   *self,
                                      const char         *user,
                                      const char         *password,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
/**
 * ullim_local_server_create_finish:
 * @address: (out) (transfer full): the account's address-of-record
 * @proxy: (out) (transfer full): where to connect from this machine
 * @ca_file: (out) (transfer full): the group's certificate authority
 */
gboolean ullim_local_server_create_finish (UllimLocalServer *self,
                                           GAsyncResult     *result,
                                           char            **address,
                                           char            **proxy,
                                           char            **ca_file,
                                           GError          **error);

/** ullim_local_server_start_async: starts it and waits until it listens; restarts it if it dies,
 * paced */
void ullim_local_server_start_async (UllimLocalServer   *self,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean
ullim_local_server_start_finish (UllimLocalServer *self, GAsyncResult *result, GError **error);

/** ullim_local_server_get_proxy: Returns: (transfer full): where to connect from this machine */
char *ullim_local_server_get_proxy (UllimLocalServer *self);
/** ullim_local_server_get_tls_port: Returns: where other computers connect */
guint ullim_local_server_get_tls_port (UllimLocalServer *self);
/** ullim_local_server_get_ca_file: Returns: (transfer full): the group's certificate authority */
char *ullim_local_server_get_ca_file (UllimLocalServer *self);

/**
 * ullim_local_server_read_fingerprint_async:
 *
 * Reads the certificate that the server shows to other computers, for them to compare.
 */
void ullim_local_server_read_fingerprint_async (UllimLocalServer   *self,
                                                GCancellable       *cancellable,
                                                GAsyncReadyCallback callback,
                                                gpointer            user_data);
/**
 * ullim_local_server_read_fingerprint_finish:
 * @error: of #GIOErrorEnum when the file cannot be read, of #GTlsError when it is no certificate
 *
 * Returns: (transfer full) (nullable): SHA-256, upper-case hexadecimal with colons
 */
char *ullim_local_server_read_fingerprint_finish (UllimLocalServer *self,
                                                  GAsyncResult     *result,
                                                  GError          **error);

/** ullim_local_server_stop: ends it (SIGTERM); it ends by itself too when this process dies */
void ullim_local_server_stop (UllimLocalServer *self);

/**
 * ullim_local_server_add_user_async: `ullim-server user add`, for inviting others
 */
void ullim_local_server_add_user_async (UllimLocalServer   *self,
                                        const char         *user,
                                        const char         *password,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
gboolean
ullim_local_server_add_user_finish (UllimLocalServer *self, GAsyncResult *result, GError **error);

G_END_DECLS
