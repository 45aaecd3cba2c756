/*
 * reader.c - opens a .znn file through the index at its end
 *
 *     | header | chunk | chunk | ... | index | footer |
 *                                     ^   |      |
 *                                     |   +--> where every chunk and tensor lies
 *                                     +----------+
 *
 * The footer holds the position of the index, and the index lists all chunks and tensors.  Opening verifies both, and
 * checks that the listed records fill the file from the header to the index without gaps.  It does not read the records
 * themselves: each is checked when it is used.
 */
#include "engine/file/reader.h"

#include <string.h>

#include "common/array.h"
#include "common/memory.h"
#include "engine/file/header_reader.h"
#include "engine/file/index_reader.h"
#include "engine/file/ledger.h"
#include "engine/threads/budget.h"

/* Checks that the memory limit allows `more` bytes.  Call this before growing an array. */
static enum znn_status check_memory(const struct znn_reader *reader, uint64_t more, struct znn_error *error)
{
    uint64_t used = reader->chunk_capacity * sizeof *reader->chunks +
                    reader->tensors.capacity * (sizeof *reader->tensors.tensors + TENSOR_NAME_ENTRY) +
                    reader->tensors.text.capacity;
    return znn_budget_check(reader->memory_limit, used + more, error);
}

static bool add_place(struct znn_reader *reader, struct chunk_place place)
{
    struct chunk_place *chunks =
        znn_array_grow(reader->chunks, reader->chunk_count, &reader->chunk_capacity, sizeof *chunks);
    if (!chunks)
        return false;
    reader->chunks = chunks;
    chunks[reader->chunk_count++] = place;
    return true;
}

static enum znn_status add_chunk(void *context, const struct chunk_entry *entry, struct znn_error *error)
{
    struct znn_reader *reader = context;
    struct chunk_place place = reader->chunks[reader->chunk_count - 1];
    if (entry->record_size > reader->footer.index_offset - place.record)
        return znn_fail(error, ZNN_ERROR_CORRUPT, reader->footer.index_offset, "the index lists more than there is");
    reader->chunks[reader->chunk_count - 1].digest = entry->digest;
    place.offset += entry->decoded_size;
    place.record += entry->record_size;
    enum znn_status status = check_memory(reader, sizeof place, error);
    if (!status && !add_place(reader, place))
        status = znn_fail_memory(error, SIZE_NOT_KNOWN);
    return status;
}

static enum znn_status add_tensor(void *context, const struct tensor *tensor, const struct buffer *text,
                                  struct znn_error *error)
{
    struct znn_reader *reader = context;
    uint64_t more =
        sizeof *tensor + TENSOR_NAME_ENTRY + tensor->name_size + 8 * (uint64_t)tensor->rank + text->capacity;
    enum znn_status status = check_memory(reader, more, error);
    if (!status && !znn_tensor_list_add(&reader->tensors, tensor, text))
        status = znn_fail_memory(error, SIZE_NOT_KNOWN);
    return status;
}

static enum znn_status read_footer(struct znn_reader *reader, struct znn_error *error)
{
    struct source *source = &reader->source;
    uint8_t bytes[FOOTER_SIZE];
    if (source->size < reader->start + FOOTER_SIZE)
        return znn_fail(error, ZNN_ERROR_CORRUPT, source->size, "the file ends too early");
    uint64_t place = source->size - FOOTER_SIZE;
    enum znn_status status = znn_source_read_exactly(source, place, bytes, sizeof bytes, error);
    if (!status)
        status = znn_footer_parse(bytes, place, &reader->footer, error);
    if (status)
        return status;
    uint64_t index = reader->footer.index_offset;
    if (index < reader->start || index > place || place - index < RECORD_PREFIX)
        return znn_fail(error, ZNN_ERROR_CORRUPT, place, "the footer does not lead to an index");
    return ZNN_OK;
}

