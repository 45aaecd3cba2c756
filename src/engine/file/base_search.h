/*
 * base_search.h - finding the tensors of a base by their bytes
 *
 * A file lists the tensors that it needs with their names, sizes and hashes.  A base that was renamed since has the
 * same bytes under other names.  Then every tensor of the right type and size is hashed, once, as they lie in the base,
 * and all rows that are still open are looked up together.
 */
#ifndef ZNN_ENGINE_FILE_BASE_SEARCH_H
#define ZNN_ENGINE_FILE_BASE_SEARCH_H

#include "engine/file/bases.h"

/* A row of the list that no name has settled. */
struct sought {
    struct bases_row row;
    size_t number; /* among the tensors of `bases` */
};

/*
 * Finds a tensor of bases->base for each of the rows, which it puts in another order, and enters it in bases->tensors.
 * *missing is NULL, or the first row without one.
 */
enum znn_status znn_base_search(struct bases *bases, struct sought *sought, size_t count, const struct sought **missing,
                                struct znn_error *error);

#endif
