/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The named limits of the server, and token buckets: how much one source may ask for.
 * Pure, main thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Longest message (headers and body) that is read; a longer one is refused with 413 or dropped. A
 * list of ten thousand people, not packed, fits. */
#define ULLIM_SERVER_MAX_MESSAGE (1024 * 1024)
/** Longest body of a MESSAGE: what the client takes, too. */
#define ULLIM_SERVER_MAX_BODY (256 * 1024)
/** Longest part of a message before its body. */
#define ULLIM_SERVER_MAX_HEAD (16 * 1024)
/** Devices of one person. */
#define ULLIM_SERVER_MAX_BINDINGS 10
/** Longest Contact URI. */
#define ULLIM_SERVER_MAX_CONTACT 512
/** Contacts in one REGISTER. */
#define ULLIM_SERVER_MAX_CONTACTS 16
/** Bounds of a registration's life, and the default, in seconds. */
#define ULLIM_SERVER_MIN_EXPIRES_S 30
#define ULLIM_SERVER_MAX_EXPIRES_S 7200
#define ULLIM_SERVER_DEFAULT_EXPIRES_S 3600
/** Messages that wait for one person, their bytes, and how long. */
#define ULLIM_SERVER_MAX_WAITING 1000
#define ULLIM_SERVER_MAX_WAITING_BYTES (8 * 1024 * 1024)
#define ULLIM_SERVER_WAITING_DAYS 30
/** How long a MESSAGE may stay unanswered before it is kept instead: well under the 32 s after
 * which the sender gives up. */
#define ULLIM_SERVER_MESSAGE_WAIT_MS 6000
/** Connections from one address that have not shown a registered person. */
#define ULLIM_SERVER_MAX_STRANGER_CONNECTIONS 256
/** How long a connection may live without one whole message, and without one lately. */
#define ULLIM_SERVER_FIRST_MESSAGE_S 20
#define ULLIM_SERVER_IDLE_S 180
/** Requests a second and in one burst from one address; a member, counted by name, has so many
 * times that. */
#define ULLIM_SERVER_RATE 100
#define ULLIM_SERVER_BURST 1000
#define ULLIM_SERVER_MEMBER_FACTOR 50
/** What a wrong password costs, in requests. */
#define ULLIM_SERVER_WRONG_PASSWORD_COST 20
/** Sources whose rate is counted; beyond that, strangers share one count. */
#define ULLIM_SERVER_MAX_SOURCES 16384
/** Calls to Echo: of all, of one person; minutes until one ends; seconds without media. */
#define ULLIM_SERVER_MAX_ECHO_CALLS 32
#define ULLIM_SERVER_MAX_ECHO_CALLS_EACH 4
#define ULLIM_SERVER_ECHO_CALL_S (10 * 60)
#define ULLIM_SERVER_ECHO_SILENCE_S 60
/** Bounds of a subscription's or publication's life, and the default, in seconds. */
#define ULLIM_SERVER_MIN_EVENT_S 60
#define ULLIM_SERVER_MAX_EVENT_S 3600
/** Subscriptions of one member, and of all; longest Call-ID, tag, Event and routes of one. */
#define ULLIM_SERVER_MAX_SUBSCRIPTIONS_EACH 2000
#define ULLIM_SERVER_MAX_SUBSCRIPTIONS 1000000
#define ULLIM_SERVER_MAX_DIALOG_BYTES 2048
/** NOTIFYs of one subscription are at least so far apart. */
#define ULLIM_SERVER_NOTIFY_PAUSE_MS 100
/** NOTIFYs, and bytes of their bodies, that one flow may have under way. */
#define ULLIM_SERVER_NOTIFY_WINDOW 64
#define ULLIM_SERVER_NOTIFY_WINDOW_UDP 16
#define ULLIM_SERVER_NOTIFY_WINDOW_BYTES (192 * 1024)
/** Longest body of a NOTIFY: what fits a datagram, and the buffers of common programs. */
#define ULLIM_SERVER_MAX_NOTIFY_BODY (56 * 1024)
/** Publications of one person, and their bytes. */
#define ULLIM_SERVER_MAX_PUBLICATIONS 16
#define ULLIM_SERVER_MAX_PUBLICATION (16 * 1024)
#define ULLIM_SERVER_MAX_PUBLICATION_BYTES (48 * 1024)
/** Longest composed presence of a person. */
#define ULLIM_SERVER_MAX_PRESENCE (48 * 1024)
/** Longest list of people in a SUBSCRIBE, before and after it is unpacked, and entries of all lists
 * of one member. */
#define ULLIM_SERVER_MAX_LIST_BODY (2 * 1024 * 1024)
#define ULLIM_SERVER_MAX_LIST_ENTRIES 40000
/** Those who asked a person for permission and wait for it while they are not there, and how long
 * they are remembered. */
#define ULLIM_SERVER_MAX_WAITING_WATCHERS 1000
#define ULLIM_SERVER_WAITING_WATCHER_DAYS 90
/** Longest document that a member keeps, and request line with headers, over HTTP. */
#define ULLIM_SERVER_MAX_DOCUMENT (4 * 1024 * 1024)
#define ULLIM_SERVER_MAX_HTTP_HEAD (32 * 1024)
/** HTTP connections of all, and from one address. */
#define ULLIM_SERVER_MAX_HTTP_CONNECTIONS 1024
#define ULLIM_SERVER_MAX_HTTP_CONNECTIONS_EACH 128
/** Silence on an HTTP connection, and time for one request with its answer, before it is closed. */
#define ULLIM_SERVER_HTTP_SILENCE_S 20
#define ULLIM_SERVER_HTTP_REQUEST_S 60
/** What of a document costs as much as a request. */
#define ULLIM_SERVER_HTTP_BYTES_PER_REQUEST 4096

typedef struct _UllimServerLimits UllimServerLimits;

/** ullim_server_limits_new: @rate: requests a second; 0: no limit. The burst is ten times that. */
UllimServerLimits *ullim_server_limits_new (guint rate);
void               ullim_server_limits_free (UllimServerLimits *self);

/**
 * ullim_server_limits_take:
 * @source: what is counted together: an address, or a name with a prefix
 * @cost: tokens; negative to give back
 * @now_us: monotonic
 *
 * Returns: whether the bucket had enough
 */
gboolean
ullim_server_limits_take (UllimServerLimits *self, const char *source, double cost, gint64 now_us);

/** ullim_server_limits_sweep: forgets sources whose bucket is full again */
void ullim_server_limits_sweep (UllimServerLimits *self, gint64 now_us);

/** ullim_server_limits_count: Returns: sources that are counted */
guint ullim_server_limits_count (UllimServerLimits *self);

G_END_DECLS
