/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bodies of several parts: multipart (RFC 2046 section 5.1), multipart/related (RFC 2387), split
 * and join; and what stands in a Content-Type. Pure functions, any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Longest body, most parts, longest boundary (RFC 2046 section 5.1.1), longest headers of a part,
 * longest Content-Type that are read. */
#define ULLIM_MIME_MAX_BYTES (4 * 1024 * 1024)
#define ULLIM_MIME_MAX_PARTS 16384
#define ULLIM_MIME_MAX_BOUNDARY_BYTES 70
#define ULLIM_MIME_MAX_HEADER_BYTES 4096
#define ULLIM_MIME_MAX_TYPE_BYTES 1024

#define ULLIM_MIME_ERROR (ullim_mime_error_quark ())
GQuark ullim_mime_error_quark (void);

/**
 * UllimMimeError:
 * @ULLIM_MIME_ERROR_LIMIT: over one of the limits above
 * @ULLIM_MIME_ERROR_TYPE: not multipart, or without a boundary
 * @ULLIM_MIME_ERROR_SYNTAX: no parts, a damaged header, an unknown encoding, or cut off
 */
typedef enum {
  ULLIM_MIME_ERROR_LIMIT,
  ULLIM_MIME_ERROR_TYPE,
  ULLIM_MIME_ERROR_SYNTAX,
} UllimMimeError;

/**
 * UllimMimePart:
 * @type: Content-Type; "text/plain" where none is told
 * @id: (nullable): Content-ID without its brackets
 * @body: the body, its transfer encoding undone
 */
typedef struct {
  char   *type;
  char   *id;
  GBytes *body;
} UllimMimePart;

/** ullim_mime_is: whether @type, a Content-Type, is @media ("text/plain"), whatever its parameters;
 * @type: (nullable) */
gboolean ullim_mime_is (const char *type, const char *media);

/** ullim_mime_param: Returns: (transfer full) (nullable): the parameter @name of a Content-Type,
 * unquoted; names compare without case */
char *ullim_mime_param (const char *type, const char *name);

/** ullim_mime_part_new: Returns: (transfer full); @id: (nullable) */
UllimMimePart *ullim_mime_part_new (const char *type, const char *id, GBytes *body);

void ullim_mime_part_free (UllimMimePart *part);

/**
 * ullim_mime_split:
 * @type: the Content-Type of @body, a multipart one
 * @error: return location for a %ULLIM_MIME_ERROR
 *
 * The bodies of the parts share the memory of @body. Parts of parts are not looked into.
 *
 * Returns: (transfer full) (element-type UllimMimePart) (nullable): in order, at least one
 */
GPtrArray *ullim_mime_split (const char *type, GBytes *body, GError **error);

/**
 * ullim_mime_find:
 * @parts: (element-type UllimMimePart)
 * @id: a Content-ID, with or without its brackets
 *
 * Returns: (transfer none) (nullable)
 */
UllimMimePart *ullim_mime_find (const GPtrArray *parts, const char *id);

/**
 * ullim_mime_join:
 * @parts: (element-type UllimMimePart): at least one
 * @type: a multipart type with the parameters it needs, but the boundary
 * @full_type: (out) (transfer full): the Content-Type with the boundary
 *
 * Returns: (transfer full): the body
 */
GBytes *ullim_mime_join (const GPtrArray *parts, const char *type, char **full_type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UllimMimePart, ullim_mime_part_free)

G_END_DECLS
