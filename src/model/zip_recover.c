/*
 * zip_recover.c - finds the members of a cut zip
 *
 * The directory at the end is missing, but the local headers are left: each follows the payload of the member before.
 * If a header does not state the size of its payload (PyTorch writes such headers), a descriptor after the payload
 * does:
 *
 *     0 "PK\7\8"  4 checksum  8 size  12 original size               both sizes have 8 bytes in a zip64 file
 *
 * The search takes the first descriptor that states its own distance from the start of the payload.  So each byte of
 * the file is read once.
 */
#include <string.h>

#include "common/buffer.h"
#include "model/zip.h"

#define SIGNATURE_DESCRIPTOR 0x08074b50u
#define WINDOW_MIN ((size_t)256) /* the search reads larger and larger pieces, so that small members cost little */
#define WINDOW_MAX ((size_t)1 << 20)
#define DIRECTORY_MAX ((size_t)64 << 20) /* the same limit as for the directory of a whole archive */

enum { ENTRY_SIZE = 46, DESCRIPTOR_SIZE = 16, DESCRIPTOR64_SIZE = 24, FLAG_ENCRYPTED = 1, FLAG_DESCRIPTOR = 8 };

struct recovery {
    struct source *source;
    uint64_t end;        /* of the bytes that exist */
    uint64_t offset;     /* of the next local header */
    struct buffer names; /* of the members, one after the other */
    struct znn_error *error;
};

/* Returns up to `size` bytes at `offset`, or NULL at the end of the file or if reading failed. */
static const uint8_t *view(struct recovery *recovery, uint64_t offset, size_t size, size_t *there,
                           enum znn_status *status)
{
    const uint8_t *data = NULL;
    uint64_t left = offset < recovery->end ? recovery->end - offset : 0;
    *there = 0;
    if (left > 0)
        *status =
            znn_source_view(recovery->source, offset, left < size ? (size_t)left : size, &data, there, recovery->error);
    return *status ? NULL : data;
}

/* Returns the size of the descriptor at `p`, or 0 if the `left` bytes there are not the descriptor of a payload that
 * starts `distance` bytes before `p`. */
static size_t descriptor_at(const uint8_t *p, size_t left, uint64_t distance)
{
    if (left < DESCRIPTOR_SIZE || load_le32(p) != SIGNATURE_DESCRIPTOR)
        return 0;
    bool is_long = left >= DESCRIPTOR64_SIZE && load_le64(p + 8) == distance;
    bool is_short = load_le32(p + 8) == distance;
    if (is_long && is_short) /* size 0: see whether a header follows */
        is_long = memcmp(p + DESCRIPTOR_SIZE, "PK", 2) != 0;
    return is_long ? DESCRIPTOR64_SIZE : is_short ? DESCRIPTOR_SIZE : 0;
}

/* Finds the end of the payload at `start`, and the end of its descriptor.  If the payload is cut, both are the end of
 * the file. */
static enum znn_status find_descriptor(struct recovery *recovery, uint64_t start, uint64_t *end, uint64_t *next)
{
    enum znn_status status = ZNN_OK;
    size_t there, size = WINDOW_MIN;
    *end = *next = recovery->end;
    for (uint64_t at = start; at < recovery->end; size = size < WINDOW_MAX ? 2 * size : size) {
        const uint8_t *window = view(recovery, at, size, &there, &status);
        if (!window || there < DESCRIPTOR_SIZE)
            return status;
        bool is_last = there < size || at + there >= recovery->end; /* less than requested: the file has shrunk */
        size_t stop = is_last ? there : there - DESCRIPTOR64_SIZE;
        for (const uint8_t *p = window; (p = memchr(p, 'P', stop - (size_t)(p - window))) != NULL; p++) {
            uint64_t place = at + (uint64_t)(p - window);
            size_t found = descriptor_at(p, there - (size_t)(p - window), place - start);
            if (found > 0) {
                *end = place;
                *next = place + found;
                return ZNN_OK;
            }
        }
        at += is_last ? there : stop;
    }
    return status;
}

/* Views the local header at recovery->offset with name and extra field.  Returns NULL if it is missing or
 * incomplete. */
static const uint8_t *view_header(struct recovery *recovery, enum znn_status *status)
{
    size_t there;
    const uint8_t *header = view(recovery, recovery->offset, ZIP_LOCAL_SIZE, &there, status);
    if (!header || there < ZIP_LOCAL_SIZE || load_le32(header) != ZIP_SIGNATURE_LOCAL)
        return NULL;
    size_t size = ZIP_LOCAL_SIZE + (size_t)load_le16(header + 26) + load_le16(header + 28);
    header = view(recovery, recovery->offset, size, &there, status);
    return header && there == size ? header : NULL;
}

/* Reads the member at recovery->offset and moves past it.  Sets *more to false if there is none. */
static enum znn_status read_member(struct recovery *recovery, struct zip *zip, bool *more)
{
    enum znn_status status = ZNN_OK;
    const uint8_t *header = view_header(recovery, &status);
    *more = header && recovery->names.size + zip->count * ENTRY_SIZE < DIRECTORY_MAX;
    if (!*more)
        return status;
    uint16_t flags = load_le16(header + 6), name_size = load_le16(header + 26), extra_size = load_le16(header + 28);
    uint64_t original = load_le32(header + 22), size = load_le32(header + 18), none = 0;
    znn_zip_widen(byte_reader(header + ZIP_LOCAL_SIZE + name_size, extra_size), &original, &size, &none);
    struct zip_member member = {
        .offset = recovery->offset + ZIP_LOCAL_SIZE + name_size + extra_size,
        .name_size = name_size,
        .method = load_le16(header + 8),
    };
    bool is_added = !(flags & FLAG_ENCRYPTED);
    if (is_added && !znn_buffer_append(&recovery->names, header + ZIP_LOCAL_SIZE, name_size))
        return znn_fail_memory(recovery->error, name_size);
    uint64_t left = recovery->end - member.offset;
    uint64_t end = member.offset + (size < left ? size : left);
    recovery->offset = end;
    if (flags & FLAG_DESCRIPTOR)
        status = find_descriptor(recovery, member.offset, &end, &recovery->offset);
    member.size = end - member.offset;
    if (!status && is_added && !znn_zip_add(zip, &member))
        status = znn_fail_memory(recovery->error, sizeof member);
    return status;
}

/* Sets the names of the members.  The names do not move any more. */
static void name_members(struct zip *zip, const struct buffer *names)
{
    const uint8_t *name = zip->directory = names->data;
    for (size_t i = 0; i < zip->count; i++) {
        zip->members[i].name = name;
        name += zip->members[i].name_size;
    }
    if (zip->count > 0) {
        zip->first_name = zip->members[0].name;
        zip->first_name_size = zip->members[0].name_size;
    }
}

enum znn_status znn_zip_recover(struct source *source, uint64_t offset, uint64_t size, struct zip *zip,
                                struct znn_error *error)
{
    struct recovery recovery = {.source = source, .end = offset + size, .offset = offset, .error = error};
    bool more = true;
    *zip = (struct zip){0};
    enum znn_status status = znn_buffer_reserve(&recovery.names, 1) ? ZNN_OK : znn_fail_memory(error, 1);
    while (more && !status)
        status = read_member(&recovery, zip, &more);
    name_members(zip, &recovery.names);
    if (status)
        znn_zip_close(zip);
    else
        znn_zip_sort(zip);
    return status;
}
