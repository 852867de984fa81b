/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Certificates by OpenSSL. The leaf names the domain, this machine, localhost and the loopback
 * addresses, so that a group works on one computer, in one house and under a real domain alike.
 */
#define G_LOG_DOMAIN "server-certificates"

#include "server-certificates.h"

#include "server-sqlite.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#define CA_DAYS 3650
#define SERIAL_BITS 127
/* Certificates start a day early: clocks differ. */
#define EARLY_S (24 * 60 * 60)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)

static gboolean
fail (GError **error, const char *what, const char *path)
{
  g_set_error (error, ULLIM_SERVER_ERROR, ULLIM_SERVER_ERROR_FILE, "Cannot %s %s: %s.", what, path,
               errno ? g_strerror (errno) : "OpenSSL refuses");
  return FALSE;
}

static gboolean
add_extension (X509 *certificate, X509 *issuer, int nid, const char *value)
{
  X509V3_CTX      context;
  X509_EXTENSION *extension;
  gboolean        added;

  X509V3_set_ctx_nodb (&context);
  X509V3_set_ctx (&context, issuer, certificate, NULL, NULL, 0);
  extension = X509V3_EXT_conf_nid (NULL, &context, nid, value);
  added = extension && X509_add_ext (certificate, extension, -1);
  X509_EXTENSION_free (extension);
  return added;
}

static gboolean
set_random_serial (X509 *certificate)
{
  BIGNUM  *number = BN_new ();
  gboolean set = number && BN_rand (number, SERIAL_BITS, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) &&
                 BN_to_ASN1_INTEGER (number, X509_get_serialNumber (certificate));

  BN_free (number);
  return set;
}

/* A certificate with everything but its extensions and its signature. */
static X509 *
begin_certificate (EVP_PKEY *key, const char *common_name, X509_NAME *issuer, int days)
{
  X509      *certificate = X509_new ();
  X509_NAME *name = X509_get_subject_name (certificate);

  X509_set_version (certificate, 2); /* v3 */
  set_random_serial (certificate);
  X509_gmtime_adj (X509_getm_notBefore (certificate), -EARLY_S);
  X509_time_adj_ex (X509_getm_notAfter (certificate), days, 0, NULL);
  X509_set_pubkey (certificate, key);
  X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_UTF8, (const unsigned char *) common_name, -1,
                              -1, 0);
  X509_set_issuer_name (certificate, issuer ? issuer : name);
  return certificate;
}

static char *
alternative_names (const char *domain)
{
  GString         *names = g_string_new ("DNS:localhost,IP:127.0.0.1,IP:::1");
  g_autofree char *bare = NULL;
  const char      *machine = g_get_host_name ();
  unsigned char    address[sizeof (struct in6_addr)];

  bare = domain[0] == '[' ? g_strndup (domain + 1, strcspn (domain + 1, "]")) : g_strdup (domain);
  if (inet_pton (AF_INET, bare, address) == 1 || inet_pton (AF_INET6, bare, address) == 1)
    g_string_append_printf (names, ",IP:%s", bare);
  else
    g_string_append_printf (names, ",DNS:%s", bare);
  if (g_str_is_ascii (machine) && !strpbrk (machine, ", :"))
    g_string_append_printf (names, ",DNS:%s", machine);
  return g_string_free (names, FALSE);
}

static gboolean
write_pem (const char *path, mode_t mode, X509 *certificate, EVP_PKEY *key, GError **error)
{
  g_autofree char *temporary = g_strconcat (path, ".new", NULL);
  g_autoptr (BIO)  bio = BIO_new (BIO_s_mem ());
  char            *text;
  long             length;
  int              fd;
  gboolean         written;

  if ((certificate && !PEM_write_bio_X509 (bio, certificate)) ||
      (key && !PEM_write_bio_PKCS8PrivateKey (bio, key, NULL, NULL, 0, NULL, NULL)))
    return fail (error, "write", path);
  length = BIO_get_mem_data (bio, &text);
  fd = g_open (temporary, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, mode);
  if (fd < 0)
    return fail (error, "make", temporary);
  written = write (fd, text, length) == length && fsync (fd) == 0;
  close (fd);
  /* Whole or not at all: the server may start while this one ends. */
  if (!written || g_rename (temporary, path) < 0)
    return fail (error, "write", path);
  return TRUE;
}

static X509 *
read_certificate (const char *path)
{
  g_autoptr (BIO) bio = BIO_new_file (path, "r");

  return bio ? PEM_read_bio_X509 (bio, NULL, NULL, NULL) : NULL;
}

