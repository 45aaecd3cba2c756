/*
 * base.c - the model that other files are coded against
 */
#include "engine/file/base.h"

#include <string.h>

#include "common/hash.h"
#include "common/memory.h"
#include "container/header.h"
#include "engine/file/reader.h"
#include "engine/threads/budget.h"

/* Tensors are hashed in pieces: large enough for the disk, small enough for the cache. */
#define PIECE ((size_t)256 << 10)

/* The most threads that decode a base at once.  Each takes as much memory as a thread that decodes the child. */
#define DECODERS 2

/* The most large chunks that all files of a chain hold together. */
#define LARGE_CHUNKS 4

/* Copies the name and shape of a tensor from the model's text. */
static bool copy_text(const struct model *model, const struct tensor *tensor, struct buffer *text)
{
    const uint8_t *start = znn_tensor_text(model, tensor);
    const uint8_t *end = start + tensor->name_size;
    for (uint32_t i = 0; i < tensor->rank; i++)
        while (*end++ & 0x80)
            ;
    text->size = 0;
    return znn_buffer_append(text, start, (size_t)(end - start));
}

static enum znn_status add_tensors(struct znn_base *base, const struct model *model, struct znn_error *error)
{
    struct buffer text = {0};
    bool good = true;
    for (size_t i = 0; i < model->count && good; i++) {
        const struct tensor *tensor = &model->tensors[i];
        if (tensor->size == 0 || tensor->offset > base->size || tensor->size > base->size - tensor->offset)
            continue;
        good = copy_text(model, tensor, &text) && znn_tensor_list_add(&base->list, tensor, &text);
    }
    znn_buffer_free(&text);
    good = good && znn_tensor_list_finish(&base->list);
    return good ? ZNN_OK : znn_fail_memory(error, SIZE_NOT_KNOWN);
}

static enum znn_status open_model(struct znn_base *base, struct znn_error *error)
{
    struct model model = {0};
    base->size = base->all = base->source.size;
    base->depth = 1;
    base->tensors = &base->list;
    enum znn_status status = znn_model_scan(&base->source, &model, error);
    if (!status)
        status = add_tensors(base, &model, error);
    znn_source_end_views(&base->source);
    znn_model_free(&model);
    return status;
}

/* Makes a file share the counter of large chunks with its base. */
static void share_large(struct znn_reader *reader, struct znn_reader *parent)
{
    if (!parent)
        return;
    reader->large = parent->large;
    znn_mutex_lock(&reader->large->lock);
    reader->large->readers++;
    znn_mutex_unlock(&reader->large->lock);
}

/* Returns the memory for reading a .znn file: its decoders and, for a large chunk, the bytes, groups and values. */
static uint64_t memory_of(const struct znn_reader *reader)
{
    uint64_t largest = 0;
    for (size_t i = 0; i < reader->chunk_count; i++)
        if (reader_chunk_size(reader, i) > largest)
            largest = reader_chunk_size(reader, i);
    return BUDGET_BASE_FILE + (largest > BUDGET_BASE_FILE ? 3 * largest : 0);
}

static enum znn_status open_compressed(struct znn_base *base, struct znn_base *parent, struct znn_error *error)
{
    enum znn_status status = znn_reader_open_file(&base->input, parent, 0, &base->reader, error);
    if (status)
        return status;
    bool chained = base->reader->bases.count > 0;
    base->size = base->all = znn_reader_size(base->reader);
    if (chained && parent) {
        base->all = parent->all > UINT64_MAX - base->size ? UINT64_MAX : parent->all + base->size;
        share_large(base->reader, parent->reader);
    }
    base->reader->large->limit = LARGE_CHUNKS;
    base->depth = 1 + (chained && parent ? parent->depth : 0);
    base->tensors = &base->reader->tensors;
    base->memory = memory_of(base->reader) + (parent ? parent->memory : 0);
    base->reader->slots_max = chained ? 1 : DECODERS;
    if (chained && !parent)
        return znn_bases_fail_missing(&base->reader->bases, error);
    if (base->depth > ZNN_BASE_DEPTH_MAX)
        return znn_fail(error, ZNN_ERROR_BASE, ZNN_NO_OFFSET,
                        "the base has a base, and so on, for more than %d times; compress one of these anew",
                        ZNN_BASE_DEPTH_MAX);
    return ZNN_OK;
}

