/*
 * test_zip.c - the directory of good and bad zips
 */
#include "model/zip.h"
#include "support.h"
#include "zip_writer.h"

static void open_zip(const struct buffer *file, size_t start, struct zip *zip)
{
    struct znn_input input = znn_input_memory(file->data, file->size);
    struct source source;
    struct znn_error error = ZNN_INIT(struct znn_error);
    znn_source_open(&source, &input);
    assert_int_equal(znn_zip_open(&source, start, file->size - start, zip, &error), ZNN_OK);
    znn_source_close(&source);
}

static const struct zip_member *find(const struct zip *zip, const char *name)
{
    struct zip_name whole = {{name}, {strlen(name)}};
    return znn_zip_find(zip, &whole);
}

static void expect_member(const struct zip *zip, const char *name, uint16_t method, uint64_t offset, uint64_t size)
{
    const struct zip_member *member = find(zip, name);
    if (!member)
        fail_msg("%s is not there", name);
    assert_int_equal(member->method, method);
    assert_int_equal(member->offset, offset);
    assert_int_equal(member->size, size);
    assert_int_equal(member->name_size, strlen(name));
}

/* Finishes and opens `writer`, and expects so many members. */
static void expect_count(struct zip_writer *writer, size_t count)
{
    struct zip zip;
    zip_finish(writer);
    open_zip(&writer->file, 0, &zip);
    assert_int_equal(zip.count, count);
    znn_zip_close(&zip);
    zip_free(writer);
}

static void test_good(void **state)
{
    (void)state;
    struct zip_writer writer = {0};
    struct zip zip;
    uint64_t b = zip_add(&writer, "dir/b", "hello", 5);
    uint64_t a = zip_add_quirk(&writer, "dir/a", "deflated", 8, &(struct zip_quirk){.method = 8, .original = 100});
    uint64_t c = zip_add_quirk(&writer, "dir/ab", "world!", 6, &(struct zip_quirk){.zip64 = true, .padding = 64});
    uint64_t d = zip_add_quirk(&writer, "empty", "", 0, &(struct zip_quirk){.descriptor = true, .padding = 4096});
    zip_finish(&writer);
    open_zip(&writer.file, 0, &zip);
    assert_int_equal(zip.count, 4);
    assert_int_equal(c % 64, 0);
    assert_int_equal(d % 4096, 0);
    expect_member(&zip, "dir/b", ZIP_STORED, b, 5);
    expect_member(&zip, "dir/a", 8, a, 8);
    expect_member(&zip, "dir/ab", ZIP_STORED, c, 6);
    expect_member(&zip, "empty", ZIP_STORED, d, 0);
    assert_null(find(&zip, "dir/"));
    assert_null(find(&zip, "dir/abc"));
    assert_null(find(&zip, ""));
    assert_int_equal(zip.first_name_size, 5);
    assert_memory_equal(zip.first_name, "dir/b", 5);
    struct zip_name parts = {{"di", "r/", "ab"}, {2, 2, 2}};
    assert_ptr_equal(znn_zip_find(&zip, &parts), find(&zip, "dir/ab"));
    znn_zip_close(&zip);
    zip_free(&writer);
}

/* Something before the archive, a comment behind it with the end record's signature, and 64-bit records. */
static void test_moved(void **state)
{
    (void)state;
    for (int way = 0; way < 4; way++) {
        bool inside = way & 1; /* offsets count from the archive's start, which the caller knows */
        bool zip64 = way & 2;
        struct zip_writer writer = {0};
        struct zip zip;
        put_text(&writer.file, "something else goes before");
        writer.start = writer.file.size;
        uint64_t place = zip_add(&writer, "name", "1234", 4);
        uint64_t directory = writer.file.size - writer.start;
        put(&writer.file, writer.directory.data, writer.directory.size);
        if (zip64)
            zip_put_end64(&writer, writer.directory.size, directory);
        zip_put_end(&writer, zip64 ? UINT32_MAX : writer.directory.size, zip64 ? UINT32_MAX : directory,
                    "a comment with PK\5\6 in it, which is not what it seems");
        open_zip(&writer.file, inside ? writer.start : 0, &zip);
        assert_int_equal(zip.count, 1);
        expect_member(&zip, "name", ZIP_STORED, place, 4);
        znn_zip_close(&zip);
        zip_free(&writer);
    }
}

