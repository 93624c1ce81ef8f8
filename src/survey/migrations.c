/* Database migrations: folders of numbered files, who applies them, and the name a new one gets. */
#include "survey/inner.h"

#include <ctype.h>
#include <string.h>

struct tool {
    const char *name, *ecosystem, *dependency, *marker; /* marker: base name of a file */
    const char *pattern;                                /* of the migration's path, NULL: any */
};
static const struct tool tools[] = {
    { "alembic", "pypi", "alembic", "alembic.ini", "*.py" },
    { "Django", "pypi", "django", "manage.py", "*/migrations/*.py" },
    { "knex", "npm", "knex", "knexfile.js", "*.[cmjt]*s" },
    { "knex", "npm", "knex", "knexfile.ts", "*.ts" },
    { "Prisma", "npm", "prisma", "schema.prisma", "*prisma/migrations/*" },
    { "TypeORM", "npm", "typeorm", NULL, "*.ts" },
    { "Sequelize", "npm", "sequelize", ".sequelizerc", "*.js" },
    { "Rails", "rubygems", "rails", NULL, "*db/migrate/*.rb" },
    { "golang-migrate", "go", "github.com/golang-migrate/migrate/v4", NULL, "*.sql" },
    { "goose", "go", "github.com/pressly/goose/v3", NULL, "*.sql" },
    { "Diesel", "crates", "diesel", "diesel.toml", "*.sql" },
    { "sqlx", "crates", "sqlx", NULL, "*.sql" },
    { "Flyway", "maven", "org.flywaydb:flyway-core", NULL, "*/V*__*.sql" },
    { "Laravel", "packagist", "laravel/framework", NULL, "*database/migrations/*.php" },
};

enum shape { SHAPE_NONE, SHAPE_NUMBER, SHAPE_TIME, SHAPE_FLYWAY, SHAPE_HASH };
struct name { /* what a migration's base name says */
    enum shape shape;
    int digits;
    int64_t number;
    char separator;
    const char *suffix; /* ".up.sql", ".py" */
};

static const char *suffix_of(const char *base)
{
    static const char *const pairs[] = { ".up.", ".down." };
    for (size_t i = 0; i < countof(pairs); i++)
        if (strstr(base, pairs[i])) return strstr(base, pairs[i]);
    return strrchr(base, '.') ? strrchr(base, '.') : "";
}

static struct name parse(const char *base)
{
    struct name n = { .shape = SHAPE_NONE, .suffix = suffix_of(base) };
    const char *p = base + (base[0] == 'V' && isdigit((unsigned char)base[1]));
    while (isdigit((unsigned char)p[n.digits]) && n.digits < 18) n.number = n.number * 10 + (p[n.digits++] - '0');
    n.separator = p[n.digits];
    if (p != base && strstr(base, "__")) n.shape = SHAPE_FLYWAY;
    else if (strspn(base, "0123456789abcdef") == 12 && base[12] == '_' && n.digits < 12) n.shape = SHAPE_HASH;
    else if (!n.digits || !n.separator || !strchr("_-.", n.separator)) return n;
    else if (n.digits >= 10) n.shape = SHAPE_TIME;
    else n.shape = SHAPE_NUMBER;
    return n;
}

static bool is_migration_dir(const char *dir)
{
    static const char *const names[] = { "migrations", "migration", "migrate",
                                         "versions",   "changelog", "schema_migrations" };
    const char *base = path_base(dir);
    for (size_t i = 0; i < countof(names); i++)
        if (strcasecmp(base, names[i]) == 0)
            return strcmp(base, "versions") != 0 || strstr(dir, "migrat") || strstr(dir, "alembic");
    return false;
}

static bool is_migration_file(const char *path, struct name *ret)
{
    const char *ext = strrchr(path_base(path), '.');
    static const char *const exts[] = { ".sql", ".py",  ".js", ".ts",  ".mjs", ".cjs",
                                        ".rb",  ".php", ".go", ".xml", ".exs", ".java" };
    *ret = parse(path_base(path));
    for (size_t i = 0; ext && i < countof(exts); i++)
        if (strcmp(ext, exts[i]) == 0) return ret->shape != SHAPE_NONE;
    return false;
}

static bool marker_exists(struct scan *c, const char *name)
{
    struct tree_files files = tree_files(c->t);
    for (size_t i = 0; name && i < files.n; i++)
        if (strcmp(path_base(files.v[i].path), name) == 0 && !path_foreign(files.v[i].path)) return true;
    return false;
}

