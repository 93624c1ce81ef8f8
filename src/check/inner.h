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
    RULE_EVIDENCE_LINE, RULE_USES, RULE_PROVIDES, RULE_TEXT_PATH, RULE_TEXT_PATH_MAYBE,
    RULE_COMMAND_KNOWN, RULE_COMMAND_ORDER, RULE_COMMAND_PATH, RULE_COMMAND_PROVIDER, RULE_ROLLBACK_COMMAND,
    RULE_SECTION, RULE_PHASES, RULE_PHASE_STEPS, RULE_PHASE_AUTOMATED, RULE_PHASE_MANUAL, RULE_PHASE_ROLLBACK,
    RULE_DEPENDENCY, RULE_DEPENDENCY_ORDER, RULE_DEPENDENCY_CYCLE, RULE_ESTIMATE, RULE_PLACEHOLDER,
    RULE_MIGRATION_TWICE, RULE_MIGRATION_OLD,
    RULE_REQUIREMENT_COVERED, RULE_REQUIREMENT_KNOWN, RULE_PHASE_PURPOSE, RULE_REQUIREMENT_TESTED,
    RULE_DATABASE_FIRST, RULE_DESIGN_FOR_TESTING, RULE_PLAN_FOR_FAILURE, RULE_OPERATIONS, RULE_VERSION, RULE_DECISIONS,
    RULE_SECURITY,
    RULE_SECRET, RULE_DESTRUCTIVE_BARE, RULE_DESTRUCTIVE, RULE_PIPE_TO_SHELL,
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
    rules_secrets, rules_destructive;

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
struct basenames; /* tree paths by their last component */
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
    struct basenames *basenames;
    int64_t closest_left; /* files that may still be compared in search of suggestions */
    uint64_t *seen;       /* finding ids, open addressing */
    size_t n_seen, cap_seen;
    LIST(struct ranked { int64_t rank; const struct check_finding *f; size_t at; }) found;
};

/* Adds a finding, once. anchor, evidence and suggestion are copied. suggestion NULL: the rule's fix. */
_printf_(6, 7) void check_report(struct checking *c, enum rule_id rule, const char *anchor, const char *evidence,
                                 const char *suggestion, const char *fmt, ...);
static inline void count_verified(struct checking *c) { c->out->verdict.verified++; }
static inline void count_to_create(struct checking *c) { c->out->verdict.to_create++; }
static inline void count_unprovable(struct checking *c) { c->out->verdict.unprovable++; }

void texts_collect(struct checking *c);
void touches_collect(struct checking *c);

/* Resolves a path as written ("./a.c", "web//src/a.ts"). *ret is NULL unless the form is good and there is memory. */
enum spot_form spot_find(struct checking *c, const char *written, struct spot **ret);
struct spot *spot_of(struct checking *c, size_t base, const char *path /* normalised */);
/* Before the file change number order. */
enum spot_state spot_state(struct checking *c, const struct spot *s, size_t order);
/* The phase whose change makes it at or after order; NULL: none does. */
const struct phase *spot_maker(const struct checking *c, const struct spot *s, size_t order);
int64_t spot_lines(struct checking *c, struct spot *s); /* < 0: cannot be read */
/* The closest existing path as one writes it, or NULL. */
const char *spot_closest(struct checking *c, const struct spot *s);
/* A file of the first codebase whose path is or ends in this. *ret_many: there are several. NULL: none. */
const char *spot_by_end(struct checking *c, const char *end, bool *ret_many);
/* Does the plan create a file whose path is or ends in this? */
bool spot_made_by_end(const struct checking *c, const char *end);

/* --- words ------------------------------------------------------------------------------------------------------- */
bool words_blank(const char *s);
bool words_char(char ch);
bool words_has(const char *text, const char *word);  /* whole word or its beginning up to '*', ignoring case */
const char *words_base(const char *path);
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
bool path_generated(const char *path); /* below a folder that builds make ("build/", "dist/") */

#endif
