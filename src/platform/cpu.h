/*
 * cpu.h - the vector instructions of this machine
 *
 * Some loops exist several times: in plain C, which works everywhere and defines the result, and as kernels, which use
 * instructions that only some machines have.  Kernels are in folders called x86 and arm.  Their files are compiled
 * everywhere without special flags; an attribute on each function allows the instructions.
 *
 * Each room has one table, in its kernels.c, that tells which kernel runs on which machine.  It has a row for each
 * level below and a column for each kernel.  No other file asks for the machine's level.
 *
 *     level      a machine has it if                                  because
 *     AVX-512    it has F, BW, DQ, VL, VBMI, VBMI2 and BMI2           Ice Lake and Zen 4 and later have all of these,
 *                                                                     keep their clock speed, and have fast PEXT and
 *                                                                     PDEP
 *     AVX2       it has AVX2 and F16C                                 Haswell and Zen and later have these
 *     NEON       it is a 64-bit ARM                                   all of them have it
 *     portable   always                                               plain C alone
 *
 * BMI2 is part of the AVX-512 level, although it is as old as AVX2: its PEXT and PDEP take hundreds of cycles on the
 * first two generations of Zen, and no kernel for AVX2 needs it.
 */
#ifndef ZNN_PLATFORM_CPU_H
#define ZNN_PLATFORM_CPU_H

/* Tells whether the x86/ and arm/ folders have kernels for this compiler and machine. */
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

/* From the fewest instructions to the most. */
enum cpu_level { CPU_PORTABLE, CPU_NEON, CPU_AVX2, CPU_AVX512, CPU_LEVELS, CPU_BEST = CPU_LEVELS - 1 };

/*
 * Returns the highest level that the machine has.  The first call detects it; every call and thread gets the same
 * level.
 */
enum cpu_level znn_cpu_level(void);

/*
 * Limits the level to `most`, so that tests and benchmarks can compare kernels; CPU_BEST removes the limit.  Only
 * builds with tests or benchmarks have this function.  In builds with tests, the environment variable ZNN_CPU_HIDE
 * limits a whole program in the same way: it holds some of the words avx2, avx512, neon and all.
 */
void znn_cpu_limit(enum cpu_level most);

#endif
