/*
 * test_analysis.c - the space that tensors take
 *
 * For any file, the sizes of the analysis must add up exactly, before and after compressing.  A model and its .znn file
 * must give the same analysis.  With a corpus, the test analyses all models of a folder.
 */
#include "corpus.h"
#include "model_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "container/format.h"
#include "engine/look/apportion.h"
#include "engine/look/skeleton.h"

static struct znn_analysis *analyze(struct znn_input input, int level)
{
    struct znn_compress_options options = {
        .struct_size = sizeof(struct znn_compress_options), .level = level, .threads = 2};
    struct znn_analysis_options analyzing = {.struct_size = sizeof analyzing, .compress = &options};
    struct znn_analysis *analysis;
    struct znn_error error = ZNN_INIT(struct znn_error);
    if (znn_analyze(&input, &analyzing, &analysis, &error) != ZNN_OK)
        fail_msg("%s", error.detail);
    return analysis;
}

static void check_cost(const struct znn_tensor *tensor, const struct znn_cost *cost)
{
    uint64_t before = 0, after = 0;
    assert_true(cost->size <= tensor->size);
    assert_true(cost->groups == 1 || cost->groups == 2 || cost->groups == 4 || cost->groups == 8);
    for (unsigned g = 0; g < cost->groups; g++) {
        uint64_t whole = cost->size / cost->groups;
        assert_true(cost->group_size[g] == whole || cost->group_size[g] == whole + 1);
        before += cost->group_size[g];
        after += cost->group_compressed[g];
    }
    assert_int_equal(before, cost->size);
    assert_int_equal(after, cost->compressed_size);
}

/* Checks that all adds up. */
static void check_sums(const struct znn_analysis *analysis)
{
    struct znn_report report = ZNN_INIT(struct znn_report);
    uint64_t before, after, container;
    znn_analysis_report(analysis, &report);
    znn_analysis_rest(analysis, &before, &after, &container);
    assert_int_equal(znn_analysis_tensor_count(analysis), report.tensors);
    for (size_t i = 0; i < report.tensors; i++) {
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        struct znn_cost cost = ZNN_INIT(struct znn_cost);
        znn_analysis_tensor(analysis, i, &tensor, &cost);
        check_cost(&tensor, &cost);
        before += cost.size;
        after += cost.compressed_size;
    }
    assert_int_equal(before, report.original_size);
    assert_int_equal(after + container, report.compressed_size);
}

static void expect_same(const struct znn_analysis *a, const struct znn_analysis *b)
{
    struct znn_report reports[2] = {ZNN_INIT(struct znn_report), ZNN_INIT(struct znn_report)};
    uint64_t rest[2][3];
    znn_analysis_report(a, &reports[0]);
    znn_analysis_report(b, &reports[1]);
    znn_analysis_rest(a, &rest[0][0], &rest[0][1], &rest[0][2]);
    znn_analysis_rest(b, &rest[1][0], &rest[1][1], &rest[1][2]);
    assert_memory_equal(&reports[0], &reports[1], sizeof *reports); /* the strings are static */
    assert_memory_equal(rest[0], rest[1], sizeof *rest);
    for (size_t i = 0; i < reports[0].tensors; i++) {
        struct znn_tensor tensors[2] = {ZNN_INIT(struct znn_tensor), ZNN_INIT(struct znn_tensor)};
        struct znn_cost costs[2] = {ZNN_INIT(struct znn_cost), ZNN_INIT(struct znn_cost)};
        znn_analysis_tensor(a, i, &tensors[0], &costs[0]);
        znn_analysis_tensor(b, i, &tensors[1], &costs[1]);
        assert_string_equal(tensors[0].name, tensors[1].name);
        assert_int_equal(tensors[0].offset, tensors[1].offset);
        for (unsigned g = 0; g < costs[0].groups; g++)
            assert_int_equal(costs[0].group_compressed[g], costs[1].group_compressed[g]);
        assert_int_equal(costs[0].size, costs[1].size);
    }
}

/* Analyses a model and its .znn file, which must agree. */
static struct znn_analysis *analyze_both(struct znn_input input, int level)
{
    struct znn_memory znn = {0};
    struct znn_output output = znn_output_memory(&znn);
    struct znn_compress_options options = {
        .struct_size = sizeof(struct znn_compress_options), .level = level, .threads = 1};
    assert_int_equal(znn_compress(&input, &output, &options, NULL, NULL), ZNN_OK);
    struct znn_analysis *model = analyze(input, level);
    struct znn_analysis *file = analyze(znn_input_memory(znn.data, znn.size), level);
    check_sums(model);
    expect_same(model, file);
    struct znn_report report = ZNN_INIT(struct znn_report);
    znn_analysis_report(model, &report);
    assert_int_equal(report.compressed_size, znn.size);
    znn_analysis_free(model);
    free(znn.data);
    return file;
}

