/* The plan document and the drafts it grows from, as values. Pure: no I/O, no clock; everything lives in an arena.
 *
 * A document is a header and sections. Singleton sections have fixed ids ("overview", "risks" …); a phase's id
 * ("ph1", "ph2" …) is assigned once and never reused, its steps are "ph1.s1". Everything derived (numbers P1 and
 * 1.2, sums, critical path, timeline) is computed at render. Estimates are integer minutes. */
#ifndef PLAND_PLAN_DOCUMENT_H
#define PLAND_PLAN_DOCUMENT_H

#include "pland/base/hash.h"
#include "pland/base/record.h"
#include "pland/plan/state.h"

/* --- pieces ---------------------------------------------------------------------------------------------------- */
enum level { LEVEL_LOW, LEVEL_MEDIUM, LEVEL_HIGH };
enum change { CHANGE_MODIFY, CHANGE_CREATE, CHANGE_DELETE, CHANGE_RENAME };
enum before { BEFORE_FAIL, BEFORE_PASS };
enum deliverable_kind { DELIVERS_FILE, DELIVERS_SYMBOL, DELIVERS_TABLE, DELIVERS_ENDPOINT, DELIVERS_COMMAND };
enum test_level { TEST_UNIT, TEST_INTEGRATION, TEST_E2E, TEST_PERFORMANCE };
extern const char *const level_names[], *const change_names[], *const before_names[], *const deliverable_names[],
    *const test_level_names[];

struct evidence {
    const char *path;
    int64_t line; /* 1-based; 0: the file as a whole */
    const char *note;
};
struct finding { /* one statement about the codebase and what it rests on */
    const char *text;
    LIST(struct evidence) evidence;
    const char *id;     /* of a survey's finding: a word of a closed list ("layered"), or NULL; not part of documents */
    int64_t confidence; /* of a survey's finding, in percent: 100 when a file states it; not part of documents */
};
struct estimate { int64_t optimistic, likely, pessimistic; }; /* minutes */
struct deliverable {
    int kind;
    const char *name;
};
struct requirement {
    const char *id;     /* "R1" */
    const char *text;
    const char *quote;  /* the line it comes from */
    const char *source; /* "ticket", or the path of a file read */
    int64_t line;
};

/* --- what the steps of planning produce ------------------------------------------------------------------------ */
struct question {
    const char *id; /* "Q1" */
    const char *text, *why;
    LIST(const char *) options;
    const char *preset;   /* JSON key "default" */
    const char *searched; /* what was looked at before asking */
};
struct understanding { /* step understand */
    const char *summary;
    LIST(struct finding) stack, architecture, testing, deploy;
    LIST(const char *) kinds; /* "api", "database", "bug" … */
    int size;                 /* SIZE_SMALL or SIZE_FULL */
    const char *size_why;
    LIST(struct question) questions;
};
struct option {
    const char *id; /* "A" */
    const char *title, *summary, *diagram;
    LIST(const char *) pros, cons;
    const char *best_for, *effort;
    int risk; /* enum level */
    const char *risk_why;
};
struct options { /* step options */
    LIST(struct option) options;
    const char *recommended; /* an option's id */
    const char *reason;
    const char *why_single;  /* set when only one is sensible: then nothing is asked */
};
struct phase_outline {
    const char *id; /* "ph1", assigned by pland */
    const char *title, *goal;
    LIST(const char *) depends_on, requirements; /* phase ids, requirement ids */
    LIST(struct deliverable) provides, uses;
    struct estimate estimate;
};
struct outline { /* step outline */
    const char *title;
    const char *approach, *approach_why;
    const char *overview;
    LIST(struct requirement) requirements;
    LIST(const char *) out_of_scope;
    LIST(struct phase_outline) phases;
};

