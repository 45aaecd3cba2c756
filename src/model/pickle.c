/*
 * pickle.c - reads the contents of a pickle without executing it
 *
 * There is one short function for each family of instructions, and a table that maps instructions to functions.  A
 * function returns false, and ends the run, if the pickle makes no sense or the budget is used up.
 */
#include "model/pickle.h"

#include "common/memory.h"
#include "model/pickle_op.h"

typedef bool instruction(struct pickle *pickle, const struct pickle_op *op);

/* ------------------------------------------------------------------------------------------------------------------ */
/* The stack                                                                                                          */
/* ------------------------------------------------------------------------------------------------------------------ */

/* Returns the number of values above the last mark.  Values below the mark are out of reach until the mark is
 * popped. */
static size_t reachable(const struct pickle *pickle)
{
    return pickle->stack_count - (pickle->mark_count ? pickle->marks[pickle->mark_count - 1] : 0);
}

/* Returns the value `depth` steps below the top, or 0 if there is none. */
static uint32_t peek(const struct pickle *pickle, size_t depth)
{
    return depth < reachable(pickle) ? pickle->stack[pickle->stack_count - 1 - depth] : 0;
}

static uint32_t pop(struct pickle *pickle)
{
    uint32_t value = peek(pickle, 0);
    pickle->stack_count -= value != 0;
    return value;
}

/* Pops the values above the last mark, and the mark.  The values stay valid until the next push. */
static bool pop_to_mark(struct pickle *pickle, const uint32_t **items, size_t *count)
{
    if (pickle->mark_count == 0)
        return false;
    *count = reachable(pickle);
    pickle->mark_count--;
    pickle->stack_count -= *count;
    *items = pickle->stack ? pickle->stack + pickle->stack_count : NULL;
    return true;
}

static bool run_mark(struct pickle *pickle, const struct pickle_op *op)
{
    (void)op;
    return znn_pickle_push_mark(pickle);
}

static bool run_pop(struct pickle *pickle, const struct pickle_op *op)
{
    const uint32_t *items;
    size_t count;
    if (op->code == OP_POP_MARK || reachable(pickle) == 0)
        return pop_to_mark(pickle, &items, &count);
    return pop(pickle) != 0;
}

