/*
 * ordering.h - sorts tensors with little memory for each
 *
 * There may be millions of tensors, so an entry holds only one key and one number, in 16 bytes.  Names stay in place.
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
        uint32_t name_size; /* with a name */
        uint32_t place;     /* with the other keys: decides between equal ones */
    } more;
    uint32_t number; /* for the caller; decides between equal names */
};

typedef int entry_order(const struct entry *a, const struct entry *b);

/*
 * The orders: by name with numbers in numeric order; by the bytes of the name; largest size first; highest ratio first.
 */
int znn_entry_by_name(const struct entry *a, const struct entry *b);
int znn_entry_by_bytes(const struct entry *a, const struct entry *b);
int znn_entry_by_size(const struct entry *a, const struct entry *b);
int znn_entry_by_ratio(const struct entry *a, const struct entry *b);

/*
 * Returns true if two entries have the same name.
 */
bool znn_entry_has_name_of(const struct entry *a, const struct entry *b);

/*
 * Returns an array for `count` entries, to be freed with free(), or NULL if memory ran out, which is reported.
 */
struct entry *znn_entries_new(size_t count);

/*
 * Sorts entries.  Needs 8 more bytes for each.  Returns false if memory ran out, which is reported.
 */
bool znn_entries_sort(struct entry *entries, size_t count, entry_order *order);

#endif
