/* Names of files that do not exist yet, after the manner of those that do. */
#include "planner/offline/scene/scene.h"

#include <string.h>
#include "planner/offline/scene/facts.h"

static bool taken(const struct scene *s, size_t codebase, const char *path)
{
    struct tree *t = scene_tree(s, codebase);
    return t && (tree_find(t, path) || tree_is_dir(t, path));
}

/* Words that a file's role ends in: "UserController", "users_handler". */
static const char *const roles[] = {
    "controller", "service", "handler",    "repository", "model",    "view",      "views", "routes",     "route",
    "router",     "store",   "client",     "manager",    "resource", "component", "page",  "serializer", "schema",
    "job",        "worker",  "middleware", "provider",   "factory",  "helper",    "hook"};

static const char *role_of(struct arena *a, const char *stem)
{
    const char *words = name_words(a, stem), *last = words ? strrchr(words, ' ') : NULL;
    for (size_t i = 0; last && i < countof(roles); i++)
        if (strcmp(last + 1, roles[i]) == 0) return roles[i];
    return NULL;
}

/* ".controller.ts" of "users.controller.ts": everything from the first dot. */
static const char *ending(const char *path)
{
    struct span stem = file_stem(path);
    return stem.p + stem.n;
}

static const char *first_free(const struct scene *s, size_t codebase, struct span dir, const char *stem,
                              const char *end)
{
    for (int i = 1; i < 50; i++) {
        const char *path = arena_fmt(s->a, "%.*s%s%s%s%s", (int)dir.n, dir.p, dir.n ? "/" : "", stem,
                                     i == 1 ? "" : arena_fmt(s->a, "%d", i), end);
        if (!path) return NULL;
        if (!taken(s, codebase, path)) return path;
    }
    return NULL;
}

static const char *without_neighbour(const struct scene *s, const char *topic, size_t *ret_codebase)
{
    const struct language *l = s->lang;
    const char *example = NULL;
    struct span dir = {"", 0};
    const char *end;
    *ret_codebase = 0;
    for (size_t i = 0; s->survey && i < s->survey->languages.n && !example; i++)
        if (!l || prose_same(s->survey->languages.v[i].name, l->name)) example = s->survey->languages.v[i].example;
    if (example) {
        dir = file_dir(example);
        return first_free(s, 0, dir, name_styled(s->a, topic, l ? l->file : NAME_SNAKE), ending(example));
    }
    if (!l) return NULL;
    end = arena_fmt(s->a, ".%s", l->ext);
    dir = (struct span){"src", 3};
    return first_free(s, 0, dir, name_styled(s->a, topic, l->file), end);
}

/* "sessions" → "session" where the neighbours are called for one thing: "order_controller", "app/models/order.rb". */
static const char *in_number(const struct scene *s, const struct place *near, const char *role, const char *topic)
{
    const char *words = name_words(s->a, arena_dup_n(s->a, file_stem(near->path).p, file_stem(near->path).n));
    size_t n = words ? strlen(words) : 0, m = topic ? strlen(topic) : 0;
    if (role && n > strlen(role) + 1) n -= strlen(role) + 1;
    if (!words || !topic || n == 0 || m < 4 || words[n - 1] == 's' || topic[m - 1] != 's' || topic[m - 2] == 's')
        return topic;
    if (!role && near->layer != LAYER_DATA) return topic;
    if (m > 4 && strcmp(topic + m - 3, "ies") == 0) return arena_fmt(s->a, "%.*sy", (int)m - 3, topic);
    return arena_dup_n(s->a, topic, m - 1);
}

const char *new_file(const struct scene *s, const struct place *near, const char *topic, size_t *ret_codebase)
{
    const struct language *l;
    struct span stem, dir;
    const char *role, *words, *plain;
    enum name_style style;
    if (!near) return without_neighbour(s, topic, ret_codebase);
    stem = file_stem(near->path);
    dir = file_dir(near->path);
    plain = arena_dup_n(s->a, stem.p, stem.n);
    role = plain ? role_of(s->a, plain) : NULL;
    l = language_of_path(near->path);
    style = name_style_of(plain);
    if (style == NAME_FLAT) style = l ? l->file : NAME_SNAKE;
    topic = in_number(s, near, role, topic);
    words = role && !prose_has_word(topic, role) ? arena_fmt(s->a, "%s %s", topic, role) : topic;
    *ret_codebase = near->codebase;
    return words ? first_free(s, near->codebase, dir, name_styled(s->a, words, style), ending(near->path)) : NULL;
}

