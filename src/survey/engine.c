/* Drivers first, then what settings and compose files name. Rows only, the first that applies decides. */
#include "survey/engine.h"

#include <string.h>

#define FILE_MAX ((size_t)128 << 10)

struct driver {
    const char *ecosystem, *name, *engine;
};
static const struct driver drivers[] = {
    {"pypi", "psycopg", "postgresql"},
    {"pypi", "psycopg2", "postgresql"},
    {"pypi", "psycopg2-binary", "postgresql"},
    {"pypi", "asyncpg", "postgresql"},
    {"pypi", "pg8000", "postgresql"},
    {"pypi", "mysqlclient", "mysql"},
    {"pypi", "pymysql", "mysql"},
    {"pypi", "aiomysql", "mysql"},
    {"pypi", "aiosqlite", "sqlite"},
    {"npm", "pg", "postgresql"},
    {"npm", "postgres", "postgresql"},
    {"npm", "mysql2", "mysql"},
    {"npm", "mysql", "mysql"},
    {"npm", "better-sqlite3", "sqlite"},
    {"npm", "sqlite3", "sqlite"},
    {"npm", "mssql", "sqlserver"},
    {"go", "github.com/jackc/pgx", "postgresql"},
    {"go", "github.com/lib/pq", "postgresql"},
    {"go", "github.com/go-sql-driver/mysql", "mysql"},
    {"go", "github.com/mattn/go-sqlite3", "sqlite"},
    {"go", "modernc.org/sqlite", "sqlite"},
    {"crates", "tokio-postgres", "postgresql"},
    {"crates", "postgres", "postgresql"},
    {"crates", "rusqlite", "sqlite"},
    {"crates", "mysql", "mysql"},
    {"rubygems", "pg", "postgresql"},
    {"rubygems", "mysql2", "mysql"},
    {"rubygems", "trilogy", "mysql"},
    {"rubygems", "sqlite3", "sqlite"},
    {"maven", "org.postgresql:postgresql", "postgresql"},
    {"maven", "com.mysql:mysql-connector-j", "mysql"},
    {"maven", "mysql:mysql-connector-java", "mysql"},
    {"maven", "org.mariadb.jdbc:mariadb-java-client", "mariadb"},
    {"maven", "org.xerial:sqlite-jdbc", "sqlite"},
    {"maven", "com.microsoft.sqlserver:mssql-jdbc", "sqlserver"},
    {"maven", "com.h2database:h2", "h2"},
    {"nuget", "Npgsql.EntityFrameworkCore.PostgreSQL", "postgresql"},
    {"nuget", "Npgsql", "postgresql"},
    {"nuget", "Microsoft.EntityFrameworkCore.SqlServer", "sqlserver"},
    {"nuget", "Pomelo.EntityFrameworkCore.MySql", "mysql"},
    {"nuget", "Microsoft.EntityFrameworkCore.Sqlite", "sqlite"},
    {"hex", "postgrex", "postgresql"},
    {"hex", "myxql", "mysql"},
    {"hex", "ecto_sqlite3", "sqlite"},
    {"swift", "fluent-postgres-driver", "postgresql"},
    {"swift", "fluent-sqlite-driver", "sqlite"},
    {"swift", "fluent-mysql-driver", "mysql"},
    {"system", "libpq", "postgresql"},
    {"system", "sqlite3", "sqlite"},
    {"system", "SQLite3", "sqlite"},
};
struct setting {
    const char *base, *text, *engine;
};
static const struct setting settings[] = {
    {"schema.prisma", "\"postgresql\"", "postgresql"},
    {"schema.prisma", "\"mysql\"", "mysql"},
    {"schema.prisma", "\"sqlite\"", "sqlite"},
    {"schema.prisma", "\"sqlserver\"", "sqlserver"},
    {"database.yml", "adapter: postgresql", "postgresql"},
    {"database.yml", "adapter: mysql", "mysql"},
    {"database.yml", "adapter: trilogy", "mysql"},
    {"database.yml", "adapter: sqlite", "sqlite"},
    {"settings.py", "backends.postgresql", "postgresql"},
    {"settings.py", "backends.mysql", "mysql"},
    {"base.py", "backends.postgresql", "postgresql"},
    {"settings.py", "backends.sqlite3", "sqlite"},
    {"alembic.ini", "postgresql", "postgresql"},
    {"alembic.ini", "mysql", "mysql"},
    {"alembic.ini", "sqlite", "sqlite"},
    {"knexfile.js", "'pg'", "postgresql"},
    {"knexfile.js", "mysql", "mysql"},
    {"knexfile.js", "sqlite3", "sqlite"},
    {"drizzle.config.ts", "postgresql", "postgresql"},
    {"drizzle.config.ts", "mysql", "mysql"},
    {"drizzle.config.ts", "sqlite", "sqlite"},
    {"application.properties", "jdbc:postgresql", "postgresql"},
    {"application.properties", "jdbc:mysql", "mysql"},
    {"application.yml", "jdbc:postgresql", "postgresql"},
    {"application.yml", "jdbc:mysql", "mysql"},
    {"application.properties", "jdbc:h2", "h2"},
    {"application.yml", "jdbc:h2", "h2"},
    {"Cargo.toml", "\"postgres\"", "postgresql"},
    {"Cargo.toml", "\"sqlite\"", "sqlite"},
    {"Cargo.toml", "\"mysql\"", "mysql"},
    {".env.example", "DB_CONNECTION=mysql", "mysql"},
    {".env.example", "DB_CONNECTION=pgsql", "postgresql"},
    {".env.example", "DB_CONNECTION=sqlite", "sqlite"},
    {".env.example", "postgres", "postgresql"},
    {"docker-compose.yml", "image: postgres", "postgresql"},
    {"docker-compose.yml", "image: mysql", "mysql"},
    {"docker-compose.yml", "image: mariadb", "mariadb"},
    {"docker-compose.yaml", "image: postgres", "postgresql"},
    {"compose.yaml", "image: postgres", "postgresql"},
    {"compose.yaml", "image: mysql", "mysql"},
    {"compose.yml", "image: postgres", "postgresql"},
    {"compose.yml", "image: mysql", "mysql"},
    {"compose.yaml", "image: mariadb", "mariadb"},
};

