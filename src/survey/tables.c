/* What names stand for: file endings, dependencies, folders, command names. Rows only. */
#include "survey/inner.h"

#include <string.h>

static const struct language languages[] = {
    { "py", "Python" }, { "pyi", "Python" }, { "js", "JavaScript" }, { "jsx", "JavaScript" }, { "mjs", "JavaScript" },
    { "cjs", "JavaScript" }, { "ts", "TypeScript" }, { "tsx", "TypeScript" }, { "go", "Go" }, { "c", "C" },
    { "h", "C" }, { "cc", "C++" }, { "cpp", "C++" }, { "cxx", "C++" }, { "hpp", "C++" }, { "hh", "C++" },
    { "rs", "Rust" }, { "java", "Java" }, { "kt", "Kotlin" }, { "kts", "Kotlin" }, { "rb", "Ruby" }, { "php", "PHP" },
    { "cs", "C#" }, { "fs", "F#" }, { "swift", "Swift" }, { "m", "Objective-C" }, { "scala", "Scala" },
    { "ex", "Elixir" }, { "exs", "Elixir" }, { "erl", "Erlang" }, { "hs", "Haskell" }, { "ml", "OCaml" },
    { "clj", "Clojure" }, { "lua", "Lua" }, { "pl", "Perl" }, { "pm", "Perl" }, { "r", "R" }, { "jl", "Julia" },
    { "dart", "Dart" }, { "zig", "Zig" }, { "sh", "Shell" }, { "bash", "Shell" }, { "sql", "SQL" }, { "vue", "Vue" },
    { "svelte", "Svelte" }, { "css", "CSS" }, { "scss", "SCSS" }, { "html", "HTML" }, { "proto", "Protocol Buffers" },
    { "graphql", "GraphQL" }, { "tf", "Terraform" },
};

const struct language *language_of(const char *path)
{
    const char *base = path_base(path), *dot = strrchr(base, '.');
    if (!dot || dot == base) return NULL;
    for (size_t i = 0; i < countof(languages); i++)
        if (strcmp(dot + 1, languages[i].ext) == 0) return &languages[i];
    return NULL;
}

