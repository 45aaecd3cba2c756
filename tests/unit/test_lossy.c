/*
 * test_lossy.c - rounded models come back within the bound, and the same everywhere
 *
 * The index of a .znn file tells where the tensors are, and the analysis tells which of them were rounded.  All other
 * bytes must be those of the original.  With a corpus, the test rounds all models of a folder.
 */
#include "corpus.h"
#include "lossy_files.h"
#include "platform/cpu.h"

#include <dirent.h>
#include <sys/stat.h>

/* ---------------------------------------------------------------------------------------------------------------- */
/* Numbers                                                                                                          */
/* ---------------------------------------------------------------------------------------------------------------- */

static bool is_within(double x, double y, const struct znn_lossy *lossy)
{
    double step = ldexp(1, -(int)lossy->bits);
    if (!isfinite(x) || !isfinite(y))
        return false;
    return lossy->rounding == ZNN_ROUND_FLOOR ? y == x || (y < x && x < y + step) : fabs(x - y) <= step / 2;
}

/* All that was checked, and the largest errors of either rounding, in steps. */
static struct {
    uint64_t elements, changed, zeroed;
    double worst[2];
} checked;

/* Each element of a tensor is as it was, or within the bound. */
static void check_tensor(const struct znn_tensor *tensor, const uint8_t *before, const uint8_t *after,
                         const struct znn_lossy *lossy)
{
    size_t width = tensor->bits / 8;
    checked.elements += tensor->size / width;
    for (size_t i = 0; i < tensor->size; i += width) {
        if (memcmp(before + i, after + i, width) == 0)
            continue;
        double x = number_at(tensor->dtype, before + i), y = number_at(tensor->dtype, after + i);
        if (!is_within(x, y, lossy))
            fail_msg("%s, B %u: %.20g became %.20g", tensor->name, lossy->bits, x, y);
        double steps = ldexp(fabs(x - y), (int)lossy->bits);
        if (steps > checked.worst[lossy->rounding])
            checked.worst[lossy->rounding] = steps;
        checked.changed++;
        checked.zeroed += y == 0 && x != 0;
        if (lossy->exact_zero)
            assert_false(x == 0);
        if (y == 0)
            assert_false(signbit(y));
    }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Files                                                                                                            */
/* ---------------------------------------------------------------------------------------------------------------- */

/* What is not rounded is as it was; what is, is within the bound; all adds up.  Returns how many bytes were rounded. */
static uint64_t check_file(const struct buffer *file, const struct znn_memory *compressed,
                           const struct znn_memory *decoded, const struct znn_lossy *lossy)
{
    struct znn_analysis *analysis;
    struct znn_input input = znn_input_memory(compressed->data, compressed->size);
    uint8_t *mended = malloc(decoded->size + 1);
    uint64_t rounded = 0, opaque, after, container;
    assert_non_null(mended);
    assert_int_equal(decoded->size, file->size);
    if (file->size > 0)
        memcpy(mended, decoded->data, file->size);
    assert_int_equal(znn_analyze(&input, NULL, &analysis, NULL), ZNN_OK);
    znn_analysis_rest(analysis, &opaque, &after, &container);
    for (size_t i = 0; i < znn_analysis_tensor_count(analysis); i++) {
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        struct znn_cost cost = ZNN_INIT(struct znn_cost);
        uint64_t sum = 0;
        znn_analysis_tensor(analysis, i, &tensor, &cost);
        for (unsigned g = 0; g < cost.groups; g++)
            sum += cost.group_compressed[g];
        assert_true(sum == cost.compressed_size);
        after += sum;
        rounded += cost.rounded_size;
        if (cost.rounded_size == 0)
            continue;
        /* Tensors may share bytes: those that were looked at are mended by now, and counted once. */
        check_tensor(&tensor, file->data + tensor.offset, mended + tensor.offset, lossy);
        memcpy(mended + tensor.offset, file->data + tensor.offset, (size_t)tensor.size);
    }
    assert_true(after + container == compressed->size);
    if (file->size > 0)
        assert_memory_equal(mended, file->data, file->size);
    free(mended);
    znn_analysis_free(analysis);
    return rounded;
}

static enum znn_choice choose_all(void *context, const struct znn_tensor *tensor)
{
    (void)context;
    (void)tensor;
    return ZNN_CHOICE_ROUND;
}

static void check_lossy(const struct znn_lossy *written, const struct znn_lossy *wanted)
{
    assert_int_equal(written->mode, wanted->mode);
    assert_int_equal(written->bits, wanted->bits);
    assert_int_equal(written->rounding, wanted->rounding);
    assert_int_equal(written->exact_zero, wanted->exact_zero);
}

/* Rounds a file and all that is promised of it; returns the bytes that were rounded. */
static uint64_t round_trip(const struct buffer *file, const struct znn_compress_options *options)
{
    struct znn_report report = ZNN_INIT(struct znn_report), back_report = ZNN_INIT(struct znn_report);
    struct znn_header header = ZNN_INIT(struct znn_header);
    struct znn_memory compressed = compress(file, options, &report);
    struct znn_memory decoded = decompress(&compressed, &back_report);
    assert_int_equal(znn_read_header(compressed.data, compressed.size, &header, NULL), ZNN_OK);
    check_lossy(&header.lossy, report.rounded_tensors > 0 ? &options->lossy : &(struct znn_lossy){0});
    check_lossy(&report.lossy, &header.lossy);
    check_lossy(&back_report.lossy, &header.lossy);
    uint64_t zeroed = checked.zeroed;
    uint64_t rounded = check_file(file, &compressed, &decoded, &options->lossy);
    assert_int_equal(report.zeroed_numbers, checked.zeroed - zeroed);
    assert_true(report.nonzero_numbers >= report.zeroed_numbers);
    if (rounded > 0)
        assert_true(report.rounded_tensors > 0);

    /* Done again, nothing changes. */
    struct buffer again = {.data = decoded.data, .size = decoded.size};
    struct znn_memory twice = compress(&again, options, NULL);
    struct znn_memory same = decompress(&twice, NULL);
    assert_int_equal(same.size, decoded.size);
    if (same.size > 0)
        assert_memory_equal(same.data, decoded.data, same.size);
    free(compressed.data);
    free(decoded.data);
    free(twice.data);
    free(same.data);
    return rounded;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Tests                                                                                                            */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Some numbers of a tensor that are no ordinary ones. */
static void spoil(struct random *random, struct model_file *file)
{
    static const uint64_t strange[] = {0,
                                       UINT64_MAX,
                                       UINT64_C(0x8000800080008000),
                                       UINT64_C(0x7f807f807f807f80),
                                       UINT64_C(0x7ff07ff07ff07ff0),
                                       UINT64_C(0x0001000100010001)};
    for (size_t i = 0; i < file->count; i++) {
        const struct known_tensor *tensor = &file->tensors[i];
        size_t width = znn_dtype_info(tensor->dtype)->word;
        for (size_t k = random_below(random, 20); k > 0 && tensor->size >= width; k--) {
            size_t place = random_below(random, (size_t)tensor->size / width) * width;
            uint64_t number = random_below(random, 4) ? strange[random_below(random, 6)] : random_u64(random);
            uint8_t bytes[8];
            store_le64(bytes, number);
            memcpy(file->bytes.data + tensor->offset + place, bytes, width);
        }
    }
}

static struct znn_compress_options random_options(struct random *random)
{
    return (struct znn_compress_options){
        .struct_size = sizeof(struct znn_compress_options),
        .level = random_below(random, 8) ? 1 + 4 * (int)random_below(random, 2) : 9,
        .threads = 1 + (unsigned)random_below(random, 2),
        .lossy = {.mode = ZNN_FIXED_POINT,
                  .bits = (unsigned)random_below(random, random_below(random, 4) ? 31 : ZNN_BITS_MAX + 1),
                  .rounding = (enum znn_rounding)random_below(random, 2),
                  .exact_zero = (int)random_below(random, 2)},
        .choose = random_below(random, 2) ? choose_all : NULL,
        .sign = (enum znn_sign)random_below(random, 3),
    };
}

static void test_any_model(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    uint64_t rounded = 0;
    for (int round = 0; round < 120; round++) {
        struct model_file file = make_model(&random, random_below(&random, 8), round % 10 ? 12000 : 500000);
        struct znn_compress_options options = random_options(&random);
        spoil(&random, &file);
        rounded += round_trip(&file.bytes, &options);
        model_file_free(&file);
    }
    assert_true(rounded > 1000000);
}

/* The same bytes for any number of threads and any instructions, and from a stream. */
static void test_same_everywhere(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 12; round++) {
        struct model_file file = make_model(&random, 4, 400000);
        struct znn_compress_options options = random_options(&random);
        spoil(&random, &file);
        options.threads = 1;
        struct znn_memory first = compress(&file.bytes, &options, NULL);
        struct znn_memory decoded = decompress(&first, NULL);
        for (unsigned way = 0; way < 3; way++) {
            znn_cpu_limit(way > 1 ? CPU_PORTABLE : way > 0 ? CPU_AVX2 : CPU_BEST);
            options.threads = 1 + way;
            struct znn_memory other = compress(&file.bytes, &options, NULL);
            assert_int_equal(other.size, first.size);
            assert_memory_equal(other.data, first.data, first.size);
            struct znn_memory back = decompress(&first, NULL);
            assert_memory_equal(back.data, decoded.data, decoded.size);
            free(other.data);
            free(back.data);
        }
        znn_cpu_limit(CPU_BEST);
        struct feed feed = {.data = file.bytes.data, .size = file.bytes.size, .step = 100000};
        struct znn_input stream = feed_input(&feed, WAY_STREAM);
        struct znn_memory piped = {0};
        struct znn_output output = znn_output_memory(&piped);
        assert_int_equal(znn_compress(&stream, &output, &options, NULL, NULL), ZNN_OK);
        struct znn_memory back = decompress(&piped, NULL);
        assert_int_equal(back.size, decoded.size);
        assert_memory_equal(back.data, decoded.data, decoded.size);
        free(first.data);
        free(decoded.data);
        free(piped.data);
        free(back.data);
        model_file_free(&file);
    }
}

/* A row of numbers that is said to be one is rounded, with any end. */
static void test_row_of_numbers(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    static const char *const dtypes[] = {"F16", "BF16", "F32", "F64"};
    for (size_t t = 0; t < 4; t++) {
        struct buffer row = {0};
        size_t width = t < 2 ? 2 : t == 2 ? 4 : 8;
        append_numbers(&row, &random, 100000 * width, (unsigned)width);
        row.size -= 1 + random_below(&random, width);
        struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options),
                                               .dtype = dtypes[t],
                                               .lossy = {.mode = ZNN_FIXED_POINT, .bits = 9}};
        struct znn_memory compressed = compress(&row, &options, NULL), decoded = decompress(&compressed, NULL);
        size_t changed = 0;
        assert_int_equal(decoded.size, row.size);
        for (size_t i = 0; i + width <= row.size; i += width) {
            double x = number_at(dtypes[t], row.data + i), y = number_at(dtypes[t], decoded.data + i);
            assert_true(memcmp(row.data + i, decoded.data + i, width) == 0 || is_within(x, y, &options.lossy));
            changed += memcmp(row.data + i, decoded.data + i, width) != 0;
        }
        assert_true(changed > 1000);
        free(compressed.data);
        free(decoded.data);
        znn_buffer_free(&row);
    }
}

