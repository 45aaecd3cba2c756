/*
 * salvage_map.h - the chunks that a damaged file should have, and where they were found
 *
 *     offset       0        1 MiB       2 MiB
 *     listed      | 0      | 1         | 2      |     by the index, if it is intact
 *     found        yes       no          yes
 *
 * With an index, the map has an entry for each chunk that the index lists.  Without one, it has an entry for each chunk
 * that was found.  In both cases entries are sorted by offset in the original, so a reference can be followed.
 */
#ifndef ZNN_ENGINE_RUN_SALVAGE_MAP_H
#define ZNN_ENGINE_RUN_SALVAGE_MAP_H

#include "common/source.h"
#include "engine/chunk/chunk_decoder.h"

/* How often decoding a chunk may fail before znn gives it up.  A malicious file may contain it any number of times. */
#define SALVAGE_FAILURES_MAX 4

struct salvage_chunk {
    uint64_t offset; /* in the original */
    uint64_t place;  /* of the record in the .znn file; until it is found, relative to the first record */
    uint64_t digest; /* if the index stores digests */
    uint32_t decoded_size;
    uint32_t record_size;
    bool found;
    uint8_t failures;
};

struct salvage_map {
    struct salvage_chunk *chunks;
    size_t count;
    size_t capacity;
    bool is_listed;       /* the entries come from an index */
    bool has_digests;     /* the index stores digests */
    bool has_start;       /* the position of the first record is known */
    uint64_t start;       /* that position */
    uint64_t index_place; /* of the index */
    uint64_t length;      /* of all records that the index lists */
};

void znn_salvage_map_free(struct salvage_map *map);

/*
 * Appends a zeroed entry.  Returns NULL if memory ran out.
 */
struct salvage_chunk *znn_salvage_map_add(struct salvage_map *map);

/*
 * Returns the last entry that starts at or before `offset`, or NULL if there is none.
 */
struct salvage_chunk *znn_salvage_map_at(const struct salvage_map *map, uint64_t offset);

/*
 * Returns the entry that an index has for the record at `place` if the chunk is still needed, and NULL otherwise.
 */
struct salvage_chunk *znn_salvage_map_match(const struct salvage_map *map, const struct record *record, uint64_t place);

/*
 * Reads the bytes that references name.  Zero the struct and set the members marked as input.  Call
 * znn_salvage_plain_close() when done.
 */
struct salvage_plain {
    const struct salvage_map *map; /* input */
    struct source *source;         /* input */
    struct chunk_decoder *decoder; /* input: a decoder used only here, which follows no references; closing frees it */
    bool has_last;
    uint64_t last;       /* offset of the chunk that was decoded last */
    const uint8_t *data; /* the bytes of that chunk */
    struct buffer record;
};

/*
 * The read function of a reference_source whose context is a struct salvage_plain.  Returns ZNN_ERROR_CORRUPT if a
 * chunk was not found or has references itself.
 */
enum znn_status znn_salvage_plain_read(void *context, const struct nested *nested, const struct range *ranges,
                                       size_t count, struct znn_error *error);

void znn_salvage_plain_close(struct salvage_plain *plain);

#endif
