/*
 * analysis.c - finds out how many compressed bytes each part of an original takes
 *
 *     .znn file ------------------> walk: of each chunk prefix, directory, layout --> apportion.h
 *     model --> compress --> skeleton ---^
 *
 * Only layouts are decoded.  The heads of the records are verified, and the index and the footer must match them.  The
 * streams are not checked.
 */
#include "engine/look/analysis.h"

#include "common/memory.h"
#include "container/header.h"
#include "engine/file/ledger.h"
#include "engine/file/reader.h"
#include "engine/look/apportion.h"
#include "engine/look/skeleton.h"
#include "engine/run/compress.h"

/* How much of a record to read first.  Usually this is enough. */
#define HEAD_GUESS 4096

struct znn_analysis {
    const struct znn_allocator *allocator;
    struct znn_reader *reader; /* provides the tensors; its input may be closed already */
    struct apportionment apportionment;
    uint64_t container_size;
};

/* A walk through the chunks. */
struct walk {
    struct znn_analysis *analysis;
    struct ledger ledger;
    struct directory directory;
    struct frame_decoder *frames;
    struct buffer record;
    struct buffer layout;
    struct znn_error *error;
};

/* The first bytes of a record. */
struct head {
    const uint8_t *bytes;
    size_t size;
    struct record record;
};

/* Reads more of the record until the head has `size` bytes. */
static enum znn_status read_head(struct walk *walk, size_t chunk, size_t size, struct head *head)
{
    struct znn_reader *reader = walk->analysis->reader;
    size_t whole = reader_record_size(reader, chunk);
    if (size <= head->size)
        return ZNN_OK;
    head->size = size < whole ? size : whole;
    return znn_reader_record(reader, chunk, head->size, &walk->record, &head->bytes, &head->record, walk->error);
}

static enum znn_status read_layout(struct walk *walk, size_t chunk, size_t start, struct head *head)
{
    struct directory *directory = &walk->directory;
    uint64_t place = walk->analysis->reader->chunks[chunk].record;
    if (directory->layout_segments == 0)
        return ZNN_OK;
    enum znn_status status = read_head(walk, chunk, start + directory->layout.size, head);
    if (status)
        return status;
    walk->layout.size = 0;
    if (!znn_buffer_reserve(&walk->layout, directory->layout_size))
        return znn_fail_memory(walk->error, directory->layout_size);
    const uint8_t *layout = znn_stream_decode(walk->frames, &directory->layout, head->bytes + start,
                                              directory->layout_size, walk->layout.data);
    if (!layout)
        return znn_fail(walk->error, ZNN_ERROR_CORRUPT, place, "the layout of a chunk does not decode");
    return znn_layout_parse(directory, layout, place, walk->error);
}

static enum znn_status walk_chunk(struct walk *walk, size_t chunk)
{
    struct znn_analysis *analysis = walk->analysis;
    const struct chunk_place *place = &analysis->reader->chunks[chunk];
    struct head head = {0};
    enum znn_status status = read_head(walk, chunk, HEAD_GUESS, &head);
    size_t size = RECORD_PREFIX + head.record.directory_size;
    if (!status)
        status = read_head(walk, chunk, size, &head);
    if (!status)
        status = znn_record_verify(&head.record, head.bytes, place->record, walk->error);
    if (!status)
        status =
            znn_directory_parse(&walk->directory, &head.record, head.bytes + RECORD_PREFIX, place->record, walk->error);
    if (!status)
        status = znn_directory_check_lossy(&walk->directory, &analysis->reader->lossy, place->record, walk->error);
    if (!status)
        status = read_layout(walk, chunk, size, &head);
    if (!status)
        status = znn_ledger_add(&walk->ledger, &head.record, walk->error);
    if (status)
        return status;
    analysis->container_size += size + walk->directory.layout.size;
    return znn_apportion_chunk(&analysis->apportionment, &walk->directory, place->offset)
               ? ZNN_OK
               : znn_fail_memory(walk->error, SIZE_NOT_KNOWN);
}

static enum znn_status walk_chunks(struct walk *walk)
{
    const struct znn_reader *reader = walk->analysis->reader;
    uint64_t root[2];
    walk->frames = znn_frame_decoder_new();
    if (!walk->frames)
        return znn_fail_memory(walk->error, SIZE_NOT_KNOWN);
    enum znn_status status = znn_ledger_open(&walk->ledger, walk->error);
    for (size_t i = 0; i < reader->chunk_count && !status; i++)
        status = walk_chunk(walk, i);
    if (status)
        return status;
    znn_ledger_root(&walk->ledger, root);
    if (root[0] != reader->footer.root[0] || root[1] != reader->footer.root[1])
        return znn_fail(walk->error, ZNN_ERROR_CORRUPT, reader->source.size - FOOTER_SIZE,
                        "the footer disagrees with the chunks");
    walk->analysis->container_size +=
        reader->start + (reader->source.size - reader->chunks[reader->chunk_count].record);
    return ZNN_OK;
}

