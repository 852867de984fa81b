/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks whether a server's certificate is to be trusted. An unknown one can be trusted by a button
 * that is not the default; for a changed one the user has to say first that it was checked.
 * Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "account.h"
#include "certificate.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_CERTIFICATE_DIALOG (ullim_certificate_dialog_get_type ())
G_DECLARE_FINAL_TYPE (UllimCertificateDialog,
                      ullim_certificate_dialog,
                      ULLIM,
                      CERTIFICATE_DIALOG,
                      GtkDialog)

/** ullim_certificate_dialog_new: "response" is %GTK_RESPONSE_ACCEPT if the user trusts it */
GtkWidget *ullim_certificate_dialog_new (GtkWindow        *parent,
                                         UllimAccount     *account,
                                         UllimCertificate *certificate);

G_END_DECLS
