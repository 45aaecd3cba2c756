/*
 * model_file.c - is this file a model's?
 */
#include "cli/input/model_file.h"

#include "cli/flags/names.h"
#include "cli/input/input_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* So much is looked at: enough for a zip's first member to be called by a long name. */
#define START_SIZE 512

struct start {
    unsigned char bytes[START_SIZE];
    size_t size;
    uint64_t file_size;
};

static uint64_t number_at(const struct start *start, size_t offset, size_t size)
{
    uint64_t number = 0;
    for (size_t i = size; i > 0; i--)
        number = number << 8 | start->bytes[offset + i - 1];
    return number;
}

static bool is_safetensors(const struct start *start)
{
    if (start->size < 10 || start->bytes[8] != '{')
        return false;
    uint64_t length = number_at(start, 0, 8);
    return length >= 2 && length <= start->file_size - 8 && memchr("\"} \t\r\n", start->bytes[9], 6);
}

static bool ends_in(const char *text, size_t size, const char *end)
{
    size_t end_size = strlen(end);
    return size >= end_size && memcmp(text + size - end_size, end, end_size) == 0;
}

/* Behind 30 bytes of a zip's first header comes the name of its first member. */
static bool is_zip_of_tensors(const struct start *start)
{
    static const char *const ends[] = {"/data.pkl", "/version", ".npy", ".pt", ".pth", ".safetensors"};
    if (start->size < 30 || memcmp(start->bytes, "PK\3\4", 4) != 0)
        return false;
    size_t size = (size_t)number_at(start, 26, 2);
    if (size > start->size - 30)
        return false;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (ends_in((const char *)start->bytes + 30, size, ends[i]))
            return true;
    return false;
}

/* Marks that stand at a fixed place. */
static bool has_mark(const struct start *start)
{
    static const struct {
        size_t offset;
        size_t size;
        const char *bytes;
    } marks[] = {
        {0, 4, "GGUF"}, {0, 4, "lmgg"},
        {0, 4, "fmgg"}, {0, 4, "tjgg"},
        {0, 4, "algg"}, {0, 6, "\x93NUMPY"},
        {4, 4, "TFL3"}, {2, 12, "\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"}, /* behind the pickle's protocol */
    };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (start->size >= marks[i].offset + marks[i].size &&
            memcmp(start->bytes + marks[i].offset, marks[i].bytes, marks[i].size) == 0)
            return true;
    return false;
}

/* Does not wait where the file has just become a FIFO. */
static bool read_start(const char *path, struct start *start)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ptrdiff_t got = fstat(fd, &status) == 0 ? znn_input_file_read_start(fd, start->bytes, START_SIZE) : -1;
    int reason = errno;
    close(fd);
    errno = reason;
    start->size = got < 0 ? 0 : (size_t)got;
    start->file_size = got < 0 ? 0 : (uint64_t)status.st_size;
    return got >= 0;
}

enum model_verdict znn_model_file_judge(const char *path)
{
    struct start start = {.size = 0};
    if (znn_names_is_model(path))
        return MODEL_YES;
    if (!read_start(path, &start))
        return MODEL_UNREADABLE;
    return is_safetensors(&start) || is_zip_of_tensors(&start) || has_mark(&start) ? MODEL_YES : MODEL_NO;
}
