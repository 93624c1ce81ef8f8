/* Which files the change is about, and which of them each requirement belongs to. */
#include "planner/offline/scene/scene.h"

#include <string.h>
#include "planner/offline/scene/facts.h"
#include "planner/offline/scene/shape.h"

enum { LEAST_FIT = 6, MAX_PLACES = 40, MAX_READ = 24, MAX_BYTES = 200 * 1024 };

static const char *const dull_words[] = {
    "the",     "a",      "an",      "and",     "or",      "of",     "to",       "in",     "on",      "for",
    "with",    "by",     "at",      "from",    "as",      "is",     "are",      "be",     "was",     "it",
    "its",     "that",   "this",    "these",   "must",    "should", "shall",    "can",    "may",     "not",
    "no",      "when",   "then",    "given",   "if",      "so",     "every",    "each",   "all",     "any",
    "has",     "have",   "had",     "will",    "would",   "add",    "new",      "use",    "used",    "make",
    "get",     "set",    "which",   "who",     "them",    "they",   "their",    "we",     "our",     "you",
    "your",    "i",      "want",    "need",    "needs",   "please", "than",     "more",   "less",    "most",
    "least",   "after",  "before",  "between", "into",    "only",   "also",     "does",   "do",      "longer",
    "take",    "takes",  "there",   "another", "other",   "same",   "first",    "last",   "up",      "out",
    "over",    "under",  "while",   "but",     "one",     "two",    "expected", "actual", "instead", "way",
    "without", "via",    "per",     "return",  "returns", "show",   "support",  "still",  "current", "contains",
    "contain", "answer", "answers", "works",   "work"};

static bool dull(struct span w)
{
    for (size_t i = 0; i < countof(dull_words); i++)
        if (span_is(w, dull_words[i])) return true;
    return false;
}

/* "sessions" → "session", "entries" → "entry", "expired" → "expir": enough to meet its other forms. */
static char *stem(struct arena *a, struct span w)
{
    char *s = arena_dup_n(a, w.p, w.n);
    size_t n = s ? strlen(s) : 0;
    for (size_t i = 0; i < n; i++)
        if (s[i] >= 'A' && s[i] <= 'Z') s[i] = (char)(s[i] - 'A' + 'a');
    if (n > 4 && strcmp(s + n - 3, "ies") == 0) memcpy(s + n - 3, "y", 2);
    else if (n > 4 && strcmp(s + n - 3, "ing") == 0) s[n - 3] = '\0';
    else if (n > 4 && strcmp(s + n - 2, "ed") == 0) s[n - 2] = '\0';
    else if (n > 3 && s[n - 1] == 's' && s[n - 2] != 's') s[n - 1] = '\0';
    return s;
}

static void collect(struct arena *a, const char *text, bool stems, text_list *ret)
{
    const char *p = text ? text : "";
    memset(ret, 0, sizeof *ret);
    while (*p && ret->n < 12) {
        struct span w;
        while (*p && !prose_is_word_char(*p)) p++;
        w.p = p;
        while (*p && prose_is_word_char(*p) && *p != '_') p++;
        w.n = (size_t)(p - w.p);
        if (*p == '_') p++;
        if (w.n < 3 || (w.p[0] >= '0' && w.p[0] <= '9') || dull(w)) continue;
        char *s = stems ? stem(a, w) : name_styled(a, arena_dup_n(a, w.p, w.n), NAME_FLAT);
        if (s && !prose_list_has(ret->v, ret->n, s)) prose_list_add(a, ret, s);
    }
}

void scene_words(struct arena *a, const char *text, text_list *ret)
{
    collect(a, text, true, ret);
}

void scene_plain_words(struct arena *a, const char *text, text_list *ret)
{
    collect(a, text, false, ret);
}

struct word_set word_set_of(struct arena *a, const char *name_or_text)
{
    struct word_set set = {0};
    scene_words(a, name_or_text, &set.words);
    for (size_t i = 0; i < set.words.n; i++) {
        unsigned h = 5381;
        for (const char *p = set.words.v[i]; *p; p++) h = h * 33u + (unsigned char)*p;
        set.bits |= (uint64_t)1 << (h & 63u);
    }
    return set;
}

int word_set_shared(const struct word_set *a, const struct word_set *b)
{
    int n = 0;
    if ((a->bits & b->bits) == 0) return 0;
    for (size_t i = 0; i < b->words.n; i++) n += prose_list_has(a->words.v, a->words.n, b->words.v[i]);
    return n;
}

