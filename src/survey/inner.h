/* What the detectors of this room share: the scan in progress, adding rows to its result, reading files of the tree. */
#ifndef SURVEY_INNER_H
#define SURVEY_INNER_H

#include "pland/survey/survey.h"
#include "survey/patterns.h"

#define SCAN_FILE_MAX ((size_t)1 << 20) /* a larger manifest is a problem, named */

struct language {
    const char *ext, *name;
};
struct scan_file { /* what the name alone says; one per file of the tree */
    const struct tree_file *f;
    const char *base;
    const struct language *language; /* NULL: not code */
    bool foreign;                    /* fetched or generated: vendor/, node_modules/, dist/, *.min.js … */
    bool fixture;                    /* data of tests: testdata/, fixtures/ … */
    bool test;                       /* below a folder of tests, or named as a test */
    bool aside;                      /* examples, documents, templates: not the project's own program */
};
struct scan_property {
    const char *path, *name, *value;
};
struct scan {
    struct tree *t;
    struct arena *a;
    struct survey *s;
    struct err *e;
    enum err_kind failed; /* sticky: out of memory, or the tree cannot be read */
    struct {
        const struct scan_file *v;
        size_t n;
    } files;                         /* as tree_files(), in its order */
    const uint32_t *by_base, *chain; /* files by base name, see scan_named() */
    size_t buckets;
    LIST(struct scan_property) properties; /* of builds that inherit */
    struct routes *routes;                 /* what is known of routes while the code is read */
    const char *reading;                   /* the file whose note is being made */
    struct signal_sets *signals;           /* what is looked for, by language */
    bool ctest;                            /* CMake registers tests */
};

/* --- the index of names (files.c) -------------------------------------------------------------------------------- */
bool scan_index(struct scan *c);
/* The first file of one's own with this base name, or the next after `after` (NULL: the first). */
const struct scan_file *scan_named(const struct scan *c, const char *base, const struct scan_file *after);
/* Is there a file `name` in the folder `dir`? */
const struct tree_file *scan_in_dir(const struct scan *c, const char *dir, const char *name);

/* --- adding rows; strings are copied; NULL when out of memory -------------------------------------------------- */
struct survey_manifest *scan_manifest(struct scan *c, const char *path, const char *kind);
struct survey_manifest *scan_current(struct scan *c);                    /* the manifest being read */
void scan_dependency(struct scan *c, const struct survey_dependency *d); /* its role is looked up */
void scan_command(struct scan *c, const struct survey_command *d); /* one with this name and dir stays the first */
/* The same from its parts; name is printf's. */
struct command_at {
    const char *path, *dir;
    int64_t line;
    int kind;
    const char *what;
};
#define KIND_BY_NAME (-1)
_printf_(3, 4) void scan_command_named(struct scan *c, const struct command_at *at, const char *fmt, ...);
/* Values that a build hands down to what lies below its folder; the last one kept decides. */
void scan_keep(struct scan *c, const char *path, const char *name, const char *value);
const char *scan_inherited(const struct scan *c, const char *path, const char *name); /* NULL: nothing says */
/* path NULL: about no file in particular. */
_printf_(4, 5) void scan_problem(struct scan *c, const char *path, int64_t line, const char *fmt, ...);
/* list is a LIST(struct finding) of the survey. */
_printf_(3, 4) struct finding *scan_finding(struct scan *c, void *list, const char *fmt, ...);
/* The same with a word of a closed list; one finding per id, which is returned when it is there. */
struct finding *scan_fact(struct scan *c, void *list, const char *id, int confidence, const char *text);
void scan_evidence(struct scan *c, struct finding *f, const char *path, int64_t line, const char *note);
void scan_note(struct scan *c, void *list, const char *kind, const char *path, int64_t line, const char *text);
void scan_environment(struct scan *c, const char *name, const char *path, int64_t line); /* by its usual name */
void scan_coverage(struct scan *c, const char *tool, int64_t minimum, const char *path, int64_t line);
void scan_entry_point(struct scan *c, const char *path, int64_t line, const char *what);

/* --- reading --------------------------------------------------------------------------------------------------- */
/* false: not text, too large (then a problem when loud) or the scan has failed. */
bool scan_read(struct scan *c, const struct tree_file *f, size_t max, bool loud, struct buf *ret);
int64_t line_of(const char *text, const char *at); /* 1-based */
/* The lines of many places of one text, in order, at the price of one. */
struct line_walk {
    const char *at; /* begins as the text */
    int64_t before; /* lines that end before it */
};
int64_t line_next(struct line_walk *w, const char *at);

/* --- paths ----------------------------------------------------------------------------------------------------- */
const char *path_base(const char *path);
const char *path_dir(struct arena *a, const char *path); /* "" at the top */
int path_depth(const char *path);
/* A pattern without '/' is matched against the base name, one with '/' against the whole path; '*' spans '/'. */
bool path_like(const char *pattern, const char *path);
bool path_foreign(const char *path);
bool path_fixture(const char *path);
bool path_test(const char *path);
/* Is the folder at p a source set of tests: src/jvmTest, src/integrationTest? */
bool path_source_set(const char *path, const char *p, size_t n);
bool path_aside(const char *path);
bool path_below(const char *path, const char *dir); /* dir "": always */

/* Is a place within a text of three quotes (Python's and Elixir's documentation)? */
bool in_long_text(const char *text, const char *at);

