/*
 * bases.c - hashes and reads the tensors of a base that one file needs
 */
#include "engine/file/bases.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/array.h"
#include "common/memory.h"
#include "engine/file/reader.h"
#include "engine/part/part_decoder.h"
#include "engine/threads/turns_task.h"

void znn_bases_open(struct bases *bases, struct znn_base *base, const char *name)
{
    *bases = (struct bases){.base = base, .base_size = base ? base->size : 0};
    znn_mutex_open(&bases->blame);
    znn_allowance_open(&bases->allowance, base ? base->all : 0);
    for (size_t i = 0; name && name[i] && i < ZNN_BASE_NAME_MAX; i++)
        bases->name[i] = name[i];
}

void znn_bases_close(struct bases *bases)
{
    znn_mutex_close(&bases->blame);
    znn_allowance_close(&bases->allowance);
    znn_release(bases->tensors);
}

bool znn_bases_add(struct bases *bases, size_t tensor)
{
    assert(bases->base && tensor < bases->base->tensors->count);
    struct base_tensor *tensors = znn_array_grow(bases->tensors, bases->count, &bases->capacity, sizeof *tensors);
    if (!tensors)
        return false;
    bases->tensors = tensors;
    tensors[bases->count++] = (struct base_tensor){
        .tensor = tensor,
        .size = bases->base->tensors->tensors[tensor].size,
    };
    return true;
}

/* Copies a name for a message.  Characters that cannot be shown become '?'. */
static void show_name(const struct tensor_list *list, size_t i, char text[80])
{
    struct znn_tensor tensor;
    znn_tensor_list_get(list, i, &tensor);
    size_t size = tensor.name_size < 79 ? tensor.name_size : 79;
    for (size_t k = 0; k < size; k++)
        text[k] = tensor.name[k] >= 0x20 && tensor.name[k] < 0x7f ? tensor.name[k] : '?';
    text[size] = '\0';
}

static enum znn_status fail_different(const struct bases *bases, const struct base_tensor *tensor,
                                      const uint64_t hash[2], struct znn_error *error)
{
    char name[80];
    show_name(bases->base->tensors, tensor->tensor, name);
    znn_fail(error, ZNN_ERROR_BASE, ZNN_NO_OFFSET,
             "its tensor '%.48s' has XXH3-128 %016llx%016llx, and %016llx%016llx is needed%s%.40s%s", name,
             (unsigned long long)hash[1], (unsigned long long)hash[0], (unsigned long long)tensor->hash[1],
             (unsigned long long)tensor->hash[0], bases->name[0] ? ", as in '" : "", bases->name,
             bases->name[0] ? "'" : "");
    return znn_fail_in_base(error);
}

static enum znn_status hash_one(struct bases *bases, size_t i, bool verify, struct buffer *room,
                                const struct nested *nested, struct znn_error *error)
{
    struct base_tensor *tensor = &bases->tensors[i];
    uint64_t hash[2];
    enum znn_status status = znn_base_hash(bases->base, tensor->tensor, room, nested, hash, error);
    if (status)
        return status;
    if (verify && (hash[0] != tensor->hash[0] || hash[1] != tensor->hash[1]))
        return fail_different(bases, tensor, hash, error);
    if (!verify)
        memcpy(tensor->hash, hash, sizeof hash);
    return ZNN_OK;
}

/* A tensor of the base, and the row that names it. */
struct row {
    uint64_t offset;
    uint64_t size;
    size_t number;
};

/*
 * The hashing of all tensors, in the order of the base, so that each chunk of the base is decoded once.  Tensors that
 * have the same range of bytes are hashed once.  The threads take turns, so that the error is always about the first
 * wrong tensor, whichever thread is faster.
 */
struct hashing {
    struct bases *bases;
    struct row *rows;
    size_t next; /* the next row; guarded by the draw lock */
    struct turns turns;
    bool verify;
};