static void test_nonsense(void **state)
{
    (void)state;
    static const struct znn_compress_options wrong[] = {
        {.struct_size = sizeof(struct znn_compress_options), .lossy = {.mode = (enum znn_mode)2}},
        {.struct_size = sizeof(struct znn_compress_options),
         .lossy = {.mode = ZNN_FIXED_POINT, .bits = ZNN_BITS_MAX + 1}},
        {.struct_size = sizeof(struct znn_compress_options),
         .lossy = {.mode = ZNN_FIXED_POINT, .rounding = (enum znn_rounding)2}},
        {.struct_size = sizeof(struct znn_compress_options), .sign = (enum znn_sign)3},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct znn_memory memory = {0};
        struct znn_input input = znn_input_memory("a", 1);
        struct znn_output output = znn_output_memory(&memory);
        assert_int_equal(znn_compress(&input, &output, &wrong[i], NULL, NULL), ZNN_ERROR_ARGUMENT);
        assert_int_equal(memory.size, 0);
    }
}

/* Nothing to round: the file is as if it had not been asked for. */
static void test_nothing_to_round(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct model_file file = make_model(&random, 5, 1000);
    struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options),
                                           .lossy = {.mode = ZNN_FIXED_POINT, .bits = 4}};
    struct znn_report report = ZNN_INIT(struct znn_report);
    struct znn_memory lossy = compress(&file.bytes, &options, &report), plain = compress(&file.bytes, NULL, NULL);
    assert_int_equal(report.rounded_tensors, 0);
    assert_int_equal(report.lossy.mode, ZNN_LOSSLESS);
    assert_int_equal(lossy.size, plain.size);
    assert_memory_equal(lossy.data, plain.data, plain.size);
    free(lossy.data);
    free(plain.data);
    model_file_free(&file);
}

