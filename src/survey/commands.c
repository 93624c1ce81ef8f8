/* Does a command line exist here? Seen through prefixes, cut into parts, each looked up in the inventory, the tree and
 * the table of system programs. */
#include "survey/inner.h"

#include <ctype.h>
#include <string.h>

#include "survey/implied.h"
#include "survey/shell.h"
#include "survey/words.h"

static const char *const builtins[] = {
    "cd",   "export", "set",   "unset", "source", ".",    ":",    "true", "false",
    "exit", "wait",   "pushd", "popd",  "then",   "fi",   "done", "else", "do",
    "eval", "trap",   "umask", "local", "return", "read", "{",    "}",    "shift",
};
static const char *const system_programs[] = {
    "curl",
    "wget",
    "psql",
    "pg_dump",
    "pg_restore",
    "pg_isready",
    "createdb",
    "dropdb",
    "mysql",
    "mysqldump",
    "sqlite3",
    "redis-cli",
    "mongosh",
    "docker",
    "docker-compose",
    "podman",
    "buildah",
    "kubectl",
    "helm",
    "kustomize",
    "terraform",
    "ansible-playbook",
    "aws",
    "gcloud",
    "az",
    "git",
    "gh",
    "glab",
    "systemctl",
    "journalctl",
    "service",
    "ssh",
    "scp",
    "rsync",
    "nc",
    "dig",
    "ping",
    "openssl",
    "gpg",
    "ls",
    "cat",
    "grep",
    "egrep",
    "rg",
    "find",
    "xargs",
    "sed",
    "awk",
    "jq",
    "yq",
    "diff",
    "cmp",
    "wc",
    "head",
    "tail",
    "sort",
    "uniq",
    "cut",
    "tr",
    "tee",
    "test",
    "[",
    "[[",
    "echo",
    "printf",
    "sleep",
    "timeout",
    "date",
    "mkdir",
    "rm",
    "cp",
    "mv",
    "ln",
    "chmod",
    "chown",
    "touch",
    "tar",
    "gzip",
    "gunzip",
    "zip",
    "unzip",
    "sha256sum",
    "md5sum",
    "stat",
    "file",
    "du",
    "df",
    "ps",
    "kill",
    "pgrep",
    "which",
    "command",
    "ab",
    "wrk",
    "hey",
    "k6",
    "vegeta",
    "oha",
    "siege",
    "locust",
    "perf",
    "strace",
    "valgrind",
    "gdb",
    "promtool",
    "logger",
    "crontab",
    "if",
    "for",
    "while",
    "!",
    "seq",
    "yes",
    "basename",
    "dirname",
    "realpath",
    "id",
    "whoami",
    "hostname",
    "uname",
    "apt-get",
    "apt",
    "pip",
    "pip3",
    "node",
    "python",
    "python3",
    "ruby",
    "php",
    "perl",
    "java",
    "bash",
    "sh",
    "trivy",
    "grype",
    "semgrep",
    "gitleaks",
    "shellcheck",
    "hadolint",
    "actionlint",
    "lighthouse",
    "ctags",
    "gcc",
    "cc",
    "clang",
    "ldd",
    "nm",
    "objdump",
    "readelf",
    "mktemp",
    "watch",
    "less",
};
static const char *const interpreters[] = {
    "bash", "sh", "python", "python3", "node", "ruby", "perl", "php", "tsx", "ts-node", "deno", "bun",
};

/* make: each target of the line has to exist. */
static bool make_targets_exist(const struct survey *s, const struct words *w, struct arena *a)
{
    static const char *const with_value[] = {"-C", "-f", "-j", "-o", "-W", "--directory", "--file"};
    for (size_t i = 1; i < w->n; i++) {
        bool found = false;
        if (word_in(with_value, countof(with_value), w->v[i]) && i + 1 < w->n &&
            (strcmp(w->v[i], "-j") != 0 || isdigit((unsigned char)w->v[i + 1][0])))
            i++;
        if (w->v[i][0] == '-' || word_is_assignment(w->v[i]) || isdigit((unsigned char)w->v[i][0]) ||
            strchr(w->v[i], '/'))
            continue;
        for (size_t j = 0; j < s->commands.n && !found; j++) {
            struct words m;
            words_of(s->commands.v[j].match, a, &m);
            found = m.n == 2 && strcmp(m.v[0], "make") == 0 && strcmp(m.v[1], w->v[i]) == 0;
        }
        if (!found) return false;
    }
    return true;
}

/* `--preset x` has to be one of the presets. */
static bool preset_exists(const struct survey *s, const struct words *w)
{
    for (size_t i = 1; i + 1 < w->n; i++) {
        bool found = strcmp(w->v[i], "--preset") != 0;
        for (size_t j = 0; j < s->commands.n && !found; j++) {
            const char *p = strstr(s->commands.v[j].name, "--preset ");
            found = p && strcmp(p + strlen("--preset "), w->v[i + 1]) == 0;
        }
        if (!found) return false;
    }
    return true;
}

static const struct survey_command *find_command(const struct survey *s, const struct words *w, struct arena *a)
{
    const struct survey_command *best = NULL;
    size_t most = 0;
    for (size_t i = 0; i < s->commands.n; i++) {
        struct words m;
        words_of(s->commands.v[i].match, a, &m);
        if (!words_match(&m, w) || (best && m.n <= most)) continue;
        best = &s->commands.v[i];
        most = m.n;
    }
    if (best && strcmp(w->v[0], "make") == 0 && !make_targets_exist(s, w, a)) return NULL;
    return best && preset_exists(s, w) ? best : NULL;
}

