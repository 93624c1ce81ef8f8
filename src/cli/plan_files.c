/* Plans as files: export --to DIR writes them with front matter, import takes what was edited as the next revision. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/say.h"
#include "cli/verbs.h"

enum { TEXT_MAX = 64 << 20, NAME_MAX_BYTES = 60 };

struct front { const char *plan, *revision, *hash, *body; };

/* "---\nplan: …\nrevision: …\nhash: …\n---\n"; false: it has none of ours. */
static bool read_front(struct ctl *c, const char *text, struct front *ret)
{
    const char *at = text;
    *ret = (struct front){ 0 };
    if (strncmp(at, "\xef\xbb\xbf", 3) == 0) at += 3;
    if (strncmp(at, "---", 3) != 0) return false;
    for (at += strcspn(at, "\n"); *at; at += strcspn(at, "\n")) {
        const struct { const char *key; const char **to; } keys[] = {
            { "plan: ", &ret->plan }, { "revision: ", &ret->revision }, { "hash: ", &ret->hash },
        };
        size_t n = strcspn(++at, "\r\n");
        if (n >= 3 && strncmp(at, "---", 3) == 0) {
            at += strcspn(at, "\n");
            ret->body = *at ? at + 1 : at;
            return ret->plan && ret->revision && ret->hash;
        }
        for (size_t i = 0; i < countof(keys); i++)
            if (strncmp(at, keys[i].key, strlen(keys[i].key)) == 0)
                *keys[i].to = arena_dup_n(c->arena, at + strlen(keys[i].key), n - strlen(keys[i].key));
    }
    return false;
}

static bool is_number(const char *s) { return *s && strspn(s, "0123456789") == strlen(s) && strlen(s) < 10; }

/* A revision's Markdown with all its code. */
static enum code get_text(struct ctl *c, const char *id, const char *revision, struct response *r)
{
    const char *rest = arena_fmt(c->arena, "/revisions/%s?code=full", revision);
    return call(c, &(struct request){ .path = path_of(c, "plans", id, rest), .accept = "text/markdown" }, r);
}

/* --- export ------------------------------------------------------------------------------------------------------- */
static bool ends_in_md(const char *name)
{
    size_t n = strlen(name);
    return n > 3 && strcmp(name + n - 3, ".md") == 0;
}

/* The file of the folder that holds this plan, whatever it is called. NULL: none. */
static const char *file_of(struct ctl *c, const char *dir, const char *id)
{
    DIR *d = opendir(dir);
    const char *found = NULL;
    for (struct dirent *entry; d && !found && (entry = readdir(d)) != NULL;) {
        const char *path = arena_fmt(c->arena, "%s/%s", dir, entry->d_name), *text;
        struct front f;
        struct stat st;
        if (!path || !ends_in_md(entry->d_name) || stat(path, &st) != 0 || !S_ISREG(st.st_mode)) continue;
        if (text_read(c, path, &text) == CODE_DONE && read_front(c, text, &f) && strcmp(f.plan, id) == 0) found = path;
    }
    if (d) (void)closedir(d);
    return found;
}

