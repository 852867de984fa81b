/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the address book and the presence service tell, as events.
 */
#pragma once

#include "engine.h"

G_BEGIN_DECLS

#define ULLIM_TYPE_CLI_PEOPLE_PRINTER (ullim_cli_people_printer_get_type ())
G_DECLARE_FINAL_TYPE (UllimCliPeoplePrinter,
                      ullim_cli_people_printer,
                      ULLIM,
                      CLI_PEOPLE_PRINTER,
                      GObject)

/** Signals of UllimCliPeoplePrinter: event (JsonObject *): to be printed; take a reference to keep
 *  it */

/** ullim_cli_people_printer_new: @engine: has started, so that the book that is loaded is not news
 */
UllimCliPeoplePrinter *ullim_cli_people_printer_new (UllimEngine *engine);

G_END_DECLS
