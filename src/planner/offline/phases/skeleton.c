/* Code worth showing: migrations for the tool in use, the outside of a new module, tests with known answers. */
#include "planner/offline/phases/frames.h"

#include <string.h>

static void block(struct scene const *s, struct step *st, const char *path, const char *language, const char *text)
{
    struct code_block *c = text && *text ? PUSH(s->a, st->code) : NULL;
    if (c) *c = (struct code_block){.path = path, .language = language, .text = text};
}

/* "R1: …" lines, each behind a mark. */
static const char *rule_lines(const struct scene *s, const struct work *w, const char *mark)
{
    auto_buf b = BUF_INIT(16384);
    for (size_t i = 0; i < w->needs.n; i++)
        buf_fmt(&b, "%s%s: %s\n", mark, w->needs.v[i]->r.id, plain_need(s, w->needs.v[i], 200));
    return prose_take(s->a, &b);
}

static void interface_code(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    const struct language *l = language_of_path(w->path);
    struct span stem = file_stem(w->path);
    const char *words = name_words(s->a, arena_dup_n(s->a, stem.p, stem.n)), *topic = prose_bare(s->a, s->topic);
    char *big = arena_dup(s->a, topic);
    if (!l || !l->interface_code || w->needs.n == 0 || !words) return;
    if (big && big[0] >= 'a' && big[0] <= 'z') big[0] = (char)(big[0] - 'a' + 'A');
    {
        const struct var v[] = {{"name", name_styled(s->a, words, NAME_SNAKE)},
                                {"Type", name_styled(s->a, words, NAME_PASCAL)},
                                {"topic", topic},
                                {"Topic", big},
                                {"rules", rule_lines(s, w, "")},
                                {"rules*", rule_lines(s, w, " * ")},
                                {"rules//", rule_lines(s, w, "// ")},
                                {"rules//!", rule_lines(s, w, "//! ")},
                                {"rules///", rule_lines(s, w, "/// ")},
                                {"rules#", rule_lines(s, w, "# ")}};
        const char *framed = frame_code(s, w, v, countof(v));
        block(s, st, w->path, l->fence,
              framed                   ? framed
              : d->kind == PHASE_LOGIC ? template_fill(s->a, l->interface_code, v, countof(v))
                                       : NULL);
    }
}

/* --- migrations --------------------------------------------------------------------------------------------------- */
static const char *sql_type(const char *column)
{
    static const struct {
        const char *words[6];
        const char *type;
    } types[] = {{{"at", "date", "time", "until", "on"}, "TIMESTAMP"},
                 {{"id", "count", "number", "total", "amount"}, "BIGINT"},
                 {{"is", "has", "enabled", "active"}, "BOOLEAN"}};
    for (size_t i = 0; column && i < countof(types); i++)
        for (const char *const *w = types[i].words; *w; w++) {
            size_t n = strlen(*w), len = strlen(column);
            bool last = len > n && column[len - n - 1] == '_' && strcmp(column + len - n, *w) == 0;
            bool first = len > n && column[n] == '_' && strncmp(column, *w, n) == 0 && i == 2;
            if (last || first) return types[i].type;
        }
    return "TEXT";
}

static bool wants_index(const struct work *w)
{
    for (size_t i = 0; i < w->needs.n; i++)
        if (prose_has_word(w->needs.v[i]->r.text, "index")) return true;
    return false;
}

/* A table that is not there yet, with the columns that the ticket names. */
static void create_table(const struct scene *s, const char *table, text_list *up, text_list *down)
{
    auto_buf b = BUF_INIT(8192);
    const char *last = NULL;
    buf_fmt(&b, "CREATE TABLE %s (id BIGINT PRIMARY KEY", table);
    for (size_t i = 0; i < s->x.tables.n; i++) {
        const struct extract_table *t = &s->x.tables.v[i];
        if (t->table) last = t->table;
        if (t->column && !prose_same(t->column, "id") && prose_same(t->table ? t->table : last, table))
            buf_fmt(&b, ", %s %s NOT NULL", t->column, sql_type(t->column));
    }
    buf_str(&b, ")");
    prose_list_add(s->a, up, prose_take(s->a, &b));
    prose_list_add(s->a, down, arena_fmt(s->a, "DROP TABLE %s", table));
}

