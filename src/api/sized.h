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
 * Fails with ZNN_ERROR_ARGUMENT because a struct_size is not valid.
 */
enum znn_status znn_sized_fail(struct znn_error *error);

#endif
