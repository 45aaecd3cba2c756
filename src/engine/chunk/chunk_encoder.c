/*
 * chunk_encoder.c - from the bytes of a chunk to its record
 *
 *     pieces    the plan says what lies where
 *       |         arrange(): which pieces share statistics?
 *     parts     bytes of one kind
 *       |         split into byte groups
 *     groups
 *       |         stream coder: constant, raw, Huffman, full
 *     streams   -> payload; their sizes -> directory
 *
 * If numbers are rounded, the decoded bytes differ from the input.  The digest covers the decoded bytes.
 */
#include "engine/chunk/chunk_encoder.h"

#include <string.h>

#include "common/bytes.h"
#include "common/hash.h"
#include "common/memory.h"
#include "container/format.h"
#include "engine/chunk/chunk_arrangement.h"
#include "engine/chunk/guess.h"
#include "engine/part/groups_encoder.h"
#include "engine/part/part_encoder.h"

/* Below this size, parts may cost more than they gain, and size matters more than time. */
#define SHORT_CHUNK (1u << 16)

/*
 * The settings of the file are in `coder`.  All other members are working memory, which each call writes before it
 * reads it.
 */
struct chunk_encoder {
    struct part_encoder coder; /* includes the payload */
    struct arrangement arranged;
    struct guesser guesser;
    struct chunk_plan guess;
    struct buffer restored; /* a gathered part, as it decodes */
    struct buffer decoded;  /* the chunk, if a part of it is rounded */
    struct hash hash;       /* of the chunk */
    struct buffer layout;
    struct buffer head;
};

/* A chunk that is being encoded. */
struct encoding {
    struct chunk_encoder *encoder;
    struct encode_call call;
    const uint8_t *data;   /* of the chunk */
    const uint8_t *result; /* the decoded chunk; NULL: its bytes were only hashed */
    bool decoded_is_there; /* encoder->decoded holds the chunk; the remaining parts are not rounded yet */
    struct zeroed zeroed;  /* counts the numbers that rounding made zero */
    struct znn_error *error;
};

struct chunk_encoder *znn_chunk_encoder_new(const struct chunk_coding *coding)
{
    struct chunk_encoder *encoder = znn_allocate_zeroed(1, sizeof *encoder);
    if (!encoder)
        return NULL;
    encoder->arranged.sources = znn_allocate(PARTS_MAX * sizeof *encoder->arranged.sources);
    bool opened = znn_part_encoder_open(&encoder->coder, coding, &encoder->guesser.sample);
    if (!znn_hash_open(&encoder->hash) || !opened || !encoder->arranged.sources) {
        znn_chunk_encoder_free(encoder);
        return NULL;
    }
    return encoder;
}

void znn_chunk_encoder_free(struct chunk_encoder *encoder)
{
    if (!encoder)
        return;
    znn_part_encoder_close(&encoder->coder);
    znn_hash_close(&encoder->hash);
    znn_directory_free(&encoder->arranged.directory);
    znn_chunk_plan_free(&encoder->guess);
    znn_buffer_free(&encoder->arranged.gathered);
    znn_buffer_free(&encoder->restored);
    znn_buffer_free(&encoder->decoded);
    znn_buffer_free(&encoder->layout);
    znn_buffer_free(&encoder->head);
    znn_release(encoder->arranged.sources);
    znn_release(encoder);
}

/* The layout is not stored if there is one segment for each part, in order. */
static bool needs_layout(const struct directory *directory)
{
    for (size_t i = 0; i < directory->segment_count; i++)
        if (directory->segments[i].part != i)
            return true;
    return false;
}

static enum znn_status encode_layout(struct encoding *encoding)
{
    struct chunk_encoder *encoder = encoding->encoder;
    struct directory *directory = &encoder->arranged.directory;
    if (!needs_layout(directory))
        return ZNN_OK;
    encoder->layout.size = 0;
    if (!znn_layout_write(directory, &encoder->layout))
        return znn_fail_memory(encoding->error, encoder->layout.size);
    directory->layout_segments = (uint32_t)directory->segment_count;
    directory->layout_size = (uint32_t)encoder->layout.size;
    return znn_part_encode_stream(&encoding->call, encoder->layout.data, encoder->layout.size, STREAM_BYTES,
                                  &directory->layout, encoding->error);
}

