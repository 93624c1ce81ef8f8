/* What a program is for: the first row that fits decides. */
#include "survey/programs.h"

#include <string.h>

static int kind_in(const struct program *rows, size_t n_rows, const struct words *seen, struct arena *a)
{
    for (size_t i = 0; i < n_rows; i++) {
        size_t n = strcspn(rows[i].words, " ");
        struct words m;
        if (strncmp(rows[i].words, seen->v[0], n) != 0 || seen->v[0][n]) continue;
        words_of(rows[i].words, a, &m);
        if (m.n && seen->n >= m.n && is(m.v[0], seen->v[0]) && words_match(&m, seen)) return (int)rows[i].kind;
    }
    return -1;
}

/* docker compose -f a.yml -f b.yml up: the files, profiles and names before what is asked for. */
static void without_compose_options(struct words *w)
{
    static const char *const with_value[] = {"-f", "--file", "-p", "--project-name", "--profile", "--env-file"};
    size_t at = is(w->v[0], "docker-compose") ? 1 : is(w->v[0], "docker") && w->n > 1 && is(w->v[1], "compose") ? 2 : 0;
    while (at && at + 2 < w->n && word_in(with_value, countof(with_value), w->v[at])) {
        memmove(&w->v[at], &w->v[at + 2], (w->n - at - 2) * sizeof w->v[0]);
        w->n -= 2;
    }
}

int program_kind(struct arena *a, const struct words *w)
{
    struct words seen = *w;
    int kind;
    if (!w->n) return -1;
    if (is(w->v[0], "./gradlew") || is(w->v[0], "gradlew")) seen.v[0] = "gradle";
    if (is(w->v[0], "./mvnw") || is(w->v[0], "mvnw")) seen.v[0] = "mvn";
    if (starts(w->v[0], "bin/") && !is(w->v[0], "bin/rails")) seen.v[0] = w->v[0] + 4;
    without_compose_options(&seen);
    kind = kind_in(programs_code, n_programs_code, &seen, a);
    return kind >= 0 ? kind : kind_in(programs_tools, n_programs_tools, &seen, a);
}
