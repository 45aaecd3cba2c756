/*
 * utf8.h - is it UTF-8?
 *
 * UTF-8 writes a code point in one to four bytes; the first says how many there are, the others carry six bits each:
 *
 *     U+0000  .. U+007F     0xxxxxxx
 *     U+0080  .. U+07FF     110xxxxx 10xxxxxx
 *     U+0800  .. U+FFFF     1110xxxx 10xxxxxx 10xxxxxx
 *     U+10000 .. U+10FFFF   11110xxx 10xxxxxx 10xxxxxx 10xxxxxx
 *
 * A code point has one spelling only: one that is longer than need be ("overlong", such as C0 80 for U+0000) is not
 * UTF-8.  Neither are U+D800 to U+DFFF, the surrogates that UTF-16 builds pairs of, nor anything above U+10FFFF.  All
 * of that shows in the first two bytes.
 */
#ifndef ZNN_MODEL_UTF8_H
#define ZNN_MODEL_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The most bytes that a code point takes. */
#define UTF8_MAX 4

/*
 * How many of the `size` bytes at `data`, from the first on, are whole and valid code points.  The text is valid where
 * the answer is `size`.
 */
size_t znn_utf8_valid_size(const void *data, size_t size);

/*
 * Writes `code`, which is a code point and no surrogate, to `out`, which has room for UTF8_MAX bytes; returns how many
 * it took.
 */
size_t znn_utf8_encode(uint32_t code, uint8_t *out);

#endif
