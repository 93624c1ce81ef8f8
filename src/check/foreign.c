/* Plans written elsewhere: their Markdown as lines, each with the heading, the label and the list item it stands below;
 * blocks of code by what they are. */
#include "check/foreign.h"

#include <string.h>

enum { MARKDOWN_MAX = 4 << 20, LINES_MAX = 200000, HEADING_MAX = 60 };

struct item { size_t indent; enum intent is; };
struct reader {
    struct checking *c;
    foreign_line_fn *fn;
    void *arg;
    const char *heading;
    enum intent title, label;        /* of the heading; of a paragraph that ends in ':' */
    struct item levels[LEVELS_MAX]; /* list items that end in ':' */
    size_t n_levels;
    const char *fence;               /* its marks; NULL: outside */
    size_t n_fence;
    const char *language;
    enum line_kind kind;
    bool from_nothing;               /* of a diff: the old file is /dev/null */
    int64_t fence_line;
    struct buf block;
};

/* --- blocks of code ----------------------------------------------------------------------------------------------- */
static const struct { const char *language; enum line_kind kind; } languages[] = {
    { "", LINE_DATA }, { "text", LINE_DATA }, { "txt", LINE_DATA }, { "yaml", LINE_DATA }, { "yml", LINE_DATA },
    { "json", LINE_DATA }, { "toml", LINE_DATA }, { "xml", LINE_DATA }, { "markdown", LINE_DATA }, { "md", LINE_DATA },
    { "sh", LINE_SHELL }, { "bash", LINE_SHELL }, { "shell", LINE_SHELL }, { "zsh", LINE_SHELL },
    { "console", LINE_SHELL }, { "terminal", LINE_SHELL }, { "shellsession", LINE_SHELL },
    { "diff", LINE_DIFF }, { "patch", LINE_DIFF },
};

static enum line_kind kind_of_language(const char *s)
{
    for (size_t i = 0; i < countof(languages); i++)
        if (strcasecmp(languages[i].language, s) == 0) return languages[i].kind;
    return LINE_CODE;
}

static void add_text(struct reader *r, enum text_kind kind, const char *s, int64_t line)
{
    struct text *t = s && *s ? arena_push(r->c->work, &r->c->texts, sizeof *t) : NULL;
    bool back = r->heading && (words_has(r->heading, "rollback*") || words_has(r->heading, "revert*"));
    if (t)
        *t = (struct text){ .s = s, .anchor = r->heading, .phase = SIZE_MAX, .kind = kind, .key = back ? "rollback" : "text",
                            .language = kind == TEXT_CODE ? r->language : NULL, .line = line };
}

static void give(struct reader *r, const char *s, size_t n, int64_t number, enum line_kind kind, enum intent around)
{
    struct foreign_line l = { .s = s, .n = n, .number = number, .heading = r->heading, .around = around,
                              .kind = kind, .created = r->from_nothing };
    if (s && n < LINE_SPAN_MAX) r->fn(r->c, &l, r->arg);
}

/* "```python src/a.py", "```ts:src/a.ts", "```js title=src/a.js": the word is the language, the rest may name a file. */
static void open_fence(struct reader *r, const char *s, size_t n, size_t marks, int64_t number)
{
    const char *info = s + marks + strspn(s + marks, " ");
    size_t word = strcspn(info, " \t{:,=");
    r->fence = s;
    r->n_fence = marks;
    r->language = arena_dup_n(r->c->work, info, word);
    r->kind = kind_of_language(r->language ? r->language : "");
    r->from_nothing = false;
    r->fence_line = number;
    r->n_levels = 0;
    buf_clear(&r->block);
    const char *rest = info[word] ? arena_dup_n(r->c->work, info + word, n - (size_t)(info + word - s)) : NULL;
    if (rest) give(r, rest, strlen(rest), number, LINE_PROSE, INTENT_PLACE);
}

