/*
 * dedup_stream.c - finds chunks of a stream that repeat earlier ones
 */
#include "engine/run/dedup_stream.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "common/memory.h"
#include "platform/random.h"

#define FIRST_SLOTS 64

enum znn_status znn_dedup_open(struct dedup_stream *dedup, struct znn_error *error)
{
    dedup->digest = XXH3_createState();
    dedup->slots = znn_allocate_zeroed(FIRST_SLOTS, sizeof *dedup->slots);
    dedup->slot_count = FIRST_SLOTS;
    if (!dedup->digest || !dedup->slots)
        return znn_fail_memory(error, SIZE_NOT_KNOWN);
    if (!znn_random_bytes(dedup->secret, sizeof dedup->secret))
        return znn_fail_system(error, errno, ZNN_NO_OFFSET, "no random bytes from " RANDOM_BYTES_SOURCE);
    return ZNN_OK;
}

void znn_dedup_close(struct dedup_stream *dedup)
{
    XXH3_freeState(dedup->digest);
    znn_release(dedup->slots);
    znn_chunk_plan_free(&dedup->run);
    znn_raw_chunk_free(&dedup->ahead);
}

static struct dedup_slot *find(const struct dedup_stream *dedup, const uint64_t hash[2])
{
    size_t mask = dedup->slot_count - 1;
    assert((dedup->slot_count & mask) == 0); /* a power of two */
    assert(dedup->used < dedup->slot_count); /* a free slot ends the search */
    size_t i = (size_t)hash[0] & mask;
    while (dedup->slots[i].source > 0 && memcmp(dedup->slots[i].hash, hash, sizeof dedup->slots[i].hash) != 0)
        i = (i + 1) & mask;
    return &dedup->slots[i];
}

/* Returns the offset at which the bytes of the unit were seen before, plus 1, or 0 if they are new. */
static uint64_t look_up(struct dedup_stream *dedup, const struct raw_chunk *unit)
{
    XXH128_hash_t hash = XXH3_128bits_withSecret(unit->data, unit->size, dedup->secret, sizeof dedup->secret);
    dedup->hash[0] = hash.low64;
    dedup->hash[1] = hash.high64;
    return find(dedup, dedup->hash)->source;
}

/* Adds the unit to the run, or starts one.  Sets *done to false if the unit does not continue it or the run is full. */
static enum znn_status extend_run(struct dedup_stream *dedup, const struct raw_chunk *unit, uint64_t source, bool *done,
                                  struct znn_error *error)
{
    struct chunk_plan *run = &dedup->run;
    uint32_t size = unit->plan.size;
    *done = true;
    if (run->size == 0) {
        znn_chunk_plan_clear(run, unit->plan.offset);
        XXH3_64bits_reset(dedup->digest);
        if (!znn_chunk_plan_refer(run, size, source))
            return znn_fail_memory(error, SIZE_NOT_KNOWN);
    } else if (source == run->pieces->source + run->size && size <= CHUNK_MAX - run->size) {
        run->pieces->size += size;
        run->size += size;
    } else {
        *done = false;
        return ZNN_OK;
    }
    XXH3_64bits_update(dedup->digest, unit->data, size);
    return ZNN_OK;
}

static bool grow(struct dedup_stream *dedup)
{
    struct dedup_stream larger = {.slot_count = 2 * dedup->slot_count};
    larger.slots = znn_allocate_zeroed(larger.slot_count, sizeof *larger.slots);
    if (!larger.slots)
        return false;
    for (size_t i = 0; i < dedup->slot_count; i++)
        if (dedup->slots[i].source > 0)
            *find(&larger, dedup->slots[i].hash) = dedup->slots[i];
    znn_release(dedup->slots);
    dedup->slots = larger.slots;
    dedup->slot_count = larger.slot_count;
    return true;
}

/* Remembers the unit at `offset`, which was looked up last and is stored without references. */
static enum znn_status remember(struct dedup_stream *dedup, uint64_t offset, struct znn_error *error)
{
    if (4 * dedup->used >= 3 * dedup->slot_count && !grow(dedup))
        return znn_fail_memory(error, 2 * dedup->slot_count * sizeof *dedup->slots);
    struct dedup_slot *slot = find(dedup, dedup->hash);
    if (slot->source > 0)
        return ZNN_OK;
    memcpy(slot->hash, dedup->hash, sizeof slot->hash);
    slot->source = offset + 1;
    dedup->used++;
    return ZNN_OK;
}

