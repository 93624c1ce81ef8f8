/* Reading one plan: show, export, diff. */
#include <errno.h>
#include <string.h>

#include "cli/say.h"
#include "cli/verbs.h"

static const struct format { const char *name, *type; } formats[] = {
    { "md", "text/markdown" }, { "html", "text/html" }, { "json", "application/json" },
};

static enum code format_type(const char *name, const char **ret)
{
    for (size_t i = 0; i < countof(formats); i++)
        if (strcmp(formats[i].name, name) == 0) {
            *ret = formats[i].type;
            return CODE_DONE;
        }
    complain("--format is md, html or json, not '%s'", name);
    return CODE_USAGE;
}

static enum code get_document(struct ctl *c, const char *id, const char *type, struct response *r)
{
    int64_t number;
    enum code code = opt_number(c, "revision", 0, &number);
    const char *rest = number ? arena_fmt(c->arena, "/revisions/%lld", (long long)number) : "/revisions/head";
    if (code != CODE_DONE || !rest) return code;
    return call(c, &(struct request){ .path = path_of(c, "plans", id, rest), .accept = type }, r);
}

static enum code show_document(struct ctl *c, const char *id, const char *format)
{
    auto_response r = { 0 };
    const char *type = NULL;
    enum code code = format_type(format, &type);
    if (code == CODE_DONE) code = get_document(c, id, type, &r);
    if (code != CODE_DONE) return code;
    return say_document(stdout, buf_cstr(&r.body), r.body.n) ? CODE_DONE : CODE_REFUSED;
}

/* The summary, then what the plan asks or, once there is one, the document. */
static enum code show_plan(struct ctl *c, const char *id)
{
    auto_response r = { 0 };
    enum code code = call_get(c, path_of(c, "plans", id, ""), &r);
    if (code != CODE_DONE) return code;
    if (c->json) return say_document(stdout, buf_cstr(&r.body), r.body.n) ? CODE_DONE : CODE_REFUSED;
    plan_summary(r.json);
    if (ji(r.json, "revision") > 0) {
        say("\n");
        (void)fflush(stdout);
        code = show_document(c, id, "md");
    } else dialogue_show(c, r.json, false);
    if (strcmp(js(r.json, "activity"), "waiting") == 0) plan_hints(c, r.json);
    return code;
}

enum code run_show(struct ctl *c)
{
    enum code code;
    const char *id = plan_id(c, c->args.v[0], &code), *format = opt(c, "format");
    if (!id) return code;
    if (format || opt(c, "revision")) return show_document(c, id, c->json ? "json" : format ? format : "md");
    return show_plan(c, id);
}

static enum code write_file(const char *path, const struct buf *b)
{
    FILE *f = fopen(path, "we");
    bool fine = f && fwrite(buf_cstr(b), 1, b->n, f) == b->n;
    int error = errno;
    if (f && fclose(f) != 0 && fine) {
        fine = false;
        error = errno;
    }
    if (fine) return CODE_DONE;
    complain("%s: %s", path, strerror(error));
    return CODE_REFUSED;
}

enum code run_export(struct ctl *c)
{
    auto_response r = { 0 };
    const char *format = opt(c, "format"), *file = opt(c, "output"), *type = NULL, *id;
    enum code code = format_type(c->json ? "json" : format ? format : "md", &type);
    if (code != CODE_DONE) return code;
    id = plan_id(c, c->args.v[0], &code);
    if (!id || (code = get_document(c, id, type, &r)) != CODE_DONE) return code;
    if (!file || strcmp(file, "-") == 0)
        return say_document(stdout, buf_cstr(&r.body), r.body.n) ? CODE_DONE : CODE_REFUSED;
    code = write_file(file, &r.body);
    if (code == CODE_DONE) note("wrote %s, %zu bytes\n", file, r.body.n);
    return code;
}

enum code run_diff(struct ctl *c)
{
    auto_response r = { 0 };
    auto_buf path = BUF_INIT(4096);
    int64_t number;
    enum code code;
    const char *id = plan_id(c, c->args.v[0], &code), *rest;
    if (!id || (code = opt_number(c, "revision", 0, &number)) != CODE_DONE) return code;
    rest = number ? arena_fmt(c->arena, "/revisions/%lld/diff", (long long)number) : "/revisions/head/diff";
    if (!rest) return CODE_REFUSED;
    buf_str(&path, path_of(c, "plans", id, rest));
    query_add(&path, "from", opt(c, "from"));
    code = call(c, &(struct request){ .path = buf_cstr(&path), .accept = c->json ? "application/json" : "text/x-diff" },
                &r);
    if (code != CODE_DONE) return code;
    return say_document(stdout, buf_cstr(&r.body), r.body.n) ? CODE_DONE : CODE_REFUSED;
}
