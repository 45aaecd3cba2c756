/*
 * npy.c - the scanner for NumPy's .npy files
 *
 * A header needs only a few of Python's literals: strings, tuples of integers, True and False.  Other values belong to
 * arrays that znn treats as opaque, so the scanner need not understand them.
 */
#include "model/npy.h"

#include <stdio.h>
#include <string.h>

#include "common/bytes.h"

#define MAGIC "\x93NUMPY"
#define MAGIC_SIZE 6
#define PREFIX_SIZE 12 /* up to the header, where that is longest */
#define NPY_HEADER_MAX 65535
#define RANK_MAX 64

/* The contents of the header. */
struct header {
    enum dtype dtype; /* DTYPE_BYTES if znn has no such type */
    bool pair;        /* each element is two numbers of that type */
    bool fortran_order;
    uint32_t rank;
    uint64_t shape[RANK_MAX + 1];
    uint64_t strides[RANK_MAX + 1]; /* in Fortran order, set by measure() */
};

/* ------------------------------------------------------------------------------------------------------------------ */
/* Literals                                                                                                           */
/* ------------------------------------------------------------------------------------------------------------------ */

/* Skips white space.  Returns the next byte, or 0 at the end. */
static uint8_t peek(struct byte_reader *reader)
{
    while (bytes_left(reader) > 0 && (*reader->next == ' ' || *reader->next == '\n' || *reader->next == '\t'))
        reader->next++;
    return bytes_left(reader) > 0 ? *reader->next : 0;
}

/* Takes `byte` if it is next. */
static bool accept(struct byte_reader *reader, char byte)
{
    if (peek(reader) != (uint8_t)byte)
        return false;
    reader->next++;
    return true;
}

/* Takes a string without escapes.  Returns NULL if there is none. */
static const uint8_t *take_string(struct byte_reader *reader, size_t *size)
{
    uint8_t quote = peek(reader);
    if (quote != '\'' && quote != '"')
        return NULL;
    const uint8_t *start = reader->next + 1;
    const uint8_t *end = memchr(start, quote, (size_t)(reader->end - start));
    if (!end || memchr(start, '\\', (size_t)(end - start)))
        return NULL;
    *size = (size_t)(end - start);
    reader->next = end + 1;
    return start;
}

static bool take_word(struct byte_reader *reader, const char *word)
{
    size_t size = strlen(word);
    peek(reader);
    if (bytes_left(reader) < size || memcmp(reader->next, word, size) != 0)
        return false;
    reader->next += size;
    return true;
}

static bool take_bool(struct byte_reader *reader, bool *value)
{
    *value = take_word(reader, "True");
    return *value || take_word(reader, "False");
}

/* Takes a decimal number, which Python 2 may end with an L. */
static bool take_number(struct byte_reader *reader, uint64_t *number)
{
    uint8_t byte = peek(reader);
    if (byte < '0' || byte > '9')
        return false;
    for (*number = 0; bytes_left(reader) > 0 && *reader->next >= '0' && *reader->next <= '9'; reader->next++) {
        uint64_t digit = (uint64_t)(*reader->next - '0');
        if (*number > (UINT64_MAX - digit) / 10)
            return false;
        *number = *number * 10 + digit;
    }
    accept(reader, 'L');
    return true;
}

