/*
 * model.h - the tensors of a weight file
 *
 * In this room a file is a sequence of numbers with a header that describes them.  A scanner (safetensors.c, ...) reads
 * the header and lists the tensors.  All bytes between tensors are opaque.  Decompression does not need this room: the
 * container alone describes how to restore the file.
 *
 *     | header | tensor a | tensor b | ... |
 *      opaque    F32        BF16
 *
 * A scanner never rejects a file.  It leaves bytes untyped unless it is sure about them, and the verdict says why.
 */
#ifndef ZNN_MODEL_MODEL_H
#define ZNN_MODEL_MODEL_H

#include "common/buffer.h"
#include "common/error.h"
#include "common/source.h"
#include "model/dtype.h"

/* How znn understood a file.  The numbers are stored in .znn files (znn(5), "Source formats"). */
enum model_format {
    FORMAT_BYTES = 0,
    FORMAT_SAFETENSORS = 1,
    FORMAT_TORCH_ZIP = 2,
    FORMAT_TORCH_LEGACY = 3,
    FORMAT_ZIP = 4, /* a zip that is not PyTorch's; it may contain PyTorch files */
    FORMAT_TORCHSCRIPT = 5,
    FORMAT_GGUF = 6,
    FORMAT_NPY = 7,
    FORMAT_NPZ = 8, /* a zip of .npy files */
    FORMAT_COUNT
};

/*
 * Why a header was not accepted, with the names of the safetensors reference reader.  VERDICT_ACCEPTED also means that
 * there was nothing to judge.  The numbers are stored in .znn files.
 */
enum header_verdict {
    VERDICT_ACCEPTED = 0,
    VERDICT_HEADER_TOO_SMALL = 1,
    VERDICT_HEADER_TOO_LARGE = 2,
    VERDICT_INVALID_HEADER_LENGTH = 3,
    VERDICT_INVALID_HEADER = 4,
    VERDICT_INVALID_HEADER_DESERIALIZATION = 5,
    VERDICT_INVALID_OFFSET = 6,
    VERDICT_VALIDATION_OVERFLOW = 7,
    VERDICT_MISALIGNED_SLICE = 8,
    VERDICT_TENSOR_INVALID_INFO = 9,
    VERDICT_METADATA_INCOMPLETE_BUFFER = 10,
    VERDICT_TRUNCATED = 11, /* any other format: the file ends before its contents do */
    VERDICT_COUNT
};

/*
 * A tensor.  Kept at 40 bytes, because a file may have a million tensors.  Name and shape are in the model's `text`:
 * the name, then `rank` dimensions as LEB128, then for a strided tensor `rank` strides, counted in elements.
 *
 * If the file ends too early, the tensor keeps its shape, and `size` covers the whole elements that exist.  If none
 * exist, the tensor has size 0 and lies at the end of the file.
 */
struct tensor {
    uint64_t offset; /* of its first byte in the file */
    uint64_t size;   /* in bytes */
    uint64_t text;   /* start of name and shape in the model's text */
    uint32_t name_size;
    uint32_t rank;
    uint8_t dtype; /* an enum dtype */
    uint8_t flags; /* TENSOR_SPAN and so on */
};

/*
 * In safetensors, each tensor has its own range.  In PyTorch files, several tensors may view one storage, overlapping
 * or with strides.  The storage gives the bytes their type; the views have the names that people know.
 */
enum {
    TENSOR_SPAN = 1,       /* gives the bytes of its range their type; spans do not overlap */
    TENSOR_LISTED = 2,     /* has a name and is listed in the index */
    TENSOR_STRIDED = 4,    /* elements are not contiguous in the order of the shape: see the strides */
    TENSOR_ROUNDED = 8,    /* a span whose numbers may be rounded; no scanner sets this or the next flag */
    TENSOR_CHOSEN = 16,    /* a tensor to round, unless a tensor that must not be rounded shares its bytes */
    TENSOR_NO_STRIDES = 32 /* strided, from an index of format version 1, which does not store strides */
};

/*
 * A zeroed struct is the model of a file without tensors.  Free with znn_model_free().
 */
struct model {
    enum model_format format;
    enum header_verdict verdict;
    uint64_t end;           /* where the description says the file should end; 0 if it does not say */
    struct tensor *tensors; /* by offset, then size */
    size_t count;
    size_t capacity;
    struct buffer text;
};

