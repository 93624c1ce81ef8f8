/* Every ticket over every codebase: the plan validates, passes the checks, says nothing that would fit any plan, covers
 * each labelled requirement, and names no path that is neither in the tree nor made by it. */
#include "unit/planner_matrix.h"
#include "unit/check_main.h"

static int failures;
#define EXPECT(cond, codebase, ticket, ...)                                                                            \
    do {                                                                                                               \
        if (cond) break;                                                                                               \
        failures++;                                                                                                    \
        printf("%s, %s: ", (codebase), (ticket));                                                                      \
        printf(__VA_ARGS__);                                                                                           \
        printf("\n");                                                                                                  \
    } while (0)

struct cell {
    const char *codebase, *ticket;
    struct world w;
};

static void cell_open(struct cell *c, size_t codebase, size_t ticket)
{
    c->codebase = matrix_codebases[codebase];
    c->ticket = matrix_tickets[ticket];
    world_open(&c->w, c->codebase);
    world_ticket_file(&c->w, c->ticket);
    world_plan(&c->w);
}

/* Runs one inspection over the whole matrix; what it finds wrong is printed in full before the test fails. */
static void over_the_matrix(void (*inspect)(struct cell *))
{
    failures = 0;
    for (size_t i = 0; i < MATRIX_CODEBASES; i++)
        for (size_t t = i % UNIT_SHARE; t < MATRIX_TICKETS; t += UNIT_SHARE) {
            struct cell c;
            cell_open(&c, i, t);
            inspect(&c);
            world_close(&c.w);
        }
    (void)fflush(stdout);
    ck_assert_msg(failures == 0, "%d findings, printed above", failures);
}

/* --- validity ----------------------------------------------------------------------------------------------------- */
static void validates(struct cell *c)
{
    struct check_result r;
    enum err_kind k = document_validate(&c->w.document, c->w.a, &c->w.e);
    EXPECT(k == ERR_OK, c->codebase, c->ticket, "does not validate: %s at %s", c->w.e.msg, c->w.e.at);
    world_check(&c->w, &r);
    for (size_t i = 0; i < r.findings.n; i++)
        EXPECT(r.findings.v[i].severity != SEVERITY_ERROR, c->codebase, c->ticket, "%s %s: %s", r.findings.v[i].rule,
               r.findings.v[i].anchor, r.findings.v[i].message);
}

START_TEST(every_plan_validates_without_errors)
{
    over_the_matrix(validates);
}
END_TEST

/* --- sections ----------------------------------------------------------------------------------------------------- */
/* What would fit any plan, or was not filled in. */
static const char *const filler[] = {
    "best practice",
    "industry standard",
    "robust and scalable",
    "as needed",
    "where appropriate",
    "if necessary",
    "as appropriate",
    "where applicable",
    "etc.",
    "and so on",
    "and more.",
    "leverage",
    "seamless",
    "cutting-edge",
    "state of the art",
    "state-of-the-art",
    "ensure high quality",
    "high-quality",
    "follow coding standards",
    "write clean code",
    "clean and maintainable",
    "make sure everything",
    "works as expected",
    "works correctly",
    "in a timely manner",
    "proper error handling",
    "thoroughly test",
    "comprehensive",
    "holistic",
    "synerg",
    "TBD",
    "TODO",
    "FIXME",
    "to be defined",
    "to be determined",
    "lorem ipsum",
    "placeholder",
    "(null)",
    "fill in",
};

