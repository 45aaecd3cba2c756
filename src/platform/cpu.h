/*
 * cpu.h - what this machine can do beyond what every machine of its kind can
 *
 * Some loops exist several times: in plain C, which is right everywhere and says what the others must do, and once
 * more as kernels, with instructions that only some machines have.  Kernels live in folders called x86 and arm.  Those
 * files are compiled everywhere without special flags; their functions carry an attribute that allows the instructions.
 *
 * Which kernel runs on which machine is said in one place in each room: a table in its kernels.c, with a row for each
 * level below and a column for each kernel.  No other file asks for the machine's level.
 *
 *     level      a machine has it if                                  because
 *     AVX-512    it has F, BW, DQ, VL, VBMI, VBMI2 and BMI2           these come together from Ice Lake and Zen 4 on,
 * which keep their clock speed, and have fast PEXT and PDEP AVX2       it has AVX2 and F16C from Haswell and Zen on
 *     NEON       it is a 64-bit ARM                                   all of them have it
 *     portable   always                                               plain C alone
 *
 * BMI2 belongs to AVX-512, though machines have had it as long as AVX2: its PEXT and PDEP take hundreds of cycles on
 * the first two generations of Zen, and no kernel for AVX2 needs it.
 */
#ifndef ZNN_PLATFORM_CPU_H
#define ZNN_PLATFORM_CPU_H

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

/* From the least to the most. */
enum cpu_level { CPU_PORTABLE, CPU_NEON, CPU_AVX2, CPU_AVX512, CPU_LEVELS, CPU_BEST = CPU_LEVELS - 1 };

/*
 * The highest level that the machine has.  It is found out by the first call, and is the same for every call and
 * thread.
 */
enum cpu_level znn_cpu_level(void);

/*
 * Makes the machine have no level above `most`, so that tests and benchmarks can compare the kernels; CPU_BEST takes
 * that back.  Only for builds with tests or benchmarks: others do not have this function.  In builds with tests the
 * environment variable ZNN_CPU_HIDE limits a whole program likewise: it holds some of the words avx2, avx512, neon and
 * all.
 */
void znn_cpu_limit(enum cpu_level most);

#endif
