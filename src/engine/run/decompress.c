/*
 * decompress.c - restores a file from a .znn file
 *
 * Workers draw records in order, decode them, and write them when their turn has come.  If the output takes bytes at
 * any position, they write without waiting.  After the last chunk, one thread compares the chunks with the index and
 * the footer.
 *
 * A stream is read without looking ahead: the first bytes of a record give its sizes.
 */
#include "engine/run/decompress.h"

#include <string.h>

#include "common/memory.h"
#include "container/footer.h"
#include "engine/chunk/chunk_decoder.h"
#include "engine/file/bases.h"
#include "engine/file/header_reader.h"
#include "engine/file/index_reader.h"
#include "engine/file/ledger.h"
#include "engine/file/lookback.h"
#include "engine/file/sink.h"
#include "engine/threads/budget.h"
#include "engine/threads/turns_task.h"

/* Chunks that znn writes for numbers or text are never larger. */
#define LARGE_CHUNK (5u << 20)

/*
 * The decoder of larger chunks.  All threads share one and use it in turn.  It is never freed in between, because
 * memory that each thread frees does not always return to the system.
 */
struct large {
    struct mutex lock;
    struct chunk_decoder *decoder;
    struct buffer buffer;
};

/* A chunk that was written, but is not yet in the ledger, which is kept in order. */
struct left {
    struct record record;
    uint64_t place;
};

struct decompression {
    struct znn_lossy lossy; /* from the header */
    unsigned version;       /* of the format, from the header */
    znn_progress *progress;
    void *progress_context;
    struct source source;
    struct sink sink;
    struct bases bases;
    struct ledger ledger; /* changed only by the worker whose turn it is */
    struct turns turns;
    struct large large;
    struct lookback lookback;
    uint64_t max_output;
    uint64_t memory_limit; /* 0: no limit */
    uint64_t base_memory;  /* for the base */
    bool leaves;           /* chunks need not wait for their turns; `left` has the bookkeeping that remains */
    struct left left[TURNS_AHEAD];
    bool in_order; /* the input is a stream: records must be read while tickets are drawn */
    /* Guarded by the draw lock: */
    uint64_t position;             /* of the next record in the file */
    uint64_t offset;               /* of that record's first byte in the original */
    struct record index;           /* the record after the chunks */
    uint8_t prefix[RECORD_PREFIX]; /* of the last record drawn */
};

/* The state of a worker, which holds one record. */
struct worker {
    struct decompression *job;
    struct chunk_decoder *decoder;
    struct record record;
    uint64_t place;  /* of the record */
    uint64_t offset; /* of its first byte in the original */
    struct buffer buffer;
    bool large;          /* the worker holds the lock of job->large, and uses that decoder and buffer */
    const uint8_t *data; /* the decoded bytes */
    struct znn_error error;
};

static struct buffer *buffer_of(struct worker *worker)
{
    return worker->large ? &worker->job->large.buffer : &worker->buffer;
}

static struct chunk_decoder *decoder_of(struct worker *worker)
{
    return worker->large ? worker->job->large.decoder : worker->decoder;
}

static struct chunk_decoder *new_decoder(struct decompression *job)
{
    struct chunk_decoder *decoder = znn_chunk_decoder_new();
    if (decoder)
        znn_chunk_decoder_use(decoder, znn_bases_source(&job->bases), &job->bases.allowance);
    if (decoder && job->lookback.enabled)
        znn_chunk_decoder_refer(decoder, (struct reference_source){znn_lookback_read, &job->lookback});
    return decoder;
}

static enum znn_status take_large(struct worker *worker)
{
    struct large *large = &worker->job->large;
    uint64_t needed = BUDGET_BASE + worker->job->base_memory + worker->job->turns.threads * BUDGET_DECOMPRESS +
                      BUDGET_LARGE_CHUNK(worker->record.decoded_size);
    enum znn_status status = znn_budget_check(worker->job->memory_limit, needed, &worker->error);
    if (status)
        return status;
    znn_mutex_lock(&large->lock);
    worker->large = true;
    if (!large->decoder)
        large->decoder = new_decoder(worker->job);
    if (!large->decoder)
        return znn_fail_memory(&worker->error, SIZE_NOT_KNOWN);
    znn_chunk_decoder_set_lossy(large->decoder, &worker->job->lossy);
    return ZNN_OK;
}

static void release_large(struct worker *worker)
{
    if (worker->large)
        znn_mutex_unlock(&worker->job->large.lock);
    worker->large = false;
}

/* Reads the rest of a record after its prefix. */
static enum znn_status read_rest(struct worker *worker)
{
    size_t rest = (size_t)record_size(&worker->record) - RECORD_PREFIX;
    return znn_source_read_exactly(&worker->job->source, worker->place + RECORD_PREFIX,
                                   buffer_of(worker)->data + RECORD_PREFIX, rest, &worker->error);
}

