/*
 * metadata.c - copies owner, mode, access list and times from a source to its output
 */
#include "cli/output/metadata.h"

#include "cli/system/file_status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __linux__
#    include <sys/xattr.h>

/*
 * An access list in the kernel's format: a version, then entries of 8 bytes.  All numbers are little-endian.
 *
 *     | 2 0 0 0 | tag, 2 | rights, 2 | user or group, 4 | tag, 2 | ...
 */
#    define LIST_NAME "system.posix_acl_access"

enum { HEAD = 4, ENTRY = 8, LIST_MAX = HEAD + 1024 * ENTRY };
enum { TAG_NAMED_USER = 0x02, TAG_GROUP = 0x04, TAG_NAMED_GROUP = 0x08, TAG_MASK = 0x10, TAG_OTHER = 0x20 };

struct list {
    uint8_t data[LIST_MAX];
    size_t size; /* 0 if there is none */
};

static bool read_list(int fd, struct list *list)
{
    ssize_t size = fgetxattr(fd, LIST_NAME, list->data, sizeof list->data);
    list->size = size >= HEAD ? (size_t)size : 0;
    return list->size > 0;
}

static unsigned tag_at(const struct list *list, size_t at)
{
    return list->data[at] | (unsigned)list->data[at + 1] << 8;
}

/* Returns the permissions of the first entry with this tag, or NULL. */
static uint8_t *rights_of(struct list *list, unsigned tag)
{
    for (size_t at = HEAD; at + ENTRY <= list->size; at += ENTRY)
        if (tag_at(list, at) == tag)
            return &list->data[at + 2];
    return NULL;
}

/*
 * Reduces a mode that loses its list.  The group gets no more than the list grants.  Users and groups named in the list
 * count as group or others without it, so group and others get no more than any of them had.
 */
static mode_t reduce(struct list *list, mode_t mode)
{
    const uint8_t *group = rights_of(list, TAG_GROUP);
    const uint8_t *mask = rights_of(list, TAG_MASK);
    mode_t most = mask ? *mask : 7;
    mode_t named = 7;
    for (size_t at = HEAD; at + ENTRY <= list->size; at += ENTRY) {
        unsigned tag = tag_at(list, at);
        if (tag == TAG_NAMED_USER || tag == TAG_NAMED_GROUP)
            named &= list->data[at + 2] & most;
    }
    mode_t own = (group ? *group : 0) & most;
    return mode & (0700 | (own & named) << 3 | named);
}

/*
 * Copies the list or, if that fails, removes the permissions from *mode that the list does not grant.  Removes a list
 * that the new file inherited from its directory, because it names users that the source does not.  Returns true if the
 * mode is set, too.
 */
static bool copy_list(int fd, int source_fd, bool has_group, mode_t *mode)
{
    struct list list;
    if (!read_list(source_fd, &list)) {
        (void)fremovexattr(fd, LIST_NAME);
        return false;
    }
    uint8_t *group = rights_of(&list, TAG_GROUP);
    const uint8_t *other = rights_of(&list, TAG_OTHER);
    if (!has_group && group)
        *group &= other ? *other : 0;
    if (fsetxattr(fd, LIST_NAME, list.data, list.size, 0) == 0)
        return true;
    *mode = reduce(&list, *mode);
    return false;
}

#else

static bool copy_list(int fd, int source_fd, bool has_group, mode_t *mode)
{
    (void)fd;
    (void)source_fd;
    (void)has_group;
    (void)mode;
    return false;
}

#endif

void znn_metadata_copy_rights(int fd, int source_fd, const struct file_status *source)
{
    mode_t mode = source->mode & 0777;
    bool has_group = fchown(fd, (uid_t)-1, source->group) == 0;
    if (fchown(fd, source->owner, (gid_t)-1) != 0) {
        /* If this fails, the file stays owned by the user who runs the program. */
    }
    if (copy_list(fd, source_fd, has_group, &mode))
        return;
    if (!has_group)
        mode &= 0707 | (mode & 0007) << 3;
    (void)fchmod(fd, mode);
}

static struct timespec to_timespec(const struct file_time *time)
{
    return (struct timespec){.tv_sec = (time_t)time->seconds, .tv_nsec = time->nanoseconds};
}

void znn_metadata_copy_times(int fd, const struct file_status *source)
{
    struct timespec times[2] = {to_timespec(&source->accessed), to_timespec(&source->modified)};
    (void)futimens(fd, times);
}

void znn_metadata_set_default(int fd)
{
    mode_t mask = umask(0);
    umask(mask);
    (void)fchmod(fd, 0666 & ~mask);
}
