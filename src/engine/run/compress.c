/*
 * compress.c - compresses a file into a .znn file
 *
 * First the scanners read the file once to find its tensors.  Then every worker does the same until the end is reached:
 * it plans a chunk, reads it, encodes it, and writes it when its turn has come.  If the output takes bytes at any
 * position, the worker only reserves the position in its turn, and writes the chunk after passing the turn on.  The
 * index and the footer come last.
 *
 * The end of the file is found by reading.  For a pipe there is no other way, and a file may shrink or grow while it is
 * read.  The bytes read are the bytes compressed, whatever the scanners found in them.
 */
#include "engine/run/compress.h"

#include <string.h>

#include "common/memory.h"
#include "container/header.h"
#include "engine/chunk/chunk_encoder.h"
#include "engine/cut/reference_chunk.h"
#include "engine/cut/rounding.h"
#include "engine/file/index_writer.h"
#include "engine/run/dedup_stream.h"
#include "engine/run/sample.h"
#include "engine/threads/budget.h"
#include "engine/threads/turns_task.h"

struct compression {
    struct chunk_coding coding; /* the same for all chunks */
    znn_progress *progress;
    void *progress_context;
    struct source source;
    struct sink sink;
    struct model model;
    struct bases bases;
    struct link *links;     /* from the model's tensors to those of the base, or NULL */
    struct planner planner; /* guarded by the draw lock */
    struct ledger ledger;   /* changed only by the worker whose turn it is, like `zeroed` */
    struct zeroed zeroed;
    struct turns turns;
    struct sample sample; /* used by the only worker, if it samples */
    bool in_order;        /* the input is a stream: its bytes must be read while a ticket is drawn */
    struct references references;
    struct dedup_stream *dedup; /* set if repeats in a stream are to be found; guarded by the draw lock */
};

/* The state of a worker, which holds one chunk. */
struct worker {
    struct compression *job;
    struct chunk_encoder *encoder;
    struct raw_chunk chunk;
    struct reference_chunk references;
    struct encoded_chunk encoded;
    uint64_t place; /* of its record in the .znn file, known when its turn has come */
    bool last;      /* the end has been reached */
    struct znn_error error;
};

/* Plans a chunk and, from a stream, reads it. */
static enum znn_status draw_chunk(void *context, bool *end)
{
    struct worker *worker = context;
    struct compression *job = worker->job;
    *end = false; /* only reading finds the end */
    if (job->dedup)
        return znn_dedup_draw(job->dedup, &job->source, &job->planner, &worker->chunk, &worker->references.digest,
                              &worker->error);
    if (!znn_planner_next(&job->planner, &worker->chunk.plan))
        return znn_fail_memory(&worker->error, SIZE_NOT_KNOWN);
    return job->in_order ? znn_raw_chunk_read(&worker->chunk, &job->source, &worker->error) : ZNN_OK;
}

static enum znn_status encode_chunk(struct worker *worker)
{
    struct encoded_chunk *encoded = &worker->encoded;
    struct raw_chunk *chunk = &worker->chunk;
    if (chunk->size < chunk->plan.size && !znn_chunk_plan_shorten(&chunk->plan, (uint32_t)chunk->size))
        return znn_fail_memory(&worker->error, SIZE_NOT_KNOWN);
    znn_turns_enter(&worker->job->turns);
    enum znn_status status =
        chunk->plan.has_references
            ? znn_chunk_encode_references(worker->encoder, &chunk->plan, worker->references.gaps.data,
                                          worker->references.digest, encoded, &worker->error)
            : znn_chunk_encode(worker->encoder, &chunk->plan, chunk->data, encoded, &worker->error);
    znn_turns_leave(&worker->job->turns);
    return status;
}

/* Appends the chunk, in turn.  For an open sink, only reserves its position. */
static enum znn_status append_chunk(void *context, bool *end)
{
    struct worker *worker = context;
    struct compression *job = worker->job;
    const struct encoded_chunk *chunk = &worker->encoded;
    enum znn_status status = ZNN_OK;
    *end = worker->last;
    worker->place = job->sink.position;
    if (worker->chunk.size == 0)
        return ZNN_OK;
    if (znn_sink_is_open(&job->sink)) {
        job->sink.position += record_size(&chunk->record);
    } else {
        struct chunk_piece pieces[CHUNK_PIECES_MAX];
        unsigned count = znn_chunk_pieces(chunk, pieces);
        for (unsigned i = 0; i < count && !status; i++)
            status = znn_sink_write(&job->sink, pieces[i].data, pieces[i].size, &worker->error);
    }
    if (!status)
        status = znn_ledger_add(&job->ledger, &chunk->record, &worker->error);
    job->zeroed.nonzero += chunk->zeroed.nonzero;
    job->zeroed.zeroed += chunk->zeroed.zeroed;
    if (!status && job->progress &&
        job->progress(job->progress_context, job->ledger.original_size, job->sink.position) != 0)
        status = znn_fail_callback(&worker->error, ZNN_CALLBACK_CANCEL, ZNN_NO_OFFSET, "compressing");
    return status;
}

