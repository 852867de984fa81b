/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Unpacking stops at the limit: a few kilobytes can be made to unpack to gigabytes.
 */
#define G_LOG_DOMAIN "server-body"

#include "server-body.h"

#include <string.h>
#include <zlib.h>

#define FIRST_BYTES 4096
/* zlib's word for "with a header, of zlib or gzip, whichever it is", and for "without one". */
#define WITH_HEADER (15 + 32)
#define WITHOUT_HEADER (-15)

static gboolean
is_encoding (const char *name, const char *const *names)
{
  for (; *names; names++) {
    if (g_ascii_strcasecmp (name, *names) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Room for more, within the limit; FALSE if there is none. */
static gboolean
grow (GByteArray *out, gsize used, gsize max_bytes)
{
  if (used < out->len)
    return TRUE;
  if (out->len >= max_bytes)
    return FALSE;
  g_byte_array_set_size (out, MIN (max_bytes, MAX (FIRST_BYTES, out->len * 2)));
  return TRUE;
}

static int
unpack (const void *data, gsize length, int window_bits, gsize max_bytes, GByteArray *out)
{
  z_stream stream = {.next_in = (Bytef *) data, .avail_in = length};
  gsize    used = 0;
  int      result = Z_OK;

  if (inflateInit2 (&stream, window_bits) != Z_OK)
    return 500;
  while (result == Z_OK && grow (out, used, max_bytes)) {
    stream.next_out = out->data + used;
    stream.avail_out = out->len - used;
    result = inflate (&stream, Z_NO_FLUSH);
    used = out->len - stream.avail_out;
  }
  inflateEnd (&stream);
  g_byte_array_set_size (out, used);
  if (result == Z_STREAM_END)
    return 0;
  return result == Z_OK ? 413 : 400;
}

int
ullim_server_body_unpack (const void *data, gsize length, gsize max_bytes, GBytes **body)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  int                    status = unpack (data, length, WITH_HEADER, max_bytes, out);

  if (status == 400) {
    g_byte_array_set_size (out, 0);
    status = unpack (data, length, WITHOUT_HEADER, max_bytes, out);
  }
  if (status == 0)
    *body = g_byte_array_free_to_bytes (g_steal_pointer (&out));
  return status;
}

int
ullim_server_body_read (const sip_t *sip, gsize max_bytes, GBytes **body)
{
  static const char *const packed[] = {"deflate", "gzip", "x-gzip", NULL};
  static const char *const plain[] = {"identity", NULL};
  const char              *data = sip->sip_payload ? sip->sip_payload->pl_data : NULL;
  gsize                    length = data ? sip->sip_payload->pl_len : 0;
  const msg_list_t        *encoding = sip->sip_content_encoding;
  const char              *name = encoding && encoding->k_items ? encoding->k_items[0] : NULL;

  *body = NULL;
  if (length > max_bytes)
    return 413;
  if (name && encoding->k_items[1])
    return 415;
  if (!name || is_encoding (name, plain)) {
    *body = g_bytes_new (data, length);
    return 0;
  }
  return is_encoding (name, packed) ? ullim_server_body_unpack (data, length, max_bytes, body)
                                    : 415;
}
