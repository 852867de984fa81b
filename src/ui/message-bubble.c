/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The row is built in code, and its rarer parts only when they are first needed: some thirty rows
 * are made in the one frame that opens a conversation.
 */
#define G_LOG_DOMAIN "message-bubble"

#include "ullim-config.h"

#include "message-bubble.h"

#include <glib/gi18n.h>

#include "emoji-text.h"
#include "message-text.h"
#include "problem-text.h"
#include "state-text.h"
#include "text-links.h"
#include "text-match.h"
#include "time-text.h"

/* Over these a text is cut until the user asks for all of it: laying out 64 KiB takes long. */
#define COLLAPSE_CHARS 2000
#define COLLAPSE_LINES 40
/* What is left of it. */
#define COLLAPSED_CHARS 1000
#define COLLAPSED_LINES 20
/* Up to this length the time stands beside the text, not under it. */
#define BESIDE_MAX_CHARS 40
#define EMOJI_MAX 5
#define REASON_MAX_CHARS 58
#define HIGHLIGHTS_MAX 200

struct _UllimMessageBubble {
  GtkBox parent_instance;

  UllimMessage      *message; /* owned, nullable */
  UllimBubbleFlags   flags;
  char              *name; /* owned, nullable */
  guint              today;
  const char *const *highlight; /* the transcript's, nullable */
  char              *link;      /* owned, nullable: under the pointer when the menu opened */

  GtkWidget *bubble;
  GtkWidget *content;
  GtkWidget *text;
  GtkWidget *footer;
  GtkWidget *time;
  GtkWidget *state;
  /* Made when first needed. */
  GtkWidget *day;     /* nullable */
  GtkWidget *unread;  /* nullable */
  GtkWidget *expand;  /* nullable */
  GtkWidget *failure; /* nullable */
  GtkWidget *reason;  /* nullable */
  GtkWidget *retry;   /* nullable */
  GtkWidget *discard; /* nullable */
  GtkWidget *menu;    /* nullable */
};

enum { SIGNAL_EXPAND, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UllimMessageBubble, ullim_message_bubble, GTK_TYPE_BOX)

static void
set_class (GtkWidget *widget, const char *name, gboolean on)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);

  if (on)
    gtk_style_context_add_class (style, name);
  else
    gtk_style_context_remove_class (style, name);
}

static gboolean
is_own (UllimMessageBubble *self)
{
  return ullim_message_get_direction (self->message) == ULLIM_DIRECTION_OUTGOING;
}

/* Returns: how many bytes of @text are shown before it is expanded; its length if it is short */
static gsize
collapsed_length (const char *text)
{
  const char *cut = NULL;
  const char *p = text;
  guint       chars = 0;
  guint       lines = 1;

  for (; *p; p = g_utf8_next_char (p)) {
    lines += *p == '\n';
    chars++;
    if (!cut && (chars > COLLAPSED_CHARS || lines > COLLAPSED_LINES))
      cut = p;
    if (chars > COLLAPSE_CHARS || lines > COLLAPSE_LINES)
      return cut - text;
  }
  return p - text;
}

static void
insert_attribute (PangoAttrList *attributes, PangoAttribute *attribute, gsize start, gsize end)
{
  attribute->start_index = start;
  attribute->end_index = end;
  pango_attr_list_insert (attributes, attribute);
}

static void
update_highlight (UllimMessageBubble *self)
{
  const char               *text = gtk_label_get_text (GTK_LABEL (self->text));
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  gsize                     start, end = 0;
  guint                     count = 0;

  /* A long address that is broken must not seem to have a hyphen in it. */
  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  while (self->highlight && count++ < HIGHLIGHTS_MAX &&
         ullim_text_match_next (text, end, self->highlight, &start, &end)) {
    insert_attribute (attributes, pango_attr_background_new (0xf9f9, 0xf0f0, 0x6b6b), start, end);
    insert_attribute (attributes, pango_attr_foreground_new (0x1e1e, 0x1e1e, 0x1e1e), start, end);
  }
  gtk_label_set_attributes (GTK_LABEL (self->text), attributes);
}

static void
on_expand_clicked (UllimMessageBubble *self)
{
  g_signal_emit (self, signals[SIGNAL_EXPAND], 0);
}

