/* Protects: what a step is asked for is a schema that every vendor's structured output takes, or else goes by a tool; and what
 * a schema cannot say is held to by our own reading. */
#include "pland/planner/planner.h"

#include <string.h>
#include "llm/habits.h"
#include "pland/planner/look.h"
#include "unit/check_main.h"

/* Words that all vendors take; the stricter documents (Azure's) refuse bounds, patterns and formats. */
static const char *const words[] = { "type", "description", "properties", "required", "additionalProperties", "items", "enum", "anyOf" };
static const char *const types[] = { "object", "array", "string", "integer", "number", "boolean", "null" };
static const struct schema_limits azure = { .properties = 100, .depth = 5, .values = 500, .bytes = 15000 };

static bool listed(const char *s, const char *const *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(v[i], s) == 0) return true;
    return false;
}

static void walk(const json_t *s, const char *where);

static void walk_object(const json_t *s, const char *where)
{
    const json_t *required = json_object_get(s, "required"), *properties = json_object_get(s, "properties");
    const char *key;
    char path[1024];
    json_t *v;
    ck_assert_msg(json_is_false(json_object_get(s, "additionalProperties")), "%s", where);
    ck_assert_msg(json_array_size(required) == json_object_size(properties), "%s: everything is required", where);
    json_object_foreach((json_t *)(uintptr_t)properties, key, v) {
        (void)snprintf(path, sizeof path, "%.900s/%.100s", where, key);
        walk(v, path);
    }
}

static void walk(const json_t *s, const char *where)
{
    const json_t *type = json_object_get(s, "type"), *v;
    const char *key;
    json_t *x;
    size_t i;
    ck_assert_msg(json_is_object(s) && (type || json_object_get(s, "anyOf")), "%s", where);
    json_object_foreach((json_t *)(uintptr_t)s, key, x) ck_assert_msg(listed(key, words, countof(words)), "%s: %s", where, key);
    if (json_is_string(type)) ck_assert_msg(listed(json_string_value(type), types, countof(types)), "%s", where);
    json_array_foreach(type, i, v) ck_assert_msg(listed(json_string_value(v), types, countof(types)), "%s", where);
    json_array_foreach(json_object_get(s, "anyOf"), i, v) walk(v, where);
    if (json_is_string(type) && strcmp(json_string_value(type), "object") == 0) walk_object(s, where);
    if (json_object_get(s, "items")) walk(json_object_get(s, "items"), where);
}

static void judge(const char *text, const char *name)
{
    struct schema_size z;
    auto_json s = json_loads(text, 0, NULL);
    ck_assert_msg(s && strcmp(json_string_value(json_object_get(s, "type")), "object") == 0, "%s", name);
    walk(s, name);
    ck_assert(schema_measure(text, &z));
    ck_assert_msg(schema_fits(&azure, text), "%s: %zu members, %zu levels, %zu values, %zu bytes", name, z.properties, z.depth, z.values, z.bytes);
    ck_assert_msg(schema_fits(&llm_openai.limits, text), "%s", name);
    ck_assert_msg(z.optional == 0, "%s", name);
}

START_TEST(test_every_step_fits_every_vendor)
{
    struct arena *a = arena_new(0);
    const struct llm_config c = { .structured = LLM_JSON_SCHEMA, .max_tokens_field = "max_tokens" };
    struct habits h;
    size_t by_tool = 0;
    habits_init(&h, &c);
    for (int kind = 0; kind < STEP_KIND_N_; kind++) {
        for (int look = 0; look < 2; look++) {
            const char *text = NULL;
            struct err e;
            struct manner m;
            ck_assert_int_eq(planner_schema((enum step_kind)kind, look, a, &text, &e), ERR_OK);
            judge(text, step_name((enum step_kind)kind));
            m = habits_manner(&h, &c, &llm_openai, text);
            ck_assert_int_eq(m.structured, LLM_JSON_SCHEMA);
            m = habits_manner(&h, &c, &llm_anthropic, text);
            ck_assert_int_eq(m.structured, schema_fits(&llm_anthropic.limits, text) ? LLM_JSON_SCHEMA : LLM_TOOL);
            by_tool += m.structured == LLM_TOOL;
        }
    }
    ck_assert_uint_gt(by_tool, 0);
    ck_assert_uint_lt(by_tool, 2 * STEP_KIND_N_);
    arena_free(a);
}
END_TEST

