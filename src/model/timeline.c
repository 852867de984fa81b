/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The loaded window of a conversation: a sorted array, because message ids grow with the order of
 * the timeline; look-up is a binary search and the window is bounded by whoever feeds it.
 */
#define G_LOG_DOMAIN "timeline"

#include "timeline.h"

struct _UllimTimeline {
  GObject parent_instance;

  GPtrArray *messages; /* owned, of UllimMessage: oldest first */
  gboolean   has_older;
  gboolean   has_newer;
};

enum { PROP_0, PROP_HAS_OLDER, PROP_HAS_NEWER, N_PROPS };

static GParamSpec *props[N_PROPS];

static GType
ullim_timeline_get_item_type (GListModel *model)
{
  return ULLIM_TYPE_MESSAGE;
}

static guint
ullim_timeline_get_n_items (GListModel *model)
{
  return ULLIM_TIMELINE (model)->messages->len;
}

static gpointer
ullim_timeline_get_item (GListModel *model, guint position)
{
  UllimTimeline *self = ULLIM_TIMELINE (model);

  if (position >= self->messages->len)
    return NULL;
  return g_object_ref (self->messages->pdata[position]);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = ullim_timeline_get_item_type;
  iface->get_n_items = ullim_timeline_get_n_items;
  iface->get_item = ullim_timeline_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (UllimTimeline,
                               ullim_timeline,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
ullim_timeline_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  UllimTimeline *self = ULLIM_TIMELINE (object);

  switch (id) {
  case PROP_HAS_OLDER:
    g_value_set_boolean (value, self->has_older);
    break;
  case PROP_HAS_NEWER:
    g_value_set_boolean (value, self->has_newer);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ullim_timeline_finalize (GObject *object)
{
  g_ptr_array_unref (ULLIM_TIMELINE (object)->messages);
  G_OBJECT_CLASS (ullim_timeline_parent_class)->finalize (object);
}

static void
ullim_timeline_class_init (UllimTimelineClass *klass)
{
  GObjectClass     *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = ullim_timeline_get_property;
  object_class->finalize = ullim_timeline_finalize;

  props[PROP_HAS_OLDER] = g_param_spec_boolean ("has-older", NULL, NULL, FALSE, flags);
  props[PROP_HAS_NEWER] = g_param_spec_boolean ("has-newer", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
ullim_timeline_init (UllimTimeline *self)
{
  self->messages = g_ptr_array_new_with_free_func (g_object_unref);
}

UllimTimeline *
ullim_timeline_new (void)
{
  return g_object_new (ULLIM_TYPE_TIMELINE, NULL);
}

gboolean
ullim_timeline_get_has_older (UllimTimeline *self)
{
  return self->has_older;
}

gboolean
ullim_timeline_get_has_newer (UllimTimeline *self)
{
  return self->has_newer;
}

static void
set_has_older (UllimTimeline *self, gboolean has_older)
{
  if (self->has_older == !!has_older)
    return;
  self->has_older = !!has_older;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_HAS_OLDER]);
}

static void
set_has_newer (UllimTimeline *self, gboolean has_newer)
{
  if (self->has_newer == !!has_newer)
    return;
  self->has_newer = !!has_newer;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_HAS_NEWER]);
}

static gint64
id_at (GPtrArray *messages, guint position)
{
  return ullim_message_get_id (messages->pdata[position]);
}

/* First position whose id is not smaller than @id. */
static guint
lower_bound (GPtrArray *messages, gint64 id)
{
  guint low = 0;
  guint high = messages->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;

    if (id_at (messages, middle) < id)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static GPtrArray *
copy_range (GPtrArray *messages, guint start, guint end)
{
  GPtrArray *copy = g_ptr_array_new_full (end - start, g_object_unref);

  for (guint i = start; i < end; i++)
    g_ptr_array_add (copy, g_object_ref (messages->pdata[i]));
  return copy;
}

void
ullim_timeline_replace (UllimTimeline *self,
                        GPtrArray     *messages,
                        gboolean       has_older,
                        gboolean       has_newer)
{
  g_autoptr (GPtrArray) old = self->messages;

  self->messages = copy_range (messages, 0, messages->len);
  g_object_freeze_notify (G_OBJECT (self));
  set_has_older (self, has_older);
  set_has_newer (self, has_newer);
  if (old->len > 0 || messages->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, old->len, self->messages->len);
  g_object_thaw_notify (G_OBJECT (self));
}

void
ullim_timeline_prepend_page (UllimTimeline *self, GPtrArray *messages, gboolean has_older)
{
  guint                 end = messages->len;
  g_autoptr (GPtrArray) page = NULL;

  /* A page that was asked for before the window moved may overlap it. */
  if (self->messages->len > 0)
    end = lower_bound (messages, id_at (self->messages, 0));
  page = copy_range (messages, 0, end);
  g_ptr_array_extend_and_steal (page, g_steal_pointer (&self->messages));
  self->messages = g_steal_pointer (&page);
  if (end > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, end);
  set_has_older (self, has_older);
}

void
ullim_timeline_append_page (UllimTimeline *self, GPtrArray *messages, gboolean has_newer)
{
  guint len = self->messages->len;
  guint start = 0;

  if (len > 0)
    start = lower_bound (messages, id_at (self->messages, len - 1) + 1);
  g_ptr_array_extend_and_steal (self->messages, copy_range (messages, start, messages->len));
  if (self->messages->len > len)
    g_list_model_items_changed (G_LIST_MODEL (self), len, 0, self->messages->len - len);
  set_has_newer (self, has_newer);
}

void
ullim_timeline_append (UllimTimeline *self, UllimMessage *message)
{
  guint len = self->messages->len;

  if (self->has_newer)
    return;
  if (len > 0 && ullim_message_get_id (message) <= id_at (self->messages, len - 1))
    return;
  g_ptr_array_add (self->messages, g_object_ref (message));
  g_list_model_items_changed (G_LIST_MODEL (self), len, 0, 1);
}

void
ullim_timeline_remove (UllimTimeline *self, gint64 id)
{
  guint position;

  if (!ullim_timeline_find (self, id, &position))
    return;
  g_ptr_array_remove_index (self->messages, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

void
ullim_timeline_trim (UllimTimeline *self, guint keep, gboolean at_start)
{
  guint excess;

  if (self->messages->len <= keep)
    return;
  excess = self->messages->len - keep;
  g_ptr_array_remove_range (self->messages, at_start ? 0 : keep, excess);
  g_list_model_items_changed (G_LIST_MODEL (self), at_start ? 0 : keep, excess, 0);
  if (at_start)
    set_has_older (self, TRUE);
  else
    set_has_newer (self, TRUE);
}

UllimMessage *
ullim_timeline_find (UllimTimeline *self, gint64 id, guint *position)
{
  guint found = lower_bound (self->messages, id);

  if (found == self->messages->len || id_at (self->messages, found) != id)
    return NULL;
  if (position)
    *position = found;
  return self->messages->pdata[found];
}
