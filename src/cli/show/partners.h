/*
 * partners.h - which tensors of a base are the partners of a model's tensors, and how they were found
 *
 *     partners    19 by name, 34 by translated name; 19 have another type
 */
#ifndef ZNN_CLI_SHOW_PARTNERS_H
#define ZNN_CLI_SHOW_PARTNERS_H

#include "znn.h"

#include <stdbool.h>
#include <stddef.h>

/* The partner of a tensor that has bytes of its own. */
struct partner {
    uint64_t offset, size;    /* of the tensor, in the model */
    struct znn_tensor tensor; /* of the base, if `how` is not ZNN_MATCH_NONE */
    enum znn_match how;
};

/*
 * A zeroed struct has no partners.  Call znn_partners_free() when done, before the base is closed.
 */
struct partners {
    struct partner *items; /* by offset */
    size_t count;
    size_t capacity;
    bool is_short; /* memory ran out */
};

/*
 * Collects the partners of the model `input`.  Reports a lack of memory as the library does.
 */
enum znn_status znn_partners_collect(struct partners *partners, struct znn_input *input, struct znn_base *base,
                                     struct znn_error *error);

void znn_partners_free(struct partners *partners);

/*
 * Returns the partner of a tensor of the model, or NULL if it has none.  Views of a tensor's bytes have none.
 */
const struct partner *znn_partners_find(const struct partners *partners, const struct znn_tensor *tensor);

/*
 * Returns a word for a way to find a partner, such as "content", or "" for ZNN_MATCH_NONE.
 */
const char *znn_match_word(enum znn_match how);

/*
 * Prints how many tensors of a model have partners: "19 by name, 34 by translated name; 19 have another type".  Prints
 * "none" if there are none.
 */
void znn_matches_print(const uint64_t counts[ZNN_MATCH_SHAPE + 1], uint64_t converted);

/*
 * Does the same for all partners.  `model` provides the types of the tensors.
 */
void znn_partners_print(const struct partners *partners, const struct znn_analysis *model);

#endif
