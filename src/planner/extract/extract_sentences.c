/* Sentences: which are demands, which exclude, which only tell; headings and what they announce. */
#include "planner/extract/inner.h"

#include <string.h>

static const struct {
    enum section_kind kind;
    const char *words[48];
} sections[] = {
    {SECTION_OUT,
     {"out of scope", "out-of-scope", "non-goals", "non goals", "not in scope", "not part of this", "excluded",
      "won't do", "will not do", "won't have", "excluding", "exclusions", "what we don't do", "not included",
      "later", "follow-up", "follow-ups", "future work", "not now", "not in this issue", "not in this ticket",
      "not part of it", "not required", "what we will not do", "what we do not do", "not needed", "not affected",
      "what this isn't", "what this is not", "not wanted", "not planned", "we don't want", "left out", "not covered",
      "leave alone", "not in this story", "not this time", "nicht enthalten", "not included here"}},
    {SECTION_OPTIONAL,
     {"nice to have", "nice-to-have", "optional", "stretch", "could have", "ideas", "if time permits",
      "time left", "if there is time", "bonus", "wishes", "some day", "someday", "would be nice"}},
    {SECTION_QUESTIONS,
     {"question*", "to clarify", "unclear", "open points", "open issues", "open point", "open", "undecided",
      "to be decided"}},
    {SECTION_REJECTED, {"alternatives considered", "alternatives", "rejected", "considered alternatives"}},
    {SECTION_STEPS,
     {"steps to reproduce", "reproduction", "how to reproduce", "to reproduce", "repro steps", "reproduce", "repro",
      "=what i do", "=what i did"}},
    {SECTION_ACTUAL,
     {"actual", "actual behaviour", "actual behavior", "observed", "current behaviour", "current behavior",
      "what happens", "what happened", "what i see", "what we see"}},
    {SECTION_EXPECTED, {"expected", "i expect", "we expect", "should happen", "desired behaviour", "desired behavior"}},
    {SECTION_BACKGROUND, {"possible solution", "possible solutions"}},
    {SECTION_TIMELINE,
     {"timeline", "deadline", "schedule", "resources", "timing", "due date", "team", "time frame", "timeframe",
      "=dates", "=planning", "frist"}},
    {SECTION_REQUIREMENTS,
     {"requirement*",
      "acceptance criteria",
      "acceptance",
      "criteria",
      "must have*",
      "must haves",
      "scope",
      "in scope",
      "to do",
      "todo",
      "tasks",
      "task list",
      "definition of done",
      "features",
      "deliverables",
      "what we need",
      "what we want",
      "we want",
      "needed",
      "checklist",
      "user stories",
      "technical notes",
      "technical requirements",
      "conditions",
      "scenarios"}},
    {SECTION_REQUIREMENTS,
     {"constraints", "what to do", "wanted", "changes",
      "what should change", "behaviour", "behavior", "rules", "specification", "we need", "conditions of satisfaction",
      "work items", "api", "=task", "=how", "interfaces", "notes for dev*", "rollout", "roll-out", "=should have"}},
    {SECTION_PROPOSAL, {"proposal", "proposed solution", "solution", "suggestion", "idea"}},
    {SECTION_BACKGROUND, {"symptom", "symptoms", "attachments", "participants", "stakeholders", "glossary", "related",
      "risks", "device", "browser"}},
    {SECTION_GOAL, {"goals", "goal", "objective", "objectives", "vision", "aim", "purpose"}},
    {SECTION_BACKGROUND,
     {"observations", "observation", "findings", "measurements", "status", "user story", "story", "situation",
      "summary", "example", "examples", "thanks", "reason", "reasons", "overview", "analysis", "what we tried"}},
    {SECTION_BACKGROUND,
     {"background",  "context",     "motivation", "why",       "problem",  "current state", "current situation",
      "environment", "notes",       "references", "links",     "see also", "history",       "logs",
      "log output",  "stack trace", "stacktrace", "traceback", "impact",   "screenshots",   "workaround"}},
    {SECTION_BACKGROUND,
     {"additional context", "version", "versions", "discussion", "today",
      "research", "contact", "introduction", "business value", "drawbacks", "=load", "=volume", "=cause"}},
};

/* A word of the table stands anywhere in the heading; with '=' it is the heading. */
enum section_kind extract_section_of(struct span heading)
{
    size_t words = span_words(heading);
    if (words == 0 || words > 9) return SECTION_NONE;
    for (size_t i = 0; i < countof(sections); i++)
        for (const char *const *w = sections[i].words; *w; w++)
            if (**w == '=' ? span_is(heading, *w + 1) : span_has_word(heading, *w)) return sections[i].kind;
    return SECTION_NONE;
}

