/* Commands nobody wrote down: what a manifest or a dependency brings along. */
#include "survey/implied.h"

#include <string.h>

enum listed { LISTED, IF_NONE, KNOWN }; /* always; when the folder has none of its kind; never, but it is known */
struct implied {
    const char *manifest;   /* kind of a manifest that must be there */
    const char *dependency; /* or a dependency of `ecosystem` */
    const char *ecosystem;
    const char *name, *match; /* match NULL: the name */
    enum command_kind kind;
    enum listed listed;
    const char *wrapper; /* a script at the top that stands for the first word: "mvnw" */
};
static const struct implied rows[] = {
    {"npm", NULL, NULL, "npm ci", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"npm", NULL, NULL, "npm install", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"npm", NULL, NULL, "npm pack", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"npm", NULL, NULL, "npm audit", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"npm", NULL, NULL, "npm publish", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"npm", NULL, NULL, "pnpm install", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"npm", NULL, NULL, "yarn install", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"npm", NULL, NULL, "bun install", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"go", NULL, NULL, "go build ./...", "go build", COMMAND_BUILD, LISTED, NULL},
    {"go", NULL, NULL, "go test ./...", "go test", COMMAND_TEST, LISTED, NULL},
    {"go", NULL, NULL, "go vet ./...", "go vet", COMMAND_LINT, LISTED, NULL},
    {"go", NULL, NULL, "gofmt -l .", "gofmt", COMMAND_FORMAT, KNOWN, NULL},
    {"go", NULL, NULL, "go run", NULL, COMMAND_RUN, KNOWN, NULL},
    {"go", NULL, NULL, "go mod", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"go", NULL, NULL, "go fmt", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"go", NULL, NULL, "go install", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"go", NULL, NULL, "go generate", NULL, COMMAND_BUILD, KNOWN, NULL},
    {"go", NULL, NULL, "go tool", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"cargo", NULL, NULL, "cargo build", NULL, COMMAND_BUILD, LISTED, NULL},
    {"cargo", NULL, NULL, "cargo test", NULL, COMMAND_TEST, LISTED, NULL},
    {"cargo", NULL, NULL, "cargo clippy", NULL, COMMAND_LINT, LISTED, NULL},
    {"cargo", NULL, NULL, "cargo fmt", NULL, COMMAND_FORMAT, LISTED, NULL},
    {"cargo", NULL, NULL, "cargo check", NULL, COMMAND_BUILD, KNOWN, NULL},
    {"cargo", NULL, NULL, "cargo run", NULL, COMMAND_RUN, KNOWN, NULL},
    {"cargo", NULL, NULL, "cargo doc", NULL, COMMAND_BUILD, KNOWN, NULL},
    {"cargo", NULL, NULL, "cargo bench", NULL, COMMAND_TEST, KNOWN, NULL},
    {"cargo", NULL, NULL, "cargo install", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"cmake", NULL, NULL, "cmake -S . -B build", "cmake", COMMAND_BUILD, LISTED, NULL},
    {"cmake", NULL, NULL, "cmake --build build", "cmake --build", COMMAND_BUILD, LISTED, NULL},
    {"cmake", NULL, NULL, "ctest --test-dir build", "ctest", COMMAND_TEST, LISTED, NULL},
    {"meson", NULL, NULL, "meson setup build", "meson setup", COMMAND_BUILD, LISTED, NULL},
    {"meson", NULL, NULL, "meson compile -C build", "meson compile", COMMAND_BUILD, LISTED, NULL},
    {"meson", NULL, NULL, "meson test -C build", "meson test", COMMAND_TEST, LISTED, NULL},
    {"meson", NULL, NULL, "ninja -C build", "ninja", COMMAND_BUILD, KNOWN, NULL},
    {"autotools", NULL, NULL, "./configure", NULL, COMMAND_BUILD, LISTED, NULL},
    {"autotools", NULL, NULL, "make", NULL, COMMAND_BUILD, LISTED, NULL},
    {"autotools", NULL, NULL, "make check", NULL, COMMAND_TEST, LISTED, NULL},
    {"autotools", NULL, NULL, "make install", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"autotools", NULL, NULL, "make dist", NULL, COMMAND_BUILD, KNOWN, NULL},
    {"autotools", NULL, NULL, "make distcheck", NULL, COMMAND_TEST, KNOWN, NULL},
    {"autotools", NULL, NULL, "make clean", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"autotools", NULL, NULL, "autoreconf", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"maven", NULL, NULL, "mvn compile", NULL, COMMAND_BUILD, KNOWN, "mvnw"},
    {"maven", NULL, NULL, "mvn test", NULL, COMMAND_TEST, LISTED, "mvnw"},
    {"maven", NULL, NULL, "mvn verify", NULL, COMMAND_TEST, LISTED, "mvnw"},
    {"maven", NULL, NULL, "mvn package", NULL, COMMAND_BUILD, LISTED, "mvnw"},
    {"maven", NULL, NULL, "mvn", NULL, COMMAND_OTHER, KNOWN, "mvnw"},
    {"gradle", NULL, NULL, "gradle build", NULL, COMMAND_BUILD, LISTED, "gradlew"},
    {"gradle", NULL, NULL, "gradle test", NULL, COMMAND_TEST, LISTED, "gradlew"},
    {"gradle settings", NULL, NULL, "gradle build", NULL, COMMAND_BUILD, LISTED, "gradlew"},
    {"gradle settings", NULL, NULL, "gradle test", NULL, COMMAND_TEST, LISTED, "gradlew"},
    {"gradle", NULL, NULL, "gradle", NULL, COMMAND_OTHER, KNOWN, "gradlew"},
    {"sbt", NULL, NULL, "sbt compile", NULL, COMMAND_BUILD, LISTED, NULL},
    {"sbt", NULL, NULL, "sbt test", NULL, COMMAND_TEST, LISTED, NULL},
    {"sbt", NULL, NULL, "sbt", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"dotnet", NULL, NULL, "dotnet build", NULL, COMMAND_BUILD, LISTED, NULL},
    {"dotnet", NULL, NULL, "dotnet test", NULL, COMMAND_TEST, LISTED, NULL},
    {"dotnet", NULL, NULL, "dotnet", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"mix", NULL, NULL, "mix compile", NULL, COMMAND_BUILD, LISTED, NULL},
    {"mix", NULL, NULL, "mix test", NULL, COMMAND_TEST, LISTED, NULL},
    {"mix", NULL, NULL, "mix format", NULL, COMMAND_FORMAT, LISTED, NULL},
    {"mix", NULL, NULL, "mix", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"swift", NULL, NULL, "swift build", NULL, COMMAND_BUILD, LISTED, NULL},
    {"swift", NULL, NULL, "swift test", NULL, COMMAND_TEST, LISTED, NULL},
    {"swift", NULL, NULL, "swift run", NULL, COMMAND_RUN, KNOWN, NULL},
    {"bazel", NULL, NULL, "bazel build //...", "bazel build", COMMAND_BUILD, LISTED, NULL},
    {"bazel", NULL, NULL, "bazel test //...", "bazel test", COMMAND_TEST, LISTED, NULL},
    {"bazel", NULL, NULL, "bazel run", NULL, COMMAND_RUN, KNOWN, NULL},
    {"cabal", NULL, NULL, "cabal build", NULL, COMMAND_BUILD, LISTED, NULL},
    {"cabal", NULL, NULL, "cabal test", NULL, COMMAND_TEST, LISTED, NULL},
    {"cabal", NULL, NULL, "cabal", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"stack", NULL, NULL, "stack build", NULL, COMMAND_BUILD, LISTED, NULL},
    {"stack", NULL, NULL, "stack test", NULL, COMMAND_TEST, LISTED, NULL},
    {"stack", NULL, NULL, "stack", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"dune", NULL, NULL, "dune build", NULL, COMMAND_BUILD, LISTED, NULL},
    {"dune", NULL, NULL, "dune test", NULL, COMMAND_TEST, LISTED, NULL},
    {"dune", NULL, NULL, "dune", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"leiningen", NULL, NULL, "lein test", NULL, COMMAND_TEST, LISTED, NULL},
    {"leiningen", NULL, NULL, "lein run", NULL, COMMAND_RUN, LISTED, NULL},
    {"leiningen", NULL, NULL, "lein", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"rebar3", NULL, NULL, "rebar3 compile", NULL, COMMAND_BUILD, LISTED, NULL},
    {"rebar3", NULL, NULL, "rebar3 eunit", NULL, COMMAND_TEST, LISTED, NULL},
    {"rebar3", NULL, NULL, "rebar3", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"zig", NULL, NULL, "zig build", NULL, COMMAND_BUILD, LISTED, NULL},
    {"zig", NULL, NULL, "zig build test", NULL, COMMAND_TEST, LISTED, NULL},
    {"shards", NULL, NULL, "shards build", NULL, COMMAND_BUILD, LISTED, NULL},
    {"shards", NULL, NULL, "crystal spec", NULL, COMMAND_TEST, LISTED, NULL},
    {"nimble", NULL, NULL, "nimble build", NULL, COMMAND_BUILD, LISTED, NULL},
    {"nimble", NULL, NULL, "nimble test", NULL, COMMAND_TEST, LISTED, NULL},
    {"terraform", NULL, NULL, "terraform init", NULL, COMMAND_DEPLOY, LISTED, NULL},
    {"terraform", NULL, NULL, "terraform validate", NULL, COMMAND_LINT, LISTED, NULL},
    {"terraform", NULL, NULL, "terraform fmt -check -recursive", "terraform fmt", COMMAND_FORMAT, LISTED, NULL},
    {"terraform", NULL, NULL, "terraform plan", NULL, COMMAND_DEPLOY, LISTED, NULL},
    {"terraform", NULL, NULL, "terraform apply", NULL, COMMAND_DEPLOY, KNOWN, NULL},
    {"dart", NULL, NULL, "dart", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"dart", NULL, NULL, "flutter", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"dart", "flutter", "pub", "flutter test", NULL, COMMAND_TEST, LISTED, NULL},
    {"dart", "flutter", "pub", "flutter analyze", NULL, COMMAND_LINT, LISTED, NULL},
    {"pre-commit", NULL, NULL, "pre-commit run --all-files", "pre-commit run", COMMAND_LINT, LISTED, NULL},
    {"pre-commit", NULL, NULL, "pre-commit install", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"tox", NULL, NULL, "tox", NULL, COMMAND_TEST, LISTED, NULL},
    {"nox", NULL, NULL, "nox", NULL, COMMAND_TEST, LISTED, NULL},
    {"perl", NULL, NULL, "perl Makefile.PL", NULL, COMMAND_BUILD, LISTED, NULL},
    {"perl", NULL, NULL, "make", NULL, COMMAND_BUILD, LISTED, NULL},
    {"perl", NULL, NULL, "make test", NULL, COMMAND_TEST, LISTED, NULL},
    {"perl", NULL, NULL, "prove", NULL, COMMAND_TEST, KNOWN, NULL},
    {"rake", NULL, NULL, "rake", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"bundler", NULL, NULL, "bundle install", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"composer", NULL, NULL, "composer install", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"composer", NULL, NULL, "composer validate", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"composer", NULL, NULL, "composer update", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"python", NULL, NULL, "pip install", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"perl", NULL, NULL, "perl Makefile.PL", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"python", NULL, NULL, "uv sync", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"python", NULL, NULL, "uv build", NULL, COMMAND_BUILD, KNOWN, NULL},
    {"python", NULL, NULL, "poetry install", NULL, COMMAND_OTHER, KNOWN, NULL},
    {"python", NULL, NULL, "poetry build", NULL, COMMAND_BUILD, KNOWN, NULL},
    {NULL, "pytest", "pypi", "pytest", NULL, COMMAND_TEST, LISTED, NULL},
    {NULL, "pytest-django", "pypi", "pytest", NULL, COMMAND_TEST, LISTED, NULL},
    {NULL, "ruff", "pypi", "ruff check .", "ruff check", COMMAND_LINT, LISTED, NULL},
    {NULL, "ruff", "pypi", "ruff format .", "ruff format", COMMAND_FORMAT, KNOWN, NULL},
    {NULL, "flake8", "pypi", "flake8", NULL, COMMAND_LINT, LISTED, NULL},
    {NULL, "mypy", "pypi", "mypy .", "mypy", COMMAND_LINT, IF_NONE, NULL},
    {NULL, "pyright", "pypi", "pyright", NULL, COMMAND_LINT, IF_NONE, NULL},
    {NULL, "black", "pypi", "black .", "black", COMMAND_FORMAT, IF_NONE, NULL},
    {NULL, "alembic", "pypi", "alembic upgrade head", "alembic", COMMAND_MIGRATE, LISTED, NULL},
    {NULL, "phoenix", "hex", "mix phx.server", NULL, COMMAND_RUN, LISTED, NULL},
    {NULL, "uvicorn", "pypi", "uvicorn", NULL, COMMAND_RUN, KNOWN, NULL},
    {NULL, "gunicorn", "pypi", "gunicorn", NULL, COMMAND_RUN, KNOWN, NULL},
    {NULL, "celery", "pypi", "celery", NULL, COMMAND_RUN, KNOWN, NULL},
    {NULL, "flask", "pypi", "flask", NULL, COMMAND_RUN, KNOWN, NULL},
    {NULL, "fastapi", "pypi", "fastapi", NULL, COMMAND_RUN, KNOWN, NULL},
    {NULL, "coverage", "pypi", "coverage", NULL, COMMAND_TEST, KNOWN, NULL},
    {NULL, "tox", "pypi", "tox", NULL, COMMAND_TEST, KNOWN, NULL},
    {NULL, "vitest", "npm", "npx vitest run", "vitest", COMMAND_TEST, IF_NONE, NULL},
    {NULL, "jest", "npm", "npx jest", "jest", COMMAND_TEST, IF_NONE, NULL},
    {NULL, "mocha", "npm", "npx mocha", "mocha", COMMAND_TEST, IF_NONE, NULL},
    {NULL, "@playwright/test", "npm", "npx playwright test", "playwright", COMMAND_TEST, IF_NONE, NULL},
    {NULL, "cypress", "npm", "npx cypress run", "cypress", COMMAND_TEST, IF_NONE, NULL},
    {NULL, "eslint", "npm", "npx eslint .", "eslint", COMMAND_LINT, IF_NONE, NULL},
    {NULL, "prettier", "npm", "npx prettier --check .", "prettier", COMMAND_FORMAT, IF_NONE, NULL},
    {NULL, "typescript", "npm", "npx tsc --noEmit", "tsc", COMMAND_LINT, KNOWN, NULL},
    {NULL, "vite", "npm", "npx vite build", "vite", COMMAND_BUILD, KNOWN, NULL},
    {NULL, "turbo", "npm", "turbo run", "turbo", COMMAND_OTHER, KNOWN, NULL},
    {NULL, "knex", "npm", "npx knex migrate:latest", "knex", COMMAND_MIGRATE, IF_NONE, NULL},
    {NULL, "prisma", "npm", "npx prisma migrate deploy", "prisma", COMMAND_MIGRATE, IF_NONE, NULL},
    {NULL, "rspec", "rubygems", "bundle exec rspec", "rspec", COMMAND_TEST, LISTED, NULL},
    {NULL, "rspec-rails", "rubygems", "bundle exec rspec", "rspec", COMMAND_TEST, LISTED, NULL},
    {NULL, "rails", "rubygems", "bin/rails test", "rails test", COMMAND_TEST, IF_NONE, NULL},
    {NULL, "rails", "rubygems", "bin/rails db:migrate", "rails", COMMAND_MIGRATE, IF_NONE, NULL},
    {NULL, "rubocop", "rubygems", "bundle exec rubocop", "rubocop", COMMAND_LINT, IF_NONE, NULL},
    {NULL, "laravel/framework", "packagist", "php artisan test", NULL, COMMAND_TEST, LISTED, NULL},
    {NULL, "laravel/framework", "packagist", "php artisan migrate", "php artisan", COMMAND_MIGRATE, LISTED, NULL},
    {NULL, "phpunit/phpunit", "packagist", "vendor/bin/phpunit", "phpunit", COMMAND_TEST, IF_NONE, NULL},
    {NULL, "pestphp/pest", "packagist", "vendor/bin/pest", "pest", COMMAND_TEST, IF_NONE, NULL},
    {NULL, "laravel/pint", "packagist", "vendor/bin/pint", NULL, COMMAND_FORMAT, KNOWN, NULL},
    {NULL, "larastan/larastan", "packagist", "vendor/bin/phpstan", NULL, COMMAND_LINT, KNOWN, NULL},
    {NULL, "vimeo/psalm", "packagist", "vendor/bin/psalm", NULL, COMMAND_LINT, KNOWN, NULL},
    {NULL, "friendsofphp/php-cs-fixer", "packagist", "vendor/bin/php-cs-fixer", NULL, COMMAND_FORMAT, KNOWN, NULL},
    {NULL, "squizlabs/php_codesniffer", "packagist", "vendor/bin/phpcs", NULL, COMMAND_LINT, KNOWN, NULL},
    {NULL, "phpstan/phpstan", "packagist", "vendor/bin/phpstan", "phpstan", COMMAND_LINT, KNOWN, NULL},
};
/* A file at the top that brings commands along. */
struct brought {
    const char *base, *name, *match;
    enum command_kind kind;
};
static const struct brought brought[] = {
    {"manage.py", "python manage.py migrate", "python manage.py", COMMAND_MIGRATE},
    {"manage.py", "python manage.py test", NULL, COMMAND_TEST},
    {"manage.py", "python manage.py runserver", NULL, COMMAND_RUN},
};

