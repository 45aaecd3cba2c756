/*
 * selection.c - selects the tensors that the user named
 */
#include "cli/flags/selection.h"

#include "cli/say/glob.h"
#include "cli/say/message.h"
#include "cli/say/suggest.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Marks the tensors that one name selects in `chosen`.  Returns false if there are none. */
static bool choose(const struct znn_reader *reader, const char *name, bool *chosen)
{
    size_t exact = znn_reader_find(reader, name, strlen(name));
    if (exact != SIZE_MAX) {
        chosen[exact] = true;
        return true;
    }
    bool found = false;
    size_t count = znn_reader_tensor_count(reader);
    for (size_t i = 0; i < count; i++) {
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        znn_reader_tensor(reader, i, &tensor);
        if (znn_glob_match(name, tensor.name, tensor.name_size))
            chosen[i] = found = true;
    }
    return found;
}

/* Suggests a tensor that contains the name ("lm_head" may mean "lm_head.weight"), or one with a similar spelling. */
static bool say_unknown(const struct znn_reader *reader, const char *file, const char *name)
{
    struct suggestion suggestion = {.typed = name};
    size_t count = znn_reader_tensor_count(reader);
    const char *container = NULL;
    for (size_t i = 0; i < count && !container; i++) {
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        znn_reader_tensor(reader, i, &tensor);
        if (*name && strstr(tensor.name, name))
            container = tensor.name;
        znn_suggest_offer(&suggestion, tensor.name);
    }
    const char *meant = container ? container : suggestion.best;
    if (meant)
        return znn_say_error(file, "no tensor matches '%s'; did you mean '%s'?", name, meant);
    return znn_say_error(file, "no tensor matches '%s'; 'znn list' lists the names", name);
}

bool znn_selection_make(struct selection *selection, const struct znn_reader *reader, const char *file,
                        char *const *names, size_t count)
{
    size_t tensors = znn_reader_tensor_count(reader);
    *selection = (struct selection){.chosen = calloc(tensors + 1, sizeof *selection->chosen)};
    if (!selection->chosen)
        return znn_say_memory_error(NULL);
    bool fine = true;
    for (size_t i = 0; i < count; i++)
        if (!choose(reader, names[i], selection->chosen))
            fine = say_unknown(reader, file, names[i]);
    for (size_t i = 0; i < tensors; i++)
        selection->count += selection->chosen[i];
    return fine;
}

void znn_selection_free(struct selection *selection)
{
    free(selection->chosen);
}