static void test_lies(void **state)
{
    (void)state;
    static const struct zip_quirk quirks[] = {
        {.size = 6, .original = 6},                                  /* it would reach into the directory */
        {.size = 5, .original = 7},                                  /* stored, but of two sizes */
        {.size = UINT64_MAX, .original = UINT64_MAX, .zip64 = true}, /* sums that overflow */
        {.size = UINT64_MAX - 40, .original = UINT64_MAX - 40, .zip64 = true},
        {.size = (uint64_t)40 << 30, .original = (uint64_t)40 << 30, .zip64 = true},
        {.method = 8, .size = (uint64_t)40 << 30, .zip64 = true}, /* the same, deflated */
        {.offset = UINT64_MAX, .zip64 = true},
        {.offset = (uint64_t)1 << 63, .zip64 = true},
        {.offset = 1},
        {.offset = 100000},
        {.bad_header = true},
        {.flags = 1}, /* encrypted */
        {.called = "other"},
        {.called = "membe"},
    };
    for (size_t i = 0; i < sizeof quirks / sizeof *quirks; i++) {
        struct zip_writer writer = {0};
        zip_add(&writer, "good", "12345", 5);
        zip_add_quirk(&writer, "member", "12345", 5, &quirks[i]);
        expect_count(&writer, 1);
    }
}

/* A claim of 40 GB inside 8 bytes is the inflater's business: where the payload lies is true. */
static void test_bomb(void **state)
{
    (void)state;
    struct zip_writer writer = {0};
    zip_add_quirk(&writer, "bomb", "12345678", 8,
                  &(struct zip_quirk){.method = 8, .original = (uint64_t)40 << 30, .zip64 = true});
    expect_count(&writer, 1);
}

/* The local header says something else than the directory. */
static void test_headers_that_differ(void **state)
{
    (void)state;
    static const struct {
        size_t place; /* in the local header */
        uint8_t value;
    } rows[] = {{6, 1} /* encrypted */, {8, 8} /* deflated */, {26, 4} /* a shorter name */, {30, 'b'}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct zip_writer writer = {0};
        zip_add(&writer, "apple", "12345678", 8);
        writer.file.data[rows[i].place] = rows[i].value;
        zip_add(&writer, "pear", "1234", 4);
        expect_count(&writer, 1);
    }
}

/* Only the numbers that did not fit stand in the extra field, one after the other. */
static void test_widen(void **state)
{
    (void)state;
    static const uint8_t extra[] = {1, 0, 8, 0, 7, 0, 0, 0, 1, 0, 0, 0};
    for (int which = 0; which < 3; which++) {
        uint64_t numbers[] = {5, 5, 5};
        numbers[which] = UINT32_MAX;
        znn_zip_widen(byte_reader(extra, sizeof extra), &numbers[0], &numbers[1], &numbers[2]);
        for (int i = 0; i < 3; i++)
            assert_true(numbers[i] == (i == which ? UINT64_C(0x100000007) : 5));
    }
}

static void test_overlap(void **state)
{
    (void)state;
    struct zip_writer writer = {0}, inner = {0};
    zip_add(&inner, "inner", "12345678", 8);
    zip_add(&writer, "outer", inner.file.data, inner.file.size);
    uint64_t header = writer.file.size - inner.file.size;
    zip_directory_entry(&writer, "inner", header, 8, &(struct zip_quirk){0});
    zip_add(&writer, "last", "1234", 4);
    for (int i = 0; i < 1000; i++) /* all of them the same bytes */
        zip_directory_entry(&writer, "outer", 0, inner.file.size, &(struct zip_quirk){.offset = 0});
    zip_free(&inner);
    expect_count(&writer, 2);
}

static void test_duplicates(void **state)
{
    (void)state;
    struct zip_writer writer = {0};
    struct zip zip;
    uint64_t place = zip_add(&writer, "name", "first", 5);
    zip_add(&writer, "name", "second", 6);
    zip_finish(&writer);
    open_zip(&writer.file, 0, &zip);
    assert_int_equal(zip.count, 2);
    expect_member(&zip, "name", ZIP_STORED, place, 5);
    znn_zip_close(&zip);
    zip_free(&writer);
}

