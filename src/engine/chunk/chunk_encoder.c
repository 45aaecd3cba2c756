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
 * Where numbers are rounded, what a decoder will give is not what was read; the digest is over the former.
 */
#include "engine/chunk/chunk_encoder.h"

#include <stdlib.h>
#include <string.h>

#include "common/bytes.h"
#include "common/hash.h"
#include "container/format.h"
#include "engine/chunk/guess.h"
#include "engine/part/delta_encoder.h"
#include "engine/part/part_encoder.h"

#define NO_PART UINT32_MAX

/* Pieces share a part with their like only: those that are related to a base, to be rounded, both, or neither. */
#define PIECE_KINDS 4

/* Below this size, what parts cost may be more than what they gain; and time matters less than bytes. */
#define SHORT_CHUNK (1u << 16)

/* Where a part comes from. */
struct part_source {
    uint8_t dtype;
    bool rounded;
    uint32_t first; /* the first of its segments */
    uint32_t start; /* and where that is in the chunk */
};

/*
 * What is not working memory is in `coder`: what belongs to the file, and what to the chunk at hand.  All else is
 * written by each call before it is read.
 */
struct chunk_encoder {
    struct part_encoder coder; /* and the payload */
    struct directory directory;
    /* Parts, of each kind of pieces; or NO_PART: */
    uint32_t shared[PIECE_KINDS][DTYPE_COUNT]; /* of the small pieces of a type */
    uint32_t latest[PIECE_KINDS][DTYPE_COUNT]; /* of the last piece of a type that was not small */
    struct part_source *sources;               /* of the parts, PARTS_MAX of them */
    struct guesser guesser;
    struct chunk_plan guess;
    struct buffer gathered; /* a part whose bytes do not lie together */
    struct buffer restored; /* such a part, where it was rounded */
    struct buffer decoded;  /* the chunk, where something was */
    bool decoded_is_there;  /* all of it, but for what is rounded yet */
    const uint8_t *result;  /* the chunk as it will be decoded; NULL: it was only hashed */
    struct hash hash;       /* of the chunk */
    struct buffer layout;
    struct buffer head;
};

