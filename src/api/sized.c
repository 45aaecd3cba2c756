/*
 * sized.c - copies options and reports between the caller's structs and the library's
 */
#include "api/sized.h"

#include <string.h>

#include "common/error.h"

static size_t size_of(const void *callers)
{
    size_t size;
    memcpy(&size, callers, sizeof size);
    return size;
}

/* No struct of znn.h will ever be this large, so this limit catches most sizes that the caller never set. */
#define SIZE_LIMIT 4096

bool znn_sized_is_valid(const void *callers)
{
    return !callers || (size_of(callers) >= sizeof(size_t) && size_of(callers) <= SIZE_LIMIT);
}

enum znn_status znn_sized_fail(struct znn_error *error)
{
    return znn_fail(error, ZNN_ERROR_ARGUMENT, ZNN_NO_OFFSET, "struct_size is not set");
}

enum znn_status znn_sized_take(void *complete, size_t size, const void *callers, struct znn_error *error)
{
    memset(complete, 0, size);
    if (!callers)
        return ZNN_OK;
    if (!znn_sized_is_valid(callers))
        return znn_sized_fail(error);
    size_t there = size_of(callers);
    const unsigned char *bytes = callers;
    for (size_t i = size; i < there; i++)
        if (bytes[i] != 0)
            return znn_fail(error, ZNN_ERROR_ARGUMENT, ZNN_NO_OFFSET, "an option is set that version %s does not know",
                            znn_version());
    memcpy(complete, callers, there < size ? there : size);
    return ZNN_OK;
}

void znn_sized_give(void *callers, const void *complete, size_t size)
{
    if (!callers)
        return;
    size_t there = size_of(callers);
    size_t common = there < size ? there : size;
    unsigned char *bytes = callers;
    memcpy(bytes + sizeof there, (const unsigned char *)complete + sizeof there, common - sizeof there);
    if (there > size)
        memset(bytes + size, 0, there - size);
}
