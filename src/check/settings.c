/* .pland.yml: how a repository tunes the rules. What is not understood changes nothing and is a finding.
 *
 *   checks:
 *     rules: { new-folder: off, text-path-maybe: error }
 *     commands: [ "bazel test" ]      # also commands of this repository
 *     system: [ k9s ]                 # also programs of the system
 *     forbidden: [ "terraform apply" ] */
#include "check/inner.h"

#include <string.h>

#include "survey/yaml.h"

enum { FILE_MAX = 64 << 10, LIST_MAX = 500 };

struct reading {
    struct arena *a;
    struct check_settings *out;
    signed char *severity;
};

_printf_(3, 4) static void wrong(struct reading *r, int64_t line, const char *fmt, ...)
{
    const char **slot = arena_push(r->a, &r->out->wrong, sizeof *slot);
    char text[200];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (slot) *slot = line > 0 ? arena_fmt(r->a, "line %lld: %s", (long long)line, text) : arena_dup(r->a, text);
}

static int severity_named(const char *s)
{
    if (s && (strcmp(s, "off") == 0 || strcmp(s, "false") == 0)) return SEVERITY_OFF; /* YAML's own word for off */
    for (int i = 0; s && severity_names[i]; i++)
        if (strcmp(severity_names[i], s) == 0) return i;
    return SEVERITY_AS_IT_IS;
}

static void read_rules(struct reading *r, const struct yaml_node *v)
{
    for (size_t i = 0; i < v->pairs.n; i++) {
        const struct yaml_pair *p = &v->pairs.v[i];
        int severity = severity_named(p->value ? p->value->s : NULL);
        size_t rule = 0;
        while (rule < RULE_N_ && strcmp(check_rules[rule].id, p->key) != 0) rule++;
        if (rule == RULE_N_) wrong(r, p->line, "there is no rule %.60s", p->key);
        else if (severity == SEVERITY_AS_IT_IS) wrong(r, p->line, "%.60s takes off, advice, warning or error", p->key);
        else r->severity[rule] = (signed char)severity;
    }
    if (!v->pairs.n) wrong(r, v->line, "rules takes names of rules with what they are");
}

static void read_list(struct reading *r, const char *key, const struct yaml_node *v, void *list)
{
    if (!v->items.n) wrong(r, v->line, "%s takes a list of commands", key);
    for (size_t i = 0; i < v->items.n && i < LIST_MAX; i++) {
        const struct yaml_node *item = v->items.v[i];
        const char **slot;
        if (!item->s || words_blank(item->s)) {
            wrong(r, item->line, "%s takes commands as text", key);
            continue;
        }
        slot = arena_push(r->a, list, sizeof *slot);
        if (slot) *slot = item->s;
    }
}

static void read_checks(struct reading *r, const struct yaml_node *checks)
{
    const struct { const char *key; void *list; } lists[] = {
        { "commands", &r->out->commands }, { "system", &r->out->system }, { "forbidden", &r->out->forbidden },
    };
    for (size_t i = 0; i < checks->pairs.n; i++) {
        const struct yaml_pair *p = &checks->pairs.v[i];
        bool known = strcmp(p->key, "rules") == 0;
        if (known && p->value) read_rules(r, p->value);
        for (size_t j = 0; j < countof(lists); j++) {
            if (strcmp(p->key, lists[j].key) != 0) continue;
            known = true;
            if (p->value) read_list(r, p->key, p->value, lists[j].list);
        }
        if (!known) wrong(r, p->line, "checks has no %.60s", p->key);
    }
}

enum err_kind check_settings_read(const char *text, size_t n, struct arena *a, struct check_settings *ret,
                                  struct err *e)
{
    struct reading r = { .a = a, .out = ret };
    struct yaml_docs docs = { 0 };
    const struct yaml_node *checks;
    memset(ret, 0, sizeof *ret);
    if (!(r.severity = arena_alloc(a, RULE_N_))) return err_nomem(e);
    memset(r.severity, SEVERITY_AS_IT_IS, RULE_N_);
    ret->severity = r.severity;
    if (n > FILE_MAX) wrong(&r, 0, "it is larger than %d KiB", FILE_MAX >> 10);
    else if (!yaml_read(text, n, a, &docs)) wrong(&r, docs.wrong_line, "%.120s", docs.wrong ? docs.wrong : "no YAML");
    else if (docs.docs.n && docs.docs.v[0]) {
        checks = yaml_get(docs.docs.v[0], "checks");
        if (checks) read_checks(&r, checks);
    }
    return arena_check(a, e);
}

enum err_kind check_settings_of(struct tree *t, struct arena *a, const struct check_settings **ret, struct err *e)
{
    auto_buf text = BUF_INIT(FILE_MAX + 1);
    struct check_settings *s;
    struct err why = { .kind = ERR_OK };
    *ret = NULL;
    if (!tree_find(t, CHECK_SETTINGS_FILE)) return ERR_OK;
    if (!(s = arena_alloc(a, sizeof *s))) return err_nomem(e);
    if (tree_read(t, CHECK_SETTINGS_FILE, FILE_MAX, &text, &why) != ERR_OK) {
        struct reading r = { .a = a, .out = s };
        if (why.kind == ERR_NOMEM) return *e = why, ERR_NOMEM;
        wrong(&r, 0, "%.150s", why.msg);
        return *ret = s, arena_check(a, e);
    }
    enum err_kind k = check_settings_read(buf_cstr(&text), text.n, a, s, e);
    if (k == ERR_OK) *ret = s;
    return k;
}

/* --- rules -------------------------------------------------------------------------------------------------------- */
void rules_settings(struct checking *c)
{
    for (size_t i = 0; c->in->settings && i < c->in->settings->wrong.n; i++)
        check_report(c, RULE_SETTINGS, "header", c->in->settings->wrong.v[i], NULL, CHECK_SETTINGS_FILE ": %.200s",
                     c->in->settings->wrong.v[i]);
}

static void forbid(struct checking *c, const struct text *t, const char *line, size_t n)
{
    const char *text = arena_dup_n(c->work, line, n);
    for (size_t i = 0; text && i < c->in->settings->forbidden.n; i++) {
        const char *what = c->in->settings->forbidden.v[i];
        if (!survey_command_is(text, what)) continue;
        check_report(c, RULE_FORBIDDEN, t->anchor, text, NULL, "`%.200s`: this repository forbids `%.100s`", text, what);
    }
}

/* Lines of commands and of code, and what prose has in backticks. */
void rules_forbidden(struct checking *c)
{
    if (!c->in->settings || !c->in->settings->forbidden.n) return;
    for (size_t i = 0; i < c->texts.n; i++) {
        const struct text *t = &c->texts.v[i];
        bool span = t->kind == TEXT_PROSE;
        if (t->kind != TEXT_PROSE && t->kind != TEXT_CODE && t->kind != TEXT_COMMAND) continue;
        c->line = t->line;
        for (const char *p = span ? strchr(t->s, '`') : t->s; p && *p;) {
            size_t n;
            if (span) p += strspn(p, "`");
            n = strcspn(p, span ? "`" : "\n");
            if (n && n < 2000) forbid(c, t, p + strspn(p, " \t$"), n - (strspn(p, " \t$") < n ? strspn(p, " \t$") : n));
            p += n;
            if (span) p = *p ? strchr(p + strspn(p, "`"), '`') : NULL;
            else if (*p) p++;
        }
    }
}
