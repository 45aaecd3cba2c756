/*
 * fuzz_safetensors.c - scans any safetensors header from memory, by random access and as a stream
 *
 * The first four bytes give the size of the data after the header, and the rest is the header.  The target adds its
 * length in front.  All three scans must agree, except that a stream cannot know how the file ends.
 */
#include <stdlib.h>
#include <string.h>

#include "../unit/callbacks.h"
#include "common/bytes.h"
#include "model/safetensors.h"
#include "scan.h"

#define DATA_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 4)
        return 0;
    size_t header = size - 4, behind = load_le32(data) % DATA_MAX;
    uint8_t *file = guard_room(0, 8 + header + behind);
    store_le64(file, header);
    memcpy(file + 8, data + 4, header);
    memset(file + 8 + header, 1, behind);
    size_t whole = 8 + header + behind;
    struct scanned found[WAY_COUNT];
    for (enum way way = WAY_MEMORY; way < WAY_COUNT; way++) {
        struct feed feed = {.data = file, .size = whole};
        found[way] = scan_input(feed_input(&feed, way), whole, znn_safetensors_scan);
    }
    const struct scanned *memory = &found[WAY_MEMORY], *random = &found[WAY_RANDOM_ACCESS],
                         *stream = &found[WAY_STREAM];
    require(memory->verdict == random->verdict && memory->count == random->count, "random access finds something else");
    require(memory->verdict != VERDICT_ACCEPTED ||
                (stream->verdict == VERDICT_ACCEPTED && stream->count == memory->count),
            "a stream finds something else");
    return 0;
}
