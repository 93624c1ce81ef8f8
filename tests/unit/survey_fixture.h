/* Surveys of the codebases below tests/codebases, and of trees made from a few files. */
#ifndef TESTS_SURVEY_FIXTURE_H
#define TESTS_SURVEY_FIXTURE_H

#include "unit/repo_fixture.h"

#include "pland/survey/relevance.h"

struct surveyed {
    struct tree *tree;
    struct arena *arena;
    struct survey survey;
};

static _unused_ void survey_path(struct surveyed *d, const char *path)
{
    struct err e = { 0 };
    struct repo_location at;
    auto_roots roots = NULL;
    OK(hash_init(&e));
    OK(repo_global_init(&e));
    OK(repo_roots_new("/", &roots, &e));
    OK(repo_locate(roots, path, &at, &e));
    OK(tree_open_folder(&at, NULL, &d->tree, &e));
    d->arena = arena_new(0);
    ck_assert_ptr_nonnull(d->arena);
    OK(survey_run(d->tree, d->arena, &d->survey, &e));
}

static _unused_ void survey_codebase(struct surveyed *d, const char *name)
{
    char path[PATH_MAX];
    path_of(path, "%s/tests/codebases/%s", SOURCE_DIR, name);
    survey_path(d, path);
}

static _unused_ void surveyed_close(struct surveyed *d)
{
    tree_unref(d->tree);
    arena_free(d->arena);
    repo_global_shutdown();
}

#endif
