/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sdp.h"

#include <string.h>

#define HEAD "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\n"

static UllimSdp *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  UllimSdp          *sdp = ullim_sdp_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return sdp;
}

static UllimSdpMedia *
media (UllimSdp *sdp, guint i)
{
  g_assert_cmpuint (i, <, sdp->media->len);
  return g_ptr_array_index (sdp->media, i);
}

static void
test_whole (void)
{
  g_autoptr (UllimSdp) sdp =
      parse ("v=0\r\no=jdoe 3724394400 3724394405 IN IP4 198.51.100.1\r\ns=Call 통화\r\n"
             "i=about\r\nu=http://x\r\ne=a@b\r\np=+1\r\nc=IN IP4 198.51.100.1/127\r\nb=AS:128\r\n"
             "t=0 0\r\nr=7d 1h 0 25h\r\nz=0 -1h\r\nk=prompt\r\na=recvonly\r\n"
             "m=audio 49170/2 RTP/AVP 0 96\r\ni=voice\r\na=rtpmap:96 opus/48000/2\r\na=sendrecv\r\n"
             "m=video 51372 RTP/AVPF 99\r\nc=IN IP6 2001:db8::2\r\nb=TIAS:64000\r\n"
             "a=rtpmap:99 h263-1998/90000\r\nm=message 0 TCP/MSRP *\r\n");

  g_assert_cmpstr (sdp->user, ==, "jdoe");
  g_assert_cmpuint (sdp->session_id, ==, 3724394400);
  g_assert_cmpuint (sdp->version, ==, 3724394405);
  g_assert_cmpstr (sdp->name, ==, "Call 통화");
  g_assert_cmpstr (sdp->section.address, ==, "198.51.100.1");
  g_assert_cmpstr (sdp->section.title, ==, "about");
  g_assert_cmpuint (sdp->media->len, ==, 3);
  g_assert_cmpuint (media (sdp, 0)->port, ==, 49170);
  g_assert_cmpuint (media (sdp, 0)->n_ports, ==, 2);
  g_assert_cmpuint (media (sdp, 0)->formats->len, ==, 2);
  g_assert_cmpstr (ullim_sdp_section_get (&media (sdp, 0)->section, "rtpmap"), ==,
                   "96 opus/48000/2");
  g_assert_cmpint (ullim_sdp_media_direction (sdp, media (sdp, 0)), ==, ULLIM_SDP_SENDRECV);
  g_assert_cmpint (ullim_sdp_media_direction (sdp, media (sdp, 1)), ==, ULLIM_SDP_RECVONLY);
  g_assert_cmpstr (ullim_sdp_media_address (sdp, media (sdp, 0)), ==, "198.51.100.1");
  g_assert_cmpstr (ullim_sdp_media_address (sdp, media (sdp, 1)), ==, "2001:db8::2");
  g_assert_cmpstr (media (sdp, 2)->protocol, ==, "TCP/MSRP");
  g_assert_cmpstr (g_ptr_array_index (media (sdp, 2)->formats, 0), ==, "*");
  g_assert_cmpstr (ullim_sdp_section_get (&sdp->section, "recvonly"), ==, "");
  g_assert_null (ullim_sdp_section_get (&sdp->section, "sendonly"));
}

/* What is written is read the same, and written the same again. */
static void
test_round_trip (void)
{
  g_autoptr (UllimSdp) sdp = ullim_sdp_new ("2001:db8::1", 7, 8);
  UllimSdpMedia       *audio = ullim_sdp_add_media (sdp, "audio", 4000, "RTP/AVP");
  g_autofree char     *text = NULL;
  g_autoptr (UllimSdp) again = NULL;
  g_autofree char     *text_again = NULL;

  ullim_sdp_media_add_format (audio, "96");
  ullim_sdp_section_add (&audio->section, "rtpmap", "96 opus/48000/2");
  ullim_sdp_section_add (&audio->section, "rtcp-mux", NULL);
  text = ullim_sdp_to_string (sdp);
  g_assert_cmpstr (text, ==,
                   "v=0\r\no=- 7 8 IN IP6 2001:db8::1\r\ns=-\r\nc=IN IP6 2001:db8::1\r\nt=0 0\r\n"
                   "m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2\r\na=rtcp-mux\r\n");
  again = parse (text);
  text_again = ullim_sdp_to_string (again);
  g_assert_cmpstr (text, ==, text_again);
}

static void
test_lenient (void)
{
  g_autoptr (UllimSdp) bare_lf = parse ("v=0\no=- 1 1 IN IP4 h\ns=\nm=audio 9 RTP/AVP 0\n");
  g_autoptr (UllimSdp) no_end = parse (HEAD "t=0 0\r\nm=audio 9 RTP/AVP 0");
  g_autoptr (UllimSdp) blank_end = parse (HEAD "t=0 0\r\n\r\n");

  g_assert_cmpuint (bare_lf->media->len, ==, 1);
  g_assert_cmpuint (no_end->media->len, ==, 1);
  g_assert_cmpuint (blank_end->media->len, ==, 0);
}