/*
 * Determines the format of `source` and fills `model`, which must be zeroed.  Fails only if reading fails or memory
 * runs out.  A file of unknown format or with an invalid header gives a model without tensors.
 *
 * The end of a stream is unknown, so listed tensors may extend beyond it.
 */
enum znn_status znn_model_scan(struct source *source, struct model *model, struct znn_error *error);

/*
 * For scanners: appends a tensor with its name and shape.  Returns false if memory ran out.
 */
bool znn_model_add(struct model *model, const struct tensor *tensor, const void *name, const uint64_t *shape);

/*
 * Like znn_model_add(), with strides, which a tensor with TENSOR_STRIDED needs.  Strides of other tensors are ignored.
 */
bool znn_model_add_view(struct model *model, const struct tensor *tensor, const void *name, const uint64_t *shape,
                        const uint64_t *strides);

/*
 * Like znn_model_add(), for a scanner that has already appended name and shape to model->text.  tensor->text is their
 * start.
 */
bool znn_model_push(struct model *model, const struct tensor *tensor);

/*
 * For scanners: releases memory that was reserved for more tensors and text.
 */
void znn_model_trim(struct model *model);

/*
 * For scanners that list storages and views in any order.  Sorts the tensors.  Drops each nameless span that overlaps
 * an earlier span or extends beyond `file_size` (ZNN_SIZE_UNKNOWN: no limit).  Merges a span with a view that has the
 * same range and type.
 */
void znn_model_settle(struct model *model, uint64_t file_size);

/*
 * Cuts `tensor` down to the whole elements before `end`, the end of the file.  Returns true if it removed any.
 */
bool znn_tensor_clip(struct tensor *tensor, uint64_t end);

/*
 * Completes the verdict once the end of the file is known.
 */
void znn_model_conclude(struct model *model, uint64_t file_size);

/*
 * Returns the number of listed tensors that are incomplete in a file of this size.
 */
uint64_t znn_model_count_cut(const struct model *model, uint64_t file_size);

/*
 * Returns the number of bytes after the last tensor, which ends at `end`.  Returns 0 if there are none or the format
 * allows them.
 */
uint64_t znn_trailing_bytes(enum model_format format, enum header_verdict verdict, uint64_t end, uint64_t file_size);

/*
 * For scanners: drops all tensors and stores the verdict.
 */
void znn_model_reject(struct model *model, enum header_verdict verdict);

void znn_model_free(struct model *model);

/*
 * Returns the bits of `dimension` items of `bits` each.  Returns 0 if the product exceeds 64 bits; all further products
 * are then 0, too.
 */
static inline uint64_t times_dimension(uint64_t bits, uint64_t dimension)
{
    return dimension > 0 && bits > UINT64_MAX / dimension ? 0 : bits * dimension;
}

/*
 * Returns the bytes of a tensor of this type.  `bits` is the bits of a block times all dimensions.
 */
static inline uint64_t bits_to_bytes(enum dtype dtype, uint64_t bits)
{
    return bits / (8u * znn_dtype_info(dtype)->block_elements);
}

/*
 * Returns the name of a tensor, followed by its shape.  Never returns NULL, even if both are empty.
 */
const uint8_t *znn_tensor_text(const struct model *model, const struct tensor *tensor);

/*
 * Returns the bytes of a tensor of this type and shape, given `rank` dimensions as LEB128 at `shape`.  Returns 0 if the
 * bits of the tensor exceed 64 bits or the type is unknown (DTYPE_COUNT).
 */
uint64_t znn_tensor_expected_size(enum dtype dtype, const uint8_t *shape, uint32_t rank);

/*
 * Returns the bytes from the first to the last element of a tensor whose name, shape and strides are at `text`.
 * Returns `size` if the type or the number of bytes is unknown, and UINT64_MAX if the strides exceed 64 bits.
 */
uint64_t znn_tensor_extent(const struct tensor *tensor, const uint8_t *text);

/*
 * Returns a static name, such as "safetensors" or "InvalidOffset".
 */
const char *znn_format_name(enum model_format format);
const char *znn_verdict_name(enum header_verdict verdict);

#endif
