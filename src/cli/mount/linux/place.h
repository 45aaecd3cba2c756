/*
 * place.h - checks the two paths of a mount
 */
#ifndef ZNN_CLI_MOUNT_LINUX_PLACE_H
#define ZNN_CLI_MOUNT_LINUX_PLACE_H

#include <stdbool.h>

struct place {
    char *folder;     /* whose files are shown; absolute */
    char *only;       /* the name of the one file that is shown, or NULL for all */
    char *mountpoint; /* absolute */
};

/*
 * Checks an absolute path of --base or --base-dir, or NULL.  Returns false if it lies where the mount will be, which is
 * reported.
 */
bool znn_place_check_base(const struct place *place, const char *base);

/*
 * Finds out what `source` and `mountpoint` mean.  Returns false if they make no sense, which is reported.  Call
 * znn_place_free() even then.
 */
bool znn_place_find(struct place *place, const char *source, const char *mountpoint);

void znn_place_free(struct place *place);

#endif