static void
show_expand (UllimMessageBubble *self, gboolean show)
{
  if (show && !self->expand) {
    self->expand = gtk_button_new_with_label (_ ("Show All"));
    gtk_widget_set_halign (self->expand, GTK_ALIGN_START);
    set_class (self->expand, "flat", TRUE);
    set_class (self->expand, "expand", TRUE);
    g_signal_connect_object (self->expand, "clicked", G_CALLBACK (on_expand_clicked), self,
                             G_CONNECT_SWAPPED);
    gtk_box_pack_start (GTK_BOX (self->bubble), self->expand, FALSE, FALSE, 0);
    gtk_box_reorder_child (GTK_BOX (self->bubble), self->expand, 1);
  }
  if (self->expand)
    gtk_widget_set_visible (self->expand, show);
}

/* The first letter decides (Unicode Annex 9, rule P2), for the scripts that are written so today.
 */
static gboolean
reads_from_right (const char *text)
{
  while (*text && !g_unichar_isalpha (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  switch (g_unichar_get_script (g_utf8_get_char (text))) {
  case G_UNICODE_SCRIPT_ARABIC:
  case G_UNICODE_SCRIPT_HEBREW:
  case G_UNICODE_SCRIPT_SYRIAC:
  case G_UNICODE_SCRIPT_THAANA:
  case G_UNICODE_SCRIPT_NKO:
  case G_UNICODE_SCRIPT_ADLAM:
    return TRUE;
  default:
    return FALSE;
  }
}

/* A text reads from its own side: Arabic from the right, also where the window is English. */
static void
align_text (UllimMessageBubble *self, const char *text)
{
  gboolean right = reads_from_right (text);
  gboolean window_right = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;

  gtk_label_set_xalign (GTK_LABEL (self->text), right != window_right ? 1 : 0);
}

static void
update_text (UllimMessageBubble *self)
{
  const char *text = ullim_message_get_text (self->message);
  gsize    length = self->flags & ULLIM_BUBBLE_EXPANDED ? strlen (text) : collapsed_length (text);
  gboolean collapsed = text[length] != '\0';
  g_autofree char *shown = NULL;
  g_autofree char *markup = NULL;
  glong            chars;
  gboolean         beside;

  if (collapsed)
    shown = g_strdup_printf ("%.*s…", (int) length, text);
  else
    shown = g_strdup (text);
  markup = ullim_text_links_to_markup (shown);
  if (markup)
    gtk_label_set_markup (GTK_LABEL (self->text), markup);
  else
    gtk_label_set_text (GTK_LABEL (self->text), shown);
  ullim_message_text_set_wrap (ULLIM_MESSAGE_TEXT (self->text));
  align_text (self, shown);
  show_expand (self, collapsed);
  set_class (self->bubble, "emoji", ullim_emoji_text_count (shown, EMOJI_MAX) > 0);

  chars = g_utf8_strlen (shown, -1);
  beside = chars <= BESIDE_MAX_CHARS && !strchr (shown, '\n');
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->content),
                                  beside ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL);
  update_highlight (self);
}

/* The target goes first: an action without the target that it needs is complained about. */
static void
set_action (GtkWidget *widget, const char *action, gint64 id)
{
  gtk_actionable_set_action_target (GTK_ACTIONABLE (widget), "x", id);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (widget), action);
}

static GtkWidget *
new_action_button (UllimMessageBubble *self, const char *label)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  set_class (button, "flat", TRUE);
  gtk_container_add (GTK_CONTAINER (self->failure), button);
  return button;
}

static void
make_failure (UllimMessageBubble *self)
{
  self->failure = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_halign (self->failure, GTK_ALIGN_END);
  set_class (self->failure, "failure", TRUE);
  self->reason = gtk_label_new (NULL);
  gtk_label_set_line_wrap (GTK_LABEL (self->reason), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (self->reason), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (self->reason), REASON_MAX_CHARS);
  gtk_label_set_xalign (GTK_LABEL (self->reason), 1);
  gtk_container_add (GTK_CONTAINER (self->failure), self->reason);
  self->retry = new_action_button (self, _ ("Retry"));
  self->discard = new_action_button (self, _ ("Delete"));
  gtk_widget_show_all (self->failure);
  gtk_box_pack_start (GTK_BOX (self), self->failure, FALSE, FALSE, 0);
}

