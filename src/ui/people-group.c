/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A group of the list of people, its counts, and the words for them.
 */
#define G_LOG_DOMAIN "people-group"

#include "ullim-config.h"

#include "people-group.h"

#include <glib/gi18n-lib.h>

struct _UllimPeopleGroup {
  GObject parent_instance;

  UllimPeopleGroupKind kind;
  char                *name; /* owned, nullable */
  char                *id;   /* owned */
  char                *sort; /* owned: collation key of the name */
  guint                n_people;
  guint                n_available;
  gboolean             is_collapsed;
  gboolean             is_alone;
};

G_DEFINE_FINAL_TYPE (UllimPeopleGroup, ullim_people_group, G_TYPE_OBJECT)

static void
ullim_people_group_finalize (GObject *object)
{
  UllimPeopleGroup *self = ULLIM_PEOPLE_GROUP (object);

  g_free (self->name);
  g_free (self->id);
  g_free (self->sort);
  G_OBJECT_CLASS (ullim_people_group_parent_class)->finalize (object);
}

static void
ullim_people_group_class_init (UllimPeopleGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ullim_people_group_finalize;
}

static void
ullim_people_group_init (UllimPeopleGroup *self)
{
}

UllimPeopleGroup *
ullim_people_group_new (UllimPeopleGroupKind kind, const char *name)
{
  UllimPeopleGroup *self = g_object_new (ULLIM_TYPE_PEOPLE_GROUP, NULL);

  g_return_val_if_fail ((kind == ULLIM_PEOPLE_GROUP_NAMED) == (name != NULL), self);
  self->kind = kind;
  self->name = g_strdup (name);
  self->sort = name ? g_utf8_collate_key (name, -1) : g_strdup ("");
  if (name)
    self->id = g_strconcat ("group:", name, NULL);
  else
    self->id = g_strdup (kind == ULLIM_PEOPLE_GROUP_FAVOURITES ? "favourites" : "others");
  return self;
}

UllimPeopleGroupKind
ullim_people_group_get_kind (UllimPeopleGroup *self)
{
  return self->kind;
}

const char *
ullim_people_group_get_name (UllimPeopleGroup *self)
{
  return self->name;
}

const char *
ullim_people_group_get_id (UllimPeopleGroup *self)
{
  return self->id;
}

int
ullim_people_group_compare (UllimPeopleGroup *a, UllimPeopleGroup *b)
{
  int order = (int) a->kind - (int) b->kind;

  if (order == 0)
    order = strcmp (a->sort, b->sort);
  return order != 0 ? order : strcmp (a->id, b->id);
}

guint
ullim_people_group_get_n_people (UllimPeopleGroup *self)
{
  return self->n_people;
}

guint
ullim_people_group_get_n_available (UllimPeopleGroup *self)
{
  return self->n_available;
}

gboolean
ullim_people_group_get_collapsed (UllimPeopleGroup *self)
{
  return self->is_collapsed;
}

gboolean
ullim_people_group_set (UllimPeopleGroup *self,
                        guint             n_people,
                        guint             n_available,
                        gboolean          is_collapsed)
{
  if (self->n_people == n_people && self->n_available == n_available &&
      self->is_collapsed == is_collapsed)
    return FALSE;
  self->n_people = n_people;
  self->n_available = n_available;
  self->is_collapsed = is_collapsed;
  return TRUE;
}

gboolean
ullim_people_group_set_alone (UllimPeopleGroup *self, gboolean is_alone)
{
  gboolean is_new = self->is_alone != is_alone;

  self->is_alone = is_alone;
  return is_new;
}

const char *
ullim_people_group_get_title (UllimPeopleGroup *self)
{
  switch (self->kind) {
  case ULLIM_PEOPLE_GROUP_FAVOURITES:
    return _ ("Favourites");
  case ULLIM_PEOPLE_GROUP_NAMED:
    return self->name;
  case ULLIM_PEOPLE_GROUP_OTHERS:
  default:
    /* Translators: the people of the address book who are in no group. */
    return self->is_alone ? _ ("Everybody") : _ ("In no group");
  }
}

char *
ullim_people_group_get_count_text (UllimPeopleGroup *self)
{
  /* Translators: of the people of a group; the first number is how many of them are there. */
  return g_strdup_printf (ngettext ("%u of %u available", "%u of %u available", self->n_people),
                          self->n_available, self->n_people);
}
