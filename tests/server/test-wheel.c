/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server-wheel.h"

#define NOW_S 1000000
#define N_ITEMS 10000

typedef UllimServerWheel Wheel;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Wheel, ullim_server_wheel_free)

typedef struct {
  UllimServerWheelItem  item; /* first */
  UllimServerWheelItem *victim;
  gint64                expired_s;
} Thing;

static gint64 clock_s;

static void
on_expired (UllimServerWheelItem *item, gpointer data)
{
  Thing *thing = (Thing *) item;

  g_assert_cmpint (thing->expired_s, ==, 0);
  thing->expired_s = clock_s;
  if (thing->victim)
    ullim_server_wheel_remove (thing->victim);
  if (data)
    ullim_server_wheel_set (data, item, item->due_s + 1);
}

static void
advance (Wheel *wheel, gint64 to_s, gpointer data)
{
  while (clock_s < to_s)
    ullim_server_wheel_advance (wheel, ++clock_s, on_expired, data);
}

static void
test_times (void)
{
  g_autoptr (Wheel) wheel = ullim_server_wheel_new (clock_s = NOW_S);
  g_autofree Thing *things = g_new0 (Thing, N_ITEMS);
  const gint64      last_s = NOW_S + N_ITEMS;

  for (gint64 i = 0; i < N_ITEMS; i++)
    ullim_server_wheel_set (wheel, &things[i].item, NOW_S + 1 + i);
  /* Also what is more than one turn of the wheel away, and what moves. */
  ullim_server_wheel_set (wheel, &things[0].item, last_s);
  ullim_server_wheel_set (wheel, &things[N_ITEMS - 1].item, NOW_S + 1);
  ullim_server_wheel_remove (&things[1].item);
  ullim_server_wheel_remove (&things[1].item);
  advance (wheel, last_s + 10000, NULL);
  g_assert_cmpint (things[0].expired_s, ==, last_s);
  g_assert_cmpint (things[N_ITEMS - 1].expired_s, ==, NOW_S + 1);
  g_assert_cmpint (things[1].expired_s, ==, 0);
  for (gint64 i = 2; i < N_ITEMS - 1; i++)
    g_assert_cmpint (things[i].expired_s, ==, NOW_S + 1 + i);
}

/* A stopped process, or a machine that slept, misses seconds. */
static void
test_leap (void)
{
  g_autoptr (Wheel) wheel = ullim_server_wheel_new (NOW_S);
  Thing             soon = {0};
  Thing             late = {0};
  Thing             past = {0};

  ullim_server_wheel_set (wheel, &soon.item, NOW_S + 3);
  ullim_server_wheel_set (wheel, &late.item, NOW_S + 90000);
  ullim_server_wheel_set (wheel, &past.item, NOW_S - 5);
  clock_s = NOW_S + 50000;
  ullim_server_wheel_advance (wheel, clock_s, on_expired, NULL);
  g_assert_cmpint (soon.expired_s, ==, clock_s);
  g_assert_cmpint (past.expired_s, ==, clock_s);
  g_assert_cmpint (late.expired_s, ==, 0);
  clock_s = NOW_S + 90000;
  ullim_server_wheel_advance (wheel, clock_s, on_expired, NULL);
  g_assert_cmpint (late.expired_s, ==, clock_s);
}

static void
test_changes_within (void)
{
  g_autoptr (Wheel) wheel = ullim_server_wheel_new (clock_s = NOW_S);
  Thing             victim = {0};
  Thing             killer = {.victim = &victim.item};

  ullim_server_wheel_set (wheel, &killer.item, NOW_S + 1);
  ullim_server_wheel_set (wheel, &victim.item, NOW_S + 1);
  advance (wheel, NOW_S + 1, wheel); /* sets the killer anew */
  g_assert_cmpint (killer.expired_s, ==, NOW_S + 1);
  g_assert_cmpint (victim.expired_s, ==, 0);
  killer.expired_s = 0;
  advance (wheel, NOW_S + 2, NULL);
  g_assert_cmpint (killer.expired_s, ==, NOW_S + 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server-wheel/times", test_times);
  g_test_add_func ("/server-wheel/leap", test_leap);
  g_test_add_func ("/server-wheel/changes-within", test_changes_within);
  return g_test_run ();
}
