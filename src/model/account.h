/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An identity of the user and the state of its line to the network. Main thread.
 */
#pragma once

#include <glib-object.h>

#include "problem.h"

G_BEGIN_DECLS

/**
 * UllimConnectionState:
 * @ULLIM_CONNECTION_OFF: not in use
 * @ULLIM_CONNECTION_CONNECTING: name look-up, connection, registration
 * @ULLIM_CONNECTION_ONLINE: registered, or listening when the account needs no registration
 * @ULLIM_CONNECTION_WAITING: it failed, the next try is at #UllimAccount:retry-time
 * @ULLIM_CONNECTION_FAILED: it failed in a way that only the user can mend
 */
typedef enum {
  ULLIM_CONNECTION_OFF,
  ULLIM_CONNECTION_CONNECTING,
  ULLIM_CONNECTION_ONLINE,
  ULLIM_CONNECTION_WAITING,
  ULLIM_CONNECTION_FAILED,
} UllimConnectionState;

/**
 * UllimAccountSettings:
 * @address: address-of-record, `sip:alice@example.org`; with port for an account without server
 * @display_name: (nullable): name shown to others
 * @auth_user: (nullable): user name for digest where it is not the user part of @address
 * @proxy: (nullable): outbound proxy or registrar, `sip:host:port;transport=tcp`
 * @listen: (nullable) (array zero-terminated=1): `udp:IP:PORT`, `tcp:IP:PORT`, `tls:IP:PORT`;
 *   %NULL: chosen for the account
 * @registers: whether it registers; %FALSE: direct addresses only
 * @ca_file: (nullable): PEM file of certificate authorities used instead of the system's
 * @pin: (nullable): SHA-256 fingerprint of the one certificate the user agreed to trust
 * @xcap_root: (nullable): where the server keeps the address book and the rules,
 * `https://host/root` (RFC 4825); %NULL: the server tells, if it has it
 *
 * What the user says about an account, without its password (that lives in the keyring).
 */
typedef struct {
  char    *address;
  char    *display_name;
  char    *auth_user;
  char    *proxy;
  char   **listen;
  gboolean registers;
  char    *ca_file;
  char    *pin;
  char    *xcap_root;
} UllimAccountSettings;

UllimAccountSettings *ullim_account_settings_new (void);
UllimAccountSettings *ullim_account_settings_copy (const UllimAccountSettings *settings);
gboolean              ullim_account_settings_equal (const UllimAccountSettings *a,
                                                    const UllimAccountSettings *b);
void                  ullim_account_settings_free (UllimAccountSettings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimAccountSettings, ullim_account_settings_free)

#define ULLIM_TYPE_ACCOUNT (ullim_account_get_type ())
G_DECLARE_FINAL_TYPE (UllimAccount, ullim_account, ULLIM, ACCOUNT, GObject)

/**
 * UllimAccount properties, each with notify: "settings-changed" is a signal; "address" (string),
 * "display-name" (string), "state" (int: UllimConnectionState), "problem" (int: UllimProblem),
 * "problem-detail" (string, nullable, English for the log and the details line), "retry-time"
 * (int64, us since the epoch, 0 if no try is planned).
 */

/** ullim_account_new: @id: row id, 0 if it is not stored; @settings is copied */
UllimAccount *ullim_account_new (gint64 id, const UllimAccountSettings *settings);

gint64                      ullim_account_get_id (UllimAccount *self);
const UllimAccountSettings *ullim_account_get_settings (UllimAccount *self);
/** ullim_account_set_settings: copies @settings and emits "settings-changed" */
void        ullim_account_set_settings (UllimAccount *self, const UllimAccountSettings *settings);
const char *ullim_account_get_address (UllimAccount *self);
/** ullim_account_get_display_name: Returns: the name, else the user part of the address */
const char *ullim_account_get_display_name (UllimAccount *self);
/** ullim_account_get_host: Returns: host part of the address, for completing typed addresses */
const char          *ullim_account_get_host (UllimAccount *self);
UllimConnectionState ullim_account_get_state (UllimAccount *self);
UllimProblem         ullim_account_get_problem (UllimAccount *self);
const char          *ullim_account_get_problem_detail (UllimAccount *self);
gint64               ullim_account_get_retry_time (UllimAccount *self);

/**
 * ullim_account_set_state:
 * @detail: (nullable): English detail
 * @retry_time_us: when the next try is planned, us since the epoch, or 0
 *
 * For core/ only.
 */
void ullim_account_set_state (UllimAccount        *self,
                              UllimConnectionState state,
                              UllimProblem         problem,
                              const char          *detail,
                              gint64               retry_time_us);

G_END_DECLS
