/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One presence of a person out of what their devices publish (RFC 3903 section 4.1 leaves the rules
 * to us). Pure function, any thread.
 */
#pragma once

#include "presence-doc.h"

G_BEGIN_DECLS

/** Most tuples of a composed document; what is left out is older. */
#define ULLIM_PRESENCE_MAX_COMPOSED_TUPLES 16

/** UllimPresenceSource: what one device published, and when by the clock of whoever composes, us */
typedef struct {
  const UllimPresenceDoc *doc;
  gint64                  published_us;
} UllimPresenceSource;

/**
 * ullim_presence_compose:
 * @entity: the person
 * @sources: (array length=n_sources): one for each device whose publication has not expired
 *
 * The rules:
 * 1. All tuples of all devices are kept, without their notes, newest first. One whose id another
 *    has already gets a number behind it: several devices of one make often use the same id.
 * 2. The person is reachable if any device says open. If any does, those that say closed no longer
 *    count in what follows.
 * 3. An activity greater than away was chosen, or is a call: the greatest of any device holds for
 *    the person. Otherwise who is available at one device is available, and who is away is away
 *    from all.
 * 4. The note is that of the newest device that has one, of those with the person's activity
 *    before others.
 * 5. The person is idle if all devices are; since the last of them.
 * 6. Nobody published: one tuple that is closed.
 *
 * Returns: (transfer full)
 */
UllimPresenceDoc *
ullim_presence_compose (const char *entity, const UllimPresenceSource *sources, guint n_sources);

G_END_DECLS
