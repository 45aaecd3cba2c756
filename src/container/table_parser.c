/*
 * table_parser.c - reads the tables of the index from pieces
 *
 * Tables consist of LEB128 numbers, except digests and names:
 *
 *     chunk    | decoded size | record size | digest |
 *     tensor   | name size | name | type | rank | dimension... | stride... | gap | surplus |
 *
 * Only strided tensors have strides, and none has them in version 1.
 *
 * A piece may end anywhere.  So the parser waits until a number is complete, handles the current field, and moves on to
 * the next field.
 */
#include "container/index.h"

#include "common/bytes.h"

enum field {
    FIELD_DECODED_SIZE,
    FIELD_RECORD_SIZE,
    FIELD_DIGEST,
    FIELD_NAME_SIZE,
    FIELD_NAME,
    FIELD_TYPE,
    FIELD_RANK,
    FIELD_DIMENSION,
    FIELD_STRIDE,
    FIELD_GAP,
    FIELD_SURPLUS
};

static bool is_of_tensors(const struct table_parser *parser)
{
    return parser->kind == TABLE_TENSORS || parser->kind == TABLE_TENSORS_VERSION_1;
}

static enum znn_status fail_table(const struct table_parser *parser, struct znn_error *error)
{
    return znn_fail(error, ZNN_ERROR_CORRUPT, ZNN_NO_OFFSET, "the index's table of %s is malformed at entry %llu",
                    is_of_tensors(parser) ? "tensors" : "chunks", (unsigned long long)parser->seen);
}

static enum znn_status end_chunk(struct table_parser *parser, uint64_t digest, struct znn_error *error)
{
    uint64_t decoded = parser->first, record = parser->second;
    if (decoded == 0 || decoded > CHUNK_MAX || record <= RECORD_PREFIX ||
        record > RECORD_PREFIX + DIRECTORY_MAX + CHUNK_MAX || decoded > parser->original_size - parser->end)
        return fail_table(parser, error);
    parser->end += decoded;
    parser->seen++;
    parser->field = FIELD_DECODED_SIZE;
    struct chunk_entry entry = {(uint32_t)decoded, (uint32_t)record, digest};
    return parser->on_chunk ? parser->on_chunk(parser->context, &entry) : ZNN_OK;
}

static uint64_t unzigzag(uint64_t number)
{
    return number & 1 ? ~(number >> 1) : number >> 1;
}

static enum znn_status end_tensor(struct table_parser *parser, uint64_t surplus, struct znn_error *error)
{
    struct tensor *tensor = &parser->tensor;
    uint64_t size = bits_to_bytes((enum dtype)tensor->dtype, parser->bits) + unzigzag(surplus);
    uint64_t last = tensor->offset;
    tensor->offset = parser->end + unzigzag(parser->first); /* wraps around if the gap is negative or invalid */
    tensor->size = size;
    if (tensor->offset < last || tensor->offset > parser->original_size ||
        size > parser->original_size - tensor->offset)
        return fail_table(parser, error);
    parser->end = tensor->offset + size;
    enum znn_status status = parser->on_tensor ? parser->on_tensor(parser->context, tensor, &parser->text) : ZNN_OK;
    parser->seen++;
    parser->field = FIELD_NAME_SIZE;
    parser->text.size = 0;
    return status;
}

static void take_type(struct table_parser *parser, uint64_t type)
{
    uint64_t number = type / 2;
    bool known = number < DTYPE_COUNT; /* an unknown type is no error, but becomes bytes */
    bool sized = number < DTYPE_SIZED;
    parser->tensor.dtype = known ? (uint8_t)number : DTYPE_BYTES;
    parser->bits = sized ? znn_dtype_info((enum dtype)number)->bits : 0;
    parser->tensor.flags = TENSOR_LISTED;
    if (type & 1)
        parser->tensor.flags |= parser->kind == TABLE_TENSORS ? TENSOR_STRIDED : TENSOR_STRIDED | TENSOR_NO_STRIDES;
    parser->field = FIELD_RANK;
}

static enum znn_status add_text(struct table_parser *parser, const uint8_t *data, size_t size, struct znn_error *error)
{
    uint64_t limit = parser->text_limit;
    if (limit > 0 && (size > limit || parser->text.size > limit - size))
        return znn_fail(error, ZNN_ERROR_MEMORY_LIMIT, ZNN_NO_OFFSET, "the name or shape of a tensor is very long");
    return znn_buffer_append(&parser->text, data, size) ? ZNN_OK : znn_fail_memory(error, size);
}

/* Expects `count` dimensions or strides next, or the field after them if there are none. */
static void expect_numbers(struct table_parser *parser, enum field field, uint64_t count)
{
    bool has_strides = (parser->tensor.flags & (TENSOR_STRIDED | TENSOR_NO_STRIDES)) == TENSOR_STRIDED;
    parser->left = count;
    parser->field = count == 0 || (field == FIELD_STRIDE && !has_strides) ? FIELD_GAP : field;
}

