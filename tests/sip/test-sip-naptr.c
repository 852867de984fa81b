/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NAPTR answers built byte by byte, right ones and damaged ones.
 */
#include "sip-naptr.h"

#include <string.h>

#define TYPE_NAPTR 35
#define TYPE_A 1
#define CLASS_IN 1

static void
put16 (GByteArray *out, guint value)
{
  guint8 bytes[2] = {value >> 8, value & 0xff};

  g_byte_array_append (out, bytes, sizeof bytes);
}

static void
put_string (GByteArray *out, const char *text)
{
  guint8 length = strlen (text);

  g_byte_array_append (out, &length, 1);
  g_byte_array_append (out, (const guint8 *) text, length);
}

static void
put_name (GByteArray *out, const char *name)
{
  g_auto (GStrv) labels = g_strsplit (name, ".", -1);

  for (int i = 0; labels[i] && *labels[i]; i++)
    put_string (out, labels[i]);
  put_string (out, "");
}

/* A header with one question, and so many answers to come. */
static GByteArray *
start_message (guint n_answers)
{
  GByteArray *out = g_byte_array_new ();

  put16 (out, 0x1234);
  put16 (out, 0x8180);
  put16 (out, 1);
  put16 (out, n_answers);
  put16 (out, 0);
  put16 (out, 0);
  put_name (out, "example.test");
  put16 (out, TYPE_NAPTR);
  put16 (out, CLASS_IN);
  return out;
}

static void
put_record (GByteArray *out, guint type, const GByteArray *data)
{
  put16 (out, 0xc00c); /* the name of the question */
  put16 (out, type);
  put16 (out, CLASS_IN);
  put16 (out, 0);
  put16 (out, 60);
  put16 (out, data->len);
  g_byte_array_append (out, data->data, data->len);
}

static void
put_naptr (GByteArray *out,
           guint       order,
           guint       preference,
           const char *flags,
           const char *service,
           const char *regexp,
           const char *replacement)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();

  put16 (data, order);
  put16 (data, preference);
  put_string (data, flags);
  put_string (data, service);
  put_string (data, regexp);
  put_name (data, replacement);
  put_record (out, TYPE_NAPTR, data);
}