/* Where a project says that it uses a tool: better than the dependency's line. The first row that is there decides. */
struct seat {
    const char *command, *file, *text; /* text NULL: the file's beginning */
};
static const struct seat seats[] = {
    {"pytest", "pyproject.toml", "[tool.pytest"},
    {"pytest", "setup.cfg", "[tool:pytest]"},
    {"pytest", "pytest.ini", "[pytest]"},
    {"pytest", "tox.ini", "[pytest]"},
    {"ruff check .", "pyproject.toml", "[tool.ruff"},
    {"ruff check .", "ruff.toml", NULL},
    {"mypy .", "pyproject.toml", "[tool.mypy"},
    {"mypy .", "mypy.ini", "[mypy]"},
    {"black .", "pyproject.toml", "[tool.black"},
    {"flake8", ".flake8", "[flake8]"},
    {"flake8", "setup.cfg", "[flake8]"},
    {"flake8", "tox.ini", "[flake8]"},
    {"alembic upgrade head", "alembic.ini", NULL},
    {"ctest --test-dir build", "CMakeLists.txt", "enable_testing("},
    {"ctest --test-dir build", "CMakeLists.txt", "include(CTest)"},
    {"swift build", "Package.swift", "name:"},
    {"swift test", "Package.swift", ".testTarget("},
    {"gradle build", "build.gradle.kts", "plugins {"},
    {"gradle build", "build.gradle", "plugins {"},
    {"gradle test", "build.gradle.kts", "useJUnitPlatform"},
    {"gradle test", "build.gradle", "useJUnitPlatform"},
    {"gradle test", "build.gradle.kts", "plugins {"},
    {"gradle test", "build.gradle", "plugins {"},
    {"pre-commit run --all-files", ".pre-commit-config.yaml", "repos:"},
    {"nox", "noxfile.py", "nox.options.sessions"},
    {"nox", "noxfile.py", "@nox.session"},
    {"npx prisma migrate deploy", "prisma/schema.prisma", "datasource "},
    {"meson test -C build", "meson.build", "\ntest("},
    {"meson test -C build", "tests/meson.build", "test("},
    {"meson test -C build", "test/meson.build", "test("},
    {"php artisan test", "artisan", NULL},
    {"php artisan migrate", "artisan", NULL},
    {"mix format", ".formatter.exs", "inputs:"},
    {"flutter test", "pubspec.yaml", "name:"},
    {"flutter analyze", "pubspec.yaml", "name:"},
};

