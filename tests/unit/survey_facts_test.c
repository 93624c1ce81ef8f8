/* What the survey says of small trees, family by family as the labels of tests/survey name them. Every tree here is a
 * shape that was once read wrongly in a public codebase. */
#include "unit/check_main.h"
#include "unit/survey_labels.h"

struct made_file {
    const char *path, *text;
};
struct shape {
    const char *name;
    struct made_file files[8];
    const char *there[14], *absent[8]; /* "family: fact"; a command is "kind [dir] name" */
};

static const struct shape shapes[] = {
#include "unit/survey_facts_rows.h"
};

static void write_facts(const struct survey *s, struct arena *a, struct buf *ret)
{
    for (size_t i = 0; i < FAMILIES; i++) {
        struct facts f = {.v = {0}};
        families[i].survey(s, a, &f);
        for (size_t k = 0; k < f.v.n; k++)
            buf_fmt(ret, "\n%s: %s%s%s\n", families[i].name, families[i].kinds ? f.v.v[k].kind : "",
                    families[i].kinds ? " " : "", f.v.v[k].key);
    }
}

static void look(const struct shape *x)
{
    struct scratch s;
    struct surveyed d;
    auto_buf all = BUF_INIT(1 << 20), line = BUF_INIT(2000);
    scratch_open(&s);
    for (size_t i = 0; i < countof(x->files) && x->files[i].path; i++) {
        put(s.roots, x->files[i].path, x->files[i].text);
        if (strncmp(x->files[i].text, "#!", 2) == 0) run("chmod 755 '%s/%s'", s.roots, x->files[i].path);
    }
    survey_path(&d, s.roots);
    write_facts(&d.survey, d.arena, &all);
    for (size_t i = 0; i < countof(x->there) && x->there[i]; i++) {
        buf_clear(&line);
        buf_fmt(&line, "\n%s\n", x->there[i]);
        ck_assert_msg(strstr(buf_cstr(&all), buf_cstr(&line)) != NULL, "%s: '%s' is not in%s", x->name, x->there[i],
                      buf_cstr(&all));
    }
    for (size_t i = 0; i < countof(x->absent) && x->absent[i]; i++) {
        buf_clear(&line);
        buf_fmt(&line, "\n%s", x->absent[i]);
        ck_assert_msg(strstr(buf_cstr(&all), buf_cstr(&line)) == NULL, "%s: '%s' is in%s", x->name, x->absent[i],
                      buf_cstr(&all));
    }
    surveyed_close(&d);
    scratch_close(&s);
}

START_TEST(each_shape_is_read_as_a_person_reads_it)
{
    for (size_t i = 0; i < countof(shapes); i++) look(&shapes[i]);
}
END_TEST

UNIT_MAIN("survey_facts", {each_shape_is_read_as_a_person_reads_it})
