/*
 * reader.h - a .znn file opened through its index
 *
 * This is the implementation behind znn_reader_open() and the other functions of "Random access" in znn.h.  Other parts
 * of the engine include this header to use more of the reader than znn.h offers.
 */
#ifndef ZNN_ENGINE_FILE_READER_H
#define ZNN_ENGINE_FILE_READER_H

#include "common/source.h"
#include "container/footer.h"
#include "container/index.h"
#include "engine/file/bases.h"
#include "engine/file/tensor_list.h"
#include "platform/threads.h"

/* Where a chunk starts.  The start of the next one is its end. */
struct chunk_place {
    uint64_t offset; /* in the original */
    uint64_t record; /* in the .znn file */
    uint64_t digest; /* of the chunk, if the index stores digests */
};

struct slot;

/*
 * Counts the decoders that hold unusually large chunks: larger than znn writes for numbers or text.  The readers of a
 * chain of bases share one counter.
 */
struct large_chunks {
    struct mutex lock;
    unsigned count;
    unsigned limit; /* 0: no limit */
    unsigned readers;
};

struct znn_reader {
    const struct znn_allocator *allocator;
    struct znn_input input;
    struct source source;
    struct bases bases;
    uint64_t start;   /* of the first chunk's record */
    unsigned version; /* of the format, from the header */
    bool references;  /* chunks may have references, according to the header */
    struct znn_lossy lossy;
    struct footer footer;
    struct index index;
    struct chunk_place *chunks; /* chunk_count + 1 entries; the last one marks the end */
    size_t chunk_count;
    size_t chunk_capacity;
    struct tensor_list tensors;
    uint64_t memory_limit; /* for the entries of the index */
    unsigned slots_max;    /* the most decoders at a time; 0: any number */
    bool is_lookback;      /* this reader serves only the references of chunks that others decode */
    struct large_chunks own_large;
    struct large_chunks *large; /* `own_large`, or the counter that the chain shares */
    struct mutex lock;          /* guards the members below */
    struct condition left;      /* a decoder has become idle */
    unsigned slots;             /* in use */
    struct slot *idle;          /* decoders, the most recently used first */
    uint8_t *seen;    /* one bit per chunk: decoded for itself, not for a reference; NULL if no chunk needs another */
    uint64_t decoded; /* bytes of all decoded chunks, for tests */
};

static inline uint32_t reader_chunk_size(const struct znn_reader *reader, size_t chunk)
{
    return (uint32_t)(reader->chunks[chunk + 1].offset - reader->chunks[chunk].offset);
}

static inline uint32_t reader_record_size(const struct znn_reader *reader, size_t chunk)
{
    return (uint32_t)(reader->chunks[chunk + 1].record - reader->chunks[chunk].record);
}

/*
 * Like znn_reader_open() with these options.
 */
enum znn_status znn_reader_open_file(struct znn_input *input, struct znn_base *base, uint64_t memory_limit,
                                     struct znn_reader **reader, struct znn_error *error);

/*
 * Like znn_reader_report() and znn_reader_pread().
 */
void znn_reader_describe(const struct znn_reader *reader, struct znn_report *report);
enum znn_status znn_reader_read(struct znn_reader *reader, void *data, size_t size, uint64_t offset, size_t *got,
                                struct znn_error *error);

/*
 * Returns the number of the chunk that holds `offset`.  Returns the last chunk if `offset` is past the end, and 0 if
 * there are no chunks.
 */
size_t znn_reader_chunk_at(const struct znn_reader *reader, uint64_t offset);

/*
 * Returns true if `record` is the one that the index lists as `chunk`.
 */
bool znn_reader_means(const struct znn_reader *reader, size_t chunk, const struct record *record);

/*
 * Reads the first `size` bytes of the record of `chunk`: at least RECORD_PREFIX bytes, and at most the whole record.
 * Sets *bytes to them, in the input's memory or in `buffer`.  Parses the prefix into *record and checks that it matches
 * the index.  Verifies nothing else.  Several threads may call this at once, each with its own buffer.
 */
enum znn_status znn_reader_record(struct znn_reader *reader, size_t chunk, size_t size, struct buffer *buffer,
                                  const uint8_t **bytes, struct record *record, struct znn_error *error);

/*
 * Reads ranges like znn_reader_pread(), on behalf of another file; `nested` may be NULL.  If the ranges are sorted by
 * offset, each chunk is decoded once.  Returns ZNN_ERROR_CORRUPT if a range extends past the end of the file.
 */
enum znn_status znn_reader_read_nested(struct znn_reader *reader, const struct nested *nested,
                                       const struct range *ranges, size_t count, struct znn_error *error);

/*
 * Does the same for ranges that references name.  Their chunks must have no references themselves.
 */
enum znn_status znn_reader_read_plain(struct znn_reader *reader, const struct nested *nested,
                                      const struct range *ranges, size_t count, struct znn_error *error);

/* A range of bytes in one chunk, and the memory that receives it. */
struct chunk_share {
    size_t chunk;
    uint32_t start; /* in the chunk */
    uint32_t size;  /* not 0 */
    uint8_t *target;
};

/*
 * Copies `count` pieces of `chunk` to their targets, which must not overlap.  Decodes the chunk once.
 */
enum znn_status znn_reader_read_pieces(struct znn_reader *reader, size_t chunk, const struct chunk_share *pieces,
                                       size_t count, struct znn_error *error);

/*
 * Frees the decoders.
 */
void znn_slots_free(struct slot *slots);

#endif
