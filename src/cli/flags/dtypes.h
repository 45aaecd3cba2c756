/*
 * dtypes.h - what the commands know of element types
 *
 * The library names them as safetensors does, and those of GGUF, which come in blocks, as llama.cpp does.
 */
#ifndef ZNN_CLI_FLAGS_DTYPES_H
#define ZNN_CLI_FLAGS_DTYPES_H

#include <stdbool.h>

#define DTYPE_ORDERS 23

enum kind { KIND_OPAQUE, KIND_FLOAT, KIND_BF16, KIND_QUANTIZED, KIND_INTEGER };

struct dtype {
    const char *name;
    enum kind kind;
    const char *npy; /* how a .npy file describes the elements; NULL where it cannot */
    unsigned order;  /* below DTYPE_ORDERS: its place among the types, as writers of safetensors sort them; 0 where that
                        has no such type */
};

/*
 * The row of the type with this name; never NULL: what is not in the table is one of GGUF's if it is called so, and
 * opaque otherwise (a later library may know more types).
 */
const struct dtype *znn_dtype_find(const char *name);

/*
 * The name as people write it: "bf16".
 */
struct dtype_word {
    char text[16];
};

struct dtype_word znn_dtype_word(const char *name);

#endif
