/*
 * fuzz_safetensors.c - any safetensors header, scanned from memory, by random access and as a stream
 *
 * The first four bytes say how long the data behind the header is, the rest is the header; its length goes in front.
 * The three must agree, but for what a stream cannot know: how the file ends.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/callbacks.h"
#include "../unit/model_check.h"
#include "base/bytes.h"
#include "guard.h"
#include "model/safetensors.h"

#define DATA_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum header_verdict scan(const uint8_t *file, size_t size, enum way way, size_t *count)
{
    struct feed feed = {.data = file, .size = size};
    struct znn_input input = feed_input(&feed, way);
    struct source source;
    struct model model = {0};
    struct znn_error error;
    znn_source_open(&source, &input);
    enum znn_status status = znn_safetensors_scan(&source, &model, &error);
    const char *fault = status ? znn_status_name(status) : model_fault(&model, size);
    if (fault) {
        fprintf(stderr, "%s\n", fault);
        abort();
    }
    enum header_verdict verdict = model.verdict;
    *count = model.count;
    znn_model_free(&model);
    znn_source_close(&source);
    return verdict;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 4)
        return 0;
    size_t header = size - 4, behind = load_le32(data) % DATA_MAX;
    uint8_t *file = guard_room(0, 8 + header + behind);
    store_le64(file, header);
    memcpy(file + 8, data + 4, header);
    memset(file + 8 + header, 1, behind);
    size_t counts[WAY_COUNT];
    enum header_verdict verdicts[WAY_COUNT];
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++)
        verdicts[way] = scan(file, 8 + header + behind, way, &counts[way]);
    if (verdicts[WAY_MEMORY] != verdicts[WAY_RANDOM_ACCESS] || counts[WAY_MEMORY] != counts[WAY_RANDOM_ACCESS])
        abort();
    if (verdicts[WAY_MEMORY] == VERDICT_ACCEPTED &&
        (verdicts[WAY_STREAM] != VERDICT_ACCEPTED || counts[WAY_STREAM] != counts[WAY_MEMORY]))
        abort();
    return 0;
}
