/*
 * safetensors_head.c - the head of a safetensors file
 *
 *     | N: u64 LE | {"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}, ...}, spaces up to a multiple of 8 |
 *
 * As the reference writer has it: the widest types first, which aligns them all, and then by name.
 */
#include "cli/dtypes.h"
#include "cli/json_writer.h"
#include "cli/tensor_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
    const struct znn_tensor *x = a;
    const struct znn_tensor *y = b;
    unsigned x_order = znn_dtype_find(x->dtype)->order;
    unsigned y_order = znn_dtype_find(y->dtype)->order;
    return x_order != y_order ? (x_order > y_order ? -1 : 1) : znn_tensor_compare_names(x, y);
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

void znn_safetensors_head(struct text *head, struct znn_tensor *tensors, size_t count)
{
    size_t start = head->size;
    uint64_t offset = 0;
    if (count > 0)
        qsort(tensors, count, sizeof *tensors, compare);
    znn_text_add(head, "\0\0\0\0\0\0\0", 8);
    znn_text_add(head, "{", 1);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            znn_text_add(head, ",", 1);
        add_tensor(head, &tensors[i], offset);
        offset += znn_tensor_file_size(&tensors[i]);
    }
    znn_text_add(head, "}", 1);
    while ((head->size - start) % 8 != 0 && !head->failed)
        znn_text_add(head, " ", 1);
    uint64_t size = head->size - start - 8;
    for (int i = 0; i < 8 && !head->failed; i++)
        head->data[start + (size_t)i] = (char)(unsigned char)(size >> 8 * i);
}
