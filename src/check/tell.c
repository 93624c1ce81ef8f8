/* Results told to people and tools: plain text, SARIF 2.1.0, GitHub's workflow commands.
 *
 * SARIF: docs.oasis-open.org/sarif/sarif/v2.1.0; a level is "error", "warning" or "note". Workflow commands:
 * "::error file=…,line=…,title=…::message", where % CR LF are escaped, and in properties also ':' and ','. */
#include "check/inner.h"

#include <string.h>

static void verdict_line(const struct verdict *v, struct buf *b)
{
    buf_fmt(b, "%lld verified, %lld to create, %lld not provable here, %lld failed\n", (long long)v->verified,
            (long long)v->to_create, (long long)v->unprovable, (long long)v->failed);
}

void check_write_text(const struct check_result *r, const struct check_told *t, struct buf *b)
{
    verdict_line(&r->verdict, b);
    for (size_t i = 0; i < r->findings.n; i++) {
        const struct check_finding *f = &r->findings.v[i];
        if (f->line && t->file) buf_fmt(b, "%s:%lld: ", t->file, (long long)f->line);
        buf_fmt(b, "%-8s %-20s %-12s %s\n", severity_names[f->severity], f->rule, f->line ? "" : f->anchor ? f->anchor : "", f->message);
        if (f->suggestion) buf_fmt(b, "%22s%s\n", "", f->suggestion);
    }
}

/* --- SARIF -------------------------------------------------------------------------------------------------------- */
static const char *const levels[] = { "note", "warning", "error" };

static void text_member(struct buf *b, const char *key, const char *s)
{
    buf_key(b, key);
    buf_json(b, s);
}

static void sarif_rules(struct buf *b)
{
    buf_key(b, "rules");
    buf_char(b, '[');
    for (size_t i = 0; i < RULE_N_; i++) {
        buf_comma(b);
        buf_char(b, '{');
        text_member(b, "id", check_rules[i].id);
        buf_key(b, "shortDescription");
        buf_char(b, '{');
        text_member(b, "text", check_rules[i].title);
        buf_str(b, "},\"help\":{");
        text_member(b, "text", check_rules[i].fix);
        buf_str(b, "},\"defaultConfiguration\":{");
        text_member(b, "level", levels[check_rules[i].severity]);
        buf_str(b, "}}");
    }
    buf_char(b, ']');
}

static void sarif_result(const struct check_finding *f, const struct check_told *t, struct buf *b)
{
    buf_comma(b);
    buf_char(b, '{');
    text_member(b, "ruleId", f->rule);
    text_member(b, "level", levels[f->severity]);
    buf_str(b, ",\"message\":{\"text\":");
    buf_json(b, f->message);
    buf_str(b, "},\"partialFingerprints\":{\"finding/v1\":");
    buf_json(b, f->id);
    buf_str(b, "},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":");
    buf_json(b, t->file ? t->file : "plan");
    buf_fmt(b, "},\"region\":{\"startLine\":%lld}},\"logicalLocations\":[{\"name\":", (long long)(f->line ? f->line : 1));
    buf_json(b, f->anchor);
    buf_str(b, "}]}]");
    if (f->suggestion) {
        buf_str(b, ",\"properties\":{\"suggestion\":");
        buf_json(b, f->suggestion);
        buf_char(b, '}');
    }
    buf_char(b, '}');
}

void check_write_sarif(const struct check_result *r, const struct check_told *t, size_t n, struct buf *b)
{
    buf_str(b, "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{");
    text_member(b, "name", "planctl");
    text_member(b, "version", PLAND_VERSION);
    sarif_rules(b);
    buf_str(b, "}},\"columnKind\":\"utf16CodeUnits\",\"results\":[");
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < r[i].findings.n; j++) sarif_result(&r[i].findings.v[j], &t[i], b);
    buf_str(b, "]}]}");
}

/* --- GitHub ------------------------------------------------------------------------------------------------------- */
static void escaped(struct buf *b, const char *s, bool property)
{
    for (; s && *s; s++) {
        if (strchr("%\r\n", *s) || (property && strchr(":,", *s))) buf_fmt(b, "%%%02X", (unsigned)(unsigned char)*s);
        else buf_char(b, *s);
    }
}

void check_write_github(const struct check_result *r, const struct check_told *t, struct buf *b)
{
    static const char *const commands[] = { "notice", "warning", "error" };
    for (size_t i = 0; i < r->findings.n; i++) {
        const struct check_finding *f = &r->findings.v[i];
        buf_fmt(b, "::%s file=", commands[f->severity]);
        escaped(b, t->file ? t->file : "plan", true);
        buf_fmt(b, ",line=%lld,title=", (long long)(f->line ? f->line : 1));
        escaped(b, f->rule, true);
        buf_str(b, "::");
        escaped(b, f->message, false);
        buf_char(b, '\n');
    }
    verdict_line(&r->verdict, b);
}
