/*
 * zip.c - finds the members of a zip file
 *
 * The records, all little-endian, at the offsets used here (APPNOTE.TXT by PKWARE has them in full):
 *
 *     local header       0 "PK\3\4"  6 flags  8 method  26 name size  28 extra size  30 name, extra, then the payload
 *     directory entry    0 "PK\1\2"  8 flags  10 method  20 size  24 original size  28 name size  30 extra size
 *                        32 comment size  42 offset of the local header  46 name, extra, comment
 *     end record         0 "PK\5\6"  12 directory size  16 directory offset  20 comment size  22 comment
 *     zip64 end record   0 "PK\6\6"  40 directory size  48 directory offset
 *     zip64 locator      0 "PK\6\7"  8 offset of the zip64 end record; stands right before the end record
 *
 * A size or offset that does not fit is written as 0xffffffff, and the real one is in the entry's extra field: a list
 * of (id, size, bytes).  Id 1 has the 64-bit numbers for those that did not fit, in the order of the entry.  znn
 * ignores the number of members, because the size of the directory is enough.
 */
#include "model/zip.h"

#include <stdlib.h>
#include <string.h>

#include "common/array.h"
#include "common/bytes.h"
#include "common/memory.h"

enum {
    ENTRY_SIZE = 46,
    END_SIZE = 22,
    END64_SIZE = 56,
    LOCATOR_SIZE = 20,
    TAIL_MAX = END_SIZE + 65535, /* with the longest comment */
    FLAG_ENCRYPTED = 1,
    EXTRA_ZIP64 = 1
};

#define SIGNATURE_ENTRY 0x02014b50u
#define SIGNATURE_END 0x06054b50u
#define SIGNATURE_END64 0x06064b50u
#define SIGNATURE_LOCATOR 0x07064b50u
#define DIRECTORY_MAX ((uint64_t)64 << 20)

/* An archive within the source, and its directory.  Offsets are relative to the start of the archive. */
struct archive {
    struct source *source;
    uint64_t start;
    uint64_t size;
    uint64_t directory;
    uint64_t directory_size;
    uint64_t directory_end; /* position of the record that describes the directory */
    uint64_t end;           /* after the end record and its comment */
    uint64_t shift;         /* to add to the archive's offsets, because other data precedes the archive */
    bool is_exact;          /* nothing follows the end record */
};