static const char *const must_words[] = {"must",        "must not",     "shall",
                                         "is required", "are required", "mandatory", NULL};
static const char *const normative_words[] = {"must",
                                              "shall",
                                              "should",
                                              "shouldn't",
                                              "needs to",
                                              "need to",
                                              "needs a",
                                              "need a",
                                              "need an",
                                              "has to",
                                              "have to",
                                              "is required",
                                              "are required",
                                              "we want",
                                              "i want",
                                              "we would like",
                                              "we'd like",
                                              "i would like",
                                              "want to be able",
                                              "please",
                                              "make sure",
                                              "ensure",
                                              "may not",
                                              "is expected to",
                                              "are expected to",
                                              "is to be",
                                              "are to be",
                                              "will be able to",
                                              "required to",
                                              "ought to",
                                              "we need",
                                              "i need",
                                              "needs to be",
                                              "it is important that",
                                              "mustn't",
                                              "nothing changes",
                                              "stays as it is",
                                              "stay as they are",
                                              "remain unchanged",
                                              "remains unchanged",
                                              NULL};
/* Talk about the work rather than about what is wanted. */
static const char *const chatter_words[] = {"should be easy",
                                            "should be simple",
                                            "should be straightforward",
                                            "should not be hard",
                                            "shouldn't be hard",
                                            "should not take me",
                                            "should not take us",
                                            "should not take you",
                                            "should not take much",
                                            "should not take too",
                                            "shouldn't take me",
                                            "shouldn't take us",
                                            "shouldn't take you",
                                            "shouldn't take much",
                                            "shouldn't take too",
                                            "must have been",
                                            "should have been",
                                            "should we",
                                            "you should be able to see",
                                            "should be quick",
                                            "let me know",
                                            "please find",
                                            "please see",
                                            "please advise",
                                            "please let",
                                            "we should discuss",
                                            "should discuss",
                                            "should talk",
                                            "if you need",
                                            "need help",
                                            "please note that this",
                                            "you may need to",
                                            "must be something",
                                            "please confirm",
                                            "need a review",
                                            "please keep this confidential",
                                            "please read",
                                            "please search",
                                            "please reply",
                                            "please contact",
                                            "please ask",
                                            "please have a look",
                                            "please tell",
                                            "should never have been",
                                            "what one should",
                                            "what it should",
                                            "than it should",
                                            "as it should",
                                            "as they should",
                                            "we said",
                                            "customers say",
                                            NULL};
static const char *const imperative_verbs[] = {
    "add",       "allow",     "enable",    "create",    "support",   "show",     "display",  "return",   "remove",
    "make",      "ensure",    "update",    "use",       "implement", "provide",  "validate", "rename",   "log",
    "send",      "limit",     "reject",    "accept",    "store",     "save",     "delete",   "drop",     "move",
    "replace",   "extract",   "split",     "introduce", "expose",    "handle",   "prevent",  "avoid",    "keep",
    "change",    "extend",    "migrate",   "upgrade",   "document",  "write",    "test",     "fix",      "refactor",
    "cache",     "index",     "include",   "exclude",   "require",   "restrict", "protect",  "encrypt",  "hash",
    "mask",      "rotate",    "expire",    "retry",     "notify",    "emit",     "publish",  "record",   "track",
    "measure",   "reduce",    "improve",   "increase",  "export",    "import",   "upload",   "download", "parse",
    "render",    "convert",   "configure", "deploy",    "monitor",   "alert",    "schedule", "run",      "load",
    "read",      "print",     "accept",    "check",     "verify",    "set",      "do not",   "don't",    "never",
    "always",    "stop",      "bump",      "pin",       "drop",      "paginate", "sort",     "filter",   "search",
    "throttle",  "deprecate", "switch",    "wrap",      "audit",     "batch",    "queue",    "backfill", "annotate",
    "apply",     "build",     "call",      "clean",     "correct",   "define",   "disable",  "escape",   "generate",
    "hide",      "merge",     "normalise", "normalize", "pass",      "persist",  "preserve", "revoke",   "sign",
    "translate", "trim",      "unify",     "partition", "describe", "explain",  "simplify", "automate", "compute",
    "calculate", "detect",    "restore",   "compress",  "archive",  "sanitise", "sanitize", NULL};
