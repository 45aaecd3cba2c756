/*
 * dtype_words.c - the spellings of element types on the command line
 *
 * Each type has its safetensors name ("BF16"), which the library uses, and the names that NumPy, PyTorch or habit give
 * it ("bfloat16").  Upper and lower case are the same.
 */
#include "cli/say/message.h"
#include "cli/say/suggest.h"
#include "cli/say/values.h"

#include <string.h>

#define WORDS_MAX 4
#define WORD_SIZE 24

static const struct {
    const char *name;
    const char *words[WORDS_MAX];
} types[] = {
    {"F32", {"f32", "fp32", "float32", "float"}},
    {"F16", {"f16", "fp16", "float16", "half"}},
    {"BF16", {"bf16", "bfloat16"}},
    {"F64", {"f64", "fp64", "float64", "double"}},
    {"F8_E4M3", {"f8_e4m3", "fp8_e4m3", "f8_e4m3fn", "float8_e4m3fn"}},
    {"F8_E5M2", {"f8_e5m2", "fp8_e5m2", "float8_e5m2"}},
    {"F8_E8M0", {"f8_e8m0", "float8_e8m0fnu"}},
    {"F8_E4M3FNUZ", {"f8_e4m3fnuz", "float8_e4m3fnuz"}},
    {"F8_E5M2FNUZ", {"f8_e5m2fnuz", "float8_e5m2fnuz"}},
    {"F6_E2M3", {"f6_e2m3"}},
    {"F6_E3M2", {"f6_e3m2"}},
    {"F4", {"f4"}},
    {"C64", {"c64", "complex64"}},
    {"I8", {"i8", "int8"}},
    {"I16", {"i16", "int16"}},
    {"I32", {"i32", "int32"}},
    {"I64", {"i64", "int64"}},
    {"U8", {"u8", "uint8"}},
    {"U16", {"u16", "uint16"}},
    {"U32", {"u32", "uint32"}},
    {"U64", {"u64", "uint64"}},
    {"BOOL", {"bool"}},
};

/* A text longer than any word becomes "", which matches none. */
static void to_lower(const char *text, char word[WORD_SIZE])
{
    size_t size = strlen(text);
    size_t i = 0;
    for (; size < WORD_SIZE && i < size; i++)
        word[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
    word[i] = '\0';
}

bool znn_value_dtype(const char *text, const char **dtype)
{
    char typed[WORD_SIZE];
    to_lower(text, typed);
    struct suggestion suggestion = {.typed = typed};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        for (size_t j = 0; j < WORDS_MAX && types[i].words[j]; j++) {
            if (strcmp(types[i].words[j], typed) == 0) {
                *dtype = types[i].name;
                return true;
            }
            znn_suggest_offer(&suggestion, types[i].words[j]);
        }
    if (suggestion.best)
        return znn_say_error(NULL, "--dtype does not know '%s'; did you mean '%s'?", text, suggestion.best);
    return znn_say_error(NULL, "--dtype takes an element type, such as F32, F16, BF16, I8 or float32, not '%s'", text);
}

const char *znn_value_dtype_word(size_t i)
{
    return i < sizeof types / sizeof *types ? types[i].name : NULL;
}
