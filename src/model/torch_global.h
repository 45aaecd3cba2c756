/*
 * torch_global.h - the names in PyTorch's pickles that have a meaning here
 *
 * A pickle of tensors names three kinds of things: the type of a storage (torch.FloatStorage), a dtype if the storage
 * has none (torch.float8_e4m3fn with torch.storage.UntypedStorage), and the function that builds a tensor
 * (torch._utils._rebuild_tensor_v2).  All other names are ignored.
 */
#ifndef ZNN_MODEL_TORCH_GLOBAL_H
#define ZNN_MODEL_TORCH_GLOBAL_H

#include "model/dtype.h"
#include "model/pickle_value.h"

enum torch_meaning {
    MEANS_NOTHING,
    MEANS_STORAGE,            /* a storage type, with its element type */
    MEANS_DTYPE,              /* an element type */
    MEANS_TENSOR,             /* (storage, offset, shape, strides, ...) */
    MEANS_TENSOR_WITH_DTYPE,  /* the same, with a dtype as the seventh argument */
    MEANS_QUANTIZED,          /* the same, with a tuple of quantizer parameters as the fifth */
    MEANS_PARAMETER,          /* (tensor, ...) */
    MEANS_PARAMETER_AND_DICT, /* (tensor, ..., ..., state) */
    MEANS_SUBCLASS,           /* (function, class, arguments, state) */
    MEANS_SIZE,               /* (tuple) */
    MEANS_ORDERED_DICT,       /* (), or (list of pairs) */
    MEANS_NDARRAY,            /* NumPy: filled from a state of (version, shape, dtype, fortran order, bytes) */
    MEANS_FROM_BUFFER,        /* NumPy: (bytes, dtype, shape, order) */
    MEANS_NUMPY_DTYPE         /* ("f4", ...), with a state of (version, byte order, ...) */
};

/*
 * An element in PyTorch's sense may be a pair of znn's elements (complex numbers) or a part of one (4-bit integers).
 */
struct torch_type {
    uint8_t dtype; /* an enum dtype, DTYPE_BYTES if unknown */
    uint8_t parts; /* 1, 2 for a pair, 0 if several elements share a byte */
};

struct torch_global {
    const char *path; /* module and name, as Python writes them */
    enum torch_meaning meaning;
    struct torch_type type; /* for MEANS_STORAGE and MEANS_DTYPE */
};

/*
 * Returns the meaning of `value`, which may be any value of `pickle`.  Returns MEANS_NOTHING if it is not a global or
 * not a known one.  The answer is cached in the value.  It is static and never NULL.
 */
const struct torch_global *znn_torch_global(struct pickle *pickle, uint32_t value);

/*
 * Returns the bytes that one element takes in PyTorch's count: 1 for an unknown type, which PyTorch counts in bytes.
 */
unsigned znn_torch_element_size(struct torch_type type);

#endif
