/* Extraction measured against tickets labelled by hand (tests/tickets/labelled): precision and recall by kind of fact,
 * micro-averaged over the tickets 001-064 (tuning), 065-088 (written later) and all. PLAND_VERBOSE=1 lists every miss
 * and false find, PLAND_VERBOSE=001-064 and =065-088 those of one group. */
#include "pland/planner/extract.h"

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "unit/check_main.h"

enum { TICKETS = 88, LAST_OLD = 64, MAX_FACTS = 512, TEXT_MAX = 65536 };
enum fact_kind {
    REQUIREMENTS,
    ENDPOINTS,
    FILES,
    TABLES,
    LIMITS,
    OUT_OF_SCOPE,
    OPTIONAL,
    QUESTIONS,
    DEADLINE,
    PEOPLE,
    DAYS,
    FACT_KINDS
};
enum group { OLD, NEW, ALL, GROUPS };

static const struct {
    const char *name;
    double bar; /* of precision and of recall, in each group of tickets; 0: measured only */
} kinds[FACT_KINDS] = {
    [REQUIREMENTS] = {"requirements", 0.95}, [ENDPOINTS] = {"endpoints", 0.98}, [FILES] = {"files", 0.98},
    [TABLES] = {"tables", 0.98},             [LIMITS] = {"limits", 0.98},       [OUT_OF_SCOPE] = {"out_of_scope", 0},
    [OPTIONAL] = {"optional", 0},            [QUESTIONS] = {"questions", 0},    [DEADLINE] = {"deadline", 0},
    [PEOPLE] = {"people", 0},                [DAYS] = {"days", 0},
};
static const char *const groups[GROUPS] = {[OLD] = "001-064", [NEW] = "065-088", [ALL] = "all"};

/* One thing that a reader finds, made comparable. */
struct fact {
    int64_t line; /* -1: does not matter */
    char key[256], unit[64];
    const char *text; /* for requirements on one line and for reports */
    bool at_least, used;
};
struct facts {
    struct fact v[MAX_FACTS];
    size_t n;
};
struct score {
    size_t labelled, found, hit;
};
struct measure {
    struct score score[GROUPS][FACT_KINDS];
    const char *verbose;
};

static struct fact *fact_add(struct facts *f, int64_t line, const char *key)
{
    struct fact *one = &f->v[f->n];
    ck_assert_uint_lt(f->n, MAX_FACTS);
    *one = (struct fact){.line = line};
    (void)snprintf(one->key, sizeof one->key, "%s", key);
    f->n++;
    return one;
}

/* --- what the labels say ------------------------------------------------------------------------------------------ */
static const char *text_of(const json_t *v, const char *key)
{
    const char *s = json_string_value(json_object_get(v, key));
    return s ? s : "";
}

/* "10,000" → "10000", "seconds" → "s". */
static void without_commas(char *s)
{
    char *to = s;
    for (; *s; s++)
        if (*s != ',') *to++ = *s;
    *to = '\0';
}

static const char *const unit_synonyms[][8] = {
    {"s", "second", "seconds", "sec", "secs"}, {"min", "minute", "minutes", "mins"}, {"h", "hour", "hours"},
    {"ms", "millisecond", "milliseconds"},     {"px", "pixel", "pixels"},            {"%", "percent"},
    {"character", "characters", "chars"},      {"day", "days"},                      {"kb", "kilobytes"},
    {"mb", "megabytes"},                       {"gb", "gigabytes"},
};

static const char *plain_word(const char *word, size_t n)
{
    for (size_t i = 0; i < sizeof unit_synonyms / sizeof unit_synonyms[0]; i++)
        for (size_t k = 0; k < 8 && unit_synonyms[i][k]; k++)
            if (strlen(unit_synonyms[i][k]) == n && strncasecmp(unit_synonyms[i][k], word, n) == 0)
                return unit_synonyms[i][0];
    return NULL;
}

