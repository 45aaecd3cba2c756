/*
 * reader.h - a .znn file opened through its index
 *
 * What stands behind znn_reader_open() and the other functions of "Random access" in znn.h, for those rooms of the
 * engine that look deeper than these allow.
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
    uint64_t digest; /* of the chunk, if the index tells it */
};

struct slot;

/*
 * How many decoders hold chunks that are larger than those that znn writes for numbers or text.  The readers of a chain
 * of bases share one of these.
 */
struct large_chunks {
    struct mutex lock;
    unsigned count;
    unsigned limit; /* 0: none */
    unsigned readers;
};

struct znn_reader {
    struct znn_input input;
    struct source source;
    struct bases bases;
    uint64_t start;   /* of the first chunk's record */
    unsigned version; /* of the format, as the header says */
    bool references;  /* may occur, likewise */
    struct znn_lossy lossy;
    struct footer footer;
    struct index index;
    struct chunk_place *chunks; /* chunk_count + 1 of them, the last being the end of all */
    size_t chunk_count;
    size_t chunk_capacity;
    struct tensor_list tensors;
    uint64_t memory_limit; /* of what the index lists */
    unsigned slots_max;    /* how many decoders there may be; 0: any number */
    bool is_lookback;      /* it serves only references of chunks that others decode */
    struct large_chunks own_large;
    struct large_chunks *large; /* its own, or that of the chain */
    struct mutex lock;          /* guards what follows */
    struct condition left;      /* a decoder has become idle */
    unsigned slots;             /* in use */
    struct slot *idle;          /* decoders, the one used last first */
    uint8_t *seen;    /* a bit for each chunk that was decoded for its own sake; NULL where no chunk needs another */
    uint64_t decoded; /* bytes of all chunks that were decoded, for tests */
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
 * As znn_reader_open() with these options.
 */
enum znn_status znn_reader_open_file(struct znn_input *input, struct znn_base *base, uint64_t memory_limit,
                                     struct znn_reader **reader, struct znn_error *error);

/*
 * As znn_reader_report() and znn_reader_pread().
 */
void znn_reader_describe(const struct znn_reader *reader, struct znn_report *report);
enum znn_status znn_reader_read(struct znn_reader *reader, void *data, size_t size, uint64_t offset, size_t *got,
                                struct znn_error *error);

/*
 * The number of the chunk that holds `offset`, which is within the original; the last one for what is behind it, and 0
 * where there is none.
 */
size_t znn_reader_chunk_at(const struct znn_reader *reader, uint64_t offset);

/*
 * Whether a record is the one that the index lists as `chunk`.
 */
bool znn_reader_means(const struct znn_reader *reader, size_t chunk, const struct record *record);

/*
 * Reads the first `size` bytes of the record of `chunk`, RECORD_PREFIX at least and no more than it has.  *bytes is
 * where they are: in the input's memory or in `buffer`.  The prefix has been read into *record and is what the index
 * says; nothing else is verified.  Safe from several threads at once, each with its own buffer.
 */
enum znn_status znn_reader_record(struct znn_reader *reader, size_t chunk, size_t size, struct buffer *buffer,
                                  const uint8_t **bytes, struct record *record, struct znn_error *error);

/*
 * Reads ranges for the sake of another file, as znn_reader_pread() does; `nested` may be NULL.  Where they are sorted
 * by offset, each chunk is decoded once.  ZNN_ERROR_CORRUPT where the file ends before one of them does.
 */
enum znn_status znn_reader_read_nested(struct znn_reader *reader, const struct nested *nested,
                                       const struct range *ranges, size_t count, struct znn_error *error);

/*
 * The same for ranges that references name: their chunks must have no references.
 */
enum znn_status znn_reader_read_plain(struct znn_reader *reader, const struct nested *nested,
                                      const struct range *ranges, size_t count, struct znn_error *error);

/* Bytes of one chunk, and where the caller wants them. */
struct chunk_share {
    size_t chunk;
    uint32_t start; /* in the chunk */
    uint32_t size;  /* not 0 */
    uint8_t *target;
};

/*
 * Gives `count` pieces of `chunk` to their targets, which do not overlap.  The chunk is decoded once.
 */
enum znn_status znn_reader_read_pieces(struct znn_reader *reader, size_t chunk, const struct chunk_share *pieces,
                                       size_t count, struct znn_error *error);

/*
 * Frees the decoders.
 */
void znn_slots_free(struct slot *slots);

#endif
