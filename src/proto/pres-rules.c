/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Presence authorization rules, RFC 5025 and RFC 4745 sections 7 to 10, on the document's own tree.
 * Permissions only ever add up, so leaving a rule out that is not understood shows less, never
 * more.
 */
#define G_LOG_DOMAIN "pres-rules"

#include "pres-rules.h"

#include "uri.h"
#include "xml-writer.h"

#include <string.h>

#define NS_POLICY "urn:ietf:params:xml:ns:common-policy"
#define NS_PRES "urn:ietf:params:xml:ns:pres-rules"
#define OTHERS_ID "ullim-others"
#define NAMED_ID_PREFIX "ullim-"

struct _UllimPresRules {
  UllimXmlNode *root; /* owned: the ruleset */
  GHashTable   *keys; /* (owned) (nullable): element -> key of its id, where that was asked for */
};

static const char *const action_names[ULLIM_PRES_N_ACTIONS] = {
    [ULLIM_PRES_BLOCK] = "block",
    [ULLIM_PRES_CONFIRM] = "confirm",
    [ULLIM_PRES_POLITE_BLOCK] = "polite-block",
    [ULLIM_PRES_ALLOW] = "allow",
};

const char *
ullim_pres_action_name (UllimPresAction action)
{
  g_return_val_if_fail ((guint) action < G_N_ELEMENTS (action_names), NULL);

  return action_names[action];
}

void
ullim_pres_rules_free (UllimPresRules *rules)
{
  ullim_xml_node_free (rules->root);
  g_clear_pointer (&rules->keys, g_hash_table_unref);
  g_free (rules);
}

/* ---- reading a rule ---- */

static UllimXmlNode *
first_rule (const UllimPresRules *rules)
{
  return ullim_xml_child (rules->root, NS_POLICY, "rule");
}

static UllimXmlNode *
next_rule (const UllimXmlNode *rule)
{
  return ullim_xml_next (rule, NS_POLICY, "rule");
}

static char *
key_of (const char *text)
{
  g_autoptr (UllimUri) uri = ullim_uri_parse (text, NULL);

  return uri ? ullim_uri_key (uri) : g_strdup (text);
}

/* Who asks, in the two forms that conditions compare with. */
typedef struct {
  char       *key;
  char       *host; /* nullable */
  GHashTable *keys; /* weak, nullable: of the rules */
} Watcher;

static void
watcher_clear (Watcher *watcher)
{
  g_free (watcher->key);
  g_free (watcher->host);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Watcher, watcher_clear)

static Watcher
make_watcher (const char *text)
{
  g_autoptr (UllimUri) uri = ullim_uri_parse (text, NULL);
  Watcher              watcher = {key_of (text), g_strdup (uri ? uri->host : NULL)};

  return watcher;
}

static gboolean
is_id (const UllimXmlNode *node, const Watcher *watcher)
{
  const char      *id = ullim_xml_attribute (node, "id");
  g_autofree char *key = NULL;
  const char      *known = watcher->keys ? g_hash_table_lookup (watcher->keys, node) : NULL;

  if (!id)
    return FALSE;
  if (known)
    return strcmp (known, watcher->key) == 0;
  key = key_of (id);
  if (watcher->keys)
    g_hash_table_insert (watcher->keys, (gpointer) node, g_strdup (key));
  return strcmp (key, watcher->key) == 0;
}

static gboolean
is_domain (const UllimXmlNode *node, const Watcher *watcher)
{
  const char *domain = ullim_xml_attribute (node, "domain");

  return domain && watcher->host && g_ascii_strcasecmp (domain, watcher->host) == 0;
}

