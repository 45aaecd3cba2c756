/*
 * selection.h - the tensors that the user named
 */
#ifndef ZNN_CLI_FLAGS_SELECTION_H
#define ZNN_CLI_FLAGS_SELECTION_H

#include "znn.h"

#include <stdbool.h>
#include <stddef.h>

/* There may be millions of tensors: a byte for each is what a selection takes. */
struct selection {
    bool *chosen; /* for each tensor of the reader */
    size_t count; /* of the chosen ones */
};

/*
 * Selects the tensors that are called as one of `count` names says; where none is called just so, those that match it
 * as a pattern.  `file` is for messages.  Returns false, having said why, if a name selects nothing or memory runs out.
 * Free with znn_selection_free() in either case.
 */
bool znn_selection_make(struct selection *selection, const struct znn_reader *reader, const char *file,
                        char *const *names, size_t count);

void znn_selection_free(struct selection *selection);

#endif
