/*
 * mutations.h - damages files: flips bits, loses blocks, inserts pieces of other files
 *
 * Each function damages the bytes in `file`, which has room for twice its contents.  `other` is another .znn file.
 */
#ifndef ZNN_TESTS_MUTATIONS_H
#define ZNN_TESTS_MUTATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "../unit/support.h"
#include "common/bytes.h"
#include "container/format.h"

struct file_bytes {
    uint8_t *data;
    size_t size;
};

#define RECORDS_LISTED 200

/* Where the records of a .znn file lie; the index is the last.  Returns how many there are. */
static inline size_t list_records(const struct file_bytes *file, struct file_bytes records[RECORDS_LISTED])
{
    size_t count = 0;
    size_t place = file->size >= 32 ? load_le16(file->data + 18) : file->size;
    while (count < RECORDS_LISTED && place + RECORD_PREFIX + FOOTER_SIZE <= file->size) {
        uint64_t size =
            (uint64_t)RECORD_PREFIX + load_le32(file->data + place + 32) + load_le32(file->data + place + 36);
        if (size > file->size - FOOTER_SIZE - place)
            break;
        records[count++] = (struct file_bytes){file->data + place, (size_t)size};
        place += (size_t)size;
    }
    return count;
}

/* Moves the bytes from `from` on so that they start at `to`. */
static inline void shift(struct file_bytes *file, size_t from, size_t to)
{
    memmove(file->data + to, file->data + from, file->size - from);
    file->size = file->size - from + to;
}

static inline void flip_bits(struct random *random, struct file_bytes *file)
{
    for (size_t n = 1 + random_below(random, 4); n > 0; n--)
        file->data[random_below(random, file->size)] ^= (uint8_t)(1 << random_below(random, 8));
}

/* A range becomes noise, zeros or ones, or moves by a little. */
static inline void overwrite(struct random *random, struct file_bytes *file)
{
    size_t limit = random_below(random, 3) ? 4 : 1 + file->size / 2;
    size_t at = random_below(random, file->size);
    size_t size = 1 + random_below(random, limit);
    size = size < file->size - at ? size : file->size - at;
    size_t kind = random_below(random, 4);
    for (size_t i = 0; i < size && kind < 2; i++)
        file->data[at + i] = (uint8_t)(kind == 0 ? random_u64(random) : file->data[random_below(random, file->size)]);
    if (kind >= 2)
        memset(file->data + at, kind == 2 ? 0 : 0xff, size);
}

static inline void cut(struct random *random, struct file_bytes *file)
{
    size_t at = random_below(random, file->size);
    size_t size = random_below(random, file->size - at + 1);
    if (random_below(random, 2))
        file->size = at; /* the end is lost */
    else
        shift(file, at + size, at);
}

/* Up to as many bytes as there are, of noise, of zeros, or of another file, somewhere or at the end. */
static inline void insert(struct random *random, struct file_bytes *file, const struct file_bytes *other)
{
    size_t at = random_below(random, 2) ? file->size : random_below(random, file->size + 1);
    size_t size = 1 + random_below(random, random_below(random, 2) ? 16 : file->size);
    size_t kind = random_below(random, 3);
    shift(file, at, at + size);
    for (size_t i = 0; i < size; i++)
        file->data[at + i] = (uint8_t)(kind == 0 ? random_u64(random) : kind == 1 ? 0 : other->data[i % other->size]);
}

/* The head of this file and the tail of another. */
static inline void splice(struct random *random, struct file_bytes *file, const struct file_bytes *other)
{
    size_t head = random_below(random, file->size + 1);
    size_t tail = random_below(random, (other->size < file->size ? other->size : file->size) + 1);
    memcpy(file->data + head, other->data + other->size - tail, tail);
    file->size = head + tail;
}

/* Two records change places, one takes the place of another, or one is lost. */
static inline void disorder(struct random *random, struct file_bytes *file)
{
    struct file_bytes records[RECORDS_LISTED];
    size_t count = list_records(file, records);
    if (count < 2)
        return;
    struct file_bytes *a = &records[random_below(random, count - 1)];
    struct file_bytes *b = a + 1 + random_below(random, (size_t)(records + count - a) - 1);
    size_t kind = random_below(random, 3);
    size_t start = (size_t)(a->data - file->data);
    if (kind == 0) {
        shift(file, start + a->size, start);
        return;
    }
    /* The other half of the room takes the records up to b in their new order. */
    uint8_t *copy = file->data + file->size;
    size_t between = (size_t)(b->data - a->data) - a->size, size = 0;
    const struct file_bytes pieces[] = {*b, {a->data + a->size, between}, kind == 1 ? *a : *b};
    size_t whole = a->size + between + b->size;
    for (size_t i = 0; i < 3 && size + pieces[i].size <= whole; i++) {
        memcpy(copy + size, pieces[i].data, pieces[i].size);
        size += pieces[i].size;
    }
    memcpy(a->data, copy, size);
    shift(file, start + whole, start + size);
}

/* A record of another file takes the place of one of this. */
static inline void transplant(struct random *random, struct file_bytes *file, const struct file_bytes *other)
{
    struct file_bytes mine[RECORDS_LISTED], theirs[RECORDS_LISTED];
    size_t count = list_records(file, mine), others = list_records(other, theirs);
    if (count == 0 || others == 0)
        return;
    struct file_bytes *a = &mine[random_below(random, count)];
    struct file_bytes *b = &theirs[random_below(random, others)];
    size_t start = (size_t)(a->data - file->data);
    if (file->size - a->size + b->size > 2 * file->size)
        return;
    shift(file, start + a->size, start + b->size);
    memcpy(file->data + start, b->data, b->size);
}

#endif