/* Takes (), (3,), (3, 4) or (3, 4,).  (3) is not a tuple but a number in parentheses. */
static bool take_shape(struct byte_reader *reader, struct header *header)
{
    bool comma = true;
    header->rank = 0;
    if (!accept(reader, '('))
        return false;
    while (!accept(reader, ')')) {
        if (!comma || header->rank == RANK_MAX || !take_number(reader, &header->shape[header->rank]))
            return false;
        header->rank++;
        comma = accept(reader, ',');
    }
    return comma || header->rank != 1;
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* The header                                                                                                         */
/* ------------------------------------------------------------------------------------------------------------------ */

static bool is_text(const uint8_t *text, size_t size, const char *wanted)
{
    return size == strlen(wanted) && memcmp(text, wanted, size) == 0;
}

/* Sets the type by its name if znn has such a type. */
static void set_type(struct header *header, const uint8_t *name, size_t size)
{
    static const struct {
        const char *name;
        enum dtype dtype;
    } types[] = {
        {"|b1", DTYPE_BOOL}, {"|i1", DTYPE_I8},      {"|u1", DTYPE_U8},  {"<i2", DTYPE_I16},  {"<u2", DTYPE_U16},
        {"<i4", DTYPE_I32},  {"<u4", DTYPE_U32},     {"<i8", DTYPE_I64}, {"<u8", DTYPE_U64},  {"<f2", DTYPE_F16},
        {"<f4", DTYPE_F32},  {"<f8", DTYPE_F64},     {"<c8", DTYPE_C64}, {"<c16", DTYPE_F64}, {"<V2", DTYPE_BF16},
        {"|V2", DTYPE_BF16}, {"<f1", DTYPE_F8_E5M2},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (is_text(name, size, types[i].name))
            header->dtype = types[i].dtype;
    header->pair = is_text(name, size, "<c16");
}

/* Takes one key and its value. */
static bool take_entry(struct byte_reader *reader, struct header *header, unsigned *seen)
{
    size_t size, value_size;
    const uint8_t *key = take_string(reader, &size);
    if (!key || !accept(reader, ':'))
        return false;
    unsigned before = *seen;
    if (is_text(key, size, "descr")) {
        const uint8_t *value = take_string(reader, &value_size);
        if (!value) /* a list of the fields of records */
            return false;
        set_type(header, value, value_size);
        *seen |= 1;
    } else if (is_text(key, size, "fortran_order")) {
        *seen |= take_bool(reader, &header->fortran_order) ? 2 : 0;
    } else if (is_text(key, size, "shape")) {
        *seen |= take_shape(reader, header) ? 4 : 0;
    }
    return *seen != before;
}

/* Reads the text of a header.  Returns false if it is invalid or its array is opaque. */
static bool read_header(const uint8_t *text, size_t size, struct header *header)
{
    struct byte_reader reader = byte_reader(text, size);
    unsigned seen = 0;
    bool comma = true;
    *header = (struct header){.dtype = DTYPE_BYTES};
    if (!accept(&reader, '{'))
        return false;
    while (!accept(&reader, '}')) {
        if (!comma || !take_entry(&reader, header, &seen))
            return false;
        comma = accept(&reader, ',');
    }
    return seen == 7 && peek(&reader) == 0 && bytes_left(&reader) == 0 && header->dtype != DTYPE_BYTES;
}

/* The first dimension is the fastest.  A pair stays together. */
static void set_fortran_strides(struct header *header)
{
    uint64_t step = header->pair ? 2 : 1;
    for (uint32_t i = 0; i < header->rank; i++) {
        header->strides[i] = step;
        step *= header->shape[i];
    }
    if (header->pair)
        header->strides[header->rank - 1] = 1;
}

/* Fills in the tensor from its header.  Returns false if its size exceeds 64 bits. */
static bool measure(struct header *header, struct tensor *tensor)
{
    if (header->pair)
        header->shape[header->rank++] = 2;
    uint64_t bits = znn_dtype_info(header->dtype)->bits;
    bool empty = false;
    for (uint32_t i = 0; i < header->rank; i++) {
        bits = times_dimension(bits, header->shape[i]);
        empty = empty || header->shape[i] == 0;
    }
    tensor->dtype = (uint8_t)header->dtype;
    tensor->rank = header->rank;
    tensor->size = bits_to_bytes(header->dtype, bits);
    tensor->flags = TENSOR_LISTED;
    if (tensor->size > 0)
        tensor->flags |= TENSOR_SPAN;
    if (header->fortran_order && header->rank > 1)
        tensor->flags |= TENSOR_STRIDED;
    set_fortran_strides(header);
    return bits > 0 || empty;
}

/* ------------------------------------------------------------------------------------------------------------------ */

/* Reads the prefix at `offset` to find the header.  Sets *size to 0 if the prefix is invalid. */
static enum znn_status find_header(struct source *source, uint64_t offset, uint64_t *place, size_t *size,
                                   struct znn_error *error)
{
    const uint8_t *prefix;
    size_t there;
    *size = 0;
    enum znn_status status = znn_source_view(source, offset, PREFIX_SIZE, &prefix, &there, error);
    if (status || there < PREFIX_SIZE || memcmp(prefix, MAGIC, MAGIC_SIZE) != 0)
        return status;
    uint8_t major = prefix[6];
    uint32_t claim = major == 1 ? load_le16(prefix + 8) : load_le32(prefix + 8);
    bool known = major >= 1 && major <= 3 && prefix[7] == 0;
    *place = offset + (major == 1 ? 10 : 12);
    *size = known && claim <= NPY_HEADER_MAX ? claim : 0;
    return ZNN_OK;
}

enum znn_status znn_npy_scan_range(struct source *source, uint64_t offset, uint64_t size, const void *name,
                                   uint32_t name_size, struct model *model, bool *found, struct znn_error *error)
{
    struct header header;
    struct tensor tensor = {.name_size = name_size};
    const uint8_t *text;
    uint64_t place;
    size_t header_size, there;
    *found = false;
    enum znn_status status = find_header(source, offset, &place, &header_size, error);
    if (status || header_size == 0)
        return status;
    status = znn_source_view(source, place, header_size, &text, &there, error);
    if (status || there < header_size || !read_header(text, header_size, &header) || !measure(&header, &tensor))
        return status;
    tensor.offset = place + header_size;
    if (tensor.offset - offset > size || tensor.size > INT64_MAX - tensor.offset)
        return ZNN_OK;
    model->end = tensor.offset + tensor.size;
    znn_tensor_clip(&tensor, size > UINT64_MAX - offset ? UINT64_MAX : offset + size);
    *found = znn_model_add_view(model, &tensor, name, header.shape, header.strides);
    return *found ? ZNN_OK : znn_fail_memory(error, name_size);
}

/* Sets *more if another array follows.  Never asks a stream, because a stream would have to keep everything before
 * it. */
static enum znn_status goes_on(struct source *source, uint64_t offset, bool *more, struct znn_error *error)
{
    const uint8_t *prefix;
    size_t there;
    *more = false;
    if (!znn_source_is_seekable(source) || offset >= source->size)
        return ZNN_OK;
    enum znn_status status = znn_source_view(source, offset, MAGIC_SIZE, &prefix, &there, error);
    *more = !status && there == MAGIC_SIZE && memcmp(prefix, MAGIC, MAGIC_SIZE) == 0;
    return status;
}

/* Lists one array after the other.  A single array is named "array"; several are named by their numbers. */
static enum znn_status scan_arrays(struct source *source, bool numbered, struct model *model, bool *several,
                                   struct znn_error *error)
{
    enum znn_status status = ZNN_OK;
    uint64_t offset = 0;
    bool more = true;
    *several = numbered;
    for (unsigned long number = 0; more && !status && *several == numbered; number++) {
        char name[24] = "array";
        int name_size = numbered ? snprintf(name, sizeof name, "%lu", number) : 5;
        status =
            znn_npy_scan_range(source, offset, source->size - offset, name, (uint32_t)name_size, model, &more, error);
        offset = model->end;
        if (!status && more)
            status = goes_on(source, offset, &more, error);
        *several = *several || more;
    }
    return status;
}

enum znn_status znn_npy_scan(struct source *source, struct model *model, struct znn_error *error)
{
    bool several;
    enum znn_status status = scan_arrays(source, false, model, &several, error);
    if (!status && several) {
        znn_model_free(model);
        status = scan_arrays(source, true, model, &several, error);
    }
    if (status || model->count == 0)
        return status;
    znn_model_settle(model, source->size);
    znn_model_conclude(model, source->size);
    model->format = FORMAT_NPY;
    return ZNN_OK;
}