/* Adds to a failure the place of the record's bytes in the original.  Returns `status`. */
static enum znn_status blame(struct worker *worker, enum znn_status status)
{
    if (status)
        znn_fail_at(&worker->error, worker->offset, 0);
    return status;
}

/* Reads the prefix of the next record or, from a stream, the whole record. */
static enum znn_status read_record(struct worker *worker)
{
    struct decompression *job = worker->job;
    worker->place = job->position;
    worker->offset = job->offset;
    enum znn_status status =
        znn_source_read_exactly(&job->source, worker->place, job->prefix, RECORD_PREFIX, &worker->error);
    if (!status)
        status = znn_record_parse(job->prefix, worker->place, &worker->record, &worker->error);
    if (status || worker->record.kind != RECORD_CHUNK)
        return status;
    if (worker->record.offset != job->offset)
        return znn_fail(&worker->error, ZNN_ERROR_CORRUPT, worker->place, "a chunk is missing or out of place");
    if (worker->record.decoded_size > job->max_output - job->offset)
        return znn_fail_output(&worker->error, job->offset + worker->record.decoded_size, job->max_output);
    job->position += record_size(&worker->record);
    job->offset += worker->record.decoded_size;
    if (worker->record.decoded_size > LARGE_CHUNK)
        status = take_large(worker);
    if (status || !job->in_order)
        return status;
    if (!znn_buffer_reserve(buffer_of(worker), (size_t)record_size(&worker->record)))
        return znn_fail_memory(&worker->error, (size_t)record_size(&worker->record));
    memcpy(buffer_of(worker)->data, job->prefix, RECORD_PREFIX);
    return read_rest(worker);
}

/* Returns the whole record: from memory, from the buffer if it was read while drawing, or by reading it now. */
static enum znn_status fetch_record(struct worker *worker, const uint8_t **bytes)
{
    size_t size = (size_t)record_size(&worker->record);
    size_t available;
    struct source *source = &worker->job->source;
    *bytes = znn_source_direct(source, worker->place, size, &available);
    if (*bytes && available == size)
        return ZNN_OK;
    if (!worker->job->in_order) {
        if (!znn_buffer_reserve(buffer_of(worker), size))
            return znn_fail_memory(&worker->error, size);
        enum znn_status status =
            znn_source_read_exactly(source, worker->place, buffer_of(worker)->data, size, &worker->error);
        if (status)
            return status;
    }
    *bytes = buffer_of(worker)->data;
    return ZNN_OK;
}

/* Draws a record.  The first one that is not a chunk ends the chunks. */
static enum znn_status draw_record(void *context, bool *end)
{
    struct worker *worker = context;
    enum znn_status status = read_record(worker);
    *end = !status && worker->record.kind != RECORD_CHUNK;
    if (*end)
        worker->job->index = worker->record;
    return blame(worker, status);
}

/*
 * Waits for the worker's turn if the chunk has references to bytes that may not be written yet.  They are written when
 * the turn comes.  Sets *over if the turns are over.
 */
static enum znn_status wait_for_references(struct worker *worker, uint64_t ticket, const uint8_t *bytes, bool *over)
{
    struct decompression *job = worker->job;
    uint64_t end;
    if (!job->lookback.enabled)
        return ZNN_OK;
    enum znn_status status =
        znn_chunk_reach(decoder_of(worker), &worker->record, bytes, worker->place, &end, &worker->error);
    if (!status && znn_lookback_must_wait(&job->lookback, end))
        *over = !znn_turns_wait(&job->turns, ticket);
    return status;
}

/* Decodes the chunk, directly into the output if that is memory.  If the output is open, writes the chunk. */
static enum znn_status decode_chunk(struct worker *worker, const uint8_t *bytes)
{
    const struct record *record = &worker->record;
    struct sink *sink = &worker->job->sink;
    uint8_t *place = znn_sink_place(sink, record->offset, record->decoded_size);
    const struct decode_order order = {.record = record,
                                       .bytes = bytes,
                                       .place = worker->place,
                                       .target = place,
                                       .far = place && znn_sink_is_far(sink)};
    if (worker->job->bases.count > 0)
        znn_chunk_fetch_ahead(decoder_of(worker), record, bytes, worker->place);
    znn_turns_enter(&worker->job->turns);
    enum znn_status status = znn_chunk_decode(decoder_of(worker), &order, &worker->data, &worker->error);
    znn_turns_leave(&worker->job->turns);
    if (!status && !place && znn_sink_is_open(sink))
        status = znn_sink_put(sink, worker->data, record->decoded_size, record->offset, &worker->error);
    return status;
}

