/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A ring of lists, one for each second of an hour and a bit; what is due later stays in its list
 * until the ring comes round once more.
 */
#define G_LOG_DOMAIN "server-wheel"

#include "server-wheel.h"

#define N_BUCKETS 4096

struct _UllimServerWheel {
  gint64               now_s;
  UllimServerWheelItem buckets[N_BUCKETS]; /* each the head of a ring of items */
};

static void
make_empty (UllimServerWheelItem *head)
{
  head->prev = head->next = head;
}

static void
append (UllimServerWheelItem *head, UllimServerWheelItem *item)
{
  item->prev = head->prev;
  item->next = head;
  head->prev->next = item;
  head->prev = item;
}

UllimServerWheel *
ullim_server_wheel_new (gint64 now_s)
{
  UllimServerWheel *self = g_new0 (UllimServerWheel, 1);

  self->now_s = now_s;
  for (guint i = 0; i < N_BUCKETS; i++)
    make_empty (&self->buckets[i]);
  return self;
}

void
ullim_server_wheel_free (UllimServerWheel *self)
{
  g_free (self);
}

void
ullim_server_wheel_remove (UllimServerWheelItem *item)
{
  if (!item->next)
    return;
  item->prev->next = item->next;
  item->next->prev = item->prev;
  item->prev = item->next = NULL;
}

void
ullim_server_wheel_set (UllimServerWheel *self, UllimServerWheelItem *item, gint64 due_s)
{
  ullim_server_wheel_remove (item);
  /* The list of this second was gone through already. */
  item->due_s = MAX (due_s, self->now_s + 1);
  append (&self->buckets[item->due_s % N_BUCKETS], item);
}

/* The list is emptied into one of its own first: whatever is set meanwhile is not met again. */
static void
go_through (UllimServerWheel     *self,
            UllimServerWheelItem *bucket,
            void (*expired) (UllimServerWheelItem *item, gpointer data),
            gpointer data)
{
  UllimServerWheelItem all;

  if (bucket->next == bucket)
    return;
  all = *bucket;
  all.prev->next = all.next->prev = &all;
  make_empty (bucket);
  while (all.next != &all) {
    UllimServerWheelItem *item = all.next;

    ullim_server_wheel_remove (item);
    if (item->due_s <= self->now_s)
      expired (item, data);
    else
      append (bucket, item);
  }
}

void
ullim_server_wheel_advance (UllimServerWheel *self,
                            gint64            now_s,
                            void (*expired) (UllimServerWheelItem *item, gpointer data),
                            gpointer data)
{
  gint64 from_s = MAX (self->now_s + 1, now_s - N_BUCKETS + 1);

  for (gint64 second = from_s; second <= now_s; second++) {
    self->now_s = MAX (self->now_s, now_s);
    go_through (self, &self->buckets[second % N_BUCKETS], expired, data);
  }
}
