/*
 * values.c - parses the arguments of flags
 */
#include "cli/say/values.h"

#include "cli/say/message.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define THREADS_MAX 1024

/* In the order of the enums. */
static const char *const order_words[] = {"size", "ratio", "name", NULL};
static const char *const form_words[] = {"raw", "npy", "safetensors", NULL};
static const char *const rounding_words[] = {"nearest", "floor", NULL};
static const char *const sign_words[] = {"auto", "rotate", "separate", NULL};

/* Reads decimal digits and moves *text past them.  Returns false for a number above `limit`. */
static bool read_number(const char **text, uint64_t limit, uint64_t *number)
{
    *number = 0;
    for (; **text >= '0' && **text <= '9'; ++*text) {
        uint64_t digit = (uint64_t)(**text - '0');
        if (digit > limit || *number > (limit - digit) / 10)
            return false;
        *number = *number * 10 + digit;
    }
    return true;
}

bool znn_value_threads(const char *text, unsigned *threads)
{
    uint64_t number;
    const char *end = text;
    if (!read_number(&end, THREADS_MAX, &number) || end == text || *end)
        return znn_say_error(NULL, "-T takes a number from 0 (one per processor) to %d, not '%s'", THREADS_MAX, text);
    *threads = (unsigned)number;
    return true;
}

/* Reads an environment variable with a value from `least` to `most`.  Returns false if it is not set, or, with a
 * warning, if it is invalid. */
static bool read_variable(const char *name, uint64_t least, uint64_t most, unsigned *number)
{
    const char *text = getenv(name);
    const char *end = text;
    uint64_t value;
    if (!text || !*text)
        return false;
    if (read_number(&end, most, &value) && end > text && !*end && value >= least) {
        *number = (unsigned)value;
        return true;
    }
    znn_say_warning(NULL, "%s takes a number from %u to %u, so '%s' is ignored", name, (unsigned)least, (unsigned)most,
                    text);
    return false;
}

bool znn_value_default_level(int *level)
{
    unsigned number;
    if (!read_variable("ZNN_CLEVEL", ZNN_LEVEL_FASTEST, ZNN_LEVEL_SMALLEST, &number))
        return false;
    *level = (int)number;
    return true;
}

bool znn_value_default_threads(unsigned *threads)
{
    return read_variable("ZNN_NBTHREADS", 0, THREADS_MAX, threads);
}

bool znn_value_size(const char *flag, const char *text, uint64_t *size)
{
    static const char *const units[] = {"", "KiB", "MiB", "GiB", "TiB"};
    const char *end = text;
    bool fine = read_number(&end, UINT64_MAX, size) && end > text;
    for (unsigned i = 0; fine && i < sizeof units / sizeof *units; i++)
        if (strcmp(end, units[i]) == 0 && *size <= UINT64_MAX >> 10 * i) {
            *size <<= 10 * i;
            return true;
        }
    return znn_say_error(NULL, "%s takes a number of bytes, such as 4096, 64KiB, 500MiB or 2GiB, not '%s'", flag, text);
}

bool znn_value_limit(const char *flag, const char *text, uint64_t *size)
{
    if (!znn_value_size(flag, text, size))
        return false;
    return *size > 0 || znn_say_error(NULL, "%s takes at least one byte; leave it out for no limit", flag);
}

/* Returns the index of `text` among the words, or the index of the final NULL. */
static size_t find_word(const char *text, const char *const *words)
{
    size_t i = 0;
    while (words[i] && strcmp(words[i], text) != 0)
        i++;
    return i;
}

bool znn_value_order(const char *text, enum order *order)
{
    size_t i = find_word(text, order_words);
    *order = (enum order)(ORDER_SIZE + i);
    return order_words[i] || znn_say_error(NULL, "--sort takes size, ratio or name, not '%s'", text);
}

bool znn_value_form(const char *text, enum form *form)
{
    size_t i = find_word(text, form_words);
    *form = (enum form)(FORM_RAW + i);
    return form_words[i] || znn_say_error(NULL, "--format takes raw, npy or safetensors, not '%s'", text);
}

bool znn_value_rounding(const char *text, enum znn_rounding *rounding)
{
    size_t i = find_word(text, rounding_words);
    *rounding = (enum znn_rounding)i;
    return rounding_words[i] || znn_say_error(NULL, "--rounding takes nearest or floor, not '%s'", text);
}

bool znn_value_sign(const char *text, enum znn_sign *sign)
{
    size_t i = find_word(text, sign_words);
    *sign = (enum znn_sign)i;
    return sign_words[i] || znn_say_error(NULL, "--sign takes auto, rotate or separate, not '%s'", text);
}

bool znn_value_bits(const char *text, unsigned *bits)
{
    uint64_t number;
    const char *end = text;
    if (!read_number(&end, ZNN_BITS_MAX, &number) || end == text || *end)
        return znn_say_error(NULL,
                             "--fixed-point takes a number of bits from 0 to %d (above %d only for F64), not '%s'",
                             ZNN_BITS_MAX, ZNN_BITS_MAX_32, text);
    *bits = (unsigned)number;
    return true;
}

bool znn_value_depth(const char *text, unsigned *depth)
{
    uint64_t number;
    const char *end = text;
    if (!read_number(&end, ZNN_BASE_DEPTH_MAX, &number) || end == text || *end || number == 0)
        return znn_say_error(NULL, "--depth takes a number of bases from 1 to %d, not '%s'", ZNN_BASE_DEPTH_MAX, text);
    *depth = (unsigned)number;
    return true;
}

bool znn_value_range(const char *text, struct range *range)
{
    const char *p = text;
    *range = (struct range){.is_given = true, .end = UINT64_MAX};
    bool fine = read_number(&p, UINT64_MAX - 1, &range->start) && *p == ':';
    const char *end = p + fine;
    if (fine && *end) {
        p = end;
        fine = read_number(&p, UINT64_MAX - 1, &range->end) && *p == '\0';
    }
    if (!fine)
        return znn_say_error(NULL, "--range takes the first byte and the one after the last, such as 0:4096, not '%s'",
                             text);
    return range->start <= range->end || znn_say_error(NULL, "the range '%s' ends before it starts", text);
}

const char *znn_value_order_word(size_t i)
{
    return i < sizeof order_words / sizeof *order_words ? order_words[i] : NULL;
}

const char *znn_value_rounding_word(size_t i)
{
    return i < sizeof rounding_words / sizeof *rounding_words ? rounding_words[i] : NULL;
}

const char *znn_value_sign_word(size_t i)
{
    return i < sizeof sign_words / sizeof *sign_words ? sign_words[i] : NULL;
}

const char *znn_value_form_word(size_t i)
{
    return i < sizeof form_words / sizeof *form_words ? form_words[i] : NULL;
}
