/* Reading one plan: show, diff. */
#include <string.h>

#include "cli/page.h"
#include "cli/say.h"
#include "cli/verbs.h"

enum { PAGE_MAX = 64 << 20, PATH_BYTES = 4096 };

enum code document_get(struct ctl *c, const char *id, const char *type, const char *code, struct response *r)
{
    auto_buf path = BUF_INIT(PATH_BYTES);
    int64_t number;
    enum code k = opt_number(c, "revision", 0, &number);
    const char *rest = number ? arena_fmt(c->arena, "/revisions/%lld", (long long)number) : "/revisions/head";
    if (k != CODE_DONE || !rest) return k;
    buf_str(&path, path_of(c, "plans", id, rest));
    query_add(&path, "code", code);
    return call(c, &(struct request){ .path = buf_cstr(&path), .accept = type }, r);
}

static enum code print(const struct response *r)
{
    return say_document(stdout, buf_cstr(&r->body), r->body.n) ? CODE_DONE : CODE_REFUSED;
}

/* --- pages ----------------------------------------------------------------------------------------------------- */
static enum code add_document(struct ctl *c, const char *id, const struct page_look *look, struct buf *page)
{
    auto_response r = { 0 };
    enum code code = document_get(c, id, "text/markdown", NULL, &r);
    if (code != CODE_DONE) return code;
    if (page_markdown(page, buf_cstr(&r.body), r.body.n, look)) return CODE_DONE;
    complain("the document cannot be laid out; --format md shows it as it is");
    return CODE_REFUSED;
}

static enum code show_revision(struct ctl *c, const char *id)
{
    auto_buf page = BUF_INIT(PAGE_MAX);
    struct page_look look = page_look_of(c, stdout);
    enum code code = add_document(c, id, &look, &page);
    if (code != CODE_DONE) return code;
    return page_show(c, &page) ? CODE_DONE : CODE_REFUSED;
}

/* Its lines are a label of 12 columns and a text, which is wrapped beside it. */
static void add_summary(const json_t *plan, const struct page_look *look, struct buf *out)
{
    auto_buf text = BUF_INIT(PAGE_MAX);
    struct page page;
    struct rich r;
    plan_summary(plan, &text);
    page_open(&page, out, look);
    rich_init(&r);
    for (const char *line = buf_cstr(&text); *line; line += strcspn(line, "\n"), line += *line == '\n') {
        struct container label = { .columns = 12 };
        size_t n = strcspn(line, "\n"), skip = line[0] == ' ' && n > label.columns ? label.columns : 0;
        (void)snprintf(label.marker, sizeof label.marker, "%.*s", (int)skip, line);
        if (skip) page_enter(&page, &label);
        rich_clear(&r);
        rich_add(&r, line + skip, n - skip, 0);
        page_lines(&page, &r, false);
        if (skip) page_leave(&page);
    }
    rich_release(&r);
    if (text.failed != ERR_OK && out->failed == ERR_OK) out->failed = text.failed;
}

/* The summary, then what the plan asks or, once there is one, the document. */
static enum code show_plan(struct ctl *c, const char *id)
{
    auto_response r = { 0 };
    auto_buf page = BUF_INIT(PAGE_MAX), text = BUF_INIT(PAGE_MAX);
    struct page_look look = page_look_of(c, stdout);
    enum code code = call_get(c, path_of(c, "plans", id, ""), &r);
    if (code != CODE_DONE) return code;
    if (c->json) return print(&r);
    add_summary(r.json, &look, &page);
    buf_char(&page, '\n');
    if (ji(r.json, "revision") > 0) code = add_document(c, id, &look, &page);
    else {
        dialogue_text(c, r.json, false, &text);
        if (!page_markdown(&page, buf_cstr(&text), text.n, &look)) buf_str(&page, "(cannot be laid out; see --json)\n");
    }
    if (code != CODE_DONE) return code;
    if (!page_show(c, &page)) return CODE_REFUSED;
    if (strcmp(js(r.json, "activity"), "waiting") != 0) return CODE_DONE;
    if (ji(r.json, "revision") > 0) plan_message(c, r.json); /* without one it is the page */
    plan_hints(c, r.json);
    return CODE_DONE;
}

