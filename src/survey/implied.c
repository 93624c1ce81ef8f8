/* Commands nobody wrote down: what a manifest or a dependency brings along, and executable scripts. */
#include "survey/inner.h"

#include <string.h>

struct implied {
    const char *manifest;   /* kind of a manifest that must be there */
    const char *dependency; /* or a dependency: "ecosystem name" apart */
    const char *ecosystem;
    const char *name, *match;
    enum command_kind kind;
};
static const struct implied rows[] = {
    { "npm", NULL, NULL, "npm ci", "npm ci", COMMAND_OTHER },
    { "npm", NULL, NULL, "npm install", "npm install", COMMAND_OTHER },
    { "go", NULL, NULL, "go build ./...", "go build", COMMAND_BUILD },
    { "go", NULL, NULL, "go test ./...", "go test", COMMAND_TEST },
    { "go", NULL, NULL, "go vet ./...", "go vet", COMMAND_LINT },
    { "go", NULL, NULL, "gofmt -l .", "gofmt", COMMAND_FORMAT },
    { "go", NULL, NULL, "go run", "go run", COMMAND_RUN },
    { "go", NULL, NULL, "go mod tidy", "go mod", COMMAND_OTHER },
    { "go", NULL, NULL, "go generate ./...", "go generate", COMMAND_BUILD },
    { "cargo", NULL, NULL, "cargo build", "cargo build", COMMAND_BUILD },
    { "cargo", NULL, NULL, "cargo test", "cargo test", COMMAND_TEST },
    { "cargo", NULL, NULL, "cargo check", "cargo check", COMMAND_BUILD },
    { "cargo", NULL, NULL, "cargo clippy", "cargo clippy", COMMAND_LINT },
    { "cargo", NULL, NULL, "cargo fmt", "cargo fmt", COMMAND_FORMAT },
    { "cargo", NULL, NULL, "cargo run", "cargo run", COMMAND_RUN },
    { "cmake", NULL, NULL, "cmake -S . -B build", "cmake", COMMAND_BUILD },
    { "cmake", NULL, NULL, "cmake --build build", "cmake --build", COMMAND_BUILD },
    { "cmake", NULL, NULL, "ctest --test-dir build", "ctest", COMMAND_TEST },
    { "meson", NULL, NULL, "meson setup build", "meson setup", COMMAND_BUILD },
    { "meson", NULL, NULL, "meson compile -C build", "meson compile", COMMAND_BUILD },
    { "meson", NULL, NULL, "meson test -C build", "meson test", COMMAND_TEST },
    { "maven", NULL, NULL, "mvn compile", "mvn", COMMAND_BUILD },
    { "maven", NULL, NULL, "mvn -q test", "mvn -q test", COMMAND_TEST },
    { "maven", NULL, NULL, "mvn test", "mvn test", COMMAND_TEST },
    { "maven", NULL, NULL, "mvn verify", "mvn verify", COMMAND_TEST },
    { "gradle", NULL, NULL, "gradle build", "gradle", COMMAND_BUILD },
    { "gradle", NULL, NULL, "gradle test", "gradle test", COMMAND_TEST },
    { "dotnet", NULL, NULL, "dotnet build", "dotnet build", COMMAND_BUILD },
    { "dotnet", NULL, NULL, "dotnet test", "dotnet test", COMMAND_TEST },
    { "mix", NULL, NULL, "mix compile", "mix", COMMAND_BUILD },
    { "mix", NULL, NULL, "mix test", "mix test", COMMAND_TEST },
    { "swift", NULL, NULL, "swift build", "swift build", COMMAND_BUILD },
    { "swift", NULL, NULL, "swift test", "swift test", COMMAND_TEST },
    { "bazel", NULL, NULL, "bazel build //...", "bazel build", COMMAND_BUILD },
    { "bazel", NULL, NULL, "bazel test //...", "bazel test", COMMAND_TEST },
    { "terraform", NULL, NULL, "terraform validate", "terraform validate", COMMAND_LINT },
    { "terraform", NULL, NULL, "terraform fmt -check -recursive", "terraform fmt", COMMAND_FORMAT },
    { "terraform", NULL, NULL, "terraform plan", "terraform plan", COMMAND_BUILD },
    { "terraform", NULL, NULL, "terraform init", "terraform init", COMMAND_OTHER },
    { "rake", NULL, NULL, "rake", "rake", COMMAND_OTHER },
    { "bundler", NULL, NULL, "bundle install", "bundle install", COMMAND_OTHER },
    { "composer", NULL, NULL, "composer install", "composer install", COMMAND_OTHER },
    { "python", NULL, NULL, "pip install -e .", "pip install", COMMAND_OTHER },
    { "pip", NULL, NULL, "pip install -r requirements.txt", "pip install", COMMAND_OTHER },
    { "setuptools", NULL, NULL, "pip install -e .", "pip install", COMMAND_OTHER },
    { NULL, "pytest", "pypi", "pytest", "pytest", COMMAND_TEST },
    { NULL, "ruff", "pypi", "ruff check .", "ruff", COMMAND_LINT },
    { NULL, "ruff", "pypi", "ruff format .", "ruff format", COMMAND_FORMAT },
    { NULL, "flake8", "pypi", "flake8", "flake8", COMMAND_LINT },
    { NULL, "mypy", "pypi", "mypy .", "mypy", COMMAND_LINT },
    { NULL, "pyright", "pypi", "pyright", "pyright", COMMAND_LINT },
    { NULL, "black", "pypi", "black .", "black", COMMAND_FORMAT },
    { NULL, "alembic", "pypi", "alembic upgrade head", "alembic", COMMAND_MIGRATE },
    { NULL, "django", "pypi", "python manage.py test", "python manage.py test", COMMAND_TEST },
    { NULL, "django", "pypi", "python manage.py migrate", "python manage.py", COMMAND_MIGRATE },
    { NULL, "uvicorn", "pypi", "uvicorn", "uvicorn", COMMAND_RUN },
    { NULL, "tox", "pypi", "tox", "tox", COMMAND_TEST },
    { NULL, "vitest", "npm", "npx vitest run", "vitest", COMMAND_TEST },
    { NULL, "jest", "npm", "npx jest", "jest", COMMAND_TEST },
    { NULL, "mocha", "npm", "npx mocha", "mocha", COMMAND_TEST },
    { NULL, "@playwright/test", "npm", "npx playwright test", "playwright", COMMAND_TEST },
    { NULL, "cypress", "npm", "npx cypress run", "cypress", COMMAND_TEST },
    { NULL, "eslint", "npm", "npx eslint .", "eslint", COMMAND_LINT },
    { NULL, "prettier", "npm", "npx prettier --check .", "prettier", COMMAND_FORMAT },
    { NULL, "typescript", "npm", "npx tsc --noEmit", "tsc", COMMAND_LINT },
    { NULL, "vite", "npm", "npx vite build", "vite", COMMAND_BUILD },
    { NULL, "knex", "npm", "npx knex migrate:latest", "knex", COMMAND_MIGRATE },
    { NULL, "prisma", "npm", "npx prisma migrate deploy", "prisma", COMMAND_MIGRATE },
    { NULL, "rspec", "rubygems", "bundle exec rspec", "rspec", COMMAND_TEST },
    { NULL, "rspec-rails", "rubygems", "bundle exec rspec", "rspec", COMMAND_TEST },
    { NULL, "rails", "rubygems", "bin/rails test", "rails test", COMMAND_TEST },
    { NULL, "rails", "rubygems", "bin/rails db:migrate", "rails", COMMAND_MIGRATE },
    { NULL, "rubocop", "rubygems", "bundle exec rubocop", "rubocop", COMMAND_LINT },
    { NULL, "laravel/framework", "packagist", "php artisan test", "php artisan test", COMMAND_TEST },
    { NULL, "laravel/framework", "packagist", "php artisan migrate", "php artisan", COMMAND_MIGRATE },
    { NULL, "phpunit/phpunit", "packagist", "vendor/bin/phpunit", "phpunit", COMMAND_TEST },
};

