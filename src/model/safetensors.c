/*
 * safetensors.c - the scanner for safetensors files
 *
 * A safetensors file is a header that describes the rest, then the data:
 *
 *     | N: u64 LE | N bytes of JSON, UTF-8 | data: tensor after tensor |
 *     0           8                        8 + N
 *
 * The JSON gives each tensor a dtype, a shape and its range in the data.  The ranges must cover the data from the first
 * to the last byte without hole or overlap, and the length of each range must match dtype and shape.
 *
 * The scanner makes the checks of the reference reader, in the same order, so its verdict is the error that the
 * reference reader reports.  A rejected file is left untyped, because it is unclear which claim is wrong.  There is one
 * exception: if only the end of the data does not match the header (a broken download, or appended bytes), the scanner
 * lists the tensors as far as they exist.
 */
#include "model/safetensors.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "common/bytes.h"
#include "common/memory.h"
#include "model/safetensors_header.h"
#include "model/utf8.h"

#define LENGTH_SIZE 8                                    /* of N */
#define SAFETENSORS_HEADER_MAX ((uint64_t)100 * 1000000) /* the reference reader's limit for N */

#define END_MAX (INT64_MAX - LENGTH_SIZE - SAFETENSORS_HEADER_MAX) /* where data may end, counted from its start */

/* The bytes of the header that are checked before the rest is read. */
#define OPENING_SIZE 4096

/* ---------------------------------------------------------------------------------------------------------------- */
/* A name that stands there twice: the last one counts, as in the reference reader's hash table                     */
/* ---------------------------------------------------------------------------------------------------------------- */

struct named {
    uint64_t hash;
    const uint8_t *name;
    uint32_t size;
    uint32_t index; /* index of the tensor */
};

/* Hashes save most comparisons of names.  Deliberate collisions only bring the comparisons back. */
static int compare_names(const void *left, const void *right)
{
    const struct named *a = left;
    const struct named *b = right;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    if (a->size != b->size)
        return a->size < b->size ? -1 : 1;
    return memcmp(a->name, b->name, a->size);
}

static int compare_names_then_indices(const void *left, const void *right)
{
    int order = compare_names(left, right);
    if (order != 0)
        return order;
    return ((const struct named *)left)->index < ((const struct named *)right)->index ? -1 : 1;
}

/* Drops tensors without flags.  The others keep their order. */
static void drop_unmarked(struct model *model)
{
    size_t kept = 0;
    for (size_t i = 0; i < model->count; i++)
        if (model->tensors[i].flags)
            model->tensors[kept++] = model->tensors[i];
    model->count = kept;
}

/* Keeps the last tensor of each name and marks it as TENSOR_LISTED.  Returns false if memory ran out. */
static bool drop_namesakes(struct model *model)
{
    size_t count = model->count;
    if (count == 0)
        return true;
    struct named *names = znn_allocate(count * sizeof *names); /* takes less memory than tensors[] already does */
    if (!names)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct tensor *tensor = &model->tensors[i];
        const uint8_t *name = znn_tensor_text(model, tensor);
        names[i] = (struct named){XXH3_64bits(name, tensor->name_size), name, tensor->name_size, (uint32_t)i};
    }
    qsort(names, count, sizeof *names, compare_names_then_indices);
    for (size_t i = 0; i < count; i++)
        if (i + 1 == count || compare_names(&names[i], &names[i + 1]) != 0)
            model->tensors[names[i].index].flags = TENSOR_LISTED;
    znn_release(names);
    drop_unmarked(model);
    return true;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Ranges.  Up to place(), `offset` and `size` of a tensor are its data_offsets: begin and end in the data.         */
/* ---------------------------------------------------------------------------------------------------------------- */

static int compare_ranges(const void *left, const void *right)
{
    const struct tensor *a = left;
    const struct tensor *b = right;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    if (a->size != b->size)
        return a->size < b->size ? -1 : 1;
    return a->text < b->text ? -1 : a->text > b->text; /* in the order of the header */
}

