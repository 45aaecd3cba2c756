/*
 * frame.h - Zstandard frames
 *
 * The only entropy coding in a .znn file is the standard Zstandard frame (RFC 8878), so that any stream can be cut out
 * and read with stock tools.  Two kinds of frame are written.  The full compressor searches for matches.  A Huffman
 * frame does not: its blocks hold literals only, which suits bytes that have skewed statistics but no repeats.
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
    FRAME_HURRIED /* full, for data that are a small piece of much: short ones get no more effort than long ones */
};

struct frame_encoder;

/*
 * For one thread; `level` is znn's, 1 to 9.  NULL where memory ran out.
 */
struct frame_encoder *znn_frame_encoder_new(int level);

void znn_frame_encoder_free(struct frame_encoder *encoder);

/*
 * Writes `size` bytes, at least 1, as a frame of at most `capacity` bytes.  *written is its size, or 0 where it would
 * be larger than that, or for FRAME_HUFFMAN not smaller than `size`; what `target` holds is undefined then.  The frame
 * depends on the level, the kind and the bytes, and not on what was encoded before.  Fails only for want of memory.
 */
enum znn_status znn_frame_encode(struct frame_encoder *encoder, enum frame_kind kind, const uint8_t *data, size_t size,
                                 uint8_t *target, size_t capacity, size_t *written, struct znn_error *error);

struct frame_decoder;

struct frame_decoder *znn_frame_decoder_new(void);

void znn_frame_decoder_free(struct frame_decoder *decoder);

/*
 * Decodes `frame`, which must be one frame and nothing else, state its content size and have it be `size`.  False where
 * it is not.
 */
bool znn_frame_decode(struct frame_decoder *decoder, const uint8_t *frame, size_t frame_size, uint8_t *target,
                      size_t size);

/*
 * The same, with somebody who takes what has been decoded; room[0..size) is for passing it on.  Where this returns
 * false, what he took is void.
 */
bool znn_frame_decode_watched(struct frame_decoder *decoder, const uint8_t *frame, size_t frame_size, uint8_t *room,
                              size_t size, const struct frame_watcher *watcher);

/*
 * For benchmarks alone, which compare znn's own coder with libzstd: encoders and decoders that are opened from now on
 * leave Huffman frames to libzstd.  Only builds with tests or benchmarks have this function.
 */
void znn_frame_by_libzstd(bool by_libzstd);

#endif