static void take_seat(struct scan *c, const struct implied *row, struct survey_command *d)
{
    auto_buf text = BUF_INIT(SCAN_FILE_MAX + 1);
    for (size_t i = 0; i < countof(seats); i++) {
        const struct tree_file *f = is(seats[i].command, row->name) ? scan_in_dir(c, d->dir, seats[i].file) : NULL;
        const char *at;
        if (!f || !scan_read(c, f, SCAN_FILE_MAX, false, &text)) continue;
        at = seats[i].text ? strstr(buf_cstr(&text), seats[i].text) : buf_cstr(&text);
        if (!at) continue;
        d->path = f->path;
        d->line = line_of(buf_cstr(&text), at + (*at == '\n'));
        return;
    }
}

/* A library for Rails asks for Rails too, and has nothing to run. */
static bool is_application(struct scan *c, const char *dir)
{
    static const char *const marks[] = {"bin/rails", "config/application.rb", "config/routes.rb",
                                        "config/database.yml"};
    for (size_t i = 0; dir && i < countof(marks); i++)
        if (scan_in_dir(c, dir, marks[i])) return true;
    return false;
}

static void imply(struct scan *c, const struct implied *row, const char *path, int64_t line)
{
    struct survey_command d = {.name = row->name,
                               .match = row->match ? row->match : row->name,
                               .path = path,
                               .kind = (int)row->kind,
                               .line = line ? line : 1,
                               .dir = path_dir(c->a, path),
                               .implied = true};
    size_t word = strcspn(row->name, " ");
    if (is(row->dependency, "rails") && !is_application(c, d.dir)) return;
    if (!d.dir || row->listed == KNOWN || (is(row->match, "ctest") && !c->ctest)) return;
    if (is(row->manifest, "terraform") && (strstr(path, "modules/") || (d.dir[0] && row->kind == COMMAND_FORMAT)))
        return;
    for (size_t i = 0; row->listed == IF_NONE && i < c->s->commands.n; i++)
        if (c->s->commands.v[i].kind == (int)row->kind && is(c->s->commands.v[i].dir, d.dir)) return;
    if (row->wrapper && scan_in_dir(c, d.dir, row->wrapper)) {
        d.name = arena_fmt(c->a, "./%s%s", row->wrapper, row->name + word);
        d.match = d.name;
    }
    take_seat(c, row, &d);
    if (d.name) scan_command(c, &d);
}

