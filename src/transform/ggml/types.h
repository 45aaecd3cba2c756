/*
 * types.h - the block types of each family, for the table in ggml_block.c, and what several families share
 */
#ifndef ZNN_TRANSFORM_GGML_TYPES_H
#define ZNN_TRANSFORM_GGML_TYPES_H

#include "common/bytes.h"
#include "transform/ggml/ggml_block.h"

extern const struct ggml_block znn_ggml_q4_0, znn_ggml_q5_0, znn_ggml_q8_0; /* plain.c */
extern const struct ggml_block znn_ggml_q4_1, znn_ggml_q5_1;                /* plain_min.c */
extern const struct ggml_block znn_ggml_q2_k, znn_ggml_q4_k, znn_ggml_q5_k; /* k_min.c */
extern const struct ggml_block znn_ggml_q3_k, znn_ggml_q6_k;                /* k_signed.c */
extern const struct ggml_block znn_ggml_iq4_nl, znn_ggml_iq4_xs;            /* iq4.c */

/* Codes of 32 values, as they are packed in blocks without fields: two of four bits in a byte ... */
static inline void pack_nibbles(const uint8_t *codes, uint8_t *packed)
{
    for (unsigned i = 0; i < 16; i++)
        packed[i] = (uint8_t)((codes[i] & 15) | codes[i + 16] << 4);
}

/* ... and, ahead of them, the fifth bits as one number. */
static inline void pack_fifth_bits(const uint8_t *codes, uint8_t *packed)
{
    for (unsigned i = 0; i < 4; i++) { /* the product moves bit 8 i to bit 56 + i */
        uint64_t bits = load_le64(codes + 8 * i) >> 4 & 0x0101010101010101;
        packed[i] = (uint8_t)(bits * 0x0102040810204080 >> 56);
    }
}

/* Of 256 codes, the two lowest bits: in each half of the codes, four of them share a byte. */
static inline void pack_pairs(const uint8_t *codes, uint8_t *packed)
{
    for (unsigned half = 0; half < 2; half++, codes += 128, packed += 32)
        for (unsigned i = 0; i < 32; i++)
            packed[i] =
                (uint8_t)((codes[i] & 3) | (codes[32 + i] & 3) << 2 | (codes[64 + i] & 3) << 4 | codes[96 + i] << 6);
}

/* Of 256 codes, one bit each: bit k of byte i belongs to code 32 k + i. */
static inline void pack_planes(const uint8_t *codes, unsigned bit, uint8_t *packed)
{
    for (unsigned i = 0; i < 32; i++) {
        unsigned byte = 0;
        for (unsigned k = 0; k < 8; k++)
            byte |= (codes[32 * k + i] >> bit & 1u) << k;
        packed[i] = (uint8_t)byte;
    }
}

#endif
