/*
 * test_cli_text.c - how the program reads the characters of names before it shows them
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "cli/say/text.h"
#include "model/utf8.h"

/* Each code point is read whole, and not at all if the text ends within it, even though its other bytes follow. */
static void test_every_code_point(void **state)
{
    (void)state;
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        uint8_t bytes[UTF8_MAX];
        size_t size = znn_utf8_encode(code, bytes);
        bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
        uint32_t number;
        assert_int_equal(znn_text_decode((const char *)bytes, size, &number), is_surrogate ? 0 : size);
        assert_true(is_surrogate || number == code);
        for (size_t less = 0; less < size; less++)
            assert_int_equal(znn_text_decode((const char *)bytes, less, &number), 0);
    }
}

static void test_no_characters(void **state)
{
    (void)state;
    static const char *const rows[] = {"\x80",
                                       "\xbf",
                                       "\xc0\x80",
                                       "\xc1\xbf",
                                       "\xe0\x9f\xbf",
                                       "\xed\xa0\x80",
                                       "\xed\xbf\xbf",
                                       "\xf0\x8f\xbf\xbf",
                                       "\xc3\x28",
                                       "\xe2\x82\x28",
                                       "\xf4\x90\x80\x80",
                                       "\xf5\x80\x80\x80",
                                       "\xff\xff\xff\xff"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t number;
        assert_int_equal(znn_text_decode(rows[i], strlen(rows[i]), &number), 0);
    }
}

/* A character that is cut is shown byte by byte. */
static void test_a_cut_character_is_shown(void **state)
{
    (void)state;
    char shown[SHOWN_MAX];
    size_t shown_size;
    assert_int_equal(znn_text_show("\xe5\xad\x97", 3, shown, &shown_size), 3);
    assert_int_equal(shown_size, 3);
    assert_int_equal(znn_text_show("\xe5\xad\x97", 2, shown, &shown_size), 1);
    assert_int_equal(shown_size, 4);
    assert_memory_equal(shown, "\\xe5", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_code_point),
        cmocka_unit_test(test_no_characters),
        cmocka_unit_test(test_a_cut_character_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
