/* A brief over one of tests/codebases and one of tests/tickets, and the steps in order: for the tests of planner/. */
#ifndef TESTS_PLANNER_WORLD_H
#define TESTS_PLANNER_WORLD_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pland/planner/planner.h"

struct world {
    struct arena *a;
    struct repo_roots *roots;
    struct codebase codebase;
    struct survey survey;
    struct brief brief;
    struct understanding understanding;
    struct options options;
    struct outline outline;
    struct closing closing;
    struct document document;
    struct err e;
};

#define ck_ok(w, call)                                                                                                 \
    do {                                                                                                               \
        enum err_kind k_ = (call);                                                                                     \
        ck_assert_msg(k_ == ERR_OK, "%s: %s at '%s'", #call, (w)->e.msg, (w)->e.at);                                   \
    } while (0)

static inline const char *world_file(struct world *w, const char *path)
{
    struct buf b = BUF_INIT(1 << 20);
    char part[4096];
    const char *text;
    FILE *f = fopen(path, "rb");
    ck_assert_msg(f != NULL, "cannot open %s", path);
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;) buf_add(&b, part, n);
    (void)fclose(f);
    text = arena_dup_n(w->a, buf_cstr(&b), b.n);
    buf_release(&b);
    return text;
}

/* codebase NULL: the empty tree. */
static inline void world_open_in(struct world *w, const char *folder, const char *codebase)
{
    memset(w, 0, sizeof *w);
    w->a = arena_new(0);
    ck_assert_ptr_nonnull(w->a);
    ck_ok(w, repo_global_init(&w->e));
    ck_ok(w, repo_roots_new("/", &w->roots, &w->e));
    if (codebase) {
        struct repo_location at;
        const char *path = arena_fmt(w->a, "%s/%s/%s", SOURCE_DIR, folder, codebase);
        ck_ok(w, repo_locate(w->roots, path, &at, &w->e));
        ck_ok(w, tree_open_folder(&at, NULL, &w->codebase.tree, &w->e));
    } else {
        ck_ok(w, tree_open_empty(&w->codebase.tree, &w->e));
    }
    ck_ok(w, survey_run(w->codebase.tree, w->a, &w->survey, &w->e));
    w->codebase.survey = &w->survey;
    w->codebase.base = (struct base){.repository = codebase ? codebase : "none", .tree = tree_id(w->codebase.tree)};
    w->brief.codebases.v = &w->codebase;
    w->brief.codebases.n = 1;
    w->brief.created = "2026-11-24T10:00:00Z";
    w->brief.drafted_by = "offline";
    w->brief.next_section = 1;
}

static inline void world_open(struct world *w, const char *codebase)
{
    world_open_in(w, "tests/codebases", codebase);
}

static inline void world_ticket(struct world *w, const char *title, const char *body)
{
    w->brief.ticket.title = title;
    w->brief.ticket.body = body;
}

/* The first line of the file is the title; of an e-mail it is the subject. */
static inline void world_ticket_file(struct world *w, const char *name)
{
    const char *text = world_file(w, arena_fmt(w->a, "%s/tests/tickets/%s", SOURCE_DIR, name));
    size_t n = strcspn(text, "\n");
    char *title = arena_dup_n(w->a, text, n);
    char *t = title;
    while (*t == '#' || *t == ' ') t++;
    if (strncmp(t, "h1. ", 4) == 0) t += 4;
    if (strncmp(t, "From: ", 6) == 0 && strstr(text, "\nSubject: ")) {
        const char *subject = strstr(text, "\nSubject: ") + strlen("\nSubject: ");
        t = arena_dup_n(w->a, subject, strcspn(subject, "\n"));
    }
    world_ticket(w, t, text + n);
}

static inline void world_step(struct world *w, enum step_kind kind, const char *subject, struct step_result *ret)
{
    struct step_request q = {.kind = kind, .subject = subject};
    ck_ok(w, planner_offline(&w->brief, &q, w->a, ret, &w->e));
    ck_assert_int_eq(ret->kind, kind);
}

/* All steps with defaults taken, up to a validated document. */
static inline void world_plan(struct world *w)
{
    struct step_result r;
    LIST(struct phase) phases = {0};
    ck_ok(w, planner_read(&w->brief, w->a, &w->e));
    world_step(w, STEP_UNDERSTAND, NULL, &r);
    w->understanding = r.understanding;
    w->brief.understanding = &w->understanding;
    if (w->understanding.size == SIZE_FULL) {
        world_step(w, STEP_OPTIONS, NULL, &r);
        w->options = r.options;
        w->brief.options = &w->options;
        if (!w->brief.chosen) w->brief.chosen = w->options.recommended;
    }
    world_step(w, STEP_OUTLINE, NULL, &r);
    w->outline = r.outline;
    w->brief.outline = &w->outline;
    for (size_t i = 0; i < w->outline.phases.n; i++) {
        struct phase *p = arena_push(w->a, &phases, sizeof *p);
        ck_assert_ptr_nonnull(p);
        world_step(w, STEP_PHASE, w->outline.phases.v[i].id, &r);
        *p = r.phase;
    }
    memcpy(&w->brief.phases, &phases, sizeof phases);
    world_step(w, STEP_CLOSING, NULL, &r);
    w->closing = r.closing;
    ck_ok(w, planner_assemble(&w->brief, &w->closing, w->a, &w->document, &w->e));
}

static inline void world_check(struct world *w, struct check_result *ret)
{
    struct check_codebase c = {.tree = w->codebase.tree, .survey = &w->survey};
    struct check_input in;
    memset(&in, 0, sizeof in);
    in.codebases.v = &c;
    in.codebases.n = 1;
    in.size = w->understanding.size;
    ck_ok(w, check_run(&w->document, &in, w->a, ret, &w->e));
}

static inline void world_close(struct world *w)
{
    tree_unref(w->codebase.tree);
    repo_roots_free(w->roots);
    arena_free(w->a);
    repo_global_shutdown();
}

#endif
