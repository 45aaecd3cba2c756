/*
 * reader_pread.c - any range of the original, from any thread
 *
 *     range             |-----------------|
 *     chunks     |  a       |  b    |    c     |
 *                     copy    direct  copy
 *
 * A chunk of which all is wanted is decoded into its place.  Of any other, the rest may be wanted next, so it is kept
 * in the slot that decoded it.  A slot is a decoder with the last chunk that it kept; each call takes one for itself, a
 * new one where all are in use, and then leaves it to the next.  It prefers the slot that holds the chunk it wants, and
 * else takes the one that has been idle longest.
 *
 * A chunk with references needs others, which a call within the call reads with a slot of its own.  These must be plain
 * chunks: so there is never a third call.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/chunk_decoder.h"
#include "engine/reader.h"

#define NO_CHUNK SIZE_MAX

struct slot {
    struct slot *next;
    struct chunk_decoder *decoder;
    struct buffer record;
    size_t chunk;        /* the one that is kept, or NO_CHUNK */
    bool refers;         /* it has references */
    const uint8_t *data; /* its bytes, in the decoder */
};

static struct slot *new_slot(struct znn_reader *reader)
{
    struct slot *slot = calloc(1, sizeof *slot);
    if (!slot)
        return NULL;
    slot->chunk = NO_CHUNK;
    slot->decoder = znn_chunk_decoder_new();
    if (!slot->decoder) {
        free(slot);
        return NULL;
    }
    znn_chunk_decoder_use(slot->decoder, &reader->bases);
    znn_chunk_decoder_set_lossy(slot->decoder, &reader->lossy);
    return slot;
}

void znn_slots_free(struct slot *slots)
{
    while (slots) {
        struct slot *next = slots->next;
        znn_chunk_decoder_free(slots->decoder);
        znn_buffer_free(&slots->record);
        free(slots);
        slots = next;
    }
}

/* A call within a call must not wait for what that one holds. */
static struct slot *take_slot(struct znn_reader *reader, size_t chunk, bool is_within)
{
    pthread_mutex_lock(&reader->lock);
    while (!is_within && reader->slots_max > 0 && reader->slots >= reader->slots_max)
        pthread_cond_wait(&reader->left, &reader->lock);
    reader->slots++;
    struct slot **link = &reader->idle;
    while (*link && (*link)->chunk != chunk && (*link)->next)
        link = &(*link)->next;
    struct slot *slot = *link;
    if (slot)
        *link = slot->next;
    pthread_mutex_unlock(&reader->lock);
    return slot ? slot : new_slot(reader);
}

static void leave_slot(struct znn_reader *reader, struct slot *slot)
{
    pthread_mutex_lock(&reader->lock);
    if (slot) {
        slot->next = reader->idle;
        reader->idle = slot;
    }
    reader->slots--;
    pthread_cond_signal(&reader->left);
    pthread_mutex_unlock(&reader->lock);
}

size_t znn_reader_chunk_at(const struct znn_reader *reader, uint64_t offset)
{
    size_t low = 0;
    for (size_t high = reader->chunk_count; high - low > 1;) {
        size_t middle = low + (high - low) / 2;
        if (reader->chunks[middle].offset <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static enum znn_status read_plain(void *reader, uint64_t offset, uint8_t *target, size_t size, struct znn_error *error)
{
    return znn_reader_read_plain(reader, target, size, offset, error);
}

/* Decodes `chunk` to `target`, or where that is NULL, to be kept. */
static enum znn_status decode(struct znn_reader *reader, struct slot *slot, size_t chunk, uint8_t *target, bool plain,
                              struct znn_error *error)
{
    uint64_t place = reader->chunks[chunk].record;
    const uint8_t *bytes;
    struct record record;
    enum znn_status status =
        znn_reader_record(reader, chunk, reader_record_size(reader, chunk), &slot->record, &bytes, &record, error);
    if (status)
        return status;
    bool may_refer = reader->references && !plain;
    znn_chunk_decoder_refer(slot->decoder, (struct reference_source){may_refer ? read_plain : NULL, reader});
    if (target)
        return znn_chunk_decode_to(slot->decoder, &record, bytes, place, target, false, error);
    slot->chunk = NO_CHUNK;
    status = znn_chunk_decode(slot->decoder, &record, bytes, place, &slot->data, error);
    if (!status) {
        slot->chunk = chunk;
        slot->refers = znn_directory_has_references(znn_chunk_decoder_directory(slot->decoder));
    }
    return status;
}

/* Gives the `size` bytes of `chunk` from `start` on. */
static enum znn_status read_chunk(struct znn_reader *reader, struct slot *slot, size_t chunk, uint32_t start,
                                  uint32_t size, uint8_t *target, bool plain, struct znn_error *error)
{
    enum znn_status status = ZNN_OK;
    if (slot->chunk != chunk || (plain && slot->refers)) {
        if (size == reader_chunk_size(reader, chunk))
            return decode(reader, slot, chunk, target, plain, error);
        status = decode(reader, slot, chunk, NULL, plain, error);
    }
    if (!status)
        memcpy(target, slot->data + start, size);
    return status;
}

static enum znn_status read_range(struct znn_reader *reader, void *data, size_t size, uint64_t offset, bool plain,
                                  size_t *got, struct znn_error *error)
{
    uint64_t end = znn_reader_size(reader);
    uint64_t left = offset < end ? end - offset : 0;
    *got = 0;
    if (size > left)
        size = (size_t)left;
    if (size == 0)
        return ZNN_OK;
    size_t chunk = znn_reader_chunk_at(reader, offset);
    struct slot *slot = take_slot(reader, chunk, plain);
    enum znn_status status = slot ? ZNN_OK : znn_fail_memory(error, sizeof *slot);
    for (; *got < size && !status; chunk++) {
        uint32_t start = (uint32_t)(offset + *got - reader->chunks[chunk].offset);
        uint32_t there = reader_chunk_size(reader, chunk) - start;
        uint32_t wanted = size - *got < there ? (uint32_t)(size - *got) : there;
        status = read_chunk(reader, slot, chunk, start, wanted, (uint8_t *)data + *got, plain, error);
        if (status) {
            znn_fail_at(error, reader->chunks[chunk].offset, reader_chunk_size(reader, chunk));
            break;
        }
        *got += wanted;
    }
    leave_slot(reader, slot);
    return status;
}

enum znn_status znn_reader_pread(struct znn_reader *reader, void *data, size_t size, uint64_t offset, size_t *got,
                                 struct znn_error *error)
{
    return read_range(reader, data, size, offset, false, got, error);
}

enum znn_status znn_reader_read_plain(struct znn_reader *reader, void *data, size_t size, uint64_t offset,
                                      struct znn_error *error)
{
    size_t got;
    enum znn_status status = read_range(reader, data, size, offset, true, &got, error);
    if (!status && got < size) /* the index has fewer chunks than came before the reference */
        status = znn_fail(error, ZNN_ERROR_CORRUPT, ZNN_NO_OFFSET, "a reference leads beyond the index");
    return status;
}
