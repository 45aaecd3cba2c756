/*
 * test_io.c - inputs and outputs over file descriptors and memory
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models.h"
#include "packing.h"
#include "support.h"

/* A file that has no name any more. */
static int open_file(const void *content, size_t size)
{
    char path[] = "/tmp/znn-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(unlink(path), 0);
    if (size > 0)
        assert_int_equal(write(fd, content, size), size);
    return fd;
}

static void expect_content(int fd, const void *content, size_t size)
{
    uint8_t *bytes = malloc(size + 1);
    assert_non_null(bytes);
    assert_int_equal(pread(fd, bytes, size + 1, 0), size);
    if (size > 0)
        assert_memory_equal(bytes, content, size);
    free(bytes);
}

static void test_file_is_read_from_its_first_byte(void **state)
{
    (void)state;
    int fd = open_file("0123456789", 10);
    assert_int_equal(lseek(fd, 4, SEEK_SET), 4);
    struct znn_input input = znn_input_fd(fd);
    char bytes[10];
    assert_non_null(input.read_at);
    assert_int_equal(input.size, 10);
    assert_int_equal(input.read_at(input.context, bytes, 10, 0), 10);
    assert_memory_equal(bytes, "0123456789", 10);
    assert_int_equal(input.read_at(input.context, bytes, 10, 7), 3);
    assert_int_equal(input.read_at(input.context, bytes, 10, 10), ZNN_CALLBACK_END);
    assert_int_equal(input.read_at(input.context, bytes, 10, 1000), ZNN_CALLBACK_END);
    assert_int_equal(lseek(fd, 0, SEEK_CUR), 4);
    close(fd);
}

static void test_stream_goes_on_from_where_it_stands(void **state)
{
    (void)state;
    int fd = open_file("0123456789", 10);
    assert_int_equal(lseek(fd, 4, SEEK_SET), 4);
    struct znn_input input = znn_input_fd_stream(fd);
    char bytes[10];
    assert_null(input.read_at);
    assert_true(input.size == ZNN_SIZE_UNKNOWN);
    assert_int_equal(input.read(input.context, bytes, 10), 6);
    assert_memory_equal(bytes, "456789", 6);
    assert_int_equal(input.read(input.context, bytes, 10), ZNN_CALLBACK_END);
    close(fd);
}

static void test_pipe_is_a_stream(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct znn_input input = znn_input_fd(ends[0]);
    assert_null(input.read_at);
    assert_non_null(input.read);
    close(ends[0]);
    close(ends[1]);
}

static void test_errors_tell_errno(void **state)
{
    (void)state;
    struct znn_input input = znn_input_fd_stream(-1);
    struct znn_output output = znn_output_fd(-1);
    struct znn_output sparse = znn_output_fd_sparse(-1);
    char byte = 'x';
    assert_int_equal(input.read(input.context, &byte, 1), ZNN_CALLBACK_ERRNO(EBADF));
    assert_int_equal(output.write(output.context, &byte, 1), ZNN_CALLBACK_ERRNO(EBADF));
    assert_int_equal(sparse.write_at(sparse.context, &byte, 1, 0), ZNN_CALLBACK_ERRNO(EBADF));
    assert_int_equal(sparse.set_size(sparse.context, 1), ZNN_CALLBACK_ERRNO(EBADF));
    int fd = open_file("", 0);
    input = znn_input_fd(fd);
    assert_int_equal(input.read_at(input.context, &byte, 1, UINT64_MAX), ZNN_CALLBACK_ERRNO(EOVERFLOW));
    close(fd);
}

static void test_error_of_a_descriptor_reaches_the_caller(void **state)
{
    (void)state;
    struct znn_input input = znn_input_fd(open("/", O_RDONLY | O_DIRECTORY));
    struct znn_memory memory = {0};
    struct znn_output output = znn_output_memory(&memory);
    struct znn_error error = ZNN_INIT(struct znn_error);
    assert_int_equal(znn_compress(&input, &output, NULL, NULL, &error), ZNN_ERROR_IO);
    assert_int_equal(error.system_error, EISDIR);
    close((int)(intptr_t)input.context);
    free(memory.data);
}

static void test_round_trip_over_files(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 20; round++) {
        struct buffer file = make_any_file(&random, 30000);
        int original = open_file(file.data, file.size);
        int packed = open_file(NULL, 0);
        int back = open_file(NULL, 0);
        struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options), .level = 1};
        struct znn_input input = znn_input_fd(original);
        struct znn_output output = znn_output_fd(packed);
        assert_int_equal(znn_compress(&input, &output, &options, NULL, NULL), ZNN_OK);
        input = znn_input_fd(packed);
        output = round % 2 ? znn_output_fd(back) : znn_output_fd_sparse(back);
        assert_int_equal(znn_decompress(&input, &output, NULL, NULL, NULL), ZNN_OK);
        expect_content(back, file.data, file.size);
        close(original);
        close(packed);
        close(back);
        znn_buffer_free(&file);
    }
}

struct pumping {
    int fd;
    const struct buffer *bytes;
};

static void *pump(void *context)
{
    const struct pumping *pumping = context;
    for (size_t at = 0; at < pumping->bytes->size;) {
        size_t left = pumping->bytes->size - at;
        ssize_t n = write(pumping->fd, pumping->bytes->data + at, left < 1009 ? left : 1009);
        if (n <= 0)
            break;
        at += (size_t)n;
    }
    close(pumping->fd);
    return NULL;
}

