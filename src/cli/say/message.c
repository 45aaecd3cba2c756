/*
 * message.c - prints messages to standard error
 */
#include "cli/say/message.h"

#include "cli/say/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Space for two long paths and some words. */
#define MESSAGE_MAX 10000

enum { ERRORS = 1, WARNINGS = 2, NOTES = 3 };

static int verbosity = WARNINGS;
static char last_name[MESSAGE_MAX];
static char last_text[MESSAGE_MAX];
static const char *last_status = "";
static uint64_t last_offset = UINT64_MAX;
static const char *wiper; /* wipes the line of progress while it is shown */

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

struct said znn_message_last_error(void)
{
    return (struct said){.name = last_name, .text = last_text, .status = last_status, .offset = last_offset};
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

/* Records the last error. */
static void remember(const char *name, const char *status, uint64_t offset)
{
    snprintf(last_name, sizeof last_name, "%s", name ? name : "");
    last_status = status;
    last_offset = offset;
}

bool znn_say_error(const char *name, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (verbosity >= ERRORS)
        print_message(name, format, arguments);
    va_end(arguments);
    va_start(arguments, format);
    vsnprintf(last_text, sizeof last_text, format, arguments);
    va_end(arguments);
    remember(name, "REFUSED", UINT64_MAX);
    return false;
}

bool znn_say_system_error(const char *name, const char *what, int reason, const char *remedy)
{
    znn_say_error(name, "could not %s: %s%s", what, strerror(reason), remedy);
    remember(name, znn_status_name(ZNN_ERROR_IO), UINT64_MAX);
    return false;
}

bool znn_say_memory_error(const char *name)
{
    znn_say_error(name, "out of memory");
    remember(name, znn_status_name(ZNN_ERROR_MEMORY), UINT64_MAX);
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

/* Returns the advice for an error, starting with "; ", or "". */
static const char *remedy(const struct znn_error *error)
{
    switch (error->status) {
    case ZNN_ERROR_MEMORY:
        return "; try again with -T 1";
    case ZNN_ERROR_MEMORY_LIMIT:
        return "; raise --memory-limit if you trust the file";
    case ZNN_ERROR_NOT_ZNN:
        if (error->offset == UINT64_MAX)
            return ""; /* the detail says it */
        return "; check that it is the right file and complete ('znn stat' examines models, 'znn compress' makes .znn "
               "files)";
    case ZNN_ERROR_TOO_NEW:
        return "; install a newer znn";
    case ZNN_ERROR_BASE:
        return "; name the right base with --base, or its directory with --base-dir";
    case ZNN_ERROR_CORRUPT:
        return "; fetch the file again, or restore it from a backup; 'znn decompress --salvage' gives the intact parts";
    case ZNN_ERROR_TOO_LARGE:
        return "; raise --max-output if you trust the file";
    case ZNN_ERROR_ARGUMENT:
        return "; this is an error in znn, please report it";
    default:
        return "";
    }
}

static const char *or_nothing(const char *text)
{
    return text ? text : "";
}

bool znn_say_failure_with(const char *name, const struct znn_error *error, const struct failure_words *words)
{
    char place[40] = "";
    if (error->offset != UINT64_MAX)
        snprintf(place, sizeof place, " (at offset %" PRIu64 ")", error->offset);
    const char *path = or_nothing(words->path);
    bool is_told = error->status == ZNN_ERROR_BASE && error->base > 0 &&
                   words->path; /* the base was found, and it is the one at fault */
    if (error->status == ZNN_ERROR_IO)
        znn_say_error(name, "%s%s%s: %s", path, error->detail, place, strerror(error->system_error));
    else
        znn_say_error(name, "%s%s%s%s%s%s%s", path, is_told ? "" : znn_strerror(error->status), is_told ? "" : ": ",
                      error->detail, place, or_nothing(words->where), words->remedy ? words->remedy : remedy(error));
    remember(words->culprit ? words->culprit : name, znn_status_name(error->status), error->offset);
    return false;
}

bool znn_say_failure(const char *name, const struct znn_error *error)
{
    return znn_say_failure_with(name, error, &(struct failure_words){.path = NULL});
}

bool znn_stdout_finish(void)
{
    return (fflush(stdout) == 0 && !ferror(stdout)) || znn_say_system_error(STDOUT_NAME, "write", errno, "");
}
