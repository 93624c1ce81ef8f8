/* Risky releases: whether the change is to be switched on apart from its deployment, and where this repository keeps
 * such settings. */
#include "planner/offline/phases/blueprint.h"

#include <ctype.h>
#include <string.h>
#include "planner/offline/dialogue/strategy.h"

enum { MAX_SETTINGS = 64 * 1024 };

bool is_deployed(const struct scene *s)
{
    for (size_t c = 0; c < s->b->codebases.n; c++) {
        const struct survey *sv = scene_survey(s, c);
        if (sv && sv->deploy.n > 0) return true;
    }
    return false;
}

static bool is_settings(const char *path)
{
    static const char *const stems[] = {"config", "settings", "configuration", "conf", "env", "options", "application"};
    static const char *const exts[] = {"yaml", "yml", "toml", "env", "ini", "properties", "example"};
    struct span stem = file_stem(path);
    bool named = strcmp(file_base(path), ".env.example") == 0, kind = file_is_code(path) || named;
    for (size_t i = 0; i < countof(stems); i++) named = named || span_is(stem, stems[i]);
    for (size_t i = 0; i < countof(exts); i++) kind = kind || prose_same(file_ext(path), exts[i]);
    return named && kind && !file_is_test(path) && layer_of_path(path) != LAYER_DOCS && !strstr(path, "migrations/") &&
           !strstr(path, "alembic");
}

static const char *text_of(const struct scene *s, size_t codebase, const char *path)
{
    auto_buf b = BUF_INIT(MAX_SETTINGS);
    struct err ignored;
    if (tree_read(scene_tree(s, codebase), path, MAX_SETTINGS, &b, &ignored) != ERR_OK) return NULL;
    return prose_take(s->a, &b);
}

/* Settings given by the environment of a deployment. */
static const char *deployment_environment(const struct scene *s, size_t codebase)
{
    const struct survey *sv = scene_survey(s, codebase);
    for (size_t i = 0; sv && i < sv->deploy.n; i++) {
        const char *path = sv->deploy.v[i].path,
                   *text = path && tree_find(scene_tree(s, codebase), path) ? text_of(s, codebase, path) : NULL;
        if (text && (strstr(text, "environment:") || strstr(text, "env:"))) return path;
    }
    return NULL;
}

const char *flag_file(const struct scene *s, size_t *ret_codebase)
{
    for (size_t c = 0; c < s->b->codebases.n; c++) {
        struct tree *t = scene_tree(s, c);
        struct tree_files files = t ? tree_files(t) : (struct tree_files){0};
        const char *best = NULL, *env;
        *ret_codebase = c;
        for (size_t i = 0; i < files.n; i++)
            if (is_settings(files.v[i].path) && (!best || strlen(files.v[i].path) < strlen(best)))
                best = files.v[i].path;
        if (best) return best;
        env = deployment_environment(s, c);
        if (env) return env;
    }
    return NULL;
}

/* "spring.datasource.url=…": settings as lines of keys. */
static bool has_keys(const char *path)
{
    return strcmp(file_ext(path), "properties") == 0;
}

static const char *first_key(const struct scene *s, const char *text)
{
    for (const char *p = text; p && *p; p += strcspn(p, "\n"), p += *p == '\n') {
        size_t n = strcspn(p, "=: \n");
        if (n > 2 && *p != '#' && *p != '!' && p[n] == '=') return arena_dup_n(s->a, p, n);
    }
    return NULL;
}

/* A setting that is there already, so that the new one is written like it: "DATABASE_URL". */
const char *flag_neighbour(const struct scene *s, size_t codebase, const char *path)
{
    const char *text = text_of(s, codebase, path);
    if (has_keys(path)) return first_key(s, text);
    for (const char *p = text; p && *p; p++) {
        size_t n = strspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
        if (n >= 4 && isupper((unsigned char)*p) && (p == text || !prose_is_word_char(p[-1])) &&
            !prose_is_word_char(p[n]))
            return arena_dup_n(s->a, p, n);
        if (n > 0) p += n - 1;
    }
    return NULL;
}

const char *flag_name(const struct scene *s)
{
    size_t codebase = 0;
    const char *file = flag_file(s, &codebase);
    char *name = name_styled(s->a, s->topic, NAME_SNAKE);
    if (file && has_keys(file)) return arena_fmt(s->a, "%s.enabled", name_styled(s->a, s->topic, NAME_KEBAB));
    for (char *p = name; p && *p; p++) *p = (char)toupper((unsigned char)*p);
    return arena_fmt(s->a, "%s_ENABLED", name ? name : "CHANGE");
}

/* Several layers at once, seen by people from outside, in something that is deployed and keeps settings. */
bool flag_wanted(const struct scene *s)
{
    size_t layers = 0, codebase;
    bool outward = scene_layer_count(s, LAYER_API) > 0 || scene_layer_count(s, LAYER_FRONTEND) > 0;
    for (enum layer l = LAYER_DATA; l <= LAYER_FRONTEND; l++) layers += scene_layer_count(s, l) > 0;
    if (s->small || s->empty || !is_deployed(s) || (!outward && s->strategy != STRATEGY_FLAG)) return false;
    if (scene_is(s, KIND_BUG) || scene_is(s, KIND_REFACTOR) || scene_is(s, KIND_UPGRADE)) return false;
    if (schema_contracts(s) || (layers < 3 && s->strategy != STRATEGY_QUEUE && s->strategy != STRATEGY_FLAG))
        return false;
    return flag_file(s, &codebase) != NULL;
}
