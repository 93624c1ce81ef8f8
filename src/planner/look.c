/* Serves what a model asks to see: ranges of files and lines that hold a text. */
#include "pland/planner/look.h"

#include <string.h>

#include "planner/prompt.h"
#include "planner/prose.h"

enum {
    REQUESTS_MAX = 10,
    FILE_MAX = 4 << 20,
    SHOWN_MAX = 32 * 1024,
    HITS_MAX = 60,
    SEARCH_MIN = 2,
    LINE_SHOWN_MAX = 300
};

#define T struct look
static const struct field look_rows[] = {
    F_STR(T, read, 0, 0, 1000, "A file to read, with lines if only a part is needed: src/a.c:10-80; null when searching"),
    F_STR(T, search, 0, 0, 200, "Text to search for in all files, taken literally; null when reading"),
};
#undef T
static const struct record look_record = RECORD("look", struct look, look_rows);
const struct field look_field = F_LIST(struct looks, requests, 0, &look_record, REQUESTS_MAX,
                                       "What you need to see of the code before you can answer; null with an answer");
static const struct record looks_record = {.name = "looks", .size = sizeof(struct looks), .fields = &look_field, .n = 1};

void look_schema(struct buf *b)
{
    record_schema(&looks_record, b);
}

#define T struct looked
static const struct field looked_rows[] = {
    F_STR(T, read, 0, 0, 0, "file and lines"),
    F_STR(T, search, 0, 0, 0, "text"),
    F_INT(T, bytes, FIELD_ALWAYS, 0, 0, "shown"),
    F_STR(T, note, 0, 0, 0, "why it is not all that was asked for"),
};
#undef T
static const struct record looked_record = RECORD("looked", struct looked, looked_rows);

#define T struct looked_step
static const struct field looked_step_rows[] = {
    F_STR(T, step, FIELD_REQUIRED, 0, 0, "step"),
    F_STR(T, subject, 0, 0, 0, "phase or refinement"),
    F_LIST(T, requests, FIELD_ALWAYS, &looked_record, 0, "in the order they were asked"),
};
#undef T
const struct record looked_step_record = RECORD("looked_step", struct looked_step, looked_step_rows);

static bool has_control(const char *s)
{
    while (*s && (unsigned char)*s >= ' ') s++;
    return *s != '\0';
}

