/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A MESSAGE that arrived (RFC 3428 section 7): copied out of Sofia's memory, checked at the door,
 * answered later through the event that was saved with it.
 */
#define G_LOG_DOMAIN "sip-message"

#include "sip-message-private.h"

#include <sofia-sip/msg_parser.h>
#include <string.h>

#include "uri.h"

/** Longest Call-ID that is taken. */
#define MAX_CALL_ID_BYTES 256
/** Longest Content-Type without parameters, and longest charset. */
#define MAX_TYPE_BYTES 128
/** Longest display name that is kept; a longer one is dropped. */
#define MAX_NAME_BYTES 256

struct _UllimSipIncoming {
  GObject parent_instance;

  UllimSipLine     *line; /* owned */
  nua_handle_t     *nh;   /* owned */
  nua_saved_event_t saved[1];
  gboolean          is_answered;

  char   *from;
  char   *from_name;
  char   *to;
  char   *call_id;
  guint32 cseq;
  char   *content_type;
  char   *charset;
  GBytes *body;
  gint64  date;
};

G_DEFINE_FINAL_TYPE (UllimSipIncoming, ullim_sip_incoming, G_TYPE_OBJECT)

static void
answer (UllimSipIncoming *self,
        int               status,
        const char       *accept,
        const char       *accept_encoding,
        guint             retry_after_s)
{
  g_autofree char *retry = retry_after_s ? g_strdup_printf ("%u", retry_after_s) : NULL;

  self->is_answered = TRUE;
  /* Otherwise the answer would get a Contact, which RFC 3428 section 7 forbids. */
  nua_set_hparams (self->nh, NUTAG_ENABLEMESSENGER (0), TAG_END ());
  nua_respond (self->nh, status, sip_status_phrase (status), NUTAG_WITH_SAVED (self->saved),
               TAG_IF (accept, SIPTAG_ACCEPT_STR (accept)),
               TAG_IF (accept_encoding, SIPTAG_ACCEPT_ENCODING_STR (accept_encoding)),
               TAG_IF (retry, SIPTAG_RETRY_AFTER_STR (retry)), TAG_END ());
  nua_destroy_event (self->saved);
  nua_handle_destroy (self->nh);
  self->nh = NULL;
  g_clear_pointer (&self->line, ullim_sip_line_unref);
}

static void
ullim_sip_incoming_finalize (GObject *object)
{
  UllimSipIncoming *self = ULLIM_SIP_INCOMING (object);

  if (!self->is_answered)
    answer (self, 500, NULL, NULL, 0);
  g_free (self->from);
  g_free (self->from_name);
  g_free (self->to);
  g_free (self->call_id);
  g_free (self->content_type);
  g_free (self->charset);
  g_clear_pointer (&self->body, g_bytes_unref);
  G_OBJECT_CLASS (ullim_sip_incoming_parent_class)->finalize (object);
}

static void
ullim_sip_incoming_class_init (UllimSipIncomingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ullim_sip_incoming_finalize;
}

static void
ullim_sip_incoming_init (UllimSipIncoming *self)
{
}

UllimSipIncoming *
ullim_sip_incoming_new (UllimSipLine *line, nua_handle_t *nh)
{
  UllimSipIncoming *self = g_object_new (ULLIM_TYPE_SIP_INCOMING, NULL);

  self->line = ullim_sip_line_ref (line);
  self->nh = nh;
  nua_save_event (ullim_sip_line_get_nua (line), self->saved);
  return self;
}

char *
ullim_sip_read_uri (const url_t *url)
{
  char                 text[ULLIM_URI_MAX_BYTES + 1];
  g_autoptr (UllimUri) uri = NULL;

  if (url_e (text, sizeof text, url) >= (issize_t) sizeof text)
    return NULL;
  if (!g_utf8_validate (text, -1, NULL))
    return NULL;
  uri = ullim_uri_parse (text, NULL);
  return uri ? g_strdup (text) : NULL;
}

/* Embeddings, overrides and isolates (UAX 9): they would turn the text that follows a name on the
 * screen, and make one person look like another. */