/* RFC 4745 section 7.1.2. A NULL @watcher is a stranger: in no domain, never excepted. */
static gboolean
is_among_many (const UllimXmlNode *many, const Watcher *watcher)
{
  gboolean is_among =
      !ullim_xml_attribute (many, "domain") || (watcher && is_domain (many, watcher));

  for (UllimXmlNode *except = ullim_xml_child (many, NULL, NULL); except && is_among;
       except = ullim_xml_next (except, NULL, NULL)) {
    if (!ullim_xml_is (except, NS_POLICY, "except"))
      is_among = FALSE;
    else if (watcher && (is_id (except, watcher) || is_domain (except, watcher)))
      is_among = FALSE;
  }
  return is_among;
}

static gboolean
is_identified (const UllimXmlNode *identity, const Watcher *watcher)
{
  for (UllimXmlNode *child = ullim_xml_child (identity, NS_POLICY, NULL); child;
       child = ullim_xml_next (child, NS_POLICY, NULL)) {
    if (strcmp (child->name, "one") == 0 && watcher && is_id (child, watcher))
      return TRUE;
    if (strcmp (child->name, "many") == 0 && is_among_many (child, watcher))
      return TRUE;
  }
  return FALSE;
}

/* All conditions must hold, and one that is not understood does not. */
static gboolean
applies (const UllimXmlNode *rule, const Watcher *watcher)
{
  UllimXmlNode *conditions = ullim_xml_child (rule, NS_POLICY, "conditions");

  for (UllimXmlNode *child = conditions ? ullim_xml_child (conditions, NULL, NULL) : NULL; child;
       child = ullim_xml_next (child, NULL, NULL)) {
    if (!ullim_xml_is (child, NS_POLICY, "identity") || !is_identified (child, watcher))
      return FALSE;
  }
  return TRUE;
}

static UllimXmlNode *
find_handling (const UllimXmlNode *rule)
{
  UllimXmlNode *actions = ullim_xml_child (rule, NS_POLICY, "actions");

  return actions ? ullim_xml_child (actions, NS_PRES, "sub-handling") : NULL;
}

static UllimPresAction
action_of (const UllimXmlNode *rule)
{
  UllimXmlNode    *handling = find_handling (rule);
  g_autofree char *text = handling ? ullim_xml_dup_text (handling) : NULL;

  for (guint i = 0; text && i < G_N_ELEMENTS (action_names); i++) {
    if (strcmp (text, action_names[i]) == 0)
      return i;
  }
  return ULLIM_PRES_BLOCK;
}

static gboolean
has_grandchild (const UllimXmlNode *node, const char *name, const char *inner)
{
  UllimXmlNode *child = ullim_xml_child (node, NS_PRES, name);

  return child && ullim_xml_child (child, NS_PRES, inner);
}

/* RFC 5025 section 3.3: what is not provided is not shown. */
static gboolean
shows_all (const UllimXmlNode *rule)
{
  UllimXmlNode *transformations = ullim_xml_child (rule, NS_POLICY, "transformations");

  return transformations && has_grandchild (transformations, "provide-services", "all-services") &&
         has_grandchild (transformations, "provide-persons", "all-persons") &&
         ullim_xml_child (transformations, NS_PRES, "provide-all-attributes");
}

static UllimPresAction
decide (const UllimPresRules *rules, const Watcher *watcher, gboolean *is_limited)
{
  UllimPresAction action = ULLIM_PRES_BLOCK;
  gboolean        is_whole = FALSE;

  for (UllimXmlNode *rule = first_rule (rules); rule; rule = next_rule (rule)) {
    if (applies (rule, watcher)) {
      action = MAX (action, action_of (rule));
      is_whole |= shows_all (rule);
    }
  }
  if (is_limited)
    *is_limited = !is_whole;
  return action;
}

/* Reading a URI takes a microsecond: a thousand rules, asked about a thousand watchers, a second.
 */
static Watcher
watcher_of (const UllimPresRules *rules, const char *text)
{
  Watcher watcher = make_watcher (text);

  if (!rules->keys)
    ((UllimPresRules *) rules)->keys = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  watcher.keys = rules->keys;
  return watcher;
}

