/*
 * frame.h - Zstandard frames
 *
 * All entropy coding in a .znn file uses standard Zstandard frames (RFC 8878), so you can cut out any stream and read
 * it with stock tools.  znn writes two kinds of frame.  The full compressor searches for matches.  A Huffman frame
 * holds only literals.  It suits bytes with skewed statistics and no repeats.
 */
#ifndef ZNN_CODEC_FRAME_H
#define ZNN_CODEC_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/huffman_decode.h"
#include "common/error.h"

enum frame_kind {
    FRAME_HUFFMAN,
    FRAME_FULL,
    FRAME_HURRIED /* full, for a small piece of a large file: short data get no more effort than long data */
};

struct frame_encoder;

/*
 * Returns an encoder for one thread, or NULL if memory ran out.  `level` is znn's, 1 to 9.
 */
struct frame_encoder *znn_frame_encoder_new(int level);

void znn_frame_encoder_free(struct frame_encoder *encoder);

/*
 * Encodes `size` bytes, at least 1, as a frame of at most `capacity` bytes, and sets *written to the size of the frame.
 * Sets *written to 0 if the frame would exceed `capacity`, or if a FRAME_HUFFMAN frame would not be smaller than
 * `size`; the contents of `target` are then undefined.  The frame depends only on the level, the kind and the bytes,
 * not on earlier calls.  Fails only if memory runs out.
 */
enum znn_status znn_frame_encode(struct frame_encoder *encoder, enum frame_kind kind, const uint8_t *data, size_t size,
                                 uint8_t *target, size_t capacity, size_t *written, struct znn_error *error);

struct frame_decoder;

struct frame_decoder *znn_frame_decoder_new(void);

void znn_frame_decoder_free(struct frame_decoder *decoder);

/*
 * Decodes `frame`.  Returns false unless it is exactly one frame with nothing after it, states its content size, and
 * expands to `size` bytes.
 */
bool znn_frame_decode(struct frame_decoder *decoder, const uint8_t *frame, size_t frame_size, uint8_t *target,
                      size_t size);

/*
 * Like znn_frame_decode(), but passes decoded bytes to `watcher` through room[0..size).  If this returns false, the
 * watcher must discard all bytes it took.
 */
bool znn_frame_decode_watched(struct frame_decoder *decoder, const uint8_t *frame, size_t frame_size, uint8_t *room,
                              size_t size, const struct frame_watcher *watcher);

/*
 * For benchmarks alone, which compare znn's own coder with libzstd: encoders and decoders that are opened from now on
 * leave Huffman frames to libzstd.  Only builds with tests or benchmarks have this function.
 */
void znn_frame_by_libzstd(bool by_libzstd);

#endif