static enum znn_choice keep_second(void *context, const struct znn_tensor *tensor)
{
    (void)context;
    return strcmp(tensor->name, "b") == 0 ? ZNN_CHOICE_KEEP : ZNN_CHOICE_ROUND;
}

/* A tensor that is kept must not become a reference to an equal one that is rounded. */
static void test_repeats_stay_apart(void **state)
{
    (void)state;
    static const char head[] = "{\"a\":{\"dtype\":\"F32\",\"shape\":[500,500],\"data_offsets\":[0,1000000]},"
                               "\"b\":{\"dtype\":\"F32\",\"shape\":[500,500],\"data_offsets\":[1000000,2000000]},"
                               "\"c\":{\"dtype\":\"F32\",\"shape\":[500,500],\"data_offsets\":[2000000,3000000]}}";
    struct random random = random_start(__func__);
    struct buffer file = {0}, numbers = {0};
    uint8_t length[8];
    store_le64(length, sizeof head - 1);
    append_numbers(&numbers, &random, 1000000, 4);
    assert_true(znn_buffer_append(&file, length, 8) && znn_buffer_append(&file, head, sizeof head - 1));
    for (int i = 0; i < 3; i++)
        assert_true(znn_buffer_append(&file, numbers.data, numbers.size));
    struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options),
                                           .lossy = {.mode = ZNN_FIXED_POINT, .bits = 6},
                                           .choose = keep_second};
    for (int dedup = 0; dedup < 2; dedup++) {
        options.dedup = dedup;
        round_trip(&file, &options);
        struct feed feed = {.data = file.data, .size = file.size, .step = 100000};
        struct znn_input stream = feed_input(&feed, WAY_STREAM);
        struct znn_memory piped = {0};
        struct znn_output output = znn_output_memory(&piped);
        assert_int_equal(znn_compress(&stream, &output, &options, NULL, NULL), ZNN_OK);
        struct znn_memory decoded = decompress(&piped, NULL);
        const uint8_t *second = decoded.data + 8 + sizeof head - 1 + numbers.size;
        assert_memory_equal(second, numbers.data, numbers.size);
        assert_memory_not_equal(second - numbers.size, numbers.data, numbers.size);
        free(piped.data);
        free(decoded.data);
    }
    znn_buffer_free(&file);
    znn_buffer_free(&numbers);
}

