/* check: the checks of a plan's document against a folder of this machine, without a daemon. */
#include <stdlib.h>
#include <string.h>

#include "cli/say.h"
#include "cli/verbs.h"
#include "pland/check/check.h"

enum { OUTPUT_MAX = 64 << 20 };

static enum code fail(const char *what, const struct err *e)
{
    complain("%s: %s%s%s", what, e->at, *e->at ? ": " : "", e->msg);
    return CODE_REFUSED;
}

/* What `export --format json` writes holds the document as a member; the document alone will do, too. */
enum code document_text(struct ctl *c, const char *path, const char **ret, bool *ret_markdown)
{
    const char *text = NULL;
    auto_json root = NULL;
    char *inner;
    struct err e = { 0 };
    enum code code = text_read(c, path, &text);
    if (code != CODE_DONE) return code;
    *ret = text;
    *ret_markdown = text[strspn(text, " \t\r\n")] != '{';
    if (*ret_markdown) return CODE_DONE;
    if (json_parse(text, strlen(text), &root, &e) != ERR_OK) return fail(path, &e);
    if (!json_is_object(jo(root, "document"))) return CODE_DONE;
    inner = json_dumps(jo(root, "document"), JSON_COMPACT);
    *ret = inner ? arena_dup(c->arena, inner) : NULL;
    free(inner);
    return *ret ? CODE_DONE : fail(path, &(struct err){ .msg = "out of memory" });
}

static enum code read_document(struct ctl *c, const char *path, struct document *d)
{
    const char *text = NULL;
    struct err e = { 0 };
    bool markdown = false;
    enum code code = document_text(c, path, &text, &markdown);
    if (code != CODE_DONE) return code;
    if (markdown && document_from_markdown(text, strlen(text), NULL, c->arena, d, &e) != ERR_OK) return fail(path, &e);
    if (markdown) return CODE_DONE;
    if (record_parse(&document_record, text, strlen(text), d, c->arena, &e) != ERR_OK) return fail(path, &e);
    return document_validate(d, c->arena, &e) == ERR_OK ? CODE_DONE : fail(path, &e);
}

/* The last commit of a git repository, or --ref; else the files as they are. */
static enum code open_tree(struct ctl *c, const char *dir, struct tree **ret)
{
    const char *ref = opt(c, "ref");
    struct repo_location *at = arena_alloc(c->arena, sizeof *at);
    struct repo_info info = { 0 };
    auto_roots roots = NULL;
    struct err e = { .msg = "out of memory" };
    bool as_it_is;
    if (!at || repo_roots_new("/", &roots, &e) != ERR_OK || repo_locate(roots, dir, at, &e) != ERR_OK)
        return fail(dir, &e);
    if (repo_describe(at, c->arena, &info, &e) != ERR_OK) return fail(dir, &e);
    as_it_is = ref ? strcmp(ref, "WORKTREE") == 0 : info.unborn;
    if (!at->git) return tree_open_folder(at, NULL, ret, &e) == ERR_OK ? CODE_DONE : fail(dir, &e);
    if (as_it_is) return tree_open_worktree(at, NULL, ret, &e) == ERR_OK ? CODE_DONE : fail(dir, &e);
    return tree_open_git(at, ref, NULL, ret, &e) == ERR_OK ? CODE_DONE : fail(ref ? ref : dir, &e);
}

static enum code print_result(const struct ctl *c, const struct check_result *r)
{
    auto_buf b = BUF_INIT(OUTPUT_MAX);
    enum code code = check_has_errors(r) ? CODE_REFUSED : CODE_DONE;
    if (c->json) {
        record_encode(&check_result_record, r, &b);
        return say_document(stdout, buf_cstr(&b), b.n) ? code : CODE_REFUSED;
    }
    say("%lld verified, %lld to create, %lld not provable here, %lld failed\n", (long long)r->verdict.verified,
        (long long)r->verdict.to_create, (long long)r->verdict.unprovable, (long long)r->verdict.failed);
    for (size_t i = 0; i < r->findings.n; i++) {
        const struct check_finding *f = &r->findings.v[i];
        say("%-8s %-12s %s\n", severity_names[f->severity], f->anchor ? f->anchor : "", f->message);
        if (f->suggestion) say("%22s%s\n", "", f->suggestion);
    }
    return code;
}

static enum code check_tree(struct ctl *c, const struct document *d, struct tree *t)
{
    struct survey s = { 0 };
    struct check_result r = { 0 };
    struct check_codebase codebase = { .tree = t, .survey = &s };
    struct check_input in = { .codebases = { &codebase, 1 }, .size = opt_flag(c, "small") ? SIZE_SMALL : SIZE_FULL };
    struct err e = { 0 };
    if (survey_run(t, c->arena, &s, &e) != ERR_OK || check_run(d, &in, c->arena, &r, &e) != ERR_OK)
        return fail("check", &e);
    return print_result(c, &r);
}

enum code run_check(struct ctl *c)
{
    const char *dir = opt(c, "repo") ? opt(c, "repo") : ".";
    struct document *d = arena_alloc(c->arena, sizeof *d);
    auto_tree tree = NULL;
    struct err e = { .msg = "out of memory" };
    enum code code;
    if (!d || repo_global_init(&e) != ERR_OK) return fail("check", &e);
    code = read_document(c, c->args.v[0], d);
    if (code == CODE_DONE) code = open_tree(c, dir, &tree);
    if (code == CODE_DONE) code = check_tree(c, d, tree);
    tree_unref(TAKE(tree));
    repo_global_shutdown();
    return code;
}