/* Words in lower case, "/" as "per", plurals and synonyms folded. */
static void plain_unit(const char *unit, char *ret, size_t size)
{
    size_t used = 0;
    for (ret[0] = '\0'; *unit && used + 1 < size;) {
        size_t n = strcspn(unit, " /");
        const char *known = plain_word(unit, n);
        int wrote = known ? snprintf(ret + used, size - used, "%s ", known)
                          : snprintf(ret + used, size - used, "%.*s ", (int)n, unit);
        used += (size_t)wrote < size - used ? (size_t)wrote : size - used - 1;
        unit += n;
        if (*unit == '/') used += (size_t)snprintf(ret + used, size - used, "per "), unit++;
        while (*unit == ' ') unit++;
        if (used >= size) used = size - 1;
    }
    while (used > 0 && ret[used - 1] == ' ') ret[--used] = '\0';
    for (char *p = ret; *p; p++)
        if (*p >= 'A' && *p <= 'Z') *p = (char)(*p + 32);
}

/* The labelled noun may be found with its adjective: "requests" in "failed requests". */
static bool same_unit(const char *label, const char *found)
{
    size_t n = strlen(label), m = strlen(found);
    if (strcmp(label, found) == 0) return true;
    return n > 0 && m > n && strcmp(found + m - n, label) == 0 && found[m - n - 1] == ' ';
}

static void label_lines(struct facts *f, const json_t *list)
{
    size_t i;
    json_t *v;
    json_array_foreach(list, i, v) (void)fact_add(f, json_integer_value(v), "");
}

static void label_one(struct facts *f, enum fact_kind kind, const json_t *v)
{
    char key[256];
    struct fact *one;
    int64_t line = json_integer_value(json_object_get(v, "line"));
    switch ((int)kind) {
    case REQUIREMENTS:
        one = fact_add(f, line, "");
        one->text = text_of(v, "text");
        return;
    case ENDPOINTS: (void)snprintf(key, sizeof key, "%s %s", text_of(v, "method"), text_of(v, "path")); break;
    case TABLES: (void)snprintf(key, sizeof key, "%s.%s", text_of(v, "table"), text_of(v, "column")); break;
    case FILES: (void)snprintf(key, sizeof key, "%s", json_string_value(v)); break;
    default:
        one = fact_add(f, line, text_of(v, "value"));
        without_commas(one->key);
        plain_unit(text_of(v, "unit"), one->unit, sizeof one->unit);
        one->at_least = strcmp(text_of(v, "bound"), "at_least") == 0;
        return;
    }
    (void)fact_add(f, -1, key);
}

static void labelled(const json_t *root, enum fact_kind kind, struct facts *ret)
{
    const json_t *v = json_object_get(root, kinds[kind].name);
    char number[32];
    json_t *one;
    size_t i;
    ret->n = 0;
    if (kind == OUT_OF_SCOPE || kind == QUESTIONS || kind == OPTIONAL) {
        label_lines(ret, v);
    } else if (json_is_array(v)) {
        json_array_foreach(v, i, one) label_one(ret, kind, one);
    } else if (json_is_string(v)) {
        (void)fact_add(ret, -1, json_string_value(v));
    } else if (json_is_integer(v)) {
        (void)snprintf(number, sizeof number, "%lld", (long long)json_integer_value(v));
        (void)fact_add(ret, -1, number);
    }
}

/* --- what was extracted ------------------------------------------------------------------------------------------- */
static void found_items(struct facts *f, const extract_items *l, bool by_line)
{
    for (size_t i = 0; i < l->n; i++)
        fact_add(f, by_line ? l->v[i].line : -1, by_line ? "" : l->v[i].text)->text = l->v[i].text;
}

/* A table alone counts only when none of its columns is named. */
static void found_tables(struct facts *f, const struct extract *x)
{
    char key[256];
    for (size_t i = 0; i < x->tables.n; i++) {
        const struct extract_table *t = &x->tables.v[i];
        bool more = false;
        for (size_t k = 0; k < x->tables.n && t->table && !t->column; k++)
            more = more || (x->tables.v[k].column && x->tables.v[k].table &&
                            strcasecmp(x->tables.v[k].table, t->table) == 0);
        if (more) continue;
        (void)snprintf(key, sizeof key, "%s.%s", t->table ? t->table : "", t->column ? t->column : "");
        (void)fact_add(f, -1, key);
    }
}

