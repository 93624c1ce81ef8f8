/* Reading what a ticket mentions: every file named is read whole, in priority order; what cannot be had is said. */
#include "pland/planner/planner.h"

#include <stdlib.h>
#include <string.h>
#include "pland/planner/extract.h"
#include "planner/prose.h"

typedef LIST(struct brief_file) file_list;
typedef LIST(struct missing_mention) missing_list;

struct reading_work {
    struct brief *b;
    struct arena *a;
    struct err *e;
    file_list files;
    missing_list missing;
    text_list paths[32]; /* by codebase: mentions for relevance */
};
enum { MAX_CODEBASES = 32, MAX_FILES = 200 };

/* --- priority ----------------------------------------------------------------------------------------------------- */
static const struct {
    int reading;
    const char *words[12];
} reading_rows[] = {
    {READ_SCHEMA, {"openapi", "swagger", "schema", "proto", "graphql", "asyncapi", "wsdl", "raml"}},
    {READ_TICKET, {"ticket", "tickets", "issue", "issues", "story", "stories", "requirements", "prd", "epic", "jira"}},
    {READ_TESTS, {"test", "tests", "spec", "specs", "e2e", "fixtures"}},
};
static const char *const prose_extensions[] = {"md", "txt", "rst", "adoc", "org", "html", "pdf", "docx", "mdx"};

static bool path_has_word(struct arena *a, const char *path, const char *word)
{
    return prose_has_word(name_words(a, path), word);
}

static int reading_of(struct arena *a, const char *path)
{
    bool prose = false;
    for (size_t i = 0; i < countof(prose_extensions); i++)
        prose = prose || prose_same(file_ext(path), prose_extensions[i]);
    for (size_t i = 0; i < countof(reading_rows); i++)
        for (const char *const *w = reading_rows[i].words; *w; w++) {
            if (!path_has_word(a, path, *w)) continue;
            if (reading_rows[i].reading == READ_TICKET && !prose) continue;
            if (prose && reading_rows[i].reading == READ_SCHEMA && !prose_same(*w, "openapi")) continue;
            return reading_rows[i].reading;
        }
    return prose ? READ_RESEARCH : READ_CODE;
}

static const char *full_path(struct reading_work *w, size_t codebase, const char *path)
{
    const char *alias = w->b->codebases.v[codebase].base.alias;
    return codebase > 0 && alias ? arena_fmt(w->a, "%s//%s", alias, path) : path;
}

static bool have(const struct reading_work *w, const char *path)
{
    for (size_t i = 0; i < w->files.n; i++)
        if (prose_same(w->files.v[i].path, path)) return true;
    return false;
}

/* --- missing ------------------------------------------------------------------------------------------------------ */
static const char *closest_of(struct reading_work *w, const char *path)
{
    for (size_t c = 0; c < w->b->codebases.n; c++) {
        const char *found = w->b->codebases.v[c].tree ? tree_closest(w->b->codebases.v[c].tree, path) : NULL;
        if (found) return full_path(w, c, found);
    }
    return NULL;
}

static void miss(struct reading_work *w, const char *path, const char *why, bool guess)
{
    struct missing_mention *m;
    for (size_t i = 0; i < w->missing.n; i++)
        if (prose_same(w->missing.v[i].path, path)) return;
    m = w->missing.n < 100 ? PUSH(w->a, w->missing) : NULL;
    if (m) *m = (struct missing_mention){.path = path, .why = why, .closest = guess ? closest_of(w, path) : NULL};
}

/* --- reading ------------------------------------------------------------------------------------------------------ */
static enum err_kind read_one(struct reading_work *w, size_t codebase, const char *path, const char *why)
{
    const char *full = full_path(w, codebase, path);
    struct buf b = BUF_INIT(BUF_MAX_DEFAULT);
    struct brief_file *f;
    enum err_kind k;
    if (!full || have(w, full)) return ERR_OK;
    k = tree_read(w->b->codebases.v[codebase].tree, path, 0, &b, w->e);
    if (k == ERR_NOMEM || k == ERR_IO) return buf_release(&b), k;
    if (k != ERR_OK) {
        miss(w, full, arena_fmt(w->a, "%s, cannot be read: %s", why, w->e->msg), false);
    } else if (w->files.n < MAX_FILES && (f = PUSH(w->a, w->files)) != NULL) {
        *f = (struct brief_file){.path = full,
                                 .content = arena_dup_n(w->a, buf_cstr(&b), b.n),
                                 .reading = reading_of(w->a, path),
                                 .why = why};
        if (!f->content) w->files.n--;
    }
    buf_release(&b);
    return prose_check(w->a, w->e);
}

