/* Tables and columns that a ticket names: "the `users` table", "column `email` on `users`", "orders.total", SQL. */
#include "planner/extract/inner.h"

#include <string.h>

static bool name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_ticked(struct span s, struct span name)
{
    return name.p > s.p && strchr("`'\"{", name.p[-1]) && name.p + name.n < s.p + s.n &&
           strchr("`'\"}", name.p[name.n]) && name.p[name.n];
}

/* Words that stand before "table" or "column" without being a name. */
static bool is_filler(struct span w)
{
    static const char *const words[] = {
        "the",     "a",          "an",        "this",     "that",       "each",     "every",     "new",     "same",
        "its",     "our",        "their",     "one",      "another",    "lookup",   "look-up",   "hash",    "database",
        "db",      "data",       "following", "html",     "routing",    "join",     "temporary", "temp",    "existing",
        "extra",   "additional", "second",    "first",    "main",       "separate", "own",       "any",     "no",
        "which",   "and",        "or",        "of",       "in",         "to",       "from",      "on",      "pivot",
        "summary", "sql",        "big",       "large",    "small",      "nullable", "unique",    "indexed", "text",
        "integer", "boolean",    "timestamp", "json",     "jsonb",      "is",       "be",        "add",     "drop",
        "rename",  "create",     "remove",    "alter",    "update",     "right",    "left",      "last",    "sortable",
        "third",   "per",        "with",      "for",      "by",         "all",      "some",      "not",     "null",
        "into",    "column",     "table",     "columns",  "tables",     "called",   "named",     "if",      "exists",
        "only",    "decision",   "truth",     "markdown", "comparison", "price",    "as",        "has",     "should",
        "must",    "will",       "then",      "so",       "are",        "was"};
    for (size_t i = 0; i < countof(words); i++)
        if (span_is(w, words[i])) return true;
    return false;
}

static void add(struct reader *r, struct span table, struct span column, int64_t line)
{
    struct extract_table *t;
    const char *tn = table.n ? prose_clean(r->a, table, 80) : NULL,
               *cn = column.n ? prose_clean(r->a, column, 80) : NULL;
    if (!tn && !cn) return;
    for (size_t i = 0; i < r->x->tables.n; i++) {
        t = &r->x->tables.v[i];
        if (!prose_same(t->column, cn)) continue;
        if (prose_same(t->table, tn) || (cn && !tn)) return;
        if (cn && !t->table) {
            t->table = tn;
            return;
        }
    }
    t = r->x->tables.n < EXTRACT_MAX_ITEMS ? PUSH(r->a, r->x->tables) : NULL;
    if (t) *t = (struct extract_table){.table = tn, .column = cn, .line = line};
}

static struct span word_before(struct span s, size_t at)
{
    size_t end = at;
    while (end > 0 && strchr(" `'\"}{", s.p[end - 1]) && s.p[end - 1]) end--;
    at = end;
    while (at > 0 && name_char(s.p[at - 1])) at--;
    return (struct span){s.p + at, end - at};
}

static struct span word_after(struct span s, size_t at)
{
    size_t from = at;
    while (from < s.n && strchr(" `'\":}{", s.p[from]) && s.p[from]) from++;
    at = from;
    while (at < s.n && name_char(s.p[at])) at++;
    return (struct span){s.p + from, at - from};
}

static size_t offset(struct span s, struct span w)
{
    return (size_t)(w.p - s.p) + w.n;
}

static bool starts_lower(struct span w)
{
    return w.n > 1 && ((w.p[0] >= 'a' && w.p[0] <= 'z') || w.p[0] == '_');
}

static bool plural(struct span w)
{
    return w.n > 3 && w.p[w.n - 1] == 's' && !strchr("siu", w.p[w.n - 2]);
}

/* "PersonTags" */
static bool has_hump(struct span w)
{
    for (size_t i = 1; i < w.n; i++)
        if (w.p[i] >= 'A' && w.p[i] <= 'Z' && w.p[i - 1] >= 'a' && w.p[i - 1] <= 'z') return true;
    return false;
}

static bool names(struct span s, struct span w)
{
    return w.n > 1 && has_hump(w)
               ? true
               : w.n > 1 && !is_filler(w) && (is_ticked(s, w) || memchr(w.p, '_', w.n) || starts_lower(w));
}

/* "column `x` on `y`", "`x` to the `y` table": the table of a column at the end of it. */
static struct span table_after(struct span s, size_t at)
{
    static const char *const links[] = {"on", "to", "in", "of", "from"};
    struct span none = {"", 0}, w = word_after(s, at);
    bool linked = false;
    for (size_t i = 0; i < countof(links); i++) linked = linked || span_is(w, links[i]);
    if (!linked) return none;
    w = word_after(s, offset(s, w));
    if (span_is(w, "the")) w = word_after(s, offset(s, w));
    if (span_is(w, "table") || span_is(w, "tables")) w = word_after(s, offset(s, w));
    if (!names(s, w)) return none;
    if (plural(w) || is_ticked(s, w) || memchr(w.p, '_', w.n)) return w;
    return span_is(word_after(s, offset(s, w)), "table") ? w : none;
}

