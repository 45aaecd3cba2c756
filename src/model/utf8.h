/*
 * utf8.h - validates and writes UTF-8
 *
 * UTF-8 writes a code point in one to four bytes.  The first byte says how many, and the others carry six bits each:
 *
 *     U+0000  .. U+007F     0xxxxxxx
 *     U+0080  .. U+07FF     110xxxxx 10xxxxxx
 *     U+0800  .. U+FFFF     1110xxxx 10xxxxxx 10xxxxxx
 *     U+10000 .. U+10FFFF   11110xxx 10xxxxxx 10xxxxxx 10xxxxxx
 *
 * A code point has only one valid spelling.  A longer spelling ("overlong", such as C0 80 for U+0000) is not UTF-8.
 * Neither are U+D800 to U+DFFF, the surrogates that UTF-16 builds pairs from, nor anything above U+10FFFF.  All this
 * can be seen from the first two bytes.
 */
#ifndef ZNN_MODEL_UTF8_H
#define ZNN_MODEL_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The most bytes that a code point takes. */
#define UTF8_MAX 4

/*
 * Returns the number of bytes at the start of data[0..size) that are complete, valid code points.  The text is valid if
 * this is `size`.
 */
size_t znn_utf8_valid_size(const void *data, size_t size);

/*
 * Writes `code`, which must be a code point and not a surrogate, to `out` and returns its size.  `out` must have space
 * for UTF8_MAX bytes.
 */
size_t znn_utf8_encode(uint32_t code, uint8_t *out);

#endif
