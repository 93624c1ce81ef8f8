/* Uploaded archives: whatever comes in, what is pinned has clean names and reads back, and nothing else is left. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pland/base/hash.h"
#include "pland/repo/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* One folder for all runs of the process. */
static const char *data_dir(void)
{
    static char path[] = "/tmp/pland-fuzz-XXXXXX";
    static const char *made;
    struct err e;
    if (!made) {
        made = mkdtemp(path);
        if (!made || hash_init(&e) != ERR_OK || repo_global_init(&e) != ERR_OK) abort();
    }
    return made;
}

static void check_file(struct tree *t, const struct tree_file *f)
{
    struct err e;
    char clean[PATH_MAX];
    auto_buf bytes = BUF_INIT(BUF_MAX_DEFAULT);
    if (tree_normalise(f->path, clean, sizeof clean, &e) != ERR_OK || strcmp(clean, f->path) != 0) abort();
    if (f->kept && tree_read_bytes(t, f, 0, &bytes, &e) != ERR_OK) abort();
    if (f->kept && bytes.n != (size_t)f->size) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct tree_limits limits = { .max_files = 100, .max_bytes = 1 << 20 };
    struct err e = { 0 };
    struct pack_report report;
    auto_arena a = arena_new(0);
    auto_tree t = NULL;
    struct tree_files files;
    int64_t removed = 0;
    if (!a || repo_unpack(data, n, data_dir(), NULL, &limits, a, &report, &t, &e) != ERR_OK) return 0;
    files = tree_files(t);
    for (size_t i = 0; i < files.n; i++) check_file(t, &files.v[i]);
    if (tree_collect(data_dir(), &(struct tree_uses){ 0 }, -2, &removed, &e) != ERR_OK || removed != 1) abort();
    return 0;
}