static enum znn_status decode_record(void *context, uint64_t ticket)
{
    struct worker *worker = context;
    const uint8_t *bytes;
    bool over = false;
    enum znn_status status = fetch_record(worker, &bytes);
    if (!status)
        status = wait_for_references(worker, ticket, bytes, &over);
    if (!status && !over)
        status = decode_chunk(worker, bytes);
    return blame(worker, status);
}

/* Adds a chunk to the ledger.  Only the worker whose turn it is may call this. */
static enum znn_status enter_record(struct decompression *job, const struct record *record, uint64_t place,
                                    struct znn_error *error)
{
    enum znn_status status = znn_ledger_add(&job->ledger, record, error);
    if (status)
        return status;
    znn_lookback_advance(&job->lookback, job->ledger.original_size);
    if (job->progress &&
        job->progress(job->progress_context, job->ledger.original_size, place + record_size(record)) != 0)
        return znn_fail_callback(error, ZNN_CALLBACK_CANCEL, ZNN_NO_OFFSET, "decompressing");
    return ZNN_OK;
}

/* Does everything that must be done in order.  Only the worker whose turn it is may call this. */
static enum znn_status finish_record(void *context, bool *end)
{
    struct worker *worker = context;
    struct decompression *job = worker->job;
    *end = false; /* only drawing finds the end */
    enum znn_status status = ZNN_OK;
    if (job->lookback.enabled)
        status = znn_lookback_check(&job->lookback, &worker->record, znn_chunk_decoder_directory(decoder_of(worker)),
                                    worker->place, &worker->error);
    if (!status && !znn_sink_is_open(&job->sink))
        status = znn_sink_write(&job->sink, worker->data, worker->record.decoded_size, &worker->error);
    if (!status)
        status = enter_record(job, &worker->record, worker->place, &worker->error);
    return blame(worker, status);
}

static enum znn_status settle_record(void *context, uint64_t ticket, struct znn_error *error)
{
    struct decompression *job = context;
    const struct left *left = &job->left[ticket % TURNS_AHEAD];
    return enter_record(job, &left->record, left->place, error);
}

static bool leave_record(void *context, uint64_t ticket)
{
    struct worker *worker = context;
    struct decompression *job = worker->job;
    if (job->leaves)
        job->left[ticket % TURNS_AHEAD] = (struct left){worker->record, worker->place};
    return job->leaves;
}

/* Each task brings one chunk from the source to the sink. */
static void work(void *context)
{
    static const struct turns_task task = {
        .draw = draw_record, .work = decode_record, .leave = leave_record, .finish = finish_record};
    struct worker worker = {.job = context};
    worker.decoder = new_decoder(worker.job);
    if (!worker.decoder)
        znn_turns_fail(&worker.job->turns, znn_fail_memory(&worker.error, SIZE_NOT_KNOWN), &worker.error);
    else
        znn_chunk_decoder_set_lossy(worker.decoder, &worker.job->lossy);
    while (worker.decoder && znn_turns_do_task(&worker.job->turns, &task, &worker, &worker.error))
        release_large(&worker);
    release_large(&worker);
    znn_chunk_decoder_free(worker.decoder);
    znn_buffer_free(&worker.buffer);
}

/* The comparison of the ledger with the index, entry by entry. */
struct comparison {
    const struct ledger *ledger;
    bool digests;
    size_t next;
};

static enum znn_status compare_chunk(void *context, const struct chunk_entry *entry, struct znn_error *error)
{
    struct comparison *comparison = context;
    const struct ledger *ledger = comparison->ledger;
    size_t i = comparison->next++;
    if (i >= ledger->count || entry->decoded_size != ledger->chunks[i].decoded_size ||
        entry->record_size != ledger->chunks[i].record_size ||
        (comparison->digests && entry->digest != ledger->chunks[i].digest))
        return znn_fail(error, ZNN_ERROR_CORRUPT, ZNN_NO_OFFSET, "the index disagrees with chunk %zu", i);
    return ZNN_OK;
}

static enum znn_status check_index(struct decompression *job, struct index *index, struct znn_error *error)
{
    struct comparison comparison = {.ledger = &job->ledger, .digests = index_has_digests(job->version)};
    struct index_visitor visitor = {.on_chunk = compare_chunk, .context = &comparison};
    if (job->index.kind == RECORD_INDEX && job->index.offset != job->ledger.original_size)
        return znn_fail(error, ZNN_ERROR_CORRUPT, job->position, "the index is for a file of another size");
    enum znn_status status =
        znn_index_read(&job->source, job->version, job->position, job->prefix, &job->index, &visitor, index, error);
    if (!status && comparison.next != job->ledger.count)
        status = znn_fail(error, ZNN_ERROR_CORRUPT, job->position, "the index lists another number of chunks");
    return status;
}

