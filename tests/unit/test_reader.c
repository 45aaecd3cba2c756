/*
 * test_reader.c - random access to .znn files
 */
#include "model_files.h"

#include <pthread.h>

#include "container/format.h"
#include "engine/file/tensor_list.h"

static struct znn_reader *open_bytes(const void *data, size_t size)
{
    struct znn_input input = znn_input_memory(data, size);
    struct znn_reader *reader;
    struct znn_error error = ZNN_INIT(struct znn_error);
    if (znn_reader_open(&input, NULL, &reader, &error) != ZNN_OK)
        fail_msg("%s", error.detail);
    return reader;
}

/* Whether `reader` gives the `size` bytes of `original` from `offset` on. */
static bool gives(struct znn_reader *reader, const struct buffer *original, uint64_t offset, size_t size)
{
    uint8_t *data = malloc(size + 1);
    size_t got;
    uint64_t left = offset < original->size ? original->size - offset : 0;
    size_t there = left < size ? (size_t)left : size;
    bool good = data && znn_reader_pread(reader, data, size, offset, &got, NULL) == ZNN_OK && got == there &&
                (there == 0 || memcmp(data, original->data + offset, there) == 0);
    free(data);
    return good;
}

static void reads_tensors_by_name(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct model_file model = make_model(&random, 500, 5000);
    struct znn_memory znn = make_znn(&model.bytes, 1);
    struct znn_reader *reader = open_bytes(znn.data, znn.size);
    struct znn_report report = ZNN_INIT(struct znn_report);
    znn_reader_report(reader, &report);
    assert_int_equal(znn_reader_size(reader), model.bytes.size);
    assert_int_equal(report.original_size, model.bytes.size);
    assert_int_equal(report.compressed_size, znn.size);
    assert_int_equal(report.tensors, model.count);
    assert_string_equal(report.format, "safetensors");
    assert_null(report.header_error);
    assert_int_equal(znn_reader_tensor_count(reader), model.count);
    for (size_t i = 0; i < model.count; i++) {
        const struct known_tensor *known = &model.tensors[i];
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        size_t number = znn_reader_find(reader, known->name, strlen(known->name));
        assert_true(number < model.count);
        znn_reader_tensor(reader, number, &tensor);
        assert_string_equal(tensor.name, known->name);
        assert_int_equal(tensor.name_size, strlen(known->name));
        assert_string_equal(tensor.dtype, znn_dtype_info(known->dtype)->name);
        assert_int_equal(tensor.bits, znn_dtype_info(known->dtype)->bits);
        assert_int_equal(tensor.block, 1);
        assert_int_equal(tensor.offset, known->offset);
        assert_int_equal(tensor.size, known->size);
        assert_int_equal(tensor.rank, 2);
        assert_int_equal(tensor.shape[0] * tensor.shape[1] * tensor.bits / 8, known->size);
        assert_true(gives(reader, &model.bytes, tensor.offset, (size_t)tensor.size));
    }
    struct znn_tensor none = ZNN_INIT(struct znn_tensor);
    assert_int_equal(znn_reader_tensor(reader, model.count, &none), ZNN_ERROR_ARGUMENT);
    assert_true(znn_reader_find(reader, "layers.1.weigh", 14) == SIZE_MAX);
    assert_true(znn_reader_find(reader, "", 0) == SIZE_MAX);
    znn_reader_close(reader);
    free(znn.data);
    model_file_free(&model);
}

struct range_reader {
    pthread_t thread;
    struct znn_reader *reader;
    const struct buffer *original;
    struct random random;
    unsigned good;
};

enum { THREADS = 4, RANGES = 1250 }; /* 10,000 in all, from memory and by random access */

/* Mostly small ranges, one after the other or anywhere, and now and then one over several chunks. */
static void *read_ranges(void *context)
{
    struct range_reader *own = context;
    uint64_t offset = 0;
    for (int i = 0; i < RANGES; i++) {
        size_t size = random_below(&own->random, random_below(&own->random, 200) == 0 ? 2u << 20 : 3000);
        if (random_below(&own->random, 10) == 0)
            offset = random_below(&own->random, own->original->size + 10);
        own->good += gives(own->reader, own->original, offset, size);
        offset += size;
    }
    return NULL;
}

