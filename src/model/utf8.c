/*
 * utf8.c - validates and writes UTF-8
 */
#include "model/utf8.h"

#include <string.h>

/* Counts the ASCII bytes at the start of the text in steps of 16, so up to 15 more may follow. */
static size_t ascii_size(const uint8_t *text, size_t size)
{
    size_t done = 0;
    for (; size - done >= 16; done += 16) {
        uint64_t words[2];
        memcpy(words, text + done, sizeof words);
        if ((words[0] | words[1]) & UINT64_C(0x8080808080808080))
            break;
    }
    return done;
}

/* Returns the size of the code point at `text`, which has `left` bytes (at least one), or 0 if it is invalid. */
static size_t code_point_size(const uint8_t *text, size_t left)
{
    uint8_t first = text[0];
    size_t size;
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first <= 0xdf) /* C0 and C1 are overlong */
        size = 2;
    else if (first >= 0xe0 && first <= 0xef)
        size = 3;
    else if (first >= 0xf0 && first <= 0xf4)
        size = 4;
    else
        return 0;

    uint8_t lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;  /* below: overlong */
    uint8_t highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf; /* above: surrogates, above U+10FFFF */
    if (left < size || text[1] < lowest || text[1] > highest)
        return 0;
    for (size_t i = 2; i < size; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    return size;
}

size_t znn_utf8_valid_size(const void *data, size_t size)
{
    const uint8_t *text = data;
    size_t done = 0;
    while (done < size) {
        if (text[done] < 0x80)
            done += ascii_size(text + done, size - done);
        if (done == size)
            break;
        size_t step = code_point_size(text + done, size - done);
        if (step == 0)
            break;
        done += step;
    }
    return done;
}

size_t znn_utf8_encode(uint32_t code, uint8_t *out)
{
    if (code < 0x80) {
        out[0] = (uint8_t)code;
        return 1;
    }
    size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = size - 1; i > 0; i--, code >>= 6)
        out[i] = (uint8_t)(0x80 | (code & 0x3f));
    out[0] = (uint8_t)(0xf0U << (4 - size) | code); /* as many ones as there are bytes; the top ones overflow */
    return size;
}
