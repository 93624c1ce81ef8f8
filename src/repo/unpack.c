/* Reads an uploaded tar straight into a pinned tree. No entry becomes a file of its own on disk, so no name can escape;
 * names are still held to the rules of pack.h, because plans and people will use them. */
#include "pland/repo/pack.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "repo/inner.h"

#define MAX_NOTES 100
#define BLOCK 65536
#define MEMORY_NEEDED ((size_t)4 << 20)

struct hard_link { const char *path, *to; };
struct unpack {
    struct archive *in;
    struct pin pin;
    struct arena *arena;
    struct pack_report *report;
    LIST(struct hard_link) links;
    int64_t entries;
};

static const char *const left_out[] = { ".git", ".hg", ".svn", ".bzr", "CVS", ".jj" };

static void note(struct unpack *u, const char *path, const char *why)
{
    struct pack_note *row;
    if (u->report->notes.n == MAX_NOTES) {
        u->report->more_notes = true;
        return;
    }
    row = arena_push(u->arena, &u->report->notes, sizeof *row);
    if (row) *row = (struct pack_note){ arena_dup(u->arena, path), why };
}

static enum err_kind archive_fail(struct unpack *u, struct err *e, const char *what)
{
    const char *text = archive_error_string(u->in);
    if (archive_errno(u->in) == ENOMEM) return err_nomem(e);
    return err_set(e, ERR_INVALID, "%s: %s", what, text ? text : "damaged");
}

/* --- names ------------------------------------------------------------------------------------------------------ */
/* The version-control folder in a path, cut off behind its name; NULL: none. */
static bool cut_left_out(char *path)
{
    for (char *p = path; *p;) {
        size_t n = strcspn(p, "/");
        for (size_t i = 0; i < countof(left_out); i++)
            if (strlen(left_out[i]) == n && strncmp(p, left_out[i], n) == 0) {
                p[n] = '\0';
                return true;
            }
        p += n + (p[n] == '/');
    }
    return false;
}

static enum err_kind entry_name(struct archive_entry *entry, char ret[PATH_MAX], struct err *e)
{
    const char *raw = archive_entry_pathname(entry);
    if (!raw) return err_set(e, ERR_INVALID, "an entry of the archive has a name that is not UTF-8");
    if (strcmp(raw, ".") == 0 || strcmp(raw, "./") == 0) {
        ret[0] = '\0';
        return ERR_OK;
    }
    if (tree_normalise(raw, ret, PATH_MAX, e) != ERR_OK) return err_wrap(e, "archive entry '%.100s'", raw);
    return ERR_OK;
}

/* Does a link at path stay inside? Counted in components, as nothing is there to be resolved. */
static bool link_stays(const char *path, const char *target)
{
    int depth = 0;
    if (target[0] == '/') return false;
    for (; *path; path++) depth += *path == '/';
    while (*target) {
        size_t n = strcspn(target, "/");
        if (n == 2 && strncmp(target, "..", 2) == 0) depth--;
        else if (n && !(n == 1 && target[0] == '.')) depth++;
        if (depth < 0) return false;
        target += n + (target[n] == '/');
    }
    return true;
}

/* --- content ---------------------------------------------------------------------------------------------------- */
static enum err_kind count_bytes(struct unpack *u, const char *path, size_t n, struct err *e)
{
    u->report->bytes += (int64_t)n;
    if (u->report->bytes <= u->pin.max_bytes) return ERR_OK;
    return err_set(e, ERR_TOO_LARGE, "the archive holds more than %lld bytes (reached at '%s')",
                   (long long)u->pin.max_bytes, path);
}

/* Content is collected up to what git's hash takes; beyond, only a digest is kept. */
static enum err_kind add_file(struct unpack *u, struct tree_file *f, struct err *e)
{
    crypto_hash_sha256_state state;
    unsigned char digest[crypto_hash_sha256_BYTES], block[BLOCK];
    auto_buf bytes = BUF_INIT((size_t)REPO_HASH_WHOLE);
    ssize_t got;
    (void)crypto_hash_sha256_init(&state);
    while ((got = archive_read_data(u->in, block, sizeof block)) > 0) {
        enum err_kind k = count_bytes(u, f->path, (size_t)got, e);
        if (k != ERR_OK) return k;
        f->size += got;
        if (f->size <= REPO_HASH_WHOLE) buf_add(&bytes, block, (size_t)got);
        else buf_release(&bytes);
        (void)crypto_hash_sha256_update(&state, block, (unsigned long long)got);
    }
    if (got < 0) return archive_fail(u, e, f->path);
    u->report->files++;
    if (bytes.failed) return buf_check(&bytes, e);
    if (f->size > REPO_HASH_WHOLE) {
        (void)crypto_hash_sha256_final(&state, digest);
        (void)sodium_bin2hex(f->oid, sizeof f->oid, digest, 20);
        return pin_add(&u->pin, f, NULL, 0, e);
    }
    blob_hex(buf_cstr(&bytes), bytes.n, f->oid);
    return f->oid[0] ? pin_add(&u->pin, f, buf_cstr(&bytes), bytes.n, e) : err_nomem(e);
}