/* Column names in a list: "columns `a`, `b` and `c`"; returns where the list ends. */
static size_t columns_after(struct reader *r, struct span s, size_t at, int64_t line)
{
    struct span found[8], table;
    size_t n = 0;
    for (struct span w = word_after(s, at); n < countof(found); w = word_after(s, at)) {
        if (span_is(w, "named") || span_is(w, "called") || span_is(w, "and") || span_is(w, "over")) {
            at = offset(s, w);
            continue;
        }
        if (!names(s, w) || !(is_ticked(s, w) || memchr(w.p, '_', w.n))) break;
        found[n++] = w;
        at = offset(s, w);
        while (at < s.n && strchr("`'\",}{ ", s.p[at]) && s.p[at]) at++;
    }
    table = n > 0 ? table_after(s, at) : (struct span){"", 0};
    for (size_t i = 0; i < n; i++) add(r, table, found[i], line);
    return at;
}

static size_t on_column(struct reader *r, struct span s, size_t at, size_t len, int64_t line)
{
    struct span w = word_before(s, at);
    size_t after = columns_after(r, s, at + len, line);
    if (after > at + len) return after;
    if (names(s, w) && (is_ticked(s, w) || memchr(w.p, '_', w.n))) add(r, table_after(s, at + len), w, line);
    return at + len;
}

/* Steps over "(JSON)", commas, "and" in a list of columns. */
static size_t over_glue(struct span s, size_t at)
{
    for (;;) {
        struct span rest = span_rest(s, at);
        const char *close;
        if (rest.n > 0 && strchr("`'\",}{ ", rest.p[0]) && rest.p[0]) at++;
        else if (span_starts(rest, "and ")) at += 4;
        else if (rest.n > 0 && rest.p[0] == '(' && (close = memchr(rest.p, ')', rest.n < 40 ? rest.n : 40)))
            at += (size_t)(close - rest.p) + 1;
        else return at;
    }
}

/* "table `x` with `a`, `b` (JSON) and `c`", "`x` (`a`, `b`)", "`x`: `a`, `b`": its columns. */
static void columns_of(struct reader *r, struct span s, struct span table, int64_t line)
{
    static const char *const links[] = {"with the columns ", "with columns ", "with ", "has ", "having ", "(", ": "};
    size_t at = offset(s, table), i = 0;
    while (at < s.n && strchr("`'\"} ", s.p[at]) && s.p[at]) at++;
    while (i < countof(links) && !span_starts(span_rest(s, at), links[i])) i++;
    if (i == countof(links)) return;
    at += strlen(links[i]);
    for (int n = 0; n < 16; n++) {
        struct span w = word_after(s, at);
        if (!names(s, w) || !(is_ticked(s, w) || memchr(w.p, '_', w.n))) return;
        add(r, table, w, line);
        at = over_glue(s, offset(s, w));
    }
}

static void on_table(struct reader *r, struct span s, size_t at, size_t len, int64_t line)
{
    struct span before = word_before(s, at), after = word_after(s, at + len), none = {"", 0};
    if (span_is(after, "called") || span_is(after, "named")) after = word_after(s, offset(s, after));
    if (names(s, after) &&
        (is_ticked(s, after) || memchr(after.p, '_', after.n) || (len == 5 && plural(after) && s.p[at + len] == ' ')))
        add(r, after, none, line), columns_of(r, s, after, line);
    else if (names(s, before) &&
             (is_ticked(s, before) || memchr(before.p, '_', before.n) || (len == 5 && plural(before))))
        add(r, before, none, line);
}

void extract_lead_columns(struct reader *r, struct span s, int64_t line)
{
    struct span lead = {r->lead_said, strlen(r->lead_said)}, table = {"", 0};
    for (size_t i = 0; i < r->x->tables.n && span_has_word(lead, "table"); i++) {
        const char *name = r->x->tables.v[i].table;
        size_t at = name ? span_find_word(lead, name) : lead.n;
        if (at < lead.n && lead.p + at >= (table.n ? table.p : lead.p))
            table = (struct span){lead.p + at, strlen(name)}; /* the last one named */
    }
    for (size_t i = 0; table.n > 0 && i < s.n;) {
        struct span w = word_after(s, i);
        size_t end = offset(s, w);
        if (w.n > 2 && memchr(w.p, '_', w.n) && !(end < s.n && strchr("(./", s.p[end]) && s.p[end]))
            add(r, table, w, line);
        i = w.n ? end : i + 1;
    }
}

