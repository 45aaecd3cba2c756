/*
 * base.h - the model that others are coded against
 *
 * What stands behind znn_base_open() in znn.h: a row of tensors whose bytes can be read in any order, from a file of
 * any format that the scanners know, or out of a .znn file, which may have a base itself.
 *
 *     child.znn --> base.znn --> older.safetensors
 */
#ifndef ZNN_ENGINE_FILE_BASE_H
#define ZNN_ENGINE_FILE_BASE_H

#include "common/source.h"
#include "engine/coding/allowance.h"
#include "engine/file/tensor_list.h"
#include "platform/threads.h"

/* The hash of a tensor; all zero, it is not known yet. */
struct base_hash {
    uint64_t hash[2];
};

struct znn_base {
    struct znn_input input;
    struct source source;      /* of a model file */
    struct znn_reader *reader; /* of a .znn file, or NULL */
    struct tensor_list list;   /* of a model file; a reader has its own */
    const struct tensor_list *tensors;
    uint64_t size;   /* of the model */
    uint64_t memory; /* that reading it takes at most, with all its bases */
    uint64_t all;    /* likewise, and of all its bases */
    unsigned depth;  /* 1 for a model, and one more for each .znn file that needs a base on the way to it */
    struct mutex lock;
    struct base_hash *hashes; /* of the tensors, from the first that is asked for; guarded by the lock */
    uint64_t hashed;          /* bytes; likewise */
};

/*
 * As znn_base_open().
 */
enum znn_status znn_base_open_file(struct znn_input *input, struct znn_base *parent, struct znn_base **base,
                                   struct znn_error *error);

/*
 * Reads `size` bytes of the model from `offset` on.  Fewer are an error, as is everything that is wrong with the base:
 * ZNN_ERROR_BASE.  `nested` may be NULL.  Safe from several threads at once.
 */
enum znn_status znn_base_read(struct znn_base *base, uint64_t offset, void *data, size_t size,
                              const struct nested *nested, struct znn_error *error);

/*
 * The same for some ranges, sorted by offset.
 */
enum znn_status znn_base_read_ranges(struct znn_base *base, const struct range *ranges, size_t count,
                                     const struct nested *nested, struct znn_error *error);

/*
 * The same bytes without a copy, where the model is in memory; else NULL.
 */
const uint8_t *znn_base_direct(const struct znn_base *base, uint64_t offset, size_t size);

/*
 * The XXH3-128 of tensor `i`; `room` is working memory, and `nested` may be NULL.  It is computed when first asked for.
 * ZNN_ERROR_BASE where tensors overlap so much that hashing them is too much work.  Safe from several threads at once.
 */
enum znn_status znn_base_hash(struct znn_base *base, size_t i, struct buffer *room, const struct nested *nested,
                              uint64_t hash[2], struct znn_error *error);

/*
 * Tells that tensor `i` has this hash, because another one has the same bytes.
 */
enum znn_status znn_base_set_hash(struct znn_base *base, size_t i, const uint64_t hash[2], struct znn_error *error);

#endif