static bool file_says(struct scan *c, const struct setting *row, struct buf *text)
{
    for (const struct scan_file *f = scan_named(c, row->base, NULL); f; f = scan_named(c, row->base, f))
        if (!f->test && scan_read(c, f->f, FILE_MAX, false, text) && strstr(buf_cstr(text), row->text)) return true;
    return false;
}

/* Words that only one dialect has. */
static const struct setting dialects[] = {
    {NULL, "timestamptz", "postgresql"},    {NULL, "jsonb", "postgresql"},          {NULL, "bigserial", "postgresql"},
    {NULL, "BIGSERIAL", "postgresql"},      {NULL, "TIMESTAMPTZ", "postgresql"},    {NULL, "JSONB", "postgresql"},
    {NULL, "SERIAL PRIMARY", "postgresql"}, {NULL, "serial PRIMARY", "postgresql"}, {NULL, "AUTO_INCREMENT", "mysql"},
    {NULL, "ENGINE=InnoDB", "mysql"},       {NULL, "AUTOINCREMENT", "sqlite"},
};

static const char *dialect_of(struct scan *c, const char *path, struct buf *text)
{
    const struct tree_file *f = ends(path, ".sql") ? tree_find(c->t, path) : NULL;
    if (!f || !scan_read(c, f, FILE_MAX, false, text)) return NULL;
    for (size_t i = 0; i < countof(dialects); i++)
        if (strstr(buf_cstr(text), dialects[i].text)) return dialects[i].engine;
    return NULL;
}

const char *engine_of(struct scan *c, const char *path)
{
    auto_buf text = BUF_INIT(FILE_MAX + 1);
    for (size_t i = 0; i < countof(drivers); i++)
        if (dependency_above(c->s, drivers[i].ecosystem, drivers[i].name, path)) return drivers[i].engine;
    for (size_t i = 0; i < countof(settings); i++)
        if (file_says(c, &settings[i], &text)) return settings[i].engine;
    return dialect_of(c, path, &text);
}