static void reads_ranges_from_threads(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct model_file model = make_model(&random, 12, 60000);
    struct znn_memory znn = make_znn(&model.bytes, 1);
    for (enum way way = WAY_MEMORY; way <= WAY_RANDOM_ACCESS; way++) {
        struct feed feed = {.data = znn.data, .size = znn.size, .step = 100000};
        struct znn_input input = feed_input(&feed, way);
        struct range_reader readers[THREADS];
        struct znn_reader *reader;
        assert_int_equal(znn_reader_open(&input, NULL, &reader, NULL), ZNN_OK);
        memset(&input, 0, sizeof input); /* the reader has its own */
        for (size_t i = 0; i < THREADS; i++) {
            readers[i] =
                (struct range_reader){.reader = reader, .original = &model.bytes, .random = {random_u64(&random)}};
            assert_int_equal(pthread_create(&readers[i].thread, NULL, read_ranges, &readers[i]), 0);
        }
        const char *name = model.tensors[0].name;
        assert_true(znn_reader_find(reader, name, strlen(name)) < model.count);
        for (size_t i = 0; i < THREADS; i++) {
            pthread_join(readers[i].thread, NULL);
            assert_int_equal(readers[i].good, RANGES);
        }
        znn_reader_close(reader);
    }
    free(znn.data);
    model_file_free(&model);
}

static void reads_up_to_the_end(void **state)
{
    (void)state;
    const struct buffer originals[] = {{0}, {.data = (uint8_t[]){7, 8, 9}, .size = 3}};
    for (size_t i = 0; i < 2; i++) {
        const struct buffer *original = &originals[i];
        struct znn_memory znn = make_znn(original, 0);
        struct znn_reader *reader = open_bytes(znn.data, znn.size);
        assert_int_equal(znn_reader_size(reader), original->size);
        assert_int_equal(znn_reader_tensor_count(reader), 0);
        assert_true(znn_reader_find(reader, "a", 1) == SIZE_MAX);
        for (uint64_t offset = 0; offset < 6; offset++)
            for (size_t size = 0; size < 6; size++)
                assert_true(gives(reader, original, offset, size));
        assert_true(gives(reader, original, UINT64_MAX, 100));
        znn_reader_close(reader);
        free(znn.data);
    }
    znn_reader_close(NULL);
}

/* What opening a .znn file in one of the ways comes to. */
static enum znn_status open_status(const void *data, size_t size, enum way way)
{
    struct feed feed = {.data = data, .size = size};
    struct znn_input input = feed_input(&feed, way);
    struct znn_error error = ZNN_INIT(struct znn_error);
    struct znn_reader *reader = (struct znn_reader *)&feed;
    enum znn_status status = znn_reader_open(&input, NULL, &reader, &error);
    assert_int_equal(error.status, status);
    assert_true(status ? !reader && *error.detail : reader != NULL);
    znn_reader_close(reader);
    return status;
}

static void refuses_what_is_no_file(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct model_file model = make_model(&random, 5, 100);
    struct znn_memory znn = make_znn(&model.bytes, 0);
    assert_int_equal(open_status(znn.data, znn.size, WAY_STREAM), ZNN_ERROR_ARGUMENT);
    assert_int_equal(open_status(znn.data, znn.size, WAY_RANDOM_ACCESS), ZNN_OK);
    assert_int_equal(open_status(model.bytes.data, model.bytes.size, WAY_MEMORY), ZNN_ERROR_NOT_ZNN);
    assert_int_equal(open_status(NULL, 0, WAY_MEMORY), ZNN_ERROR_NOT_ZNN);
    for (size_t size = 1; size < znn.size; size++)
        assert_int_equal(open_status(znn.data, size, WAY_MEMORY), ZNN_ERROR_CORRUPT);
    uint8_t *longer = calloc(1, znn.size + FOOTER_SIZE);
    assert_non_null(longer);
    memcpy(longer, znn.data, znn.size);
    assert_int_equal(open_status(longer, znn.size + 1, WAY_MEMORY), ZNN_ERROR_CORRUPT);
    memcpy(longer + znn.size, znn.data + znn.size - FOOTER_SIZE, FOOTER_SIZE); /* a footer with a gap before it */
    assert_int_equal(open_status(longer, znn.size + FOOTER_SIZE, WAY_MEMORY), ZNN_ERROR_CORRUPT);
    free(longer);
    free(znn.data);
    model_file_free(&model);
}

