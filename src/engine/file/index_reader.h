/*
 * index_reader.h - reads the end of a .znn file: index and footer
 */
#ifndef ZNN_ENGINE_FILE_INDEX_READER_H
#define ZNN_ENGINE_FILE_INDEX_READER_H

#include "common/source.h"
#include "container/footer.h"
#include "container/index.h"

/*
 * The callbacks for the entries of the index.  Either may be NULL.  If one returns an error, reading stops and returns
 * that error.
 */
struct index_visitor {
    enum znn_status (*on_chunk)(void *context, const struct chunk_entry *entry, struct znn_error *error);
    enum znn_status (*on_tensor)(void *context, const struct tensor *tensor, const struct buffer *text,
                                 struct znn_error *error);
    void *context;
    uint64_t text_limit; /* bytes that the name and shape of one tensor may take; 0: any number */
};

/*
 * Reads the index, which starts at `place`, verifies all of it, and visits its entries: first the chunks, then the
 * tensors.  `prefix` is the prefix of the index record, which the caller has read, and `record` is the same prefix,
 * parsed.  `version` is the format version of the file.  If this fails, the visitor must discard the entries that it
 * saw, because the digest of the index can be checked only at the end.
 */
enum znn_status znn_index_read(struct source *source, unsigned version, uint64_t place,
                               const uint8_t prefix[RECORD_PREFIX], const struct record *record,
                               const struct index_visitor *visitor, struct index *index, struct znn_error *error);

/*
 * Returns true if the index stores the digests of chunks in this format version.
 */
static inline bool index_has_digests(unsigned version)
{
    return version >= 2;
}

#endif