static void adds_up(void **state)
{
    (void)state;
    static const size_t shapes[][2] = {{0, 1}, {1, 1}, {3, 10}, {40, 3000}, {3000, 30}, {7, 700000}};
    struct random random = random_start(__func__);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct model_file model = make_model(&random, shapes[i][0], shapes[i][1]);
        struct znn_analysis *analysis = analyze_both(znn_input_memory(model.bytes.data, model.bytes.size), 5);
        uint64_t opaque, opaque_compressed, container;
        znn_analysis_rest(analysis, &opaque, &opaque_compressed, &container);
        assert_int_equal(opaque, 8 + load_le64(model.bytes.data)); /* the header */
        for (size_t k = 0; k < znn_analysis_tensor_count(analysis); k++) {
            struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
            struct znn_cost cost = ZNN_INIT(struct znn_cost);
            znn_analysis_tensor(analysis, k, &tensor, &cost);
            assert_int_equal(cost.size, tensor.size);
        }
        znn_analysis_free(analysis);
        model_file_free(&model);
    }
}

/* Exponents take little, mantissas all. */
static void tells_groups_apart(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct buffer model = {0};
    static const char header[] = "{\"w\":{\"dtype\":\"BF16\",\"shape\":[1000000],\"data_offsets\":[0,2000000]}}";
    uint8_t length[8];
    store_le64(length, sizeof header - 1);
    assert_true(znn_buffer_append(&model, length, 8) && znn_buffer_append(&model, header, sizeof header - 1));
    append_numbers(&model, &random, 2000000, 2);
    struct znn_analysis *analysis = analyze_both(znn_input_memory(model.data, model.size), 5);
    struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
    struct znn_cost cost = ZNN_INIT(struct znn_cost);
    assert_int_equal(znn_analysis_tensor_count(analysis), 1);
    znn_analysis_tensor(analysis, 0, &tensor, &cost);
    assert_int_equal(cost.groups, 2);
    assert_int_equal(cost.group_size[0], 1000000);
    assert_int_equal(cost.group_size[1], 1000000);
    assert_true(cost.group_compressed[0] < 400000);
    assert_true(cost.group_compressed[1] > 900000);
    znn_analysis_free(analysis);
    znn_buffer_free(&model);
}

static const struct known_tensor *largest(const struct model_file *model)
{
    const struct known_tensor *found = &model->tensors[0];
    for (size_t i = 1; i < model->count; i++)
        if (model->tensors[i].size > found->size)
            found = &model->tensors[i];
    return found;
}

static void takes_models_as_streams(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct model_file model = make_model(&random, 20, 20000);
    struct feed feed = {.data = model.bytes.data, .size = model.bytes.size, .step = 5};
    struct znn_analysis *streamed = analyze(feed_input(&feed, WAY_STREAM), 1);
    struct znn_analysis *whole = analyze(feed_input(&feed, WAY_MEMORY), 1);
    check_sums(streamed);
    expect_same(streamed, whole);
    znn_analysis_free(streamed);
    znn_analysis_free(whole);
    model_file_free(&model);
}

/*
 * A model that ends too early lists all its tensors, and tells that some are cut.  It goes into one chunk, and the
 * tensor at its end is a large one, cut or not: of a stream nobody knows beforehand that the last tensor is short.
 */
static void takes_cut_models_as_streams(void **state)
{
    enum { CUT = 9000 };
    (void)state;
    struct random random = random_start(__func__);
    struct model_file model = {0};
    struct feed feed;
    struct znn_analysis *streamed, *whole;
    do {
        model_file_free(&model);
        model = make_model(&random, 20, 6000);
    } while (largest(&model)->size < 3 * CUT);
    feed = (struct feed){.data = model.bytes.data, .size = largest(&model)->offset + CUT};
    streamed = analyze(feed_input(&feed, WAY_STREAM), 1);
    check_sums(streamed);
    struct znn_report report = ZNN_INIT(struct znn_report);
    znn_analysis_report(streamed, &report);
    assert_int_equal(report.tensors, model.count);
    assert_in_range(report.cut_tensors, 1, model.count);
    assert_string_equal(report.header_error, "MetadataIncompleteBuffer");
    whole = analyze(feed_input(&feed, WAY_MEMORY), 1);
    expect_same(streamed, whole);
    znn_analysis_free(whole);
    znn_analysis_free(streamed);
    model_file_free(&model);
}