/* Where the parts of a .znn file lie. */
struct anatomy {
    size_t header; /* its end */
    size_t index;
};

static struct anatomy dissect(const struct znn_memory *znn)
{
    uint64_t index = load_le64(znn->data + znn->size - FOOTER_SIZE);
    return (struct anatomy){load_le16(znn->data + 18), (size_t)index};
}

static void notices_flipped_bits(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct model_file model = make_model(&random, 20, 100);
    struct znn_memory znn = make_znn(&model.bytes, 0);
    struct anatomy anatomy = dissect(&znn);
    for (size_t bit = 0; bit < 8 * znn.size; bit++) {
        bool vital = bit / 8 < anatomy.header || bit / 8 >= anatomy.index;
        znn.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (vital)
            assert_int_not_equal(open_status(znn.data, znn.size, bit % 2 ? WAY_MEMORY : WAY_RANDOM_ACCESS), ZNN_OK);
        znn.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    free(znn.data);
    model_file_free(&model);
}

/* Reads with bits of the chunks flipped, by one reader, of which no failure may spoil the next call. */
static void notices_damaged_chunks(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct model_file model = make_model(&random, 20, 300);
    struct znn_memory znn = make_znn(&model.bytes, 0);
    struct anatomy anatomy = dissect(&znn);
    struct znn_reader *reader = open_bytes(znn.data, znn.size);
    uint8_t *data = malloc(model.bytes.size);
    assert_non_null(data);
    for (size_t i = anatomy.header; i < anatomy.index; i++) {
        uint8_t flipped = (uint8_t)(1 << random_below(&random, 8));
        size_t size = random_below(&random, 2) ? model.bytes.size : 10;
        size_t got;
        struct znn_error error = ZNN_INIT(struct znn_error);
        znn.data[i] ^= flipped;
        enum znn_status status = znn_reader_pread(reader, data, size, 0, &got, &error);
        znn.data[i] ^= flipped;
        assert_int_equal(error.status, status);
        assert_int_equal(got, status ? 0 : size);
        if (status)
            assert_true(status == ZNN_ERROR_CORRUPT || status == ZNN_ERROR_TOO_NEW);
        else
            assert_memory_equal(data, model.bytes.data, size); /* a bit that a decoder ignores */
        if (!status || random_below(&random, 100) == 0) {
            assert_true(gives(reader, &model.bytes, 0, 10)); /* and keeps the chunk, so begin anew */
            znn_reader_close(reader);
            reader = open_bytes(znn.data, znn.size);
        }
    }
    free(data);
    znn_reader_close(reader);
    free(znn.data);
    model_file_free(&model);
}

/* Of several chunks one is damaged, or not where the index says. */
static void reads_around_damage(void **state)
{
    (void)state;
    enum { CHUNK = 4 << 20 }; /* of opaque bytes */
    struct random random = random_start(__func__);
    struct buffer original = {0};
    assert_true(znn_buffer_reserve(&original, 4 * CHUNK));
    for (; original.size < 4 * CHUNK; original.size += 8)
        store_le64(original.data + original.size, random_u64(&random));
    struct znn_memory znn = make_znn(&original, 1);
    struct anatomy anatomy = dissect(&znn);
    size_t record = (anatomy.index - anatomy.header) / 4; /* noise: all are equally long */
    uint8_t *second = znn.data + anatomy.header + record;
    uint8_t *kept = malloc(record);
    uint8_t *data = malloc(original.size);
    assert_true(kept && data && record > CHUNK);
    memcpy(kept, second, record);
    for (int swapped = 0; swapped < 2; swapped++) {
        struct znn_reader *reader = open_bytes(znn.data, znn.size);
        struct znn_error error = ZNN_INIT(struct znn_error);
        size_t got;
        if (swapped)
            memcpy(second, second + record, record); /* as good as any, but for another place */
        else
            second[random_below(&random, record)] ^= 0x10;
        assert_true(gives(reader, &original, 0, CHUNK));
        assert_true(gives(reader, &original, 2 * CHUNK, 2 * CHUNK));
        assert_int_equal(znn_reader_pread(reader, data, 20, 2 * CHUNK - 10, &got, NULL), ZNN_ERROR_CORRUPT);
        assert_int_equal(got, 0);
        assert_int_equal(znn_reader_pread(reader, data, 4 * CHUNK, 1, &got, &error), ZNN_ERROR_CORRUPT);
        assert_int_equal(got, CHUNK - 1);
        assert_memory_equal(data, original.data + 1, got);
        assert_int_equal(error.offset, anatomy.header + record);
        assert_true(gives(reader, &original, 3 * CHUNK, 10));
        memcpy(second, kept, record);
        assert_true(gives(reader, &original, 0, 4 * CHUNK));
        znn_reader_close(reader);
    }
    free(data);
    free(kept);
    free(znn.data);
    znn_buffer_free(&original);
}

/* A damaged chunk takes the place of the kept one before its damage is found. */
static void forgets_the_kept_chunk_when_another_fails(void **state)
{
    (void)state;
    enum { CHUNK = 4 << 20 };
    struct random random = random_start(__func__);
    struct buffer original = {0};
    assert_true(znn_buffer_reserve(&original, 2 * CHUNK));
    for (; original.size < 2 * CHUNK; original.size += 8)
        store_le64(original.data + original.size, random_u64(&random));
    struct znn_memory znn = make_znn(&original, 1);
    struct anatomy anatomy = dissect(&znn);
    struct znn_reader *reader = open_bytes(znn.data, znn.size);
    uint8_t data[10];
    size_t got;
    assert_true(gives(reader, &original, 0, 10));
    znn.data[anatomy.index - 1] ^= 1;
    assert_int_equal(znn_reader_pread(reader, data, 10, CHUNK, &got, NULL), ZNN_ERROR_CORRUPT);
    assert_true(gives(reader, &original, 20, 10));
    znn_reader_close(reader);
    free(znn.data);
    znn_buffer_free(&original);
}

/* Lets each read fail in turn. */
static void passes_on_read_errors(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    struct model_file model = make_model(&random, 20, 100000);
    struct znn_memory znn = make_znn(&model.bytes, 1);
    uint8_t *data = malloc(model.bytes.size);
    assert_non_null(data);
    enum znn_status status = ZNN_ERROR_IO;
    for (unsigned call = 1; status; call++) {
        struct faults faults = {.fail_at = call, .reason = EIO};
        struct feed feed = {.data = znn.data, .size = znn.size, .faults = &faults};
        struct znn_input input = feed_input(&feed, WAY_RANDOM_ACCESS);
        struct znn_reader *reader;
        struct znn_error error = ZNN_INIT(struct znn_error);
        size_t got;
        status = znn_reader_open(&input, NULL, &reader, &error);
        if (!status)
            status = znn_reader_pread(reader, data, model.bytes.size, 0, &got, &error);
        assert_int_equal(status, atomic_load(&faults.calls) < call ? ZNN_OK : ZNN_ERROR_IO);
        assert_int_equal(error.status, status);
        assert_int_equal(error.system_error, status ? EIO : 0);
        znn_reader_close(reader);
    }
    free(data);
    free(znn.data);
    model_file_free(&model);
}

static void add_name(struct tensor_list *list, const char *name, size_t size)
{
    struct buffer text = {0};
    struct tensor tensor = {.name_size = (uint32_t)size, .rank = 2, .dtype = DTYPE_U8};
    assert_true(znn_buffer_append(&text, name, size) && znn_buffer_append_leb128(&text, UINT64_MAX) &&
                znn_buffer_append_leb128(&text, list->count));
    assert_true(znn_tensor_list_add(list, &tensor, &text));
    znn_buffer_free(&text);
}

/* Names that are not unique, empty, or hold NUL: the first with just these bytes is found. */
static void finds_the_first_of_a_name(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (size_t count = 0; count < 200; count++) {
        struct tensor_list list = {0};
        char names[200][4];
        size_t sizes[200];
        for (size_t i = 0; i < count; i++) {
            sizes[i] = random_below(&random, 5);
            for (size_t k = 0; k < 4; k++)
                names[i][k] = (char)random_below(&random, 3);
            add_name(&list, names[i], sizes[i]);
        }
        assert_true(znn_tensor_list_finish(&list));
        for (size_t i = 0; i < count; i++) {
            size_t first = 0;
            struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
            while (sizes[first] != sizes[i] || memcmp(names[first], names[i], sizes[i]) != 0)
                first++;
            assert_int_equal(znn_tensor_list_find(&list, names[i], sizes[i]), first);
            znn_tensor_list_get(&list, i, &tensor);
            assert_int_equal(tensor.name_size, sizes[i]);
            assert_memory_equal(tensor.name, names[i], sizes[i]);
            assert_int_equal(tensor.name[sizes[i]], '\0');
            assert_true(tensor.shape[0] == UINT64_MAX && tensor.shape[1] == i);
        }
        assert_true(znn_tensor_list_find(&list, "absent", 6) == SIZE_MAX);
        znn_tensor_list_free(&list);
    }
}

/* Reads a vector. */
static struct buffer read_vector(const char *name)
{
    struct buffer file = {0};
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", getenv("ZNN_VECTORS"), name);
    FILE *stream = fopen(path, "rb");
    assert_non_null(stream);
    assert_true(znn_buffer_reserve(&file, 10000));
    file.size = fread(file.data, 1, 10000, stream);
    fclose(stream);
    return file;
}

/*
 * The third chunk refers to the first one, and the fourth one to the third.  The reader keeps the third one's bytes,
 * but the fourth one must not get them, or it could be read only after the third one.
 */
static void refuses_a_reference_to_a_kept_reference(void **state)
{
    (void)state;
    if (!getenv("ZNN_VECTORS"))
        skip();
    struct buffer file = read_vector("bad-reference-nested.znn");
    struct znn_reader *reader = open_bytes(file.data, file.size);
    uint64_t text = (znn_reader_size(reader) - 100) / 3; /* the size of all chunks but the second */
    uint8_t byte;
    size_t got;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(znn_reader_pread(reader, &byte, 1, text + 100, &got, NULL), ZNN_OK);
        assert_int_equal(znn_reader_pread(reader, &byte, 1, 2 * text + 100, &got, NULL), ZNN_ERROR_CORRUPT);
    }
    znn_reader_close(reader);
    znn_buffer_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_tensors_by_name),
        cmocka_unit_test(reads_ranges_from_threads),
        cmocka_unit_test(reads_up_to_the_end),
        cmocka_unit_test(refuses_what_is_no_file),
        cmocka_unit_test(notices_flipped_bits),
        cmocka_unit_test(notices_damaged_chunks),
        cmocka_unit_test(reads_around_damage),
        cmocka_unit_test(passes_on_read_errors),
        cmocka_unit_test(forgets_the_kept_chunk_when_another_fails),
        cmocka_unit_test(finds_the_first_of_a_name),
        cmocka_unit_test(refuses_a_reference_to_a_kept_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
