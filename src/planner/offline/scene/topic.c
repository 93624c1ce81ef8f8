/* A few words for what a ticket is about: for titles of phases and names of files. */
#include "planner/offline/scene/scene.h"

#include <string.h>

/* The named segments of a path: "/api/v1/users/{id}/keys" → users, keys. */
static void segments(const struct scene *s, const char *p, text_list *ret)
{
    while (*p && ret->n < 3) {
        size_t n = strcspn(p, "/?");
        bool version = n > 1 && n < 4 && p[0] == 'v' && p[1] >= '0' && p[1] <= '9';
        if (n > 0 && !strchr("{:<", p[0]) && !version && !(n == 3 && memcmp(p, "api", 3) == 0))
            prose_list_add(s->a, ret, name_words(s->a, arena_dup_n(s->a, p, n)));
        if (p[n] == '?') break;
        p += n + (p[n] == '/');
    }
}

/* What all endpoints have in common, else what the first is about. */
static const char *endpoint_topic(const struct scene *s)
{
    text_list first = {0};
    size_t common;
    if (s->x.endpoints.n == 0) return NULL;
    segments(s, s->x.endpoints.v[0].path, &first);
    common = first.n;
    for (size_t i = 1; i < s->x.endpoints.n; i++) {
        text_list other = {0};
        size_t same = 0;
        segments(s, s->x.endpoints.v[i].path, &other);
        while (same < common && same < other.n && prose_same(first.v[same], other.v[same])) same++;
        if (same > 0) common = same;
    }
    return common ? prose_join(s->a, first.v, common, 0) : NULL;
}

static const char *without_and(struct arena *a, const char *s)
{
    text_list l = {0};
    for (const char *p = s; p && *p;) {
        size_t n = strcspn(p, " ,");
        if (n > 0 && !(n == 3 && memcmp(p, "and", 3) == 0)) prose_list_add(a, &l, arena_dup_n(a, p, n));
        p += n + (p[n] != '\0');
    }
    auto_buf b = BUF_INIT(1000);
    for (size_t i = 0; i < l.n && i < 3; i++) buf_fmt(&b, "%s%s", i ? " " : "", l.v[i]);
    return prose_take(a, &b);
}

/* "Add password reset": the verb is not what it is about. */
static bool is_opening_verb(struct span w)
{
    static const char *const verbs[] = {"add",    "allow",   "create", "support", "implement", "introduce", "show",
                                        "fix",    "make",    "enable", "build",   "provide",   "write",     "update",
                                        "change", "improve", "let",    "remove",  "split",     "upgrade",   "refactor",
                                        "move",   "replace", "tell",   "notify",  "stop",      "prevent",   "extend",
                                        "rename", "handle",  "clean",  "deploy",  "ensure",    "document",  "migrate"};
    for (size_t i = 0; i < countof(verbs); i++)
        if (span_is(w, verbs[i])) return true;
    return false;
}

/* "Retry policy for the webhook client": what follows says where, why or how it fails, not what. */
static bool is_turn(struct span w)
{
    static const char *const words[] = {
        "for",    "in",    "on",     "of",      "to",      "that",    "which",    "who",     "when",  "while",
        "about",  "with",  "from",   "into",    "by",      "at",      "so",       "as",      "after", "before",
        "if",     "is",    "are",    "must",    "can",     "should",  "not",      "because", "where", "without",
        "per",    "does",  "doesn",  "don",     "do",      "shows",   "panics",   "crashes", "fails", "breaks",
        "hangs",  "leaks", "throws", "returns", "answers", "ignores", "loses",    "gets",    "was",   "were",
        "cannot", "takes", "prints", "expire",  "expires", "vanish",  "disappear"};
    for (size_t i = 0; i < countof(words); i++)
        if (span_is(w, words[i])) return true;
    return false;
}

/* What names are made of; a title in letters that names do not have stands as it is. */
static const char *topic_named(const struct scene *s, const char *words)
{
    const char *named = name_words(s->a, words);
    return named && *named ? named : prose_short(s->a, words, 60);
}

/* Of a path the stem: "src/flask/cli.py" → "cli". */
static struct span word_at(const char *p, size_t *ret_n)
{
    size_t n = strcspn(p, " \t\n`\"'(),;:");
    bool path = memchr(p, '/', n) != NULL || (memchr(p, '.', n) && p[n - 1] != '.');
    char whole[200];
    struct span stem;
    *ret_n = n;
    if (path && n < sizeof whole) {
        memcpy(whole, p, n);
        whole[n] = '\0';
        stem = file_stem(whole);
        return (struct span){p + (stem.p - whole), stem.n};
    }
    for (n = 0; prose_is_word_char(p[n]) || (p[n] == '-' && prose_is_word_char(p[n + 1]));) n++;
    *ret_n = n > 0 ? n : 1;
    return (struct span){p, n};
}

static bool resource_known(const struct scene *s)
{
    struct span r = path_resource(s->x.endpoints.v[0].path);
    return r.n > 0 && thing_known(s, name_words(s->a, arena_dup_n(s->a, r.p, r.n)));
}

/* What endpoints are about when the code does not know it yet; else the first content words of the title, three at
 * most. */
const char *scene_topic(const struct scene *s)
{
    const char *p = s->title, *from = endpoint_topic(s);
    auto_buf b = BUF_INIT(200);
    size_t words = 0;
    if (from && !resource_known(s)) return without_and(s->a, from);
    while (*p && words < 3) {
        struct span w;
        text_list kept;
        size_t n;
        while (*p && !prose_is_word_char(*p)) p += *p == '(' ? 1 + strcspn(p + 1, ")") : 1; /* an aside is no topic */
        if (!*p) break;
        w = word_at(p, &n);
        if (words > 0 && is_turn(w)) break;
        scene_words(s->a, arena_dup_n(s->a, w.p, w.n), &kept);
        if (kept.n > 0 && !(p == s->title && is_opening_verb(w)))
            buf_fmt(&b, "%s%.*s", words++ ? " " : "", (int)w.n, w.p);
        p += n;
    }
    if (words) return topic_named(s, prose_take(s->a, &b));
    return from ? without_and(s->a, from) : "change";
}