enum err_kind looks_parse(const char *text, struct arena *a, struct looks *ret, struct err *e)
{
    auto_json v = NULL;
    auto_json only = NULL;
    json_t *asked;
    enum err_kind k;
    *ret = (struct looks){0};
    if (json_parse(text, strlen(text), &v, e) != ERR_OK) return ERR_OK; /* whoever reads the answer says so */
    asked = json_object_get(v, "requests");
    if (!json_array_size(asked)) return ERR_OK;
    if (!(only = json_pack("{s:O}", "requests", asked))) return err_nomem(e);
    if ((k = record_decode(&looks_record, only, ret, a, "", e)) != ERR_OK) return k;
    for (size_t i = 0; i < ret->requests.n; i++) {
        const struct look *l = &ret->requests.v[i];
        const char *asked_for = prose_blank(l->read) ? l->search : l->read;
        if (prose_blank(l->read) != prose_blank(l->search) && !has_control(asked_for)) continue;
        return err_at(e, ERR_INVALID, arena_fmt(a, "/requests/%zu", i),
                      "give either what to read or what to search for, on one line");
    }
    return arena_check(a, e);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */
struct looking {
    const struct brief *b;
    size_t left; /* bytes that may still be shown */
    struct arena *a;
    struct buf *out;
    int64_t *redacted;
    struct err *e;
};
struct range { const char *path; int64_t from, to; }; /* lines; 0: to the end */

static int64_t number(const char **p)
{
    int64_t n = 0;
    while (**p >= '0' && **p <= '9' && n < INT32_MAX) n = n * 10 + (*(*p)++ - '0');
    return n;
}

static struct range range_of(struct arena *a, const char *text)
{
    struct range r = {text, 1, 0};
    const char *colon = strrchr(text, ':'), *p = colon ? colon + 1 : "";
    int64_t from = number(&p), to = from;
    if (*p == '-') {
        p++;
        to = number(&p);
    }
    if (!from || *p) return r;
    return (struct range){arena_dup_n(a, text, (size_t)(colon - text)), from, to >= from ? to : 0};
}

static struct tree *shown_tree(const struct codebase *c)
{
    return c->part ? c->part : c->tree;
}

/* The text: given with the ticket, or of a tree. */
static enum err_kind text_of(const struct looking *x, const char *path, struct buf *ret, const char **ret_note)
{
    const char *inner, *closest;
    size_t codebase = brief_codebase(x->b, path, &inner);
    struct tree *t = codebase < x->b->codebases.n ? shown_tree(&x->b->codebases.v[codebase]) : NULL;
    struct err why;
    enum err_kind k;
    for (size_t i = 0; i < x->b->files.n; i++)
        if (x->b->files.v[i].given && prose_same(x->b->files.v[i].path, path)) return buf_str(ret, x->b->files.v[i].content), ERR_OK;
    if (!t) return *ret_note = "there is no codebase", ERR_OK;
    k = tree_read(t, inner, FILE_MAX, ret, &why);
    if (k == ERR_OK || k == ERR_NOMEM || k == ERR_IO) return k == ERR_OK ? k : (*x->e = why, k);
    closest = k == ERR_NOT_FOUND ? tree_closest(t, inner) : NULL;
    *ret_note = !closest ? arena_dup(x->a, why.msg)
                         : arena_fmt(x->a, "%.300s; the closest path is %.*s%s", why.msg, (int)(inner - path), path,
                                     closest);
    return ERR_OK;
}

/* At most n bytes, ending with a line. */
static size_t whole_lines(const char *p, size_t n, size_t max)
{
    const char *last;
    if (n <= max) return n;
    last = memrchr(p, '\n', max);
    return last ? (size_t)(last + 1 - p) : 0;
}

static const char *next_line(const char *p, const char *end)
{
    const char *nl = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
    return nl ? nl + 1 : end;
}

/* Where the private key begins that at is in; at when it is in none. */
static const char *key_around(const char *text, const char *at)
{
    static const char begin[] = "-----BEGIN ", name[] = "PRIVATE KEY";
    for (const char *p = text, *open; (open = strstr(p, begin)) && open < at;) {
        p = open + strlen(begin);
        if (!memmem(p, strcspn(p, "\n"), name, strlen(name))) continue;
        p = strstr(p, "-----END ");
        if (!p || p >= at) return open;
    }
    return at;
}

/* Appends n bytes of a text from a line on, secrets left out, those that began before, too. */
static void add_clean(struct looking *x, const char *text, const char *from, size_t n, struct buf *ret)
{
    auto_buf raw = BUF_INIT(BUF_MAX_DEFAULT), clean = BUF_INIT(BUF_MAX_DEFAULT);
    const char *start = key_around(text, from), *p, *end;
    buf_add(&raw, start, (size_t)(from - start) + n);
    *x->redacted += prompt_redact(buf_cstr(&raw), &clean);
    p = buf_cstr(&clean);
    end = p + clean.n;
    for (; start < from; start++)
        if (*start == '\n') p = next_line(p, end);
    buf_add(ret, p, (size_t)(end - p));
    if (raw.failed || clean.failed) ret->failed = raw.failed ? raw.failed : clean.failed;
}

static void show(struct looking *x, const char *title, const struct buf *clean, struct looked *row)
{
    buf_fmt(x->out, "\n%s:\n\n", title);
    prompt_fenced_buf(x->out, "data", clean);
    row->bytes = (int64_t)clean->n;
    x->left -= clean->n < x->left ? clean->n : x->left;
}

static enum err_kind read_range(struct looking *x, const char *text, struct looked *row)
{
    struct range r = range_of(x->a, text);
    auto_buf file = BUF_INIT(FILE_MAX + 1), clean = BUF_INIT(BUF_MAX_DEFAULT);
    const char *p, *end, *from;
    size_t n, room = x->left < SHOWN_MAX ? x->left : SHOWN_MAX;
    int64_t line = 1, last;
    enum err_kind k = r.path ? text_of(x, r.path, &file, &row->note) : arena_check(x->a, x->e);
    if (k != ERR_OK || row->note) return k;
    p = buf_cstr(&file);
    end = p + file.n;
    for (; line < r.from && p < end; line++) p = next_line(p, end);
    if (p == end) return row->note = "the file has fewer lines, or none", ERR_OK;
    for (from = p, last = line; p < end && (!r.to || last <= r.to); last++) p = next_line(p, end);
    n = whole_lines(from, (size_t)(p - from), room);
    if (from + n < p) {
        for (last = line, p = from; p < from + n; p++) last += *p == '\n';
        row->note = n ? arena_fmt(x->a, "cut before line %lld", (long long)last) : "there is no room for it";
    }
    if (!n) return ERR_OK;
    add_clean(x, buf_cstr(&file), from, n, &clean);
    show(x, arena_fmt(x->a, "%s, lines %lld to %lld", r.path, (long long)line, (long long)(last - 1)), &clean, row);
    return ERR_OK;
}

/* --- searching ---------------------------------------------------------------------------------------------------- */
static bool has_capital(const char *s)
{
    while (*s && !(*s >= 'A' && *s <= 'Z')) s++;
    return *s != '\0';
}

/* A line that was found, cut where it is long. */
static void add_line(struct looking *x, const char *text, const char *line, struct buf *out)
{
    auto_buf clean = BUF_INIT(BUF_MAX_DEFAULT);
    size_t n = strcspn(line, "\n");
    add_clean(x, text, line, n < 10 * LINE_SHOWN_MAX ? n : 10 * LINE_SHOWN_MAX, &clean);
    n = strcspn(buf_cstr(&clean), "\r\n");
    if (n > LINE_SHOWN_MAX)
        for (n = LINE_SHOWN_MAX; n && ((unsigned char)buf_cstr(&clean)[n] & 0xc0) == 0x80;) n--;
    buf_add(out, buf_cstr(&clean), n);
    buf_char(out, '\n');
    if (clean.failed) out->failed = clean.failed;
}

/* The hits of one tree, as lines of their files: what a line says may be part of a secret that others begin. */
static enum err_kind add_hits(struct looking *x, struct tree *t, const char *prefix, const struct tree_hits *h,
                              struct buf *out)
{
    auto_buf file = BUF_INIT(FILE_MAX + 1);
    const char *path = NULL, *p = "";
    int64_t line = 1;
    enum err_kind k;
    for (size_t i = 0; i < h->hits.n; i++) {
        const struct tree_hit *hit = &h->hits.v[i];
        if (!path || strcmp(path, hit->path) != 0) {
            buf_clear(&file);
            k = tree_read(t, hit->path, FILE_MAX, &file, x->e);
            if (k == ERR_NOMEM || k == ERR_IO) return k;
            if (k != ERR_OK) buf_clear(&file); /* a pointer to large content: it has the text, but is not shown */
            path = hit->path;
            p = buf_cstr(&file);
            line = 1;
        }
        for (; line < hit->line; line++) p = next_line(p, buf_cstr(&file) + file.n);
        buf_fmt(out, "%s%s:%lld: ", prefix, path, (long long)line);
        add_line(x, buf_cstr(&file), p, out);
    }
    return buf_check(out, x->e);
}

static enum err_kind search(struct looking *x, const char *text, struct looked *row)
{
    auto_buf found = BUF_INIT(BUF_MAX_DEFAULT), shown = BUF_INIT(BUF_MAX_DEFAULT);
    size_t n, hits = 0;
    if (strlen(text) < SEARCH_MIN) return row->note = "too short to search for", ERR_OK;
    for (size_t i = 0; i < x->b->codebases.n; i++) {
        const struct codebase *c = &x->b->codebases.v[i];
        const char *prefix = i && c->base.alias ? arena_fmt(x->a, "%s//", c->base.alias) : "";
        struct tree_hits h = {0};
        enum err_kind k = shown_tree(c) ? tree_search(shown_tree(c), text, !has_capital(text), NULL, HITS_MAX, x->a, &h, x->e) : ERR_OK;
        if (k == ERR_OK && prefix) k = add_hits(x, shown_tree(c), prefix, &h, &found);
        if (k != ERR_OK) return k;
        hits += h.hits.n;
        if (h.more) row->note = "there are more";
    }
    if (!hits) return row->note = "nothing has it", ERR_OK;
    n = whole_lines(buf_cstr(&found), found.n, x->left < SHOWN_MAX ? x->left : SHOWN_MAX);
    if (n < found.n) row->note = n ? "there are more" : "there is no room for it";
    if (!n) return ERR_OK;
    buf_add(&shown, buf_cstr(&found), n);
    show(x, arena_fmt(x->a, "Lines with \"%s\"", text), &shown, row);
    return ERR_OK;
}

enum err_kind looks_take(const struct brief *b, const struct looks *l, size_t max, struct arena *a, struct buf *out,
                         looked_list *ret, int64_t *redacted, struct err *e)
{
    struct looking x = {b, max, a, out, redacted, e};
    for (size_t i = 0; i < l->requests.n; i++) {
        const struct look *q = &l->requests.v[i];
        bool reads = !prose_blank(q->read);
        struct looked *row = arena_push(a, ret, sizeof *row);
        enum err_kind k;
        if (!row) return arena_check(a, e);
        *row = (struct looked){.read = reads ? q->read : NULL, .search = reads ? NULL : q->search};
        if ((k = reads ? read_range(&x, q->read, row) : search(&x, q->search, row)) != ERR_OK) return k;
        if (!row->note) continue;
        buf_fmt(out, "\n%s:\n\n", reads ? q->read : q->search);
        prompt_fenced(out, "note", row->note); /* it may name files, and where links lead */
    }
    return arena_check(a, e);
}
