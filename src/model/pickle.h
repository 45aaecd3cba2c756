/*
 * pickle.h - reads the contents of a pickle without executing it
 *
 * Unpickling runs a program, and that program may call any function that can be imported.  This machine runs the same
 * instructions but calls nothing.  A GLOBAL stays a name.  REDUCE, NEWOBJ and INST make an object that records the
 * function and its arguments.  BUILD records a state.  This is enough to see which tensors a file has, and their names.
 *
 * Nothing in a pickle is trusted.  The machine stops if a pickle pops from an empty stack, reads a memo that was never
 * put, uses an unknown opcode or exceeds its memory budget.  It keeps everything built before that.
 */
#ifndef ZNN_MODEL_PICKLE_H
#define ZNN_MODEL_PICKLE_H

#include "model/pickle_value.h"

/* A budget for one pickle: enough for a state dict of about 180,000 tensors. */
#define ZNN_PICKLE_BUDGET ((size_t)64 << 20)

/*
 * Runs the pickle at `data`, which has at most `size` bytes and must outlive `pickle`.  pickle->complete tells whether
 * the run reached the end.  Returns false only if the system ran out of memory.  Call znn_pickle_free() in either case.
 */
bool znn_pickle_run(struct pickle *pickle, const uint8_t *data, size_t size, size_t budget);

void znn_pickle_free(struct pickle *pickle);

#endif
