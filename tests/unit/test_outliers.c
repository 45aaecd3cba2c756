/*
 * test_outliers.c - a few numbers that are much larger than the others
 *
 * Rounded numbers of 16 bits must fit into integers of 16 bits.  Numbers that do not fit are stored as they are: they
 * must cost no more than their own size, and the other numbers must still be rounded, with or without a base.
 */
#include "lossy_files.h"

#include "transform/fixed_point.h"

#define COUNT ((size_t)40000)

static const struct kind {
    const char *dtype;
    enum fixed_type type;
    unsigned bits; /* for which weights need little more than half of 16 bits */
    int largest;   /* the logarithm of the largest number */
} kinds[] = {
    {"F16", FIXED_F16, 11, 15},
    {"BF16", FIXED_BF16, 10, 127},
    {"F32", FIXED_F32, 12, 127},
    {"F64", FIXED_F64, 12, 1023},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* The nearest number of the type towards zero. */
static void put_number(const struct kind *kind, double x, uint8_t *target)
{
    float narrow = (float)x;
    uint32_t word;
    uint64_t wide;
    memcpy(&word, &narrow, 4);
    memcpy(&wide, &x, 8);
    uint32_t half = (word & 0x7fffffff) < 113u << 23 ? 0 : ((word & 0x7fffffff) >> 13) - (112u << 10);
    switch (kind->type) {
    case FIXED_F16:
        store_le16(target, (uint16_t)((word >> 16 & 0x8000) | half));
        break;
    case FIXED_BF16:
        store_le16(target, (uint16_t)(word >> 16));
        break;
    case FIXED_F32:
        store_le32(target, word);
        break;
    case FIXED_F64:
        store_le64(target, wide);
    }
}

static double random_weight(struct random *random)
{
    double sum = 0;
    for (int i = 0; i < 4; i++)
        sum += (double)(random_u64(random) >> 11) / 9007199254740992.0 - 0.5;
    return sum * 0.04;
}

/* A model of one tensor; `header` gets the size of what is before its numbers. */
static struct buffer make_tensor(const struct kind *kind, const double *numbers, size_t *header)
{
    struct buffer file = {0};
    char text[160];
    size_t width = znn_fixed_width(kind->type);
    int size =
        snprintf(text + 8, sizeof text - 8, "{\"w\":{\"dtype\":\"%s\",\"shape\":[4,%zu],\"data_offsets\":[0,%zu]}}",
                 kind->dtype, COUNT / 4, COUNT * width);
    store_le64((uint8_t *)text, (uint64_t)size);
    *header = 8 + (size_t)size;
    assert_true(znn_buffer_append(&file, text, *header) && znn_buffer_reserve(&file, COUNT * width));
    for (size_t i = 0; i < COUNT; i++, file.size += width)
        put_number(kind, numbers[i], file.data + file.size);
    return file;
}

/* From just beyond what fits into 15 bits up to the largest there are. */
static double random_outlier(struct random *random, const struct kind *kind)
{
    int least = 15 - (int)kind->bits;
    double x = ldexp(1 + (double)random_below(random, 1024) / 1024,
                     least + (int)random_below(random, (size_t)(kind->largest - least)));
    if (random_below(random, 4) == 0)
        x = ldexp(1, least);
    return random_below(random, 2) ? x : -x;
}

static void scatter(struct random *random, const struct kind *kind, double *numbers, size_t outliers)
{
    for (; outliers > 0; outliers--)
        numbers[random_below(random, COUNT)] = random_below(random, 20) ? random_outlier(random, kind) : INFINITY;
}

static struct znn_memory pack(const struct kind *kind, const struct buffer *file, const struct buffer *base,
                              enum znn_rounding rounding, int level)
{
    struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options),
                                           .lossy = {ZNN_FIXED_POINT, kind->bits, rounding, 0},
                                           .level = level};
    if (base) {
        struct znn_input input = znn_input_memory(base->data, base->size);
        assert_int_equal(znn_base_open(&input, NULL, &options.base, NULL), ZNN_OK);
    }
    struct znn_report report = ZNN_INIT(struct znn_report);
    struct znn_memory packed = compress(file, &options, &report);
    assert_int_equal(report.rounded_tensors, 1);
    assert_int_equal(report.base_tensors, base != NULL);
    znn_base_close(options.base);
    return packed;
}

static struct znn_memory unpack(const struct znn_memory *packed, const struct buffer *base)
{
    struct znn_memory memory = {0};
    struct znn_error error = ZNN_INIT(struct znn_error);
    struct znn_decompress_options options = {.struct_size = sizeof(struct znn_decompress_options), .threads = 1};
    if (base) {
        struct znn_input input = znn_input_memory(base->data, base->size);
        assert_int_equal(znn_base_open(&input, NULL, &options.base, NULL), ZNN_OK);
    }
    struct znn_input input = znn_input_memory(packed->data, packed->size);
    struct znn_output output = znn_output_memory(&memory);
    if (znn_decompress(&input, &output, &options, NULL, &error) != ZNN_OK)
        fail_msg("%s", error.detail);
    znn_base_close(options.base);
    return memory;
}

