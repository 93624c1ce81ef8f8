/* How much of the code has to be covered by tests, and which tool says so. */
#include "survey/inner.h"

#include <ctype.h>
#include <string.h>

#define FILE_MAX ((size_t)256 << 10)

struct threshold {
    const char *pattern;     /* of the file */
    const char *tool, *mark; /* mark: what shows that the tool measures */
    const char *number;      /* what stands before the minimum; NULL: the tool has none here */
};
static const struct threshold rows[] = {
    {"pyproject.toml", "pytest-cov", "--cov-fail-under", "--cov-fail-under"},
    {"pyproject.toml", "coverage", "fail_under", "fail_under"},
    {"pyproject.toml", "coverage", "[tool.coverage.", NULL},
    {"pyproject.toml", "pytest-cov", "--cov", NULL},
    {"setup.cfg", "pytest-cov", "--cov-fail-under", "--cov-fail-under"},
    {"setup.cfg", "coverage", "fail_under", "fail_under"},
    {"setup.cfg", "pytest-cov", "--cov", NULL},
    {"pytest.ini", "pytest-cov", "--cov-fail-under", "--cov-fail-under"},
    {"pytest.ini", "pytest-cov", "--cov", NULL},
    {"tox.ini", "pytest-cov", "--cov-fail-under", "--cov-fail-under"},
    {"tox.ini", "coverage", "fail-under", "fail-under"},
    {".coveragerc", "coverage", "fail_under", "fail_under"},
    {".coveragerc", "coverage", "[run]", NULL},
    {"jest.config.*", "jest", "coverageThreshold", "lines"},
    {"vitest.config.*", "vitest", "thresholds", "lines"},
    {"vite.config.*", "vitest", "thresholds", "lines"},
    {"vitest.config.*", "vitest", "coverage:", NULL},
    {"vite.config.*", "vitest", "coverage:", NULL},
    {"karma.conf.js", "karma", "check:", "lines"},
    {"karma.conf.js", "karma", "check:", "statements"},
    {"karma.conf.js", "karma", "thresholds", "lines"},
    {".luacov", "luacov", "", NULL},
    {".taprc", "tap", "coverage", NULL},
    {"bunfig.toml", "bun test", "coverageThreshold", "coverageThreshold"},
    {".nycrc", "nyc", "lines", "lines"},
    {".nycrc.json", "nyc", "lines", "lines"},
    {".c8rc.json", "c8", "lines", "lines"},
    {"build.gradle", "jacoco", "minimum", "minimum"},
    {"build.gradle.kts", "jacoco", "minimum", "minimum"},
    {"build.gradle.kts", "kover", "minBound", "minBound"},
    {"build.gradle.kts", "jacoco", "jacoco", NULL},
    {"build.gradle", "jacoco", "jacoco", NULL},
    {"build.gradle.kts", "kover", "kover", NULL},
    {"build.sbt", "scoverage", "coverageMinimumStmtTotal", "coverageMinimumStmtTotal"},
    {"build.sbt", "scoverage", "coverageEnabled", NULL},
    {"spec_helper.rb", "simplecov", "minimum_coverage", "minimum_coverage"},
    {"rails_helper.rb", "simplecov", "minimum_coverage", "minimum_coverage"},
    {"test_helper.rb", "simplecov", "minimum_coverage", "minimum_coverage"},
    {".simplecov", "simplecov", "minimum_coverage", "minimum_coverage"},
    {"spec_helper.rb", "simplecov", "SimpleCov.start", NULL},
    {"rails_helper.rb", "simplecov", "SimpleCov.start", NULL},
    {"test_helper.rb", "simplecov", "SimpleCov.start", NULL},
    {"coveralls.json", "excoveralls", "minimum_coverage", "minimum_coverage"},
    {"mix.exs", "excoveralls", "tool: ExCoveralls", NULL},
    {"phpunit.xml", "phpunit", "<coverage", NULL},
    {"phpunit.xml.dist", "phpunit", "<coverage", NULL},
    {"*.csproj", "coverlet", "coverlet", NULL},
    {"Directory.Packages.props", "coverlet", "coverlet", NULL},
    {"codecov.yml", "codecov", "target:", "target:"},
    {".codecov.yml", "codecov", "target:", "target:"},
    {"Makefile", "go test", "-coverprofile", NULL},
    {"Makefile", "gcovr", "gcovr", "--fail-under-line"},
    {"Makefile", "gcovr", "gcovr ", NULL},
    {"CMakeLists.txt", "gcovr", "gcovr", "--fail-under-line"},
    {".lcovrc", "lcov", "", NULL},
    {"gcovr.cfg", "gcovr", "fail-under-line", "fail-under-line"},
    {"tarpaulin.toml", "tarpaulin", "fail-under", "fail-under"},
    {"nyc.config.js", "nyc", "lines", "lines"},
    {"jest.config.*", "jest", "collectCoverage", NULL},
    {"Makefile", "pytest-cov", "--cov-fail-under", "--cov-fail-under"},
    {".testcoverage.yml", "go-test-coverage", "threshold", "total:"},
};

/* "= 85", ": 85,", " 0.80": in percent. 0: no number. Not strtod(3): what a comma is depends on the locale. */
static int64_t percent(const char *p)
{
    int64_t whole = 0, part = 0;
    p += strspn(p, " \t=:(\"'");
    if (!isdigit((unsigned char)*p)) return 0;
    while (isdigit((unsigned char)*p) && whole < 1000) whole = whole * 10 + (*p++ - '0');
    if (*p == '.' && whole <= 1) {
        part = isdigit((unsigned char)p[1]) ? (p[1] - '0') * 10 : 0;
        if (part && isdigit((unsigned char)p[2])) part += p[2] - '0';
        return whole * 100 + part;
    }
    return whole <= 100 ? whole : 0;
}

