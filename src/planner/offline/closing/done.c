/* What must be there before the work counts as done, and the documents that change: rows that ticket and survey apply
 * or waive, each waiver with the reason that follows from them. */
#include "planner/offline/closing/closing.h"

#include <string.h>
#include "planner/offline/dialogue/strategy.h"

/* --- documents ---------------------------------------------------------------------------------------------------- */
static void document(const struct scene *s, struct closing *c, const char *target, const char *change)
{
    struct documentation *x;
    for (size_t i = 0; i < c->documentation.n; i++) {
        x = &c->documentation.v[i];
        if (strcmp(x->target, target) != 0) continue;
        if (!strstr(x->change, change)) x->change = arena_fmt(s->a, "%s; %s", x->change, change);
        return;
    }
    x = PUSH(s->a, c->documentation);
    if (x) *x = (struct documentation){.target = target, .change = change};
}

static const char *in_tree(const struct scene *s, const char *const *names)
{
    struct tree *t = scene_tree(s, 0);
    for (; t && *names; names++)
        if (tree_find(t, *names)) return *names;
    return NULL;
}

static const char *api_page(const struct scene *s)
{
    return in_tree(s, (const char *const[]){"openapi.yaml", "openapi.yml", "openapi.json", "api/openapi.yaml",
                                            "docs/openapi.yaml", "swagger.json", "docs/api.md", "API.md", NULL});
}
static const char *diagram_page(const struct scene *s)
{
    return in_tree(s, (const char *const[]){"docs/architecture.md", "ARCHITECTURE.md", "docs/ARCHITECTURE.md",
                                            "docs/design.md", "docs/diagrams.md", NULL});
}
static const char *readme_page(const struct scene *s)
{
    return in_tree(s, (const char *const[]){"README.md", "README.rst", "README", "readme.md", NULL});
}

static const char *endpoints_text(const struct scene *s)
{
    text_list l = {0};
    for (size_t i = 0; i < s->x.endpoints.n; i++)
        tick_add(s->a, &l,
                 s->x.endpoints.v[i].method
                     ? arena_fmt(s->a, "%s %s", s->x.endpoints.v[i].method, s->x.endpoints.v[i].path)
                     : s->x.endpoints.v[i].path);
    return l.n ? prose_join(s->a, l.v, l.n, 3) : NULL;
}

static bool seen_by_users(const struct scene *s)
{
    return s->x.endpoints.n > 0 || scene_layer_count(s, LAYER_API) > 0 || scene_layer_count(s, LAYER_CLI) > 0 ||
           scene_layer_count(s, LAYER_FRONTEND) > 0 || s->empty;
}

static const char *to_run(const struct scene *s)
{
    if (s->strategy == STRATEGY_QUEUE)
        return arena_fmt(s->a, "how waiting %s is seen, stopped and started again", s->topic);
    if (scene_layer_count(s, LAYER_DATA) > 0 && !s->empty)
        return arena_fmt(s->a, "how the schema of %s is applied and taken back", s->topic);
    return flag_wanted(s) ? arena_fmt(s->a, "what `%s` switches", flag_name(s)) : NULL;
}

