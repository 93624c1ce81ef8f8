/* Tokens of a line: endpoints, links, code in backticks, file paths, commands, versions. */
#include "planner/extract/inner.h"

#include <string.h>

static void add_item(struct reader *r, extract_items *into, struct span text, const struct line *l)
{
    if (into->n < EXTRACT_MAX_ITEMS) extract_add(r, into, prose_clean(r->a, text, 300), span_trim(l->raw), l->number);
    else r->x->truncated = true;
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}
static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool extract_known_extension(const char *ext, size_t n)
{
    static const char *const known[] = {
        "c",     "h",       "cc",     "cpp",        "hpp",  "cs",    "css",  "scss", "go",   "html",   "htm",
        "java",  "js",      "jsx",    "mjs",        "cjs",  "ts",    "tsx",  "json", "kt",   "kts",    "lua",
        "md",    "php",     "pl",     "proto",      "py",   "rb",    "rs",   "rst",  "sh",   "sql",    "svelte",
        "swift", "tf",      "toml",   "txt",        "vue",  "xml",   "yaml", "yml",  "ini",  "cfg",    "conf",
        "env",   "graphql", "gradle", "lock",       "csv",  "svg",   "png",  "jpg",  "pdf",  "docx",   "xlsx",
        "erb",   "ex",      "exs",    "scala",      "dart", "cmake", "bash", "ps1",  "rake", "prisma", "avsc",
        "hbs",   "ejs",     "twig",   "properties", "tpl",  "j2",    "mdx",  "log"};
    for (size_t i = 0; i < countof(known); i++)
        if (strlen(known[i]) == n && span_is((struct span){ext, n}, known[i])) return true;
    return false;
}

/* Files without an ending that are meant only below a folder: "debian/control". */
static bool nested_file(struct span base)
{
    static const char *const files[] = {"control", "rules", "hosts", "config", "crontab", "changelog", "Makefile.am"};
    for (size_t i = 0; i < countof(files); i++)
        if (span_is(base, files[i])) return true;
    return false;
}

static bool known_file(struct span base)
{
    static const char *const files[] = {"Makefile",    "Dockerfile", "Gemfile",       "Rakefile",     "Procfile",
                                        "Jenkinsfile", "CHANGELOG",  "LICENSE",       "CODEOWNERS",   "Vagrantfile",
                                        "CHANGES",     "AUTHORS",    ".nvmrc",        ".npmrc",       ".env.example",
                                        ".gitignore",  ".env",       ".editorconfig", ".dockerignore",
                                        ".ruby-version", ".python-version", ".node-version", ".tool-versions"};
    for (size_t i = 0; i < countof(files); i++)
        if (span_is(base, files[i]) && (files[i][1] > 'Z' || files[i][0] == '.' || base.p[1] == files[i][1]))
            return true; /* "CHANGES" is one, "changes" is not */
    return false;
}

static bool product_name(struct span t)
{
    static const char *const names[] = {"node.js",    "vue.js",    "next.js",     "nuxt.js",    "react.js",
                                        "express.js", "d3.js",     "three.js",    "angular.js", "ember.js",
                                        "chart.js",   "moment.js", "backbone.js", "socket.io"};
    for (size_t i = 0; i < countof(names); i++)
        if (span_is(t, names[i])) return true;
    return false;
}

/* "doc/tool.8": a letter's word and a section of the manual. */
static bool manual_page(struct span t, size_t dot)
{
    return dot + 2 == t.n && t.p[dot + 1] >= '1' && t.p[dot + 1] <= '9' && dot > 1 && letter(t.p[0]) &&
           letter(t.p[dot - 1]) && memchr(t.p, '/', t.n);
}