static EVP_PKEY *
read_key (const char *path)
{
  g_autoptr (BIO) bio = BIO_new_file (path, "r");

  return bio ? PEM_read_bio_PrivateKey (bio, NULL, NULL, NULL) : NULL;
}

static X509 *
make_authority (const char *path, const char *key_path, const char *domain, GError **error)
{
  g_autoptr (EVP_PKEY) key = EVP_EC_gen ("P-256");
  g_autoptr (X509)     ca = NULL;
  g_autofree char     *name = g_strdup_printf ("Ullim group %.40s", domain);

  ca = begin_certificate (key, name, NULL, CA_DAYS);
  if (!add_extension (ca, ca, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
      !add_extension (ca, ca, NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !add_extension (ca, ca, NID_subject_key_identifier, "hash") ||
      !X509_sign (ca, key, EVP_sha256 ())) {
    errno = 0;
    fail (error, "make the certificate", path);
    return NULL;
  }
  if (!write_pem (key_path, 0600, NULL, key, error) || !write_pem (path, 0644, ca, NULL, error))
    return NULL;
  return g_steal_pointer (&ca);
}

static gboolean
make_leaf (const char *dir, const char *domain, X509 *ca, EVP_PKEY *ca_key, GError **error)
{
  g_autofree char     *agent = g_build_filename (dir, "agent.pem", NULL);
  g_autofree char     *tls = g_build_filename (dir, "tls.pem", NULL);
  g_autofree char     *names = alternative_names (domain);
  g_autoptr (EVP_PKEY) key = EVP_EC_gen ("P-256");
  g_autoptr (X509)     leaf = NULL;

  leaf = begin_certificate (key, domain, X509_get_subject_name (ca), ULLIM_SERVER_LEAF_DAYS);
  if (!add_extension (leaf, ca, NID_basic_constraints, "critical,CA:FALSE") ||
      !add_extension (leaf, ca, NID_key_usage, "critical,digitalSignature") ||
      !add_extension (leaf, ca, NID_ext_key_usage, "serverAuth,clientAuth") ||
      !add_extension (leaf, ca, NID_subject_key_identifier, "hash") ||
      !add_extension (leaf, ca, NID_authority_key_identifier, "keyid:always") ||
      !add_extension (leaf, ca, NID_subject_alt_name, names) ||
      !X509_sign (leaf, ca_key, EVP_sha256 ())) {
    errno = 0;
    return fail (error, "make the certificate", agent);
  }
  return write_pem (agent, 0600, leaf, key, error) && write_pem (tls, 0600, leaf, key, error);
}

static gboolean
leaf_names (X509 *leaf, const char *domain)
{
  g_autofree char *bare =
      domain[0] == '[' ? g_strndup (domain + 1, strcspn (domain + 1, "]")) : g_strdup (domain);

  return X509_check_host (leaf, bare, 0, 0, NULL) == 1 || X509_check_ip_asc (leaf, bare, 0) == 1;
}

static gboolean
leaf_is_good (X509 *leaf, const char *domain)
{
  time_t soon = time (NULL) + ULLIM_SERVER_RENEW_DAYS * 24 * 60 * 60;

  return X509_cmp_time (X509_get0_notAfter (leaf), &soon) > 0 && leaf_names (leaf, domain);
}

gboolean
ullim_server_certificates_make (const char *dir, const char *domain, GError **error)
{
  g_autofree char     *ca_path = g_build_filename (dir, "ca.pem", NULL);
  g_autofree char     *key_path = g_build_filename (dir, "ca-key.pem", NULL);
  g_autofree char     *agent_path = g_build_filename (dir, "agent.pem", NULL);
  g_autofree char     *cafile_path = g_build_filename (dir, "cafile.pem", NULL);
  g_autoptr (X509)     ca = read_certificate (ca_path);
  g_autoptr (X509)     leaf = read_certificate (agent_path);
  g_autoptr (EVP_PKEY) ca_key = NULL;

  if (leaf && (!ca || X509_check_issued (ca, leaf) != X509_V_OK))
    return TRUE; /* the group brought its own */
  if (!ca && !(ca = make_authority (ca_path, key_path, domain, error)))
    return FALSE;
  if (!g_file_test (cafile_path, G_FILE_TEST_EXISTS) &&
      !write_pem (cafile_path, 0644, ca, NULL, error))
    return FALSE;
  if (leaf && leaf_is_good (leaf, domain))
    return TRUE;
  ca_key = read_key (key_path);
  if (!ca_key)
    return fail (error, "read the key", key_path);
  return make_leaf (dir, domain, ca, ca_key, error);
}
