/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pictures of people who are in sight: read from the book when first asked for, unfolded on
 * another thread, and kept for those who were drawn last. Main thread.
 */
#pragma once

#include <cairo.h>

#include "people-service.h"

G_BEGIN_DECLS

/** Most pictures kept, and most that are being read at a time. */
#define ULLIM_PHOTO_CACHE_MAX_KEPT 256
#define ULLIM_PHOTO_CACHE_MAX_LOADING 4

#define ULLIM_TYPE_PHOTO_CACHE (ullim_photo_cache_get_type ())
G_DECLARE_FINAL_TYPE (UllimPhotoCache, ullim_photo_cache, ULLIM, PHOTO_CACHE, GObject)

/** Signal of UllimPhotoCache: loaded (UllimContact *): their picture is there, or is another */

/** ullim_photo_cache_new: @size: width and height, px; @scale: of the screen */
UllimPhotoCache *ullim_photo_cache_new (UllimPeopleService *people, int size, int scale);

/** ullim_photo_cache_get: Returns: (transfer none) (nullable): %NULL: none, or not yet */
cairo_surface_t *ullim_photo_cache_get (UllimPhotoCache *self, UllimContact *contact);

G_END_DECLS
