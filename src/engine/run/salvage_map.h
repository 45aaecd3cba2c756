/*
 * salvage_map.h - which chunks a damaged file should have, and which of them were found where
 *
 *     offset       0        1 MiB       2 MiB
 *     listed      | 0      | 1         | 2      |     by the index, if that is whole
 *     found        yes       no          yes
 *
 * With an index, the map has an entry for each chunk that the index lists.  Without one it has an entry for each chunk
 * that was found.  In both cases entries ascend by their offsets in the original, so a reference can be followed.
 */
#ifndef ZNN_ENGINE_RUN_SALVAGE_MAP_H
#define ZNN_ENGINE_RUN_SALVAGE_MAP_H

#include "common/source.h"
#include "engine/chunk/chunk_decoder.h"

/* How often a chunk is decoded in vain before it is given up: a hostile file may offer it any number of times. */
#define SALVAGE_FAILURES_MAX 4

struct salvage_chunk {
    uint64_t offset; /* in the original */
    uint64_t place;  /* of the record in the .znn file; until it is found, counted from the first record */
    uint64_t digest; /* if the index tells it */
    uint32_t decoded_size;
    uint32_t record_size;
    bool found;
    uint8_t failures;
};

struct salvage_map {
    struct salvage_chunk *chunks;
    size_t count;
    size_t capacity;
    bool is_listed;       /* an index lists them */
    bool has_digests;     /* the index tells the digests */
    bool has_start;       /* the place of the first record is known, */
    uint64_t start;       /* and this is it */
    uint64_t index_place; /* of the index */
    uint64_t length;      /* of all records that the index lists */
};

void znn_salvage_map_free(struct salvage_map *map);

/*
 * Appends a zeroed entry.  NULL if memory ran out.
 */
struct salvage_chunk *znn_salvage_map_add(struct salvage_map *map);

/*
 * The last entry that starts at or before `offset`; NULL if there is none.
 */
struct salvage_chunk *znn_salvage_map_at(const struct salvage_map *map, uint64_t offset);

/*
 * The entry that an index has for the record at `place`, if that is still wanted; else NULL.
 */
struct salvage_chunk *znn_salvage_map_match(const struct salvage_map *map, const struct record *record, uint64_t place);

/*
 * Reads what references name.  Zero it, set the members that say so, and close it in the end.
 */
struct salvage_plain {
    const struct salvage_map *map; /* set */
    struct source *source;         /* set */
    struct chunk_decoder *decoder; /* set: one of its own, which follows no references; closing frees it */
    bool has_last;
    uint64_t last;       /* offset of the chunk that was decoded last, */
    const uint8_t *data; /* and its bytes */
    struct buffer record;
};

/*
 * A reference_source's read function, of which the context is a struct salvage_plain.  ZNN_ERROR_CORRUPT if a chunk
 * was not found, or has references itself.
 */
enum znn_status znn_salvage_plain_read(void *context, const struct nested *nested, const struct range *ranges,
                                       size_t count, struct znn_error *error);

void znn_salvage_plain_close(struct salvage_plain *plain);

#endif
