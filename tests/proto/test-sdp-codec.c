/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sdp-codec.h"

#include <string.h>

#define HEAD "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"

static GPtrArray *
read_codecs (const char *lines)
{
  g_autofree char     *text = g_strconcat (HEAD, lines, NULL);
  g_autoptr (GError)   error = NULL;
  g_autoptr (UllimSdp) sdp = ullim_sdp_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return ullim_sdp_codecs_read (g_ptr_array_index (sdp->media, 0));
}

static void
test_read (void)
{
  g_autoptr (GPtrArray) codecs =
      read_codecs ("m=audio 4000 RTP/AVPF 96 0 8 101 97 96 300 13\r\n"
                   "a=rtpmap:96 opus/48000/2\r\na=fmtp:96 useinbandfec=1; stereo=0;cbr\r\n"
                   "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n"
                   "a=rtcp-fb:* nack\r\na=rtcp-fb:96 transport-cc\r\na=rtcp-fb:96 nack\r\n");
  UllimSdpCodec   *opus = g_ptr_array_index (codecs, 0);
  g_autofree char *fec = ullim_sdp_codec_get_parameter (opus, "useinbandfec");
  g_autofree char *stereo = ullim_sdp_codec_get_parameter (opus, "STEREO");
  g_autofree char *cbr = ullim_sdp_codec_get_parameter (opus, "cbr");
  g_autofree char *none = ullim_sdp_codec_get_parameter (opus, "use");

  /* 97 has no rtpmap, 300 is none, the second 96 is the first. */
  g_assert_cmpuint (codecs->len, ==, 5);
  g_assert_cmpuint (opus->clock_rate, ==, 48000);
  g_assert_cmpuint (opus->channels, ==, 2);
  g_assert_cmpstr (fec, ==, "1");
  g_assert_cmpstr (stereo, ==, "0");
  g_assert_cmpstr (cbr, ==, "");
  g_assert_null (none);
  g_assert_true (ullim_sdp_codec_has_feedback (opus, "nack"));
  g_assert_true (ullim_sdp_codec_has_feedback (opus, "transport-cc"));
  g_assert_cmpuint (opus->feedback->len, ==, 2);
  g_assert_true (ullim_sdp_codec_is (g_ptr_array_index (codecs, 1), "pcmu"));
  g_assert_true (ullim_sdp_codec_is (g_ptr_array_index (codecs, 2), "PCMA"));
  g_assert_true (ullim_sdp_codec_is (g_ptr_array_index (codecs, 3), "telephone-event"));
  g_assert_true (ullim_sdp_codec_is (g_ptr_array_index (codecs, 4), "CN"));
}

static void
test_broken (void)
{
  g_autoptr (GPtrArray) codecs = read_codecs (
      "m=audio 4000 RTP/AVP 96 97 98 99 100 9\r\na=rtpmap:96 opus\r\na=rtpmap:97 opus/0\r\n"
      "a=rtpmap:98 opus/48000/2/3\r\na=rtpmap:99 /8000\r\na=rtpmap:100 x/99999999999\r\n"
      "a=rtpmap:9 G722/8000\r\na=fmtp:9\r\na=rtcp-fb:9\r\na=rtpmap:\r\na=fmtp\r\n");

  g_assert_cmpuint (codecs->len, ==, 1);
  g_assert_true (ullim_sdp_codec_is (g_ptr_array_index (codecs, 0), "G722"));
}

static void
test_match (void)
{
  static const struct {
    const char *a_name, *a_parameters;
    guint       a_rate, a_channels;
    const char *b_name, *b_parameters;
    guint       b_rate, b_channels;
    gboolean    same;
  } rows[] = {
      {"opus", NULL, 48000, 2, "OPUS", "stereo=1", 48000, 2, TRUE},
      {"telephone-event", NULL, 8000, 1, "telephone-event", NULL, 48000, 1, FALSE},
      {"L16", NULL, 44100, 2, "L16", NULL, 44100, 1, FALSE},
      {"VP9", NULL, 90000, 1, "VP9", "profile-id=0", 90000, 1, TRUE},
      {"VP9", NULL, 90000, 1, "VP9", "profile-id=2", 90000, 1, FALSE},
      {"H264", "packetization-mode=1", 90000, 1, "H264", "profile-level-id=640c1f", 90000, 1, TRUE},
      {"VP8", NULL, 90000, 1, "VP9", NULL, 90000, 1, FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (UllimSdpCodec) a = ullim_sdp_codec_new (
        rows[i].a_name, rows[i].a_rate, rows[i].a_channels, 96, rows[i].a_parameters);
    g_autoptr (UllimSdpCodec) b = ullim_sdp_codec_new (
        rows[i].b_name, rows[i].b_rate, rows[i].b_channels, 97, rows[i].b_parameters);

    g_assert_cmpint (ullim_sdp_codec_matches (a, b), ==, rows[i].same);
    g_assert_cmpint (ullim_sdp_codec_matches (b, a), ==, rows[i].same);
  }
}

static void
test_write (void)
{
  g_autoptr (UllimSdp)  sdp = ullim_sdp_new ("192.0.2.1", 1, 1);
  UllimSdpMedia        *media = ullim_sdp_add_media (sdp, "video", 4000, "RTP/AVPF");
  g_autoptr (GPtrArray) codecs =
      g_ptr_array_new_with_free_func ((GDestroyNotify) ullim_sdp_codec_free);
  g_autofree char *with = NULL, *without = NULL;
  UllimSdpMedia   *second;

  g_ptr_array_add (codecs, ullim_sdp_codec_new ("H264", 90000, 1, 97, "packetization-mode=1"));
  ullim_sdp_codec_add_feedback (g_ptr_array_index (codecs, 0), "nack pli");
  ullim_sdp_codecs_write (media, codecs, TRUE);
  with = ullim_sdp_to_string (sdp);
  g_assert_nonnull (strstr (with, "m=video 4000 RTP/AVPF 97\r\n"));
  g_assert_nonnull (strstr (with, "a=rtpmap:97 H264/90000\r\na=fmtp:97 packetization-mode=1\r\n"
                                  "a=rtcp-fb:97 nack pli\r\n"));

  second = ullim_sdp_add_media (sdp, "video", 4002, "RTP/AVP");
  ullim_sdp_codecs_write (second, codecs, FALSE);
  without = ullim_sdp_to_string (sdp);
  g_assert_null (strstr (strstr (without, "m=video 4002"), "rtcp-fb"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdp-codec/read", test_read);
  g_test_add_func ("/sdp-codec/broken", test_broken);
  g_test_add_func ("/sdp-codec/match", test_match);
  g_test_add_func ("/sdp-codec/write", test_write);
  return g_test_run ();
}
