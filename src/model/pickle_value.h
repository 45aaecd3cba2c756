/*
 * pickle_value.h - the values that a pickle builds, in a compact form
 *
 * Running a pickle (pickle.h) builds values that refer to each other by number.  A value takes 16 bytes.  Text and
 * bytes stay in the pickle.  The contents of values are in one pool of 32-bit words, the "words":
 *
 *   - a tuple is complete when it is made, and names the place and number of its items;
 *   - lists, dicts, sets and objects grow.  Each growth is a batch, and batches are chained:
 *
 *         value (dict)                     words
 *        | first | last |   ->  ... | next | role, count | key | item | key | item | ...
 *
 * An object stands for a call or an instance that the pickle would have made.  Nothing is called here: the first batch
 * of the object records the function and its arguments.
 *
 * All memory comes from one budget.  The caller sets it before a pickle runs, and the pickle cannot change it.
 */
#ifndef ZNN_MODEL_PICKLE_VALUE_H
#define ZNN_MODEL_PICKLE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pickle_kind {
    PICKLE_OTHER, /* not needed here: a float, a very long integer */
    PICKLE_NONE,
    PICKLE_INT,    /* an integer or a boolean */
    PICKLE_STRING, /* text or bytes */
    PICKLE_GLOBAL, /* the name of a class or function; never resolved */
    PICKLE_TUPLE,
    PICKLE_LIST, /* also a set */
    PICKLE_DICT,
    PICKLE_OBJECT,
    PICKLE_PERSISTENT /* an item outside the pickle, known by an identifier */
};

/*
 * The meaning of `a` and `b`, by kind:
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
    uint8_t known;   /* for the code that recognises globals; 0 at first */
    uint8_t visited; /* for the code that walks the values; 0 at first */
    uint32_t a;
    uint64_t b;
};

/* The numbers of values that are the same in every pickle.  0 means "no value". */
enum {
    VALUE_OTHER = 1,
    VALUE_NONE = 2,
    VALUE_EMPTY_TUPLE = 3,
    VALUE_INT_0 = 4, /* and so on up to 255 */
    VALUE_FIRST_FREE = VALUE_INT_0 + 256
};

enum pickle_role {
    ROLE_CALL,  /* of an object: the function, and a tuple of arguments */
    ROLE_STATE, /* of an object: the value that its attributes come from */
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
    size_t used;     /* bytes up to and including the last instruction; defined if `complete` */
    bool complete;   /* the run reached the end */
    bool no_memory;  /* the system ran out of memory */
    size_t budget;   /* bytes that may still be allocated */
    uint32_t result; /* the value of the whole pickle; defined if `complete` */
    struct pickle_value *values;
    uint32_t *words;
    uint32_t *stack;
    uint32_t *marks; /* heights of the stack */
    uint32_t *memo;  /* 0 for numbers that were not put */
    size_t value_count, value_capacity;
    size_t word_count, word_capacity;
    size_t stack_count, stack_capacity;
    size_t mark_count, mark_capacity;
    size_t memo_size, memo_capacity; /* entries in use, including zeros; allocated */
    size_t memo_count;               /* entries that are not 0 */
};

/*
 * Makes space for one more item of `item` bytes after the `count` in `array`.  Returns the array, which may have moved.
 * If the budget is used up or memory ran out, returns NULL and leaves the array unchanged.
 */
void *znn_pickle_grow(struct pickle *pickle, void *array, size_t count, size_t *capacity, size_t item);

/*
 * Creates the values that are the same in every pickle.  Returns false if there is no space.
 */
bool znn_pickle_start(struct pickle *pickle);

/*
 * These functions return the number of a new value, or 0 if there is no space.
 */
uint32_t znn_pickle_new(struct pickle *pickle, enum pickle_kind kind, uint32_t a, uint64_t b);
uint32_t znn_pickle_new_int(struct pickle *pickle, int64_t number);
uint32_t znn_pickle_new_tuple(struct pickle *pickle, const uint32_t *items, size_t count);

/*
 * Adds a batch to a list, dict or object.  Does nothing for other values.  Returns false if there is no space.
 */
bool znn_pickle_add_batch(struct pickle *pickle, uint32_t value, enum pickle_role role, const uint32_t *items,
                          size_t count);

/*
 * Moves `batch` to the batch with the number batch->next.  Returns false if that number is 0.  To walk a value, set
 * `next` to its `a`.
 */
bool znn_pickle_next_batch(const struct pickle *pickle, struct pickle_batch *batch);

bool znn_pickle_push(struct pickle *pickle, uint32_t value);
bool znn_pickle_push_mark(struct pickle *pickle);

/*
 * Stores `value` in the memo under a number.  Returns false if there is no space, or if no pickler would use the
 * number.
 */
bool znn_pickle_put(struct pickle *pickle, uint64_t number, uint32_t value);

/*
 * Shorthand for looking into values after the run.  An invalid number gives a value of kind PICKLE_OTHER.  A missing
 * item or argument gives 0.
 */
const struct pickle_value *znn_pickle_value(const struct pickle *pickle, uint32_t value);
uint32_t znn_pickle_item(const struct pickle *pickle, uint32_t tuple, uint32_t index);
bool znn_pickle_is_text(const struct pickle *pickle, uint32_t value, const char *text);

/*
 * Returns true and sets *number if the value is an integer that is not negative.
 */
bool znn_pickle_unsigned(const struct pickle *pickle, uint32_t value, uint64_t *number);

#endif
