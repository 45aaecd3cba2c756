/*
 * dtype.c - the element types of tensors
 */
#include "model/dtype.h"

#include <string.h>

static const struct dtype_info dtypes[DTYPE_COUNT] = {
    [DTYPE_BYTES] = {"BYTES", 8, 1, NUMBER_OPAQUE},
    [DTYPE_BOOL] = {"BOOL", 8, 1, NUMBER_INTEGER},
    [DTYPE_F4] = {"F4", 4, 1, NUMBER_FLOAT},
    [DTYPE_F6_E2M3] = {"F6_E2M3", 6, 1, NUMBER_FLOAT},
    [DTYPE_F6_E3M2] = {"F6_E3M2", 6, 1, NUMBER_FLOAT},
    [DTYPE_U8] = {"U8", 8, 1, NUMBER_INTEGER},
    [DTYPE_I8] = {"I8", 8, 1, NUMBER_INTEGER},
    [DTYPE_F8_E5M2] = {"F8_E5M2", 8, 1, NUMBER_FLOAT},
    [DTYPE_F8_E4M3] = {"F8_E4M3", 8, 1, NUMBER_FLOAT},
    [DTYPE_F8_E8M0] = {"F8_E8M0", 8, 1, NUMBER_FLOAT},
    [DTYPE_F8_E4M3FNUZ] = {"F8_E4M3FNUZ", 8, 1, NUMBER_FLOAT},
    [DTYPE_F8_E5M2FNUZ] = {"F8_E5M2FNUZ", 8, 1, NUMBER_FLOAT},
    [DTYPE_I16] = {"I16", 16, 2, NUMBER_INTEGER},
    [DTYPE_U16] = {"U16", 16, 2, NUMBER_INTEGER},
    [DTYPE_F16] = {"F16", 16, 2, NUMBER_FLOAT},
    [DTYPE_BF16] = {"BF16", 16, 2, NUMBER_FLOAT},
    [DTYPE_I32] = {"I32", 32, 4, NUMBER_INTEGER},
    [DTYPE_U32] = {"U32", 32, 4, NUMBER_INTEGER},
    [DTYPE_F32] = {"F32", 32, 4, NUMBER_FLOAT},
    [DTYPE_C64] = {"C64", 64, 4, NUMBER_FLOAT},
    [DTYPE_F64] = {"F64", 64, 8, NUMBER_FLOAT},
    [DTYPE_I64] = {"I64", 64, 8, NUMBER_INTEGER},
    [DTYPE_U64] = {"U64", 64, 8, NUMBER_INTEGER},
};

const struct dtype_info *znn_dtype_info(enum dtype dtype)
{
    return &dtypes[dtype];
}

enum dtype znn_dtype_from_name(const void *name, size_t size)
{
    for (int i = DTYPE_BYTES + 1; i < DTYPE_COUNT; i++)
        if (strlen(dtypes[i].name) == size && memcmp(dtypes[i].name, name, size) == 0)
            return (enum dtype)i;
    return DTYPE_BYTES;
}
