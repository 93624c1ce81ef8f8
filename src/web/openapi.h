/* The API document: written as YAML, built in, served as JSON. */
#ifndef WEB_OPENAPI_H
#define WEB_OPENAPI_H

#include "pland/base/buf.h"

/* The document built in; ERR_NOT_FOUND when this build has none. */
_must_check_ enum err_kind web_openapi_json(struct buf *b, struct err *e);
/* Any YAML document of plain trees (no anchors, no tags) as JSON. */
_must_check_ enum err_kind yaml_json(const char *text, size_t n, struct buf *b, struct err *e);

#endif
