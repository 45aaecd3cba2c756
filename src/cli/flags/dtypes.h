/*
 * dtypes.h - facts about element types
 *
 * The library uses the names of safetensors, and those of llama.cpp for GGUF's types, which come in blocks.
 */
#ifndef ZNN_CLI_FLAGS_DTYPES_H
#define ZNN_CLI_FLAGS_DTYPES_H

#include <stdbool.h>

#define DTYPE_ORDERS 23

enum kind { KIND_OPAQUE, KIND_FLOAT, KIND_BF16, KIND_QUANTIZED, KIND_INTEGER };

struct dtype {
    const char *name;
    enum kind kind;
    const char *npy; /* the description of the elements in a .npy file; NULL if there is none */
    unsigned order;  /* below DTYPE_ORDERS: the order in which safetensors writers sort types; 0 if safetensors has no
                        such type */
};

/*
 * Returns the row of the type `name`, never NULL.  A name that is not in the table counts as a type of GGUF if it looks
 * like one, and as opaque otherwise.  (A later library may know more types.)
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
