/* What the detectors of this room share: the scan in progress, adding rows to its result, reading files of the tree. */
#ifndef SURVEY_INNER_H
#define SURVEY_INNER_H

#include "pland/survey/survey.h"

#define SCAN_FILE_MAX ((size_t)1 << 20) /* a larger manifest is a problem, named */

struct scan {
    struct tree *t;
    struct arena *a;
    struct survey *s;
    struct err *e;
    enum err_kind failed; /* sticky: out of memory, or the tree cannot be read */
};

/* --- adding rows; strings are copied; NULL when out of memory -------------------------------------------------- */
struct survey_manifest *scan_manifest(struct scan *c, const char *path, const char *kind);
void scan_dependency(struct scan *c, const struct survey_dependency *d); /* its role is looked up */
void scan_command(struct scan *c, const struct survey_command *d); /* one with this name and dir stays the first */
/* path NULL: about no file in particular. */
_printf_(4, 5) void scan_problem(struct scan *c, const char *path, int64_t line, const char *fmt, ...);
/* list is a LIST(struct finding) of the survey. */
_printf_(3, 4) struct finding *scan_finding(struct scan *c, void *list, const char *fmt, ...);
void scan_evidence(struct scan *c, struct finding *f, const char *path, int64_t line, const char *note);
void scan_note(struct scan *c, void *list, const char *kind, const char *path, int64_t line, const char *text);

/* --- reading --------------------------------------------------------------------------------------------------- */
/* false: not text, too large (then a problem when loud) or the scan has failed. */
bool scan_read(struct scan *c, const struct tree_file *f, size_t max, bool loud, struct buf *ret);
int64_t line_of(const char *text, const char *at); /* 1-based */

/* --- paths ----------------------------------------------------------------------------------------------------- */
const char *path_base(const char *path);
const char *path_dir(struct arena *a, const char *path); /* "" at the top */
int path_depth(const char *path);
/* A pattern without '/' is matched against the base name, one with '/' against the whole path; '*' spans '/'. */
bool path_like(const char *pattern, const char *path);
bool path_foreign(const char *path);  /* fetched or generated: vendor/, node_modules/, dist/, *.min.js … */
bool path_fixture(const char *path);  /* data of tests: testdata/, fixtures/ … */

/* --- tables ---------------------------------------------------------------------------------------------------- */
struct language { const char *ext, *name; };
const struct language *language_of(const char *path);      /* programming languages only; NULL: none */
const char *role_of(const char *ecosystem, const char *name); /* of a dependency */
const char *meaning_of_dir(const char *name);
enum command_kind command_kind_guess(const char *name);
const struct survey_dependency *find_dependency(const struct survey *s, const char *ecosystem, const char *name);

/* --- detectors, in the order they run --------------------------------------------------------------------------- */
void detect_manifests(struct scan *c);
void detect_languages(struct scan *c); /* languages, directories, signals in the code */
void detect_implied(struct scan *c);   /* commands that follow from manifests and dependencies */
void detect_scripts(struct scan *c);
void detect_tests(struct scan *c);
void detect_migrations(struct scan *c);
void detect_ci(struct scan *c);
void detect_notes(struct scan *c);     /* deployment, conventions, documents */
void detect_findings(struct scan *c);  /* sentences; last */
void signals_look(struct scan *c, const char *language, const char *path, const char *text, size_t n);

/* --- manifests: one parser each; text ends with NUL ------------------------------------------------------------- */
struct manifest_text { const char *path, *dir, *text; size_t n; };
typedef void manifest_fn(struct scan *c, const struct manifest_text *m);
manifest_fn manifest_npm, manifest_composer, manifest_presets, manifest_pyproject, manifest_cargo, manifest_pipfile,
    manifest_requirements, manifest_gomod, manifest_make, manifest_just, manifest_cmake, manifest_pom, manifest_gemfile,
    manifest_tox, manifest_taskfile, manifest_terraform, manifest_plain;
const char *trim_copy(struct arena *a, const char *p, size_t n);
/* The next line of text, without its end; NULL after the last. */
const char *next_line(const char **at, size_t *ret_n);
/* "fastapi[all]>=0.110 ; python_version…" (PEP 508) into name and version. */
void split_requirement(struct arena *a, const char *text, const char **ret_name, const char **ret_version);

#endif
