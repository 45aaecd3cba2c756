/*
 * damage.c - what the program does with damaged .znn files
 *
 *     damage ZNN SAMPLE ORIGINAL DIRECTORY
 *
 * SAMPLE is the .znn file of ORIGINAL, a few hundred bytes long, DIRECTORY is empty.  ZNN, the program, is run on
 *
 *  - every shorter file that SAMPLE starts with: `decompress t.znn` must give exit code 1, one line on standard error
 *    and no file, and `decompress -` must fail too;
 *  - SAMPLE with one bit flipped, for every seventh bit: `decompress -o out t.znn` must do the same, or exit 0 with
 *    the bytes of ORIGINAL in `out`.
 *
 * Prints what is wrong and exits with 1 if anything is.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILE_MAX 65536
#define FLIP_STEP 7

struct bytes {
    uint8_t data[FILE_MAX];
    size_t size;
};

static unsigned failures;

static void die(const char *what)
{
    perror(what);
    exit(2);
}

static void read_file(const char *path, struct bytes *bytes)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        die(path);
    bytes->size = fread(bytes->data, 1, sizeof bytes->data, file);
    fclose(file);
}

static void write_file(const char *path, const uint8_t *data, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(data, 1, size, file) != size || fclose(file) != 0)
        die(path);
}

/* In a child: standard streams are t.znn, /dev/null and the file "err". */
static void redirect(void)
{
    int in = open("t.znn", O_RDONLY);
    int out = open("/dev/null", O_WRONLY);
    int err = open("err", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
        _exit(126);
    close(in);
    close(out);
    close(err);
}

/*
 * Runs `program decompress operand`, with `-o output` unless that is NULL, and returns its exit code, or 256 and more
 * if it was killed.
 */
static int run(const char *program, const char *operand, const char *output)
{
    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child == 0) {
        redirect();
        execl(program, program, "decompress", operand, output ? "-o" : (char *)NULL, output, (char *)NULL);
        _exit(127);
    }
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            die("waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

static void fail(const char *what, size_t place, const char *why)
{
    failures++;
    printf("FAILED: %s %zu: %s\n", what, place, why);
}

/* Exactly one line was written to "err". */
static bool is_one_line(void)
{
    static struct bytes text;
    read_file("err", &text);
    const uint8_t *end = memchr(text.data, '\n', text.size);
    return end && (size_t)(end - text.data) == text.size - 1;
}

/* Nothing but t.znn and err is there. */
static bool is_clean(void)
{
    DIR *directory = opendir(".");
    if (!directory)
        die("opendir");
    bool clean = true;
    for (struct dirent *entry; (entry = readdir(directory));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            strcmp(entry->d_name, "t.znn") != 0 && strcmp(entry->d_name, "err") != 0)
            clean = false;
    closedir(directory);
    return clean;
}

static void check_refused(int code, const char *what, size_t place)
{
    if (code != 1)
        fail(what, place, "exit code");
    if (!is_one_line())
        fail(what, place, "not one line on standard error");
    if (!is_clean())
        fail(what, place, "a file was left behind");
}

static void check_truncations(const char *program, const struct bytes *sample)
{
    for (size_t size = 0; size < sample->size; size++) {
        write_file("t.znn", sample->data, size);
        check_refused(run(program, "t.znn", NULL), "cut to", size);
        check_refused(run(program, "-", NULL), "from standard input, cut to", size);
    }
}

static void check_flips(const char *program, struct bytes *sample, const struct bytes *original)
{
    static struct bytes output;
    for (size_t bit = 0; bit < sample->size * 8; bit += FLIP_STEP) {
        sample->data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        write_file("t.znn", sample->data, sample->size);
        sample->data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        int code = run(program, "t.znn", "out");
        if (code != 0) {
            check_refused(code, "flipped bit", bit);
            continue;
        }
        read_file("out", &output);
        if (output.size != original->size || memcmp(output.data, original->data, output.size) != 0)
            fail("flipped bit", bit, "other bytes, and no error");
        unlink("out");
    }
}

int main(int argc, char **argv)
{
    static struct bytes sample, original;
    if (argc != 5) {
        fprintf(stderr, "usage: damage ZNN SAMPLE ORIGINAL DIRECTORY\n");
        return 2;
    }
    read_file(argv[2], &sample);
    read_file(argv[3], &original);
    if (chdir(argv[4]) != 0)
        die(argv[4]);
    check_truncations(argv[1], &sample);
    check_flips(argv[1], &sample, &original);
    printf("%zu bytes, %u failures\n", sample.size, failures);
    return failures > 0;
}
