/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Made-up chat texts, Korean and English mixed, with the frequencies of real ones: few words are
 * said all the time, most are rare (Zipf's law). The same seed gives the same texts.
 */
#pragma once

#include <glib.h>

/** BENCH_WORDS: words of each language, the most frequent first. */
#define BENCH_WORDS 30000

typedef struct _BenchText BenchText;

BenchText *bench_text_new (guint32 seed);
void       bench_text_free (BenchText *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchText, bench_text_free)

/** bench_text_korean, _english: @rank: 0 (most frequent) .. BENCH_WORDS - 1; Returns: (transfer
 * none)
 */
const char *bench_text_korean (BenchText *self, guint rank);
const char *bench_text_english (BenchText *self, guint rank);

/** bench_text_message: Returns: (transfer full): one more message */
char *bench_text_message (BenchText *self);

/** bench_text_random: Returns: 0 .. @n - 1 */
guint bench_text_random (BenchText *self, guint n);