static void test_round_trip_over_pipes(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 10; round++) {
        struct buffer file = make_any_file(&random, 30000);
        struct znn_memory packed = {0}, back = {0};
        for (int unpack = 0; unpack < 2; unpack++) {
            struct buffer through = {.data = unpack ? packed.data : file.data,
                                     .size = unpack ? packed.size : file.size};
            struct znn_output output = znn_output_memory(unpack ? &back : &packed);
            pthread_t thread;
            int ends[2];
            assert_int_equal(pipe(ends), 0);
            struct pumping pumping = {.fd = ends[1], .bytes = &through};
            assert_int_equal(pthread_create(&thread, NULL, pump, &pumping), 0);
            struct znn_input input = znn_input_fd(ends[0]);
            enum znn_status status = unpack ? znn_decompress(&input, &output, NULL, NULL, NULL)
                                            : znn_compress(&input, &output, NULL, NULL, NULL);
            pthread_join(thread, NULL);
            close(ends[0]);
            assert_int_equal(status, ZNN_OK);
        }
        assert_int_equal(back.size, file.size);
        if (file.size > 0)
            assert_memory_equal(back.data, file.data, file.size);
        free(packed.data);
        free(back.data);
        znn_buffer_free(&file);
    }
}

/* Files of /proc are regular files that say that they are empty. */
static void test_file_of_proc(void **state)
{
    (void)state;
    int fd = open("/proc/version", O_RDONLY);
    if (fd < 0)
        skip();
    char text[4000];
    ssize_t size = read(fd, text, sizeof text);
    assert_true(size > 0);
    struct znn_input input = znn_input_fd(fd);
    struct znn_memory packed = {0};
    struct znn_output output = znn_output_memory(&packed);
    assert_int_equal(znn_compress(&input, &output, NULL, NULL, NULL), ZNN_OK);
    struct buffer bytes = {.data = packed.data, .size = packed.size};
    expect_unpacked(&bytes, WAY_MEMORY, 1, false, text, (size_t)size);
    free(packed.data);
    close(fd);
}

/* Whatever the pieces and their order, what is not written reads as zeros, and the whole is as if it were. */
static void test_sparse_writes_in_any_order(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (int round = 0; round < 100; round++) {
        enum { SIZE = 100000, PIECES = 10 };
        uint8_t *content = calloc(1, SIZE);
        assert_non_null(content);
        for (size_t i = random_below(&random, 20); i > 0; i--) {
            size_t at = random_below(&random, SIZE);
            size_t size = random_below(&random, 9000);
            memset(content + at, (int)random_below(&random, 3), size < SIZE - at ? size : SIZE - at);
        }
        size_t cuts[PIECES + 1] = {0};
        for (size_t i = 1; i <= PIECES; i++)
            cuts[i] = i == PIECES ? SIZE : cuts[i - 1] + random_below(&random, (SIZE - cuts[i - 1]) / 2);
        int fd = open_file(NULL, 0);
        struct znn_output output = znn_output_fd_sparse(fd);
        size_t first = random_below(&random, PIECES);
        for (size_t k = 0; k < PIECES; k++) {
            size_t i = (first + 3 * k) % PIECES;
            if (cuts[i + 1] > cuts[i])
                assert_int_equal(output.write_at(output.context, content + cuts[i], cuts[i + 1] - cuts[i], cuts[i]),
                                 cuts[i + 1] - cuts[i]);
        }
        assert_int_equal(output.set_size(output.context, SIZE), ZNN_CALLBACK_DONE);
        expect_content(fd, content, SIZE);
        close(fd);
        free(content);
    }
}

static void test_zeros_become_holes(void **state)
{
    (void)state;
    size_t size = 20 << 20;
    uint8_t *content = calloc(1, size);
    assert_non_null(content);
    content[0] = content[size - 1] = 1;
    struct buffer packed = pack(content, size, 1);
    struct znn_input input = znn_input_memory(packed.data, packed.size);
    int fd = open_file(NULL, 0);
    struct znn_output output = znn_output_fd_sparse(fd);
    assert_int_equal(znn_decompress(&input, &output, NULL, NULL, NULL), ZNN_OK);
    expect_content(fd, content, size);
    struct stat status;
    assert_int_equal(fstat(fd, &status), 0);
    assert_true((uint64_t)status.st_blocks * 512 < size / 10);
    close(fd);
    free(content);
    znn_buffer_free(&packed);
}

static void test_memory_output_grows(void **state)
{
    (void)state;
    struct znn_memory memory = {0};
    struct znn_output output = znn_output_memory(&memory);
    assert_int_equal(output.write(output.context, NULL, 0), 0);
    for (unsigned i = 0; i < 100000; i++) {
        uint8_t bytes[3] = {(uint8_t)i, (uint8_t)(i >> 8), (uint8_t)(i >> 16)};
        assert_int_equal(output.write(output.context, bytes, i % 4), i % 4);
    }
    assert_int_equal(memory.size, 150000);
    assert_true(memory.capacity >= memory.size && memory.capacity < 2 * memory.size);
    assert_int_equal(output.write(output.context, memory.data, SIZE_MAX - 10), ZNN_CALLBACK_MEMORY);
    assert_int_equal(memory.size, 150000);
    free(memory.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file_is_read_from_its_first_byte),
        cmocka_unit_test(test_stream_goes_on_from_where_it_stands),
        cmocka_unit_test(test_pipe_is_a_stream),
        cmocka_unit_test(test_errors_tell_errno),
        cmocka_unit_test(test_error_of_a_descriptor_reaches_the_caller),
        cmocka_unit_test(test_round_trip_over_files),
        cmocka_unit_test(test_round_trip_over_pipes),
        cmocka_unit_test(test_file_of_proc),
        cmocka_unit_test(test_sparse_writes_in_any_order),
        cmocka_unit_test(test_zeros_become_holes),
        cmocka_unit_test(test_memory_output_grows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