/* --- the document ---------------------------------------------------------------------------------------------- */
struct base { /* one pinned codebase */
    const char *repository, *alias, *ref, *commit, *tree; /* commit NULL: not a git tree */
};
struct header {
    const char *title, *created /* RFC 3339, not hashed */, *drafted_by; /* "offline" or the model */
    const char *ticket_key, *ticket_url, *ticket_title;
    const char *approach, *approach_why;
    LIST(struct base) base;
};
struct success { const char *text, *measure; };
struct stack_choice {
    const char *choice, *why;
    LIST(struct evidence) evidence;
};
struct test_scenario {
    int level;
    const char *name, *file, *requirement;
};
struct file_change {
    const char *path;
    int change;
    const char *from; /* rename only */
    const char *why;
};
struct code_block { const char *path, *language, *text; };
struct step {
    const char *id; /* "ph1.s1" */
    const char *title, *text;
    LIST(struct file_change) files;
    LIST(struct code_block) code;
};
struct automated {
    const char *command, *expect; /* what passing looks like */
    int expected_before;          /* enum before: what the command does before this phase */
    const char *provided_by;      /* "repository", "system", or a phase's id */
};
struct phase { /* step phase */
    const char *id;
    const char *title, *goal;
    LIST(struct deliverable) provides, uses;
    LIST(const char *) depends_on, requirements;
    const char *why; /* when it serves no requirement */
    struct estimate estimate;
    LIST(struct step) steps;
    LIST(struct automated) automated;
    LIST(const char *) manual;
    const char *rollback;
    const char *drafted_by;
};
struct risk {
    const char *risk;
    int likelihood, impact; /* enum level */
    const char *mitigation, *contingency;
};
struct rollback {
    const char *text;
    LIST(const char *) commands;
};
struct documentation { const char *target, *change; };
struct done_item {
    const char *item;
    const char *waived; /* reason, when it does not apply */
};
struct decision {
    const char *decision, *why;
    LIST(const char *) alternatives;
};
struct timeline {
    const char *deadline; /* as the ticket says */
    int64_t people;       /* 0: not said */
    int64_t available;    /* minutes of work; 0: not said */
    const char *note;
};
/* A section that does not apply has its text in not_applicable under the section's id. */
struct waived_section { const char *section, *reason; };

struct closing { /* step closing: everything but header, outline and phases */
    LIST(struct success) success;
    LIST(struct stack_choice) stack;
    LIST(struct test_scenario) tests;
    LIST(struct risk) risks;
    struct rollback rollback;
    LIST(struct documentation) documentation;
    LIST(struct done_item) done;
    const char *migration;
    LIST(struct decision) decisions;
    LIST(const char *) assumptions, questions;
    struct timeline timeline;
    LIST(struct waived_section) not_applicable;
};
struct document {
    struct header header;
    const char *overview;
    LIST(struct requirement) requirements;
    LIST(const char *) out_of_scope;
    LIST(struct phase) phases;
    struct closing closing;
};

extern const struct record evidence_record, finding_record, estimate_record, requirement_record, question_record,
    understanding_record, option_record, options_record, phase_outline_record, outline_record, phase_record,
    closing_record, header_record, document_record;

/* --- sections: the unit of storing, refining, diffing, commenting ----------------------------------------------- */
struct section {
    const char *id;     /* "header", "overview", "requirements", "scope", "phase id" … */
    const char *title;
    const char *bytes;  /* canonical JSON: {"id":…,"body":…} */
    size_t n;
    struct sha256 hash; /* of bytes */
};
typedef LIST(struct section) section_list;

/* Cuts a document into sections in rendering order, and puts one together again. Memory from a. Joining what was split
 * gives the same hashes; header.created is in no section (it is not content), so the caller sets it after joining.
 * A reason in closing.not_applicable travels with the section it is about. ERR_INVALID: bytes that are no section of
 * ours, two sections of one id, no header, a reason about a section that does not exist. */
_must_check_ enum err_kind document_split(const struct document *d, struct arena *a, section_list *ret, struct err *e);
_must_check_ enum err_kind document_join(const section_list *sections, struct arena *a, struct document *ret,
                                         struct err *e);
/* SHA-256 over the canonical JSON of the whole document (creation time excluded, not_applicable in rendering order).
 * e->kind is ERR_OK, or says why the hash is all zeros. */
