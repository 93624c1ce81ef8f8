/* The context pack: which files a model is shown, whole, as an outline or not at all, within a budget of tokens. */
#include "pland/planner/planner.h"

#include <string.h>
#include "planner/prose.h"

enum { BYTES_PER_TOKEN = 4, FILE_BYTES = 32 * 1024, OUTLINE_BYTES = 4 * 1024, MANIFEST_BYTES = 16 * 1024 };
enum { WHOLE_FILES = 12, MANIFESTS = 12, LEAST_TOKENS = 200, MANIFESTS_SHARE = 10 /* a tenth of the budget */ };

static const char *const part_names[] = {"mentioned", "manifest", "relevant", NULL};
static const char *const how_names[] = {"whole", "outline", "cut", "left out", NULL};

#define T struct packed_file
static const struct field packed_fields[] = {
    F_STR(T, path, FIELD_REQUIRED, 1, 4096, "file"),
    F_ENUM(T, part, FIELD_ALWAYS, part_names, "what it is there for"),
    F_ENUM(T, how, FIELD_ALWAYS, how_names, "how much of it is shown"),
    F_INT(T, tokens, FIELD_ALWAYS, 0, 0, "of what is shown, estimated"),
    F_STR(T, why, 0, 0, 0, "why it belongs here"),
    F_STR(T, reason, 0, 0, 0, "why it is not shown whole"),
};
static const struct record packed_record = RECORD("packed file", T, packed_fields);
#undef T
#define T struct pack
static const struct field pack_fields[] = {
    F_INT(T, budget, FIELD_ALWAYS, 0, 0, "tokens there is room for"),
    F_INT(T, tokens, FIELD_ALWAYS, 0, 0, "tokens used, estimated"),
    F_LIST(T, files, FIELD_ALWAYS, &packed_record, 0, "in the order they are shown"),
};
const struct record pack_record = RECORD("pack", T, pack_fields);
#undef T

struct packing {
    const struct brief *b;
    struct pack *p;
    struct arena *a;
    struct err *e;
};

static int64_t tokens_of(size_t bytes)
{
    return ((int64_t)bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
}

static bool packed(const struct packing *w, const char *path)
{
    for (size_t i = 0; i < w->p->files.n; i++)
        if (strcmp(w->p->files.v[i].path, path) == 0) return true;
    return false;
}

static void add(struct packing *w, const struct packed_file *f)
{
    struct packed_file *row = PUSH(w->a, w->p->files);
    if (!row) return;
    *row = *f;
    row->tokens = f->content ? tokens_of(strlen(f->content)) : 0;
    w->p->tokens += row->tokens;
}

/* An outline when there are lines to make one of, else the beginning; nothing when there is hardly any room. */
static void shorten(struct packing *w, struct packed_file *f, const char *text, size_t max)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    survey_outline(text, max, &b);
    f->how = b.n ? PACK_OUTLINE : PACK_CUT;
    if (!b.n) {
        size_t n = strlen(text) < max ? strlen(text) : max;
        while (n && ((unsigned char)text[n] & 0xc0) == 0x80) n--;
        buf_add(&b, text, n);
    }
    f->content = b.failed ? NULL : arena_dup_n(w->a, buf_cstr(&b), b.n);
}

/* may: more bytes than this are not shown whole, though there were room. */
static void fit(struct packing *w, struct packed_file *f, const char *text, size_t may, const char *else_reason)
{
    int64_t left = w->p->budget - w->p->tokens;
    size_t n = strlen(text), room = left > 0 ? (size_t)left * BYTES_PER_TOKEN : 0;
    if (n <= may && n <= room) {
        f->how = PACK_WHOLE;
        f->content = text;
    } else {
        f->reason = n > may ? else_reason : "the budget is used up";
        f->how = PACK_LEFT_OUT;
        if (f->part == PACK_MENTIONED && left >= LEAST_TOKENS) shorten(w, f, text, room);
        if (f->part == PACK_RELEVANT && left >= LEAST_TOKENS)
            shorten(w, f, text, room < OUTLINE_BYTES ? room : OUTLINE_BYTES);
    }
    add(w, f);
}

