/* What people say about a revision, and what a revision means for what it leaves as it is: pure functions over
 * documents. Memory from the arena given. */
#ifndef PLAND_PLAN_DIALOGUE_H
#define PLAND_PLAN_DIALOGUE_H

#include "pland/plan/document.h"

/* --- quotes ----------------------------------------------------------------------------------------------------- */
/* The words of every section, to find quotes in: of its values, and of its Markdown, which people copy from. White
 * space, Markdown's marks and what editors make of quotation marks and dashes are no words. */
struct quotable_section {
    const char *id;
    const char *values, *page;
};
struct quotable { LIST(struct quotable_section) sections; };
/* sections: with their bytes, as document_split() or the store gives them; markdown: the same document's, NULL: none. */
_must_check_ enum err_kind quotable_make(const section_list *sections, const char *markdown, struct arena *a,
                                         struct quotable *ret, struct err *e);
/* Is there a word in it at all? */
bool quote_says(const char *quote);
/* Whether the section is there and holds the quote; quote NULL: whether it is there. */
_must_check_ enum err_kind quotable_holds(const struct quotable *q, const char *section, const char *quote,
                                          struct arena *a, bool *ret, struct err *e);
/* The section in which a quote stands that stood in `section`: this one, else the only other one that holds it; NULL:
 * none does, or several do. */
_must_check_ enum err_kind quotable_follow(const struct quotable *q, const char *section, const char *quote,
                                           struct arena *a, const char **ret, struct err *e);

/* --- two revisions side by side --------------------------------------------------------------------------------- */
struct compared_line {
    char mark;           /* ' ', '-' or '+' */
    size_t from, to;     /* its number on each side, from 1; 0: it is not there */
    const char *text;    /* borrowed, without its line break */
    size_t n;
    const char *section; /* id of the section it stands in (of the new text, of a '-' line the old one); "" before the first */
    size_t moved;        /* '-': its number in the new text, where the same block stands; '+': in the old one; 0: it did not move */
};
struct moved_block { size_t from, to, lines; const char *from_section, *to_section; };
struct section_lines { size_t added, removed; };
struct comparison {
    section_changes sections;     /* with the titles of phases */
    struct section_lines *counts; /* for each of them, the lines of its text that changed */
    LIST(struct compared_line) lines;
    LIST(struct moved_block) blocks;
    const char *unified; /* as text_diff() writes it */
    size_t n_unified;
    struct buf texts[2]; /* what the lines are borrowed from */
};
void comparison_release(struct comparison *c);
#define auto_comparison AUTO(comparison_release) struct comparison
/* A revision as it is served. */
struct compared_revision {
    const char *name;             /* in the unified difference: "revision 3" */
    const section_list *sections; /* with their bytes; titles are not read */
    const char *created;          /* RFC 3339, or NULL: in no section */
    const struct rendering *how;
    const char *text;             /* its Markdown as it is served, where it is at hand; NULL: it is rendered */
    size_t n_text;
};
/* What both have, by hash, is decoded, rendered and cut into lines once. Memory from a, and to be released; ids and
 * lines are borrowed from what is given. ERR_INVALID as from document_join(); *ret is set on success only. */
_must_check_ enum err_kind compare_revisions(const struct compared_revision *from, const struct compared_revision *to,
                                             struct arena *a, struct comparison *ret, struct err *e);
/* Why a section is not what it was. */
struct change_reason {
    const char *section;
    int64_t revision;            /* the newest that changed it */
    const char *reason, *detail; /* of that revision */
    const char *author, *at;     /* NULL: pland itself; RFC 3339 */
};
struct change_reasons { LIST(struct change_reason) v; };
/* One self-contained page: both texts side by side, the reason beside each section, what moved shown as moved. */
void compare_html(const struct comparison *c, const struct change_reasons *why, const char *title, int64_t from,
                  int64_t to, struct buf *b);

/* --- what a change means for the rest ---------------------------------------------------------------------------- */
/* A section that has stayed as it was and uses what another one has changed. */
struct affected {
    const char *section, *title;
    const char *because; /* id of the section that changed */
    const char *why;     /* one sentence */
};
struct affected_sections { LIST(struct affected) sections; };
extern const struct record affected_sections_record;
/* from, to: two revisions, the one made from the other. earlier: what `from` still had, or NULL; it stays until its
 * section changes or goes. */
_must_check_ enum err_kind document_affected(const struct document *from, const struct document *to,
                                             const struct affected_sections *earlier, struct arena *a,
                                             struct affected_sections *ret, struct err *e);
/* For the approver: a list with the reasons; nothing when there is none. */
void affected_markdown(const struct affected_sections *l, struct buf *b);

#endif
