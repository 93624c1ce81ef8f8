/* Command lines: cutting, seeing through prefixes, judging, the paths they name; braces and globs. None may crash or take
 * long; a glob matches itself when it has no star. */
#include <stdlib.h>
#include <string.h>

#include "check/inner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count(struct checking *c, const char *path, size_t n, void *arg)
{
    size_t *paths = arg;
    (void)c;
    if (strlen(path) != n) abort();
    ++*paths;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct tree *tree;
    struct err e = { 0 };
    struct survey s = { 0 };
    struct arena *a = arena_new(64 << 20);
    struct check_codebase codebase;
    struct check_input in = { .codebases = { &codebase, 1 } };
    static const struct document nothing;
    size_t end = 0, paths = 0;
    struct checking c = { .d = &nothing, .in = &in, .a = a, .work = a, .phase_end = &end, .closest_left = 1000000 };
    struct command_told told;
    path_list many;
    const char *line = arena_dup_n(a, data, size);
    if (!tree && tree_open_empty(&tree, &e) != ERR_OK) abort();
    codebase = (struct check_codebase){ .tree = tree, .survey = &s };
    if (line && !memchr(line, '\0', size)) {
        (void)command_judge(&c, SIZE_MAX, line, &told);
        command_paths(&c, line, count, &paths);
        (void)braces_expand(line, size, a, &many);
        if (glob_is(line, size)) (void)glob_holds(&c, line);
        if (size && size < 200 && !strpbrk(line, "*?") && !glob_match(line, line)) abort();
    }
    arena_free(a);
    return 0;
}
