/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-body.h"

#include <string.h>
#include <zlib.h>

#define TEXT "<list>하나, 둘</list>"
#define LIMIT 4096

/* @window_bits: zlib's word for the format. */
static GByteArray *
pack (const void *data, gsize length, int window_bits)
{
  z_stream    stream = {.next_in = (Bytef *) data, .avail_in = length};
  GByteArray *out = g_byte_array_new ();

  g_assert_cmpint (deflateInit2 (&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), ==,
                   Z_OK);
  g_byte_array_set_size (out, deflateBound (&stream, length));
  stream.next_out = out->data;
  stream.avail_out = out->len;
  g_assert_cmpint (deflate (&stream, Z_FINISH), ==, Z_STREAM_END);
  g_byte_array_set_size (out, stream.total_out);
  deflateEnd (&stream);
  return out;
}

static void
test_formats (void)
{
  static const int formats[] = {15, 15 + 16, -15}; /* zlib, gzip, bare */

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autoptr (GByteArray) packed = pack (TEXT, strlen (TEXT), formats[i]);
    g_autoptr (GBytes)     body = NULL;

    g_assert_cmpint (ullim_server_body_unpack (packed->data, packed->len, LIMIT, &body), ==, 0);
    g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), TEXT, strlen (TEXT));
  }
}

static void
test_limit (void)
{
  g_autofree char *zeros = g_malloc0 (64 * 1024 * 1024);

  for (gsize length = LIMIT - 1; length <= LIMIT + 1; length++) {
    g_autoptr (GByteArray) packed = pack (zeros, length, 15);
    g_autoptr (GBytes)     body = NULL;
    int status = ullim_server_body_unpack (packed->data, packed->len, LIMIT, &body);

    g_assert_cmpint (status, ==, length <= LIMIT ? 0 : 413);
    g_assert_cmpuint (body ? g_bytes_get_size (body) : 0, ==, length <= LIMIT ? length : 0);
  }
  {
    g_autoptr (GByteArray) bomb = pack (zeros, 64 * 1024 * 1024, 15);
    g_autoptr (GBytes)     body = NULL;

    g_assert_cmpint (ullim_server_body_unpack (bomb->data, bomb->len, LIMIT, &body), ==, 413);
  }
}

static void
test_damage (void)
{
  g_autoptr (GByteArray) packed = pack (TEXT, strlen (TEXT), 15);
  g_autoptr (GBytes)     body = NULL;

  for (gsize length = 0; length < packed->len; length++) {
    int status = ullim_server_body_unpack (packed->data, length, LIMIT, &body);

    g_assert_cmpint (status, ==, 400);
    g_assert_null (body);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server-body/formats", test_formats);
  g_test_add_func ("/server-body/limit", test_limit);
  g_test_add_func ("/server-body/damage", test_damage);
  return g_test_run ();
}
