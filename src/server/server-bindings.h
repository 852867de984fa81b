/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where people can be reached: the location service of RFC 3261 section 10, in memory, written
 * behind to the database. A binding of a connection lives as long as the connection; a binding of
 * UDP survives a restart of the server. Main thread.
 */
#pragma once

#include "server-db.h"
#include "server-limits.h"

#include <sofia-sip/tport.h>

G_BEGIN_DECLS

/**
 * UllimServerBinding:
 * @contact: the URI as it was registered
 * @target: user, host and port of it, under which in-dialog requests find it
 * @flow: where it is really reached: "udp:ADDRESS:PORT", "tcp:…", "tls:…"
 * @tport: (nullable): the connection; %NULL for UDP
 * @instance: (nullable): +sip.instance (RFC 5626)
 * @expires_s: wall clock
 * @heard_us: monotonic time of its last REGISTER
 */
typedef struct {
  char    *contact;
  char    *target;
  char    *flow;
  tport_t *tport;
  char    *instance;
  guint32  reg_id;
  char    *call_id;
  guint32  cseq;
  gint64   expires_s;
  gint64   heard_us;
} UllimServerBinding;

typedef struct _UllimServerBindings UllimServerBindings;

/** ullim_server_bindings_new: reads what survived, on the calling thread */
UllimServerBindings *ullim_server_bindings_new (UllimServerSqlite *sqlite);
void                 ullim_server_bindings_free (UllimServerBindings *self);

/** ullim_server_binding_new: Returns: (transfer full): a copy of all strings; a reference of @tport
 */
UllimServerBinding *ullim_server_binding_new (const char *contact,
                                              const char *flow,
                                              tport_t    *tport,
                                              const char *instance,
                                              guint32     reg_id,
                                              const char *call_id,
                                              guint32     cseq,
                                              gint64      expires_s);
void                ullim_server_binding_free (UllimServerBinding *binding);

/** ullim_server_binding_is_usable: not expired, and its connection is open */
gboolean ullim_server_binding_is_usable (const UllimServerBinding *binding, gint64 now_s);

/**
 * ullim_server_bindings_list:
 *
 * Drops the unusable ones first.
 *
 * Returns: (transfer none) (nullable) (element-type UllimServerBinding): valid until the next call
 *   that changes this person's bindings; %NULL if there are none
 */
GPtrArray *ullim_server_bindings_list (UllimServerBindings *self, const char *name, gint64 now_s);

/**
 * ullim_server_bindings_put:
 * @binding: (transfer full)
 *
 * Replaces a binding of the same instance and registration number, or, without an instance, of the
 * same contact.
 */
void ullim_server_bindings_put (UllimServerBindings *self,
                                const char          *name,
                                UllimServerBinding  *binding);

/**
 * ullim_server_bindings_refresh:
 * @binding: one of @name's
 *
 * The same registration once more: only its end and its order change.
 */
void ullim_server_bindings_refresh (UllimServerBindings *self,
                                    const char          *name,
                                    UllimServerBinding  *binding,
                                    const char          *call_id,
                                    guint32              cseq,
                                    gint64               expires_s);

/** ullim_server_bindings_match: Returns: (transfer none) (nullable): the binding that
 * ullim_server_bindings_put() would replace */
UllimServerBinding *ullim_server_bindings_match (UllimServerBindings *self,
                                                 const char          *name,
                                                 const char          *contact,
                                                 const char          *instance,
                                                 guint32              reg_id);

/** ullim_server_bindings_remove: @binding: (nullable): one of @name's, or %NULL for all */
void ullim_server_bindings_remove (UllimServerBindings      *self,
                                   const char               *name,
                                   const UllimServerBinding *binding);

/** ullim_server_bindings_find_target: @target: from ullim_server_bindings_target(); Returns:
 * (transfer none) (nullable) */
UllimServerBinding *
ullim_server_bindings_find_target (UllimServerBindings *self, const char *target, gint64 now_s);

/** ullim_server_bindings_target: Returns: (transfer full): "user@host:port", host in lower case */
char *ullim_server_bindings_target (const char *user, const char *host, const char *port);

/** ullim_server_bindings_has_flow: whether a person is registered over "tcp:ADDRESS:PORT" */
gboolean ullim_server_bindings_has_flow (UllimServerBindings *self, const char *flow);

/** ullim_server_bindings_sweep: drops all that is expired or whose connection has closed */
void ullim_server_bindings_sweep (UllimServerBindings *self, gint64 now_s);

/** ullim_server_bindings_retain: drops everybody for whom @keep says %FALSE */
void ullim_server_bindings_retain (UllimServerBindings *self,
                                   gboolean (*keep) (const char *name, gpointer data),
                                   gpointer data);

/** ullim_server_bindings_flush: hands changes since the last call to the database */
void ullim_server_bindings_flush (UllimServerBindings *self, UllimServerDb *db);

/** ullim_server_bindings_count: Returns: bindings of all */
guint ullim_server_bindings_count (UllimServerBindings *self);

G_END_DECLS
