/* How long the work takes against the time and the people that are given. */
#include "planner/offline/closing/closing.h"

#include <string.h>

/* Likely, in all. */
static int64_t work_minutes(const struct blueprint *bp)
{
    int64_t m = 0;
    for (size_t i = 0; i < bp->drafts.n; i++) m += bp->drafts.v[i].estimate.likely;
    return m;
}

/* The same words as in the table of estimates. */
static const char *duration_words(struct arena *a, int64_t minutes)
{
    auto_buf b = BUF_INIT(200);
    duration_text(minutes, &b);
    return prose_take(a, &b);
}

static const char *fits(const struct scene *s, const struct blueprint *bp, int64_t available)
{
    int64_t work = work_minutes(bp), sum = 0;
    size_t n = 0;
    if (work <= available) return "it fits";
    while (n < bp->drafts.n && sum + bp->drafts.v[n].estimate.likely <= available)
        sum += bp->drafts.v[n++].estimate.likely;
    if (n == 0) return arena_fmt(s->a, "not even \"%s\" fits", bp->drafts.v[0].title);
    return arena_fmt(s->a, "the phases up to \"%s\" fit, the rest is a second release or needs %s more",
                     bp->drafts.v[n - 1].title, duration_words(s->a, work - available));
}

/* --- days until a date -------------------------------------------------------------------------------------------- */
static int64_t day_number(int64_t y, int64_t m, int64_t d) /* since 1970-01-01 */
{
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1, doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

static bool digits(const char *p, size_t n)
{
    return strspn(p, "0123456789") >= n;
}

static int64_t number(const char *p, size_t n)
{
    int64_t v = 0;
    for (size_t i = 0; i < n; i++) v = v * 10 + (p[i] - '0');
    return v;
}

/* "2026-12-18" and what begins so; -1: not of this form. */
static int64_t iso_day(const char *p)
{
    if (!p || strlen(p) < 10 || !digits(p, 4) || p[4] != '-' || !digits(p + 5, 2) || p[7] != '-' || !digits(p + 8, 2))
        return -1;
    if (number(p + 5, 2) < 1 || number(p + 5, 2) > 12 || number(p + 8, 2) < 1 || number(p + 8, 2) > 31) return -1;
    return day_number(number(p, 4), number(p + 5, 2), number(p + 8, 2));
}

static int64_t weekday(int64_t day) /* 0: Monday */
{
    return (day + 3) % 7;
}

static int64_t deadline_day(const struct scene *s, int64_t today)
{
    static const char *const names[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
    int64_t day = iso_day(s->x.deadline);
    for (int64_t i = 0; day < 0 && i < 7; i++)
        if (prose_has_word(s->x.deadline, names[i])) return today + 1 + (i - weekday(today + 1) + 7) % 7;
    return day;
}

/* Working days after the day the plan was made, up to the deadline; -1: one of them is not known. */
static int64_t days_left(const struct scene *s)
{
    int64_t today = iso_day(s->b->created), day = today < 0 || !s->x.deadline ? -1 : deadline_day(s, today), n = 0;
    if (day < 0 || day - today > 3650) return -1;
    for (int64_t i = today + 1; i <= day; i++) n += weekday(i) < 5;
    return n;
}

static const char *people_text(const struct scene *s)
{
    return s->x.people > 1 ? arena_fmt(s->a, " for %lld people", (long long)s->x.people) : "";
}

void schedule_write(const struct scene *s, const struct blueprint *bp, struct closing *c)
{
    const char *work = duration_words(s->a, work_minutes(bp));
    struct timeline *t = &c->timeline;
    int64_t left = days_left(s);
    if (!s->x.deadline && s->x.people == 0 && s->x.days == 0) {
        if (s->small) waive(s, c, "timeline", arena_fmt(s->a, "%s in one piece, and no date is given", work));
        return; /* the table of estimates says it */
    }
    t->deadline = s->x.deadline;
    t->people = s->x.people;
    t->available = s->x.days * 480 * (s->x.people > 1 ? s->x.people : 1);
    if (t->available > 0)
        t->note = arena_fmt(s->a, "%s of work%s, %s left: %s.", work, people_text(s),
                            duration_words(s->a, t->available), fits(s, bp, t->available));
    else if (left >= 0)
        t->note = arena_fmt(s->a, "%s of work%s, %lld working day%s until %s: %s.", work, people_text(s),
                            (long long)left, left == 1 ? "" : "s", s->x.deadline, fits(s, bp, left * 480));
    else
        t->note = arena_fmt(s->a, "%s of work%s%s%s.", work, people_text(s), s->x.deadline ? ", wanted " : "",
                            s->x.deadline ? s->x.deadline : "");
}