struct sha256 document_hash(const struct document *d, struct err *e);
/* One section decoded, changed and encoded again goes through document_join/split; NULL when there is no such id. */
const struct section *section_find(const section_list *l, const char *id);
const struct phase *document_phase(const struct document *d, const char *id_or_number /* "ph2" or "P2" */);
/* The sections that are not phases, in rendering order: id of the i-th, NULL past the last. */
const char *section_id(size_t i);
const char *section_title(const char *id); /* of one that is no phase; "" for any other */
/* Has the section (or phase) something in it? Waived is not present. */
bool section_present(const struct document *d, const char *id);
/* Why the section does not apply, or NULL. */
const char *section_waiver(const struct document *d, const char *id);

/* What became of the sections between two revisions, in the order of `to`, removed ones last. Memory from a; ids and
 * titles are borrowed from the lists. */
enum section_fate { SECTION_ADDED, SECTION_REMOVED, SECTION_CHANGED, SECTION_MOVED };
extern const char *const section_fate_names[];
struct section_change {
    const char *id, *title;
    int fate;   /* enum section_fate; moved: it is what it was, at another place */
    bool moved; /* changed, and at another place as well; or moved */
};
typedef LIST(struct section_change) section_changes;
_must_check_ enum err_kind section_diff(const section_list *from, const section_list *to, struct arena *a,
                                        section_changes *ret, struct err *e);

/* What a decoded document must satisfy beyond its records: ids present and unique, references resolve, dependencies
 * acyclic. ERR_INVALID with the pointer. Assigns missing step ids. */
_must_check_ enum err_kind document_validate(struct document *d, struct arena *a, struct err *e);

/* --- derived --------------------------------------------------------------------------------------------------- */
struct totals {
    struct estimate work;   /* sum over phases */
    int64_t critical_path;  /* minutes, likely, with unlimited hands */
    LIST(size_t) path;      /* indexes of the phases on it */
};
_must_check_ enum err_kind document_totals(const struct document *d, struct arena *a, struct totals *ret,
                                           struct err *e);

/* --- renderings ------------------------------------------------------------------------------------------------ */
struct verdict { int64_t verified, to_create, unprovable, failed; }; /* result of the checks, for the first line */
extern const struct record verdict_record;
/* How much code a rendering shows. interfaces: blocks of at most CODE_INTERFACE_LINES lines; a longer one is named with
 * its path and its number of lines. none: every block is only named. */
enum code_shown { CODE_FULL, CODE_INTERFACES, CODE_NONE };
extern const char *const code_shown_names[]; /* "full", "interfaces", "none" */
enum { CODE_INTERFACE_LINES = 12 };

/* What a rendering says about a document besides what is in it. A zeroed one, or NULL: a document that is no revision
 * yet and was not checked, with all its code. */
struct waived_finding { /* an error of the checks that somebody answers for */
    const char *finding, *rule, *section, *message; /* id of the finding, and what it says */
    const char *reason, *by, *at;                   /* why it may stay; who said so; when, RFC 3339 */
};
extern const struct record waived_finding_record;
struct passed_criterion { const char *phase, *criterion; /* phase id; command, or words */ };
struct rendering {
    int64_t revision;              /* 0: not a revision yet */
    const struct sha256 *hash;     /* NULL: not said */
    const struct verdict *verdict; /* NULL: not checked */
    int code;                      /* enum code_shown */
    struct { const struct waived_finding *v; size_t n; } waivers;
    struct { const struct passed_criterion *v; size_t n; } passed; /* their boxes are ticked */
    const char *preface;           /* Markdown at the top of a page; NULL: none */
    int64_t calibrated_phases;     /* finished phases that the project's own experience comes from; 0: there is none yet */
    int64_t calibrated_percent;    /* what they took, in percent of their estimates */
};
bool rendering_passed(const struct rendering *how, const char *phase, const char *criterion);
/* v may be NULL (not checked). JSON is what GET …/revisions/{n} serves: document + number, hash, totals, waivers, and
 * which phases, steps and checks each requirement leads to. */
void document_json(const struct document *d, const struct rendering *how, struct buf *b);
void document_markdown(const struct document *d, const struct rendering *how, struct buf *b);
/* One self-contained page: md4c without raw HTML, link schemes http, https, mailto; inline style only. */
_must_check_ enum err_kind document_html(const struct document *d, const struct rendering *how, struct buf *b,
                                         struct err *e);
