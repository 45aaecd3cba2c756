/*
 * reads.c - compares a file of a mount with its original, in other ways than cmp does
 *
 *     reads random ORIGINAL FILE [SEED]   threads compare random ranges, through pread() and mmap()
 *     reads pages ORIGINAL FILE           reads page by page; "-" is standard input
 *
 * `pages` prints start and end of the range that cannot be read, if there is one.  Prints what is wrong and exits with
 * 1 if anything is.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096
#define THREADS 8
#define RANGES 300
#define RANGE_MAX 200000

struct pair {
    const uint8_t *original, *mapped;
    size_t size;
    int file;
};

static int open_or_die(const char *path)
{
    int file = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY);
    if (file >= 0)
        return file;
    perror(path);
    exit(1);
}

static const uint8_t *map_or_die(int file, size_t size)
{
    void *bytes = mmap(NULL, size, PROT_READ, MAP_SHARED, file, 0);
    if (bytes != MAP_FAILED)
        return bytes;
    perror("mmap");
    exit(1);
}

static struct pair open_pair(const char *original, const char *path)
{
    struct stat status, other;
    int file = open_or_die(original);
    struct pair pair = {.file = open_or_die(path)};
    if (fstat(file, &status) != 0 || fstat(pair.file, &other) != 0 || status.st_size != other.st_size) {
        printf("sizes differ\n");
        exit(1);
    }
    pair.size = (size_t)status.st_size;
    pair.original = map_or_die(file, pair.size);
    return pair;
}

/* ---------------------------------------------------------------------------------------------------------------- */

struct reader {
    const struct pair *pair;
    uint64_t random;
    bool has_failed;
};

static uint64_t next(uint64_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return *random;
}

static bool is_same(const struct pair *pair, size_t offset, size_t length, bool by_map)
{
    static _Thread_local uint8_t bytes[RANGE_MAX];
    if (by_map)
        return memcmp(pair->original + offset, pair->mapped + offset, length) == 0;
    return pread(pair->file, bytes, length, (off_t)offset) == (ssize_t)length &&
           memcmp(pair->original + offset, bytes, length) == 0;
}

static void *read_ranges(void *context)
{
    struct reader *reader = context;
    for (int i = 0; i < RANGES && !reader->has_failed; i++) {
        size_t offset = (size_t)(next(&reader->random) % reader->pair->size);
        size_t left = reader->pair->size - offset;
        size_t length = (size_t)(next(&reader->random) % (i % 4 ? PAGE : RANGE_MAX)) + 1;
        length = length < left ? length : left;
        reader->has_failed = !is_same(reader->pair, offset, length, i % 2);
        if (reader->has_failed)
            printf("%zu bytes at %zu differ, by %s\n", length, offset, i % 2 ? "mmap" : "pread");
    }
    return NULL;
}

static bool compare_random(struct pair *pair, uint64_t seed)
{
    struct reader readers[THREADS];
    pthread_t threads[THREADS];
    bool fine = true;
    printf("seed %llu\n", (unsigned long long)seed);
    pair->mapped = map_or_die(pair->file, pair->size);
    for (int i = 0; i < THREADS; i++) {
        readers[i] = (struct reader){.pair = pair, .random = (seed + (uint64_t)i) * UINT64_C(0x9e3779b97f4a7c15) | 1};
        if (pthread_create(&threads[i], NULL, read_ranges, &readers[i]) != 0)
            exit(1);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        fine = fine && !readers[i].has_failed;
    }
    return fine;
}

static bool compare_pages(const struct pair *pair)
{
    size_t first = 0, end = 0, lost = 0;
    for (size_t offset = 0; offset < pair->size; offset += PAGE) {
        uint8_t bytes[PAGE];
        size_t length = pair->size - offset < PAGE ? pair->size - offset : PAGE;
        ssize_t got = pread(pair->file, bytes, length, (off_t)offset);
        if (got < 0) {
            first = lost == 0 ? offset : first;
            end = offset + length;
            lost += length;
        } else if ((size_t)got != length || memcmp(bytes, pair->original + offset, length) != 0) {
            printf("the page at %zu differs\n", offset);
            return false;
        }
    }
    if (lost > 0)
        printf("%zu %zu\n", first, end);
    return lost == end - first;
}

int main(int count, char **words)
{
    if (count < 4)
        return 2;
    struct pair pair = open_pair(words[2], words[3]);
    if (strcmp(words[1], "pages") == 0)
        return !compare_pages(&pair);
    return !compare_random(&pair, count > 4 ? strtoull(words[4], NULL, 10)
                                            : (uint64_t)time(NULL) * 65536 + (uint64_t)getpid());
}