/* A dependency counts for what lies below its manifest. */
static bool is_needed_above(const struct survey *s, const struct tool *t, const char *path)
{
    for (size_t i = 0; i < s->dependencies.n; i++) {
        const struct survey_dependency *d = &s->dependencies.v[i];
        size_t n = (size_t)(path_base(d->path) - d->path);
        if (strcmp(d->ecosystem, t->ecosystem) == 0 && strcasecmp(d->name, t->dependency) == 0 &&
            strncmp(d->path, path, n) == 0)
            return true;
    }
    return false;
}

static const char *tool_of(struct scan *c, const char *path, enum shape shape)
{
    if (shape == SHAPE_FLYWAY) return "Flyway";
    for (size_t i = 0; i < countof(tools); i++)
        if ((!tools[i].pattern || path_like(tools[i].pattern, path)) &&
            (is_needed_above(c->s, &tools[i], path) || marker_exists(c, tools[i].marker)))
            return tools[i].name;
    return path_like("*.sql", path) ? "plain SQL" : "numbered files";
}

/* "0003_<name>.py" and "NNNN_name.py" */
static void name_next(struct scan *c, struct survey_migrations *m, const struct name *n)
{
    switch (n->shape) {
    case SHAPE_NUMBER:
        m->next = arena_fmt(c->a, "%0*lld%c<name>%s", n->digits, (long long)n->number + 1, n->separator, n->suffix);
        m->naming = arena_fmt(c->a, "%.*s%cname%s", n->digits, "NNNNNNNNNNNNNNNNNN", n->separator, n->suffix);
        break;
    case SHAPE_TIME:
        m->next = arena_fmt(c->a, "%s%c<name>%s", n->digits == 14 ? "<YYYYMMDDHHMMSS>" : "<timestamp>", n->separator,
                            n->suffix);
        m->naming =
            arena_fmt(c->a, "%s%cname%s", n->digits == 14 ? "YYYYMMDDHHMMSS" : "timestamp", n->separator, n->suffix);
        break;
    case SHAPE_FLYWAY:
        m->next = arena_fmt(c->a, "V%lld__<name>%s", (long long)n->number + 1, n->suffix);
        m->naming = arena_fmt(c->a, "VN__name%s", n->suffix);
        break;
    case SHAPE_HASH:
        m->next = arena_fmt(c->a, "<revision>_<name>%s", n->suffix);
        m->naming = arena_fmt(c->a, "revision_name%s", n->suffix);
        break;
    case SHAPE_NONE: break;
    }
}

static struct survey_migrations *row_of(struct scan *c, const char *dir)
{
    struct survey_migrations *row;
    for (size_t i = 0; i < c->s->migrations.n; i++)
        if (strcmp(c->s->migrations.v[i].dir, dir) == 0) return &c->s->migrations.v[i];
    row = arena_push(c->a, &c->s->migrations, sizeof *row);
    if (row) row->dir = dir;
    return row;
}

/* Where the folder of a migration is: its own, or for Prisma and Diesel (a folder each) the one above. */
static const char *folder_of(struct scan *c, const char *path, struct name *n)
{
    const char *dir = path_dir(c->a, path), *up;
    if (!dir) return NULL;
    if (is_migration_dir(dir)) return is_migration_file(path, n) ? dir : NULL;
    up = path_dir(c->a, dir);
    if (!up || !is_migration_dir(up) || !path_like("*.sql", path)) return NULL;
    *n = parse(path_base(dir));
    n->suffix = "/migration.sql";
    if (strcmp(path_base(path), "up.sql") == 0) n->suffix = "/up.sql";
    return n->shape == SHAPE_NONE || strcmp(path_base(path), "down.sql") == 0 ? NULL : up;
}

void detect_migrations(struct scan *c)
{
    struct tree_files files = tree_files(c->t);
    for (size_t i = 0; i < files.n; i++) {
        const char *path = files.v[i].path, *dir;
        struct survey_migrations *m;
        struct name n;
        if (path_foreign(path) || path_fixture(path)) continue;
        dir = folder_of(c, path, &n);
        m = dir ? row_of(c, dir) : NULL;
        if (!m) continue;
        m->files++;
        if (strncmp(n.suffix, ".down.", 6) == 0) {
            m->paired = true;
            continue;
        }
        if (m->newest && n.shape != SHAPE_HASH && n.number < m->number) continue;
        m->newest = arena_dup(c->a, path);
        m->number = n.shape == SHAPE_HASH ? 0 : n.number;
        m->tool = tool_of(c, path, n.shape);
        name_next(c, m, &n);
    }
}
