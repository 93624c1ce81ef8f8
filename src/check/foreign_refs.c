/* Paths that a foreign plan names: found in its lines, taken as created, changed or only named, and held against the
 * tree and what the plan itself creates. */
#include "check/foreign.h"

#include <string.h>

enum where { IN_SPAN, IN_LINK, IN_PLAIN };

struct look {
    struct checking *c;
    const struct foreign_line *l;
    bool commit;   /* only notes what is created */
    size_t paths;  /* of the line so far */
};

/* Folders of examples. */
static const char *const examples[] = { "path/to/", "path/", "your", "foo/", "bar/", "example/", "my-", "some/" };

static bool is_example(const char *path)
{
    for (size_t i = 0; i < countof(examples); i++)
        if (strncasecmp(path, examples[i], strlen(examples[i])) == 0) return true;
    return false;
}

static bool rooted(const struct checking *c, const char *path)
{
    const char *slash = strchr(path, '/');
    const char *top = slash ? arena_dup_n(c->work, path, (size_t)(slash - path)) : NULL;
    return top && (slash[1] == '/' || tree_is_dir(c->in->codebases.v[0].tree, top));
}

/* --- creating ----------------------------------------------------------------------------------------------------- */
static bool parent_there(struct checking *c, const struct spot *s)
{
    const char *slash = strrchr(s->path, '/');
    const char *parent = slash ? arena_dup_n(c->work, s->path, (size_t)(slash - s->path)) : NULL;
    struct spot *up = parent ? spot_of(c, s->base, parent) : NULL;
    enum spot_state state = up ? spot_state(c, up, ALWAYS_AFTER) : SPOT_ABSENT;
    return !slash || state == SPOT_FOLDER || state == SPOT_MADE;
}

/* Something is created in it, and it is not there: new itself, or a slip? */
static bool plausibly_new(struct checking *c, const struct spot *s)
{
    bool many = false;
    const char *same = spot_by_end(c, words_base(s->path), &many), *close;
    if (!parent_there(c, s) || (same && !many)) return false;
    close = same ? NULL : spot_closest(c, s);
    if (!close) return true;
    size_t n = strlen(s->path) - strlen(words_base(s->path));
    return strncmp(close, s->path, n) != 0 || strchr(close + n, '/');
}

static void create(struct look *x, struct spot *s)
{
    struct file_change *f = arena_alloc(x->c->work, sizeof *f);
    if (!f) return;
    *f = (struct file_change){ .path = s->path, .change = CHANGE_CREATE };
    touch_add(x->c, f, x->l->heading, 0);
}

static bool in_tree(struct checking *c, const struct spot *s)
{
    return spot_file(c, s) || tree_is_dir(c->in->codebases.v[s->base].tree, s->path);
}

static void commit(struct look *x, struct spot *s, enum intent is)
{
    bool many;
    if (in_tree(x->c, s) || s->first) return;
    if (is == INTENT_NEW || is == INTENT_SOFT) create(x, s);
    else if (is == INTENT_PLACE && !spot_by_end(x->c, s->path, &many) && plausibly_new(x->c, s)) create(x, s);
}

/* --- judging ------------------------------------------------------------------------------------------------------ */
static void count(struct checking *c, struct spot *s, bool made)
{
    if (s->counted) return;
    s->counted = true;
    if (made) count_to_create(c);
    else count_verified(c);
}

/* "`a.c` (line 12)", "`a.c`, lines 3-9": the line, when the path itself says none. */
static int64_t line_behind(const char *p)
{
    int64_t n = 0;
    p += strspn(p, "`*_)],: (");
    if (strncasecmp(p, "line", 4) == 0) p += p[4] == 's' ? 5 : 4;
    else return 0;
    p += strspn(p, " ");
    for (int i = 0; *p >= '0' && *p <= '9' && i < 9; p++, i++) n = n * 10 + (*p - '0');
    return n;
}

static void cited(struct look *x, struct spot *s, int64_t line)
{
    int64_t lines = line > 0 ? spot_lines(x->c, s) : -1;
    if (lines < 0 || line <= lines) return;
    check_report(x->c, RULE_EVIDENCE_LINE, x->l->heading, arena_fmt(x->c->work, "%s:%lld", s->written, (long long)line),
                 NULL, "`%.300s` has %lld lines, line %lld is cited", s->written, (long long)lines, (long long)line);
}

