/*
 * tensor_name.c - layer and role of a tensor from its name
 */
#include "cli/flags/tensor_name.h"

#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_separator(char c)
{
    return c == '.' || c == '/' || c == ':';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Returns the end of the component that starts at `start`. */
static size_t component_end(const char *name, size_t size, size_t start)
{
    while (start < size && !is_separator(name[start]))
        start++;
    return start;
}

static bool is_number(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!is_digit(text[i]))
            return false;
    return size > 0;
}

size_t znn_layer_size(const char *name, size_t size)
{
    size_t last = 0; /* start of the last component */
    for (size_t start = 0; start < size;) {
        size_t end = component_end(name, size, start);
        if (start > 0 && is_number(name + start, end - start))
            return end;
        last = start;
        start = end + 1;
    }
    return last > 0 ? last - 1 : size;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Roles                                                                                                            */
/* ---------------------------------------------------------------------------------------------------------------- */

/* A word that indicates a role: anywhere in a component, or as one of the words in it (c_attn, fc1). */
struct clue {
    const char *word;
    bool anywhere;
    enum role role;
};

/* Tried on a component in this order. */
static const struct clue clues[] = {
    {"exp_avg", true, ROLE_OPTIMIZER},
    {"momentum", true, ROLE_OPTIMIZER},
    {"optim", true, ROLE_OPTIMIZER},
    {"norm", true, ROLE_NORM},
    {"ln", false, ROLE_NORM},
    {"lnf", false, ROLE_NORM},
    {"bn", false, ROLE_NORM},
    {"running", false, ROLE_NORM},
    {"embed", true, ROLE_EMBEDDING},
    {"embd", true, ROLE_EMBEDDING},
    {"emb", false, ROLE_EMBEDDING},
    {"wte", false, ROLE_EMBEDDING},
    {"wpe", false, ROLE_EMBEDDING},
    {"attn", true, ROLE_ATTENTION},
    {"attention", true, ROLE_ATTENTION},
    {"qkv", false, ROLE_ATTENTION},
    {"query", false, ROLE_ATTENTION},
    {"key", false, ROLE_ATTENTION},
    {"value", false, ROLE_ATTENTION},
    {"q", false, ROLE_ATTENTION},
    {"k", false, ROLE_ATTENTION},
    {"v", false, ROLE_ATTENTION},
    {"mlp", true, ROLE_MLP},
    {"ffn", true, ROLE_MLP},
    {"ff", false, ROLE_MLP},
    {"feed", false, ROLE_MLP},
    {"gate", false, ROLE_MLP},
    {"expert", true, ROLE_MLP},
    {"intermediate", true, ROLE_MLP},
    {"conv", true, ROLE_CONVOLUTION},
    {"downsample", true, ROLE_CONVOLUTION},
    {"lstm", true, ROLE_RECURRENT},
    {"gru", true, ROLE_RECURRENT},
    {"rnn", true, ROLE_RECURRENT},
    {"head", false, ROLE_HEAD},
    {"classifier", true, ROLE_HEAD},
    {"logits", true, ROLE_HEAD},
};

/* Used only if no other clue applies: BERT also calls a matrix in its attention "dense". */
static const struct clue weak_clues[] = {
    {"dense", false, ROLE_MLP},      {"linear", true, ROLE_MLP}, {"lin", false, ROLE_MLP},     {"fc", false, ROLE_MLP},
    {"proj", false, ROLE_ATTENTION}, {"out", false, ROLE_MLP},   {"output", false, ROLE_HEAD},
};

static bool matches_at(const char *text, size_t size, const char *word)
{
    size_t length = strlen(word);
    if (length > size)
        return false;
    for (size_t i = 0; i < length; i++)
        if (lower(text[i]) != word[i])
            return false;
    return true;
}

static bool is_word_byte(char c)
{
    return (lower(c) >= 'a' && lower(c) <= 'z') || (unsigned char)c >= 0x80;
}

static bool has_clue(const char *text, size_t size, const struct clue *clue)
{
    size_t length = strlen(clue->word);
    for (size_t i = 0; i + length <= size; i++) {
        bool starts = i == 0 || !is_word_byte(text[i - 1]);
        bool ends = i + length == size || !is_word_byte(text[i + length]);
        if ((clue->anywhere || (starts && ends)) && matches_at(text + i, size - i, clue->word))
            return true;
    }
    return false;
}

/* Tries the components from last to first, because a norm in an attention block is a norm. */
static enum role find_role(const char *name, size_t size, const struct clue *list, size_t count)
{
    while (size > 0) {
        size_t start = size;
        while (start > 0 && !is_separator(name[start - 1]))
            start--;
        for (size_t i = 0; i < count; i++)
            if (has_clue(name + start, size - start, &list[i]))
                return list[i].role;
        size = start > 0 ? start - 1 : 0;
    }
    return ROLE_OTHER;
}

enum role znn_role(const char *name, size_t size)
{
    enum role role = find_role(name, size, clues, sizeof clues / sizeof *clues);
    return role != ROLE_OTHER ? role : find_role(name, size, weak_clues, sizeof weak_clues / sizeof *weak_clues);
}

const char *znn_role_word(enum role role)
{
    static const char *const words[ROLE_COUNT] = {
        [ROLE_EMBEDDING] = "embedding",
        [ROLE_ATTENTION] = "attention",
        [ROLE_MLP] = "mlp",
        [ROLE_CONVOLUTION] = "convolution",
        [ROLE_RECURRENT] = "recurrent",
        [ROLE_NORM] = "norm",
        [ROLE_HEAD] = "head",
        [ROLE_OPTIMIZER] = "optimizer",
        [ROLE_OTHER] = "other",
    };
    return words[role];
}

bool znn_name_is_quantized(const char *name, size_t size)
{
    static const char *const words[] = {"weight", "qweight", "qzeros", "weight_packed", "blocks", "packed"};
    size_t start = size;
    while (start > 0 && !is_separator(name[start - 1]))
        start--;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i]);
        bool ends_so = length <= size - start && memcmp(name + size - length, words[i], length) == 0;
        if (ends_so && (length == size - start || name[size - length - 1] == '_'))
            return true;
    }
    return false;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Order                                                                                                            */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Skips the leading zeros of a number and returns the length of the rest. */
static size_t number_size(const char *text, size_t size, size_t *start)
{
    while (*start < size && text[*start] == '0')
        ++*start;
    size_t end = *start;
    while (end < size && is_digit(text[end]))
        end++;
    return end - *start;
}

int znn_name_compare(const char *a, size_t a_size, const char *b, size_t b_size)
{
    size_t i = 0, k = 0;
    while (i < a_size && k < b_size) {
        if (is_digit(a[i]) && is_digit(b[k])) {
            size_t a_digits = number_size(a, a_size, &i);
            size_t b_digits = number_size(b, b_size, &k);
            if (a_digits != b_digits)
                return a_digits < b_digits ? -1 : 1;
            int order = memcmp(a + i, b + k, a_digits);
            if (order != 0)
                return order;
            i += a_digits;
            k += b_digits;
        } else if (a[i] != b[k]) {
            return (unsigned char)a[i] < (unsigned char)b[k] ? -1 : 1;
        } else {
            i++;
            k++;
        }
    }
    if (i < a_size || k < b_size)
        return i < a_size ? 1 : -1;
    size_t shorter = a_size < b_size ? a_size : b_size;
    int order = shorter > 0 ? memcmp(a, b, shorter) : 0; /* leading zeros */
    return order != 0 ? order : (a_size > b_size) - (a_size < b_size);
}
