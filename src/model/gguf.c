/*
 * gguf.c - the scanner for GGUF files
 *
 * The scanner reads the description through a cursor, which views a piece of the file at a time and skips everything
 * that is not needed.  Counts and lengths in the file are only claims: a loop over them stops as soon as the bytes for
 * the next turn are missing, and skipped bytes must exist, too.  So the size of the file bounds both time and memory.
 */
#include "model/gguf.h"

#include <string.h>

#include "common/bytes.h"
#include "model/utf8.h"

#define DESCRIPTION_MAX ((uint64_t)128 << 20)
#define KEY_MAX 65535
#define WINDOW ((size_t)64 << 10)
#define NAME_MAX 4096 /* of a tensor; ggml allows 63 bytes */
#define RANK_MAX 8    /* ggml allows 4 */
#define DEPTH_MAX 4   /* of nested arrays, which ggml does not support at all */

static const char alignment_key[] = "general.alignment";

/* ------------------------------------------------------------------------------------------------------------------ */
/* The cursor                                                                                                         */
/* ------------------------------------------------------------------------------------------------------------------ */

/* A position in the file.  Errors are sticky: after the first one, every read fails. */
struct cursor {
    struct source *source;
    uint64_t offset;       /* in the file */
    const uint8_t *window; /* the bytes from `offset` on that are in view */
    size_t in_view;
    bool bad;               /* the description ends too early, is too long, or makes no sense */
    bool cut;               /* the file ends too early */
    enum znn_status status; /* of reading */
    struct znn_error *error;
};

/* Returns the next `size` bytes, at most WINDOW, without moving on.  Returns NULL if they are missing. */
static const uint8_t *peek(struct cursor *cursor, size_t size)
{
    if (!cursor->bad && cursor->in_view < size)
        cursor->status =
            znn_source_view(cursor->source, cursor->offset, WINDOW, &cursor->window, &cursor->in_view, cursor->error);
    cursor->cut = cursor->cut || (!cursor->bad && !cursor->status && cursor->in_view < size);
    cursor->bad = cursor->bad || cursor->status || cursor->in_view < size;
    return cursor->bad ? NULL : cursor->window;
}

/* Skips `size` bytes, which need not be in view. */
static void skip(struct cursor *cursor, uint64_t size)
{
    bool possible = !cursor->bad && size <= DESCRIPTION_MAX - cursor->offset;
    if (!possible || size > cursor->source->size - cursor->offset) {
        cursor->bad = true;
        cursor->cut = cursor->cut || possible;
        return;
    }
    size_t passed = size < cursor->in_view ? (size_t)size : cursor->in_view;
    cursor->offset += size;
    cursor->window += passed;
    cursor->in_view -= passed;
}

/* Skips `count` elements of `size` bytes. */
static void skip_elements(struct cursor *cursor, uint64_t count, uint64_t size)
{
    skip(cursor, count <= DESCRIPTION_MAX ? count * size : UINT64_MAX);
}

static uint32_t take_u32(struct cursor *cursor)
{
    const uint8_t *p = peek(cursor, 4);
    uint32_t number = p ? load_le32(p) : 0;
    skip(cursor, 4);
    return number;
}