static enum znn_status analysis_status(struct znn_input input, const struct znn_compress_options *options)
{
    struct znn_error error = ZNN_INIT(struct znn_error);
    struct znn_analysis *analysis = (struct znn_analysis *)&error;
    struct znn_analysis_options analyzing = {.struct_size = sizeof analyzing, .compress = options};
    enum znn_status status = znn_analyze(&input, &analyzing, &analysis, &error);
    assert_int_equal(error.status, status);
    assert_true(status ? !analysis && *error.detail : analysis != NULL);
    znn_analysis_free(analysis);
    return status;
}

static void refuses_what_it_must(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct model_file model = make_model(&random, 12, 80);
    struct znn_memory znn = make_znn(&model.bytes, 0);
    struct feed feed = {.data = znn.data, .size = znn.size};
    struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options), .level = 10};
    assert_int_equal(analysis_status(feed_input(&feed, WAY_STREAM), NULL), ZNN_ERROR_ARGUMENT);
    assert_int_equal(analysis_status(feed_input(&feed, WAY_RANDOM_ACCESS), NULL), ZNN_OK);
    assert_int_equal(analysis_status(znn_input_memory(model.bytes.data, model.bytes.size), &options),
                     ZNN_ERROR_ARGUMENT);
    for (size_t size = 8; size < znn.size; size++)
        assert_int_equal(analysis_status(znn_input_memory(znn.data, size), NULL), ZNN_ERROR_CORRUPT);
    /* Whatever is flipped, the sums hold or it is noticed; in what stands around the streams, it is noticed. */
    size_t streams = 0;
    size_t chunk = load_le16(znn.data + 18);
    size_t payload = chunk + RECORD_PREFIX + load_le32(znn.data + chunk + 32);
    size_t index = (size_t)load_le64(znn.data + znn.size - FOOTER_SIZE);
    for (size_t bit = 64; bit < 8 * znn.size; bit++) {
        znn.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        enum znn_status status = analysis_status(znn_input_memory(znn.data, znn.size), NULL);
        znn.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_true(status == ZNN_ERROR_CORRUPT || status == ZNN_ERROR_TOO_NEW || status == ZNN_OK);
        if (bit / 8 < payload || bit / 8 >= index)
            assert_int_not_equal(status, ZNN_OK);
        streams += status == ZNN_OK;
    }
    assert_true(streams > 0);
    free(znn.data);
    model_file_free(&model);
}

/*
 * Lets each read fail in turn, and all after it.  Of a model the last may fail without harm: a worker tries to read on
 * while another one finds out that the file has ended.
 */
static void passes_on_read_errors(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct model_file model = make_model(&random, 10, 100000);
    struct znn_memory znn = make_znn(&model.bytes, 1);
    for (int way = 0; way < 3; way++) { /* the .znn file, the model, and that as a stream */
        enum znn_status status = ZNN_ERROR_IO;
        for (unsigned call = 1; status; call++) {
            struct faults faults = {.fail_at = call, .lasting = true, .reason = EIO};
            struct feed feed = {.data = model.bytes.data, .size = model.bytes.size, .faults = &faults};
            if (way == 0)
                feed = (struct feed){.data = znn.data, .size = znn.size, .faults = &faults};
            struct znn_compress_options options = {
                .struct_size = sizeof(struct znn_compress_options), .level = 1, .threads = 1};
            status = analysis_status(feed_input(&feed, way == 2 ? WAY_STREAM : WAY_RANDOM_ACCESS), &options);
            bool failed = atomic_load(&faults.calls) >= call;
            assert_true(status == ZNN_ERROR_IO ? failed : status == ZNN_OK && (!failed || (way > 0 && call > 3)));
        }
    }
    free(znn.data);
    model_file_free(&model);
}