/* Most headers are already in order. */
static void sort_by_range(struct model *model)
{
    for (size_t i = 1; i < model->count; i++)
        if (compare_ranges(&model->tensors[i - 1], &model->tensors[i]) > 0) {
            qsort(model->tensors, model->count, sizeof *model->tensors, compare_ranges);
            return;
        }
}

static bool multiply(uint64_t *product, uint64_t factor)
{
    if (factor != 0 && *product > UINT64_MAX / factor)
        return false;
    *product *= factor;
    return true;
}

/* Compares the length of the tensor with its dtype and shape. */
static enum header_verdict judge_size(const struct model *model, const struct tensor *tensor)
{
    size_t shape = (size_t)tensor->text + tensor->name_size;
    struct byte_reader reader =
        byte_reader(znn_tensor_text(model, tensor) + tensor->name_size, model->text.size - shape);
    uint64_t bits = 1;
    for (uint32_t i = 0; i < tensor->rank; i++)
        if (!multiply(&bits, read_leb128(&reader))) /* an overflow counts even if a later zero would undo it */
            return VERDICT_VALIDATION_OVERFLOW;
    if (!multiply(&bits, znn_dtype_info((enum dtype)tensor->dtype)->bits))
        return VERDICT_VALIDATION_OVERFLOW;
    if (bits % 8 != 0)
        return VERDICT_MISALIGNED_SLICE;
    return bits / 8 == tensor->size - tensor->offset ? VERDICT_ACCEPTED : VERDICT_TENSOR_INVALID_INFO;
}

/*
 * Checks the tensors, which are sorted by range, against each other and against the size of the data.  `data_size` is
 * ZNN_SIZE_UNKNOWN for a stream whose end is unknown; then any possible end is accepted.
 */
static enum header_verdict judge_ranges(const struct model *model, uint64_t data_size)
{
    uint64_t end = 0;
    for (size_t i = 0; i < model->count; i++) {
        const struct tensor *tensor = &model->tensors[i];
        if (tensor->offset != end || tensor->size < tensor->offset)
            return VERDICT_INVALID_OFFSET;
        end = tensor->size;
        enum header_verdict verdict = judge_size(model, tensor);
        if (verdict)
            return verdict;
    }
    bool is_complete = data_size == ZNN_SIZE_UNKNOWN ? end <= END_MAX : end == data_size;
    return is_complete ? VERDICT_ACCEPTED : VERDICT_METADATA_INCOMPLETE_BUFFER;
}

/*
 * Converts ranges in the data, which starts at `data_offset` in the file, to positions in the file.  If data is missing
 * or left over, the tensors keep the positions from the header.
 */
static void place(struct model *model, uint64_t data_offset, uint64_t file_size)
{
    model->end = data_offset + (model->count > 0 ? model->tensors[model->count - 1].size : 0);
    for (size_t i = 0; i < model->count; i++) {
        struct tensor *tensor = &model->tensors[i];
        tensor->size -= tensor->offset;
        tensor->offset += data_offset;
        if (tensor->size > 0)
            tensor->flags |= TENSOR_SPAN;
        znn_tensor_clip(tensor, file_size);
    }
}