struct role { const char *ecosystem, *name, *role; };
static const struct role roles[] = {
    { "pypi", "fastapi", "web framework" }, { "pypi", "flask", "web framework" },
    { "pypi", "django", "web framework" }, { "pypi", "starlette", "web framework" },
    { "pypi", "aiohttp", "web framework" }, { "pypi", "djangorestframework", "web framework" },
    { "pypi", "sqlalchemy", "ORM" }, { "pypi", "sqlmodel", "ORM" }, { "pypi", "peewee", "ORM" },
    { "pypi", "alembic", "migrations" }, { "pypi", "psycopg", "database driver" },
    { "pypi", "psycopg2", "database driver" }, { "pypi", "psycopg2-binary", "database driver" },
    { "pypi", "asyncpg", "database driver" }, { "pypi", "pymysql", "database driver" }, { "pypi", "redis", "cache" },
    { "pypi", "celery", "job queue" }, { "pypi", "pydantic", "validation" }, { "pypi", "marshmallow", "validation" },
    { "pypi", "pytest", "test framework" }, { "pypi", "httpx", "HTTP client" }, { "pypi", "requests", "HTTP client" },
    { "pypi", "ruff", "linter" }, { "pypi", "flake8", "linter" }, { "pypi", "black", "formatter" },
    { "pypi", "mypy", "type checker" }, { "pypi", "pyright", "type checker" },
    { "pypi", "uvicorn", "application server" }, { "pypi", "gunicorn", "application server" },
    { "pypi", "click", "command line" }, { "pypi", "typer", "command line" }, { "pypi", "structlog", "logging" },
    { "pypi", "prometheus-client", "metrics" }, { "npm", "express", "web framework" },
    { "npm", "fastify", "web framework" }, { "npm", "koa", "web framework" },
    { "npm", "@nestjs/core", "web framework" }, { "npm", "next", "web framework" },
    { "npm", "nuxt", "web framework" }, { "npm", "hono", "web framework" }, { "npm", "react", "UI framework" },
    { "npm", "vue", "UI framework" }, { "npm", "svelte", "UI framework" }, { "npm", "@angular/core", "UI framework" },
    { "npm", "preact", "UI framework" }, { "npm", "knex", "query builder" }, { "npm", "prisma", "ORM" },
    { "npm", "@prisma/client", "ORM" }, { "npm", "typeorm", "ORM" }, { "npm", "sequelize", "ORM" },
    { "npm", "drizzle-orm", "ORM" }, { "npm", "mongoose", "ORM" }, { "npm", "pg", "database driver" },
    { "npm", "mysql2", "database driver" }, { "npm", "better-sqlite3", "database driver" },
    { "npm", "sqlite3", "database driver" }, { "npm", "redis", "cache" }, { "npm", "ioredis", "cache" },
    { "npm", "bullmq", "job queue" }, { "npm", "zod", "validation" }, { "npm", "joi", "validation" },
    { "npm", "ajv", "validation" }, { "npm", "vitest", "test framework" }, { "npm", "jest", "test framework" },
    { "npm", "mocha", "test framework" }, { "npm", "ava", "test framework" },
    { "npm", "@playwright/test", "browser tests" }, { "npm", "cypress", "browser tests" },
    { "npm", "supertest", "HTTP tests" }, { "npm", "eslint", "linter" }, { "npm", "@biomejs/biome", "linter" },
    { "npm", "prettier", "formatter" }, { "npm", "typescript", "compiler" }, { "npm", "vite", "bundler" },
    { "npm", "webpack", "bundler" }, { "npm", "esbuild", "bundler" }, { "npm", "pino", "logging" },
    { "npm", "winston", "logging" }, { "npm", "prom-client", "metrics" }, { "npm", "tailwindcss", "styling" },
    { "npm", "@reduxjs/toolkit", "client state" }, { "go", "github.com/gin-gonic/gin", "web framework" },
    { "go", "github.com/labstack/echo/v4", "web framework" }, { "go", "github.com/go-chi/chi/v5", "web framework" },
    { "go", "github.com/gofiber/fiber/v2", "web framework" }, { "go", "github.com/gorilla/mux", "web framework" },
    { "go", "gorm.io/gorm", "ORM" }, { "go", "github.com/jackc/pgx/v5", "database driver" },
    { "go", "github.com/lib/pq", "database driver" }, { "go", "github.com/mattn/go-sqlite3", "database driver" },
    { "go", "modernc.org/sqlite", "database driver" }, { "go", "github.com/go-sql-driver/mysql", "database driver" },
    { "go", "github.com/golang-migrate/migrate/v4", "migrations" },
    { "go", "github.com/pressly/goose/v3", "migrations" }, { "go", "github.com/spf13/cobra", "command line" },
    { "go", "github.com/urfave/cli/v2", "command line" }, { "go", "github.com/stretchr/testify", "test framework" },
    { "go", "go.uber.org/zap", "logging" }, { "go", "github.com/rs/zerolog", "logging" },
    { "go", "github.com/prometheus/client_golang", "metrics" }, { "go", "google.golang.org/grpc", "RPC" },
    { "crates", "axum", "web framework" }, { "crates", "actix-web", "web framework" },
    { "crates", "rocket", "web framework" }, { "crates", "tokio", "async runtime" },
    { "crates", "sqlx", "database driver" }, { "crates", "diesel", "ORM" }, { "crates", "serde", "serialisation" },
    { "crates", "clap", "command line" }, { "crates", "anyhow", "errors" }, { "crates", "thiserror", "errors" },
    { "crates", "tracing", "logging" }, { "rubygems", "rails", "web framework" },
    { "rubygems", "sinatra", "web framework" }, { "rubygems", "pg", "database driver" },
    { "rubygems", "rspec", "test framework" }, { "rubygems", "rspec-rails", "test framework" },
    { "rubygems", "minitest", "test framework" }, { "rubygems", "rubocop", "linter" },
    { "rubygems", "sidekiq", "job queue" }, { "packagist", "laravel/framework", "web framework" },
    { "packagist", "symfony/framework-bundle", "web framework" },
    { "packagist", "phpunit/phpunit", "test framework" }, { "packagist", "doctrine/orm", "ORM" },
    { "packagist", "phpstan/phpstan", "linter" },
    { "maven", "org.springframework.boot:spring-boot-starter-web", "web framework" },
    { "maven", "org.springframework.boot:spring-boot-starter-data-jpa", "ORM" },
    { "maven", "org.hibernate:hibernate-core", "ORM" }, { "maven", "org.postgresql:postgresql", "database driver" },
    { "maven", "org.flywaydb:flyway-core", "migrations" }, { "maven", "org.liquibase:liquibase-core", "migrations" },
    { "maven", "org.junit.jupiter:junit-jupiter", "test framework" }, { "maven", "junit:junit", "test framework" },
    { "maven", "org.springframework.boot:spring-boot-starter-test", "test framework" },
    { "maven", "org.springframework.boot:spring-boot-starter-jdbc", "database access" },
    { "crates", "rusqlite", "database driver" }, { "crates", "assert_cmd", "test framework" },
    { "rubygems", "factory_bot_rails", "test data" }, { "rubygems", "puma", "application server" },
    { "terraform", "hashicorp/aws", "cloud provider" }, { "terraform", "hashicorp/azurerm", "cloud provider" },
    { "terraform", "hashicorp/google", "cloud provider" }, { "pypi", "boto3", "cloud client" },
    { "system", "libmicrohttpd", "web framework" }, { "system", "libcurl", "HTTP client" },
    { "system", "CURL", "HTTP client" }, { "system", "sqlite3", "database driver" },
    { "system", "SQLite3", "database driver" }, { "system", "libpq", "database driver" },
    { "system", "PostgreSQL", "database driver" }, { "system", "jansson", "serialisation" },
    { "system", "OpenSSL", "cryptography" }, { "system", "check", "test framework" },
    { "system", "cmocka", "test framework" }, { "system", "GTest", "test framework" },
    { "system", "Catch2", "test framework" }, { "system", "Threads", "threads" }, { "system", "Boost", "libraries" },
};

