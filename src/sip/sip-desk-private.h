/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the subscriptions and publications of an agent share: its line, its credentials, and turns:
 * only a limited number of them may have a request without an answer at one time, the others wait
 * in order. Also takes leave for those that end.
 */
#pragma once

#include "sip-alarm-private.h"
#include "sip-handle-private.h"
#include "sip-line-private.h"

G_BEGIN_DECLS

/** ULLIM_SIP_LEAVE_MS: how long a dialog that is given up waits for the other side's last word. */
#define ULLIM_SIP_LEAVE_MS 1500

typedef struct _UllimSipDesk   UllimSipDesk;
typedef struct _UllimSipClient UllimSipClient;

/**
 * UllimSipClientClass:
 * @turn: may send now; must end the turn when the answer is there
 * @line_changed: there is another line now, or none; what is on the old one is of no more use
 * @alarm: the client's alarm is due
 * @leave: the agent is about to stop: takes back what it can
 * @gone: the desk is no more; the client is not on it any longer
 *
 * Whoever is called may leave the desk, and others with it.
 */
typedef struct {
  void (*turn) (gpointer owner);
  void (*line_changed) (gpointer owner);
  void (*alarm) (gpointer owner);
  void (*leave) (gpointer owner);
  void (*gone) (gpointer owner);
} UllimSipClientClass;

/** UllimSipClient: to be embedded, zeroed at first; private but for @desk, which is %NULL once the
 *  client is not on the desk */
struct _UllimSipClient {
  UllimSipDesk              *desk;
  const UllimSipClientClass *klass;
  gpointer                   owner;
  GList                      place;
  GList                      turn;
  guint                      round;
  gboolean                   is_waiting;
  gboolean                   is_urgent;
  gboolean                   has_turn;
  UllimSipAlarm              alarm;
};

/**
 * UllimSipRequest:
 * @target: request URI; within a dialog only used if the other side named none
 * @route: (nullable): the next hop, where the line has none of its own
 * @contact: (nullable): the same for the Contact
 * @is_in_dialog: whether one was made by an earlier request
 * @makes_dialog: whether it is to make one
 */
typedef struct {
  const char *method;
  const char *target;
  const char *route;
  const char *contact;
  const char *event;
  const char *accept;
  const char *supported;
  const char *require;
  const char *if_match;
  const char *content_type;
  const char *disposition;
  GBytes     *body;
  guint       expires_s;
  gboolean    is_in_dialog;
  gboolean    makes_dialog;
} UllimSipRequest;

/** ullim_sip_desk_new: @doubt: called when a request met silence: is the line alive? */
UllimSipDesk *ullim_sip_desk_new (void (*doubt) (gpointer owner), gpointer owner);
void          ullim_sip_desk_free (UllimSipDesk *self);

void ullim_sip_desk_set_account (UllimSipDesk *self, const UllimSipConfig *config);

/** ullim_sip_desk_set_line: (nullable) */
void          ullim_sip_desk_set_line (UllimSipDesk *self, UllimSipLine *line);
UllimSipLine *ullim_sip_desk_get_line (UllimSipDesk *self);

/** ullim_sip_desk_leave: the clients take back what they can; @done is called once, never from
 *  within, when all is answered, or after %ULLIM_SIP_LEAVE_MS. There is no line after it. */
void ullim_sip_desk_leave (UllimSipDesk *self, GSourceFunc done, gpointer data);

/** ullim_sip_desk_unsubscribe: @handle: (transfer full): of a dialog that is subscribed by
 *  @request: ends it in the background */
void ullim_sip_desk_unsubscribe (UllimSipDesk          *self,
                                 UllimSipHandle        *handle,
                                 const UllimSipRequest *request);

/** ullim_sip_desk_open: Returns: (transfer full): a handle on the line to @to, for requests */
UllimSipHandle *
ullim_sip_desk_open (UllimSipDesk *self, const char *to, UllimSipHandleFunc func, gpointer owner);

/** ullim_sip_desk_send: with the credentials that are known */
void
ullim_sip_desk_send (UllimSipDesk *self, UllimSipHandle *handle, const UllimSipRequest *request);

/**
 * ullim_sip_desk_is_final:
 *
 * Of an answer to a request that was sent: answers a challenge.
 *
 * Returns: whether it is the last word; %FALSE also if the request goes on with credentials
 */
gboolean
ullim_sip_desk_is_final (UllimSipDesk *self, UllimSipHandle *handle, int status, const sip_t *sip);

/** ullim_sip_desk_doubt: a request met silence */
void ullim_sip_desk_doubt (UllimSipDesk *self);

void ullim_sip_client_join (UllimSipClient            *client,
                            UllimSipDesk              *desk,
                            const UllimSipClientClass *klass,
                            gpointer                   owner);
/** ullim_sip_client_part: also if it is on no desk */
void ullim_sip_client_part (UllimSipClient *client);

/** ullim_sip_client_want_turn: may get it at once */
void ullim_sip_client_want_turn (UllimSipClient *client);
/** ullim_sip_client_end_turn: also if it has none, or only waits for one */
void ullim_sip_client_end_turn (UllimSipClient *client);

/** ullim_sip_client_set_alarm: instead of the one before */
void ullim_sip_client_set_alarm (UllimSipClient *client, guint64 delay_ms);
void ullim_sip_client_unset_alarm (UllimSipClient *client);

/**
 * ullim_sip_is_refusal:
 * @status: a final one that a peer sent
 *
 * Returns: whether asking the same again soon is of no use (RFC 3261 section 21)
 */
gboolean ullim_sip_is_refusal (int status);

G_END_DECLS
