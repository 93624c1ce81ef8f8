/* The test file of a source file: one that is there, or the name that a new one gets after the manner of the others. */
#include "planner/offline/scene/facts.h"

#include <string.h>

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

/* Set up by tests, read by none. */
static bool is_helper(const char *path)
{
    static const char *const stems[] = {"mod",   "common",  "conftest", "helper",   "helpers", "util",      "utils",
                                        "setup", "support", "fixtures", "__init__", "testenv", "factories", "testutil"};
    struct span stem = file_stem(path);
    for (size_t i = 0; i < countof(stems); i++)
        if (span_is(stem, stems[i])) return true;
    return false;
}

/* Where most tests are named as such, a file among them that is not is something that they use. */
static bool mostly_named(const struct facts *f, const struct named_test *t)
{
    size_t all = 0, named = 0;
    for (size_t i = 0; i < f->tests.n; i++) {
        if (f->tests.v[i].codebase != t->codebase || strcmp(file_ext(f->tests.v[i].path), file_ext(t->path)) != 0)
            continue;
        all++;
        named += file_is_named_test(f->tests.v[i].path);
    }
    return named * 2 > all;
}

static void drop_unnamed(struct facts *f)
{
    size_t kept = 0;
    for (size_t i = 0; i < f->tests.n; i++)
        f->tests.v[i].used = !file_is_named_test(f->tests.v[i].path) && mostly_named(f, &f->tests.v[i]);
    for (size_t i = 0; i < f->tests.n; i++)
        if (!f->tests.v[i].used) f->tests.v[kept++] = f->tests.v[i];
    f->tests.n = kept;
}

static void list_tests(const struct scene *s)
{
    s->facts->tests_listed = true;
    for (size_t c = 0; c < s->b->codebases.n; c++) {
        struct tree_files files = scene_tree(s, c) ? tree_files(scene_tree(s, c)) : (struct tree_files){0};
        for (size_t i = 0; i < files.n; i++) {
            const char *path = files.v[i].path;
            bool test = file_is_test(path) && file_is_code(path) && !is_helper(path);
            struct named_test *t = test ? PUSH(s->a, s->facts->tests) : NULL;
            if (t) *t = (struct named_test){.path = path, .tested = tested_stem(s->a, path), .codebase = c};
        }
    }
    drop_unnamed(s->facts);
    for (size_t i = 0; i < s->facts->tests.n; i++)
        s->facts->tests.v[i].file = facts_file(s, s->facts->tests.v[i].codebase, s->facts->tests.v[i].path);
}

/* A package is tested from within. */
static bool outside_package(const char *test, const char *source)
{
    struct span a = file_dir(test), b = file_dir(source);
    return strcmp(file_ext(source), "go") == 0 && (a.n != b.n || memcmp(a.p, b.p, a.n) != 0);
}

static bool is_place(const struct scene *s, const struct named_test *t)
{
    for (size_t i = 0; i < s->places.n; i++)
        if (s->places.v[i].codebase == t->codebase && strcmp(s->places.v[i].path, t->path) == 0) return true;
    return false;
}

/* Tests that are not called after what they test: the one with the ticket's own terms, or that imports the file and is
 * close to the ticket, or the only one there is. */
static const char *near_test(const struct scene *s, size_t codebase, const char *source)
{
    text_list terms;
    fact_list importing = {0};
    const struct code_file *code = facts_file(s, codebase, source);
    const char *best = NULL, *only = NULL;
    size_t top = 2, all = 0;
    bool about_terms;
    (void)terms_of(s, arena_fmt(s->a, "%s\n%s", s->title, s->b->ticket.body ? s->b->ticket.body : ""), &terms);
    facts_importers(s, codebase, source, true, &importing);
    about_terms = code && terms_within(s, &terms, code->content, NULL) > 0;
    for (size_t i = 0; i < s->facts->tests.n; i++) {
        const struct named_test *t = &s->facts->tests.v[i];
        const struct code_file *f = t->file;
        size_t score = f && about_terms ? 3 * terms_within(s, &terms, f->content, NULL) : 0;
        if (t->codebase != codebase || language_of_path(t->path) != language_of_path(source)) continue;
        if (all++ == 0) only = t->path;
        for (size_t j = 0; j < importing.n; j++) score += importing.v[j].file == f ? 2 : 0;
        score += is_place(s, t);
        if (score > top) top = score, best = t->path;
    }
    return best || all != 1 ? best : only;
}