void documents_write(const struct scene *s, const struct blueprint *bp, struct closing *c)
{
    const char *log = in_tree(s, (const char *const[]){"CHANGELOG.md", "CHANGES.md", "NEWS.md", "CHANGELOG", NULL}),
               *runs = to_run(s), *endpoints = endpoints_text(s);
    for (size_t i = 0; i < bp->drafts.n; i++)
        for (size_t j = 0; j < bp->drafts.v[i].works.n; j++) {
            const struct work *w = &bp->drafts.v[i].works.v[j];
            if (w->kind == WORK_DOC && w->path)
                document(s, c, w->path,
                         w->needs.n ? need_names(s, w->needs.v, w->needs.n, 3)
                                    : arena_fmt(s->a, "what %s is for", s->topic));
            if (w->kind == WORK_RELEASE && w->path)
                document(s, c, w->path, arena_fmt(s->a, "the order of release of %s", s->topic));
        }
    if (api_page(s) && endpoints)
        document(s, c, api_page(s), arena_fmt(s->a, "%s: parameters, answers, errors", endpoints));
    if (log) document(s, c, log, arena_fmt(s->a, "an entry for \"%s\"", prose_short(s->a, s->title, 80)));
    if (readme_page(s) && seen_by_users(s) && !scene_is(s, KIND_BUG))
        document(s, c, readme_page(s),
                 endpoints ? arena_fmt(s->a, "how %s %s called, with an example", endpoints,
                                       s->x.endpoints.n == 1 ? "is" : "are")
                           : arena_fmt(s->a, "how %s is used, with an example", s->topic));
    if (diagram_page(s) && (s->strategy == STRATEGY_QUEUE || s->strategy == STRATEGY_SERVICE))
        document(s, c, diagram_page(s), arena_fmt(s->a, "the new part of %s in the diagram", s->topic));
    if (runs) document(s, c, "runbook", runs);
    if (c->documentation.n == 0)
        waive(s, c, "documentation", arena_fmt(s->a, "no document here describes %s", s->topic));
}

/* --- OWASP Top 10 (2021) ------------------------------------------------------------------------------------------ */
static const struct {
    const char *item, *words[16];
    const char *what; /* template: {rules} {where} */
} owasp_rows[] = {
    {"A01 Broken access control",
     {"role", "roles", "permission*", "admin", "admins", "authori*", "owner", "only the", "only users", "right to"},
     "{rules} refuse{s} callers without the right, tried at {where}"},
    {"A02 Cryptographic failures",
     {"password*", "token", "tokens", "secret*", "encrypt*", "api key", "api keys", "hash", "hashed", "signed"},
     "what {rules} keep{s} secret is stored as a hash or encrypted, and is in no log"},
    {"A03 Injection",
     {"search*", "filter*", "query", "sort", "csv", "template", "markdown", "html", "import*", "upload*", "escape*"},
     "what {rules} take{s} from outside is bound as a parameter or escaped"},
    {"A07 Identification and authentication failures",
     {"login", "log in", "session", "sessions", "password*", "sign in", "authenticat*", "expire*", "mfa", "2fa"},
     "{rules} cannot be got around by replaying, guessing or keeping what has expired"},
    {"A08 Software and data integrity failures",
     {"webhook*", "upload*", "import*", "signature*", "deserial*", "event", "events"},
     "what reaches {rules} from outside is verified before it is used"},
    {"A10 Server-side request forgery",
     {"webhook*", "callback url", "fetch the url", "download from", "proxy"},
     "{rules} reach{es} no address inside the own network"},
};

static void done(const struct scene *s, struct closing *c, const char *item, const char *waived)
{
    struct done_item *x = PUSH(s->a, c->done);
    if (x) *x = (struct done_item){.item = item, .waived = waived};
}

/* Rows of the OWASP Top 10 that the change touches, each with the requirements concerned. */
static void owasp_write(const struct scene *s, const struct blueprint *bp, struct closing *c)
{
    const char *where = endpoints_text(s);
    size_t before = c->done.n;
    (void)bp;
    for (size_t r = 0; r < countof(owasp_rows); r++) {
        text_list ids = {0};
        for (size_t i = 0; i < s->needs.n; i++)
            if (prose_has_any(without_code(s, s->needs.v[i].r.text), owasp_rows[r].words))
                prose_list_add(s->a, &ids, s->needs.v[i].r.id);
        if (ids.n == 0) continue;
        done(s, c,
             arena_fmt(s->a, "OWASP %s: %s", owasp_rows[r].item,
                       FILL(s->a, owasp_rows[r].what, {"rules", prose_join(s->a, ids.v, ids.n, 4)},
                            {"s", ids.n == 1 ? "s" : ""}, {"es", ids.n == 1 ? "es" : ""},
                            {"where", where ? where : s->topic})),
             NULL);
    }
    if (scene_is(s, KIND_UPGRADE))
        done(s, c,
             arena_fmt(s->a, "OWASP A06 Vulnerable components: no known advisory for the versions of %s", s->topic),
             NULL);
    if (c->done.n == before && where)
        done(s, c,
             arena_fmt(s->a, "OWASP A03 Injection: %s refuse%s malformed input with an error of its own", where,
                       s->x.endpoints.n == 1 ? "s" : ""),
             NULL);
    else if (c->done.n == before)
        done(s, c, "OWASP Top 10", arena_fmt(s->a, "%s takes no input from outside and changes no right", s->topic));
}