static void close_fence(struct reader *r)
{
    add_text(r, TEXT_CODE, arena_dup_n(r->c->work, buf_cstr(&r->block), r->block.n), r->fence_line);
    r->fence = NULL;
    r->n_fence = 0;
}

static enum intent around(const struct reader *r)
{
    if (r->n_levels && r->levels[r->n_levels - 1].is != INTENT_NONE) return r->levels[r->n_levels - 1].is;
    return r->label != INTENT_NONE ? r->label : r->title;
}

static size_t trimmed(const char *s, size_t n)
{
    while (n && strchr(" *_:", s[n - 1])) n--;
    return n;
}

static bool ends_in_colon(const char *s, size_t n)
{
    while (n && strchr(" *_", s[n - 1])) n--;
    return n && s[n - 1] == ':';
}

/* Keys that end in ':' say of what is indented below them whether it is created. */
static void data_line(struct reader *r, const char *s, size_t n, int64_t number)
{
    size_t indent = strspn(s, " \t-");
    while (r->n_levels && (!indent || r->levels[r->n_levels - 1].indent >= indent)) r->n_levels--;
    give(r, s, n, number, LINE_DATA, r->n_levels ? around(r) : INTENT_NONE);
    if (ends_in_colon(s, n) && r->n_levels < LEVELS_MAX)
        r->levels[r->n_levels++] = (struct item){ indent, intent_of_title(s, n) };
}

static void in_fence(struct reader *r, const char *s, size_t n, int64_t number)
{
    bool first = r->block.n == 0;
    buf_add(&r->block, s, n);
    buf_char(&r->block, '\n');
    if (strstr(s, "\xe2\x94")) return; /* a drawing of folders: names without their place */
    if (r->kind == LINE_DIFF) {
        if (strncmp(s, "--- ", 4) == 0) r->from_nothing = strncmp(s + 4, "/dev/null", 9) == 0;
        if (strncmp(s, "--- ", 4) == 0 || strncmp(s, "+++ ", 4) == 0 || strncmp(s, "diff ", 5) == 0)
            give(r, s, n, number, LINE_DIFF, INTENT_NONE);
        return;
    }
    if (r->kind == LINE_DATA) {
        data_line(r, s, n, number);
        return;
    }
    if (r->kind == LINE_CODE && !(first && strspn(s, "/#<!-*; ") > 1)) return; /* a comment that names its file */
    give(r, s, n, number, r->kind, r->kind == LINE_CODE ? INTENT_PLACE : INTENT_NONE);
}

/* --- prose -------------------------------------------------------------------------------------------------------- */
static size_t list_mark(const char *s)
{
    size_t digits = strspn(s, "0123456789");
    if (digits && (s[digits] == '.' || s[digits] == ')') && s[digits + 1] == ' ') return digits + 2;
    return strchr("-*+", *s) && *s && s[1] == ' ' ? 2 : 0;
}

static void heading(struct reader *r, const char *s, size_t n, size_t marks)
{
    const char *text = s + marks + strspn(s + marks, " ");
    size_t left = n - (size_t)(text - s);
    r->heading = arena_dup_n(r->c->work, text, left < HEADING_MAX ? left : HEADING_MAX);
    r->title = intent_of_title(text, left);
    r->label = INTENT_NONE;
    r->n_levels = 0;
}

static void prose_line(struct reader *r, const char *s, size_t n, int64_t number)
{
    size_t indent = strspn(s, " \t"), mark = list_mark(s + indent);
    bool bold = strncmp(s + indent, "**", 2) == 0;
    while (r->n_levels && (!indent || r->levels[r->n_levels - 1].indent >= indent)) r->n_levels--;
    if (!mark && !indent && !(s[0] == '|') && !bold) r->label = INTENT_NONE;
    give(r, s, n, number, LINE_PROSE, around(r));
    add_text(r, TEXT_PROSE, s, number);
    if (!ends_in_colon(s, n) && !(bold && !mark && trimmed(s, n) < n)) return;
    if (mark && r->n_levels < LEVELS_MAX)
        r->levels[r->n_levels++] = (struct item){ indent, intent_of_title(s + indent, trimmed(s, n) - indent) };
    else if (!mark) r->label = intent_of_title(s + indent, trimmed(s, n) - indent);
}