static void look(struct scan *c, const struct threshold *row, const char *path, const char *text)
{
    const char *at = strstr(text, row->mark), *number = at && row->number ? strstr(at, row->number) : NULL;
    int64_t least = number ? percent(number + strlen(row->number)) : 0;
    if (!at || (row->number && !least)) return;
    scan_coverage(c, row->tool, least, path, line_of(text, number ? number : at));
}

/* Coverage that only a command line asks for. */
struct measure {
    const char *words, *also, *tool, *number; /* also: anywhere behind the words, or NULL */
};
static const struct measure measures[] = {
    {"--cov-fail-under", NULL, "pytest-cov", "--cov-fail-under"},
    {"-coverprofile", NULL, "go test", NULL},
    {"go test", " -cover", "go test", NULL},
    {"gcovr ", NULL, "gcovr", "--fail-under-line"},
    {"cargo llvm-cov", NULL, "cargo-llvm-cov", "--fail-under-lines"},
    {"cargo tarpaulin", NULL, "tarpaulin", "--fail-under"},
    {"XPlat Code Coverage", NULL, "coverlet", NULL},
    {"CollectCoverage=true", NULL, "coverlet", NULL},
    {"jacocoTestCoverageVerification", NULL, "jacoco", NULL},
    {"coverage report", NULL, "coverage", "--fail-under"},
    {"coverage run", NULL, "coverage", NULL},
    {"nyc ", NULL, "nyc", "--lines"},
    {"c8 ", NULL, "c8", "--lines"},
    {"jest", "--coverage", "jest", NULL},
    {"react-scripts test", "--coverage", "jest", NULL},
    {"vitest", "--coverage", "vitest", NULL},
    {"pytest", "--cov", "pytest-cov", NULL},
    {"flutter test", "--coverage", "flutter test", NULL},
    {"bun test", "--coverage", "bun test", NULL},
    {"swift test", "--enable-code-coverage", "swift test", NULL},
    {"deno coverage", NULL, "deno", NULL},
    {"phpunit", "--coverage-", "phpunit", NULL},
    {"mix coveralls", NULL, "excoveralls", NULL},
};

static void look_commands(struct scan *c, const char *text, const char *path, int64_t line)
{
    for (size_t i = 0; i < countof(measures) && text; i++) {
        const char *at = strstr(text, measures[i].words);
        if (at && measures[i].also && !strstr(at, measures[i].also)) continue;
        const char *number = at && measures[i].number ? strstr(at, measures[i].number) : NULL;
        if (at)
            scan_coverage(c, measures[i].tool, number ? percent(number + strlen(measures[i].number)) : 0, path, line);
    }
}

/* pytest-cov measures with coverage: its minimum is the other's. */
static void merge_python(struct scan *c)
{
    size_t plain = c->s->coverage.n, cov = c->s->coverage.n, keep = 0;
    bool uses = find_dependency(c->s, "pypi", "pytest-cov") != NULL;
    for (size_t i = 0; i < c->s->coverage.n; i++) {
        if (is(c->s->coverage.v[i].tool, "coverage")) plain = i;
        if (is(c->s->coverage.v[i].tool, "pytest-cov")) cov = i;
    }
    if (plain == c->s->coverage.n || (cov == c->s->coverage.n && !uses)) return;
    if (cov == c->s->coverage.n) {
        c->s->coverage.v[plain].tool = "pytest-cov";
        return;
    }
    if (!c->s->coverage.v[cov].minimum) {
        c->s->coverage.v[cov] = c->s->coverage.v[plain];
        c->s->coverage.v[cov].tool = "pytest-cov";
    }
    for (size_t i = 0; i < c->s->coverage.n; i++)
        if (i != plain) c->s->coverage.v[keep++] = c->s->coverage.v[i];
    c->s->coverage.n = keep;
}

void detect_coverage(struct scan *c)
{
    auto_buf text = BUF_INIT(FILE_MAX + 1);
    struct patterns names;
    if (!patterns_make(&names, c->a, rows, countof(rows), sizeof rows[0])) return;
    for (size_t i = 0; i < c->files.n && !c->failed; i++) {
        const struct scan_file *f = &c->files.v[i];
        int r = patterns_next(&names, f->f->path, 0);
        if (r < 0 || f->foreign || f->fixture || f->aside || path_depth(f->f->path) > 3) continue;
        if (!scan_read(c, f->f, FILE_MAX, false, &text)) continue;
        for (; r >= 0; r = patterns_next(&names, f->f->path, r + 1)) look(c, &rows[r], f->f->path, buf_cstr(&text));
    }
    merge_python(c);
    for (size_t i = 0; i < c->s->commands.n; i++)
        look_commands(c, c->s->commands.v[i].what, c->s->commands.v[i].path, c->s->commands.v[i].line);
    for (size_t i = 0; i < c->s->ci.n; i++)
        for (size_t j = 0; j < c->s->ci.v[i].commands.n; j++)
            look_commands(c, c->s->ci.v[i].commands.v[j].text, c->s->ci.v[i].path, c->s->ci.v[i].commands.v[j].line);
}