/* --- text ------------------------------------------------------------------------------------------------------- */
bool is(const char *a, const char *b); /* NULL is like nothing */
bool starts(const char *s, const char *prefix);
bool ends(const char *s, const char *suffix);
const char *trim_copy(struct arena *a, const char *p, size_t n);
/* The next line of text, without its end; NULL after the last. */
const char *next_line(const char **at, size_t *ret_n);
/* The text between the first two equal quotes at or after p, on its line; *ret_rest: what follows. NULL: none, and
 * *ret_rest is p. */
const char *quoted(struct arena *a, const char *p, const char **ret_rest);
/* Letters, digits and `more`: how many of them p begins with. */
size_t name_span(const char *p, const char *more);

/* --- tables ---------------------------------------------------------------------------------------------------- */
const struct language *language_of(const char *path); /* programming languages only; NULL: none */
struct role {
    const char *ecosystem, *name, *role, *framework;
};                                                                    /* framework: short name; NULL: not one */
const struct role *role_row(const char *ecosystem, const char *name); /* of a dependency; NULL: not in the table */
const char *meaning_of_dir(const char *name);
enum command_kind command_kind_guess(const char *name);
/* Of a whole command line: the first part that says something. */
enum command_kind command_kind_of_line(struct arena *a, const char *line);
/* Of a command as one types it, and, when its name says nothing, of what it executes. */
enum command_kind command_kind_of(struct arena *a, const char *name, const char *what);
const struct survey_dependency *find_dependency(const struct survey *s, const char *ecosystem, const char *name);
/* One that counts for a path: its manifest is in a folder above. */
const struct survey_dependency *dependency_above(const struct survey *s, const char *ecosystem, const char *name,
                                                 const char *path);
/* The same where a central list of versions (.NET's) shows nothing. */
const struct survey_dependency *dependency_used_above(const struct survey *s, const char *ecosystem, const char *name,
                                                      const char *path);
const struct survey_manifest *manifest_of_kind(const struct survey *s, const char *kind);

/* --- detectors, in the order they run --------------------------------------------------------------------------- */
void detect_manifests(struct scan *c);
void detect_frameworks(struct scan *c);
void detect_code(struct scan *c); /* languages, signals and routes: code is read once */
void detect_dirs(struct scan *c);
void detect_implied(struct scan *c); /* commands that follow from manifests and dependencies */
void detect_scripts(struct scan *c);
void detect_tests(struct scan *c);
void detect_coverage(struct scan *c);
void detect_migrations(struct scan *c);
void detect_ci(struct scan *c);
void detect_ci_commands(struct scan *c); /* what CI runs and nothing else defines */
void detect_notes(struct scan *c);       /* deployment, conventions, documents */
void detect_owners(struct scan *c);
void detect_openapi(struct scan *c);
void detect_entry_points(struct scan *c);
/* "pkg.cli:main" of a console script: the file below dir is where the program starts. */
void entry_of_module(struct scan *c, const char *dir, const char *target);
/* A file below dir that a manifest says is run. */
void entry_of_file(struct scan *c, const char *dir, const char *file);
/* The same of a file that a build makes: out/extension.js is src/extension.ts. */
void entry_of_built(struct scan *c, const char *dir, const char *file);
void detect_environments(struct scan *c);
void detect_architecture(struct scan *c);
void detect_symbols(struct scan *c);
void detect_findings(struct scan *c); /* sentences; last */

/* --- code, file by file ------------------------------------------------------------------------------------------ */
struct code_file {
    const struct scan_file *file;
    const char *path, *language, *text;
    size_t n;
};
void signals_look(struct scan *c, const struct code_file *f);
void entry_look(struct scan *c, const struct code_file *f);
void routes_look(struct scan *c, const struct code_file *whole);
void routes_finish(struct scan *c); /* prefixes resolved, rows written */
void scan_route(struct scan *c, const struct survey_route *r);

/* --- manifests: one parser each; text ends with NUL ------------------------------------------------------------- */
struct manifest_text {
    const char *path, *dir, *text;
    size_t n;
};
typedef void manifest_fn(struct scan *c, const struct manifest_text *m);
manifest_fn manifest_npm, manifest_composer, manifest_presets, manifest_pyproject, manifest_cargo, manifest_pipfile,
    manifest_requirements, manifest_gomod, manifest_make, manifest_just, manifest_cmake, manifest_pom, manifest_gemfile,
    manifest_tox, manifest_taskfile, manifest_terraform, manifest_plain, manifest_gradle, manifest_gradle_catalog,
    manifest_csproj, manifest_packages_props, manifest_sln, manifest_meson, manifest_setup_py, manifest_setup_cfg,
    manifest_mix, manifest_swift, manifest_rake, manifest_autoconf, manifest_bazel, manifest_sbt, manifest_nox,
    manifest_precommit, manifest_workspace_yaml, manifest_lerna, manifest_pubspec, manifest_deno, manifest_gemspec,
    manifest_chart, manifest_turbo, manifest_hatch, manifest_global_json, manifest_ninja, manifest_nx, manifest_perl,
    manifest_cpanfile, manifest_rockspec, manifest_bazel_build, manifest_cargo_make, manifest_artisan, manifest_symfony,
    manifest_nx_project, manifest_named, manifest_django_command, manifest_fastfile, manifest_tox_toml;
/* Scripts of a package.json are run by this: npm, pnpm, yarn or bun. */
const char *npm_runner(struct scan *c, const char *dir);
/* "fastapi[all]>=0.110 ; python_version…" (PEP 508) into name and version. */
void split_requirement(struct arena *a, const char *text, const char **ret_name, const char **ret_version);

#endif
