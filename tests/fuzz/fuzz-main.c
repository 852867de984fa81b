/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A fuzz target as an ordinary test, where there is no libFuzzer: its corpus as it stands, then a
 * fixed number of mutations of it, the same in every run.
 * usage: fuzz-NAME RUNS DICTIONARY CORPUS-FOLDER
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#define SEED 20260
#define MAX_INPUT_BYTES 8192
#define MAX_CHANGES 6
#define MAX_PIECE_BYTES 64

typedef struct {
  GRand     *rand;
  GPtrArray *corpus; /* GBytes */
  GPtrArray *words;  /* GBytes */
} Fuzzer;

/* The number of the input at hand: a debugger shows which one crashed. */
static volatile guint n_runs;

static guint
below (Fuzzer *fuzzer, guint limit)
{
  return g_rand_int_range (fuzzer->rand, 0, limit);
}

static GBytes *
pick (Fuzzer *fuzzer, GPtrArray *from)
{
  return from->pdata[below (fuzzer, from->len)];
}

/* In memory of its exact size: a sanitizer then sees every step beyond its end. */
static void
run (const guint8 *data, gsize size)
{
  guint8 *exact = malloc (MAX (size, 1));

  memcpy (exact, data, size);
  n_runs++;
  LLVMFuzzerTestOneInput (exact, size);
  free (exact);
}

static void
insert (GByteArray *input, guint at, const guint8 *data, gsize size)
{
  g_autofree guint8 *copy = g_memdup2 (data, size);
  guint              tail = input->len - at;

  if (size == 0 || input->len + size > MAX_INPUT_BYTES)
    return;
  g_byte_array_set_size (input, input->len + size);
  memmove (input->data + at + size, input->data + at, tail);
  memcpy (input->data + at, copy, size);
}

/* A length of a piece that starts at @at; MIN() would ask the dice twice. */
static guint
piece_length (Fuzzer *fuzzer, guint at, guint size)
{
  guint wanted = 1 + below (fuzzer, MAX_PIECE_BYTES);

  return MIN (size - at, wanted);
}

static void
insert_piece (Fuzzer *fuzzer, GByteArray *input, guint at, const guint8 *data, guint size)
{
  guint start = below (fuzzer, size + 1);

  insert (input, at, data + start, piece_length (fuzzer, start, size));
}

static void
change (Fuzzer *fuzzer, GByteArray *input)
{
  guint  at = below (fuzzer, input->len + 1);
  guint8 byte = below (fuzzer, 256);
  gsize  size;

  switch (below (fuzzer, 7)) {
  case 0: /* another byte */
    if (at < input->len)
      input->data[at] = byte;
    break;
  case 1: /* another bit */
    if (at < input->len)
      input->data[at] ^= 1 << (byte % 8);
    break;
  case 2: /* one more */
    insert (input, at, &byte, 1);
    break;
  case 3: /* some fewer */
    if (at < input->len)
      g_byte_array_remove_range (input, at, piece_length (fuzzer, at, input->len));
    break;
  case 4: { /* a word of the language */
    const guint8 *word = g_bytes_get_data (pick (fuzzer, fuzzer->words), &size);

    insert (input, at, word, size);
    break;
  }
  case 5: { /* a piece of another input */
    const guint8 *other = g_bytes_get_data (pick (fuzzer, fuzzer->corpus), &size);

    insert_piece (fuzzer, input, at, other, size);
    break;
  }
  default: /* a piece of itself again */
    insert_piece (fuzzer, input, at, input->data, input->len);
  }
}

static void
run_mutations (Fuzzer *fuzzer, guint n)
{
  for (guint i = 0; i < n; i++) {
    gsize                  size;
    const guint8          *seed = g_bytes_get_data (pick (fuzzer, fuzzer->corpus), &size);
    g_autoptr (GByteArray) input = g_byte_array_new ();

    g_byte_array_append (input, seed, MIN (size, MAX_INPUT_BYTES));
    for (guint changes = 1 + below (fuzzer, MAX_CHANGES); changes > 0; changes--)
      change (fuzzer, input);
    run (input->data, input->len);
  }
}

/* One line of a dictionary: name="word", where the word may hold \xNN, \\ and \". */
static GBytes *
parse_word (const char *line)
{
  const char *start = strchr (line, '"');
  const char *end = strrchr (line, '"');
  GByteArray *out;

  if (line[0] == '#' || !start || start == end)
    return NULL;
  out = g_byte_array_new ();
  for (const char *p = start + 1; p < end; p++) {
    guint8 byte = *p;

    if (*p == '\\' && p[1] == 'x') {
      byte = g_ascii_xdigit_value (p[2]) << 4 | g_ascii_xdigit_value (p[3]);
      p += 3;
    } else if (*p == '\\') {
      byte = *++p;
    }
    g_byte_array_append (out, &byte, 1);
  }
  return g_byte_array_free_to_bytes (out);
}

static GPtrArray *
read_words (const char *path)
{
  GPtrArray         *words = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autofree char   *text = NULL;
  g_auto (GStrv)     lines = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_file_get_contents (path, &text, NULL, &error))
    g_error ("%s", error->message);
  lines = g_strsplit (text, "\n", -1);
  for (int i = 0; lines[i]; i++) {
    GBytes *word = parse_word (lines[i]);

    if (word)
      g_ptr_array_add (words, word);
  }
  g_assert_cmpuint (words->len, >, 0);
  return words;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* Sorted, so that every run is the same. */
static GPtrArray *
read_corpus (const char *folder)
{
  GPtrArray            *corpus = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError)    error = NULL;
  g_autoptr (GDir)      dir = g_dir_open (folder, 0, &error);
  const char           *name;

  if (!dir)
    g_error ("%s", error->message);
  while ((name = g_dir_read_name (dir)))
    g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++) {
    char *data;
    gsize size;

    if (!g_file_get_contents (names->pdata[i], &data, &size, &error))
      g_error ("%s", error->message);
    run ((guint8 *) data, size);
    g_ptr_array_add (corpus, g_bytes_new_take (data, size));
  }
  g_assert_cmpuint (corpus->len, >, 0);
  return corpus;
}

int
main (int argc, char **argv)
{
  Fuzzer fuzzer;

  if (argc != 4) {
    g_printerr ("usage: %s RUNS DICTIONARY CORPUS-FOLDER\n", argv[0]);
    return 2;
  }
  fuzzer.rand = g_rand_new_with_seed (SEED);
  fuzzer.words = read_words (argv[2]);
  fuzzer.corpus = read_corpus (argv[3]);
  run_mutations (&fuzzer, atoi (argv[1]));
  g_print ("%u inputs, %u of them the corpus\n", n_runs, fuzzer.corpus->len);
  g_ptr_array_unref (fuzzer.corpus);
  g_ptr_array_unref (fuzzer.words);
  g_rand_free (fuzzer.rand);
  return 0;
}
