/* Things the code does not know yet ("sessions" in a shop): the file of their own they get where a folder has one file
 * for each thing, and the file in which its neighbours are registered. */
#include "planner/offline/scene/scene.h"

#include <string.h>
#include "planner/offline/scene/facts.h"
#include "planner/offline/dialogue/strategy.h"

/* --- what a requirement is about ---------------------------------------------------------------------------------- */
struct span path_resource(const char *p)
{
    while (*p) {
        struct span w = {p, strcspn(p, "/?")};
        bool version = w.n > 1 && w.n < 4 && p[0] == 'v' && p[1] >= '0' && p[1] <= '9';
        if (w.n > 2 && !strchr("{:<", p[0]) && !version && !span_is(w, "api")) return w;
        p += w.n + (p[w.n] != '\0');
    }
    return (struct span){p, 0};
}

static const char *table_of(const struct scene *s, const struct need *n)
{
    for (size_t i = 0; i < s->x.tables.n; i++) {
        const struct extract_table *t = &s->x.tables.v[i];
        if (t->table && t->line == n->r.line && prose_same(n->r.source, "ticket")) return t->table;
    }
    return NULL;
}

/* Things of operations that get a file of their own. */
static const struct {
    const char *word, *file;
} operated[] = {{"alarm*", "alarms"}, {"alert*", "alerts"}, {"dashboard*", "dashboard"}, {"backup*", "backups"}};

static const char *operated_thing(const struct need *n)
{
    for (size_t i = 0; i < countof(operated); i++)
        if (prose_has_word(n->r.text, operated[i].word)) return operated[i].file;
    return NULL;
}

const char *need_thing(const struct scene *s, const struct need *n)
{
    struct span r;
    if (n->layer == LAYER_OPERATIONS) return n->apart ? operated_thing(n) : NULL;
    if (n->layer == LAYER_DATA) return table_of(s, n) ? name_words(s->a, table_of(s, n)) : NULL;
    if (n->layer != LAYER_API || !n->endpoint) return NULL;
    r = path_resource(n->endpoint->path);
    return r.n ? name_words(s->a, arena_dup_n(s->a, r.p, r.n)) : NULL;
}

/* A thing as code writes it. */
struct thing {
    struct word_set words;
    const char *snake, *segment; /* "access_tokens", "/access-tokens" */
};

/* The file is called after it, or serves a path or a table of that name. */
static bool knows(const struct scene *s, const struct code_file *f, const struct thing *t)
{
    struct word_set name = word_set_of(s->a, name_words(s->a, file_base(f->path)));
    if (t->words.words.n > 0 && word_set_shared(&t->words, &name) == (int)t->words.words.n) return true;
    if (!f->content || !t->snake || !t->snake[0] || !t->segment) return false;
    for (const char *p = f->content; (p = strstr(p, t->snake)) != NULL; p++) {
        bool open = p > f->content && strchr("/\"'`:", p[-1]) != NULL;
        if (open && !prose_is_word_char(p[strlen(t->snake)])) return true;
    }
    return strstr(f->content, t->segment) != NULL;
}

/* l: LAYER_N_: in any. */
static bool known_in_layer(const struct scene *s, enum layer l, const char *thing)
{
    const struct facts *facts = facts_of(s);
    const struct thing t = {.words = word_set_of(s->a, thing),
                            .snake = name_styled(s->a, thing, NAME_SNAKE),
                            .segment = arena_fmt(s->a, "/%s", name_styled(s->a, thing, NAME_KEBAB))};
    for (size_t i = 0; i < facts->files.n; i++) {
        const struct code_file *f = &facts->files.v[i];
        if (!f->test && (l == LAYER_N_ || f->layer == l) && knows(s, f, &t)) return true;
    }
    return false;
}

bool thing_known(const struct scene *s, const char *thing)
{
    return known_in_layer(s, LAYER_N_, thing);
}

/* --- folders with one file for each thing ------------------------------------------------------------------------- */
/* "models.py", "database.js": holds all things of its kind, not one. */
static bool holds_all(const char *path)
{
    static const char *const stems[] = {"model",   "models", "schema",   "schemas", "database",   "db",
                                        "storage", "store",  "entities", "tables",  "repository", "repositories",
                                        "routes",  "router", "urls",     "views",   "handlers",   "api"};
    struct span stem = file_stem(path);
    for (size_t i = 0; i < countof(stems); i++)
        if (span_is(stem, stems[i])) return true;
    return stem.n > 7 && memcmp(stem.p + stem.n - 7, "_record", 7) == 0;
}

