/*
 * chunk_decoder.c - from a record to the bytes of its chunk
 *
 * znn decodes streams to groups, merges groups into parts, and copies the parts to their segments.  Most parts have
 * only one segment, and are merged directly into its place.
 */
#include "engine/chunk/chunk_decoder.h"

#include <string.h>

#include "common/hash.h"
#include "common/memory.h"
#include "container/format.h"
#include "container/part_format.h"
#include "engine/part/part_decoder.h"
#include "platform/far_copy.h"

/* The `place` of a part with several segments. */
#define IN_PIECES UINT32_MAX

struct chunk_decoder {
    struct part_decoder coder;
    struct reference_source references;
    struct allowance *allowance; /* of the file; or NULL */
    struct znn_lossy lossy;
    struct directory directory;
    struct buffer layout;
    struct buffer parts; /* the parts with several segments, one after the other */
    struct buffer data;  /* the chunk */
    uint64_t ahead;      /* the place of the record whose bases were read ahead */
    struct hash hash;    /* of the chunk's bytes */
};

struct chunk_decoder *znn_chunk_decoder_new(void)
{
    struct chunk_decoder *decoder = znn_allocate_zeroed(1, sizeof *decoder);
    if (!decoder)
        return NULL;
    if (!znn_part_decoder_open(&decoder->coder) || !znn_hash_open(&decoder->hash)) {
        znn_chunk_decoder_free(decoder);
        return NULL;
    }
    return decoder;
}

void znn_chunk_decoder_use(struct chunk_decoder *decoder, struct base_source base, struct allowance *allowance)
{
    znn_part_decoder_use(&decoder->coder, base);
    decoder->allowance = allowance;
}

void znn_chunk_decoder_trim_scratch(struct chunk_decoder *decoder)
{
    znn_part_scratch_free(&decoder->coder.own);
}

void znn_chunk_decoder_trim(struct chunk_decoder *decoder)
{
    znn_buffer_free(&decoder->layout);
    znn_buffer_free(&decoder->parts);
    znn_buffer_free(&decoder->data);
}

void znn_chunk_decoder_set_lossy(struct chunk_decoder *decoder, const struct znn_lossy *lossy)
{
    decoder->lossy = *lossy;
}

void znn_chunk_decoder_free(struct chunk_decoder *decoder)
{
    if (!decoder)
        return;
    znn_part_decoder_close(&decoder->coder);
    znn_hash_close(&decoder->hash);
    znn_directory_free(&decoder->directory);
    znn_buffer_free(&decoder->layout);
    znn_buffer_free(&decoder->parts);
    znn_buffer_free(&decoder->data);
    znn_release(decoder);
}

void znn_chunk_decoder_refer(struct chunk_decoder *decoder, struct reference_source source)
{
    decoder->references = source;
}

const struct directory *znn_chunk_decoder_directory(const struct chunk_decoder *decoder)
{
    return &decoder->directory;
}

/* A chunk that is being decoded. */
struct decoding {
    struct chunk_decoder *decoder;
    struct decode_call call;
    const struct record *record;
    uint64_t place;
    struct znn_error *error;
};

static enum znn_status fail_stream(const struct decoding *decoding)
{
    uint64_t start = decoding->record->offset;
    return znn_fail(decoding->error, ZNN_ERROR_CORRUPT, decoding->place,
                    "a stream does not decode, in bytes %llu to %llu of the original", (unsigned long long)start,
                    (unsigned long long)(start + decoding->record->decoded_size));
}

/* The references of a chunk and their targets. */
struct calls {
    struct range ranges[REFERENCES_MAX];
    size_t count;
};

/* Adds a reference, in the order of the sources, so each chunk that holds sources is decoded only once. */
static void add_call(struct calls *calls, const struct part *part, uint8_t *target)
{
    size_t i = calls->count++;
    for (; i > 0 && calls->ranges[i - 1].offset > part->reference.source; i--)
        calls->ranges[i] = calls->ranges[i - 1];
    calls->ranges[i] = (struct range){part->reference.source, part->size, target};
}

static enum znn_status read_references(struct decoding *decoding, const struct calls *calls)
{
    const struct reference_source *source = &decoding->decoder->references;
    if (calls->count == 0)
        return ZNN_OK;
    if (!source->read)
        return znn_fail(decoding->error, ZNN_ERROR_CORRUPT, decoding->place, "a reference stands where none may be");
    return source->read(source->context, &decoding->call.nested, calls->ranges, calls->count, decoding->error);
}

static bool needs(const struct part *part, enum part_needs what)
{
    return znn_part_format(part->transform)->needs == what;
}

