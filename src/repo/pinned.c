/* Opening pinned trees, and pinning what is live. The listing is checked against its digest, content against blob ids.
 */
#include "repo/inner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "pland/base/hash.h"

#define LISTING_MAX ((size_t)1 << 30)
#define TRIES 3

/* What earlier releases wrote is read for as long as plans refer to it. */
static const struct format {
    const char *name;
    bool shares; /* has a line of the pins it shares with */
    struct sha256_hex (*digest)(const void *p, size_t n);
} formats[] = {
    { PIN_FORMAT, true, pin_digest },
    { "pland tree 2", true, hash_hex },
    { "pland tree 1", false, hash_hex },
};

static enum err_kind damaged(struct err *e, const char *id)
{
    return err_set(e, ERR_IO, "the files of tree %s are damaged", id);
}

static enum err_kind pinned_fill(struct tree *t, const struct tree_file *f, char *into, struct err *e)
{
    int64_t place = t->list.offset[f - t->list.v], at = PLACE_OFFSET(place), left = f->size;
    int fd = PLACE_HOLDER(place) ? t->shared[PLACE_HOLDER(place) - 1] : t->fd;
    while (left > 0) {
        ssize_t got = pread(fd, into, (size_t)left, at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return err_errno(e, errno, "'%s' of tree %s cannot be read", f->path, t->id);
        if (got == 0) return damaged(e, t->id);
        into += got;
        at += got;
        left -= got;
    }
    return ERR_OK;
}

static enum err_kind pinned_read(struct tree *t, const struct tree_file *f, struct buf *ret, struct err *e)
{
    char *bytes = malloc((size_t)f->size + 1), oid[41];
    enum err_kind k = bytes ? pinned_fill(t, f, bytes, e) : err_nomem(e);
    if (k == ERR_OK) {
        blob_hex(bytes, (size_t)f->size, oid);
        if (strcmp(oid, f->oid) != 0) k = damaged(e, t->id);
        else buf_add(ret, bytes, (size_t)f->size);
    }
    free(bytes);
    return k == ERR_OK ? buf_check(ret, e) : k;
}

static const struct tree_ops pinned_ops = {.read = pinned_read, .fill = pinned_fill};

/* --- the listing ------------------------------------------------------------------------------------------------ */
struct sha256_hex pin_digest(const void *p, size_t n)
{
    struct sha256 h = hash_quick(p, n);
    return hash_hex_of(&h);
}

static const struct format *format_of(const char *text)
{
    for (size_t i = 0; i < countof(formats); i++) {
        size_t n = strlen(formats[i].name);
        if (strncmp(text, formats[i].name, n) == 0 && text[n] == '\n') return &formats[i];
    }
    return NULL;
}

bool pin_header_cut(char *text, struct pin_header *h)
{
    char *name, **lines[] = {&name, &h->id, &h->kind, &h->commit, &h->ref, &h->count, &h->digest, &h->shared};
    const struct format *format = format_of(text);
    if (!format) return false;
    h->shared = NULL;
    h->digest_of = format->digest;
    for (size_t i = 0, n = countof(lines) - !format->shares; i < n; i++) {
        char *end = strchr(text, '\n');
        if (!end) return false;
        *lines[i] = text;
        *end = '\0';
        text = end + 1;
    }
    h->records = text;
    return true;
}

void pin_header_shared(const struct pin_header *h, char ret[PIN_SHARED_MAX][TREE_ID_LEN])
{
    const char *at = h->shared;
    memset(ret, 0, PIN_SHARED_MAX * TREE_ID_LEN);
    for (int i = 0; at && *at && i < PIN_SHARED_MAX; i++) {
        size_t n = strcspn(at, " ");
        if (n < TREE_ID_LEN) memcpy(ret[i], at, n);
        if (!tree_id_valid(ret[i])) memset(ret[i], 0, TREE_ID_LEN);
        at += n + (at[n] == ' ');
    }
}

static int kind_index(const char *name)
{
    for (int i = 0; tree_kind_names[i]; i++)
        if (strcmp(name, tree_kind_names[i]) == 0) return i;
    return -1;
}

static enum err_kind read_listing(struct tree *t, struct buf *text, const char *id, struct err *e)
{
    struct pin_header h;
    size_t left;
    int kind;
    enum err_kind k;
    if (!text->n || !pin_header_cut(text->p, &h)) return damaged(e, id);
    left = text->n - (size_t)(h.records - text->p);
    kind = kind_index(h.kind);
    if (kind < 0 || strcmp(h.id, id) != 0 || strcmp(h.digest_of(h.records, left).s, h.digest) != 0) return damaged(e, id);
    t->kind = (enum tree_kind)kind;
    (void)snprintf(t->id, sizeof t->id, "%s", id);
    pin_header_shared(&h, t->shared_id);
    if (strcmp(h.commit, "-") != 0) (void)snprintf(t->commit, sizeof t->commit, "%.40s", h.commit);
    if (strcmp(h.ref, "-") != 0) (void)snprintf(t->ref, sizeof t->ref, "%.255s", h.ref);
    k = records_read(h.records, left, &t->list, e);
    if (k == ERR_IO) return damaged(e, id);
    return k == ERR_OK ? tree_seal(t, e) : k;
}

static enum err_kind open_part(const char *data_dir, const char *id, const char *name, int *ret, struct err *e)
{
    char path[PATH_MAX];
    if ((size_t)snprintf(path, sizeof path, "%s/trees/%s/%s", data_dir, id, name) >= sizeof path)
        return err_set(e, ERR_INVALID, "the data directory's path is too long");
    *ret = open(path, O_RDONLY | O_CLOEXEC);
    if (*ret < 0 && errno == ENOENT) return err_set(e, ERR_NOT_FOUND, "there is no tree %s", id);
    return *ret < 0 ? err_errno(e, errno, "tree %s cannot be opened", id) : ERR_OK;
}

static enum err_kind open_shared(struct tree *t, const char *data_dir, struct err *e)
{
    enum err_kind k = ERR_OK;
    for (int i = 0; i < PIN_SHARED_MAX && k == ERR_OK; i++)
        if (t->shared_id[i][0]) k = open_part(data_dir, t->shared_id[i], "content", &t->shared[i], e);
    return k == ERR_NOT_FOUND ? damaged(e, t->id) : k;
}

enum err_kind tree_open_pinned(const char *data_dir, const char *id, struct tree **ret, struct err *e)
{
    auto_tree t = NULL;
    auto_buf text = BUF_INIT(LISTING_MAX);
    auto_fd listing = -1;
    struct err none;
    enum err_kind k;
    if (!tree_id_valid(id)) return err_set(e, ERR_INVALID, "'%.80s' is not the id of a tree", id);
    if (strcmp(id, TREE_EMPTY_ID) == 0) return tree_open_empty(ret, e);
    t = tree_new(TREE_UPLOAD, &pinned_ops);
    if (!t) return err_nomem(e);
    k = list_init(&t->list, &(struct tree_limits){.max_files = INT64_MAX}, true, e);
    if (k == ERR_OK) k = open_part(data_dir, id, "listing", &listing, e);
    if (k == ERR_OK) k = open_part(data_dir, id, "content", &t->fd, e);
    if (k == ERR_OK && open_part(data_dir, id, "history", &t->history, &none) != ERR_OK) t->history = -1;
    if (k == ERR_OK) k = disk_read(listing, "listing", LISTING_MAX, &text, e);
    if (k == ERR_OK) k = read_listing(t, &text, id, e);
    if (k == ERR_OK) k = open_shared(t, data_dir, e);
    if (k == ERR_OK) *ret = TAKE(t);
    return k;
}

enum err_kind tree_open_snapshot(const struct repo_location *at, const char *data_dir, const struct tree_limits *l,
                                 struct tree **ret, struct err *e)
{
    enum err_kind k = ERR_OK;
    for (int i = 0; i < TRIES; i++) {
        auto_tree live = NULL;
        k = at->git && !at->bare ? tree_open_worktree(at, l, &live, e) : tree_open_folder(at, l, &live, e);
        if (k == ERR_OK) k = tree_pin(live, data_dir, l, e);
        if (k == ERR_OK) return tree_open_pinned(data_dir, tree_id(live), ret, e);
        if (k != ERR_CONFLICT) return k;
    }
    e->kind = ERR_BUSY; /* another moment may be calmer */
    return err_wrap(e, "'%s' keeps changing while it is read", at->path);
}
