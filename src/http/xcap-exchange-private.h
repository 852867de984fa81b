/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One HTTP request with its answer, within bounds of time and size. For xcap-client only.
 */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/** ullim_xcap_exchange_async: @message: sent once, its redirects not followed */
void ullim_xcap_exchange_async (SoupSession        *session,
                                SoupMessage        *message,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data);

/** ullim_xcap_exchange_finish: @error: %ULLIM_XCAP_ERROR_CONNECTION, _CERTIFICATE, _REFUSED (the
 *  answer is too long), %G_IO_ERROR_CANCELLED; Returns: (transfer full) (nullable): the body,
 *  whatever the status */
GBytes *ullim_xcap_exchange_finish (GAsyncResult *result, GError **error);

G_END_DECLS
