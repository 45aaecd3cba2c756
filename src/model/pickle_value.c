/*
 * pickle_value.c - the values that a pickle builds, in a compact form
 */
#include "model/pickle_value.h"

#include <string.h>

#include "common/memory.h"

/* The header of a batch: the number of the next batch, then role and count in one word. */
enum { BATCH_NEXT, BATCH_ROLE_COUNT, BATCH_HEADER };

#define ROLE_BITS 2
#define COUNT_MAX (UINT32_MAX >> ROLE_BITS)

void *znn_pickle_grow(struct pickle *pickle, void *array, size_t count, size_t *capacity, size_t item)
{
    if (count < *capacity)
        return array;
    size_t wanted = *capacity ? *capacity + *capacity / 2 : 64;
    if (wanted - *capacity > pickle->budget / item)
        wanted = *capacity + pickle->budget / item;
    if (wanted <= count || wanted > UINT32_MAX)
        return NULL;
    void *grown = znn_reallocate(array, wanted * item);
    if (!grown) {
        pickle->no_memory = true;
        return NULL;
    }
    pickle->budget -= (wanted - *capacity) * item;
    *capacity = wanted;
    return grown;
}

static bool add_word(struct pickle *pickle, uint32_t word)
{
    uint32_t *words = znn_pickle_grow(pickle, pickle->words, pickle->word_count, &pickle->word_capacity, sizeof *words);
    if (!words)
        return false;
    pickle->words = words;
    words[pickle->word_count++] = word;
    return true;
}

static bool add_words(struct pickle *pickle, const uint32_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!add_word(pickle, words[i]))
            return false;
    return true;
}

bool znn_pickle_start(struct pickle *pickle)
{
    static const enum pickle_kind kinds[VALUE_INT_0] = {PICKLE_OTHER, PICKLE_OTHER, PICKLE_NONE, PICKLE_TUPLE};
    for (uint32_t i = 0; i < VALUE_FIRST_FREE; i++) {
        uint32_t value = i < VALUE_INT_0 ? znn_pickle_new(pickle, kinds[i], 0, 0)
                                         : znn_pickle_new(pickle, PICKLE_INT, 0, i - VALUE_INT_0);
        if (pickle->value_count == 0 || value != i)
            return false;
    }
    return add_word(pickle, 0); /* so no batch has the number 0 */
}

uint32_t znn_pickle_new(struct pickle *pickle, enum pickle_kind kind, uint32_t a, uint64_t b)
{
    struct pickle_value *values =
        znn_pickle_grow(pickle, pickle->values, pickle->value_count, &pickle->value_capacity, sizeof *values);
    if (!values)
        return 0;
    pickle->values = values;
    values[pickle->value_count] = (struct pickle_value){.kind = (uint8_t)kind, .a = a, .b = b};
    return (uint32_t)pickle->value_count++;
}

uint32_t znn_pickle_new_int(struct pickle *pickle, int64_t number)
{
    if (number >= 0 && number < 256)
        return VALUE_INT_0 + (uint32_t)number;
    return znn_pickle_new(pickle, PICKLE_INT, 0, (uint64_t)number);
}

uint32_t znn_pickle_new_tuple(struct pickle *pickle, const uint32_t *items, size_t count)
{
    size_t place = pickle->word_count;
    if (count == 0)
        return VALUE_EMPTY_TUPLE;
    if (!add_words(pickle, items, count))
        return 0;
    return znn_pickle_new(pickle, PICKLE_TUPLE, (uint32_t)count, place);
}

bool znn_pickle_add_batch(struct pickle *pickle, uint32_t value, enum pickle_role role, const uint32_t *items,
                          size_t count)
{
    enum pickle_kind kind = (enum pickle_kind)znn_pickle_value(pickle, value)->kind;
    if (count == 0 || (kind != PICKLE_LIST && kind != PICKLE_DICT && kind != PICKLE_OBJECT))
        return true;
    uint32_t batch = (uint32_t)pickle->word_count;
    if (count > COUNT_MAX || !add_word(pickle, 0) || !add_word(pickle, (uint32_t)role | (uint32_t)count << ROLE_BITS) ||
        !add_words(pickle, items, count))
        return false;
    struct pickle_value *grown = &pickle->values[value];
    if (grown->a)
        pickle->words[grown->b + BATCH_NEXT] = batch;
    else
        grown->a = batch;
    grown->b = batch;
    return true;
}

bool znn_pickle_next_batch(const struct pickle *pickle, struct pickle_batch *batch)
{
    if (batch->next == 0)
        return false;
    const uint32_t *header = &pickle->words[batch->next];
    batch->role = (enum pickle_role)(header[BATCH_ROLE_COUNT] & ((1u << ROLE_BITS) - 1));
    batch->count = header[BATCH_ROLE_COUNT] >> ROLE_BITS;
    batch->items = header + BATCH_HEADER;
    batch->next = header[BATCH_NEXT];
    return true;
}

bool znn_pickle_push(struct pickle *pickle, uint32_t value)
{
    if (value == 0) /* the value could not be made */
        return false;
    uint32_t *stack =
        znn_pickle_grow(pickle, pickle->stack, pickle->stack_count, &pickle->stack_capacity, sizeof *stack);
    if (!stack)
        return false;
    pickle->stack = stack;
    stack[pickle->stack_count++] = value;
    return true;
}

bool znn_pickle_push_mark(struct pickle *pickle)
{
    uint32_t *marks = znn_pickle_grow(pickle, pickle->marks, pickle->mark_count, &pickle->mark_capacity, sizeof *marks);
    if (!marks)
        return false;
    pickle->marks = marks;
    marks[pickle->mark_count++] = (uint32_t)pickle->stack_count;
    return true;
}

bool znn_pickle_put(struct pickle *pickle, uint64_t number, uint32_t value)
{
    if (number > pickle->size) /* picklers count from 0 or 1, and each step takes at least a byte */
        return false;
    while (pickle->memo_size <= number) {
        uint32_t *memo = znn_pickle_grow(pickle, pickle->memo, pickle->memo_size, &pickle->memo_capacity, sizeof *memo);
        if (!memo)
            return false;
        pickle->memo = memo;
        memo[pickle->memo_size++] = 0;
    }
    pickle->memo_count += pickle->memo[number] == 0;
    pickle->memo[number] = value;
    return true;
}

const struct pickle_value *znn_pickle_value(const struct pickle *pickle, uint32_t value)
{
    static const struct pickle_value none = {.kind = PICKLE_OTHER};
    return value < pickle->value_count ? &pickle->values[value] : &none;
}

uint32_t znn_pickle_item(const struct pickle *pickle, uint32_t tuple, uint32_t index)
{
    const struct pickle_value *value = znn_pickle_value(pickle, tuple);
    return value->kind == PICKLE_TUPLE && index < value->a ? pickle->words[value->b + index] : 0;
}

bool znn_pickle_is_text(const struct pickle *pickle, uint32_t value, const char *text)
{
    const struct pickle_value *string = znn_pickle_value(pickle, value);
    return string->kind == PICKLE_STRING && string->a == strlen(text) &&
           memcmp(pickle->data + string->b, text, string->a) == 0;
}

bool znn_pickle_unsigned(const struct pickle *pickle, uint32_t value, uint64_t *number)
{
    const struct pickle_value *integer = znn_pickle_value(pickle, value);
    *number = integer->b;
    return integer->kind == PICKLE_INT && integer->b <= INT64_MAX;
}