static void imply(struct scan *c, const struct implied *row, const char *path, int64_t line)
{
    const struct survey_command d = { .name = row->name,
                                      .match = row->match,
                                      .kind = (int)row->kind,
                                      .path = path,
                                      .line = line,
                                      .dir = path_dir(c->a, path),
                                      .implied = true };
    if (d.dir) scan_command(c, &d);
}

/* The outermost CMakeLists.txt or main.tf only: those below belong to it. */
static bool is_inner(const struct scan *c, size_t i)
{
    for (size_t j = 0; j < i; j++) {
        const struct survey_manifest *outer = &c->s->manifests.v[j], *m = &c->s->manifests.v[i];
        size_t n = strlen(outer->path) - strlen(path_base(outer->path));
        bool nests = strcmp(m->kind, "cmake") == 0 || strcmp(m->kind, "terraform") == 0;
        if (strcmp(outer->kind, m->kind) == 0 && nests && strncmp(outer->path, m->path, n) == 0)
            return true;
    }
    return false;
}

void detect_implied(struct scan *c)
{
    for (size_t m = 0; m < c->s->manifests.n; m++)
        for (size_t r = 0; r < countof(rows); r++)
            if (rows[r].manifest && strcmp(rows[r].manifest, c->s->manifests.v[m].kind) == 0 && !is_inner(c, m))
                imply(c, &rows[r], c->s->manifests.v[m].path, 0);
    for (size_t r = 0; r < countof(rows); r++) {
        const struct survey_dependency *d =
            rows[r].dependency ? find_dependency(c->s, rows[r].ecosystem, rows[r].dependency) : NULL;
        if (d) imply(c, &rows[r], d->path, d->line);
    }
}

struct script_place { const char *pattern; bool executable; };
static const struct script_place places[] = {
    { "scripts/*", false }, { "script/*", true }, { "bin/*", true }, { "tools/*.sh", false }, { "hack/*.sh", false },
    { "ci/*.sh", false },   { "*.sh", true },     { "gradlew", true }, { "mvnw", true },      { "manage.py", false },
    { "configure", true },
};
#define MAX_SCRIPTS 60

void detect_scripts(struct scan *c)
{
    struct tree_files files = tree_files(c->t);
    size_t n = 0;
    for (size_t i = 0; i < files.n && n < MAX_SCRIPTS; i++) {
        const struct tree_file *f = &files.v[i];
        struct survey_command d = { .path = f->path, .dir = "", .line = 0 };
        if (path_foreign(f->path) || path_fixture(f->path) || f->mode == TREE_MODE_SUBMODULE ||
            f->mode == TREE_MODE_LINK)
            continue;
        for (size_t p = 0; p < countof(places); p++) {
            if (!path_like(places[p].pattern, f->path) || path_depth(f->path) > 2) continue;
            if (places[p].executable && f->mode != TREE_MODE_EXEC) continue;
            if (!places[p].executable && f->mode != TREE_MODE_EXEC && !language_of(f->path)) continue;
            d.kind = (int)command_kind_guess(path_base(f->path));
            d.name = arena_fmt(c->a, "./%s", f->path);
            if (!d.name) return;
            scan_command(c, &d);
            n++;
            break;
        }
    }
}
