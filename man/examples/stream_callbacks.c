/* Compresses standard input to standard output, piece by piece, through callbacks. */
#include <stdio.h>
#include <znn.h>

static ptrdiff_t read_piece(void *context, void *buffer, size_t size)
{
    size_t got = fread(buffer, 1, size, context);
    return ferror(context) ? -1 : (ptrdiff_t)got; /* 0 at the end; errno is set by fread() */
}

static int write_piece(void *context, const void *data, size_t size)
{
    return fwrite(data, 1, size, context) == size ? 0 : -1;
}

static void count(void *context, uint64_t original_bytes, uint64_t compressed_bytes)
{
    uint64_t *calls = context;
    (void)original_bytes, (void)compressed_bytes;
    ++*calls;
}

int main(void)
{
    uint64_t calls = 0;
    struct znn_input input = {.context = stdin, .size = ZNN_SIZE_UNKNOWN, .read = read_piece};
    struct znn_output output = {.context = stdout, .write = write_piece};
    struct znn_compress_options options = {.threads = 2, .progress = count, .progress_context = &calls};
    struct znn_report report;
    struct znn_error error;
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
