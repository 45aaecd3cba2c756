/*
 * salvage.c - what is intact in a damaged .znn file
 *
 *     | header | chunk | chu?? ......... | chunk | index | footer |
 *                good    damaged, skipped  found by its marker
 *
 * A chunk says itself where it belongs and proves itself by its checksums.  So the file is walked from record to
 * record, and where there should be one and is none that is whole, the next marker behind is looked for.  Whether what
 * was found is all is known from the index, if that can be read: then it also says what must be where, and a chunk that
 * it does not list is not taken, be it from another file or from a .znn file within this one.
 *
 * Chunks are written as they are found; where the output only appends, zeros are put between them.
 */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "engine/chunk_decoder.h"
#include "engine/header_reader.h"
#include "engine/index_reader.h"
#include "engine/ledger.h"
#include "engine/reader.h"
#include "engine/salvage.h"
#include "engine/sink.h"

/* How much is searched for a marker at a time. */
#define WINDOW ((size_t)64 << 10)

struct work {
    struct znn_salvage *salvage;
    struct source source;
    struct bases bases;        /* as the file lists them, where there is no reader */
    struct znn_reader *reader; /* NULL where the index cannot be found from the footer */
    size_t listed;             /* the chunk that the reader lists next */
    struct chunk_decoder *decoder;
    struct buffer buffer; /* a record, or what is searched */
    struct sink sink;
    struct ledger ledger; /* of the chunks, as long as they come in order */
    unsigned version;     /* of the format; where the header does not tell, this one */
    uint64_t place;       /* in the .znn file */
    uint64_t limit;       /* of the size of the original */
    bool in_order;
    struct znn_error *error;
    struct znn_error scratch; /* of what is damaged, which is no failure here */
};

