/* Command lines: cutting them, seeing through prefixes, and whether they exist in a codebase. */
#include "unit/check_main.h"
#include "unit/survey_fixture.h"

#include "survey/shell.h"

static void expect_cut(const char *line, const char *joined)
{
    struct shell_line cut;
    auto_buf b = BUF_INIT(10000);
    auto_arena a = arena_new(0);
    shell_cut(line, a, &cut);
    for (size_t i = 0; i < cut.parts.n; i++) {
        buf_str(&b, i ? " | " : "");
        for (size_t j = 0; j < cut.parts.v[i].words.n; j++)
            buf_fmt(&b, "%s[%s]", j ? " " : "", cut.parts.v[i].words.v[j]);
    }
    ck_assert_msg(strcmp(buf_cstr(&b), joined) == 0, "%s: %s", line, buf_cstr(&b));
}

START_TEST(lines_are_cut_as_a_shell_would)
{
    expect_cut("make test", "[make] [test]");
    expect_cut("  a  'b c' \"d \\\" e\" f\\ g ", "[a] [b c] [d \" e] [f g]");
    expect_cut("a && b || c; d | e & f\ng", "[a] | [b] | [c] | [d] | [e] | [f] | [g]");
    expect_cut("a >out 2>&1 <in b", "[a] [b]");
    expect_cut("a &> log && b", "[a] | [b]");
    expect_cut("echo $(date && true) `x y`z", "[echo] [$(date && true)] [`x y`z]");
    expect_cut("(cd x; make)", "[cd] [x] | [make]");
    expect_cut("# only a comment", "");
    expect_cut("a # words", "[a] [#] [words]");
    expect_cut("a 'unbalanced", "[a] [unbalanced]");
    expect_cut("x $(never ends", "[x] [$(never ends]");
    expect_cut("", "");
    expect_cut("a \\\n b", "[a] [b]");
    expect_cut("a ''", "[a] []");
}
END_TEST

struct row { const char *line; enum command_status status; const char *names; /* command found or suggested */ };

static void expect_rows(const char *codebase, const struct row *rows, size_t n)
{
    struct surveyed d;
    survey_codebase(&d, codebase);
    for (size_t i = 0; i < n; i++) {
        struct command_ref ref;
        enum command_status status = survey_command_known(&d.survey, d.tree, NULL, rows[i].line, d.arena, &ref);
        const char *name = ref.command ? ref.command->name : ref.suggestion;
        ck_assert_msg(status == rows[i].status, "%s: %s", rows[i].line, command_status_names[status]);
        ck_assert_msg(!rows[i].names || (name && strcmp(name, rows[i].names) == 0), "%s: %s", rows[i].line,
                      name ? name : "(none)");
        ck_assert(status == COMMAND_KNOWN || ref.part);
    }
    surveyed_close(&d);
}

START_TEST(python_commands)
{
    static const struct row rows[] = {
        { "make test", COMMAND_KNOWN, "make test" },
        { "make -j4 lint test VERBOSE=1", COMMAND_KNOWN, "make test" },
        { "make", COMMAND_KNOWN, NULL },
        { "make tset", COMMAND_UNKNOWN, "make test" },
        { "make test nope", COMMAND_UNKNOWN, NULL },
        { "pytest tests/test_new.py::test_x -k 'a and b'", COMMAND_KNOWN, "pytest" },
        { "python -m pytest -q", COMMAND_KNOWN, "pytest" },
        { "poetry run pytest", COMMAND_KNOWN, "pytest" },
        { "DATABASE_URL=sqlite:// CI=1 alembic upgrade head", COMMAND_KNOWN, "alembic upgrade head" },
        { "env A=b time alembic downgrade -1", COMMAND_KNOWN, "alembic upgrade head" },
        { "ruff format --check .", COMMAND_KNOWN, "ruff format ." },
        { "ruff check . && mypy parcels", COMMAND_KNOWN, "ruff check ." },
        { "pytest && flake8", COMMAND_UNKNOWN, "pytest" },
        { "curl -fsS localhost:8000/health | jq .status", COMMAND_SYSTEM, NULL },
        { "docker compose up -d && make test", COMMAND_SYSTEM, NULL },
        { "psql \"$DATABASE_URL\" -c 'select 1'", COMMAND_SYSTEM, NULL },
        { "cd parcels && make test", COMMAND_KNOWN, "make test" },
        { "python parcels/admin.py AB1", COMMAND_KNOWN, NULL },
        { "python parcels/nope.py", COMMAND_UNKNOWN, NULL },
        { "python -c 'print(1)'", COMMAND_SYSTEM, NULL },
        { "./scripts/absent.sh", COMMAND_UNKNOWN, NULL },
        { "npm test", COMMAND_UNKNOWN, NULL },
        { "", COMMAND_UNKNOWN, NULL },
        { "frobnicate --all", COMMAND_UNKNOWN, NULL },
    };
    expect_rows("python-api", rows, countof(rows));
}
END_TEST

