/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A conversation of one account with one peer: its summary for the list, and its timeline, which is
 * made when it is first asked for (thousands of conversations are never opened).
 */
#define G_LOG_DOMAIN "conversation"

#include "conversation.h"

/* What the list shows of the newest message. */
#define LAST_TEXT_MAX_CHARS 200

struct _UllimConversation {
  GObject parent_instance;

  gint64         id;
  UllimAccount  *account;   /* owned */
  char          *peer;      /* owned */
  char          *key;       /* owned */
  char          *name;      /* owned, nullable */
  char          *book_name; /* owned, nullable */
  char          *last_text; /* owned, nullable */
  gint64         last_time_us;
  UllimDirection last_direction;
  UllimDelivery  last_delivery;
  guint          unread;
  char          *draft;    /* owned, nullable */
  UllimTimeline *timeline; /* owned, nullable */
};

enum {
  PROP_0,
  PROP_NAME,
  PROP_LAST_TEXT,
  PROP_LAST_TIME,
  PROP_UNREAD,
  PROP_DRAFT,
  PROP_LAST_DELIVERY,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (UllimConversation, ullim_conversation, G_TYPE_OBJECT)

static void
ullim_conversation_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  UllimConversation *self = ULLIM_CONVERSATION (object);

  switch (id) {
  case PROP_NAME:
    g_value_set_string (value, ullim_conversation_get_name (self));
    break;
  case PROP_LAST_TEXT:
    g_value_set_string (value, self->last_text);
    break;
  case PROP_LAST_TIME:
    g_value_set_int64 (value, self->last_time_us);
    break;
  case PROP_UNREAD:
    g_value_set_uint (value, self->unread);
    break;
  case PROP_DRAFT:
    g_value_set_string (value, self->draft);
    break;
  case PROP_LAST_DELIVERY:
    g_value_set_int (value, self->last_delivery);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ullim_conversation_finalize (GObject *object)
{
  UllimConversation *self = ULLIM_CONVERSATION (object);

  g_clear_object (&self->account);
  g_clear_object (&self->timeline);
  g_free (self->peer);
  g_free (self->key);
  g_free (self->name);
  g_free (self->book_name);
  g_free (self->last_text);
  g_free (self->draft);
  G_OBJECT_CLASS (ullim_conversation_parent_class)->finalize (object);
}

static void
ullim_conversation_class_init (UllimConversationClass *klass)
{
  GObjectClass     *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = ullim_conversation_get_property;
  object_class->finalize = ullim_conversation_finalize;

  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_LAST_TEXT] = g_param_spec_string ("last-text", NULL, NULL, NULL, flags);
  props[PROP_LAST_TIME] = g_param_spec_int64 ("last-time", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_UNREAD] = g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_DRAFT] = g_param_spec_string ("draft", NULL, NULL, NULL, flags);
  props[PROP_LAST_DELIVERY] =
      g_param_spec_int ("last-delivery", NULL, NULL, ULLIM_DELIVERY_RECEIVED, ULLIM_DELIVERY_FAILED,
                        ULLIM_DELIVERY_RECEIVED, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
ullim_conversation_init (UllimConversation *self)
{
}

static char *
non_empty (const char *text)
{
  return text && *text ? g_strdup (text) : NULL;
}

UllimConversation *
ullim_conversation_new (gint64        id,
                        UllimAccount *account,
                        const char   *peer,
                        const char   *key,
                        const char   *name)
{
  UllimConversation *self = g_object_new (ULLIM_TYPE_CONVERSATION, NULL);

  self->id = id;
  self->account = g_object_ref (account);
  self->peer = g_strdup (peer);
  self->key = g_strdup (key);
  self->name = non_empty (name);
  return self;
}

gint64
ullim_conversation_get_id (UllimConversation *self)
{
  return self->id;
}

UllimAccount *
ullim_conversation_get_account (UllimConversation *self)
{
  return self->account;
}

const char *
ullim_conversation_get_peer (UllimConversation *self)
{
  return self->peer;
}

const char *
ullim_conversation_get_key (UllimConversation *self)
{
  return self->key;
}

const char *
ullim_conversation_get_name (UllimConversation *self)
{
  const char *colon;

  if (self->book_name)
    return self->book_name;
  if (self->name)
    return self->name;
  colon = strchr (self->peer, ':');
  return colon ? colon + 1 : self->peer;
}

static void
replace_name (UllimConversation *self, char **place, const char *name)
{
  g_autofree char *given = non_empty (name);

  if (g_strcmp0 (*place, given) == 0)
    return;
  g_free (*place);
  *place = g_steal_pointer (&given);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NAME]);
}

