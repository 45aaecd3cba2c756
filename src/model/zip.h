/*
 * zip.h - what lies where in a zip file
 *
 * A zip is read from its end.  There stands a record that says where the directory is; the directory has an entry for
 * each member, with its name, method and sizes; the entry says where the member's local header is, and the member's
 * bytes, its payload, follow behind that.
 *
 *     | header | payload | header | payload | ... | directory | end record |
 *                  ^                                |      ^         |
 *                  '-- behind the local header -----'      '---------'
 *
 * Nothing of this needs to be true.  A member is listed only if its header is where the directory says and agrees with
 * it, and its payload lies before the directory and overlaps no other member's; all others are left out.
 */
#ifndef ZNN_MODEL_ZIP_H
#define ZNN_MODEL_ZIP_H

#include "base/error.h"
#include "base/source.h"

enum { ZIP_STORED = 0 }; /* the method of a member whose payload is its content */

struct zip_member {
    const uint8_t *name; /* in the directory's own bytes, without a NUL */
    uint64_t offset;     /* of the payload in the source */
    uint64_t size;       /* of the payload */
    uint16_t name_size;
    uint16_t method;
};

/*
 * Free with znn_zip_close().
 */
struct zip {
    uint8_t *directory;
    struct zip_member *members; /* by name, then offset */
    size_t count;
    size_t capacity;
    const uint8_t *first_name; /* of the first member in the directory's order */
    uint16_t first_name_size;
};

/*
 * Reads the directory of the zip that takes up `size` bytes from `offset` on of `source`, which must be seekable and
 * have them.  What is no zip, or has a directory that makes no sense or is larger than 64 MiB, gives no members.
 * Fails only where reading fails or memory runs out.
 */
enum znn_status znn_zip_open(struct source *source, uint64_t offset, uint64_t size, struct zip *zip,
                             struct znn_error *error);

void znn_zip_close(struct zip *zip);

/*
 * A name in up to three parts, so that it need not be put together.
 */
struct zip_name {
    const void *part[3];
    size_t size[3];
};

/*
 * The member of that name, NULL where there is none.  Where several have it, the one that lies first.
 */
const struct zip_member *znn_zip_find(const struct zip *zip, const struct zip_name *name);

#endif
