/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Accounts over TLS: which certificates are taken, that nothing is said before, and that what was
 * judged is what is used (RFC 5922).
 */
#include <string.h>

#include "registrar.h"
#include "sip-person.h"
#include "support.h"

#define DAY_S (24 * 60 * 60)

typedef struct {
  UllimSipStack      *stack;
  char               *dir;
  char               *ca_file;
  SupportCertificate *authority;
  SupportCertificate *good; /* of the authority, for 127.0.0.1 */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->stack = ullim_sip_stack_new ();
  fixture->dir = support_temp_dir ();
  fixture->ca_file = g_build_filename (fixture->dir, "ca.pem", NULL);
  fixture->authority = support_certificate_new (NULL, "Test authority", NULL, -DAY_S, DAY_S);
  fixture->good =
      support_certificate_new (fixture->authority, "good", "IP:127.0.0.1", -DAY_S, DAY_S);
  g_file_set_contents (fixture->ca_file, support_certificate_get_pem (fixture->authority), -1,
                       &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  stack_free (fixture->stack);
  support_certificate_free (fixture->good);
  support_certificate_free (fixture->authority);
  g_free (fixture->ca_file);
  support_temp_dir_free (fixture->dir);
}

static Person *
person_at (Fixture          *fixture,
           SupportRegistrar *registrar,
           const char       *host,
           const char       *name,
           const char       *pin)
{
  guint            port = support_registrar_get_port (registrar);
  g_autofree char *address = g_strdup_printf ("sip:%s@%s:%u", name, host, port);
  g_autofree char *proxy = g_strdup_printf ("sip:%s:%u;transport=tls", host, port);
  UllimSipConfig   config = {
        .address = address,
        .proxy = proxy,
        .registers = TRUE,
        .ca_file = fixture->ca_file,
        .pin = pin,
  };
  Person *person = person_new (fixture->stack, config);

  person->address = g_strdup (address);
  ullim_sip_agent_start (person->agent);
  return person;
}

static void
assert_nothing_said (SupportRegistrar *registrar)
{
  const SupportRegistrarCounts *counts = support_registrar_get_counts (registrar);

  g_assert_cmpuint (counts->options, ==, 0);
  g_assert_cmpuint (counts->registers, ==, 0);
}

static void
test_known (Fixture *fixture, gconstpointer data)
{
  SupportRegistrar *registrar = support_registrar_new (0, fixture->good);
  Person           *alice = person_at (fixture, registrar, "127.0.0.1", "alice", NULL);
  Person           *bob = person_at (fixture, registrar, "127.0.0.1", "bob", NULL);
  g_autofree char  *text = g_strnfill (60000, 'x');

  person_wait (alice, ULLIM_SIP_ONLINE);
  person_wait (bob, ULLIM_SIP_ONLINE);
  g_assert_nonnull (strstr (support_registrar_get_binding (registrar, "alice"), "transport=tls"));
  g_assert_cmpint (person_send_text (alice, bob->address, "안녕", NULL), ==, 200);
  g_assert_cmpint (person_send_text (bob, alice->address, text, NULL), ==, 200);
  person_assert_text (bob, 0, "안녕");
  person_assert_text (alice, 0, text);
  person_free (alice);
  person_free (bob);
  support_registrar_free (registrar);
}

/* Names that Sofia itself would refuse. */
static void
test_names (Fixture *fixture, gconstpointer data)
{
  static const char *const       alt_names[] = {"DNS:localhost", "DNS:localhost,IP:10.0.0.1"};
  g_autoptr (SupportCertificate) chain =
      support_certificate_new (fixture->authority, "intermediate", NULL, -DAY_S, DAY_S);

  for (guint i = 0; i < G_N_ELEMENTS (alt_names); i++) {
    g_autoptr (SupportCertificate) certificate =
        support_certificate_new (fixture->authority, NULL, alt_names[i], -DAY_S, DAY_S);
    SupportRegistrar *registrar = support_registrar_new (0, certificate);
    Person           *alice = person_at (fixture, registrar, "localhost", "alice", NULL);

    person_wait (alice, ULLIM_SIP_ONLINE);
    person_free (alice);
    support_registrar_free (registrar);
  }
}

static void
test_unknown_then_pinned (Fixture *fixture, gconstpointer is_self_signed)
{
  g_autoptr (SupportCertificate) stranger =
      support_certificate_new (NULL, "Stranger", NULL, -DAY_S, DAY_S);
  g_autoptr (SupportCertificate) certificate = support_certificate_new (
      GPOINTER_TO_INT (is_self_signed) ? NULL : stranger, "mine", "IP:127.0.0.1", -DAY_S, DAY_S);
  SupportRegistrar *registrar = support_registrar_new (0, certificate);
  Person           *alice = person_at (fixture, registrar, "127.0.0.1", "alice", NULL);

  person_wait_error (alice, ULLIM_SIP_FAILED, ULLIM_SIP_ERROR_CERTIFICATE_UNKNOWN);
  g_assert_nonnull (alice->refused);
  g_assert_cmpstr (alice->refused->subject, ==, "mine");
  assert_nothing_said (registrar);
  ullim_sip_agent_set_pin (alice->agent, alice->refused->fingerprint);
  person_wait (alice, ULLIM_SIP_ONLINE);
  g_assert_cmpint (person_send_text (alice, alice->address, "self", NULL), ==, 200);
  person_free (alice);
  support_registrar_free (registrar);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SupportCertificate) expired =
      support_certificate_new (fixture->authority, "expired", "IP:127.0.0.1", -2 * DAY_S, -DAY_S);
  g_autoptr (SupportCertificate) other_name =
      support_certificate_new (fixture->authority, "other", "DNS:example.org", -DAY_S, DAY_S);
  SupportCertificate *certificates[] = {expired, other_name};

  for (guint i = 0; i < G_N_ELEMENTS (certificates); i++) {
    SupportRegistrar *registrar = support_registrar_new (0, certificates[i]);
    Person           *alice = person_at (fixture, registrar, "127.0.0.1", "alice", NULL);

    person_wait_error (alice, ULLIM_SIP_FAILED, ULLIM_SIP_ERROR_CERTIFICATE_INVALID);
    g_assert_nonnull (alice->refused);
    assert_nothing_said (registrar);
    person_free (alice);
    support_registrar_free (registrar);
  }
}

