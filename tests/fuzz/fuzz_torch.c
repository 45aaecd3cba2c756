/*
 * fuzz_torch.c - any file, scanned from memory and as a stream
 *
 * Whatever the bytes are, the scan succeeds and the model keeps its promises.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/model_check.h"
#include "guard.h"
#include "tape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void scan(struct znn_input input)
{
    struct source source;
    struct model model = {0};
    struct znn_error error;
    znn_source_open(&source, &input);
    enum znn_status status = znn_model_scan(&source, &model, &error);
    const char *fault = status ? znn_status_name(status) : model_fault(&model, input.size);
    if (fault) {
        fprintf(stderr, "%s\n", fault);
        abort();
    }
    znn_model_free(&model);
    znn_source_close(&source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    data = guard_input(data, size);
    struct tape tape = {data, size};
    scan(znn_input_memory(data, size));
    scan(tape_input(&tape));
    return 0;
}
