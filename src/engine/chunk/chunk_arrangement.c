/*
 * chunk_arrangement.c - which pieces of a chunk share a part
 */
#include "engine/chunk/chunk_arrangement.h"

#include <string.h>

#include "container/part_delta.h"

#define NO_PART UINT32_MAX

/* Limits a part to the length of a chunk of numbers, because longer parts take more memory and gain nothing. */
static bool part_has_room(const struct arrangement *arrangement, uint32_t part, const struct piece *piece)
{
    return arrangement->directory.parts[part].size + piece->size <= CHUNK_NUMBERS + CHUNK_SLACK;
}

/*
 * Returns the part that `piece` belongs to, or a new part if the piece shares with none.  Returns NO_PART if memory
 * runs out.  If `may_go_on` is true, a SHARING_MAY_GO_ON piece shares the last part of its type.
 */
static uint32_t find_part(struct arrangement *arrangement, const struct piece *piece, bool may_go_on)
{
    bool shares = piece->sharing == SHARING_SMALL || piece->dtype == DTYPE_BYTES;
    bool goes_on = piece->sharing == SHARING_GOES_ON || (piece->sharing == SHARING_MAY_GO_ON && may_go_on);
    unsigned kind = (piece->rounded ? PARTNER_KINDS : 0) + (piece->related ? 1u + piece->base_dtype : 0);
    uint32_t *known = &(shares ? arrangement->shared : arrangement->latest)[kind][piece->dtype];
    if (*known != NO_PART && (shares || (goes_on && part_has_room(arrangement, *known, piece))))
        return *known;
    struct part *part = znn_directory_add_part(&arrangement->directory);
    if (!part)
        return NO_PART;
    struct delta *delta = piece->related ? znn_delta_pool_take(&arrangement->directory.deltas) : NULL;
    if (piece->related && !delta)
        return NO_PART;
    if (delta && piece->base_dtype != DTYPE_BYTES)
        delta->conversion = (struct delta_conversion){.from = piece->base_dtype, .to = piece->dtype};
    uint32_t number = (uint32_t)(arrangement->directory.part_count - 1);
    arrangement->sources[number] =
        (struct part_source){.dtype = piece->dtype, .rounded = piece->rounded, .delta = delta};
    *known = number;
    return number;
}

enum znn_status znn_arrange(struct arrangement *arrangement, const struct chunk_plan *plan, bool may_go_on,
                            struct znn_error *error)
{
    struct directory *directory = &arrangement->directory;
    znn_directory_clear(directory);
    for (int i = 0; i < DTYPE_COUNT; i++)
        for (int kind = 0; kind < PIECE_KINDS; kind++)
            arrangement->shared[kind][i] = arrangement->latest[kind][i] = NO_PART;
    uint32_t start = 0;
    for (size_t i = 0; i < plan->count; start += plan->pieces[i++].size) {
        const struct piece *piece = &plan->pieces[i];
        uint32_t part = find_part(arrangement, piece, may_go_on);
        if (part == NO_PART)
            return znn_fail_memory(error, sizeof(struct part));
        uint32_t partner = (uint32_t)znn_partner_size(piece->size, piece->dtype, piece->base_dtype);
        if (piece->related && !znn_delta_add_range(arrangement->sources[part].delta, piece->base, piece->base_offset,
                                                   partner, piece->order))
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
            arrangement->sources[part].first = (uint32_t)(directory->segment_count - 1);
            arrangement->sources[part].start = start;
        }
        directory->parts[part].size += piece->size;
    }
    return ZNN_OK;
}

const uint8_t *znn_arranged_bytes(struct arrangement *arrangement, uint32_t part, const uint8_t *data)
{
    const struct segment *segment = &arrangement->directory.segments[arrangement->sources[part].first];
    size_t size = arrangement->directory.parts[part].size;
    data += arrangement->sources[part].start;
    if (segment->size == size)
        return data;
    arrangement->gathered.size = 0;
    if (!znn_buffer_reserve(&arrangement->gathered, size))
        return NULL;
    for (; arrangement->gathered.size < size; data += segment->size, segment++) {
        if (segment->part != part)
            continue;
        memcpy(arrangement->gathered.data + arrangement->gathered.size, data, segment->size);
        arrangement->gathered.size += segment->size;
    }
    return arrangement->gathered.data;
}

void znn_arranged_restore(const struct arrangement *arrangement, uint32_t part, const uint8_t *bytes, uint8_t *chunk)
{
    const struct segment *segment = &arrangement->directory.segments[arrangement->sources[part].first];
    uint8_t *target = chunk + arrangement->sources[part].start;
    for (size_t left = arrangement->directory.parts[part].size; left > 0; target += segment->size, segment++) {
        if (segment->part != part)
            continue;
        memcpy(target, bytes, segment->size);
        bytes += segment->size;
        left -= segment->size;
    }
}