/* --- candidates --------------------------------------------------------------------------------------------------- */
/* Rows of a table as code sees them, wherever the file lies. */
static bool is_entity(const char *content)
{
    static const char *const marks[] = {"@Entity",       "(models.Model)", "(db.Model)",        "__tablename__",
                                        "extends Model", "gorm.Model",     "ApplicationRecord", "@Table("};
    for (size_t i = 0; content && i < countof(marks); i++)
        if (strstr(content, marks[i])) return true;
    return false;
}

static void read_place(const struct scene *s, struct place *p)
{
    struct buf b = BUF_INIT(MAX_BYTES);
    struct err ignored;
    enum err_kind k = tree_read(scene_tree(s, p->codebase), p->path, MAX_BYTES, &b, &ignored);
    if (k == ERR_NOMEM) b.failed = k;
    if (k == ERR_OK || k == ERR_NOMEM) p->content = prose_take(s->a, &b);
    buf_release(&b);
    if (p->content) symbols_find(s->a, p);
    p->entity = !p->test && is_entity(p->content);
    if (p->layer == LAYER_LOGIC && p->entity) p->layer = LAYER_DATA;
}

static bool worth(const char *path)
{
    static const char *const not_code[] = {"lock",   "png", "jpg",  "svg", "ico", "pdf",
                                           "min.js", "map", "snap", "sum", "csv"};
    for (size_t i = 0; i < countof(not_code); i++)
        if (prose_same(file_ext(path), not_code[i])) return false;
    return strcmp(file_base(path), "package-lock.json") != 0;
}

static void add_place(struct scene *s, size_t codebase, const struct relevant_file *f)
{
    struct place *p;
    struct span stem = file_stem(f->path);
    for (size_t i = 0; i < s->places.n; i++)
        if (s->places.v[i].codebase == codebase && strcmp(s->places.v[i].path, f->path) == 0) return;
    if (!worth(f->path) || !tree_find(scene_tree(s, codebase), f->path)) return;
    p = PUSH(s->a, s->places);
    if (!p) return;
    *p = (struct place){.path = f->path,
                        .full = scene_path(s, codebase, f->path),
                        .codebase = codebase,
                        .layer = layer_of_path(f->path),
                        .score = f->score,
                        .line = f->line,
                        .why = f->why,
                        .mentioned = f->mentioned,
                        .test = file_is_test(f->path),
                        .set = word_set_of(s->a, name_words(s->a, f->path)),
                        .name = word_set_of(s->a, name_words(s->a, arena_dup_n(s->a, stem.p, stem.n)))};
}

const struct place *place_of_file(const struct scene *s, size_t codebase, const char *path)
{
    struct place *p = arena_alloc(s->a, sizeof *p); /* of its own: others point into the list */
    if (!p) return NULL;
    *p = (struct place){.path = path,
                        .full = scene_path(s, codebase, path),
                        .codebase = codebase,
                        .layer = layer_of_path(path),
                        .test = file_is_test(path),
                        .set = word_set_of(s->a, name_words(s->a, path))};
    read_place(s, p);
    return p;
}

/* Where a repository keeps each layer, for requirements whose words meet no file: one file of the folder, last in rank.
 */
enum { HOMES = 6, ASKED_IN_FOLDER = 24 };
static const enum layer home_layers[HOMES] = {LAYER_LOGIC,    LAYER_API, LAYER_DATA,
                                              LAYER_FRONTEND, LAYER_CLI, LAYER_OPERATIONS};

static bool homely(enum layer l, const char *path)
{
    return layer_folder(l, path) && (l != LAYER_OPERATIONS || strcmp(file_base(path), "main.tf") == 0);
}

