/* Writes a tree as tar.gz, the same bytes for the same files. */
#include "pland/repo/pack.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>

#include "repo/inner.h"

static enum err_kind pack_fail(struct archive *out, struct err *e)
{
    int code = archive_errno(out);
    const char *text = archive_error_string(out);
    if (code > 0 && code != EINVAL) return err_errno(e, code, "the archive cannot be written");
    return err_set(e, ERR_IO, "the archive cannot be written: %s", text ? text : "no reason given");
}

static void describe(struct archive_entry *entry, const struct tree_file *f, const struct buf *bytes)
{
    archive_entry_set_pathname(entry, f->path);
    archive_entry_set_mtime(entry, 0, 0);
    if (f->mode == TREE_MODE_LINK) {
        archive_entry_set_filetype(entry, AE_IFLNK);
        archive_entry_set_symlink(entry, buf_cstr(bytes));
        archive_entry_set_perm(entry, 0777);
        archive_entry_set_size(entry, 0);
        return;
    }
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, f->mode == TREE_MODE_EXEC ? 0755 : 0644);
    archive_entry_set_size(entry, (la_int64_t)bytes->n);
}

static enum err_kind write_file(struct archive *out, struct tree *t, const struct tree_file *f, struct err *e)
{
    auto_buf bytes = BUF_INIT(REPO_READ_MAX);
    struct archive_entry *entry;
    int rc;
    enum err_kind k = tree_read_bytes(t, f, 0, &bytes, e);
    if (k != ERR_OK) return k;
    entry = archive_entry_new();
    if (!entry) return err_nomem(e);
    describe(entry, f, &bytes);
    rc = archive_write_header(out, entry);
    archive_entry_free(entry);
    if (rc < ARCHIVE_WARN) return pack_fail(out, e);
    if (f->mode == TREE_MODE_LINK || !bytes.n) return ERR_OK;
    return archive_write_data(out, bytes.p, bytes.n) == (la_ssize_t)bytes.n ? ERR_OK : pack_fail(out, e);
}

static enum err_kind write_all(struct archive *out, struct tree *t, int fd, struct err *e)
{
    struct tree_files files = tree_files(t);
    if (archive_write_set_format_pax_restricted(out) < ARCHIVE_WARN ||
        archive_write_add_filter_gzip(out) < ARCHIVE_WARN ||
        archive_write_set_filter_option(out, "gzip", "timestamp", NULL) < ARCHIVE_WARN ||
        archive_write_open_fd(out, fd) != ARCHIVE_OK)
        return pack_fail(out, e);
    for (size_t i = 0; i < files.n; i++) {
        enum err_kind k = files.v[i].kept ? write_file(out, t, &files.v[i], e) : ERR_OK;
        if (k != ERR_OK) return k;
    }
    return archive_write_close(out) == ARCHIVE_OK ? ERR_OK : pack_fail(out, e);
}

enum err_kind repo_pack(struct tree *t, int fd, struct err *e)
{
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0), before = (locale_t)0;
    struct archive *out = archive_write_new();
    enum err_kind k;
    if (utf8) before = uselocale(utf8);
    k = out ? write_all(out, t, fd, e) : err_nomem(e);
    (void)archive_write_free(out);
    if (utf8) {
        (void)uselocale(before);
        freelocale(utf8);
    }
    return k;
}
