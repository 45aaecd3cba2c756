/*
 * fuzz_reader.c - reads any .znn file by random access, and analyses it
 *
 * Checksums would stop the fuzzer, so the target first corrects those of the header, the footer and all consecutive
 * records.  Then all ranges that the reader reports must be within the original, and the sizes of an analysis must add
 * up.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "common/bytes.h"
#include "container/record.h"
#include "guard.h"
#include "znn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void repair(uint8_t *data, size_t size)
{
    size_t place = size > 80 ? load_le16(data + 18) : 0;
    if (place < 32 || place > size - 80)
        return;
    XXH3_state_t *root = XXH3_createState();
    XXH3_128bits_reset(root);
    store_le64(data + 8, XXH3_64bits(data + 16, place - 16));
    struct record record;
    while (size - place >= RECORD_PREFIX + FOOTER_SIZE && znn_record_parse(data + place, 0, &record, NULL) == ZNN_OK) {
        uint64_t whole = record_size(&record);
        if (whole > size - place - FOOTER_SIZE)
            break;
        if (record.kind == RECORD_CHUNK) {
            XXH3_128bits_update(root, data + place + 40, 8);
            XXH3_128bits_update(root, data + place + 20, 4);
        } else {
            record.digest = XXH3_64bits(data + place + whole - record.payload_size, record.payload_size);
            store_le64(data + size - FOOTER_SIZE, place);
        }
        znn_record_write(&record, data + place);
        place += whole;
    }
    XXH128_hash_t digest = XXH3_128bits_digest(root);
    store_le64(data + size - FOOTER_SIZE + 8, digest.low64);
    store_le64(data + size - FOOTER_SIZE + 16, digest.high64);
    store_le64(data + size - FOOTER_SIZE + 24, XXH3_64bits(data + size - FOOTER_SIZE, 24));
    XXH3_freeState(root);
}

static void look_around(struct znn_reader *reader)
{
    static uint8_t range[70000];
    uint64_t size = znn_reader_size(reader);
    size_t tensors = znn_reader_tensor_count(reader);
    for (size_t i = 0; i < tensors && i < 100; i++) {
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        size_t got;
        znn_reader_tensor(reader, i, &tensor);
        require(tensor.offset <= size && tensor.size <= size - tensor.offset, "a tensor outside the original");
        require(strlen(tensor.name) <= tensor.name_size, "a name without its end");
        require(znn_reader_find(reader, tensor.name, tensor.name_size) <= i, "a tensor that is not found");
        if (znn_reader_pread(reader, range, sizeof range, tensor.offset, &got, NULL) == ZNN_OK)
            require(got == (size - tensor.offset < sizeof range ? size - tensor.offset : sizeof range), "a short read");
    }
}

static void check_sums(const struct znn_analysis *analysis)
{
    struct znn_report report = ZNN_INIT(struct znn_report);
    uint64_t before, after, container;
    znn_analysis_report(analysis, &report);
    znn_analysis_rest(analysis, &before, &after, &container);
    for (size_t i = 0; i < report.tensors; i++) {
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        struct znn_cost cost = ZNN_INIT(struct znn_cost);
        znn_analysis_tensor(analysis, i, &tensor, &cost);
        before += cost.size;
        after += cost.compressed_size;
    }
    require(before == report.original_size && after + container == report.compressed_size, "sums that do not hold");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy = guard_room(0, size);
    if (size > 0)
        memcpy(copy, data, size);
    repair(copy, size);
    struct znn_input input = znn_input_memory(copy, size);
    struct znn_reader *reader;
    struct znn_analysis *analysis;
    if (znn_reader_open(&input, NULL, &reader, NULL) == ZNN_OK) {
        look_around(reader);
        if (znn_analyze(&input, NULL, &analysis, NULL) == ZNN_OK) {
            check_sums(analysis);
            znn_analysis_free(analysis);
        }
        znn_reader_close(reader);
    }
    return 0;
}