static const char *const excluding_words[] = {
    "out of scope",   "out-of-scope",    "not in scope",       "not part of this", "not part of the ticket",
    "no need to",     "don't touch",     "do not touch",       "leave as is",      "leave it as is",
    "in a follow-up", "separate ticket", "another ticket",     "later ticket",     "follow-up ticket",
    "is not needed",  "are not needed",  "not needed for now", "we don't need",    "we do not need",
    "not required",   "won't be",        "will not be part",   "not covered",      "explicitly not wanted",
    "is not wanted",  "are not wanted",  "decided against",    "somebody else's job", "someone else's job",
    "not part of it", "not our job",     "don't want a",       "do not want a",    "don't need a",
    "is not part of", "are not part of", "beyond the scope",   "not in this issue", "not in this ticket",
    "another story",  "for later",       "don't bother",       "leave it as it is", "for next year",
    "i'm against",    "not now",         ": later",            "next release",    "no option",
    "don't want to change", "can wait",  "can come later",     "is left for later",
    "will be left out", "are left out", "is left out", "i don't think we need", "i do not think we need",
    "off the table",  ": as is",         "nicht enthalten", NULL};

/* One of the words outside of "reported speech". */
static bool says(struct span s, const char *const *words)
{
    if (!span_has_any(s, words)) return false;
    while (s.n > 0) {
        const char *open = memchr(s.p, '"', s.n);
        size_t n = open ? (size_t)(open - s.p) : s.n;
        const char *close = open ? memchr(open + 1, '"', s.n - n - 1) : NULL;
        if (span_has_any((struct span){s.p, close ? n : s.n}, words)) return true;
        if (!close) return false;
        s = span_rest(s, (size_t)(close - s.p) + 1);
    }
    return false;
}

bool extract_is_must(struct span s)
{
    return says(s, must_words) && !span_has_any(s, chatter_words);
}

bool extract_is_normative(struct span s)
{
    return says(s, normative_words) && !span_has_any(s, chatter_words);
}

static const char *const wish_words[] = {"we want",  "i want",  "we would like", "we'd like", "i would like", "needs a",
                                         "need a",   "need an", "we need",       "i need",    "want to be able", NULL};
static const char *const demand_words[] = {
    "must", "shall", "should", "shouldn't", "has to", "have to", "needs to", "need to", "please", "may not", "ensure",
    "mustn't", "make sure", NULL};

bool extract_is_wish(struct span s)
{
    return says(s, wish_words) && !says(s, demand_words);
}

bool extract_is_imperative(struct span s)
{
    while (s.n > 0 && strchr("*_`\"", s.p[0])) s = span_rest(s, 1);
    for (const char *const *v = imperative_verbs; *v; v++) {
        size_t n = strlen(*v);
        if (span_starts(s, *v) && (s.n == n || s.p[n] == ' ')) return s.n > n + 2;
    }
    return false;
}

/* "no levels, no remote targets": things, none of which is wanted. */
static bool lists_noes(struct span s)
{
    size_t parts = 1, noes = span_starts(s, "no ");
    for (size_t i = 0; i + 5 < s.n; i++)
        if (s.p[i] == ',') parts++, noes += span_starts(span_rest(s, i + 1), " no ");
    return noes > 1 && noes == parts && !says(s, must_words) && !span_has_word(s, "may");
}

bool extract_is_excluding(struct span s)
{
    return span_has_any(s, excluding_words) != NULL || lists_noes(s);
}

bool extract_is_optional(struct span s)
{
    static const char *const words[] = {"would be nice",  "would be lovely",  "nice to have",    "nice-to-have",
                                        "is no must",     "not a must",       "isn't a must",    "isn't needed now",
                                        "would be a plus", "would be a bonus", "if time permits",
                                        "if there is time left",
                                        NULL};
    return span_has_any(s, words) != NULL;
}

bool extract_is_request(struct span s)
{
    static const char *const heads[] = {"can we have ", "could we have ", "can we get ", "could we get ", "could you ",
                                        "can you ",     "would you ",     "can we please ", "could we please "};
    for (size_t i = 0; i < countof(heads); i++)
        if (span_starts(s, heads[i]) || (span_words(s) == 2 && span_is(s, heads[i]))) return true;
    return false;
}

/* "POST /uploads would open one": what a path answers is told of it, whatever the mood. */
static bool begins_with_call(struct span s)
{
    static const char *const methods[] = {"GET /", "POST /", "PUT /", "PATCH /", "DELETE /", "HEAD /"};
    while (s.n > 0 && strchr("`*{", s.p[0])) s = span_rest(s, 1);
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (s.n > strlen(methods[i]) && memcmp(s.p, methods[i], strlen(methods[i])) == 0) return true;
    return false;
}

bool extract_is_rule(struct span s)
{
    static const char *const heads[] = {"i ",  "i'", "we ",  "we'", "my ", "our ", "they ", "thanks", "thank ", "this ",
                                        "that ", "maybe ", "perhaps ", "so ", "he ", "she ", "you ", "see ", "that's "};
    static const char *const told[] = {
        "was",   "were",  "had",      "did",           "been",      "ago",   "yesterday", "currently", "today",
        "think", "guess", "probably", "at the moment", "presently", "might", "would be",  "seems",     "i",
        "we",    "i'm",   "we're",    "somebody",      "someone",   "right now", "last week", "used to", "could",
        "asked", "said",  "complained", "reported",     "wanted",    "idea",  "hurry", NULL};
    if (begins_with_call(s)) return true;
    for (size_t i = 0; i < countof(heads); i++)
        if (span_starts(s, heads[i])) return false;
    return span_words(s) >= 4 && !(s.p[0] >= 'a' && s.p[0] <= 'z') && !span_has_any(s, told);
}

