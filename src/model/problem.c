/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names of the problems, and the way from an error to its problem.
 */
#define G_LOG_DOMAIN "problem"

#include "problem.h"

G_DEFINE_QUARK (ullim_problem_error, ullim_problem_error)

/* Scripts read these words: they never change. */
static const char *const names[ULLIM_N_PROBLEMS] = {
    [ULLIM_PROBLEM_NONE] = "none",
    [ULLIM_PROBLEM_OFFLINE] = "offline",
    [ULLIM_PROBLEM_NAME_NOT_FOUND] = "name-not-found",
    [ULLIM_PROBLEM_NAME_SERVER] = "name-server",
    [ULLIM_PROBLEM_REFUSED] = "refused",
    [ULLIM_PROBLEM_UNREACHABLE] = "unreachable",
    [ULLIM_PROBLEM_CONNECTION_LOST] = "connection-lost",
    [ULLIM_PROBLEM_TIMEOUT] = "timeout",
    [ULLIM_PROBLEM_CERTIFICATE_UNKNOWN] = "certificate-unknown",
    [ULLIM_PROBLEM_CERTIFICATE_CHANGED] = "certificate-changed",
    [ULLIM_PROBLEM_CERTIFICATE_INVALID] = "certificate-invalid",
    [ULLIM_PROBLEM_TLS] = "tls",
    [ULLIM_PROBLEM_PASSWORD_MISSING] = "password-missing",
    [ULLIM_PROBLEM_PASSWORD] = "password",
    [ULLIM_PROBLEM_UNKNOWN_ACCOUNT] = "unknown-account",
    [ULLIM_PROBLEM_FORBIDDEN] = "forbidden",
    [ULLIM_PROBLEM_NOT_FOUND] = "not-found",
    [ULLIM_PROBLEM_UNAVAILABLE] = "unavailable",
    [ULLIM_PROBLEM_DECLINED] = "declined",
    [ULLIM_PROBLEM_NOT_ACCEPTED_TYPE] = "not-accepted-type",
    [ULLIM_PROBLEM_NOT_ALLOWED_METHOD] = "not-allowed-method",
    [ULLIM_PROBLEM_TOO_LARGE] = "too-large",
    [ULLIM_PROBLEM_SERVER] = "server",
    [ULLIM_PROBLEM_PROTOCOL] = "protocol",
    [ULLIM_PROBLEM_ADDRESS] = "address",
    [ULLIM_PROBLEM_PORT_IN_USE] = "port-in-use",
    [ULLIM_PROBLEM_DISK_FULL] = "disk-full",
    [ULLIM_PROBLEM_DISK_READ_ONLY] = "disk-read-only",
    [ULLIM_PROBLEM_DATABASE_DAMAGED] = "database-damaged",
    [ULLIM_PROBLEM_DATABASE] = "database",
    [ULLIM_PROBLEM_DATABASE_NEWER] = "database-newer",
    [ULLIM_PROBLEM_IN_USE] = "in-use",
    [ULLIM_PROBLEM_KEYRING] = "keyring",
    [ULLIM_PROBLEM_LOCAL_SERVER] = "local-server",
    [ULLIM_PROBLEM_FILE_TYPE] = "file-type",
    [ULLIM_PROBLEM_OVER_LIMIT] = "over-limit",
};

const char *
ullim_problem_name (UllimProblem problem)
{
  /* The number may come from a database of a newer program. */
  if ((guint) problem >= ULLIM_N_PROBLEMS)
    return "unknown";
  return names[problem];
}

UllimProblem
ullim_problem_from_error (const GError *error)
{
  if (!error)
    return ULLIM_PROBLEM_NONE;
  if (error->domain == ULLIM_PROBLEM_ERROR)
    return error->code;
  return ULLIM_PROBLEM_PROTOCOL;
}
