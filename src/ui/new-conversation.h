/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks whom to write to and opens the conversation. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "engine.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_NEW_CONVERSATION (ullim_new_conversation_get_type ())
G_DECLARE_FINAL_TYPE (UllimNewConversation,
                      ullim_new_conversation,
                      ULLIM,
                      NEW_CONVERSATION,
                      GtkDialog)

/**
 * ullim_new_conversation_new:
 *
 * Signal "opened" (UllimConversation *): it is there; the dialog destroys itself after it.
 */
GtkWidget *ullim_new_conversation_new (GtkWindow *parent, UllimEngine *engine);

G_END_DECLS