/* The other way: Markdown as document_markdown() writes it, edited by people or not, back to a document that
 * document_validate() accepts. What was rendered with all its code is read without loss (the same document_hash),
 * whatever an editor does to blank lines, trailing blanks, line ends, list markers and the padding of tables.
 *  - Ids come from the anchors (<!-- ph2.s1 -->). A phase or step without one is new and gets the next free id; one that
 *    is missing is removed. A section is known by its anchor or by its title.
 *  - What is computed is not read: numbers (P2, 1.3), totals, charts, files by phase, traceability, the first line.
 *    "Needs: P2" means the phase whose heading says P2.
 *  - base is the revision that was rendered, or NULL. From it comes what a rendering leaves out (code blocks with code:
 *    interfaces or none; ids that are in use), and the exact white space of a text that differs in nothing else.
 *  - next_phase: the number that a new phase may have at the least, as those below were given out before; 1: none were.
 *  - Front matter ("---", lines, "---") is passed over.
 *  - Text that has no place in a plan is an error, never dropped: ERR_INVALID with the place in e->at ("line 120", or the
 *    field, as "/phases/1/automated/0/command") and what was expected in the message. ERR_TOO_LARGE above 4 MiB.
 * Memory from a; md need not outlive the call and holds no NUL. *ret is set on success only. */
_must_check_ enum err_kind document_from_markdown(const char *md, size_t n, const struct document *base,
                                                  int64_t next_phase, struct arena *a, struct document *ret,
                                                  struct err *e);
/* Lines of Markdown that the i-th phase takes, empty ones and blocks of code not counted. More than PHASE_LINES_MAX is
 * more than a person reads in one go: the phase is better split. */
enum { PHASE_LINES_MAX = 120 };
_must_check_ enum err_kind document_phase_lines(const struct document *d, size_t i, size_t *ret, struct err *e);
/* Any Markdown to safe HTML: no raw HTML, comments left out, links other than http, https and mailto become their text,
 * images are links. What HTML forbids is U+FFFD, characters that turn text around are named. ERR_TOO_LARGE above 4 MiB. */
_must_check_ enum err_kind markdown_html(const char *md, size_t n, struct buf *b, struct err *e);
/* "45 min", "4 h 15 min", "1 day 2 h" (8 hours a day): exact, so that it can be read back. */
void duration_text(int64_t minutes, struct buf *b);

/* Unified diff (three lines of context) of two texts, by line. Nothing is written when they are equal. */
_must_check_ enum err_kind text_diff(const char *from, const char *to, const char *from_name, const char *to_name,
                                     struct buf *b, struct err *e);
/* Dialogue texts, the same in REST (needs.message), planctl and trackers. Markdown. */
void understanding_markdown(const struct understanding *u, struct buf *b);
void corrections_markdown(const char *const *v, size_t n, struct buf *b); /* after the understanding they correct */
void options_markdown(const struct options *o, struct buf *b);
void ticket_prompt_markdown(struct buf *b); /* the opening when nothing is given: the four things */
/* When a revision waits for approval: how much it is, what was decided, what is open, the standing review questions, and
 * what approving does. how (NULL: nothing known): revision, hash and verdict are said where they are given. */
void summary_markdown(const struct document *d, const struct rendering *how, struct buf *b);
/* Is the timeline realistic, is a requirement missing, does the testing approach fit: with what the plan says to each
 * and what an answer does. t: the sums, NULL where the phases go in circles. */
void review_questions_markdown(const struct document *d, const struct totals *t, struct buf *b);
/* Where a plan is implemented, as far as it is known: NULL where not. */
struct handover_place {
    const char *commit; /* NULL when the code is no git tree */
    const char *branch;
    const char *build, *test; /* commands of the codebase */
    const char *setup;        /* the file that says how its environment is prepared */
};
/* For whoever implements: effort, order, first steps, tests, risks. */
void handoff_summary_markdown(const struct document *d, const struct rendering *how, const struct handover_place *at, struct buf *b);

#endif