UllimPresAction
ullim_pres_rules_decide (const UllimPresRules *rules, const char *watcher, gboolean *is_limited)
{
  g_auto (Watcher) asking = watcher_of (rules, watcher);

  return decide (rules, &asking, is_limited);
}

UllimPresAction
ullim_pres_rules_decide_others (const UllimPresRules *rules)
{
  return decide (rules, NULL, NULL);
}

/* ---- changing ---- */

static UllimXmlNode *
add_element (UllimXmlNode *parent, const char *ns, const char *name)
{
  UllimXmlNode *node = ullim_xml_element_new (ns, name);

  ullim_xml_insert (parent, node, NULL);
  return node;
}

static void
add_transformations (UllimXmlNode *rule)
{
  static const char *const parts[][2] = {{"provide-services", "all-services"},
                                         {"provide-persons", "all-persons"},
                                         {"provide-devices", "all-devices"}};
  UllimXmlNode            *transformations = add_element (rule, NS_POLICY, "transformations");

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    add_element (add_element (transformations, NS_PRES, parts[i][0]), NS_PRES, parts[i][1]);
  add_element (transformations, NS_PRES, "provide-all-attributes");
}

/* Returns its identity, which is empty. */
static UllimXmlNode *
add_rule (UllimPresRules *rules, const char *id, UllimPresAction action)
{
  UllimXmlNode *rule = add_element (rules->root, NS_POLICY, "rule");
  UllimXmlNode *conditions = add_element (rule, NS_POLICY, "conditions");
  UllimXmlNode *identity = add_element (conditions, NS_POLICY, "identity");
  UllimXmlNode *actions = add_element (rule, NS_POLICY, "actions");
  UllimXmlNode *handling = add_element (actions, NS_PRES, "sub-handling");

  ullim_xml_set_attribute (rule, "", "id", id);
  ullim_xml_insert (handling, ullim_xml_text_new (action_names[action]), NULL);
  if (action == ULLIM_PRES_ALLOW)
    add_transformations (rule);
  return identity;
}

static UllimXmlNode *
identity_of (const UllimXmlNode *rule)
{
  UllimXmlNode *conditions = ullim_xml_child (rule, NS_POLICY, "conditions");

  return conditions ? ullim_xml_child (conditions, NS_POLICY, "identity") : NULL;
}

static void
add_except (UllimXmlNode *many, const char *uri)
{
  ullim_xml_set_attribute (add_element (many, NS_POLICY, "except"), "", "id", uri);
}

/* A rule without conditions is for all; it gets one that says so, which can have exceptions. */
static UllimXmlNode *
require_identity (UllimXmlNode *rule)
{
  UllimXmlNode *conditions = ullim_xml_child (rule, NS_POLICY, "conditions");
  UllimXmlNode *identity;

  if (!conditions) {
    conditions = ullim_xml_element_new (NS_POLICY, "conditions");
    ullim_xml_insert (rule, conditions, rule->first);
  }
  identity = ullim_xml_child (conditions, NULL, NULL);
  if (!identity) {
    identity = add_element (conditions, NS_POLICY, "identity");
    add_element (identity, NS_POLICY, "many");
  }
  return ullim_xml_is (identity, NS_POLICY, "identity") ? identity : NULL;
}

/* Another element may come to stand at the same place in memory. */
static void
forget_keys (GHashTable *keys, const UllimXmlNode *node)
{
  if (keys)
    g_hash_table_remove (keys, node);
  for (const UllimXmlNode *child = node->first; keys && child; child = child->next)
    forget_keys (keys, child);
}

static void
drop (GHashTable *keys, UllimXmlNode *node)
{
  forget_keys (keys, node);
  ullim_xml_node_free (ullim_xml_unlink (node));
}