/* Decodes a part.  The bytes of references must have been read. */
static enum znn_status decode_part(struct decoding *decoding, const struct part *part, uint8_t *target)
{
    enum znn_status status = znn_part_decode(&decoding->call, part, target, decoding->error);
    return status == ZNN_ERROR_CORRUPT ? fail_stream(decoding) : status;
}

static enum znn_status decode_in_order(struct decoding *decoding, uint8_t *target)
{
    const struct directory *directory = &decoding->decoder->directory;
    struct calls calls;
    uint8_t *place = target;
    calls.count = 0;
    for (size_t i = 0; i < directory->part_count; place += directory->parts[i++].size)
        if (needs(&directory->parts[i], PART_NEEDS_ORIGINAL))
            add_call(&calls, &directory->parts[i], place);
    enum znn_status status = read_references(decoding, &calls);
    for (size_t i = 0; i < directory->part_count && !status; target += directory->parts[i++].size)
        status = decode_part(decoding, &directory->parts[i], target);
    return status;
}

/* Finds the place of each part that is one segment. */
static void find_places(struct directory *directory)
{
    uint32_t start = 0;
    for (size_t i = 0; i < directory->segment_count; i++) {
        const struct segment *segment = &directory->segments[i];
        struct part *part = &directory->parts[segment->part];
        part->place = segment->size == part->size ? start : IN_PIECES;
        start += segment->size;
    }
}

static uint8_t *place_of(const struct part *part, uint8_t *target, uint8_t *room)
{
    return part->place == IN_PIECES ? room : target + part->place;
}

/* Decodes each part that is one segment to its place, and the others, one after the other, to `room`. */
static enum znn_status decode_apart(struct decoding *decoding, uint8_t *room, uint8_t *target)
{
    struct directory *directory = &decoding->decoder->directory;
    struct calls calls;
    uint8_t *rest = room;
    calls.count = 0;
    find_places(directory);
    for (size_t i = 0; i < directory->part_count; i++) {
        const struct part *part = &directory->parts[i];
        if (needs(part, PART_NEEDS_ORIGINAL))
            add_call(&calls, part, place_of(part, target, rest));
        rest += part->place == IN_PIECES ? part->size : 0;
    }
    enum znn_status status = read_references(decoding, &calls);
    for (size_t i = 0; i < directory->part_count && !status; i++) {
        const struct part *part = &directory->parts[i];
        status = decode_part(decoding, part, place_of(part, target, room));
        room += part->place == IN_PIECES ? part->size : 0;
    }
    return status;
}

/* Copies the parts at `room` to their segments. */
static void interleave(struct directory *directory, const uint8_t *room, uint8_t *target)
{
    uint32_t start = 0;
    for (size_t i = 0; i < directory->part_count; i++) {
        struct part *part = &directory->parts[i];
        part->used = start;
        start += part->place == IN_PIECES ? part->size : 0;
    }
    for (size_t i = 0; i < directory->segment_count; i++) {
        const struct segment *segment = &directory->segments[i];
        struct part *part = &directory->parts[segment->part];
        if (part->place == IN_PIECES)
            memcpy(target, room + part->used, segment->size);
        part->used += segment->size;
        target += segment->size;
    }
}

static enum znn_status decode_interleaved(struct decoding *decoding, uint8_t *target)
{
    struct chunk_decoder *decoder = decoding->decoder;
    struct directory *directory = &decoder->directory;
    uint32_t size = decoding->record->decoded_size;
    if (!znn_buffer_reserve(&decoder->layout, directory->layout_size) || !znn_buffer_reserve(&decoder->parts, size))
        return znn_fail_memory(decoding->error, size);
    const uint8_t *layout =
        znn_part_decode_stream(&decoding->call, &directory->layout, directory->layout_size, decoder->layout.data);
    if (!layout)
        return fail_stream(decoding);
    enum znn_status status = znn_layout_parse(directory, layout, decoding->place, decoding->error);
    if (!status)
        status = decode_apart(decoding, decoder->parts.data, target);
    if (!status)
        interleave(directory, decoder->parts.data, target);
    return status;
}

/* Verifies the head of the record, which makes its sizes reliable, and reads the directory. */
static enum znn_status read_head(struct chunk_decoder *decoder, const struct record *record, const uint8_t *bytes,
                                 uint64_t place, struct znn_error *error)
{
    enum znn_status status = znn_record_verify(record, bytes, place, error);
    if (!status && record->kind != RECORD_CHUNK)
        status = znn_fail(error, ZNN_ERROR_CORRUPT, place, "a record is out of place");
    if (!status)
        status = znn_directory_parse(&decoder->directory, record, bytes + RECORD_PREFIX, place, error);
    return status ? status : znn_directory_check_lossy(&decoder->directory, &decoder->lossy, place, error);
}

