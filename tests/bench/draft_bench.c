/* Measures drafting without a model: CPU time from after the survey to the whole document, over a repository of 2,000
 * generated files and a ticket whose work fills twelve phases.
 *
 *     draft_bench [ROUNDS, 5]        # BENCH_BAR=150: fails above so many milliseconds; BENCH_TITLES=1: names the
 * phases */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "pland/planner/planner.h"

enum { FILES = 2000, CODEBASES = 3 };
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the patterns of names are a table above */

#define MUST(call)                                                                                                     \
    do {                                                                                                               \
        if ((call) != ERR_OK) {                                                                                        \
            (void)fprintf(stderr, "%s: %s %s\n", #call, e.msg, e.at);                                                  \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

/* One codebase: what it is about, where it keeps what, how a file begins and goes on. */
struct shape {
    const char *alias;
    size_t files;
    const char *things[8], *folders[8], *roles[8];
    const char *ext, *head, *body, *test;
};
static const char python_head[] = "\"\"\"The %s of a %s.\"\"\"\nfrom app.core import clock\n\n\n",
                  python_body[] = "class %s_%s:\n    def find(self, key):\n        return self.store.get(key)\n\n"
                                  "    def save(self, value):\n        value[\"changed_at\"] = clock.now()\n"
                                  "        return self.store.put(value)\n\n\ndef check_%s(value):\n"
                                  "    if not value:\n        raise ValueError(\"empty\")\n    return value\n",
                  script_head[] = "/* The %s of a %s. */\nimport { useState } from 'react';\n\n",
                  script_body[] = "export function %s_%s(props) {\n  const [open, setOpen] = useState(false);\n"
                                  "  return <section onClick={() => setOpen(!open)}>{props.title}</section>;\n}\n\n"
                                  "export const check_%s = (value) => Boolean(value);\n";
static const struct shape shapes[CODEBASES] = {
    {"api",
     1200,
     {"order", "invoice", "customer", "refund", "loan", "member", "price", "stock"},
     {"app/services", "app/store", "app/models", "app/api", "app/core", "app/jobs", "app/clients", "app/policies"},
     {"service", "repository", "model", "handler", "rules", "job", "client", "policy"},
     "py",
     python_head,
     python_body,
     "tests/%s/test_%s_%s_%zu.py"},
    {"web",
     500,
     {"customer", "settings", "order", "theme", "basket", "footer", "menu", "search"},
     {"client/pages", "client/components", "client/hooks", "client/styles", "server/routes", "client/forms",
      "client/layout", "client/state"},
     {"page", "card", "hook", "style", "route", "form", "layout", "state"},
     "jsx",
     script_head,
     script_body,
     "test/%s/%s_%s_%zu.test.jsx"},
    {"tools",
     300,
     {"tally", "report", "import", "export", "archive", "ledger", "digest", "audit"},
     {"cli/commands", "cli/output", "core/reports", "core/ledgers", "core/archives", "cli/options", "core/dates",
      "http/handlers"},
     {"command", "printer", "builder", "reader", "writer", "option", "range", "handler"},
     "py",
     python_head,
     python_body,
     "tests/%s/test_%s_%s_%zu.py"},
};

static void write_file(const char *root, const char *path, const char *text)
{
    char full[4096];
    FILE *f;
    (void)snprintf(full, sizeof full, "%s/%s", root, path);
    for (char *p = full + strlen(root) + 1; (p = strchr(p, '/')) != NULL; p++) {
        *p = '\0';
        (void)mkdir(full, 0755);
        *p = '/';
    }
    f = fopen(full, "w");
    if (!f || fputs(text, f) < 0 || fclose(f) != 0) {
        perror(full);
        exit(1);
    }
}

/* Files named for things and roles, tests for a tenth of them, migrations, a manifest. */
static void generate(const char *root, const struct shape *shape)
{
    char path[512], text[4096], pattern[64];
    (void)mkdir(root, 0755);
    (void)snprintf(pattern, sizeof pattern, "%%s/%%s_%%s_%%zu.%s", shape->ext);
    for (size_t i = 0; i < shape->files; i++) {
        const char *thing = shape->things[i % 8], *role = shape->roles[i / 8 % 8];
        (void)snprintf(path, sizeof path, i % 10 == 9 ? shape->test : pattern, shape->folders[i / 8 % 8], thing, role,
                       i / 64);
        (void)snprintf(text, sizeof text, shape->head, role, thing);
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), shape->body, thing, role, thing);
        write_file(root, path, text);
    }
    write_file(root, "README.md", "# Shop\n\nRun the tests with `make test`.\n");
    write_file(root, "Dockerfile", "FROM debian:12\nCOPY . /srv\n");
    if (strcmp(shape->alias, "web") == 0) {
        write_file(root, "package.json",
                   "{\"name\": \"web\", \"scripts\": {\"test\": \"vitest run\", \"lint\": "
                   "\"eslint .\"}, \"dependencies\": {\"react\": \"^18.3.1\"}, "
                   "\"devDependencies\": {\"vitest\": \"^1.6.0\"}}\n");
        return;
    }
    for (int i = 1; i <= 20; i++) {
        (void)snprintf(path, sizeof path, "migrations/versions/%04d_step_%d.py", i, i);
        (void)snprintf(text, sizeof text,
                       "from alembic import op\n\nrevision = \"%04d\"\n\n\ndef upgrade():\n    pass\n", i);
        write_file(root, path, text);
    }
    write_file(root, "alembic.ini", "[alembic]\nscript_location = migrations\n");
    write_file(root, "migrations/env.py", "from alembic import context\n");
    write_file(root, "app/config.py", "import os\n\nDATABASE_URL = os.environ[\"DATABASE_URL\"]\n");
    write_file(root, "Makefile", "test:\n\tpytest\n\nlint:\n\truff check\n\nmigrate:\n\talembic upgrade head\n");
    write_file(root, "pyproject.toml",
               "[project]\nname = \"shop\"\ndependencies = [\"fastapi>=0.110\", \"sqlalchemy>=2\", "
               "\"alembic>=1.13\"]\n[project.optional-dependencies]\ntest = [\"pytest>=8\"]\n");
}

/* Work in every layer, a renamed and a required column, limits, over three codebases. */
static const char ticket[] =
    "## Requirements\n\n"
    "- Rename the column `name` of the `customers` table to `full_name`\n"
    "- The column `email` of the `customers` table must be NOT NULL\n"
    "- The refund service of the app must refuse refunds above the invoice (`refund_service_1.py`)\n"
    "- Every order keeps the price at the time it was placed\n"
    "- A loan may be extended at most 2 times\n"
    "- Members with the role admin may cancel an order\n"
    "- `GET /customers/{id}` returns `full_name`\n"
    "- `POST /refunds` answers 201 and the refund\n"
    "- `GET /orders?page=2` returns at most 50 orders per page within 300 ms\n"
    "- `tally report --json` prints the report as JSON on the command line, exit status 0\n"
    "- The page of a customer shows the full name, and a button to cancel an order\n"
    "- The settings page has a switch for the dark theme\n"
    "- The basket in the client keeps its content for 30 days\n"
    "- The ledger reader of the core must sum the ledgers of a month (`ledger_reader_1.py`)\n"
    "- `GET /digest` in the digest handler must return the sum of a month (`digest_handler_0.py`)\n"
    "- All existing tests must pass, and an integration test covers a refund from order to payment\n"
    "- A metric counts refunds by outcome, with an alert on the dashboard\n"
    "- The README documents the new endpoints\n"
    "- The changelog has an entry\n\n"
    "## Acceptance criteria\n\n"
    "Given an order that was paid\nWhen a member refunds it\nThen the invoice is credited\n\n"
    "Given a refund that was made\nWhen it is made again\nThen the answer is 409\n\n"
    "## Out of scope\n\n- Vouchers\n\n## Timeline\n\nDeadline: 2027-01-29. We have 3 developers.\n";

static double cpu_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void step(const struct brief *b, enum step_kind kind, const char *subject, struct arena *a,
                 struct step_result *r)
{
    struct step_request q = {.kind = kind, .subject = subject};
    struct err e = {0};
    MUST(planner_offline(b, &q, a, r, &e));
}

/* Everything after the survey: reading, understanding, options, outline, phases, closing, document. */
static size_t draft(const struct brief *from, double *ret_ms, struct sha256 *ret_hash)
{
    struct arena *a = arena_new(0);
    struct brief b = *from;
    struct step_result r;
    struct understanding u;
    struct options options;
    struct outline o;
    struct document d;
    struct err e = {0};
    LIST(struct phase) phases = {0};
    double begin = cpu_ms();
    if (!a) exit(1);
    MUST(planner_read(&b, a, &e));
    step(&b, STEP_UNDERSTAND, NULL, a, &r);
    u = r.understanding;
    b.understanding = &u;
    step(&b, STEP_OPTIONS, NULL, a, &r);
    options = r.options;
    b.options = &options;
    b.chosen = options.recommended;
    step(&b, STEP_OUTLINE, NULL, a, &r);
    o = r.outline;
    b.outline = &o;
    for (size_t i = 0; i < o.phases.n; i++) {
        struct phase *p;
        step(&b, STEP_PHASE, o.phases.v[i].id, a, &r);
        p = arena_push(a, &phases, sizeof *p);
        if (!p) exit(1);
        *p = r.phase;
    }
    memcpy(&b.phases, &phases, sizeof phases);
    step(&b, STEP_CLOSING, NULL, a, &r);
    MUST(planner_assemble(&b, &r.closing, a, &d, &e));
    *ret_ms = cpu_ms() - begin;
    *ret_hash = document_hash(&d, &e);
    for (size_t i = 0; getenv("BENCH_TITLES") && i < phases.n; i++) (void)printf("P%zu %s\n", i + 1, phases.v[i].title);
    arena_free(a);
    return phases.n;
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 5;
    const char *bar = getenv("BENCH_BAR");
    char dir[] = "/tmp/draft_bench.XXXXXX", command[128];
    struct arena *a = arena_new(0);
    struct err e = {0};
    struct codebase code[CODEBASES] = {0};
    struct survey survey[CODEBASES] = {0};
    struct repo_roots *roots = NULL;
    struct brief b = {.created = "2026-11-24T10:00:00Z", .drafted_by = "offline", .next_section = 1};
    struct sha256 first = {0};
    double least = 1e9, sum = 0;
    size_t phases = 0;
    if (!a || !mkdtemp(dir)) return 1;
    MUST(repo_global_init(&e));
    MUST(repo_roots_new("/", &roots, &e));
    for (size_t c = 0; c < CODEBASES; c++) {
        struct repo_location at;
        const char *root = arena_fmt(a, "%s/%s", dir, shapes[c].alias);
        generate(root, &shapes[c]);
        MUST(repo_locate(roots, root, &at, &e));
        MUST(tree_open_folder(&at, NULL, &code[c].tree, &e));
        MUST(survey_run(code[c].tree, a, &survey[c], &e));
        code[c].survey = &survey[c];
        code[c].base =
            (struct base){.repository = shapes[c].alias, .alias = shapes[c].alias, .tree = tree_id(code[c].tree)};
    }
    b.codebases.v = code;
    b.codebases.n = CODEBASES;
    b.ticket.title = "Refunds, full names and a theme of one's own";
    b.ticket.body = ticket;
    for (int i = 0; i < rounds; i++) {
        struct sha256 h;
        double ms;
        phases = draft(&b, &ms, &h);
        if (i == 0) first = h;
        if (memcmp(h.b, first.b, sizeof h.b) != 0) return (void)fprintf(stderr, "round %d gave other bytes\n", i), 1;
        if (ms < least) least = ms;
        sum += ms;
    }
    (void)printf("%zu phases over %d files: least %.1f ms, mean %.1f ms of CPU after the survey\n", phases, FILES,
                 least, rounds ? sum / rounds : 0);
    for (size_t c = 0; c < CODEBASES; c++) tree_unref(code[c].tree);
    repo_roots_free(roots);
    arena_free(a);
    (void)snprintf(command, sizeof command, "rm -rf %s", dir);
    if (system(command) != 0) return 1;
    return bar && least > strtod(bar, NULL) ? 1 : 0;
}
