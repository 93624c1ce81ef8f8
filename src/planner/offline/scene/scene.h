/* What the offline planner works from: the brief digested once per step. Everything is computed from the brief, so the
 * same brief gives the same scene. Rows (kinds, layers, languages, strategies) are tables of their files. */
#ifndef PLANNER_OFFLINE_SCENE_H
#define PLANNER_OFFLINE_SCENE_H

#include "pland/planner/extract.h"
#include "pland/planner/planner.h"
#include "planner/prose.h"

enum kind {
    KIND_API,
    KIND_FRONTEND,
    KIND_DATABASE,
    KIND_MICROSERVICE,
    KIND_CLI,
    KIND_LIBRARY,
    KIND_INFRASTRUCTURE,
    KIND_BUG,
    KIND_REFACTOR,
    KIND_PERFORMANCE,
    KIND_SECURITY,
    KIND_UPGRADE,
    KIND_DOCUMENTATION,
    KIND_N_
};
extern const char *const kind_names[];

/* Where in a system something lives; phases follow this order. */
enum layer {
    LAYER_SETUP,
    LAYER_DATA,
    LAYER_LOGIC,
    LAYER_API,
    LAYER_CLI,
    LAYER_FRONTEND,
    LAYER_TESTS,
    LAYER_OPERATIONS,
    LAYER_DOCS,
    LAYER_N_
};

struct language {
    const char *name; /* as the survey has it */
    const char *ext, *fence;
    enum name_style file, symbol;
    const char *interface_code; /* skeleton with {symbol} {Type} {doc} {topic}; NULL: none */
    const char *test_file;      /* where no tests exist yet: "tests/test_{name}.py" */
    const char *manifest, *manifest_text, *starter, *test_command; /* for a new project */
};
const struct language *language_named(const char *name);
const struct language *language_of_path(const char *path);
const struct language *language_in_text(const char *text); /* named in a ticket; NULL */

/* Words that carry meaning, with one bit per word so that most comparisons end at once. */
struct word_set {
    text_list words;
    uint64_t bits;
};
struct symbol {
    const char *name;
    int64_t line;
    struct word_set set;
};
/* A file that may have to change. */
struct place {
    const char *path; /* in its codebase */
    const char *full; /* with alias// outside the first codebase */
    size_t codebase;
    enum layer layer;
    int64_t score, line;
    const char *why;
    bool mentioned, test;
    bool entity;          /* rows of a table as code sees them */
    const char *content;  /* NULL: not read */
    struct word_set set;  /* of the path */
    struct word_set name; /* of the file alone */
    bool titled;          /* one of few whose names have a word of the title */
    LIST(struct symbol) symbols;
};
/* A requirement placed in the change. */
struct need {
    struct requirement r;
    enum layer layer;
    const struct place *place;   /* file to change; NULL: goes to a new file or to the layer's first place */
    const struct symbol *symbol; /* in that file; NULL */
    int64_t line;                /* of a term of its own in that file; 0: none */
    const struct place *apart; /* it is about a thing the code has no file for: its new file lies next to this; NULL */
    const struct extract_endpoint *endpoint; /* it names; NULL */
    bool measured;                           /* has a limit on time or rate */
};

enum strategy_id {
    STRATEGY_FIX,
    STRATEGY_EXTEND,
    STRATEGY_MODULE,
    STRATEGY_QUEUE,
    STRATEGY_SYNC,
    STRATEGY_SCHEMA,
    STRATEGY_DERIVE,
    STRATEGY_INDEX,
    STRATEGY_CACHE,
    STRATEGY_SERVICE,
    STRATEGY_INPLACE,
    STRATEGY_ADAPTER,
    STRATEGY_MOVE,
    STRATEGY_STEPWISE,
    STRATEGY_PROJECT,
    STRATEGY_FLAT,
    STRATEGY_SLICE,
    STRATEGY_EDGE, /* at the entry of requests instead of in the core */
    STRATEGY_FLAG, /* behind a switch instead of in one release */
    STRATEGY_N_
};

struct facts;
struct scene {
    const struct brief *b;
    struct arena *a;
    struct extract x;
    unsigned kinds;
    const char *kind_why[KIND_N_];
    LIST(struct need) needs;
    LIST(struct place) places; /* best first */
    const struct codebase *main;
    const struct survey *survey; /* of main */
    const struct language *lang; /* NULL: none can be told */
    const char *topic;           /* a few words for names: "session refresh" */
    const char *title;           /* of the ticket, never empty */
    bool empty;                  /* no codebase has a file */
    bool client_only;            /* pages in a browser, and nothing that serves: endpoints are called here */
    bool small;
    const char *size_why;
    enum strategy_id strategy;
    struct facts *facts; /* of the code, read when first asked for: planner/offline/facts.h */
};
_must_check_ enum err_kind scene_make(const struct brief *b, struct arena *a, struct scene *ret, struct err *e);
static inline bool scene_is(const struct scene *s, enum kind k)
{
    return (s->kinds >> k) & 1u;
}
size_t scene_layer_count(const struct scene *s, enum layer l); /* needs in it */
bool scene_has_database(const struct scene *s);
const struct survey_migrations *scene_migrations(const struct scene *s, size_t *ret_codebase);
const struct survey *scene_survey(const struct scene *s, size_t codebase);
struct tree *scene_tree(const struct scene *s, size_t codebase);
const char *scene_path(const struct scene *s, size_t codebase, const char *path); /* alias// where needed */
bool limit_is_time(const struct extract_limit *l);                                /* time or rate: to be measured */
const char *limit_text(const struct scene *s, const struct extract_limit *l);     /* "at most 20 seconds" */
/* First place of a layer that is not a test; NULL. */
const struct place *scene_place(const struct scene *s, enum layer l);
/* "`src/a.c`" with its line when known: for evidence in prose. */
const char *scene_cite(const struct scene *s, const struct place *p);
bool scene_text_has(const struct scene *s, const char *const *words); /* title, body, constraints */

