/*
 * delta_value.h - reads and writes one number of a row of differences (transform/delta.h)
 */
#ifndef ZNN_ENGINE_DELTA_DELTA_VALUE_H
#define ZNN_ENGINE_DELTA_DELTA_VALUE_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t delta_value(const void *values, unsigned width, size_t i)
{
    switch (width) {
    case 1:
        return ((const uint8_t *)values)[i];
    case 2:
        return ((const uint16_t *)values)[i];
    case 4:
        return ((const uint32_t *)values)[i];
    default:
        return ((const uint64_t *)values)[i];
    }
}

static inline void delta_set_value(void *values, unsigned width, size_t i, uint64_t value)
{
    switch (width) {
    case 1:
        ((uint8_t *)values)[i] = (uint8_t)value;
        break;
    case 2:
        ((uint16_t *)values)[i] = (uint16_t)value;
        break;
    case 4:
        ((uint32_t *)values)[i] = (uint32_t)value;
        break;
    default:
        ((uint64_t *)values)[i] = value;
        break;
    }
}

#endif
