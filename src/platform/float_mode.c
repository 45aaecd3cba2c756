/*
 * float_mode.c - the way that the processor computes with floats
 */
#include "platform/float_mode.h"

#if defined(__x86_64__) && defined(__GNUC__)
#    define USUAL_MODE 0x1f80 /* MXCSR: all exceptions are masked */

static uint64_t read_control(void)
{
    return __builtin_ia32_stmxcsr();
}

static void write_control(uint64_t control)
{
    __builtin_ia32_ldmxcsr((unsigned)control);
}
#elif defined(__aarch64__) && defined(__GNUC__)
#    define USUAL_MODE 0 /* FPCR */

static uint64_t read_control(void)
{
    uint64_t control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    return control;
}

static void write_control(uint64_t control)
{
    __asm__ volatile("msr fpcr, %0" : : "r"(control));
}
#else
#    define USUAL_MODE 0

static uint64_t read_control(void)
{
    return USUAL_MODE;
}

static void write_control(uint64_t control)
{
    (void)control;
}
#endif

struct float_mode znn_float_mode_begin(void)
{
    struct float_mode mode = {read_control()};
    if (mode.control != USUAL_MODE)
        write_control(USUAL_MODE);
    return mode;
}

void znn_float_mode_end(struct float_mode mode)
{
    write_control(mode.control);
}
