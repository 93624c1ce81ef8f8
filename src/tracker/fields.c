/* Reading other people's JSON. */
#include "tracker/fields.h"

#include <stdlib.h>
#include <string.h>

#include "pland/base/clock.h"

enum { KEY_MAX = 100, LIST_MAX_N = 200 };

const json_t *field_of(const json_t *v, const char *path)
{
    char key[KEY_MAX];
    while (v && *path) {
        size_t n = strcspn(path, ".");
        if (n >= sizeof key) return NULL;
        memcpy(key, path, n);
        key[n] = '\0';
        v = json_object_get(v, key);
        path += n + (path[n] == '.');
    }
    return v;
}

const char *field_text(const json_t *v, const char *path)
{
    const json_t *x = field_of(v, path);
    return json_is_string(x) ? json_string_value(x) : NULL;
}

const char *field_word(struct arena *a, const json_t *v, const char *path)
{
    const json_t *x = field_of(v, path);
    if (json_is_string(x)) return arena_dup(a, json_string_value(x));
    return json_is_integer(x) ? arena_fmt(a, "%lld", (long long)json_integer_value(x)) : NULL;
}

const char *field_texts(struct arena *a, const json_t *v, const char *first, const char *second)
{
    const char *one = field_text(v, first), *two = field_text(v, second);
    return arena_fmt(a, "%s\n\n%s", one ? one : "", two ? two : "");
}

int64_t field_int(const json_t *v, const char *path)
{
    const json_t *x = field_of(v, path);
    return json_is_integer(x) ? json_integer_value(x) : 0;
}

bool field_true(const json_t *v, const char *path)
{
    return json_is_true(field_of(v, path));
}

int64_t field_time(const json_t *v, const char *path)
{
    const char *s = field_text(v, path);
    int64_t at = s ? clock_parse(s) : 0;
    char iso[40];
    if (at < 0 && strlen(s) == 23 && strcmp(s + 19, " UTC") == 0) { /* "2017-09-15 16:50:55 UTC", as GitLab has it */
        memcpy(iso, s, 19);
        iso[10] = 'T';
        memcpy(iso + 19, "Z", 2);
        at = clock_parse(iso);
    }
    return at > 0 ? at : 0;
}

bool field_is(const json_t *v, const char *path, const char *text)
{
    const char *s = field_text(v, path);
    return s && strcmp(s, text) == 0;
}

void field_list(struct arena *a, const json_t *v, const char *path, const char *key, void *ret)
{
    const json_t *list = field_of(v, path), *item;
    size_t i;
    if (!json_is_array(list)) return;
    json_array_foreach(list, i, item)
    {
        const char *s = key ? field_text(item, key) : json_string_value(item);
        const char **slot = s && i < LIST_MAX_N ? arena_push(a, ret, sizeof *slot) : NULL;
        if (slot) *slot = arena_dup(a, s);
    }
}

/* RFC 6901. */
const json_t *field_at(const json_t *v, const char *pointer)
{
    char key[KEY_MAX];
    while (v && *pointer == '/') {
        size_t n = 0;
        for (pointer++; *pointer && *pointer != '/' && n < sizeof key - 1; pointer++) {
            char ch = *pointer;
            if (ch == '~' && (pointer[1] == '0' || pointer[1] == '1')) ch = *++pointer == '0' ? '~' : '/';
            key[n++] = ch;
        }
        key[n] = '\0';
        if (json_is_array(v))
            v = key[0] && !key[strspn(key, "0123456789")] ? json_array_get(v, (size_t)strtoul(key, NULL, 10)) : NULL;
        else v = json_object_get(v, key);
    }
    return *pointer ? NULL : v;
}
