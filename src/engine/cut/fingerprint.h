/*
 * fingerprint.h - a sample of a tensor in 32 bytes, which tensors of similar content have in common
 *
 * Bit i is 1 if number i of the sample is above the sample's median.  So a fingerprint does not depend on the type, the
 * scale or the precision of the numbers, and it costs little to keep and to compare:
 *
 *     numbers        0.12  -0.40   0.05   0.31  -0.22  -0.07
 *     fingerprint    1      0      1      1      0      0
 *
 * Two fingerprints of unrelated tensors agree in half of the bits, give or take a few.  Those of a tensor and its
 * fine-tuned or quantized copy agree in nearly all bits.  Everything is computed with integers, because a choice
 * between tensors must be the same on every machine.
 */
#ifndef ZNN_ENGINE_CUT_FINGERPRINT_H
#define ZNN_ENGINE_CUT_FINGERPRINT_H

#include "engine/file/base.h"
#include "model/model.h"

#define FINGERPRINT_NUMBERS 256

/* A tensor with fewer numbers has no fingerprint, because any two of them agree in too many bits. */
#define FINGERPRINT_LEAST 64

struct fingerprint {
    uint64_t bits[FINGERPRINT_NUMBERS / 64];
    uint16_t count; /* numbers; 0: there is no fingerprint */
    uint16_t ones;
};

/*
 * How much two fingerprints agree, as a fraction: the square of their correlation times the numbers in a sample.  For
 * unrelated tensors that is below 10, except once in a thousand times.
 */
struct agreement {
    uint64_t above; /* 0 if they do not agree more than by chance */
    uint64_t below;
};

/*
 * Returns the elements of a tensor, including those of blocks.
 */
uint64_t znn_element_count(const struct tensor *tensor);

/*
 * Returns where a sample from the middle of the first `elements` elements of a tensor starts.  It is a multiple of the
 * elements of a block of any type.
 */
uint64_t znn_fingerprint_middle(uint64_t elements);

/*
 * Takes the fingerprint of `elements` elements of a tensor from number `start` on, or of the first FINGERPRINT_NUMBERS
 * of these.  The tensor is in `source`, which allows random access, or in the base.  There is none if the numbers are
 * too few or too equal, if znn does not know how to read them, or if the file ends too early.  Fails if reading fails.
 */
enum znn_status znn_fingerprint_model(struct source *source, const struct tensor *tensor, uint64_t start,
                                      uint64_t elements, struct fingerprint *print, struct znn_error *error);
enum znn_status znn_fingerprint_base(struct znn_base *base, const struct tensor *tensor, uint64_t start,
                                     uint64_t elements, struct fingerprint *print, struct znn_error *error);

/*
 * Compares two fingerprints.  If one of them does not exist, they do not agree.
 */
struct agreement znn_fingerprint_compare(const struct fingerprint *a, const struct fingerprint *b);

/*
 * Returns true if tensors that agree so much are related: this happens by chance once in ten billion times.
 */
bool znn_agreement_is_sure(const struct agreement *agreement);

/*
 * Returns true if tensors that agree so little are unrelated, or so different that a difference gains nothing.
 */
bool znn_agreement_is_poor(const struct agreement *agreement);

/*
 * Returns a negative number, 0 or a positive one if `a` is worse than `b`, equal or better.
 */
int znn_agreement_order(const struct agreement *a, const struct agreement *b);

#endif
