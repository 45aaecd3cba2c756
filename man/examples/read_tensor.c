/* Writes the bytes of one tensor of a .znn file to standard output, without decompressing the rest. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <znn.h>

static int write_tensor(struct znn_reader *reader, const char *name, struct znn_error *error)
{
    size_t number = znn_reader_find(reader, name, strlen(name));
    if (number == SIZE_MAX) {
        fprintf(stderr, "there is no tensor '%s'\n", name);
        return 1;
    }
    struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
    znn_reader_tensor(reader, number, &tensor);
    fprintf(stderr, "%s, %llu bytes\n", tensor.dtype, (unsigned long long)tensor.size);

    void *data = malloc((size_t)tensor.size + 1);
    size_t got = 0;
    int failed = !data || znn_reader_pread(reader, data, (size_t)tensor.size, tensor.offset, &got, error) != ZNN_OK;
    if (failed)
        fprintf(stderr, "%s\n", data ? error->detail : "out of memory");
    else
        failed = fwrite(data, 1, got, stdout) != got || fflush(stdout) != 0;
    free(data);
    return failed;
}

int main(int argc, char **argv)
{
    int file = argc == 3 ? open(argv[1], O_RDONLY) : -1;
    if (file < 0) {
        fprintf(stderr, "usage: read_tensor FILE.znn NAME\n");
        return 1;
    }
    struct znn_input input = znn_input_fd(file);
    struct znn_reader *reader;
    struct znn_error error = ZNN_INIT(struct znn_error);
    int failed = znn_reader_open(&input, NULL, &reader, &error) != ZNN_OK;
    if (failed)
        fprintf(stderr, "%s\n", error.detail);
    else
        failed = write_tensor(reader, argv[2], &error);
    znn_reader_close(reader);
    close(file);
    return failed;
}