/* Is the token a file's or folder's path? ticked: it stood in backticks. Cuts ":12" off. */
static bool is_path(struct span *t, bool ticked)
{
    size_t slash = t->n, dot = t->n, colon = t->n;
    for (size_t i = 0; i < t->n; i++) {
        char c = t->p[i];
        if (c == ':' && i > 0 && i + 1 < t->n && digit(t->p[i + 1])) {
            colon = i;
            break;
        }
        if (!prose_is_word_char(c) && !strchr("./-+@[]$~", c)) return false;
        if (c == '/') slash = i;
        if (c == '.') dot = i;
    }
    t->n = colon;
    if (t->n < 3 || t->p[0] == '/' || t->p[0] == '~' || t->p[0] == '@' || memmem(t->p, t->n, "//", 2) ||
        memmem(t->p, t->n, "..", 2))
        return false;
    if (product_name(*t) || (slash == t->n && memchr(t->p, '@', t->n))) return false;
    struct span base = slash < t->n ? span_rest(*t, slash + 1) : *t;
    if (base.n == 0) return t->n > 3 && letter(t->p[0]);
    if (known_file(base) || (slash < t->n && nested_file(base))) return true;
    if (dot >= t->n || (slash < t->n && dot < slash) || dot + 1 >= t->n) return false;
    if (dot == 0 || (!letter(t->p[0]) && t->p[0] != '.' && t->p[0] != '_' && !digit(t->p[0]) && t->p[0] != '['))
        return false;
    if (slash < t->n && manual_page(*t, dot)) return true;
    if (!extract_known_extension(t->p + dot + 1, t->n - dot - 1)) {
        const char *first = memchr(t->p, '/', t->n);
        size_t ext = t->n - dot - 1;
        if (slash >= t->n || ext > 5 || !letter(t->p[dot + 1]) ||
            (t->p[0] != '.' && memchr(t->p, '.', (size_t)(first - t->p))))
            return false;
    }
    return slash < t->n || ticked || t->n - dot - 1 > 1 || strchr("ch", t->p[dot + 1]);
}

static bool is_program(struct span s)
{
    static const char *const programs[] = {"npm",
                                           "npx",
                                           "yarn",
                                           "pnpm",
                                           "make",
                                           "pytest",
                                           "python",
                                           "python3",
                                           "pip",
                                           "go",
                                           "cargo",
                                           "docker",
                                           "docker-compose",
                                           "kubectl",
                                           "git",
                                           "curl",
                                           "bundle",
                                           "rake",
                                           "rails",
                                           "mvn",
                                           "./mvnw",
                                           "gradle",
                                           "./gradlew",
                                           "cmake",
                                           "ctest",
                                           "ninja",
                                           "alembic",
                                           "flask",
                                           "composer",
                                           "php",
                                           "ruby",
                                           "node",
                                           "psql",
                                           "mysql",
                                           "terraform",
                                           "helm",
                                           "ansible-playbook",
                                           "tox",
                                           "poetry",
                                           "dotnet",
                                           "mix",
                                           "sbt",
                                           "bazel",
                                           "just",
                                           "deno",
                                           "bun",
                                           "ruff",
                                           "mypy",
                                           "eslint",
                                           "sqlite3",
                                           "redis-cli"};
    size_t n = 0;
    while (n < s.n && s.p[n] != ' ') n++;
    if (n == s.n) return false;
    if (s.n > 2 && s.p[0] == '.' && s.p[1] == '/') return true;
    for (size_t i = 0; i < countof(programs); i++)
        if (span_is((struct span){s.p, n}, programs[i])) return true;
    return false;
}

static bool is_identifier(struct span s)
{
    size_t i = 0;
    if (s.n < 2 || s.n > 100 || !(letter(s.p[0]) || strchr("_$@", s.p[0]))) return false;
    for (; i < s.n; i++)
        if (!prose_is_word_char(s.p[i]) && !strchr(".:$@-#>", s.p[i])) break;
    return i == s.n || (s.p[i] == '(' && s.p[s.n - 1] == ')');
}

/* Bytes of an endpoint's path at s.p. */
static size_t endpoint_path(struct span s)
{
    size_t n = 0;
    if (s.n < 1 || s.p[0] != '/') return 0;
    while (n < s.n && n < 200 && s.p[n] != '?' &&
           (prose_is_word_char(s.p[n]) || strchr("/{}:.-*<>?=&%~$[]+@,", s.p[n]) != NULL) && s.p[n] != '\0')
        n++;
    while (n > 1 && strchr(".,:?>]*", s.p[n - 1])) {
        if (s.p[n - 1] == '>' && memchr(s.p, '<', n)) break;
        n--;
    }
    return n;
}

