/*
 * zip_writer.h - zips made by hand, good ones and bad ones, for the tests of those who read them
 */
#ifndef ZNN_TESTS_ZIP_WRITER_H
#define ZNN_TESTS_ZIP_WRITER_H

#include "pickle_writer.h"

/*
 * A zip that is being written: the members so far, and the directory that will follow them.  Zeroed, it is empty.
 */
struct zip_writer {
    struct buffer file;
    struct buffer directory;
    uint64_t start; /* where offsets count from, for an archive with something before it */
};

/*
 * What is unusual about a member.  Zeroed: nothing.
 */
struct zip_quirk {
    uint16_t method;
    uint16_t flags;
    bool zip64;         /* sizes and offset stand in the extra field */
    bool descriptor;    /* sizes follow the payload instead of standing in the local header */
    bool bad_header;    /* the local header begins with something else */
    uint64_t padding;   /* payload to be aligned to that */
    uint64_t size;      /* not 0: what the directory claims */
    uint64_t original;  /* not 0: the same of the uncompressed size */
    uint64_t offset;    /* not 0: where the directory says that the local header is */
    const char *called; /* not NULL: the name in the directory */
};

static inline void put_u16(struct buffer *out, uint64_t number)
{
    uint8_t bytes[2];
    store_le16(bytes, (uint16_t)number);
    put(out, bytes, sizeof bytes);
}

static inline void zip_directory_entry(struct zip_writer *zip, const char *name, uint64_t header, uint64_t size,
                                       const struct zip_quirk *quirk)
{
    struct buffer *out = &zip->directory;
    const char *called = quirk->called ? quirk->called : name;
    uint64_t original = quirk->original ? quirk->original : size;
    size = quirk->size ? quirk->size : size;
    header = quirk->offset ? quirk->offset : header - zip->start;
    put(out, "PK\1\2\x2d\0\x2d\0", 8);
    put_u16(out, quirk->flags | (quirk->descriptor ? 8u : 0));
    put_u16(out, quirk->method);
    put_u64(out, 0); /* time, date and checksum */
    put_u32(out, quirk->zip64 ? UINT32_MAX : size);
    put_u32(out, quirk->zip64 ? UINT32_MAX : original);
    put_u16(out, strlen(called));
    put_u16(out, quirk->zip64 ? 4 + 5 + 4 + 24 : 0);
    put_u16(out, 3); /* a comment */
    put_u64(out, 0); /* disk and attributes */
    put_u32(out, quirk->zip64 ? UINT32_MAX : header);
    put_text(out, called);
    if (quirk->zip64) {
        put(out, "UT\5\0time.\1\0\x18\0", 13); /* some other field first */
        put_u64(out, original);
        put_u64(out, size);
        put_u64(out, header);
    }
    put_text(out, "hm.");
}

/* Adds a member and returns the offset of its payload. */
static inline uint64_t zip_add_quirk(struct zip_writer *zip, const char *name, const void *data, size_t size,
                                     const struct zip_quirk *quirk)
{
    struct buffer *out = &zip->file;
    uint64_t header = out->size;
    uint64_t payload = header + 30 + strlen(name);
    uint64_t extra = quirk->padding ? 4 + (quirk->padding - (payload + 4) % quirk->padding) % quirk->padding : 0;
    put(out, quirk->bad_header ? "PK\3\5" : "PK\3\4", 4);
    put_u16(out, 45);
    put_u16(out, quirk->flags | (quirk->descriptor ? 8u : 0));
    put_u16(out, quirk->method);
    put_u64(out, 0);
    put_u32(out, quirk->descriptor ? 0 : size);
    put_u32(out, quirk->descriptor ? 0 : size);
    put_u16(out, strlen(name));
    put_u16(out, extra);
    put_text(out, name);
    if (extra) {
        put_text(out, "FB");
        put_u16(out, extra - 4);
        for (uint64_t i = 4; i < extra; i++)
            put_text(out, "Z");
    }
    uint64_t place = out->size;
    put(out, data, size);
    if (quirk->descriptor) {
        put(out, "PK\7\10", 4);
        put_u32(out, 0);
        put_u32(out, size);
        put_u32(out, size);
    }
    zip_directory_entry(zip, name, header, size, quirk);
    return place;
}

static inline uint64_t zip_add(struct zip_writer *zip, const char *name, const void *data, size_t size)
{
    return zip_add_quirk(zip, name, data, size, &(struct zip_quirk){0});
}

/* Adds the zip64 end record and its locator, which claim that the directory has `size` bytes at `offset`. */
static inline void zip_put_end64(struct zip_writer *zip, uint64_t size, uint64_t offset)
{
    struct buffer *out = &zip->file;
    uint64_t place = out->size - zip->start;
    put(out, "PK\6\6\x2c\0\0\0\0\0\0\0\x2d\0\x2d\0\0\0\0\0\0\0\0\0", 24);
    put_u64(out, UINT64_MAX); /* numbers of members: nobody should believe them */
    put_u64(out, UINT64_MAX);
    put_u64(out, size);
    put_u64(out, offset);
    put(out, "PK\6\7\0\0\0\0", 8);
    put_u64(out, place);
    put_u32(out, 1);
}

static inline void zip_put_end(struct zip_writer *zip, uint64_t size, uint64_t offset, const char *comment)
{
    put(&zip->file, "PK\5\6\0\0\0\0\xff\xff\xff\xff", 12);
    put_u32(&zip->file, size);
    put_u32(&zip->file, offset);
    put_u16(&zip->file, strlen(comment));
    put_text(&zip->file, comment);
}

/* Adds directory and end record. */
static inline void zip_finish(struct zip_writer *zip)
{
    uint64_t offset = zip->file.size - zip->start;
    put(&zip->file, zip->directory.data, zip->directory.size);
    zip_put_end(zip, zip->directory.size, offset, "");
}

static inline void zip_free(struct zip_writer *zip)
{
    znn_buffer_free(&zip->file);
    znn_buffer_free(&zip->directory);
}

#endif