static void found_limits(struct facts *f, const struct extract *x)
{
    for (size_t i = 0; i < x->limits.n; i++) {
        const struct extract_limit *l = &x->limits.v[i];
        struct fact *one = fact_add(f, l->line, l->value);
        without_commas(one->key);
        plain_unit(l->unit, one->unit, sizeof one->unit);
        one->at_least = l->bound == BOUND_AT_LEAST;
        one->text = l->text;
    }
}

static void extracted(const struct extract *x, enum fact_kind kind, struct facts *ret)
{
    char key[256];
    int64_t number = kind == PEOPLE ? x->people : x->days;
    ret->n = 0;
    switch (kind) {
    case REQUIREMENTS: found_items(ret, &x->requirements, true); break;
    case OUT_OF_SCOPE: found_items(ret, &x->out_of_scope, true); break;
    case OPTIONAL: found_items(ret, &x->optional, true); break;
    case QUESTIONS: found_items(ret, &x->questions, true); break;
    case FILES:
        for (size_t i = 0; i < x->paths.n; i++)
            if (!x->paths.v[i].in_code) (void)fact_add(ret, -1, x->paths.v[i].text);
        break;
    case TABLES: found_tables(ret, x); break;
    case LIMITS: found_limits(ret, x); break;
    case ENDPOINTS:
        for (size_t i = 0; i < x->endpoints.n; i++) {
            const struct extract_endpoint *e = &x->endpoints.v[i];
            (void)snprintf(key, sizeof key, "%s %s", e->method ? e->method : "", e->path);
            (void)fact_add(ret, -1, key);
        }
        break;
    case DEADLINE:
        if (x->deadline) (void)fact_add(ret, -1, x->deadline);
        break;
    case PEOPLE:
    case DAYS:
        (void)snprintf(key, sizeof key, "%lld", (long long)number);
        if (number > 0) (void)fact_add(ret, -1, key);
        break;
    case FACT_KINDS: break;
    }
}

/* --- comparing ---------------------------------------------------------------------------------------------------- */
static size_t on_line(const struct facts *f, int64_t line)
{
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++) n += f->v[i].line == line;
    return n;
}

/* The share of a's words that occur in b, in thousandths. */
static int overlap(const char *a, const char *b)
{
    int words = 0, common = 0;
    while (*a) {
        size_t n = strcspn(a, " `,.;:()*_");
        char word[64];
        if (n > 0 && n < sizeof word) {
            (void)snprintf(word, sizeof word, "%.*s", (int)n, a);
            words++;
            common += strcasestr(b, word) != NULL;
        }
        a += n + (a[n] != '\0');
    }
    return words ? common * 1000 / words : 0;
}

/* Does the found fact satisfy the label? 0: no; higher is better. */
static int fit(enum fact_kind kind, const struct facts *labels, const struct fact *label, const struct facts *finds,
               const struct fact *find)
{
    int common;
    if (label->line != find->line || strcasecmp(label->key, find->key) != 0) return 0;
    if (kind == LIMITS) return same_unit(label->unit, find->unit) && label->at_least == find->at_least;
    if (kind != REQUIREMENTS) return 1;
    if (on_line(labels, label->line) == 1 && on_line(finds, label->line) == 1) return 1;
    common = overlap(label->text, find->text);
    return common >= 500 ? common : 0;
}

static enum group group_of(int number)
{
    return number <= LAST_OLD ? OLD : NEW;
}

static void report(const struct measure *m, int number, enum fact_kind kind, const char *what, const struct fact *f)
{
    const char *group = groups[group_of(number)];
    if (m->verbose && (strcmp(m->verbose, "1") == 0 || strcmp(m->verbose, group) == 0))
        (void)printf("%03d %s %s: line %lld: %s %s %s\n", number, what, kinds[kind].name, (long long)f->line, f->key,
                     f->unit, f->text ? f->text : "");
}

