/* Where programs start: a function main, an application that is assembled, a class that is named. One row per sign. */
#include "survey/inner.h"

#include <string.h>

#define MAX_PLACES 50 /* of a sign in comments, before the file is taken for one without it */

struct entry {
    const char *language, *pattern; /* of the path; NULL: any */
    const char *sign, *also;        /* in the text; NULL: the name is enough */
    const char *what;
};
static const struct entry entries[] = {
    {"Go", NULL, "\nfunc main()", "package main", "the program's main function"},
    {"Rust", "src/main.rs", NULL, NULL, "the program's main function"},
    {"Rust", "*/src/main.rs", NULL, NULL, "the program's main function"},
    {"Rust", "*main.rs", "fn main()", NULL, "the program's main function"},
    {"Rust", "*src/bin/*.rs", "fn main()", NULL, "the program's main function"},
    {"C", NULL, "\nint main(", NULL, "the program's main function"},
    {"C", NULL, "\nmain(", "int", "the program's main function"},
    {"C++", NULL, "\nint main(", NULL, "the program's main function"},
    {"Java", NULL, "@SpringBootApplication", NULL, "the Spring Boot application"},
    {"Java", NULL, "public static void main(", NULL, "the program's main method"},
    {"Kotlin", NULL, "@SpringBootApplication", NULL, "the Spring Boot application"},
    {"Kotlin", NULL, "\nfun main(", NULL, "the program's main function"},
    {"Kotlin", "*Application.kt", "fun Application.module(", NULL, "the Ktor application"},
    {"Kotlin", NULL, ": Application()", NULL, "the Android application"},
    {"Kotlin", "*MainActivity.kt", ": ComponentActivity", NULL, "the Android application's activity"},
    {"Scala", NULL, "extends IOApp", NULL, "the program"},
    {"Scala", NULL, "extends ZIOAppDefault", NULL, "the program"},
    {"Scala", NULL, "extends App", NULL, "the program"},
    {"Scala", NULL, "@main", NULL, "the program's main function"},
    {"Python", "manage.py", "execute_from_command_line", NULL, "Django's command line"},
    {"Python", NULL, "= FastAPI(", NULL, "assembles the FastAPI application"},
    {"Python", "*", "app = Flask(", NULL, "assembles the Flask application"},
    {"Python", NULL, "app = create_app(", NULL, "the application"},
    {"Python", NULL, "= Litestar(", NULL, "assembles the application"},
    {"Python", NULL, "= Starlette(", NULL, "assembles the application"},
    {"Python", NULL, "= Quart(", NULL, "assembles the application"},
    {"Python", NULL, "= Sanic(", NULL, "assembles the application"},
    {"Python", NULL, "web.run_app(", NULL, "starts the server"},
    {"Python", NULL, "= grpc.server(", "__main__", "starts the server"},
    {"Python", "*", "= Flask(__name__", NULL, "assembles the Flask application"},
    {"Python", "*__main__.py", NULL, NULL, "runs the package"},
    {"Python", "*wsgi.py", "get_wsgi_application", NULL, NULL},
    {"JavaScript", "*", ".listen(", "express(", "starts the server"},
    {"JavaScript", "*", ".listen(", "astify(", "starts the server"},
    {"JavaScript", "index.[jt]s", "app.listen(", NULL, "starts the server"},
    {"JavaScript", "index.[jt]s", "server.listen(", NULL, "starts the server"},
    {"JavaScript", "server.[jt]s", "app.listen(", NULL, "starts the server"},
    {"JavaScript", "server.[jt]s", "server.listen(", NULL, "starts the server"},
    {"JavaScript", "main.[jt]s", "app.listen(", NULL, "starts the server"},
    {"JavaScript", "main.[jt]s", "server.listen(", NULL, "starts the server"},
    {"JavaScript", "app.[jt]s", "app.listen(", NULL, "starts the server"},
    {"JavaScript", "app.[jt]s", "server.listen(", NULL, "starts the server"},
    {"JavaScript", "*", "NestFactory.create", NULL, "starts the server"},
    {"JavaScript", "*main.[jt]s*", "createRoot(", NULL, "mounts the user interface"},
    {"JavaScript", "*index.[jt]s*", "createRoot(", NULL, "mounts the user interface"},
    {"JavaScript", "*main.[jt]s", "createApp(", NULL, "mounts the user interface"},
    {"JavaScript", "*main.[jt]s", "new App({", NULL, "mounts the user interface"},
    {"JavaScript", "*main.[jt]s", "mount(App", NULL, "mounts the user interface"},
    {"JavaScript", "*main.[jt]s", "new Vue({", NULL, "mounts the user interface"},
    {"JavaScript", "*main.ts", "bootstrapApplication(", NULL, "mounts the user interface"},
    {"JavaScript", "*main.ts", "bootstrapModule(", NULL, "mounts the user interface"},
    {"JavaScript", "*", "createServer(", ".listen(", "starts the server"},
    {"JavaScript", "*", ".bindAsync(", "rpc", "starts the server"},
    {"JavaScript", "*", "new Elysia(", ".listen(", "starts the server"},
    {"JavaScript", "*", "app.whenReady()", NULL, "starts the desktop application"},
    {"JavaScript", "*", "new Hono(", "export default", "assembles the application"},
    {"C#", "*Program.cs", NULL, NULL, "the program"},
    {"Ruby", "*bin/*", NULL, NULL, NULL},
    {"Elixir", "*application.ex", "use Application", NULL, "starts the supervision tree"},
    {"PHP", "public/index.php", NULL, NULL, "answers every request"},
    {"PHP", "*/public/index.php", NULL, NULL, "answers every request"},
    {"Swift", NULL, "@main", NULL, "the program"},
    {"Swift", "*main.swift", NULL, NULL, "the program"},
    {"Dart", "*lib/main.dart", NULL, NULL, "the application"},
    {"Dart", "*bin/*.dart", "main(", NULL, "the program"},
};