static void statements(const struct scene *s, const struct work *w, text_list *up, text_list *down)
{
    const char *last_table = NULL;
    text_list made = {0};
    for (size_t i = 0; i < s->x.tables.n; i++) {
        const struct extract_table *t = &s->x.tables.v[i];
        if (t->table) last_table = t->table;
        if (last_table && table_is_new(s, last_table)) {
            if (!prose_list_has(made.v, made.n, last_table)) create_table(s, last_table, up, down);
            prose_list_add(s->a, &made, last_table);
            continue;
        }
        if (!t->column || !(t->table || last_table)) continue;
        if (wants_index(w)) {
            prose_list_add(s->a, up,
                           arena_fmt(s->a, "CREATE INDEX idx_%s_%s ON %s (%s)", t->table ? t->table : last_table,
                                     t->column, t->table ? t->table : last_table, t->column));
            prose_list_add(s->a, down,
                           arena_fmt(s->a, "DROP INDEX idx_%s_%s", t->table ? t->table : last_table, t->column));
        } else {
            prose_list_add(s->a, up,
                           arena_fmt(s->a, "ALTER TABLE %s ADD COLUMN %s %s", t->table ? t->table : last_table,
                                     t->column, sql_type(t->column)));
            prose_list_add(
                s->a, down,
                arena_fmt(s->a, "ALTER TABLE %s DROP COLUMN %s", t->table ? t->table : last_table, t->column));
        }
    }
}

static const char *sql_lines(const struct scene *s, const text_list *l)
{
    auto_buf b = BUF_INIT(16384);
    for (size_t i = 0; i < l->n; i++) buf_fmt(&b, "%s;\n", l->v[i]);
    return prose_take(s->a, &b);
}

static const char *calls(const struct scene *s, const text_list *l, const char *template)
{
    auto_buf b = BUF_INIT(16384);
    for (size_t i = 0; i < l->n; i++) buf_str(&b, FILL(s->a, template, {"sql", l->v[i]}));
    return prose_take(s->a, &b);
}

/* What the newest migration says after `mark`, up to the line's end: its class, its revision. */
static const char *from_newest(const struct scene *s, const char *mark)
{
    size_t c = 0;
    const struct survey_migrations *m = scene_migrations(s, &c);
    const struct place *p = m && m->newest ? place_of_file(s, c, m->newest) : NULL;
    const char *at = p && p->content ? strstr(p->content, mark) : NULL;
    return at ? arena_dup_n(s->a, at + strlen(mark), strcspn(at + strlen(mark), "\r\n")) : NULL;
}

/* add_column and add_index, or Laravel's Blueprint: {table} {column} {type}. */
static const char *columns_code(const struct scene *s, const struct work *w, const char *column, const char *index)
{
    auto_buf b = BUF_INIT(16384);
    const char *table = NULL;
    for (size_t i = 0; i < s->x.tables.n; i++) {
        const struct extract_table *t = &s->x.tables.v[i];
        const char *type;
        if (t->table) table = t->table;
        if (!t->column || !table) continue;
        type = sql_type(t->column);
        buf_str(&b, FILL(s->a, wants_index(w) ? index : column, {"table", table}, {"column", t->column},
                         {"type", strcmp(type, "TIMESTAMP") == 0 ? "datetime"
                                  : strcmp(type, "BIGINT") == 0  ? "bigint"
                                  : strcmp(type, "BOOLEAN") == 0 ? "boolean"
                                                                 : "string"}));
    }
    return prose_take(s->a, &b);
}

static const char *ruby_migration(const struct scene *s, const struct work *w)
{
    struct span stem = file_stem(w->path);
    const char *base = from_newest(s, " < ActiveRecord::Migration");
    size_t digits = strspn(stem.p, "0123456789_");
    const char *words = name_words(s->a, arena_dup_n(s->a, stem.p + digits, stem.n - digits));
    return FILL(s->a, "class {Type} < ActiveRecord::Migration{version}\n  def change\n{lines}  end\nend\n",
                {"Type", name_styled(s->a, words, NAME_PASCAL)}, {"version", base ? base : "[7.1]"},
                {"lines", columns_code(s, w, "    add_column :{table}, :{column}, :{type}\n",
                                       "    add_index :{table}, :{column}\n")});
}

static const char *php_migration(const struct scene *s, const struct work *w)
{
    return FILL(s->a,
                "<?php\n\nuse Illuminate\\Database\\Migrations\\Migration;\n"
                "use Illuminate\\Database\\Schema\\Blueprint;\nuse Illuminate\\Support\\Facades\\Schema;\n\n"
                "return new class extends Migration\n{\n    public function up(): void\n    {\n{lines}    }\n};\n",
                {"lines", columns_code(s, w,
                                       "        Schema::table('{table}', fn (Blueprint $table) => "
                                       "$table->{type}('{column}')->nullable());\n",
                                       "        Schema::table('{table}', fn (Blueprint $table) => "
                                       "$table->index('{column}'));\n")});
}

