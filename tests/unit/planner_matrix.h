/* The matrix of the planner's tests: every ticket below tests/tickets over every codebase below tests/codebases, and
 * the sentences of a rendered plan. With PLAND_PLANS=DIR in the environment the plans are written there to be read. */
#ifndef TESTS_PLANNER_MATRIX_H
#define TESTS_PLANNER_MATRIX_H

#include "unit/planner_world.h"

static const char *const matrix_codebases[] = {"python-api", "node-web",  "go-cli",   "c-lib",
                                               "rust-cli",   "java-shop", "ruby-web", "infra-terraform"};
/* Each has a file of labels: the line and a few words of every requirement. */
static const char *const matrix_tickets[] = {
    "sliding_sessions.md",  /* API with a change of the schema */
    "percent_login_bug.md", /* bug */
    "csv_export_jira.txt",  /* export, background work */
    "mail_rename.txt",      /* library, retries */
    "one_line.txt",         /* one line, user interface */
    "refactor_settings.md", /* refactoring */
    "upgrade_framework.md", /* upgrade */
    "slow_list.md",         /* performance, database */
    "dark_mode.md",         /* user interface */
    "api_tokens.md",        /* security */
    "order_events.md",      /* microservices */
    "log_retention.txt",    /* infrastructure */
    "handbook.md",          /* documentation */
    "machine_output.txt",   /* command line */
};
enum {
    MATRIX_CODEBASES = sizeof matrix_codebases / sizeof matrix_codebases[0],
    MATRIX_TICKETS = sizeof matrix_tickets / sizeof matrix_tickets[0]
};

static inline void matrix_markdown(const struct world *w, const char *codebase, const char *ticket, struct buf *b)
{
    const char *dir = getenv("PLAND_PLANS");
    FILE *f;
    document_markdown(&w->document, NULL, b);
    if (!dir) return;
    f = fopen(arena_fmt(w->a, "%s/%s--%.*s.md", dir, codebase, (int)strcspn(ticket, "."), ticket), "w");
    if (!f) return;
    (void)fputs(buf_cstr(b), f);
    (void)fclose(f);
}

/* --- sentences of Markdown ---------------------------------------------------------------------------------------- */
enum { SENTENCE_WORDS = 4 }; /* shorter ones are labels, headings and cells of tables */
typedef LIST(const char *) sentence_list;

static inline size_t sentence_words(const char *p, size_t n)
{
    size_t words = 0;
    for (size_t i = 0; i < n; i++) words += p[i] != ' ' && (i == 0 || p[i - 1] == ' ');
    return words;
}

/* Without the marks of lists, headings and numbers ("1.2 ", "3. ") before it. */
static inline void sentence_add(struct arena *a, sentence_list *l, const char *p, size_t n)
{
    const char **slot;
    size_t number;
    while (n && strchr(" -*#>|", *p)) p++, n--;
    number = strspn(p, "0123456789.");
    if (number < n && p[number] == ' ') p += number + 1, n -= number + 1;
    while (n && strchr(" .;", p[n - 1])) n--;
    if (sentence_words(p, n) < SENTENCE_WORDS) return;
    slot = arena_push(a, l, sizeof *slot);
    ck_assert_ptr_nonnull(slot);
    *slot = arena_dup_n(a, p, n);
}

/* One line: the cells of a table, or prose cut after ". ", "? ", "! " and "; " outside of backticks. */
static inline void sentences_of_line(struct arena *a, sentence_list *l, const char *p, size_t n)
{
    bool row = n && *p == '|', code = false;
    const char *comment = memmem(p, n, "<!--", 4);
    size_t from = 0;
    if (comment) n = (size_t)(comment - p);
    for (size_t i = 0; i < n; i++) {
        bool end = row ? p[i] == '|' : i + 1 < n && p[i + 1] == ' ' && strchr(".?!;", p[i]);
        if (p[i] == '`') code = !code;
        if (!end || code) continue;
        sentence_add(a, l, p + from, i - from + !row);
        from = i + 1;
    }
    sentence_add(a, l, p + from, n - from);
}

/* Everything a reader reads: without fenced code, comments and the lines of dashes in tables. */
static inline void sentences_of(struct arena *a, const char *markdown, sentence_list *ret)
{
    bool fence = false;
    memset(ret, 0, sizeof *ret);
    for (const char *p = markdown, *next; *p; p = next) {
        size_t n = strcspn(p, "\n"), blank = strspn(p, " ");
        next = p + n + (p[n] != '\0');
        if (strncmp(p + blank, "```", 3) == 0) {
            fence = !fence;
            continue;
        }
        if (fence || strncmp(p + blank, "<", 1) == 0 || strncmp(p, "|---", 4) == 0) continue;
        sentences_of_line(a, ret, p, n);
    }
}

static inline int sentence_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

#endif
