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
 * Several may follow each other in one file, and any may be cut; see zip_series.h.
 *
 * Nothing of this needs to be true.  A member is listed only if its header is where the directory says and agrees with
 * it, and its payload lies before the directory and overlaps no other member's; all others are left out.
 */
#ifndef ZNN_MODEL_ZIP_H
#define ZNN_MODEL_ZIP_H

#include "common/bytes.h"
#include "common/error.h"
#include "common/source.h"

enum {
    ZIP_STORED = 0,     /* the method of a member whose payload is its content */
    ZIP_LOCAL_SIZE = 30 /* of a local header without name and extra field */
};

#define ZIP_SIGNATURE_LOCAL 0x04034b50u

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
 * Looks for the last archive in the first `size` bytes of `source`: it reaches from *start, by what its records say, to
 * *end.  `is_exact` asks for one with nothing behind its end record, for which little is read; else there may be a
 * comment, and other bytes.
 */
enum znn_status znn_zip_locate(struct source *source, uint64_t size, bool is_exact, uint64_t *start, uint64_t *end,
                               bool *found, struct znn_error *error);

/*
 * Reads the members of an archive that was cut, at the same place, by their local headers.  The last of them has the
 * payload that is there.
 */
enum znn_status znn_zip_recover(struct source *source, uint64_t offset, uint64_t size, struct zip *zip,
                                struct znn_error *error);

/*
 * For those who fill a struct zip: append a member, false where memory ran out; at the end, drop members that begin
 * inside another one, and sort the rest; apply the zip64 extra field, if there is one, to numbers that did not fit.
 */
bool znn_zip_add(struct zip *zip, const struct zip_member *member);
void znn_zip_sort(struct zip *zip);
void znn_zip_widen(struct byte_reader extra, uint64_t *original, uint64_t *size, uint64_t *header);

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
