/*
 * error.h - how a failure travels
 *
 * Every internal function that can fail returns an enum znn_status and takes the caller's struct znn_error last.  The
 * function that notices the trouble describes it with znn_fail(); those between it and the user pass the status on.
 * The first description stands: whoever noticed first was nearest to the cause.
 */
#ifndef ZNN_COMMON_ERROR_H
#define ZNN_COMMON_ERROR_H

#include "znn.h"

#if defined(__GNUC__)
#    define ZNN_PRINTF(string, first) __attribute__((format(printf, string, first)))
#else
#    define ZNN_PRINTF(string, first)
#endif

/* No place in the input applies. */
#define ZNN_NO_OFFSET UINT64_MAX

/*
 * Fills `error` (which may be NULL) and returns `status`, so that a caller can write `return znn_fail(...)`.
 */
enum znn_status znn_fail(struct znn_error *error, enum znn_status status, uint64_t offset, const char *format, ...)
    ZNN_PRINTF(4, 5);

/*
 * The same for ZNN_ERROR_IO with an errno.
 */
enum znn_status znn_fail_system(struct znn_error *error, int system_error, uint64_t offset, const char *detail);

/*
 * The failure that a caller's callback returned as `code` (see ZNN_CALLBACK_FAILED in znn.h).  `action` names the
 * callback's work, such as "read".
 */
enum znn_status znn_fail_callback(struct znn_error *error, ptrdiff_t code, uint64_t offset, const char *action);

/*
 * The reverse, for a callback of the library's own: the code that makes its caller fail with `error`.
 */
ptrdiff_t znn_callback_code(const struct znn_error *error);

/*
 * Adds to a failure, `error` being filled, which bytes of the original it is about, unless that is known already;
 * `size` is 0 where it is not known how many.  For damage only: other failures are about no bytes.
 */
void znn_fail_at(struct znn_error *error, uint64_t original_offset, uint64_t original_size);

/*
 * Turns a failure of a base, `error` being filled for it, into that of the file that needs the base.
 */
enum znn_status znn_fail_in_base(struct znn_error *error);

/*
 * The usual failure of an allocation of `size` bytes.  Who calls for something that allocates by itself says that the
 * size is not known: a wrong one misleads.
 */
#define SIZE_NOT_KNOWN 0
enum znn_status znn_fail_memory(struct znn_error *error, size_t size);

/*
 * The failure of an original that has `size` bytes or more where `limit` are allowed.
 */
enum znn_status znn_fail_output(struct znn_error *error, uint64_t size, uint64_t limit);

#endif
