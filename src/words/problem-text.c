/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One table: each problem, its sentences. They are written for somebody who knows no SIP.
 */
#define G_LOG_DOMAIN "problem-text"

#include "ullim-config.h"

#include "problem-text.h"

#include <glib/gi18n-lib.h>

/* clang-format off */
static const char *const texts[ULLIM_N_PROBLEMS] = {
  [ULLIM_PROBLEM_NONE] = "",
  [ULLIM_PROBLEM_OFFLINE] =
    N_("This computer has no network. Ullim connects by itself as soon as there is one."),
  [ULLIM_PROBLEM_NAME_NOT_FOUND] =
    N_("No server of that name was found. Check the part of the address after the @ sign."),
  [ULLIM_PROBLEM_NAME_SERVER] =
    N_("The name service of your network does not answer. Check the network, then try again."),
  [ULLIM_PROBLEM_REFUSED] =
    N_("The computer was found, but no SIP server answers there. "
       "Check that the server runs, and its port."),
  [ULLIM_PROBLEM_UNREACHABLE] =
    N_("There is no way to that computer from your network. "
       "Check the address, the network or the VPN."),
  [ULLIM_PROBLEM_CONNECTION_LOST] =
    N_("The connection to the server broke. Ullim connects again by itself."),
  [ULLIM_PROBLEM_TIMEOUT] =
    N_("The server did not answer in time. It may be down, or a firewall is in the way."),
  [ULLIM_PROBLEM_CERTIFICATE_UNKNOWN] =
    N_("Nobody known vouches for the server’s certificate. "
       "Compare its fingerprint with the one the group gave you, then trust it."),
  [ULLIM_PROBLEM_CERTIFICATE_CHANGED] =
    N_("The server shows another certificate than the one you trusted. "
       "Somebody may be listening in: ask the people who run it before you go on."),
  [ULLIM_PROBLEM_CERTIFICATE_INVALID] =
    N_("The server’s certificate has expired or is for another name. "
       "Ask the people who run the server to renew it."),
  [ULLIM_PROBLEM_TLS] =
    N_("No encrypted connection came about. The server may not speak TLS at that port."),
  [ULLIM_PROBLEM_PASSWORD_MISSING] =
    N_("The server asks for a password. Enter it to go on."),
  [ULLIM_PROBLEM_PASSWORD] =
    N_("The server does not accept this user name and password. Enter them again."),
  [ULLIM_PROBLEM_UNKNOWN_ACCOUNT] =
    N_("The server knows no such account. Check the address."),
  [ULLIM_PROBLEM_FORBIDDEN] =
    N_("The server does not permit this. Ask the people who run it."),
  [ULLIM_PROBLEM_NOT_FOUND] =
    N_("Nobody has this address. Check how it is written."),
  [ULLIM_PROBLEM_UNAVAILABLE] =
    N_("The other side cannot be reached now. Try again later."),
  [ULLIM_PROBLEM_DECLINED] =
    N_("The other side does not want to take this."),
  [ULLIM_PROBLEM_NOT_ACCEPTED_TYPE] =
    N_("The other side’s program cannot read this kind of message."),
  [ULLIM_PROBLEM_NOT_ALLOWED_METHOD] =
    N_("The other side’s program has no text messages."),
  [ULLIM_PROBLEM_TOO_LARGE] =
    N_("The message is too long for the other side. Send it in parts."),
  [ULLIM_PROBLEM_SERVER] =
    N_("The server has a problem of its own. Try again later."),
  [ULLIM_PROBLEM_PROTOCOL] =
    N_("An answer came that Ullim does not understand."),
  [ULLIM_PROBLEM_ADDRESS] =
    N_("This is not a SIP address. It looks like name@example.org."),
  [ULLIM_PROBLEM_PORT_IN_USE] =
    N_("Ullim cannot listen at this address and port: another program does, "
       "or the address is not one of this computer. Choose another."),
  [ULLIM_PROBLEM_DISK_FULL] =
    N_("The disk is full, so nothing can be kept. Make room, then try again."),
  [ULLIM_PROBLEM_DISK_READ_ONLY] =
    N_("Ullim may not write to its data folder. Check the folder’s permissions."),
  [ULLIM_PROBLEM_DATABASE_DAMAGED] =
    N_("The message database is damaged. Nothing was changed: "
       "put back a backup of the data folder, or move the folder away to begin anew."),
  [ULLIM_PROBLEM_DATABASE] =
    N_("The message database failed."),
  [ULLIM_PROBLEM_DATABASE_NEWER] =
    N_("A newer version of Ullim made this data folder. Update Ullim to open it."),
  [ULLIM_PROBLEM_IN_USE] =
    N_("Another Ullim has this data folder open. Close it, or choose another folder."),
  [ULLIM_PROBLEM_KEYRING] =
    N_("The keyring that keeps passwords is locked or not there. "
       "The password is remembered only until you quit."),
  [ULLIM_PROBLEM_LOCAL_SERVER] =
    N_("The group server on this computer did not start."),
  [ULLIM_PROBLEM_FILE_TYPE] =
    N_("Ullim cannot read this file: it is of another kind, or damaged."),
  [ULLIM_PROBLEM_OVER_LIMIT] =
    N_("This is larger than what Ullim can keep."),
};
/* clang-format on */

const char *
ullim_problem_text (UllimProblem problem)
{
  g_return_val_if_fail ((guint) problem < ULLIM_N_PROBLEMS, "");

  return problem == ULLIM_PROBLEM_NONE ? "" : _ (texts[problem]);
}