struct chunk_encoder *znn_chunk_encoder_new(const struct chunk_coding *coding)
{
    struct chunk_encoder *encoder = calloc(1, sizeof *encoder);
    if (!encoder)
        return NULL;
    encoder->sources = malloc(PARTS_MAX * sizeof *encoder->sources);
    bool opened = znn_part_encoder_open(&encoder->coder, coding, &encoder->guesser.sample);
    if (!znn_hash_open(&encoder->hash) || !opened || !encoder->sources) {
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
    znn_directory_free(&encoder->directory);
    znn_chunk_plan_free(&encoder->guess);
    znn_buffer_free(&encoder->gathered);
    znn_buffer_free(&encoder->restored);
    znn_buffer_free(&encoder->decoded);
    znn_buffer_free(&encoder->layout);
    znn_buffer_free(&encoder->head);
    free(encoder->sources);
    free(encoder);
}

/* What goes on does so until it is as long as a chunk of numbers: larger parts take more memory for no gain. */
static bool part_has_room(const struct chunk_encoder *encoder, uint32_t part, const struct piece *piece)
{
    return encoder->directory.parts[part].size + piece->size <= CHUNK_NUMBERS + CHUNK_SLACK;
}

/*
 * The part that `piece` belongs to, a new one where it shares with none; NO_PART where memory ran out.  If `may_go_on`,
 * a piece that may go on with the last one does.
 */
static uint32_t find_part(struct chunk_encoder *encoder, const struct piece *piece, bool may_go_on)
{
    bool shares = piece->sharing == SHARING_SMALL || piece->dtype == DTYPE_BYTES;
    bool goes_on = piece->sharing == SHARING_GOES_ON || (piece->sharing == SHARING_MAY_GO_ON && may_go_on);
    unsigned kind = (piece->rounded ? 2u : 0) + (piece->related ? 1u : 0);
    uint32_t *known = &(shares ? encoder->shared : encoder->latest)[kind][piece->dtype];
    if (*known != NO_PART && (shares || (goes_on && part_has_room(encoder, *known, piece))))
        return *known;
    struct part *part = znn_directory_add_part(&encoder->directory);
    if (!part)
        return NO_PART;
    if (piece->related && !(part->delta = znn_delta_pool_take(&encoder->directory.deltas)))
        return NO_PART;
    uint32_t number = (uint32_t)(encoder->directory.part_count - 1);
    encoder->sources[number] = (struct part_source){.dtype = piece->dtype, .rounded = piece->rounded};
    *known = number;
    return number;
}

/* Turns the plan's pieces into parts and segments. */
static enum znn_status arrange(struct chunk_encoder *encoder, const struct chunk_plan *plan, bool may_go_on,
                               struct znn_error *error)
{
    struct directory *directory = &encoder->directory;
    znn_directory_clear(directory);
    for (int i = 0; i < DTYPE_COUNT; i++)
        for (int kind = 0; kind < PIECE_KINDS; kind++)
            encoder->shared[kind][i] = encoder->latest[kind][i] = NO_PART;
    uint32_t start = 0;
    for (size_t i = 0; i < plan->count; start += plan->pieces[i++].size) {
        const struct piece *piece = &plan->pieces[i];
        uint32_t part = find_part(encoder, piece, may_go_on);
        if (part == NO_PART)
            return znn_fail_memory(error, sizeof(struct part));
        if (piece->related &&
            !znn_delta_add_range(directory->parts[part].delta, piece->base, piece->base_offset, piece->size))
            return znn_fail_memory(error, sizeof(struct delta_range));
        size_t last = directory->segment_count - 1;
        bool goes_on = directory->segment_count > 0 && directory->segments[last].part == part;
        if (goes_on) {
            directory->segments[last].size += piece->size;
        } else {
            struct segment *segment = znn_directory_add_segment(directory);
            if (!segment)
                return znn_fail_memory(error, sizeof *segment);
            *segment = (struct segment){.part = part, .size = piece->size};
        }
        if (directory->parts[part].size == 0) {
            encoder->sources[part].first = (uint32_t)(directory->segment_count - 1);
            encoder->sources[part].start = start;
        }
        directory->parts[part].size += piece->size;
    }
    return ZNN_OK;
}

/* The bytes of a part: in place where it has one segment only, else copied together.  NULL where memory ran out. */
static const uint8_t *gather(struct chunk_encoder *encoder, uint32_t part, const uint8_t *data)
{
    const struct segment *segment = &encoder->directory.segments[encoder->sources[part].first];
    size_t size = encoder->directory.parts[part].size;
    data += encoder->sources[part].start;
    if (segment->size == size)
        return data;
    encoder->gathered.size = 0;
    if (!znn_buffer_reserve(&encoder->gathered, size))
        return NULL;
    for (; encoder->gathered.size < size; data += segment->size, segment++) {
        if (segment->part != part)
            continue;
        memcpy(encoder->gathered.data + encoder->gathered.size, data, segment->size);
        encoder->gathered.size += segment->size;
    }
    return encoder->gathered.data;
}

/* One segment for each part, in order, need not be written down. */
static bool needs_layout(const struct directory *directory)
{
    for (size_t i = 0; i < directory->segment_count; i++)
        if (directory->segments[i].part != i)
            return true;
    return false;
}

static enum znn_status encode_layout(struct chunk_encoder *encoder, struct znn_error *error)
{
    struct directory *directory = &encoder->directory;
    if (!needs_layout(directory))
        return ZNN_OK;
    encoder->layout.size = 0;
    if (!znn_layout_write(directory, &encoder->layout))
        return znn_fail_memory(error, encoder->layout.size);
    directory->layout_segments = (uint32_t)directory->segment_count;
    directory->layout_size = (uint32_t)encoder->layout.size;
    return znn_part_encode_stream(&encoder->coder, encoder->layout.data, encoder->layout.size, STREAM_BYTES,
                                  &directory->layout, error);
}

/* Copies the bytes of a part, as they will be decoded, to where they are in the chunk. */
static void scatter(struct chunk_encoder *encoder, uint32_t part, const uint8_t *bytes)
{
    const struct segment *segment = &encoder->directory.segments[encoder->sources[part].first];
    uint8_t *target = encoder->decoded.data + encoder->sources[part].start;
    for (size_t left = encoder->directory.parts[part].size; left > 0; target += segment->size, segment++) {
        if (segment->part != part)
            continue;
        memcpy(target, bytes, segment->size);
        bytes += segment->size;
        left -= segment->size;
    }
}

static void note_zeroed(struct chunk_encoder *encoder, const struct zeroed *zeroed)
{
    encoder->coder.call.zeroed.nonzero += zeroed->nonzero;
    encoder->coder.call.zeroed.zeroed += zeroed->zeroed;
}

/*
 * Encodes a part that is the whole chunk, and may be rounded.  What will be decoded is of interest for its digest only.
 */
static enum znn_status encode_all_rounded(struct chunk_encoder *encoder, const uint8_t *bytes, struct znn_error *error)
{
    struct zeroed zeroed = {0};
    const struct part_restored restored = {.hash = &encoder->hash, .zeroed = &zeroed};
    bool done;
    znn_hash_start(&encoder->hash);
    enum znn_status status = znn_part_encode_rounded(&encoder->coder, (enum dtype)encoder->sources[0].dtype, bytes,
                                                     &encoder->directory.parts[0], &restored, &done, error);
    if (!status && done) {
        encoder->result = NULL;
        note_zeroed(encoder, &zeroed);
    }
    return status;
}

/*
 * Encodes a part that may be rounded.  A part whose bytes lie together, as those of most chunks do, is restored right
 * where it belongs.
 */
static enum znn_status encode_rounded(struct chunk_encoder *encoder, const struct chunk_plan *plan, uint32_t i,
                                      const uint8_t *data, const uint8_t *bytes, struct znn_error *error)
{
    struct part *part = &encoder->directory.parts[i];
    bool together = bytes != encoder->gathered.data;
    if (together && part->size == plan->size)
        return encode_all_rounded(encoder, bytes, error);
    if (!znn_buffer_reserve(&encoder->decoded, plan->size) ||
        (!together && !znn_buffer_reserve(&encoder->restored, part->size)))
        return znn_fail_memory(error, plan->size);
    uint8_t *place = together ? encoder->decoded.data + encoder->sources[i].start : encoder->restored.data;
    struct zeroed zeroed = {0};
    const struct part_restored restored = {.bytes = place, .zeroed = &zeroed};
    if (!encoder->decoded_is_there)
        memcpy(encoder->decoded.data, data, plan->size);
    encoder->decoded_is_there = true;
    bool done;
    enum znn_status status = znn_part_encode_rounded(&encoder->coder, (enum dtype)encoder->sources[i].dtype, bytes,
                                                     part, &restored, &done, error);
    if (status)
        return status;
    if (done) {
        encoder->result = encoder->decoded.data;
        note_zeroed(encoder, &zeroed);
    }
    if (done && !together)
        scatter(encoder, i, place);
    if (!done && together)
        memcpy(place, bytes, part->size);
    return ZNN_OK;
}

/* Hashes what comes before a part that lies in the chunk as it is, so that the part can be hashed as it is split. */
static void hash_gap(struct part_encoder *coder, const uint8_t *bytes)
{
    struct part_call *call = &coder->call;
    if (!call->hash || call->hashed >= bytes)
        return;
    znn_hash_add(call->hash, call->hashed, (size_t)(bytes - call->hashed));
    call->hashed = bytes;
}

static enum znn_status encode_parts(struct chunk_encoder *encoder, const struct chunk_plan *plan, const uint8_t *data,
                                    struct znn_error *error)
{
    encoder->coder.payload.size = 0;
    encoder->coder.call.gap.size = 0;
    encoder->coder.call.zeroed = (struct zeroed){0};
    encoder->result = data;
    encoder->decoded_is_there = false;
    enum znn_status status = encode_layout(encoder, error);
    for (uint32_t i = 0; i < encoder->directory.part_count && !status; i++) {
        const uint8_t *bytes = gather(encoder, i, data);
        if (!bytes)
            return znn_fail_memory(error, encoder->directory.parts[i].size);
        if (bytes != encoder->gathered.data)
            hash_gap(&encoder->coder, bytes);
        if (encoder->sources[i].rounded && encoder->coder.coding.lossy.mode == ZNN_FIXED_POINT)
            status = encode_rounded(encoder, plan, i, data, bytes, error);
        else
            status = znn_part_encode(&encoder->coder, (enum dtype)encoder->sources[i].dtype, bytes,
                                     &encoder->directory.parts[i], error);
    }
    return status;
}

/* How much of the record the chunk's own bytes take. */
static size_t encoded_size(struct chunk_encoder *encoder)
{
    encoder->head.size = 0;
    return znn_directory_write(&encoder->directory, &encoder->head) ? encoder->head.size + encoder->coder.payload.size
                                                                    : 0;
}

/*
 * All taking apart has its price: sizes and tables for each part.  A short chunk is therefore also tried as one run of
 * bytes, as is a chunk that all of it has only made larger; the bytes as they are always fit.
 */
static enum znn_status encode_as_bytes(struct chunk_encoder *encoder, const struct chunk_plan *plan,
                                       const uint8_t *data, struct znn_error *error)
{
    const size_t fixed = 6; /* of its directory: one part of one stream, without segments */
    uint8_t number[LEB128_MAX];
    struct stream stream = {0};
    struct buffer *rival = &encoder->gathered;
    size_t size = encoded_size(encoder);
    rival->size = 0;
    if (!znn_buffer_reserve(rival, plan->size) || !znn_buffer_reserve(&encoder->coder.payload, plan->size))
        return znn_fail_memory(error, plan->size);
    const struct stream_wish wish = {STREAM_BYTES, encoder->coder.call.hurries};
    enum znn_status status =
        znn_stream_encode(encoder->coder.streams, data, plan->size, wish, rival->data, &stream, error);
    size_t own_size = fixed + store_leb128(number, plan->size) + store_leb128(number, stream.size) + stream.size;
    if (status || (own_size >= size && encoder->coder.payload.size <= plan->size))
        return status;
    struct directory *directory = &encoder->directory;
    znn_directory_clear(directory);
    struct part *part = znn_directory_add_part(directory);
    if (!part)
        return znn_fail_memory(error, sizeof *part);
    znn_part_set_groups(part, 1);
    part->size = plan->size;
    part->streams[0] = stream;
    encoder->coder.payload.size = stream.size;
    encoder->coder.call.gap.size = 0;
    encoder->coder.call.zeroed = (struct zeroed){0};
    memcpy(encoder->coder.payload.data, stream.kind == STREAM_RAW ? data : rival->data, stream.size);
    encoder->result = data;
    return ZNN_OK;
}

static enum znn_status finish_record(struct chunk_encoder *encoder, const struct chunk_plan *plan, uint64_t digest,
                                     struct encoded_chunk *chunk, struct znn_error *error)
{
    struct buffer *head = &encoder->head;
    head->size = 0;
    if (!znn_buffer_reserve(head, RECORD_PREFIX))
        return znn_fail_memory(error, RECORD_PREFIX);
    head->size = RECORD_PREFIX;
    if (!znn_directory_write(&encoder->directory, head))
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
    chunk->gap = *znn_part_gap(&encoder->coder);
    chunk->zeroed = encoder->coder.call.zeroed;
    return ZNN_OK;
}

/* Encodes the chunk as `plan` has it; the record's own parts are all there then, but for its prefix. */
static enum znn_status encode_plan(struct chunk_encoder *encoder, const struct chunk_plan *plan, bool may_go_on,
                                   const uint8_t *data, struct znn_error *error)
{
    enum znn_status status = arrange(encoder, plan, may_go_on, error);
    if (!status)
        status = encode_parts(encoder, plan, data, error);
    bool plain = plan->count == 1 && plan->pieces[0].dtype == DTYPE_BYTES;
    if (!status && !plain && (plan->size < SHORT_CHUNK || encoder->coder.payload.size > plan->size))
        status = encode_as_bytes(encoder, plan, data, error);
    return status;
}

/*
 * Where opaque bytes look like numbers, tries them as such, with codes of their own for pieces that differ, or, as
 * there may be matches between them, without; and keeps what is smallest.  As bytes, they could only be smaller if
 * something repeats.  What is made last need not be made once more, so the likeliest comes last.
 */
static enum znn_status encode_guess(struct chunk_encoder *encoder, const struct chunk_plan *plan, const uint8_t *data,
                                    struct znn_error *error)
{
    struct guesser *guesser = &encoder->guesser;
    if (!znn_guess_numbers(guesser, plan, data, &encoder->guess))
        return znn_fail_memory(error, sizeof(struct piece));
    if (!guesser->found)
        return encode_plan(encoder, plan, false, data, error);
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
        status = encode_plan(encoder, trials[i].plan, trials[i].may_go_on, data, error);
        if (!status && encoded_size(encoder) <= least) {
            least = encoded_size(encoder);
            best = i;
        }
    }
    if (status || best == TRIALS - 1)
        return status;
    return encode_plan(encoder, trials[best].plan, trials[best].may_go_on, data, error);
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
    struct part_encoder *coder = &encoder->coder;
    const struct part_call call = {
        .hurries = plan->size >= SHORT_CHUNK && !coder->deltas, /* with a base, size matters more than time */
        .hash = coder->coding.lossy.mode == ZNN_LOSSLESS ? &encoder->hash : NULL,
        .hashed = data,
    };
    znn_part_encoder_start(coder, &call);
    znn_hash_start(&encoder->hash);
    enum znn_status status = encode_guess(encoder, plan, data, error);
    if (status)
        return status;
    hash_gap(coder, data + plan->size);
    bool is_hashed = call.hash || !encoder->result;
    uint64_t digest = is_hashed ? znn_hash_digest(&encoder->hash) : znn_hash(encoder->result, plan->size);
    return finish_record(encoder, plan, digest, chunk, error);
}

/* The part of all gaps comes first, if there are any; then there is one for each reference. */
static enum znn_status arrange_references(struct chunk_encoder *encoder, const struct chunk_plan *plan,
                                          struct znn_error *error)
{
    struct directory *directory = &encoder->directory;
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
            part->source = piece->source;
        }
    }
    return ZNN_OK;
}

enum znn_status znn_chunk_encode_references(struct chunk_encoder *encoder, const struct chunk_plan *plan,
                                            const uint8_t *gaps, uint64_t digest, struct encoded_chunk *chunk,
                                            struct znn_error *error)
{
    struct directory *directory = &encoder->directory;
    znn_directory_clear(directory);
    /* There are two streams at most, so there is no hurry. */
    znn_part_encoder_start(&encoder->coder, &(struct part_call){.hurries = false});
    enum znn_status status = arrange_references(encoder, plan, error);
    if (!status)
        status = encode_layout(encoder, error);
    struct part *first = directory->parts;
    if (!status && first->transform != TRANSFORM_REFERENCE)
        status = znn_part_encode_stream(&encoder->coder, gaps, first->size, STREAM_BYTES, &first->streams[0], error);
    return status ? status : finish_record(encoder, plan, digest, chunk, error);
}
