/*
 * salvage_index.h - finds the index of a damaged file
 *
 *     | header | chunk | ch?nk | +1 byte | chunk | index | footer |
 *                                                    ^      |
 *                       2. searched backwards -------+      |
 *                                           1. as it says <-+
 *
 * The footer holds the position of the index.  The position is wrong if a byte was lost or added before the index.
 * Then znn searches for the index from the end, record by record.  It accepts only an index that belongs to this file.
 * A .znn file that is stored within this one has an index as well, and so has one that was appended.
 */
#ifndef ZNN_ENGINE_RUN_SALVAGE_INDEX_H
#define ZNN_ENGINE_RUN_SALVAGE_INDEX_H

#include "engine/run/salvage.h"
#include "engine/run/salvage_map.h"

struct index_search {
    struct source *source;       /* input */
    struct znn_salvage *salvage; /* input: receives the tensors and counts the work */
    struct salvage_map *map;     /* input: receives the chunks */
    unsigned version;            /* input: of the format, or 0 if the header is damaged */
    bool has_start;              /* input: the header and the list of the base's tensors are intact */
    uint64_t start;              /* input: the position where they end */
    struct znn_error *error;     /* input */
    bool found;
    uint64_t size; /* of the original */
};

/*
 * Looks for the index.  If search->found is false afterwards, the map and the tensors are empty.  Fails only if memory
 * runs out or reading fails.
 */
enum znn_status znn_salvage_find_index(struct index_search *search);

#endif
