/*
 * message.c - what the program says on standard error
 */
#include "cli/message.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Room for two paths of the greatest usual length and some words. */
#define MESSAGE_MAX 10000

enum { ERRORS = 1, WARNINGS = 2, NOTES = 3 };

static int verbosity = WARNINGS;

void znn_message_start(void)
{
    setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
}

void znn_message_quieter(void)
{
    verbosity--;
}

void znn_message_louder(void)
{
    verbosity++;
}

/*
 * How many bytes the UTF-8 character at `text` has, and its number; 0 where no valid character starts.  The string's
 * final NUL is no continuation byte and ends every attempt.
 */
static size_t decode_utf8(const unsigned char *text, uint32_t *number)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t size = text[0] < 0x80 ? 1 : text[0] < 0xc0 ? 0 : text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
    if (size == 0 || text[0] > 0xf4)
        return 0;
    uint32_t value = size == 1 ? text[0] : text[0] & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (text[i] & 0x3f);
    }
    *number = value;
    bool is_surrogate = value >= 0xd800 && value <= 0xdfff;
    return value < least[size] || value > 0x10ffff || is_surrogate ? 0 : size;
}

/* Control characters, line breaks, and the marks that reorder or hide text. */
static bool is_unsafe(uint32_t number)
{
    return number < 0x20 || (number >= 0x7f && number < 0xa0) || (number >= 0x200b && number <= 0x200f) ||
           (number >= 0x2028 && number <= 0x202e) || (number >= 0x2060 && number <= 0x206f) || number == 0xfeff;
}

static void print_escaped(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    while (*p) {
        uint32_t number = 0;
        size_t size = decode_utf8(p, &number);
        if (size > 0 && !is_unsafe(number)) {
            fwrite(p, 1, size, stderr);
            p += size;
            continue;
        }
        for (size_t end = size > 0 ? size : 1; end > 0; end--)
            fprintf(stderr, "\\x%02x", (unsigned)*p++);
    }
}

ZNN_CLI_PRINTF(1, 0)
static void print_line(const char *format, va_list arguments)
{
    char text[MESSAGE_MAX];
    vsnprintf(text, sizeof text, format, arguments);
    print_escaped(text);
    fputc('\n', stderr);
}

ZNN_CLI_PRINTF(2, 0)
static void print_message(const char *name, const char *format, va_list arguments)
{
    fputs("znn: ", stderr);
    if (name) {
        print_escaped(*name ? name : "''");
        fputs(": ", stderr);
    }
    print_line(format, arguments);
}

bool znn_say_error(const char *name, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (verbosity >= ERRORS)
        print_message(name, format, arguments);
    va_end(arguments);
    return false;
}

bool znn_say_warning(const char *name, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (verbosity >= WARNINGS)
        print_message(name, format, arguments);
    va_end(arguments);
    return false;
}

bool znn_say_note(const char *name, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (verbosity >= NOTES)
        print_message(name, format, arguments);
    va_end(arguments);
    return false;
}

void znn_say_result(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (verbosity >= NOTES)
        print_line(format, arguments);
    va_end(arguments);
}

/* What to do about it, starting with "; ", or "". */
static const char *remedy(enum znn_status status)
{
    switch (status) {
    case ZNN_ERROR_MEMORY:
    case ZNN_ERROR_MEMORY_LIMIT:
        return "; try again with -T 1";
    case ZNN_ERROR_NOT_ZNN:
        return "; check that the right file was fetched, and fetched whole";
    case ZNN_ERROR_TOO_NEW:
        return "; install a newer znn";
    case ZNN_ERROR_CORRUPT:
        return "; fetch the file again, or restore it from a backup";
    case ZNN_ERROR_ARGUMENT:
        return "; this is an error in znn, please report it";
    default:
        return "";
    }
}

bool znn_say_failure(const char *name, const struct znn_error *error)
{
    char place[40] = "";
    if (error->offset != UINT64_MAX)
        snprintf(place, sizeof place, " (at offset %" PRIu64 ")", error->offset);
    if (error->status == ZNN_ERROR_IO)
        return znn_say_error(name, "%s%s: %s", error->detail, place, strerror(error->system_error));
    return znn_say_error(name, "%s: %s%s%s", znn_strerror(error->status), error->detail, place, remedy(error->status));
}
