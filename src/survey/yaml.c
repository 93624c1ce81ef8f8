/* Builds a tree of nodes from libyaml's events. */
#include "survey/yaml.h"

#include <string.h>
#include <yaml.h>

#define MAX_DEPTH 64
#define MAX_NODES 200000

struct reader {
    yaml_parser_t parser;
    struct arena *a;
    struct yaml_docs *ret;
    size_t nodes;
};

static bool fail(struct reader *r, const char *why, size_t line)
{
    if (!r->ret->wrong) {
        r->ret->wrong = arena_dup(r->a, why ? why : "damaged");
        r->ret->wrong_line = (int64_t)line + 1;
    }
    return false;
}

static bool next(struct reader *r, yaml_event_t *ev)
{
    if (yaml_parser_parse(&r->parser, ev)) return true;
    return fail(r, r->parser.problem, r->parser.problem_mark.line);
}

static const struct yaml_node *build(struct reader *r, const yaml_event_t *ev, int depth);

static bool build_sequence(struct reader *r, struct yaml_node *node, int depth)
{
    for (;;) {
        const struct yaml_node *item, **slot;
        yaml_event_t ev;
        bool end;
        if (!next(r, &ev)) return false;
        end = ev.type == YAML_SEQUENCE_END_EVENT;
        item = end ? NULL : build(r, &ev, depth + 1);
        yaml_event_delete(&ev);
        if (end) return true;
        slot = item ? arena_push(r->a, &node->items, sizeof *slot) : NULL;
        if (!slot) return false;
        *slot = item;
    }
}

static bool build_mapping(struct reader *r, struct yaml_node *node, int depth)
{
    for (;;) {
        const struct yaml_node *key, *value;
        struct yaml_pair *pair;
        yaml_event_t ev;
        bool end;
        if (!next(r, &ev)) return false;
        end = ev.type == YAML_MAPPING_END_EVENT;
        key = end ? NULL : build(r, &ev, depth + 1);
        yaml_event_delete(&ev);
        if (end) return true;
        if (!key || !next(r, &ev)) return false;
        value = build(r, &ev, depth + 1);
        yaml_event_delete(&ev);
        pair = value ? arena_push(r->a, &node->pairs, sizeof *pair) : NULL;
        if (!pair) return false;
        *pair = (struct yaml_pair){ key->s ? key->s : "", key->line, value };
    }
}

static const struct yaml_node *build(struct reader *r, const yaml_event_t *ev, int depth)
{
    struct yaml_node *node = arena_alloc(r->a, sizeof *node);
    bool ok = true;
    if (!node) return NULL;
    node->line = (int64_t)ev->start_mark.line + 1;
    if (depth > MAX_DEPTH || ++r->nodes > MAX_NODES) {
        (void)fail(r, "nested too deep or too large", ev->start_mark.line);
        return NULL;
    }
    if (ev->type == YAML_SCALAR_EVENT) {
        node->s = arena_dup_n(r->a, ev->data.scalar.value, ev->data.scalar.length);
        node->block =
            ev->data.scalar.style == YAML_LITERAL_SCALAR_STYLE || ev->data.scalar.style == YAML_FOLDED_SCALAR_STYLE;
    } else if (ev->type == YAML_SEQUENCE_START_EVENT) ok = build_sequence(r, node, depth);
    else if (ev->type == YAML_MAPPING_START_EVENT) ok = build_mapping(r, node, depth);
    return ok ? node : NULL;
}

static bool read_stream(struct reader *r)
{
    for (bool done = false; !done;) {
        yaml_event_t ev;
        bool ok = true;
        if (!next(r, &ev)) return false;
        done = ev.type == YAML_STREAM_END_EVENT;
        if (ev.type == YAML_SCALAR_EVENT || ev.type == YAML_SEQUENCE_START_EVENT ||
            ev.type == YAML_MAPPING_START_EVENT) {
            const struct yaml_node *doc = build(r, &ev, 0), **slot;
            slot = doc ? arena_push(r->a, &r->ret->docs, sizeof *slot) : NULL;
            if (slot) *slot = doc;
            ok = slot != NULL;
        }
        yaml_event_delete(&ev);
        if (!ok) return false;
    }
    return true;
}

bool yaml_read(const char *text, size_t n, struct arena *a, struct yaml_docs *ret)
{
    struct reader r = { .a = a, .ret = ret };
    bool ok;
    memset(ret, 0, sizeof *ret);
    if (!yaml_parser_initialize(&r.parser)) return fail(&r, "out of memory", 0);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, n);
    ok = read_stream(&r);
    yaml_parser_delete(&r.parser);
    if (!ok) (void)fail(&r, "out of memory", 0);
    return ok;
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
    for (size_t i = 0; map && i < map->pairs.n; i++)
        if (strcmp(map->pairs.v[i].key, key) == 0) return map->pairs.v[i].value;
    return NULL;
}

const char *yaml_str(const struct yaml_node *map, const char *key)
{
    const struct yaml_node *v = yaml_get(map, key);
    return v ? v->s : NULL;
}
