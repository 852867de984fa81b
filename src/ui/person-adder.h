/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Takes somebody into the address book by their address. Main thread.
 */
#pragma once

#include <gtk/gtk.h>

#include "engine.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_PERSON_ADDER (ullim_person_adder_get_type ())
G_DECLARE_FINAL_TYPE (UllimPersonAdder, ullim_person_adder, ULLIM, PERSON_ADDER, GtkDialog)

/**
 * ullim_person_adder_new:
 * @address: to begin with, or ""
 *
 * Signal "added" (UllimContact *): it is there; the dialog destroys itself after it.
 */
GtkWidget *ullim_person_adder_new (GtkWindow *parent, UllimEngine *engine, const char *address);

G_END_DECLS
