/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Digest challenges: whatever is read of one and answered is credentials that are read as meant.
 */
#include "digest.h"
#include "fuzz.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char              *text = g_strndup ((const char *) data, size);
  g_autoptr (UllimDigestParams) challenge = ullim_digest_params_parse (text);
  g_autoptr (UllimDigestParams) credentials = NULL;
  g_autofree char              *answer = NULL;

  if (!challenge)
    return 0;
  answer = ullim_digest_answer (challenge, "울\\\"림", "pass", "REGISTER", "sip:h;a=b", 1, "c");
  if (!answer)
    return 0;
  g_assert_null (strpbrk (answer, "\r\n"));
  /* A challenge that is just short enough can have an answer that is too long. */
  if (strlen (answer) > ULLIM_DIGEST_MAX_HEADER_BYTES)
    return 0;
  credentials = ullim_digest_params_parse (answer);
  g_assert_nonnull (credentials);
  g_assert_cmpstr (credentials->username, ==, "울\\\"림");
  g_assert_cmpstr (credentials->realm, ==, challenge->realm);
  g_assert_cmpstr (credentials->nonce, ==, challenge->nonce);
  g_assert_cmpstr (credentials->opaque, ==, challenge->opaque);
  g_assert_nonnull (credentials->response);
  return 0;
}
