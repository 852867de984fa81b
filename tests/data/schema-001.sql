-- The first schema with a few rows, as `sqlite3 ullim.db .dump` writes it, and its two numbers.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO setting VALUES('instance-id','urn:uuid:c4c25706-fadc-4171-980e-2230b5e1cfc0');
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
INSERT INTO account VALUES(1,'sip:alice@example.org','앨리스',NULL,NULL,replace('udp:127.0.0.1:0\ntcp:127.0.0.1:0','\n',char(10)),1,NULL,NULL,NULL);
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
INSERT INTO conversation VALUES(1,1,'sip:bob@example.org','sip:bob@example.org',NULL,2,'half a sentence',3,1795376376099358,1,4,'네, 좋아요');
INSERT INTO conversation VALUES(2,1,'sip:carol@example.org','sip:carol@example.org',NULL,0,NULL,4,1795376376104267,1,1,'안 갔어요');
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
INSERT INTO message VALUES(1,1,0,1795376376096450,1,0,0,'a84b4c76e66710','오늘 회의는 세 시입니다');
INSERT INTO message VALUES(2,1,0,1795376376097487,1,0,0,'a84b4c76e66711','Is three o''clock fine?');
INSERT INTO message VALUES(3,1,1,1795376376099358,1,4,0,'mine','네, 좋아요');
INSERT INTO message VALUES(4,2,1,1795376376104267,1,1,0,'mine','안 갔어요');
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
INSERT INTO person VALUES(1,'urn:uuid:2b2b59b4-2ad4-4f1b-bd7e-6ff7d4d3a9c1',1,'Bob Dylan','밥','sip:bob@example.org bob@example.org','Work',NULL,1,0,replace(replace('BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:2b2b59b4-2ad4-4f1b-bd7e-6ff7d4d3a9c1\r\nFN:Bob Dylan\r\nNICKNAME:밥\r\nIMPP:sip:bob@example.org\r\nCATEGORIES:Work\r\nX-ULLIM-FAVOURITE:1\r\nEND:VCARD\r\n','\r',char(13)),'\n',char(10)));
CREATE TABLE permission (
  account_id INTEGER NOT NULL,
  key        TEXT NOT NULL,
  uri        TEXT NOT NULL,
  name       TEXT,
  permission INTEGER NOT NULL,
  asked_us   INTEGER NOT NULL,
  PRIMARY KEY (account_id, key)
) WITHOUT ROWID;
INSERT INTO permission VALUES(1,'eve@example.org','sip:eve@example.org','Eve',3,1795376376096450);
CREATE TABLE document (
  account_id INTEGER NOT NULL,
  name       TEXT NOT NULL,
  text       TEXT NOT NULL,
  etag       TEXT,
  PRIMARY KEY (account_id, name)
);
INSERT INTO document VALUES(1,'resource-lists','<resource-lists/>','e1');
PRAGMA writable_schema=ON;
INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table','search','search',0,'CREATE VIRTUAL TABLE search USING fts5 (
  grams, content = '''', columnsize = 0, detail = none, tokenize = ''ascii''
)');
CREATE TABLE IF NOT EXISTS 'search_data'(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO search_data VALUES(1,X'044f');
INSERT INTO search_data VALUES(10,X'000000000104040004010101020101030101040101');
INSERT INTO search_data VALUES(137438953473,X'000000620430eb8a94010301980102028b88010403eb8ba4010301a4010103ec84b80102028b9c010403ec9e8501020298a4010403eb8a980102029d98010403eb8a940102029e85010403eb8b88010103ed9a8c010403ec9d98010104ee83bf31010406040506040605060506050605060606');
INSERT INTO search_data VALUES(274877906945,X'000000b20230630202016b0202016c0203016f0201016502020165020203ee80bf02010166020201690203016e020101680202017202030165020101690202016e02030165020201730201016b0201016c0202016f020301630201016e02020165020303ee80bf0201016f020201630203016b020203ee80a70205016302010172020201650203016502010173020101740202016802030172020103ee80a7020401630205016c020301bf02020383bf31020404040404040406040404040404040404040404040404040604040406040404040404040406040404');
INSERT INTO search_data VALUES(412316860417,X'000000380430eb84a4030403ee80ac030103ec9584030403ec9a940302029a94030202a28b030403ec9584030103ee80ac03020383bf3103040606060605050606');
INSERT INTO search_data VALUES(549755813889,X'0000002d0430eab094040403ec96b4040103ec958804020296b4040403ec9a940402029a94040104ee83bf320404060606050605');
CREATE TABLE IF NOT EXISTS 'search_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
INSERT INTO search_idx VALUES(1,X'',2);
INSERT INTO search_idx VALUES(2,X'',2);
INSERT INTO search_idx VALUES(3,X'',2);
INSERT INTO search_idx VALUES(4,X'',2);
CREATE TABLE IF NOT EXISTS 'search_config'(k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO search_config VALUES('version',4);
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('account',1);
INSERT INTO sqlite_sequence VALUES('conversation',2);
INSERT INTO sqlite_sequence VALUES('message',4);
INSERT INTO sqlite_sequence VALUES('person',1);
CREATE INDEX message_timeline ON message (conversation_id);
CREATE UNIQUE INDEX message_once ON message (conversation_id, call_id, cseq) WHERE direction = 0;
CREATE INDEX message_outbox ON message (delivery) WHERE delivery IN (1, 2);
PRAGMA writable_schema=OFF;
COMMIT;
PRAGMA application_id = 1431062861;
PRAGMA user_version = 1;