/* The outermost manifest of a kind only: those below belong to it. */
static bool is_inner(const struct scan *c, size_t i)
{
    const struct survey_manifest *m = &c->s->manifests.v[i];
    for (size_t j = 0; j < c->s->manifests.n; j++) {
        const struct survey_manifest *outer = &c->s->manifests.v[j];
        size_t n = (size_t)(path_base(outer->path) - outer->path);
        bool same = is(outer->kind, m->kind);
        if (is(m->kind, "gradle") && is(outer->kind, "gradle settings") && n < (size_t)(path_base(m->path) - m->path))
            same = true; /* a build of several projects is run from its settings' folder */
        if (is(path_base(outer->path), "go.work")) same = false; /* Go's commands are run in its modules */
        if (j == i || !same || strncmp(outer->path, m->path, n) != 0) continue;
        if (j < i || path_depth(outer->path) < path_depth(m->path)) return true;
    }
    return false;
}

/* Other projects have a manage.py too. */
static bool is_djangos(struct scan *c, const struct scan_file *f)
{
    auto_buf text = BUF_INIT(65536);
    if (dependency_above(c->s, "pypi", "django", f->f->path)) return true;
    return scan_read(c, f->f, 65536, false, &text) && strstr(buf_cstr(&text), "django.core");
}