void
ullim_conversation_set_name (UllimConversation *self, const char *name)
{
  replace_name (self, &self->name, name);
}

void
ullim_conversation_set_book_name (UllimConversation *self, const char *name)
{
  replace_name (self, &self->book_name, name);
}

const char *
ullim_conversation_get_last_text (UllimConversation *self)
{
  return self->last_text;
}

gint64
ullim_conversation_get_last_time (UllimConversation *self)
{
  return self->last_time_us;
}

UllimDelivery
ullim_conversation_get_last_delivery (UllimConversation *self)
{
  return self->last_delivery;
}

UllimDirection
ullim_conversation_get_last_direction (UllimConversation *self)
{
  return self->last_direction;
}

guint
ullim_conversation_get_unread (UllimConversation *self)
{
  return self->unread;
}

void
ullim_conversation_set_unread (UllimConversation *self, guint unread)
{
  if (self->unread == unread)
    return;
  self->unread = unread;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNREAD]);
}

const char *
ullim_conversation_get_draft (UllimConversation *self)
{
  return self->draft;
}

void
ullim_conversation_set_draft (UllimConversation *self, const char *draft)
{
  g_autofree char *given = non_empty (draft);

  if (g_strcmp0 (self->draft, given) == 0)
    return;
  g_free (self->draft);
  self->draft = g_steal_pointer (&given);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DRAFT]);
}

/* The beginning of @text as one line: runs of white space and control characters become a space. */
static char *
one_line (const char *text)
{
  g_autoptr (GString) line = g_string_new (NULL);
  guint               chars = 0;
  gboolean            gap = FALSE;

  for (const char *p = text; *p && chars < LAST_TEXT_MAX_CHARS; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (g_unichar_isspace (c) || g_unichar_iscntrl (c)) {
      gap = line->len > 0;
      continue;
    }
    if (gap)
      g_string_append_c (line, ' ');
    gap = FALSE;
    g_string_append_unichar (line, c);
    chars++;
  }
  return g_string_free (g_steal_pointer (&line), FALSE);
}

void
ullim_conversation_set_last (UllimConversation *self,
                             const char        *text,
                             gint64             time_us,
                             UllimDirection     direction,
                             UllimDelivery      delivery)
{
  GObject         *object = G_OBJECT (self);
  g_autofree char *line = text ? one_line (text) : NULL;

  g_object_freeze_notify (object);
  self->last_direction = direction;
  if (g_strcmp0 (self->last_text, line) != 0) {
    g_free (self->last_text);
    self->last_text = g_steal_pointer (&line);
    g_object_notify_by_pspec (object, props[PROP_LAST_TEXT]);
  }
  if (self->last_time_us != time_us) {
    self->last_time_us = time_us;
    g_object_notify_by_pspec (object, props[PROP_LAST_TIME]);
  }
  if (self->last_delivery != delivery) {
    self->last_delivery = delivery;
    g_object_notify_by_pspec (object, props[PROP_LAST_DELIVERY]);
  }
  g_object_thaw_notify (object);
}

UllimTimeline *
ullim_conversation_get_timeline (UllimConversation *self)
{
  if (!self->timeline)
    self->timeline = ullim_timeline_new ();
  return self->timeline;
}
