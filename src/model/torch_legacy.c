/*
 * torch_legacy.c - the scanner for PyTorch files from before version 1.6
 */
#include "model/torch_legacy.h"

#include <stdlib.h>
#include <string.h>

#include "common/bytes.h"
#include "common/memory.h"
#include "model/pickle_op.h"
#include "model/torch_names.h"

#define FIRST_LOOK 64 /* enough for the magic number in any protocol */
#define FIRST_VIEW ((size_t)64 << 10)
#define LAST_VIEW ((size_t)64 << 20)
#define KEYS_BUDGET ((size_t)16 << 20)

enum { HEAD_MAGIC, HEAD_VERSION, HEAD_SYS_INFO, HEAD_OBJECT, HEAD_KEYS, HEAD_COUNT };

/* The pickles at the start of the file.  Valid as long as the view of the source that holds them. */
struct head {
    const uint8_t *data;
    size_t start[HEAD_COUNT + 1]; /* of each pickle, and the end of the last */
};

/* ------------------------------------------------------------------------------------------------------------------ */
/* The head                                                                                                           */
/* ------------------------------------------------------------------------------------------------------------------ */

bool znn_torch_legacy_has_magic(const uint8_t *data, size_t size)
{
    static const uint8_t binary[] = {0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19};
    static const char decimal[] = "119547037146038801333356L";
    struct byte_reader reader = byte_reader(data, size);
    struct pickle_op op;
    while (znn_pickle_read_op(&reader, &op) == PICKLE_READ_OK) {
        if (op.code == OP_LONG1)
            return op.size == sizeof binary && memcmp(op.data, binary, sizeof binary) == 0;
        if (op.code == OP_LONG)
            return op.size == sizeof decimal - 1 && memcmp(op.data, decimal, sizeof decimal - 1) == 0;
        if (op.code != OP_PROTO && op.code != OP_FRAME)
            return false;
    }
    return false;
}

/* Finds the end of each pickle, within `size` bytes. */
static enum pickle_read measure_head(struct head *head, size_t size)
{
    struct byte_reader reader = byte_reader(head->data, size);
    enum pickle_read read = PICKLE_READ_OK;
    for (int i = 0; i < HEAD_COUNT && read == PICKLE_READ_OK; i++) {
        read = znn_pickle_skip(&reader);
        head->start[i + 1] = (size_t)(reader.next - head->data);
    }
    return read;
}

/* Views more and more of the file until all pickles are in view. */
static enum znn_status find_head(struct source *source, struct head *head, bool *found, bool *cut,
                                 struct znn_error *error)
{
    *found = *cut = false;
    for (size_t size = FIRST_VIEW; size <= LAST_VIEW; size *= 4) {
        size_t available;
        enum znn_status status = znn_source_view(source, 0, size, &head->data, &available, error);
        if (status)
            return status;
        enum pickle_read read = measure_head(head, available);
        *found = read == PICKLE_READ_OK;
        *cut = !*found && read != PICKLE_READ_UNKNOWN && available < size;
        if (*found || read == PICKLE_READ_UNKNOWN || available < size)
            break;
    }
    return ZNN_OK;
}