/* "{name}" that a template left behind; what the ticket itself writes so is its own. */
static const char *unfilled(struct cell *c, const char *markdown)
{
    for (const char *p = markdown; (p = strchr(p, '{')) != NULL; p++) {
        size_t n = strspn(p + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_*#/");
        char *found = p[n + 1] == '}' && n > 1 ? arena_dup_n(c->w.a, p, n + 2) : NULL;
        if (found && !strstr(c->w.brief.ticket.body, found)) return found;
    }
    return NULL;
}

static size_t words_of_text(const char *s)
{
    return s ? sentence_words(s, strlen(s)) : 0;
}

/* A heading followed by the next one; NULL: every section has something in it. */
static const char *empty_heading(struct cell *c, const char *markdown)
{
    const char *last = NULL;
    for (const char *p = markdown, *next; *p; p = next) {
        size_t n = strcspn(p, "\n");
        next = p + n + (p[n] != '\0');
        if (n == 0 || strncmp(p, "<!--", 4) == 0) continue;
        if (strncmp(p, "## ", 3) != 0 && strncmp(p, "### ", 4) != 0) last = NULL;
        else if (last && strncmp(last, p, strspn(p, "#")) == 0) return arena_dup_n(c->w.a, last, strcspn(last, "\n"));
        else last = p;
    }
    return last ? arena_dup_n(c->w.a, last, strcspn(last, "\n")) : NULL;
}

static void sections_have_something(struct cell *c)
{
    struct buf b = BUF_INIT(BUF_MAX_DEFAULT);
    const struct document *d = &c->w.document;
    const char *id, *left, *heading;
    for (size_t i = 0; (id = section_id(i)) != NULL; i++)
        EXPECT(!section_waiver(d, id) || words_of_text(section_waiver(d, id)) >= 3, c->codebase, c->ticket,
               "section %s does not say why it is empty", id);
    for (size_t p = 0; p < d->phases.n; p++)
        for (size_t i = 0; i < d->phases.v[p].steps.n; i++)
            EXPECT(words_of_text(d->phases.v[p].steps.v[i].text) >= 5, c->codebase, c->ticket,
                   "%s says nothing: \"%s\"", d->phases.v[p].steps.v[i].id, d->phases.v[p].steps.v[i].text);
    matrix_markdown(&c->w, c->codebase, c->ticket, &b);
    heading = empty_heading(c, buf_cstr(&b));
    EXPECT(!heading, c->codebase, c->ticket, "nothing below \"%s\"", heading);
    for (size_t i = 0; i < sizeof filler / sizeof filler[0]; i++)
        EXPECT(!strstr(buf_cstr(&b), filler[i]), c->codebase, c->ticket, "the plan says \"%s\"", filler[i]);
    left = unfilled(c, buf_cstr(&b));
    EXPECT(!left, c->codebase, c->ticket, "%s was not filled in", left);
    buf_release(&b);
}

START_TEST(no_section_is_empty_or_filler)
{
    over_the_matrix(sections_have_something);
}
END_TEST

/* --- labelled requirements ---------------------------------------------------------------------------------------- */
static bool has_words(const char *text, const char *words)
{
    while (*words) {
        char word[80];
        size_t n = strcspn(words, " ");
        snprintf(word, sizeof word, "%.*s", (int)n, words);
        if (!strcasestr(text, word)) return false;
        words += n + strspn(words + n, " ");
    }
    return true;
}

static const struct requirement *labelled(const struct document *d, long line, const char *words)
{
    for (size_t i = 0; i < d->requirements.n; i++)
        if (d->requirements.v[i].line == line && has_words(d->requirements.v[i].text, words))
            return &d->requirements.v[i];
    return NULL;
}

/* A phase covers it, and one of its steps, files or scenarios speaks of it. */
static bool covered(const struct document *d, const char *id)
{
    for (size_t p = 0; p < d->phases.n; p++)
        for (size_t i = 0; i < d->phases.v[p].requirements.n; i++)
            if (strcmp(d->phases.v[p].requirements.v[i], id) == 0) return true;
    return false;
}

static bool spoken_of(const struct document *d, const char *id)
{
    size_t n = strlen(id);
    for (size_t p = 0; p < d->phases.n; p++)
        for (size_t i = 0; i < d->phases.v[p].steps.n; i++)
            for (const char *at = d->phases.v[p].steps.v[i].text; at && (at = strstr(at, id)) != NULL; at += n)
                if (at[n] < '0' || at[n] > '9') return true;
    return false;
}

static void labels_are_covered(struct cell *c)
{
    const struct document *d = &c->w.document;
    size_t stem = strcspn(c->ticket, ".");
    const char *p =
        world_file(&c->w, arena_fmt(c->w.a, "%s/tests/tickets/%.*s.labels", SOURCE_DIR, (int)stem, c->ticket));
    size_t labels = 0;
    for (; *p; p += strcspn(p, "\n") + 1, labels++) {
        char *words, *line = arena_dup_n(c->w.a, p, strcspn(p, "\n"));
        long number = strtol(line, &words, 10);
        const struct requirement *r = labelled(d, number, words + strspn(words, " "));
        EXPECT(r, c->codebase, c->ticket, "no requirement for \"%s\"", line);
        if (!r) continue;
        EXPECT(covered(d, r->id), c->codebase, c->ticket, "%s (%s) is in no phase", r->id, line);
        EXPECT(spoken_of(d, r->id), c->codebase, c->ticket, "%s (%s) is in no step", r->id, line);
    }
    ck_assert_uint_gt(labels, 0);
}

START_TEST(every_labelled_requirement_is_covered)
{
    over_the_matrix(labels_are_covered);
}
END_TEST

/* --- paths -------------------------------------------------------------------------------------------------------- */
static const char *const endings[] = {"py",   "js",   "jsx", "ts",     "tsx", "go",  "c",    "h",
                                      "rs",   "java", "rb",  "erb",    "sql", "md",  "yml",  "yaml",
                                      "toml", "json", "tf",  "tfvars", "txt", "css", "html", "sh",
                                      "mod",  "lock", "cfg", "ini",    "xml", "php", "rst",  "zip"};
static const char *const products[] = {"Node.js", "Next.js", "Vue.js", "node.js"};

static bool file_ending(const char *token)
{
    const char *dot = strrchr(token, '.');
    for (size_t i = 0; i < sizeof products / sizeof products[0]; i++)
        if (strcmp(token, products[i]) == 0) return false;
    for (size_t i = 0; dot && dot != token && i < sizeof endings / sizeof endings[0]; i++)
        if (strcmp(dot + 1, endings[i]) == 0) return dot[-1] != '/' && dot[-1] != '.';
    return false;
}

/* a is b, its end after a slash, or a folder on its way. */
static bool part_of(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    if (n > m) return false;
    if (n == m) return strcmp(a, b) == 0;
    return (strncmp(a, b, n) == 0 && b[n] == '/') || (b[m - n - 1] == '/' && strcmp(b + m - n, a) == 0);
}

static bool in_tree_or_made(struct cell *c, const char *token)
{
    const struct document *d = &c->w.document;
    struct tree_files files = tree_files(c->w.codebase.tree);
    for (size_t i = 0; i < files.n; i++)
        if (part_of(token, files.v[i].path)) return true;
    for (size_t p = 0; p < d->phases.n; p++)
        for (size_t s = 0; s < d->phases.v[p].steps.n; s++)
            for (size_t f = 0; f < d->phases.v[p].steps.v[s].files.n; f++)
                if (part_of(token, d->phases.v[p].steps.v[s].files.v[f].path)) return true;
    return false;
}

/* Its first folder is one of the tree. */
static bool rooted(struct cell *c, const char *token)
{
    size_t n = strcspn(token, "/");
    return token[n] == '/' && n > 0 && tree_is_dir(c->w.codebase.tree, arena_dup_n(c->w.a, token, n));
}

static void look_at_token(struct cell *c, char *token)
{
    size_t n = strlen(token), colon;
    while (n && strchr(".:!?/", token[n - 1])) token[--n] = '\0';
    if (strncmp(token, "./", 2) == 0) token += 2;
    if (strstr(token, "://") || token[0] == '/' || strpbrk(token, "*<>{}$@%")) return;
    colon = strcspn(token, ":#");
    token[colon] = '\0';
    if (!file_ending(token) && !rooted(c, token)) return;
    if (strstr(c->w.brief.ticket.body, token) || strstr(c->w.brief.ticket.title, token)) return;
    EXPECT(in_tree_or_made(c, token), c->codebase, c->ticket, "%s is neither in the tree nor made by the plan", token);
}

static void paths_are_real(struct cell *c)
{
    static const char *const separators = " \n\t`\"'()[]|,;=\\&";
    struct buf b = BUF_INIT(BUF_MAX_DEFAULT);
    document_markdown(&c->w.document, NULL, &b);
    for (const char *p = buf_cstr(&b); *p;) {
        size_t n;
        p += strspn(p, separators);
        n = strcspn(p, separators);
        if (n > 2) look_at_token(c, arena_dup_n(c->w.a, p, n));
        p += n;
    }
    buf_release(&b);
}

START_TEST(every_path_is_in_the_tree_or_made_by_the_plan)
{
    over_the_matrix(paths_are_real);
}
END_TEST

UNIT_MAIN("planner_matrix", {every_plan_validates_without_errors, no_section_is_empty_or_filler,
                             every_labelled_requirement_is_covered, every_path_is_in_the_tree_or_made_by_the_plan})
