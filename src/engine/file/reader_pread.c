/*
 * reader_pread.c - reads any range of the original, from any thread
 *
 *     range             |-----------------|
 *     chunks     |  a       |  b    |    c     |
 *                     copy    direct  copy
 *
 * If a call needs a whole chunk, the chunk is decoded directly into the caller's memory.  If a call needs only a part,
 * the next call may need the rest.  So the chunk is kept in the slot that decoded it.  A slot is a decoder with the
 * last chunk that it kept.  Each call takes a slot for itself, and returns it for later calls.  It prefers the slot
 * that holds its first chunk, then the slot that has been idle longest.  If all are in use, it makes a new one.
 *
 * A chunk with references needs other chunks.  A nested call reads these with a slot of its own.  They must be chunks
 * without references, so a nested call never nests another.
 *
 * A chunk that is decoded for another chunk is charged to the file that the caller reads (engine/coding/allowance.h),
 * but only once.  A caller that reads the same range again does not pay again.
 */
#include <assert.h>
#include <string.h>

#include "common/memory.h"
#include "engine/chunk/chunk_decoder.h"
#include "engine/file/reader.h"

#define NO_CHUNK SIZE_MAX

/* Chunks of numbers or text are never larger, but chunks of references may be. */
#define LARGE_CHUNK (5u << 20)

/* Large chunks to keep: as many as threads decode a base at once. */
#define LARGE_KEPT 2

struct slot {
    struct slot *next;
    struct chunk_decoder *decoder;
    struct buffer record;
    size_t chunk;        /* the number of the chunk that is kept, or NO_CHUNK */
    bool refers;         /* the chunk has references */
    bool is_large;       /* the slot has memory for a large chunk, and counts as such */
    uint64_t decoded;    /* bytes decoded since the slot was taken */
    const uint8_t *data; /* the bytes of the chunk, in the decoder */
};

static struct slot *new_slot(struct znn_reader *reader)
{
    struct slot *slot = znn_allocate_zeroed(1, sizeof *slot);
    if (!slot)
        return NULL;
    slot->chunk = NO_CHUNK;
    slot->decoder = znn_chunk_decoder_new();
    if (!slot->decoder) {
        znn_release(slot);
        return NULL;
    }
    znn_chunk_decoder_use(slot->decoder, znn_bases_source(&reader->bases), &reader->bases.allowance);
    znn_chunk_decoder_set_lossy(slot->decoder, &reader->lossy);
    return slot;
}

void znn_slots_free(struct slot *slots)
{
    while (slots) {
        struct slot *next = slots->next;
        znn_chunk_decoder_free(slots->decoder);
        znn_buffer_free(&slots->record);
        znn_release(slots);
        slots = next;
    }
}

/* Takes a slot.  A nested call must not wait, because the outer call may hold the slot that it would wait for. */
static struct slot *take_slot(struct znn_reader *reader, size_t chunk, bool is_within)
{
    znn_mutex_lock(&reader->lock);
    while ((!is_within || reader->is_lookback) && reader->slots_max > 0 && reader->slots >= reader->slots_max)
        znn_condition_wait(&reader->left, &reader->lock);
    reader->slots++;
    struct slot **link = &reader->idle;
    while (*link && (*link)->chunk != chunk && (*link)->next)
        link = &(*link)->next;
    struct slot *slot = *link;
    if (slot)
        *link = slot->next;
    znn_mutex_unlock(&reader->lock);
    return slot ? slot : new_slot(reader);
}

/* Counts a slot that needs memory for a large chunk.  Returns false if there are too many of them. */
static bool enlarge(struct znn_reader *reader, struct slot *slot)
{
    struct large_chunks *large = reader->large;
    if (slot->is_large)
        return true;
    znn_mutex_lock(&large->lock);
    slot->is_large = large->limit == 0 || large->count < large->limit;
    large->count += slot->is_large;
    znn_mutex_unlock(&large->lock);
    return slot->is_large;
}

/* Frees the slot's large chunk if enough large chunks are kept already. */
static void keep_few_large(struct znn_reader *reader, struct slot *slot)
{
    struct large_chunks *large = reader->large;
    if (!slot->is_large)
        return;
    znn_mutex_lock(&large->lock);
    assert(large->count > 0); /* this slot is counted */
    slot->is_large = large->count <= LARGE_KEPT;
    large->count -= !slot->is_large;
    znn_mutex_unlock(&large->lock);
    if (slot->is_large)
        return;
    slot->chunk = NO_CHUNK;
    znn_chunk_decoder_trim(slot->decoder);
}