/* CREATE TABLE x, ALTER TABLE x ADD COLUMN y. */
static void on_sql(struct reader *r, struct span s, int64_t line)
{
    static const char *const heads[] = {"CREATE TABLE", "ALTER TABLE", "DROP TABLE", "INSERT INTO"};
    for (size_t i = 0; i < countof(heads); i++) {
        size_t at = span_find_word(s, heads[i]), col;
        struct span w, none = {"", 0};
        if (at >= s.n || memcmp(s.p + at, heads[i], strlen(heads[i])) != 0) continue;
        w = word_after(s, at + strlen(heads[i]));
        while (span_is(w, "if") || span_is(w, "not") || span_is(w, "exists")) w = word_after(s, offset(s, w));
        if (w.n < 2) continue;
        add(r, w, none, line);
        col = span_find_word(s, "COLUMN");
        if (col < s.n && memcmp(s.p + col, "COLUMN", 6) == 0 && word_after(s, col + 6).n > 1)
            add(r, w, word_after(s, col + 6), line);
    }
}

/* Words that have properties without being tables, and what follows the dot in names of hosts and modules. */
static bool is_object(struct span w)
{
    static const char *const words[] = {"settings", "options", "metrics", "params", "props",   "args",
                                        "requests", "process", "this",    "kwargs", "headers", "utils",
                                        "helpers",  "tools",   "libs",    "models", "views",   "docs"};
    for (size_t i = 0; i < countof(words); i++)
        if (span_is(w, words[i])) return true;
    return false;
}

static bool is_domain(struct span w)
{
    static const char *const words[] = {"com", "org", "net", "io", "dev", "de", "eu", "example", "local", "app"};
    for (size_t i = 0; i < countof(words); i++)
        if (span_is(w, words[i])) return true;
    return extract_known_extension(w.p, w.n);
}

static bool lower(struct span w)
{
    for (size_t i = 0; i < w.n; i++)
        if (w.p[i] >= 'A' && w.p[i] <= 'Z') return false;
    return w.n > 1 && (unsigned char)w.p[0] > '9';
}

/* "the log `accounts.deleted`", "event `order.placed`": a name of something that is written to. */
static bool is_channel(struct span before)
{
    static const char *const words[] = {"log",    "logger", "event",   "events", "topic",   "queue",   "channel",
                                        "metric", "entry",  "subject", "key",    "setting", "webhook", "exchange"};
    for (size_t i = 0; i < countof(words); i++)
        if (span_is(before, words[i])) return true;
    return false;
}

/* Is left.right a table's column? The table is known by now, or the names look like nothing else. */
static bool dotted(const struct reader *r, struct span s, struct span left, struct span right)
{
    const char *after = right.p + right.n, *end = s.p + s.n;
    if (left.n < 2 || right.n < 2 || left.n > 80 || right.n > 80 || !lower(left) || !lower(right)) return false;
    if (after < end && strchr("(/-@", *after) && *after) return false;
    if (after + 1 < end && *after == '.' && name_char(after[1])) return false;
    if (left.p > s.p && strchr("./@-\\$:", left.p[-1])) return false;
    for (size_t t = 0; t < r->x->tables.n; t++)
        if (r->x->tables.v[t].table && span_is(left, r->x->tables.v[t].table)) return true;
    if (is_object(left) || is_domain(right) || is_channel(word_before(s, (size_t)(left.p - s.p)))) return false;
    return plural(left) || (memchr(left.p, '_', left.n) && is_ticked(s, (struct span){left.p, left.n + 1 + right.n}));
}

/* "`users.email`". */
static void on_dotted(struct reader *r, struct span s, int64_t line)
{
    for (size_t i = 1; i + 1 < s.n; i++) {
        struct span left, right;
        if (s.p[i] != '.' || !name_char(s.p[i - 1]) || !name_char(s.p[i + 1])) continue;
        left = word_before(s, i);
        right = word_after(s, i + 1);
        if (dotted(r, s, left, right)) add(r, left, right, line);
    }
}

void extract_tables(struct reader *r, struct span s, int64_t line)
{
    static const struct {
        const char *word;
        bool column;
    } keys[] = {{"table", false},  {"tables", false},    {"column", true},
                {"columns", true}, {"index over", true}, {"index on", true}};
    on_sql(r, s, line);
    for (size_t i = 0; i + 5 <= s.n; i++) {
        if (!strchr("tcTCiI", s.p[i]) || !s.p[i]) continue;
        if (i > 0 && name_char(s.p[i - 1])) continue;
        for (size_t k = 0; k < countof(keys); k++) {
            size_t n = strlen(keys[k].word);
            if (!span_starts(span_rest(s, i), keys[k].word) || (i + n < s.n && name_char(s.p[i + n]))) continue;
            if (is_ticked(s, (struct span){s.p + i, n})) break; /* a value of that name */
            if (s.p[i] == 'T' && s.p[i + 1] == 'A') break;      /* SQL in capitals: seen above */
            if (s.p[i] == 'C' && s.p[i + 1] == 'O') break;
            if (keys[k].column) i = on_column(r, s, i, n, line) - 1;
            else on_table(r, s, i, n, line);
            break;
        }
    }
    on_dotted(r, s, line);
}
