/* What a codebase is made of, found by reading it: languages, manifests, commands, tests, migrations, CI, deployment,
 * conventions. Every statement names the path and line it was read from.
 *
 * Deterministic: the same tree id and limits give byte-identical results (survey_record encodes them). Pure but for
 * reading the tree and asking ctags, a guarded child in its sandbox, for symbols; nothing of the codebase is ever
 * executed. A manifest that does not parse is a row in problems, never a failure; nor is a missing ctags. All memory is
 * the arena's. */
#ifndef PLAND_SURVEY_SURVEY_H
#define PLAND_SURVEY_SURVEY_H

#include "pland/base/record.h"
#include "pland/plan/document.h"
#include "pland/repo/tree.h"

#define SURVEY_VERSION 5 /* part of what is cached: raise it when results change */

struct survey_language {
    const char *name; /* "Python" */
    int64_t files, bytes, lines;
    int64_t share;       /* of all code bytes, in tenths of a percent */
    const char *example; /* its largest file */
};
struct survey_manifest {
    const char *path;
    const char *kind;    /* "npm", "python", "go", "cargo", "cmake", "make" … */
    const char *name;    /* the package's own name, or NULL */
    const char *version; /* language or package version it states, or NULL */
    bool package;        /* it declares a package, module or project of its own */
    int64_t line;        /* where it does so; 0: the file as a whole */
};
struct survey_dependency {
    const char *name, *version; /* version as written, or NULL */
    const char *ecosystem; /* "npm", "pypi", "go", "crates", "maven", "rubygems", "packagist", "terraform", "system" */
    const char *role;      /* "web framework", "database driver", "test framework" …; NULL: not in our table */
    bool dev;
    const char *path;
    int64_t line;
};
struct survey_framework {       /* a dependency that shapes the code */
    const char *name, *version; /* its short name ("chi"); the number alone, or NULL */
    const char *role;
    const char *path;
    int64_t line;
};
enum command_kind {
    COMMAND_BUILD,
    COMMAND_TEST,
    COMMAND_LINT,
    COMMAND_FORMAT,
    COMMAND_MIGRATE,
    COMMAND_RUN,
    COMMAND_DEPLOY,
    COMMAND_OTHER
};
extern const char *const command_kind_names[];
struct survey_command {
    const char *name;  /* as one types it: "npm test", "make check", "go test ./..." */
    const char *match; /* the leading words that make a command line this command: "go test" */
    int kind;          /* enum command_kind */
    const char *path;  /* where it is defined; NULL: people said so, see correct.h */
    int64_t line;
    const char *dir;  /* where it is run, "" = the top */
    const char *what; /* what it executes, when the definition says so; or NULL */
    bool implied;     /* not written down: follows from the manifest ("go test" from go.mod) */
};
struct survey_tests {
    const char *framework; /* "pytest" */
    const char *language;
    LIST(const char *) dirs;
    LIST(const char *) roots; /* topmost folders that hold them; "" = beside the code */
    LIST(const char *) names; /* how the files are named, folders left out: "test_*.py" */
    const char *pattern;      /* "tests/test_*.py": naming of test files, with the directory they are in most often */
    const char *example;      /* a test file */
    int64_t files;
    struct evidence evidence;
};
struct survey_coverage {
    const char *tool;
    int64_t minimum; /* in percent; 0: none is asked for */
    const char *path;
    int64_t line;
};
struct survey_migrations {
    const char *dir, *tool; /* "alembic", "golang-migrate", "plain SQL" … */
    const char *naming;     /* "NNNN_name.sql" */
    const char *newest;     /* file */
    const char *next;       /* name a new one gets, "<name>" standing for its title: "0004_<name>.sql" */
    int64_t number;         /* of the newest; 0: not numbered */
    int64_t files;
    bool paired;        /* up and down in files of their own */
    const char *engine; /* "postgresql", "mysql", "sqlite" …, or NULL */
};
struct survey_ci_command {
    const char *text;
    int64_t line;
    const char *dir; /* where it is run; NULL: the top */
};
struct survey_ci_job {
    const char *name; /* as the file's key has it */
    int64_t line;
    const char *environment; /* it deploys to, or NULL */
    bool required;           /* stated to be required by settings kept in the repository */
};
struct survey_ci {
    const char *system, *path, *name;
    LIST(const char *) triggers; /* push, pull_request, tag, schedule, manual, release */
    LIST(struct survey_ci_job) jobs;
    LIST(struct survey_ci_command) commands;
};
struct survey_environment {
    const char *name, *path;
    int64_t line;
};
struct survey_entry_point {
    const char *path;
    int64_t line;
    const char *what; /* "starts the program" */
};
struct survey_route {
    const char *method; /* "GET"; "ANY": all of them */
    const char *route;  /* "/users/{id}" */
    const char *path;   /* file */
    int64_t line;
    const char *source; /* "FastAPI", "OpenAPI" … */
};
struct survey_symbol {
    const char *name, *kind, *path; /* "parse", "function", "src/a.c" */
    int64_t line;
    const char *scope; /* "class Parser", or NULL */
};
struct survey_owner { /* one rule of CODEOWNERS */
    const char *pattern;
    LIST(const char *) owners;
    const char *path;
    int64_t line;
};
struct survey_note {  /* deployment, conventions, documents */
    const char *kind; /* "dockerfile", "compose", "kubernetes", "systemd", "contributing", "agents", "readme" … */
    const char *path;
    int64_t line;
    const char *text; /* what it says in a few words; or NULL */
};
struct survey_dir {
    const char *path;
    int64_t files;
    const char *language; /* that dominates, or NULL */
    const char *what;     /* what the name stands for by custom ("tests", "documentation"), or NULL */
};
struct survey {
    int64_t version;  /* SURVEY_VERSION */
    const char *tree; /* tree id */
    int64_t files, bytes;
    LIST(struct survey_language) languages; /* largest first, markup and styles last */
    LIST(struct survey_manifest) manifests;
    LIST(struct survey_dependency) dependencies;
    LIST(struct survey_framework) frameworks;
    LIST(struct survey_command) commands;
    LIST(struct survey_tests) tests;
    LIST(struct survey_coverage) coverage;
    LIST(struct survey_migrations) migrations;
    LIST(struct survey_ci) ci;
    LIST(struct survey_environment) environments;
    LIST(struct survey_entry_point) entry_points;
    LIST(struct survey_route) api;
    LIST(struct survey_symbol) symbols; /* of the files that matter */
    LIST(struct survey_note) deploy, conventions, docs;
    LIST(struct survey_owner) owners; /* in the order of the file: the last that matches a path decides */
    LIST(struct survey_dir) dirs;
    LIST(struct finding) stack, architecture, testing, deployment, database, errors; /* sentences with evidence */
    LIST(struct finding) corrections; /* what people said: outranks all that was found, see correct.h */
    LIST(struct finding) problems;    /* what could not be read or parsed */
    bool partial;                     /* limits cut something; problems says what */
};
extern const struct record survey_record;