static const struct format { const char *name, *type; } formats[] = {
    { "md", "text/markdown" }, { "html", "text/html" }, { "json", "application/json" },
};

enum code run_show(struct ctl *c)
{
    auto_response r = { 0 };
    enum code code;
    const char *id, *format = opt(c, "format");
    if (c->json && (format || opt(c, "revision"))) format = "json";
    for (size_t i = 0; format && i < countof(formats); i++) {
        if (strcmp(formats[i].name, format) != 0) continue;
        if (!(id = plan_id(c, c->args.v[0], &code))) return code;
        code = document_get(c, id, formats[i].type, NULL, &r);
        return code == CODE_DONE ? print(&r) : code;
    }
    if (format) {
        complain("--format is md, html or json, not '%s'", format);
        return CODE_USAGE;
    }
    if (!(id = plan_id(c, c->args.v[0], &code))) return code;
    return opt(c, "revision") ? show_revision(c, id) : show_plan(c, id);
}

/* A line for each section: what became of it, in which revision, why. */
static void say_changes(const json_t *diff)
{
    size_t i;
    const json_t *v;
    json_array_foreach((json_t *)(uintptr_t)jo(diff, "sections"), i, v) {
        const json_t *why = jo(v, "why");
        auto_buf detail = BUF_INIT(PATH_BYTES);
        say_cut(&detail, js(why, "detail"), 80);
        say("%-8s %-14s +%lld -%lld  %s; revision %lld, %s%s%s\n", js(v, "change"), js(v, "id"),
            (long long)ji(v, "added"), (long long)ji(v, "removed"), js(v, "title"), (long long)ji(why, "revision"),
            js(why, "reason"), detail.n ? ": " : "", buf_cstr(&detail));
    }
    json_array_foreach((json_t *)(uintptr_t)jo(diff, "moves"), i, v)
        say("moved    %lld lines from line %lld (%s) to line %lld (%s)\n", (long long)ji(v, "lines"),
            (long long)ji(v, "from_line"), js(v, "from_section"), (long long)ji(v, "to_line"), js(v, "to_section"));
}

static const struct format diff_formats[] = {
    { "patch", "text/x-diff" }, { "html", "text/html" }, { "json", "application/json" }, { "sections", "application/json" },
};

enum code run_diff(struct ctl *c)
{
    const char *format = opt(c, "format") ? opt(c, "format") : c->json ? "json" : "patch";
    const struct format *f = NULL;
    auto_response r = { 0 };
    auto_buf path = BUF_INIT(PATH_BYTES);
    int64_t number;
    enum code code;
    const char *id, *rest;
    for (size_t i = 0; i < countof(diff_formats); i++)
        if (strcmp(diff_formats[i].name, format) == 0) f = &diff_formats[i];
    if (!f) {
        complain("--format is patch, sections, html or json, not '%s'", format);
        return CODE_USAGE;
    }
    id = plan_id(c, c->args.v[0], &code);
    if (!id || (code = opt_number(c, "revision", 0, &number)) != CODE_DONE) return code;
    rest = number ? arena_fmt(c->arena, "/revisions/%lld/diff", (long long)number) : "/revisions/head/diff";
    if (!rest) return CODE_REFUSED;
    buf_str(&path, path_of(c, "plans", id, rest));
    query_add(&path, "from", opt(c, "from"));
    code = call(c, &(struct request){ .path = buf_cstr(&path), .accept = f->type }, &r);
    if (code != CODE_DONE || strcmp(f->name, "sections") != 0) return code == CODE_DONE ? print(&r) : code;
    say_changes(r.json);
    return CODE_DONE;
}
