/*
 * fuzz_salvage.c - salvages any bytes as a damaged .znn file
 *
 * An output that appends must get the same bytes as one with random access, unless a chunk came too late for it.  The
 * lost ranges must be in order and within the original.  A file that decodes must be salvaged as whole.
 */
#include <stdio.h>

#include "../unit/callbacks.h"
#include "guard.h"

/* A constant chunk may unpack to far more, which only costs time here. */
#define OUTPUT_MAX ((uint64_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_ranges(const struct znn_salvage *salvage, const struct znn_memory *out)
{
    int is_known;
    uint64_t end = 0, size = znn_salvage_size(salvage, &is_known);
    require(out->size == size, "another size than said");
    for (size_t i = 0; i < znn_salvage_range_count(salvage); i++) {
        uint64_t offset, lost;
        znn_salvage_range(salvage, i, &offset, &lost);
        require(lost > 0 && offset >= end && lost <= size - offset, "ranges out of order");
        end = offset + lost;
    }
    for (size_t i = 0; i < znn_salvage_tensor_count(salvage) && i < 100; i++) {
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        uint64_t lost;
        znn_salvage_tensor(salvage, i, &tensor, &lost);
        require(lost <= tensor.size, "a tensor that has lost more than it had");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct znn_input input = znn_input_memory(guard_input(data, size), size);
    struct znn_memory out = {0}, whole = {0};
    struct znn_output output = znn_output_memory(&out), other = znn_output_memory(&whole);
    struct znn_decompress_options options = {
        .struct_size = sizeof(struct znn_decompress_options), .max_output = OUTPUT_MAX, .threads = 1};
    struct znn_salvage *salvage;
    enum znn_status status = znn_salvage(&input, &output, &options, &salvage, NULL);
    if (status == ZNN_OK)
        check_ranges(salvage, &out);
    if (znn_decompress(&input, &other, &options, NULL, NULL) == ZNN_OK) {
        require(status == ZNN_OK && znn_salvage_range_count(salvage) == 0, "a good file from which something is lost");
        require(out.size == whole.size && (out.size == 0 || memcmp(out.data, whole.data, out.size) == 0),
                "other bytes than those of a good file");
    }
    znn_salvage_free(salvage);
    free(out.data);
    free(whole.data);
    return 0;
}
