/*
 * statistics.c - estimates the compressed size of a group from its byte counts
 */
#include "codec/statistics.h"

#include "codec/huffman_code.h"
#include "codec/small_logs.h"
#include "platform/bits.h"

/* Runs this short cover many places of a group and still use the whole cache line. */
#define SAMPLE_RUN 64

/*
 * Four tables are used in turn.  With one table, equal neighbours would make each increment wait for the previous
 * store.
 */
static void count_run(uint32_t table[4][256], const uint8_t *data, size_t size)
{
    size_t i = 0;
    for (; i + 4 <= size; i += 4) {
        table[0][data[i]]++;
        table[1][data[i + 1]]++;
        table[2][data[i + 2]]++;
        table[3][data[i + 3]]++;
    }
    for (; i < size; i++)
        table[0][data[i]]++;
}

static void add_up(struct statistics *statistics, uint32_t table[4][256])
{
    statistics->total = 0;
    for (size_t v = 0; v < 256; v++) {
        statistics->count[v] = table[0][v] + table[1][v] + table[2][v] + table[3][v];
        statistics->total += statistics->count[v];
    }
}

void znn_statistics_count(struct statistics *statistics, const uint8_t *data, size_t size)
{
    uint32_t table[4][256] = {{0}};
    count_run(table, data, size);
    add_up(statistics, table);
}

void znn_statistics_sample(struct statistics *statistics, const uint8_t *data, size_t size, size_t samples)
{
    if (size <= samples || size < 2 * SAMPLE_RUN) {
        znn_statistics_count(statistics, data, size);
        return;
    }
    uint32_t table[4][256] = {{0}};
    size_t runs = samples / SAMPLE_RUN;
    size_t last = size - SAMPLE_RUN;
    for (size_t i = 0; i < runs; i++) {
        size_t start = runs > 1 ? (size_t)((uint64_t)last * i / (runs - 1)) : 0;
        count_run(table, data + start, SAMPLE_RUN);
    }
    add_up(statistics, table);
}

/* log2(1 + i/256), in 1/2^24. */
static const uint32_t log2_table[257] = {
    0,        94364,    188362,   281996,   375270,   468185,   560745,   652952,   744810,   836320,   927485,
    1018309,  1108793,  1198939,  1288752,  1378232,  1467383,  1556207,  1644705,  1732882,  1820738,  1908277,
    1995500,  2082410,  2169009,  2255299,  2341283,  2426963,  2512340,  2597417,  2682196,  2766679,  2850868,
    2934766,  3018374,  3101694,  3184728,  3267478,  3349946,  3432134,  3514044,  3595678,  3677038,  3758124,
    3838941,  3919488,  3999768,  4079782,  4159533,  4239023,  4318251,  4397222,  4475935,  4554394,  4632599,
    4710552,  4788255,  4865709,  4942916,  5019878,  5096595,  5173071,  5249305,  5325300,  5401057,  5476578,
    5551864,  5626916,  5701737,  5776327,  5850688,  5924821,  5998727,  6072409,  6145867,  6219103,  6292118,
    6364913,  6437490,  6509850,  6581994,  6653924,  6725641,  6797146,  6868440,  6939525,  7010402,  7081072,
    7151536,  7221795,  7291852,  7361706,  7431359,  7500812,  7570066,  7639123,  7707984,  7776649,  7845119,
    7913397,  7981483,  8049377,  8117082,  8184598,  8251926,  8319067,  8386022,  8452793,  8519380,  8585785,
    8652008,  8718050,  8783912,  8849596,  8915102,  8980431,  9045584,  9110562,  9175366,  9239998,  9304457,
    9368745,  9432863,  9496811,  9560591,  9624203,  9687648,  9750928,  9814042,  9876993,  9939780,  10002404,
    10064867, 10127170, 10189312, 10251295, 10313120, 10374787, 10436298, 10497652, 10558852, 10619897, 10680789,
    10741528, 10802114, 10862550, 10922835, 10982970, 11042956, 11102794, 11162484, 11222028, 11281425, 11340677,
    11399784, 11458748, 11517568, 11576245, 11634780, 11693175, 11751428, 11809542, 11867517, 11925353, 11983051,
    12040612, 12098037, 12155325, 12212479, 12269497, 12326382, 12383133, 12439752, 12496238, 12552593, 12608817,
    12664911, 12720875, 12776710, 12832416, 12887994, 12943445, 12998770, 13053968, 13109041, 13163988, 13218811,
    13273511, 13328087, 13382540, 13436871, 13491080, 13545168, 13599135, 13652983, 13706711, 13760320, 13813810,
    13867183, 13920438, 13973576, 14026597, 14079503, 14132294, 14184969, 14237530, 14289978, 14342312, 14394532,
    14446641, 14498638, 14550523, 14602297, 14653961, 14705514, 14756958, 14808293, 14859519, 14910637, 14961648,
    15012551, 15063347, 15114037, 15164621, 15215099, 15265473, 15315742, 15365906, 15415967, 15465925, 15515779,
    15565531, 15615181, 15664730, 15714177, 15763523, 15812769, 15861915, 15910962, 15959909, 16008758, 16057508,
    16106160, 16154714, 16203172, 16251532, 16299796, 16347964, 16396036, 16444013, 16491896, 16539683, 16587377,
    16634976, 16682482, 16729896, 16777216,
};

/* Linear interpolation between two entries is off by less than 0.2/65536. */
uint32_t znn_log2(uint32_t x)
{
    uint32_t whole = highest_bit(x);
    uint32_t mantissa = x << (31 - whole); /* 1 <= mantissa / 2^31 < 2 */
    uint32_t i = mantissa >> 23 & 0xff;
    uint64_t between = mantissa & 0x7fffff;
    uint64_t fraction = log2_table[i] + ((log2_table[i + 1] - log2_table[i]) * between >> 23);
    return whole * ENTROPY_ONE + (uint32_t)(fraction >> 8);
}

/* x * log2(x) */
static inline uint64_t product(uint32_t x)
{
    return (uint64_t)x * (x < SMALL_LOGS ? znn_small_logs[x] : znn_log2(x));
}

/* Bits per byte from the total number of bits, corrected and capped. */
static uint32_t per_byte(uint64_t bits, unsigned values, uint64_t total)
{
    const uint64_t half_over_ln2 = 47274; /* 1 / (2 ln 2), in 1/65536 */
    uint64_t average = (bits + (values - 1) * half_over_ln2) / total;
    return average < 8 * ENTROPY_ONE ? (uint32_t)average : 8 * ENTROPY_ONE;
}

uint32_t znn_statistics_entropy(const struct statistics *statistics)
{
    if (statistics->total == 0)
        return 0;
    /* The sum of x * (log2(total) - log2(x)). */
    uint64_t bits = (uint64_t)statistics->total * znn_log2(statistics->total);
    for (size_t v = 0; v < 256; v++)
        bits -= product(statistics->count[v]);
    unsigned values = znn_statistics_values(statistics);
    return per_byte(bits, values, statistics->total);
}

uint32_t znn_statistics_huffman(const struct statistics *statistics)
{
    unsigned values = znn_statistics_values(statistics);
    return values < 2 ? 0 : per_byte(znn_huffman_code_bits(statistics->count) * ENTROPY_ONE, values, statistics->total);
}

unsigned znn_statistics_values(const struct statistics *statistics)
{
    unsigned values = 0;
    for (size_t v = 0; v < 256; v++)
        values += statistics->count[v] != 0;
    return values;
}