/* A skeleton need not care how a file comes. */
static void keeps_structure_in_pieces(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct model_file model = make_model(&random, 300, 1000);
    struct znn_memory znn = make_znn(&model.bytes, 1);
    struct znn_analysis *file = analyze(znn_input_memory(znn.data, znn.size), 0);
    for (size_t most = 1; most < 2 * znn.size; most *= 7) {
        struct skeleton skeleton = {0};
        struct znn_output output = znn_skeleton_output(&skeleton);
        size_t taken = 0;
        for (size_t done = 0; done < znn.size; done += taken) {
            taken = 1 + random_below(&random, most);
            taken = taken < znn.size - done ? taken : znn.size - done;
            assert_int_equal(output.write(output.context, znn.data + done, taken), taken);
        }
        assert_int_equal(skeleton.size, znn.size);
        assert_true(skeleton.kept.size < znn.size / 2);
        struct znn_analysis *kept = analyze(znn_skeleton_input(&skeleton), 0);
        expect_same(kept, file);
        znn_analysis_free(kept);
        znn_skeleton_free(&skeleton);
    }
    znn_analysis_free(file);
    free(znn.data);
    model_file_free(&model);
}

enum { TENSORS = 30, ORIGINAL = 5000, NOBODY = TENSORS };

/* Random tensors of random types, sorted by offset, that overlap and leave gaps. */
static void make_tensors(struct random *random, struct tensor_list *list)
{
    static const uint8_t dtypes[] = {DTYPE_Q8_0, DTYPE_BF16, DTYPE_F32, DTYPE_F64};
    uint64_t offset = 0;
    for (size_t i = 0; i < TENSORS; i++) {
        struct buffer text = {0};
        struct tensor tensor = {.offset = offset, .dtype = dtypes[random_below(random, 4)]};
        tensor.size = random_below(random, 4) * random_below(random, 150);
        tensor.size = tensor.size < ORIGINAL - offset ? tensor.size : ORIGINAL - offset;
        assert_true(znn_tensor_list_add(list, &tensor, &text));
        offset += random_below(random, 2) * random_below(random, 2 * ORIGINAL / TENSORS);
        offset = offset < ORIGINAL ? offset : ORIGINAL;
    }
}

/* Cuts `size` bytes into parts with streams of random sizes and segments of theirs. */
static void make_directory(struct random *random, struct directory *directory, uint32_t size)
{
    static const uint8_t widths[] = {1, 2, 4, 8};
    znn_directory_clear(directory);
    size_t parts = 1 + random_below(random, 4);
    for (size_t i = 0; i < parts; i++) {
        struct part *part = znn_directory_add_part(directory);
        assert_non_null(part);
        part->width = widths[random_below(random, 4)];
        part->stream_count = (uint8_t)part->width;
        if (random_below(random, 5) == 0) {
            part->transform = TRANSFORM_FIELDS;
            part->stream_count = (uint8_t)(1 + random_below(random, PART_STREAMS_MAX));
        } else if (random_below(random, 3) == 0) {
            part->transform = TRANSFORM_FIXED;
            part->fixed.groups = (uint8_t)part->width;
        }
    }
    bool in_order = random_below(random, 2);
    for (uint32_t left = size; left > 0;) {
        size_t i = in_order ? directory->segment_count % parts : random_below(random, parts);
        uint32_t taken = 1 + (uint32_t)random_below(random, left);
        struct segment *segment = znn_directory_add_segment(directory);
        *segment = (struct segment){.part = (uint32_t)i, .size = taken};
        directory->parts[i].size += taken;
        left -= taken;
    }
    for (size_t i = 0; i < parts; i++)
        for (unsigned g = 0; g < directory->parts[i].stream_count && directory->parts[i].size > 0; g++)
            directory->parts[i].streams[g].size = (uint32_t)random_below(random, directory->parts[i].size + 1);
    directory->layout_segments = (uint32_t)directory->segment_count;
}

/* What should fall to each owner, counted byte by byte. */
struct tally {
    uint64_t size[TENSORS + 1];
    double compressed[TENSORS + 1];
    double slack[TENSORS + 1]; /* what rounding may do to it */
    uint64_t rounded[TENSORS]; /* whoever counts the bytes */
    uint64_t all;
};

static size_t owner_of(const struct tensor_list *list, uint64_t offset)
{
    size_t i = 0;
    while (i < TENSORS &&
           (offset < list->tensors[i].offset || offset - list->tensors[i].offset >= list->tensors[i].size))
        i++;
    return i;
}

