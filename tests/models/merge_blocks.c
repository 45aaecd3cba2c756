/*
 * merge_blocks.c - writes quantized blocks from values and differences, for ../check_ggml.py
 *
 *     merge_blocks TYPE SOURCE COUNT FILE     FILE has the values of COUNT blocks, then the streams of differences
 */
#include <stdio.h>
#include <stdlib.h>

#include "transform/ggml/ggml_split.h"

int main(int argc, char **argv)
{
    static uint8_t input[1 << 20], output[1 << 20];
    if (argc != 5)
        return 2;
    enum ggml_kind kind = (enum ggml_kind)atoi(argv[1]);
    enum ggml_source source = (enum ggml_source)atoi(argv[2]);
    size_t count = (size_t)atoi(argv[3]);
    FILE *file = fopen(argv[4], "rb");
    if (!file || kind >= GGML_KINDS || source > GGML_FROM_BF16)
        return 2;
    size_t size = fread(input, 1, sizeof input, file);
    fclose(file);
    const struct ggml_block *block = znn_ggml_block(kind);
    size_t for_fields = (size_t)block->words * block->fields;
    size_t values = count * block->values * ggml_source_width(source);
    size_t streams = count * (2u * block->words + for_fields + block->code_bytes);
    if (size != values + streams || count * block->bytes > sizeof output)
        return 2;
    struct ggml_differences differences = {0};
    uint8_t *next = input + values;
    for (unsigned i = 0; i < 2u * block->words; i++, next += count)
        differences.words[i] = next;
    for (unsigned i = 0; i < block->words; i++, next += count * block->fields)
        differences.fields[i] = next;
    differences.codes = next;
    znn_ggml_merge(kind, source, input, &differences, count, output);
    return fwrite(output, block->bytes, count, stdout) == count ? 0 : 1;
}