/* Few values are better as a palette, however coarse the rounding that is allowed. */
static void test_few_values_stay(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct buffer row = {0}, values = {0};
    append_numbers(&values, &random, 16 * 4, 4);
    for (size_t i = 0; i < 200000; i++)
        assert_true(znn_buffer_append(&row, values.data + 4 * random_below(&random, 16), 4));
    struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options),
                                           .dtype = "F32",
                                           .lossy = {.mode = ZNN_FIXED_POINT, .bits = 20}};
    struct znn_memory rounded = compress(&row, &options, NULL);
    options.lossy = (struct znn_lossy){.mode = ZNN_LOSSLESS};
    struct znn_memory plain = compress(&row, &options, NULL);
    assert_true(rounded.size <= plain.size + 8);
    free(rounded.data);
    free(plain.data);
    znn_buffer_free(&row);
    znn_buffer_free(&values);
}

static void test_signs_apart(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 30; round++) {
        struct model_file file = make_model(&random, 5, 60000);
        for (int level = 1; level <= 9; level += 4)
            for (int sign = ZNN_SIGN_AUTO; sign <= ZNN_SIGN_SEPARATE; sign++) {
                if (level == 9 && round % 10)
                    continue;
                struct znn_compress_options options = {
                    .struct_size = sizeof(struct znn_compress_options), .level = level, .sign = (enum znn_sign)sign};
                struct znn_memory compressed = compress(&file.bytes, &options, NULL);
                struct znn_memory decoded = decompress(&compressed, NULL);
                assert_int_equal(decoded.size, file.bytes.size);
                assert_memory_equal(decoded.data, file.bytes.data, decoded.size);
                free(compressed.data);
                free(decoded.data);
            }
        model_file_free(&file);
    }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Real models                                                                                                      */
