/* Reading plans that were written elsewhere: lines with what surrounds them, what a line wants of a path it names. */
#ifndef CHECK_FOREIGN_H
#define CHECK_FOREIGN_H

#include "check/inner.h"

/* What the words around a path say of it. */
enum intent {
    INTENT_NONE,     /* it is mentioned */
    INTENT_THERE,    /* it is changed, removed, read: it exists */
    INTENT_NEW,      /* it is what is created */
    INTENT_SOFT,     /* it is added or written: new unless it exists */
    INTENT_PLACE     /* something is created in it: it may exist, or be new itself */
};

enum { LINE_SPAN_MAX = 4000, LEVELS_MAX = 12 };

enum line_kind { LINE_PROSE, LINE_DATA, LINE_SHELL, LINE_DIFF, LINE_CODE };
struct foreign_line {
    const char *s; /* NUL-terminated, without the line's end */
    size_t n;
    int64_t number;
    const char *heading;
    enum intent around; /* what the heading, the label or the list item above says */
    enum line_kind kind;
    bool created;       /* of a diff: the file is new */
};
typedef void foreign_line_fn(struct checking *c, const struct foreign_line *l, void *arg);

/* Calls back for every line that may name something; adds what text rules look at to c->texts. */
void foreign_lines(struct checking *c, const char *md, size_t n, foreign_line_fn *fn, void *arg);

/* What stands before and behind a path in its line. at: where it begins, end: behind it. */
enum intent intent_at(const char *line, size_t at, size_t end);
/* Of a heading, of a label, of a line that ends in ':'. */
enum intent intent_of_title(const char *p, size_t n);
/* Paths of a line, judged. commit: only notes what is created; else reports. */
void foreign_refs(struct checking *c, const struct foreign_line *l, bool commit);
/* Commands that the plan adds: scripts in blocks, "a `make e2e` target". */
void foreign_brings(struct checking *c);

#endif