static void note_zeroed(struct encoding *encoding, const struct zeroed *zeroed)
{
    encoding->zeroed.nonzero += zeroed->nonzero;
    encoding->zeroed.zeroed += zeroed->zeroed;
}

/*
 * Encodes a part that is the whole chunk and may be rounded.  Only the digest needs the decoded bytes.
 */
static enum znn_status encode_all_rounded(struct encoding *encoding, const struct part_input *input)
{
    struct chunk_encoder *encoder = encoding->encoder;
    struct zeroed zeroed = {0};
    const struct part_restored restored = {.hash = &encoder->hash, .zeroed = &zeroed};
    bool done;
    znn_hash_start(&encoder->hash);
    enum znn_status status = znn_part_encode_rounded(&encoding->call, input, &encoder->arranged.directory.parts[0],
                                                     &restored, &done, encoding->error);
    if (!status && done) {
        encoding->result = NULL;
        note_zeroed(encoding, &zeroed);
    }
    return status;
}

/*
 * Encodes part `i` of the chunk, which has `size` bytes.  The part may be rounded.  If its bytes lie together, as in
 * most chunks, they are restored directly to their place.
 */
static enum znn_status encode_rounded(struct encoding *encoding, uint32_t size, uint32_t i,
                                      const struct part_input *input)
{
    struct chunk_encoder *encoder = encoding->encoder;
    struct part *part = &encoder->arranged.directory.parts[i];
    bool together = input->data != encoder->arranged.gathered.data;
    if (together && part->size == size)
        return encode_all_rounded(encoding, input);
    if (!znn_buffer_reserve(&encoder->decoded, size) ||
        (!together && !znn_buffer_reserve(&encoder->restored, part->size)))
        return znn_fail_memory(encoding->error, size);
    uint8_t *place = together ? encoder->decoded.data + encoder->arranged.sources[i].start : encoder->restored.data;
    struct zeroed zeroed = {0};
    const struct part_restored restored = {.bytes = place, .zeroed = &zeroed};
    if (!encoding->decoded_is_there)
        memcpy(encoder->decoded.data, encoding->data, size);
    encoding->decoded_is_there = true;
    bool done;
    enum znn_status status = znn_part_encode_rounded(&encoding->call, input, part, &restored, &done, encoding->error);
    if (status)
        return status;
    if (done) {
        encoding->result = encoder->decoded.data;
        note_zeroed(encoding, &zeroed);
    }
    if (done && !together)
        znn_arranged_restore(&encoder->arranged, i, place, encoder->decoded.data);
    if (!done && together)
        memcpy(place, input->data, part->size);
    return ZNN_OK;
}

/* Hashes the bytes before a part whose bytes lie together, so the part can be hashed while it is split. */
static void hash_gap(struct encode_call *call, const uint8_t *bytes)
{
    if (!call->hash || call->hashed >= bytes)
        return;
    znn_hash_add(call->hash, call->hashed, (size_t)(bytes - call->hashed));
    call->hashed = bytes;
}

/* Discards the results of an earlier attempt at the same chunk. */
static void start_anew(struct encoding *encoding)
{
    znn_payload_clear(&encoding->call);
    encoding->zeroed = (struct zeroed){0};
    encoding->result = encoding->data;
    encoding->decoded_is_there = false;
}