/* Takes @watcher out of what @identity says; FALSE if then it says nothing. */
static gboolean
exclude (UllimXmlNode *identity, const Watcher *watcher, const char *uri)
{
  UllimXmlNode *next;

  for (UllimXmlNode *child = ullim_xml_child (identity, NS_POLICY, NULL); child; child = next) {
    next = ullim_xml_next (child, NS_POLICY, NULL);
    if (strcmp (child->name, "one") == 0 && is_id (child, watcher))
      drop (watcher->keys, child);
    else if (strcmp (child->name, "many") == 0 && is_among_many (child, watcher))
      add_except (child, uri);
  }
  return ullim_xml_child (identity, NULL, NULL) != NULL;
}

static UllimXmlNode *
find_rule (const UllimPresRules *rules, const char *id)
{
  for (UllimXmlNode *rule = first_rule (rules); rule; rule = next_rule (rule)) {
    if (g_strcmp0 (ullim_xml_attribute (rule, "id"), id) == 0)
      return rule;
  }
  return NULL;
}

/* Whether who is named there gets @action and all of it, under no other condition. */
static gboolean
is_usable (const UllimXmlNode *rule, UllimPresAction action)
{
  UllimXmlNode *conditions = ullim_xml_child (rule, NS_POLICY, "conditions");
  UllimXmlNode *identity = identity_of (rule);

  return identity && ullim_xml_child (conditions, NULL, NULL) == identity &&
         !ullim_xml_next (identity, NULL, NULL) && action_of (rule) == action &&
         (action != ULLIM_PRES_ALLOW || shows_all (rule));
}

/* The order means nothing (RFC 4745 section 10); but Kamailio goes by the first rule that fits, and
 * overlooks the exceptions of a rule for many. */
static void
put_first (UllimPresRules *rules, UllimXmlNode *rule)
{
  UllimXmlNode *first = first_rule (rules);

  if (rule != first)
    ullim_xml_insert (rules->root, ullim_xml_unlink (rule), first);
}

/* Under our own id for @action, or what comes after it where somebody else made that theirs. */
static void
name_watcher (UllimPresRules *rules, const char *uri, UllimPresAction action)
{
  g_autoptr (GString) id = g_string_new (NAMED_ID_PREFIX);
  UllimXmlNode       *rule;

  g_string_append (id, action_names[action]);
  while ((rule = find_rule (rules, id->str)) && !is_usable (rule, action))
    g_string_append_c (id, '-');
  if (!rule) {
    add_rule (rules, id->str, action);
    rule = find_rule (rules, id->str);
  }
  put_first (rules, rule);
  ullim_xml_set_attribute (add_element (identity_of (rule), NS_POLICY, "one"), "", "id", uri);
}

void
ullim_pres_rules_set (UllimPresRules *rules, const char *watcher, UllimPresAction action)
{
  g_auto (Watcher) asking = watcher_of (rules, watcher);
  UllimXmlNode    *next;

  for (UllimXmlNode *rule = first_rule (rules); rule; rule = next) {
    UllimXmlNode *identity;

    next = next_rule (rule);
    if (!applies (rule, &asking))
      continue;
    identity = require_identity (rule);
    if (identity && !exclude (identity, &asking, watcher))
      drop (rules->keys, rule);
  }
  name_watcher (rules, watcher, action);
}

static void
remove_ids (UllimXmlNode *parent, const char *name, const Watcher *watcher)
{
  UllimXmlNode *next;

  for (UllimXmlNode *child = ullim_xml_child (parent, NS_POLICY, name); child; child = next) {
    next = ullim_xml_next (child, NS_POLICY, name);
    if (is_id (child, watcher))
      drop (watcher->keys, child);
  }
}

