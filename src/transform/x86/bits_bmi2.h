/*
 * bits_bmi2.h - packs small numbers into bits with PEXT and PDEP
 */
#ifndef ZNN_TRANSFORM_X86_BITS_BMI2_H
#define ZNN_TRANSFORM_X86_BITS_BMI2_H

#include <stddef.h>
#include <stdint.h>

/*
 * Pack or unpack numbers, eight at a time, as long as whole words can be read and written.  Return the number of
 * numbers done.
 */
size_t znn_bits_pack_bmi2(const uint8_t *bytes, size_t count, unsigned width, uint8_t *bits, size_t size);
size_t znn_bits_unpack_bmi2(const uint8_t *bits, size_t size, size_t count, unsigned width, uint8_t *bytes);

#endif
