/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The yardstick: an agent that is nothing but Sofia. It answers MESSAGEs or sends them as fast as
 * they are answered, over TCP on the loopback.
 *
 *   bare-sofia receive             prints "port N", answers with 200 until its input closes
 *   bare-sofia send URL N WINDOW   sends N MESSAGEs, prints "rate R" per second
 */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

typedef struct Bare Bare;
#define NUA_MAGIC_T Bare
#define SU_ROOT_MAGIC_T Bare
#define SU_WAKEUP_ARG_T Bare

#include <sofia-sip/nta_tport.h>
#include <sofia-sip/nua.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/su_log.h>
#include <sofia-sip/su_wait.h>
#include <sofia-sip/tport_tag.h>

#include <glib.h>

#define TEXT "a message of ordinary length, neither long nor short"

struct Bare {
  su_root_t *root;
  nua_t     *nua;
  gboolean   sends;
  guint      to_send;
  guint      to_answer;
  guint      n_refused;
};

static void
send_one (Bare *bare, nua_handle_t *handle)
{
  bare->to_send--;
  nua_message (handle, SIPTAG_CONTENT_TYPE_STR ("text/plain;charset=UTF-8"),
               SIPTAG_PAYLOAD_STR (TEXT), TAG_END ());
}

static void
on_answer (Bare *bare, nua_handle_t *handle, int status)
{
  if (status < 200)
    return;
  if (status >= 300)
    bare->n_refused++;
  if (bare->to_send > 0)
    send_one (bare, handle);
  if (--bare->to_answer == 0)
    su_root_break (bare->root);
}

static void
on_port (Bare *bare, tagi_t *tags)
{
  sip_contact_t const *contact = NULL;

  tl_gets (tags, NTATAG_CONTACT_REF (contact), TAG_END ());
  if (contact && contact->m_url->url_port)
    g_print ("port %s\n", contact->m_url->url_port);
}

static void
on_event (nua_event_t   event,
          int           status,
          char const   *phrase,
          nua_t        *nua,
          Bare         *bare,
          nua_handle_t *handle,
          nua_hmagic_t *hmagic,
          sip_t const  *sip,
          tagi_t        tags[])
{
  switch (event) {
  case nua_i_message:
    nua_handle_destroy (handle);
    break;
  case nua_r_message:
    on_answer (bare, handle, status);
    break;
  case nua_r_get_params:
    if (!bare->sends)
      on_port (bare, tags);
    break;
  case nua_r_shutdown:
    if (status >= 200)
      su_root_break (bare->root);
    break;
  default:
    break;
  }
}

static int
on_input (Bare *bare, su_wait_t *wait, Bare *arg)
{
  char    buffer[256];
  ssize_t n = read (STDIN_FILENO, buffer, sizeof buffer);

  if (n <= 0)
    su_root_break (bare->root);
  return 0;
}

static void
receive (Bare *bare)
{
  su_wait_t wait[1] = {SU_WAIT_INIT};

  su_wait_create (wait, STDIN_FILENO, SU_WAIT_IN);
  su_root_register (bare->root, wait, on_input, bare, 0);
  nua_get_params (bare->nua, TAG_ANY (), TAG_END ());
  su_root_run (bare->root);
}

static void
send_all (Bare *bare, const char *url, guint count, guint window)
{
  gint64 start = g_get_monotonic_time ();

  bare->to_send = bare->to_answer = count;
  for (guint i = 0; i < MIN (window, count); i++) {
    nua_handle_t *handle =
        nua_handle (bare->nua, NULL, NUTAG_URL (url), SIPTAG_TO_STR (url), TAG_END ());

    send_one (bare, handle);
  }
  su_root_run (bare->root);
  if (bare->n_refused > 0)
    g_printerr ("%u of %u were refused\n", bare->n_refused, count);
  g_print ("rate %.0f\n",
           (double) count * G_USEC_PER_SEC / (double) (g_get_monotonic_time () - start));
}

int
main (int argc, char **argv)
{
  Bare     bare = {.sends = argc == 5 && g_str_equal (argv[1], "send")};
  gboolean receives = argc == 2 && g_str_equal (argv[1], "receive");

  if (!bare.sends && !receives) {
    g_printerr ("usage: bare-sofia receive | bare-sofia send URL N WINDOW\n");
    return 2;
  }
  su_init ();
  su_log_soft_set_level (su_log_default, 0);
  bare.root = su_root_create (&bare);
  bare.nua =
      nua_create (bare.root, on_event, &bare, NUTAG_URL ("sip:bare@127.0.0.1:*;transport=tcp"),
                  SIPTAG_FROM_STR ("<sip:bare@127.0.0.1>"), TPTAG_QUEUESIZE (1000),
                  NUTAG_MEDIA_ENABLE (0), TAG_END ());
  g_assert (bare.nua != NULL);
  if (receives)
    receive (&bare);
  else
    send_all (&bare, argv[2], (guint) atoi (argv[3]), (guint) atoi (argv[4]));
  /* An orderly end takes up to half a minute; nobody needs it here. */
  return bare.n_refused > 0;
}