void
ullim_pres_rules_forget (UllimPresRules *rules, const char *watcher)
{
  g_auto (Watcher) asking = watcher_of (rules, watcher);
  UllimXmlNode    *next;

  for (UllimXmlNode *rule = first_rule (rules); rule; rule = next) {
    UllimXmlNode *identity = identity_of (rule);

    next = next_rule (rule);
    if (!identity)
      continue;
    remove_ids (identity, "one", &asking);
    for (UllimXmlNode *many = ullim_xml_child (identity, NS_POLICY, "many"); many;
         many = ullim_xml_next (many, NS_POLICY, "many"))
      remove_ids (many, "except", &asking);
    if (!ullim_xml_child (identity, NULL, NULL))
      drop (rules->keys, rule);
  }
}

void
ullim_pres_rules_set_others (UllimPresRules *rules, UllimPresAction action)
{
  g_autoptr (GPtrArray) named = ullim_pres_rules_get_named (rules);
  UllimXmlNode         *many;
  UllimXmlNode         *next;

  for (UllimXmlNode *rule = first_rule (rules); rule; rule = next) {
    next = next_rule (rule);
    if (applies (rule, NULL))
      drop (rules->keys, rule);
  }
  many = add_element (add_rule (rules, OTHERS_ID, action), NS_POLICY, "many");
  for (guint i = 0; i < named->len; i++)
    add_except (many, named->pdata[i]);
}

/* ---- the whole ---- */

UllimPresRules *
ullim_pres_rules_new (UllimPresAction others)
{
  UllimPresRules *rules = g_new0 (UllimPresRules, 1);

  rules->root = ullim_xml_element_new (NS_POLICY, "ruleset");
  ullim_pres_rules_set_others (rules, others);
  return rules;
}

static void
collect_named (const UllimXmlNode *rule, GHashTable *seen, GPtrArray *named)
{
  UllimXmlNode *identity = identity_of (rule);

  for (UllimXmlNode *one = identity ? ullim_xml_child (identity, NS_POLICY, "one") : NULL; one;
       one = ullim_xml_next (one, NS_POLICY, "one")) {
    const char *id = ullim_xml_attribute (one, "id");

    if (id && g_hash_table_add (seen, key_of (id)))
      g_ptr_array_add (named, g_strdup (id));
  }
}

GPtrArray *
ullim_pres_rules_get_named (const UllimPresRules *rules)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray             *named = g_ptr_array_new_with_free_func (g_free);

  for (UllimXmlNode *rule = first_rule (rules); rule; rule = next_rule (rule))
    collect_named (rule, seen, named);
  return named;
}

UllimPresRules *
ullim_pres_rules_parse (const char *data, gsize length, GError **error)
{
  g_autoptr (UllimPresRules) rules = NULL;
  UllimXmlNode              *root;
  guint                      n_rules = 0;

  if (length > ULLIM_PRES_RULES_MAX_BYTES) {
    g_set_error (error, ULLIM_XML_ERROR, ULLIM_XML_ERROR_LIMIT, "Presence rules too long");
    return NULL;
  }
  root = ullim_xml_parse (data, length, error);
  if (!root)
    return NULL;
  rules = g_new0 (UllimPresRules, 1);
  rules->root = root;
  if (!ullim_xml_is (root, NS_POLICY, "ruleset")) {
    g_set_error (error, ULLIM_XML_ERROR, ULLIM_XML_ERROR_CONTENT, "Not presence rules");
    return NULL;
  }
  for (UllimXmlNode *rule = first_rule (rules); rule; rule = next_rule (rule))
    n_rules++;
  if (n_rules > ULLIM_PRES_RULES_MAX_RULES) {
    g_set_error (error, ULLIM_XML_ERROR, ULLIM_XML_ERROR_LIMIT, "Too many presence rules");
    return NULL;
  }
  return g_steal_pointer (&rules);
}

char *
ullim_pres_rules_to_string (const UllimPresRules *rules)
{
  UllimXmlWriter *writer = ullim_xml_writer_new ();

  ullim_xml_writer_node (writer, rules->root);
  return ullim_xml_writer_finish (writer);
}
