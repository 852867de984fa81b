-- SPDX-License-Identifier: GPL-3.0-or-later
-- The first schema.

CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE account (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  address      TEXT NOT NULL UNIQUE,
  display_name TEXT,
  auth_user    TEXT,
  proxy        TEXT,
  listen       TEXT,              -- one address a line; NULL: chosen for the account
  registers    INTEGER NOT NULL,
  ca_file      TEXT,
  pin          TEXT,
  xcap_root    TEXT               -- NULL: the server tells
);

-- account_id may be 0: an account that is not stored. The last_... columns repeat the newest
-- message, so that the list of conversations is read without touching a message.
CREATE TABLE conversation (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id     INTEGER NOT NULL,
  peer           TEXT NOT NULL,
  key            TEXT NOT NULL,
  name           TEXT,
  unread         INTEGER NOT NULL DEFAULT 0,
  draft          TEXT,
  last_id        INTEGER NOT NULL DEFAULT 0,
  last_time_us   INTEGER NOT NULL DEFAULT 0,
  last_direction INTEGER NOT NULL DEFAULT 0,
  last_delivery  INTEGER NOT NULL DEFAULT 0,
  last_text      TEXT,
  UNIQUE (account_id, key)
);

-- AUTOINCREMENT: ids only grow and are never used twice, so an id is a place in the timeline.
CREATE TABLE message (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  conversation_id INTEGER NOT NULL,
  direction       INTEGER NOT NULL,
  time_us         INTEGER NOT NULL,
  cseq            INTEGER NOT NULL,
  delivery        INTEGER NOT NULL,
  problem         INTEGER NOT NULL,
  call_id         TEXT NOT NULL,
  text            TEXT NOT NULL
);

CREATE INDEX message_timeline ON message (conversation_id);

-- A repeated incoming message meets its first copy here.
CREATE UNIQUE INDEX message_once ON message (conversation_id, call_id, cseq) WHERE direction = 0;

-- QUEUED and SENDING.
CREATE INDEX message_outbox ON message (delivery) WHERE delivery IN (1, 2);

-- The grams of each text (search-text.c); the text itself is in the message.
CREATE VIRTUAL TABLE search USING fts5 (
  grams, content = '', columnsize = 0, detail = none, tokenize = 'ascii'
);

-- A vCard (RFC 6350), and what of it lists and look-ups need. account_id 0: the first account. The
-- card comes last, so that reading the others does not touch it.
CREATE TABLE person (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  uid          TEXT NOT NULL UNIQUE,
  account_id   INTEGER NOT NULL,
  name         TEXT,
  nickname     TEXT,
  addresses    TEXT NOT NULL,     -- one a line: the URI, a space, its key
  groups       TEXT NOT NULL,     -- one a line
  note         TEXT,
  is_favourite INTEGER NOT NULL,
  has_photo    INTEGER NOT NULL,
  card         TEXT NOT NULL
);

-- Who may see the user's presence; account_id 0: at all accounts.
CREATE TABLE permission (
  account_id INTEGER NOT NULL,
  key        TEXT NOT NULL,
  uri        TEXT NOT NULL,
  name       TEXT,
  permission INTEGER NOT NULL,
  asked_us   INTEGER NOT NULL,
  PRIMARY KEY (account_id, key)
) WITHOUT ROWID;

-- What the account's server and this copy last agreed on.
CREATE TABLE document (
  account_id INTEGER NOT NULL,
  name       TEXT NOT NULL,
  text       TEXT NOT NULL,
  etag       TEXT,
  PRIMARY KEY (account_id, name)
);
