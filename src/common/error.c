/*
 * error.c - the texts of statuses, and how to fill a struct znn_error
 */
#include "common/error.h"

#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static const struct {
    const char *name;
    const char *sentence;
} statuses[] = {
    [ZNN_OK] = {"ZNN_OK", "no error"},
    [ZNN_ERROR_MEMORY] = {"ZNN_ERROR_MEMORY", "out of memory"},
    [ZNN_ERROR_MEMORY_LIMIT] = {"ZNN_ERROR_MEMORY_LIMIT", "the memory limit is too low"},
    [ZNN_ERROR_NOT_ZNN] = {"ZNN_ERROR_NOT_ZNN", "not a .znn file"},
    [ZNN_ERROR_TOO_NEW] = {"ZNN_ERROR_TOO_NEW", "the file needs a newer version of znn"},
    [ZNN_ERROR_CORRUPT] = {"ZNN_ERROR_CORRUPT", "the file is damaged"},
    [ZNN_ERROR_BASE] = {"ZNN_ERROR_BASE", "the base model is missing or a different one"},
    [ZNN_ERROR_ARGUMENT] = {"ZNN_ERROR_ARGUMENT", "invalid argument"},
    [ZNN_ERROR_IO] = {"ZNN_ERROR_IO", "input or output failed"},
    [ZNN_ERROR_TOO_LARGE] = {"ZNN_ERROR_TOO_LARGE", "the original is larger than allowed"},
    [ZNN_ERROR_CANCELLED] = {"ZNN_ERROR_CANCELLED", "cancelled"},
};

static int is_status(enum znn_status status)
{
    return (unsigned)status < sizeof statuses / sizeof *statuses;
}

const char *znn_strerror(enum znn_status status)
{
    return is_status(status) ? statuses[status].sentence : "unknown error";
}

const char *znn_status_name(enum znn_status status)
{
    return is_status(status) ? statuses[status].name : "ZNN_ERROR_UNKNOWN";
}

enum znn_status znn_fail(struct znn_error *error, enum znn_status status, uint64_t offset, const char *format, ...)
{
    if (!error)
        return status;
    error->status = status;
    error->system_error = 0;
    error->offset = offset;
    error->original_offset = ZNN_NO_OFFSET;
    error->original_size = 0;
    error->base = 0;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->detail, sizeof error->detail, format, arguments);
    va_end(arguments);
    return status;
}

enum znn_status znn_fail_system(struct znn_error *error, int system_error, uint64_t offset, const char *detail)
{
    znn_fail(error, ZNN_ERROR_IO, offset, "%s", detail);
    if (error)
        error->system_error = system_error;
    return ZNN_ERROR_IO;
}

/* Returns the errno inside a callback's code, or 0 if it has none. */
static int errno_of(ptrdiff_t code)
{
    return code < ZNN_CALLBACK_ERRNO(0) && code >= -INT_MAX ? (int)(ZNN_CALLBACK_ERRNO(0) - code) : 0;
}

enum znn_status znn_fail_callback(struct znn_error *error, ptrdiff_t code, uint64_t offset, const char *action)
{
    if (code == ZNN_CALLBACK_CANCEL)
        return znn_fail(error, ZNN_ERROR_CANCELLED, offset, "%s was cancelled", action);
    if (code == ZNN_CALLBACK_MEMORY)
        return znn_fail(error, ZNN_ERROR_MEMORY, offset, "%s ran out of memory", action);
    znn_fail(error, ZNN_ERROR_IO, offset,
             code < 0 ? "%s failed" : "%s failed: its callback returned a number that it must not", action);
    if (error)
        error->system_error = errno_of(code);
    return ZNN_ERROR_IO;
}

ptrdiff_t znn_callback_code(const struct znn_error *error)
{
    if (error->status == ZNN_ERROR_CANCELLED)
        return ZNN_CALLBACK_CANCEL;
    if (error->status == ZNN_ERROR_MEMORY)
        return ZNN_CALLBACK_MEMORY;
    return error->system_error > 0 ? ZNN_CALLBACK_ERRNO(error->system_error) : ZNN_CALLBACK_FAILED;
}

void znn_fail_at(struct znn_error *error, uint64_t original_offset, uint64_t original_size)
{
    bool is_damage = error && (error->status == ZNN_ERROR_CORRUPT || error->status == ZNN_ERROR_TOO_NEW);
    if (!is_damage || error->original_offset != ZNN_NO_OFFSET)
        return;
    error->original_offset = original_offset;
    error->original_size = original_size;
}

enum znn_status znn_fail_in_base(struct znn_error *error)
{
    if (error)
        error->base++;
    return ZNN_ERROR_BASE;
}

enum znn_status znn_fail_memory(struct znn_error *error, size_t size)
{
    if (size == SIZE_NOT_KNOWN)
        return znn_fail(error, ZNN_ERROR_MEMORY, ZNN_NO_OFFSET, "an allocation failed");
    return znn_fail(error, ZNN_ERROR_MEMORY, ZNN_NO_OFFSET, "could not allocate %zu bytes", size);
}

enum znn_status znn_fail_output(struct znn_error *error, uint64_t size, uint64_t limit)
{
    return znn_fail(error, ZNN_ERROR_TOO_LARGE, ZNN_NO_OFFSET, "it has at least %llu bytes, and %llu are allowed",
                    (unsigned long long)size, (unsigned long long)limit);
}

#define STRING_(x) #x
#define STRING(x) STRING_(x)

const char *znn_version(void)
{
    return STRING(ZNN_VERSION_MAJOR) "." STRING(ZNN_VERSION_MINOR) "." STRING(ZNN_VERSION_PATCH);
}

unsigned znn_version_number(void)
{
    return ZNN_VERSION_NUMBER;
}