static int compare_rows(const void *a, const void *b)
{
    const struct row *x = a;
    const struct row *y = b;
    if (x->offset != y->offset)
        return x->offset < y->offset ? -1 : 1;
    if (x->size != y->size)
        return x->size < y->size ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

static bool sort_rows(struct hashing *hashing)
{
    const struct bases *bases = hashing->bases;
    hashing->rows = znn_allocate(bases->count * sizeof *hashing->rows);
    for (size_t i = 0; hashing->rows && i < bases->count; i++) {
        const struct tensor *tensor = &bases->base->tensors->tensors[bases->tensors[i].tensor];
        hashing->rows[i] = (struct row){tensor->offset, tensor->size, i};
    }
    if (hashing->rows)
        qsort(hashing->rows, bases->count, sizeof *hashing->rows, compare_rows);
    return hashing->rows;
}

/* Returns the end of the rows that have the same range of bytes as row `i`. */
static size_t end_of_same(const struct hashing *hashing, size_t i)
{
    const struct row *first = &hashing->rows[i];
    while (++i < hashing->bases->count)
        if (hashing->rows[i].offset != first->offset || hashing->rows[i].size != first->size)
            break;
    return i;
}

struct worker {
    struct hashing *hashing;
    size_t first; /* the rows that were drawn: first to end - 1, which share a range of bytes */
    size_t end;
    struct buffer room;
    struct nested nested;
    struct znn_error error;
};

static enum znn_status draw_rows(void *context, bool *end)
{
    struct worker *worker = context;
    struct hashing *hashing = worker->hashing;
    *end = hashing->next == hashing->bases->count;
    if (*end)
        return ZNN_OK;
    worker->first = hashing->next;
    worker->end = hashing->next = end_of_same(hashing, hashing->next);
    return ZNN_OK;
}

static enum znn_status hash_rows(void *context, uint64_t ticket)
{
    struct worker *worker = context;
    const struct hashing *hashing = worker->hashing;
    struct bases *bases = hashing->bases;
    uint64_t hash[2];
    size_t first = bases->tensors[hashing->rows[worker->first].number].tensor;
    (void)ticket;
    enum znn_status status = znn_base_hash(bases->base, first, &worker->room, &worker->nested, hash, &worker->error);
    for (size_t i = worker->first; i < worker->end && !status; i++) {
        size_t number = hashing->rows[i].number;
        status = znn_base_set_hash(bases->base, bases->tensors[number].tensor, hash, &worker->error);
        if (!status)
            status = hash_one(bases, number, hashing->verify, &worker->room, &worker->nested, &worker->error);
    }
    return status;
}

static void work(void *context)
{
    static const struct turns_task task = {.draw = draw_rows, .work = hash_rows};
    struct hashing *hashing = context;
    struct part_scratch scratch = {.groups = {0}};
    struct worker worker = {.hashing = hashing, .nested = {&hashing->bases->allowance, &scratch}};
    while (znn_turns_do_task(&hashing->turns, &task, &worker, &worker.error))
        ;
    znn_buffer_free(&worker.room);
    znn_part_scratch_free(&scratch);
}

enum znn_status znn_bases_hash(struct bases *bases, unsigned threads, bool verify, struct znn_error *error)
{
    struct hashing hashing = {.bases = bases, .verify = verify};
    if (bases->count == 0)
        return ZNN_OK;
    const struct znn_reader *reader = bases->base->reader;
    if (reader && reader->slots_max > 0 && threads > reader->slots_max)
        threads = reader->slots_max; /* more threads would evict each other's chunks */
    if (!sort_rows(&hashing))
        return znn_fail_memory(error, bases->count * sizeof *hashing.rows);
    enum znn_status status = znn_turns_open(&hashing.turns, threads, !bases->base->input.memory, error);
    if (!status)
        status = znn_turns_run(&hashing.turns, work, &hashing, error);
    znn_turns_close(&hashing.turns);
    znn_release(hashing.rows);
    return status;
}

enum znn_status znn_bases_fail_missing(const struct bases *bases, struct znn_error *error)
{
    return znn_fail(error, ZNN_ERROR_BASE, ZNN_NO_OFFSET, "it needs its base, %s%.60s%s (%llu bytes), with %s",
                    bases->name[0] ? "called '" : "a model", bases->name, bases->name[0] ? "'" : "",
                    (unsigned long long)bases->base_size, bases->first);
}

/* Returns how many pieces of the base a range consists of: one, or one for each row that it has bytes of. */
static size_t piece_count(const struct delta_range *range)
{
    uint32_t row = range->order.row_bytes;
    return row == 0 ? 1 : (size_t)((range->offset % row + range->size + row - 1) / row);
}

/* Returns true if all pieces of a range with moved rows lie within their tensor, as the range itself does. */
static bool is_possible_order(const struct delta_range *range, uint64_t tensor_size)
{
    for (uint64_t done = 0, size; done < range->size; done += size) {
        size = range->size - done;
        uint64_t place = row_order_place(&range->order, range->offset + done, &size);
        if (place > tensor_size || size > tensor_size - place)
            return false;
    }
    return true;
}

/* Returns true if all ranges lie within listed tensors. */
static bool is_possible(const struct bases *bases, const struct delta *delta)
{
    for (size_t i = 0; i < delta->range_count; i++) {
        const struct delta_range *range = &delta->ranges[i];
        if (range->tensor >= bases->count)
            return false;
        uint64_t size = bases->tensors[range->tensor].size;
        if (range->offset > size || range->size > size - range->offset)
            return false;
        if (range->order.row_bytes > 0 && !is_possible_order(range, size))
            return false;
    }
    return true;
}

/* Returns the offset in the base of a tensor's first byte. */
static uint64_t start_of(const struct bases *bases, const struct delta_range *range)
{
    size_t tensor = bases->tensors[range->tensor].tensor;
    return bases->base->tensors->tensors[tensor].offset;
}

static int compare_ranges(const void *a, const void *b)
{
    const struct range *x = a;
    const struct range *y = b;
    if (x->offset != y->offset)
        return x->offset < y->offset ? -1 : 1;
    return (x->target > y->target) - (x->target < y->target);
}

/* The pieces of all ranges of a part. */
struct pieces {
    struct range few[8];
    struct range *items; /* `few`, or allocated */
    size_t count;
    bool sorted;
};

/* Lists the pieces of a range, whose bytes go to `target`.  Neighbours, in the base and in memory, become one piece. */
static void add_pieces(const struct bases *bases, const struct delta_range *range, uint8_t *target,
                       struct pieces *pieces)
{
    for (uint64_t done = 0, size; done < range->size; done += size) {
        size = range->size - done;
        uint64_t place = start_of(bases, range) + row_order_place(&range->order, range->offset + done, &size);
        struct range *last = pieces->count > 0 ? &pieces->items[pieces->count - 1] : NULL;
        if (last && place == last->offset + last->size && target + done == (uint8_t *)last->target + last->size) {
            last->size += (size_t)size;
            continue;
        }
        pieces->sorted = pieces->sorted && (!last || place >= last->offset);
        pieces->items[pieces->count++] = (struct range){place, (size_t)size, target + done};
    }
}

/* Appends the ranges to the room.  Reads them in the order of the base, because a part may jump around in it. */
static enum znn_status read_ranges(struct bases *bases, const struct delta *delta, const struct nested *nested,
                                   struct buffer *room, struct znn_error *error)
{
    struct pieces pieces = {.sorted = true};
    size_t count = 0;
    for (size_t i = 0; i < delta->range_count; i++)
        count += piece_count(&delta->ranges[i]);
    pieces.items =
        count <= sizeof pieces.few / sizeof *pieces.few ? pieces.few : znn_allocate(count * sizeof *pieces.items);
    if (!pieces.items)
        return znn_fail_memory(error, count * sizeof *pieces.items);
    for (size_t i = 0; i < delta->range_count; i++) {
        add_pieces(bases, &delta->ranges[i], room->data + room->size, &pieces);
        room->size += delta->ranges[i].size;
    }
    assert(pieces.count <= count);
    if (!pieces.sorted)
        qsort(pieces.items, pieces.count, sizeof *pieces.items, compare_ranges);
    enum znn_status status = znn_base_read_ranges(bases->base, pieces.items, pieces.count, nested, error);
    if (pieces.items != pieces.few)
        znn_release(pieces.items);
    return status;
}

/* Returns the bytes of a part if they lie in the memory of the base as they are, or NULL. */
static const uint8_t *find_direct(const struct bases *bases, const struct delta *delta, uint32_t size)
{
    if (!bases->base->input.memory)
        return NULL;
    const uint64_t start = start_of(bases, &delta->ranges[0]) + delta->ranges[0].offset;
    uint64_t end = start;
    for (size_t i = 0; i < delta->range_count; end += delta->ranges[i++].size) {
        const struct delta_range *range = &delta->ranges[i];
        if (range->order.row_bytes > 0 || start_of(bases, range) + range->offset != end)
            return NULL;
    }
    return znn_base_direct(bases->base, start, size);
}

static bool fetch_ahead(void *context, const struct delta *delta, uint32_t size, struct buffer *room)
{
    struct bases *bases = context;
    size_t before = room->size;
    if (!bases->base || bases->base->reader || bases->base->input.memory || !is_possible(bases, delta) ||
        !znn_buffer_reserve(room, size))
        return false;
    if (read_ranges(bases, delta, NULL, room, NULL) == ZNN_OK)
        return true;
    room->size = before;
    return false;
}

static enum znn_status fetch(void *context, const struct delta *delta, uint32_t size, const struct nested *nested,
                             struct buffer *room, const uint8_t **data, struct znn_error *error)
{
    struct bases *bases = context;
    if (!is_possible(bases, delta))
        return ZNN_ERROR_CORRUPT;
    if (!bases->base)
        return znn_bases_fail_missing(bases, error);
    *data = find_direct(bases, delta, size);
    if (*data)
        return ZNN_OK;
    room->size = 0;
    if (!znn_buffer_reserve(room, size))
        return znn_fail_memory(error, size);
    *data = room->data;
    /* Decoding a base is computing, but reading it is waiting.  Another thread may compute meanwhile. */
    struct turns *turns = bases->base->reader ? NULL : bases->turns;
    if (turns)
        znn_turns_leave(turns);
    enum znn_status status = read_ranges(bases, delta, nested, room, error);
    if (turns)
        znn_turns_enter(turns);
    return status;
}

static enum znn_status blame(void *context, const struct delta *delta, struct buffer *room, struct znn_error *error)
{
    struct bases *bases = context;
    enum znn_status status = ZNN_OK;
    if (!bases->base || !is_possible(bases, delta))
        return ZNN_OK;
    znn_mutex_lock(&bases->blame);
    for (size_t i = 0; i < delta->range_count && !status; i++)
        status = hash_one(bases, delta->ranges[i].tensor, true, room, NULL, error);
    znn_mutex_unlock(&bases->blame);
    return status;
}

struct base_source znn_bases_source(struct bases *bases)
{
    return bases->count > 0 ? (struct base_source){bases, fetch, fetch_ahead, blame}
                            : (struct base_source){.context = NULL};
}