static enum znn_status check_footer(struct decompression *job, struct znn_error *error)
{
    uint8_t bytes[FOOTER_SIZE + 1];
    uint64_t place = job->position + record_size(&job->index);
    struct footer footer;
    uint64_t root[2];
    size_t got = 0;
    enum znn_status status = znn_source_read_exactly(&job->source, place, bytes, FOOTER_SIZE, error);
    if (!status)
        status = znn_footer_parse(bytes, place, &footer, error);
    if (status)
        return status;
    znn_ledger_root(&job->ledger, root);
    if (footer.index_offset != job->position || footer.root[0] != root[0] || footer.root[1] != root[1])
        return znn_fail(error, ZNN_ERROR_CORRUPT, place, "the footer disagrees with the chunks");
    status = znn_source_read(&job->source, place + FOOTER_SIZE, bytes, 1, &got, error);
    if (!status && got > 0)
        status = znn_fail(error, ZNN_ERROR_CORRUPT, place + FOOTER_SIZE, "there are bytes behind the footer");
    return status;
}

/* Checks that a required base is given.  If the output cannot be taken back once written, verifies the base first. */
static enum znn_status check_bases(struct decompression *job, const struct znn_header *header, unsigned threads,
                                   struct znn_error *error)
{
    struct bases *bases = &job->bases;
    memcpy(bases->name, header->base_name, sizeof bases->name);
    enum znn_status status = znn_bases_read(bases, &job->source, &job->position, error);
    if (status || bases->count == 0)
        return status;
    if (!bases->base)
        return znn_bases_fail_missing(bases, error);
    return znn_sink_is_open(&job->sink) ? ZNN_OK : znn_bases_hash(bases, threads, true, error);
}

static enum znn_status decompress(struct decompression *job, unsigned threads, struct znn_report *report,
                                  struct znn_error *error)
{
    struct znn_header header = {0};
    size_t header_size = 0;
    struct index index = {0};
    enum znn_status status = znn_header_read(&job->source, &header, &header_size, error);
    job->position = header_size;
    job->lossy = header.lossy;
    job->version = header.format_version;
    if (!status)
        status = check_bases(job, &header, threads, error);
    job->bases.turns = &job->turns;
    if (!status)
        status = znn_lookback_open(&job->lookback, job->sink.output, job->source.input, !job->in_order,
                                   header.references, error);
    job->leaves = znn_sink_is_open(&job->sink) && !job->lookback.enabled;
    znn_turns_settle_by(&job->turns, settle_record, job);
    if (!status)
        status = znn_turns_run(&job->turns, work, job, error);
    if (!status)
        status = check_index(job, &index, error);
    if (!status)
        status = check_footer(job, error);
    if (!status)
        status = znn_sink_finish(&job->sink, job->ledger.original_size, error);
    if (!status && report)
        *report = (struct znn_report){
            .original_size = job->ledger.original_size,
            .compressed_size = job->position + record_size(&job->index) + FOOTER_SIZE,
            .tensors = index.tensors.entries,
            .format = znn_format_name(index.format),
            .header_error = index.verdict ? znn_verdict_name(index.verdict) : NULL,
            .base_tensors = job->bases.count,
            .lossy = job->lossy,
        };
    return status;
}

enum znn_status znn_run_decompress(struct znn_input *input, struct znn_output *output,
                                   const struct znn_decompress_options *options, struct znn_report *report,
                                   struct znn_error *error)
{
    struct decompression *job = znn_allocate_zeroed(1, sizeof *job);
    if (!job)
        return znn_fail_memory(error, sizeof *job);
    job->progress = options->progress;
    job->progress_context = options->progress_context;
    job->memory_limit = options->memory_limit;
    job->base_memory = options->base ? options->base->memory : 0;
    job->max_output = options->max_output ? options->max_output : UINT64_MAX;
    job->sink.output = output;
    znn_bases_open(&job->bases, options->base, NULL);
    job->lookback.base = options->base;
    znn_mutex_open(&job->large.lock);
    znn_mutex_open(&job->lookback.lock);
    znn_source_open(&job->source, input);
    job->in_order = !znn_source_is_seekable(&job->source);
    enum znn_status status = znn_ledger_open(&job->ledger, error);
    if (!status)
        status = znn_turns_open(&job->turns, znn_threads(options->threads), !input->memory, error);
    if (!status)
        status = znn_budget_workers(&job->turns, job->memory_limit, job->base_memory, BUDGET_DECOMPRESS, error);
    if (!status)
        status = decompress(job, znn_threads(options->threads), report, error);
    znn_turns_close(&job->turns);
    znn_lookback_close(&job->lookback);
    znn_ledger_close(&job->ledger);
    znn_source_close(&job->source);
    znn_bases_close(&job->bases);
    znn_mutex_close(&job->large.lock);
    znn_mutex_close(&job->lookback.lock);
    znn_chunk_decoder_free(job->large.decoder);
    znn_buffer_free(&job->large.buffer);
    znn_release(job);
    return status;
}
