/*
 * pickle.h - what a pickle says, without doing it
 *
 * To unpickle is to run a program, and the program may call any function that can be imported.  This machine runs the
 * same instructions and calls nothing: a GLOBAL is a name and stays one; REDUCE, NEWOBJ and INST make an object that
 * records what was to be called with what; BUILD records a state.  That suffices to see which tensors a file holds and
 * under which names.
 *
 * Nothing is trusted.  A pickle that pops from an empty stack, asks for a memo that was never put, uses an unknown
 * opcode or exceeds its budget of memory is left where that happens, with what was built so far.
 */
#ifndef ZNN_MODEL_PICKLE_H
#define ZNN_MODEL_PICKLE_H

#include "model/pickle_value.h"

/* A budget for one pickle: enough for a state dict of some 180,000 tensors. */
#define ZNN_PICKLE_BUDGET ((size_t)64 << 20)

/*
 * Runs the pickle at `data`, which has at most `size` bytes and must outlast `pickle`.  pickle->complete says whether
 * it was understood to its end.  False only where the system gave no memory.  Free with znn_pickle_free() in any case.
 */
bool znn_pickle_run(struct pickle *pickle, const uint8_t *data, size_t size, size_t budget);

void znn_pickle_free(struct pickle *pickle);

#endif
