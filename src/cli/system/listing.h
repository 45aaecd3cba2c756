/*
 * listing.h - lists the names in a directory
 *
 *     znn_listing_open()   znn_listing_next() until it returns NULL   znn_listing_close()
 */
#ifndef ZNN_CLI_SYSTEM_LISTING_H
#define ZNN_CLI_SYSTEM_LISTING_H

#include "cli/system/file_status.h"

struct listing {
    void *system; /* the system's own state */
};

/*
 * Opens a directory.  Returns false with errno set if this fails; then the listing is not to be closed.
 */
bool znn_listing_open(struct listing *listing, const char *path);

/*
 * Returns the next name, in no order, and without "." and "..".  It is valid until the next call.  Returns NULL at the
 * end, with errno 0, or if the directory cannot be read, with the reason in errno.
 */
const char *znn_listing_next(struct listing *listing);

/*
 * Like znn_file_status() and znn_file_status_itself(), for a name in the directory.
 */
bool znn_listing_status(const struct listing *listing, const char *name, struct file_status *status);
bool znn_listing_status_itself(const struct listing *listing, const char *name, struct file_status *status);

void znn_listing_close(struct listing *listing);

#endif
