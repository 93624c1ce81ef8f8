/* Which files matter for a ticket: explicit mentions first; then words of the ticket in texts, in the names they define
 * and in paths (BM25 over fields), and what past commits with like messages changed; then what changes together with the
 * best of these, their tests and neighbours. Deterministic for a tree and its history, whatever the locale and however
 * many processors there are. */
#ifndef PLAND_SURVEY_RELEVANCE_H
#define PLAND_SURVEY_RELEVANCE_H

#include "pland/survey/survey.h"

struct relevance_query {
    const char *title, *text;   /* of the ticket; either may be NULL */
    LIST(const char *) mentions;/* paths somebody named, with or without directories */
    size_t limit;               /* files to return; 0: 30 */
    int64_t max_bytes;          /* to read; 0: 4 GiB */
};
struct relevant_file {
    const char *path;
    int64_t score;   /* thousandths of what the best file by words has; mentions have 1,000,000 and more */
    const char *why; /* "named in the ticket; words: token, expiry" */
    int64_t line;    /* first line that has one of the words; 0: none */
    bool mentioned;
};
struct relevance {
    LIST(struct relevant_file) files;  /* best first, ties by path */
    LIST(const char *) words;          /* what was looked for */
    LIST(const char *) missing;        /* mentions that resolve to nothing */
    bool partial;
};
extern const struct record relevance_record;

_must_check_ enum err_kind survey_relevant(struct tree *t, const struct survey *s, const struct relevance_query *q,
                                           struct arena *a, struct relevance *ret, struct err *e);
/* Paths of the tree that a text names ("src/auth.c:12", `auth.c` when it is unique), in order of appearance. */
struct path_mentions { LIST(struct evidence) paths; };
_must_check_ enum err_kind survey_mentions(const struct tree *t, const char *text, struct arena *a,
                                           struct path_mentions *ret, struct err *e);

/* The lines of a text that define something, as "12: class Token:", at most max bytes of them. */
void survey_outline(const char *text, size_t max, struct buf *ret);

#endif
