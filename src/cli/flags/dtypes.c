/*
 * dtypes.c - facts about element types
 */
#include "cli/flags/dtypes.h"

#include <stddef.h>
#include <string.h>

/*
 * NumPy has no BF16 and no F8, so these are written as unsigned integers of the same width and with the same bits.
 * NumPy cannot hold types smaller than a byte.
 */
static const struct dtype dtypes[] = {
    {"BYTES", KIND_OPAQUE, NULL, 0},
    {"BOOL", KIND_INTEGER, "|b1", 1},
    {"F4", KIND_QUANTIZED, NULL, 2},
    {"F6_E2M3", KIND_QUANTIZED, NULL, 3},
    {"F6_E3M2", KIND_QUANTIZED, NULL, 4},
    {"U8", KIND_INTEGER, "|u1", 5},
    {"I8", KIND_INTEGER, "|i1", 6},
    {"F8_E5M2", KIND_QUANTIZED, "|u1", 7},
    {"F8_E4M3", KIND_QUANTIZED, "|u1", 8},
    {"F8_E8M0", KIND_QUANTIZED, "|u1", 9},
    {"F8_E4M3FNUZ", KIND_QUANTIZED, "|u1", 10},
    {"F8_E5M2FNUZ", KIND_QUANTIZED, "|u1", 11},
    {"I16", KIND_INTEGER, "<i2", 12},
    {"U16", KIND_INTEGER, "<u2", 13},
    {"F16", KIND_FLOAT, "<f2", 14},
    {"BF16", KIND_BF16, "<u2", 15},
    {"I32", KIND_INTEGER, "<i4", 16},
    {"U32", KIND_INTEGER, "<u4", 17},
    {"F32", KIND_FLOAT, "<f4", 18},
    {"C64", KIND_FLOAT, "<c8", 19},
    {"F64", KIND_FLOAT, "<f8", 20},
    {"I64", KIND_INTEGER, "<i8", 21},
    {"U64", KIND_INTEGER, "<u8", 22},
};

const struct dtype *znn_dtype_find(const char *name)
{
    static const char *const block_prefixes[] = {"Q", "IQ", "TQ", "MXFP", "NVFP"};
    static const struct dtype blocks = {"", KIND_QUANTIZED, NULL, 0};
    for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++)
        if (strcmp(dtypes[i].name, name) == 0)
            return &dtypes[i];
    for (size_t i = 0; i < sizeof block_prefixes / sizeof *block_prefixes; i++)
        if (strncmp(name, block_prefixes[i], strlen(block_prefixes[i])) == 0)
            return &blocks;
    return &dtypes[0];
}

struct dtype_word znn_dtype_word(const char *name)
{
    struct dtype_word word = {""};
    for (size_t i = 0; name[i] && i < sizeof word.text - 1; i++)
        word.text[i] = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] - 'A' + 'a') : name[i];
    return word;
}