static uint64_t take_u64(struct cursor *cursor)
{
    const uint8_t *p = peek(cursor, 8);
    uint64_t number = p ? load_le64(p) : 0;
    skip(cursor, 8);
    return number;
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* The metadata                                                                                                       */
/* ------------------------------------------------------------------------------------------------------------------ */

enum { VALUE_U32 = 4, VALUE_STRING = 8, VALUE_ARRAY = 9 };

/* Returns the bytes of a value, or 0 for strings, arrays and unknown types. */
static uint64_t value_size(uint32_t type)
{
    static const uint8_t sizes[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
    return type < sizeof sizes ? sizes[type] : 0;
}

static void skip_string(struct cursor *cursor)
{
    skip(cursor, take_u64(cursor));
}

static void skip_array(struct cursor *cursor, unsigned depth)
{
    uint32_t type = take_u32(cursor);
    uint64_t count = take_u64(cursor);
    if (value_size(type)) {
        skip_elements(cursor, count, value_size(type));
        return;
    }
    cursor->bad = cursor->bad || depth == DEPTH_MAX || (type != VALUE_STRING && type != VALUE_ARRAY);
    for (uint64_t i = 0; i < count && !cursor->bad; i++) /* a string takes at least 8 bytes, an array 12 */
        if (type == VALUE_STRING)
            skip_string(cursor);
        else
            skip_array(cursor, depth + 1);
}

/* Skips a key and its value.  If the key is the alignment's, sets *alignment. */
static void read_metadata(struct cursor *cursor, uint32_t *alignment)
{
    uint64_t size = take_u64(cursor);
    const uint8_t *key = size == sizeof alignment_key - 1 ? peek(cursor, sizeof alignment_key - 1) : NULL;
    bool is_alignment = key && memcmp(key, alignment_key, sizeof alignment_key - 1) == 0;
    skip(cursor, size);
    cursor->bad = cursor->bad || size > KEY_MAX;
    uint32_t type = take_u32(cursor);
    if (is_alignment) {
        uint32_t number = take_u32(cursor);
        cursor->bad = cursor->bad || type != VALUE_U32 || number == 0;
        *alignment = cursor->bad ? *alignment : number;
    } else if (type == VALUE_STRING) {
        skip_string(cursor);
    } else if (type == VALUE_ARRAY) {
        skip_array(cursor, 1);
    } else {
        cursor->bad = cursor->bad || value_size(type) == 0;
        skip(cursor, value_size(type));
    }
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* The tensors                                                                                                        */
/* ------------------------------------------------------------------------------------------------------------------ */

/* Returns DTYPE_BYTES for numbers that ggml has dropped (4, 5, 31 to 33, 36 to 38) or not assigned yet. */
static enum dtype dtype_of(uint32_t type)
{
    static const uint8_t dtypes[] = {
        [0] = DTYPE_F32,     [1] = DTYPE_F16,      [2] = DTYPE_Q4_0,   [3] = DTYPE_Q4_1,    [6] = DTYPE_Q5_0,
        [7] = DTYPE_Q5_1,    [8] = DTYPE_Q8_0,     [9] = DTYPE_Q8_1,   [10] = DTYPE_Q2_K,   [11] = DTYPE_Q3_K,
        [12] = DTYPE_Q4_K,   [13] = DTYPE_Q5_K,    [14] = DTYPE_Q6_K,  [15] = DTYPE_Q8_K,   [16] = DTYPE_IQ2_XXS,
        [17] = DTYPE_IQ2_XS, [18] = DTYPE_IQ3_XXS, [19] = DTYPE_IQ1_S, [20] = DTYPE_IQ4_NL, [21] = DTYPE_IQ3_S,
        [22] = DTYPE_IQ2_S,  [23] = DTYPE_IQ4_XS,  [24] = DTYPE_I8,    [25] = DTYPE_I16,    [26] = DTYPE_I32,
        [27] = DTYPE_I64,    [28] = DTYPE_F64,     [29] = DTYPE_IQ1_M, [30] = DTYPE_BF16,   [34] = DTYPE_TQ1_0,
        [35] = DTYPE_TQ2_0,  [39] = DTYPE_MXFP4,   [40] = DTYPE_NVFP4, [41] = DTYPE_Q1_0,   [42] = DTYPE_Q2_0,
    };
    return type < sizeof dtypes ? (enum dtype)dtypes[type] : DTYPE_BYTES;
}

/* Appends the next tensor's name to the text.  Returns false if memory ran out. */
static bool read_name(struct cursor *cursor, struct model *model, struct tensor *tensor)
{
    uint64_t size = take_u64(cursor);
    const uint8_t *name = size <= NAME_MAX ? peek(cursor, (size_t)size) : NULL;
    tensor->text = model->text.size;
    cursor->bad = cursor->bad || !name || znn_utf8_valid_size(name, (size_t)size) != size;
    if (cursor->bad)
        return true;
    tensor->name_size = (uint32_t)size;
    bool done = znn_buffer_append(&model->text, name, tensor->name_size);
    skip(cursor, size);
    return done;
}

/* Sets type and size from the dimensions in file order.  Sets DTYPE_BYTES if type and dimensions do not match. */
static void measure(struct tensor *tensor, enum dtype dtype, const uint64_t *shape)
{
    const struct dtype_info *info = znn_dtype_info(dtype);
    uint64_t bits = info->bits;
    bool empty = false;
    for (uint32_t i = 0; i < tensor->rank; i++) {
        bits = times_dimension(bits, shape[i]);
        empty = empty || shape[i] == 0;
    }
    uint64_t row = tensor->rank > 0 ? shape[0] : 1;
    bool sound = row % info->block_elements == 0 && (bits > 0 || empty);
    tensor->dtype = (uint8_t)(sound ? dtype : DTYPE_BYTES);
    tensor->size = bits_to_bytes(dtype, bits);
}

/* Reads dimensions and type, and appends the dimensions to the text.  Returns false if memory ran out. */
static bool read_shape(struct cursor *cursor, struct model *model, struct tensor *tensor)
{
    uint64_t shape[RANK_MAX];
    tensor->rank = take_u32(cursor);
    cursor->bad = cursor->bad || tensor->rank > RANK_MAX;
    for (uint32_t i = 0; i < tensor->rank && !cursor->bad; i++)
        shape[i] = take_u64(cursor);
    enum dtype dtype = dtype_of(take_u32(cursor));
    if (cursor->bad)
        return true;
    measure(tensor, dtype, shape);
    for (uint32_t i = tensor->rank; i-- > 0;)
        if (!znn_buffer_append_leb128(&model->text, shape[i]))
            return false;
    return true;
}

/* Reads one tensor info.  Its offset is relative to the data until place_tensors().  Returns false if memory ran
 * out. */
static bool read_tensor(struct cursor *cursor, struct model *model)
{
    struct tensor tensor = {.flags = TENSOR_LISTED};
    if (!read_name(cursor, model, &tensor) || !read_shape(cursor, model, &tensor))
        return false;
    tensor.offset = take_u64(cursor);
    return cursor->bad || znn_model_push(model, &tensor);
}

/* Converts offsets relative to the data, which starts at `data`, to file offsets, and drops tensors with impossible
 * ones.  If the file ends too early, a tensor keeps the part that exists. */
static void place_tensors(struct model *model, uint64_t data, uint64_t alignment, uint64_t file_size)
{
    size_t kept = 0;
    for (size_t i = 0; i < model->count; i++) {
        struct tensor tensor = model->tensors[i];
        bool possible = data <= INT64_MAX && tensor.offset <= INT64_MAX - data &&
                        tensor.size <= INT64_MAX - data - tensor.offset && tensor.offset % alignment == 0;
        if (!possible || tensor.dtype == DTYPE_BYTES)
            continue;
        tensor.offset += data;
        uint64_t end = tensor.offset + tensor.size;
        model->end = end > model->end ? end : model->end;
        if (tensor.size > 0)
            tensor.flags |= TENSOR_SPAN;
        znn_tensor_clip(&tensor, file_size);
        model->tensors[kept++] = tensor;
    }
    model->count = kept;
}

/* Handles a file that ends within the description.  The file then has no tensor data, and only the tensors before the
 * cut are known. */
static void lose_tensors(struct model *model, uint64_t file_size)
{
    size_t kept = 0;
    for (size_t i = 0; i < model->count; i++) {
        model->tensors[i].offset = file_size;
        model->tensors[i].size = 0;
        if (model->tensors[i].dtype != DTYPE_BYTES)
            model->tensors[kept++] = model->tensors[i];
    }
    model->count = kept;
    model->verdict = VERDICT_TRUNCATED;
}

/* ------------------------------------------------------------------------------------------------------------------ */

/* Reads the description.  Leaves `cursor` at its end. */
static enum znn_status read_description(struct cursor *cursor, struct model *model, uint32_t *alignment)
{
    uint64_t tensors = take_u64(cursor);
    uint64_t keys = take_u64(cursor);
    for (uint64_t i = 0; i < keys && !cursor->bad; i++)
        read_metadata(cursor, alignment);
    for (uint64_t i = 0; i < tensors && !cursor->bad; i++)
        if (!read_tensor(cursor, model))
            return znn_fail(cursor->error, ZNN_ERROR_MEMORY, ZNN_NO_OFFSET,
                            "out of memory for the tensors of a GGUF file");
    return cursor->status;
}

enum znn_status znn_gguf_scan(struct source *source, struct model *model, struct znn_error *error)
{
    struct cursor cursor = {.source = source, .error = error};
    uint32_t alignment = 32;
    const uint8_t *magic = peek(&cursor, 8);
    if (!magic || memcmp(magic, "GGUF", 4) != 0)
        return cursor.status;
    skip(&cursor, 4);
    uint32_t version = take_u32(&cursor);
    if (version != 2 && version != 3)
        return ZNN_OK;
    enum znn_status status = read_description(&cursor, model, &alignment);
    if (status || (cursor.bad && !cursor.cut)) {
        znn_model_reject(model, VERDICT_ACCEPTED);
        return status;
    }
    uint64_t data = (cursor.offset + alignment - 1) / alignment * alignment;
    if (cursor.cut)
        lose_tensors(model, source->size);
    else
        place_tensors(model, data, alignment, source->size);
    znn_model_settle(model, source->size);
    znn_model_conclude(model, source->size);
    model->format = FORMAT_GGUF;
    return ZNN_OK;
}
