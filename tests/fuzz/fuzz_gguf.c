/*
 * fuzz_gguf.c - any GGUF file, scanned from memory and as a stream
 *
 * The magic and a version are put in front, which leaves more to be found out.  A stream whose end is not seen may list
 * more tensors than the file has.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/model_check.h"
#include "guard.h"
#include "model/gguf.h"
#include "tape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t scan(struct znn_input input)
{
    struct source source;
    struct model model = {0};
    struct znn_error error;
    znn_source_open(&source, &input);
    enum znn_status status = znn_gguf_scan(&source, &model, &error);
    const char *fault = status ? znn_status_name(status) : model_fault(&model, input.size);
    if (fault) {
        fprintf(stderr, "%s\n", fault);
        abort();
    }
    size_t count = model.count;
    znn_model_free(&model);
    znn_source_close(&source);
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t start[] = {'G', 'G', 'U', 'F', 3, 0, 0, 0};
    uint8_t *file = guard_room(0, size + sizeof start);
    memcpy(file, start, sizeof start);
    if (size > 0)
        memcpy(file + sizeof start, data, size);
    struct tape tape = {file, size + sizeof start};
    size_t count = scan(znn_input_memory(file, size + sizeof start));
    if (scan(tape_input(&tape)) < count)
        abort();
    return 0;
}
