/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The real ullim-server on the loopback, on ports that the system chose.
 */
#pragma once

#include <gio/gio.h>

/**
 * ServerFixture:
 * @domain: of its people: sip:alice@DOMAIN
 * @tcp, @udp, @tls: proxy URIs for clients, valid from its first start on
 * @ca_file: the authority that signed its certificate
 */
typedef struct {
  char        *dir;
  char        *domain;
  char        *tcp;
  char        *udp;
  char        *tls;
  char        *ca_file;
  GSubprocess *process; /* owned, nullable while it is down */
  guint        port;
  guint        tls_port;
  guint        http_port; /* may be another after a start, as the next */
  guint        https_port;
} ServerFixture;

/**
 * server_fixture_new:
 * @users: names, %NULL-terminated; everybody's password is "secret-NAME"
 *
 * Founds a group and starts its server.
 */
ServerFixture *server_fixture_new (const char *const *users);

/** server_fixture_start: after a stop; on the same ports */
void server_fixture_start (ServerFixture *server);

/** server_fixture_stop: ends it in order */
void server_fixture_stop (ServerFixture *server);

/** server_fixture_kill: ends it with SIGKILL */
void server_fixture_kill (ServerFixture *server);

/** server_fixture_new_certificate: a fresh authority and certificate; it must be down */
void server_fixture_new_certificate (ServerFixture *server);

void server_fixture_free (ServerFixture *server);
