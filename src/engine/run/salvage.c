/*
 * salvage.c - extracts the intact parts of a damaged .znn file
 *
 *     | header | chunk | chu?? ......... | chunk | index | footer |
 *                good    damaged, skipped  found by its marker
 *
 * Each chunk stores its position in the original, and its checksums prove that it is intact.  So the file is searched
 * for the markers of records.  After an intact chunk, the search continues at its end.
 *
 * An intact chunk may still belong to another .znn file that is stored within this one.  The index (salvage_index.h)
 * tells: it has the digest of every chunk, and only listed chunks are accepted.  Without an index, three rules keep
 * foreign chunks out:
 *
 *   - chunks ascend by their offsets, whether they are intact or not;
 *   - a record that ends within another one, whose head is intact, is part of that one's payload;
 *   - a chunk that was accepted stays.
 *
 * The work is bounded.  No byte of the input is part of more than OVERLAP_MAX heads that failed their checksum, nor of
 * more than OVERLAP_MAX chunks that failed to decode.
 *
 * Chunks are written as they are found.  If the output only appends, zeros fill the gaps between them.
 */
#include <assert.h>
#include <string.h>

#include "common/array.h"
#include "common/memory.h"
#include "engine/file/bases.h"
#include "engine/file/header_reader.h"
#include "engine/file/sink.h"
#include "engine/run/decompress.h"
#include "engine/run/salvage_index.h"

/* How many bytes are searched for a marker at a time. */
#define WINDOW ((size_t)64 << 10)

#define OVERLAP_MAX 4

/* The furthest ends of failed attempts, in ascending order.  The next attempt starts after the first of them. */
struct overlap {
    uint64_t ends[OVERLAP_MAX];
};

struct work {
    struct znn_salvage *salvage;
    const struct znn_decompress_options *options;
    struct source source;
    struct bases bases; /* from the file's list */
    struct salvage_map map;
    struct salvage_plain plain;
    struct chunk_decoder *decoder;
    struct buffer window; /* the bytes being searched */
    uint64_t window_place;
    struct buffer buffer; /* for a record */
    struct sink sink;
    struct index_search search;
    struct overlap heads;
    struct overlap chunks;
    uint64_t place;   /* the current position in the .znn file */
    uint64_t claimed; /* the end of the records whose heads are intact */
    uint64_t next;    /* without an index: the lowest offset that the next chunk may have */
    uint64_t limit;   /* for the size of the original */
    struct znn_error *error;
    struct znn_error scratch; /* errors about damage, which are not failures here */
};

/* Returns ZNN_OK for damage, which is expected here.  Any other failure ends the salvage. */
static enum znn_status pass_on(struct work *work, enum znn_status status)
{
    if (status == ZNN_OK || status == ZNN_ERROR_CORRUPT || status == ZNN_ERROR_TOO_NEW || status == ZNN_ERROR_NOT_ZNN)
        return ZNN_OK;
    if (work->error)
        *work->error = work->scratch;
    return status;
}

static bool overlap_allows(const struct overlap *overlap, uint64_t start)
{
    return start >= overlap->ends[0];
}

