/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an incoming MESSAGE says: type, charset, control characters (RFC 3428 section 7, RFC 2046
 * section 4.1), its time, and what makes it unique.
 */
#define G_LOG_DOMAIN "chat-text"

#include "chat-text.h"

#include "chat-service.h"

/* A Date older than this is taken for the time of writing; up to this our own clock is better. */
#define LATE_US (60 * G_USEC_PER_SEC)
/* A Date older than this is a wrong clock. */
#define OLDEST_US (366LL * 24 * 3600 * G_USEC_PER_SEC)

/* Charsets that other programs still send, with iconv's name. A list, because the C library's
 * converters are many and some have had holes. */
static const struct {
  const char *name;
  const char *iconv_name;
} charsets[] = {
    {"iso-8859-1", "ISO-8859-1"}, {"latin1", "ISO-8859-1"},
    {"iso-8859-2", "ISO-8859-2"}, {"iso-8859-15", "ISO-8859-15"},
    {"windows-1250", "CP1250"},   {"windows-1251", "CP1251"},
    {"windows-1252", "CP1252"},   {"koi8-r", "KOI8-R"},
    {"euc-kr", "CP949"},          {"ks_c_5601-1987", "CP949"},
    {"cp949", "CP949"},           {"shift_jis", "SHIFT_JIS"},
    {"euc-jp", "EUC-JP"},         {"iso-2022-jp", "ISO-2022-JP"},
    {"gb2312", "GB18030"},        {"gbk", "GB18030"},
    {"gb18030", "GB18030"},       {"big5", "BIG5"},
    {"utf-16", "UTF-16"},         {"utf-16be", "UTF-16BE"},
    {"utf-16le", "UTF-16LE"},
};

static const char *
find_charset (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (charsets); i++) {
    if (g_str_equal (charsets[i].name, name))
      return charsets[i].iconv_name;
  }
  return NULL;
}

static gboolean
is_utf8 (const char *charset)
{
  return !charset || g_str_equal (charset, "utf-8") || g_str_equal (charset, "utf8") ||
         g_str_equal (charset, "us-ascii") || g_str_equal (charset, "ascii");
}

/* Valid UTF-8 with CR LF and CR as LF, and each other control character as @replacement (0: left
 * out): none may reach a terminal or change how a window draws. */
static char *
clean (const char *data, gsize length, gunichar replacement)
{
  GString    *text = g_string_sized_new (length);
  const char *end = data + length;

  for (const char *p = data; p < end; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (c == '\r') {
      if (p + 1 == end || p[1] != '\n')
        g_string_append_c (text, '\n');
    } else if (c == '\n' || c == '\t' || !g_unichar_iscntrl (c)) {
      g_string_append_unichar (text, c);
    } else if (replacement != 0) {
      g_string_append_unichar (text, replacement);
    }
  }
  return g_string_free (text, FALSE);
}

int
ullim_chat_text_decode (const char *content_type, const char *charset, GBytes *body, char **text)
{
  gsize            size;
  const char      *data = g_bytes_get_data (body, &size);
  g_autofree char *converted = NULL;

  *text = NULL;
  if (!g_str_equal (content_type, "text/plain"))
    return 415;
  if (size > ULLIM_CHAT_MAX_TEXT_BYTES)
    return 413;
  if (!is_utf8 (charset)) {
    const char *from = find_charset (charset);

    if (!from)
      return 415;
    converted = g_convert (data ? data : "", (gssize) size, "UTF-8", from, NULL, &size, NULL);
    if (!converted)
      return 400;
    if (size > ULLIM_CHAT_MAX_TEXT_BYTES)
      return 413;
    data = converted;
  }
  /* A NUL is not valid here either. */
  if (size > 0 && !g_utf8_validate (data, (gssize) size, NULL))
    return 400;
  *text = clean (data, size, 0xfffd);
  return 200;
}

char *
ullim_chat_text_outgoing (const char *text)
{
  return clean (text, strlen (text), 0);
}

gint64
ullim_chat_text_time (gint64 date_us, gint64 now_us)
{
  if (date_us > now_us - OLDEST_US && date_us < now_us - LATE_US)
    return date_us;
  return now_us;
}

guint32
ullim_chat_text_once (gint64 date_us, guint32 cseq, const char *text)
{
  if (date_us == 0)
    return cseq;
  return g_str_hash (text) ^ g_int64_hash (&date_us) * 2654435761u;
}
