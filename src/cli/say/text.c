/*
 * text.c - makes text from a file safe to show
 */
#include "cli/say/text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

size_t znn_text_decode(const char *text, size_t size, uint32_t *number)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text;
    if (size == 0)
        return 0;
    size_t length = bytes[0] < 0x80 ? 1 : bytes[0] < 0xc0 ? 0 : bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4;
    if (length == 0 || length > size || bytes[0] > 0xf4)
        return 0;
    uint32_t value = length == 1 ? bytes[0] : bytes[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (bytes[i] & 0x3f);
    }
    *number = value;
    bool is_surrogate = value >= 0xd800 && value <= 0xdfff;
    return value < least[length] || value > 0x10ffff || is_surrogate ? 0 : length;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Kinds of characters                                                                                              */
/* ---------------------------------------------------------------------------------------------------------------- */

struct range {
    uint32_t first, last;
};

static bool is_in(uint32_t number, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (number >= ranges[i].first && number <= ranges[i].last)
            return true;
    return false;
}

/* Control characters, line breaks, marks that reorder or hide text, tags, and code points that are not characters. */
static bool is_unsafe(uint32_t number)
{
    static const struct range unsafe[] = {
        {0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},   {0x180e, 0x180e}, {0x200b, 0x200f},
        {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0xe0000, 0xe007f},
    };
    return is_in(number, unsafe, sizeof unsafe / sizeof *unsafe);
}

/*
 * The ranges that matter for names, not all that Unicode lists: accents that combine with the letter before them, and
 * East Asian characters and pictures, which are twice as wide.  If a terminal disagrees, a column is askew.
 */
static size_t columns(uint32_t number)
{
    static const struct range none[] = {
        {0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x64b, 0x65f},   {0xe31, 0xe31},
        {0xe34, 0xe3a},   {0xe47, 0xe4e},   {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20ff},
        {0x302a, 0x302f}, {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xe0100, 0xe01ef},
    };
    static const struct range two[] = {
        {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2e80, 0x303e}, {0x3041, 0x33ff},   {0x3400, 0x4dbf},
        {0x4e00, 0x9fff},   {0xa000, 0xa4cf},   {0xa960, 0xa97f}, {0xac00, 0xd7a3},   {0xf900, 0xfaff},
        {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff},
        {0x1f900, 0x1faff}, {0x20000, 0x3fffd},
    };
    if (number < 0x300)
        return 1;
    if (is_in(number, none, sizeof none / sizeof *none))
        return 0;
    return is_in(number, two, sizeof two / sizeof *two) ? 2 : 1;
}

size_t znn_text_show(const char *data, size_t size, char shown[SHOWN_MAX], size_t *shown_size)
{
    static const char digits[] = "0123456789abcdef";
    uint32_t number = 0;
    assert(size > 0);
    size_t length = znn_text_decode(data, size, &number);
    if (length > 0 && !is_unsafe(number)) {
        memcpy(shown, data, length);
        *shown_size = length;
        return length;
    }
    length += length == 0;
    *shown_size = 4 * length;
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)data[i];
        memcpy(shown + 4 * i, (char[]){'\\', 'x', digits[byte >> 4], digits[byte & 15]}, 4);
    }
    return length;
}

void znn_text_write_shown(FILE *file, const char *data, size_t size)
{
    while (size > 0) {
        char shown[SHOWN_MAX];
        size_t shown_size;
        size_t length = znn_text_show(data, size, shown, &shown_size);
        fwrite(shown, 1, shown_size, file);
        data += length;
        size -= length;
    }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Text that grows                                                                                                  */
/* ---------------------------------------------------------------------------------------------------------------- */

void znn_text_free(struct text *text)
{
    free(text->data);
    *text = (struct text){0};
}

static bool reserve(struct text *text, size_t size)
{
    if (size <= text->capacity - text->size)
        return true;
    size_t wanted = text->size + size;
    size_t grown = text->capacity + text->capacity / 2;
    size_t capacity = grown > wanted ? grown : wanted;
    char *data = wanted < size ? NULL : realloc(text->data, capacity);
    if (!data) {
        text->failed = true;
        return false;
    }
    text->data = data;
    text->capacity = capacity;
    return true;
}

void znn_text_add(struct text *text, const void *data, size_t size)
{
    if (size == 0 || !reserve(text, size))
        return;
    memcpy(text->data + text->size, data, size);
    text->size += size;
}

void znn_text_format(struct text *text, const char *format, ...)
{
    char formatted[TEXT_FORMATTED_MAX + 1];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(formatted, sizeof formatted, format, arguments);
    va_end(arguments);
    znn_text_add(text, formatted, strlen(formatted));
}

void znn_text_add_shown(struct text *text, const char *data, size_t size)
{
    while (size > 0) {
        char shown[SHOWN_MAX];
        size_t shown_size;
        size_t length = znn_text_show(data, size, shown, &shown_size);
        znn_text_add(text, shown, shown_size);
        data += length;
        size -= length;
    }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Width                                                                                                            */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Returns the size of the first character, and sets *width to its columns. */
static size_t measure(const char *data, size_t size, size_t *width)
{
    uint32_t number = '?';
    size_t length = znn_text_decode(data, size, &number);
    *width = columns(number);
    return length > 0 ? length : 1;
}

size_t znn_text_width(const char *data, size_t size)
{
    size_t sum = 0;
    for (size_t i = 0; i < size;) {
        size_t width;
        i += measure(data + i, size - i, &width);
        sum += width;
    }
    return sum;
}

/* Returns the length of the start of the text that fits into `width` columns, including accents. */
static size_t fitting(const char *data, size_t size, size_t width)
{
    size_t i = 0;
    while (i < size) {
        size_t own;
        size_t length = measure(data + i, size - i, &own);
        if (own > width)
            break;
        width -= own;
        i += length;
    }
    return i;
}

void znn_text_add_elided(struct text *text, const char *data, size_t size, size_t width, const char *mark)
{
    size_t total = znn_text_width(data, size);
    if (total <= width) {
        znn_text_add(text, data, size);
        return;
    }
    size_t room = width - znn_text_width(mark, strlen(mark));
    size_t tail = (room + 1) / 2; /* the end of a name says more than its start */
    znn_text_add(text, data, fitting(data, size, room - tail));
    znn_text_add(text, mark, strlen(mark));
    size_t skipped = fitting(data, size, total - tail);
    while (skipped < size && znn_text_width(data + skipped, size - skipped) > tail) {
        size_t unused;
        skipped += measure(data + skipped, size - skipped, &unused);
    }
    znn_text_add(text, data + skipped, size - skipped);
}