/* --- tests -------------------------------------------------------------------------------------------------------- */
/* Stem of a test file without its mark: "test_users", "users.test", "UsersTest" → "users". */
static const char *tested_stem(struct arena *a, const char *path)
{
    const char *words = name_words(a, arena_dup_n(a, file_stem(path).p, file_stem(path).n));
    size_t n = words ? strlen(words) : 0;
    if (!words) return "";
    if (strncmp(words, "test ", 5) == 0) return words + 5;
    if (n > 5 && (strcmp(words + n - 5, " test") == 0 || strcmp(words + n - 5, " spec") == 0))
        return arena_dup_n(a, words, n - 5);
    if (n > 6 && strcmp(words + n - 6, " tests") == 0) return arena_dup_n(a, words, n - 6);
    return words;
}

/* What a test of this file is called after: Rails has requests specs for controllers, named for the resource. */
static const char *tested_words(const struct scene *s, const char *source)
{
    char *words = name_words(s->a, arena_dup_n(s->a, file_stem(source).p, file_stem(source).n));
    size_t n = words ? strlen(words) : 0;
    if (n > 11 && strcmp(words + n - 11, " controller") == 0 && strcmp(file_ext(source), "rb") == 0)
        words[n - 11] = '\0';
    return words;
}

static void list_tests(const struct scene *s)
{
    s->facts->tests_listed = true;
    for (size_t c = 0; c < s->b->codebases.n; c++) {
        struct tree_files files = scene_tree(s, c) ? tree_files(scene_tree(s, c)) : (struct tree_files){0};
        for (size_t i = 0; i < files.n; i++) {
            const char *path = files.v[i].path;
            struct named_test *t = file_is_test(path) && file_is_code(path) ? PUSH(s->a, s->facts->tests) : NULL;
            if (t) *t = (struct named_test){.path = path, .tested = tested_stem(s->a, path), .codebase = c};
        }
    }
}

/* A package is tested from within. */
static bool outside_package(const char *test, const char *source)
{
    struct span a = file_dir(test), b = file_dir(source);
    return strcmp(file_ext(source), "go") == 0 && (a.n != b.n || memcmp(a.p, b.p, a.n) != 0);
}

static const char *existing_test(const struct scene *s, size_t codebase, const char *source)
{
    const char *want = name_words(s->a, arena_dup_n(s->a, file_stem(source).p, file_stem(source).n));
    const char *also = tested_words(s, source);
    const struct language *l = language_of_path(source);
    if (!want || strcmp(want, "index") == 0 || strcmp(want, "main") == 0 || strcmp(want, "init") == 0 ||
        strcmp(want, "mod") == 0)
        return NULL;
    if (!s->facts->tests_listed) list_tests(s);
    for (size_t i = 0; i < s->facts->tests.n; i++) {
        const struct named_test *t = &s->facts->tests.v[i];
        bool named = strcmp(t->tested, want) == 0 ||
                     (strstr(t->path, "requests/") && also && strcmp(t->tested, also) == 0);
        if (named && t->codebase == codebase && language_of_path(t->path) == l && !outside_package(t->path, source))
            return t->path;
    }
    return NULL;
}

static const struct survey_tests *tests_of(const struct survey *sv, const struct language *l)
{
    const struct survey_tests *best = NULL;
    for (size_t i = 0; sv && l && i < sv->tests.n; i++) {
        const struct survey_tests *t = &sv->tests.v[i];
        bool fits = prose_same(t->language, l->name) || (t->example && language_of_path(t->example) == l);
        if (fits && (!best || (best->files == 0 && t->files > 0))) best = t;
    }
    return best;
}