static void
test_changed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SupportCertificate) first =
      support_certificate_new (NULL, "first", "IP:127.0.0.1", -DAY_S, DAY_S);
  g_autoptr (SupportCertificate) second =
      support_certificate_new (NULL, "second", "IP:127.0.0.1", -DAY_S, DAY_S);
  SupportRegistrar *registrar = support_registrar_new (0, first);
  Person           *alice = person_at (fixture, registrar, "127.0.0.1", "alice", NULL);
  g_autofree char  *pin = NULL;

  person_wait_error (alice, ULLIM_SIP_FAILED, ULLIM_SIP_ERROR_CERTIFICATE_UNKNOWN);
  pin = g_strdup (alice->refused->fingerprint);
  ullim_sip_agent_set_pin (alice->agent, pin);
  person_wait (alice, ULLIM_SIP_ONLINE);
  support_registrar_stop (registrar);
  support_registrar_set_certificate (registrar, second);
  support_registrar_start (registrar);
  /* Sofia refuses it by itself, but says so to nobody: the sign of life is missing. */
  person_wait_long (alice, ULLIM_SIP_FAILED);
  g_assert_error (ullim_sip_agent_get_error (alice->agent), ULLIM_SIP_ERROR,
                  ULLIM_SIP_ERROR_CERTIFICATE_CHANGED);
  g_assert_cmpstr (alice->refused->pinned, ==, pin);
  g_assert_cmpstr (alice->refused->subject, ==, "second");
  g_assert_null (support_registrar_get_binding (registrar, "alice"));
  person_free (alice);
  support_registrar_free (registrar);
}

