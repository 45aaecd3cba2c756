/*
 * zip_series.h - several zips in one file, one after the other
 *
 * PyTorch's distributed checkpoints (.distcp) have a zip for each tensor, and do not store their number.
 *
 *     | zip | zip | zip |            read from the end: the records of each archive say where it begins
 *     | bytes | zip |                read from the end, too
 *     | zip | zip | zip, cut         searched from the start for the end records of whole archives
 *     | zip | bytes | zip | bytes |  searched from the start, too
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
 * A zeroed struct is an empty series.  Free with znn_release(series->ranges).
 */
struct zip_series {
    struct zip_range *ranges; /* in file order, without overlaps */
    size_t count;
    size_t capacity;
};

/*
 * Finds the archives in `source`, which must be seekable: up to a million.  If a file neither begins nor ends with an
 * archive, the series is empty.  Reads a little for each archive.  If the file is not a series from end to start, also
 * reads up to the whole file once.  Fails only if reading fails or memory runs out.
 */
enum znn_status znn_zip_series_find(struct source *source, struct zip_series *series, struct znn_error *error);

#endif
