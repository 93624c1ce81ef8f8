/* Reading the code once and following its imports. */
#include "planner/offline/scene/facts.h"

#include <string.h>

enum { MAX_FILES = 180, NEAR_FILES = 110, MAX_FILE = 48 << 10, MAX_ALL = 3 << 20, MAX_LINES = 20000 };

/* --- reading ------------------------------------------------------------------------------------------------------ */
static bool generated(const char *path)
{
    return strstr(path, "node_modules/") || strstr(path, "vendor/") || strstr(path, ".min.") || strstr(path, "/dist/");
}

static const char *content_of(const struct scene *s, size_t codebase, const char *path)
{
    struct buf b = BUF_INIT(MAX_FILE);
    struct err ignored;
    const char *text = NULL;
    enum err_kind k;
    for (size_t i = 0; i < s->places.n; i++)
        if (s->places.v[i].codebase == codebase && s->places.v[i].content && !strcmp(s->places.v[i].path, path))
            return s->places.v[i].content;
    k = tree_read(scene_tree(s, codebase), path, MAX_FILE, &b, &ignored);
    if (k == ERR_NOMEM) b.failed = k;
    if (k == ERR_OK || k == ERR_NOMEM) text = prose_take(s->a, &b);
    buf_release(&b);
    return text;
}

static int64_t line_count(const char *p)
{
    int64_t n = 0;
    for (; *p; p++) n += *p == '\n';
    return n;
}

static void read_file(const struct scene *s, struct facts *f, size_t codebase, const char *path, size_t *all)
{
    const char *text;
    struct code_file *c;
    if (!file_is_code(path) || generated(path)) return;
    if (f->files.n >= MAX_FILES || *all >= MAX_ALL) {
        f->partial = true;
        return;
    }
    for (size_t i = 0; i < f->files.n; i++)
        if (f->files.v[i].codebase == codebase && strcmp(f->files.v[i].path, path) == 0) return;
    text = content_of(s, codebase, path);
    c = text ? PUSH(s->a, f->files) : NULL;
    if (!c) return;
    *all += strlen(text);
    *c = (struct code_file){.path = path,
                            .full = scene_path(s, codebase, path),
                            .codebase = codebase,
                            .content = text,
                            .lines = line_count(text),
                            .layer = layer_of_path(path),
                            .test = file_is_test(path)};
    if (!c->full) f->files.n--;
}

/* In the folder of a file that is close to the ticket. */
static bool beside_place(const struct scene *s, size_t codebase, const char *path)
{
    struct span dir = file_dir(path);
    for (size_t i = 0; i < s->places.n; i++) {
        struct span d = file_dir(s->places.v[i].path);
        if (s->places.v[i].codebase == codebase && d.n == dir.n && memcmp(d.p, dir.p, d.n) == 0) return true;
    }
    return false;
}

/* Of a large codebase only what lies beside the places: any other choice would be chance. */
const struct facts *facts_of(const struct scene *s)
{
    struct facts *f = s->facts;
    size_t all = 0, most = MAX_FILES, code = 0;
    if (f->read) return f;
    f->read = true;
    for (size_t i = 0; i < s->places.n; i++) read_file(s, f, s->places.v[i].codebase, s->places.v[i].path, &all);
    for (size_t c = 0; c < s->b->codebases.n; c++) code += scene_tree(s, c) ? tree_files(scene_tree(s, c)).n : 0;
    if (code > 2 * MAX_FILES) most = NEAR_FILES, f->partial = true;
    for (size_t c = 0; c < s->b->codebases.n; c++) {
        struct tree *t = scene_tree(s, c);
        struct tree_files files = t ? tree_files(t) : (struct tree_files){0};
        for (size_t i = 0; i < files.n && f->files.n < most; i++)
            if (files.v[i].kept && (most == MAX_FILES || beside_place(s, c, files.v[i].path)))
                read_file(s, f, c, files.v[i].path, &all);
        f->partial = f->partial || f->files.n >= MAX_FILES;
    }
    return f;
}

const struct code_file *facts_file(const struct scene *s, size_t codebase, const char *path)
{
    const struct facts *f = facts_of(s);
    for (size_t i = 0; i < f->files.n; i++)
        if (f->files.v[i].codebase == codebase && strcmp(f->files.v[i].path, path) == 0) return &f->files.v[i];
    return NULL;
}

const char *fact_cite(const struct scene *s, struct fact f)
{
    if (!f.file) return NULL;
    return f.line > 0 ? arena_fmt(s->a, "`%s:%lld`", f.file->full, (long long)f.line)
                      : arena_fmt(s->a, "`%s`", f.file->full);
}