static const char *existing_test(const struct scene *s, size_t codebase, const char *source)
{
    const char *want = name_words(s->a, arena_dup_n(s->a, file_stem(source).p, file_stem(source).n));
    const char *also = tested_words(s, source);
    const struct language *l = language_of_path(source);
    bool frame = !want || strcmp(want, "index") == 0 || strcmp(want, "main") == 0 || strcmp(want, "init") == 0 ||
                 strcmp(want, "mod") == 0;
    if (!s->facts->tests_listed) list_tests(s);
    for (size_t i = 0; i < s->facts->tests.n && !frame; i++) {
        const struct named_test *t = &s->facts->tests.v[i];
        bool named =
            strcmp(t->tested, want) == 0 || (strstr(t->path, "requests/") && also && strcmp(t->tested, also) == 0);
        if (named && t->codebase == codebase && language_of_path(t->path) == l && !outside_package(t->path, source))
            return t->path;
    }
    return strcmp(file_ext(source), "go") != 0 && path_taken(s, codebase, source) ? near_test(s, codebase, source)
                                                                                  : NULL;
}

/* In the same folder before those close to the ticket before any. */
const char *test_to_follow(const struct scene *s, size_t codebase, const char *path)
{
    const char *best = NULL;
    int top = 0;
    if (!s->facts->tests_listed) list_tests(s);
    for (size_t i = 0; i < s->facts->tests.n; i++) {
        const struct named_test *t = &s->facts->tests.v[i];
        struct span a = file_dir(t->path), b = file_dir(path);
        int score = 1 + 2 * is_place(s, t) + (a.n == b.n && memcmp(a.p, b.p, a.n) == 0);
        if (t->codebase != codebase || strcmp(t->path, path) == 0 ||
            language_of_path(t->path) != language_of_path(path))
            continue;
        if (score > top) top = score, best = t->path;
    }
    return best;
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
    const char *from;  /* the code lies below it */
    const char *other; /* and not below this one; NULL */
    const char *needs; /* a folder of tests that has to be there */
    const char *to;
} mirrors[] = {
    {"src/main/java/", NULL, "src/test/java", "src/test/java/{dir}{Stem}{Mark}.java"},
    {"src/main/kotlin/", NULL, "src/test/kotlin", "src/test/kotlin/{dir}{Stem}{Mark}.kt"},
    {"src/main/scala/", NULL, "src/test/scala", "src/test/scala/{dir}{Stem}Spec.scala"},
    {"app/controllers/", NULL, "spec/requests", "spec/requests/{dir}{resource}_spec.rb"},
    {"app/controllers/", NULL, "test/controllers", "test/controllers/{dir}{stem}_test.rb"},
    {"app/", "app/views/", "spec", "spec/{dir}{stem}_spec.rb"},
    {"lib/", NULL, "spec", "spec/lib/{dir}{stem}_spec.rb"},
    {"app/Http/Controllers/", NULL, "tests/Feature", "tests/Feature/{dir}{Stem}Test.php"},
    {"app/", "app/Http/Controllers/", "tests/Unit", "tests/Unit/{dir}{Stem}Test.php"},
};

/* "Tests" or "Test", as most tests of the language end. */
static const char *mark_of(const struct scene *s, size_t codebase, const char *source)
{
    size_t all = 0, many = 0;
    for (size_t i = 0; i < s->facts->tests.n; i++) {
        const struct named_test *t = &s->facts->tests.v[i];
        struct span stem = file_stem(t->path);
        if (t->codebase != codebase || strcmp(file_ext(t->path), file_ext(source)) != 0) continue;
        all++;
        many += stem.n > 5 && memcmp(stem.p + stem.n - 5, "Tests", 5) == 0;
    }
    return many * 2 > all ? "Tests" : "Test";
}

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
                    {"Mark", mark_of(s, codebase, source)}, {"resource", name_styled(s->a, resource, NAME_SNAKE)});
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
        *ret_exists = path_taken(s, codebase, source);
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
    if (found) *ret_exists = path_taken(s, codebase, found);
    return found;
}