/*
 * The check sees the right certificate, the connection after it another one, as good by every rule:
 * same authority, same name. It must not hear a word.
 */
static void
test_exchanged_after_check (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SupportCertificate) twin =
      support_certificate_new (fixture->authority, "good", "IP:127.0.0.1", -DAY_S, DAY_S);
  SupportRegistrar *registrar = support_registrar_new (0, fixture->good);
  Person           *alice;

  support_registrar_get_script (registrar)->later_certificate = twin;
  alice = person_at (fixture, registrar, "127.0.0.1", "alice", NULL);
  person_wait (alice, ULLIM_SIP_WAITING);
  g_assert_cmpuint (support_registrar_get_counts (registrar)->connections, >=, 2);
  assert_nothing_said (registrar);
  person_free (alice);
  support_registrar_free (registrar);
}

/* A stranger's certificate after the check: nothing is said, and the user hears why. */
static void
test_stranger_after_check (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SupportCertificate) stranger =
      support_certificate_new (NULL, "stranger", "IP:127.0.0.1", -DAY_S, DAY_S);
  SupportRegistrar *registrar = support_registrar_new (0, fixture->good);
  Person           *alice;

  support_registrar_get_script (registrar)->later_certificate = stranger;
  alice = person_at (fixture, registrar, "127.0.0.1", "alice", NULL);
  person_wait_error (alice, ULLIM_SIP_FAILED, ULLIM_SIP_ERROR_CERTIFICATE_UNKNOWN);
  g_assert_cmpuint (support_registrar_get_counts (registrar)->connections, ==, 3);
  g_assert_cmpstr (alice->refused->subject, ==, "stranger");
  assert_nothing_said (registrar);
  person_free (alice);
  support_registrar_free (registrar);
}

static void
test_no_tls_there (Fixture *fixture, gconstpointer data)
{
  SupportRegistrar *registrar = support_registrar_new (0, NULL);
  Person           *alice = person_at (fixture, registrar, "127.0.0.1", "alice", NULL);

  /* Never without TLS instead. */
  person_wait (alice, ULLIM_SIP_WAITING);
  assert_nothing_said (registrar);
  support_registrar_stop (registrar);
  ullim_sip_agent_reconnect (alice->agent);
  person_wait_error (alice, ULLIM_SIP_WAITING, ULLIM_SIP_ERROR_REFUSED);
  person_free (alice);
  support_registrar_free (registrar);
}

static void
test_server_restarts (Fixture *fixture, gconstpointer data)
{
  SupportRegistrar *registrar = support_registrar_new (0, fixture->good);
  Person           *alice = person_at (fixture, registrar, "127.0.0.1", "alice", NULL);

  person_wait (alice, ULLIM_SIP_ONLINE);
  support_registrar_stop (registrar);
  person_wait_error (alice, ULLIM_SIP_WAITING, ULLIM_SIP_ERROR_REFUSED);
  support_registrar_start (registrar);
  person_wait (alice, ULLIM_SIP_ONLINE);
  g_assert_cmpint (person_send_text (alice, alice->address, "back", NULL), ==, 200);
  person_free (alice);
  support_registrar_free (registrar);
}

#define ADD(path, data, function)                                                                  \
  g_test_add ("/sip-secure/" path, Fixture, data, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("known", NULL, test_known);
  ADD ("names", NULL, test_names);
  ADD ("pinned/stranger", GINT_TO_POINTER (FALSE), test_unknown_then_pinned);
  ADD ("pinned/self-signed", GINT_TO_POINTER (TRUE), test_unknown_then_pinned);
  ADD ("refused", NULL, test_refused);
  ADD ("changed", NULL, test_changed);
  ADD ("exchanged-after-check", NULL, test_exchanged_after_check);
  ADD ("stranger-after-check", NULL, test_stranger_after_check);
  ADD ("no-tls-there", NULL, test_no_tls_there);
  ADD ("server-restarts", NULL, test_server_restarts);
  return g_test_run ();
}
