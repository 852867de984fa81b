/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One notice at a time, below the list that it is about.
 */
#define G_LOG_DOMAIN "notice-bar"

#include "ullim-config.h"

#include "notice-bar.h"

struct _UllimNoticeBar {
  GtkRevealer parent_instance;

  GtkLabel       *label;
  GtkProgressBar *progress;
  GtkButton      *undo_button;

  UllimNoticeUndo undo;    /* nullable */
  gpointer        data;    /* owned by @destroy */
  GDestroyNotify  destroy; /* nullable */
  guint           timeout_id;
};

G_DEFINE_FINAL_TYPE (UllimNoticeBar, ullim_notice_bar, GTK_TYPE_REVEALER)

static void
forget_undo (UllimNoticeBar *self)
{
  gpointer       data = g_steal_pointer (&self->data);
  GDestroyNotify destroy = self->destroy;

  self->undo = NULL;
  self->destroy = NULL;
  if (destroy)
    destroy (data);
}

static void
hide (UllimNoticeBar *self)
{
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self), FALSE);
  forget_undo (self);
}

static gboolean
on_timeout (gpointer data)
{
  UllimNoticeBar *self = data;

  self->timeout_id = 0;
  hide (self);
  return G_SOURCE_REMOVE;
}

static void
on_undo (UllimNoticeBar *self)
{
  if (self->undo)
    self->undo (self->data);
  hide (self);
}

static void
on_close (UllimNoticeBar *self)
{
  hide (self);
}

static void
ullim_notice_bar_dispose (GObject *object)
{
  g_clear_handle_id (&ULLIM_NOTICE_BAR (object)->timeout_id, g_source_remove);
  forget_undo (ULLIM_NOTICE_BAR (object));
  G_OBJECT_CLASS (ullim_notice_bar_parent_class)->dispose (object);
}

static void
ullim_notice_bar_class_init (UllimNoticeBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ullim_notice_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/im/ullim/Ullim/ui/notice-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, UllimNoticeBar, label);
  gtk_widget_class_bind_template_child (widget_class, UllimNoticeBar, progress);
  gtk_widget_class_bind_template_child (widget_class, UllimNoticeBar, undo_button);
  gtk_widget_class_bind_template_callback (widget_class, on_undo);
  gtk_widget_class_bind_template_callback (widget_class, on_close);
}

static void
ullim_notice_bar_init (UllimNoticeBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ullim_notice_bar_new (void)
{
  return g_object_new (ULLIM_TYPE_NOTICE_BAR, NULL);
}

static void
show_text (UllimNoticeBar *self, const char *text, gboolean has_undo, gboolean has_progress)
{
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  gtk_label_set_text (self->label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->undo_button), has_undo);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), has_progress);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self), TRUE);
  if (!has_progress)
    self->timeout_id = g_timeout_add_seconds (ULLIM_NOTICE_BAR_STAYS_S, on_timeout, self);
}

void
ullim_notice_bar_show (UllimNoticeBar *self, const char *text)
{
  forget_undo (self);
  show_text (self, text, FALSE, FALSE);
}

void
ullim_notice_bar_show_undo (UllimNoticeBar *self,
                            const char     *text,
                            UllimNoticeUndo undo,
                            gpointer        data,
                            GDestroyNotify  destroy)
{
  forget_undo (self);
  self->undo = undo;
  self->data = data;
  self->destroy = destroy;
  show_text (self, text, TRUE, FALSE);
}

void
ullim_notice_bar_show_progress (UllimNoticeBar *self, const char *text, double fraction)
{
  forget_undo (self);
  gtk_progress_bar_set_fraction (self->progress, fraction);
  show_text (self, text, FALSE, TRUE);
}
