/*
 * chunk_arrangement.c - which pieces of a chunk share a part
 */
#include "engine/chunk/chunk_arrangement.h"

#include <string.h>

#include "container/format.h"
#include "container/part_delta.h"

#define NO_PART UINT32_MAX

/* Returns the number of the first element of a piece with scales in its tensor. */
static uint64_t place_of(const struct piece *piece)
{
    return piece->base_offset / znn_float_width(piece->base_dtype);
}

/* Limits a part to the length of a chunk of numbers, because longer parts take more memory and gain nothing. */
static bool part_has_room(const struct arrangement *arrangement, uint32_t part, const struct piece *piece)
{
    return arrangement->directory.parts[part].size + piece->size <= CHUNK_NUMBERS + CHUNK_SLACK;
}

/* Returns the place of the part that `piece` may share.  Sets *shares to whether it does so if there is one. */
static uint32_t *known_part(struct arrangement *arrangement, const struct piece *piece, struct sharing_guess guess,
                            bool *shares)
{
    bool is_small = piece->sharing == SHARING_SMALL || piece->dtype == DTYPE_BYTES;
    bool goes_on = piece->sharing == SHARING_GOES_ON || (piece->sharing == SHARING_MAY_GO_ON && guess.may_go_on);
    unsigned kind = (piece->rounded ? PARTNER_KINDS : 0) + (piece->related ? 1u + piece->base_dtype : 0);
    bool is_rare = piece->rare && guess.rare;
    uint32_t *known = is_rare ? &arrangement->rare[piece->dtype]
                              : &(is_small ? arrangement->shared : arrangement->latest)[kind][piece->dtype];
    *shares = *known != NO_PART && (is_rare || is_small || (goes_on && part_has_room(arrangement, *known, piece)));
    return known;
}

/*
 * Returns the part that `piece` belongs to, or a new part if the piece shares with none.  Returns NO_PART if memory
 * runs out.
 */
static uint32_t find_part(struct arrangement *arrangement, const struct piece *piece, struct sharing_guess guess)
{
    bool shares;
    uint32_t *known = known_part(arrangement, piece, guess, &shares);
    if (shares && !piece->scales) {
        arrangement->sources[*known].joins = piece->rare && guess.rare;
        return *known;
    }
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
    if (!piece->scales) {
        *known = number;
        return number;
    }
    arrangement->sources[number].scales = piece->scales;
    arrangement->sources[number].place = place_of(piece);
    return number;
}

static void clear(struct arrangement *arrangement)
{
    znn_directory_clear(&arrangement->directory);
    for (int i = 0; i < DTYPE_COUNT; i++) {
        arrangement->rare[i] = NO_PART;
        for (int kind = 0; kind < PIECE_KINDS; kind++)
            arrangement->shared[kind][i] = arrangement->latest[kind][i] = NO_PART;
    }
}

/* Returns the piece, without its partner if it would need more scales than it has elements. */
static struct piece limit_scales(const struct piece *piece)
{
    struct piece limited = *piece;
    if (!piece->scales)
        return limited;
    uint64_t first;
    struct scale_grid grid = scale_grid_at(piece->scales, place_of(piece), &first);
    if (znn_scale_count(&grid, piece->size) > piece->size) {
        limited.scales = NULL;
        limited.related = 0;
        limited.base_dtype = DTYPE_BYTES;
    }
    return limited;
}

enum znn_status znn_arrange(struct arrangement *arrangement, const struct chunk_plan *plan, struct sharing_guess guess,
                            struct znn_error *error)
{
    struct directory *directory = &arrangement->directory;
    clear(arrangement);
    uint32_t start = 0;
    for (size_t i = 0; i < plan->count; start += plan->pieces[i++].size) {
        const struct piece limited = limit_scales(&plan->pieces[i]), *piece = &limited;
        uint32_t part = find_part(arrangement, piece, guess);
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

bool znn_arranged_in_vain(const struct arrangement *arrangement)
{
    for (size_t i = 0; i < arrangement->directory.part_count; i++) {
        const struct part *part = &arrangement->directory.parts[i];
        if (arrangement->sources[i].joins && (part->transform != TRANSFORM_DELTA || !znn_delta_is_sparse(part->delta)))
            return true;
    }
    return false;
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
