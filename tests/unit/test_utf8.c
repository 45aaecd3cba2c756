/*
 * test_utf8.c - compares UTF-8 with a decoder that follows the definition literally
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "model/utf8.h"
#include "support.h"

/* Decodes by counting the leading ones, then asks whether that spelling is the one that the code point has. */
static size_t valid_size_slowly(const uint8_t *text, size_t size)
{
    size_t done = 0;
    while (done < size) {
        size_t length = 1;
        uint32_t code = text[done];
        if (code >= 0x80) {
            for (length = 0; length < 8 && text[done] & 0x80 >> length; length++)
                ;
            if (length < 2 || length > 4 || length > size - done)
                break;
            code &= 0x7fU >> length;
        }
        bool is_good = true;
        for (size_t i = 1; i < length; i++) {
            is_good = is_good && (text[done + i] & 0xc0) == 0x80;
            code = code << 6 | (text[done + i] & 0x3fU);
        }
        size_t shortest = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
        if (!is_good || shortest != length || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
            break;
        done += length;
    }
    return done;
}

/* A copy of exactly the bytes, so that a sanitizer sees any read beyond them. */
static void check(const uint8_t *text, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    assert_non_null(copy);
    memcpy(copy, text, size);
    assert_int_equal(znn_utf8_valid_size(copy, size), valid_size_slowly(text, size));
    free(copy);
}

static void test_every_short_sequence(void **state)
{
    (void)state;
    static const uint8_t edges[] = {0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf,
                                    0xc0, 0xc2, 0xdf, 0xe0, 0xed, 0xf0, 0xf4, 0xff};
    check((const uint8_t *)"", 0);
    for (unsigned first = 0; first < 256; first++)
        for (unsigned second = 0; second < 256; second++)
            for (size_t third = 0; third < sizeof edges; third++)
                for (size_t fourth = 0; fourth < sizeof edges; fourth++) {
                    uint8_t text[] = {(uint8_t)first, (uint8_t)second, edges[third], edges[fourth]};
                    assert_int_equal(znn_utf8_valid_size(text, 4), valid_size_slowly(text, 4));
                }
    for (unsigned first = 0; first < 256; first++)
        for (size_t second = 0; second < sizeof edges; second++)
            for (size_t size = 1; size <= 3; size++)
                check((const uint8_t[]){(uint8_t)first, edges[second], 0x80}, size);
}

static void test_every_code_point(void **state)
{
    (void)state;
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        if (code >= 0xd800 && code <= 0xdfff)
            continue;
        uint8_t text[UTF8_MAX + 1];
        size_t size = znn_utf8_encode(code, text);
        assert_int_equal(znn_utf8_valid_size(text, size), size);
        assert_int_equal(valid_size_slowly(text, size), size);
        assert_int_equal(znn_utf8_valid_size(text, size - 1), 0);
    }
}

/* Long texts, mostly ASCII, take the fast path; a bad byte may be anywhere in it. */
static void test_random_texts(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 20000; round++) {
        uint8_t text[100 + UTF8_MAX];
        size_t size = 0;
        size_t wanted = random_below(&random, 100);
        while (size < wanted) {
            uint32_t code = random_below(&random, 8) ? 'a' : (uint32_t)random_below(&random, 0xd800);
            size += znn_utf8_encode(code, text + size);
        }
        assert_int_equal(znn_utf8_valid_size(text, size), size);
        if (size > 0)
            text[random_below(&random, size)] = (uint8_t)random_u64(&random);
        check(text, size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_short_sequence),
        cmocka_unit_test(test_every_code_point),
        cmocka_unit_test(test_random_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
