/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The dialog of a subscription (RFC 3261 section 12, RFC 6665 section 4.5) in as few bytes as may
 * be: there are hundreds of thousands. Sofia's own would be several kilobytes each. Main thread.
 */
#pragma once

#include "server-request.h"

G_BEGIN_DECLS

/**
 * UllimServerDialog:
 * @id: our tag, as a number; nobody can guess it
 * @contact: where NOTIFYs are addressed, shared with other dialogs, as are:
 * @remote: From of the SUBSCRIBE, without its tag
 * @local: To of the SUBSCRIBE
 * @text: one block: Call-ID, their tag, the Event with its parameters, routes; each with its NUL
 * @cseq: of our last request
 * @remote_cseq: of theirs
 */
typedef struct {
  guint64 id;
  char   *contact;
  char   *remote;
  char   *local;
  char   *text;
  guint32 cseq;
  guint32 remote_cseq;
} UllimServerDialog;

/** ullim_server_dialog_init: of a SUBSCRIBE outside of dialogs. Returns: %FALSE if it cannot make
 * one: no Contact, or something too long; then there is nothing to clear */
gboolean ullim_server_dialog_init (UllimServerDialog *self, UllimServerRequest *request);
void     ullim_server_dialog_clear (UllimServerDialog *self);

/** ullim_server_dialog_read_id: Returns: the number in the To tag of @sip; 0 if it is none of ours
 */
guint64 ullim_server_dialog_read_id (const sip_t *sip);

/** ullim_server_dialog_matches: whether @sip is of this dialog, its id being right */
gboolean ullim_server_dialog_matches (const UllimServerDialog *self, const sip_t *sip);

/** ullim_server_dialog_event_matches: whether @event and its id are those of the dialog (RFC 6665
 * section 4.5.2) */
gboolean ullim_server_dialog_event_matches (const UllimServerDialog *self,
                                            const sip_event_t       *event);

/** ullim_server_dialog_renew: takes CSeq and Contact of a later SUBSCRIBE. Returns: 0, 500 for one
 * out of order, 400 */
int ullim_server_dialog_renew (UllimServerDialog *self, const sip_t *sip);

/**
 * ullim_server_dialog_notify:
 * @via: a Via line, with its CRLF
 * @own_contact: value of our Contact
 * @state: value of Subscription-State
 * @headers: further header lines, each with its CRLF, or ""
 * @body: (nullable)
 *
 * Returns: (transfer full): the next NOTIFY
 */
GString *ullim_server_dialog_notify (UllimServerDialog *self,
                                     const char        *via,
                                     const char        *own_contact,
                                     const char        *state,
                                     const char        *headers,
                                     const char        *type,
                                     GBytes            *body);

G_END_DECLS