static enum znn_status encode_parts(struct encoding *encoding, uint32_t size)
{
    struct chunk_encoder *encoder = encoding->encoder;
    start_anew(encoding);
    enum znn_status status = encode_layout(encoding);
    for (uint32_t i = 0; i < encoder->arranged.directory.part_count && !status; i++) {
        const struct part_source *source = &encoder->arranged.sources[i];
        struct part *part = &encoder->arranged.directory.parts[i];
        const struct part_input input = {.data = znn_arranged_bytes(&encoder->arranged, i, encoding->data),
                                         .type = (enum dtype)source->dtype,
                                         .delta = source->delta,
                                         .scales = source->scales,
                                         .place = source->place};
        if (!input.data)
            return znn_fail_memory(encoding->error, part->size);
        if (input.data != encoder->arranged.gathered.data)
            hash_gap(&encoding->call, input.data);
        if (source->rounded && encoder->coder.coding.lossy.mode == ZNN_FIXED_POINT)
            status = encode_rounded(encoding, size, i, &input);
        else
            status = znn_part_encode(&encoding->call, &input, part, encoding->error);
    }
    return status;
}

/* Returns the size of directory and payload, or 0 if memory runs out. */
static size_t encoded_size(struct chunk_encoder *encoder)
{
    encoder->head.size = 0;
    return znn_directory_write(&encoder->arranged.directory, &encoder->head)
               ? encoder->head.size + encoder->coder.payload.size
               : 0;
}

/*
 * Each part costs sizes and tables.  So znn also tries to encode a short chunk as one run of bytes, and likewise a
 * chunk that has become larger.  Unencoded bytes always fit.
 */
static enum znn_status encode_as_bytes(struct encoding *encoding, const struct chunk_plan *plan)
{
    struct chunk_encoder *encoder = encoding->encoder;
    const uint8_t *data = encoding->data;
    struct znn_error *error = encoding->error;
    const size_t fixed = 6; /* bytes of a directory with one part, one stream and no segments */
    uint8_t number[LEB128_MAX];
    struct stream stream = {0};
    struct buffer *rival = &encoder->arranged.gathered;
    size_t size = encoded_size(encoder);
    rival->size = 0;
    if (!znn_buffer_reserve(rival, plan->size) || !znn_buffer_reserve(&encoder->coder.payload, plan->size))
        return znn_fail_memory(error, plan->size);
    const struct stream_wish wish = {STREAM_BYTES, encoding->call.hurries};
    enum znn_status status =
        znn_stream_encode(encoder->coder.streams, data, plan->size, wish, rival->data, &stream, error);
    size_t own_size = fixed + store_leb128(number, plan->size) + store_leb128(number, stream.size) + stream.size;
    if (status || (own_size >= size && encoder->coder.payload.size <= plan->size))
        return status;
    struct directory *directory = &encoder->arranged.directory;
    znn_directory_clear(directory);
    struct part *part = znn_directory_add_part(directory);
    if (!part)
        return znn_fail_memory(error, sizeof *part);
    znn_part_set_groups(part, 1);
    part->size = plan->size;
    part->streams[0] = stream;
    start_anew(encoding);
    encoder->coder.payload.size = stream.size;
    memcpy(encoder->coder.payload.data, stream.kind == STREAM_RAW ? data : rival->data, stream.size);
    return ZNN_OK;
}

static enum znn_status finish_record(struct encoding *encoding, const struct chunk_plan *plan, uint64_t digest,
                                     struct encoded_chunk *chunk)
{
    struct chunk_encoder *encoder = encoding->encoder;
    struct znn_error *error = encoding->error;
    struct buffer *head = &encoder->head;
    head->size = 0;
    if (!znn_buffer_reserve(head, RECORD_PREFIX))
        return znn_fail_memory(error, RECORD_PREFIX);
    head->size = RECORD_PREFIX;
    if (!znn_directory_write(&encoder->arranged.directory, head))
        return znn_fail_memory(error, head->size);
    chunk->record = (struct record){
        .kind = RECORD_CHUNK,
        .decoded_size = plan->size,
        .offset = plan->offset,
        .directory_size = (uint32_t)(head->size - RECORD_PREFIX),
        .payload_size = (uint32_t)encoder->coder.payload.size,
        .digest = digest,
    };
    znn_record_write(&chunk->record, head->data);
    chunk->head = head->data;
    chunk->head_size = head->size;
    chunk->payload = encoder->coder.payload.data;
    chunk->gap = *znn_payload_gap(&encoding->call);
    chunk->zeroed = encoding->zeroed;
    return ZNN_OK;
}