static enum znn_status open_base(struct znn_base *base, struct znn_base *parent, struct znn_error *error)
{
    const uint8_t *start;
    size_t available;
    if (!znn_source_is_seekable(&base->source))
        return znn_fail(error, ZNN_ERROR_ARGUMENT, ZNN_NO_OFFSET, "a base must allow random access");
    enum znn_status status = znn_source_view(&base->source, 0, HEADER_FIXED, &start, &available, error);
    if (status)
        return status;
    return znn_header_is_znn(start, available) ? open_compressed(base, parent, error) : open_model(base, error);
}

enum znn_status znn_base_open_file(struct znn_input *input, struct znn_base *parent, struct znn_base **base,
                                   struct znn_error *error)
{
    *base = NULL;
    struct znn_base *opened = znn_allocate_zeroed(1, sizeof *opened);
    if (!opened)
        return znn_fail_memory(error, sizeof *opened);
    opened->allocator = znn_memory_current();
    opened->input = *input;
    znn_source_open(&opened->source, &opened->input);
    znn_mutex_open(&opened->lock);
    enum znn_status status = open_base(opened, parent, error);
    if (status)
        znn_base_close(opened);
    else
        *base = opened;
    return status;
}

void znn_base_close(struct znn_base *base)
{
    if (!base)
        return;
    const struct znn_allocator *outer = znn_memory_enter(base->allocator);
    znn_reader_close(base->reader);
    znn_tensor_list_free(&base->list);
    znn_source_close(&base->source);
    znn_mutex_close(&base->lock);
    znn_release(base->hashes);
    znn_release(base);
    znn_memory_leave(outer);
}

/* Reports an error in the base, or in a base of the base, so that the file that needs the base is not blamed. */
static enum znn_status fail_read(const struct znn_error *reason, struct znn_error *error)
{
    bool is_no_fault = reason->status == ZNN_ERROR_MEMORY || reason->status == ZNN_ERROR_MEMORY_LIMIT ||
                       reason->status == ZNN_ERROR_CANCELLED;
    bool is_told = is_no_fault || reason->status == ZNN_ERROR_BASE;
    if (is_told && error)
        *error = *reason;
    if (!is_told)
        znn_fail(error, ZNN_ERROR_BASE, reason->offset, "the base cannot be read: %.140s%s%.40s", reason->detail,
                 reason->system_error ? ": " : "", reason->system_error ? strerror(reason->system_error) : "");
    return is_no_fault ? reason->status : znn_fail_in_base(error);
}

enum znn_status znn_base_read_ranges(struct znn_base *base, const struct range *ranges, size_t count,
                                     const struct nested *nested, struct znn_error *error)
{
    struct znn_error reason = {.offset = ZNN_NO_OFFSET};
    enum znn_status status = ZNN_OK;
    if (base->reader)
        status = znn_reader_read_nested(base->reader, nested, ranges, count, &reason);
    for (size_t i = 0; i < count && !status && !base->reader; i++) {
        size_t got;
        status = znn_source_read(&base->source, ranges[i].offset, ranges[i].target, ranges[i].size, &got, &reason);
        if (!status && got < ranges[i].size) {
            znn_fail(error, ZNN_ERROR_BASE, ZNN_NO_OFFSET, "the base has become shorter while it is read");
            return znn_fail_in_base(error);
        }
    }
    return status ? fail_read(&reason, error) : ZNN_OK;
}