/* A message that waits can have a reason too; it is tried again by itself. */
static void
update_failure (UllimMessageBubble *self)
{
  gboolean     failed = ullim_message_get_delivery (self->message) == ULLIM_DELIVERY_FAILED;
  gboolean     waits = ullim_message_get_delivery (self->message) == ULLIM_DELIVERY_QUEUED;
  UllimProblem problem = ullim_message_get_problem (self->message);
  gboolean     show = failed || (waits && problem != ULLIM_PROBLEM_NONE);
  gint64       id = ullim_message_get_id (self->message);

  if (show && !self->failure)
    make_failure (self);
  if (self->failure)
    gtk_widget_set_visible (self->failure, show);
  if (!show)
    return;
  gtk_label_set_text (GTK_LABEL (self->reason), ullim_problem_text (problem));
  set_class (self->failure, "waits", waits);
  gtk_widget_set_visible (self->retry, failed);
  gtk_widget_set_visible (self->discard, failed);
  set_action (self->retry, "message.retry", id);
  set_action (self->discard, "message.discard", id);
}

/* What a screen reader says of the row: who, when, state, text. */
static void
update_accessible (UllimMessageBubble *self)
{
  const char      *who = is_own (self) ? _ ("You") : self->name;
  const char      *text = gtk_label_get_text (GTK_LABEL (self->text));
  g_autofree char *when =
      ullim_time_text_full (ullim_message_get_time (self->message), g_get_real_time ());
  g_autofree char *name = NULL;

  if (is_own (self))
    /* Translators: read aloud for a message: who, when, its state, what it says */
    name = g_strdup_printf (_ ("%s, %s, %s: %s"), who, when,
                            ullim_state_text_delivery (ullim_message_get_delivery (self->message)),
                            text);
  else
    /* Translators: read aloud for a message: who, when, what it says */
    name = g_strdup_printf (_ ("%s, %s: %s"), who ? who : "", when, text);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self)), name);
}

static void
update_delivery (UllimMessageBubble *self)
{
  UllimDelivery delivery = ullim_message_get_delivery (self->message);
  const char   *icon = ullim_state_text_delivery_icon (delivery);

  gtk_widget_set_visible (self->state, icon != NULL);
  set_class (self->bubble, "failed", delivery == ULLIM_DELIVERY_FAILED);
  if (icon) {
    const char *words = ullim_state_text_delivery (delivery);

    gtk_image_set_from_icon_name (GTK_IMAGE (self->state), icon, GTK_ICON_SIZE_MENU);
    gtk_widget_set_tooltip_text (self->state, words);
    atk_object_set_name (gtk_widget_get_accessible (self->state), words);
  }
  update_failure (self);
  update_accessible (self);
}

static void
on_delivery_changed (UllimMessageBubble *self)
{
  update_delivery (self);
}

static GtkWidget *
make_day (UllimMessageBubble *self)
{
  GtkWidget *day = gtk_label_new (NULL);

  gtk_widget_set_halign (day, GTK_ALIGN_CENTER);
  set_class (day, "day", TRUE);
  gtk_box_pack_start (GTK_BOX (self), day, FALSE, FALSE, 0);
  gtk_box_reorder_child (GTK_BOX (self), day, 0);
  return day;
}

static GtkWidget *
make_unread (UllimMessageBubble *self)
{
  GtkWidget *unread = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new (_ ("New Messages"));

  for (int side = 0; side < 2; side++) {
    GtkWidget *line = gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);

    gtk_widget_set_valign (line, GTK_ALIGN_CENTER);
    gtk_box_pack_start (GTK_BOX (unread), line, TRUE, TRUE, 0);
    if (side == 0)
      gtk_box_pack_start (GTK_BOX (unread), label, FALSE, FALSE, 0);
  }
  set_class (unread, "unread-divider", TRUE);
  gtk_widget_show_all (unread);
  gtk_box_pack_start (GTK_BOX (self), unread, FALSE, FALSE, 0);
  gtk_box_reorder_child (GTK_BOX (self), unread, self->day ? 1 : 0);
  return unread;
}

static void
update_context (UllimMessageBubble *self)
{
  if (self->flags & ULLIM_BUBBLE_DAY) {
    g_autofree char *day =
        ullim_time_text_day (ullim_message_get_time (self->message), g_get_real_time ());

    if (!self->day)
      self->day = make_day (self);
    gtk_label_set_text (GTK_LABEL (self->day), day);
  }
  if (self->day)
    gtk_widget_set_visible (self->day, self->flags & ULLIM_BUBBLE_DAY);
  if (self->flags & ULLIM_BUBBLE_UNREAD && !self->unread)
    self->unread = make_unread (self);
  if (self->unread)
    gtk_widget_set_visible (self->unread, self->flags & ULLIM_BUBBLE_UNREAD);
  set_class (GTK_WIDGET (self), "group-start", self->flags & ULLIM_BUBBLE_GROUP_START);
  set_class (GTK_WIDGET (self), "group-end", self->flags & ULLIM_BUBBLE_GROUP_END);
}