/* A path as somebody wrote it, with or without an alias, in whatever codebase has it. */
static enum err_kind read_named(struct reading_work *w, const char *written, const char *why, bool must_exist)
{
    char path[4096];
    struct err ignored;
    const char *inner = strstr(written, "//");
    for (size_t c = 0; c < w->b->codebases.n && c < MAX_CODEBASES; c++) {
        const struct codebase *cb = &w->b->codebases.v[c];
        const char *look = written;
        if (inner && cb->base.alias && strncmp(written, cb->base.alias, (size_t)(inner - written)) == 0)
            look = inner + 2;
        if (!cb->tree || tree_normalise(look, path, sizeof path, &ignored) != ERR_OK) continue;
        if (tree_find(cb->tree, path)) {
            const char *copy = arena_dup(w->a, path);
            prose_list_add(w->a, &w->paths[c], copy);
            return copy ? read_one(w, c, copy, why) : prose_check(w->a, w->e);
        }
        if (tree_is_dir(cb->tree, path)) {
            prose_list_add(w->a, &w->paths[c], arena_dup(w->a, path));
            return ERR_OK;
        }
    }
    if (must_exist && !have(w, written)) miss(w, written, why, true);
    return ERR_OK;
}

static enum err_kind read_text_mentions(struct reading_work *w, const char *text, const char *from)
{
    for (size_t c = 0; text && c < w->b->codebases.n && c < MAX_CODEBASES; c++) {
        struct path_mentions found = {0};
        struct tree *t = w->b->codebases.v[c].tree;
        enum err_kind k = t ? survey_mentions(t, text, w->a, &found, w->e) : ERR_OK;
        for (size_t i = 0; k == ERR_OK && i < found.paths.n; i++) {
            const struct evidence *ev = &found.paths.v[i];
            prose_list_add(w->a, &w->paths[c], ev->path);
            if (tree_find(t, ev->path)) k = read_one(w, c, ev->path, arena_fmt(w->a, "named in the %s", from));
        }
        if (k != ERR_OK) return k;
    }
    return ERR_OK;
}

/* "create docs/new.md": who asks for a file to be made does not miss it. Looks at the words before the path. */
static bool to_be_made(const struct extract_item *it)
{
    static const char *const words[] = {"create",    "add",      "new",     "write",   "generate",
                                        "introduce", "produce",  "called",  "save to", "output",
                                        "document",  "describe", "mention", "note",    NULL};
    const char *at = strstr(it->quote, it->text), *from = at;
    while (from && from > it->quote && at - from < 40 && !(from[0] == ' ' && strchr(".;!?", from[-1]))) from--;
    return at && span_has_any((struct span){from, (size_t)(at - from)}, words) != NULL;
}

static bool resolved(const struct reading_work *w, const char *path)
{
    size_t n = strlen(path);
    for (size_t i = 0; i < w->files.n; i++) {
        const char *have_path = w->files.v[i].path;
        size_t m = strlen(have_path);
        if (m >= n && strcmp(have_path + m - n, path) == 0 && (m == n || have_path[m - n - 1] == '/')) return true;
    }
    return false;
}

static enum err_kind read_extracted(struct reading_work *w, const struct extract *x)
{
    for (size_t i = 0; i < x->paths.n; i++) {
        const struct extract_item *it = &x->paths.v[i];
        size_t n = strlen(it->text);
        bool folder = n > 0 && it->text[n - 1] == '/';
        enum err_kind k;
        if (resolved(w, it->text)) continue;
        k = read_named(w, it->text,
                       it->line > 0 ? arena_fmt(w->a, "named in the ticket, line %lld", (long long)it->line)
                                    : "named in the title",
                       !to_be_made(it) && !folder);
        if (k != ERR_OK) return k;
    }
    return ERR_OK;
}

/* --- links -------------------------------------------------------------------------------------------------------- */
/* "https://host/owner/repo/blob/main/docs/a.md" when the tree has docs/a.md, or a file given under the link's name. */
static bool covered(struct reading_work *w, const char *link)
{
    const char *last = strrchr(link, '/');
    if (w->b->ticket.url && strcmp(link, w->b->ticket.url) == 0) return true;
    if (have(w, link)) return true;
    for (size_t i = 0; last && last[1] && i < w->files.n; i++)
        if (prose_same(file_base(w->files.v[i].path), last + 1)) return true;
    for (size_t i = 0; i < w->files.n; i++)
        if (w->files.v[i].given && w->files.v[i].content && strstr(w->files.v[i].content, link)) return true;
    return false;
}

