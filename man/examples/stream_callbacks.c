/* Compresses standard input to standard output, piece by piece, through callbacks. */
#include <errno.h>
#include <stdio.h>
#include <znn.h>

static ptrdiff_t read_piece(void *context, void *buffer, size_t size)
{
    size_t got = fread(buffer, 1, size, context);
    if (got > 0)
        return (ptrdiff_t)got;
    return ferror(context) ? ZNN_CALLBACK_ERRNO(errno) : ZNN_CALLBACK_END;
}

static ptrdiff_t write_piece(void *context, const void *data, size_t size)
{
    return fwrite(data, 1, size, context) == size ? (ptrdiff_t)size : ZNN_CALLBACK_ERRNO(errno);
}

static int count(void *context, uint64_t original_bytes, uint64_t compressed_bytes)
{
    uint64_t *calls = context;
    (void)original_bytes, (void)compressed_bytes;
    ++*calls;
    return 0; /* any other number cancels */
}

int main(void)
{
    uint64_t calls = 0;
    struct znn_input input = {.context = stdin, .size = ZNN_SIZE_UNKNOWN, .read = read_piece};
    struct znn_output output = {.context = stdout, .write = write_piece};
    struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options),
                                           .threads = 2,
                                           .progress = count,
                                           .progress_context = &calls};
    struct znn_report report = ZNN_INIT(struct znn_report);
    struct znn_error error = ZNN_INIT(struct znn_error);
    if (znn_compress(&input, &output, &options, &report, &error) != ZNN_OK) {
        fprintf(stderr, "%s\n", error.detail);
        return 1;
    }
    if (fflush(stdout) != 0) {
        perror("write");
        return 1;
    }
    fprintf(stderr, "%s: %llu tensors, %llu chunks\n", report.format, (unsigned long long)report.tensors,
            (unsigned long long)calls);
    return 0;
}
