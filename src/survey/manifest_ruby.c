/* Ruby: Gemfile, gemspecs, tasks of rake. */
#include "survey/inner.h"

#include <ctype.h>
#include <string.h>

static void gem_line(struct scan *c, const struct manifest_text *m, const char *text, bool dev, int64_t number)
{
    const char *rest = "";
    struct survey_dependency d = {.ecosystem = "rubygems", .dev = dev, .path = m->path, .line = number};
    d.name = quoted(c->a, text, &rest);
    if (!d.name) return;
    if (text[0] == 'r') { /* ruby "3.2" */
        d.version = d.name;
        d.name = "ruby";
        d.ecosystem = "runtime";
    } else if (*rest == ',' || *rest == ')') {
        rest += 1 + strspn(rest + 1, " \t[");
        if (*rest == '"' || *rest == '\'') d.version = quoted(c->a, rest, &rest);
        d.dev |= strstr(rest, ":test") || strstr(rest, ":development");
    }
    scan_dependency(c, &d);
}

void manifest_gemfile(struct scan *c, const struct manifest_text *m)
{
    const char *at = m->text, *line;
    bool dev = false;
    size_t n;
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        const char *text = trim_copy(c->a, line, n);
        if (!text) return;
        if (starts(text, "group ")) dev = strstr(text, ":test") || strstr(text, ":development");
        else if (is(text, "end")) dev = false;
        else if (starts(text, "gem ") || starts(text, "gem(") || starts(text, "ruby \"") || starts(text, "ruby '"))
            gem_line(c, m, text, dev, number);
    }
}

/* spec.executables = ["x", "y"], = %w[x y], = "x": each lies in the gem's folder of programs, exe/ or bin/. */
static void gem_programs(struct scan *c, const struct manifest_text *m, const char *p, int64_t line)
{
    static const char *const dirs[] = {"exe", "bin"};
    const struct command_at d = {.path = m->path, .line = line, .dir = m->dir, .kind = COMMAND_RUN};
    while (*p && *p != ']' && *p != '#') {
        size_t n = name_span(p, "-_.");
        const char *name = n > 1 || (n && *p != 'w') ? arena_dup_n(c->a, p, n) : NULL;
        for (size_t i = 0; name && i < countof(dirs); i++) {
            const char *file = arena_fmt(c->a, "%s/%s", dirs[i], name);
            if (!file || !scan_in_dir(c, m->dir, file)) continue;
            entry_of_file(c, m->dir, file);
            scan_command_named(c, &d, "%s", name);
            break;
        }
        p += n ? n : 1;
    }
}

void manifest_gemspec(struct scan *c, const struct manifest_text *m)
{
    const char *at = m->text, *line;
    size_t n;
    scan_keep(c, scan_current(c)->path, "library", "gem");
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        const char *text = trim_copy(c->a, line, n), *call, *dot;
        if (!text) return;
        dot = strchr(text, '.');
        if (strstr(text, "Specification.new") && strchr("'\"", text[strcspn(text, "'\"")]) && strstr(text, " do") &&
            !scan_current(c)->name)
            scan_current(c)->name = quoted(c->a, text, NULL); /* Gem::Specification.new "x", version do |s| */
        if (dot && starts(dot, ".name") && strchr(dot, '=') && !scan_current(c)->name)
            scan_current(c)->name = quoted(c->a, dot, NULL);
        if (dot && starts(dot, ".executables") && strchr(dot, '=') && !strpbrk(dot, "{`"))
            gem_programs(c, m, strchr(dot, '='), number);
        call = strstr(text, ".add_");
        if (call && strstr(call, "dependency")) gem_line(c, m, call, strstr(call, "development") != NULL, number);
    }
}

/* The name in `task :x`, `task "x"`, `task x: [..]`, `namespace :x`. */
static const char *task_name(struct arena *a, const char *p)
{
    size_t n;
    p += strspn(p, " \t(");
    if (*p == '"' || *p == '\'') return quoted(a, p, NULL);
    if (*p == ':') p++;
    n = name_span(p, "_-");
    return n ? arena_dup_n(a, p, n) : NULL;
}

