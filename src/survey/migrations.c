/* Database migrations: folders of numbered files, who applies them, and the name a new one gets. */
#include "survey/engine.h"

#include <ctype.h>
#include <string.h>

struct tool {
    const char *name, *ecosystem, *dependency, *marker; /* marker: base name of a file */
    const char *pattern;                                /* of the migration's path, NULL: any */
};
static const struct tool tools[] = {
    {"alembic", "pypi", "alembic", "alembic.ini", "*.py"},
    {"alembic", "pypi", "flask-migrate", "alembic.ini", "*.py"},
    {"Django", "pypi", "django", "manage.py", "*/migrations/*.py"},
    {"knex", "npm", "knex", "knexfile.js", "*.[cmjt]*s"},
    {"knex", "npm", "knex", "knexfile.ts", "*.ts"},
    {"Prisma", "npm", "prisma", "schema.prisma", "*prisma/migrations/*"},
    {"Drizzle", "npm", "drizzle-orm", "drizzle.config.ts", "*.sql"},
    {"node-pg-migrate", "npm", "node-pg-migrate", NULL, "*"},
    {"TypeORM", "npm", "typeorm", NULL, "*.ts"},
    {"Sequelize", "npm", "sequelize", ".sequelizerc", "*.[cm]js"},
    {"Sequelize", "npm", "sequelize", ".sequelizerc", "*.js"},
    {"Rails", "rubygems", "rails", NULL, "*db/migrate/*.rb"},
    {"Sequel", "rubygems", "sequel", NULL, "*.rb"},
    {"golang-migrate", "go", "github.com/golang-migrate/migrate", NULL, "*.sql"},
    {"goose", "go", "github.com/pressly/goose", NULL, "*"},
    {"Diesel", "crates", "diesel", "diesel.toml", "*.sql"},
    {"sqlx", "crates", "sqlx", NULL, "*.sql"},
    {"SeaORM", "crates", "sea-orm-migration", NULL, "*.rs"},
    {"Flyway", "maven", "org.flywaydb:flyway-core", NULL, "*/V*__*.sql"},
    {"Liquibase", "maven", "org.liquibase:liquibase-core", NULL, "*changelog*/*"},
    {"Liquibase", "maven", "org.liquibase.gradle", NULL, "*changelog*/*"},
    {"Laravel", "packagist", "laravel/framework", NULL, "*database/migrations/*.php"},
    {"Doctrine", "packagist", "doctrine/doctrine-migrations-bundle", NULL, "*Version*.php"},
    {"Ecto", "hex", "ecto_sql", NULL, "*.exs"},
    {"Ecto", "hex", "ecto", NULL, "*.exs"},
    {"EF Core", "nuget", "Microsoft.EntityFrameworkCore", NULL, "*.cs"},
    {"EF Core", "nuget", "Npgsql.EntityFrameworkCore.PostgreSQL", NULL, "*.cs"},
    {"EF Core", "nuget", "Microsoft.EntityFrameworkCore.SqlServer", NULL, "*.cs"},
    {"EF Core", "nuget", "Microsoft.EntityFrameworkCore.Sqlite", NULL, "*.cs"},
    {"Fluent", "swift", "fluent", NULL, "*.swift"},
};

enum shape { SHAPE_NONE, SHAPE_DATE, SHAPE_NUMBER, SHAPE_TIME, SHAPE_FLYWAY, SHAPE_HASH };
struct name { /* what a migration's base name says */
    enum shape shape;
    int digits;
    int64_t number;
    char separator;
    const char *suffix; /* ".up.sql", ".py" */
};

static const char *suffix_of(const char *base)
{
    static const char *const pairs[] = {".up.", ".down."};
    for (size_t i = 0; i < countof(pairs); i++)
        if (strstr(base, pairs[i])) return strstr(base, pairs[i]);
    return strrchr(base, '.') ? strrchr(base, '.') : "";
}