static void overlap_add(struct overlap *overlap, uint64_t end)
{
    if (end <= overlap->ends[0])
        return;
    size_t i = 0;
    for (; i + 1 < OVERLAP_MAX && overlap->ends[i + 1] < end; i++)
        overlap->ends[i] = overlap->ends[i + 1];
    overlap->ends[i] = end;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Chunks                                                                                                           */
/* ---------------------------------------------------------------------------------------------------------------- */

static enum znn_status write_zeros(struct work *work, uint64_t size)
{
    static const uint8_t zeros[4096];
    enum znn_status status = ZNN_OK;
    for (uint64_t left = size; left > 0 && !status;) {
        size_t piece = left < sizeof zeros ? (size_t)left : sizeof zeros;
        status = znn_sink_write(&work->sink, zeros, piece, work->error);
        left -= piece;
    }
    return status;
}

/* Writes a chunk.  Sets *written to false if the output only appends and is already past the chunk. */
static enum znn_status write_chunk(struct work *work, const struct record *record, const uint8_t *data, bool *written)
{
    struct sink *sink = &work->sink;
    *written = znn_sink_is_open(sink) || record->offset >= sink->position;
    if (znn_sink_is_open(sink))
        return znn_sink_put(sink, data, record->decoded_size, record->offset, work->error);
    if (!*written)
        return ZNN_OK;
    enum znn_status status = write_zeros(work, record->offset - sink->position);
    return status ? status : znn_sink_write(sink, data, record->decoded_size, work->error);
}

/* Adds an entry for a chunk that was found.  Used without an index. */
static struct salvage_chunk *add_found(struct work *work, const struct record *record)
{
    struct salvage_chunk *chunk = znn_salvage_map_add(&work->map);
    if (chunk)
        *chunk = (struct salvage_chunk){
            .offset = record->offset,
            .decoded_size = record->decoded_size,
            .record_size = (uint32_t)record_size(record),
        };
    return chunk;
}

/* Writes a chunk and enters it in the map.  `chunk` is its entry from the index, or NULL without an index. */
static enum znn_status keep_chunk(struct work *work, const struct record *record, struct salvage_chunk *chunk,
                                  const uint8_t *data)
{
    bool written;
    enum znn_status status = write_chunk(work, record, data, &written);
    if (status)
        return status;
    assert(chunk || work->map.count == 0 ||
           work->map.chunks[work->map.count - 1].offset < record->offset); /* is_wanted() ensures this */
    if (!chunk)
        chunk = add_found(work, record);
    if (!chunk)
        return znn_fail_memory(work->error, SIZE_NOT_KNOWN);
    chunk->found = written;
    chunk->failures += !written;
    chunk->place = work->place;
    return ZNN_OK;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* The walk                                                                                                         */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Reads up to `size` bytes at the current position.  Sets *available to the number of bytes read. */
static enum znn_status fetch(struct work *work, size_t size, const uint8_t **bytes, size_t *available)
{
    *bytes = znn_source_direct(&work->source, work->place, size, available);
    if (*bytes)
        return ZNN_OK;
    work->buffer.size = 0;
    if (!znn_buffer_reserve(&work->buffer, size))
        return znn_fail_memory(work->error, size);
    *bytes = work->buffer.data;
    return znn_source_read(&work->source, work->place, work->buffer.data, size, available, work->error);
}

/* Returns all bytes at hand at the position: at least `size`, which is at most WINDOW, unless the file ends. */
static enum znn_status look(struct work *work, size_t size, const uint8_t **bytes, size_t *available)
{
    assert(size <= WINDOW);
    *bytes = znn_source_direct(&work->source, work->place, SIZE_MAX, available);
    if (*bytes)
        return ZNN_OK;
    struct buffer *window = &work->window;
    uint64_t start = work->place - work->window_place;
    if (work->place < work->window_place || start > window->size || window->size - start < size) {
        size_t got;
        window->size = 0;
        if (!znn_buffer_reserve(window, WINDOW))
            return znn_fail_memory(work->error, WINDOW);
        enum znn_status status = znn_source_read(&work->source, work->place, window->data, WINDOW, &got, work->error);
        if (status)
            return status;
        window->size = got;
        work->window_place = work->place;
        start = 0;
    }
    *bytes = window->data + start;
    *available = window->size - (size_t)start;
    return ZNN_OK;
}

/* Moves to the next marker, which may be at the position itself.  Sets *found to false if there is none. */
static enum znn_status find_marker(struct work *work, bool *found)
{
    for (;;) {
        const uint8_t *bytes;
        size_t available;
        enum znn_status status = look(work, RECORD_MARKER, &bytes, &available);
        *found = false;
        if (status || available < RECORD_MARKER)
            return status;
        const uint8_t *marker = znn_record_find(bytes, available);
        *found = marker != NULL;
        work->place += marker ? (size_t)(marker - bytes) : available - (RECORD_MARKER - 1);
        if (marker)
            return ZNN_OK;
    }
}

/* Reads the head of the record at the position.  Sets *found to false if it is damaged or the record is not needed. */
static enum znn_status read_head(struct work *work, struct record *record, bool *found)
{
    const uint8_t *bytes;
    size_t available;
    *found = false;
    enum znn_status status = look(work, RECORD_PREFIX, &bytes, &available);
    if (status || available < RECORD_PREFIX || znn_record_parse(bytes, work->place, record, NULL) != ZNN_OK)
        return status;
    bool wanted = !work->map.is_listed ||
                  (record->kind == RECORD_CHUNK && znn_salvage_map_match(&work->map, record, work->place));
    if (!wanted || !overlap_allows(&work->heads, work->place))
        return ZNN_OK;
    size_t head = RECORD_PREFIX + record->directory_size;
    status = fetch(work, head, &bytes, &available);
    work->salvage->hashed += available;
    *found = !status && available == head && znn_record_verify(record, bytes, work->place, NULL) == ZNN_OK;
    if (!*found)
        overlap_add(&work->heads, work->place + head);
    return status;
}

/* Returns true if a chunk belongs to this file.  Sets *chunk to its entry from the index, if there is one. */
static bool is_wanted(struct work *work, const struct record *record, struct salvage_chunk **chunk)
{
    *chunk = NULL;
    if (work->map.is_listed)
        return (*chunk = znn_salvage_map_match(&work->map, record, work->place)) != NULL;
    bool in_order = record->offset >= work->next && record->decoded_size <= work->limit &&
                    record->offset <= work->limit - record->decoded_size;
    return in_order && work->place + record_size(record) > work->claimed;
}

/* Decodes the chunk at the position and writes it.  Sets *good to false if it is damaged or not wanted. */
static enum znn_status take_chunk(struct work *work, const struct record *record, bool *good)
{
    const uint8_t *bytes, *data;
    struct salvage_chunk *chunk;
    size_t available, size = (size_t)record_size(record);
    *good = false;
    if (!is_wanted(work, record, &chunk))
        return ZNN_OK;
    work->next = record->offset + record->decoded_size;
    if (!overlap_allows(&work->chunks, work->place))
        return ZNN_OK;
    enum znn_status status = fetch(work, size, &bytes, &available);
    if (status || available < size)
        return status;
    work->salvage->decoded += (uint64_t)size + record->decoded_size;
    const struct decode_order order = {.record = record, .bytes = bytes, .place = work->place};
    status = znn_chunk_decode(work->decoder, &order, &data, &work->scratch);
    *good = status == ZNN_OK;
    if (*good)
        return keep_chunk(work, record, chunk, data);
    overlap_add(&work->chunks, work->place + size);
    if (chunk)
        chunk->failures++;
    return pass_on(work, status);
}

/* Takes the size of the original from the head of an index whose tables are damaged. */
static void take_index(struct work *work, const struct record *record)
{
    struct znn_salvage *salvage = work->salvage;
    if (work->place + record_size(record) <= work->claimed || record->offset < work->next ||
        record->offset > work->limit)
        return;
    salvage->size = record->offset;
    salvage->size_is_known = true;
}

/* Takes the record at the position if it is intact, and moves on. */
static enum znn_status take_record(struct work *work)
{
    struct record record;
    bool found, good = false;
    enum znn_status status = read_head(work, &record, &found);
    if (!status && found && record.kind == RECORD_CHUNK)
        status = take_chunk(work, &record, &good);
    else if (!status && found && record.kind == RECORD_INDEX)
        take_index(work, &record);
    uint64_t end = found ? work->place + record_size(&record) : 0;
    if (end > work->claimed)
        work->claimed = end;
    work->place = good ? end : work->place + RECORD_MARKER;
    return status;
}

static enum znn_status walk(struct work *work)
{
    bool found = true;
    enum znn_status status = ZNN_OK;
    while (!status && found) {
        status = find_marker(work, &found);
        if (!status && found)
            status = take_record(work);
    }
    return status;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* What is missing                                                                                                  */
/* ---------------------------------------------------------------------------------------------------------------- */

static enum znn_status add_gap(struct work *work, uint64_t start, uint64_t end)
{
    struct znn_salvage *salvage = work->salvage;
    struct span *ranges = znn_array_grow(salvage->ranges, salvage->count, &salvage->capacity, sizeof *ranges);
    if (!ranges)
        return znn_fail_memory(work->error, SIZE_NOT_KNOWN);
    salvage->ranges = ranges;
    ranges[salvage->count++] = (struct span){start, end};
    return ZNN_OK;
}

static enum znn_status list_gaps(struct work *work)
{
    struct znn_salvage *salvage = work->salvage;
    enum znn_status status = ZNN_OK;
    uint64_t end = 0;
    for (size_t i = 0; i < work->map.count && !status; i++) {
        const struct salvage_chunk *chunk = &work->map.chunks[i];
        if (!chunk->found)
            continue;
        if (chunk->offset > end)
            status = add_gap(work, end, chunk->offset);
        end = chunk->offset + chunk->decoded_size;
    }
    if (end > salvage->size)
        salvage->size_is_known = false; /* the size was another file's */
    if (!salvage->size_is_known)
        salvage->size = end;
    return status || end == salvage->size ? status : add_gap(work, end, salvage->size);
}

static ptrdiff_t discard(void *context, const void *data, size_t size)
{
    (void)context;
    (void)data;
    return (ptrdiff_t)size;
}

/*
 * Decides whether the file is intact by decompressing it.  There is no other way, because decompressing checks much
 * that salvaging does not need: the footer, the order of records, and bytes that nothing uses.
 */
static enum znn_status check_whole(struct work *work)
{
    struct znn_salvage *salvage = work->salvage;
    struct znn_output nowhere = {.write = discard};
    struct znn_decompress_options options = *work->options;
    options.progress = NULL;
    if (salvage->count > 0)
        return ZNN_OK;
    enum znn_status status = znn_run_decompress(work->source.input, &nowhere, &options, NULL, &salvage->damage);
    salvage->is_whole = status == ZNN_OK;
    if (status != ZNN_ERROR_MEMORY && status != ZNN_ERROR_IO && status != ZNN_ERROR_CANCELLED)
        return ZNN_OK;
    if (work->error)
        *work->error = salvage->damage;
    return status;
}

/* Clears the gaps in a memory output, which starts uninitialized. */
static enum znn_status clear_memory(struct work *work)
{
    const struct znn_salvage *salvage = work->salvage;
    for (size_t i = 0; i < salvage->count && work->sink.output->memory; i++) {
        struct span range = salvage->ranges[i];
        uint8_t *place = range.end - range.start <= SIZE_MAX
                             ? znn_sink_place(&work->sink, range.start, (size_t)(range.end - range.start))
                             : NULL;
        if (!place)
            return znn_fail_output(work->error, range.end, work->sink.output->capacity);
        memset(place, 0, (size_t)(range.end - range.start));
    }
    return ZNN_OK;
}

static enum znn_status finish(struct work *work)
{
    struct znn_salvage *salvage = work->salvage;
    bool anything = salvage->size_is_known;
    for (size_t i = 0; i < work->map.count && !anything; i++)
        anything = work->map.chunks[i].found;
    if (!anything) /* nothing was found, not even the size from an index */
        return znn_fail(work->error, ZNN_ERROR_CORRUPT, ZNN_NO_OFFSET, "there is no intact record in it");
    enum znn_status status = list_gaps(work);
    if (!status)
        status = clear_memory(work);
    if (!status)
        status = znn_sink_finish(&work->sink, salvage->size, work->error);
    if (!status && !znn_sink_is_open(&work->sink) && salvage->size > work->sink.position)
        status = write_zeros(work, salvage->size - work->sink.position);
    return status ? status : check_whole(work);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* The whole                                                                                                        */
/* ---------------------------------------------------------------------------------------------------------------- */

static void use_references(struct work *work)
{
    znn_chunk_decoder_refer(work->decoder, (struct reference_source){znn_salvage_plain_read, &work->plain});
}

static void use_lossy(struct work *work, const struct znn_lossy *lossy)
{
    znn_chunk_decoder_set_lossy(work->decoder, lossy);
    znn_chunk_decoder_set_lossy(work->plain.decoder, lossy);
}

/* Reads the header.  If it is intact, it may say that the file is too new, or how to decode it.  If not, it is ignored.
 */
static enum znn_status read_header(struct work *work)
{
    struct znn_header header = {0};
    size_t length;
    enum znn_status status = znn_header_read(&work->source, &header, &length, &work->scratch);
    if (status == ZNN_ERROR_TOO_NEW && work->error)
        *work->error = work->scratch;
    if (status == ZNN_ERROR_TOO_NEW)
        return status;
    if (status || header.references)
        use_references(work);
    if (status)
        return pass_on(work, status);
    uint64_t place = length;
    work->place = length;
    work->search.version = header.format_version;
    use_lossy(work, &header.lossy);
    memcpy(work->bases.name, header.base_name, sizeof work->bases.name);
    status = znn_bases_read(&work->bases, &work->source, &place, &work->scratch);
    if (!status && work->bases.count > 0 && !work->bases.base)
        return znn_bases_fail_missing(&work->bases, work->error);
    if (status)
        return pass_on(work, status);
    const struct base_source base = znn_bases_source(&work->bases);
    znn_chunk_decoder_use(work->decoder, base, &work->bases.allowance);
    znn_chunk_decoder_use(work->plain.decoder, base, &work->bases.allowance);
    work->search.has_start = true;
    work->search.start = place;
    return ZNN_OK;
}

static enum znn_status find_index(struct work *work)
{
    struct index_search *search = &work->search;
    search->source = &work->source;
    search->salvage = work->salvage;
    search->map = &work->map;
    search->error = &work->scratch;
    enum znn_status status = pass_on(work, znn_salvage_find_index(search));
    if (status || !search->found)
        return status;
    if (search->size > work->limit)
        return znn_fail_output(work->error, search->size, work->limit);
    work->salvage->size = search->size;
    work->salvage->size_is_known = true;
    return ZNN_OK;
}

static enum znn_status salvage_all(struct work *work)
{
    if (!znn_source_is_seekable(&work->source))
        return znn_fail(work->error, ZNN_ERROR_ARGUMENT, ZNN_NO_OFFSET, "a stream cannot be salvaged");
    enum znn_status status = read_header(work);
    if (!status)
        status = find_index(work);
    if (!status)
        status = walk(work);
    return status ? status : finish(work);
}

enum znn_status znn_run_salvage(struct znn_input *input, struct znn_output *output,
                                const struct znn_decompress_options *options, struct znn_salvage **salvage,
                                struct znn_error *error)
{
    struct work work = {
        .salvage = znn_allocate_zeroed(1, sizeof **salvage),
        .options = options,
        .decoder = znn_chunk_decoder_new(),
        .sink = {.output = output},
        .limit = options->max_output ? options->max_output : UINT64_MAX,
        .error = error,
    };
    work.plain = (struct salvage_plain){
        .map = &work.map,
        .source = &work.source,
        .decoder = znn_chunk_decoder_new(),
    };
    *salvage = NULL;
    znn_source_open(&work.source, input);
    znn_bases_open(&work.bases, options->base, NULL);
    if (work.salvage)
        work.salvage->allocator = znn_memory_current();
    enum znn_status status = work.salvage && work.decoder && work.plain.decoder
                                 ? salvage_all(&work)
                                 : znn_fail_memory(error, SIZE_NOT_KNOWN);
    znn_bases_close(&work.bases);
    znn_chunk_decoder_free(work.decoder);
    znn_salvage_plain_close(&work.plain);
    znn_salvage_map_free(&work.map);
    znn_source_close(&work.source);
    znn_buffer_free(&work.window);
    znn_buffer_free(&work.buffer);
    if (status)
        znn_salvage_free(work.salvage);
    else
        *salvage = work.salvage;
    return status;
}
