/*
 * test_vectors.c - the format vectors: small files, each for one rule of znn(5)
 *
 * tests/vectors/vectors.tsv lists for each file what znn_decompress() returns and what the file decodes to, and
 * reasons.tsv the reason for each refusal, so each file is refused by the rule that it is for.  The base of all files
 * with a base is base.safetensors.  The test reads each file from memory, by random access and as a stream, with one
 * thread and with three, because these take different paths through the decoder.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <xxhash.h>

#include "callbacks.h"

/* A file and what is to become of it, as a line of the manifest has it. */
struct vector {
    char name[64];
    char status[32];
    char xxh3[33]; /* "-" where nothing is decoded */
    char extension[ZNN_EXTENSION_MAX + 1];
    char reason[160]; /* how the detail of the error starts */
    uint64_t tensors;
    uint8_t data[4096];
    size_t size;
};

/* What those need that are about deltas. */
static uint8_t base_data[4096];
static struct znn_base *base;

static struct vector *vectors;
static size_t vector_count;

static FILE *open_file(const char *name)
{
    char path[4096];
    const char *folder = getenv("ZNN_VECTORS");
    if (!folder || snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return NULL;
    FILE *file = fopen(path, "rb");
    if (!file)
        perror(path);
    return file;
}

/* Takes a vector's columns from its line, and its bytes from its file. */
static bool read_vector(const char *line, struct vector *vector)
{
    if (sscanf(line, "%63[^\t]\t%31[^\t]\t%*[^\t]\t%32[^\t]\t%16[^\t]\t%" SCNu64 "\t", vector->name, vector->status,
               vector->xxh3, vector->extension, &vector->tensors) != 5)
        return false;
    FILE *file = open_file(vector->name);
    if (!file)
        return false;
    vector->size = fread(vector->data, 1, sizeof vector->data, file);
    fclose(file);
    return vector->size < sizeof vector->data;
}

static bool open_base(void)
{
    FILE *file = open_file("base.safetensors");
    if (!file)
        return false;
    size_t size = fread(base_data, 1, sizeof base_data, file);
    fclose(file);
    struct znn_input input = znn_input_memory(base_data, size);
    return znn_base_open(&input, NULL, &base, NULL) == ZNN_OK;
}

/* Takes the reasons to their vectors, which stand in the same order. */
static bool read_reasons(void)
{
    char line[1024], name[64], reason[160];
    size_t next = 0;
    FILE *file = open_file("reasons.tsv");
    bool good = file && fgets(line, sizeof line, file);
    while (good && fgets(line, sizeof line, file)) {
        good = sscanf(line, "%63[^\t]\t%159[^\t]", name, reason) == 2;
        while (good && next < vector_count && strcmp(vectors[next].name, name) != 0)
            next++;
        good = good && next < vector_count;
        if (good)
            memcpy(vectors[next].reason, reason, sizeof reason);
    }
    if (file)
        fclose(file);
    if (!good)
        print_error("reasons.tsv is not in the order of vectors.tsv\n");
    return good;
}

static int read_manifest(void **state)
{
    (void)state;
    char line[1024];
    FILE *file = open_file("vectors.tsv");
    if (!file) {
        print_error("ZNN_VECTORS does not name the folder of vectors.tsv\n");
        return -1;
    }
    bool good = fgets(line, sizeof line, file) != NULL; /* the names of the columns */
    while (good && fgets(line, sizeof line, file)) {
        struct vector *grown = realloc(vectors, (vector_count + 1) * sizeof *vectors);
        if (!grown)
            abort();
        vectors = grown;
        good = read_vector(line, &vectors[vector_count++]);
    }
    fclose(file);
    if (!good)
        print_error("vectors.tsv, or what it lists, is not as it should be: %s\n", line);
    return good && read_reasons() && open_base() && vector_count > 0 ? 0 : -1;
}

static int free_vectors(void **state)
{
    (void)state;
    free(vectors);
    znn_base_close(base);
    return 0;
}

/* Says what is wrong with a vector; returns how many things that are. */
static unsigned complain(const struct vector *vector, const char *what, const char *got)
{
    print_error("%s: %s: %s\n", vector->name, what, got);
    return 1;
}

static unsigned check_error(const struct vector *vector, enum znn_status status, const struct znn_error *error)
{
    unsigned wrong = 0;
    if (error->status != status)
        wrong += complain(vector, "the error has another status", znn_status_name(error->status));
    if (error->detail[0] == '\0' || !memchr(error->detail, '\0', sizeof error->detail))
        wrong += complain(vector, "the error has no detail", znn_status_name(status));
    if (!vector->reason[0] || strncmp(error->detail, vector->reason, strlen(vector->reason)) != 0)
        wrong += complain(vector, "it is refused for another reason", error->detail);
    return wrong;
}

static unsigned check_original(const struct vector *vector, const struct znn_memory *original,
                               const struct znn_report *report)
{
    XXH128_hash_t hash = XXH3_128bits(original->data, original->size);
    char hex[33];
    unsigned wrong = 0;
    snprintf(hex, sizeof hex, "%016" PRIx64 "%016" PRIx64, (uint64_t)hash.high64, (uint64_t)hash.low64);
    if (strcmp(hex, vector->xxh3) != 0)
        wrong += complain(vector, "the decoded bytes differ, their XXH3-128 is", hex);
    if (report->original_size != original->size || report->compressed_size != vector->size)
        wrong += complain(vector, "the report has wrong sizes", report->format);
    if (report->tensors != vector->tensors)
        wrong += complain(vector, "the report has a wrong number of tensors", report->format);
    return wrong;
}

static unsigned check_vector(const struct vector *vector, enum way way, unsigned threads)
{
    struct feed feed = {.data = vector->data, .size = vector->size};
    struct znn_input input = feed_input(&feed, way);
    struct znn_memory memory = {0};
    struct znn_output output = znn_output_memory(&memory);
    struct znn_decompress_options options = {
        .struct_size = sizeof(struct znn_decompress_options), .threads = threads, .base = base};
    struct znn_report report = ZNN_INIT(struct znn_report);
    struct znn_error error = ZNN_INIT(struct znn_error);
    enum znn_status status = znn_decompress(&input, &output, &options, &report, &error);
    unsigned wrong = 0;
    if (strcmp(znn_status_name(status), vector->status) != 0)
        wrong += complain(vector, status ? error.detail : "it decodes", znn_status_name(status));
    else
        wrong += status ? check_error(vector, status, &error) : check_original(vector, &memory, &report);
    free(memory.data);
    return wrong;
}

static void check_all(enum way way, unsigned threads)
{
    unsigned wrong = 0;
    for (size_t i = 0; i < vector_count; i++)
        wrong += check_vector(&vectors[i], way, threads);
    assert_int_equal(wrong, 0);
}

static void test_memory(void **state)
{
    (void)state;
    check_all(WAY_MEMORY, 1);
    check_all(WAY_MEMORY, 3);
}

static void test_random_access(void **state)
{
    (void)state;
    check_all(WAY_RANDOM_ACCESS, 1);
    check_all(WAY_RANDOM_ACCESS, 3);
}

static void test_stream(void **state)
{
    (void)state;
    check_all(WAY_STREAM, 1);
    check_all(WAY_STREAM, 3);
}

/* The header alone has the extension. */
static void test_extension(void **state)
{
    (void)state;
    unsigned wrong = 0;
    for (size_t i = 0; i < vector_count; i++) {
        const struct vector *vector = &vectors[i];
        struct znn_header header = ZNN_INIT(struct znn_header);
        if (strcmp(vector->status, "ZNN_OK") != 0)
            continue;
        enum znn_status status = znn_read_header(vector->data, vector->size, &header, NULL);
        if (status)
            wrong += complain(vector, "the header", znn_status_name(status));
        else if (strcmp(header.extension[0] ? header.extension : "-", vector->extension) != 0)
            wrong += complain(vector, "the header has another extension", header.extension);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_random_access),
        cmocka_unit_test(test_stream),
        cmocka_unit_test(test_extension),
    };
    return cmocka_run_group_tests(tests, read_manifest, free_vectors);
}
