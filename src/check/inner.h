/* What the rules of this room share: rows, the checking in progress, texts, spots (paths in a codebase), reporting. */
#ifndef CHECK_INNER_H
#define CHECK_INNER_H

#include "pland/check/check.h"

/* --- rules ----------------------------------------------------------------------------------------------------- */
enum family {
    FAMILY_GROUNDING, FAMILY_COMMANDS, FAMILY_CONTRACT, FAMILY_COVERAGE, FAMILY_PRACTICE, FAMILY_SAFETY, FAMILY_N_
};

enum rule_id {
    RULE_PATH_FORM, RULE_PATH_ALIAS, RULE_PATH_EXISTS, RULE_PATH_ORDER, RULE_PATH_FOLDER, RULE_CREATE_NEW,
    RULE_RENAME_SOURCE, RULE_RENAME_TARGET, RULE_NEW_FOLDER, RULE_CODE_PATH, RULE_TEST_FILE, RULE_EVIDENCE,
    RULE_EVIDENCE_LINE, RULE_SYMBOL, RULE_USES, RULE_PROVIDES, RULE_TEXT_PATH, RULE_TEXT_PATH_MAYBE, RULE_GLOB,
    RULE_COMMAND_KNOWN, RULE_COMMAND_ORDER, RULE_COMMAND_PATH, RULE_COMMAND_PROVIDER, RULE_ROLLBACK_COMMAND,
    RULE_TEXT_COMMAND, RULE_TEXT_COMMAND_MAYBE,
    RULE_SECTION, RULE_PHASES, RULE_PHASE_STEPS, RULE_PHASE_AUTOMATED, RULE_PHASE_MANUAL, RULE_PHASE_ROLLBACK,
    RULE_DEPENDENCY, RULE_DEPENDENCY_ORDER, RULE_DEPENDENCY_CYCLE, RULE_ESTIMATE, RULE_PLACEHOLDER,
    RULE_MIGRATION_TWICE, RULE_MIGRATION_OLD,
    RULE_REQUIREMENT_COVERED, RULE_REQUIREMENT_KNOWN, RULE_PHASE_PURPOSE, RULE_REQUIREMENT_TESTED,
    RULE_DATABASE_FIRST, RULE_DESIGN_FOR_TESTING, RULE_PLAN_FOR_FAILURE, RULE_OPERATIONS, RULE_VERSION, RULE_DECISIONS,
    RULE_SECURITY,
    RULE_SECRET, RULE_DESTRUCTIVE_BARE, RULE_DESTRUCTIVE, RULE_PIPE_TO_SHELL, RULE_FORBIDDEN, RULE_SETTINGS,
    RULE_N_
};

struct checking;
typedef void rule_fn(struct checking *c);
struct rule {
    const char *id;
    enum family family;
    int severity;
    bool full_only; /* not for small plans */
    const char *title, *fix;
    rule_fn *run;   /* several rows may share one function: it is run once */
};
extern const struct rule check_rules[RULE_N_];

rule_fn rules_paths, rules_related, rules_evidence, rules_deliverables, rules_mentions, rules_commands, rules_sections,
    rules_phases, rules_dependencies, rules_placeholders, rules_migrations, rules_coverage, rules_practice,
    rules_symbols, rules_text_commands, rules_secrets, rules_destructive, rules_forbidden, rules_settings;

/* --- texts: every string of the document, found through its record tables ---------------------------------------- */
enum text_kind {
    TEXT_PROSE,   /* Markdown */
    TEXT_CODE,    /* a code block */
    TEXT_COMMAND, /* a command line */
    TEXT_PATH,    /* a path, looked at by rules of its own */
    TEXT_TARGET,  /* a path, or words */
    TEXT_NAME,    /* an id or name of something */
    TEXT_QUOTE    /* somebody else's words */
};
struct text {
    const char *s;
    const char *anchor;
    size_t phase;        /* index; SIZE_MAX: none */
    enum text_kind kind;
    const char *key;     /* JSON key of the field */
    const char *language;/* of code; or NULL */
    const char *path;    /* of code: the file it belongs to; or NULL */
    int64_t line;        /* of a foreign plan: where it begins; else 0 */
};

