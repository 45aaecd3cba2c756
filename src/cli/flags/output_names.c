/*
 * output_names.c - the names of all .znn files of one command, without collisions
 */
#include "cli/flags/output_names.h"

#include "cli/flags/names.h"
#include "cli/system/file_status.h"
#include "cli/system/path.h"

#include <stdlib.h>
#include <string.h>

/* Sorts by directory and name of the output, so that colliding files become neighbours. */
static int compare(const void *a, const void *b)
{
    const struct output_name *x = *(struct output_name *const *)a;
    const struct output_name *y = *(struct output_name *const *)b;
    int folders = znn_file_id_compare(&x->folder, &y->folder);
    return folders ? folders : strcmp(znn_path_base(x->output), znn_path_base(y->output));
}

/* The same file named twice is no collision: no other name would help. */
static bool has_two_inputs(struct output_name **group, size_t size)
{
    for (size_t i = 1; i < size; i++)
        if (strcmp(znn_path_base(group[0]->input), znn_path_base(group[i]->input)) != 0)
            return true;
    return false;
}

static bool append_all(struct output_name **group, size_t size, bool *changed)
{
    for (size_t i = 0; i < size; i++) {
        if (!group[i]->extension)
            continue;
        char *output = znn_names_compressed(group[i]->target, NULL);
        if (!output)
            return false;
        free(group[i]->output);
        group[i]->output = output;
        group[i]->extension = NULL;
        *changed = true;
    }
    return true;
}

static bool part_collisions(struct output_name **files, size_t count)
{
    bool changed;
    do {
        changed = false;
        qsort(files, count, sizeof *files, compare);
        size_t size;
        for (size_t i = 0; i < count; i += size) {
            for (size = 1; i + size < count; size++)
                if (compare(&files[i], &files[i + size]) != 0)
                    break;
            if (has_two_inputs(files + i, size) && !append_all(files + i, size, &changed))
                return false;
        }
    } while (changed);
    return true;
}

/* A directory that cannot be looked at gets an identity that all such share; opening the file will tell. */
static bool name_file(struct output_name *file, const char *into)
{
    file->extension = znn_names_model_extension(file->input);
    file->target = into ? znn_path_within(into, file->input) : strdup(file->input);
    if (!file->target)
        return false;
    file->output = znn_names_compressed(file->target, file->extension);
    char *directory = znn_path_directory(file->target);
    struct file_status status;
    if (directory && znn_file_status(directory, &status)) {
        file->folder = status.id;
    }
    bool fine = directory && file->output;
    free(directory);
    return fine;
}

bool znn_output_names_make(struct output_names *names, const char *into, char *const *inputs, size_t count,
                           bool skip_znn)
{
    *names = (struct output_names){.files = calloc(count, sizeof *names->files), .count = count};
    struct output_name **named = malloc(count * sizeof *named);
    bool fine = names->files && named;
    size_t named_count = 0;
    for (size_t i = 0; fine && i < count; i++) {
        struct output_name *file = &names->files[i];
        file->input = inputs[i];
        if (strcmp(file->input, "-") == 0 || (skip_znn && znn_names_is_znn(file->input)))
            continue;
        fine = name_file(file, into);
        named[named_count++] = file;
    }
    fine = fine && part_collisions(named, named_count);
    free(named);
    return fine;
}

void znn_output_names_free(struct output_names *names)
{
    for (size_t i = 0; names->files && i < names->count; i++) {
        free(names->files[i].output);
        free(names->files[i].target);
    }
    free(names->files);
}