/* --- definition of done ------------------------------------------------------------------------------------------- */
static const char *limits_of(const struct scene *s)
{
    text_list l = {0};
    for (size_t i = 0; i < s->needs.n; i++) {
        const struct extract_limit *x = s->needs.v[i].measured ? need_limit(s, &s->needs.v[i]) : NULL;
        if (x) prose_list_add(s->a, &l, arena_fmt(s->a, "%s (%s)", limit_text(s, x), s->needs.v[i].r.id));
    }
    return l.n ? prose_join(s->a, l.v, l.n, 3) : NULL;
}

static const char *targets(const struct scene *s, const struct closing *c)
{
    text_list l = {0};
    for (size_t i = 0; i < c->documentation.n; i++)
        prose_list_add(s->a, &l,
                       strcmp(c->documentation.v[i].target, "runbook") == 0
                           ? "the runbook"
                           : arena_fmt(s->a, "`%s`", c->documentation.v[i].target));
    return l.n ? prose_join(s->a, l.v, l.n, 4) : NULL;
}

static const char *owners(const struct scene *s)
{
    const char *path = in_tree(s, (const char *const[]){"CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", NULL});
    return path ? arena_fmt(s->a, " whom `%s` names", path) : " who did not write it";
}

static const char *all_rules(const struct scene *s)
{
    return s->needs.n == 1 ? s->needs.v[0].r.id
                           : arena_fmt(s->a, "%s to %s", s->needs.v[0].r.id, s->needs.v[s->needs.n - 1].r.id);
}

void done_write(const struct scene *s, const struct blueprint *bp, struct closing *c)
{
    const char *bound = limits_of(s), *pages = targets(s, c), *rules = s->needs.n ? all_rules(s) : s->topic;
    bool deployed = is_deployed(s) && scene_layer_count(s, LAYER_DOCS)<s->needs.n, tested = c->tests.n> 0 &&
                    scene_layer_count(s, LAYER_DOCS) < s->needs.n;
    done(s, c, arena_fmt(s->a, "The change of %s is reviewed by somebody%s", s->topic, owners(s)), NULL);
    done(s, c, arena_fmt(s->a, "%s: a test that failed before passes", rules),
         tested ? NULL : arena_fmt(s->a, "%s is read by people, not run", s->topic));
    done(s, c,
         pages ? arena_fmt(s->a, "%s say%s what changes for %s", pages, c->documentation.n == 1 ? "s" : "", s->topic)
               : "Documentation",
         pages ? NULL : arena_fmt(s->a, "no document here describes %s", s->topic));
    done(s, c, bound ? arena_fmt(s->a, "Measured: %s", bound) : "Performance",
         bound ? NULL : arena_fmt(s->a, "no limit on time or rate is set for %s", s->topic));
    owasp_write(s, bp, c);
    done(s, c,
         deployed ? arena_fmt(s->a, "The change of %s is deployed, and the release before was put back once", s->topic)
                  : "Deployed",
         deployed ? NULL : arena_fmt(s->a, "nothing here says how %s is deployed", s->topic));
    done(s, c,
         deployed && !s->empty
             ? arena_fmt(s->a, "Errors and times of %s are watched for a day after release",
                         s->x.endpoints.n ? arena_fmt(s->a, "`%s`", s->x.endpoints.v[0].path) : s->topic)
             : "Monitoring",
         deployed && !s->empty ? NULL : arena_fmt(s->a, "%s does not run as a service here", s->topic));
}