const char *role_of(const char *ecosystem, const char *name)
{
    for (size_t i = 0; i < countof(roles); i++)
        if (strcmp(roles[i].ecosystem, ecosystem) == 0 && strcasecmp(roles[i].name, name) == 0) return roles[i].role;
    return NULL;
}

const struct survey_dependency *find_dependency(const struct survey *s, const char *ecosystem, const char *name)
{
    for (size_t i = 0; i < s->dependencies.n; i++) {
        const struct survey_dependency *d = &s->dependencies.v[i];
        if (strcmp(d->ecosystem, ecosystem) == 0 && strcasecmp(d->name, name) == 0) return d;
    }
    return NULL;
}

struct meaning { const char *name, *what; };
static const struct meaning folders[] = {
    { "api", "HTTP interface" }, { "routes", "HTTP interface" }, { "routers", "HTTP interface" },
    { "controllers", "HTTP interface" }, { "handlers", "HTTP interface" }, { "views", "HTTP interface" },
    { "endpoints", "HTTP interface" }, { "web", "web interface" }, { "cli", "command line" }, { "cmd", "programs" },
    { "bin", "programs" }, { "services", "business rules" }, { "service", "business rules" },
    { "domain", "business rules" }, { "usecases", "business rules" }, { "core", "business rules" },
    { "models", "data model" }, { "entities", "data model" }, { "schemas", "data model" },
    { "repositories", "data access" }, { "repository", "data access" }, { "store", "data access" },
    { "storage", "data access" }, { "db", "data access" }, { "dao", "data access" },
    { "migrations", "database migrations" }, { "migrate", "database migrations" }, { "components", "user interface" },
    { "pages", "user interface" }, { "client", "user interface" }, { "frontend", "user interface" },
    { "ui", "user interface" }, { "static", "static files" }, { "public", "static files" },
    { "assets", "static files" }, { "templates", "templates" }, { "include", "public headers" }, { "src", "source" },
    { "lib", "library" }, { "pkg", "packages" }, { "internal", "private packages" }, { "utils", "helpers" },
    { "util", "helpers" }, { "helpers", "helpers" }, { "common", "shared code" }, { "shared", "shared code" },
    { "middleware", "middleware" }, { "middlewares", "middleware" }, { "workers", "background work" },
    { "jobs", "background work" }, { "tasks", "background work" }, { "tests", "tests" }, { "test", "tests" },
    { "spec", "tests" }, { "__tests__", "tests" }, { "e2e", "browser tests" }, { "docs", "documentation" },
    { "doc", "documentation" }, { "deploy", "deployment" }, { "deployment", "deployment" }, { "k8s", "deployment" },
    { "helm", "deployment" }, { "charts", "deployment" }, { "infra", "deployment" }, { "terraform", "deployment" },
    { "ansible", "deployment" }, { "docker", "deployment" }, { "scripts", "scripts" }, { "tools", "tools" },
    { "config", "configuration" }, { "examples", "examples" }, { "proto", "interface definitions" },
    { "vendor", "fetched dependencies" }, { "third_party", "fetched dependencies" }, { "benchmarks", "benchmarks" },
    { "bench", "benchmarks" }, { "i18n", "translations" }, { "locales", "translations" },
    { ".github", "CI and project settings" }, { "po", "translations" },
};