/* Damage is what this is about; any other failure ends it. */
static enum znn_status pass_on(struct work *work, enum znn_status status)
{
    if (status == ZNN_OK || status == ZNN_ERROR_CORRUPT || status == ZNN_ERROR_TOO_NEW || status == ZNN_ERROR_NOT_ZNN)
        return ZNN_OK;
    if (work->error)
        *work->error = work->scratch;
    return status;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Ranges                                                                                                           */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Notes what was written.  Ranges that meet become one, so that their number follows that of the gaps. */
static enum znn_status add_range(struct work *work, uint64_t offset, uint64_t size)
{
    struct znn_salvage *salvage = work->salvage;
    if (salvage->count > 0 && salvage->ranges[salvage->count - 1].end == offset) {
        salvage->ranges[salvage->count - 1].end += size;
        return ZNN_OK;
    }
    struct span *ranges = znn_array_grow(salvage->ranges, salvage->count, &salvage->capacity, sizeof *salvage->ranges);
    if (!ranges)
        return znn_fail_memory(work->error, sizeof *ranges);
    salvage->ranges = ranges;
    ranges[salvage->count++] = (struct span){offset, offset + size};
    return ZNN_OK;
}

static int compare_spans(const void *a, const void *b)
{
    const struct span *x = a;
    const struct span *y = b;
    return (x->start > y->start) - (x->start < y->start);
}

/* From what was found to what is missing, in place: each gap is written behind the range that was read last. */
static enum znn_status invert_ranges(struct work *work)
{
    struct znn_salvage *salvage = work->salvage;
    if (salvage->count > 1)
        qsort(salvage->ranges, salvage->count, sizeof *salvage->ranges, compare_spans);
    uint64_t end = 0;
    size_t gaps = 0;
    for (size_t i = 0; i < salvage->count; i++) {
        struct span range = salvage->ranges[i];
        if (range.start > end)
            salvage->ranges[gaps++] = (struct span){end, range.start};
        end = range.end > end ? range.end : end;
    }
    salvage->count = gaps;
    if (end > salvage->size)
        salvage->size_is_known = false; /* of another file, then */
    if (!salvage->size_is_known)
        salvage->size = end;
    return end < salvage->size ? add_range(work, end, salvage->size - end) : ZNN_OK;
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

/* False where the index says otherwise.  Without it, all that is within the limit is taken. */
static bool is_listed(struct work *work, const struct record *record)
{
    const struct znn_reader *reader = work->reader;
    if (!reader)
        return record->decoded_size <= work->limit && record->offset <= work->limit - record->decoded_size;
    if (work->listed < reader->chunk_count && reader->chunks[work->listed].offset != record->offset)
        work->listed = znn_reader_chunk_at(reader, record->offset);
    size_t chunk = work->listed;
    return chunk < reader->chunk_count && znn_reader_means(reader, chunk, record);
}

static enum znn_status write_chunk(struct work *work, const struct record *record, const uint8_t *data)
{
    enum znn_status status = ZNN_OK;
    if (znn_sink_is_open(&work->sink)) {
        status = znn_sink_put(&work->sink, data, record->decoded_size, record->offset, work->error);
    } else {
        if (record->offset < work->sink.position) /* the bytes have been given up already */
            return ZNN_OK;
        status = write_zeros(work, record->offset - work->sink.position);
        if (!status)
            status = znn_sink_write(&work->sink, data, record->decoded_size, work->error);
    }
    if (record->offset != work->ledger.original_size)
        work->in_order = false;
    if (!status && work->in_order)
        status = znn_ledger_add(&work->ledger, record, work->error);
    work->listed++;
    return status ? status : add_range(work, record->offset, record->decoded_size);
}

/* The index as it was met on the way, where the footer does not lead to it. */
static enum znn_status add_tensor(void *context, const struct tensor *tensor, const struct buffer *text,
                                  struct znn_error *error)
{
    struct znn_salvage *salvage = context;
    return znn_tensor_list_add(&salvage->tensors, tensor, text) ? ZNN_OK : znn_fail_memory(error, text->size);
}

static enum znn_status take_index(struct work *work, const struct record *record, const uint8_t *prefix)
{
    struct znn_salvage *salvage = work->salvage;
    if (!work->reader || work->place == work->reader->footer.index_offset) {
        salvage->size = record->offset;
        salvage->size_is_known = record->offset <= work->limit;
    }
    if (!salvage->size_is_known)
        return ZNN_OK;
    struct index index = {0};
    struct index_visitor visitor = {.on_tensor = add_tensor, .context = salvage};
    znn_tensor_list_free(&salvage->tensors);
    enum znn_status status =
        znn_index_read(&work->source, work->version, work->place, prefix, record, &visitor, &index, &work->scratch);
    if (!status && !znn_tensor_list_finish(&salvage->tensors))
        status = znn_fail_memory(&work->scratch, salvage->tensors.count);
    if (status)
        znn_tensor_list_free(&salvage->tensors);
    return pass_on(work, status);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* The walk                                                                                                         */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Up to `size` bytes from `place` on; *available of them are there. */
static enum znn_status fetch(struct work *work, uint64_t place, size_t size, const uint8_t **bytes, size_t *available)
{
    *bytes = znn_source_direct(&work->source, place, size, available);
    if (*bytes)
        return ZNN_OK;
    work->buffer.size = 0;
    if (!znn_buffer_reserve(&work->buffer, size))
        return znn_fail_memory(work->error, size);
    *bytes = work->buffer.data;
    return znn_source_read(&work->source, place, work->buffer.data, size, available, work->error);
}

/* The head of a record at the place, verified.  *found is false where there is none. */
static enum znn_status read_head(struct work *work, struct record *record, uint8_t prefix[RECORD_PREFIX], bool *found)
{
    const uint8_t *bytes;
    size_t available;
    *found = false;
    enum znn_status status = fetch(work, work->place, RECORD_PREFIX, &bytes, &available);
    if (status || available < RECORD_PREFIX || znn_record_parse(bytes, work->place, record, NULL) != ZNN_OK)
        return status;
    memcpy(prefix, bytes, RECORD_PREFIX);
    size_t head = RECORD_PREFIX + record->directory_size;
    status = fetch(work, work->place, head, &bytes, &available);
    *found = !status && available == head && znn_record_verify(record, bytes, work->place, NULL) == ZNN_OK;
    return status;
}

/* Decodes the chunk at the place and writes it.  *good is false where it is damaged, or not wanted. */
static enum znn_status take_chunk(struct work *work, const struct record *record, bool *good)
{
    const uint8_t *bytes, *data;
    size_t available, size = (size_t)record_size(record);
    *good = false;
    if (!is_listed(work, record))
        return ZNN_OK;
    enum znn_status status = fetch(work, work->place, size, &bytes, &available);
    if (status || available < size)
        return status;
    status = znn_chunk_decode(work->decoder, record, bytes, work->place, &data, &work->scratch);
    *good = status == ZNN_OK;
    return *good ? write_chunk(work, record, data) : pass_on(work, status);
}

/* Moves the place to the next marker from `place` on.  False where there is none. */
static enum znn_status find_marker(struct work *work, bool *found)
{
    for (;;) {
        const uint8_t *bytes;
        size_t available;
        enum znn_status status = fetch(work, work->place, WINDOW, &bytes, &available);
        const uint8_t *marker = status ? NULL : znn_record_find(bytes, available);
        *found = marker != NULL;
        if (marker)
            work->place += (uint64_t)(marker - bytes);
        if (status || marker || available < WINDOW)
            return status;
        work->place += WINDOW - (RECORD_MARKER - 1);
    }
}

/* What stands at the place is taken, if it is good, and the place moves on. */
static enum znn_status take_record(struct work *work)
{
    struct record record;
    uint8_t prefix[RECORD_PREFIX];
    bool found, good = false;
    enum znn_status status = read_head(work, &record, prefix, &found);
    if (status || !found) {
        work->place++;
        return status;
    }
    if (record.kind == RECORD_CHUNK)
        status = take_chunk(work, &record, &good);
    else if (record.kind == RECORD_INDEX)
        status = take_index(work, &record, prefix);
    /* Behind a damaged chunk the next one is where it should be, or, where bytes are missing, before. */
    struct record next;
    uint64_t start = work->place;
    work->place += record_size(&record);
    if (!status && !good && record.kind == RECORD_CHUNK) {
        status = read_head(work, &next, prefix, &found);
        if (!found)
            work->place = start + RECORD_PREFIX + record.directory_size;
    }
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

/* True where an ordinary reader would have nothing to complain about either. */
static bool is_whole(struct work *work)
{
    uint64_t root[2];
    if (!work->reader || work->salvage->count > 0 || !work->in_order || work->ledger.count != work->reader->chunk_count)
        return false;
    znn_ledger_root(&work->ledger, root);
    return root[0] == work->reader->footer.root[0] && root[1] == work->reader->footer.root[1];
}

/* Of an output that is memory, what was not written is anything yet. */
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
    if (salvage->count == 0 && !salvage->size_is_known) /* not even that nothing is missing */
        return znn_fail(work->error, ZNN_ERROR_CORRUPT, ZNN_NO_OFFSET, "there is no intact record in it");
    enum znn_status status = invert_ranges(work);
    salvage->is_whole = !status && is_whole(work);
    if (!status)
        status = clear_memory(work);
    if (!status)
        status = znn_sink_finish(&work->sink, salvage->size, work->error);
    if (!status && !znn_sink_is_open(&work->sink) && salvage->size > work->sink.position)
        status = write_zeros(work, salvage->size - work->sink.position);
    return status;
}

static enum znn_status read_plain(void *reader, uint64_t offset, uint8_t *target, size_t size, struct znn_error *error)
{
    return znn_reader_read_plain(reader, target, size, offset, error);
}

/* What the decoder has to know, from the reader; without it there are no references. */
static void use_reader(struct work *work)
{
    struct znn_reader *reader = work->reader;
    znn_chunk_decoder_use(work->decoder, &reader->bases);
    znn_chunk_decoder_set_lossy(work->decoder, &reader->lossy);
    if (reader->references)
        znn_chunk_decoder_refer(work->decoder, (struct reference_source){read_plain, reader});
}

/* A header that is whole may say that the file is too new, or how to decode it; one that is not says nothing. */
static enum znn_status read_header(struct work *work)
{
    struct znn_header header = {0};
    size_t length;
    enum znn_status status = znn_header_read(&work->source, &header, &length, &work->scratch);
    if (status == ZNN_ERROR_TOO_NEW && work->error)
        *work->error = work->scratch;
    if (status)
        return status == ZNN_ERROR_TOO_NEW ? status : pass_on(work, status);
    uint64_t place = length;
    work->version = header.format_version;
    znn_chunk_decoder_set_lossy(work->decoder, &header.lossy);
    memcpy(work->bases.name, header.base_name, sizeof work->bases.name);
    status = znn_bases_read(&work->bases, &work->source, &place, &work->scratch);
    if (!status && work->bases.count > 0 && !work->bases.base)
        return znn_bases_fail_missing(&work->bases, work->error);
    if (!status)
        znn_chunk_decoder_use(work->decoder, &work->bases);
    return pass_on(work, status);
}

static enum znn_status salvage_all(struct work *work, struct znn_input *input, struct znn_base *base)
{
    if (!znn_source_is_seekable(&work->source))
        return znn_fail(work->error, ZNN_ERROR_ARGUMENT, ZNN_NO_OFFSET, "a stream cannot be salvaged");
    enum znn_status status = read_header(work);
    if (!status)
        status = pass_on(work, znn_reader_open_with(input, base, &work->reader, &work->scratch));
    if (!status && work->reader)
        use_reader(work);
    if (!status && work->reader && znn_reader_size(work->reader) > work->limit)
        status = znn_fail_output(work->error, znn_reader_size(work->reader), work->limit);
    if (!status)
        status = walk(work);
    return status ? status : finish(work);
}

enum znn_status znn_salvage(struct znn_input *input, struct znn_output *output,
                            const struct znn_decompress_options *options, struct znn_salvage **salvage,
                            struct znn_error *error)
{
    static const struct znn_decompress_options defaults;
    options = options ? options : &defaults;
    struct work work = {
        .salvage = calloc(1, sizeof **salvage),
        .decoder = znn_chunk_decoder_new(),
        .sink = {.output = output},
        .limit = options->max_output ? options->max_output : UINT64_MAX,
        .in_order = true,
        .version = ZNN_FORMAT_VERSION,
        .error = error,
    };
    *salvage = NULL;
    znn_source_open(&work.source, input);
    znn_bases_open(&work.bases, options->base, NULL);
    enum znn_status status =
        work.salvage && work.decoder ? znn_ledger_open(&work.ledger, error) : znn_fail_memory(error, sizeof **salvage);
    if (!status)
        status = salvage_all(&work, input, options->base);
    znn_reader_close(work.reader);
    znn_bases_close(&work.bases);
    znn_chunk_decoder_free(work.decoder);
    znn_ledger_close(&work.ledger);
    znn_source_close(&work.source);
    znn_buffer_free(&work.buffer);
    if (status)
        znn_salvage_free(work.salvage);
    else
        *salvage = work.salvage;
    return status;
}