static void one_line(struct reader *r, const char *s, size_t n, int64_t number)
{
    const char *p = s + strspn(s, " \t");
    size_t ticks = strspn(p, "`"), waves = strspn(p, "~"), marks = ticks > waves ? ticks : waves, hashes = strspn(s, "#");
    if (r->fence) {
        if (marks >= r->n_fence && marks >= 3 && *p == *r->fence && p[marks + strspn(p + marks, " \t")] == '\0') close_fence(r);
        else in_fence(r, s, n, number);
        return;
    }
    if (marks >= 3) open_fence(r, p, n - (size_t)(p - s), marks, number);
    else if (hashes && hashes <= 6 && s[hashes] == ' ') {
        heading(r, s, n, hashes);
        give(r, s, n, number, LINE_PROSE, INTENT_NONE);
    } else if (n) prose_line(r, s, n, number);
}

void foreign_lines(struct checking *c, const char *md, size_t n, foreign_line_fn *fn, void *arg)
{
    struct reader r = { .c = c, .fn = fn, .arg = arg, .heading = "", .block = BUF_INIT(MARKDOWN_MAX) };
    const char *end = md + n;
    bool comment = false;
    int64_t number = 1;
    for (const char *p = md; p < end && number < LINES_MAX; number++) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        size_t len = (size_t)((stop ? stop : end) - p);
        char *line;
        while (len && p[len - 1] == '\r') len--;
        if (!(line = arena_dup_n(c->work, p, len))) break;
        if (!r.fence && strncmp(line, "<!--", 4) == 0) comment = true;
        if (!comment) one_line(&r, line, strlen(line), number);
        if (comment && strstr(line, "-->")) comment = false;
        p = stop ? stop + 1 : end;
    }
    if (r.fence) close_fence(&r);
    buf_release(&r.block);
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */
struct foreign { const char *md; size_t n; LIST(struct foreign_line) lines; };

static void keep_line(struct checking *c, const struct foreign_line *l, void *arg)
{
    struct foreign *f = arg;
    struct foreign_line *slot = arena_push(c->work, &f->lines, sizeof *slot);
    if (slot) *slot = *l;
}

static void prepare(struct checking *c, void *arg)
{
    struct foreign *f = arg;
    c->foreign = true;
    c->read = f;
    c->phase_end = arena_alloc(c->work, sizeof *c->phase_end);
    if (!c->phase_end) return;
    foreign_lines(c, f->md, f->n, keep_line, f);
    for (size_t i = 0; i < f->lines.n; i++) foreign_refs(c, &f->lines.v[i], true);
    foreign_brings(c);
}

static void rules_foreign(struct checking *c)
{
    const struct foreign *f = c->read;
    for (size_t i = 0; i < f->lines.n; i++) foreign_refs(c, &f->lines.v[i], false);
}

enum err_kind check_foreign(const char *md, size_t n, const struct check_input *in, struct arena *a,
                            struct check_result *ret, struct err *e)
{
    static rule_fn *const rules[] = { rules_foreign, rules_symbols, rules_text_commands, rules_secrets,
                                      rules_destructive, rules_forbidden, rules_settings };
    static const struct document nothing = { .overview = NULL };
    struct foreign f = { .md = md, .n = n };
    if (n > MARKDOWN_MAX) return err_set(e, ERR_TOO_LARGE, "the plan has more than %d MiB", MARKDOWN_MAX >> 20);
    if (memchr(md, '\0', n)) return err_set(e, ERR_INVALID, "the plan holds a zero byte: it is no text");
    return checking_run(&nothing, in, a, prepare, &f, rules, countof(rules), ret, e);
}