static void
test_refused (void)
{
  static const char *const texts[] = {
      "",
      "v=1\r\n",
      "v=0\r\n",
      "o=- 1 2 IN IP4 h\r\nv=0\r\ns=-\r\n",
      "v=0\r\no=- 1 2 IN IP4 h\r\n",
      "v=0\r\no=- x 2 IN IP4 h\r\ns=-\r\n",
      "v=0\r\no=- 1 2 IN IP4 h extra\r\ns=-\r\n",
      "v=0\r\no=- 1 99999999999999999999 IN IP4 h\r\ns=-\r\n",
      HEAD "o=- 1 2 IN IP4 h\r\n",
      HEAD "s=again\r\n",
      HEAD "\r\nt=0 0\r\n",
      HEAD "x=unknown\r\n",
      HEAD "nonsense\r\n",
      HEAD "c=IN IP4\r\n",
      HEAD "c=IN IP4 a b\r\n",
      HEAD "c=ATM IP4 h\r\n",
      HEAD "c=IN IP4 <evil>\r\n",
      HEAD "b=AS\r\n",
      HEAD "b=AS:-1\r\n",
      HEAD "a=\r\n",
      HEAD "a=bad name\r\n",
      HEAD "m=audio 70000 RTP/AVP 0\r\n",
      HEAD "m=audio -1 RTP/AVP 0\r\n",
      HEAD "m=audio 9/0 RTP/AVP 0\r\n",
      HEAD "m=audio 9 RTP/AVP\r\n",
      HEAD "m=audio 9 RTP//AVP 0\r\n",
      HEAD "m=audio 9 RTP/AVP 0 \r\n",
      HEAD "m=audio 9 UDP/X \"<\r\n",
      HEAD "m=audio 9 RTP/AVP 0\r\ns=late\r\n",
      HEAD "i=a\r\ni=b\r\n",
      HEAD "a=x\ry\r\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (ullim_sdp_parse (texts[i], strlen (texts[i]), &error));
    g_assert_error (error, ULLIM_SDP_ERROR, ULLIM_SDP_ERROR_SYNTAX);
  }
}

static void
refuse (GString *text, UllimSdpError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ullim_sdp_parse (text->str, text->len, &error));
  g_assert_error (error, ULLIM_SDP_ERROR, (int) code);
  g_string_free (text, TRUE);
}

static GString *
repeat (const char *line, guint n)
{
  GString *text = g_string_new (HEAD "m=audio 9 RTP/AVP 0\r\n");

  for (guint i = 0; i < n; i++)
    g_string_append (text, line);
  return text;
}

static void
test_limits (void)
{
  GString *many_formats = g_string_new (HEAD "m=audio 9 RTP/AVP");
  GString *long_line = g_string_new (HEAD "a=x:");
  GString *with_nul = g_string_new (HEAD);

  for (guint i = 0; i <= ULLIM_SDP_MAX_FORMATS; i++)
    g_string_append_printf (many_formats, " %u", i);
  for (guint i = 0; i <= ULLIM_SDP_MAX_LINE; i++)
    g_string_append_c (long_line, 'y');
  g_string_append_c (with_nul, '\0');
  g_string_append (with_nul, "t=0 0\r\n");

  refuse (many_formats, ULLIM_SDP_ERROR_TOO_LONG);
  refuse (long_line, ULLIM_SDP_ERROR_TOO_LONG);
  refuse (repeat ("a=x\r\n", ULLIM_SDP_MAX_ATTRIBUTES + 1), ULLIM_SDP_ERROR_TOO_LONG);
  refuse (repeat ("b=AS:1\r\n", ULLIM_SDP_MAX_BANDWIDTHS + 1), ULLIM_SDP_ERROR_TOO_LONG);
  refuse (repeat ("m=audio 9 RTP/AVP 0\r\n", ULLIM_SDP_MAX_MEDIA), ULLIM_SDP_ERROR_TOO_LONG);
  refuse (repeat ("a=yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n", 4000), ULLIM_SDP_ERROR_TOO_LONG);
  refuse (with_nul, ULLIM_SDP_ERROR_ENCODING);
  refuse (g_string_new (HEAD "i=\xff\r\n"), ULLIM_SDP_ERROR_ENCODING);
}

static void
test_directions (void)
{
  static const UllimSdpDirection answers[][2] = {
      {ULLIM_SDP_SENDRECV, ULLIM_SDP_SENDRECV},
      {ULLIM_SDP_SENDONLY, ULLIM_SDP_RECVONLY},
      {ULLIM_SDP_RECVONLY, ULLIM_SDP_SENDONLY},
      {ULLIM_SDP_INACTIVE, ULLIM_SDP_INACTIVE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    g_assert_cmpint (ullim_sdp_direction_answer (answers[i][0]), ==, answers[i][1]);
  g_assert_cmpstr (ullim_sdp_direction_name (ULLIM_SDP_SENDONLY), ==, "sendonly");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdp/whole", test_whole);
  g_test_add_func ("/sdp/round-trip", test_round_trip);
  g_test_add_func ("/sdp/lenient", test_lenient);
  g_test_add_func ("/sdp/refused", test_refused);
  g_test_add_func ("/sdp/limits", test_limits);
  g_test_add_func ("/sdp/directions", test_directions);
  return g_test_run ();
}