START_TEST(node_commands)
{
    static const struct row rows[] = {
        { "npm test", COMMAND_KNOWN, "npm test" },
        { "npm t", COMMAND_KNOWN, "npm test" },
        { "npm run test", COMMAND_KNOWN, "npm test" },
        { "npm test -- --grep due", COMMAND_KNOWN, "npm test" },
        { "yarn lint", COMMAND_KNOWN, "npm run lint" },
        { "pnpm run test:e2e", COMMAND_KNOWN, "npm run test:e2e" },
        { "npm run test:unit", COMMAND_UNKNOWN, NULL },
        { "npx vitest run test/due.test.js", COMMAND_KNOWN, "npx vitest run" },
        { "npx --yes knex migrate:rollback", COMMAND_KNOWN, "npx knex migrate:latest" },
        { "npm ci && npm run build", COMMAND_KNOWN, "npm ci" },
        { "npx tsc --noEmit", COMMAND_UNKNOWN, NULL },
        { "node src/server.js", COMMAND_KNOWN, NULL },
        { "node src/absent.js", COMMAND_UNKNOWN, NULL },
    };
    expect_rows("node-web", rows, countof(rows));
}
END_TEST

START_TEST(go_and_c_commands)
{
    static const struct row go[] = {
        { "go test -race ./internal/...", COMMAND_KNOWN, "go test ./..." },
        { "go -C . test ./...", COMMAND_UNKNOWN, NULL },
        { "go vet ./...", COMMAND_KNOWN, "go vet ./..." },
        { "go frob", COMMAND_UNKNOWN, NULL },
        { "make cover", COMMAND_KNOWN, "make cover" },
    };
    static const struct row c[] = {
        { "ctest --preset debug", COMMAND_KNOWN, "ctest --preset debug" },
        { "ctest --preset nope", COMMAND_UNKNOWN, "ctest --preset debug" },
        { "cmake --build --preset debug -j2", COMMAND_KNOWN, "cmake --build --preset debug" },
        { "cmake --build build/debug", COMMAND_KNOWN, "cmake --build build" },
        { "ctest --test-dir build -R ring", COMMAND_KNOWN, "ctest --test-dir build" },
        { "make test", COMMAND_UNKNOWN, NULL },
    };
    expect_rows("go-cli", go, countof(go));
    expect_rows("c-lib", c, countof(c));
}
END_TEST

START_TEST(names_from_elsewhere_count)
{
    static const char *const names[] = { "npm run test:new", "make bench" };
    const struct command_names extra = { names, countof(names) };
    struct surveyed d;
    struct command_ref ref;
    survey_codebase(&d, "node-web");
    ck_assert_int_eq(survey_command_known(&d.survey, d.tree, &extra, "CI=1 npm run test:new -- -x", d.arena, &ref),
                     COMMAND_KNOWN);
    ck_assert_int_eq(survey_command_known(&d.survey, d.tree, &extra, "make V=1 bench", d.arena, &ref), COMMAND_KNOWN);
    ck_assert_int_eq(survey_command_known(&d.survey, d.tree, &extra, "make other", d.arena, &ref), COMMAND_UNKNOWN);
    ck_assert(survey_command_is("cd web && npm run test:new -- -x", "yarn test:new"));
    ck_assert(!survey_command_is("npm run test:newer", "npm run test:new"));
    ck_assert(!survey_command_is("", "npm test"));
    surveyed_close(&d);
}
END_TEST

UNIT_MAIN("survey_commands", { lines_are_cut_as_a_shell_would, python_commands, node_commands, go_and_c_commands,
                               names_from_elsewhere_count })
