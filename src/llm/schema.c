/* See schema.h. */
#include "llm/schema.h"

#include <jansson.h>
#include <string.h>
#include "pland/base/record.h"

static void measure(const json_t *s, size_t depth, struct schema_size *z);

static void measure_members(const json_t *s, size_t depth, struct schema_size *z)
{
    const json_t *required = json_object_get(s, "required"), *name;
    const char *key;
    json_t *v;
    size_t i, listed = 0;
    if (++depth > z->depth) z->depth = depth;
    json_object_foreach(json_object_get(s, "properties"), key, v)
    {
        z->properties++;
        z->bytes += strlen(key);
        z->unions += json_is_array(json_object_get(v, "type")) || json_object_get(v, "anyOf");
        json_array_foreach(required, i, name) listed += strcmp(json_string_value(name), key) == 0;
        measure(v, depth, z);
    }
    z->optional += json_object_size(json_object_get(s, "properties")) - listed;
}

static void measure(const json_t *s, size_t depth, struct schema_size *z)
{
    const json_t *values = json_object_get(s, "enum"), *v;
    size_t i;
    json_array_foreach(values, i, v)
    {
        z->values++;
        z->bytes += json_string_length(v);
    }
    json_array_foreach(json_object_get(s, "anyOf"), i, v) measure(v, depth, z);
    if (json_object_get(s, "properties")) measure_members(s, depth, z);
    if (json_object_get(s, "items")) measure(json_object_get(s, "items"), depth, z);
}

bool schema_measure(const char *text, struct schema_size *ret)
{
    auto_json s = json_loads(text, 0, NULL);
    *ret = (struct schema_size){ 0 };
    if (s) measure(s, 0, ret);
    return s != NULL;
}

static bool within(size_t n, size_t limit)
{
    return limit == 0 || n <= limit;
}

bool schema_fits(const struct schema_limits *l, const char *text)
{
    struct schema_size z;
    return schema_measure(text, &z) && within(z.properties, l->properties) && within(z.depth, l->depth) &&
           within(z.values, l->values) && within(z.bytes, l->bytes) && within(z.optional, l->optional) &&
           within(z.unions, l->unions);
}

bool schema_plausible(const char *text, const char *answer, size_t n)
{
    auto_json s = json_loads(text, 0, NULL);
    auto_json v = json_loadb(answer, n, JSON_ALLOW_NUL, NULL);
    const json_t *properties = json_object_get(s, "properties"), *name;
    const char *key;
    json_t *x;
    size_t i;
    if (!json_is_object(v)) return false;
    json_array_foreach(json_object_get(s, "required"), i,
                       name) if (!json_object_get(v, json_string_value(name))) return false;
    if (!json_is_false(json_object_get(s, "additionalProperties"))) return true;
    json_object_foreach(v, key, x) if (!json_object_get(properties, key)) return false;
    return true;
}
