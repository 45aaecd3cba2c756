/*
 * recode.c - compresses the original of a .znn file again, and compares the result with the original
 */
#include "cli/transfer/recode.h"

#include "cli/say/message.h"

#include <string.h>

/* Bytes that are compared at a time. */
#define PIECE ((size_t)1 << 16)

/* The decoder that the compressor reads from gets this part of the memory, as a fraction. */
#define DECODER_SHARE 4

/* ---------------------------------------------------------------------------------------------------------------- */
/* Which tensors are rounded?                                                                                       */
/* ---------------------------------------------------------------------------------------------------------------- */

/* The old file's tensors and their costs.  The compressor asks in the same order, so the search goes on from the last
 * tensor. */
struct rounded {
    struct znn_analysis *analysis; /* NULL: nothing is rounded */
    size_t next;
};

static bool is_same_tensor(const struct znn_tensor *a, const struct znn_tensor *b)
{
    return a->offset == b->offset && a->size == b->size && a->name_size == b->name_size &&
           memcmp(a->name, b->name, a->name_size) == 0;
}

/* Rounding a number twice changes nothing. */
static enum znn_choice choose(void *context, const struct znn_tensor *tensor)
{
    struct rounded *rounded = context;
    size_t count = znn_analysis_tensor_count(rounded->analysis);
    for (size_t i = 0; i < count; i++) {
        struct znn_tensor known = ZNN_INIT(struct znn_tensor);
        struct znn_cost cost = ZNN_INIT(struct znn_cost);
        size_t at = (rounded->next + i) % count;
        znn_analysis_tensor(rounded->analysis, at, &known, &cost);
        if (!is_same_tensor(&known, tensor))
            continue;
        rounded->next = at + 1;
        return cost.rounded_bytes > 0 ? ZNN_CHOICE_ROUND : ZNN_CHOICE_KEEP;
    }
    return ZNN_CHOICE_KEEP;
}

static enum znn_status find_rounded(const struct recode *recode, struct rounded *rounded, struct znn_error *error)
{
    const struct decoded *from = recode->from;
    *rounded = (struct rounded){.analysis = NULL};
    if (!recode->keeps_rounding || from->header.lossy.mode == ZNN_LOSSLESS)
        return ZNN_OK;
    struct znn_input input = znn_input_file_stream(from->file);
    struct znn_compress_options compress = {.struct_size = sizeof compress,
                                            .memory_limit = recode->settings->limits.memory_limit};
    const struct znn_analysis_options options = {.struct_size = sizeof options, .compress = &compress};
    return znn_analyze(&input, &options, &rounded->analysis, error);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Compressing                                                                                                      */
/* ---------------------------------------------------------------------------------------------------------------- */

static enum znn_status call_compress(const struct recode *recode, struct rounded *rounded, struct znn_output *output,
                                     struct znn_report *report, struct znn_error *error)
{
    const struct settings *settings = recode->settings;
    const struct znn_header *header = &recode->from->header;
    struct znn_input input = znn_decoded_input(recode->from);
    struct znn_compress_options options = {
        .struct_size = sizeof(struct znn_compress_options),
        .level = settings->level,
        .threads = settings->limits.threads,
        .extension = header->extension,
        .dedup = header->references ? 0 : -1,
        .progress = znn_progress_tick,
        .progress_context = recode->progress,
        .base = znn_base_chain_base(recode->chain),
        .base_name = recode->base_name,
        .memory_limit = settings->limits.memory_limit - settings->limits.memory_limit / DECODER_SHARE,
    };
    if (rounded->analysis) {
        options.lossy = header->lossy;
        options.choose = choose;
        options.choose_context = rounded;
    }
    return znn_compress(&input, output, &options, report, error);
}

/* Reports a failure.  Reading, writing or the library may be the reason. */
static enum recoded fail(const struct recode *recode, const struct output_file *output, const struct znn_error *error)
{
    int write_error = atomic_load(&output->stream.write_error);
    if (znn_decoded_has_failed(recode->from))
        znn_decoded_say(recode->from);
    else if (write_error)
        znn_say_system_error(output->name, "write", write_error, "");
    else
        znn_base_chain_say(recode->chain, recode->from->file, error);
    return RECODED_NOT;
}

static enum recoded compress(struct recode *recode, struct output_file *output, struct znn_report *report)
{
    struct znn_output library_output = znn_output_stream_for_library(&output->stream);
    struct znn_error error = {.struct_size = sizeof(struct znn_error), .offset = UINT64_MAX};
    struct rounded rounded;
    recode->status = find_rounded(recode, &rounded, &error);
    if (!recode->status)
        recode->status = call_compress(recode, &rounded, &library_output, report, &error);
    znn_analysis_free(rounded.analysis);
    return recode->status ? fail(recode, output, &error) : RECODED;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Comparing                                                                                                        */
/* ---------------------------------------------------------------------------------------------------------------- */

/* An output that compares what it gets with an input. */
struct comparison {
    struct znn_input input;
    uint64_t offset;
    bool differs;
    uint8_t piece[PIECE];
};

/* Returns what the input's callback returned if that is no number of bytes. */
static ptrdiff_t compare_piece(struct comparison *comparison, const uint8_t *data, size_t size)
{
    for (size_t done = 0; done < size;) {
        ptrdiff_t got = comparison->input.read_at(comparison->input.context, comparison->piece, size - done,
                                                  comparison->offset + done);
        if (got <= 0 && got != ZNN_CALLBACK_END)
            return got;
        if (got == ZNN_CALLBACK_END || memcmp(comparison->piece, data + done, (size_t)got) != 0) {
            comparison->differs = true;
            return ZNN_CALLBACK_FAILED;
        }
        done += (size_t)got;
    }
    comparison->offset += size;
    return (ptrdiff_t)size;
}

static ptrdiff_t compare(void *context, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    for (size_t done = 0; done < size;) {
        size_t piece = size - done < PIECE ? size - done : PIECE;
        ptrdiff_t code = compare_piece(context, bytes + done, piece);
        if (code < 0)
            return code;
        done += piece;
    }
    return (ptrdiff_t)size;
}

/* The new file is read back from the system, as a later run reads it. */
static enum recoded verify(struct recode *recode, struct output_file *output)
{
    const struct settings *settings = recode->settings;
    struct comparison comparison = {.input = znn_decoded_input(recode->from)};
    struct znn_input input = znn_input_fd(output->fd);
    struct znn_output library_output = {.context = &comparison, .write = compare};
    const struct znn_decompress_options options = {
        .struct_size = sizeof options,
        .threads = settings->limits.threads,
        .progress = znn_progress_tick,
        .progress_context = recode->progress,
        .base = znn_base_chain_base(recode->chain),
        .memory_limit = settings->limits.memory_limit - settings->limits.memory_limit / DECODER_SHARE,
    };
    struct znn_error error = {.struct_size = sizeof(struct znn_error), .offset = UINT64_MAX};
    recode->status = znn_decompress(&input, &library_output, &options, NULL, &error);
    if (comparison.differs || (!recode->status && comparison.offset != comparison.input.size))
        return RECODED_OTHERWISE;
    return recode->status ? fail(recode, output, &error) : RECODED;
}

enum recoded znn_recode(struct recode *recode, struct output_file *output, struct znn_report *report)
{
    enum recoded result = compress(recode, output, report);
    if (result != RECODED)
        return result;
    znn_progress_next_pass(recode->progress);
    return verify(recode, output);
}
