/* export: a plan's document in any of its forms, to standard output or into a file. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/say.h"
#include "cli/verbs.h"

enum { TEXT_MAX = 64 << 20 };

/* --- a file, whole or not at all ------------------------------------------------------------------------------- */
static enum code fail_file(const char *path, int error)
{
    complain("%s: %s", path, strerror(error));
    return CODE_REFUSED;
}

static bool write_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, p, n);
        if (done < 0 && errno != EINTR) return false;
        if (done <= 0) continue;
        p += done;
        n -= (size_t)done;
    }
    return true;
}

/* What is no regular file (a terminal, a pipe) cannot be replaced. */
static enum code write_through(const char *path, const struct buf *b)
{
    FILE *f = fopen(path, "we");
    bool fine = f && fwrite(buf_cstr(b), 1, b->n, f) == b->n;
    int error = errno;
    if (f && fclose(f) != 0 && fine) return fail_file(path, errno);
    return fine ? CODE_DONE : fail_file(path, error);
}

/* Under another name first, so that nobody ever finds half of it and a failure leaves what was there. */
enum code file_write(struct ctl *c, const char *path, const struct buf *b)
{
    char *real = realpath(path, NULL); /* a link stays a link */
    const char *to = real ? arena_dup(c->arena, real) : path;
    char *part = arena_fmt(c->arena, "%s.XXXXXX", to ? to : "");
    struct stat st;
    bool there = to && stat(to, &st) == 0, fine;
    mode_t mask = umask(0);
    int fd, error;
    (void)umask(mask);
    free(real);
    if (!part) return fail_file(path, ENOMEM);
    if (there && !S_ISREG(st.st_mode)) return write_through(to, b);
    if (there && access(to, W_OK) != 0) return fail_file(path, errno);
    if ((fd = mkstemp(part)) < 0) return fail_file(path, errno);
    fine = write_all(fd, buf_cstr(b), b->n) && fchmod(fd, there ? st.st_mode & 0777 : 0666 & ~mask) == 0 &&
           fsync(fd) == 0;
    error = errno;
    if (close(fd) != 0 && fine) fine = false, error = errno;
    if (fine && rename(part, to) != 0) fine = false, error = errno;
    if (fine) return CODE_DONE;
    (void)unlink(part);
    return fail_file(path, error);
}

/* --- the forms ------------------------------------------------------------------------------------------------- */
struct form {
    const char *name, *type;
    bool code;         /* takes --code */
    const char *chart; /* only the chart of the Markdown that begins with this word */
    bool brief;        /* of the hand-over */
};
static const struct form forms[] = {
    { .name = "md", .type = "text/markdown", .code = true },
    { .name = "html", .type = "text/html", .code = true },
    { .name = "json", .type = "application/json" },
    { .name = "gantt", .type = "text/markdown", .chart = "gantt" },
    { .name = "graph", .type = "text/markdown", .chart = "flowchart" },
    { .name = "handoff", .type = "text/markdown", .brief = true },
};

static enum code form_of(const struct ctl *c, const struct form **ret)
{
    const char *name = opt(c, "format") ? opt(c, "format") : c->json ? "json" : "md", *code = opt(c, "code");
    *ret = NULL;
    for (size_t i = 0; i < countof(forms); i++)
        if (strcmp(forms[i].name, name) == 0) *ret = &forms[i];
    if (!*ret) {
        complain("--format is md, html, json, gantt, graph or handoff, not '%s'", name);
        return CODE_USAGE;
    }
    if (code && !(*ret)->code) {
        complain("--code is for --format md and html");
        return CODE_USAGE;
    }
    if (!code || strcmp(code, "none") == 0 || strcmp(code, "interfaces") == 0 || strcmp(code, "full") == 0)
        return CODE_DONE;
    complain("--code is none, interfaces or full, not '%s'", code);
    return CODE_USAGE;
}

/* The text between the fences of the chart, in place of the Markdown it is in. */
static enum code cut_chart(const struct form *f, const char *id, struct buf *b)
{
    static const char open[] = "```mermaid\n", close[] = "\n```";
    for (const char *at = buf_cstr(b); (at = strstr(at, open)) != NULL;) {
        const char *end = strstr(at += sizeof open - 1, close);
        auto_buf chart = BUF_INIT(TEXT_MAX);
        if (!end) break;
        if (strncmp(at, f->chart, strlen(f->chart)) != 0) continue;
        buf_add(&chart, at, (size_t)(end - at) + 1);
        buf_clear(b);
        buf_add(b, buf_cstr(&chart), chart.n);
        return CODE_DONE;
    }
    complain("%s has no %s: its phases do not ask for one", id, f->name);
    return CODE_REFUSED;
}

static enum code get_form(struct ctl *c, const char *id, const struct form *f, struct response *r)
{
    const char *brief = c->json ? "/handoff?format=json" : "/handoff?format=markdown";
    const char *type = c->json ? "application/json" : f->type;
    enum code code;
    if (f->brief) return call(c, &(struct request){ .path = path_of(c, "plans", id, brief), .accept = type }, r);
    code = document_get(c, id, f->type, f->chart ? "none" : opt(c, "code"), r);
    return code == CODE_DONE && f->chart ? cut_chart(f, id, &r->body) : code;
}

enum code run_export(struct ctl *c)
{
    auto_response r = { 0 };
    const char *file = opt(c, "output"), *id;
    const struct form *form;
    enum code code;
    if (opt(c, "to")) return files_export(c);
    if (c->args.n > 1) {
        complain("several plans at once go into a folder: --to DIR");
        return CODE_USAGE;
    }
    if ((code = form_of(c, &form)) != CODE_DONE) return code;
    id = plan_id(c, c->args.v[0], &code);
    if (!id || (code = get_form(c, id, form, &r)) != CODE_DONE) return code;
    if (!file || strcmp(file, "-") == 0)
        return say_document(stdout, buf_cstr(&r.body), r.body.n) ? CODE_DONE : CODE_REFUSED;
    code = file_write(c, file, &r.body);
    if (code == CODE_DONE) note("wrote %s, %zu bytes\n", file, r.body.n);
    return code;
}
