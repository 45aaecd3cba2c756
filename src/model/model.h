/*
 * model.h - what is where in a weight file
 *
 * To this room a file is a row of numbers that some header describes.  A scanner (safetensors.c, ...) reads that header
 * and lists the tensors; everything between them is opaque bytes.  Nothing here is needed to decompress: the container
 * says on its own how to undo what was done.
 *
 *     | header | tensor a | tensor b | ... |
 *      opaque    F32        BF16
 *
 * A scanner never refuses a file.  What it cannot vouch for in full it leaves untyped, and the verdict says why.
 */
#ifndef ZNN_MODEL_MODEL_H
#define ZNN_MODEL_MODEL_H

#include "common/buffer.h"
#include "common/error.h"
#include "common/source.h"
#include "model/dtype.h"

/* How a file was understood.  The numbers stand in .znn files (znn(5), "Source formats"). */
enum model_format {
    FORMAT_BYTES = 0,
    FORMAT_SAFETENSORS = 1,
    FORMAT_TORCH_ZIP = 2,
    FORMAT_TORCH_LEGACY = 3,
    FORMAT_ZIP = 4, /* a zip that is not PyTorch's, though perhaps one with PyTorch files inside */
    FORMAT_TORCHSCRIPT = 5,
    FORMAT_GGUF = 6,
    FORMAT_NPY = 7,
    FORMAT_NPZ = 8, /* a zip of .npy files */
    FORMAT_COUNT
};

/*
 * Why a header was not accepted, by the names of the safetensors reference reader.  VERDICT_ACCEPTED also where there
 * was nothing to judge.  The numbers stand in .znn files.
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
    VERDICT_TRUNCATED = 11, /* any other format: the file ends before what it describes does */
    VERDICT_COUNT
};

/*
 * A tensor.  Kept at 40 bytes, because a file may hold a million of them: name and shape lie in the model's `text`,
 * name first, then `rank` dimensions as LEB128, and for a strided tensor `rank` strides, in elements.
 *
 * If the file ends too early, the tensor keeps its shape, and `size` is that of the whole elements that are there:
 * perhaps none, at the file's end.
 */
struct tensor {
    uint64_t offset; /* of its first byte in the file */
    uint64_t size;   /* in bytes */
    uint64_t text;   /* where name and shape start in the model's text */
    uint32_t name_size;
    uint32_t rank;
    uint8_t dtype; /* an enum dtype */
    uint8_t flags; /* TENSOR_SPAN and so on */
};

/*
 * In safetensors a tensor is a range of its own.  In PyTorch files several tensors may view one storage, overlapping
 * or with strides: the storage is what types the bytes, the views are what people know by name.
 */
enum {
    TENSOR_SPAN = 1,       /* says how the bytes of its range are typed; spans do not overlap */
    TENSOR_LISTED = 2,     /* has a name and stands in the index */
    TENSOR_STRIDED = 4,    /* its elements do not follow each other in the order of its shape: see its strides */
    TENSOR_ROUNDED = 8,    /* a span whose numbers may be rounded; these two no scanner sets */
    TENSOR_CHOSEN = 16,    /* a tensor that is to be rounded, if no other that is kept has the same bytes */
    TENSOR_NO_STRIDES = 32 /* strided, by an index of format version 1, which does not tell the strides */
};

/*
 * Zeroed, it is the model of a file without tensors.  Free with znn_model_free().
 */
struct model {
    enum model_format format;
    enum header_verdict verdict;
    uint64_t end;           /* where the file should end by its description; 0: that does not say */
    struct tensor *tensors; /* by offset, then size */
    size_t count;
    size_t capacity;
    struct buffer text;
};

/*
 * Finds out what `source` is and fills `model`, which must be zeroed.  Fails only where reading fails or memory runs
 * out; a file of no known format, or with a header that is not in order, gives a model without tensors.
 *
 * For a stream the end of the file is not known: tensors may be listed that lie, in part or in whole, behind it.
 */
enum znn_status znn_model_scan(struct source *source, struct model *model, struct znn_error *error);

/*
 * For scanners: appends a tensor, its name and its shape.  False where memory ran out.
 */
bool znn_model_add(struct model *model, const struct tensor *tensor, const void *name, const uint64_t *shape);

/*
 * The same with strides, which a tensor with TENSOR_STRIDED needs; for any other they are ignored.
 */
bool znn_model_add_view(struct model *model, const struct tensor *tensor, const void *name, const uint64_t *shape,
                        const uint64_t *strides);

/*
 * As znn_model_add(), for a scanner that wrote name and shape to the end of model->text by itself, as it met them:
 * tensor->text says where they start.
 */
bool znn_model_push(struct model *model, const struct tensor *tensor);

/*
 * For scanners: gives back the memory that growing has set aside for more tensors and text.
 */
void znn_model_trim(struct model *model);

/*
 * For scanners that list storages and views in any order: sorts the tensors; drops what is a span only and does not
 * start behind the spans before it, or reaches beyond `file_size` (ZNN_SIZE_UNKNOWN: no limit); and where a span and
 * a view of it have the same range and type, makes one of the two.
 */
void znn_model_settle(struct model *model, uint64_t file_size);

/*
 * Cuts `tensor` down to the whole elements that lie before `end`, the end of the file.  Returns whether any of it is
 * gone.
 */
bool znn_tensor_clip(struct tensor *tensor, uint64_t end);

/*
 * Completes the verdict when the end of the file is known.
 */
void znn_model_conclude(struct model *model, uint64_t file_size);

/*
 * How many of the listed tensors a file of that size does not have in full.
 */
uint64_t znn_model_count_cut(const struct model *model, uint64_t file_size);

/*
 * The bytes behind the last tensor, which ends at `end`, of a file that should end there, too; 0 where it does, or its
 * format does not care.
 */
uint64_t znn_trailing_bytes(enum model_format format, enum header_verdict verdict, uint64_t end, uint64_t file_size);

/*
 * For scanners: drops all tensors and remembers why.
 */
void znn_model_reject(struct model *model, enum header_verdict verdict);

void znn_model_free(struct model *model);

/*
 * The bits of `dimension` things that have `bits` each; 0, and so for ever, where that is more than 64 bits can say.
 */
static inline uint64_t times_dimension(uint64_t bits, uint64_t dimension)
{
    return dimension > 0 && bits > UINT64_MAX / dimension ? 0 : bits * dimension;
}

/*
 * The bytes that a tensor of this type has, `bits` being those of a block times all dimensions.
 */
static inline uint64_t bits_to_bytes(enum dtype dtype, uint64_t bits)
{
    return bits / (8u * znn_dtype_info(dtype)->block_elements);
}

/*
 * Where the name and, behind it, the shape of a tensor are; never NULL, even if both are empty.
 */
const uint8_t *znn_tensor_text(const struct model *model, const struct tensor *tensor);

/*
 * The bytes that a tensor of this type and shape has, `rank` dimensions being LEB128 at `shape`; 0 where its bits are
 * more than 64 bits can say, or the type is none (DTYPE_COUNT).
 */
uint64_t znn_tensor_expected_size(enum dtype dtype, const uint8_t *shape, uint32_t rank);

/*
 * The bytes from the first to the last element of the tensor, whose name and shape (and strides) are at `text`; `size`
 * for a type or a number of bytes that is not known, UINT64_MAX where strides lead beyond 64 bits.
 */
uint64_t znn_tensor_extent(const struct tensor *tensor, const uint8_t *text);

/*
 * Static names: "safetensors", "InvalidOffset".
 */
const char *znn_format_name(enum model_format format);
const char *znn_verdict_name(enum header_verdict verdict);

#endif
