/*
 * error.h - how errors are reported
 *
 * Every internal function that can fail returns an enum znn_status and takes a struct znn_error as its last argument.
 * The function that detects an error describes it with znn_fail(); its callers pass the status on.  The first
 * description stays, because it is the nearest to the cause.
 */
#ifndef ZNN_COMMON_ERROR_H
#define ZNN_COMMON_ERROR_H

#include "znn.h"

#if defined(__GNUC__)
#    define ZNN_PRINTF(string, first) __attribute__((format(printf, string, first)))
#else
#    define ZNN_PRINTF(string, first)
#endif

/* The error has no place in the input. */
#define ZNN_NO_OFFSET UINT64_MAX

/*
 * Fills `error`, which may be NULL, and returns `status`, so you can write `return znn_fail(...)`.
 */
enum znn_status znn_fail(struct znn_error *error, enum znn_status status, uint64_t offset, const char *format, ...)
    ZNN_PRINTF(4, 5);

/*
 * Does the same for ZNN_ERROR_IO with an errno.
 */
enum znn_status znn_fail_system(struct znn_error *error, int system_error, uint64_t offset, const char *detail);

/*
 * Does the same for the failure of a caller's callback that returned `code` (see ZNN_CALLBACK_FAILED in znn.h).
 * `action` names the callback's work, such as "read".
 */
enum znn_status znn_fail_callback(struct znn_error *error, ptrdiff_t code, uint64_t offset, const char *action);

/*
 * The reverse, for the library's own callbacks: returns the code that makes the callback's caller fail with `error`.
 */
ptrdiff_t znn_callback_code(const struct znn_error *error);

/*
 * Adds the damaged bytes of the original to `error`, which must be filled, unless it has them already.  `size` is 0 if
 * their number is not known.  Only for damage: other failures concern no bytes.
 */
void znn_fail_at(struct znn_error *error, uint64_t original_offset, uint64_t original_size);

/*
 * Turns the failure of a base, which `error` describes, into a failure of the file that needs the base.
 */
enum znn_status znn_fail_in_base(struct znn_error *error);

/*
 * Reports that an allocation of `size` bytes failed.  If another library made the allocation, pass SIZE_NOT_KNOWN,
 * because a wrong size would mislead.
 */
#define SIZE_NOT_KNOWN 0
enum znn_status znn_fail_memory(struct znn_error *error, size_t size);

/*
 * Reports that an original has `size` bytes or more, but only `limit` bytes are allowed.
 */
enum znn_status znn_fail_output(struct znn_error *error, uint64_t size, uint64_t limit);

#endif