/* Returns true if sys_info describes a big-endian machine. */
static bool is_big_endian(const struct pickle *pickle)
{
    const struct pickle_value *dict = znn_pickle_value(pickle, pickle->complete ? pickle->result : 0);
    struct pickle_batch batch = {.next = dict->kind == PICKLE_DICT ? dict->a : 0};
    while (znn_pickle_next_batch(pickle, &batch))
        for (uint32_t i = 0; i + 1 < batch.count; i += 2)
            if (znn_pickle_is_text(pickle, batch.items[i], "little_endian"))
                return batch.items[i + 1] == VALUE_INT_0;
    return false;
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* The storages                                                                                                       */
/* ------------------------------------------------------------------------------------------------------------------ */

/* A storage by its key.  Several storages may have the same key. */
struct keyed {
    const uint8_t *key;
    uint32_t key_size;
    uint32_t index;
};

static int compare_keys(const void *left, const void *right)
{
    const struct keyed *a = left, *b = right;
    if (a->key_size != b->key_size)
        return a->key_size < b->key_size ? -1 : 1;
    return memcmp(a->key, b->key, a->key_size);
}

static int compare_keyed(const void *left, const void *right)
{
    const struct keyed *a = left, *b = right;
    int order = compare_keys(a, b);
    return order ? order : a->index < b->index ? -1 : a->index > b->index;
}

/* Returns all storages with a string of reasonable length as key, sorted by key.  Returns NULL if memory ran out. */
static struct keyed *sort_storages(const struct torch_pickle *torch, size_t *count)
{
    struct keyed *keyed = znn_allocate((torch->count + 1) * sizeof *keyed);
    *count = 0;
    if (!keyed)
        return NULL;
    for (size_t i = 0; i < torch->count; i++) {
        const struct pickle_value *key = znn_pickle_value(&torch->pickle, torch->storages[i].key);
        if (key->kind == PICKLE_STRING && key->a <= 255)
            keyed[(*count)++] = (struct keyed){torch->pickle.data + key->b, key->a, (uint32_t)i};
    }
    qsort(keyed, *count, sizeof *keyed, compare_keyed);
    return keyed;
}

/* Returns the first storage with a key, or NULL if there is none. */
static const struct keyed *find_key(const struct keyed *keyed, size_t count, const struct keyed *wanted)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_keys(&keyed[middle], wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && compare_keys(&keyed[low], wanted) == 0 ? &keyed[low] : NULL;
}

/* State while the storages are placed. */
struct placing {
    struct source *source;
    struct torch_pickle *torch;
    struct keyed *keyed;
    size_t count;
    uint64_t offset; /* of the next storage's element count */
    bool cut;        /* the file ends before all storages are placed */
};

/* Checks that the file and the pickle agree on the number of elements, if the source can seek. */
static enum znn_status check_numel(struct placing *placing, const struct torch_storage *storage, bool *good,
                                   struct znn_error *error)
{
    uint8_t numel[8];
    size_t got;
    *good = storage->bytes < UINT64_MAX - 8 - placing->offset;
    if (!*good || !znn_source_is_seekable(placing->source))
        return ZNN_OK;
    enum znn_status status = znn_source_read(placing->source, placing->offset, numel, sizeof numel, &got, error);
    bool there = status == ZNN_OK && got == sizeof numel;
    placing->cut = status == ZNN_OK && !there;
    *good = there && load_le64(numel) == storage->bytes / storage->unit;
    return status;
}

/* Places all storages of the next key.  Sets *good to false if the position of the following storages is unknown. */
static enum znn_status place_key(struct placing *placing, const struct keyed *wanted, bool *good,
                                 struct znn_error *error)
{
    const struct keyed *first = find_key(placing->keyed, placing->count, wanted);
    struct torch_storage *storages = placing->torch->storages;
    *good = first && storages[first->index].offset == STORAGE_UNPLACED;
    if (!*good)
        return ZNN_OK;
    uint64_t bytes = storages[first->index].bytes;
    enum znn_status status = check_numel(placing, &storages[first->index], good, error);
    if (status || !*good)
        return status;
    uint64_t offset = placing->offset + 8;
    *good = offset <= placing->source->size; /* usually no limit for a stream */
    if (!*good)
        return ZNN_OK;
    uint64_t left = placing->source->size - offset;
    for (const struct keyed *same = first; same < placing->keyed + placing->count; same++) {
        if (compare_keys(same, first) != 0)
            break;
        znn_torch_place(&storages[same->index], offset, bytes < left ? bytes : left);
    }
    placing->offset = offset + bytes;
    *good = bytes <= left;
    placing->cut = !*good;
    return ZNN_OK;
}

/* If the file is too short, gives the missing storages size 0, so that their tensors are reported as cut. */
static void lose_storages(struct placing *placing, struct model *model)
{
    uint64_t end = placing->source->size;
    if (!placing->cut)
        return;
    model->verdict = VERDICT_TRUNCATED;
    for (size_t i = 0; i < placing->torch->count; i++)
        if (placing->torch->storages[i].offset == STORAGE_UNPLACED)
            znn_torch_place(&placing->torch->storages[i], end, 0);
}

static enum znn_status place_storages(struct placing *placing, const struct pickle *keys, struct znn_error *error)
{
    const struct pickle_value *list = znn_pickle_value(keys, keys->complete ? keys->result : 0);
    struct pickle_batch batch = {.next = list->kind == PICKLE_LIST ? list->a : 0};
    enum znn_status status = ZNN_OK;
    bool good = true;
    while (good && znn_pickle_next_batch(keys, &batch))
        for (uint32_t i = 0; i < batch.count && good && status == ZNN_OK; i++) {
            const struct pickle_value *key = znn_pickle_value(keys, batch.items[i]);
            struct keyed wanted = {keys->data + key->b, key->a, 0};
            good = key->kind == PICKLE_STRING;
            if (good)
                status = place_key(placing, &wanted, &good, error);
        }
    return status;
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* The scan                                                                                                           */
/* ------------------------------------------------------------------------------------------------------------------ */

static bool run_pickle(struct pickle *pickle, const struct head *head, int number)
{
    size_t start = head->start[number];
    return znn_pickle_run(pickle, head->data + start, head->start[number + 1] - start, KEYS_BUDGET);
}

/* Places and lists the storages of the object pickle. */
static enum znn_status scan_object(struct source *source, struct model *model, const struct head *head,
                                   struct torch_pickle *torch, struct pickle *keys, struct znn_error *error)
{
    struct placing placing = {.source = source, .torch = torch, .offset = head->start[HEAD_COUNT]};
    uint64_t start = head->start[HEAD_OBJECT];
    if (!znn_torch_pickle_read(torch, head->data + start, head->start[HEAD_KEYS] - head->start[HEAD_OBJECT]) ||
        !run_pickle(keys, head, HEAD_KEYS))
        return znn_fail_memory(error, ZNN_PICKLE_BUDGET);
    placing.keyed = sort_storages(torch, &placing.count);
    if (!placing.keyed)
        return znn_fail_memory(error, torch->count * sizeof *placing.keyed);
    enum znn_status status = place_storages(&placing, keys, error);
    znn_release(placing.keyed);
    model->end = placing.offset;
    lose_storages(&placing, model);
    if (status == ZNN_OK && !znn_torch_list(torch, model, start, ""))
        status = znn_fail_memory(error, torch->pickle.size);
    znn_model_settle(model, source->size);
    return status;
}

static enum znn_status scan_head(struct source *source, struct model *model, const struct head *head,
                                 struct znn_error *error)
{
    struct pickle sys_info, keys = {0};
    struct torch_pickle torch = {0};
    enum znn_status status = ZNN_OK;
    if (!run_pickle(&sys_info, head, HEAD_SYS_INFO))
        status = znn_fail_memory(error, KEYS_BUDGET);
    else if (!is_big_endian(&sys_info))
        status = scan_object(source, model, head, &torch, &keys, error);
    znn_pickle_free(&sys_info);
    znn_pickle_free(&keys);
    znn_torch_pickle_free(&torch);
    return status;
}

enum znn_status znn_torch_legacy_scan(struct source *source, struct model *model, struct znn_error *error)
{
    struct head head = {0};
    size_t available;
    bool found, cut;
    enum znn_status status = znn_source_view(source, 0, FIRST_LOOK, &head.data, &available, error);
    if (status || available == 0 || !znn_torch_legacy_has_magic(head.data, available))
        return status;
    model->format = FORMAT_TORCH_LEGACY;
    status = find_head(source, &head, &found, &cut, error);
    if (cut)
        model->verdict = VERDICT_TRUNCATED;
    return status || !found ? status : scan_head(source, model, &head, error);
}