START_TEST(test_the_looking_tool)
{
    struct buf b = BUF_INIT(65536);
    look_schema(&b);
    judge(buf_cstr(&b), "look");
    buf_release(&b);
}
END_TEST

/* Bounds are in no schema: an answer that passes them is sent back with the place. */
START_TEST(test_bounds_are_kept_by_reading)
{
    static const char *const places[] = { "/requests/0/read", "/requests/0/search" };
    struct arena *a = arena_new(0);
    char text[4096], longer[1200];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    for (size_t i = 0; i < countof(places); i++) {
        struct looks l;
        struct err e;
        (void)snprintf(text, sizeof text, i ? "{\"requests\":[{\"read\":null,\"search\":\"%s\"}]}" : "{\"requests\":[{\"read\":\"%s\",\"search\":null}]}", longer);
        ck_assert_int_eq(looks_parse(text, a, &l, &e), ERR_INVALID);
        ck_assert_str_eq(e.at, places[i]);
    }
    arena_free(a);
}
END_TEST

static const struct {
    const char *text;
    struct schema_size want;
} sizes[] = {
    { "{}", { 0 } },
    { "{\"type\":\"object\",\"properties\":{\"ab\":{\"type\":[\"string\",\"null\"]},\"c\":{\"enum\":[\"x\",\"yz\",null]}},\"required\":[\"ab\"]}",
      { .properties = 2, .depth = 1, .values = 3, .bytes = 6, .optional = 1, .unions = 1 } },
    { "{\"properties\":{\"a\":{\"anyOf\":[{\"properties\":{\"b\":{}},\"required\":[\"b\"]},{\"type\":\"null\"}]},\"l\":{\"items\":{\"properties\":{\"m\":{\"properties\":{\"n\":{}}}}}}},"
      "\"required\":[\"a\",\"l\"]}", { .properties = 5, .depth = 3, .bytes = 5, .optional = 2, .unions = 1 } },
};

START_TEST(test_measure)
{
    struct schema_size z;
    for (size_t i = 0; i < countof(sizes); i++) {
        ck_assert(schema_measure(sizes[i].text, &z));
        ck_assert_msg(memcmp(&z, &sizes[i].want, sizeof z) == 0, "%zu: %zu %zu %zu %zu %zu %zu", i, z.properties, z.depth, z.values, z.bytes, z.optional, z.unions);
    }
    ck_assert(!schema_measure("{", &z));
    ck_assert(!schema_fits(&azure, "{"));
}
END_TEST

START_TEST(test_plausible)
{
    static const char schema[] = "{\"properties\":{\"a\":{},\"b\":{}},\"required\":[\"a\"],\"additionalProperties\":false}";
    static const struct { const char *answer; bool want; } rows[] = {
        { "{\"a\":1}", true }, { "{\"a\":null,\"b\":2}", true }, { "{\"b\":2}", false }, { "{\"a\":1,\"c\":2}", false }, { "[1]", false }, { "words", false }, { "", false },
    };
    for (size_t i = 0; i < countof(rows); i++)
        ck_assert_msg(schema_plausible(schema, rows[i].answer, strlen(rows[i].answer)) == rows[i].want, "%s", rows[i].answer);
    ck_assert(schema_plausible("{}", "{\"x\":1}", 7));
}
END_TEST

UNIT_MAIN("planner_schema", { test_every_step_fits_every_vendor, test_the_looking_tool, test_bounds_are_kept_by_reading, test_measure, test_plausible })