static void bring(struct scan *c, const struct brought *row)
{
    for (const struct scan_file *f = scan_named(c, row->base, NULL); f; f = scan_named(c, row->base, f)) {
        struct survey_command d = {.name = row->name,
                                   .match = row->match,
                                   .kind = (int)row->kind,
                                   .path = f->f->path,
                                   .line = 1,
                                   .dir = path_dir(c->a, f->f->path),
                                   .implied = true};
        if (!f->test && d.dir && is_djangos(c, f)) scan_command(c, &d);
    }
}

/* `cargo run` where there is a main.rs, `dotnet run` for a project that is a program. */
static void run_program(struct scan *c, const struct survey_manifest *m)
{
    struct survey_command d = {.kind = COMMAND_RUN,
                               .path = m->path,
                               .line = m->line ? m->line : 1,
                               .dir = path_dir(c->a, m->path),
                               .implied = true};
    if (!d.dir || path_test(m->path)) return;
    if (is(m->kind, "cargo") && !d.dir[0] && scan_in_dir(c, d.dir, "src/main.rs")) d.name = "cargo run";
    if (is(m->kind, "dart") && scan_in_dir(c, d.dir, "lib/main.dart") &&
        dependency_above(c->s, "pub", "flutter", m->path))
        d.name = "flutter run";
    if (is(m->kind, "dotnet") && (scan_in_dir(c, d.dir, "Program.cs") || scan_in_dir(c, d.dir, "Program.fs")) &&
        d.dir[0] && ends(m->path, "proj")) {
        for (size_t i = 0; i < c->s->dependencies.n; i++) /* a program that only brings the database up to date */
            if (is(c->s->dependencies.v[i].path, m->path) && is(c->s->dependencies.v[i].role, "migrations"))
                d.kind = COMMAND_MIGRATE;
        d.name = arena_fmt(c->a, "dotnet run --project %s", d.dir);
        d.dir = "";
    }
    d.match = d.name;
    if (d.name) scan_command(c, &d);
}

