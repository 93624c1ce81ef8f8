/* Manifests in JSON, with the line of what is in them. */
#ifndef SURVEY_JSON_H
#define SURVEY_JSON_H

#include "survey/inner.h"

/* NULL: does not parse or is no object; a problem says so. The caller's (json_decref). */
json_t *json_manifest(struct scan *c, const struct manifest_text *m);
/* The line of `"key":` after `"section":`; the section's own when the key is not found. */
int64_t json_line(const struct manifest_text *m, const char *section, const char *key);
/* The line of the text `"text"` after `"section":`; 0: none. */
int64_t json_line_of_text(const struct manifest_text *m, const char *section, const char *text);

#endif
