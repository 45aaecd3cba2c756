/*
 * order0.c - the size that codes for single bytes could reach
 *
 *     order0 FILE
 *
 * Prints one line with tabs: the dtypes with their numbers of tensors, the bytes of all tensors, and the bytes left if
 * each byte group (or field) of each tensor takes its order-0 entropy.  Each tensor has its own statistics, which cost
 * nothing.  Floats are rotated by one bit before the split, so the exponent has its own group.  This is a reference,
 * not quite a bound: larger contexts, matches and other rotations can do better, and small tensors cannot pay for their
 * own statistics.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "codec/statistics.h"
#include "common/buffer.h"
#include "common/source.h"
#include "engine/coding/rotation.h"
#include "model/model.h"
#include "transform/fields.h"
#include "transform/groups.h"

#define STREAMS_MAX 16

static void fail(const char *what)
{
    fprintf(stderr, "order0: %s\n", what);
    exit(1);
}

static struct buffer read_file(const char *path)
{
    struct buffer file = {0};
    FILE *in = fopen(path, "rb");
    if (!in)
        fail("cannot open the file");
    for (size_t got = 1; got > 0; file.size += got) {
        if (!znn_buffer_reserve(&file, 1 << 20))
            fail("out of memory");
        got = fread(file.data + file.size, 1, 1 << 20, in);
    }
    if (ferror(in))
        fail("cannot read the file");
    fclose(in);
    return file;
}

static double entropy(const uint8_t *data, size_t size)
{
    struct statistics statistics;
    znn_statistics_count(&statistics, data, size);
    double bits = 0;
    for (size_t v = 0; v < 256; v++)
        if (statistics.count[v] > 0)
            bits -= statistics.count[v] * log2((double)statistics.count[v] / (double)size);
    return bits / 8;
}

/* The entropies of `size` bytes of elements or blocks at `data`, added up; `room` holds as many bytes. */
static double tensor_entropy(const struct dtype_info *dtype, const uint8_t *data, size_t size, uint8_t *room)
{
    uint8_t *streams[STREAMS_MAX];
    size_t sizes[STREAMS_MAX];
    unsigned count;
    size_t elements = size / (dtype->fields ? dtype->block_bytes : dtype->word);
    for (count = 0; dtype->fields ? dtype->fields[count] > 0 : count < dtype->word; count++) {
        sizes[count] = elements * (dtype->fields ? dtype->fields[count] : 1);
        streams[count] = room;
        room += sizes[count];
    }
    if (dtype->fields)
        znn_fields_split(data, elements, dtype->fields, count, streams);
    else
        znn_groups_split(data, elements, dtype->word,
                         dtype->number == NUMBER_FLOAT && dtype->word > 1 ? ROTATION_PURE : 0, streams);
    double sum = 0;
    for (unsigned i = 0; i < count; i++)
        if (sizes[i] > 0)
            sum += entropy(streams[i], sizes[i]);
    return sum;
}

int main(int argc, char **argv)
{
    if (argc != 2)
        fail("usage: order0 FILE");
    struct buffer file = read_file(argv[1]);
    struct buffer room = {0};
    struct znn_input input = znn_input_memory(file.data, file.size);
    struct source source;
    struct model model = {0};
    znn_source_open(&source, &input);
    if (znn_model_scan(&source, &model, NULL) || !znn_buffer_reserve(&room, file.size))
        fail("cannot scan the file");
    size_t tensors[DTYPE_COUNT] = {0};
    double left = 0;
    uint64_t bytes = 0;
    for (size_t i = 0; i < model.count; i++) {
        const struct tensor *tensor = &model.tensors[i];
        if (tensor->dtype < DTYPE_COUNT)
            tensors[tensor->dtype]++;
        if (!(tensor->flags & TENSOR_SPAN)) /* it lies within another one */
            continue;
        bytes += tensor->size;
        left += tensor_entropy(znn_dtype_info((enum dtype)tensor->dtype), file.data + tensor->offset,
                               (size_t)tensor->size, room.data);
    }
    const char *space = "";
    for (int i = 0; i < DTYPE_COUNT; i++)
        if (tensors[i] > 0) {
            printf("%s%s*%zu", space, znn_dtype_info((enum dtype)i)->name, tensors[i]);
            space = " ";
        }
    printf("%s\t%llu\t%.0f\n", *space ? "" : "-", (unsigned long long)bytes, left);
    znn_model_free(&model);
    znn_source_close(&source);
    znn_buffer_free(&room);
    znn_buffer_free(&file);
    return 0;
}