/* ---------------------------------------------------------------------------------------------------------------- */

static struct buffer read_path(const char *path)
{
    struct buffer bytes = {0};
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size_t size = (size_t)ftell(file);
    rewind(file);
    assert_true(znn_buffer_reserve(&bytes, size + 1));
    assert_int_equal(fread(bytes.data, 1, size, file), size);
    bytes.size = size;
    fclose(file);
    return bytes;
}

/*
 * Every B both ways; but where ZNN_TEST_LONG is not set, of large files only those B that the papers have, one after
 * the other in either way.
 */
static uint64_t round_path(const char *path)
{
    static const unsigned few[] = {27, 24, 23, 19, 15, 12, 10, 8, 6};
    struct buffer file = read_path(path);
    bool is_large = file.size > 300000 && !getenv("ZNN_TEST_LONG");
    uint64_t rounded = 0;
    for (unsigned k = 0; k < (is_large ? 9 : ZNN_BITS_MAX_32 + 1); k++)
        for (int rounding = ZNN_ROUND_NEAREST; rounding <= ZNN_ROUND_FLOOR; rounding++) {
            if (is_large && rounding != (int)k % 2)
                continue;
            struct znn_compress_options options = {
                .struct_size = sizeof(struct znn_compress_options),
                .threads = 2,
                .lossy = {.mode = ZNN_FIXED_POINT,
                          .bits = is_large ? few[k] : k,
                          .rounding = (enum znn_rounding)rounding,
                          .exact_zero = k % 2},
                .choose = k % 3 ? choose_all : NULL,
            };
            rounded += round_trip(&file, &options);
        }
    znn_buffer_free(&file);
    return rounded;
}

static uint64_t round_folder(const char *folder, size_t *files)
{
    uint64_t rounded = 0;
    char path[4096];
    struct dirent *entry;
    DIR *directory = opendir(folder);
    assert_non_null(directory);
    while ((entry = readdir(directory))) {
        struct stat status;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] == '.' || stat(path, &status) != 0)
            continue;
        if (S_ISDIR(status.st_mode))
            rounded += round_folder(path, files);
        if (!S_ISREG(status.st_mode))
            continue;
        rounded += round_path(path);
        ++*files;
    }
    closedir(directory);
    return rounded;
}

static void test_corpus(void **state)
{
    (void)state;
    size_t files = 0;
    const char *corpus = corpus_folder();
    memset(&checked, 0, sizeof checked);
    uint64_t rounded = round_folder(corpus, &files);
    printf("%zu files, %" PRIu64 " bytes rounded\n", files, rounded);
    printf("%" PRIu64 " elements checked, %" PRIu64 " changed; at most by %.17g steps to nearest, %.17g down\n",
           checked.elements, checked.changed, checked.worst[ZNN_ROUND_NEAREST], checked.worst[ZNN_ROUND_FLOOR]);
    assert_true(files > 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_model),          cmocka_unit_test(test_same_everywhere),
        cmocka_unit_test(test_row_of_numbers),     cmocka_unit_test(test_nonsense),
        cmocka_unit_test(test_repeats_stay_apart), cmocka_unit_test(test_few_values_stay),
        cmocka_unit_test(test_nothing_to_round),   cmocka_unit_test(test_signs_apart),
    };
    const struct CMUnitTest corpus_tests[] = {cmocka_unit_test(test_corpus)};
    if (!corpus_is_wanted(argc, argv))
        return cmocka_run_group_tests(tests, NULL, NULL);
    corpus_folder(); /* before cmocka, which would take the end of the program for a failure */
    return cmocka_run_group_tests(corpus_tests, NULL, NULL);
}