/* Writes the chunk to the position that was reserved for it in an open sink. */
static enum znn_status put_chunk(void *context)
{
    struct worker *worker = context;
    struct chunk_piece pieces[CHUNK_PIECES_MAX];
    uint64_t place = worker->place;
    enum znn_status status = ZNN_OK;
    if (worker->chunk.size == 0 || !znn_sink_is_open(&worker->job->sink))
        return ZNN_OK;
    unsigned count = znn_chunk_pieces(&worker->encoded, pieces);
    for (unsigned i = 0; i < count && !status; i++) {
        if (pieces[i].size > 0)
            status = znn_sink_put(&worker->job->sink, pieces[i].data, pieces[i].size, place, &worker->error);
        place += pieces[i].size;
    }
    return status;
}

static enum znn_status obtain_bytes(struct worker *worker)
{
    struct raw_chunk *chunk = &worker->chunk;
    if (!chunk->plan.has_references)
        return znn_raw_chunk_read(chunk, &worker->job->source, &worker->error);
    chunk->size = chunk->plan.size;
    return znn_reference_chunk_read(&worker->references, &worker->job->source, &chunk->plan, &worker->error);
}

/* Reads and encodes a chunk.  If the sample covers it, takes the record from there and reads nothing. */
static enum znn_status obtain_chunk(void *context, uint64_t ticket)
{
    struct worker *worker = context;
    struct compression *job = worker->job;
    struct encoded_chunk *chunk = &worker->encoded;
    const struct chunk_plan *plan = &worker->chunk.plan;
    uint64_t end = plan->offset + plan->size;
    (void)ticket;
    *chunk = (struct encoded_chunk){.gap = {0}};
    bool samples = job->sample.step > 1; /* then source.size is constant: one thread, no stream */
    if (samples && end <= job->source.size && znn_sample_covers(&job->sample, plan, chunk)) {
        worker->chunk.size = plan->size;
        return ZNN_OK;
    }
    enum znn_status status = job->in_order ? ZNN_OK : obtain_bytes(worker);
    worker->last = worker->chunk.size < plan->size;
    if (!status && worker->chunk.size > 0)
        status = encode_chunk(worker);
    if (!status && !worker->last && !znn_sample_remember(&job->sample, plan, chunk))
        status = znn_fail_memory(&worker->error, SIZE_NOT_KNOWN);
    return status;
}

/* Each task brings one chunk from the source to the sink. */
static void work(void *context)
{
    static const struct turns_task task = {
        .draw = draw_chunk, .work = obtain_chunk, .finish = append_chunk, .after = put_chunk};
    struct compression *job = context;
    struct worker worker = {.job = job};
    worker.encoder = znn_chunk_encoder_new(&job->coding);
    if (!worker.encoder)
        znn_turns_fail(&job->turns, znn_fail_memory(&worker.error, SIZE_NOT_KNOWN), &worker.error);
    while (worker.encoder && znn_turns_do_task(&job->turns, &task, &worker, &worker.error))
        ;
    znn_chunk_encoder_free(worker.encoder);
    znn_raw_chunk_free(&worker.chunk);
    znn_reference_chunk_free(&worker.references);
}

static enum znn_status check_options(const struct znn_compress_options *options, struct znn_error *error)
{
    const char *extension = options->extension;
    size_t size = extension ? strlen(extension) : 0;
    if (options->level < 0 || options->level > 9)
        return znn_fail(error, ZNN_ERROR_ARGUMENT, ZNN_NO_OFFSET, "there is no level %d", options->level);
    if (size > 0 && !znn_extension_is_valid(extension, size))
        return znn_fail(error, ZNN_ERROR_ARGUMENT, ZNN_NO_OFFSET,
                        "an extension must be 1 to %d ASCII letters and digits", ZNN_EXTENSION_MAX);
    return znn_rounding_check(options, error);
}