/* --- imports ------------------------------------------------------------------------------------------------------ */
static bool is_import(struct span l, bool go)
{
    static const char *const heads[] = {"import ", "from ", "#include", "use ",
                                        "require", "mod ",  "using ",   "pub mod "};
    if (go && l.p[0] == '"' && memchr(l.p, '/', l.n)) return true;
    for (size_t i = 0; i < countof(heads); i++)
        if (span_starts(l, heads[i])) return true;
    for (size_t i = 0; i + 8 < l.n; i++)
        if (memcmp(l.p + i, "require(", 8) == 0 || memcmp(l.p + i, "import(\"", 8) == 0) return true;
    return false;
}

/* How a line of an import must name the target: its stem and, when that alone says little, its folder. */
struct target {
    const char *stem, *dir;
    bool package; /* the folder is what is imported (Go) */
};

static struct target target_of(const struct scene *s, const char *path)
{
    struct span stem = file_stem(path), dir = file_dir(path);
    size_t from = dir.n;
    struct target t = {.stem = arena_dup_n(s->a, stem.p, stem.n), .package = strcmp(file_ext(path), "go") == 0};
    while (from > 0 && dir.p[from - 1] != '/') from--;
    t.dir = arena_dup_n(s->a, dir.p + from, dir.n - from);
    if (!t.stem || !t.dir) return (struct target){"", "", false};
    if (span_is(stem, "index") || span_is(stem, "mod") || span_is(stem, "__init__")) t.stem = t.dir, t.dir = "";
    return t;
}

static bool is_script(const char *path)
{
    static const char *const ext[] = {"js", "jsx", "ts", "tsx", "mjs", "cjs", "vue", "svelte"};
    for (size_t i = 0; i < countof(ext); i++)
        if (strcmp(file_ext(path), ext[i]) == 0) return true;
    return false;
}

/* "…/routes/books.js'": the stem as the last part of the module's path, in upper and lower case as it is. */
static bool ends_in(struct span l, const char *stem)
{
    size_t n = strlen(stem);
    for (size_t i = 1; i + n < l.n; i++)
        if (l.p[i - 1] == '/' && memcmp(l.p + i, stem, n) == 0 && strchr("\"'`.", l.p[i + n])) return true;
    return false;
}

static bool names(struct span l, const struct target *t, const char *from, const char *to)
{
    struct span a = file_dir(from), b = file_dir(to);
    bool beside = a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
    if (!*t->stem) return false;
    if (is_script(to)) return ends_in(l, t->stem);
    if (t->package) return *t->dir && !beside && span_has_word(l, t->dir) && memchr(l.p, '/', l.n);
    if (!span_has_word(l, t->stem)) return false;
    return !*t->dir || beside || span_has_word(l, t->dir) || span_starts(l, "#include");
}

/* The line of `from` that imports `to`; 0: none. */
static int64_t import_line(const struct code_file *from, const char *to, const struct target *t)
{
    int64_t line = 1;
    if (!strstr(from->content, t->package ? t->dir : t->stem)) return 0;
    for (const char *p = from->content; *p && line < MAX_LINES; line++) {
        size_t n = strcspn(p, "\n");
        struct span l = span_trim((struct span){p, n});
        if (l.n > 2 && is_import(l, t->package) && names(l, t, from->path, to)) return line;
        p += n + (p[n] == '\n');
    }
    return 0;
}

static void add_fact(const struct scene *s, fact_list *l, const struct code_file *f, int64_t line)
{
    struct fact *slot = PUSH(s->a, *l);
    if (slot) *slot = (struct fact){f, line};
}

static bool same_kind(const char *a, const char *b)
{
    bool header = file_ext(a)[0] == 'c' && file_ext(b)[0] == 'h';
    return (is_script(a) && is_script(b)) || header || (file_ext(a)[0] && file_ext(a)[0] == file_ext(b)[0]);
}

void facts_importers(const struct scene *s, size_t codebase, const char *path, bool tests, fact_list *ret)
{
    const struct facts *f = facts_of(s);
    struct target t = target_of(s, path);
    for (size_t i = 0; i < f->files.n; i++) {
        const struct code_file *c = &f->files.v[i];
        int64_t line;
        if (c->codebase != codebase || c->test != tests || !strcmp(c->path, path) || !same_kind(c->path, path))
            continue;
        line = import_line(c, path, &t);
        if (line > 0) add_fact(s, ret, c, line);
    }
}

void facts_imports(const struct scene *s, size_t codebase, const char *path, fact_list *ret)
{
    const struct facts *f = facts_of(s);
    const struct code_file *from = facts_file(s, codebase, path);
    for (size_t i = 0; from && i < f->files.n; i++) {
        const struct code_file *c = &f->files.v[i];
        struct target t;
        int64_t line;
        if (c == from || c->codebase != codebase || c->test || c->lines == 0 || !same_kind(c->path, path)) continue;
        t = target_of(s, c->path);
        line = import_line(from, c->path, &t);
        if (line > 0) add_fact(s, ret, c, line);
    }
}