static void
update_side (UllimMessageBubble *self)
{
  g_autofree char *clock = ullim_time_text_clock (ullim_message_get_time (self->message));

  gtk_widget_set_halign (self->bubble, is_own (self) ? GTK_ALIGN_END : GTK_ALIGN_START);
  set_class (GTK_WIDGET (self), "own", is_own (self));
  gtk_label_set_text (GTK_LABEL (self->time), clock);
}

static void
set_message (UllimMessageBubble *self, UllimMessage *message)
{
  if (self->message)
    g_signal_handlers_disconnect_by_func (self->message, on_delivery_changed, self);
  g_set_object (&self->message, message);
  if (message)
    g_signal_connect_object (message, "notify::delivery", G_CALLBACK (on_delivery_changed), self,
                             G_CONNECT_SWAPPED);
}

void
ullim_message_bubble_bind (UllimMessageBubble *self,
                           UllimMessage       *message,
                           UllimBubbleFlags    flags,
                           const char         *name,
                           guint               today)
{
  gboolean same = message == self->message;
  gboolean same_text = same && !((flags ^ self->flags) & ULLIM_BUBBLE_EXPANDED);

  if (same && flags == self->flags && today == self->today && g_strcmp0 (name, self->name) == 0)
    return;
  if (!same)
    set_message (self, message);
  self->flags = flags;
  self->today = today;
  if (g_strcmp0 (name, self->name) != 0) {
    g_free (self->name);
    self->name = g_strdup (name);
  }
  if (!message)
    return;
  update_context (self);
  if (!same)
    update_side (self);
  if (!same_text)
    update_text (self);
  update_delivery (self);
}

UllimMessage *
ullim_message_bubble_get_message (UllimMessageBubble *self)
{
  return self->message;
}

void
ullim_message_bubble_set_highlight (UllimMessageBubble *self, const char *const *words)
{
  self->highlight = words;
  if (self->message)
    update_highlight (self);
}

void
ullim_message_bubble_set_flash (UllimMessageBubble *self, gboolean flash)
{
  set_class (GTK_WIDGET (self), "flash", flash);
}

static void
set_clipboard (UllimMessageBubble *self, const char *text)
{
  GtkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self), GDK_SELECTION_CLIPBOARD);

  gtk_clipboard_set_text (clipboard, text, -1);
}

void
ullim_message_bubble_copy (UllimMessageBubble *self)
{
  const char      *text = ullim_message_get_text (self->message);
  g_autofree char *selected = NULL;
  int              start, end;

  if (gtk_label_get_selection_bounds (GTK_LABEL (self->text), &start, &end)) {
    text = gtk_label_get_text (GTK_LABEL (self->text));
    selected = g_utf8_substring (text, start, end);
    text = selected;
  }
  set_clipboard (self, text);
}

static void
on_copy (UllimMessageBubble *self)
{
  if (self->message)
    ullim_message_bubble_copy (self);
}

static void
on_copy_link (UllimMessageBubble *self)
{
  if (self->link)
    set_clipboard (self, self->link);
}

static void
add_item (UllimMessageBubble *self, GtkWidget *menu, const char *label, GCallback callback)
{
  GtkWidget *item = gtk_menu_item_new_with_mnemonic (label);

  g_signal_connect_object (item, "activate", callback, self, G_CONNECT_SWAPPED);
  gtk_menu_shell_append (GTK_MENU_SHELL (menu), item);
}

static void
add_action_item (UllimMessageBubble *self, GtkWidget *menu, const char *label, const char *action)
{
  GtkWidget *item = gtk_menu_item_new_with_mnemonic (label);

  set_action (item, action, ullim_message_get_id (self->message));
  gtk_menu_shell_append (GTK_MENU_SHELL (menu), item);
}