static enum znn_status write_header(struct compression *job, const char *extension, struct znn_error *error)
{
    bool references = job->references.count > 0 || job->dedup;
    struct znn_header header = {
        .format_version = ZNN_FORMAT_VERSION, .references = references, .lossy = job->coding.lossy};
    if (extension)
        memcpy(header.extension, extension, strlen(extension));
    if (job->bases.count > 0)
        memcpy(header.base_name, job->bases.name, sizeof header.base_name);
    uint8_t bytes[HEADER_MAX];
    return znn_sink_write(&job->sink, bytes, znn_header_write(&header, bytes), error);
}

/* There are only three different levels.  Other levels mean the nearest one. */
static int nearest_level(int level)
{
    if (level == 0)
        return ZNN_LEVEL_DEFAULT;
    return level < 3 ? ZNN_LEVEL_FASTEST : level < 8 ? ZNN_LEVEL_DEFAULT : ZNN_LEVEL_SMALLEST;
}

/* Treats the whole file as one row of numbers, which ends where the file ends. */
static enum znn_status assume_dtype(struct model *model, const char *name, struct znn_error *error)
{
    enum dtype dtype = znn_dtype_from_name(name, strlen(name));
    if (dtype == DTYPE_BYTES)
        return znn_fail(error, ZNN_ERROR_ARGUMENT, ZNN_NO_OFFSET, "there is no such dtype");
    struct tensor row = {
        .size = UINT64_MAX - UINT64_MAX % znn_dtype_info(dtype)->block_bytes,
        .dtype = (uint8_t)dtype,
        .flags = TENSOR_SPAN,
    };
    return znn_model_add(model, &row, "", NULL) ? ZNN_OK : znn_fail_memory(error, SIZE_NOT_KNOWN);
}

/* Finds repeats: in a file now, in a stream while it is read.  A sample is not searched. */
static enum znn_status look_for_repeats(struct compression *job, const struct znn_compress_options *options,
                                        struct znn_error *error)
{
    if (options->dedup < 0 || job->sample.step > 1)
        return ZNN_OK;
    if (!job->in_order) {
        job->planner.references = &job->references;
        return znn_duplicates_find(&job->source, &job->model, &job->references, error);
    }
    if (options->dedup == 0 || job->coding.lossy.mode != ZNN_LOSSLESS) /* hashes precede rounding */
        return ZNN_OK;
    job->planner.alone = true;
    job->dedup = znn_allocate_zeroed(1, sizeof *job->dedup);
    return job->dedup ? znn_dedup_open(job->dedup, error) : znn_fail_memory(error, sizeof *job->dedup);
}

/* Turns the name of a file into a name that can be stored (znn(5), "Header"), or into "" if that is impossible. */
static void make_hint(const char *name, char hint[ZNN_BASE_NAME_MAX + 1])
{
    size_t size = name ? strlen(name) : 0;
    hint[0] = '\0';
    if (size == 0 || size > ZNN_BASE_NAME_MAX)
        return;
    memcpy(hint, name, size);
    hint[size] = '\0';
    if (znn_base_name_is_valid(hint, size))
        return;
    for (size_t i = 0; i < size; i++)
        hint[i] = znn_base_name_is_valid((char[]){'x', name[i]}, 2) ? name[i] : '_';
    if (!znn_base_name_is_valid(hint, size))
        hint[0] = '_'; /* in place of a dot, a dash or a space */
}

/* Scans the input, and finds the tensors to round and the tensors that have a partner in the base. */
static enum znn_status look(struct compression *job, const struct znn_compress_options *options,
                            struct znn_report *rounding, struct znn_error *error)
{
    enum znn_status status = options->dtype ? assume_dtype(&job->model, options->dtype, error)
                                            : znn_model_scan(&job->source, &job->model, error);
    if (!status)
        status = znn_rounding_mark(&job->model, options, rounding, error);
    if (!status && !options->dtype)
        status = znn_lineage_trace(&job->model, &job->source, &options->lossy, znn_threads(options->threads),
                                   &job->bases, &job->links, error);
    job->planner.links = job->links;
    znn_source_end_views(&job->source);
    return status;
}

