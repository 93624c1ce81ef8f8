/* api/plan.schema.json says of the document exactly what the record tables say. What a revision has around the document
 * is not taken from anybody and not here; tests/scenario/test_plan_schema.py holds that against the daemon.
 * With PLAND_SCHEMA=FILE in the environment the schema is written there as it should be. */
#include <string.h>

#include "pland/plan/document.h"
#include "unit/check_main.h"

static const char *const around[] = { "revision", "verdict", "totals", "section" };

static json_t *schema_of(const struct record *r, json_t *defs);

static json_t *string_of(const struct field *f)
{
    json_t *v = f->flags & FIELD_NULLABLE ? json_pack("{s:[ss]}", "type", "string", "null") : json_pack("{s:s}", "type", "string");
    if (f->min > 0) (void)json_object_set_new(v, "minLength", json_integer(f->min));
    if (f->max > 0) (void)json_object_set_new(v, "maxLength", json_integer(f->max));
    if (f->flags & FIELD_NONBLANK) (void)json_object_set_new(v, "pattern", json_string("\\S"));
    return v;
}

static json_t *integer_of(const struct field *f)
{
    json_t *v = json_pack("{s:s}", "type", "integer");
    if (f->min || f->max) (void)json_object_set_new(v, "minimum", json_integer(f->min));
    if (f->max > 0 && f->max < INT64_MAX) (void)json_object_set_new(v, "maximum", json_integer(f->max));
    return v;
}

static json_t *enum_of(const struct field *f)
{
    json_t *names = json_array();
    for (size_t i = 0; f->names[i]; i++) (void)json_array_append_new(names, json_string(f->names[i]));
    return json_pack("{s:s, s:o}", "type", "string", "enum", names);
}

static json_t *reference(const struct record *r, json_t *defs)
{
    if (!json_object_get(defs, r->name)) {
        (void)json_object_set_new(defs, r->name, json_null()); /* its place, before those that it refers to */
        (void)json_object_set_new(defs, r->name, schema_of(r, defs));
    }
    return json_pack("{s:s+}", "$ref", "#/$defs/", r->name);
}

static json_t *array_of(const struct field *f, json_t *items)
{
    json_t *v = json_pack("{s:s, s:o}", "type", "array", "items", items);
    if (f->min > 0) (void)json_object_set_new(v, "minItems", json_integer(f->min));
    if (f->max > 0) (void)json_object_set_new(v, "maxItems", json_integer(f->max));
    return v;
}

static json_t *value_of(const struct field *f, json_t *defs)
{
    switch (f->type) {
    case FIELD_STR: return string_of(f);
    case FIELD_INT: return integer_of(f);
    case FIELD_ENUM: return enum_of(f);
    case FIELD_RECORD: return reference(f->sub, defs);
    case FIELD_LIST: return array_of(f, reference(f->sub, defs));
    case FIELD_STRS:
        return array_of(f, json_pack("{s:s, s:I}", "type", "string", "maxLength", (json_int_t)f->sub_max));
    case FIELD_BOOL:
    case FIELD_MONEY:
    case FIELD_TIME:
    case FIELD_OPTION:
    case FIELD_JSON: break;
    }
    ck_abort_msg("a document has no field like %s so far", f->key);
    return NULL;
}

static json_t *schema_of(const struct record *r, json_t *defs)
{
    json_t *properties = json_object(), *required = json_array(), *v;
    for (size_t i = 0; i < r->n; i++) {
        const struct field *f = &r->fields[i];
        json_t *value = value_of(f, defs);
        ck_assert_msg(f->help && *f->help, "%s.%s says nothing", r->name, f->key);
        (void)json_object_set_new(value, "description", json_string(f->help));
        (void)json_object_set_new(properties, f->key, value);
        if (f->flags & FIELD_REQUIRED) (void)json_array_append_new(required, json_string(f->key));
    }
    v = json_pack("{s:s, s:b}", "type", "object", "additionalProperties", 0);
    if (json_array_size(required) > 0) (void)json_object_set(v, "required", required);
    json_decref(required);
    (void)json_object_set_new(v, "properties", properties);
    return v;
}

/* The schema as it should be; what is around the document is taken from the one that is there. */
static json_t *expected(const json_t *there)
{
    static const char *const heads[] = { "$schema", "title", "description" };
    json_t *all = json_object(), *defs = json_object(), *document = schema_of(&document_record, defs);
    for (size_t i = 0; i < countof(around); i++) {
        json_t *v = json_object_get(json_object_get(there, "$defs"), around[i]);
        ck_assert_msg(!json_object_get(defs, around[i]), "a record is called %s", around[i]);
        if (v) (void)json_object_set(defs, around[i], v);
    }
    for (size_t i = 0; i < countof(heads); i++) {
        json_t *v = json_object_get(there, heads[i]);
        ck_assert_msg(json_is_string(v), "%s is missing", heads[i]);
        (void)json_object_set(all, heads[i], v);
    }
    ck_assert_int_eq(json_object_update(all, document), 0);
    json_decref(document);
    (void)json_object_set_new(all, "$defs", defs);
    return all;
}

START_TEST(the_schema_is_the_tables)
{
    json_error_t e;
    json_t *there = json_load_file(SOURCE_DIR "/api/plan.schema.json", JSON_REJECT_DUPLICATES, &e), *should;
    const char *file = getenv("PLAND_SCHEMA"), *key;
    ck_assert_msg(there != NULL, "%s in line %d", e.text, e.line);
    should = expected(there);
    if (file) ck_assert_int_eq(json_dump_file(should, file, JSON_INDENT(2)), 0);
    json_t *value, *defs = json_object_get(should, "$defs");
    json_object_foreach(defs, key, value)
        ck_assert_msg(json_equal(value, json_object_get(json_object_get(there, "$defs"), key)), "$defs/%s is not as its record", key);
    ck_assert_msg(json_equal(there, should), "the schema is not as the records: PLAND_SCHEMA=FILE writes what it should be");
    json_decref(there);
    json_decref(should);
}
END_TEST

UNIT_MAIN("plan_schema", { the_schema_is_the_tables })
