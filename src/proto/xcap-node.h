/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One element or attribute of a document, read and changed by its XCAP URI (RFC 4825 section 8.2).
 * Pure functions, any thread.
 */
#pragma once

#include "xcap-uri.h"
#include "xml.h"

G_BEGIN_DECLS

/** Content types of a part of a document (RFC 4825 sections 15.2.1 and 15.2.2), and of the reason
 * for a 409. */
#define ULLIM_XCAP_ELEMENT_CONTENT_TYPE "application/xcap-el+xml"
#define ULLIM_XCAP_ATTRIBUTE_CONTENT_TYPE "application/xcap-att+xml"
#define ULLIM_XCAP_ERROR_CONTENT_TYPE "application/xcap-error+xml"

/**
 * UllimXcapResult:
 * @ULLIM_XCAP_NOT_FOUND: nothing, or more than one, is there (404)
 * @ULLIM_XCAP_NO_PARENT: there is nothing that it could be put into (409)
 * @ULLIM_XCAP_CANNOT_INSERT: it would not be found again by that URI (409)
 * @ULLIM_XCAP_CANNOT_DELETE: something else would be found by that URI afterwards (409)
 * @ULLIM_XCAP_NOT_XML_FRAGMENT: not one well-formed element (409)
 * @ULLIM_XCAP_NOT_ATTRIBUTE_VALUE: (409)
 *
 * RFC 4825 section 11.
 */
typedef enum {
  ULLIM_XCAP_CREATED,
  ULLIM_XCAP_REPLACED,
  ULLIM_XCAP_NOT_FOUND,
  ULLIM_XCAP_NO_PARENT,
  ULLIM_XCAP_CANNOT_INSERT,
  ULLIM_XCAP_CANNOT_DELETE,
  ULLIM_XCAP_NOT_XML_FRAGMENT,
  ULLIM_XCAP_NOT_ATTRIBUTE_VALUE,
} UllimXcapResult;

/** ullim_xcap_result_name: Returns: (nullable): the element of application/xcap-error+xml (section
 * 11.2) for a 409 */
const char *ullim_xcap_result_name (UllimXcapResult result);

/** ullim_xcap_node_get: Returns: (transfer full) (nullable): an element as XML without
 * declaration, or the value of an attribute; %NULL: not found. @uri has steps, also below */
char *ullim_xcap_node_get (UllimXmlNode *root, const UllimXcapUri *uri);

/**
 * ullim_xcap_node_put:
 * @root: (inout): another one if the root itself is replaced
 * @data: an element, in the scope of the namespaces where it is put; or the value of an attribute
 */
UllimXcapResult
ullim_xcap_node_put (UllimXmlNode **root, const UllimXcapUri *uri, const char *data, gsize length);

/** ullim_xcap_node_delete: the root itself cannot be deleted */
UllimXcapResult ullim_xcap_node_delete (UllimXmlNode *root, const UllimXcapUri *uri);

G_END_DECLS