/* Analyzes a .znn file.  The data about tensors and chunks takes about twice as much memory as the reader's list. */
static enum znn_status analyze_file(struct znn_input *input, uint64_t memory_limit, struct znn_analysis *analysis,
                                    struct znn_error *error)
{
    enum znn_status status = znn_reader_open_file(input, NULL, memory_limit / 3, &analysis->reader, error);
    if (status)
        return status;
    const struct tensor_list *tensors = &analysis->reader->tensors;
    if (!znn_apportion_open(&analysis->apportionment, tensors))
        return znn_fail_memory(error, SIZE_NOT_KNOWN);
    struct walk walk = {.analysis = analysis, .error = error};
    status = walk_chunks(&walk);
    znn_ledger_close(&walk.ledger);
    znn_directory_free(&walk.directory);
    znn_frame_decoder_free(walk.frames);
    znn_buffer_free(&walk.record);
    znn_buffer_free(&walk.layout);
    return status;
}

static enum znn_status analyze_model(struct znn_input *input, const struct znn_compress_options *options, bool quick,
                                     struct znn_analysis *analysis, struct znn_error *error)
{
    struct skeleton skeleton = {0};
    struct znn_output output = znn_skeleton_output(&skeleton);
    enum znn_status status = znn_run_compress(input, &output, options, quick, NULL, error);
    if (skeleton.error.status) { /* the skeleton failed, not the output */
        status = skeleton.error.status;
        if (error)
            *error = skeleton.error;
    }
    struct znn_input compressed = znn_skeleton_input(&skeleton);
    if (!status)
        status = analyze_file(&compressed, 0, analysis, error);
    znn_skeleton_free(&skeleton);
    return status;
}

/* A stream whose first bytes were read already. */
struct rest {
    struct source *source;
    uint64_t position;
};

static ptrdiff_t read_rest(void *context, void *buffer, size_t size)
{
    struct rest *rest = context;
    size_t got;
    struct znn_error error;
    if (znn_source_read(rest->source, rest->position, buffer, size, &got, &error) != ZNN_OK)
        return znn_callback_code(&error);
    rest->position += got;
    return got > 0 ? (ptrdiff_t)got : ZNN_CALLBACK_END;
}

static enum znn_status analyze(struct znn_input *input, const struct znn_compress_options *options, bool quick,
                               struct znn_analysis *analysis, struct znn_error *error)
{
    const uint8_t *start;
    size_t available;
    struct source source;
    struct rest rest = {.source = &source};
    struct znn_input stream = {.context = &rest, .size = ZNN_SIZE_UNKNOWN, .read = read_rest};
    znn_source_open(&source, input);
    enum znn_status status = znn_source_view(&source, 0, HEADER_FIXED, &start, &available, error);
    if (!status) {
        if (znn_header_is_znn(start, available))
            status = analyze_file(input, options->memory_limit, analysis, error);
        else
            status = analyze_model(znn_source_is_seekable(&source) ? input : &stream, options, quick, analysis, error);
    }
    znn_source_close(&source);
    return status;
}

enum znn_status znn_look_analyze(struct znn_input *input, const struct znn_compress_options *options, bool quick,
                                 struct znn_analysis **analysis, struct znn_error *error)
{
    *analysis = NULL;
    struct znn_analysis *made = znn_allocate_zeroed(1, sizeof *made);
    if (!made)
        return znn_fail_memory(error, sizeof *made);
    made->allocator = znn_memory_current();
    enum znn_status status = analyze(input, options, quick, made, error);
    if (status)
        znn_analysis_free(made);
    else
        *analysis = made;
    return status;
}

void znn_analysis_free(struct znn_analysis *analysis)
{
    if (!analysis)
        return;
    const struct znn_allocator *outer = znn_memory_enter(analysis->allocator);
    znn_apportion_free(&analysis->apportionment);
    znn_reader_close(analysis->reader);
    znn_release(analysis);
    znn_memory_leave(outer);
}

void znn_analysis_describe(const struct znn_analysis *analysis, struct znn_report *report)
{
    znn_reader_describe(analysis->reader, report);
}

void znn_analysis_rest(const struct znn_analysis *analysis, uint64_t *opaque_size, uint64_t *opaque_compressed,
                       uint64_t *container_size)
{
    *opaque_size = analysis->apportionment.opaque_size;
    *opaque_compressed = analysis->apportionment.opaque_compressed;
    *container_size = analysis->container_size;
}

size_t znn_analysis_tensor_count(const struct znn_analysis *analysis)
{
    return znn_reader_tensor_count(analysis->reader);
}

void znn_analysis_get(const struct znn_analysis *analysis, size_t i, struct znn_tensor *tensor, struct znn_cost *cost)
{
    znn_tensor_list_get(&analysis->reader->tensors, i, tensor);
    znn_apportion_get(&analysis->apportionment, i, cost);
}