static bool opens_block(const char *text)
{
    static const char *const words[] = {"if ", "unless ", "def ", "class ", "module ", "case ", "begin", "while "};
    for (size_t i = 0; i < countof(words); i++)
        if (starts(text, words[i]) && !strstr(text, " end")) return true;
    return ends(text, " do") || (strstr(text, " do |") && ends(text, "|"));
}

#define MAX_NAMESPACES 8
struct rake { /* blocks that are open, and the namespaces among them */
    const char *names[MAX_NAMESPACES];
    int at[MAX_NAMESPACES];
    int n, depth;
};

/* task default: %i[test standard], task table: :test: the first of those that say something. */
static enum command_kind kind_of_needed(struct arena *a, const char *text)
{
    const char *p = strstr(text, "=>");
    enum command_kind kind = COMMAND_OTHER;
    if (!p) { /* the name is the key */
        text += strspn(text, " (");
        p = text + name_span(text, "_-");
        if (p == text || *p != ':') return kind;
    }
    while (p && *p && *p != '#' && kind == COMMAND_OTHER) {
        size_t n = name_span(p, "_-");
        const char *name = n ? arena_dup_n(a, p, n) : NULL;
        if (name && !is(name, "do")) kind = command_kind_guess(name);
        p += n ? n : 1;
    }
    return kind;
}

static void rake_task(struct scan *c, const struct manifest_text *m, const struct rake *r, const char *text,
                      int64_t line)
{
    struct command_at d = {.path = m->path, .line = line, .dir = path_like("*lib/tasks/*", m->path) ? "" : m->dir};
    const char *name = task_name(c->a, text);
    auto_buf full = BUF_INIT(400);
    if (!name || is(name, "environment")) return;
    for (int i = 0; i < r->n; i++) buf_fmt(&full, "%s:", r->names[i]);
    buf_str(&full, name);
    d.kind = (int)command_kind_guess(buf_cstr(&full));
    if (d.kind == COMMAND_OTHER) d.kind = (int)kind_of_needed(c->a, text);
    if (is(name, "default") && !r->n)
        scan_command_named(c, &d, "%srake", scan_in_dir(c, d.dir, "Gemfile") ? "bundle exec " : "");
    else
        scan_command_named(c, &d, "%srake %s", scan_in_dir(c, d.dir, "Gemfile") ? "bundle exec " : "", buf_cstr(&full));
}

void manifest_rake(struct scan *c, const struct manifest_text *m)
{
    const char *at = m->text, *line;
    struct rake r = {.n = 0};
    size_t n;
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        const char *text = trim_copy(c->a, line, n), *name;
        if (!text) return;
        if (text[0] == '#' || strstr(text, ").clear")) continue;
        if (starts(text, "namespace") && r.n < MAX_NAMESPACES && (name = task_name(c->a, text + 9))) {
            r.names[r.n] = name;
            r.at[r.n++] = r.depth;
        } else if (starts(text, "task ") || starts(text, "task(") || starts(text, "multitask "))
            rake_task(c, m, &r, text + strcspn(text, " ("), number);
        else if (starts(text, "Minitest::TestTask.create")) {
            const char *given = strchr(text, '(');
            rake_task(c, m, &r, given ? given + (given[1] == ':' && strchr("'\"", given[2]) ? 2 : 0) : " :test",
                      number);
        } else if (starts(text, "Rake::TestTask.new") || starts(text, "RSpec::Core::RakeTask.new")) {
            const char *given = strchr(text, '(');
            rake_task(c, m, &r, given ? given : strstr(text, "RSpec") ? " :spec" : " :test", number);
        }
        if (opens_block(text)) r.depth++;
        if (is(text, "end") || starts(text, "end ")) {
            r.depth--;
            if (r.n && r.at[r.n - 1] >= r.depth) r.n--;
        }
    }
}
