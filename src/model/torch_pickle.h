/*
 * torch_pickle.h - storages and tensors in a PyTorch pickle
 *
 * PyTorch keeps numbers apart from structure.  A storage is a flat run of elements that lies outside the pickle; inside
 * it is a persistent identifier.  A tensor is a call with a storage among its arguments, and sees part of it:
 *
 *     ("storage", torch.FloatStorage, key "0", location "cpu", number of elements [, a view of it])
 *     torch._utils._rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks)
 *
 * Offset and strides count elements.  Where the storages lie depends on the file that the pickle comes from: its
 * scanner places them, and from then on the tensors have a place too.
 */
#ifndef ZNN_MODEL_TORCH_PICKLE_H
#define ZNN_MODEL_TORCH_PICKLE_H

#include "model/pickle.h"
#include "model/torch_global.h"

/*
 * A storage, as one persistent identifier describes it; the same storage may be described many times.  Kept at 40
 * bytes.
 */
struct torch_storage {
    uint64_t bytes;  /* that it claims to have; UINT64_MAX where that passes 64 bits */
    uint64_t offset; /* in the file, STORAGE_UNPLACED at first */
    uint64_t size;   /* in the file, a multiple of the element's */
    uint32_t key;    /* a value: a string, or rarely an integer */
    uint32_t view;   /* a value: None, 0, or (key, offset, number of elements) */
    uint8_t unit;    /* bytes of an element, as its number counts them */
    struct torch_type type;
};

#define STORAGE_UNPLACED UINT64_MAX

struct torch_pickle {
    struct pickle pickle;
    struct torch_storage *storages;
    size_t count;
    size_t capacity;
};

/*
 * Runs the pickle at `data`, which must outlast `torch`, and collects its storages, also from one that is broken
 * further on.  False only where the system gave no memory.  Free with znn_torch_pickle_free() in any case.
 */
bool znn_torch_pickle_read(struct torch_pickle *torch, const uint8_t *data, size_t size);

void znn_torch_pickle_free(struct torch_pickle *torch);

/*
 * Places a storage where the file has room for `room` bytes of it at `offset`: perhaps none.
 */
void znn_torch_place(struct torch_storage *storage, uint64_t offset, uint64_t room);

/* PyTorch allows 64 dimensions; one more is for complex numbers, as torch.view_as_real() adds it. */
#define TORCH_RANK_MAX 64

/*
 * What a tensor covers of the file.  Its size reaches from its first to its last element, or as far as the file has
 * them.
 */
struct torch_view {
    uint64_t offset;
    uint64_t size;
    enum dtype dtype;
    bool strided; /* the elements do not follow each other as the shape says, but by `strides` */
    uint32_t rank;
    uint64_t shape[TORCH_RANK_MAX + 1];
    uint64_t strides[TORCH_RANK_MAX + 1]; /* in elements of dtype */
};

/*
 * The call that an object stands for, by what it means; MEANS_NOTHING for a value that is no object.
 */
struct torch_call {
    enum torch_meaning meaning;
    uint32_t arguments;
    uint32_t state; /* attributes, for subclasses and parameters that have some; otherwise 0 */
};

struct torch_call znn_torch_call(struct torch_pickle *torch, uint32_t object);

/*
 * The tensor that a call puts together, whose meaning is MEANS_TENSOR, _WITH_DTYPE or MEANS_QUANTIZED.  False for one
 * that is not in order, or does not lie in a placed storage.
 */
bool znn_torch_view(struct torch_pickle *torch, const struct torch_call *call, struct torch_view *view);

/*
 * Finishes `view`, of which offset, shape and rank are set: dtype and size by `type`.  False where they make no sense
 * or the size passes 64 bits.
 */
bool znn_torch_measure(struct torch_view *view, struct torch_type type);

/*
 * Reads a shape from a tuple of integers or a torch.Size of one.  False where it is not in order.
 */
bool znn_torch_shape(struct torch_pickle *torch, uint32_t value, uint64_t shape[TORCH_RANK_MAX], uint32_t *rank);

#endif