static enum err_kind add_symlink(struct unpack *u, struct tree_file *f, const char *target, struct err *e)
{
    if (!target || !target[0] || !link_stays(f->path, target)) {
        note(u, f->path, "a symbolic link that leads outside; left out");
        return ERR_OK;
    }
    f->mode = TREE_MODE_LINK;
    f->size = (int64_t)strlen(target);
    blob_hex(target, (size_t)f->size, f->oid);
    u->report->files++;
    return f->oid[0] ? pin_add(&u->pin, f, target, (size_t)f->size, e) : err_nomem(e);
}

static enum err_kind add_hard_link(struct unpack *u, const char *path, const char *target, struct err *e)
{
    char to[PATH_MAX];
    struct hard_link *row;
    if (tree_normalise(target, to, sizeof to, e) != ERR_OK) return err_wrap(e, "hard link '%.100s'", path);
    row = arena_push(u->arena, &u->links, sizeof *row);
    if (row) *row = (struct hard_link){ arena_dup(u->arena, path), arena_dup(u->arena, to) };
    return arena_check(u->arena, e);
}

static enum err_kind take_entry(struct unpack *u, struct archive_entry *entry, struct err *e)
{
    char path[PATH_MAX];
    struct tree_file f = { .path = path, .mode = archive_entry_perm(entry) & 0111 ? TREE_MODE_EXEC : TREE_MODE_FILE };
    mode_t type = archive_entry_filetype(entry);
    enum err_kind k = entry_name(entry, path, e);
    if (k != ERR_OK || !path[0]) return k;
    if (++u->entries > (int64_t)u->pin.list.max * 2)
        return err_set(e, ERR_TOO_LARGE, "the archive has too many entries");
    if (archive_entry_size(entry) > u->pin.max_bytes)
        return err_set(e, ERR_TOO_LARGE, "'%s' alone is larger than %lld bytes", path, (long long)u->pin.max_bytes);
    if (cut_left_out(path)) {
        if (!u->report->notes.n || strcmp(u->report->notes.v[u->report->notes.n - 1].path, path) != 0)
            note(u, path, "version control; left out");
        return ERR_OK;
    }
    if (archive_entry_hardlink(entry)) return add_hard_link(u, path, archive_entry_hardlink(entry), e);
    switch (type) {
    case AE_IFREG: return add_file(u, &f, e);
    case AE_IFLNK: return add_symlink(u, &f, archive_entry_symlink(entry), e);
    case AE_IFDIR: return ERR_OK;
    default: note(u, path, "neither a file nor a link nor a folder; left out"); return ERR_OK;
    }
}

/* --- afterwards ------------------------------------------------------------------------------------------------- */
static int by_path(const void *key, const void *file)
{
    return strcmp(key, ((const struct tree_file *)file)->path);
}

static const struct tree_file *find(const struct file_list *l, const char *path)
{
    return l->n ? bsearch(path, l->v, l->n, sizeof *l->v, by_path) : NULL;
}

static enum err_kind resolve_hard_links(struct unpack *u, struct err *e)
{
    const char *twice;
    enum err_kind k = u->links.n ? list_sort(&u->pin.list, &twice, e) : ERR_OK;
    size_t sorted = u->pin.list.n;
    for (size_t i = 0; i < u->links.n && k == ERR_OK; i++) {
        struct file_list known = u->pin.list;
        const struct tree_file *to;
        struct tree_file f;
        known.n = sorted;
        to = find(&known, u->links.v[i].to);
        if (!to)
            return err_set(e, ERR_INVALID, "hard link '%s' points to '%s', which is not in the archive before it",
                           u->links.v[i].path, u->links.v[i].to);
        f = *to;
        f.path = u->links.v[i].path;
        k = list_add(&u->pin.list, &f, known.offset[to - known.v], e);
        u->report->files++;
    }
    return k;
}

/* A name cannot be a file and a folder at once. */
static enum err_kind check_prefixes(const struct file_list *l, struct err *e)
{
    char path[PATH_MAX];
    for (size_t i = 0; i < l->n; i++) {
        (void)snprintf(path, sizeof path, "%s", l->v[i].path);
        for (char *slash = strrchr(path, '/'); slash; slash = strrchr(path, '/')) {
            *slash = '\0';
            if (find(l, path)) return err_set(e, ERR_INVALID, "'%s' is a file and a folder in the archive", path);
        }
    }
    return ERR_OK;
}

static int by_folded(const void *a, const void *b)
{
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    int c = strcasecmp(x, y);
    return c ? c : strcmp(x, y);
}