static void add_homes(struct scene *s, size_t codebase)
{
    struct tree *t = scene_tree(s, codebase);
    struct tree_files files = t ? tree_files(t) : (struct tree_files){0};
    const char *home[HOMES] = {0};
    bool wanted[HOMES] = {0};
    size_t open = 0;
    for (size_t l = 0; l < HOMES; l++) {
        bool found = false;
        for (size_t i = 0; i < s->places.n && !found; i++)
            found = s->places.v[i].codebase == codebase && !s->places.v[i].test &&
                    homely(home_layers[l], s->places.v[i].path);
        wanted[l] = !found;
        open += wanted[l];
    }
    for (size_t i = 0, asked = 0; i < files.n && open > 0; i++) { /* the first files of a folder say what it is for */
        const char *path = files.v[i].path;
        struct span stem = file_stem(path), dir = file_dir(path), before = file_dir(i ? files.v[i - 1].path : "");
        enum layer of;
        asked = dir.n == before.n && memcmp(dir.p, before.p, dir.n) == 0 ? asked + 1 : 0;
        if (asked >= ASKED_IN_FOLDER) continue;
        if (!file_is_code(path) || file_is_test(path) || span_starts(stem, "__") || span_is(stem, "index") ||
            span_is(stem, "mod"))
            continue;
        of = layer_of_path(path);
        for (size_t l = 0; l < HOMES; l++) {
            if (home_layers[l] != of || !wanted[l] || home[l] || !homely(of, path)) continue;
            home[l] = path;
            open--;
        }
    }
    for (size_t l = 0; l < HOMES; l++) {
        struct relevant_file f = {.path = home[l],
                                  .why = arena_fmt(s->a, "the repository keeps %s here", layer_nouns[home_layers[l]])};
        if (home[l]) add_place(s, codebase, &f);
    }
}

/* Files with words that the ticket writes as code does, however far the other words are from them. */
static void add_term_places(struct scene *s)
{
    struct fact found[8];
    size_t n = term_places(s, found, countof(found));
    for (size_t i = 0; i < n; i++) {
        size_t before = s->places.n;
        struct relevant_file f = {
            .path = found[i].file->path, .line = found[i].line, .why = "has a name that the ticket writes as code"};
        if (!corrected_away(s->b, f.path)) add_place(s, found[i].file->codebase, &f);
        if (s->places.n > before) read_place(s, &s->places.v[before]);
    }
}

static bool named_with(const struct place *p, const char *word)
{
    return !p->test && strcasestr(file_base(p->path), word) != NULL;
}

/* The verb that a title begins with says nothing of a file. */
static bool is_doing(const char *word)
{
    static const char *const verbs[] = {"edit",   "follow", "delete", "create", "show",   "export", "import", "upload",
                                        "limit",  "remove", "change", "allow",  "read",   "write",  "send",   "update",
                                        "filter", "search", "sort",   "print",  "rename", "split",  "move",   "extend"};
    for (size_t i = 0; i < countof(verbs); i++)
        if (strcmp(word, verbs[i]) == 0) return true;
    return false;
}

/* A word of the title that only a few of the close files have in their names. */
static void mark_titled(struct scene *s)
{
    enum { LEAST_LETTERS = 4, FEW = 3 };
    struct word_set title = word_set_of(s->a, s->title);
    for (size_t w = 0; w < title.words.n; w++) {
        size_t n = 0;
        if (w == 0 && is_doing(title.words.v[0])) continue;
        for (size_t i = 0; i < s->places.n; i++) n += named_with(&s->places.v[i], title.words.v[w]);
        for (size_t i = 0; i < s->places.n && n <= FEW && strlen(title.words.v[w]) >= LEAST_LETTERS; i++)
            s->places.v[i].titled = s->places.v[i].titled || named_with(&s->places.v[i], title.words.v[w]);
    }
}

void places_find(struct scene *s)
{
    for (size_t rank = 0; s->places.n < MAX_PLACES; rank++) { /* codebases take turns, so that none is crowded out */
        bool any = false;
        for (size_t c = 0; c < s->b->codebases.n; c++) {
            const struct relevance *r = &s->b->codebases.v[c].relevance;
            if (rank >= r->files.n) continue;
            any = true;
            add_place(s, c, &r->files.v[rank]);
        }
        if (!any) break;
    }
    for (size_t c = 0; c < s->b->codebases.n; c++) add_homes(s, c);
    for (size_t i = 0; i < s->places.n && i < MAX_READ; i++) read_place(s, &s->places.v[i]);
    add_term_places(s);
    mark_titled(s);
}

/* --- requirements to files ---------------------------------------------------------------------------------------- */
/* As the code writes it; a common word in lower case counts only when the text sets it apart as code. */
static int named_exactly(const struct need *n, const char *name)
{
    size_t len = strlen(name);
    bool plain = strspn(name, "abcdefghijklmnopqrstuvwxyz") == len;
    for (const char *p = len > 3 ? strstr(n->r.text, name) : NULL; p; p = strstr(p + 1, name)) {
        if ((p > n->r.text && prose_is_word_char(p[-1])) || prose_is_word_char(p[len])) continue;
        if (!plain || (p > n->r.text && p[-1] == '`' && strchr("`(", p[len]) && p[len])) return 1;
    }
    return 0;
}