static void leave_slot(struct znn_reader *reader, struct slot *slot)
{
    if (slot)
        keep_few_large(reader, slot);
    znn_mutex_lock(&reader->lock);
    if (slot) {
        slot->next = reader->idle;
        reader->idle = slot;
        reader->decoded += slot->decoded;
        slot->decoded = 0;
    }
    assert(reader->slots > 0);
    reader->slots--;
    znn_condition_signal(&reader->left);
    znn_mutex_unlock(&reader->lock);
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

static enum znn_status read_plain(void *reader, const struct nested *nested, const struct range *ranges, size_t count,
                                  struct znn_error *error)
{
    return znn_reader_read_plain(reader, nested, ranges, count, error);
}

/* The reason for decoding a chunk. */
struct purpose {
    const struct nested *nested; /* set if another chunk needs it; NULL if the caller does */
    bool plain;                  /* a reference needs it, so the chunk must have no references */
};

/*
 * Charges the decoding of `chunk` to the file that needs it.  Sets order->nested to `own` or, if the caller needs the
 * chunk for itself, to NULL.
 */
static enum znn_status charge(struct znn_reader *reader, struct slot *slot, size_t chunk, const struct purpose *purpose,
                              struct decode_order *order, struct nested *own, struct znn_error *error)
{
    static const struct nested unpaid = {.allowance = NULL};
    const struct nested *nested = purpose->nested;
    uint32_t size = reader_chunk_size(reader, chunk);
    if (nested && znn_allowance_spend(nested->allowance, size))
        return znn_fail(error, ZNN_ERROR_CORRUPT, ZNN_NO_OFFSET,
                        "its chunks are needed in an order that takes too much work; decompress it to a file first");
    if (!nested && reader->seen) {
        znn_mutex_lock(&reader->lock);
        nested = reader->seen[chunk / 8] >> chunk % 8 & 1 ? &unpaid : NULL;
        reader->seen[chunk / 8] |= (uint8_t)(1 << chunk % 8);
        znn_mutex_unlock(&reader->lock);
    }
    *own = nested ? *nested : unpaid;
    if (size > LARGE_CHUNK)
        own->scratch = NULL; /* use the slot's scratch, because there are more threads than slots */
    order->nested = nested ? own : NULL;
    slot->decoded += size;
    return ZNN_OK;
}

/* Decodes a chunk to the target of `order` or, if the target is NULL, keeps it in the slot. */
static enum znn_status decode_record(struct znn_reader *reader, struct slot *slot, size_t chunk,
                                     const struct decode_order *order, struct znn_error *error)
{
    const uint8_t *data;
    if (order->target)
        return znn_chunk_decode(slot->decoder, order, &data, error);
    slot->chunk = NO_CHUNK;
    if (order->record->decoded_size > LARGE_CHUNK && !enlarge(reader, slot))
        return znn_fail(error, ZNN_ERROR_MEMORY_LIMIT, ZNN_NO_OFFSET,
                        "bases of bases have large chunks that need each other; decompress the base to a file first");
    enum znn_status status = znn_chunk_decode(slot->decoder, order, &slot->data, error);
    if (!status) {
        slot->chunk = chunk;
        slot->refers = znn_directory_has_references(znn_chunk_decoder_directory(slot->decoder));
    }
    return status;
}

static enum znn_status decode(struct znn_reader *reader, struct slot *slot, size_t chunk, uint8_t *target,
                              const struct purpose *purpose, struct znn_error *error)
{
    struct record record;
    struct nested own;
    struct decode_order order = {.record = &record, .place = reader->chunks[chunk].record, .target = target};
    enum znn_status status = znn_reader_record(reader, chunk, reader_record_size(reader, chunk), &slot->record,
                                               &order.bytes, &record, error);
    if (!status)
        status = charge(reader, slot, chunk, purpose, &order, &own, error);
    if (status)
        return status;
    bool may_refer = reader->references && !purpose->plain;
    znn_chunk_decoder_refer(slot->decoder, (struct reference_source){may_refer ? read_plain : NULL, reader});
    status = decode_record(reader, slot, chunk, &order, error);
    if (record.decoded_size > LARGE_CHUNK) {
        znn_buffer_free(&slot->record);
        if (reader->large->readers > 1)
            znn_chunk_decoder_trim_scratch(slot->decoder);
    }
    return status;
}

/* Copies `size` bytes of `chunk`, from `start` on, to `target`. */
static enum znn_status read_chunk(struct znn_reader *reader, struct slot *slot, size_t chunk, uint32_t start,
                                  uint32_t size, uint8_t *target, const struct purpose *purpose,
                                  struct znn_error *error)
{
    enum znn_status status = ZNN_OK;
    assert(size > 0 && start < reader_chunk_size(reader, chunk) && size <= reader_chunk_size(reader, chunk) - start);
    if (slot->chunk != chunk || (purpose->plain && slot->refers)) {
        if (size == reader_chunk_size(reader, chunk))
            return decode(reader, slot, chunk, target, purpose, error);
        status = decode(reader, slot, chunk, NULL, purpose, error);
    }
    if (!status)
        memcpy(target, slot->data + start, size);
    return status;
}

/* Reads a range.  Sets *got to the number of bytes read, which is smaller only at the end of the original. */
static enum znn_status read_range(struct znn_reader *reader, struct slot *slot, const struct range *range,
                                  const struct purpose *purpose, size_t *got, struct znn_error *error)
{
    uint64_t end = znn_reader_size(reader);
    uint64_t left = range->offset < end ? end - range->offset : 0;
    size_t size = range->size < left ? range->size : (size_t)left;
    size_t chunk = znn_reader_chunk_at(reader, range->offset);
    *got = 0;
    for (; *got < size; chunk++) {
        uint32_t start = (uint32_t)(range->offset + *got - reader->chunks[chunk].offset);
        uint32_t there = reader_chunk_size(reader, chunk) - start;
        uint32_t wanted = size - *got < there ? (uint32_t)(size - *got) : there;
        enum znn_status status = read_chunk(reader, slot, chunk, start, wanted, range->target + *got, purpose, error);
        if (status) {
            znn_fail_at(error, reader->chunks[chunk].offset, reader_chunk_size(reader, chunk));
            return status;
        }
        *got += wanted;
    }
    return ZNN_OK;
}

enum znn_status znn_reader_read(struct znn_reader *reader, void *data, size_t size, uint64_t offset, size_t *got,
                                struct znn_error *error)
{
    struct range range = {offset, size, data};
    struct purpose purpose = {.nested = NULL};
    *got = 0;
    if (size == 0 || offset >= znn_reader_size(reader))
        return ZNN_OK;
    struct slot *slot = take_slot(reader, znn_reader_chunk_at(reader, offset), false);
    enum znn_status status =
        slot ? read_range(reader, slot, &range, &purpose, got, error) : znn_fail_memory(error, SIZE_NOT_KNOWN);
    leave_slot(reader, slot);
    return status;
}

/* The other pieces are copied from the piece that covers the whole chunk or, if there is none, from the slot. */
enum znn_status znn_reader_read_pieces(struct znn_reader *reader, size_t chunk, const struct chunk_share *pieces,
                                       size_t count, struct znn_error *error)
{
    static const struct purpose purpose = {.nested = NULL};
    const uint32_t size = reader_chunk_size(reader, chunk);
    const uint8_t *whole = NULL;
    enum znn_status status = ZNN_OK;
    struct slot *slot = take_slot(reader, chunk, false);
    if (!slot)
        status = znn_fail_memory(error, sizeof *slot);
    for (size_t i = 0; i < count && !status && !whole; i++) {
        if (pieces[i].size < size)
            continue;
        status = read_chunk(reader, slot, chunk, 0, size, pieces[i].target, &purpose, error);
        whole = pieces[i].target;
    }
    for (size_t i = 0; i < count && !status; i++) {
        if (!whole)
            status =
                read_chunk(reader, slot, chunk, pieces[i].start, pieces[i].size, pieces[i].target, &purpose, error);
        else if (pieces[i].target != whole)
            memcpy(pieces[i].target, whole + pieces[i].start, pieces[i].size);
    }
    leave_slot(reader, slot);
    if (status)
        znn_fail_at(error, reader->chunks[chunk].offset, size);
    return status;
}

/* Reads all ranges with one slot, so that other threads cannot replace its chunk meanwhile. */
static enum znn_status read_all(struct znn_reader *reader, const struct purpose *purpose, const struct range *ranges,
                                size_t count, struct znn_error *error)
{
    if (count == 0)
        return ZNN_OK;
    struct slot *slot = take_slot(reader, znn_reader_chunk_at(reader, ranges[0].offset), purpose->plain);
    enum znn_status status = slot ? ZNN_OK : znn_fail_memory(error, SIZE_NOT_KNOWN);
    for (size_t i = 0; i < count && !status; i++) {
        size_t got;
        status = read_range(reader, slot, &ranges[i], purpose, &got, error);
        if (!status && got < ranges[i].size) /* the index lists fewer chunks than expected */
            status = znn_fail(error, ZNN_ERROR_CORRUPT, ZNN_NO_OFFSET, "%s leads beyond the index",
                              purpose->plain ? "a reference" : "a range");
    }
    leave_slot(reader, slot);
    return status;
}

enum znn_status znn_reader_read_nested(struct znn_reader *reader, const struct nested *nested,
                                       const struct range *ranges, size_t count, struct znn_error *error)
{
    static const struct nested unpaid = {.allowance = NULL};
    struct purpose purpose = {.nested = nested ? nested : &unpaid};
    return read_all(reader, &purpose, ranges, count, error);
}

enum znn_status znn_reader_read_plain(struct znn_reader *reader, const struct nested *nested,
                                      const struct range *ranges, size_t count, struct znn_error *error)
{
    struct purpose purpose = {.nested = nested, .plain = true};
    return read_all(reader, &purpose, ranges, count, error);
}
