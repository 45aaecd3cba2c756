/*
 * selection.h - selects the tensors that the user named
 */
#ifndef ZNN_CLI_FLAGS_SELECTION_H
#define ZNN_CLI_FLAGS_SELECTION_H

#include "znn.h"

#include <stdbool.h>
#include <stddef.h>

/* There may be millions of tensors, so a selection takes one byte for each. */
struct selection {
    bool *chosen; /* for each tensor of the reader */
    size_t count; /* number of chosen tensors */
};

/*
 * Selects tensors by `count` names.  A name selects the tensors with exactly this name or, if there are none, the
 * tensors that match it as a pattern.  `file` is for messages.  Returns false if a name selects nothing or memory ran
 * out, which is reported.  Call znn_selection_free() in either case.
 */
bool znn_selection_make(struct selection *selection, const struct znn_reader *reader, const char *file,
                        char *const *names, size_t count);

void znn_selection_free(struct selection *selection);

#endif
