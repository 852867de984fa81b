/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why something did not work, as a value: core/ fills it in, ui/ and cli/ turn it into a sentence
 * that names the layer and what to do.
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * UllimProblem:
 * @ULLIM_PROBLEM_NONE: nothing is wrong
 * @ULLIM_PROBLEM_OFFLINE: this machine has no network
 * @ULLIM_PROBLEM_NAME_NOT_FOUND: DNS knows no such host
 * @ULLIM_PROBLEM_NAME_SERVER: DNS did not answer
 * @ULLIM_PROBLEM_REFUSED: nothing listens at that address and port
 * @ULLIM_PROBLEM_UNREACHABLE: no route
 * @ULLIM_PROBLEM_CONNECTION_LOST: the connection broke
 * @ULLIM_PROBLEM_TIMEOUT: no answer in time
 * @ULLIM_PROBLEM_CERTIFICATE_UNKNOWN: the certificate is signed by nobody known; the user may pin
 * it
 * @ULLIM_PROBLEM_CERTIFICATE_CHANGED: not the certificate that was pinned
 * @ULLIM_PROBLEM_CERTIFICATE_INVALID: expired, not yet valid, or for another name
 * @ULLIM_PROBLEM_TLS: the handshake failed for another reason
 * @ULLIM_PROBLEM_PASSWORD_MISSING: the server asks for a password and there is none
 * @ULLIM_PROBLEM_PASSWORD: the server does not accept name and password
 * @ULLIM_PROBLEM_UNKNOWN_ACCOUNT: the server knows no such account
 * @ULLIM_PROBLEM_FORBIDDEN: the server does not permit it (403)
 * @ULLIM_PROBLEM_NOT_FOUND: the other side's address is unknown to its server (404, 604)
 * @ULLIM_PROBLEM_UNAVAILABLE: the other side cannot be reached now (480, 408 from a proxy)
 * @ULLIM_PROBLEM_DECLINED: the other side refuses (486, 603, ...)
 * @ULLIM_PROBLEM_NOT_ACCEPTED_TYPE: the other side does not take this kind of content (415, 488)
 * @ULLIM_PROBLEM_NOT_ALLOWED_METHOD: the other side has no messaging (405, 501)
 * @ULLIM_PROBLEM_TOO_LARGE: over the limit of a server or the other side (413, 513)
 * @ULLIM_PROBLEM_SERVER: the server failed (5xx)
 * @ULLIM_PROBLEM_PROTOCOL: an answer that cannot be understood
 * @ULLIM_PROBLEM_ADDRESS: the address is not well-formed
 * @ULLIM_PROBLEM_PORT_IN_USE: the address to listen on is taken
 * @ULLIM_PROBLEM_DISK_FULL: the disk is full
 * @ULLIM_PROBLEM_DISK_READ_ONLY: the data folder cannot be written
 * @ULLIM_PROBLEM_DATABASE_DAMAGED: the database is damaged
 * @ULLIM_PROBLEM_DATABASE: another failure of the database
 * @ULLIM_PROBLEM_DATABASE_NEWER: the database is of a newer Ullim
 * @ULLIM_PROBLEM_IN_USE: another Ullim has this data folder open
 * @ULLIM_PROBLEM_KEYRING: the keyring is locked, absent or silent
 * @ULLIM_PROBLEM_LOCAL_SERVER: the embedded group server did not start
 * @ULLIM_PROBLEM_FILE_TYPE: a file is not of a kind that can be read
 * @ULLIM_PROBLEM_OVER_LIMIT: a file, a picture or a card is larger than what is kept
 *
 * The numbers are stored with failed messages: add at the end, never renumber.
 */
typedef enum {
  ULLIM_PROBLEM_NONE = 0,
  ULLIM_PROBLEM_OFFLINE = 1,
  ULLIM_PROBLEM_NAME_NOT_FOUND = 2,
  ULLIM_PROBLEM_NAME_SERVER = 3,
  ULLIM_PROBLEM_REFUSED = 4,
  ULLIM_PROBLEM_UNREACHABLE = 5,
  ULLIM_PROBLEM_CONNECTION_LOST = 6,
  ULLIM_PROBLEM_TIMEOUT = 7,
  ULLIM_PROBLEM_CERTIFICATE_UNKNOWN = 8,
  ULLIM_PROBLEM_CERTIFICATE_CHANGED = 9,
  ULLIM_PROBLEM_CERTIFICATE_INVALID = 10,
  ULLIM_PROBLEM_TLS = 11,
  ULLIM_PROBLEM_PASSWORD_MISSING = 12,
  ULLIM_PROBLEM_PASSWORD = 13,
  ULLIM_PROBLEM_UNKNOWN_ACCOUNT = 14,
  ULLIM_PROBLEM_FORBIDDEN = 15,
  ULLIM_PROBLEM_NOT_FOUND = 16,
  ULLIM_PROBLEM_UNAVAILABLE = 17,
  ULLIM_PROBLEM_DECLINED = 18,
  ULLIM_PROBLEM_NOT_ACCEPTED_TYPE = 19,
  ULLIM_PROBLEM_NOT_ALLOWED_METHOD = 20,
  ULLIM_PROBLEM_TOO_LARGE = 21,
  ULLIM_PROBLEM_SERVER = 22,
  ULLIM_PROBLEM_PROTOCOL = 23,
  ULLIM_PROBLEM_ADDRESS = 24,
  ULLIM_PROBLEM_PORT_IN_USE = 25,
  ULLIM_PROBLEM_DISK_FULL = 26,
  ULLIM_PROBLEM_DISK_READ_ONLY = 27,
  ULLIM_PROBLEM_DATABASE_DAMAGED = 28,
  ULLIM_PROBLEM_DATABASE = 29,
  ULLIM_PROBLEM_DATABASE_NEWER = 30,
  ULLIM_PROBLEM_IN_USE = 31,
  ULLIM_PROBLEM_KEYRING = 32,
  ULLIM_PROBLEM_LOCAL_SERVER = 33,
  ULLIM_PROBLEM_FILE_TYPE = 34,
  ULLIM_PROBLEM_OVER_LIMIT = 35,
} UllimProblem;

#define ULLIM_N_PROBLEMS 36

/**
 * ULLIM_PROBLEM_ERROR:
 *
 * Error domain of core/ and store/: the code is a #UllimProblem, the message is English for the
 * log.
 */
#define ULLIM_PROBLEM_ERROR (ullim_problem_error_quark ())
GQuark ullim_problem_error_quark (void);

/**
 * ullim_problem_name:
 *
 * Returns: a stable word for scripts and logs: "name-not-found", "password", ...; "none" for none
 */
const char *ullim_problem_name (UllimProblem problem);

/**
 * ullim_problem_from_error:
 * @error: (nullable): any error
 *
 * Returns: its code if it is of %ULLIM_PROBLEM_ERROR, %ULLIM_PROBLEM_NONE for %NULL, else
 *   %ULLIM_PROBLEM_PROTOCOL
 */
UllimProblem ullim_problem_from_error (const GError *error);

G_END_DECLS