/* Returns true if most bytes that have a partner are in rare pieces.  A few of these are better off with their
 * neighbours. */
static bool is_rare(const struct chunk_plan *plan)
{
    uint64_t related = 0, rare = 0;
    for (size_t i = 0; i < plan->count; i++) {
        const struct piece *piece = &plan->pieces[i];
        related += piece->related ? piece->size : 0;
        rare += piece->rare ? piece->size : 0;
    }
    return 2 * rare > related;
}

/* Arranges and encodes the pieces.  If joining rare pieces was in vain, encodes them apart. */
static enum znn_status encode_pieces(struct encoding *encoding, const struct chunk_plan *plan, bool may_go_on)
{
    struct chunk_encoder *encoder = encoding->encoder;
    struct sharing_guess guess = {.may_go_on = may_go_on, .rare = is_rare(plan)};
    enum znn_status status = znn_arrange(&encoder->arranged, plan, guess, encoding->error);
    if (!status)
        status = encode_parts(encoding, plan->size);
    if (status || !znn_arranged_in_vain(&encoder->arranged))
        return status;
    guess.rare = false;
    status = znn_arrange(&encoder->arranged, plan, guess, encoding->error);
    return status ? status : encode_parts(encoding, plan->size);
}

/* Encodes the chunk according to `plan`: fills the directory and the payload, but not yet the prefix. */
static enum znn_status encode_plan(struct encoding *encoding, const struct chunk_plan *plan, bool may_go_on)
{
    struct chunk_encoder *encoder = encoding->encoder;
    enum znn_status status = encode_pieces(encoding, plan, may_go_on);
    bool plain = plan->count == 1 && plan->pieces[0].dtype == DTYPE_BYTES;
    if (!status && !plain && (plan->size < SHORT_CHUNK || encoder->coder.payload.size > plan->size))
        status = encode_as_bytes(encoding, plan);
    return status;
}

/*
 * If opaque bytes look like numbers, tries to encode them as numbers and keeps the smallest result.  Pieces that differ
 * get codes of their own in one trial.  In another trial they share codes, because there may be matches between them.
 * Plain bytes can only be smaller if something repeats.  The last trial need not be repeated if it wins, so the
 * likeliest winner comes last.
 */
static enum znn_status encode_guess(struct encoding *encoding, const struct chunk_plan *plan)
{
    struct chunk_encoder *encoder = encoding->encoder;
    const uint8_t *data = encoding->data;
    struct guesser *guesser = &encoder->guesser;
    if (!znn_guess_numbers(guesser, plan, data, &encoder->guess))
        return znn_fail_memory(encoding->error, sizeof(struct piece));
    if (!guesser->found)
        return encode_plan(encoding, plan, false);
    const struct {
        const struct chunk_plan *plan;
        bool may_go_on;
        bool pays;
    } trials[] = {
        {plan, false, znn_stream_may_repeat(data, plan->size)},
        {&encoder->guess, true, guesser->may_go_on},
        {&encoder->guess, false, true},
    };
    enum { TRIALS = sizeof trials / sizeof *trials };
    unsigned best = 0;
    size_t least = SIZE_MAX;
    enum znn_status status = ZNN_OK;
    for (unsigned i = 0; i < TRIALS && !status; i++) {
        if (!trials[i].pays)
            continue;
        status = encode_plan(encoding, trials[i].plan, trials[i].may_go_on);
        if (!status && encoded_size(encoder) <= least) {
            least = encoded_size(encoder);
            best = i;
        }
    }
    if (status || best == TRIALS - 1)
        return status;
    return encode_plan(encoding, trials[best].plan, trials[best].may_go_on);
}