void detect_implied(struct scan *c)
{
    for (size_t m = 0; m < c->s->manifests.n; m++)
        for (size_t r = 0; r < countof(rows); r++)
            if (is(rows[r].manifest, c->s->manifests.v[m].kind) && !rows[r].dependency && !is_inner(c, m) &&
                !is(path_base(c->s->manifests.v[m].path), "go.work"))
                imply(c, &rows[r], c->s->manifests.v[m].path, c->s->manifests.v[m].line);
    for (size_t r = 0; r < countof(rows); r++) {
        const struct survey_dependency *d =
            rows[r].dependency ? find_dependency(c->s, rows[r].ecosystem, rows[r].dependency) : NULL;
        if (d && (rows[r].kind != COMMAND_RUN || !path_test(d->path))) imply(c, &rows[r], d->path, d->line);
    }
    for (size_t i = 0; i < countof(brought); i++) bring(c, &brought[i]);
    for (size_t m = 0; m < c->s->manifests.n; m++) run_program(c, &c->s->manifests.v[m]);
}

/* `make` alone: every further word is an option or an assignment. */
static bool fits(const struct words *m, const struct words *w)
{
    if (m->n == 1 && is(m->v[0], "make") && is(w->v[0], "make")) {
        for (size_t i = 1; i < w->n; i++)
            if (w->v[i][0] != '-' && !word_is_assignment(w->v[i])) return false;
        return true;
    }
    return words_match(m, w);
}