static char *
describe (GPtrArray *found)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < found->len; i++) {
    UllimSipNaptr *naptr = found->pdata[i];

    g_string_append_printf (out, "%s%u %u %s %s", i > 0 ? ", " : "", naptr->order,
                            naptr->preference, ullim_sip_transport_name (naptr->transport),
                            naptr->name);
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* A copy of exact size, so that a sanitizer sees a read behind its end. */
static GPtrArray *
parse (const GByteArray *message, gsize length)
{
  g_autofree guint8 *exact = g_memdup2 (message->data, length);

  return ullim_sip_naptr_parse (exact, length);
}

static void
check (const GByteArray *message, const char *expected)
{
  g_autoptr (GPtrArray) found = parse (message, message->len);
  g_autofree char      *got = NULL;

  g_assert_nonnull (found);
  got = describe (found);
  g_assert_cmpstr (got, ==, expected);
}

static void
test_order (void)
{
  g_autoptr (GByteArray) message = start_message (4);

  put_naptr (message, 50, 20, "s", "SIP+D2U", "", "_sip._udp.a.test");
  put_naptr (message, 50, 10, "S", "sip+d2t", "", "_sip._tcp.a.test");
  put_naptr (message, 10, 99, "s", "SIPS+D2T", "", "_sips._tcp.b.test");
  put_naptr (message, 50, 10, "s", "SIP+D2S", "", "_sip._sctp.a.test");
  check (message,
         "10 99 tls _sips._tcp.b.test, 50 10 tcp _sip._tcp.a.test, 50 20 udp _sip._udp.a.test");
}

static void
test_unusable (void)
{
  g_autoptr (GByteArray) message = start_message (7);
  g_autoptr (GByteArray) address = g_byte_array_new ();

  put_naptr (message, 1, 1, "u", "SIP+D2U", "", "_sip._udp.a.test");
  put_naptr (message, 1, 1, "", "SIP+D2U", "", "_sip._udp.a.test");
  put_naptr (message, 1, 1, "s", "E2U+sip", "", "_sip._udp.a.test");
  put_naptr (message, 1, 1, "s", "SIP+D2U", "!.*!x!", "_sip._udp.a.test");
  put_naptr (message, 1, 1, "s", "SIP+D2U", "", "");
  put_naptr (message, 1, 1, "s", "SIP+D2U", "", "a b\n.test");
  put16 (address, 0x7f00);
  put16 (address, 1);
  put_record (message, TYPE_A, address);
  check (message, "");
}

static void
test_limit (void)
{
  g_autoptr (GByteArray) message = start_message (ULLIM_SIP_MAX_NAPTR + 5);
  g_autoptr (GPtrArray)  found = NULL;

  for (guint i = 0; i < ULLIM_SIP_MAX_NAPTR + 5; i++)
    put_naptr (message, 100 - i, 1, "s", "SIP+D2T", "", "x.test");
  found = parse (message, message->len);
  g_assert_nonnull (found);
  g_assert_cmpuint (found->len, ==, ULLIM_SIP_MAX_NAPTR);
  /* The best ones are kept. */
  g_assert_cmpuint (((UllimSipNaptr *) found->pdata[0])->order, ==, 100 - ULLIM_SIP_MAX_NAPTR - 4);
}

/* Whatever is cut off, the rest is refused. */
static void
test_truncated (void)
{
  g_autoptr (GByteArray) message = start_message (1);

  put_naptr (message, 1, 1, "s", "SIP+D2U", "", "_sip._udp.a.test");
  for (guint length = 0; length < message->len; length++)
    g_assert_null (parse (message, length));
}

/* A record whose own lengths lie is left out; the message around it is whole. */
static void
test_lying_lengths (void)
{
  static const struct {
    const char *bytes;
    gsize       length;
  } liars[] = {
      {"", 0},
      {"\0\1\0", 3},
      {"\0\1\0\1", 4},
      {"\0\1\0\1\1s", 6},
      {"\0\1\0\1\377s", 6},
      {"\0\1\0\1\1s\7SIP+D2", 13},
      {"\0\1\0\1\1s\7SIP+D2U", 14},
      {"\0\1\0\1\1s\7SIP+D2U\0", 15},
      {"\0\1\0\1\1s\7SIP+D2U\0\1a", 17},
      {"\0\1\0\1\1s\7SIP+D2U\0\1a\0x", 19},
      {"\0\1\0\1\1s\7SIP+D2U\0\300\377", 17},
  };

  for (guint i = 0; i < G_N_ELEMENTS (liars); i++) {
    g_autoptr (GByteArray) message = start_message (1);
    g_autoptr (GByteArray) data = g_byte_array_new ();

    g_byte_array_append (data, (const guint8 *) liars[i].bytes, liars[i].length);
    put_record (message, TYPE_NAPTR, data);
    check (message, "");
  }
}

/* A name that points to itself must not be followed for ever. */
static void
test_loop (void)
{
  g_autoptr (GByteArray) message = start_message (1);
  g_autoptr (GByteArray) data = g_byte_array_new ();
  /* where the replacement will stand: record header 12, fixed 4, strings 2 + 8 + 1 */
  guint place = message->len + 12 + 4 + 2 + 8 + 1;

  put16 (data, 1);
  put16 (data, 1);
  put_string (data, "s");
  put_string (data, "SIP+D2U");
  put_string (data, "");
  put16 (data, 0xc000 | place);
  put_record (message, TYPE_NAPTR, data);
  check (message, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-naptr/order", test_order);
  g_test_add_func ("/sip-naptr/unusable", test_unusable);
  g_test_add_func ("/sip-naptr/limit", test_limit);
  g_test_add_func ("/sip-naptr/truncated", test_truncated);
  g_test_add_func ("/sip-naptr/lying-lengths", test_lying_lengths);
  g_test_add_func ("/sip-naptr/loop", test_loop);
  return g_test_run ();
}
