/*
 * test_torch_corpus.c - runs the scanners on real files
 *
 * Reads the directory that ZNN_CORPUS names.  Its MANIFEST.tsv lists the format, the number of tensors, and the number
 * of storages (and empty tensors) of each type.  Skipped if the variable is not set.
 */
#include "corpus.h"
#include "torch_files.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { COLUMN_PATH = 0, COLUMN_FORMAT = 7, COLUMN_DTYPES = 8, COLUMN_TENSORS = 9, COLUMN_COUNT = 10 };

/* Files of which the manifest counts what the scanner leaves alone, and why. */
static const struct {
    const char *part; /* of the path */
    const char *why;
    size_t tensors;
    const char *dtypes;
} exceptions[] = {
    {"pickled_optimizers/", "all members are deflated", 0, ""},
};

/* Splits a line in place; false where it has too few columns. */
static bool split_line(char *line, char *columns[COLUMN_COUNT])
{
    for (int i = 0; i < COLUMN_COUNT; i++) {
        columns[i] = line;
        line = strchr(line, '\t');
        if (!line)
            return false;
        *line++ = '\0';
    }
    return true;
}

/* How often "DTYPE*n" says that `dtype` occurs. */
static size_t claimed(const char *dtypes, const char *dtype)
{
    size_t size = strlen(dtype);
    for (const char *at = strstr(dtypes, dtype); at; at = strstr(at + 1, dtype))
        if ((at == dtypes || at[-1] == ' ') && at[size] == '*')
            return strtoul(at + size + 1, NULL, 10);
    return 0;
}

static void check_file(const char *path, const struct model *model, const char *format, const char *dtypes,
                       size_t tensors)
{
    size_t listed = 0, types[DTYPE_COUNT] = {0};
    for (size_t i = 0; i < sizeof exceptions / sizeof *exceptions; i++)
        if (strstr(path, exceptions[i].part)) {
            printf("%s: %s\n", path, exceptions[i].why);
            tensors = exceptions[i].tensors;
            dtypes = exceptions[i].dtypes;
        }
    for (size_t i = 0; i < model->count; i++) {
        const struct tensor *tensor = &model->tensors[i];
        listed += (tensor->flags & TENSOR_LISTED) != 0;
        types[tensor->dtype] += tensor->flags & TENSOR_SPAN || tensor->size == 0;
    }
    if (strcmp(znn_format_name(model->format), format) != 0)
        fail_msg("%s: %s instead of %s", path, znn_format_name(model->format), format);
    if (listed != tensors)
        fail_msg("%s: %zu tensors instead of %zu", path, listed, tensors);
    for (int i = DTYPE_BYTES + 1; i < DTYPE_COUNT; i++) {
        const char *name = znn_dtype_info((enum dtype)i)->name;
        if (types[i] != claimed(dtypes, name))
            fail_msg("%s: %zu of %s instead of %zu", path, types[i], name, claimed(dtypes, name));
    }
}

/* Scans a file by random access and, where it can be scanned so, as a stream, which must agree. */
static void scan_path(const char *path, const char *format, const char *dtypes, size_t tensors)
{
    for (int stream = 0; stream < (strcmp(format, "torch-legacy") == 0 ? 2 : 1); stream++) {
        int file = open(path, O_RDONLY);
        if (file < 0)
            fail_msg("%s cannot be opened", path);
        struct znn_input input = stream ? znn_input_fd_stream(file) : znn_input_fd(file);
        struct source source;
        struct model model = {0};
        znn_source_open(&source, &input);
        assert_int_equal(znn_model_scan(&source, &model, NULL), ZNN_OK);
        assert_null(model_fault(&model, stream ? ZNN_SIZE_UNKNOWN : input.size));
        check_file(path, &model, format, dtypes, tensors);
        znn_model_free(&model);
        znn_source_close(&source);
        close(file);
    }
}

static void test_corpus(void **state)
{
    (void)state;
    const char *corpus = corpus_folder();
    char path[32768], line[16384], *columns[COLUMN_COUNT];
    size_t files = 0;
    snprintf(path, sizeof path, "%s/MANIFEST.tsv", corpus);
    FILE *manifest = fopen(path, "r");
    if (!manifest)
        fail_msg("%s cannot be opened", path);
    while (fgets(line, sizeof line, manifest)) {
        if (!split_line(line, columns))
            continue;
        const char *format = columns[COLUMN_FORMAT];
        if (strncmp(format, "zip-of:", 7) == 0)
            format = "zip";
        else if (strncmp(format, "torch", 5) != 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", corpus, columns[COLUMN_PATH]);
        scan_path(path, format, columns[COLUMN_DTYPES], strtoul(columns[COLUMN_TENSORS], NULL, 10));
        files++;
    }
    fclose(manifest);
    printf("%zu files\n", files);
    assert_true(files > 0);
}

int main(void)
{
    corpus_folder(); /* before cmocka, which would take the end of the program for a failure */
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_corpus)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