/* "src/flask/cli.py" is what code imports as flask.cli. */
static bool named_as_module(const struct scene *s, const struct need *n, const char *path)
{
    struct span dir = file_dir(path), stem = file_stem(path);
    const char *slash = dir.n ? memrchr(dir.p, '/', dir.n) : NULL, *from = slash ? slash + 1 : dir.p, *name;
    if (dir.n == 0 || !strchr(n->r.text, '.')) return false;
    name = arena_fmt(s->a, "%.*s.%.*s", (int)(dir.n - (size_t)(from - dir.p)), from, (int)stem.n, stem.p);
    return name && prose_has_word(n->r.text, name);
}

/* Words of the requirement among those that led to the file. */
static int led_here(const struct word_set *words, const struct place *p)
{
    const char *from = p->why ? strstr(p->why, "words: ") : NULL, *end = from ? strchr(from, ';') : NULL;
    struct span led = {from, end ? (size_t)(end - from) : from ? strlen(from) : 0};
    int n = 0;
    for (size_t i = 0; from && i < words->words.n && n < 4; i++) n += span_has_word(led, words->words.v[i]);
    return n;
}

/* "ArticleController" and "articles". */
static bool called_after(const struct scene *s, const struct place *p, const char *resource)
{
    static const char *const roles[] = {"controller", "router", "route", "handler", "view", "endpoint", "resource", "api"};
    struct word_set set = word_set_of(s->a, name_words(s->a, resource));
    size_t own = 0;
    for (size_t i = 0; i < p->name.words.n; i++) own += !prose_list_has(roles, countof(roles), p->name.words.v[i]);
    return set.words.n > 0 && own == set.words.n && word_set_shared(&set, &p->name) == (int)own;
}

/* It serves other paths of the same resource: "/vets.html" beside "/vets/{id}/visits". */
static bool serves_resource(const struct scene *s, const struct need *n, const struct place *p)
{
    struct span r = n->endpoint ? path_resource(n->endpoint->path) : (struct span){"", 0};
    const char *name = r.n > 2 && p->layer == LAYER_API ? arena_fmt(s->a, "/%.*s", (int)r.n, r.p) : NULL;
    if (name && called_after(s, p, name + 1)) return true;
    for (const char *at = name && p->content ? strstr(p->content, name) : NULL; at; at = strstr(at + 1, name))
        if (at > p->content && strchr("\"'`", at[-1]) && !prose_is_word_char(at[strlen(name)])) return true;
    return false;
}

/* What a requirement is looked up by. */
struct about {
    struct word_set words;
    text_list terms;
};

/* These are called from outside: what is asked of them is asked there first. */
static bool outward(enum layer l)
{
    return l == LAYER_API || l == LAYER_CLI || l == LAYER_FRONTEND;
}

/* How well a file fits a requirement; *ret_symbol the definition that fits best. */
static int fit(const struct scene *s, const struct need *n, const struct about *about, const struct place *p,
               const struct symbol **ret_symbol)
{
    const struct word_set *words = &about->words;
    int in_path = word_set_shared(words, &p->set), score = 3 * in_path, best = 0, exact = 0;
    int terms = (int)terms_within(s, &about->terms, p->content, NULL);
    *ret_symbol = NULL;
    if (prose_has_word(n->r.text, p->path) ||
        (strlen(file_base(p->path)) > 4 && prose_has_word(n->r.text, file_base(p->path))))
        score += 20, exact = 1;
    for (size_t i = 0; i < p->symbols.n; i++) {
        const struct symbol *sym = &p->symbols.v[i];
        int here = word_set_shared(words, &sym->set);
        if (here > 0 || sym->set.words.n == 0) here += 8 * named_exactly(n, sym->name);
        if (here <= best) continue;
        best = here;
        *ret_symbol = sym;
    }
    if (n->endpoint && p->content && strstr(p->content, n->endpoint->path)) score += 12, exact = 1;
    if (named_as_module(s, n, p->path)) score += 20, exact = 1;
    if (serves_resource(s, n, p)) score += 8, exact = 1;
    if (p->titled) score += 6, in_path += 1;
    if (terms > 0) score += 8 * (terms < 3 ? terms : 3), exact = 1;
    if (p->layer == n->layer || (p->entity && n->layer == LAYER_LOGIC)) score += outward(p->layer) ? 6 : 3;
    if (p->mentioned) score += 2;
    /* One common word is chance, unless the requirement has hardly more. */
    if (!exact && best < 8 && in_path + best < 2 && words->words.n > 3) return *ret_symbol = NULL, 0;
    if (best < 2) *ret_symbol = NULL;
    score += best * 2;
    return score > LEAST_FIT ? score + led_here(words, p) : 0; /* which decides between files, never by itself */
}