/* Compares the footer's digest with the digests of all chunks. */
static enum znn_status check_root(const struct znn_reader *reader, struct znn_error *error)
{
    struct ledger ledger;
    uint64_t root[2];
    if (!index_has_digests(reader->version))
        return ZNN_OK;
    enum znn_status status = znn_ledger_open(&ledger, error);
    for (size_t i = 0; i < reader->chunk_count && !status; i++)
        znn_ledger_root_add(&ledger, reader->chunks[i].digest, reader_chunk_size(reader, i));
    if (!status) {
        znn_ledger_root(&ledger, root);
        if (root[0] != reader->footer.root[0] || root[1] != reader->footer.root[1])
            status = znn_fail(error, ZNN_ERROR_CORRUPT, reader->source.size - FOOTER_SIZE,
                              "the footer disagrees with the index");
    }
    znn_ledger_close(&ledger);
    return status;
}

static enum znn_status read_index(struct znn_reader *reader, struct znn_error *error)
{
    uint64_t place = reader->footer.index_offset;
    uint64_t end = reader->source.size - FOOTER_SIZE;
    uint8_t prefix[RECORD_PREFIX];
    struct record record;
    enum znn_status status = znn_source_read_exactly(&reader->source, place, prefix, sizeof prefix, error);
    if (!status)
        status = znn_record_parse(prefix, place, &record, error);
    if (!status && (record.kind == RECORD_CHUNK || record.kind == RECORD_BASES || record_size(&record) != end - place))
        status = znn_fail(error, ZNN_ERROR_CORRUPT, end, "the footer does not lead to an index");
    if (status)
        return status;
    if (!add_place(reader, (struct chunk_place){.record = reader->start}))
        return znn_fail_memory(error, SIZE_NOT_KNOWN);
    struct index_visitor visitor = {
        .on_chunk = add_chunk,
        .on_tensor = add_tensor,
        .context = reader,
        .text_limit = reader->memory_limit,
    };
    status = znn_index_read(&reader->source, reader->version, place, prefix, &record, &visitor, &reader->index, error);
    reader->chunk_count--;
    if (!status && reader->chunks[reader->chunk_count].record != place)
        status = znn_fail(error, ZNN_ERROR_CORRUPT, place, "the index does not account for all records");
    if (!status)
        status = check_root(reader, error);
    if (!status && !znn_tensor_list_finish(&reader->tensors))
        status = znn_fail_memory(error, SIZE_NOT_KNOWN);
    return status;
}

static enum znn_status open_file(struct znn_reader *reader, struct znn_error *error)
{
    struct znn_header header = {0};
    if (reader->source.size == ZNN_SIZE_UNKNOWN)
        return znn_fail(error, ZNN_ERROR_ARGUMENT, ZNN_NO_OFFSET, "a stream does not allow random access");
    size_t length = 0;
    enum znn_status status = znn_header_read(&reader->source, &header, &length, error);
    if (status)
        return status;
    reader->start = length;
    memcpy(reader->bases.name, header.base_name, sizeof reader->bases.name);
    reader->references = header.references;
    reader->version = header.format_version;
    status = znn_bases_read(&reader->bases, &reader->source, &reader->start, error);
    reader->lossy = header.lossy;
    if (!status)
        status = read_footer(reader, error);
    if (!status)
        status = read_index(reader, error);
    if (!status && (reader->references || reader->bases.count > 0)) {
        reader->seen = znn_allocate_zeroed(reader->chunk_count / 8 + 1, 1);
        status = reader->seen ? ZNN_OK : znn_fail_memory(error, reader->chunk_count / 8);
    }
    return status;
}

