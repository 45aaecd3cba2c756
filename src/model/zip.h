/*
 * zip.h - finds the members of a zip file
 *
 * A zip is read from its end.  The end record gives the position of the directory.  The directory has an entry for each
 * member, with its name, method and sizes, and the position of the member's local header.  The bytes of the member, its
 * payload, follow the local header.
 *
 *     | header | payload | header | payload | ... | directory | end record |
 *                  ^                                |      ^         |
 *                  '-- behind the local header -----'      '---------'
 *
 * A file may hold several zips in a row, and any of them may be cut: see zip_series.h.
 *
 * None of this information can be trusted.  A member is listed only if its header is where the directory says and
 * agrees with the directory, and if its payload lies before the directory and overlaps no other member.
 */
#ifndef ZNN_MODEL_ZIP_H
#define ZNN_MODEL_ZIP_H

#include "common/bytes.h"
#include "common/error.h"
#include "common/source.h"

enum {
    ZIP_STORED = 0,     /* the method of a member that is not compressed */
    ZIP_LOCAL_SIZE = 30 /* size of a local header without name and extra field */
};

#define ZIP_SIGNATURE_LOCAL 0x04034b50u

struct zip_member {
    const uint8_t *name; /* in the bytes of the directory, without a NUL */
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
 * Reads the directory of the zip in the `size` bytes from `offset` on of `source`, which must be seekable and have
 * them.  If the bytes are not a zip, or the directory makes no sense or is larger than 64 MiB, the result has no
 * members.  Fails only if reading fails or memory runs out.
 */
enum znn_status znn_zip_open(struct source *source, uint64_t offset, uint64_t size, struct zip *zip,
                             struct znn_error *error);

void znn_zip_close(struct zip *zip);

/*
 * Finds the last archive in the first `size` bytes of `source`.  According to its records, it extends from *start to
 * *end.  With `is_exact`, nothing may follow its end record, and little is read.  Without, a comment and other bytes
 * may follow.
 */
enum znn_status znn_zip_locate(struct source *source, uint64_t size, bool is_exact, uint64_t *start, uint64_t *end,
                               bool *found, struct znn_error *error);

/*
 * Reads the members of a cut archive in the same range from their local headers.  The last member has the part of its
 * payload that exists.
 */
enum znn_status znn_zip_recover(struct source *source, uint64_t offset, uint64_t size, struct zip *zip,
                                struct znn_error *error);

/*
 * For code that fills a struct zip.  znn_zip_add() appends a member and returns false if memory ran out.
 * znn_zip_sort() drops members that begin inside another one and sorts the rest.  znn_zip_widen() replaces numbers that
 * did not fit by those of the zip64 extra field, if there is one.
 */
bool znn_zip_add(struct zip *zip, const struct zip_member *member);
void znn_zip_sort(struct zip *zip);
void znn_zip_widen(struct byte_reader extra, uint64_t *original, uint64_t *size, uint64_t *header);

/*
 * A name in up to three parts, which saves joining them.
 */
struct zip_name {
    const void *part[3];
    size_t size[3];
};

/*
 * Returns the member with this name, or NULL if there is none.  If several have the name, returns the one that comes
 * first in the file.
 */
const struct zip_member *znn_zip_find(const struct zip *zip, const struct zip_name *name);

#endif
