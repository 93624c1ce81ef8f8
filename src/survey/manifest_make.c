/* Targets of Makefiles and recipes of justfiles. */
#include "survey/inner.h"

#include <ctype.h>
#include <string.h>

#define MAX_TARGETS 200 /* of one rule */

/* A rule's line: target names before a single colon. NULL: none. */
static const char *rule_end(const char *line, size_t n)
{
    const char *colon = memchr(line, ':', n);
    if (!n || isspace((unsigned char)line[0]) || line[0] == '#' || line[0] == '.' || !colon) return NULL;
    if (colon + 1 < line + n && (colon[1] == '=' || (colon[1] == ':' && colon + 2 < line + n && colon[2] == '=')))
        return NULL;
    for (const char *p = line; p < colon; p++)
        if (strchr("=$%#", *p)) return NULL;
    return colon;
}

static bool is_target(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)p[i]) && !strchr("-_.+/:", p[i])) return false;
    return n > 0 && n < 100;
}

/* The first recipe line after `at` that does something, without @ and -: what is only said comes before it. */
static const char *recipe(struct arena *a, const char *at)
{
    const char *line, *found = NULL;
    size_t n;
    while ((line = next_line(&at, &n)) && n && line[0] == '\t') {
        while (n && strchr("\t @-", *line)) {
            line++;
            n--;
        }
        if (!n) continue;
        found = trim_copy(a, line, n);
        if (!found || (!starts(found, "echo ") && !starts(found, "printf ") && !starts(found, "$(info"))) break;
    }
    return found;
}

/* Names that look like files are commands only when a .PHONY line says so. */
static bool is_phony(const char *text, const char *name, size_t n)
{
    for (const char *p = strstr(text, ".PHONY"); p; p = strstr(p + 1, ".PHONY")) {
        const char *end = p + strcspn(p, "\n");
        for (const char *w = p; w < end; w += strcspn(w, " \t\n") + 1)
            if ((size_t)(end - w) >= n && strncmp(w, name, n) == 0 && strchr(" \t\r\n", w[n])) return true;
    }
    return false;
}

/* all: check test. What a rule without a recipe needs says what it is for: tests, when it builds nothing. */
static enum command_kind kind_of_needed(struct arena *a, const char *colon, int kind)
{
    size_t counts[COMMAND_OTHER + 1] = {0}, n;
    for (const char *p = colon + 1; *p && *p != '\n' && *p != '#'; p += n ? n : 1) {
        const char *name = (n = name_span(p, "-_./")) ? arena_dup_n(a, p, n) : NULL;
        if (name) counts[command_kind_guess(name)]++;
    }
    if (counts[COMMAND_TEST] && !counts[COMMAND_BUILD] && !counts[COMMAND_OTHER]) return COMMAND_TEST;
    if (kind != COMMAND_OTHER || counts[COMMAND_OTHER]) return (enum command_kind)kind;
    for (int i = COMMAND_BUILD; i < COMMAND_OTHER; i++)
        if (counts[i]) return (enum command_kind)i;
    return COMMAND_OTHER;
}

/* Files copied to where they are used, and not packages fetched to work with. */
static bool puts_in_place(const char *what)
{
    static const char *const begins[] = {"install ",           "$(INSTALL)", "${INSTALL}",
                                         "mkdir -p $(DESTDIR", "cp ",        "@install"};
    for (size_t i = 0; what && i < countof(begins); i++)
        if (starts(what, begins[i])) return true;
    return what && strstr(what, "DESTDIR");
}

static void add_targets(struct scan *c, const struct manifest_text *m, const char *p, const char *end,
                        const char *after, int64_t line)
{
    const char *what = recipe(c->a, after);
    for (int i = 0; p < end && i < MAX_TARGETS; i++) {
        size_t n = strcspn(p, " \t:");
        if (n > (size_t)(end - p)) n = (size_t)(end - p);
        if (is_target(p, n) && ((!memchr(p, '.', n) && !memchr(p, '/', n)) || is_phony(m->text, p, n))) {
            const char *name = arena_dup_n(c->a, p, n);
            struct command_at d = {.path = m->path, .line = line, .dir = m->dir, .what = what};
            if (!name) return;
            d.kind = (int)command_kind_guess(name);
            if (!what && (d.kind == COMMAND_OTHER || is(name, "all"))) d.kind = (int)kind_of_needed(c->a, end, d.kind);
            if (is(name, "install") && puts_in_place(what)) d.kind = COMMAND_DEPLOY;
            if (d.kind == COMMAND_OTHER && d.what && starts(d.what, "$(SPHINXBUILD) -b")) d.kind = COMMAND_BUILD;
            scan_command_named(c, &d, "make %s", name);
        }
        p += n;
        while (p < end && isspace((unsigned char)*p)) p++;
    }
}

/* "%: Makefile" that hands every target on to Sphinx: the usual one is for people to read. */
static void add_documents(struct scan *c, const struct manifest_text *m, const char *after, int64_t line)
{
    struct command_at d = {.path = m->path, .line = line, .dir = m->dir, .kind = COMMAND_BUILD};
    d.what = recipe(c->a, after);
    if (d.what && strstr(d.what, "-M $@")) scan_command_named(c, &d, "make html");
}

void manifest_make(struct scan *c, const struct manifest_text *m)
{
    const char *at = m->text, *line;
    bool continued = false, defining = false;
    size_t n;
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        const char *end = continued || defining ? NULL : rule_end(line, n);
        if (n >= 7 && strncmp(line, "define ", 7) == 0) defining = true;
        if (n >= 5 && strncmp(line, "endef", 5) == 0) defining = false;
        continued = n && line[n - 1] == '\\';
        if (end) add_targets(c, m, line, end, at, number);
        else if (n >= 2 && strncmp(line, "%:", 2) == 0) add_documents(c, m, at, number);
    }
}

/* "name arg='x': deps": how long the name is; 0: no recipe begins here. */
static size_t recipe_name(const char *line, size_t n)
{
    static const char *const words[] = {"set", "alias", "export", "import", "mod", "if", "else"};
    size_t len = name_span(line, "-_");
    const char *colon = n ? memchr(line, ':', n) : NULL;
    if (!len || len > n || !colon || line[0] == '_' || (colon + 1 < line + n && colon[1] == '=')) return 0;
    if (line[len] != ' ' && line[len] != ':') return 0;
    for (size_t i = 0; i < countof(words); i++)
        if (strlen(words[i]) == len && strncmp(line, words[i], len) == 0) return 0;
    return len;
}

void manifest_just(struct scan *c, const struct manifest_text *m)
{
    const char *at = m->text, *line, *next;
    bool hidden = false; /* by an attribute on the line before */
    size_t n;
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        size_t from = n && line[0] == '@', len = recipe_name(line + from, n - from), more = 0;
        struct command_at d = {.path = m->path, .line = number, .dir = m->dir};
        const char *name = len && !hidden ? arena_dup_n(c->a, line + from, len) : NULL;
        hidden = n >= 9 && strncmp(line, "[private]", 9) == 0;
        if (!name) continue;
        next = at;
        next = next_line(&next, &more);
        if (next && more && isspace((unsigned char)next[0])) {
            d.what = trim_copy(c->a, next, more);
            if (d.what && d.what[0] == '@') d.what++;
        }
        d.kind = (int)command_kind_guess(name);
        scan_command_named(c, &d, "just %s", name);
    }
}