/* Returns true if the ranges are consistent with each other and small enough for a file. */
static bool is_placeable(const struct model *model, enum header_verdict verdict)
{
    return !verdict || (verdict == VERDICT_METADATA_INCOMPLETE_BUFFER && model->count > 0 &&
                        model->tensors[model->count - 1].size <= END_MAX);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* The header                                                                                                       */
/* ---------------------------------------------------------------------------------------------------------------- */

/*
 * Checks a header by its first `size` bytes, at least one unless the header is empty.  `is_all` means that they are the
 * whole header.  A header that does not start with { cannot be accepted.  It is not read to its end, because its length
 * may be anything.
 */
static enum header_verdict judge_opening(const uint8_t *opening, size_t size, bool is_all)
{
    size_t space = 0;
    while (space < size && memchr(" \t\n\r", opening[space], 4))
        space++;
    if (space == size || opening[space] == '{')
        return VERDICT_ACCEPTED;
    size_t valid = znn_utf8_valid_size(opening, size);
    bool is_valid = valid == size || (!is_all && size - valid < UTF8_MAX); /* the last code point may be cut */
    return is_valid ? VERDICT_INVALID_HEADER_DESERIALIZATION : VERDICT_INVALID_HEADER;
}

/* Checks a whole header of `size` bytes and lists its tensors.  `data_size` is as for judge_ranges(). */
static enum znn_status judge_header(const uint8_t *header, size_t size, uint64_t data_size, struct model *model,
                                    enum header_verdict *verdict, struct znn_error *error)
{
    *verdict = VERDICT_INVALID_HEADER;
    if (znn_utf8_valid_size(header, size) != size)
        return ZNN_OK;
    *verdict = VERDICT_INVALID_HEADER_DESERIALIZATION;
    enum header_result result = znn_safetensors_read_header(header, size, model);
    if (result == HEADER_MALFORMED)
        return ZNN_OK;
    znn_model_trim(model);
    if (result == HEADER_NO_MEMORY || !drop_namesakes(model))
        return znn_fail(error, ZNN_ERROR_MEMORY, ZNN_NO_OFFSET,
                        "out of memory for the tensors of a safetensors header");
    sort_by_range(model);
    *verdict = judge_ranges(model, data_size);
    if (is_placeable(model, *verdict))
        place(model, LENGTH_SIZE + size, data_size == ZNN_SIZE_UNKNOWN ? data_size : LENGTH_SIZE + size + data_size);
    return ZNN_OK;
}

/* Returns the number of bytes after the header, if known.  (The end of a stream is known once it was reached.) */
static uint64_t size_behind(const struct source *source, uint64_t header_size)
{
    return source->size == ZNN_SIZE_UNKNOWN ? ZNN_SIZE_UNKNOWN : source->size - LENGTH_SIZE - header_size;
}

/*
 * Finds the verdict, and fills `model` if the ranges can be placed (model->end).  If they cannot, the contents of
 * `model` are undefined.  Sets *is_plausible if a person would call the file a safetensors file.
 */
static enum znn_status scan(struct source *source, struct model *model, enum header_verdict *verdict,
                            bool *is_plausible, struct znn_error *error)
{
    const uint8_t *data;
    size_t there;
    enum znn_status status = znn_source_view(source, 0, LENGTH_SIZE + OPENING_SIZE, &data, &there, error);
    if (status)
        return status;
    *verdict = VERDICT_HEADER_TOO_SMALL;
    if (there < LENGTH_SIZE)
        return ZNN_OK;
    *verdict = VERDICT_HEADER_TOO_LARGE;
    uint64_t length = load_le64(data);
    if (length > SAFETENSORS_HEADER_MAX)
        return ZNN_OK;
    *is_plausible = length >= 2 && there > LENGTH_SIZE && data[LENGTH_SIZE] == '{';

    *verdict = VERDICT_INVALID_HEADER_LENGTH;
    size_t size = (size_t)length;
    size_t opening = size < OPENING_SIZE ? size : OPENING_SIZE;
    if (there - LENGTH_SIZE < opening || (source->size != ZNN_SIZE_UNKNOWN && source->size - LENGTH_SIZE < length))
        return ZNN_OK;
    *verdict = judge_opening(data + LENGTH_SIZE, opening, opening == size);
    if (*verdict)
        return ZNN_OK;
    status = znn_source_view(source, 0, LENGTH_SIZE + size, &data, &there, error);
    if (status)
        return status;
    *verdict = VERDICT_INVALID_HEADER_LENGTH; /* the stream ended, or the file has shrunk */
    if (there < LENGTH_SIZE + size)
        return ZNN_OK;
    return judge_header(data + LENGTH_SIZE, size, size_behind(source, length), model, verdict, error);
}

enum znn_status znn_safetensors_scan(struct source *source, struct model *model, struct znn_error *error)
{
    enum header_verdict verdict = VERDICT_ACCEPTED;
    bool is_plausible = false;
    enum znn_status status = scan(source, model, &verdict, &is_plausible, error);
    if (status)
        return status;
    if (model->end == 0)
        znn_model_reject(model, verdict);
    model->verdict = verdict;
    if (is_plausible || model->end > 0)
        model->format = FORMAT_SAFETENSORS;
    return ZNN_OK;
}
