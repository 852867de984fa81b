/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A person for flow tests: a whole engine on a folder of its own, with one account, and what it has
 * heard. Calls wait, by running the main loop, until what they are about has happened.
 */
#pragma once

#include "engine.h"

typedef struct {
  char             *dir; /* data folder */
  UllimEngine      *engine;
  UllimAccount     *account;   /* owned, nullable */
  GPtrArray        *received;  /* of char *: texts in the order in which they came */
  GPtrArray        *from;      /* of char *: who wrote them */
  GPtrArray        *listening; /* of char *: bound transports */
  UllimCertificate *question;  /* owned, nullable: the last certificate asked about */
  guint             n_questions;
  guint             n_password_needed;
} Person;

/** person_new: an engine that has started on @dir */
Person *person_new (const char *dir);

/** person_join: adds the account; it does not wait for it to come online.
 * @proxy, @password, @ca_file, @listen: (nullable): @listen for example "tcp:127.0.0.1:0" */
void person_join (Person     *person,
                  const char *address,
                  const char *proxy,
                  const char *password,
                  const char *ca_file,
                  const char *listen);

void person_wait_state (Person *person, UllimConnectionState state);

UllimConversation *person_open (Person *person, const char *address);

/** person_send: Returns: (transfer full): the message, stored */
UllimMessage *person_send (Person *person, const char *to, const char *text);

/** person_wait_delivery: @message reaches exactly that state */
void person_wait_delivery (UllimMessage *message, UllimDelivery delivery);

/** person_wait_settled: @message is ACCEPTED, DELIVERED or FAILED */
void person_wait_settled (UllimMessage *message);

/** person_wait_received: until so many messages have come */
void person_wait_received (Person *person, guint n_messages);

/** person_stop: stops the engine and proves that nothing of it is left */
void person_stop (Person *person);

/** person_free_port: Returns: a port of 127.0.0.1 that was free a moment ago */
guint16 person_free_port (void);
