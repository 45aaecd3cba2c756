/*
 * make_model.c - makes a safetensors file of any size with realistic weights, for benchmarks
 *
 *     make_model BF16 512 > model.safetensors
 */
#include <stdio.h>
#include <stdlib.h>

#include "weights.h"

static bool write_out(void *context, const uint8_t *data, size_t size)
{
    return fwrite(data, 1, size, context) == size;
}

int main(int argc, char **argv)
{
    if (argc != 3 || !weights_have(argv[1])) {
        fprintf(stderr, "usage: make_model BF16|F16|F32 MEGABYTES > FILE\n");
        return 2;
    }
    bool written = weights_write(argv[1], (size_t)strtoul(argv[2], NULL, 10), write_out, stdout);
    return written && fflush(stdout) == 0 ? 0 : 1;
}
