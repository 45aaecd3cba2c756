/*
 * fuzz_torch.c - any file, scanned from memory and as a stream
 *
 * Whatever the bytes are, the scan succeeds and the model keeps its promises.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/model_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct tape {
    const uint8_t *next;
    size_t left;
};

static ptrdiff_t tape_read(void *context, void *buffer, size_t size)
{
    struct tape *tape = context;
    size_t given = size < tape->left ? size : tape->left;
    if (given > 0)
        memcpy(buffer, tape->next, given);
    tape->next += given;
    tape->left -= given;
    return (ptrdiff_t)given;
}

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
    struct tape tape = {data, size};
    scan(znn_input_memory(data, size));
    scan((struct znn_input){.context = &tape, .size = ZNN_SIZE_UNKNOWN, .read = tape_read});
    return 0;
}