void znn_chunk_fetch_ahead(struct chunk_decoder *decoder, const struct record *record, const uint8_t *bytes,
                           uint64_t place)
{
    znn_part_ahead_clear(&decoder->coder);
    decoder->ahead = place;
    if (read_head(decoder, record, bytes, place, NULL))
        return; /* decoding reports the error */
    bool good = true;
    for (size_t i = 0; i < decoder->directory.part_count && good; i++)
        if (needs(&decoder->directory.parts[i], PART_NEEDS_BASE))
            good = znn_part_fetch_ahead(&decoder->coder, &decoder->directory.parts[i]);
}

/* Checks whether a base is the reason that a chunk decoded wrongly.  A base may not have been verified. */
static enum znn_status blame_base(struct chunk_decoder *decoder, enum znn_status status, struct znn_error *error)
{
    enum znn_status blamed = ZNN_OK;
    for (size_t i = 0; i < decoder->directory.part_count && !blamed; i++)
        if (needs(&decoder->directory.parts[i], PART_NEEDS_BASE))
            blamed = znn_part_blame(&decoder->coder, &decoder->directory.parts[i], error);
    return blamed ? blamed : status;
}

/* Returns the scratch memory to use, and the allowance that decoding other chunks is charged to. */
static struct nested nested_for(struct chunk_decoder *decoder, const struct nested *nested)
{
    struct nested own = nested ? *nested : (struct nested){.allowance = decoder->allowance};
    if (!own.scratch)
        own.scratch = &decoder->coder.own;
    return own;
}

static enum znn_status decode_payload(struct chunk_decoder *decoder, const struct decode_order *order, uint8_t *target,
                                      struct znn_error *error)
{
    const struct record *record = order->record;
    const uint64_t place = order->place;
    bool in_order = decoder->directory.layout_segments == 0;
    struct decoding decoding = {
        .decoder = decoder,
        .call = {.decoder = &decoder->coder,
                 .payload = order->bytes + RECORD_PREFIX + record->directory_size,
                 .nested = nested_for(decoder, order->nested),
                 .hash = in_order ? &decoder->hash : NULL,
                 .far = order->far && in_order},
        .record = record,
        .place = place,
        .error = error,
    };
    if (decoder->ahead != place)
        znn_part_ahead_clear(&decoder->coder);
    if (!order->nested && decoder->allowance)
        znn_allowance_give(decoder->allowance, record->decoded_size);
    znn_hash_start(&decoder->hash);
    enum znn_status status = in_order ? decode_in_order(&decoding, target) : decode_interleaved(&decoding, target);
    znn_part_ahead_clear(&decoder->coder);
    if (!status && !in_order)
        znn_hash_add(&decoder->hash, target, record->decoded_size);
    if (!status && znn_hash_digest(&decoder->hash) != record->digest)
        status =
            znn_fail(error, ZNN_ERROR_CORRUPT, place, "bytes %llu to %llu of the original do not match their checksum",
                     (unsigned long long)record->offset, (unsigned long long)(record->offset + record->decoded_size));
    if (status == ZNN_ERROR_CORRUPT)
        status = blame_base(decoder, status, error);
    if (status)
        znn_fail_at(error, record->offset, record->decoded_size);
    if (decoding.call.far)
        znn_far_fence();
    return status;
}

enum znn_status znn_chunk_decode(struct chunk_decoder *decoder, const struct decode_order *order, const uint8_t **data,
                                 struct znn_error *error)
{
    enum znn_status status = read_head(decoder, order->record, order->bytes, order->place, error);
    if (!status && !order->target && !znn_buffer_reserve(&decoder->data, order->record->decoded_size))
        status = znn_fail_memory(error, order->record->decoded_size);
    if (status)
        return status;
    *data = order->target ? order->target : decoder->data.data;
    return decode_payload(decoder, order, order->target ? order->target : decoder->data.data, error);
}

enum znn_status znn_chunk_reach(struct chunk_decoder *decoder, const struct record *record, const uint8_t *bytes,
                                uint64_t place, uint64_t *end, struct znn_error *error)
{
    enum znn_status status = read_head(decoder, record, bytes, place, error);
    *end = 0;
    for (size_t i = 0; i < decoder->directory.part_count && !status; i++) {
        const struct part *part = &decoder->directory.parts[i];
        if (needs(part, PART_NEEDS_ORIGINAL) && part->reference.source + part->size > *end)
            *end = part->reference.source + part->size;
    }
    return status;
}