const struct survey_command *implied_command(const struct survey *s, const struct words *w, struct arena *a)
{
    const struct implied *best = NULL;
    struct survey_command *row;
    size_t most = 0;
    for (size_t r = 0; r < countof(rows); r++) {
        struct words m;
        bool there = rows[r].dependency ? find_dependency(s, rows[r].ecosystem, rows[r].dependency) != NULL
                                        : manifest_of_kind(s, rows[r].manifest) != NULL;
        if (!there) continue;
        words_of(rows[r].match ? rows[r].match : rows[r].name, a, &m);
        if (rows[r].wrapper && m.n && starts(w->v[0], "./") && is(w->v[0] + 2, rows[r].wrapper)) m.v[0] = w->v[0];
        if (m.n <= most || !fits(&m, w)) continue;
        best = &rows[r];
        most = m.n;
    }
    row = best ? arena_alloc(a, sizeof *row) : NULL;
    if (row)
        *row = (struct survey_command){.name = best->name,
                                       .match = best->match ? best->match : best->name,
                                       .kind = (int)best->kind,
                                       .path = "",
                                       .dir = "",
                                       .implied = true};
    return row;
}

static bool same_words(const struct words *x, const struct words *y)
{
    for (size_t i = 0; i < x->n && i < y->n; i++)
        if (!is(x->v[i], y->v[i])) return false;
    return x->n == y->n;
}

/* The manifest of a kind whose folder is nearest above dir. */
static const struct survey_manifest *manifest_above(const struct scan *c, const char *kind, const char *dir)
{
    const struct survey_manifest *best = NULL;
    for (size_t i = 0; i < c->s->manifests.n; i++) {
        const struct survey_manifest *m = &c->s->manifests.v[i];
        const char *own = is(m->kind, kind) ? path_dir(c->a, m->path) : NULL;
        if (own && path_below(dir, own) && (!best || path_depth(m->path) > path_depth(best->path))) best = m;
    }
    return best;
}

bool implied_place(struct scan *c, const struct words *w, struct survey_command *d)
{
    for (size_t r = 0; r < countof(rows); r++) {
        const struct survey_manifest *m = rows[r].dependency ? NULL : manifest_above(c, rows[r].manifest, d->dir);
        const struct survey_dependency *by =
            rows[r].dependency ? find_dependency(c->s, rows[r].ecosystem, rows[r].dependency) : NULL;
        struct words own;
        if ((!m && !by) || (rows[r].kind != COMMAND_TEST && rows[r].kind != COMMAND_BUILD)) continue;
        words_of(rows[r].name, c->a, &own);
        if (!same_words(&own, w)) continue;
        d->path = m ? m->path : by->path;
        d->line = m ? m->line : by->line;
        take_seat(c, &rows[r], d);
        return true;
    }
    return false;
}
