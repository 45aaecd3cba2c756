/*
 * ordering.h - tensors brought into an order, with little memory for each
 *
 * There may be millions of tensors, so an entry holds one key and one number, in 16 bytes.  Names stay where they are.
 */
#ifndef ZNN_CLI_SHOW_ORDERING_H
#define ZNN_CLI_SHOW_ORDERING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct entry {
    union {
        const char *name;
        uint64_t size;
        double ratio;
    } key;
    union {
        uint32_t name_size; /* beside a name */
        uint32_t place;     /* beside the other keys: decides between equal ones */
    } more;
    uint32_t number; /* the caller's; decides between equal names */
};

typedef int entry_order(const struct entry *a, const struct entry *b);

/*
 * Names as people count; names by their bytes; the largest size first; the highest ratio first.
 */
int znn_entry_by_name(const struct entry *a, const struct entry *b);
int znn_entry_by_bytes(const struct entry *a, const struct entry *b);
int znn_entry_by_size(const struct entry *a, const struct entry *b);
int znn_entry_by_ratio(const struct entry *a, const struct entry *b);

/*
 * True if the names of two entries have the same bytes.
 */
bool znn_entry_has_name_of(const struct entry *a, const struct entry *b);

/*
 * An array for `count` entries, to be freed with free().  NULL, having said so, if memory ran out.
 */
struct entry *znn_entries_new(size_t count);

/*
 * Sorts.  Takes 8 bytes more for each entry.  Returns false, having said so, if memory ran out.
 */
bool znn_entries_sort(struct entry *entries, size_t count, entry_order *order);

#endif
