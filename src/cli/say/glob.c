/*
 * glob.c - matches tensor names with patterns
 *
 * Only the last star needs to be remembered: an earlier star cannot have matched too little, because the later star can
 * match the rest.  So the search only varies the length that the last star matches:
 *
 *     pattern   h.*.attn.*t      name   h.0.attn.weight
 *                        ^ retry from here, with one character more for the star, up to the end of the name
 */
#include "cli/say/glob.h"

#include "cli/say/text.h"

#include <string.h>

/* Takes the next character, or invalid byte, from *text. */
static uint32_t take(const char **text, size_t *size)
{
    uint32_t number = 0;
    size_t length = znn_text_decode(*text, *size, &number);
    if (length == 0) {
        number = 0x110000u + (unsigned char)**text; /* unlike any character */
        length = 1;
    }
    *text += length;
    *size -= length;
    return number;
}

/*
 * Reads the set after the [ at *pattern, and sets *is_member if it contains `number`.  Returns false if the set has no
 * end.
 */
static bool match_set(const char **pattern, uint32_t number, bool *is_member)
{
    const char *p = *pattern;
    size_t left = strlen(p);
    bool is_negated = *p == '!' || *p == '^';
    p += is_negated;
    left -= is_negated;
    bool found = false;
    for (bool is_first = true; left > 0 && (is_first || *p != ']'); is_first = false) {
        uint32_t low = take(&p, &left);
        uint32_t high = low;
        if (left > 1 && p[0] == '-' && p[1] != ']') {
            p++;
            left--;
            high = take(&p, &left);
        }
        found = found || (low <= number && number <= high);
    }
    if (left == 0)
        return false;
    *pattern = p + 1;
    *is_member = found != is_negated;
    return true;
}

/* Matches one character of the name with one item of the pattern that is not a star. */
static bool match_one(const char **pattern, const char **name, size_t *size)
{
    const char *p = *pattern;
    uint32_t number = take(name, size);
    bool is_match = false;
    if (*p == '[') {
        p++;
        if (match_set(&p, number, &is_match)) {
            *pattern = p;
            return is_match;
        }
        p = *pattern;
    }
    if (*p == '?') {
        *pattern = p + 1;
        return true;
    }
    p += p[0] == '\\' && p[1];
    size_t left = strlen(p);
    is_match = left > 0 && take(&p, &left) == number;
    *pattern = p;
    return is_match;
}

bool znn_glob_match(const char *pattern, const char *name, size_t size)
{
    const char *retry_pattern = NULL; /* after the last star */
    const char *retry_name = NULL;
    size_t retry_size = 0;
    while (size > 0 || *pattern) {
        if (*pattern == '*') {
            retry_pattern = ++pattern;
            retry_name = name;
            retry_size = size;
            continue;
        }
        if (size > 0 && *pattern && match_one(&pattern, &name, &size))
            continue;
        if (!retry_pattern || retry_size == 0)
            return false;
        take(&retry_name, &retry_size);
        pattern = retry_pattern;
        name = retry_name;
        size = retry_size;
    }
    return true;
}