static void add_endpoint(struct reader *r, struct span method, struct span path, int64_t line)
{
    struct extract_endpoint *ep;
    const char *m = method.n ? prose_clean(r->a, method, 10) : NULL, *p = prose_clean(r->a, path, 200);
    if (!p) return;
    for (size_t i = 0; i < r->x->endpoints.n; i++) {
        ep = &r->x->endpoints.v[i];
        if (strcmp(ep->path, p) != 0 || (m && ep->method && !prose_same(m, ep->method))) continue;
        if (!ep->method) ep->method = m;
        return;
    }
    ep = r->x->endpoints.n < EXTRACT_MAX_ITEMS ? PUSH(r->a, r->x->endpoints) : NULL;
    if (ep) *ep = (struct extract_endpoint){.method = m, .path = p, .line = line};
}

static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"};

/* A method at s.p[at] followed by a path; returns the bytes used. */
static size_t endpoint(struct reader *r, struct span s, size_t at, int64_t line)
{
    for (size_t i = 0; i < countof(methods); i++) {
        size_t n = strlen(methods[i]), gap, len;
        struct span rest = span_rest(s, at);
        if (n >= rest.n || memcmp(rest.p, methods[i], n) != 0) continue;
        for (gap = n; gap < rest.n && gap < n + 12 && strchr(" `:*'\"|{}", rest.p[gap]); gap++) continue;
        if (gap == n || gap >= rest.n) return 0;
        if (span_starts(span_rest(rest, gap), "http")) {
            struct span url = span_rest(rest, gap);
            const char *host = memmem(url.p, url.n < 10 ? url.n : 10, "//", 2);
            const char *path = host ? memchr(host + 2, '/', (size_t)(url.p + url.n - host - 2)) : NULL;
            gap = path && !memchr(host, ' ', (size_t)(path - host)) ? (size_t)(path - rest.p) : gap;
        }
        len = endpoint_path(span_rest(rest, gap));
        if (len == 0) return 0;
        add_endpoint(r, (struct span){rest.p, n}, (struct span){rest.p + gap, len}, line);
        return gap + len + (rest.p[gap - 1] == '`' && gap + len < rest.n && rest.p[gap + len] == '`');
    }
    return 0;
}

/* "/api/users/{id}" in backticks without a method. */
static bool bare_endpoint(struct span s)
{
    size_t n = endpoint_path(s), segments = 0;
    const char *ext;
    if (n != s.n || n < 2) return false;
    for (size_t i = 0; i < n; i++) segments += s.p[i] == '/';
    ext = memrchr(s.p, '.', n);
    if (ext && extract_known_extension(ext + 1, (size_t)(s.p + n - ext - 1))) return false;
    return span_starts(s, "/api") || memchr(s.p, '{', n) || memmem(s.p, n, "/:", 2) ||
           (segments <= 3 && !span_starts(s, "/etc") && !span_starts(s, "/usr") && !span_starts(s, "/var") &&
            !span_starts(s, "/tmp") && !span_starts(s, "/home") && !span_starts(s, "/opt"));
}

static void ticked(struct reader *r, struct span s, const struct line *l)
{
    struct span t = span_trim(s);
    if (t.n == 0 || t.n > 300) return;
    if (is_program(t)) add_item(r, &r->x->commands, t, l);
    else if (t.p[0] == '/' && bare_endpoint(t)) add_endpoint(r, (struct span){"", 0}, t, l->number);
    else if (is_path(&t, true)) add_item(r, &r->x->paths, t, l);
    else if (is_identifier(t)) add_item(r, &r->x->identifiers, t, l);
}

static size_t link_at(struct reader *r, struct span s, size_t at, const struct line *l)
{
    size_t n = 0;
    struct span rest = span_rest(s, at);
    if (!span_starts(rest, "http://") && !span_starts(rest, "https://")) return 0;
    while (n < rest.n && (unsigned char)rest.p[n] > 0x20 && !strchr("<>\"`|]}", rest.p[n])) n++;
    while (n > 0 && strchr(".,;:!?')", rest.p[n - 1])) {
        if (rest.p[n - 1] == ')' && memchr(rest.p, '(', n)) break;
        n--;
    }
    if (n > 10) add_item(r, &r->x->links, (struct span){rest.p, n}, l);
    return n ? n : 1;
}

