/*
 * fuzz_pickle.c - runs any pickle, and finds its storages after it
 */
#include <stdio.h>
#include <stdlib.h>

#include "../unit/model_check.h"
#include "guard.h"
#include "model/torch_names.h"

#define STORAGE_ROOM 1024

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct torch_pickle torch;
    struct model model = {0};
    const char *fault = "out of memory";
    data = guard_input(data, size);
    if (znn_torch_pickle_read(&torch, data, size)) {
        for (size_t i = 0; i < torch.count; i++) /* some of them at the same place */
            znn_torch_place(&torch.storages[i], size + STORAGE_ROOM * (i % 7), STORAGE_ROOM);
        if (znn_torch_list(&torch, &model, 0, "prefix.")) {
            znn_model_settle(&model, size + 7 * STORAGE_ROOM);
            fault = model_fault(&model, size + 7 * STORAGE_ROOM);
        }
    }
    if (fault) {
        fprintf(stderr, "%s\n", fault);
        abort();
    }
    znn_model_free(&model);
    znn_torch_pickle_free(&torch);
    return 0;
}