static bool aside(const struct scan_file *f)
{
    static const char *const dirs[] = {"scripts/", "script/", "hack/",    "contrib/", "build/",
                                       "ci/",      "utils/",  ".github/", "cmake/",   "CMake/"};
    if (f->test || f->fixture || f->aside) return true;
    for (size_t i = 0; i < countof(dirs); i++)
        if (starts(f->f->path, dirs[i])) return true;
    return false;
}

/* Is a place of C between #if and #endif that only its own tests see (#ifdef SDS_TEST_MAIN)? */
static bool only_for_tests(const char *text, const char *at)
{
    static const char *const words[] = {"TEST", "_MAIN", "BENCH"};
    bool tests[32] = {false};
    size_t depth = 0, n;
    for (const char *line; text < at && (line = next_line(&text, &n));) {
        size_t blank = strspn(line, " \t");
        if (line[blank] != '#') continue;
        line += blank + 1;
        line += strspn(line, " \t");
        if (starts(line, "if") && depth < countof(tests)) {
            tests[depth] = false;
            for (size_t i = 0; i < countof(words) && !starts(line, "ifndef"); i++)
                tests[depth] |= memmem(line, strcspn(line, "\n"), words[i], strlen(words[i])) != NULL;
            depth++;
        } else if (starts(line, "el") && depth) tests[depth - 1] = false;
        else if (starts(line, "endif") && depth) depth--;
    }
    for (size_t i = 0; i < depth; i++)
        if (tests[i]) return true;
    return false;
}

/* The first place of a sign that is no comment and no documentation. */
static const char *sign_of(const struct code_file *f, const char *sign)
{
    const char *at = strstr(f->text, sign);
    for (int i = 0; at && i < MAX_PLACES; i++, at = strstr(at + 1, sign)) {
        const char *from = at + (*at == '\n');
        while (from > f->text && from[-1] != '\n') from--;
        from += strspn(from, " \t");
        if (starts(from, "//") || *from == '*' || (*from == '#' && strchr(" :", from[1]))) continue;
        if (starts(f->language, "C") && !is(f->language, "C#") && only_for_tests(f->text, at)) continue;
        if ((is(f->language, "Python") || is(f->language, "Elixir")) && in_long_text(f->text, at)) continue;
        return at;
    }
    return NULL;
}

void entry_look(struct scan *c, const struct code_file *f)
{
    const char *language = is(f->language, "TypeScript") ? "JavaScript" : f->language;
    if (aside(f->file) || ends(f->path, ".h") || ends(f->path, ".hpp")) return;
    for (size_t i = 0; i < countof(entries); i++) {
        const struct entry *row = &entries[i];
        const char *at = f->text;
        if (!row->what || !is(row->language, language) || (row->pattern && !path_like(row->pattern, f->path))) continue;
        if (row->sign && !(at = sign_of(f, row->sign))) continue;
        if (row->also && !sign_of(f, row->also)) continue;
        scan_entry_point(c, f->path, row->sign ? line_of(f->text, at + (*at == '\n')) : 1, row->what);
        return;
    }
}

void entry_of_file(struct scan *c, const char *dir, const char *file)
{
    char path[4200];
    if (starts(file, "./")) file += 2;
    if ((size_t)snprintf(path, sizeof path, "%s%s%s", dir, dir[0] ? "/" : "", file) >= sizeof path) return;
    if (tree_find(c->t, path)) scan_entry_point(c, path, 1, "the program");
}