/* Subtracts the memory for the model's tensors and for their index from the limit.  The workers share the rest. */
static enum znn_status limit_workers(struct compression *job, uint64_t limit, struct znn_error *error)
{
    uint64_t model = job->model.capacity * sizeof *job->model.tensors + job->model.text.capacity;
    uint64_t each = job->coding.level == ZNN_LEVEL_SMALLEST ? BUDGET_COMPRESS_SMALLEST : BUDGET_COMPRESS;
    return znn_budget_workers(&job->turns, limit, model + model / 2 + job->source.prefix.capacity, each, error);
}

static enum znn_status compress(struct compression *job, const struct znn_compress_options *options,
                                struct znn_report *report, struct znn_error *error)
{
    struct znn_report rounding = {0};
    enum znn_status status = look(job, options, &rounding, error);
    job->bases.turns = &job->turns;
    job->coding.lossy = rounding.lossy;
    job->coding.base = znn_bases_source(&job->bases);
    job->coding.model = &job->source;
    if (!status)
        status = look_for_repeats(job, options, error);
    if (!status)
        status = write_header(job, options->extension, error);
    if (!status)
        status = znn_bases_write(&job->bases, job->coding.level, &job->sink, error);
    if (!status)
        status = limit_workers(job, options->memory_limit, error);
    if (!status)
        status = znn_turns_run(&job->turns, work, job, error);
    uint64_t tensors = 0, size = job->ledger.original_size;
    znn_model_conclude(&job->model, size);
    if (!status)
        status = znn_index_finish(&job->ledger, &job->model, job->coding.level, &job->sink, &tensors, error);
    if (!status)
        status = znn_sink_finish(&job->sink, job->sink.position, error);
    if (!status && report)
        *report = (struct znn_report){
            .original_size = job->ledger.original_size,
            .compressed_size = job->sink.position,
            .tensors = tensors,
            .format = znn_format_name(job->model.format),
            .header_error = job->model.verdict ? znn_verdict_name(job->model.verdict) : NULL,
            .cut_tensors = znn_model_count_cut(&job->model, size),
            .trailing_bytes = znn_trailing_bytes(job->model.format, job->model.verdict, job->model.end, size),
            .base_tensors = job->bases.count,
            .lossy = job->coding.lossy,
            .rounded_tensors = rounding.rounded_tensors,
            .unsuited_tensors = rounding.unsuited_tensors,
            .shared_tensors = rounding.shared_tensors,
            .small_tensors = rounding.small_tensors,
            .small_size = rounding.small_size,
            .float_size = rounding.float_size,
            .nonzero_numbers = job->zeroed.nonzero,
            .zeroed_numbers = job->zeroed.zeroed,
        };
    return status;
}

enum znn_status znn_run_compress(struct znn_input *input, struct znn_output *output,
                                 const struct znn_compress_options *options, bool quick, struct znn_report *report,
                                 struct znn_error *error)
{
    enum znn_status status = check_options(options, error);
    if (status)
        return status;
    struct compression *job = znn_allocate_zeroed(1, sizeof *job);
    if (!job)
        return znn_fail_memory(error, sizeof *job);
    job->coding.level = nearest_level(options->level);
    job->coding.sign = options->sign;
    job->progress = options->progress;
    job->progress_context = options->progress_context;
    job->sink.output = output;
    job->planner.model = &job->model;
    char hint[ZNN_BASE_NAME_MAX + 1];
    make_hint(options->base_name, hint);
    znn_bases_open(&job->bases, options->base, hint);
    znn_source_open(&job->source, input);
    job->source.view_limit =
        options->memory_limit / 3; /* the list of tensors in a header takes at most twice the header's size */
    job->in_order = !znn_source_is_seekable(&job->source);
    job->sample.step = quick ? znn_sample_step(job->source.size) : 0;
    unsigned threads = job->sample.step > 1 ? 1 : znn_threads(options->threads);
    status = znn_ledger_open(&job->ledger, error);
    if (!status)
        status = znn_turns_open(&job->turns, threads, !input->memory && job->sample.step < 2, error);
    if (!status)
        status = compress(job, options, report, error);
    znn_turns_close(&job->turns);
    znn_ledger_close(&job->ledger);
    znn_sample_free(&job->sample);
    znn_references_free(&job->references);
    if (job->dedup)
        znn_dedup_close(job->dedup);
    znn_release(job->dedup);
    znn_model_free(&job->model);
    znn_bases_close(&job->bases);
    znn_release(job->links);
    znn_source_close(&job->source);
    znn_release(job);
    return status;
}
