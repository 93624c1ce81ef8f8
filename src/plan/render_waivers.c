/* Errors of the checks that somebody answers for: seen in every export by whoever reads the plan. */
#include "plan/render.h"

#include "plan/text.h"

#define T struct waived_finding
static const struct field rows[] = {
    F_STR(T, finding, FIELD_REQUIRED, 0, 0, "Id of the finding"),
    F_STR(T, rule, FIELD_REQUIRED, 0, 0, "Rule of the checks"),
    F_STR(T, section, FIELD_REQUIRED, 0, 0, "Section it is about"),
    F_STR(T, message, FIELD_REQUIRED, 0, 0, "What was found"),
    F_STR(T, reason, FIELD_REQUIRED, 0, 0, "Why it may stay"),
    F_STR(T, by, 0, 0, 0, "Who waived it"),
    F_STR(T, at, 0, 0, 0, "When"),
};
#undef T
const struct record waived_finding_record = RECORD("waived_finding", struct waived_finding, rows);

void render_waivers(struct render *r)
{
    buf_str(r->b, "| Finding | Section | Waived because | By |\n|---|---|---|---|\n");
    for (size_t i = 0; i < r->how->waivers.n; i++) {
        const struct waived_finding *w = &r->how->waivers.v[i];
        const char *const cells[] = { w->message, w->section, w->reason, w->by };
        for (size_t k = 0; k < countof(cells); k++) {
            buf_str(r->b, "| ");
            text_put(r->b, cells[k] ? cells[k] : "", TEXT_CELL, NULL);
            buf_char(r->b, ' ');
        }
        buf_str(r->b, "|\n");
    }
    buf_char(r->b, '\n');
}
