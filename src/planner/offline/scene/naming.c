/* Names of files that do not exist yet, after the manner of those that do. */
#include "planner/offline/scene/scene.h"

#include <stddef.h>
#include <string.h>

bool path_taken(const struct scene *s, size_t codebase, const char *path)
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
        if (!path_taken(s, codebase, path)) return path;
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

/* "2017_04_03_114233" → "2017_04_03_114234": times in parts, which are no number; NULL: the newest has none. */
static const char *after_newest(const struct scene *s, const struct survey_migrations *m)
{
    const char *base = m->newest ? file_base(m->newest) : "";
    size_t n = strspn(base, "0123456789_");
    char *time;
    while (n > 0 && base[n - 1] == '_') n--;
    time = n > 8 && memchr(base, '_', n) ? arena_dup_n(s->a, base, n) : NULL;
    for (size_t i = n; time && i-- > 0 && time[i] != '_';) {
        if (time[i]++ != '9') return time;
        time[i] = '0';
    }
    return NULL;
}

/* "<YYYYMMDDHHMMSS>_x.js": a moment just after the newest one, since a plan has no clock of its own. */
static const char *with_number(const struct scene *s, const struct survey_migrations *m, const char *file)
{
    const char *open = file ? strchr(file, '<') : NULL, *close = open ? strchr(open, '>') : NULL;
    const char *after = after_newest(s, m), *base = file ? file_base(file) : "";
    size_t digits = strspn(base, "0123456789");
    if (!close && after && digits > 0 && base[digits] == '_' && after[digits] == '_') /* the year is the number there */
        return arena_fmt(s->a, "%.*s%s%s", (int)(base - file + (ptrdiff_t)digits), file, after + digits, base + digits);
    if (close && after) return arena_fmt(s->a, "%.*s%s%s", (int)(open - file), file, after, close + 1);
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
    if (m->dir && m->dir[0] && strncmp(file, m->dir, strlen(m->dir)) != 0)
        file = arena_fmt(s->a, "%s/%s", m->dir, file);
    if (!file) return NULL;
    up = strstr(file, ".up.");
    if (up) *ret_down = arena_fmt(s->a, "%.*s.down.%s", (int)(up - file), file, up + 4);
    else if (m->paired && strstr(file, "up.sql"))
        *ret_down = arena_fmt(s->a, "%.*sdown.sql", (int)(strstr(file, "up.sql") - file), file);
    if (*ret_down) *ret_down = scene_path(s, codebase, *ret_down);
    return scene_path(s, codebase, file);
}

/* "20211221184530_bookmarks/migration.sql": where every migration has the same name, its folder tells them apart. */
const char *migration_label(const struct scene *s, const char *path)
{
    const char *base = file_base(path);
    struct span dir = file_dir(path);
    const char *slash = dir.n ? memrchr(dir.p, '/', dir.n) : NULL, *folder = slash ? slash + 1 : dir.p;
    if (strcmp(base, "migration.sql") != 0 && strcmp(base, "up.sql") != 0 && strcmp(base, "down.sql") != 0) return base;
    path = dir.n ? arena_fmt(s->a, "%.*s/%s", (int)(dir.n - (size_t)(folder - dir.p)), folder, base) : NULL;
    return path ? path : base;
}