unsigned znn_chunk_pieces(const struct encoded_chunk *chunk, struct chunk_piece pieces[CHUNK_PIECES_MAX])
{
    const struct payload_gap *gap = &chunk->gap;
    size_t end = gap->at + gap->size;
    pieces[0] = (struct chunk_piece){chunk->head, chunk->head_size};
    if (gap->size == 0) {
        pieces[1] = (struct chunk_piece){chunk->payload, chunk->record.payload_size};
        return 2;
    }
    pieces[1] = (struct chunk_piece){chunk->payload, gap->at};
    pieces[2] = (struct chunk_piece){gap->data, gap->size};
    pieces[3] = (struct chunk_piece){chunk->payload + end, chunk->record.payload_size - end};
    return 4;
}

enum znn_status znn_chunk_encode(struct chunk_encoder *encoder, const struct chunk_plan *plan, const uint8_t *data,
                                 struct encoded_chunk *chunk, struct znn_error *error)
{
    const struct chunk_coding *coding = &encoder->coder.coding;
    struct encoding encoding = {.encoder = encoder, .data = data, .error = error};
    struct encode_call *call = &encoding.call;
    *call = (struct encode_call){
        .encoder = &encoder->coder,
        .hurries = plan->size >= SHORT_CHUNK && !encoder->coder.deltas, /* with a base, size matters more than time */
        .hash = coding->lossy.mode == ZNN_LOSSLESS ? &encoder->hash : NULL,
        .hashed = data,
    };
    znn_hash_start(&encoder->hash);
    enum znn_status status = encode_guess(&encoding, plan);
    if (status)
        return status;
    hash_gap(call, data + plan->size);
    bool is_hashed = call->hash || !encoding.result;
    uint64_t digest = is_hashed ? znn_hash_digest(&encoder->hash) : znn_hash(encoding.result, plan->size);
    return finish_record(&encoding, plan, digest, chunk);
}

/* Makes one part of all gaps, if there are any, and then one part for each reference. */
static enum znn_status arrange_references(struct chunk_encoder *encoder, const struct chunk_plan *plan,
                                          struct znn_error *error)
{
    struct directory *directory = &encoder->arranged.directory;
    bool has_gaps = false;
    for (size_t i = 0; i < plan->count; i++)
        has_gaps = has_gaps || !plan->pieces[i].is_reference;
    if (has_gaps) {
        if (!znn_directory_add_part(directory))
            return znn_fail_memory(error, sizeof(struct part));
        znn_part_set_groups(&directory->parts[0], 1);
    }
    for (size_t i = 0; i < plan->count; i++) {
        const struct piece *piece = &plan->pieces[i];
        struct segment *segment = znn_directory_add_segment(directory);
        struct part *part = piece->is_reference ? znn_directory_add_part(directory) : directory->parts;
        if (!segment || !part)
            return znn_fail_memory(error, sizeof *part);
        part->size += piece->size;
        *segment = (struct segment){.part = (uint32_t)(part - directory->parts), .size = piece->size};
        if (piece->is_reference) {
            part->transform = TRANSFORM_REFERENCE;
            part->width = 1;
            part->reference.source = piece->source;
        }
    }
    return ZNN_OK;
}

enum znn_status znn_chunk_encode_references(struct chunk_encoder *encoder, const struct chunk_plan *plan,
                                            const uint8_t *gaps, uint64_t digest, struct encoded_chunk *chunk,
                                            struct znn_error *error)
{
    struct directory *directory = &encoder->arranged.directory;
    /* .hurries is false because there are at most two streams. */
    struct encoding encoding = {.encoder = encoder, .call = {.encoder = &encoder->coder}, .error = error};
    znn_directory_clear(directory);
    znn_payload_clear(&encoding.call);
    enum znn_status status = arrange_references(encoder, plan, error);
    if (!status)
        status = encode_layout(&encoding);
    struct part *first = directory->parts;
    if (!status && first->transform != TRANSFORM_REFERENCE)
        status = znn_part_encode_stream(&encoding.call, gaps, first->size, STREAM_BYTES, &first->streams[0], error);
    return status ? status : finish_record(&encoding, plan, digest, chunk);
}