static void absent(struct look *x, const struct token *k, const struct spot *s, enum intent is, enum where where, bool folder)
{
    bool root = rooted(x->c, k->path), sure = k->slashed ? where != IN_PLAIN || root : is == INTENT_THERE;
    enum rule_id rule = folder ? RULE_TEXT_PATH_MAYBE
                        : is == INTENT_THERE && sure ? RULE_PATH_EXISTS : sure ? RULE_TEXT_PATH : RULE_TEXT_PATH_MAYBE;
    const char *closest = spot_closest(x->c, s);
    if (closest)
        check_report(x->c, rule, x->l->heading, s->written, closest,
                     "`%.300s` neither exists nor is it created; did you mean `%.300s`?", s->written, closest);
    else
        check_report(x->c, rule, x->l->heading, s->written, NULL, "`%.300s` neither exists nor is it created", s->written);
}

static bool given(const struct checking *c, const char *path)
{
    for (size_t i = 0; i < c->in->given.n; i++)
        if (strcmp(c->in->given.v[i], path) == 0) return true;
    return false;
}

/* "planner/offline" of src/planner/offline/: looked for only where a folder is not found at the top. */
static bool folder_by_end(struct checking *c, const char *end)
{
    struct tree_files f = tree_files(c->in->codebases.v[0].tree);
    const char *part = arena_fmt(c->work, "/%s/", end);
    for (size_t i = 0; part && i < f.n && c->closest_left > 0; i++) {
        c->closest_left -= 64;
        if (strstr(f.v[i].path, part)) return true;
    }
    return false;
}

static void judge(struct look *x, const struct token *k, enum path_look look, enum intent is, enum where where, bool slash_end)
{
    struct checking *c = x->c;
    struct spot *s;
    const char *longer;
    bool many, folder = look == LOOK_FOLDER;
    if (given(c, k->path) || spot_find(c, k->path, &s) != FORM_GOOD || !s) return;
    if (folder && !in_tree(c, s) && !(where != IN_PLAIN && slash_end && k->slashed) && !rooted(c, k->path)) return;
    if (folder && !in_tree(c, s) && folder_by_end(c, k->path)) return;
    if (x->commit) {
        commit(x, s, folder && is != INTENT_NEW && is != INTENT_SOFT ? INTENT_NONE : is);
        return;
    }
    if (in_tree(c, s)) {
        count(c, s, false);
        cited(x, s, k->line);
        if (is == INTENT_NEW && !folder)
            check_report(c, RULE_CREATE_NEW, x->l->heading, s->written, NULL, "`%.300s` exists already", s->written);
    } else if (s->first || s->made_folder || spot_state(c, s, ALWAYS_AFTER) == SPOT_HIDDEN || spot_made_by_end(c, k->path)) {
        count(c, s, true);
    } else if ((longer = spot_by_end(c, k->path, &many)) != NULL) {
        struct spot *whole = many ? NULL : spot_of(c, 0, longer);
        count(c, s, false);
        if (whole) cited(x, whole, k->line);
    } else {
        absent(x, k, s, is, where, folder);
    }
}

/* --- one word ----------------------------------------------------------------------------------------------------- */
static void word(struct look *x, const char *p, size_t n, enum where where)
{
    const char *line = x->l->s;
    size_t at = (size_t)(p - line), end = at + n;
    bool inside = p >= line && p < line + x->l->n, slash_end = n > 1 && p[n - 1] == '/';
    enum intent is;
    enum path_look look;
    struct token k;
    if (x->c->words_left-- <= 0) return;
    const char *bare = n > 1 && *p == '/' ? arena_dup_n(x->c->work, p + 1, n - 1) : NULL;
    if (bare && rooted(x->c, bare)) p++, n--;
    if (x->l->kind == LINE_DIFF && n > 2 && (p[0] == 'a' || p[0] == 'b') && p[1] == '/') p += 2, n -= 2;
    look = token_look(p, n, &k);
    if (look == LOOK_NONE || is_example(k.path) || path_generated(x->c, k.path)) return;
    if (where != IN_SPAN && look != LOOK_PATH) return;
    if ((x->l->kind == LINE_DATA || x->l->kind == LINE_SHELL) && !rooted(x->c, k.path)) return;
    is = inside && x->l->kind == LINE_PROSE ? intent_at(line, at, end) : x->l->around;
    if (x->l->kind == LINE_DIFF && x->l->created && line[0] == '+') is = INTENT_NEW;
    if (x->l->kind == LINE_DATA) is = intent_at(line, at, end);
    if (is == INTENT_NONE && x->paths == 0) is = x->l->around;
    x->paths++;
    if (inside && !k.line) k.line = line_behind(line + end);
    judge(x, &k, look, is, where, slash_end);
}

