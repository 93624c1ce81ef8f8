/* Revisions and their content-addressed sections. */
#include "pland/store/documents.h"

#include <string.h>

#include "store/txn.h"

/* Most revisions leave what the checks say as it was: null stands for the same as before. */
#define CHECKS                                                                                                         \
    "(SELECT c.checks FROM revisions c WHERE c.plan = revisions.plan AND c.number <= revisions.number"                 \
    " AND c.checks IS NOT NULL ORDER BY c.number DESC LIMIT 1)"
#define REVISION_COLUMNS \
    "n, plan, number, parent, at, author, content, reason, detail, " CHECKS ", verified, to_create, unprovable, failed," \
    " refinement, comments, repairs, affected," \
    " (SELECT count(*) FROM waivers w WHERE w.plan = revisions.plan)"

/* The row number is not part of the public struct: it is kept next to it. */
struct numbered {
    int64_t n;
    struct revision_row row;
};
struct numbered_list { struct numbered *v; size_t n; };
static const struct column columns[] = {
    C_INT(struct numbered, n),
    C_INT(struct numbered, row.plan),
    C_INT(struct numbered, row.number),
    C_INT(struct numbered, row.parent),
    C_INT(struct numbered, row.at),
    C_INT(struct numbered, row.author),
    C_HASH(struct numbered, row.content),
    C_TEXT(struct numbered, row.reason),
    C_TEXT(struct numbered, row.detail),
    C_TEXT(struct numbered, row.checks),
    C_INT(struct numbered, row.verified),
    C_INT(struct numbered, row.to_create),
    C_INT(struct numbered, row.unprovable),
    C_INT(struct numbered, row.failed),
    C_TEXT(struct numbered, row.refinement),
    C_TEXT(struct numbered, row.comments),
    C_INT(struct numbered, row.repairs),
    C_TEXT(struct numbered, row.affected),
    C_INT(struct numbered, row.waivers),
};
static const struct shape revision_shape = SHAPE("revision", struct numbered, columns);
/* What is counted when it is read is no column of the table. */
static const struct shape written_shape = { .what = "revision", .size = sizeof(struct numbered), .columns = columns, .n = countof(columns) - 1 };

/* bytes and their length share one column */
static const struct column section_columns[] = {
    C_TEXT(struct revision_section, id),
    C_HASH(struct revision_section, hash),
    C_BLOB(struct revision_section, bytes, n),
};
static const struct shape section_shape = SHAPE("section", struct revision_section, section_columns);

enum err_kind store_section_put(struct txn *tx, const struct sha256 *hash, const char *bytes, size_t n, struct err *e)
{
    static const char sql[] = "INSERT INTO sections (hash, bytes) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    return txn_run(tx, sql, VALUES(v_hash(hash), v_text_n(bytes, n)), NULL, e);
}

static enum err_kind insert_sections(struct txn *tx, int64_t revision, const struct revision_row *r, struct err *e)
{
    static const char sql[] = "INSERT INTO revision_sections (revision, ordinal, id, section)"
                              " VALUES ($1, $2, $3, (SELECT n FROM sections WHERE hash = $4))";
    enum err_kind k = ERR_OK;
    for (size_t i = 0; k == ERR_OK && i < r->sections.n; i++)
        k = txn_run(
            tx, sql,
            VALUES(v_int(revision), v_int((int64_t)i), v_text(r->sections.v[i].id), v_hash(&r->sections.v[i].hash)),
            NULL, e);
    return k;
}

enum err_kind store_revision_insert(struct txn *tx, const struct revision_row *r, struct err *e)
{
    static const char sql[] =
        "INSERT INTO revisions (plan, number, parent, at, author, content, reason, detail, checks, verified,"
        " to_create, unprovable, failed, refinement, comments, repairs, affected) VALUES ($1, $2, $3, $4, $5, $6, $7,"
        " $8, CASE WHEN $9 = (SELECT c.checks FROM revisions c WHERE c.plan = $1 AND c.number < $2"
        " AND c.checks IS NOT NULL ORDER BY c.number DESC LIMIT 1) THEN NULL ELSE $9 END, $10, $11, $12, $13, $14, $15, $16, $17)"
        " ON CONFLICT DO NOTHING RETURNING n";
    struct numbered row = { .row = *r };
    enum err_kind k = txn_insert(tx, sql, &written_shape, &row, "the plan has this revision already", e);
    return k == ERR_OK ? insert_sections(tx, row.n, r, e) : k;
}