enum znn_status znn_reader_open_file(struct znn_input *input, struct znn_base *base, uint64_t memory_limit,
                                     struct znn_reader **reader, struct znn_error *error)
{
    *reader = NULL;
    struct znn_reader *opened = znn_allocate_zeroed(1, sizeof *opened);
    if (!opened)
        return znn_fail_memory(error, sizeof *opened);
    opened->allocator = znn_memory_current();
    opened->input = *input;
    znn_source_open(&opened->source, &opened->input);
    znn_mutex_open(&opened->lock);
    znn_condition_open(&opened->left);
    znn_mutex_open(&opened->own_large.lock);
    opened->large = &opened->own_large;
    opened->large->readers = 1;
    znn_bases_open(&opened->bases, base, NULL);
    opened->memory_limit = memory_limit ? memory_limit : BUDGET_INDEX(opened->source.size);
    enum znn_status status = open_file(opened, error);
    if (status)
        znn_reader_close(opened);
    else
        *reader = opened;
    return status;
}

void znn_reader_close(struct znn_reader *reader)
{
    if (!reader)
        return;
    const struct znn_allocator *outer = znn_memory_enter(reader->allocator);
    znn_slots_free(reader->idle);
    znn_mutex_close(&reader->lock);
    znn_condition_close(&reader->left);
    znn_mutex_close(&reader->own_large.lock);
    znn_release(reader->seen);
    znn_bases_close(&reader->bases);
    znn_tensor_list_free(&reader->tensors);
    znn_source_close(&reader->source);
    znn_release(reader->chunks);
    znn_release(reader);
    znn_memory_leave(outer);
}

uint64_t znn_reader_size(const struct znn_reader *reader)
{
    return reader->chunks[reader->chunk_count].offset;
}

void znn_reader_describe(const struct znn_reader *reader, struct znn_report *report)
{
    const struct index *index = &reader->index;
    const struct tensor_list *list = &reader->tensors;
    const struct tensor *last = list->count > 0 ? &list->tensors[list->count - 1] : NULL;
    uint64_t size = znn_reader_size(reader);
    *report = (struct znn_report){
        .original_size = size,
        .compressed_size = reader->source.size,
        .tensors = reader->tensors.count,
        .format = znn_format_name((enum model_format)index->format),
        .header_error = index->verdict ? znn_verdict_name((enum header_verdict)index->verdict) : NULL,
        .base_tensors = reader->bases.count,
        .lossy = reader->lossy,
        .cut_tensors = list->cut_count,
        .trailing_bytes = znn_trailing_bytes((enum model_format)index->format, (enum header_verdict)index->verdict,
                                             last ? last->offset + last->size : 0, size),
    };
}

size_t znn_reader_tensor_count(const struct znn_reader *reader)
{
    return reader->tensors.count;
}

size_t znn_reader_find(const struct znn_reader *reader, const char *name, size_t name_size)
{
    return znn_tensor_list_find(&reader->tensors, name, name_size);
}

bool znn_reader_means(const struct znn_reader *reader, size_t chunk, const struct record *record)
{
    const struct chunk_place *place = &reader->chunks[chunk];
    return record->offset == place->offset && record->decoded_size == reader_chunk_size(reader, chunk) &&
           record_size(record) == reader_record_size(reader, chunk) &&
           (!index_has_digests(reader->version) || record->digest == place->digest);
}

enum znn_status znn_reader_record(struct znn_reader *reader, size_t chunk, size_t size, struct buffer *buffer,
                                  const uint8_t **bytes, struct record *record, struct znn_error *error)
{
    const struct chunk_place *place = &reader->chunks[chunk];
    size_t available;
    *bytes = znn_source_direct(&reader->source, place->record, size, &available);
    if (!*bytes) {
        buffer->size = 0;
        if (!znn_buffer_reserve(buffer, size))
            return znn_fail_memory(error, size);
        *bytes = buffer->data;
        enum znn_status status = znn_source_read_exactly(&reader->source, place->record, buffer->data, size, error);
        if (status)
            return status;
    }
    enum znn_status status = znn_record_parse(*bytes, place->record, record, error);
    if (status)
        return status;
    bool is_chunk = record->kind != RECORD_INDEX && record->kind != RECORD_BASES;
    return is_chunk && znn_reader_means(reader, chunk, record)
               ? ZNN_OK
               : znn_fail(error, ZNN_ERROR_CORRUPT, place->record, "the index disagrees with chunk %zu", chunk);
}