/* Takes a dimension or a stride. */
static enum znn_status take_dimension(struct table_parser *parser, uint64_t number, struct znn_error *error)
{
    uint8_t bytes[LEB128_MAX];
    enum znn_status status = parser->on_tensor ? add_text(parser, bytes, store_leb128(bytes, number), error) : ZNN_OK;
    if (status)
        return status;
    bool is_dimension = parser->field == FIELD_DIMENSION;
    if (is_dimension)
        parser->bits = times_dimension(parser->bits, number);
    if (--parser->left == 0)
        expect_numbers(parser, FIELD_STRIDE, is_dimension ? parser->tensor.rank : 0);
    return ZNN_OK;
}

static enum znn_status take_number(struct table_parser *parser, uint64_t number, struct znn_error *error)
{
    struct tensor *tensor = &parser->tensor;
    switch ((enum field)parser->field) {
    case FIELD_DECODED_SIZE:
    case FIELD_GAP:
        parser->first = number;
        parser->field++;
        return ZNN_OK;
    case FIELD_RECORD_SIZE:
        parser->second = number;
        parser->field++;
        return parser->kind == TABLE_CHUNKS ? ZNN_OK : end_chunk(parser, 0, error);
    case FIELD_NAME_SIZE:
        if (number > UINT32_MAX)
            return fail_table(parser, error);
        tensor->name_size = (uint32_t)number;
        parser->left = number;
        parser->field = number > 0 ? FIELD_NAME : FIELD_TYPE;
        return ZNN_OK;
    case FIELD_TYPE:
        take_type(parser, number);
        return ZNN_OK;
    case FIELD_RANK:
        if (number > UINT32_MAX)
            return fail_table(parser, error);
        tensor->rank = (uint32_t)number;
        expect_numbers(parser, FIELD_DIMENSION, number);
        return ZNN_OK;
    case FIELD_DIMENSION:
    case FIELD_STRIDE:
        return take_dimension(parser, number, error);
    case FIELD_SURPLUS:
        return end_tensor(parser, number, error);
    case FIELD_DIGEST:
    case FIELD_NAME:
        break;
    }
    return fail_table(parser, error);
}

/* Takes one byte of a number. */
static enum znn_status take_byte(struct table_parser *parser, uint8_t byte, struct znn_error *error)
{
    if (parser->shift == 63 && byte > 1)
        return fail_table(parser, error);
    parser->value |= (uint64_t)(byte & 0x7f) << parser->shift;
    parser->shift += 7;
    if (byte & 0x80)
        return ZNN_OK;
    if (byte == 0 && parser->shift > 7)
        return fail_table(parser, error);
    uint64_t number = parser->value;
    parser->value = 0;
    parser->shift = 0;
    return take_number(parser, number, error);
}

/* Takes one byte of a digest. */
static enum znn_status take_digest_byte(struct table_parser *parser, uint8_t byte, struct znn_error *error)
{
    parser->value |= (uint64_t)byte << parser->shift;
    parser->shift += 8;
    if (parser->shift < 64)
        return ZNN_OK;
    uint64_t digest = parser->value;
    parser->value = 0;
    parser->shift = 0;
    return end_chunk(parser, digest, error);
}

static enum znn_status take_name(struct table_parser *parser, const uint8_t *data, size_t size, size_t *taken,
                                 struct znn_error *error)
{
    *taken = parser->left < size ? (size_t)parser->left : size;
    enum znn_status status = parser->on_tensor ? add_text(parser, data, *taken, error) : ZNN_OK;
    if (status)
        return status;
    parser->left -= *taken;
    if (parser->left == 0)
        parser->field = FIELD_TYPE;
    return ZNN_OK;
}

enum znn_status znn_table_parser_feed(struct table_parser *parser, const uint8_t *data, size_t size,
                                      struct znn_error *error)
{
    if (parser->seen == 0 && is_of_tensors(parser) && parser->field == FIELD_DECODED_SIZE)
        parser->field = FIELD_NAME_SIZE;
    while (size > 0) {
        if (parser->seen == parser->entries)
            return fail_table(parser, error);
        size_t taken = 1;
        enum znn_status status = parser->field == FIELD_NAME     ? take_name(parser, data, size, &taken, error)
                                 : parser->field == FIELD_DIGEST ? take_digest_byte(parser, *data, error)
                                                                 : take_byte(parser, *data, error);
        if (status)
            return status;
        data += taken;
        size -= taken;
    }
    return ZNN_OK;
}

enum znn_status znn_table_parser_finish(struct table_parser *parser, struct znn_error *error)
{
    bool whole = parser->seen == parser->entries && parser->shift == 0;
    if (!is_of_tensors(parser))
        whole = whole && parser->end == parser->original_size;
    return whole ? ZNN_OK : fail_table(parser, error);
}

void znn_table_parser_free(struct table_parser *parser)
{
    znn_buffer_free(&parser->text);
}