static void
popup_menu (UllimMessageBubble *self, const GdkEvent *event)
{
  GtkWidget    *menu = gtk_menu_new ();
  UllimDelivery delivery;

  /* The last one is kept until now: its item is activated after it is gone from the screen. */
  g_clear_pointer (&self->menu, gtk_widget_destroy);
  self->menu = menu;
  g_free (self->link);
  self->link = g_strdup (gtk_label_get_current_uri (GTK_LABEL (self->text)));
  gtk_menu_attach_to_widget (GTK_MENU (menu), GTK_WIDGET (self), NULL);
  add_item (self, menu, _ ("_Copy"), G_CALLBACK (on_copy));
  if (self->link)
    add_item (self, menu, _ ("Copy _Link"), G_CALLBACK (on_copy_link));
  delivery = ullim_message_get_delivery (self->message);
  if (delivery == ULLIM_DELIVERY_FAILED)
    add_action_item (self, menu, _ ("_Retry"), "message.retry");
  if (delivery == ULLIM_DELIVERY_FAILED || delivery == ULLIM_DELIVERY_QUEUED)
    add_action_item (self, menu, _ ("_Delete"), "message.discard");
  gtk_widget_show_all (menu);
  if (event)
    gtk_menu_popup_at_pointer (GTK_MENU (menu), event);
  else
    gtk_menu_popup_at_widget (GTK_MENU (menu), self->bubble, GDK_GRAVITY_SOUTH_WEST,
                              GDK_GRAVITY_NORTH_WEST, NULL);
}

static void
on_secondary_pressed (GtkGestureMultiPress *gesture, int n_press, double x, double y, gpointer data)
{
  UllimMessageBubble *self = ULLIM_MESSAGE_BUBBLE (data);
  GdkEventSequence   *sequence =
      gtk_gesture_single_get_current_sequence (GTK_GESTURE_SINGLE (gesture));
  const GdkEvent *event = gtk_gesture_get_last_event (GTK_GESTURE (gesture), sequence);

  if (!self->message || !event || !gdk_event_triggers_context_menu (event))
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  popup_menu (self, event);
}

static gboolean
ullim_message_bubble_popup_menu (GtkWidget *widget)
{
  UllimMessageBubble *self = ULLIM_MESSAGE_BUBBLE (widget);

  if (!self->message)
    return FALSE;
  popup_menu (self, NULL);
  return TRUE;
}

static gboolean
on_text_popup_menu (UllimMessageBubble *self)
{
  return ullim_message_bubble_popup_menu (GTK_WIDGET (self));
}

static gboolean
on_activate_link (UllimMessageBubble *self, const char *uri)
{
  GActionGroup *actions = NULL;
  GtkWidget    *holder = GTK_WIDGET (self);

  if (!ullim_text_links_is_safe (uri))
    return TRUE;
  while (holder && !(actions = gtk_widget_get_action_group (holder, "message")))
    holder = gtk_widget_get_parent (holder);
  if (actions)
    g_action_group_activate_action (actions, "open-link", g_variant_new_string (uri));
  return TRUE;
}

/* The Tab key goes from the row to what is in it, and then on to the next widget of the window;
 * from row to row one goes by the arrow keys. */
static gboolean
ullim_message_bubble_focus (GtkWidget *widget, GtkDirectionType direction)
{
  UllimMessageBubble *self = ULLIM_MESSAGE_BUBBLE (widget);
  GtkWidget          *inside[] = {self->text, self->expand, self->retry, self->discard};
  GtkWidget          *focused = gtk_container_get_focus_child (GTK_CONTAINER (self));
  GtkWidget *window_focus = gtk_window_get_focus (GTK_WINDOW (gtk_widget_get_toplevel (widget)));
  int        current = -1;

  if (!focused && !gtk_widget_has_focus (widget)) {
    gtk_widget_grab_focus (widget);
    return TRUE;
  }
  if (direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (inside); i++) {
    if (inside[i] && window_focus == inside[i])
      current = (int) i;
  }
  /* A text with links has a place for each of them. */
  if (current == 0 && gtk_widget_child_focus (self->text, direction))
    return TRUE;
  if (direction == GTK_DIR_TAB_BACKWARD) {
    if (current < 0)
      return FALSE;
    gtk_widget_grab_focus (widget);
    return TRUE;
  }
  for (int i = current + 1; i < (int) G_N_ELEMENTS (inside); i++) {
    if (inside[i] && gtk_widget_is_visible (inside[i]) &&
        gtk_widget_child_focus (inside[i], direction))
      return TRUE;
  }
  return FALSE;
}

static gboolean
ullim_message_bubble_key_press (GtkWidget *widget, GdkEventKey *event)
{
  UllimMessageBubble *self = ULLIM_MESSAGE_BUBBLE (widget);

  if (self->message && (event->state & GDK_CONTROL_MASK) &&
      (event->keyval == GDK_KEY_c || event->keyval == GDK_KEY_Insert)) {
    ullim_message_bubble_copy (self);
    return TRUE;
  }
  return GTK_WIDGET_CLASS (ullim_message_bubble_parent_class)->key_press_event (widget, event);
}