static enum err_kind pack_file(struct packing *w, struct packed_file *f, const char *path, size_t may,
                               const char *else_reason)
{
    const struct codebase *cb = &w->b->codebases.v[f->codebase];
    struct buf text = BUF_INIT(BUF_MAX_DEFAULT);
    struct err why;
    enum err_kind k;
    f->path = f->codebase > 0 && cb->base.alias ? arena_fmt(w->a, "%s//%s", cb->base.alias, path) : path;
    if (!f->path || packed(w, f->path)) return ERR_OK;
    k = tree_read(cb->tree, path, 1 << 20, &text, &why);
    if (k == ERR_NOMEM || k == ERR_IO) {
        *w->e = why;
        return buf_release(&text), k;
    }
    if (k == ERR_OK) {
        const char *copy = arena_dup_n(w->a, buf_cstr(&text), strlen(buf_cstr(&text)));
        if (copy) fit(w, f, copy, may, else_reason);
    } else {
        f->how = PACK_LEFT_OUT;
        f->reason = arena_dup(w->a, why.msg);
        add(w, f);
    }
    buf_release(&text);
    return prose_check(w->a, w->e);
}

static enum err_kind manifests(struct packing *w, size_t codebase)
{
    const struct survey *s = w->b->codebases.v[codebase].survey;
    int64_t until = w->p->tokens + w->p->budget / MANIFESTS_SHARE;
    for (size_t i = 0; i < s->manifests.n && i < MANIFESTS; i++) {
        struct packed_file f = {.part = PACK_MANIFEST, .codebase = codebase,
                                .why = arena_fmt(w->a, "manifest: %s", s->manifests.v[i].kind)};
        size_t room = until > w->p->tokens ? (size_t)(until - w->p->tokens) * BYTES_PER_TOKEN : 0;
        enum err_kind k = pack_file(w, &f, s->manifests.v[i].path, room < MANIFEST_BYTES ? room : MANIFEST_BYTES,
                                    "too large beside the other manifests");
        if (k != ERR_OK) return k;
    }
    return ERR_OK;
}

static enum err_kind relevant(struct packing *w, size_t codebase)
{
    const struct relevance *r = &w->b->codebases.v[codebase].relevance;
    for (size_t i = 0; i < r->files.n; i++) {
        struct packed_file f = {.part = PACK_RELEVANT, .codebase = codebase, .why = r->files.v[i].why};
        enum err_kind k = pack_file(w, &f, r->files.v[i].path, i < WHOLE_FILES ? FILE_BYTES : 0,
                                    i < WHOLE_FILES ? "a long file" : "others are closer to the ticket");
        if (k != ERR_OK) return k;
    }
    return ERR_OK;
}

enum err_kind planner_pack(const struct brief *b, int64_t budget, struct arena *a, struct pack *ret, struct err *e)
{
    struct packing w = {.b = b, .p = ret, .a = a, .e = e};
    enum err_kind k = ERR_OK;
    *ret = (struct pack){.budget = budget > 0 ? budget : PACK_TOKENS};
    for (size_t i = 0; i < b->files.n; i++) {
        struct packed_file f = {.path = b->files.v[i].path, .part = PACK_MENTIONED,
                                .why = b->files.v[i].why ? b->files.v[i].why : "mentioned"};
        fit(&w, &f, b->files.v[i].content ? b->files.v[i].content : "", SIZE_MAX, NULL);
    }
    for (size_t c = 0; c < b->codebases.n && k == ERR_OK; c++)
        if (b->codebases.v[c].tree && b->codebases.v[c].survey) k = manifests(&w, c);
    for (size_t c = 0; c < b->codebases.n && k == ERR_OK; c++)
        if (b->codebases.v[c].tree && b->codebases.v[c].survey) k = relevant(&w, c);
    return k == ERR_OK ? prose_check(a, e) : k;
}