/* Letters and digits of the title, in small letters, joined with "-"; the end of the id makes it this plan's alone. */
static const char *new_name(struct ctl *c, const char *dir, const char *title, const char *id)
{
    auto_buf b = BUF_INIT(4096);
    struct stat st;
    const char *path;
    bool gap = false;
    for (; *title && b.n < NAME_MAX_BYTES; title++) {
        char ch = *title >= 'A' && *title <= 'Z' ? (char)(*title + 'a' - 'A') : *title;
        bool fits = (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9');
        if (fits && gap && b.n) buf_char(&b, '-');
        if (fits) buf_char(&b, ch);
        gap = !fits;
    }
    path = arena_fmt(c->arena, "%s/%s.md", dir, b.n ? buf_cstr(&b) : "plan");
    if (path && stat(path, &st) != 0) return path;
    return arena_fmt(c->arena, "%s/%s-%s.md", dir, b.n ? buf_cstr(&b) : "plan", strlen(id) > 6 ? id + strlen(id) - 6 : id);
}

/* Changes that nobody has imported are not written over. */
static enum code may_write(struct ctl *c, const char *path)
{
    auto_response r = { 0 };
    const char *text;
    struct front f;
    enum code code = text_read(c, path, &text);
    if (code != CODE_DONE || opt_flag(c, "force")) return code;
    if (!read_front(c, text, &f) || !is_number(f.revision)) return CODE_DONE;
    if ((code = get_text(c, f.plan, f.revision, &r)) != CODE_DONE) return code;
    if (strcmp(f.body, buf_cstr(&r.body)) == 0) return CODE_DONE;
    complain("%s holds changes that were not imported: planctl import %s, or export with --force", path, path);
    return CODE_REFUSED;
}

static enum code write_plan(struct ctl *c, const char *id, const char *revision, const char *path)
{
    auto_response r = { 0 }, facts = { 0 };
    auto_buf b = BUF_INIT(TEXT_MAX);
    enum code code = call_get(c, path_of(c, "plans", id, arena_fmt(c->arena, "/revisions/%s", revision)), &facts);
    if (code != CODE_DONE) return code;
    revision = arena_fmt(c->arena, "%lld", (long long)ji(facts.json, "revision"));
    if ((code = get_text(c, id, revision, &r)) != CODE_DONE) return code;
    buf_fmt(&b, "---\nplan: %s\nrevision: %s\nhash: %s\n---\n", id, revision, js(facts.json, "hash"));
    buf_add(&b, buf_cstr(&r.body), r.body.n);
    if (b.failed != ERR_OK) return CODE_REFUSED;
    code = file_write(c, path, &b);
    if (code == CODE_DONE) note("wrote %s, revision %s\n", path, revision);
    return code;
}

static enum code export_one(struct ctl *c, const char *dir, const char *arg)
{
    auto_response r = { 0 };
    const char *path, *revision = opt(c, "revision") ? opt(c, "revision") : "head";
    enum code code;
    const char *id = plan_id(c, arg, &code);
    if (!id) return code;
    if ((path = file_of(c, dir, id)) && (code = may_write(c, path)) != CODE_DONE) return code;
    if (!path) {
        if ((code = call_get(c, path_of(c, "plans", id, ""), &r)) != CODE_DONE) return code;
        path = new_name(c, dir, js(r.json, "title"), id);
    }
    return path ? write_plan(c, id, revision, path) : CODE_REFUSED;
}

enum code files_export(struct ctl *c)
{
    const char *dir = opt(c, "to");
    char *part = arena_dup(c->arena, dir);
    enum code code = CODE_DONE;
    if (opt(c, "output") || opt(c, "format") || (opt(c, "revision") && !is_number(opt(c, "revision")))) {
        complain("--to writes Markdown files that can be imported: without --output and --format");
        return CODE_USAGE;
    }
    for (char *p = part; p && *p; p++) { /* the folders on the way */
        if (*p != '/' || p == part) continue;
        *p = '\0';
        (void)mkdir(part, 0777);
        *p = '/';
    }
    if (mkdir(dir, 0777) != 0 && errno != EEXIST) {
        complain("%s: %s", dir, strerror(errno));
        return CODE_REFUSED;
    }
    for (size_t i = 0; i < c->args.n && code == CODE_DONE; i++) code = export_one(c, dir, c->args.v[i]);
    return code;
}

/* --- import ------------------------------------------------------------------------------------------------------- */
/* The ETag begins with the first half of the hash. */
static bool is_that_hash(const char *etag, const struct front *f)
{
    const char *at = strchr(etag, '-');
    return at && strlen(f->hash) == 64 && strncmp(at + 1, f->hash, 32) == 0;
}

static enum code send_file(struct ctl *c, const char *path, const struct front *f, const char *etag)
{
    auto_response r = { 0 }, settled = { 0 };
    enum code code = call(c,
                          &(struct request){ .method = "POST",
                                             .path = path_of(c, "plans", f->plan, "/revisions"),
                                             .type = "text/markdown",
                                             .body = f->body,
                                             .if_match = etag },
                          &r);
    if (r.status == 412) {
        note("  %s was written from revision %s: planctl diff %s --from %s --format sections shows what came after it\n",
             path, f->revision, f->plan, f->revision);
        return CODE_REFUSED;
    }
    if (code != CODE_DONE) {
        note("  nothing of %s was taken\n", path);
        return code;
    }
    code = await_plan(c, f->plan, &settled);
    return code == CODE_DONE ? write_plan(c, f->plan, "head", path) : code;
}

static enum code import_file(struct ctl *c, const char *path)
{
    auto_response was = { 0 }, head = { 0 };
    const char *text, *etag;
    struct front f;
    enum code code = text_read(c, path, &text);
    if (code != CODE_DONE) return code;
    if (!read_front(c, text, &f) || !is_number(f.revision)) {
        complain("%s has no front matter of planctl export --to", path);
        return CODE_REFUSED;
    }
    if ((code = get_text(c, f.plan, f.revision, &was)) != CODE_DONE) return code;
    if (!is_that_hash(was.etag, &f)) {
        complain("%s: its hash is not that of revision %s of %s", path, f.revision, f.plan);
        return CODE_REFUSED;
    }
    if (strcmp(f.body, buf_cstr(&was.body)) == 0) {
        note("%s is unchanged\n", path);
        return CODE_DONE;
    }
    etag = was.etag;
    if (opt_flag(c, "force")) {
        if ((code = get_text(c, f.plan, "head", &head)) != CODE_DONE) return code;
        etag = head.etag;
    }
    return send_file(c, path, &f, etag);
}

/* Every file of ours in the folder; the others are somebody else's. */
static enum code import_folder(struct ctl *c, const char *dir)
{
    struct dirent **names = NULL;
    int n = scandir(dir, &names, NULL, alphasort);
    enum code code = CODE_DONE;
    for (int i = 0; i < n; i++) {
        const char *path = arena_fmt(c->arena, "%s/%s", dir, names[i]->d_name), *text;
        struct front f;
        bool ours = path && ends_in_md(names[i]->d_name) && text_read(c, path, &text) == CODE_DONE && read_front(c, text, &f);
        enum code one = ours ? import_file(c, path) : CODE_DONE;
        if (one != CODE_DONE) code = one; /* the others are taken all the same */
        free(names[i]);
    }
    free(names);
    return code;
}

enum code run_import(struct ctl *c)
{
    enum code code = CODE_DONE;
    for (size_t i = 0; i < c->args.n; i++) {
        struct stat st;
        bool folder = stat(c->args.v[i], &st) == 0 && S_ISDIR(st.st_mode);
        enum code one = folder ? import_folder(c, c->args.v[i]) : import_file(c, c->args.v[i]);
        if (one != CODE_DONE) code = one;
    }
    return code;
}
