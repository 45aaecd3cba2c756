/*
 * fuzz_npy.c - scans any .npy file, alone or after other bytes as in a .npz
 *
 * The first byte is the number of bytes before the file, and the others are the file.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../unit/model_check.h"
#include "guard.h"
#include "model/npy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    data = guard_input(data, size);
    struct znn_input input = znn_input_memory(data, size);
    struct source source;
    struct model model = {0};
    bool found = false;
    size_t start = size > 0 ? 1 + (size_t)data[0] % size : 0;
    znn_source_open(&source, &input);
    enum znn_status status = znn_npy_scan_range(&source, start, size - start, "name", 4, &model, &found, NULL);
    const char *fault = status ? znn_status_name(status) : model_fault(&model, size);
    if (fault || found != (model.count == 1) || (found && model.tensors[0].offset < start)) {
        fprintf(stderr, "%s\n", fault ? fault : "an array in the wrong place");
        abort();
    }
    znn_model_free(&model);
    znn_source_close(&source);
    return 0;
}
