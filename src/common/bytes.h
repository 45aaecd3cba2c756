/*
 * bytes.h - numbers in files
 *
 * Files are little-endian.  These functions load and store byte by byte, which works on every machine and at every
 * alignment.  On a little-endian machine, compilers turn each function into a single instruction.
 *
 * Lengths are mostly small, so they are stored as LEB128: seven bits per byte, lowest first, with the top bit set in
 * all bytes but the last.
 *
 *     300 = 0b10_0101100   ->   | 1 0101100 | 0 0000010 |
 *
 * Each number has only one valid encoding.  Readers refuse a longer encoding than necessary ("overlong"), and numbers
 * above 2^64-1.
 */
#ifndef ZNN_COMMON_BYTES_H
#define ZNN_COMMON_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t load_le16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t load_le32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t load_le64(const uint8_t *p)
{
    return load_le32(p) | (uint64_t)load_le32(p + 4) << 32;
}

static inline void store_le16(uint8_t *p, uint16_t value)
{
    p[0] = (uint8_t)value;
    p[1] = (uint8_t)(value >> 8);
}

static inline void store_le32(uint8_t *p, uint32_t value)
{
    store_le16(p, (uint16_t)value);
    store_le16(p + 2, (uint16_t)(value >> 16));
}

static inline void store_le64(uint8_t *p, uint64_t value)
{
    store_le32(p, (uint32_t)value);
    store_le32(p + 4, (uint32_t)(value >> 32));
}

/* The longest LEB128 encoding of 64 bits. */
#define LEB128_MAX 10

/*
 * Writes `value` to `p`, which must have room for LEB128_MAX bytes, and returns the number of bytes written.
 */
static inline size_t store_leb128(uint8_t *p, uint64_t value)
{
    size_t n = 0;
    for (; value >= 0x80; value >>= 7)
        p[n++] = (uint8_t)(value | 0x80);
    p[n++] = (uint8_t)value;
    return n;
}

/*
 * A position in bytes that came from a file.  If a read would pass the end or finds a malformed number, it sets `bad`,
 * and all later reads return 0.  So a parser can read several fields in a row and check `bad` once, before it uses
 * them.
 */
struct byte_reader {
    const uint8_t *next;
    const uint8_t *end;
    bool bad;
};

static inline struct byte_reader byte_reader(const void *data, size_t size)
{
    const uint8_t *p = data;
    return (struct byte_reader){p, size > 0 ? p + size : p, false}; /* NULL + 0 is undefined in C */
}

static inline size_t bytes_left(const struct byte_reader *reader)
{
    return (size_t)(reader->end - reader->next);
}

/*
 * Returns the next `size` bytes.  If fewer are left, sets `bad` and returns NULL.
 */
static inline const uint8_t *read_bytes(struct byte_reader *reader, uint64_t size)
{
    if (reader->bad || size > bytes_left(reader)) {
        reader->bad = true;
        return NULL;
    }
    const uint8_t *p = reader->next;
    reader->next += size;
    return p;
}

static inline uint8_t read_u8(struct byte_reader *reader)
{
    const uint8_t *p = read_bytes(reader, 1);
    return p ? *p : 0;
}

static inline uint64_t read_leb128(struct byte_reader *reader)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = read_u8(reader);
        if (shift == 63 && byte > 1) /* beyond 64 bits */
            break;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            if (byte == 0 && shift > 0) /* overlong */
                break;
            return reader->bad ? 0 : value;
        }
    }
    reader->bad = true;
    return 0;
}

#endif
