/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DNS answers with NAPTR records: what is kept is in order, within its limits, and names that can
 * be asked for.
 */
#include "fuzz.h"
#include "sip-naptr.h"

#include <string.h>

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GPtrArray) found = ullim_sip_naptr_parse (data, size);

  if (!found)
    return 0;
  g_assert_cmpuint (found->len, <=, ULLIM_SIP_MAX_NAPTR);
  for (guint i = 0; i < found->len; i++) {
    UllimSipNaptr *naptr = found->pdata[i];
    UllimSipNaptr *before = found->pdata[i > 0 ? i - 1 : 0];

    g_assert_cmpuint (before->order, <=, naptr->order);
    g_assert_true (before->order < naptr->order || before->preference <= naptr->preference);
    g_assert_nonnull (ullim_sip_transport_name (naptr->transport));
    g_assert_cmpuint (strlen (naptr->name), >, 0);
    g_assert_true (g_str_is_ascii (naptr->name));
  }
  return 0;
}