/* --- spots: a path in a codebase, and what the plan does to it, in plan order ------------------------------------- */
enum event_kind { EVENT_MADE, EVENT_GONE };
struct spot_event {
    enum event_kind kind;
    size_t order, phase;
    struct spot_event *next;
};
struct spot {
    size_t base;          /* index of the codebase */
    const char *path;     /* normalised */
    const char *written;  /* as findings show it: with the alias where there is one */
    struct spot_event *first, *last;
    bool made_folder;     /* the plan puts something below it */
    bool counted;         /* a mention of it is in the verdict already */
    int64_t lines;        /* -1: not counted yet, -2: cannot be read */
    const char *text;     /* what was read to count them */
    struct spot *next;
};
enum spot_state {
    SPOT_ABSENT, SPOT_TREE, SPOT_MADE, SPOT_FOLDER, /* a folder of the tree or one the plan makes */
    SPOT_BELOW,  /* inside a folder that an earlier step makes as a whole (a rename) */
    SPOT_GONE,   /* an earlier step removes it */
    SPOT_HIDDEN  /* inside a submodule: not part of the tree */
};
enum spot_form { FORM_GOOD, FORM_BAD, FORM_ALIAS };
#define ALWAYS_AFTER SIZE_MAX /* order after everything */

enum { SPOT_BUCKETS = 2048, TEXT_PATH_MAX = 1024 };

struct touch { /* one row of a step's files */
    const struct file_change *f;
    const char *anchor;
    size_t order, phase;
    enum spot_form form, from_form;
    struct spot *spot, *from; /* NULL when the form is not good */
};

/* --- the checking in progress ------------------------------------------------------------------------------------- */
struct near; /* tree paths by their last component, and by pairs of its letters */
enum { MADE_BUCKETS = 1024 };
struct made { const struct spot *spot; struct made *next; };
struct checking {
    const struct document *d;
    const struct check_input *in;
    struct arena *a;      /* of the result */
    struct arena *work;   /* freed at the end */
    struct check_result *out;
    bool small;
    LIST(struct text) texts;
    LIST(struct touch) touches;
    size_t *phase_end;    /* order after the last touch of each phase */
    struct spot *spots[SPOT_BUCKETS];
    struct near **near;    /* by codebase; made when they are needed */
    struct made *made[MADE_BUCKETS]; /* files the plan makes, by their last component */
    const bool *done;     /* by phase: claimed or done */
    LIST(const char *) brought; /* commands that a foreign plan provides */
    int64_t line;         /* of a foreign plan: where what is looked at stands */
    bool foreign;
    const void *read;     /* the foreign plan's lines */
    int64_t closest_left; /* work that may still be spent on patterns */
    int64_t commands_left, words_left; /* lines of commands, words of a foreign plan that may still be looked at */
    uint64_t *seen;       /* finding ids, open addressing */
    size_t n_seen, cap_seen;
    LIST(struct ranked { int64_t rank; const struct check_finding *f; size_t at; }) found;
    LIST(struct ranked_ref { int64_t rank; struct check_ref r; size_t at; }) refs;
};
/* Sets up, runs the rules given, orders what was found. prepare: fills texts and touches. */
_must_check_ enum err_kind checking_run(const struct document *d, const struct check_input *in, struct arena *a,
                                        void (*prepare)(struct checking *c, void *arg), void *arg,
                                        rule_fn *const *rules, size_t n, struct check_result *ret, struct err *e);
/* Is the section of this anchor to be looked at? */
bool wanted(const struct checking *c, const char *anchor);
/* The anchor's phase is claimed or done. */
bool phase_is_done(const struct checking *c, size_t phase);
/* Notes that the section of anchor rests on a file of the tree, or (blob expected absent) on its absence. */
void ref_note(struct checking *c, const char *anchor, struct spot *s, int64_t line);

/* Adds a finding, once. anchor, evidence and suggestion are copied. suggestion NULL: the rule's fix. */
_printf_(6, 7) void check_report(struct checking *c, enum rule_id rule, const char *anchor, const char *evidence,
                                 const char *suggestion, const char *fmt, ...);
static inline void count_verified(struct checking *c) { c->out->verdict.verified++; }
static inline void count_to_create(struct checking *c) { c->out->verdict.to_create++; }
static inline void count_unprovable(struct checking *c) { c->out->verdict.unprovable++; }

void texts_collect(struct checking *c);
void touches_collect(struct checking *c);
void touch_add(struct checking *c, const struct file_change *f, const char *anchor, size_t phase);