static void count_bytes(struct tally *tally, const struct tensor_list *list, const struct directory *directory,
                        uint64_t offset)
{
    size_t last = SIZE_MAX;
    for (size_t i = 0; i < directory->segment_count; i++, last = SIZE_MAX) {
        const struct part *part = &directory->parts[directory->segments[i].part];
        uint64_t sum = 0;
        for (unsigned g = 0; g < part->stream_count; g++)
            sum += part->streams[g].size;
        for (uint32_t k = 0; k < directory->segments[i].size; k++, offset++) {
            size_t owner = owner_of(list, offset);
            for (size_t t = 0; t < TENSORS && part->transform == TRANSFORM_FIXED; t++)
                tally->rounded[t] +=
                    offset >= list->tensors[t].offset && offset - list->tensors[t].offset < list->tensors[t].size;
            tally->size[owner]++;
            tally->compressed[owner] += (double)sum / part->size;
            tally->slack[owner] += owner != last ? part->stream_count : 0;
            last = owner;
        }
    }
    for (size_t i = 0; i < directory->part_count; i++)
        for (unsigned g = 0; g < directory->parts[i].stream_count; g++)
            tally->all += directory->parts[i].streams[g].size;
}

static void expect_near(double expected, uint64_t value, double slack)
{
    if ((double)value > expected + slack + 1e-6 || (double)value < expected - slack - 1e-6)
        fail_msg("%f instead of %f", (double)value, expected);
}

static void divides_streams(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 500; round++) {
        struct tensor_list list = {0};
        struct apportionment apportionment;
        struct directory directory = {0};
        struct tally tally = {0};
        make_tensors(&random, &list);
        assert_true(znn_apportion_open(&apportionment, &list));
        for (uint32_t offset = 0, size; offset < ORIGINAL; offset += size) {
            size = 1 + (uint32_t)random_below(&random, ORIGINAL - offset);
            make_directory(&random, &directory, size);
            count_bytes(&tally, &list, &directory, offset);
            znn_apportion_chunk(&apportionment, &directory, offset);
        }
        assert_int_equal(apportionment.opaque_size, tally.size[NOBODY]);
        expect_near(tally.compressed[NOBODY], apportionment.opaque_compressed, tally.slack[NOBODY]);
        uint64_t sum = apportionment.opaque_compressed;
        for (size_t i = 0; i < TENSORS; i++) {
            struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
            struct znn_cost cost = ZNN_INIT(struct znn_cost);
            znn_tensor_list_get(&list, i, &tensor);
            znn_apportion_get(&apportionment, i, &cost);
            check_cost(&tensor, &cost);
            assert_int_equal(cost.size, tally.size[i]);
            assert_int_equal(cost.rounded_bytes, tally.rounded[i]);
            expect_near(tally.compressed[i], cost.compressed_size, tally.slack[i]);
            sum += cost.compressed_size;
        }
        assert_int_equal(sum, tally.all);
        znn_directory_free(&directory);
        znn_apportion_free(&apportionment);
        znn_tensor_list_free(&list);
    }
}

/* Analyses all files below a folder, and counts them. */
static size_t analyze_folder(const char *path)
{
    DIR *folder = opendir(path);
    size_t files = 0;
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        char below[4096];
        struct stat status;
        snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        if (entry->d_name[0] == '.' || stat(below, &status) != 0)
            continue;
        if (S_ISDIR(status.st_mode))
            files += analyze_folder(below);
        int file = S_ISREG(status.st_mode) ? open(below, O_RDONLY) : -1;
        if (file < 0)
            continue;
        znn_analysis_free(analyze_both(znn_input_fd(file), 1));
        close(file);
        files++;
    }
    closedir(folder);
    return files;
}

static void adds_up_for_real_files(void **state)
{
    (void)state;
    const char *corpus = corpus_folder();
    size_t files = analyze_folder(corpus);
    print_message("%zu files\n", files);
    assert_true(files > 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adds_up),
        cmocka_unit_test(tells_groups_apart),
        cmocka_unit_test(takes_models_as_streams),
        cmocka_unit_test(takes_cut_models_as_streams),
        cmocka_unit_test(refuses_what_it_must),
        cmocka_unit_test(passes_on_read_errors),
        cmocka_unit_test(keeps_structure_in_pieces),
        cmocka_unit_test(divides_streams),
    };
    const struct CMUnitTest corpus_tests[] = {cmocka_unit_test(adds_up_for_real_files)};
    if (!corpus_is_wanted(argc, argv))
        return cmocka_run_group_tests(tests, NULL, NULL);
    corpus_folder(); /* before cmocka, which would take the end of the program for a failure */
    return cmocka_run_group_tests(corpus_tests, NULL, NULL);
}