static struct name parse(const char *base)
{
    struct name n = {.shape = SHAPE_NONE, .suffix = suffix_of(base)};
    const char *p = base + (base[0] == 'V' && isdigit((unsigned char)base[1]));
    if (starts(base, "Version") && isdigit((unsigned char)base[7])) p = base + 7;
    if (base[0] == 'm' && isdigit((unsigned char)base[1])) p = base + 1;
    while (isdigit((unsigned char)p[n.digits]) && n.digits < 18) n.number = n.number * 10 + (p[n.digits++] - '0');
    n.separator = p[n.digits];
    if (strspn(base, "0123456789-_") >= 18 && strchr("-_", base[4]) && strchr("-_", base[7]) &&
        strchr("-_", base[10])) {
        n.shape = SHAPE_DATE; /* 2024_01_31_120000_x, 2024-01-31-120000_x */
        n.separator = base[4];
        for (n.number = 0, n.digits = 0; n.digits < 17; n.digits++)
            if (isdigit((unsigned char)base[n.digits])) n.number = n.number * 10 + (base[n.digits] - '0');
    } else if (base[0] == 'V' && p != base && strstr(base, "__")) n.shape = SHAPE_FLYWAY;
    else if (strspn(base, "0123456789abcdef") == 12 && base[12] == '_' && n.digits < 12) n.shape = SHAPE_HASH;
    else if (!n.digits || !n.separator || !strchr("_-.", n.separator)) return n;
    else if (n.digits >= 10) n.shape = SHAPE_TIME;
    else n.shape = SHAPE_NUMBER;
    return n;
}

int64_t survey_migration_number(const char *name)
{
    struct name n = parse(name);
    return n.shape == SHAPE_NONE || n.shape == SHAPE_HASH ? -1 : n.number;
}

static bool is_migration_dir(const char *dir)
{
    static const char *const names[] = {"migrations", "migration",         "migrate", "versions",
                                        "changelog",  "schema_migrations", "changes", "changesets"};
    const char *base = path_base(dir);
    for (size_t i = 0; i < countof(names); i++)
        if (strcasecmp(base, names[i]) == 0)
            return strcmp(base, "versions") != 0 || strstr(dir, "migrat") || strstr(dir, "alembic");
    return false;
}

static bool is_migration_file(const char *path, struct name *ret)
{
    const char *ext = strrchr(path_base(path), '.');
    static const char *const exts[] = {".sql", ".py",  ".js",   ".ts", ".mjs", ".cjs",  ".rb",  ".php", ".go",
                                       ".xml", ".exs", ".java", ".cs", ".rs",  ".yaml", ".yml", ".kt"};
    *ret = parse(path_base(path));
    for (size_t i = 0; ext && i < countof(exts); i++)
        if (strcmp(ext, exts[i]) == 0) return ret->shape != SHAPE_NONE;
    return false;
}

/* What the text of a migration says of its tool. */
static const char *tool_by_text(struct scan *c, const char *path)
{
    auto_buf text = BUF_INIT((size_t)64 << 10);
    const struct tree_file *f = tree_find(c->t, path);
    if (!f || !path_like("*.sql", path) || !scan_read(c, f, 60000, false, &text)) return NULL;
    if (strstr(buf_cstr(&text), "+goose ")) return "goose";
    return strstr(buf_cstr(&text), "migrate:up") ? "dbmate" : NULL;
}

