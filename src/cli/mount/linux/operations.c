/*
 * operations.c - answers the kernel's questions about a mount
 *
 * Names are looked up again each time (ENTRY_SECONDS), because files may be replaced in the folder.  The bytes of a
 * node never change, so the kernel may keep those of an original as long as it likes.  For other files libfuse asks the
 * kernel to drop its pages when size or time change.
 */
#include "cli/mount/linux/operations.h"

#include "cli/system/open_file.h"
#include "cli/system/path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENTRY_SECONDS 0.0
#define ATTRIBUTE_SECONDS 1.0

/* The unit of st_blocks. */
#define BLOCK_UNIT 512

static struct mounted *mounted_of(fuse_req_t request)
{
    return fuse_req_userdata(request);
}

static struct node *node_of(struct mounted *mounted, fuse_ino_t number)
{
    return number == FUSE_ROOT_ID ? &mounted->nodes.root : (struct node *)(uintptr_t)number;
}

static void prepare(void *context, struct fuse_conn_info *connection)
{
    (void)context;
    connection->max_read = ORIGINAL_READ_MAX;  /* the same as the mount option, which libfuse demands */
    connection->max_write = ORIGINAL_READ_MAX; /* libfuse derives the largest request from it */
    connection->want &= ~(unsigned)(FUSE_CAP_SPLICE_READ | FUSE_CAP_SPLICE_WRITE | FUSE_CAP_SPLICE_MOVE);
    connection->want |= connection->capable & FUSE_CAP_PARALLEL_DIROPS;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Attributes                                                                                                       */
/* ---------------------------------------------------------------------------------------------------------------- */

static mode_t type_of(enum file_kind kind)
{
    static const mode_t types[] = {
        [FILE_REGULAR] = S_IFREG, [FILE_DIRECTORY] = S_IFDIR,        [FILE_LINK] = S_IFLNK,
        [FILE_FIFO] = S_IFIFO,    [FILE_CHARACTER_DEVICE] = S_IFCHR, [FILE_BLOCK_DEVICE] = S_IFBLK,
        [FILE_OTHER] = S_IFSOCK,
    };
    return types[kind];
}

static struct timespec timespec_of(const struct file_time *time)
{
    return (struct timespec){.tv_sec = time->seconds, .tv_nsec = time->nanoseconds};
}

/* An original takes no holes: programs that copy compare size and space to find holes. */
static void describe(const struct shown *shown, struct stat *attributes)
{
    const struct file_status *status = &shown->status;
    uint64_t space = shown->is_original ? status->size : status->space;
    *attributes = (struct stat){
        .st_ino = status->id.number,
        .st_mode = type_of(status->kind) | status->mode,
        .st_nlink = shown->is_original ? 1 : (nlink_t)status->names,
        .st_uid = status->owner,
        .st_gid = status->group,
        .st_size = (off_t)status->size,
        .st_blocks = (blkcnt_t)((space + BLOCK_UNIT - 1) / BLOCK_UNIT),
        .st_blksize = ORIGINAL_READ_MAX,
        .st_atim = timespec_of(&status->accessed),
        .st_mtim = timespec_of(&status->modified),
        .st_ctim = timespec_of(&status->changed),
    };
}

/* Mode, owner and times may change without a new node.  A node whose file was replaced keeps what it had. */
static struct shown refresh(const struct node *node)
{
    struct shown shown = node->shown;
    struct file_status now;
    bool found = shown.is_original ? znn_file_status(shown.path, &now) : znn_file_status_itself(shown.path, &now);
    bool is_same = found && (shown.is_original ? znn_file_is_same_content(&now, &shown.source)
                                               : znn_file_is_same(&now, &shown.source));
    if (is_same) {
        uint64_t size = shown.is_original ? shown.status.size : now.size;
        shown.status = now;
        shown.status.size = size;
    }
    return shown;
}

static void answer_getattr(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *handle)
{
    (void)handle;
    struct shown shown = refresh(node_of(mounted_of(request), number));
    struct stat attributes;
    describe(&shown, &attributes);
    fuse_reply_attr(request, &attributes, ATTRIBUTE_SECONDS);
}

static void answer_lookup(fuse_req_t request, fuse_ino_t parent, const char *name)
{
    struct mounted *mounted = mounted_of(request);
    struct shown shown;
    if (!znn_view_find(&mounted->view, node_of(mounted, parent)->shown.path, name, &shown)) {
        fuse_reply_err(request, errno);
        return;
    }
    struct fuse_entry_param entry = {.attr_timeout = ATTRIBUTE_SECONDS, .entry_timeout = ENTRY_SECONDS};
    describe(&shown, &entry.attr);
    struct node *node = znn_nodes_take(&mounted->nodes, &shown);
    if (!node) {
        fuse_reply_err(request, ENOMEM);
        return;
    }
    entry.ino = (uintptr_t)node;
    if (fuse_reply_entry(request, &entry) != 0)
        znn_nodes_forget(&mounted->nodes, node, 1); /* the question was withdrawn */
}

static void answer_forget(fuse_req_t request, fuse_ino_t number, uint64_t count)
{
    struct mounted *mounted = mounted_of(request);
    znn_nodes_forget(&mounted->nodes, node_of(mounted, number), count);
    fuse_reply_none(request);
}

static void answer_readlink(fuse_req_t request, fuse_ino_t number)
{
    char text[4097];
    ssize_t size = readlink(node_of(mounted_of(request), number)->shown.path, text, sizeof text - 1);
    if (size < 0) {
        fuse_reply_err(request, errno);
        return;
    }
    text[size] = '\0';
    fuse_reply_readlink(request, text);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Files                                                                                                            */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Opens another file, which passes through.  Returns 0 or an errno. */
static int open_plain(const struct node *node, uint64_t *handle)
{
    struct file_status status;
    int file = znn_file_open(node->shown.path, OPEN_ITSELF);
    if (file < 0)
        return errno;
    if (!znn_file_status_open(file, &status) || !znn_file_is_same(&status, &node->shown.source)) {
        znn_file_close(file);
        return ESTALE;
    }
    *handle = (uint64_t)file;
    return 0;
}

static void close_handle(struct mounted *mounted, struct node *node, const struct fuse_file_info *handle)
{
    if (node->shown.is_original)
        znn_nodes_close_original(&mounted->nodes, node);
    else
        znn_file_close((int)handle->fh);
}

static void answer_open(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *handle)
{
    struct mounted *mounted = mounted_of(request);
    struct node *node = node_of(mounted, number);
    int reason = (handle->flags & O_ACCMODE) != O_RDONLY ? EROFS
                 : node->shown.is_original ? znn_nodes_open_original(&mounted->nodes, node, &mounted->originals)
                                           : open_plain(node, &handle->fh);
    handle->keep_cache = 1;
    if (reason)
        fuse_reply_err(request, reason);
    else if (fuse_reply_open(request, handle) != 0)
        close_handle(mounted, node, handle); /* the question was withdrawn */
}

static void answer_release(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *handle)
{
    struct mounted *mounted = mounted_of(request);
    struct node *node = node_of(mounted, number);
    close_handle(mounted, node, handle);
    fuse_reply_err(request, 0);
}

static void read_original(fuse_req_t request, struct original *original, size_t size, off_t offset)
{
    struct original_bytes bytes;
    struct iovec parts[ORIGINAL_PARTS];
    if (!znn_original_read(original, (uint64_t)offset, size < ORIGINAL_READ_MAX ? size : ORIGINAL_READ_MAX, &bytes)) {
        fuse_reply_err(request, EIO);
        return;
    }
    for (size_t i = 0; i < bytes.count; i++)
        parts[i] = (struct iovec){.iov_base = (void *)(uintptr_t)bytes.parts[i].data, .iov_len = bytes.parts[i].size};
    fuse_reply_iov(request, parts, (int)bytes.count);
    znn_original_give_back(original, &bytes);
}

static void read_plain(fuse_req_t request, int file, size_t size, off_t offset)
{
    char *data = malloc(size + 1);
    ptrdiff_t got = data ? znn_file_read_at(file, data, size, (uint64_t)offset) : -1;
    if (got < 0)
        fuse_reply_err(request, data ? errno : ENOMEM);
    else
        fuse_reply_buf(request, data, (size_t)got);
    free(data);
}

static void answer_read(fuse_req_t request, fuse_ino_t number, size_t size, off_t offset, struct fuse_file_info *handle)
{
    struct node *node = node_of(mounted_of(request), number);
    if (node->shown.is_original)
        read_original(request, node->original, size, offset);
    else
        read_plain(request, (int)handle->fh, size, offset);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Directories                                                                                                      */
/* ---------------------------------------------------------------------------------------------------------------- */

static void answer_opendir(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *handle)
{
    struct mounted *mounted = mounted_of(request);
    struct shown_names *names = malloc(sizeof *names);
    if (!names) {
        fuse_reply_err(request, ENOMEM);
        return;
    }
    bool fine = znn_view_list(&mounted->view, node_of(mounted, number)->shown.path, names);
    int reason = errno;
    handle->fh = (uintptr_t)names;
    if (!fine)
        fuse_reply_err(request, reason);
    else if (fuse_reply_open(request, handle) == 0)
        return;
    znn_shown_names_free(names);
    free(names);
}

static void answer_releasedir(fuse_req_t request, fuse_ino_t number, struct fuse_file_info *handle)
{
    (void)number;
    struct shown_names *names = (struct shown_names *)(uintptr_t)handle->fh;
    znn_shown_names_free(names);
    free(names);
    fuse_reply_err(request, 0);
}

/* Entry number 0 is ".", 1 is "..", and the others follow. */
static size_t add_entry(fuse_req_t request, const struct shown_names *names, size_t i, char *target, size_t room)
{
    struct stat attributes = {.st_ino = (ino_t)(i + 1), .st_mode = S_IFDIR};
    if (i >= 2)
        attributes.st_mode = type_of(names->names[i - 2].kind);
    const char *name = i == 0 ? "." : i == 1 ? ".." : names->names[i - 2].name;
    return fuse_add_direntry(request, target, room, name, &attributes, (off_t)(i + 1));
}

static void answer_readdir(fuse_req_t request, fuse_ino_t number, size_t size, off_t offset,
                           struct fuse_file_info *handle)
{
    (void)number;
    const struct shown_names *names = (const struct shown_names *)(uintptr_t)handle->fh;
    char *buffer = malloc(size);
    size_t used = 0;
    for (size_t i = (size_t)offset; buffer && i < names->count + 2; i++) {
        size_t entry = add_entry(request, names, i, buffer + used, size - used);
        if (entry > size - used)
            break;
        used += entry;
    }
    if (buffer)
        fuse_reply_buf(request, buffer, used);
    else
        fuse_reply_err(request, ENOMEM);
    free(buffer);
}

const struct fuse_lowlevel_ops znn_mount_operations = {
    .init = prepare,
    .lookup = answer_lookup,
    .forget = answer_forget,
    .getattr = answer_getattr,
    .readlink = answer_readlink,
    .open = answer_open,
    .read = answer_read,
    .release = answer_release,
    .opendir = answer_opendir,
    .readdir = answer_readdir,
    .releasedir = answer_releasedir,
};
