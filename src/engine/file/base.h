/*
 * base.h - the model that other files are coded against
 *
 * This is the implementation behind znn_base_open() in znn.h.  A base is a list of tensors whose bytes can be read in
 * any order.  They come from a file of any format that the scanners know, or from a .znn file, which may have a base
 * itself.
 *
 *     child.znn --> base.znn --> older.safetensors
 */
#ifndef ZNN_ENGINE_FILE_BASE_H
#define ZNN_ENGINE_FILE_BASE_H

#include "common/source.h"
#include "engine/coding/allowance.h"
#include "engine/file/tensor_list.h"
#include "platform/threads.h"

/* The hash of a tensor.  All zeros mean that it is not known yet. */
struct base_hash {
    uint64_t hash[2];
};

struct znn_base {
    const struct znn_allocator *allocator; /* of this base and of all files that use it */
    struct znn_input input;
    struct source source;      /* of a model file */
    struct znn_reader *reader; /* of a .znn file, or NULL */
    struct tensor_list list;   /* of a model file; a reader has its own */
    const struct tensor_list *tensors;
    uint64_t size;   /* of the model */
    uint64_t memory; /* the most that reading the model takes, with all its bases */
    uint64_t all;    /* bytes of the model and of all its bases */
    unsigned depth;  /* 1 for a model; each .znn file that needs a base adds one */
    struct mutex lock;
    struct base_hash *hashes; /* of the tensors; allocated when the first hash is requested; guarded by the lock */
    uint64_t hashed;          /* bytes hashed so far; guarded by the lock */
};

/*
 * Like znn_base_open().
 */
enum znn_status znn_base_open_file(struct znn_input *input, struct znn_base *parent, struct znn_base **base,
                                   struct znn_error *error);

/*
 * Reads `size` bytes of the model at `offset`.  Returns ZNN_ERROR_BASE if the model ends earlier or anything else is
 * wrong with the base.  `nested` may be NULL.  Several threads may call this at once.
 */
enum znn_status znn_base_read(struct znn_base *base, uint64_t offset, void *data, size_t size,
                              const struct nested *nested, struct znn_error *error);

/*
 * Does the same for several ranges, sorted by offset.
 */
enum znn_status znn_base_read_ranges(struct znn_base *base, const struct range *ranges, size_t count,
                                     const struct nested *nested, struct znn_error *error);

/*
 * Returns a pointer to the same bytes if the model is in memory, which saves a copy.  Returns NULL otherwise.
 */
const uint8_t *znn_base_direct(const struct znn_base *base, uint64_t offset, size_t size);

/*
 * Sets `hash` to the XXH3-128 of tensor `i`, which is computed on the first request.  `room` is working memory, and
 * `nested` may be NULL.  Returns ZNN_ERROR_BASE if the tensors overlap so much that hashing them is too much work.
 * Several threads may call this at once.
 */
enum znn_status znn_base_hash(struct znn_base *base, size_t i, struct buffer *room, const struct nested *nested,
                              uint64_t hash[2], struct znn_error *error);

/*
 * Sets the hash of tensor `i`, if the caller knows it because another tensor has the same bytes.
 */
enum znn_status znn_base_set_hash(struct znn_base *base, size_t i, const uint64_t hash[2], struct znn_error *error);

#endif