static enum err_kind read_sections(struct txn *tx, bool with_bytes, struct arena *a, struct numbered *r, struct err *e)
{
    static const char bytes_sql[] =
        "SELECT l.id, s.hash, s.bytes FROM revision_sections l JOIN sections s ON s.n = l.section"
        " WHERE l.revision = $1 ORDER BY l.ordinal";
    static const char plain_sql[] =
        "SELECT l.id, s.hash, NULL FROM revision_sections l JOIN sections s ON s.n = l.section"
        " WHERE l.revision = $1 ORDER BY l.ordinal";
    return txn_all(tx, with_bytes ? bytes_sql : plain_sql, VALUES(v_int(r->n)), &section_shape, a, &r->row.sections, e);
}

static enum err_kind read_row(struct txn *tx, int64_t plan, int64_t number, struct arena *a, struct numbered *ret,
                              struct err *e)
{
    static const char one_sql[] = "SELECT " REVISION_COLUMNS " FROM revisions WHERE plan = $1 AND number = $2";
    static const char newest_sql[] =
        "SELECT " REVISION_COLUMNS " FROM revisions WHERE plan = $1 ORDER BY number DESC LIMIT 1";
    return number ? txn_one(tx, one_sql, VALUES(v_int(plan), v_int(number)), &revision_shape, a, ret, e)
                  : txn_one(tx, newest_sql, VALUES(v_int(plan)), &revision_shape, a, ret, e);
}

enum err_kind store_revision_get(struct txn *tx, int64_t plan, int64_t number, bool with_sections, struct arena *a,
                                 struct revision_row *ret, struct err *e)
{
    struct numbered r = { 0 };
    enum err_kind k = read_row(tx, plan, number, a, &r, e);
    if (k == ERR_OK) k = read_sections(tx, with_sections, a, &r, e);
    if (k == ERR_OK) *ret = r.row;
    return k;
}

static bool same_hash(const struct revision_section *x, const struct revision_section *y)
{
    return memcmp(&x->hash, &y->hash, sizeof x->hash) == 0;
}

/* Looked for at the same place first. */
static const struct revision_section *in_other(const struct revision_row *other, size_t at, const struct revision_section *s)
{
    const struct revision_section *v = other->sections.v;
    if (at < other->sections.n && same_hash(&v[at], s)) return &v[at];
    for (size_t i = 0; i < other->sections.n; i++)
        if (same_hash(&v[i], s)) return &v[i];
    return NULL;
}

enum err_kind store_revision_get_beside(struct txn *tx, int64_t number, const struct revision_row *other,
                                        struct arena *a, struct revision_row *ret, struct err *e)
{
    static const char sql[] =
        "SELECT l.id, s.hash, CASE WHEN l.section IN (SELECT o.section FROM revision_sections o"
        " JOIN revisions r ON r.n = o.revision WHERE r.plan = $2 AND r.number = $3) THEN NULL ELSE s.bytes END"
        " FROM revision_sections l JOIN sections s ON s.n = l.section WHERE l.revision = $1 ORDER BY l.ordinal";
    struct numbered r = { 0 };
    enum err_kind k = read_row(tx, other->plan, number, a, &r, e);
    if (k == ERR_OK)
        k = txn_all(tx, sql, VALUES(v_int(r.n), v_int(other->plan), v_int(other->number)), &section_shape, a,
                    &r.row.sections, e);
    if (k != ERR_OK) return k;
    for (size_t i = 0; i < r.row.sections.n; i++) {
        struct revision_section *s = &r.row.sections.v[i];
        const struct revision_section *same = s->bytes ? NULL : in_other(other, i, s);
        if (same) s->bytes = same->bytes, s->n = same->n;
        if (!s->bytes) return err_set(e, ERR_IO, "the section %.40s of revision %lld is not there", s->id, (long long)number);
    }
    *ret = r.row;
    return ERR_OK;
}

enum err_kind store_revision_list(struct txn *tx, int64_t plan, int64_t before, int limit, struct arena *a,
                                  struct revision_list *ret, struct err *e)
{
    static const char sql[] = "SELECT " REVISION_COLUMNS " FROM revisions WHERE plan = $1 AND number < $2"
                              " ORDER BY number DESC LIMIT $3";
    struct numbered_list rows = { 0 };
    struct revision_list list = { 0 };
    enum err_kind k =
        txn_all(tx, sql, VALUES(v_int(plan), v_before(before), v_int(limit)), &revision_shape, a, &rows, e);
    for (size_t i = 0; k == ERR_OK && i < rows.n; i++) {
        struct revision_row *to = arena_push(a, &list, sizeof *to);
        if (to) *to = rows.v[i].row;
        else k = arena_check(a, e);
    }
    if (k == ERR_OK) *ret = list;
    return k;
}

