/*
 * cpu.h - what this machine can do beyond what every machine of its kind can
 *
 * Some loops exist several times: in plain C, which is right everywhere and says what the others must do, and once
 * more, in a folder such as x86/ or arm/, with instructions that only some machines have.  The files in those folders
 * are compiled everywhere without special flags; their functions carry an attribute that allows the instructions, and
 * are called only where znn_cpu_has() says so.
 */
#ifndef ZNN_PLATFORM_CPU_H
#define ZNN_PLATFORM_CPU_H

#include <stdbool.h>

/* Whether the x86/ and arm/ folders hold anything for this compiler and machine. */
#if defined(__x86_64__) && defined(__GNUC__)
#    define X86_KERNELS 1
#else
#    define X86_KERNELS 0
#endif
#if defined(__AARCH64EL__) && defined(__GNUC__)
#    define ARM_KERNELS 1
#else
#    define ARM_KERNELS 0
#endif

/* Bits, which may be joined. */
enum cpu_feature {
    CPU_AVX2 = 1,   /* and BMI2 and F16C: from Haswell and Zen on */
    CPU_AVX512 = 2, /* F, BW, DQ, VL, VBMI and VBMI2: from Ice Lake and Zen 4 on, which lose no clock speed over it */
    CPU_NEON = 4,   /* every 64-bit ARM */
    CPU_ALL = 7
};

/*
 * Whether the machine has all of these.
 */
bool znn_cpu_has(unsigned features);

/*
 * Makes features appear to be missing, or (`hidden` false) takes that back; so that tests can walk all ways.  In builds
 * with tests the environment variable ZNN_CPU_HIDE does the same for a whole program: it holds some of the words avx2,
 * avx512, neon and all.
 */
void znn_cpu_hide(unsigned features, bool hidden);

#endif
