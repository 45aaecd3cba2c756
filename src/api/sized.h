/*
 * sized.h - the caller's structs, which may be older or newer than the library's
 *
 * A caller's struct begins with its size.  The engine always works with complete structs; each public function copies
 * options in and reports out:
 *
 *     older caller    | size | a | b |              newer caller    | size | a | b | c | d |
 *                        v     v   v                                   v     v   v   v   must be zero
 *     complete        | size | a | b | 0 |          complete        | size | a | b | c |
 *
 * Only bytes that the caller's struct has are read or written.
 */
#ifndef ZNN_API_SIZED_H
#define ZNN_API_SIZED_H

#include <stdbool.h>
#include <stddef.h>

#include "znn.h"

/*
 * Returns true if `callers` is NULL or its struct_size is at least the size of that member and not too large.
 */
bool znn_sized_is_valid(const void *callers);

/*
 * Copies the caller's options into `complete`, which has `size` bytes.  If `callers` is NULL, all options become zero.
 * Fails with ZNN_ERROR_ARGUMENT if the struct is not valid, or if a member that this library does not know is not zero.
 */
enum znn_status znn_sized_take(void *complete, size_t size, const void *callers, struct znn_error *error);

/*
 * Copies as much of a complete struct of `size` bytes as fits into the caller's struct, which must be valid or NULL.
 * Members that this library does not know become zero.  Keeps the caller's struct_size.
 */
void znn_sized_give(void *callers, const void *complete, size_t size);

/*
 * Call this at the end of a public function.  After a failure, copies `reason` to the caller's `error`, unless that is
 * NULL or not valid.  Returns `status`.
 */
enum znn_status znn_sized_finish(enum znn_status status, const struct znn_error *reason, struct znn_error *error);

/*
 * Call this at the start of a public function that fills a report and an error.  Either may be NULL.  Fails with
 * ZNN_ERROR_ARGUMENT if one is not valid.
 */
enum znn_status znn_sized_start(const void *report, const struct znn_error *error, struct znn_error *reason);

/*
 * Fails with ZNN_ERROR_ARGUMENT unless the reserved members are NULL.  `input` and `output` may be NULL.
 */
enum znn_status znn_streams_check(const struct znn_input *input, const struct znn_output *output,
                                  struct znn_error *reason);

#endif
