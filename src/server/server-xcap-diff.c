/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * RFC 5875 in its simplest form: a subscription to one's own address is told all of one's
 * documents, each time, by their entity tags; which ones a body asks for is not looked at.
 */
#define G_LOG_DOMAIN "server-xcap-diff"

#include "server-xcap-diff.h"

#include "server-xcap.h"
#include "xcap-diff.h"

#include <string.h>

static const char *const usages[] = {ULLIM_SERVER_RESOURCE_LISTS, ULLIM_SERVER_RLS_SERVICES,
                                     ULLIM_SERVER_PRES_RULES};

struct _UllimServerXcapDiff {
  char                 *domain;
  char                 *root;
  char                 *secure_root;
  UllimServerDocuments *documents; /* weak */
  GHashTable           *by_user;   /* (owned): account name -> GPtrArray of subscriptions */
};

/* What one subscription was told last: "" for none. */
typedef struct {
  char etags[G_N_ELEMENTS (usages)][ULLIM_SERVER_ETAG_SIZE];
} Told;

static void
on_document (const char                *auid,
             const char                *name,
             const UllimServerDocument *document,
             const char                *previous_etag,
             gpointer                   data)
{
  UllimServerXcapDiff *self = data;
  GPtrArray           *subs = g_hash_table_lookup (self->by_user, name);

  for (guint i = 0; subs && i < subs->len; i++)
    ullim_server_subscription_changed (subs->pdata[i]);
}

static int
on_open (UllimServerSubscription *sub, UllimServerRequest *request, gpointer data)
{
  UllimServerXcapDiff *self = data;
  const url_t         *url = request->sip->sip_request->rq_url;
  const char          *user = ullim_server_subscription_user (sub);
  GPtrArray           *subs;

  if (g_strcmp0 (url->url_user, user) != 0)
    return 403;
  subs = g_hash_table_lookup (self->by_user, user);
  if (!subs) {
    subs = g_ptr_array_new ();
    g_hash_table_insert (self->by_user, g_strdup (user), subs);
  }
  g_ptr_array_add (subs, sub);
  ullim_server_subscription_set_data (sub, g_new0 (Told, 1));
  return 200;
}

static int
on_refresh (UllimServerSubscription *sub, UllimServerRequest *request, gpointer data)
{
  return 200;
}

static void
add_document (UllimServerXcapDiff *self,
              UllimXcapDiff       *diff,
              const char          *user,
              const char          *auid,
              char                *told)
{
  const UllimServerDocument *now = ullim_server_documents_find (self->documents, auid, user);
  g_autofree char           *sel = g_strconcat (auid, "/users/sip:", user, "@", self->domain,
                                                "/" ULLIM_SERVER_XCAP_DOCUMENT, NULL);
  gboolean                   is_known = now && strcmp (told, now->etag) == 0;

  if (now || *told)
    ullim_xcap_diff_add (diff, sel, *told && !is_known ? told : NULL, now ? now->etag : NULL);
  g_strlcpy (told, now ? now->etag : "", ULLIM_SERVER_ETAG_SIZE);
}

static void
on_tell (UllimServerSubscription *sub, UllimServerNotice *notice, gpointer data)
{
  UllimServerXcapDiff      *self = data;
  Told                     *told = ullim_server_subscription_get_data (sub);
  g_autoptr (UllimXcapDiff) diff = ullim_xcap_diff_new (
      ullim_server_subscription_is_secure (sub) ? self->secure_root : self->root);
  char *text;

  for (guint i = 0; i < G_N_ELEMENTS (usages); i++)
    add_document (self, diff, ullim_server_subscription_user (sub), usages[i], told->etags[i]);
  text = ullim_xcap_diff_to_string (diff);
  notice->type = ULLIM_XCAP_DIFF_CONTENT_TYPE;
  notice->body = g_bytes_new_take (text, strlen (text));
}

static void
on_close (UllimServerSubscription *sub, const char *why, gpointer data)
{
  UllimServerXcapDiff *self = data;
  const char          *user = ullim_server_subscription_user (sub);
  GPtrArray           *subs = g_hash_table_lookup (self->by_user, user);

  g_free (ullim_server_subscription_get_data (sub));
  if (subs && g_ptr_array_remove_fast (subs, sub) && subs->len == 0)
    g_hash_table_remove (self->by_user, user);
}

const UllimServerPackage *
ullim_server_xcap_diff_package (void)
{
  static const UllimServerPackage package = {
      .event = "xcap-diff",
      .type = ULLIM_XCAP_DIFF_CONTENT_TYPE,
      .open = on_open,
      .refresh = on_refresh,
      .tell = on_tell,
      .close = on_close,
  };

  return &package;
}

UllimServerXcapDiff *
ullim_server_xcap_diff_new (const char           *domain,
                            const char           *root,
                            const char           *secure_root,
                            UllimServerDocuments *documents)
{
  UllimServerXcapDiff *self = g_new0 (UllimServerXcapDiff, 1);

  self->domain = g_strdup (domain);
  self->root = g_strdup (root);
  self->secure_root = g_strdup (secure_root);
  self->documents = documents;
  self->by_user =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  ullim_server_documents_listen (documents, on_document, self);
  return self;
}

void
ullim_server_xcap_diff_free (UllimServerXcapDiff *self)
{
  if (!self)
    return;
  g_hash_table_unref (self->by_user);
  g_free (self->domain);
  g_free (self->root);
  g_free (self->secure_root);
  g_free (self);
}