static bool run_dup(struct pickle *pickle, const struct pickle_op *op)
{
    (void)op;
    return znn_pickle_push(pickle, peek(pickle, 0));
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* Numbers, text and names                                                                                            */
/* ------------------------------------------------------------------------------------------------------------------ */

static bool run_nothing(struct pickle *pickle, const struct pickle_op *op)
{
    (void)pickle, (void)op;
    return true;
}

static bool run_constant(struct pickle *pickle, const struct pickle_op *op)
{
    switch (op->code) {
    case OP_NONE:
        return znn_pickle_push(pickle, VALUE_NONE);
    case OP_NEWTRUE:
        return znn_pickle_push(pickle, VALUE_INT_0 + 1);
    case OP_NEWFALSE:
        return znn_pickle_push(pickle, VALUE_INT_0);
    case OP_EMPTY_TUPLE:
        return znn_pickle_push(pickle, VALUE_EMPTY_TUPLE);
    default:
        return znn_pickle_push(pickle, VALUE_OTHER);
    }
}

static bool run_int(struct pickle *pickle, const struct pickle_op *op)
{
    return znn_pickle_push(pickle, znn_pickle_new_int(pickle, op->number));
}

/* Two's complement, little-endian, of minimal length.  Integers of more than 64 bits do not matter here. */
static bool run_long(struct pickle *pickle, const struct pickle_op *op)
{
    if (op->size > 8)
        return znn_pickle_push(pickle, VALUE_OTHER);
    uint64_t bits = op->size > 0 && op->data[op->size - 1] >= 0x80 ? UINT64_MAX : 0;
    for (size_t i = op->size; i-- > 0;)
        bits = bits << 8 | op->data[i];
    int64_t number = bits <= INT64_MAX ? (int64_t)bits : -(int64_t)(UINT64_MAX - bits) - 1;
    return znn_pickle_push(pickle, znn_pickle_new_int(pickle, number));
}

/* Parses decimal digits with an optional sign and an optional 'L' at the end.  Returns false for anything else, and for
 * more than 18 digits. */
static bool parse_decimal(const uint8_t *data, size_t size, int64_t *number)
{
    bool negative = size > 0 && data[0] == '-';
    size_t i = negative;
    size -= size > i && data[size - 1] == 'L';
    if (i == size || size - i > 18)
        return false;
    *number = 0;
    for (; i < size; i++) {
        if (data[i] < '0' || data[i] > '9')
            return false;
        *number = *number * 10 + (data[i] - '0');
    }
    *number = negative ? -*number : *number;
    return true;
}

static bool run_decimal(struct pickle *pickle, const struct pickle_op *op)
{
    int64_t number;
    if (!parse_decimal(op->data, op->size, &number))
        return znn_pickle_push(pickle, VALUE_OTHER);
    return znn_pickle_push(pickle, znn_pickle_new_int(pickle, number));
}

static uint32_t new_string(struct pickle *pickle, const uint8_t *data, size_t size)
{
    return znn_pickle_new(pickle, PICKLE_STRING, (uint32_t)size, (uint64_t)(data - pickle->data));
}

static bool run_string(struct pickle *pickle, const struct pickle_op *op)
{
    return znn_pickle_push(pickle, new_string(pickle, op->data, op->size));
}

/* A string in quotes.  Python's escapes stay as they are: a name shows them, and data with escapes is not
 * recognised. */
static bool run_quoted(struct pickle *pickle, const struct pickle_op *op)
{
    if (op->size < 2)
        return false;
    return znn_pickle_push(pickle, new_string(pickle, op->data + 1, op->size - 2));
}

static uint32_t new_global(struct pickle *pickle, const struct pickle_op *op)
{
    return znn_pickle_new(pickle, PICKLE_GLOBAL, (uint32_t)op->size, (uint64_t)(op->data - pickle->data));
}

static bool run_global(struct pickle *pickle, const struct pickle_op *op)
{
    return znn_pickle_push(pickle, new_global(pickle, op));
}

static bool run_stack_global(struct pickle *pickle, const struct pickle_op *op)
{
    (void)op;
    uint32_t name = pop(pickle);
    uint32_t module = pop(pickle);
    if (!name || !module)
        return false;
    uint32_t global = znn_pickle_new(pickle, PICKLE_GLOBAL, module, name);
    if (global)
        pickle->values[global].split = 1;
    return znn_pickle_push(pickle, global);
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* Containers                                                                                                         */
/* ------------------------------------------------------------------------------------------------------------------ */

static bool run_empty(struct pickle *pickle, const struct pickle_op *op)
{
    enum pickle_kind kind = op->code == OP_EMPTY_DICT ? PICKLE_DICT : PICKLE_LIST;
    return znn_pickle_push(pickle, znn_pickle_new(pickle, kind, 0, 0));
}

static bool run_tuple(struct pickle *pickle, const struct pickle_op *op)
{
    const uint32_t *items = NULL;
    size_t count;
    if (op->code == OP_TUPLE) {
        if (!pop_to_mark(pickle, &items, &count))
            return false;
    } else {
        count = op->code - OP_TUPLE1 + 1u;
        if (reachable(pickle) < count)
            return false;
        pickle->stack_count -= count;
        items = pickle->stack + pickle->stack_count;
    }
    return znn_pickle_push(pickle, znn_pickle_new_tuple(pickle, items, count));
}

/* LIST, DICT and FROZENSET make a container of everything above the mark. */
static bool run_collect(struct pickle *pickle, const struct pickle_op *op)
{
    const uint32_t *items;
    size_t count;
    bool dict = op->code == OP_DICT;
    if (!pop_to_mark(pickle, &items, &count) || (dict && count % 2 != 0))
        return false;
    uint32_t value = znn_pickle_new(pickle, dict ? PICKLE_DICT : PICKLE_LIST, 0, 0);
    return value && znn_pickle_add_batch(pickle, value, dict ? ROLE_PAIRS : ROLE_ITEMS, items, count) &&
           znn_pickle_push(pickle, value);
}

/* APPEND and SETITEM add one or two values from the top to the container below them. */
static bool run_add_one(struct pickle *pickle, const struct pickle_op *op)
{
    bool pair = op->code == OP_SETITEM;
    size_t count = pair ? 2 : 1;
    if (reachable(pickle) <= count)
        return false;
    pickle->stack_count -= count;
    return znn_pickle_add_batch(pickle, peek(pickle, 0), pair ? ROLE_PAIRS : ROLE_ITEMS,
                                pickle->stack + pickle->stack_count, count);
}

/* APPENDS, ADDITEMS and SETITEMS add everything above the mark to the container below it. */
static bool run_add_many(struct pickle *pickle, const struct pickle_op *op)
{
    const uint32_t *items;
    size_t count;
    bool pairs = op->code == OP_SETITEMS;
    if (!pop_to_mark(pickle, &items, &count) || (pairs && count % 2 != 0))
        return false;
    uint32_t container = peek(pickle, 0);
    return container && znn_pickle_add_batch(pickle, container, pairs ? ROLE_PAIRS : ROLE_ITEMS, items, count);
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* Objects                                                                                                            */
/* ------------------------------------------------------------------------------------------------------------------ */

static bool push_object(struct pickle *pickle, uint32_t callable, uint32_t arguments)
{
    uint32_t call[] = {callable, arguments};
    if (!callable || !arguments)
        return false;
    uint32_t object = znn_pickle_new(pickle, PICKLE_OBJECT, 0, 0);
    return object && znn_pickle_add_batch(pickle, object, ROLE_CALL, call, 2) && znn_pickle_push(pickle, object);
}

/* REDUCE, NEWOBJ and NEWOBJ_EX.  The last one has keyword arguments on top. */
static bool run_call(struct pickle *pickle, const struct pickle_op *op)
{
    if (op->code == OP_NEWOBJ_EX && !pop(pickle))
        return false;
    uint32_t arguments = pop(pickle);
    uint32_t callable = pop(pickle);
    return push_object(pickle, callable, arguments);
}

/* INST and OBJ.  The arguments are everything above the mark.  For OBJ, the first of them is the class. */
static bool run_instance(struct pickle *pickle, const struct pickle_op *op)
{
    const uint32_t *items;
    size_t count;
    bool inst = op->code == OP_INST;
    if (!pop_to_mark(pickle, &items, &count) || (!inst && count == 0))
        return false;
    uint32_t class = inst ? new_global(pickle, op) : items[0];
    uint32_t arguments =
        inst ? znn_pickle_new_tuple(pickle, items, count) : znn_pickle_new_tuple(pickle, items + 1, count - 1);
    return push_object(pickle, class, arguments);
}

static bool run_build(struct pickle *pickle, const struct pickle_op *op)
{
    (void)op;
    uint32_t state = pop(pickle);
    uint32_t object = peek(pickle, 0);
    return object && znn_pickle_add_batch(pickle, object, ROLE_STATE, &state, 1);
}

static bool run_persistent(struct pickle *pickle, const struct pickle_op *op)
{
    uint32_t id = op->code == OP_BINPERSID ? pop(pickle) : new_string(pickle, op->data, op->size);
    return id && znn_pickle_push(pickle, znn_pickle_new(pickle, PICKLE_PERSISTENT, id, 0));
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* The memo                                                                                                           */
/* ------------------------------------------------------------------------------------------------------------------ */

/* Returns the number in the memo.  PUT and GET spell it in decimal. */
static bool memo_number(const struct pickle_op *op, int64_t *number)
{
    *number = op->number;
    if (op->code == OP_PUT || op->code == OP_GET)
        return parse_decimal(op->data, op->size, number) && *number >= 0;
    return true;
}

static bool run_put(struct pickle *pickle, const struct pickle_op *op)
{
    int64_t number;
    uint32_t value = peek(pickle, 0);
    return value && memo_number(op, &number) && znn_pickle_put(pickle, (uint64_t)number, value);
}

static bool run_memoize(struct pickle *pickle, const struct pickle_op *op)
{
    (void)op;
    uint32_t value = peek(pickle, 0);
    return value && znn_pickle_put(pickle, pickle->memo_count, value);
}

static bool run_get(struct pickle *pickle, const struct pickle_op *op)
{
    int64_t number;
    if (!memo_number(op, &number) || (uint64_t)number >= pickle->memo_size)
        return false;
    return znn_pickle_push(pickle, pickle->memo[number]);
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* The machine                                                                                                        */
/* ------------------------------------------------------------------------------------------------------------------ */

static instruction *const instructions[256] = {
    [OP_PROTO] = run_nothing,
    [OP_FRAME] = run_nothing,
    [OP_MARK] = run_mark,
    [OP_POP] = run_pop,
    [OP_POP_MARK] = run_pop,
    [OP_DUP] = run_dup,
    [OP_NONE] = run_constant,
    [OP_NEWTRUE] = run_constant,
    [OP_NEWFALSE] = run_constant,
    [OP_EMPTY_TUPLE] = run_constant,
    [OP_FLOAT] = run_constant,
    [OP_BINFLOAT] = run_constant,
    [OP_BININT] = run_int,
    [OP_BININT1] = run_int,
    [OP_BININT2] = run_int,
    [OP_LONG1] = run_long,
    [OP_LONG4] = run_long,
    [OP_INT] = run_decimal,
    [OP_LONG] = run_decimal,
    [OP_STRING] = run_quoted,
    [OP_UNICODE] = run_string,
    [OP_BINSTRING] = run_string,
    [OP_SHORT_BINSTRING] = run_string,
    [OP_BINUNICODE] = run_string,
    [OP_SHORT_BINUNICODE] = run_string,
    [OP_BINUNICODE8] = run_string,
    [OP_BINBYTES] = run_string,
    [OP_SHORT_BINBYTES] = run_string,
    [OP_BINBYTES8] = run_string,
    [OP_BYTEARRAY8] = run_string,
    [OP_GLOBAL] = run_global,
    [OP_STACK_GLOBAL] = run_stack_global,
    [OP_EMPTY_LIST] = run_empty,
    [OP_EMPTY_DICT] = run_empty,
    [OP_EMPTY_SET] = run_empty,
    [OP_TUPLE] = run_tuple,
    [OP_TUPLE1] = run_tuple,
    [OP_TUPLE2] = run_tuple,
    [OP_TUPLE3] = run_tuple,
    [OP_LIST] = run_collect,
    [OP_DICT] = run_collect,
    [OP_FROZENSET] = run_collect,
    [OP_APPEND] = run_add_one,
    [OP_SETITEM] = run_add_one,
    [OP_APPENDS] = run_add_many,
    [OP_ADDITEMS] = run_add_many,
    [OP_SETITEMS] = run_add_many,
    [OP_REDUCE] = run_call,
    [OP_NEWOBJ] = run_call,
    [OP_NEWOBJ_EX] = run_call,
    [OP_INST] = run_instance,
    [OP_OBJ] = run_instance,
    [OP_BUILD] = run_build,
    [OP_PERSID] = run_persistent,
    [OP_BINPERSID] = run_persistent,
    [OP_PUT] = run_put,
    [OP_BINPUT] = run_put,
    [OP_LONG_BINPUT] = run_put,
    [OP_MEMOIZE] = run_memoize,
    [OP_GET] = run_get,
    [OP_BINGET] = run_get,
    [OP_LONG_BINGET] = run_get,
};

static void run(struct pickle *pickle)
{
    struct byte_reader reader = byte_reader(pickle->data, pickle->size);
    struct pickle_op op;
    while (znn_pickle_read_op(&reader, &op) == PICKLE_READ_OK) {
        if (op.code == OP_STOP) {
            pickle->result = pop(pickle);
            pickle->complete = pickle->result != 0;
            pickle->used = (size_t)(reader.next - pickle->data);
            return;
        }
        if (!instructions[op.code](pickle, &op))
            return;
    }
}

bool znn_pickle_run(struct pickle *pickle, const uint8_t *data, size_t size, size_t budget)
{
    *pickle = (struct pickle){.data = data, .size = size, .budget = budget};
    if (size > 0 && size <= UINT32_MAX && znn_pickle_start(pickle))
        run(pickle);
    return !pickle->no_memory;
}

void znn_pickle_free(struct pickle *pickle)
{
    znn_release(pickle->values);
    znn_release(pickle->words);
    znn_release(pickle->stack);
    znn_release(pickle->marks);
    znn_release(pickle->memo);
    *pickle = (struct pickle){0};
}
