/*
 * sized.h - structs of the caller, which may be older or newer than the library
 *
 * A caller's struct begins with its size.  The engine always works with complete structs; each public function copies
 * options in and reports out:
 *
 *     older caller    | size | a | b |              newer caller    | size | a | b | c | d |
 *                        v     v   v                                   v     v   v   v   must be zero
 *     complete        | size | a | b | 0 |          complete        | size | a | b | c |
 *
 * Only bytes that the caller has are read or written.
 */
#ifndef ZNN_API_SIZED_H
#define ZNN_API_SIZED_H

#include <stdbool.h>
#include <stddef.h>

#include "znn.h"

/*
 * True if `callers` is NULL or says that it has at least its first member.
 */
bool znn_sized_is_valid(const void *callers);

/*
 * Copies options that the caller filled into `complete`, which has `size` bytes; NULL means that all are zero.  Fails
 * with ZNN_ERROR_ARGUMENT if the struct is not valid, or has a member that is not zero and not known here.
 */
enum znn_status znn_sized_take(void *complete, size_t size, const void *callers, struct znn_error *error);

/*
 * Copies a complete struct of `size` bytes into the caller's, which is valid or NULL, as far as that has room.  Members
 * that are not known here become zero.  The caller's size stays.
 */
void znn_sized_give(void *callers, const void *complete, size_t size);

/*
 * The end of a public function: after a failure, gives `reason` to the caller's `error`, which may be NULL.  A caller's
 * error that is not valid is an error itself.  Returns the status of the call.
 */
enum znn_status znn_sized_finish(enum znn_status status, const struct znn_error *reason, struct znn_error *error);

/*
 * The start of a public function that fills a report and an error, either of which may be NULL.  Fails with
 * ZNN_ERROR_ARGUMENT if one is not valid.
 */
enum znn_status znn_sized_start(const void *report, const struct znn_error *error, struct znn_error *reason);

/*
 * Fails with ZNN_ERROR_ARGUMENT unless the reserved members are NULL; each may be NULL itself.
 */
enum znn_status znn_streams_check(const struct znn_input *input, const struct znn_output *output,
                                  struct znn_error *reason);

#endif
