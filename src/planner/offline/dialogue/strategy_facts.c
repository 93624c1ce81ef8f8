/* What the code says for and against a strategy: who depends on the file in question, what tests it, what is there to
 * build on. A variable that finds nothing is absent, and so is the argument that needs it. */
#include "planner/offline/scene/facts.h"
#include "planner/offline/dialogue/strategy.h"

#include <string.h>

static const char *file_list(const struct scene *s, const fact_list *l, size_t most)
{
    text_list names = {0};
    for (size_t i = 0; i < l->n; i++) tick_add(s->a, &names, l->v[i].file->full);
    return prose_join(s->a, names.v, names.n, most);
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

/* "3 files import it (`a`, `b` and `c`)" */
static const char *importers_text(const struct scene *s, const struct place *c)
{
    fact_list l = {0};
    facts_importers(s, c->codebase, c->path, false, &l);
    return l.n ? arena_fmt(s->a, "%zu file%s import%s it (%s)", l.n, plural(l.n), l.n == 1 ? "s" : "",
                           file_list(s, &l, 3))
               : NULL;
}

/* "`tests/a` and `tests/b`": the tests that import the file, or bear its name. */
static const char *tests_text(const struct scene *s, const struct place *c)
{
    fact_list l = {0};
    bool exists = false;
    const char *test = test_file_for(s, c->codebase, c->path, &exists);
    text_list names = {0};
    facts_importers(s, c->codebase, c->path, true, &l);
    for (size_t i = 0; i < l.n; i++) /* fixtures are no tests */
        if (layer_of_path(l.v[i].file->path) == LAYER_TESTS) tick_add(s->a, &names, l.v[i].file->full);
    if (names.n) return prose_join(s->a, names.v, names.n, 2);
    return test && exists ? arena_fmt(s->a, "`%s`", scene_path(s, c->codebase, test)) : NULL;
}

/* "`pyproject.toml:12` has celery" */
static const char *dependency_text(const struct scene *s, const char *const *names)
{
    for (size_t c = 0; c < s->b->codebases.n; c++) {
        const struct survey *sv = scene_survey(s, c);
        for (size_t i = 0; sv && i < sv->dependencies.n; i++) {
            const struct survey_dependency *d = &sv->dependencies.v[i];
            if (prose_has_any(d->name, names) || prose_has_any(d->role, names))
                return arena_fmt(s->a, "%s is a dependency already (`%s:%lld`)", d->name, scene_path(s, c, d->path),
                                 (long long)d->line);
        }
    }
    return NULL;
}

static const char *manifest_lacks(const struct scene *s)
{
    const struct survey *sv = s->survey;
    for (size_t i = 0; sv && i < sv->manifests.n; i++)
        if (sv->dependencies.n > 0)
            return arena_fmt(s->a, "none of the %zu dependencies in `%s`", sv->dependencies.n,
                             sv->dependencies.v[0].path);
    return NULL;
}

static const char *const queue_names[] = {"celery", "rq", "dramatiq", "bull", "bullmq", "sidekiq", "resque", "amqp*",
                                          "amqplib", "kafkajs", "nats", "asynq", "machinery", "hangfire", "queue",
                                          "background jobs", "message broker", NULL};
static const char *const cache_names[] = {"redis", "ioredis", "memcached", "cachetools", "go-redis", "cache", NULL};
static const char *const setting_words[] = {"os.environ", "getenv", "process.env", "os.Getenv", "env::var",
                                            "System.getenv", "BaseSettings", "viper", NULL};

static size_t folder_files(const struct scene *s, const struct place *c)
{
    struct span dir = file_dir(c->path);
    char *name = arena_dup_n(s->a, dir.p, dir.n);
    struct tree_files below = {0};
    size_t n = 0;
    if (name) below = tree_below(scene_tree(s, c->codebase), name);
    for (size_t i = 0; i < below.n; i++) n += file_is_code(below.v[i].path) && !file_is_test(below.v[i].path);
    return n;
}

/* The file that mounts the API: it imports files of that layer and is imported by none of them. */
static const char *entry_text(const struct scene *s)
{
    const struct place *api = scene_place(s, LAYER_API);
    fact_list l = {0};
    if (!api) return NULL;
    facts_importers(s, api->codebase, api->path, false, &l);
    return l.n ? fact_cite(s, l.v[0]) : arena_fmt(s->a, "`%s`", api->full);
}

static const char *table_at(const struct scene *s)
{
    for (size_t i = 0; i < s->x.tables.n; i++) {
        struct fact f = facts_table(s, s->x.tables.v[i].table);
        if (f.file) return arena_fmt(s->a, "`%s` (%s)", s->x.tables.v[i].table, fact_cite(s, f));
    }
    return NULL;
}

static const char *served_text(const struct scene *s)
{
    for (size_t i = 0; i < s->x.endpoints.n; i++) {
        struct fact f = facts_endpoint(s, &s->x.endpoints.v[i]);
        if (f.file)
            return arena_fmt(s->a, "`%s` is served by %s", s->x.endpoints.v[i].path, fact_cite(s, f));
    }
    return NULL;
}

static const char *ids_in(const struct scene *s, enum layer l)
{
    text_list ids = {0};
    for (size_t i = 0; i < s->needs.n; i++)
        if (s->needs.v[i].layer == l) prose_list_add(s->a, &ids, s->needs.v[i].r.id);
    return ids.n ? prose_join(s->a, ids.v, ids.n, 4) : NULL;
}

static const char *deploy_text(const struct scene *s)
{
    return s->survey && s->survey->deploy.n ? arena_fmt(s->a, "`%s`", s->survey->deploy.v[0].path) : NULL;
}

/* "4 files of tests" */
static const char *test_files_text(const struct scene *s)
{
    int64_t n = 0;
    for (size_t i = 0; s->survey && i < s->survey->tests.n; i++) n += s->survey->tests.v[i].files;
    return n > 0 ? arena_fmt(s->a, "%lld file%s of tests", (long long)n, n == 1 ? "" : "s") : NULL;
}

static const char *api_dir_text(const struct scene *s)
{
    const struct place *p = scene_place(s, LAYER_API);
    struct span dir = p ? file_dir(p->full) : (struct span){"", 0};
    return p && dir.n ? arena_fmt(s->a, "`%.*s/`", (int)dir.n, dir.p) : p ? arena_fmt(s->a, "`%s`", p->full) : NULL;
}

static size_t look(const struct scene *s, struct var *ret)
{
    const struct place *c = scene_centre(s);
    const struct code_file *f = c ? facts_file(s, c->codebase, c->path) : NULL;
    const char *tested = c ? tests_text(s, c) : NULL, *queue = dependency_text(s, queue_names),
               *cache = dependency_text(s, cache_names), *lacks = manifest_lacks(s);
    struct fact settings = s->empty ? (struct fact){0} : facts_find(s, setting_words);
    size_t n = 0, files = c ? folder_files(s, c) : 0;
    ret[n++] = (struct var){"importers", c ? importers_text(s, c) : NULL};
    ret[n++] = (struct var){"tests", tested};
    ret[n++] = (struct var){"untested", c && !tested ? arena_fmt(s->a, "`%s`", c->full) : NULL};
    ret[n++] = (struct var){"lines", f && f->lines > 0 ? arena_fmt(s->a, "%lld", (long long)f->lines) : NULL};
    ret[n++] = (struct var){"neighbours", files > 1 ? arena_fmt(s->a, "%zu", files) : NULL};
    ret[n++] = (struct var){"queue_there", queue};
    ret[n++] = (struct var){"no_queue", queue ? NULL : lacks};
    ret[n++] = (struct var){"cache_there", cache};
    ret[n++] = (struct var){"no_cache", cache ? NULL : lacks};
    ret[n++] = (struct var){"settings", fact_cite(s, settings)};
    ret[n++] = (struct var){"entry", s->empty ? NULL : entry_text(s)};
    ret[n++] = (struct var){"table_at", s->empty ? NULL : table_at(s)};
    ret[n++] = (struct var){"served", s->empty ? NULL : served_text(s)};
    ret[n++] = (struct var){"data_ids", ids_in(s, LAYER_DATA)};
    ret[n++] = (struct var){"logic_ids", ids_in(s, LAYER_LOGIC)};
    ret[n++] = (struct var){"api_ids", ids_in(s, LAYER_API)};
    ret[n++] = (struct var){"data_ask", scene_layer_count(s, LAYER_DATA) == 1 ? "asks for" : "ask for"};
    ret[n++] = (struct var){"first_id", s->needs.n ? s->needs.v[0].r.id : NULL};
    ret[n++] = (struct var){"deploy", deploy_text(s)};
    ret[n++] = (struct var){"test_files", test_files_text(s)};
    ret[n++] = (struct var){"api_dir", api_dir_text(s)};
    return n;
}

size_t strategy_facts(const struct scene *s, struct var *ret)
{
    struct facts *f = s->facts;
    if (f->said_of != s) f->n_said = look(s, f->said), f->said_of = s;
    memcpy(ret, f->said, f->n_said * sizeof *ret);
    return f->n_said;
}