/* Other code of the same kind in the folder, one file for each thing: not its frame, not tests. */
static size_t siblings(const struct scene *s, const struct place *p, bool any_layer, size_t most, text_list *ret)
{
    struct span dir = file_dir(p->path);
    const char *folder = arena_dup_n(s->a, dir.p, dir.n);
    struct tree_files files = folder ? tree_below(scene_tree(s, p->codebase), folder) : (struct tree_files){0};
    for (size_t i = 0; i < files.n && ret->n < most; i++) {
        const char *path = files.v[i].path;
        struct span d = file_dir(path);
        if (d.n != dir.n || strcmp(file_ext(path), file_ext(p->path)) != 0) continue;
        if (file_is_test(path) || (!any_layer && (layer_of_path(path) != p->layer || holds_all(path)))) continue;
        prose_list_add(s->a, ret, path);
    }
    return ret->n;
}

/* A file in whose folder every thing of the requirement's layer has one of its own; NULL: not kept like that. */
static const struct place *thing_home(const struct scene *s, const struct need *n)
{
    const struct place *p = scene_home(s, n->layer);
    text_list same = {0};
    if (!p || p->layer != n->layer || file_dir(p->path).n == 0 || siblings(s, p, false, 2, &same) < 2) return NULL;
    if (holds_all(p->path)) p = place_of_file(s, p->codebase, same.v[0]);
    return p;
}

static bool speaks_of(const struct scene *s, const struct need *n, const struct place *p)
{
    struct word_set words = word_set_of(s->a, n->r.text);
    return word_set_shared(&words, &p->set) > 0;
}

/* --- what runs it, described as code ------------------------------------------------------------------------------ */
/* Where a repository describes how it runs, the most telling first. own: things of operations get files beside it. */
static const struct {
    const char *dir, *base; /* NULL: any */
    bool own;
} descriptions[] = {{"modules/", "main.tf", true},
                    {NULL, "main.tf", true},
                    {"monitoring/", NULL, true},
                    {"deploy/", NULL, true},
                    {"k8s/", NULL, true},
                    {"helm/", NULL, true},
                    {"ops/", NULL, true},
                    {NULL, "application.yml", false},
                    {NULL, "docker-compose.yml", false},
                    {NULL, "compose.yaml", false}};

static const struct place *description(const struct scene *s, bool *ret_own)
{
    struct tree_files files = s->b->codebases.n ? tree_files(scene_tree(s, 0)) : (struct tree_files){0};
    for (size_t r = 0; r < countof(descriptions); r++) {
        *ret_own = descriptions[r].own;
        for (size_t i = 0; i < s->places.n; i++) /* among the files that fit the ticket first */
            if (s->places.v[i].codebase == 0 && descriptions[r].base && descriptions[r].dir &&
                strcmp(file_base(s->places.v[i].path), descriptions[r].base) == 0 &&
                strncmp(s->places.v[i].path, descriptions[r].dir, strlen(descriptions[r].dir)) == 0)
                return &s->places.v[i];
        for (size_t i = 0; i < files.n; i++)
            if ((!descriptions[r].dir ||
                 strncmp(files.v[i].path, descriptions[r].dir, strlen(descriptions[r].dir)) == 0) &&
                (!descriptions[r].base || strcmp(file_base(files.v[i].path), descriptions[r].base) == 0))
                return place_of_file(s, 0, files.v[i].path);
    }
    return NULL;
}

static bool is_described(const struct scene *s, const struct need *n)
{
    static const char *const words[] = {"retention", "as code",   "on-call",
                                        "logs are",  "terraform", "kubernetes",
                                        "budget",    "replica*",  "environment variable*",
                                        NULL};
    return n->layer == LAYER_OPERATIONS &&
           (operated_thing(n) || prose_has_any(n->r.text, words) || scene_is(s, KIND_INFRASTRUCTURE));
}

static void place_operations(struct scene *s)
{
    bool own = false, any = false;
    const struct place *home;
    for (size_t i = 0; i < s->needs.n; i++) any = any || is_described(s, &s->needs.v[i]);
    home = any ? description(s, &own) : NULL;
    for (size_t i = 0; i < s->needs.n && home; i++) {
        struct need *n = &s->needs.v[i];
        if (!is_described(s, n) || (n->place && n->place->layer == LAYER_OPERATIONS)) continue;
        n->symbol = NULL;
        n->apart = own && operated_thing(n) ? home : NULL;
        n->place = n->apart ? NULL : home;
    }
}

