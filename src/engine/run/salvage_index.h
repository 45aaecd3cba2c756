/*
 * salvage_index.h - finding the index of a damaged file
 *
 *     | header | chunk | ch?nk | +1 byte | chunk | index | footer |
 *                                                    ^      |
 *                       2. searched backwards -------+      |
 *                                           1. as it says <-+
 *
 * The footer says where the index is, until a byte is lost or added before it.  Then the index is looked for from the
 * end, record by record.  What is found is taken only if it belongs to this file: a .znn file that is stored within
 * this one has an index as well, and so has one that was appended.
 */
#ifndef ZNN_ENGINE_RUN_SALVAGE_INDEX_H
#define ZNN_ENGINE_RUN_SALVAGE_INDEX_H

#include "engine/run/salvage.h"
#include "engine/run/salvage_map.h"

struct index_search {
    struct source *source;       /* set */
    struct znn_salvage *salvage; /* set: gets the tensors, and counts the work */
    struct salvage_map *map;     /* set: gets the chunks */
    unsigned version;            /* set: of the format, 0 if the header does not tell */
    bool has_start;              /* set: the header and the list of the base's tensors are whole, */
    uint64_t start;              /* set: and end here */
    struct znn_error *error;     /* set */
    bool found;
    uint64_t size; /* of the original */
};

/*
 * Looks for the index.  If search->found is false afterwards, the map and the tensors are empty.  Fails only if memory
 * runs out or reading fails.
 */
enum znn_status znn_salvage_find_index(struct index_search *search);

#endif
