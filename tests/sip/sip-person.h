/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A person with an agent: what the tests of signalling have in common.
 */
#pragma once

#include "sip-agent.h"

/**
 * Person:
 * @address: to write to, for a person without a server
 * @received: (element-type UllimSipIncoming)
 * @holds: keeps the answers back
 * @status: of the answers, at first 200
 * @refused: (nullable): certificate of the last "certificate-refused"
 * @n_states: how often the state changed
 */
typedef struct {
  UllimSipAgent       *agent;
  char                *address;
  GPtrArray           *received;
  gboolean             holds;
  int                  status;
  const char          *accept;
  UllimSipCertificate *refused;
  guint                n_states;
} Person;

/** person_new: with missing members of @config filled in; not started */
Person *person_new (UllimSipStack *stack, UllimSipConfig config);

/** person_new_direct: listening on UDP and TCP of 127.0.0.1, online */
Person *person_new_direct (UllimSipStack *stack, const char *name, const char *display_name);

/** person_free: stops the agent; fails if somebody still holds it */
void person_free (Person *person);

void person_wait (Person *person, UllimSipState state);

/** person_wait_long: for what takes a time-out of SIP */
void person_wait_long (Person *person, UllimSipState state);

/** person_wait_error: until WAITING or FAILED with @code */
void person_wait_error (Person *person, UllimSipState state, UllimSipError code);

/** person_wait_received: until so many messages came */
void person_wait_received (Person *person, guint n);

/** person_send: Returns: what ullim_sip_agent_send_message_finish() says */
int person_send (Person *from, const char *to, const char *type, GBytes *body, GError **error);

/** person_send_text: the same with UTF-8 text */
int person_send_text (Person *from, const char *to, const char *text, GError **error);

/** person_assert_text: the @n-th message that came */
void person_assert_text (Person *person, guint n, const char *text);

/** stack_free: fails unless Sofia ends in time */
void stack_free (UllimSipStack *stack);
