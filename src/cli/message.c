/*
 * message.c - what the program says on standard error
 */
#include "cli/message.h"

#include "cli/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Room for two paths of the greatest usual length and some words. */
#define MESSAGE_MAX 10000

enum { ERRORS = 1, WARNINGS = 2, NOTES = 3 };

static int verbosity = WARNINGS;
static char last_error[MESSAGE_MAX];
static const char *wiper; /* for the line of progress, while it stands there */

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

bool znn_message_is_quiet(void)
{
    return verbosity < WARNINGS;
}

bool znn_message_is_verbose(void)
{
    return verbosity >= NOTES;
}

const char *znn_message_last_error(void)
{
    return last_error;
}

void znn_message_wipe(const char *sequence)
{
    wiper = sequence;
}

static void wipe(void)
{
    if (wiper)
        fputs(wiper, stderr);
}

static void print_shown(const char *text)
{
    znn_text_write_shown(stderr, text, strlen(text));
}

ZNN_CLI_PRINTF(1, 0)
static void print_line(const char *format, va_list arguments)
{
    char text[MESSAGE_MAX];
    vsnprintf(text, sizeof text, format, arguments);
    print_shown(text);
    fputc('\n', stderr);
}

ZNN_CLI_PRINTF(2, 0)
static void print_message(const char *name, const char *format, va_list arguments)
{
    wipe();
    fputs("znn: ", stderr);
    if (name) {
        print_shown(*name ? name : "''");
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
    va_start(arguments, format);
    vsnprintf(last_error, sizeof last_error, format, arguments);
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
    if (verbosity >= NOTES) {
        wipe();
        print_line(format, arguments);
    }
    va_end(arguments);
}

void znn_say_summary(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (verbosity >= WARNINGS) {
        wipe();
        print_line(format, arguments);
    }
    va_end(arguments);
}

/* What to do about it, starting with "; ", or "". */
static const char *remedy(enum znn_status status)
{
    switch (status) {
    case ZNN_ERROR_MEMORY:
        return "; try again with -T 1";
    case ZNN_ERROR_MEMORY_LIMIT:
        return "; raise --memory-limit if you trust the file";
    case ZNN_ERROR_NOT_ZNN:
        return "; check that it is the right file, and whole ('znn stat' looks into models, 'znn compress' makes .znn "
               "files)";
    case ZNN_ERROR_TOO_NEW:
        return "; install a newer znn";
    case ZNN_ERROR_BASE:
        return "; name the right one with --base, or the directory that it is in with --base-dir";
    case ZNN_ERROR_CORRUPT:
        return "; fetch the file again, or restore it from a backup; 'znn decompress --salvage' gives what is intact";
    case ZNN_ERROR_TOO_LARGE:
        return "; raise --max-output if you trust the file";
    case ZNN_ERROR_ARGUMENT:
        return "; this is an error in znn, please report it";
    default:
        return "";
    }
}

bool znn_say_failure_at(const char *name, const struct znn_error *error, const char *where)
{
    char place[40] = "";
    if (error->offset != UINT64_MAX)
        snprintf(place, sizeof place, " (at offset %" PRIu64 ")", error->offset);
    if (error->status == ZNN_ERROR_IO)
        return znn_say_error(name, "%s%s: %s", error->detail, place, strerror(error->system_error));
    return znn_say_error(name, "%s: %s%s%s%s", znn_strerror(error->status), error->detail, place, where,
                         remedy(error->status));
}

bool znn_say_failure(const char *name, const struct znn_error *error)
{
    return znn_say_failure_at(name, error, "");
}

bool znn_stdout_finish(void)
{
    return (fflush(stdout) == 0 && !ferror(stdout)) ||
           znn_say_error(STDOUT_NAME, "could not write: %s", strerror(errno));
}
