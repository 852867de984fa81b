/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A box whose natural width is its smallest one ("width-request" sets it).
 */
#define G_LOG_DOMAIN "pane"

#include "pane.h"

struct _UllimPane {
  GtkBox parent_instance;
};

G_DEFINE_FINAL_TYPE (UllimPane, ullim_pane, GTK_TYPE_BOX)

static void
ullim_pane_get_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  GTK_WIDGET_CLASS (ullim_pane_parent_class)->get_preferred_width (widget, minimum, natural);
  *natural = *minimum;
}

static void
ullim_pane_class_init (UllimPaneClass *klass)
{
  GTK_WIDGET_CLASS (klass)->get_preferred_width = ullim_pane_get_preferred_width;
}

static void
ullim_pane_init (UllimPane *self)
{
}