/* A header whose source lies beside it only declares. */
static bool has_source(const struct scene *s, const struct place *p)
{
    static const char *const ext[] = {"c", "cc", "cpp", "cxx"};
    struct span stem = file_stem(p->path);
    if (strcmp(file_ext(p->path), "h") != 0 && strcmp(file_ext(p->path), "hpp") != 0) return false;
    for (size_t i = 0; i < countof(ext); i++)
        if (path_taken(s, p->codebase, arena_fmt(s->a, "%.*s.%s", (int)(stem.p + stem.n - p->path), p->path, ext[i])))
            return true;
    return false;
}

static bool may_hold(const struct scene *s, const struct need *n, const struct place *p)
{
    if (n->layer == LAYER_TESTS) return p->test;
    if (p->test) return false;
    if (n->layer == LAYER_DOCS) return p->layer == LAYER_DOCS || prose_has_word(n->r.text, file_base(p->path));
    if (n->layer == LAYER_OPERATIONS) return p->layer == LAYER_OPERATIONS || file_is_code(p->path);
    if (p->layer == LAYER_DOCS || !file_is_code(p->path)) return false;
    if (has_source(s, p) && !prose_has_word(n->r.text, file_base(p->path))) return false;
    if (s->client_only && n->layer == LAYER_FRONTEND) return p->layer != LAYER_DATA && p->layer != LAYER_OPERATIONS;
    if (n->layer == LAYER_DATA) return p->layer == LAYER_DATA && strcmp(file_ext(p->path), "sql") != 0;
    return p->layer == n->layer || (p->layer == LAYER_LOGIC && n->layer != LAYER_FRONTEND) ||
           (n->layer == LAYER_LOGIC && p->layer != LAYER_FRONTEND);
}

/* The definition in which the line stands, as far as lines tell; a line at the margin is one itself. */
static const struct symbol *symbol_around(const struct place *p, int64_t line)
{
    const struct symbol *best = NULL;
    struct span text = prose_line(p->content, line);
    bool itself = text.n > 0 && prose_is_word_char(text.p[0]) && memchr(text.p, '(', text.n);
    for (size_t i = 0; i < p->symbols.n; i++)
        if (itself ? p->symbols.v[i].line == line
                   : p->symbols.v[i].line <= line && (!best || p->symbols.v[i].line > best->line))
            best = &p->symbols.v[i];
    return best;
}

/* "A visit has a start time", of a thing that is kept in a table: a column. */
static bool asks_for_column(const struct scene *s, const struct need *n, const struct word_set *words)
{
    static const char *const having[] = {"has a",   "have a", "has an",    "have an",          "gets a",   "get a",
                                         "gets an", "get an", "new field", "additional field", "existing", NULL};
    static const char *const ruling[] = {"at most", "must not", "at least", "can have", NULL};
    if (n->layer != LAYER_LOGIC || !prose_has_any(n->r.text, having) || prose_has_any(n->r.text, ruling)) return false;
    for (size_t i = 0; i < s->places.n; i++) {
        const struct place *p = &s->places.v[i];
        if (p->entity && p->name.words.n > 0 && word_set_shared(words, &p->name) == (int)p->name.words.n) return true;
    }
    return false;
}

void needs_place(struct scene *s)
{
    for (size_t i = 0; i < s->needs.n; i++) {
        struct need *n = &s->needs.v[i];
        /* What stands alone is about the title, whose words it takes as read. */
        const char *text = s->needs.n == 1 ? arena_fmt(s->a, "%s %s", s->title, n->r.text) : n->r.text;
        struct about about = {.words = word_set_of(s->a, text)};
        int top = LEAST_FIT;
        (void)terms_of(s, text, &about.terms);
        if (asks_for_column(s, n, &about.words)) n->layer = LAYER_DATA;
        for (size_t j = 0; j < s->places.n; j++) {
            const struct symbol *sym;
            int score = may_hold(s, n, &s->places.v[j]) ? fit(s, n, &about, &s->places.v[j], &sym) : 0;
            if (score <= top) continue;
            top = score;
            n->place = &s->places.v[j];
            n->symbol = sym;
        }
        n->line = 1;
        if (!n->place || terms_within(s, &about.terms, n->place->content, &n->line) == 0) n->line = 0;
        if (n->line > 0) n->symbol = symbol_around(n->place, n->line);
    }
}