static void compare(struct measure *m, int number, enum fact_kind kind, struct facts *labels, struct facts *finds)
{
    struct score s = {.labelled = labels->n, .found = finds->n};
    for (size_t i = 0; i < labels->n; i++) {
        size_t best = finds->n;
        int best_fit = 0;
        for (size_t k = 0; k < finds->n; k++) {
            int now = finds->v[k].used ? 0 : fit(kind, labels, &labels->v[i], finds, &finds->v[k]);
            if (now > best_fit) best_fit = now, best = k;
        }
        if (best < finds->n) finds->v[best].used = true, s.hit++;
        else report(m, number, kind, "missed", &labels->v[i]);
    }
    for (size_t k = 0; k < finds->n; k++)
        if (!finds->v[k].used) report(m, number, kind, "wrong", &finds->v[k]);
    for (enum group g = group_of(number);; g = ALL) {
        m->score[g][kind].labelled += s.labelled;
        m->score[g][kind].found += s.found;
        m->score[g][kind].hit += s.hit;
        if (g == ALL) break;
    }
}

static size_t read_ticket(const char *stem, char *ret)
{
    static const char *const ends[] = {"md", "jira", "txt", "eml"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        char path[1024];
        FILE *f;
        size_t n;
        (void)snprintf(path, sizeof path, "%s.%s", stem, ends[i]);
        f = fopen(path, "rb");
        if (!f) continue;
        n = fread(ret, 1, TEXT_MAX, f);
        (void)fclose(f);
        return n;
    }
    ck_abort_msg("no ticket for %s", stem);
    return 0;
}

static void measure_ticket(struct measure *m, const char *stem, int number)
{
    static char text[TEXT_MAX];
    static struct facts labels, finds;
    char path[1024];
    size_t n = read_ticket(stem, text);
    struct arena *a = arena_new(0);
    struct extract x;
    struct err e = {0};
    json_error_t why;
    json_t *root;
    (void)snprintf(path, sizeof path, "%s.json", stem);
    root = json_load_file(path, 0, &why);
    ck_assert_msg(root != NULL, "%s: %s", path, why.text);
    ck_assert_int_eq(planner_extract(text_of(root, "title"), text, n, a, &x, &e), ERR_OK);
    for (enum fact_kind k = 0; k < FACT_KINDS; k++) {
        labelled(root, k, &labels);
        extracted(&x, k, &finds);
        compare(m, number, k, &labels, &finds);
    }
    json_decref(root);
    arena_free(a);
}

static double share(size_t part, size_t whole)
{
    return whole ? (double)part / (double)whole : 1.0;
}

static void print_scores(const struct measure *m)
{
    for (int g = 0; g < GROUPS; g++)
        for (int k = 0; k < FACT_KINDS; k++) {
            const struct score *s = &m->score[g][k];
            (void)printf("%-7s %-13s precision %.3f recall %.3f (%zu labelled, %zu found, %zu right)\n", groups[g],
                         kinds[k].name, share(s->hit, s->found), share(s->hit, s->labelled), s->labelled, s->found,
                         s->hit);
        }
    (void)fflush(stdout);
}

START_TEST(labelled_tickets_are_read_as_a_reader_would)
{
    static struct measure m;
    const char *dir = SOURCE_DIR "/tests/tickets/labelled";
    struct dirent **names;
    int n = scandir(dir, &names, NULL, alphasort), seen = 0;
    m.verbose = getenv("PLAND_VERBOSE");
    for (int i = 0; i < n; i++) {
        char stem[512];
        size_t len = strlen(names[i]->d_name);
        if (len > 5 && strcmp(names[i]->d_name + len - 5, ".json") == 0) {
            (void)snprintf(stem, sizeof stem, "%s/%.*s", dir, (int)len - 5, names[i]->d_name);
            measure_ticket(&m, stem, (int)strtol(names[i]->d_name, NULL, 10));
            seen++;
        }
        free(names[i]);
    }
    if (n >= 0) free(names);
    ck_assert_int_ge(seen, TICKETS);
    print_scores(&m);
    for (int g = 0; g < GROUPS; g++)
        for (int k = 0; k < FACT_KINDS; k++) {
            const struct score *s = &m.score[g][k];
            ck_assert_msg(share(s->hit, s->found) >= kinds[k].bar && share(s->hit, s->labelled) >= kinds[k].bar,
                          "%s of %s: below %.2f", kinds[k].name, groups[g], kinds[k].bar);
        }
}
END_TEST

UNIT_MAIN("planner_corpus", {labelled_tickets_are_read_as_a_reader_would})