/* "Python 3.12", "v2.3.1": the word before goes with it. */
static void version(struct reader *r, struct span s, size_t from, size_t n, const struct line *l)
{
    size_t dots = 0, word = from, end;
    for (size_t i = from; i < from + n; i++) dots += s.p[i] == '.';
    if (dots == 0 || dots > 3 || s.p[from + n - 1] == '.') return;
    while (word > 0 && s.p[word - 1] == ' ') word--;
    end = word;
    while (word > 0 && (prose_is_word_char(s.p[word - 1]) || strchr(".+#", s.p[word - 1]))) word--;
    if (s.p[from] != 'v' && (word == end || !(s.p[word] >= 'A' && s.p[word] <= 'Z'))) return;
    if (word == end) word = from;
    add_item(r, &r->x->versions, (struct span){s.p + word, from + n - word}, l);
}

static bool path_byte(char c)
{
    return prose_is_word_char(c) || (c && strchr("./-+@:[]$~", c));
}

static void bare_token(struct reader *r, struct span s, size_t from, size_t n, const struct line *l)
{
    struct span t = {s.p + from, n};
    bool number = t.p[0] == 'v' || digit(t.p[0]);
    while (t.n > 0 && strchr(".:,", t.p[t.n - 1])) t.n--;
    if (t.n == 0 || (from > 0 && strchr("@<?\\=&!", s.p[from - 1]))) return;
    for (size_t i = 1; number && i < t.n; i++) number = digit(t.p[i]) || t.p[i] == '.';
    if (number && t.n > 1) version(r, s, from, t.n, l);
    else if (t.n < 200 && t.p[0] == '/' && t.n > 3 && letter(t.p[1]) && (from == 0 || strchr(" (", s.p[from - 1]))) {
        size_t len = from || memchr(t.p + 1, '/', t.n - 1) ? endpoint_path(span_rest(s, from)) : 0; /* "/label x" */
        if (len && !r->fence && bare_endpoint((struct span){s.p + from, len}))
            add_endpoint(r, (struct span){"", 0}, (struct span){s.p + from, len}, l->number);
    } else if (t.n < 200 && is_path(&t, false)) {
        size_t before = r->x->paths.n;
        add_item(r, &r->x->paths, t, l);
        if (r->x->paths.n > before) r->x->paths.v[before].in_code = r->fence;
        else for (size_t i = 0; i < before && !r->fence; i++)
                if (span_is(t, r->x->paths.v[i].text)) r->x->paths.v[i].in_code = false;
    }
}

static void command_line(struct reader *r, const struct line *l)
{
    struct span t = span_trim(l->raw);
    bool prompt = t.n > 2 && (t.p[0] == '$' || t.p[0] == '%') && t.p[1] == ' ';
    if (prompt) t = span_trim(span_rest(t, 2));
    if (t.n < 300 && (prompt || is_program(t))) add_item(r, &r->x->commands, t, l);
}

void extract_tokens(struct reader *r, const struct line *l, bool code)
{
    struct span s = l->raw;
    if (code) command_line(r, l);
    for (size_t i = 0; i < s.n;) {
        size_t used = 0, n = 0;
        bool border = i == 0 || !prose_is_word_char(s.p[i - 1]);
        if (s.p[i] == '`' || (s.p[i] == '{' && i + 1 < s.n && s.p[i + 1] == '{')) {
            size_t open = s.p[i] == '`' ? 1 : 2;
            const char *end =
                memmem(s.p + i + open, s.n - i - open < 400 ? s.n - i - open : 400, open == 1 ? "`" : "}}", open);
            while (end && open == 2 && end + 2 < s.p + s.n && end[2] == '}') end++; /* "{{/users/{id}}}" */
            struct span in = {s.p + i + open, end ? (size_t)(end - s.p) - i - open : 0};
            if (end && endpoint(r, in, 0, l->number) == 0) ticked(r, in, l);
            i = end ? (size_t)(end - s.p) + open : i + open;
            continue;
        }
        if (border && s.p[i] == 'h') used = link_at(r, s, i, l);
        if (border && used == 0 && s.p[i] >= 'D' && s.p[i] <= 'P') used = endpoint(r, s, i, l->number);
        if (used == 0 && border && path_byte(s.p[i])) {
            while (i + n < s.n && path_byte(s.p[i + n])) n++;
            bare_token(r, s, i, n, l);
            used = n;
        }
        i += used ? used : 1;
    }
    if (code) extract_tables(r, s, l->number);
}
