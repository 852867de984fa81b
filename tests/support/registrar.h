/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A registrar and proxy for tests of the client: does what the test tells it, also what no decent
 * server would do. TCP or TLS, and UDP, on one port of 127.0.0.1, in the test's own main loop.
 */
#pragma once

#include <gio/gio.h>

#include "certificates.h"

typedef struct _SupportRegistrar SupportRegistrar;

/**
 * SupportRegistrarScript: to be changed at any time
 * @password: (nullable): of every user; %NULL challenges nobody
 * @algorithms: (nullable) (array zero-terminated=1): of the challenges, in this order; default MD5
 * @realm: default "test"
 * @register_status: answers each REGISTER with it, 0 does what is right
 * @message_status: answers each MESSAGE with it, 0 passes it on
 * @drops_messages: neither answers a MESSAGE nor passes it on
 * @retry_after_s: Retry-After of such an answer
 * @expires_s: life of a registration, default 600
 * @is_silent: answers nothing
 * @expires_nonces: each nonce counts once, and the next challenge says stale=true
 * @challenges_messages: 407 for a MESSAGE without credentials
 * @later_certificate: (nullable): shown from the second connection on
 */
typedef struct {
  const char        *password;
  const char *const *algorithms;
  const char        *realm;
  int                register_status;
  int                message_status;
  gboolean           drops_messages;
  guint              retry_after_s;
  guint              expires_s;
  gboolean           is_silent;
  gboolean           expires_nonces;
  gboolean           challenges_messages;

  const SupportCertificate *later_certificate;
} SupportRegistrarScript;

/**
 * SupportRegistrarCounts: what it has seen
 * @algorithm: (nullable): of the last credentials
 * @un_registers: REGISTERs that took something back
 * @with_instance: of them, those that named an instance
 */
typedef struct {
  guint registers;
  guint un_registers;
  guint with_instance;
  guint options;
  guint messages;
  guint challenges;
  guint connections;
  char *algorithm;
} SupportRegistrarCounts;

/** support_registrar_new: @certificate: (nullable): speaks TLS with it; @port 0 takes any */
SupportRegistrar *support_registrar_new (guint16 port, const SupportCertificate *certificate);
void              support_registrar_free (SupportRegistrar *self);

guint16                       support_registrar_get_port (SupportRegistrar *self);
SupportRegistrarScript       *support_registrar_get_script (SupportRegistrar *self);
const SupportRegistrarCounts *support_registrar_get_counts (SupportRegistrar *self);

/** support_registrar_get_binding: Returns: (nullable): Contact of the user */
const char *support_registrar_get_binding (SupportRegistrar *self, const char *user);

/** support_registrar_drop_connections: closes what is open */
void support_registrar_drop_connections (SupportRegistrar *self);

/** support_registrar_close_port: takes no new connections; those that are open go on */
void support_registrar_close_port (SupportRegistrar *self);

/** support_registrar_stop: also closes its port, and forgets who is registered */
void support_registrar_stop (SupportRegistrar *self);

/** support_registrar_start: again on the same port */
void support_registrar_start (SupportRegistrar *self);

/** support_registrar_set_certificate: for connections to come */
void support_registrar_set_certificate (SupportRegistrar         *self,
                                        const SupportCertificate *certificate);
