/* What a change means for the sections that it left as they were, and the one action that works them over. */
#include <string.h>
#include "pland/plan/dialogue.h"
#include "service/view_plan.h"

static bool again(const struct affected_sections *l, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (strcmp(l->sections.v[j].section, l->sections.v[i].section) == 0) return true;
    return false;
}

static void include_json(const char *plan, const struct affected_sections *l, struct buf *b)
{
    auto_buf text = BUF_INIT(60000);
    size_t n;
    buf_str(&text, "Bring these sections in line with what has changed:");
    for (size_t i = 0; i < l->sections.n && text.n < 50000; i++)
        buf_fmt(&text, "%s %s %s", i ? ";" : "", l->sections.v[i].section, l->sections.v[i].why);
    buf_char(&text, '.');
    buf_key(b, "include");
    buf_fmt(b, "{\"method\":\"POST\",\"href\":\"/plans/%s/refinements\",\"body\":{\"cause\":\"affected\"", plan);
    view_text(b, "instruction", buf_cstr(&text));
    buf_key(b, "sections");
    buf_char(b, '[');
    n = l->sections.n < 200 ? l->sections.n : 200;
    for (size_t i = 0; i < n; i++) {
        if (again(l, i)) continue;
        buf_comma(b);
        buf_json(b, l->sections.v[i].section);
    }
    buf_str(b, "]}}");
}

void affected_json(const char *plan, const char *affected, struct arena *a, struct buf *b)
{
    struct affected_sections l = { 0 };
    struct err e;
    if (!affected) return;
    if (record_parse(&affected_sections_record, affected, strlen(affected), &l, a, &e) != ERR_OK || !l.sections.n)
        return;
    buf_key(b, "affected");
    record_encode(&affected_sections_record, &l, b);
    if (b->failed == ERR_OK) b->n--; /* its brace comes back behind the action */
    include_json(plan, &l, b);
    buf_char(b, '}');
}