static enum err_kind note_case(struct unpack *u, struct err *e)
{
    const struct file_list *l = &u->pin.list;
    const char **paths = l->n ? calloc(l->n, sizeof *paths) : NULL;
    if (l->n && !paths) return err_nomem(e);
    for (size_t i = 0; i < l->n; i++) paths[i] = l->v[i].path;
    if (l->n) qsort(paths, l->n, sizeof *paths, by_folded);
    for (size_t i = 1; i < l->n; i++)
        if (strcasecmp(paths[i - 1], paths[i]) == 0) note(u, paths[i], "another name differs from it in case alone");
    free(paths);
    return arena_check(u->arena, e);
}

static enum err_kind finish(struct unpack *u, const char *data_dir, const char *commit, struct tree **ret,
                            struct err *e)
{
    const struct pin_about about = { .kind = TREE_UPLOAD, .commit = commit };
    char id[TREE_ID_LEN];
    const char *twice = NULL;
    enum err_kind k = resolve_hard_links(u, e);
    if (k == ERR_OK) k = list_sort(&u->pin.list, &twice, e);
    if (k != ERR_OK) return k;
    if (twice) return err_set(e, ERR_INVALID, "'%s' is in the archive twice", twice);
    k = check_prefixes(&u->pin.list, e);
    if (k == ERR_OK) k = note_case(u, e);
    if (k == ERR_OK) k = pin_commit(&u->pin, &about, id, e);
    return k == ERR_OK ? tree_open_pinned(data_dir, id, ret, e) : k;
}

/* With an entry of our own: libarchive does not look whether it got memory for its own. */
static enum err_kind read_entries(struct unpack *u, struct err *e)
{
    struct archive_entry *entry = archive_entry_new2(u->in);
    enum err_kind k = entry ? ERR_OK : err_nomem(e);
    while (k == ERR_OK) {
        int rc = archive_read_next_header2(u->in, entry);
        if (rc == ARCHIVE_EOF) break;
        k = rc < ARCHIVE_WARN ? archive_fail(u, e, "the archive cannot be read (tar, tar.gz or tar.zst)")
                              : take_entry(u, entry, e);
    }
    archive_entry_free(entry);
    return k;
}

/* --- entry points ----------------------------------------------------------------------------------------------- */
struct source { int fd; const void *p; size_t n; };

/* libarchive reads through NULL when it gets no memory: do not begin when there is hardly any. */
static bool enough_memory(void)
{
    void *p = malloc(MEMORY_NEEDED);
    bool enough = p != NULL;
    free(p);
    return enough;
}

static enum err_kind open_archive(struct unpack *u, const struct source *from, struct err *e)
{
    int rc;
    u->in = enough_memory() ? archive_read_new() : NULL;
    if (!u->in) return err_nomem(e);
    if (archive_read_support_format_tar(u->in) < ARCHIVE_WARN ||
        archive_read_support_filter_gzip(u->in) < ARCHIVE_WARN ||
        archive_read_support_filter_zstd(u->in) < ARCHIVE_WARN)
        return archive_fail(u, e, "libarchive");
    rc = from->p ? archive_read_open_memory(u->in, from->p, from->n) : archive_read_open_fd(u->in, from->fd, BLOCK);
    return rc == ARCHIVE_OK ? ERR_OK : archive_fail(u, e, "the archive cannot be read (tar, tar.gz or tar.zst)");
}

static enum err_kind unpack(const struct source *from, const char *data_dir, const char *commit,
                            const struct tree_limits *l, struct arena *a, struct pack_report *report, struct tree **ret,
                            struct err *e)
{
    struct unpack u = { .arena = a, .report = report };
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0), before = (locale_t)0;
    enum err_kind k;
    memset(report, 0, sizeof *report);
    if (commit && (strlen(commit) != 40 || strspn(commit, "0123456789abcdef") != 40)) {
        if (utf8) freelocale(utf8);
        return err_set(e, ERR_INVALID, "'%.80s' is not a commit (40 hexadecimal digits)", commit);
    }
    if (utf8) before = uselocale(utf8);
    k = pin_begin(&u.pin, data_dir, l, e);
    if (k == ERR_OK) k = open_archive(&u, from, e);
    if (k == ERR_OK) k = read_entries(&u, e);
    if (k == ERR_OK) k = finish(&u, data_dir, commit, ret, e);
    (void)archive_read_free(u.in);
    pin_release(&u.pin);
    if (utf8) {
        (void)uselocale(before);
        freelocale(utf8);
    }
    return k;
}

enum err_kind repo_unpack_fd(int fd, const char *data_dir, const char *commit, const struct tree_limits *l,
                             struct arena *a, struct pack_report *report, struct tree **ret, struct err *e)
{
    return unpack(&(struct source){ .fd = fd }, data_dir, commit, l, a, report, ret, e);
}

enum err_kind repo_unpack(const void *p, size_t n, const char *data_dir, const char *commit,
                          const struct tree_limits *l, struct arena *a, struct pack_report *report, struct tree **ret,
                          struct err *e)
{
    return unpack(&(struct source){ .fd = -1, .p = p ? p : "", .n = n }, data_dir, commit, l, a, report, ret, e);
}