/* What comes back is rounded: all that is finite and fits. */
static void check_rounded(const struct kind *kind, const struct buffer *file, const struct znn_memory *back,
                          size_t header)
{
    size_t width = znn_fixed_width(kind->type);
    assert_int_equal(back->size, file->size);
    for (size_t i = header; i < file->size; i += width) {
        double x = number_at(kind->dtype, file->data + i), y = number_at(kind->dtype, back->data + i);
        double steps = ldexp(y, (int)kind->bits);
        if (isfinite(x) && fabs(steps) < 1e18)
            assert_true(steps == floor(steps) && fabs(x - y) < ldexp(1, -(int)kind->bits));
        else
            assert_memory_equal(file->data + i, back->data + i, width);
    }
}

/* Packs a model that has outliers, and returns its size. */
static size_t packed_size(const struct kind *kind, const double *numbers, const double *base_numbers,
                          enum znn_rounding rounding, int level)
{
    size_t header;
    struct buffer file = make_tensor(kind, numbers, &header), base = {0};
    if (base_numbers)
        base = make_tensor(kind, base_numbers, &header);
    struct znn_memory packed = pack(kind, &file, base_numbers ? &base : NULL, rounding, level);
    struct znn_memory back = unpack(&packed, base_numbers ? &base : NULL);
    check_rounded(kind, &file, &back, header);
    size_t size = packed.size;
    free(packed.data);
    free(back.data);
    znn_buffer_free(&file);
    znn_buffer_free(&base);
    return size;
}

static void expect_cheap(const struct kind *kind, size_t size, size_t plain, size_t outliers, const char *where)
{
    /* Itself, and where it is.  A wider number still fits, and what it costs is a coarser code for the others' tops. */
    size_t width = znn_fixed_width(kind->type), wider = width > 2 ? plain / 10 : 0;
    if (size > plain + outliers * (width + 4) + wider + 300)
        fail_msg("%s: %zu outliers %s make %zu bytes of %zu", kind->dtype, outliers, where, size, plain);
}

static void test_alone(void **state)
{
    (void)state;
    static double numbers[COUNT];
    struct random random = random_start(__func__);
    for (size_t k = 0; k < 4 * KINDS; k++) {
        const struct kind *kind = &kinds[k % KINDS];
        enum znn_rounding rounding = k / KINDS % 2 ? ZNN_ROUND_FLOOR : ZNN_ROUND_NEAREST;
        int level = k / KINDS == 3 ? 9 : 5;
        for (size_t i = 0; i < COUNT; i++)
            numbers[i] = random_weight(&random);
        size_t plain = packed_size(kind, numbers, NULL, rounding, level);
        size_t outliers = k < KINDS ? 1 : 1 + random_below(&random, 200);
        scatter(&random, kind, numbers, outliers);
        expect_cheap(kind, packed_size(kind, numbers, NULL, rounding, level), plain, outliers, "in it");
    }
}

static void test_with_a_base(void **state)
{
    (void)state;
    static double base[COUNT], child[COUNT], spoilt[COUNT];
    struct random random = random_start(__func__);
    for (size_t k = 0; k < 4 * KINDS; k++) {
        const struct kind *kind = &kinds[k % KINDS];
        enum znn_rounding rounding = k / KINDS % 2 ? ZNN_ROUND_FLOOR : ZNN_ROUND_NEAREST;
        for (size_t i = 0; i < COUNT; i++) {
            base[i] = random_weight(&random);
            child[i] = base[i] + random_weight(&random) / 8;
        }
        size_t plain = packed_size(kind, child, base, rounding, 5), outliers = 1 + random_below(&random, 100);
        memcpy(spoilt, base, sizeof base);
        scatter(&random, kind, spoilt, outliers);
        expect_cheap(kind, packed_size(kind, child, spoilt, rounding, 5), plain, 2 * outliers, "in the base");
        for (size_t i = 0; i < COUNT; i++) /* in both, in the same places */
            if (fabs(spoilt[i]) >= 1)
                child[i] = random_below(&random, 3) ? spoilt[i] : random_outlier(&random, kind);
        expect_cheap(kind, packed_size(kind, child, spoilt, rounding, 5), plain, 2 * outliers, "in both");
        expect_cheap(kind, packed_size(kind, child, base, rounding, 5), plain, 2 * outliers, "in the child");
    }
}

/* Where the child has an exception, and the base an integer of which there is no negative one in its width. */
static void test_infinite_beside_the_least_integer(void **state)
{
    (void)state;
    static double base[COUNT], child[COUNT];
    struct random random = random_start(__func__);
    for (size_t i = 0; i < COUNT; i++) {
        base[i] = random_weight(&random);
        child[i] = base[i] + random_weight(&random) / 8;
    }
    for (size_t k = 0; k < 2; k++)
        for (int sign = -1; sign < 2; sign += 2) {
            base[77] = sign * ldexp(1, 15 - (int)kinds[k].bits);
            child[77] = INFINITY;
            packed_size(&kinds[k], child, base, ZNN_ROUND_NEAREST, 5);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alone),
        cmocka_unit_test(test_with_a_base),
        cmocka_unit_test(test_infinite_beside_the_least_integer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
