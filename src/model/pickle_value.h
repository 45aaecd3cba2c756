/*
 * pickle_value.h - what a pickle builds, kept small
 *
 * Running a pickle (pickle.h) builds values that refer to each other by number.  A value takes 16 bytes; text and bytes
 * stay where they are in the pickle.  What a value contains stands in one pool of 32-bit words, the "words":
 *
 *   - a tuple is complete when it is made, and names the place and number of its items;
 *   - lists, dicts, sets and objects grow.  Each growth is a batch, and batches are chained:
 *
 *         value (dict)                     words
 *        | first | last |   ->  ... | next | role, count | key | item | key | item | ...
 *
 * An object is whatever a pickle would have made by calling or instantiating something.  Here nothing is called: its
 * first batch merely says what was to be called, and with which arguments.
 *
 * All memory is taken from one budget, which is set before a pickle is run and cannot be moved by what it says.
 */
#ifndef ZNN_MODEL_PICKLE_VALUE_H
#define ZNN_MODEL_PICKLE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pickle_kind {
    PICKLE_OTHER, /* of no interest here: a float, a very long integer */
    PICKLE_NONE,
    PICKLE_INT,    /* an integer or a truth value */
    PICKLE_STRING, /* text or bytes */
    PICKLE_GLOBAL, /* the name of a class or a function; an inert token */
    PICKLE_TUPLE,
    PICKLE_LIST, /* also a set */
    PICKLE_DICT,
    PICKLE_OBJECT,
    PICKLE_PERSISTENT /* something that lies outside the pickle, known by an identifier */
};

/*
 * What `a` and `b` hold, by kind:
 *
 *     INT         b: the number
 *     STRING      a: size, b: offset in the pickle
 *     GLOBAL      a: size, b: offset of "module\nname"; or where `split` is set, a and b: the values of the two strings
 *     TUPLE       a: number of items, b: their place in the words
 *     LIST, DICT, OBJECT   a: first batch, b: last batch, 0 where there is none
 *     PERSISTENT  a: the value that identifies it, b: free for whoever looks it up, 0 at first
 */
struct pickle_value {
    uint8_t kind; /* an enum pickle_kind */
    uint8_t split;
    uint8_t known;   /* free for whoever recognises globals, 0 at first */
    uint8_t visited; /* free for whoever walks the values, 0 at first */
    uint32_t a;
    uint64_t b;
};

/* The numbers of values that are the same in every pickle.  0 stands for "no value". */
enum {
    VALUE_OTHER = 1,
    VALUE_NONE = 2,
    VALUE_EMPTY_TUPLE = 3,
    VALUE_INT_0 = 4, /* and so on up to 255 */
    VALUE_FIRST_FREE = VALUE_INT_0 + 256
};

enum pickle_role {
    ROLE_CALL,  /* of an object: what was to be called, and a tuple of arguments */
    ROLE_STATE, /* of an object: a value that was to become its attributes */
    ROLE_ITEMS, /* of a list or a list-like object */
    ROLE_PAIRS  /* of a dict or a dict-like object: key, item, key, item, ... */
};

struct pickle_batch {
    enum pickle_role role;
    uint32_t count; /* of the values at `items` */
    const uint32_t *items;
    uint32_t next;
};

struct pickle {
    const uint8_t *data; /* the pickle, the caller's */
    size_t size;
    size_t used;     /* bytes up to and with its last instruction; defined where `complete` */
    bool complete;   /* it was understood to its end */
    bool no_memory;  /* the system gave no memory */
    size_t budget;   /* bytes that may still be allocated */
    uint32_t result; /* the value that it stands for; defined where `complete` */
    struct pickle_value *values;
    uint32_t *words;
    uint32_t *stack;
    uint32_t *marks; /* heights of the stack */
    uint32_t *memo;  /* 0 where nothing was put */
    size_t value_count, value_capacity;
    size_t word_count, word_capacity;
    size_t stack_count, stack_capacity;
    size_t mark_count, mark_capacity;
    size_t memo_size, memo_capacity; /* words set to something or 0; room for */
    size_t memo_count;               /* of them not 0 */
};

/*
 * Makes room for one more item of `item` bytes behind the `count` in `array`, and returns the array, which may have
 * moved.  NULL where the budget does not allow it or memory ran out; the array is unchanged then.
 */
void *znn_pickle_grow(struct pickle *pickle, void *array, size_t count, size_t *capacity, size_t item);

/*
 * Creates the values that are the same in every pickle.  False where there is no room.
 */
bool znn_pickle_start(struct pickle *pickle);

/*
 * These give the number of a new value, or 0 where there is no room.
 */
uint32_t znn_pickle_new(struct pickle *pickle, enum pickle_kind kind, uint32_t a, uint64_t b);
uint32_t znn_pickle_new_int(struct pickle *pickle, int64_t number);
uint32_t znn_pickle_new_tuple(struct pickle *pickle, const uint32_t *items, size_t count);

/*
 * Adds a batch to a list, dict or object; to any other value nothing is added.  False where there is no room.
 */
bool znn_pickle_add_batch(struct pickle *pickle, uint32_t value, enum pickle_role role, const uint32_t *items,
                          size_t count);

/*
 * Moves `batch` to the batch number batch->next, false where that is 0.  To walk all of a value, set `next` to its `a`.
 */
bool znn_pickle_next_batch(const struct pickle *pickle, struct pickle_batch *batch);

bool znn_pickle_push(struct pickle *pickle, uint32_t value);
bool znn_pickle_push_mark(struct pickle *pickle);

/*
 * Remembers `value` under a number.  False where there is no room, or for a number that no pickler would arrive at.
 */
bool znn_pickle_put(struct pickle *pickle, uint64_t number, uint32_t value);

/*
 * Shorthand for those who look into values once the pickle is run.  A number that is no value gives one of kind
 * PICKLE_OTHER, an item or argument that is not there gives 0.
 */
const struct pickle_value *znn_pickle_value(const struct pickle *pickle, uint32_t value);
uint32_t znn_pickle_item(const struct pickle *pickle, uint32_t tuple, uint32_t index);
bool znn_pickle_is_text(const struct pickle *pickle, uint32_t value, const char *text);

/*
 * True for an integer that is not negative, which *number is set to.
 */
bool znn_pickle_unsigned(const struct pickle *pickle, uint32_t value, uint64_t *number);

#endif