enum err_kind store_revision_author(struct txn *tx, int64_t plan, int64_t person, bool *ret, struct err *e)
{
    static const char sql[] = "SELECT count(*) FROM revisions WHERE plan = $1 AND author = $2";
    int64_t n = 0;
    enum err_kind k = txn_int(tx, sql, VALUES(v_int(plan), v_int(person)), &n, NULL, e);
    *ret = n > 0;
    return k;
}

static const struct column seen_columns[] = {
    C_INT(struct section_seen, revision),
    C_BLOB(struct section_seen, bytes, n),
};
static const struct shape seen_shape = SHAPE("section", struct section_seen, seen_columns);

enum err_kind store_section_last(struct txn *tx, int64_t plan, const char *id, struct arena *a, struct section_seen *ret,
                                 struct err *e)
{
    static const char sql[] =
        "SELECT r.number, s.bytes FROM revisions r JOIN revision_sections l ON l.revision = r.n AND l.id = $2"
        " JOIN sections s ON s.n = l.section WHERE r.plan = $1 ORDER BY r.number DESC LIMIT 1";
    return txn_one(tx, sql, VALUES(v_int(plan), v_text(id)), &seen_shape, a, ret, e);
}

/* --- which revision changed what -------------------------------------------------------------------------------- */
struct listed { int64_t revision, section; const char *id; };
struct listed_sections { struct listed *v; size_t n; };
static const struct column listed_columns[] = {
    C_INT(struct listed, revision),
    C_INT(struct listed, section),
    C_TEXT(struct listed, id),
};
static const struct shape listed_shape = SHAPE("section", struct listed, listed_columns);

/* Looked for at the same place first: most revisions change a few of many. */
static bool holds(const struct listed *v, size_t n, size_t at, const struct listed *x)
{
    if (at < n && v[at].section == x->section) return strcmp(v[at].id, x->id) == 0;
    for (size_t i = 0; i < n; i++)
        if (v[i].section == x->section && strcmp(v[i].id, x->id) == 0) return true;
    return false;
}

static enum err_kind note(struct section_origins *l, const char *section, int64_t revision, struct arena *a,
                          struct err *e)
{
    struct section_origin *slot;
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->v[i].section, section) == 0) {
            l->v[i].revision = revision;
            return ERR_OK;
        }
    if (!(slot = arena_push(a, l, sizeof *slot))) return err_nomem(e);
    *slot = (struct section_origin){ section, revision };
    return ERR_OK;
}

/* What one of two neighbouring lists has and the other does not. */
static enum err_kind note_missing(const struct listed *x, size_t n_x, const struct listed *y, size_t n_y, int64_t revision,
                                  struct section_origins *l, struct arena *a, struct err *e)
{
    enum err_kind k = ERR_OK;
    for (size_t i = 0; k == ERR_OK && i < n_x; i++)
        if (!holds(y, n_y, i, &x[i])) k = note(l, x[i].id, revision, a, e);
    return k;
}

enum err_kind store_section_origins(struct txn *tx, int64_t plan, int64_t from, int64_t to, struct arena *a,
                                    struct section_origins *ret, struct err *e)
{
    static const char sql[] =
        "SELECT r.number, l.section, l.id FROM revisions r JOIN revision_sections l ON l.revision = r.n"
        " WHERE r.plan = $1 AND r.number >= $2 AND r.number <= $3 ORDER BY r.number, l.ordinal";
    struct listed_sections all = { 0 };
    struct section_origins found = { 0 };
    const struct listed *old = NULL;
    size_t n_old = 0;
    enum err_kind k = txn_all(tx, sql, VALUES(v_int(plan), v_int(from), v_int(to)), &listed_shape, a, &all, e);
    for (size_t i = 0, end; k == ERR_OK && i < all.n; i = end) {
        const struct listed *new = all.v + i;
        for (end = i; end < all.n && all.v[end].revision == new->revision;) end++;
        if (old) k = note_missing(new, end - i, old, n_old, new->revision, &found, a, e);
        if (k == ERR_OK && old) k = note_missing(old, n_old, new, end - i, new->revision, &found, a, e);
        old = new;
        n_old = end - i;
    }
    if (k == ERR_OK) *ret = found;
    return k;
}
