/*
 * tensor_name.h - layer and role of a tensor from its name
 *
 * Names are paths, and the number of a block is a component of its own:
 *
 *     model.layers.17.self_attn.q_proj.weight
 *     `------+------' `--------------+------'
 *          layer            role: attention
 *
 * If a name has no number, its layer is the name without the last component: lm_head for lm_head.weight.
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
 * Returns the length of the layer's name at the start of the name.
 */
size_t znn_layer_size(const char *name, size_t size);

enum role znn_role(const char *name, size_t size);

/*
 * Returns a role in one word.  Static.
 */
const char *znn_role_word(enum role role);

/*
 * Returns true for names of packed or rounded integer weights, as opposed to counts or indices.
 */
bool znn_name_is_quantized(const char *name, size_t size);

/*
 * Compares names with numbers in numeric order: h.2 before h.10.
 */
int znn_name_compare(const char *a, size_t a_size, const char *b, size_t b_size);

#endif
