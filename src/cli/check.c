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

/* --- the repository's settings ------------------------------------------------------------------------------------ */
/* Its default branch, as far as it can be told here: what a branch under review says of the rules does not count. */
static enum code read_settings(struct ctl *c, const char *dir, struct tree *t, const struct check_settings **ret)
{
    static const char *const branches[] = { "origin/HEAD", "origin/main", "origin/master", "main", "master", "HEAD" };
    struct repo_location *at = arena_alloc(c->arena, sizeof *at);
    auto_roots roots = NULL;
    auto_tree branch = NULL;
    struct err e = { .msg = "out of memory" };
    *ret = NULL;
    if (!at || repo_roots_new("/", &roots, &e) != ERR_OK || repo_locate(roots, dir, at, &e) != ERR_OK)
        return fail(dir, &e);
    for (size_t i = 0; at->git && !branch && i < countof(branches); i++)
        if (tree_open_git(at, branches[i], NULL, &branch, &e) != ERR_OK) branch = NULL;
    return check_settings_of(branch ? branch : t, c->arena, ret, &e) == ERR_OK ? CODE_DONE
                                                                               : fail(CHECK_SETTINGS_FILE, &e);
}

/* --- telling ------------------------------------------------------------------------------------------------------ */
static const char *const formats[] = { "text", "json", "sarif", "github", NULL };
enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_SARIF, FORMAT_GITHUB };

static int format_of(const struct ctl *c)
{
    const char *name = c->json ? "json" : opt(c, "format");
    for (int i = 0; formats[i]; i++)
        if (!name || strcmp(formats[i], name) == 0) return name ? i : FORMAT_TEXT;
    complain("--format takes text, json, sarif or github, not '%s'", name);
    return -1;
}

struct checked { struct check_result *r; struct check_told *t; size_t n; };

static enum code print_results(const struct checked *x, int format)
{
    auto_buf b = BUF_INIT(OUTPUT_MAX);
    enum code code = CODE_DONE;
    for (size_t i = 0; i < x->n; i++) {
        if (check_has_errors(&x->r[i])) code = CODE_REFUSED;
        if (format == FORMAT_JSON) {
            record_encode(&check_result_record, &x->r[i], &b);
            if (i + 1 < x->n) buf_char(&b, '\n');
        }
        if (format == FORMAT_GITHUB) check_write_github(&x->r[i], &x->t[i], &b);
        if (format != FORMAT_TEXT) continue;
        if (x->n > 1) buf_fmt(&b, "%s%s: ", i ? "\n" : "", x->t[i].file);
        check_write_text(&x->r[i], &x->t[i], &b);
    }
    if (format == FORMAT_SARIF) check_write_sarif(x->r, x->t, x->n, &b);
    if (format == FORMAT_JSON || format == FORMAT_SARIF)
        return say_document(stdout, buf_cstr(&b), b.n) ? code : CODE_REFUSED;
    say("%s", buf_cstr(&b));
    return code;
}

/* --- checking ----------------------------------------------------------------------------------------------------- */
static enum code check_files(struct ctl *c, const char *dir, struct tree *t, struct checked *x)
{
    struct survey s = { 0 };
    const struct check_settings *settings;
    struct check_codebase codebase = { .tree = t, .survey = &s };
    struct check_input in = { .codebases = { &codebase, 1 }, .size = opt_flag(c, "small") ? SIZE_SMALL : SIZE_FULL };
    struct err e = { 0 };
    enum code code = read_settings(c, dir, t, &settings);
    if (code != CODE_DONE) return code;
    in.settings = settings;
    if (survey_run(t, c->arena, &s, &e) != ERR_OK) return fail("survey", &e);
    for (size_t i = 0; i < c->args.n; i++) {
        const char *text = NULL;
        if ((code = text_read(c, c->args.v[i], &text)) != CODE_DONE) return code;
        x->t[i].file = strcmp(c->args.v[i], "-") == 0 ? "standard input" : c->args.v[i];
        if (check_text(text, strlen(text), CHECK_AUTO, &in, c->arena, &x->r[i], &e) != ERR_OK)
            return fail(x->t[i].file, &e);
        x->n++;
    }
    return CODE_DONE;
}

enum code run_check(struct ctl *c)
{
    const char *dir = opt(c, "repo") ? opt(c, "repo") : ".";
    struct checked x = { .r = arena_alloc(c->arena, c->args.n * sizeof *x.r),
                         .t = arena_alloc(c->arena, c->args.n * sizeof *x.t) };
    auto_tree tree = NULL;
    struct err e = { .msg = "out of memory" };
    enum code code;
    int format = format_of(c);
    if (format < 0) return CODE_USAGE;
    if (opt_flag(c, "dry-run")) return check_dry_run(c, dir);
    if (!x.r || !x.t || repo_global_init(&e) != ERR_OK) return fail("check", &e);
    code = open_tree(c, dir, &tree);
    if (code == CODE_DONE) code = check_files(c, dir, tree, &x);
    if (code == CODE_DONE) code = print_results(&x, format);
    tree_unref(TAKE(tree));
    repo_global_shutdown();
    return code;
}
