/* Between the files of the extraction: lines, sections, the reader's state. */
#ifndef PLANNER_OFFLINE_EXTRACT_INNER_H
#define PLANNER_OFFLINE_EXTRACT_INNER_H

#include "pland/planner/extract.h"
#include "planner/prose.h"

enum section_kind {
    SECTION_NONE,
    SECTION_REQUIREMENTS,
    SECTION_BACKGROUND,
    SECTION_GOAL,
    SECTION_PROPOSAL,
    SECTION_OUT,
    SECTION_OPTIONAL,
    SECTION_QUESTIONS,
    SECTION_EXPECTED,
    SECTION_ACTUAL,
    SECTION_STEPS,
    SECTION_TIMELINE,
    SECTION_REJECTED /* alternatives: nothing below them is wanted */
};
/* Whose name this heading is; SECTION_NONE: not one we know. */
enum section_kind extract_section_of(struct span heading);

enum line_kind { LINE_BLANK, LINE_HEADING, LINE_BULLET, LINE_TEXT, LINE_FENCE, LINE_ROW, LINE_IGNORED };
struct line {
    enum line_kind kind;
    struct span raw, text; /* text: without marker, trimmed */
    int64_t number;
    size_t level; /* of a heading (1 = top); of a bullet its depth */
    bool checked, checkbox;
};
/* Classifies one line by itself; jira: '#' begins a numbered list. */
void extract_line(struct span raw, int64_t number, bool jira, struct line *ret);
/* "1. Requirements" at the margin, alone in its paragraph: the heading of a numbered document. */
bool extract_is_chapter(const struct line *l, struct span next);
bool extract_is_jira(const char *text, size_t n);

/* Kinds of sentences. */
bool extract_is_normative(struct span s);
bool extract_is_must(struct span s);
bool extract_is_imperative(struct span s);
bool extract_is_excluding(struct span s); /* "X is out of scope" */
bool extract_is_optional(struct span s);  /* "… would be nice" */
bool extract_is_request(struct span s);   /* "Can we have …?" */
bool extract_is_rule(struct span s);      /* states how things are to be, where it stands among demands */
bool extract_is_story(struct span s);     /* "As a …, I want …" */
/* Length of the first sentence with its end. */
size_t extract_sentence(struct span s);
/* Emphasis, links and wiki macros removed; one line. */
char *extract_plain(struct arena *a, struct span s);

/* An item being read: a bullet or a paragraph with its continuation lines. */
enum { ITEM_LINES = 64, TABLE_COLUMNS = 8 };
struct open_item {
    struct buf text;
    size_t level;
    bool open, bullet, checkbox, row;
    struct {
        size_t at;
        int64_t line;
        struct span raw;
    } from[ITEM_LINES]; /* which line each part came from */
    size_t n_from;
};
struct pending_limit {
    struct extract_limit limit;
    const char *owner; /* text of the item that it was read in */
};
struct reader {
    struct arena *a;
    struct extract *x;
    enum section_kind section;
    size_t section_level, section_bullets;
    bool jira, fence, comment, gherkin, signature, next_blank;
    bool table_demands, table_aside[TABLE_COLUMNS]; /* of the table being read */
    const char *title;                              /* NULL: none */
    struct open_item item;
    LIST(struct pending_limit) limits;
    enum section_kind lead; /* what a lead-in ("It must:") makes of the bullets after it */
    const char *lead_said;  /* the lead-in's own words */
    const char *lead_text;  /* put before them; NULL: nothing */
    size_t lead_level;      /* bullets deeper than this belong to it; SIZE_MAX: no lead-in */
    extract_items held;     /* prose of a requirements section, counted only if it has no bullets */
    extract_items loose;    /* bullets of an unnamed section: with it if one of its bullets is a demand */
    bool demanded;
    bool demanding; /* a sentence before, in the same paragraph, is a demand */
    bool apart;     /* a blank line stands between the open item and this line */
    bool forwarded; /* below a forwarded mail, with requirements above it */
    extract_items early;  /* bullets above every heading: they count unless a section with a name has some */
    extract_items wishes; /* imperatives in prose: they count unless something is demanded in a list */
    bool named, listed;
    extract_items maybe; /* bullets and stories that count only when nothing else does */
    struct buf scenario; /* Given … when … then … being read */
    struct span scenario_quote;
    int64_t scenario_line;
    size_t section_given; /* 1 after Given/When, 2 after Then */
};
/* What the finished item r->item is: requirement, question, out of scope … */
void extract_take(struct reader *r);
void extract_section_end(struct reader *r);
void extract_move(struct reader *r, extract_items *from, extract_items *into);
/* Adds the item unless the list is full or has it. */
void extract_add(struct reader *r, extract_items *list, const char *text, struct span quote, int64_t line);
void extract_scenario_end(struct reader *r);

/* "Priority: high": what a tracker or a mail program puts above the text. */
bool extract_field(struct reader *r, struct span t);
bool extract_is_closing(struct span t);
bool extract_is_greeting(struct span t, bool alone);
/* Which columns of a table count; the counting cells of a row, joined. */
void extract_table_head(struct reader *r, struct span row);
void extract_row_text(const struct reader *r, struct span row, struct buf *ret);

/* Tokens of one line into x. */
void extract_tokens(struct reader *r, const struct line *l, bool code);
void extract_tables(struct reader *r, struct span s, int64_t line);
/* s lies in the open item's text; owner: the text of the item made of it, NULL: none. */
void extract_limits(struct reader *r, struct span s, const char *owner);
/* As owner: the outcome of a scenario, whose plain numbers are examples. */
extern const char extract_scene[];
/* Numbers and units at s.p[at]; lengths, 0 without one. *value: digits, *spelled: it was a word ("three", "a day"). */
size_t extract_value(struct span s, size_t at, struct span *value, bool *spelled);
size_t extract_measure(struct span s, size_t at);
size_t extract_noun(struct span s, size_t at, bool singular);
size_t extract_rate(struct span s, size_t at);
bool extract_is_time(struct span unit);
bool extract_word_byte(char c);
bool extract_one_of(struct span w, const char *const *list, size_t n);
bool extract_is_measure(struct span s); /* begins with a unit: "GB of …" */
bool extract_binds(struct span s); /* "512 MiB at most" */
void extract_limits_end(struct reader *r);
/* Columns in a bullet below "… the table orders with:". */
void extract_lead_columns(struct reader *r, struct span s, int64_t line);
/* A demand in weak words ("we want"), which in a preface is a goal. */
bool extract_is_wish(struct span s);
/* The line that a place in the open item's text came from. */
int64_t extract_line_at(const struct reader *r, const char *p);
/* "Deadline: …", "by 2026-12-01", "2 developers", "10 person-days"; in_timeline: bare dates and numbers count too. */
void extract_schedule(struct reader *r, struct span s, int64_t line, bool in_timeline);
bool extract_known_extension(const char *ext, size_t n);

#endif
