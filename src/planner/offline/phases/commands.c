/* Commands of the inventory: the one of a kind, narrowed to a file, known or not. */
#include "planner/offline/scene/scene.h"

#include <string.h>

const struct survey_command *scene_command(const struct scene *s, size_t codebase, enum command_kind kind)
{
    const struct survey *sv = scene_survey(s, codebase);
    return sv ? survey_command_of(sv, kind) : NULL;
}

/* How a test runner takes one file. {file} the path, {dir} its folder, {stem} and {Stem} its name. */
static const struct {
    const char *runner, *narrow;
} rows[] = {
    {"pytest", "{cmd} {file}"},
    {"python -m pytest", "{cmd} {file}"},
    {"python3 -m pytest", "{cmd} {file}"},
    {"npm test", "npm test -- {file}"},
    {"npm run test", "npm run test -- {file}"},
    {"yarn test", "yarn test {file}"},
    {"pnpm test", "pnpm test {file}"},
    {"go test", "go test ./{dir}/..."},
    {"bundle exec rspec", "bundle exec rspec {file}"},
    {"rspec", "rspec {file}"},
    {"php artisan test", "php artisan test {file}"},
    {"vendor/bin/phpunit", "vendor/bin/phpunit {file}"},
    {"cargo test", "cargo test --test {stem}"},
    {"mvn -q test", "mvn -q test -Dtest={stem}"},
    {"mvn test", "mvn test -Dtest={stem}"},
    {"./mvnw test", "./mvnw test -Dtest={stem}"},
    {"./gradlew test", "./gradlew test --tests {stem}"},
    {"gradle test", "gradle test --tests {stem}"},
    {"mix test", "mix test {file}"},
    {"deno test", "deno test {file}"},
    {"bun test", "bun test {file}"},
};

static const char *narrow(const struct scene *s, const struct survey_command *c, const char *file)
{
    struct span dir = file_dir(file), stem = file_stem(file);
    const char *alias_cut = strstr(file, "//");
    if (alias_cut) file = alias_cut + 2, dir = file_dir(file);
    for (size_t i = 0; c && i < countof(rows); i++) {
        const char *line;
        if (!span_starts((struct span){c->name, strlen(c->name)}, rows[i].runner)) continue;
        if (strcmp(rows[i].runner, "go test") == 0 && dir.n == 0) return NULL;
        if (strcmp(rows[i].runner, "cargo test") == 0 && !span_is(dir, "tests")) return NULL;
        line = FILL(s->a, rows[i].narrow, {"cmd", rows[i].runner}, {"file", file},
                    {"dir", arena_dup_n(s->a, dir.p, dir.n)}, {"stem", arena_dup_n(s->a, stem.p, stem.n)});
        return line && scene_command_known(s, line) == COMMAND_KNOWN ? line : NULL;
    }
    return NULL;
}

const char *narrow_test(const struct scene *s, size_t codebase, const char *file)
{
    const struct survey *sv = scene_survey(s, codebase);
    for (size_t i = 0; sv && i < sv->commands.n; i++) {
        const char *line = sv->commands.v[i].kind == COMMAND_TEST ? narrow(s, &sv->commands.v[i], file) : NULL;
        if (line) return line;
    }
    return NULL;
}

const struct survey_command *scene_preview(const struct scene *s, size_t codebase)
{
    const struct survey *sv = scene_survey(s, codebase);
    for (size_t i = 0; sv && i < sv->commands.n; i++)
        if (prose_same(sv->commands.v[i].name, "make plan") || prose_same(sv->commands.v[i].name, "terraform plan"))
            return &sv->commands.v[i];
    return NULL;
}

enum command_status scene_command_known(const struct scene *s, const char *line)
{
    enum command_status best = COMMAND_UNKNOWN;
    for (size_t c = 0; c < s->b->codebases.n; c++) {
        struct command_names none = {0};
        struct command_ref ref = {0};
        const struct survey *sv = scene_survey(s, c);
        enum command_status k =
            sv ? survey_command_known(sv, scene_tree(s, c), &none, line, s->a, &ref) : COMMAND_UNKNOWN;
        if (k < best) best = k;
    }
    return best;
}
