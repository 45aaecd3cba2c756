/*
 * safetensors_head.c - writes the head of a safetensors file
 *
 *     | N: u64 LE | {"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}, ...}, spaces up to a multiple of 8 |
 *
 * The order is that of the reference writer: widest types first, which aligns all tensors, then by name.
 */
#include "cli/flags/dtypes.h"
#include "cli/say/json_writer.h"
#include "cli/tensors/tensor_file.h"

#include <inttypes.h>
#include <stdlib.h>

static unsigned order_of(const struct znn_reader *reader, size_t number)
{
    struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
    znn_reader_tensor(reader, number, &tensor);
    return znn_dtype_find(tensor.dtype)->order;
}

uint32_t *znn_safetensors_order(const struct znn_reader *reader, const struct entry *entries, size_t count)
{
    size_t starts[DTYPE_ORDERS] = {0}; /* the number of tensors of each type, then their start */
    uint32_t *numbers = malloc((count + 1) * sizeof *numbers);
    if (!numbers) {
        znn_say_memory_error(NULL);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        starts[order_of(reader, entries[i].number)]++;
    for (size_t i = DTYPE_ORDERS, start = 0; i-- > 0;) {
        size_t of_type = starts[i];
        starts[i] = start;
        start += of_type;
    }
    for (size_t i = 0; i < count; i++)
        numbers[starts[order_of(reader, entries[i].number)]++] = entries[i].number;
    return numbers;
}

static void add_string(struct text *text, const char *data, size_t size)
{
    znn_text_add(text, "\"", 1);
    while (size > 0) {
        char escaped[JSON_ESCAPED_MAX];
        size_t escaped_size;
        size_t length = znn_json_escape(data, size, escaped, &escaped_size);
        znn_text_add(text, escaped, escaped_size);
        data += length;
        size -= length;
    }
    znn_text_add(text, "\"", 1);
}

static void add_tensor(struct text *head, const struct znn_tensor *tensor, uint64_t offset)
{
    add_string(head, tensor->name, tensor->name_size);
    znn_text_format(head, ":{\"dtype\":\"%s\",\"shape\":[", tensor->dtype);
    for (size_t i = 0; i < tensor->rank; i++)
        znn_text_format(head, "%s%" PRIu64, i > 0 ? "," : "", tensor->shape[i]);
    znn_text_format(head, "],\"data_offsets\":[%" PRIu64 ",%" PRIu64 "]}", offset,
                    offset + znn_tensor_file_size(tensor));
}

/* A head may be as large as the index of a model, so it is made twice: first to find its size, then to write it in
 * pieces. */
#define PIECE 65536

struct head {
    struct output_file *output; /* NULL while finding the size */
    struct text piece;
    uint64_t size; /* of earlier pieces */
    bool fine;
};

static void flush(struct head *head)
{
    if (head->piece.failed)
        head->fine = head->fine && znn_say_memory_error(NULL);
    else if (head->output && head->fine)
        head->fine = znn_output_file_write(head->output, head->piece.data, head->piece.size);
    head->size += head->piece.size;
    head->piece.size = 0;
}

/* Makes the JSON and the spaces after it.  Returns their size. */
static uint64_t pass(struct head *head, const struct znn_reader *reader, const uint32_t *numbers, size_t count)
{
    uint64_t offset = 0;
    head->size = 0;
    znn_text_add(&head->piece, "{", 1);
    for (size_t i = 0; i < count && head->fine; i++) {
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        znn_reader_tensor(reader, numbers[i], &tensor);
        if (i > 0)
            znn_text_add(&head->piece, ",", 1);
        add_tensor(&head->piece, &tensor, offset);
        offset += znn_tensor_file_size(&tensor);
        if (head->piece.size >= PIECE || head->piece.failed)
            flush(head);
    }
    znn_text_add(&head->piece, "}", 1);
    while ((head->size + head->piece.size) % 8 != 0 && !head->piece.failed)
        znn_text_add(&head->piece, " ", 1);
    flush(head);
    return head->size;
}

bool znn_safetensors_write_head(struct output_file *output, const struct znn_reader *reader, const uint32_t *numbers,
                                size_t count)
{
    struct head head = {.fine = true};
    uint64_t size = pass(&head, reader, numbers, count);
    unsigned char length[8];
    for (int i = 0; i < 8; i++)
        length[i] = (unsigned char)(size >> 8 * i);
    head.output = output;
    head.fine = head.fine && znn_output_file_write(output, length, sizeof length);
    if (head.fine)
        pass(&head, reader, numbers, count);
    znn_text_free(&head.piece);
    return head.fine;
}
