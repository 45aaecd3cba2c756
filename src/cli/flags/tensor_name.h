/*
 * tensor_name.h - what the name of a tensor tells
 *
 * Names are paths, and the number of a block is a component of its own:
 *
 *     model.layers.17.self_attn.q_proj.weight
 *     `------+------' `--------------+------'
 *          layer            role: attention
 *
 * A name without a number belongs to the layer that its last component belongs to: lm_head.weight to lm_head.
 */
#ifndef ZNN_CLI_FLAGS_TENSOR_NAME_H
#define ZNN_CLI_FLAGS_TENSOR_NAME_H

#include <stdbool.h>
#include <stddef.h>

enum role {
    ROLE_EMBEDDING,
    ROLE_ATTENTION,
    ROLE_MLP,
    ROLE_CONVOLUTION,
    ROLE_RECURRENT,
    ROLE_NORM,
    ROLE_HEAD,
    ROLE_OPTIMIZER,
    ROLE_OTHER,
    ROLE_COUNT
};

/*
 * How many bytes of the name are its layer's.
 */
size_t znn_layer_size(const char *name, size_t size);

enum role znn_role(const char *name, size_t size);

/*
 * In one word; static.
 */
const char *znn_role_word(enum role role);

/*
 * True for names that mark integers as packed or rounded weights, not as counts or indices.
 */
bool znn_name_is_quantized(const char *name, size_t size);

/*
 * Orders names as people count: h.2 before h.10.
 */
int znn_name_compare(const char *a, size_t a_size, const char *b, size_t b_size);

#endif