const char *scene_topic(const struct scene *s);
const char *without_code(const struct scene *s, const char *text); /* its words alone: `…` left out */
void kinds_find(struct scene *s);
const char *kind_work(enum kind k); /* "API work", "a bug fix" */
void size_decide(struct scene *s);
enum layer layer_of_path(const char *path);
bool layer_folder(enum layer l, const char *path); /* it lies in a folder that stands for the layer */
bool file_is_test(const char *path);
bool file_is_named_test(const char *path); /* by its name, wherever it lies */
bool file_is_code(const char *path);
enum layer layer_of_requirement(const struct scene *s, const struct need *n);
extern const char *const layer_nouns[]; /* "the database", "the API" … */
void places_find(struct scene *s);
const struct place *place_of_file(const struct scene *s, size_t codebase,
                                  const char *path); /* a file that is no place yet */
void needs_place(struct scene *s);
void needs_apart(struct scene *s);           /* after needs_place() */
struct span path_resource(const char *path); /* first segment that names a thing: "/api/v1/users/{id}" → "users" */
const char *need_thing(const struct scene *s, const struct need *n); /* "sessions": what a file is called after; NULL */
bool thing_known(const struct scene *s, const char *thing);          /* a file is called after it, or serves it */
/* The file that names the files next to `near` to the rest of the program (routes, modules); NULL: none does. */
const char *registrar_of(const struct scene *s, const struct place *near, int64_t *ret_line);
void symbols_find(struct arena *a, struct place *p);
enum strategy_id strategy_chosen(const struct scene *s);
/* Words of a text that carry meaning, lower case, plural cut: at most 12. */
void scene_words(struct arena *a, const char *text, text_list *ret);       /* cut to their stems */
void scene_plain_words(struct arena *a, const char *text, text_list *ret); /* as they are, lower case */
struct word_set word_set_of(struct arena *a, const char *name_or_text);
int word_set_shared(const struct word_set *a, const struct word_set *b);

/* --- names for new files ------------------------------------------------------------------------------------------ */
/* A file next to `near` (or, without one, where the main language's code lies) named for the topic; free in the tree.
 */
const char *new_file(const struct scene *s, const struct place *near, const char *topic, size_t *ret_codebase);
/* The test file that belongs to a source file: an existing one, or the name a new one gets. NULL: no language known. */
const char *test_file_for(const struct scene *s, size_t codebase, const char *source, bool *ret_exists);
const char *test_to_follow(const struct scene *s, size_t codebase,
                           const char *path);                              /* to write a new one like; NULL */
bool path_taken(const struct scene *s, size_t codebase, const char *path); /* a file or folder has the name */
/* Files of a new migration: up, and down when the repository pairs them (else NULL). */
const char *migration_file(const struct scene *s, const char *topic, const char **ret_down);
const char *migration_label(const struct scene *s, const char *path); /* a name that tells it from the others */
/* A requirement makes the table: nothing in the code has it, and the ticket speaks of it as new or as what is stored.
 */
bool table_is_new(const struct scene *s, const char *table);

/* --- commands ----------------------------------------------------------------------------------------------------- */
const struct survey_command *scene_command(const struct scene *s, size_t codebase, enum command_kind kind);
/* The first test command that takes one file, narrowed to it; NULL: none does. */
const char *narrow_test(const struct scene *s, size_t codebase, const char *file);
/* Shows what a change of the described infrastructure would do; NULL. */
const struct survey_command *scene_preview(const struct scene *s, size_t codebase);
/* COMMAND_KNOWN when any codebase knows it. */
enum command_status scene_command_known(const struct scene *s, const char *line);

/* {name} in a template is replaced by the variable's value; unknown names stay. */
struct var {
    const char *name, *value;
};
char *template_fill(struct arena *a, const char *template, const struct var *v, size_t n);
#define FILL(a, template, ...)                                                                                         \
    template_fill((a), (template), (const struct var[]){__VA_ARGS__},                                                  \
                  sizeof((const struct var[]){__VA_ARGS__}) / sizeof(struct var))
void tick_add(struct arena *a, text_list *l, const char *s); /* adds `s` in backticks, once */

#endif