/* "tests/test_*.py" with the star replaced in the style of the example; NULL when the pattern has no star. */
static const char *by_pattern(const struct scene *s, const struct survey_tests *t, const char *words,
                              const char *source)
{
    const char *star = t->pattern ? strchr(t->pattern, '*') : NULL, *slash, *name;
    const struct language *l = language_of_path(source);
    enum name_style style = t->example ? name_style_of(tested_stem(s->a, t->example)) : NAME_FLAT;
    struct span dir = {"", 0};
    if (!star || strchr(star + 1, '*')) return NULL;
    style = l ? l->file : NAME_SNAKE;
    if (star > t->pattern && star[-1] == '_') style = NAME_SNAKE;
    name = name_styled(s->a, words, style);
    slash = strrchr(t->pattern, '/');
    if (!slash && l && (prose_same(l->name, "Go") || !t->example || file_dir(t->example).n > 0))
        dir = file_dir(source); /* tests lie beside the code */
    return name ? arena_fmt(s->a, "%.*s%s%.*s%s%s", (int)dir.n, dir.p, dir.n ? "/" : "", (int)(star - t->pattern),
                            t->pattern, name, star + 1)
                : NULL;
}

static const char *by_language(const struct scene *s, const struct language *l, const char *words)
{
    struct var v[] = {{"name", name_styled(s->a, words, l->file)}, {"Name", name_styled(s->a, words, NAME_PASCAL)}};
    return l->test_file ? template_fill(s->a, l->test_file, v, countof(v)) : NULL;
}

/* Where tests repeat the folders of the code. {dir} what follows the code's own folder, {stem} the file's name. */
static const struct {
    const char *from;                 /* the code lies below it */
    const char *other;                /* and not below this one; NULL */
    const char *needs;                /* a folder of tests that has to be there */
    const char *to;
} mirrors[] = {
    {"src/main/java/", NULL, "src/test/java", "src/test/java/{dir}{Stem}Test.java"},
    {"src/main/kotlin/", NULL, "src/test/kotlin", "src/test/kotlin/{dir}{Stem}Test.kt"},
    {"src/main/scala/", NULL, "src/test/scala", "src/test/scala/{dir}{Stem}Spec.scala"},
    {"app/controllers/", NULL, "spec/requests", "spec/requests/{dir}{resource}_spec.rb"},
    {"app/controllers/", NULL, "test/controllers", "test/controllers/{dir}{stem}_test.rb"},
    {"app/", "app/views/", "spec", "spec/{dir}{stem}_spec.rb"},
    {"lib/", NULL, "spec", "spec/lib/{dir}{stem}_spec.rb"},
    {"app/Http/Controllers/", NULL, "tests/Feature", "tests/Feature/{Stem}Test.php"},
    {"app/", "app/Http/Controllers/", "tests/Unit", "tests/Unit/{dir}{Stem}Test.php"},
};

static const char *by_mirror(const struct scene *s, size_t codebase, const char *source, const char *words)
{
    struct tree *t = scene_tree(s, codebase);
    for (size_t i = 0; t && i < countof(mirrors); i++) {
        const char *at = strstr(source, mirrors[i].from), *path, *rest, *resource = tested_words(s, source);
        size_t head = at ? (size_t)(at - source) : 0, n;
        if (!at || (head > 0 && at[-1] != '/') || (mirrors[i].other && strstr(source, mirrors[i].other))) continue;
        if (strcmp(file_ext(mirrors[i].to), file_ext(source)) != 0) continue;
        if (!tree_is_dir(t, arena_fmt(s->a, "%.*s%s", (int)head, source, mirrors[i].needs))) continue;
        rest = at + strlen(mirrors[i].from);
        n = (size_t)(file_base(source) - rest);
        path = FILL(s->a, mirrors[i].to, {"dir", arena_dup_n(s->a, rest, n)},
                    {"stem", name_styled(s->a, words, NAME_SNAKE)}, {"Stem", name_styled(s->a, words, NAME_PASCAL)},
                    {"resource", name_styled(s->a, resource, NAME_SNAKE)});
        return arena_fmt(s->a, "%.*s%s", (int)head, source, path);
    }
    return NULL;
}