static void span(struct look *x, const char *p, size_t n)
{
    path_list many;
    if (braces_expand(p, n, x->c->work, &many)) {
        for (size_t i = 0; i < many.n; i++) word(x, many.v[i], strlen(many.v[i]), IN_SPAN);
        return;
    }
    if (!glob_is(p, n)) {
        word(x, p, n, IN_SPAN);
        return;
    }
    const char *pattern = x->commit ? NULL : arena_dup_n(x->c->work, p, n);
    if (!pattern || path_generated(x->c, pattern) || is_example(pattern)) return;
    if (glob_holds(x->c, pattern)) count_verified(x->c);
    else
        check_report(x->c, RULE_GLOB, x->l->heading, pattern, NULL, "`%.300s` matches no file that is there or is created",
                     pattern);
}

/* --- command lines ------------------------------------------------------------------------------------------------ */
static void in_command(struct checking *c, const char *path, size_t n, void *arg)
{
    struct look *x = arg;
    struct token k;
    enum path_look look = token_look(path, n, &k);
    (void)c;
    if (look == LOOK_NONE || look == LOOK_WEAK || path_generated(x->c, k.path) || is_example(k.path) || !rooted(x->c, k.path)) return;
    if (look == LOOK_FOLDER && path[n - 1] != '/') return;
    judge(x, &k, look, INTENT_NONE, IN_SPAN, path[n - 1] == '/');
}

/* `touch a.c`, `mkdir -p x/y`, `git mv a.c b.c`, `cat > a.c`: what a shell line creates. */
static void made_by_command(struct look *x, const char *line)
{
    static const char *const makers[] = { "touch ", "mkdir ", "git mv ", "cp ", "cat > ", "tee ", "mv " };
    for (size_t i = 0; i < countof(makers); i++) {
        if (strncmp(line, makers[i], strlen(makers[i])) != 0) continue;
        for (const char *p = line + strlen(makers[i]); *p;) {
            size_t n = strcspn(p, " \t;&|<");
            struct token k;
            struct spot *s;
            if (n && *p != '-' && token_look(p, n, &k) != LOOK_NONE && spot_find(x->c, k.path, &s) == FORM_GOOD && s)
                commit(x, s, INTENT_NEW);
            p += n;
            if (strchr(";&|<", *p)) return;
            p += strspn(p, " \t");
        }
    }
}

static void shell(struct look *x, const char *line)
{
    line += strspn(line, " \t");
    if (strncmp(line, "$ ", 2) == 0) line += 2;
    if (*line == '#') return;
    if (x->commit) made_by_command(x, line);
    else command_paths(x->c, line, in_command, x);
}

/* --- one line ----------------------------------------------------------------------------------------------------- */
static bool separates(char ch)
{
    return (unsigned char)ch <= ' ' || strchr("()<>[]{}\"'`,;|=*", ch) != NULL;
}

static const char *plain(struct look *x, const char *p)
{
    const char *start = p, *stop;
    while (*p && !separates(*p)) p++;
    for (stop = p; stop > start && strchr(".:!?", stop[-1]);) stop--;
    if (stop > start && memchr(start, '/', (size_t)(stop - start))) word(x, start, (size_t)(stop - start), IN_PLAIN);
    return p;
}

static const char *quoted(struct look *x, const char *p)
{
    size_t ticks = strspn(p, "`"), n;
    const char *close = p + ticks;
    while (*close && strspn(close, "`") != ticks) close += *close == '`' ? strspn(close, "`") : 1;
    if (!*close) return p + ticks;
    p += ticks + strspn(p + ticks, " ");
    n = (size_t)(close - p);
    while (n && p[n - 1] == ' ') n--;
    if (n && !memchr(p, ' ', n)) span(x, p, n);
    const char *line = n && !x->commit && memchr(p, ' ', n) ? arena_dup_n(x->c->work, p, n) : NULL;
    if (line) command_paths(x->c, line, in_command, x);
    return close + ticks;
}

static const char *link_target(struct look *x, const char *p)
{
    size_t n = strcspn(p + 2, ")");
    if (p[2 + n] && !memchr(p + 2, ' ', n) && !memmem(p + 2, n, "://", 3) && memchr(p + 2, '/', n)) word(x, p + 2, n, IN_LINK);
    return p + 2 + n;
}

void foreign_refs(struct checking *c, const struct foreign_line *l, bool only_created)
{
    struct look x = { .c = c, .l = l, .commit = only_created };
    c->line = l->number;
    if (l->kind == LINE_SHELL) {
        shell(&x, l->s);
        return;
    }
    for (const char *p = l->s; *p;) {
        size_t run = strcspn(p, " \t()<>\"'`");
        if (memmem(p, run, "://", 3)) p += run;
        else if (*p == '`') p = quoted(&x, p);
        else if (p[0] == ']' && p[1] == '(') p = link_target(&x, p);
        else if (separates(*p)) p++;
        else p = plain(&x, p);
    }
}
