/* Reading a plan's Markdown back into a document: lines, headings, lists, tables, texts; a file for each kind of
 * section. Everything returns ERR_INVALID with the line in words where it does not understand what stands there. */
#ifndef PLAN_READ_H
#define PLAN_READ_H

#include "plan/read_text.h"
#include "plan/sections.h"

enum line_kind { LINE_TEXT, LINE_OPEN, LINE_CODE, LINE_CLOSE }; /* outside a fence, its first line, in it, its last */
struct line {
    struct cut c; /* without the line's end */
    enum line_kind kind;
};
struct head {
    int level;
    const char *id;     /* of its anchor; NULL: it has none. Phases that are new get theirs here */
    struct cut title;   /* as it stands, with its number */
    size_t at;          /* its line */
    size_t first;       /* its anchor's line, or its own */
    size_t to;          /* the line where the next heading begins */
    size_t phase;       /* "P3" in its title: 3; 0: none */
};
struct reader {
    struct arena *a;      /* of what is read */
    struct arena *scratch;
    struct err *e;
    struct document *d;
    const struct document *base; /* may be NULL */
    int64_t next_phase;          /* the least number of a new phase */
    bool nomem;                  /* memory has run out where nothing could say so */
    LIST(struct line) lines;
    LIST(struct head) heads;
};
typedef enum err_kind read_section_fn(struct reader *r, size_t from, size_t to);

_printf_(3, 4) enum err_kind read_fail(struct reader *r, size_t line, const char *fmt, ...);
/* An arena of the reader's is out of memory. */
enum err_kind read_nomem(struct reader *r);

/* A list item with what is indented below it. */
struct item {
    size_t line;
    int depth; /* 0, or 1 for an item below another */
    struct cut c;
    size_t fence; /* the first line of a fence below it; 0: none */
};
typedef LIST(struct item) item_list;
_must_check_ enum err_kind read_items(struct reader *r, size_t from, size_t to, item_list *ret);
/* "[ ] " at the beginning, or "[x] ". */
bool read_checkbox(struct cut *c);

enum { CELLS_MAX = 5 };
struct row {
    size_t line;
    struct cut cells[CELLS_MAX];
};
typedef LIST(struct row) row_list;
_must_check_ enum err_kind read_table(struct reader *r, size_t from, size_t to, size_t cells, row_list *ret);
_must_check_ enum err_kind read_choice(struct reader *r, size_t line, struct cut c, const char *const *names, int *ret);

/* What text_block() wrote; NULL: nothing is there. */
_must_check_ enum err_kind read_block(struct reader *r, size_t from, size_t to, const char **ret);
/* What is in the fence that opens at the line, and the line behind it. ret may be NULL. */
_must_check_ enum err_kind read_fence(struct reader *r, size_t open, int indent, const char **ret, size_t *ret_next);
bool read_open_end(const struct reader *r, size_t open); /* the code has no line end behind its last line */
/* The word behind a fence. NULL: none */
const char *read_language(struct reader *r, size_t open);
/* The first line from where on that begins with one of the labels, behind list markers or not; to: none. */
size_t read_find(const struct reader *r, size_t from, size_t to, const char *const *labels, size_t *ret_label);
/* A copy of base where the two differ in white space and list markers alone (markers: and where lines of prose end),
 * else s. */
const char *read_settle(struct reader *r, const char *s, const char *base, bool markers);

/* A phase's index by "P2" or its id; false: there is none. */
_must_check_ enum err_kind read_phase_ref(struct reader *r, size_t line, struct cut c, const char **ret);
_must_check_ enum err_kind read_phase(struct reader *r, size_t head, size_t *ret_next);
_must_check_ enum err_kind read_step(struct reader *r, const struct head *h, struct phase *p);
/* Checks and rollback of a phase, from one of their labels on. */
_must_check_ enum err_kind read_tail(struct reader *r, size_t from, size_t to, struct phase *p);
const struct phase *read_base_phase(const struct reader *r, const char *id);

read_section_fn read_header, read_overview, read_decisions, read_questions, read_assumptions, read_risks, read_timeline,
    read_requirements, read_scope, read_tests, read_success, read_stack, read_rollback, read_documentation, read_done,
    read_migration, read_waived;

/* The text as one row of words, with a line break before what begins a block; one with code in it as it is. */
void read_unwrap(const char *s, struct buf *b);
/* Texts that differ from one of base in nothing but what typewriters do not have (quotation marks, dashes, dots, blanks)
 * are that one again: an editor has put them in. */
_must_check_ enum err_kind read_typewriter(const struct document *base, struct document *d, struct arena *a,
                                           struct err *e);

#endif