const char *test_file_for(const struct scene *s, size_t codebase, const char *source, bool *ret_exists)
{
    const struct language *l = language_of_path(source);
    const struct survey *sv = scene_survey(s, codebase);
    const struct survey_tests *t = tests_of(sv, l);
    const char *found, *words = name_words(s->a, arena_dup_n(s->a, file_stem(source).p, file_stem(source).n));
    *ret_exists = false;
    if (!l || !words) return NULL;
    if (file_is_test(source)) {
        *ret_exists = taken(s, codebase, source);
        return source;
    }
    found = scene_tree(s, codebase) ? existing_test(s, codebase, source) : NULL;
    if (found) {
        *ret_exists = true;
        return found;
    }
    if (prose_same(l->name, "Go"))
        found = arena_fmt(s->a, "%.*s%s%s_test.go", (int)file_dir(source).n, file_dir(source).p,
                          file_dir(source).n ? "/" : "", name_styled(s->a, words, NAME_SNAKE));
    if (!found) found = by_mirror(s, codebase, source, words);
    if (!found && t) found = by_pattern(s, t, words, source);
    if (!found) found = by_language(s, l, words);
    if (found) *ret_exists = taken(s, codebase, found);
    return found;
}

/* "<YYYYMMDDHHMMSS>_x.js": a moment just after the newest one, since a plan has no clock of its own. */
static const char *with_number(const struct scene *s, const struct survey_migrations *m, const char *file)
{
    const char *open = file ? strchr(file, '<') : NULL, *close = open ? strchr(open, '>') : NULL;
    return close ? arena_fmt(s->a, "%.*s%0*lld%s", (int)(open - file), file, (int)(close - open - 1),
                             (long long)m->number + 1, close + 1)
                 : file;
}

/* --- migrations --------------------------------------------------------------------------------------------------- */
static bool index_wanted(const struct scene *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->needs.n; i++) {
        if (s->needs.v[i].layer != LAYER_DATA) continue;
        if (!prose_has_word(s->needs.v[i].r.text, "index")) return false;
        n++;
    }
    return n > 0;
}

/* Rails and Laravel say what a migration does: "add_last_seen_at_to_sessions". */
static const char *spoken_topic(const struct scene *s, const struct survey_migrations *m, const char *topic)
{
    bool rails = prose_same(m->tool, "Rails"), laravel = prose_same(m->tool, "Laravel");
    for (size_t i = 0; (rails || laravel) && i < s->x.tables.n; i++) {
        const struct extract_table *t = &s->x.tables.v[i];
        if (t->table && t->column)
            return arena_fmt(s->a, "add %s%s to %s%s", t->column, index_wanted(s) ? " index" : "", t->table,
                             laravel ? " table" : "");
    }
    return topic;
}

const char *migration_file(const struct scene *s, const char *topic, const char **ret_down)
{
    size_t codebase = 0;
    const struct survey_migrations *m = scene_migrations(s, &codebase);
    const char *hole = m && m->next ? strstr(m->next, "<name>") : NULL, *name, *file, *up;
    *ret_down = NULL;
    if (!m) return arena_fmt(s->a, "migrations/0001_%s.sql", name_styled(s->a, topic, NAME_SNAKE));
    topic = spoken_topic(s, m, topic);
    name = name_styled(s->a, topic,
                       m->newest && strchr(m->newest, '-') && !strchr(m->newest, '_') ? NAME_KEBAB : NAME_SNAKE);
    if (hole) file = arena_fmt(s->a, "%.*s%s%s", (int)(hole - m->next), m->next, name, hole + 6);
    else
        file = m->next && !strchr(m->next, '<') ? m->next
                                                : arena_fmt(s->a, "%s%s", name, ending(m->newest ? m->newest : ".sql"));
    file = with_number(s, m, file);
    if (!file) return NULL;
    if (!strchr(file, '/') && m->dir && m->dir[0]) file = arena_fmt(s->a, "%s/%s", m->dir, file);
    if (!file) return NULL;
    up = strstr(file, ".up.");
    if (up) *ret_down = arena_fmt(s->a, "%.*s.down.%s", (int)(up - file), file, up + 4);
    else if (m->paired && strstr(file, "up.sql"))
        *ret_down = arena_fmt(s->a, "%.*sdown.sql", (int)(strstr(file, "up.sql") - file), file);
    if (*ret_down) *ret_down = scene_path(s, codebase, *ret_down);
    return scene_path(s, codebase, file);
}
