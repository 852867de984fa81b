/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sip-alarm-private.h"

#include "support.h"

typedef struct {
  UllimSipAlarm alarm;
  char          name;
} Named;

static GString        *rung;
static UllimSipAlarms *alarms;
static Named          *to_unset;
static Named          *to_set;

static void
on_alarm (gpointer data)
{
  g_string_append_c (rung, ((Named *) data)->name);
  if (to_unset)
    ullim_sip_alarm_unset (&to_unset->alarm);
  if (to_set) {
    Named *named = g_steal_pointer (&to_set);

    ullim_sip_alarm_set (alarms, &named->alarm, 1, named);
  }
}

static void
set_up (void)
{
  rung = g_string_new (NULL);
  alarms = ullim_sip_alarms_new (on_alarm);
}

static void
tear_down (void)
{
  to_unset = to_set = NULL;
  ullim_sip_alarms_free (alarms);
  g_string_free (rung, TRUE);
}

static gboolean
has_rung (gpointer data)
{
  return rung->len >= GPOINTER_TO_UINT (data);
}

static void
test_order (void)
{
  Named a = {.name = 'a'}, b = {.name = 'b'}, c = {.name = 'c'}, d = {.name = 'd'};

  set_up ();
  ullim_sip_alarm_set (alarms, &c.alarm, 30, &c);
  ullim_sip_alarm_set (alarms, &a.alarm, 10, &a);
  ullim_sip_alarm_set (alarms, &b.alarm, 20, &b);
  ullim_sip_alarm_set (alarms, &d.alarm, 1, &d);
  ullim_sip_alarm_unset (&d.alarm);
  /* The last word counts. */
  ullim_sip_alarm_set (alarms, &a.alarm, 40, &a);
  support_wait (has_rung, GUINT_TO_POINTER (3), "alarms");
  g_assert_cmpstr (rung->str, ==, "bca");
  ullim_sip_alarm_unset (&a.alarm);
  tear_down ();
}

/* Whoever is called may set and unset others, and itself. */
static void
test_within (void)
{
  Named a = {.name = 'a'}, b = {.name = 'b'};

  set_up ();
  ullim_sip_alarm_set (alarms, &a.alarm, 0, &a);
  ullim_sip_alarm_set (alarms, &b.alarm, 0, &b);
  to_unset = &b;
  to_set = &a;
  support_wait (has_rung, GUINT_TO_POINTER (2), "alarms");
  g_assert_cmpstr (rung->str, ==, "aa");
  tear_down ();
}

static void
test_many (void)
{
  const guint       n = 10000;
  g_autofree Named *all = g_new0 (Named, n);

  set_up ();
  for (guint i = 0; i < n; i++) {
    all[i].name = 'x';
    ullim_sip_alarm_set (alarms, &all[i].alarm, i % 50, &all[i]);
  }
  support_wait (has_rung, GUINT_TO_POINTER (n), "ten thousand alarms");
  tear_down ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sip-alarm/order", test_order);
  g_test_add_func ("/sip-alarm/within", test_within);
  g_test_add_func ("/sip-alarm/many", test_many);
  return g_test_run ();
}
