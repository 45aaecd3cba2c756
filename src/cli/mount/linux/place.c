/*
 * place.c - checks the two paths of a mount
 */
#define _XOPEN_SOURCE 700 /* realpath() */
#include "cli/mount/linux/place.h"

#include "cli/say/message.h"
#include "cli/system/file_status.h"
#include "cli/system/path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool find_source(struct place *place, const char *source)
{
    struct file_status status;
    if (!znn_file_status(source, &status))
        return znn_say_system_error(source, "open", errno, "");
    if (status.kind == FILE_DIRECTORY) {
        place->folder = realpath(source, NULL);
        return place->folder || znn_say_system_error(source, "find", errno, "");
    }
    char *directory = znn_path_directory(source); /* of the name that was given, even if it is a link */
    place->folder = directory ? realpath(directory, NULL) : NULL;
    place->only = strdup(znn_path_base(source));
    free(directory);
    return (place->folder && place->only) || znn_say_system_error(source, "find", errno, "");
}

static bool find_mountpoint(struct place *place, const char *mountpoint)
{
    struct file_status status;
    if (!znn_file_status(mountpoint, &status)) {
        if (errno == ENOTCONN)
            return znn_say_error(mountpoint, "a mount whose program was killed is still there; run 'znn umount %s'",
                                 mountpoint);
        return znn_say_system_error(mountpoint, "mount there", errno,
                                    errno == ENOENT ? "; make the directory first" : "");
    }
    if (status.kind != FILE_DIRECTORY)
        return znn_say_error(mountpoint, "is not a directory; give an empty directory to mount at");
    place->mountpoint = realpath(mountpoint, NULL);
    return place->mountpoint || znn_say_system_error(mountpoint, "find", errno, "");
}

/* Below its own source, the mount would show itself, without end, and wait for itself. */
static bool check_nesting(const struct place *place, const char *mountpoint)
{
    size_t size = strlen(place->folder);
    const char *end = place->mountpoint + size;
    bool is_below = strncmp(place->mountpoint, place->folder, size) == 0 &&
                    (*end == '/' || (size == 1 && *end != '\0')) && !place->only;
    return !is_below || znn_say_error(mountpoint, "lies in the folder that is to be mounted; give one elsewhere");
}

bool znn_place_find(struct place *place, const char *source, const char *mountpoint)
{
    *place = (struct place){.folder = NULL};
    return find_source(place, source) && find_mountpoint(place, mountpoint) && check_nesting(place, mountpoint);
}

/* Behind the mount, a base would be hidden, and the server would ask itself for it and wait without end. */
bool znn_place_check_base(const struct place *place, const char *base)
{
    size_t size = strlen(place->mountpoint);
    bool is_hidden = base && strncmp(base, place->mountpoint, size) == 0 && (base[size] == '/' || base[size] == '\0');
    return !is_hidden || znn_say_error(base, "would be hidden by the mount; mount at another directory");
}

void znn_place_free(struct place *place)
{
    free(place->folder);
    free(place->only);
    free(place->mountpoint);
}