/* Sizes and offsets of the directory that are not true. */
static void test_directory_lies(void **state)
{
    (void)state;
    static const struct {
        uint64_t size, offset;
    } claims[] = {{UINT64_MAX, UINT64_MAX}, {UINT64_MAX, 0},      {0, UINT64_MAX},
                  {(uint64_t)1 << 40, 0},   {46, UINT64_MAX / 2}, {0, 0}};
    for (size_t i = 0; i < 2 * sizeof claims / sizeof *claims; i++) {
        struct zip_writer writer = {0};
        struct zip zip;
        zip_add(&writer, "name", "1234", 4);
        put(&writer.file, writer.directory.data, writer.directory.size);
        if (i % 2)
            zip_put_end64(&writer, claims[i / 2].size, claims[i / 2].offset);
        zip_put_end(&writer, claims[i / 2].size, claims[i / 2].offset, "");
        open_zip(&writer.file, 0, &zip);
        assert_int_equal(zip.count, 0);
        znn_zip_close(&zip);
        zip_free(&writer);
    }
}

static struct zip_writer mixed_zip(void)
{
    struct zip_writer writer = {0};
    zip_add(&writer, "a/data.pkl", "pickle", 6);
    zip_add_quirk(&writer, "a/data/0", "0123456789abcdef", 16, &(struct zip_quirk){.padding = 64, .zip64 = true});
    zip_add_quirk(&writer, "a/code", "xyz", 3, &(struct zip_quirk){.method = 8, .descriptor = true, .original = 9});
    uint64_t directory = writer.file.size;
    put(&writer.file, writer.directory.data, writer.directory.size);
    zip_put_end64(&writer, writer.directory.size, directory);
    zip_put_end(&writer, UINT32_MAX, UINT32_MAX, "comment");
    return writer;
}

static int by_offset(const void *left, const void *right)
{
    const struct zip_member *a = left, *b = right;
    return a->offset < b->offset ? -1 : a->offset > b->offset;
}

static void check_zip(struct zip *zip, const struct buffer *file)
{
    uint64_t end = 0;
    for (size_t i = 0; i < zip->count; i++) {
        const struct zip_member *member = &zip->members[i];
        struct zip_name name = {{member->name}, {member->name_size}};
        const struct zip_member *found = znn_zip_find(zip, &name);
        assert_non_null(found);
        assert_memory_equal(found->name, member->name, member->name_size);
    }
    if (zip->count > 0)
        qsort(zip->members, zip->count, sizeof *zip->members, by_offset);
    for (size_t i = 0; i < zip->count; i++) {
        assert_true(zip->members[i].offset >= end);
        end = zip->members[i].offset + zip->members[i].size;
        assert_true(end <= file->size);
    }
}

static void test_cut(void **state)
{
    (void)state;
    struct zip_writer writer = mixed_zip();
    struct zip zip;
    size_t whole = writer.file.size;
    for (size_t size = 0; size <= whole; size++) {
        writer.file.size = size;
        open_zip(&writer.file, 0, &zip);
        assert_int_equal(zip.count, size == whole ? 3 : 0);
        znn_zip_close(&zip);
    }
    for (size_t start = 0; start <= whole; start++) {
        open_zip(&writer.file, start, &zip);
        check_zip(&zip, &writer.file);
        znn_zip_close(&zip);
    }
    zip_free(&writer);
}

static void test_mutations(void **state)
{
    (void)state;
    struct random random = random_start("test_mutations");
    struct zip_writer writer = mixed_zip();
    struct buffer copy = {0};
    for (int i = 0; i < 20000; i++) {
        struct zip zip;
        copy.size = 0;
        put(&copy, writer.file.data, writer.file.size);
        for (size_t n = 1 + random_below(&random, 4); n > 0; n--)
            copy.data[random_below(&random, copy.size)] = (uint8_t)random_u64(&random);
        open_zip(&copy, 0, &zip);
        check_zip(&zip, &copy);
        znn_zip_close(&zip);
    }
    znn_buffer_free(&copy);
    zip_free(&writer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),      cmocka_unit_test(test_moved),
        cmocka_unit_test(test_lies),      cmocka_unit_test(test_bomb),
        cmocka_unit_test(test_overlap),   cmocka_unit_test(test_duplicates),
        cmocka_unit_test(test_cut),       cmocka_unit_test(test_directory_lies),
        cmocka_unit_test(test_mutations), cmocka_unit_test(test_headers_that_differ),
        cmocka_unit_test(test_widen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