static void
ullim_message_bubble_dispose (GObject *object)
{
  UllimMessageBubble *self = ULLIM_MESSAGE_BUBBLE (object);

  if (self->message)
    set_message (self, NULL);
  g_clear_pointer (&self->menu, gtk_widget_destroy);
  G_OBJECT_CLASS (ullim_message_bubble_parent_class)->dispose (object);
}

static void
ullim_message_bubble_finalize (GObject *object)
{
  UllimMessageBubble *self = ULLIM_MESSAGE_BUBBLE (object);

  g_free (self->name);
  g_free (self->link);
  G_OBJECT_CLASS (ullim_message_bubble_parent_class)->finalize (object);
}

static void
ullim_message_bubble_class_init (UllimMessageBubbleClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ullim_message_bubble_dispose;
  object_class->finalize = ullim_message_bubble_finalize;
  widget_class->focus = ullim_message_bubble_focus;
  widget_class->popup_menu = ullim_message_bubble_popup_menu;
  widget_class->key_press_event = ullim_message_bubble_key_press;
  gtk_widget_class_set_css_name (widget_class, "messagerow");
  gtk_widget_class_set_accessible_role (widget_class, ATK_ROLE_LIST_ITEM);

  signals[SIGNAL_EXPAND] = g_signal_new ("expand", ULLIM_TYPE_MESSAGE_BUBBLE, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
make_text (UllimMessageBubble *self)
{
  self->text = ullim_message_text_new ();
  g_signal_connect_object (self->text, "activate-link", G_CALLBACK (on_activate_link), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->text, "popup-menu", G_CALLBACK (on_text_popup_menu), self,
                           G_CONNECT_SWAPPED);
}

static gboolean
on_query_tooltip (UllimMessageBubble *self,
                  int                 x,
                  int                 y,
                  gboolean            keyboard,
                  GtkTooltip         *tooltip,
                  GtkWidget          *time)
{
  g_autofree char *when = NULL;

  if (!self->message)
    return FALSE;
  when = ullim_time_text_full (ullim_message_get_time (self->message), g_get_real_time ());
  gtk_tooltip_set_text (tooltip, when);
  return TRUE;
}

static void
make_footer (UllimMessageBubble *self)
{
  self->footer = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  gtk_widget_set_halign (self->footer, GTK_ALIGN_END);
  gtk_widget_set_valign (self->footer, GTK_ALIGN_END);
  gtk_widget_set_margin_start (self->footer, 10);
  set_class (self->footer, "footer", TRUE);
  self->time = gtk_label_new (NULL);
  gtk_widget_set_has_tooltip (self->time, TRUE);
  g_signal_connect_object (self->time, "query-tooltip", G_CALLBACK (on_query_tooltip), self,
                           G_CONNECT_SWAPPED);
  gtk_container_add (GTK_CONTAINER (self->footer), self->time);
  self->state = gtk_image_new ();
  gtk_image_set_pixel_size (GTK_IMAGE (self->state), 14);
  gtk_container_add (GTK_CONTAINER (self->footer), self->state);
}

static void
ullim_message_bubble_init (UllimMessageBubble *self)
{
  GtkGesture *gesture;

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_widget_set_can_focus (GTK_WIDGET (self), TRUE);
  self->bubble = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  set_class (self->bubble, "bubble", TRUE);
  self->content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  make_text (self);
  make_footer (self);
  gtk_box_pack_start (GTK_BOX (self->content), self->text, TRUE, TRUE, 0);
  gtk_box_pack_start (GTK_BOX (self->content), self->footer, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (self->bubble), self->content, FALSE, FALSE, 0);
  gtk_box_pack_start (GTK_BOX (self), self->bubble, FALSE, FALSE, 0);
  gtk_widget_show_all (self->bubble);

  gesture = gtk_gesture_multi_press_new (GTK_WIDGET (self));
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (gesture), 0);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (gesture), GTK_PHASE_CAPTURE);
  g_signal_connect_object (gesture, "pressed", G_CALLBACK (on_secondary_pressed), self, 0);
  /* GTK 3: the widget does not own its gesture; it must not outlive it either. */
  g_object_set_data_full (G_OBJECT (self), "menu-gesture", gesture, g_object_unref);
}

GtkWidget *
ullim_message_bubble_new (void)
{
  return g_object_new (ULLIM_TYPE_MESSAGE_BUBBLE, "visible", TRUE, NULL);
}
