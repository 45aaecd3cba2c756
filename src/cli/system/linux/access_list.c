/*
 * access_list.c - access control lists as extended attributes of a file
 */
#include "cli/system/linux/access_list.h"

#ifdef __linux__

#    include <stddef.h>
#    include <stdint.h>
#    include <sys/types.h>
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
static unsigned reduce(struct list *list, unsigned mode)
{
    const uint8_t *group = rights_of(list, TAG_GROUP);
    const uint8_t *mask = rights_of(list, TAG_MASK);
    unsigned most = mask ? *mask : 7;
    unsigned named = 7;
    for (size_t at = HEAD; at + ENTRY <= list->size; at += ENTRY) {
        unsigned tag = tag_at(list, at);
        if (tag == TAG_NAMED_USER || tag == TAG_NAMED_GROUP)
            named &= list->data[at + 2] & most;
    }
    unsigned own = (group ? *group : 0) & most;
    return mode & (0700 | (own & named) << 3 | named);
}

bool znn_access_list_copy(int fd, int source_fd, bool has_group, unsigned *mode)
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

bool znn_access_list_copy(int fd, int source_fd, bool has_group, unsigned *mode)
{
    (void)fd;
    (void)source_fd;
    (void)has_group;
    (void)mode;
    return false;
}

#endif