static void swap(struct raw_chunk *a, struct raw_chunk *b)
{
    struct raw_chunk c = *a;
    *a = *b;
    *b = c;
}

/* Reads the next unit to dedup->ahead, unless there is one. */
static enum znn_status look_ahead(struct dedup_stream *dedup, struct source *source, struct planner *planner,
                                  struct znn_error *error)
{
    if (dedup->is_ahead)
        return ZNN_OK;
    if (!znn_planner_next(planner, &dedup->ahead.plan))
        return znn_fail_memory(error, SIZE_NOT_KNOWN);
    dedup->is_ahead = true;
    return znn_raw_chunk_read(&dedup->ahead, source, error);
}

static bool is_complete(const struct raw_chunk *unit)
{
    return unit->size == unit->plan.size;
}

static bool append(struct raw_chunk *chunk, const struct raw_chunk *unit)
{
    if (!znn_buffer_reserve(&chunk->buffer, chunk->size + unit->size))
        return false;
    memcpy(chunk->buffer.data + chunk->size, unit->data, unit->size);
    chunk->data = chunk->buffer.data;
    chunk->size += unit->size;
    for (size_t i = 0; i < unit->plan.count; i++)
        if (!znn_chunk_plan_add_piece(&chunk->plan, &unit->plan.pieces[i]))
            return false;
    return true;
}

/* Returns true if the unit ahead fits into the same chunk. */
static bool fits_in(const struct raw_chunk *chunk, const struct raw_chunk *unit)
{
    return is_complete(unit) && chunk->plan.weight + unit->plan.weight <= CHUNK_NUMBERS + CHUNK_SLACK &&
           chunk->plan.count + unit->plan.count < CHUNK_PIECES;
}

/* Appends the unit ahead to the chunk, into which it fits. */
static enum znn_status take_unit(struct dedup_stream *dedup, struct raw_chunk *chunk, bool judged,
                                 struct znn_error *error)
{
    struct raw_chunk *unit = &dedup->ahead;
    enum znn_status status = judged ? remember(dedup, unit->plan.offset, error) : ZNN_OK;
    dedup->is_ahead = false;
    if (status)
        return status;
    if (chunk->plan.size == 0)
        swap(chunk, unit);
    else if (!append(chunk, unit))
        return znn_fail_memory(error, unit->size);
    return ZNN_OK;
}

/* Collects the next units, either in `chunk`, which is empty, or in the run. */
static enum znn_status collect(struct dedup_stream *dedup, struct source *source, struct planner *planner,
                               struct raw_chunk *chunk, struct znn_error *error)
{
    struct raw_chunk *unit = &dedup->ahead;
    for (;;) {
        enum znn_status status = look_ahead(dedup, source, planner, error);
        if (status)
            return status;
        bool judged = is_complete(unit) && unit->plan.is_alone;
        uint64_t seen = judged ? look_up(dedup, unit) : 0;
        bool fits = chunk->plan.size == 0 || fits_in(chunk, unit);
        if (seen > 0 && chunk->plan.size == 0) {
            status = extend_run(dedup, unit, seen - 1, &fits, error);
            dedup->is_ahead = !fits;
            if (status || !fits)
                return status;
            continue;
        }
        if (seen > 0 || !fits || dedup->run.size > 0)
            return ZNN_OK;
        status = take_unit(dedup, chunk, judged, error);
        if (status || !is_complete(chunk) || chunk->size >= CHUNK_NUMBERS)
            return status;
    }
}

enum znn_status znn_dedup_draw(struct dedup_stream *dedup, struct source *source, struct planner *planner,
                               struct raw_chunk *chunk, uint64_t *digest, struct znn_error *error)
{
    chunk->size = 0;
    znn_chunk_plan_clear(&chunk->plan, 0);
    enum znn_status status = collect(dedup, source, planner, chunk, error);
    if (status || dedup->run.size == 0)
        return status;
    struct chunk_plan plan = chunk->plan; /* empty */
    chunk->plan = dedup->run;
    chunk->size = chunk->plan.size;
    dedup->run = plan;
    *digest = XXH3_64bits_digest(dedup->digest);
    return ZNN_OK;
}
