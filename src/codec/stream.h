/*
 * stream.h - how a byte group is stored
 *
 * A stream stores a byte group (or opaque bytes).  If all bytes are equal, it needs no payload.  If they are noise, it
 * holds them unchanged.  Otherwise it is one standard Zstandard frame.  The frame may hold only Huffman-coded literals,
 * which is enough for exponents and several times faster than searching for matches, or come from the full compressor.
 * A reader need not know which.
 */
#ifndef ZNN_CODEC_STREAM_H
#define ZNN_CODEC_STREAM_H

#include <stdint.h>

#include "codec/frame.h"
#include "common/error.h"

/* These numbers are stored in .znn files (znn(5), "Streams"). */
enum stream_kind { STREAM_CONSTANT = 0, STREAM_RAW = 1, STREAM_ZSTD = 2, STREAM_KIND_COUNT };

struct stream {
    enum stream_kind kind;
    uint8_t value; /* of a constant stream */
    bool is_fresh; /* set by the encoder only: the stream is long, not constant, and nothing in it seems to repeat */
    uint32_t size; /* bytes in the payload */
};

/* What the caller knows about the bytes, so that the encoder need not try everything. */
enum stream_hint {
    STREAM_FLOAT,  /* a group of floats: matches are unlikely */
    STREAM_FRESH,  /* the floats of another group of the same part do not repeat: in much noise, skip the search for
                      matches */
    STREAM_SPARSE, /* places of rare changes, and the changes: only long repeats are likely, also in short streams */
    STREAM_NOISE,  /* a sample looked random: raw, unless it is constant */
    STREAM_BYTES   /* integers or opaque bytes: matches are likely */
};

/*
 * Compresses streams, one at a time, for one thread.
 */
struct stream_encoder;

/*
 * Returns an encoder for `level` (1 to 9), or NULL if memory ran out.
 */
struct stream_encoder *znn_stream_encoder_new(int level);

void znn_stream_encoder_free(struct stream_encoder *encoder);

/* How the caller wants a stream to be stored. */
struct stream_wish {
    enum stream_hint hint;
    bool hurries; /* one of many streams: if it is short, it gets no more effort than a long one */
};

/*
 * Stores the `size` bytes (1 to 16 MiB) at `data` in the cheapest way that the level allows.  Writes the payload to
 * `target`, which must have space for `size` bytes, and describes it in *stream.  A raw stream writes nothing: its
 * payload is the bytes at `data`.  The result depends only on the data, the wish and the level.  Fails only if memory
 * runs out.
 */
enum znn_status znn_stream_encode(struct stream_encoder *encoder, const uint8_t *data, size_t size,
                                  struct stream_wish wish, uint8_t *target, struct stream *stream,
                                  struct znn_error *error);

/*
 * Returns true if the `size` bytes at `data` seem to repeat so much that a search for matches may pay.
 */
bool znn_stream_may_repeat(const uint8_t *data, size_t size);

/*
 * Decodes `stream`, whose stream->size payload bytes are at `payload`, to `size` bytes.  Returns a pointer into the
 * payload if the stream is raw, else into `scratch`, which must have space for `size` bytes.  Returns NULL if the
 * stream does not decode to exactly `size` bytes.
 */
const uint8_t *znn_stream_decode(struct frame_decoder *decoder, const struct stream *stream, const uint8_t *payload,
                                 size_t size, uint8_t *scratch);

#endif
