/*
 * guard.h - buffers that end at a page that must not be touched
 *
 *     | rest of a page | size bytes | page that must not be touched |
 *
 * An access beyond such a buffer stops the program at once, with or without sanitizers, in plain C and in vector code.
 */
#ifndef ZNN_FUZZ_GUARD_H
#define ZNN_FUZZ_GUARD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* In pages' worth of bytes, whatever a page is. */
#define GUARD_SIZE ((size_t)1 << 16)

enum { GUARDS = 3 };

/* Room for `size` bytes in front of a guard, good until the next call for the same slot. */
static inline uint8_t *guard_room(unsigned slot, size_t size)
{
    static struct {
        uint8_t *start;
        size_t capacity;
    } slots[GUARDS];
    size_t capacity = (size + GUARD_SIZE) & ~(GUARD_SIZE - 1);
    if (slots[slot].capacity < capacity) {
        if (slots[slot].start)
            munmap(slots[slot].start, slots[slot].capacity + GUARD_SIZE);
        uint8_t *start = mmap(NULL, capacity + GUARD_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (start == MAP_FAILED || mprotect(start + capacity, GUARD_SIZE, PROT_NONE) != 0)
            abort();
        slots[slot].start = start;
        slots[slot].capacity = capacity;
    }
    return slots[slot].start + slots[slot].capacity - size;
}

/* A copy of the input, in slot 0. */
static inline const uint8_t *guard_input(const uint8_t *data, size_t size)
{
    uint8_t *room = guard_room(0, size);
    if (size > 0)
        memcpy(room, data, size);
    return room;
}

/* A finding is a program that stops. */
static inline void require(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

#endif