const char *meaning_of_dir(const char *name)
{
    for (size_t i = 0; i < countof(folders); i++)
        if (strcmp(folders[i].name, name) == 0) return folders[i].what;
    return NULL;
}

struct kind_word { const char *word; enum command_kind kind; };
static const struct kind_word kind_words[] = { /* the first that occurs as a word decides */
    { "migrate", COMMAND_MIGRATE }, { "migration", COMMAND_MIGRATE }, { "migrations", COMMAND_MIGRATE },
    { "test", COMMAND_TEST }, { "tests", COMMAND_TEST }, { "check", COMMAND_TEST }, { "spec", COMMAND_TEST },
    { "e2e", COMMAND_TEST }, { "cover", COMMAND_TEST }, { "coverage", COMMAND_TEST }, { "bench", COMMAND_TEST },
    { "lint", COMMAND_LINT }, { "typecheck", COMMAND_LINT }, { "types", COMMAND_LINT }, { "vet", COMMAND_LINT },
    { "validate", COMMAND_LINT },
    { "ruff", COMMAND_LINT }, { "mypy", COMMAND_LINT }, { "eslint", COMMAND_LINT }, { "clippy", COMMAND_LINT },
    { "format", COMMAND_FORMAT }, { "fmt", COMMAND_FORMAT }, { "prettier", COMMAND_FORMAT },
    { "black", COMMAND_FORMAT }, { "deploy", COMMAND_DEPLOY }, { "release", COMMAND_DEPLOY },
    { "publish", COMMAND_DEPLOY }, { "push", COMMAND_DEPLOY }, { "build", COMMAND_BUILD },
    { "compile", COMMAND_BUILD }, { "all", COMMAND_BUILD }, { "dist", COMMAND_BUILD }, { "bundle", COMMAND_BUILD },
    { "install", COMMAND_OTHER }, { "start", COMMAND_RUN }, { "run", COMMAND_RUN }, { "dev", COMMAND_RUN },
    { "serve", COMMAND_RUN }, { "server", COMMAND_RUN }, { "watch", COMMAND_RUN }, { "up", COMMAND_RUN },
};

static bool has_word(const char *text, const char *word)
{
    size_t n = strlen(word);
    while (*text) {
        size_t len = strcspn(text, ":-_./ ");
        if (len == n && strncasecmp(text, word, n) == 0) return true;
        text += len + (text[len] != '\0');
    }
    return false;
}

enum command_kind command_kind_guess(const char *name)
{
    for (size_t i = 0; i < countof(kind_words); i++)
        if (has_word(name, kind_words[i].word)) return kind_words[i].kind;
    return COMMAND_OTHER;
}