static bool file_exists(const struct tree *t, const char *word)
{
    char path[4200];
    struct err e;
    if (!t || tree_normalise(word, path, sizeof path, &e) != ERR_OK) return false;
    return tree_find(t, path) != NULL;
}

/* `./x.sh`, `bash x.sh`, `python tools/x.py`: a file of the tree. */
static bool runs_file(const struct tree *t, const struct words *w, bool *ret_names_file)
{
    size_t i = 1;
    *ret_names_file = strchr(w->v[0], '/') && w->v[0][0] != '/';
    if (*ret_names_file) return file_exists(t, w->v[0]);
    if (!word_in(interpreters, countof(interpreters), w->v[0])) return false;
    while (i < w->n && w->v[i][0] == '-' && strcmp(w->v[i], "-c") != 0 && strcmp(w->v[i], "-e") != 0) i++;
    *ret_names_file = i < w->n && w->v[i][0] != '-' && w->v[i][0] != '/' && strchr(w->v[i], '.');
    return *ret_names_file && file_exists(t, w->v[i]);
}

struct lookup {
    const struct survey *s;
    const struct tree *t;
    const struct command_names *extra;
    struct arena *a;
};

static bool is_extra(const struct lookup *l, const struct words *w)
{
    for (size_t i = 0; l->extra && i < l->extra->n; i++) {
        struct words m;
        words_of(l->extra->v[i], l->a, &m);
        if (words_match(&m, w)) return true;
    }
    return false;
}

static enum command_status part_status(const struct lookup *l, const struct words *w, const struct survey_command **ret)
{
    bool names_file = false;
    *ret = NULL;
    if (!w->n) return COMMAND_KNOWN;
    if (is_extra(l, w)) return COMMAND_KNOWN;
    *ret = find_command(l->s, w, l->a);
    if (!*ret && preset_exists(l->s, w)) *ret = implied_command(l->s, w, l->a);
    if (*ret) return COMMAND_KNOWN;
    if (word_in(builtins, countof(builtins), w->v[0])) return COMMAND_KNOWN;
    if (runs_file(l->t, w, &names_file)) return COMMAND_KNOWN;
    if (names_file && (l->t || strcmp(w->v[0], "make") == 0)) return COMMAND_UNKNOWN;
    if (strcmp(w->v[0], "make") == 0 && w->n == 1)
        for (size_t i = 0; i < l->s->manifests.n; i++)
            if (strcmp(l->s->manifests.v[i].kind, "make") == 0) return COMMAND_KNOWN;
    if (w->v[0][0] == '$' || w->v[0][0] == '/') return COMMAND_SYSTEM;
    return word_in(system_programs, countof(system_programs), w->v[0]) ? COMMAND_SYSTEM : COMMAND_UNKNOWN;
}

/* --- suggestions ------------------------------------------------------------------------------------------------ */
/* Pairs of neighbouring characters two texts share, in hundredths of all. */
static size_t likeness(const char *x, const char *y)
{
    size_t nx = strlen(x), ny = strlen(y), hits = 0;
    if (nx < 2 || ny < 2 || nx > 200 || ny > 200) return 0;
    for (size_t i = 0; i + 1 < nx; i++)
        for (size_t j = 0; j + 1 < ny; j++)
            if (x[i] == y[j] && x[i + 1] == y[j + 1]) {
                hits++;
                break;
            }
    return 200 * hits / (nx + ny - 2);
}

static const char *suggest(const struct survey *s, const char *part)
{
    const char *best = NULL;
    size_t most = 49;
    for (size_t i = 0; i < s->commands.n; i++) {
        size_t n = likeness(part, s->commands.v[i].name);
        if (n <= most) continue;
        most = n;
        best = s->commands.v[i].name;
    }
    return best;
}

static const char *join(struct arena *a, const struct shell_part *part)
{
    auto_buf b = BUF_INIT(4096);
    for (size_t i = 0; i < part->words.n; i++)
        buf_fmt(&b, "%s%s", i ? " " : "", part->words.v[i] ? part->words.v[i] : "");
    return arena_dup(a, buf_cstr(&b));
}

enum command_status survey_command_known(const struct survey *s, const struct tree *t,
                                         const struct command_names *extra, const char *line, struct arena *a,
                                         struct command_ref *ret)
{
    const struct lookup l = {.s = s, .t = t, .extra = extra, .a = a};
    enum command_status worst = COMMAND_KNOWN;
    struct shell_line cut;
    memset(ret, 0, sizeof *ret);
    shell_cut(line, a, &cut);
    if (!cut.parts.n) {
        ret->part = arena_dup(a, line);
        return COMMAND_UNKNOWN;
    }
    for (size_t i = 0; i < cut.parts.n; i++) {
        const struct survey_command *found;
        enum command_status status;
        struct words w;
        words_see(&cut.parts.v[i], &w);
        status = part_status(&l, &w, &found);
        if (found && !ret->command) ret->command = found;
        if (status <= worst && (i || status != worst)) continue;
        worst = status;
        ret->part = join(a, &cut.parts.v[i]);
    }
    if (worst == COMMAND_UNKNOWN && ret->part) ret->suggestion = suggest(s, ret->part);
    return worst;
}

bool survey_command_is(const char *line, const char *name)
{
    struct shell_line cut;
    struct words wanted, w;
    bool found = false;
    auto_arena a = arena_new(1 << 20);
    if (!a) return false;
    words_of(name, a, &wanted);
    shell_cut(line, a, &cut);
    for (size_t i = 0; i < cut.parts.n && !found; i++) {
        words_see(&cut.parts.v[i], &w);
        found = words_match(&wanted, &w);
    }
    return found;
}