/* The rule of CODEOWNERS that decides who reviews changes of a path; NULL: nobody is named. Pure. */
const struct survey_owner *survey_owner_of(const struct survey *s, const char *path);
/* The rules alone, read from the tree into ret->owners; all else of ret is left as it is. ERR_TOO_LARGE: more than 1 MiB. */
_must_check_ enum err_kind survey_owners(struct tree *t, struct arena *a, struct survey *ret, struct err *e);

/* The number or time that the name of a migration (a file, or a folder without what is below it) begins with, as
 * survey_migrations.number has it; -1: none. Pure. */
int64_t survey_migration_number(const char *name);

_must_check_ enum err_kind survey_run(struct tree *t, struct arena *a, struct survey *ret, struct err *e);

/* --- command lines -------------------------------------------------------------------------------------------- */
enum command_status {
    COMMAND_KNOWN,  /* every part of it is in the inventory, a file of the tree, or shell ("cd", "export", "test") */
    COMMAND_SYSTEM, /* a program of the system (curl, psql, docker, kubectl, git …): cannot be proved here */
    COMMAND_UNKNOWN /* named in ret.part */
};
extern const char *const command_status_names[];
struct command_ref {
    const struct survey_command *command; /* the first inventory row that matched, or NULL */
    const char *part;                     /* the part that decided the status (arena) */
    const char *suggestion;               /* closest name in the inventory for an unknown one, or NULL */
};
/* Resolves a command line: environment assignments, sudo, env, time and `cd x &&` are seen through; `a && b`, `a; b`,
 * `a | b` are resolved part by part and the worst status is returned. t may be NULL: paths are then not looked up.
 * `extra` are more command names that count as known (from the repository's own list or an earlier phase). */
struct command_names {
    const char *const *v;
    size_t n;
};
enum command_status survey_command_known(const struct survey *s, const struct tree *t,
                                         const struct command_names *extra, const char *line, struct arena *a,
                                         struct command_ref *ret);
/* Does this command line, seen the same way, run `name` (a command as one types it)? */
bool survey_command_is(const char *line, const char *name);
/* The first command of a kind, the top directory's first; NULL: none. */
const struct survey_command *survey_command_of(const struct survey *s, enum command_kind kind);

#endif
