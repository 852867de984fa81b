/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What libFuzzer, and our own small driver in its place, call.
 */
#pragma once

#include <glib.h>

/**
 * LLVMFuzzerTestOneInput:
 * @data: any bytes
 * @size: how many
 *
 * Reads them, and checks what must hold of everything that was read; aborts if it does not.
 *
 * Returns: 0
 */
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);
