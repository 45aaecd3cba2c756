/*
 * max_error.c - finds the precision for a maximum error
 *
 * The error bound of a precision is a power of two, 2^-k, but users write decimal numbers. k is how often the decimal
 * number must be doubled to reach 1.  The answer must be exact, so this file doubles the decimal digits one by one.
 *
 *     0.3  ->  0.6  ->  1.2        twice: 2^-2 = 0.25 is within 0.3, and 2^-1 is not
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "znn.h"

/* More digits than these are read as zeros, which makes the allowed error smaller, never larger. */
#define DIGITS_MAX 512

/* With this many zeros behind the point, no precision is enough: 10^-20 is below 2^-62. */
#define ZEROS_MAX 20

/* More doublings than any precision allows. */
#define TOO_MANY (ZNN_BITS_MAX + 2)

/* 0.d d d ... times 10^scale; the first digit is not 0 unless all are. */
struct decimal {
    uint8_t digits[ZEROS_MAX + DIGITS_MAX];
    size_t count;
    long scale;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads digits into a number, which stays below `limit`.  Returns false if there are none. */
static bool read_integer(const char **text, long limit, long *number)
{
    *number = 0;
    if (!is_digit(**text))
        return false;
    for (; is_digit(**text); ++*text)
        *number = *number < limit / 10 ? *number * 10 + (**text - '0') : limit;
    return true;
}

/* Reads a number such as "12.034".  Returns false if it has no digits. */
static bool read_digits(const char **text, struct decimal *decimal)
{
    bool any = false, behind_point = false;
    for (; is_digit(**text) || (**text == '.' && !behind_point); ++*text) {
        if (**text == '.') {
            behind_point = true;
            continue;
        }
        any = true;
        bool leading = decimal->count == 0 && **text == '0';
        if (!leading && decimal->count < DIGITS_MAX)
            decimal->digits[decimal->count++] = (uint8_t)(**text - '0');
        if (!leading && !behind_point)
            decimal->scale++;
        if (leading && behind_point)
            decimal->scale--;
    }
    return any;
}

static bool read_decimal(const char *text, struct decimal *decimal)
{
    const long far = 1000000;
    long exponent = 0;
    if (!read_digits(&text, decimal))
        return false;
    if (*text == 'e' || *text == 'E') {
        text++;
        bool negative = *text == '-';
        text += *text == '-' || *text == '+';
        if (!read_integer(&text, far, &exponent))
            return false;
        exponent = negative ? -exponent : exponent;
    }
    decimal->scale += exponent;
    return *text == '\0' && decimal->count > 0;
}

/* Doubles the fraction.  Returns true if the result is 1 or more. */
static bool double_digits(struct decimal *decimal)
{
    unsigned carry = 0;
    for (size_t i = decimal->count; i-- > 0;) {
        unsigned digit = 2u * decimal->digits[i] + carry;
        carry = digit >= 10;
        decimal->digits[i] = (uint8_t)(digit - 10 * carry);
    }
    return carry > 0;
}

/* Counts how often the number must be doubled to reach 1. */
static int count_doublings(struct decimal *decimal)
{
    if (decimal->scale > 0)
        return 0;
    if (decimal->scale < -ZEROS_MAX)
        return TOO_MANY;
    size_t zeros = (size_t)-decimal->scale;
    memmove(decimal->digits + zeros, decimal->digits, decimal->count);
    memset(decimal->digits, 0, zeros);
    decimal->count += zeros;
    int doublings = 1;
    while (!double_digits(decimal) && doublings < TOO_MANY)
        doublings++;
    return doublings;
}

/* Reads the exponent after "2^". */
static bool read_power(const char *text, int *doublings)
{
    bool negative = *text == '-';
    long number;
    text += *text == '-' || *text == '+';
    if (!read_integer(&text, TOO_MANY * 10, &number) || *text)
        return false;
    *doublings = !negative ? 0 : number < TOO_MANY ? (int)number : TOO_MANY;
    return true;
}

int znn_bits_for_error(const char *max_error, enum znn_rounding rounding)
{
    struct decimal decimal = {.count = 0};
    int doublings;
    if (strncmp(max_error, "2^", 2) == 0) {
        if (!read_power(max_error + 2, &doublings))
            return -1;
    } else {
        if (!read_decimal(max_error, &decimal))
            return -1;
        doublings = count_doublings(&decimal);
    }
    if (rounding == ZNN_ROUND_FLOOR)
        return doublings;
    return doublings > 0 ? doublings - 1 : 0;
}
