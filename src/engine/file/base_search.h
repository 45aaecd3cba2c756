/*
 * base_search.h - finds the tensors of a base by their bytes
 *
 * A file lists the tensors that it needs with their names, sizes and hashes.  If the tensors of the base were renamed
 * since, their bytes are the same, but their names are not.  Then znn hashes every tensor of the right type and size
 * once, in the order of the base, and looks up all rows that are still open together.
 */
#ifndef ZNN_ENGINE_FILE_BASE_SEARCH_H
#define ZNN_ENGINE_FILE_BASE_SEARCH_H

#include "engine/file/bases.h"

/* A row of the list for which the base has no tensor of that name. */
struct sought {
    struct bases_row row;
    size_t number; /* among the tensors of `bases` */
};

/*
 * Finds a tensor of bases->base for each row and enters it in bases->tensors.  Reorders the rows.  Sets *missing to the
 * first row for which there is no tensor, or to NULL.
 */
enum znn_status znn_base_search(struct bases *bases, struct sought *sought, size_t count, const struct sought **missing,
                                struct znn_error *error);

#endif
