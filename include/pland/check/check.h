/* The checks: what makes a plan trustworthy. Deterministic, no model involved; pure but for reading pinned trees.
 *
 * Rules are rows (src/check/rules.c): id, family, severity, title, how to fix, function. Every path, command and
 * reference of a document is looked at once and counted: verified (holds in the tree or inventory), to_create (the
 * plan itself makes it, and early enough), unprovable (a system command), failed. */
#ifndef PLAND_CHECK_CHECK_H
#define PLAND_CHECK_CHECK_H

#include "pland/plan/document.h"
#include "pland/survey/survey.h"

enum severity { SEVERITY_ADVICE, SEVERITY_WARNING, SEVERITY_ERROR };
extern const char *const severity_names[]; /* "advice", "warning", "error" */

struct check_codebase {
    const char *alias; /* NULL for the first; others are written alias//path */
    struct tree *tree;
    const struct survey *survey;
};
struct check_input {
    struct { const struct check_codebase *v; size_t n; } codebases; /* at least one (may be the empty tree) */
    int size;          /* SIZE_SMALL has the shorter contract */
    struct { const char *const *v; size_t n; } given; /* files that came with the ticket: in no tree, but not wrong */
    struct { const char *const *v; size_t n; } done;  /* ids of phases claimed or done: their effects hold already */
    struct { const char *const *v; size_t n; } only;  /* sections to look at; none: the whole document */
    const struct check_settings *settings;            /* NULL: as the table says */
};

/* How a repository tunes the rules: .pland.yml, to be read from its default branch only, so that no proposed change can
 * switch off what would find it wrong. */
#define CHECK_SETTINGS_FILE ".pland.yml"
struct check_settings {
    const signed char *severity; /* by rule of the table; what stays as it is: SEVERITY_AS_IT_IS */
    LIST(const char *) commands; /* also commands of the repository */
    LIST(const char *) system;   /* also programs of the system: cannot be proved here */
    LIST(const char *) forbidden;/* never in a plan; "git push" forbids every use of it */
    LIST(const char *) wrong;    /* what in the file was not understood: "line 3: there is no rule x" */
};
enum { SEVERITY_AS_IT_IS = -1, SEVERITY_OFF = -2 };
/* Text of the file to settings. What cannot be understood is noted in wrong and left as it is. Memory from a. */
_must_check_ enum err_kind check_settings_read(const char *text, size_t n, struct arena *a, struct check_settings *ret,
                                               struct err *e);
/* The file of a tree; *ret NULL: there is none. */
_must_check_ enum err_kind check_settings_of(struct tree *t, struct arena *a, const struct check_settings **ret,
                                             struct err *e);

struct check_finding {
    const char *id;         /* stable: hex over rule, section and evidence; what a waiver names */
    const char *rule;       /* "path-exists" */
    int severity;
    const char *anchor;     /* section id, "ph2" or "ph2.s1" */
    const char *message;    /* what is wrong, with the words at fault */
    const char *evidence;   /* the path or command itself */
    const char *suggestion; /* closest match or how to fix; may be NULL */
    int64_t line;           /* of the Markdown that was checked; 0: it was none, or is not known */
};
/* A file that a section rests on, as it was in the pinned tree: what tells later whether the section has to be looked
 * at again. */
struct check_ref {
    const char *section; /* "ph2", "overview" */
    const char *path;    /* with the alias, as findings show it */
    int64_t line;        /* that is cited; 0: the file as a whole */
    const char *text;    /* of a cited line: hash of its words, so that moved code is recognised; else NULL */
    const char *blob;    /* id of the content; NULL: the file is expected not to be there yet */
};
struct check_result {
    struct verdict verdict;
    LIST(struct check_finding) findings; /* errors first, then by section order */
    LIST(struct check_ref) refs;         /* by section, then in the order they were met */
};
extern const struct record check_result_record, check_finding_record;

_must_check_ enum err_kind check_run(const struct document *d, const struct check_input *in, struct arena *a,
                                     struct check_result *ret, struct err *e);
bool check_has_errors(const struct check_result *r);

/* --- plans written elsewhere -------------------------------------------------------------------------------------- */
enum check_form { CHECK_AUTO, CHECK_JSON, CHECK_MARKDOWN, CHECK_FOREIGN };
extern const char *const check_form_names[]; /* "auto", "json", "markdown", "foreign" */
/* Checks any plan: this project's JSON (also as exported, around the document) or Markdown, or anybody's Markdown, which
 * is told by its anchors being absent. Findings of Markdown have lines; those of foreign plans have the heading above
 * them as anchor. ERR_INVALID, ERR_SYNTAX, ERR_TOO_LARGE: the text is no plan that can be read. */
_must_check_ enum err_kind check_text(const char *text, size_t n, enum check_form form, const struct check_input *in,
                                      struct arena *a, struct check_result *ret, struct err *e);
/* The foreign reader alone. */
_must_check_ enum err_kind check_foreign(const char *md, size_t n, const struct check_input *in, struct arena *a,
                                         struct check_result *ret, struct err *e);

/* The command lines of a plan: criteria and rollback of this project's, blocks of commands of others. */
struct check_command { const char *anchor, *command; };
typedef LIST(struct check_command) check_commands;
_must_check_ enum err_kind check_commands_of(const char *text, size_t n, enum check_form form, struct arena *a,
                                             check_commands *ret, struct err *e);

/* --- after the codebase has moved --------------------------------------------------------------------------------- */
enum check_fate { CHECK_HOLDS, CHECK_MOVED, CHECK_CHANGED, CHECK_BROKEN };
extern const char *const check_fate_names[];
struct check_move {
    int fate;
    const char *section, *path;
    int64_t line, to;     /* a cited line, and where its words are now (moved) */
    const char *message;
    const char *finding;  /* broken: the id of the finding */
};
struct check_staleness {
    LIST(const char *) sections; /* that were looked at again */
    LIST(struct check_move) moves;
    bool broken;                 /* at least one is */
};
extern const struct record check_staleness_record, check_ref_record;
/* Compares what a checked document rests on with a newer state of the code. Only sections that cite a changed file are
 * looked at again; in says how (in->only is set here). The first codebase's tree in `in` is the newer one. */
_must_check_ enum err_kind check_again(const struct document *d, const struct check_result *then,
                                       const struct check_input *in, struct arena *a, struct check_staleness *ret,
                                       struct err *e);

/* --- how results are told ----------------------------------------------------------------------------------------- */
struct check_told { const char *file; /* of the plan, as its reader names it */ };
void check_write_text(const struct check_result *r, const struct check_told *t, struct buf *b);
/* SARIF 2.1.0: one run over the results of n plans. */
void check_write_sarif(const struct check_result *r, const struct check_told *t, size_t n, struct buf *b);
void check_write_github(const struct check_result *r, const struct check_told *t, struct buf *b); /* annotations */

/* The documentation page of the rules, generated from the table. */
void check_rules_markdown(struct buf *b);

#endif
