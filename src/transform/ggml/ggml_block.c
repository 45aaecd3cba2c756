/*
 * ggml_block.c - the table of block types
 */
#include "transform/ggml/ggml_block.h"

#include "transform/ggml/types.h"

const struct ggml_block *znn_ggml_block(enum ggml_kind type)
{
    static const struct ggml_block *const blocks[GGML_KINDS] = {
        [GGML_Q4_0] = &znn_ggml_q4_0, [GGML_Q4_1] = &znn_ggml_q4_1,     [GGML_Q5_0] = &znn_ggml_q5_0,
        [GGML_Q5_1] = &znn_ggml_q5_1, [GGML_Q8_0] = &znn_ggml_q8_0,     [GGML_Q2_K] = &znn_ggml_q2_k,
        [GGML_Q3_K] = &znn_ggml_q3_k, [GGML_Q4_K] = &znn_ggml_q4_k,     [GGML_Q5_K] = &znn_ggml_q5_k,
        [GGML_Q6_K] = &znn_ggml_q6_k, [GGML_IQ4_NL] = &znn_ggml_iq4_nl, [GGML_IQ4_XS] = &znn_ggml_iq4_xs,
    };
    return blocks[type];
}