/* client/out/extension: how much of a path is before the folder that a build fills, and what follows it; the whole
 * when there is no such folder. */
static const char *after_built(const char *file, size_t *ret_before)
{
    static const char *const built[] = {"out", "dist", "lib", "build"};
    for (const char *p = file, *next; (next = strchr(p, '/')); p = next + 1)
        for (size_t i = 0; i < countof(built); i++)
            if (strlen(built[i]) == (size_t)(next - p) && strncmp(p, built[i], (size_t)(next - p)) == 0) {
                *ret_before = (size_t)(p - file);
                return next + 1 + (starts(next + 1, "src/") ? 4 : 0);
            }
    *ret_before = 0;
    return file;
}

void entry_of_built(struct scan *c, const char *dir, const char *file)
{
    static const char *const folders[] = {"src/", ""}, *const ends_with[] = {".ts", ".tsx", ".js", ".mjs"};
    const char *rest, *dot;
    size_t before;
    if (!file) return;
    if (starts(file, "./")) file += 2;
    if (scan_in_dir(c, dir, file)) {
        entry_of_file(c, dir, file);
        return;
    }
    rest = after_built(file, &before);
    dot = strrchr(path_base(rest), '.');
    for (size_t i = 0; i < countof(folders) * countof(ends_with); i++) {
        size_t n = dot ? (size_t)(dot - rest) : strlen(rest);
        char path[1000];
        (void)snprintf(path, sizeof path, "%.*s%s%.*s%s", (int)before, file, folders[i / countof(ends_with)], (int)n,
                       rest, ends_with[i % countof(ends_with)]);
        if (!scan_in_dir(c, dir, path)) continue;
        entry_of_file(c, dir, path);
        return;
    }
}

void entry_of_module(struct scan *c, const char *dir, const char *target)
{
    size_t n = strcspn(target, ":");
    char *module = arena_dup_n(c->a, target, n);
    for (char *p = module; p && *p; p++)
        if (*p == '.') *p = '/';
    for (size_t i = 0; module && i < 4; i++) {
        char path[1000];
        if (i == 0) (void)snprintf(path, sizeof path, "%s.py", module);
        else if (i == 1) (void)snprintf(path, sizeof path, "src/%s.py", module);
        else (void)snprintf(path, sizeof path, i == 2 ? "%s/__init__.py" : "src/%s/__init__.py", module);
        if (!scan_in_dir(c, dir, path)) continue;
        entry_of_file(c, dir, path);
        return;
    }
}

/* Files that are no code by their name, and what manifests name. */
struct named_entry {
    const char *base, *what;
};
static const struct named_entry named[] = {{"config.ru", "what the Ruby server runs"},
                                           {"app.psgi", "what the Perl server runs"}};

static bool is_perl(struct scan *c, const char *path)
{
    auto_buf text = BUF_INIT(65536);
    const struct tree_file *f = tree_find(c->t, path);
    return f && scan_read(c, f, 65536, false, &text) && starts(buf_cstr(&text), "#!") &&
           memmem(buf_cstr(&text), strcspn(buf_cstr(&text), "\n"), "perl", 4);
}

/* A function that makes the application is not where it starts, when a file beside its package calls it. */
static void leave_factories(struct scan *c)
{
    size_t keep = 0;
    bool called = false;
    for (size_t i = 0; i < c->s->entry_points.n; i++) called |= is(c->s->entry_points.v[i].what, "the application");
    for (size_t i = 0; i < c->s->entry_points.n; i++)
        if (!called || !is(c->s->entry_points.v[i].what, "assembles the Flask application"))
            c->s->entry_points.v[keep++] = c->s->entry_points.v[i];
    c->s->entry_points.n = keep;
}

void detect_entry_points(struct scan *c)
{
    for (size_t i = 0; i < countof(named); i++)
        for (const struct scan_file *f = scan_named(c, named[i].base, NULL); f; f = scan_named(c, named[i].base, f))
            if (!aside(f)) scan_entry_point(c, f->f->path, 1, named[i].what);
    for (size_t i = 0; i < c->s->commands.n; i++) { /* programs in the folder for them, in languages without endings */
        const struct survey_command *d = &c->s->commands.v[i];
        bool program = d->kind == COMMAND_RUN && starts(d->name, "./") && is(d->name + 2, d->path);
        if (program && (starts(d->path, "bin/") || starts(d->path, "script/")) && is_perl(c, d->path))
            scan_entry_point(c, d->path, 1, "the program");
    }
    leave_factories(c);
}