/* Resolves a path as written ("./a.c", "web//src/a.ts"). *ret is NULL unless the form is good and there is memory. */
enum spot_form spot_find(struct checking *c, const char *written, struct spot **ret);
struct spot *spot_of(struct checking *c, size_t base, const char *path /* normalised */);
/* Before the file change number order. */
enum spot_state spot_state(struct checking *c, const struct spot *s, size_t order);
/* The phase whose change makes it at or after order; NULL: none does. */
const struct phase *spot_maker(const struct checking *c, const struct spot *s, size_t order);
int64_t spot_lines(struct checking *c, struct spot *s); /* < 0: cannot be read */
/* What the file says (NUL-terminated, of the arena `work`); NULL: cannot be read. */
const char *spot_text(struct checking *c, struct spot *s);
/* The closest existing path as one writes it, or NULL. */
const char *spot_closest(struct checking *c, const struct spot *s);
const struct tree_file *spot_file(const struct checking *c, const struct spot *s); /* NULL: not in the tree */
/* A file of the first codebase whose path is or ends in this. *ret_many: there are several. NULL: none. */
const char *spot_by_end(struct checking *c, const char *end, bool *ret_many);
/* Does the plan create a file whose path is or ends in this? */
bool spot_made_by_end(const struct checking *c, const char *end);

/* Index over the names of a tree. */
struct near *near_new(const struct tree *t, struct arena *a);
const char *near_closest(struct near *n, const char *path); /* same base name first, then small edit distance */
/* A file whose path is or ends in this; *ret_many: there are several. */
const char *near_by_end(struct near *n, const char *end, bool *ret_many);
bool path_ends_in(const char *path, const char *end);
size_t name_hash(const char *name);

/* --- many paths in one: braces, and patterns with stars --------------------------------------------------------------- */
typedef LIST(const char *) path_list;
/* At most 64 of them; false: no braces, or they make no sense. */
bool braces_expand(const char *p, size_t n, struct arena *a, path_list *ret);
bool glob_is(const char *p, size_t n);
/* '*' within a component, "**" over several, '?' one character. Time: length of pattern times length of path. */
bool glob_match(const char *pattern, const char *path);
/* Does it match a file of the tree or one that the plan makes? */
bool glob_holds(struct checking *c, const char *pattern);

/* --- words ------------------------------------------------------------------------------------------------------- */
bool words_blank(const char *s);
bool words_char(char ch);
bool words_has(const char *text, const char *word);  /* whole word or its beginning up to '*', ignoring case */
const char *words_base(const char *path);
/* Hash of the words of a line (1-based) of a text, whatever stands between them; NULL: no such line, or a blank one. */
const char *line_words(const char *text, int64_t line, struct arena *a);
size_t words_phase(const struct document *d, const char *id); /* SIZE_MAX: no such phase */

/* --- tokens: does a word of a text look like a path? -------------------------------------------------------------- */
enum path_look { LOOK_NONE, LOOK_WEAK, LOOK_PATH, LOOK_FOLDER };
struct token {
    char path[TEXT_PATH_MAX]; /* without "./", line suffix and trailing slash */
    int64_t line;             /* of a suffix ":12"; 0: none */
    bool slashed;             /* has a '/' inside */
};
/* LOOK_WEAK: a name without folder, "token.c". LOOK_FOLDER: no ending that is known, but a '/' ("src/auth"). */
enum path_look token_look(const char *p, size_t n, struct token *ret);
/* Below a folder that builds make ("build/", "dist/") and the tree does not hold. */
bool path_generated(const struct checking *c, const char *path);

/* --- command lines ------------------------------------------------------------------------------------------------- */
enum command_verdict { COMMAND_HOLDS, COMMAND_COMES, COMMAND_OUTSIDE, COMMAND_LATER, COMMAND_WRONG };
struct command_told {
    const char *part, *suggestion; /* of a wrong one */
    const struct phase *later;     /* COMMAND_LATER */
    const char *defined;           /* file that defines it; or NULL */
};
/* What a command line is by the end of a phase (SIZE_MAX: of the plan). */
enum command_verdict command_judge(struct checking *c, size_t phase, const char *line, struct command_told *ret);
/* Calls back for each path that a command line names, seen from the top: `cd x && prog y.c` gives x and x/y.c. */
typedef void command_path_fn(struct checking *c, const char *path, size_t n, void *arg);
void command_paths(struct checking *c, const char *line, command_path_fn *fn, void *arg);

#endif
