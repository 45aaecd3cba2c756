/*
 * float_mode.h - the way that the processor computes with floats
 *
 * A thread can be in a mode that changes results: it rounds in another direction, or replaces subnormal numbers by
 * zeros.  Some libraries leave their callers in such a mode.  Code whose results must be the same everywhere puts the
 * usual mode in place while it computes:
 *
 *     struct float_mode mode = znn_float_mode_begin();
 *     compute();
 *     znn_float_mode_end(mode);
 *
 * compute() must not be inlined, because compilers may move floating-point operations across the calls.  On processors
 * other than 64-bit x86 and ARM the functions do nothing, and results depend on the mode.
 */
#ifndef ZNN_PLATFORM_FLOAT_MODE_H
#define ZNN_PLATFORM_FLOAT_MODE_H

#include <stdint.h>

struct float_mode {
    uint64_t control; /* the control register */
};

/*
 * Switches to the usual mode: to nearest, ties to even, with subnormal numbers, without traps.  Returns the previous
 * mode.
 */
struct float_mode znn_float_mode_begin(void);

/*
 * Switches back.
 */
void znn_float_mode_end(struct float_mode mode);

#endif
