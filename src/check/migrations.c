/* Numbers of new migrations: each used once, and above the newest the repository has. */
#include "check/inner.h"

#include <string.h>

struct numbered {
    const char *name; /* of the migration, without what tells up from down */
    size_t n_name;
    int64_t number;   /* -1: none */
};

/* The file or folder directly below dir; NULL: not below it. */
static const char *below(const char *path, const char *dir)
{
    size_t n = strlen(dir);
    if (!n) return path;
    return strncmp(path, dir, n) == 0 && path[n] == '/' ? path + n + 1 : NULL;
}

/* "0004_add.up.sql", "V12__add.sql", "20260102_add/up.sql". */
static struct numbered read_name(const char *name)
{
    struct numbered r = { .name = name, .number = -1 };
    const char *p = name + (*name == 'V' && name[1] >= '0' && name[1] <= '9');
    size_t n = strspn(p, "0123456789");
    r.n_name = strcspn(name, "./");
    if (n == 0 || n > 17) return r;
    r.number = 0;
    for (size_t i = 0; i < n; i++) r.number = r.number * 10 + (p[i] - '0');
    return r;
}

static bool same_name(const struct numbered *a, const struct numbered *b)
{
    return a->n_name == b->n_name && strncmp(a->name, b->name, a->n_name) == 0;
}

static void check_dir(struct checking *c, size_t base, const struct survey_migrations *m)
{
    for (size_t i = 0; i < c->touches.n; i++) {
        const struct touch *t = &c->touches.v[i];
        const char *name =
            t->spot && t->spot->base == base && t->f->change == CHANGE_CREATE ? below(t->spot->path, m->dir) : NULL;
        struct numbered mine = name ? read_name(name) : (struct numbered){ .number = -1 };
        if (mine.number < 0 || phase_is_done(c, t->phase)) continue;
        if (mine.number <= m->number)
            check_report(c, RULE_MIGRATION_OLD, t->anchor, t->spot->written, m->next,
                         "`%.300s` has a number that is not above the newest, %lld", t->spot->written,
                         (long long)m->number);
        for (size_t j = 0; j < i; j++) {
            const struct touch *u = &c->touches.v[j];
            const char *other =
                u->spot && u->spot->base == base && u->f->change == CHANGE_CREATE ? below(u->spot->path, m->dir) : NULL;
            struct numbered theirs = other ? read_name(other) : (struct numbered){ .number = -1 };
            if (theirs.number != mine.number || same_name(&mine, &theirs)) continue;
            check_report(c, RULE_MIGRATION_TWICE, t->anchor, t->spot->written, NULL,
                         "`%.300s` has the same number as `%.300s`", t->spot->written, u->spot->written);
            break;
        }
    }
}

void rules_migrations(struct checking *c)
{
    for (size_t b = 0; b < c->in->codebases.n; b++) {
        const struct survey *s = c->in->codebases.v[b].survey;
        for (size_t i = 0; s && i < s->migrations.n; i++)
            if (s->migrations.v[i].number > 0 && s->migrations.v[i].dir) check_dir(c, b, &s->migrations.v[i]);
    }
}
