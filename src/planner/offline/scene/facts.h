/* What the code itself says, looked up for statements, questions and options: who imports a file, what it imports,
 * which tests reach it, where a table or a path of the API stands. The code is read once per step, files close to the
 * ticket first, within bounds; what lies beyond them is not spoken of. */
#ifndef PLANNER_OFFLINE_FACTS_H
#define PLANNER_OFFLINE_FACTS_H

#include "planner/offline/scene/scene.h"

struct code_file {
    const char *path;
    const char *full; /* with alias// outside the first codebase */
    size_t codebase;
    const char *content;
    int64_t lines;
    enum layer layer;
    bool test;
};
/* A test file and what it bears the name of: "tests/test_user_store.py" → "user store". */
struct named_test {
    const char *path, *tested;
    size_t codebase;
    const struct code_file *file; /* NULL: beyond what is read */
    bool used;                    /* by tests; none itself */
};
struct facts {
    LIST(struct code_file) files;
    bool read, partial;            /* partial: more code than the bounds let in */
    LIST(struct named_test) tests; /* all of the trees; listed when first asked for */
    bool tests_listed;
    text_list rare, common; /* terms that were looked up */
    /* What strategies say of the code, kept for the scene it was made for. */
    const struct scene *said_of;
    struct var said[24];
    size_t n_said;
};
/* One line of the code. */
struct fact {
    const struct code_file *file; /* NULL: nothing found */
    int64_t line;
};
typedef LIST(struct fact) fact_list;

const struct facts *facts_of(const struct scene *s); /* reads at the first call */
const struct code_file *facts_file(const struct scene *s, size_t codebase, const char *path);
/* Files that import `path` (tests or others), and files of the tree that `path` imports; each once, in file order. */
void facts_importers(const struct scene *s, size_t codebase, const char *path, bool tests, fact_list *ret);
void facts_imports(const struct scene *s, size_t codebase, const char *path, fact_list *ret);
/* First line outside of tests that has one of the words (as prose_has_word); words end with NULL. */
struct fact facts_find(const struct scene *s, const char *const *words);
/* Where a table is created (a migration), else modelled, else used. */
struct fact facts_table(const struct scene *s, const char *table);
/* Where the path of an endpoint is served; parameters may be written any way, a router may hold the first part. */
struct fact facts_endpoint(const struct scene *s, const struct extract_endpoint *ep);
/* --- terms: words written as code does (terms.c) ---------------------------------------------------------------- */
size_t terms_of(const struct scene *s, const char *text, text_list *ret);
/* How many rare ones the content has; *ret_line, NULL or 1 before, becomes the line of the first. */
size_t terms_within(const struct scene *s, const text_list *terms, const char *content, int64_t *ret_line);
size_t term_places(const struct scene *s, struct fact *ret, size_t max); /* files that have rare ones of the ticket */
/* "`src/a.c:12`"; NULL without a fact. */
const char *fact_cite(const struct scene *s, struct fact f);

#endif
