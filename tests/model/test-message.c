/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A message: what is set at construction stays; its delivery notifies.
 */
#include "message.h"

static void
on_delivery (UllimMessage *message, GParamSpec *pspec, guint *count)
{
  (*count)++;
}

static void
test_message (void)
{
  UllimMessage *message = ullim_message_new (3, ULLIM_DIRECTION_OUTGOING, 1000, "call", "안녕",
                                             ULLIM_DELIVERY_QUEUED, ULLIM_PROBLEM_NONE);
  guint         count = 0;
  int           delivery;

  g_signal_connect (message, "notify::delivery", G_CALLBACK (on_delivery), &count);
  ullim_message_set_delivery (message, ULLIM_DELIVERY_QUEUED, ULLIM_PROBLEM_NONE);
  g_assert_cmpuint (count, ==, 0);
  ullim_message_set_delivery (message, ULLIM_DELIVERY_FAILED, ULLIM_PROBLEM_NOT_FOUND);
  g_assert_cmpuint (count, ==, 1);
  g_object_get (message, "delivery", &delivery, NULL);
  g_assert_cmpint (delivery, ==, ULLIM_DELIVERY_FAILED);
  g_assert_cmpint (ullim_message_get_problem (message), ==, ULLIM_PROBLEM_NOT_FOUND);
  g_assert_cmpint (ullim_message_get_id (message), ==, 3);
  g_assert_cmpint (ullim_message_get_time (message), ==, 1000);
  g_assert_cmpstr (ullim_message_get_text (message), ==, "안녕");
  g_assert_cmpstr (ullim_message_get_call_id (message), ==, "call");
  g_assert_cmpint (ullim_message_get_direction (message), ==, ULLIM_DIRECTION_OUTGOING);
  g_assert_finalize_object (message);
}

static void
test_names (void)
{
  g_assert_cmpstr (ullim_delivery_name (ULLIM_DELIVERY_RECEIVED), ==, "received");
  g_assert_cmpstr (ullim_delivery_name (ULLIM_DELIVERY_QUEUED), ==, "queued");
  g_assert_cmpstr (ullim_delivery_name (ULLIM_DELIVERY_SENDING), ==, "sending");
  g_assert_cmpstr (ullim_delivery_name (ULLIM_DELIVERY_ACCEPTED), ==, "accepted");
  g_assert_cmpstr (ullim_delivery_name (ULLIM_DELIVERY_DELIVERED), ==, "delivered");
  g_assert_cmpstr (ullim_delivery_name (ULLIM_DELIVERY_FAILED), ==, "failed");
  g_assert_cmpstr (ullim_delivery_name (99), ==, "unknown");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message/values", test_message);
  g_test_add_func ("/message/delivery-names", test_names);
  return g_test_run ();
}
