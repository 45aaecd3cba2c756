/*
 * same_files.c - finds all names of a file: hard links, and symbolic links in a tree
 */
#include "cli/input/same_files.h"

#include "cli/flags/names.h"
#include "cli/say/message.h"
#include "cli/system/file_status.h"

#include <stdlib.h>

/* qsort() takes no context, so the sorted items hold everything that is compared. */
struct key {
    struct file_id id;
    size_t number;
};

static int compare_keys(const void *a, const void *b)
{
    const struct key *x = a;
    const struct key *y = b;
    int files = znn_file_id_compare(&x->id, &y->id);
    return files ? files : x->number < y->number ? -1 : 1;
}

static struct key key_of(const struct tree *tree, size_t number)
{
    return (struct key){tree->entries[number].status.id, number};
}

bool znn_same_files_index(struct same_files *index, const struct tree *tree)
{
    *index = (struct same_files){.tree = tree, .numbers = malloc((tree->count + 1) * sizeof *index->numbers)};
    struct key *keys = malloc((tree->count + 1) * sizeof *keys);
    bool fine = index->numbers && keys;
    for (size_t i = 0; fine && i < tree->count; i++)
        if (tree->entries[i].status.kind == FILE_REGULAR)
            keys[index->count++] = key_of(tree, i);
    if (fine)
        qsort(keys, index->count, sizeof *keys, compare_keys);
    for (size_t i = 0; i < index->count; i++)
        index->numbers[i] = keys[i].number;
    free(keys);
    return fine || znn_say_memory_error(NULL);
}

size_t znn_same_files_find(const struct same_files *index, size_t number, const size_t **numbers)
{
    if (index->tree->entries[number].status.kind != FILE_REGULAR)
        return 0;
    struct key wanted = key_of(index->tree, number);
    size_t low = 0; /* the first key that is not less than the file's */
    for (size_t high = index->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        struct key key = key_of(index->tree, index->numbers[middle]);
        if (znn_file_id_compare(&key.id, &wanted.id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    size_t count = 0;
    for (size_t i = low; i < index->count; i++, count++) {
        struct key key = key_of(index->tree, index->numbers[i]);
        if (znn_file_id_compare(&key.id, &wanted.id) != 0)
            break;
    }
    *numbers = index->numbers + low;
    return count;
}

bool znn_same_files_call_model(const struct same_files *index, size_t number)
{
    const struct entry *entry = &index->tree->entries[number];
    const size_t *names = NULL;
    size_t count = znn_same_files_find(index, number, &names);
    for (size_t i = 0; i < count; i++) {
        const struct entry *other = &index->tree->entries[names[i]];
        if (other->is_link && other->operand == entry->operand && znn_names_is_model(other->path))
            return true;
    }
    return false;
}

void znn_same_files_free(struct same_files *index)
{
    free(index->numbers);
    *index = (struct same_files){.count = 0};
}