static gboolean
turns_direction (gunichar c)
{
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static void
drop_turns (GString *text)
{
  for (gsize i = 0; i < text->len;) {
    const char *c = text->str + i;
    gsize       size = g_utf8_next_char (c) - c;

    if (turns_direction (g_utf8_get_char (c)))
      g_string_erase (text, i, size);
    else
      i += size;
  }
}

char *
ullim_sip_read_name (const char *display)
{
  g_autofree char *name = NULL;
  GString         *plain;

  if (!display || strlen (display) > MAX_NAME_BYTES || !g_utf8_validate (display, -1, NULL))
    return NULL;
  plain = g_string_new (NULL);
  for (const char *c = display; *c; c++) {
    if (*display == '"') {
      if (c == display || (*c == '"' && !c[1]))
        continue;
      if (*c == '\\' && c[1])
        c++;
    }
    if ((guchar) *c >= 0x20 && *c != 0x7f)
      g_string_append_c (plain, *c);
  }
  drop_turns (plain);
  name = g_strstrip (g_string_free (plain, FALSE));
  return *name ? g_steal_pointer (&name) : NULL;
}

static char *
read_charset (const sip_content_type_t *type)
{
  const char *value = type ? msg_header_find_param (type->c_common, "charset=") : NULL;
  char       *charset;

  if (!value || !*value || strlen (value) > MAX_TYPE_BYTES)
    return NULL;
  charset = g_ascii_strdown (value, -1);
  g_strdelimit (charset, "\"", ' ');
  return g_strstrip (charset);
}

static gboolean
read_body (UllimSipIncoming *self, const sip_t *sip)
{
  const sip_payload_t *payload = sip->sip_payload;

  if (payload && payload->pl_len > ULLIM_SIP_MAX_BODY_BYTES) {
    answer (self, 413, NULL, NULL, 0);
    return FALSE;
  }
  if (sip->sip_content_encoding && sip->sip_content_encoding->k_items &&
      g_ascii_strcasecmp (sip->sip_content_encoding->k_items[0], "identity") != 0) {
    answer (self, 415, NULL, "identity", 0);
    return FALSE;
  }
  self->body = payload ? g_bytes_new (payload->pl_data, payload->pl_len) : g_bytes_new (NULL, 0);
  return TRUE;
}

static gboolean
read_type (UllimSipIncoming *self, const sip_content_type_t *type)
{
  const char *name = type && type->c_type ? type->c_type : "text/plain";

  if (strlen (name) > MAX_TYPE_BYTES || !g_str_is_ascii (name))
    return FALSE;
  self->content_type = g_ascii_strdown (name, -1);
  self->charset = read_charset (type);
  return TRUE;
}

gboolean
ullim_sip_incoming_read (UllimSipIncoming *self, const sip_t *sip)
{
  const char *call_id = sip->sip_call_id ? sip->sip_call_id->i_id : NULL;

  if (!read_body (self, sip))
    return FALSE;
  self->from = ullim_sip_read_uri (sip->sip_from->a_url);
  self->to = ullim_sip_read_uri (sip->sip_to->a_url);
  if (!self->from || !self->to || !call_id || strlen (call_id) > MAX_CALL_ID_BYTES ||
      !g_utf8_validate (call_id, -1, NULL) || !read_type (self, sip->sip_content_type)) {
    answer (self, 400, NULL, NULL, 0);
    return FALSE;
  }
  self->call_id = g_strdup (call_id);
  self->cseq = sip->sip_cseq->cs_seq;
  self->from_name = ullim_sip_read_name (sip->sip_from->a_display);
  if (sip->sip_date && (gint64) sip->sip_date->d_time > ULLIM_SIP_NTP_EPOCH_S)
    self->date = ((gint64) sip->sip_date->d_time - ULLIM_SIP_NTP_EPOCH_S) * G_USEC_PER_SEC;
  return TRUE;
}

const char *
ullim_sip_incoming_get_from (UllimSipIncoming *self)
{
  return self->from;
}

const char *
ullim_sip_incoming_get_from_name (UllimSipIncoming *self)
{
  return self->from_name;
}

const char *
ullim_sip_incoming_get_to (UllimSipIncoming *self)
{
  return self->to;
}

const char *
ullim_sip_incoming_get_call_id (UllimSipIncoming *self)
{
  return self->call_id;
}

guint32
ullim_sip_incoming_get_cseq (UllimSipIncoming *self)
{
  return self->cseq;
}

const char *
ullim_sip_incoming_get_content_type (UllimSipIncoming *self)
{
  return self->content_type;
}

const char *
ullim_sip_incoming_get_charset (UllimSipIncoming *self)
{
  return self->charset;
}

GBytes *
ullim_sip_incoming_get_body (UllimSipIncoming *self)
{
  return self->body;
}

gint64
ullim_sip_incoming_get_date (UllimSipIncoming *self)
{
  return self->date;
}

void
ullim_sip_incoming_reply (UllimSipIncoming *self,
                          int               status,
                          const char       *accept,
                          guint             retry_after_s)
{
  g_return_if_fail (status >= 200 && status < 700);
  g_return_if_fail (!self->is_answered);

  answer (self, status, accept, NULL, retry_after_s);
}
