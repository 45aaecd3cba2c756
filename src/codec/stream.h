/*
 * stream.h - one byte group as it is stored
 *
 * A stream is what becomes of a byte group (or of opaque bytes): nothing at all if every byte is the same, the bytes as
 * they are if they are noise, else one standard Zstandard frame.  Such a frame may hold Huffman-coded literals only,
 * which is all that exponents need and several times faster than searching for matches, or be the work of the full
 * compressor.  A reader need not know which.
 */
#ifndef ZNN_CODEC_STREAM_H
#define ZNN_CODEC_STREAM_H

#include <stdint.h>

#include "codec/frame.h"
#include "common/error.h"

/* The numbers stand in .znn files (znn(5), "Streams"). */
enum stream_kind { STREAM_CONSTANT = 0, STREAM_RAW = 1, STREAM_ZSTD = 2, STREAM_KIND_COUNT };

struct stream {
    enum stream_kind kind;
    uint8_t value; /* of a constant */
    bool is_fresh; /* only its encoder says so: it is long, not constant, and nothing in it seems to repeat */
    uint32_t size; /* bytes in the payload */
};

/* What is known of the bytes beforehand, which saves trying everything. */
enum stream_hint {
    STREAM_FLOAT, /* a group of floats: matches are unlikely */
    STREAM_FRESH, /* another group of floats of which one does not repeat: in much noise, matches are not looked for */
    STREAM_NOISE, /* a sample looked random: raw, unless it is constant */
    STREAM_BYTES  /* integers or opaque bytes: matches are likely */
};

/*
 * Compresses streams, one at a time, for one thread.
 */
struct stream_encoder;

/*
 * An encoder for `level` (1 to 9); NULL where memory ran out.
 */
struct stream_encoder *znn_stream_encoder_new(int level);

void znn_stream_encoder_free(struct stream_encoder *encoder);

/* How a stream is to be stored. */
struct stream_wish {
    enum stream_hint hint;
    bool hurries; /* it is one of many: if it is short, it is not worth more effort than a long one */
};

/*
 * Stores the `size` bytes (1 to 16 MiB) at `data` in the cheapest way the level allows, at `target`, which has room for
 * `size` bytes, and describes it in *stream.  Of a raw stream nothing is written: it is what is at `data`.  What comes
 * out depends on the data, the wish and the level alone.  Fails only for want of memory.
 */
enum znn_status znn_stream_encode(struct stream_encoder *encoder, const uint8_t *data, size_t size,
                                  struct stream_wish wish, uint8_t *target, struct stream *stream,
                                  struct znn_error *error);

/*
 * Whether so much of the `size` bytes at `data` seems to repeat that a search for matches may pay.
 */
bool znn_stream_may_repeat(const uint8_t *data, size_t size);

/*
 * Gives the `size` bytes that `stream`, with its stream->size payload bytes at `payload`, stands for: as a pointer into
 * the payload where it is raw, else into `scratch`, which has room for `size` bytes.  NULL where it does not decode to
 * just `size` bytes.
 */
const uint8_t *znn_stream_decode(struct frame_decoder *decoder, const struct stream *stream, const uint8_t *payload,
                                 size_t size, uint8_t *scratch);

#endif
