/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sofia's event root as a source of the GLib loop, and what has to be set up once per process:
 * Sofia's log, our digest client (RFC 8760) and the way OpenSSL is told to accept one certificate.
 */
#define G_LOG_DOMAIN "sip-stack"

#include "sip-stack-private.h"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <sofia-sip/su_glib.h>
#include <sofia-sip/su_log.h>
#include <sofia-sip/su_uniqueid.h>
#include <stdio.h>
#include <sys/ioctl.h>

#include "sip-auth-private.h"

/** Longest line of Sofia's log that is kept. */
#define MAX_LOG_BYTES 512
/** Read from a connection at a time: what is in it keeps the main loop for a few milliseconds. */
#define MAX_READ_BYTES (16 * 1024)
/** Of the main loop, that of a window's frames: in turn with them where either has much to do. */
#define PRIORITY (G_PRIORITY_HIGH_IDLE + 20)

struct _UllimSipStack {
  GObject parent_instance;

  su_root_t *root;   /* owned */
  GSource   *source; /* owned by the root */
};

G_DEFINE_FINAL_TYPE (UllimSipStack, ullim_sip_stack, G_TYPE_OBJECT)

/*
 * Sofia deletes the key of its random numbers when the program ends, and where none was ever asked
 * for that is key 0: GLib's own. A GLib thread that still runs then aborts the program (seen in one
 * of five starts that only raised the first window). So one number is asked for at once.
 */
__attribute__ ((constructor)) static void
claim_sofia_key (void)
{
  (void) su_randint (0, 1);
}

/*
 * Sofia reads all that waits on a connection at once, and for each message in it moves the rest to
 * another buffer: of 6 MB of NOTIFYs it takes forty in a second. It asks through the dynamic linker
 * how much there is, which finds this function first: what is left is asked for again.
 */
issize_t
su_getmsgsize (su_socket_t s)
{
  int n_bytes = 0;

  if (ioctl (s, FIONREAD, &n_bytes) < 0)
    return -1;
  return su_getsocktype (s) == SOCK_STREAM ? MIN (n_bytes, MAX_READ_BYTES) : n_bytes;
}

/* Any thread: Sofia's own ones log too. */
G_GNUC_PRINTF (2, 0)
static void
on_sofia_log (void *stream, char const *format, va_list args)
{
  char line[MAX_LOG_BYTES];

  /* Sofia also logs of a request that another of its threads has freed meanwhile: what nobody wants
     to see is not looked at. */
  if (g_log_writer_default_would_drop (G_LOG_LEVEL_DEBUG, G_LOG_DOMAIN))
    return;
  vsnprintf (line, sizeof line, format, args);
  g_strchomp (line);
  if (*line)
    g_debug ("%s", line);
}

/*
 * Sofia is given exactly the certificate that was judged, as its only anchor. OpenSSL takes an
 * anchor that is no root only with the partial-chain flag, which Sofia has no way to set; but it
 * looks its rules for servers up by this name, and ours are found before the built-in ones.
 */
static void
accept_leaf_as_anchor (void)
{
  X509_VERIFY_PARAM *param = X509_VERIFY_PARAM_new ();

  X509_VERIFY_PARAM_set1_name (param, "ssl_server");
  X509_VERIFY_PARAM_set_purpose (param, X509_PURPOSE_SSL_SERVER);
  X509_VERIFY_PARAM_set_trust (param, X509_TRUST_SSL_SERVER);
  X509_VERIFY_PARAM_set_flags (param, X509_V_FLAG_PARTIAL_CHAIN);
  if (!X509_VERIFY_PARAM_add0_table (param)) {
    g_critical ("cannot register the rules for server certificates");
    X509_VERIFY_PARAM_free (param);
  }
}

static gpointer
init_process (gpointer data)
{
  su_init ();
  su_log_redirect (NULL, on_sofia_log, NULL);
  ullim_sip_auth_register ();
  accept_leaf_as_anchor ();
  return NULL;
}

static void
ullim_sip_stack_finalize (GObject *object)
{
  UllimSipStack *self = ULLIM_SIP_STACK (object);

  /* The root gives no reference to its source: only destroy it. */
  g_source_destroy (self->source);
  su_root_destroy (self->root);
  G_OBJECT_CLASS (ullim_sip_stack_parent_class)->finalize (object);
}

static void
ullim_sip_stack_class_init (UllimSipStackClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ullim_sip_stack_finalize;
}

static void
ullim_sip_stack_init (UllimSipStack *self)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, init_process, NULL);
  self->root = su_glib_root_create (NULL);
  self->source = su_glib_root_gsource (self->root);
  g_source_set_priority (self->source, PRIORITY);
  g_source_attach (self->source, g_main_context_get_thread_default ());
}

su_root_t *
ullim_sip_stack_get_root (UllimSipStack *self)
{
  return self->root;
}

UllimSipStack *
ullim_sip_stack_new (void)
{
  return g_object_new (ULLIM_TYPE_SIP_STACK, NULL);
}
