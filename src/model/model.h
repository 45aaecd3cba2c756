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

#include "base/buffer.h"
#include "base/error.h"
#include "base/source.h"
#include "model/dtype.h"

/* How a file was understood.  The numbers stand in .znn files (znn(5), "Source formats"). */
enum model_format { FORMAT_BYTES = 0, FORMAT_SAFETENSORS = 1, FORMAT_COUNT };

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
    VERDICT_OVERLAP = 11, /* znn's own: two names over one non-empty range */
    VERDICT_COUNT
};

/*
 * A tensor.  Kept at 40 bytes, because a file may hold a million of them: name and shape lie in the model's `text`,
 * name first, then `rank` dimensions as LEB128.
 */
struct tensor {
    uint64_t offset; /* of its first byte in the file */
    uint64_t size;   /* in bytes */
    uint64_t text;   /* where name and shape start in the model's text */
    uint32_t name_size;
    uint32_t rank;
    uint8_t dtype; /* an enum dtype */
};

/*
 * Zeroed, it is the model of a file without tensors.  Free with znn_model_free().
 */
struct model {
    enum model_format format;
    enum header_verdict verdict;
    struct tensor *tensors; /* by offset; they do not overlap, zero-size ones may share an offset */
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
 * For scanners: drops all tensors and remembers why.
 */
void znn_model_reject(struct model *model, enum header_verdict verdict);

void znn_model_free(struct model *model);

/*
 * Static names: "safetensors", "InvalidOffset".
 */
const char *znn_format_name(enum model_format format);
const char *znn_verdict_name(enum header_verdict verdict);

#endif