static const char *tool_of(struct scan *c, const char *path, const struct name *n)
{
    const char *said;
    if (n->shape == SHAPE_FLYWAY) return "Flyway";
    for (size_t i = 0; i < countof(tools); i++)
        if ((!tools[i].pattern || path_like(tools[i].pattern, path)) &&
            (dependency_above(c->s, tools[i].ecosystem, tools[i].dependency, path) ||
             (tools[i].marker && scan_named(c, tools[i].marker, NULL))))
            return tools[i].name;
    if (path_like("*db/migrate/*.rb", path)) return "Rails";
    if (path_like("*supabase/migrations/*", path)) return "Supabase";
    if ((said = tool_by_text(c, path))) return said;
    if (starts(n->suffix, ".up.") && manifest_of_kind(c->s, "go")) return "golang-migrate";
    return path_like("*.sql", path) ? "sql" : "numbered files";
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
    case SHAPE_DATE:
        m->next =
            arena_fmt(c->a, "<YYYY%cMM%cDD%cHHMMSS>_<name>%s", n->separator, n->separator, n->separator, n->suffix);
        m->naming = arena_fmt(c->a, "YYYY%cMM%cDD%cHHMMSS_name%s", n->separator, n->separator, n->separator, n->suffix);
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

/* In any folder: numbered SQL, and what starts with a time where a tool for such files is used. */
static bool is_migration_by_name(struct scan *c, const char *path, const struct name *n)
{
    static const char *const tools_of[][2] = {{"npm", "typeorm"}, {"npm", "sequelize"}, {"npm", "knex"}};
    if (path_like("*.sql", path)) return (n->shape == SHAPE_NUMBER && n->digits >= 3) || n->shape == SHAPE_FLYWAY;
    if (n->shape != SHAPE_TIME || n->digits < 12 || path_test(path)) return false;
    for (size_t i = 0; i < countof(tools_of); i++)
        if (dependency_above(c->s, tools_of[i][0], tools_of[i][1], path)) return true;
    return false;
}

/* Where the folder of a migration is: its own, or for Prisma and Diesel (a folder each) the one above. */
static const char *folder_of(struct scan *c, const char *path, struct name *n)
{
    const char *dir = path_dir(c->a, path), *up;
    if (!dir) return NULL;
    if (is_migration_dir(dir) || path_like("*conf/evolutions/*.sql", path))
        return is_migration_file(path, n) ? dir : NULL;
    if (is_migration_file(path, n) && is_migration_by_name(c, path, n)) return dir;
    up = path_dir(c->a, dir);
    if (!up || !is_migration_dir(up) || !path_like("*.sql", path)) return NULL;
    *n = parse(path_base(dir));
    n->suffix = "/migration.sql";
    if (strcmp(path_base(path), "up.sql") == 0) n->suffix = "/up.sql";
    return n->shape == SHAPE_NONE || strcmp(path_base(path), "down.sql") == 0 ? NULL : up;
}

/* The application that the tests of a library use. */
static bool path_tried_out(const char *path)
{
    return starts(path, "spec/") || starts(path, "test/") || starts(path, "tests/");
}

static bool is_own(const struct scan_file *f)
{
    return !f->foreign && !f->fixture && !f->aside && !path_tried_out(f->f->path) &&
           !strstr(f->f->path, "/templates/") && !ends(f->base, ".Designer.cs") && !ends(f->base, "ModelSnapshot.cs");
}

void detect_migrations(struct scan *c)
{
    for (size_t i = 0; i < c->files.n; i++) {
        const char *path = c->files.v[i].f->path, *dir;
        struct survey_migrations *m;
        struct name n;
        if (!is_own(&c->files.v[i])) continue;
        dir = folder_of(c, path, &n);
        m = dir ? row_of(c, dir) : NULL;
        if (!m) continue;
        m->files++;
        if (starts(n.suffix, ".down.")) {
            m->paired = true;
            continue;
        }
        if (m->newest && n.shape != SHAPE_HASH && n.number < m->number) continue;
        m->newest = arena_dup(c->a, path);
        m->number = n.shape == SHAPE_HASH ? 0 : n.number;
        name_next(c, m, &n);
    }
    for (size_t i = 0; i < c->s->migrations.n; i++) {
        struct survey_migrations *m = &c->s->migrations.v[i];
        const char *name = m->newest ? path_base(m->newest) : NULL;
        struct name n = {.shape = SHAPE_NONE, .suffix = ""};
        if (!name) continue;
        n = parse(name);
        m->tool = tool_of(c, m->newest, &n);
        if ((path_like("*changelog*", m->newest) || path_like("*changelog/*", m->newest)) &&
            is(m->tool, "numbered files"))
            m->tool = "Liquibase";
        m->engine = is(m->tool, "Supabase") ? "postgresql" : engine_of(c, m->newest);
    }
}