static enum err_kind link_read(struct reading_work *w, const char *link, const char *why)
{
    const char *blob = strstr(link, "/blob/"), *path = blob ? strchr(blob + 6, '/') : NULL;
    if (strncmp(link, "http://", 7) != 0 && strncmp(link, "https://", 8) != 0) return read_named(w, link, why, true);
    for (size_t c = 0; path && c < w->b->codebases.n; c++)
        if (w->b->codebases.v[c].tree && tree_find(w->b->codebases.v[c].tree, path + 1))
            return read_one(w, c, arena_dup(w->a, path + 1), why);
    if (!covered(w, link)) miss(w, link, why, false);
    return ERR_OK;
}

static enum err_kind read_links(struct reading_work *w, const struct extract *x)
{
    for (size_t i = 0; i < w->b->links.n; i++) {
        enum err_kind k = link_read(w, w->b->links.v[i], "given as a link");
        if (k != ERR_OK) return k;
    }
    for (size_t i = 0; i < x->links.n; i++) {
        enum err_kind k = link_read(w, x->links.v[i].text,
                                    arena_fmt(w->a, "linked in the ticket, line %lld", (long long)x->links.v[i].line));
        if (k != ERR_OK) return k;
    }
    return ERR_OK;
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */
static int by_priority(const void *a, const void *b)
{
    const struct brief_file *x = a, *y = b;
    if (x->reading != y->reading) return x->reading < y->reading ? -1 : 1;
    if (x->given != y->given) return x->given ? -1 : 1;
    return strcmp(x->path, y->path);
}

static enum err_kind relevance(struct reading_work *w)
{
    struct brief *b = w->b;
    const char *text =
        arena_fmt(w->a, "%s\n%s", b->ticket.body ? b->ticket.body : "", b->constraints ? b->constraints : "");
    for (size_t c = 0; c < b->codebases.n && c < MAX_CODEBASES; c++) {
        struct codebase *cb = &b->codebases.v[c];
        struct relevance_query q = {.title = b->ticket.title, .text = text};
        enum err_kind k;
        if (!cb->tree || !cb->survey) continue;
        memcpy(&q.mentions, &w->paths[c], sizeof q.mentions);
        k = survey_relevant(cb->part ? cb->part : cb->tree, cb->survey, &q, w->a, &cb->relevance, w->e);
        if (k != ERR_OK) return k;
    }
    return ERR_OK;
}

static void take_given(struct reading_work *w)
{
    for (size_t i = 0; i < w->b->files.n; i++) {
        const struct brief_file *g = &w->b->files.v[i];
        struct brief_file *f = g->path && !have(w, g->path) ? PUSH(w->a, w->files) : NULL;
        if (!f) continue;
        *f = *g;
        f->reading = reading_of(w->a, g->path);
        if (!f->content) f->content = "";
        if (!f->why) f->why = "given with the ticket";
    }
}

enum err_kind planner_read(struct brief *b, struct arena *a, struct err *e)
{
    struct reading_work w = {.b = b, .a = a, .e = e};
    struct extract x;
    enum err_kind k =
        planner_extract(b->ticket.title, b->ticket.body, b->ticket.body ? strlen(b->ticket.body) : 0, a, &x, e);
    if (k != ERR_OK) return k;
    take_given(&w);
    for (size_t i = 0; i < b->mentions.n && k == ERR_OK; i++)
        k = read_named(&w, b->mentions.v[i], "mentioned by whoever asked", true);
    if (k == ERR_OK) k = read_text_mentions(&w, b->ticket.title, "title");
    if (k == ERR_OK) k = read_text_mentions(&w, b->ticket.body, "ticket");
    if (k == ERR_OK) k = read_text_mentions(&w, b->constraints, "constraints");
    if (k == ERR_OK) k = read_extracted(&w, &x);
    if (k == ERR_OK) k = read_links(&w, &x);
    if (k == ERR_OK) k = relevance(&w);
    if (k == ERR_OK) k = prose_check(a, e);
    if (k != ERR_OK) return k;
    if (w.files.n > 1) qsort(w.files.v, w.files.n, sizeof *w.files.v, by_priority);
    memcpy(&b->files, &w.files, sizeof b->files);
    memcpy(&b->missing, &w.missing, sizeof b->missing);
    return ERR_OK;
}
