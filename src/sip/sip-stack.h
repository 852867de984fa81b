/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sofia-SIP in the GLib main loop: one root for all agents. nua keeps its own stack thread; every
 * callback arrives on the thread that made the stack.
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define ULLIM_TYPE_SIP_STACK (ullim_sip_stack_get_type ())
G_DECLARE_FINAL_TYPE (UllimSipStack, ullim_sip_stack, ULLIM, SIP_STACK, GObject)

/**
 * ullim_sip_stack_new:
 *
 * Attaches to the thread-default main context. Sofia's own log goes to ours.
 */
UllimSipStack *ullim_sip_stack_new (void);

G_END_DECLS