void needs_apart(struct scene *s)
{
    const struct place *api = NULL, *served = NULL;
    place_operations(s);
    for (size_t i = 0; i < s->needs.n && !s->empty; i++) {
        struct need *n = &s->needs.v[i];
        const char *thing = n->layer == LAYER_OPERATIONS ? NULL : need_thing(s, n);
        const struct place *home = thing ? thing_home(s, n) : NULL;
        if (!home || (n->place && n->place->mentioned) || known_in_layer(s, n->layer, thing)) continue;
        n->apart = home;
        n->place = NULL;
        n->symbol = NULL;
        if (n->layer == LAYER_API) api = home;
    }
    for (size_t i = 0; i < s->needs.n && !served; i++)
        if (s->needs.v[i].layer == LAYER_API && s->needs.v[i].endpoint) served = s->needs.v[i].place;
    for (size_t i = 0; i < s->needs.n && (api || served);
         i++) { /* "then the answer is 401" goes where its endpoints go */
        struct need *n = &s->needs.v[i];
        if (n->layer != LAYER_API || n->endpoint || (n->place && speaks_of(s, n, n->place))) continue;
        n->apart = api;
        n->place = api ? NULL : served;
        n->symbol = NULL;
    }
}

/* --- where neighbours are registered ------------------------------------------------------------------------------ */
/* Names under which a file is registered: its stem, without the role and as one word. */
static bool line_names(const struct scene *s, const char *line, size_t n, const char *path)
{
    static const char *const roles[] = {"_controller", "_router", "_routes", "_handler", "_command"};
    struct span stem = file_stem(path);
    char *name = arena_dup_n(s->a, stem.p, stem.n);
    for (size_t i = 0; name && i < countof(roles); i++) {
        size_t r = strlen(roles[i]);
        if (stem.n > r && strcmp(name + stem.n - r, roles[i]) == 0) name[stem.n - r] = '\0';
    }
    return name && strlen(name) > 2 && memmem(line, n, name, strlen(name)) != NULL;
}

static const char *const registering[] = {"import",     "require(", "require ",   "include_router", "app.use(",
                                          "pub mod ",   "mod ",     "resources ", "resource ",      "AddCommand(",
                                          "register",   "path(",    "Route::",    "::Args",         "use ",
                                          "add_router", ".route("};

static bool registers(const char *line, size_t n)
{
    for (size_t k = 0; k < countof(registering); k++)
        if (memmem(line, n, registering[k], strlen(registering[k]))) return true;
    return false;
}

/* One pass over the file, however many neighbours there are. *ret_line: of the last neighbour that is found. */
static size_t registered_in(const struct scene *s, const struct code_file *f, const text_list *same, int64_t *ret_line)
{
    int64_t lines[64] = {0}, number = 1;
    size_t found = 0, max = same->n < countof(lines) ? same->n : countof(lines);
    for (const char *p = f->content; p && *p && found < max; number++) {
        size_t n = strcspn(p, "\n");
        if (registers(p, n))
            for (size_t i = 0; i < max; i++)
                if (lines[i] == 0 && line_names(s, p, n, same->v[i])) lines[i] = number, found++;
        p += n + (p[n] != '\0');
    }
    for (size_t i = max; i-- > 0;)
        if (lines[i] > 0) return *ret_line = lines[i], found;
    return 0;
}

const char *registrar_of(const struct scene *s, const struct place *near, int64_t *ret_line)
{
    const struct facts *facts = facts_of(s);
    const char *best = NULL;
    size_t most = 1;
    text_list same = {0};
    bool modules = strcmp(file_ext(near->path), "rs") == 0; /* every file is named by mod.rs or lib.rs */
    if (siblings(s, near, modules, SIZE_MAX, &same) < 2) return NULL;
    for (size_t i = 0; i < facts->files.n; i++) {
        const struct code_file *f = &facts->files.v[i];
        int64_t line = 0;
        bool frame = span_is(file_stem(f->path), "lib") || span_is(file_stem(f->path), "mod");
        size_t n =
            f->codebase == near->codebase && !f->test && (modules ? frame : !prose_list_has(same.v, same.n, f->path))
                ? registered_in(s, f, &same, &line)
                : 0;
        if (n <= most) continue;
        most = n;
        best = f->path;
        *ret_line = line;
    }
    return best;
}