/* Reads `size` bytes at `offset`.  *got is smaller if the archive ends before that. */
static enum znn_status read_at(const struct archive *archive, uint64_t offset, void *data, size_t size, size_t *got,
                               struct znn_error *error)
{
    *got = 0;
    if (offset >= archive->size)
        return ZNN_OK;
    uint64_t left = archive->size - offset;
    size_t wanted = left < size ? (size_t)left : size;
    return znn_source_read(archive->source, archive->start + offset, data, wanted, got, error);
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* The position of the directory                                                                                      */
/* ------------------------------------------------------------------------------------------------------------------ */

/* Finds the last end record in the `size` bytes at `tail` whose comment fits.  Returns -1 if there is none. */
static ptrdiff_t find_end(const uint8_t *tail, size_t size)
{
    if (size < END_SIZE)
        return -1;
    for (ptrdiff_t i = (ptrdiff_t)(size - END_SIZE); i >= 0; i--)
        if (load_le32(tail + i) == SIGNATURE_END && load_le16(tail + i + 20) <= size - END_SIZE - (size_t)i)
            return i;
    return -1;
}

/* Replaces the values of the end record by those of the zip64 record, if there is one. */
static enum znn_status read_end64(struct archive *archive, struct znn_error *error)
{
    uint8_t locator[LOCATOR_SIZE], end[END64_SIZE];
    uint64_t end_record = archive->directory_end;
    size_t got;
    if (end_record < LOCATOR_SIZE)
        return ZNN_OK;
    enum znn_status status = read_at(archive, end_record - LOCATOR_SIZE, locator, sizeof locator, &got, error);
    if (status || got < sizeof locator || load_le32(locator) != SIGNATURE_LOCATOR)
        return status;
    /* Try the usual position first: the locator may point to an earlier archive in the file. */
    uint64_t usual = end_record - LOCATOR_SIZE - END64_SIZE;
    uint64_t places[] = {end_record < LOCATOR_SIZE + END64_SIZE ? 0 : usual, load_le64(locator + 8)};
    for (int i = 0; i < 2; i++) {
        status = read_at(archive, places[i], end, sizeof end, &got, error);
        if (status)
            return status;
        if (got == sizeof end && load_le32(end) == SIGNATURE_END64) {
            archive->directory_end = places[i];
            archive->directory_size = load_le64(end + 40);
            archive->directory = load_le64(end + 48);
            break;
        }
    }
    return ZNN_OK;
}

/* Sets *there if the directory begins at `place`. */
static enum znn_status is_directory(const struct archive *archive, uint64_t place, bool *there, struct znn_error *error)
{
    uint8_t signature[4];
    size_t got;
    enum znn_status status = read_at(archive, place, signature, sizeof signature, &got, error);
    *there = !status && got == sizeof signature && load_le32(signature) == SIGNATURE_ENTRY;
    return status;
}

/* The directory usually ends at the record.  If it does not, other data, such as another archive, was put before this
 * archive.  All offsets are then off by the same distance, even if the position in the record also looks right because
 * it falls into the other archive. */
static enum znn_status place_directory(struct archive *archive, bool *found, struct znn_error *error)
{
    *found = false;
    if (archive->directory_size > archive->directory_end || archive->directory_size > DIRECTORY_MAX)
        return ZNN_OK;
    uint64_t latest = archive->directory_end - archive->directory_size;
    *found = archive->directory <= latest;
    bool there;
    enum znn_status status = is_directory(archive, latest, &there, error);
    if (status || !*found || archive->directory == latest)
        return status;
    if (!there)
        status = is_directory(archive, archive->directory, &there, error);
    else
        there = false;
    if (there)
        return status;
    archive->shift = latest - archive->directory;
    archive->directory = latest;
    return status;
}

/* Reads the end of the archive into `tail`, of TAIL_MAX bytes.  Sets *end to the position of the end record there, or
 * to -1 if there is none.  In most files nothing follows the record, so a short read is tried first. */
static enum znn_status read_tail(const struct archive *archive, uint8_t *tail, uint64_t *start, ptrdiff_t *end,
                                 struct znn_error *error)
{
    const uint64_t sizes[] = {END_SIZE, TAIL_MAX};
    *end = -1;
    for (int i = 0; i < 2 && *end < 0; i++) {
        size_t size = archive->size < sizes[i] ? (size_t)archive->size : (size_t)sizes[i];
        size_t got;
        *start = archive->size - size;
        enum znn_status status = read_at(archive, *start, tail, size, &got, error);
        if (status)
            return status;
        *end = find_end(tail, got);
        if (archive->is_exact)
            break;
    }
    return ZNN_OK;
}

/* Sets *found if the archive has a directory that can be read. */
static enum znn_status find_directory(struct archive *archive, bool *found, struct znn_error *error)
{
    uint64_t start;
    ptrdiff_t end;
    *found = false;
    uint8_t *tail = znn_allocate(TAIL_MAX);
    if (!tail)
        return znn_fail_memory(error, TAIL_MAX);
    enum znn_status status = read_tail(archive, tail, &start, &end, error);
    if (status == ZNN_OK && end >= 0) {
        archive->directory_end = start + (uint64_t)end;
        archive->end = archive->directory_end + END_SIZE + load_le16(tail + end + 20);
        archive->directory_size = load_le32(tail + end + 12);
        archive->directory = load_le32(tail + end + 16);
        status = read_end64(archive, error);
        if (status == ZNN_OK)
            status = place_directory(archive, found, error);
    }
    znn_release(tail);
    return status;
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* The members                                                                                                        */
/* ------------------------------------------------------------------------------------------------------------------ */

/* Reads a 64-bit number if the 32-bit one did not fit. */
static void widen(uint64_t *number, struct byte_reader *extra)
{
    if (*number != UINT32_MAX)
        return;
    const uint8_t *p = read_bytes(extra, 8);
    *number = p ? load_le64(p) : *number;
}

void znn_zip_widen(struct byte_reader extra, uint64_t *original, uint64_t *size, uint64_t *header)
{
    while (bytes_left(&extra) >= 4) {
        const uint8_t *field = read_bytes(&extra, 4);
        uint16_t field_size = load_le16(field + 2);
        const uint8_t *data = read_bytes(&extra, field_size);
        if (!data)
            return;
        if (load_le16(field) == EXTRA_ZIP64) {
            struct byte_reader numbers = byte_reader(data, field_size);
            widen(original, &numbers);
            widen(size, &numbers);
            widen(header, &numbers);
            return;
        }
    }
}

bool znn_zip_add(struct zip *zip, const struct zip_member *member)
{
    struct zip_member *members = znn_array_grow(zip->members, zip->count, &zip->capacity, sizeof *members);
    if (!members)
        return false;
    zip->members = members;
    members[zip->count++] = *member;
    return true;
}

/* Follows member->offset to the local header and replaces it by the payload's offset.  Sets *good if the header
 * agrees. */
static enum znn_status check_header(const struct archive *archive, struct zip_member *member, bool *good,
                                    struct znn_error *error)
{
    uint8_t header[ZIP_LOCAL_SIZE + 256];
    size_t size =
        ZIP_LOCAL_SIZE + (member->name_size < 256u ? member->name_size : 256u); /* for a long name, only its start */
    size_t got;
    enum znn_status status = read_at(archive, member->offset, header, size, &got, error);
    *good = !status && got == size && load_le32(header) == ZIP_SIGNATURE_LOCAL &&
            !(load_le16(header + 6) & FLAG_ENCRYPTED) && load_le16(header + 8) == member->method &&
            load_le16(header + 26) == member->name_size &&
            memcmp(header + ZIP_LOCAL_SIZE, member->name, size - ZIP_LOCAL_SIZE) == 0;
    if (!*good)
        return status;
    uint64_t payload = member->offset + ZIP_LOCAL_SIZE + member->name_size + load_le16(header + 28);
    *good = payload <= archive->directory && member->size <= archive->directory - payload;
    member->offset = archive->start + payload;
    return ZNN_OK;
}

/* Reads one directory entry and adds its member if the entry is valid.  Returns false at the end. */
static bool read_entry(const struct archive *archive, struct byte_reader *reader, struct zip *zip,
                       enum znn_status *status, struct znn_error *error)
{
    const uint8_t *entry = read_bytes(reader, ENTRY_SIZE);
    if (!entry || load_le32(entry) != SIGNATURE_ENTRY)
        return false;
    uint16_t name_size = load_le16(entry + 28), extra_size = load_le16(entry + 30);
    const uint8_t *name = read_bytes(reader, name_size);
    const uint8_t *extra = read_bytes(reader, extra_size);
    if (!read_bytes(reader, load_le16(entry + 32)))
        return false;
    uint64_t size = load_le32(entry + 20), original = load_le32(entry + 24), header = load_le32(entry + 42);
    znn_zip_widen(byte_reader(extra, extra_size), &original, &size, &header);
    if (!zip->first_name) {
        zip->first_name = name;
        zip->first_name_size = name_size;
    }
    struct zip_member member = {name, header + archive->shift, size, name_size, load_le16(entry + 10)};
    bool good = !(load_le16(entry + 8) & FLAG_ENCRYPTED) && member.offset >= header &&
                (member.method != ZIP_STORED || size == original);
    if (good)
        *status = check_header(archive, &member, &good, error);
    if (good && !znn_zip_add(zip, &member))
        *status = znn_fail_memory(error, sizeof member);
    return *status == ZNN_OK;
}

static int compare_places(const void *left, const void *right)
{
    const struct zip_member *a = left, *b = right;
    return a->offset != b->offset ? (a->offset < b->offset ? -1 : 1) : a->name < b->name ? -1 : a->name > b->name;
}

static int compare_names(const void *left, const void *right)
{
    const struct zip_member *a = left, *b = right;
    int order = memcmp(a->name, b->name, a->name_size < b->name_size ? a->name_size : b->name_size);
    order = order ? order : (int)a->name_size - (int)b->name_size;
    return order ? order : compare_places(a, b);
}

void znn_zip_sort(struct zip *zip)
{
    size_t kept = 0;
    uint64_t end = 0;
    if (zip->count == 0)
        return;
    qsort(zip->members, zip->count, sizeof *zip->members, compare_places);
    for (size_t i = 0; i < zip->count; i++) {
        const struct zip_member *member = &zip->members[i];
        if (member->offset < end)
            continue;
        end = member->offset + member->size;
        zip->members[kept++] = *member;
    }
    zip->count = kept;
    qsort(zip->members, zip->count, sizeof *zip->members, compare_names);
}

static enum znn_status read_directory(const struct archive *archive, struct zip *zip, struct znn_error *error)
{
    size_t size = (size_t)archive->directory_size, got;
    zip->directory = znn_allocate(size + 1); /* no more than the archive has */
    if (!zip->directory)
        return znn_fail_memory(error, size);
    enum znn_status status = read_at(archive, archive->directory, zip->directory, size, &got, error);
    struct byte_reader reader = byte_reader(zip->directory, status ? 0 : got);
    while (status == ZNN_OK && read_entry(archive, &reader, zip, &status, error))
        ;
    znn_zip_sort(zip);
    return status;
}

enum znn_status znn_zip_locate(struct source *source, uint64_t size, bool is_exact, uint64_t *start, uint64_t *end,
                               bool *found, struct znn_error *error)
{
    struct archive archive = {.source = source, .size = size, .is_exact = is_exact};
    enum znn_status status = find_directory(&archive, found, error);
    if (status || !*found)
        return status;
    *start = archive.shift;
    *end = archive.end;
    return is_directory(&archive, archive.directory, found, error);
}

enum znn_status znn_zip_open(struct source *source, uint64_t offset, uint64_t size, struct zip *zip,
                             struct znn_error *error)
{
    struct archive archive = {.source = source, .start = offset, .size = size};
    bool found;
    *zip = (struct zip){0};
    enum znn_status status = find_directory(&archive, &found, error);
    if (status == ZNN_OK && found)
        status = read_directory(&archive, zip, error);
    if (status)
        znn_zip_close(zip);
    return status;
}

void znn_zip_close(struct zip *zip)
{
    znn_release(zip->directory);
    znn_release(zip->members);
    *zip = (struct zip){0};
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* Finding                                                                                                            */
/* ------------------------------------------------------------------------------------------------------------------ */

static int compare_to_name(const struct zip_member *member, const struct zip_name *name)
{
    const uint8_t *rest = member->name;
    size_t left = member->name_size;
    for (int i = 0; i < 3; i++) {
        size_t common = left < name->size[i] ? left : name->size[i];
        int order = common > 0 ? memcmp(rest, name->part[i], common) : 0;
        if (order || common < name->size[i])
            return order ? order : -1;
        rest += common;
        left -= common;
    }
    return left > 0;
}

const struct zip_member *znn_zip_find(const struct zip *zip, const struct zip_name *name)
{
    size_t low = 0, high = zip->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_to_name(&zip->members[middle], name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < zip->count && compare_to_name(&zip->members[low], name) == 0;
    return found ? &zip->members[low] : NULL;
}
