/*
 * zip_series.h - several zips in one file, one after the other
 *
 * PyTorch's distributed checkpoints (.distcp) are so: a zip for each tensor, and nothing that says how many.
 *
 *     | zip | zip | zip |            read from the end: the records of each archive say where it begins
 *     | bytes | zip |                the same
 *     | zip | zip | zip, cut         the end records of whole archives are looked for from the start
 *     | zip | bytes | zip | bytes |  likewise
 */
#ifndef ZNN_MODEL_ZIP_SERIES_H
#define ZNN_MODEL_ZIP_SERIES_H

#include "common/error.h"
#include "common/source.h"

struct zip_range {
    uint64_t offset;
    uint64_t size;
    bool is_cut; /* it has no directory: see znn_zip_recover() */
};

/*
 * Zeroed, it is empty.  Free with free(series->ranges).
 */
struct zip_series {
    struct zip_range *ranges; /* in the order of the file; they do not overlap */
    size_t count;
    size_t capacity;
};

/*
 * Finds the archives in `source`, which must be seekable: up to a million.  A file that neither begins nor ends with an
 * archive has none.  Besides a little for each archive, at most all of the file is read, once, and that only if it is
 * not a series from end to start.  Fails only where reading fails or memory runs out.
 */
enum znn_status znn_zip_series_find(struct source *source, struct zip_series *series, struct znn_error *error);

#endif
