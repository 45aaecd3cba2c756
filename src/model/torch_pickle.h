/*
 * torch_pickle.h - storages and tensors in a PyTorch pickle
 *
 * PyTorch separates numbers from structure.  A storage is a flat array of elements outside the pickle; inside the
 * pickle it is a persistent identifier.  A tensor is a call with a storage among its arguments, and views part of that
 * storage:
 *
 *     ("storage", torch.FloatStorage, key "0", location "cpu", number of elements [, a view of it])
 *     torch._utils._rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks)
 *
 * Offset and strides count elements.  The position of a storage depends on the kind of file, so the scanner of the file
 * places the storages.  After that, the tensors have positions, too.
 */
#ifndef ZNN_MODEL_TORCH_PICKLE_H
#define ZNN_MODEL_TORCH_PICKLE_H

#include "model/pickle.h"
#include "model/torch_global.h"

/*
 * A storage, as one persistent identifier describes it.  The same storage may be described many times.  Kept at 40
 * bytes.
 */
struct torch_storage {
    uint64_t bytes;  /* claimed by the pickle; UINT64_MAX if it exceeds 64 bits */
    uint64_t offset; /* in the file, STORAGE_UNPLACED at first */
    uint64_t size;   /* in the file, a multiple of the element size */
    uint32_t key;    /* a value: a string, or rarely an integer */
    uint32_t view;   /* a value: None, 0, or (key, offset, number of elements) */
    uint8_t unit;    /* bytes of an element, as the number of elements counts them */
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
 * Runs the pickle at `data`, which must outlive `torch`, and collects its storages, even if the pickle is broken
 * further on.  Returns false only if the system ran out of memory.  Call znn_torch_pickle_free() in either case.
 */
bool znn_torch_pickle_read(struct torch_pickle *torch, const uint8_t *data, size_t size);

void znn_torch_pickle_free(struct torch_pickle *torch);

/*
 * Places a storage at `offset`, if the file has `room` bytes left there, possibly 0.
 */
void znn_torch_place(struct torch_storage *storage, uint64_t offset, uint64_t room);

/* PyTorch allows 64 dimensions.  One more is for complex numbers, as torch.view_as_real() adds it. */
#define TORCH_RANK_MAX 64

/*
 * The range of a tensor in the file: from its first to its last element, or to the end of the file if it is cut.
 */
struct torch_view {
    uint64_t offset;
    uint64_t size;
    enum dtype dtype;
    bool strided; /* elements are not contiguous in the order of the shape, but follow `strides` */
    uint32_t rank;
    uint64_t shape[TORCH_RANK_MAX + 1];
    uint64_t strides[TORCH_RANK_MAX + 1]; /* in elements of dtype */
};

/*
 * A call that an object stands for.  The meaning is MEANS_NOTHING if the value is not an object.
 */
struct torch_call {
    enum torch_meaning meaning;
    uint32_t arguments;
    uint32_t state; /* attributes of subclasses and parameters that have them; otherwise 0 */
};

struct torch_call znn_torch_call(struct torch_pickle *torch, uint32_t object);

/*
 * Sets *view to the tensor that a call builds.  The call's meaning must be MEANS_TENSOR, MEANS_TENSOR_WITH_DTYPE or
 * MEANS_QUANTIZED.  Returns false if the tensor is invalid or does not lie in a placed storage.
 */
bool znn_torch_view(struct torch_pickle *torch, const struct torch_call *call, struct torch_view *view);

/*
 * Completes `view`, whose offset, shape and rank are set: sets dtype and size from `type`.  Returns false if they make
 * no sense or the size exceeds 64 bits.
 */
bool znn_torch_measure(struct torch_view *view, struct torch_type type);

/*
 * Reads a shape from a tuple of integers or a torch.Size of one.  Returns false if it is invalid.
 */
bool znn_torch_shape(struct torch_pickle *torch, uint32_t value, uint64_t shape[TORCH_RANK_MAX], uint32_t *rank);

#endif
