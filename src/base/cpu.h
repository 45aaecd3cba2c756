/*
 * cpu.h - what this machine can do beyond what every machine of its kind can
 *
 * Some loops exist twice: in plain C, which is right everywhere and says what the other one must do, and once more, in
 * a folder such as x86/, with instructions that only some machines have.  The file in the folder is compiled everywhere
 * without special flags; its functions carry an attribute that allows the instructions, and are called only where
 * znn_cpu_has() says so.
 */
#ifndef ZNN_BASE_CPU_H
#define ZNN_BASE_CPU_H

#include <stdbool.h>

/* Whether the x86/ folders hold anything for this compiler and machine. */
#if defined(__x86_64__) && defined(__GNUC__)
#    define X86_KERNELS 1
#else
#    define X86_KERNELS 0
#endif

enum cpu_feature {
    CPU_AVX512 = 1, /* F, BW, VL and VBMI, and BMI2: from Ice Lake and Zen 4 on, which lose no clock speed over it */
};

bool znn_cpu_has(enum cpu_feature feature);

/*
 * Makes a feature appear to be missing, or (`hidden` false) takes that back; so that tests can walk both ways.
 */
void znn_cpu_hide(enum cpu_feature feature, bool hidden);

#endif