bool extract_is_story(struct span s)
{
    if (span_starts(s, "als ") && span_has_word(s, "möchte ich")) return true;
    return (span_starts(s, "as a ") || span_starts(s, "as an ")) &&
           (span_has_word(s, "i want") || span_has_word(s, "i need") || span_has_word(s, "i can") ||
            span_has_word(s, "i would like"));
}

/* A full stop that ends no sentence: "e.g.", "v1.2", "etc.", initials. */
static bool is_abbreviation(struct span s, size_t dot)
{
    static const char *const short_words[] = {"e.g", "i.e", "etc", "vs", "approx", "resp", "incl",
                                              "cf",  "min", "max", "no", "dr",     "mr",   "ms"};
    size_t from = dot;
    while (from > 0 && s.p[from - 1] != ' ' && s.p[from - 1] != '(') from--;
    if (dot - from == 1 && s.p[from] >= 'A' && s.p[from] <= 'Z') return true;
    for (size_t i = 0; i < countof(short_words); i++)
        if (span_is((struct span){s.p + from, dot - from}, short_words[i])) return true;
    return false;
}

size_t extract_sentence(struct span s)
{
    bool tick = false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '`') tick = !tick;
        if (tick || !strchr(".!?", s.p[i]) || s.p[i] == '\0') continue;
        if (i + 1 < s.n && s.p[i + 1] != ' ' && !(strchr("\")'", s.p[i + 1]) && i + 2 < s.n && s.p[i + 2] == ' '))
            continue;
        if (s.p[i] == '.' && is_abbreviation(s, i)) continue;
        return i + 1 < s.n && s.p[i + 1] != ' ' ? i + 2 : i + 1;
    }
    return s.n;
}

/* The shown part of a link at p ("[text](url)", "[text|url]"): its length in *used, 0 when there is no link. */
static struct span link_text(struct span s, size_t *used)
{
    struct span none = {"", 0};
    size_t limit = s.n < 2000 ? s.n : 2000;
    const char *end = limit > 1 ? memchr(s.p + 1, ']', limit - 1) : NULL;
    const char *bar;
    *used = 0;
    if (!end) return none;
    bar = memchr(s.p + 1, '|', (size_t)(end - s.p - 1));
    if (bar && bar[1] != ']') {
        *used = (size_t)(end - s.p) + 1;
        return (struct span){s.p + 1, (size_t)(bar - s.p - 1)};
    }
    if ((size_t)(end - s.p) + 1 < s.n && end[1] == '(') {
        size_t left = s.n - (size_t)(end - s.p) - 1;
        const char *close = memchr(end + 1, ')', left < 2000 ? left : 2000);
        if (close) *used = (size_t)(close - s.p) + 1;
        return (struct span){s.p + 1, (size_t)(end - s.p - 1)};
    }
    return none;
}

char *extract_plain(struct arena *a, struct span s)
{
    auto_buf b = BUF_INIT(20000);
    const char *plain;
    for (size_t i = 0; i < s.n && b.n < 16000; i++) {
        struct span rest = span_rest(s, i);
        size_t used = 0;
        if (span_starts(rest, "**") || span_starts(rest, "__")) {
            bool name = s.p[i] == '_' && ((i > 0 && prose_is_word_char(s.p[i - 1])) || (rest.n > 2 && i == 0));
            if (name) buf_add(&b, rest.p, 2);
            i++;
        } else if (span_starts(rest, "{{") || span_starts(rest, "}}")) {
            buf_char(&b, '`');
            i++;
        } else if (s.p[i] == '[') {
            struct span t = link_text(rest, &used);
            if (used > 0) buf_add(&b, t.p, t.n), i += used - 1;
            else buf_char(&b, '[');
        } else if (s.p[i] == '*' && !(i > 0 && i + 1 < s.n && s.p[i - 1] == ' ' && s.p[i + 1] == ' ')) {
            if ((i > 0 && strchr("/.", s.p[i - 1])) || (i + 1 < s.n && strchr("/.", s.p[i + 1])))
                buf_char(&b, '*'); /* a glob */
        } else {
            buf_char(&b, s.p[i]);
        }
    }
    plain = prose_take(a, &b);
    return prose_clean(a, (struct span){plain, strlen(plain)}, 500);
}
