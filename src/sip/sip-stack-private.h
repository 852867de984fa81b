/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a line needs of the stack.
 */
#pragma once

#include "sip-sofia-private.h"
#include "sip-stack.h"

G_BEGIN_DECLS

/** ullim_sip_stack_get_root: Returns: (transfer none): the root for nua_create() */
su_root_t *ullim_sip_stack_get_root (UllimSipStack *self);

G_END_DECLS