/* "revision = …" after the newest one, as the others have it. */
static const char *alembic_head(const struct scene *s, const struct work *w)
{
    const char *newest = from_newest(s, "\nrevision");
    struct span stem = file_stem(w->path);
    size_t digits = strspn(stem.p, "0123456789");
    newest = newest ? strpbrk(newest, "\"'") : NULL;
    if (!newest || digits == 0) return "";
    return arena_fmt(s->a, "revision = \"%.*s\"\ndown_revision = \"%.*s\"\n\n\n", (int)digits, stem.p,
                     (int)strcspn(newest + 1, "\"'"), newest + 1);
}

static void migration_code(const struct scene *s, const struct work *w, struct step *st)
{
    text_list up = {0}, down = {0};
    const char *ext = file_ext(w->path);
    statements(s, w, &up, &down);
    if (up.n == 0) return;
    if (prose_same(ext, "rb")) block(s, st, w->path, "ruby", ruby_migration(s, w));
    if (prose_same(ext, "php")) block(s, st, w->path, "php", php_migration(s, w));
    if (prose_same(ext, "sql")) {
        block(s, st, w->path, "sql", sql_lines(s, &up));
        if (w->second) block(s, st, w->second, "sql", sql_lines(s, &down));
    } else if (prose_same(ext, "py")) {
        size_t c;
        const struct survey_migrations *m = scene_migrations(s, &c);
        if (!m || !prose_has_word(m->tool, "alembic")) return;
        block(s, st, w->path, "python",
              FILL(s->a,
                   "from alembic import op\n\n{head}def upgrade() -> None:\n{up}\n\n"
                   "def downgrade() -> None:\n{down}",
                   {"head", *alembic_head(s, w) ? alembic_head(s, w) : "\n"},
                   {"up", calls(s, &up, "    op.execute(\"{sql}\")\n")},
                   {"down", calls(s, &down, "    op.execute(\"{sql}\")\n")}));
    } else if (prose_same(ext, "js") || prose_same(ext, "ts")) {
        block(s, st, w->path, prose_same(ext, "ts") ? "typescript" : "javascript",
              FILL(s->a, "export async function up(knex) {\n{up}}\n\nexport async function down(knex) {\n{down}}\n",
                   {"up", calls(s, &up, "  await knex.raw(\"{sql}\");\n")},
                   {"down", calls(s, &down, "  await knex.raw(\"{sql}\");\n")}));
    }
}

/* --- tests -------------------------------------------------------------------------------------------------------- */
const char *test_name(const struct scene *s, const struct need *n, const char *file)
{
    const struct language *l = file ? language_of_path(file) : s->lang;
    text_list words;
    auto_buf b = BUF_INIT(400);
    const char *stem;
    scene_plain_words(s->a, n->r.text, &words);
    buf_fmt(&b, "%s", n->r.id);
    for (size_t i = 0; i < words.n && i < 5; i++) buf_fmt(&b, " %s", words.v[i]);
    stem = prose_take(s->a, &b);
    if (!l) return prose_bare(s->a, stem);
    if (prose_same(l->name, "Python") || prose_same(l->name, "C") || prose_same(l->name, "C++") ||
        prose_same(l->name, "Ruby"))
        return arena_fmt(s->a, "test_%s", name_styled(s->a, stem, NAME_SNAKE));
    if (prose_same(l->name, "PHP")) return arena_fmt(s->a, "test%s", name_styled(s->a, stem, NAME_PASCAL));
    if (prose_same(l->name, "Go")) return arena_fmt(s->a, "Test%s", name_styled(s->a, stem, NAME_PASCAL));
    if (prose_same(l->name, "Rust")) return name_styled(s->a, stem, NAME_SNAKE);
    return name_styled(s->a, stem, NAME_CAMEL);
}

void code_for(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    if (!w->path) return;
    if (w->kind == WORK_MIGRATION) migration_code(s, w, st);
    if (w->kind == WORK_NEW && !scene_is(s, KIND_REFACTOR) && d->kind != PHASE_SETUP && d->kind != PHASE_FRONTEND &&
        w->change == CHANGE_CREATE)
        interface_code(bp, d, w, st);
    if (w->kind == WORK_TEST && w->change == CHANGE_CREATE && !s->small && !s->empty && language_of_path(w->path))
        block(s, st, w->path, language_of_path(w->path)->fence,
              test_code(s, w, d->kind == PHASE_TESTS || !measured_later(bp)));
    if (w->kind == WORK_MANIFEST && d->kind == PHASE_SETUP && s->lang)
        block(s, st, w->path, file_ext(w->path)[0] ? file_ext(w->path) : "make",
              project_path(s, s->lang->manifest_text));
}