enum znn_status znn_base_read(struct znn_base *base, uint64_t offset, void *data, size_t size,
                              const struct nested *nested, struct znn_error *error)
{
    struct range range = {offset, size, data};
    return znn_base_read_ranges(base, &range, 1, nested, error);
}

const uint8_t *znn_base_direct(const struct znn_base *base, uint64_t offset, size_t size)
{
    size_t available;
    const uint8_t *data = base->reader ? NULL : znn_source_direct(&base->source, offset, size, &available);
    return data && available == size ? data : NULL;
}

static enum znn_status compute_hash(struct znn_base *base, const struct tensor *tensor, struct buffer *room,
                                    const struct nested *nested, uint64_t hash[2], struct znn_error *error)
{
    struct hash state;
    room->size = 0;
    if (!znn_hash_open(&state) || !znn_buffer_reserve(room, PIECE)) {
        znn_hash_close(&state);
        return znn_fail_memory(error, SIZE_NOT_KNOWN);
    }
    znn_hash_start(&state);
    enum znn_status status = ZNN_OK;
    for (uint64_t done = 0; done < tensor->size && !status;) {
        size_t size = tensor->size - done < PIECE ? (size_t)(tensor->size - done) : PIECE;
        const uint8_t *piece = znn_base_direct(base, tensor->offset + done, size);
        if (!piece) {
            status = znn_base_read(base, tensor->offset + done, room->data, size, nested, error);
            piece = room->data;
        }
        if (!status)
            znn_hash_add(&state, piece, size);
        done += size;
    }
    znn_hash_digest_128(&state, hash);
    znn_hash_close(&state);
    return status;
}

/* Allocates the hashes of all tensors, if they are not allocated yet. */
static bool make_hashes(struct znn_base *base)
{
    if (!base->hashes)
        base->hashes = znn_allocate_zeroed(base->tensors->count, sizeof *base->hashes);
    return base->hashes;
}

/* Returns true if `size` more bytes may be hashed, and counts them.  Shared bytes are hashed once for each tensor. */
static bool may_hash(struct znn_base *base, uint64_t size)
{
    uint64_t limit = ALLOWANCE_FREE +
                     (base->size < UINT64_MAX / 2 / ALLOWANCE_FACTOR ? base->size * ALLOWANCE_FACTOR : UINT64_MAX / 2);
    bool may = base->hashed <= limit && size <= limit - base->hashed;
    base->hashed += may ? size : 0;
    return may;
}

enum znn_status znn_base_hash(struct znn_base *base, size_t i, struct buffer *room, const struct nested *nested,
                              uint64_t hash[2], struct znn_error *error)
{
    const struct tensor *tensor = &base->tensors->tensors[i];
    znn_mutex_lock(&base->lock);
    bool ready = make_hashes(base);
    if (ready)
        memcpy(hash, base->hashes[i].hash, sizeof base->hashes[i].hash);
    bool known = ready && (hash[0] | hash[1]) != 0;
    bool may = known || may_hash(base, tensor->size);
    znn_mutex_unlock(&base->lock);
    if (known)
        return ZNN_OK;
    if (!ready)
        return znn_fail_memory(error, base->tensors->count * sizeof *base->hashes);
    if (!may) {
        znn_fail(error, ZNN_ERROR_BASE, ZNN_NO_OFFSET,
                 "the tensors of the base overlap so much that hashing them is too much work");
        return znn_fail_in_base(error);
    }
    enum znn_status status = compute_hash(base, tensor, room, nested, hash, error);
    return status ? status : znn_base_set_hash(base, i, hash, error);
}

enum znn_status znn_base_set_hash(struct znn_base *base, size_t i, const uint64_t hash[2], struct znn_error *error)
{
    znn_mutex_lock(&base->lock);
    bool ready = make_hashes(base);
    if (ready)
        memcpy(base->hashes[i].hash, hash, sizeof base->hashes[i].hash);
    znn_mutex_unlock(&base->lock);
    return ready ? ZNN_OK : znn_fail_memory(error, base->tensors->count * sizeof *base->hashes);
}
