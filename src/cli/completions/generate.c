/*
 * generate.c - writes the tables in the completions of the shells
 *
 *     znn_completions --write DIR     brings znn.bash, _znn and znn.fish in DIR up to date
 *     znn_completions --check DIR     fails if they are out of date
 *     znn_completions --flags         lists all flags, for the test that reads the manual
 *
 * The logic of a completion is written by hand, in the language of its shell.  Only the part that comes from the tables
 * of the program is replaced.  It stands between two lines:
 *
 *     # BEGIN TABLES
 *     # END TABLES
 */
#include "cli/completions/tables.h"

#include <stdlib.h>
#include <string.h>

#define BEGIN "# BEGIN TABLES\n"
#define END "# END TABLES\n"

static const struct {
    const char *name;
    void (*write)(FILE *file);
} files[] = {
    {"znn.bash", znn_complete_write_bash},
    {"_znn", znn_complete_write_zsh},
    {"znn.fish", znn_complete_write_fish},
};

static int fail(const char *path, const char *what)
{
    fprintf(stderr, "%s: %s\n", path, what);
    exit(EXIT_FAILURE);
}

/* Returns all bytes up to the end of `file`, and a NUL.  The caller frees them. */
static char *read_all(FILE *file, const char *path)
{
    size_t size = 0;
    char *text = NULL;
    size_t got = 1;
    while (got > 0) {
        text = realloc(text, size + 4096 + 1);
        if (!text)
            fail(path, "out of memory");
        got = fread(text + size, 1, 4096, file);
        size += got;
    }
    text[size] = '\0';
    return text;
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file)
        fail(path, "could not be opened");
    char *text = read_all(file, path);
    fclose(file);
    return text;
}

/* Returns the text with new tables.  The caller frees it. */
static char *renew(const char *path, const char *text, void (*write)(FILE *file))
{
    const char *begin = strstr(text, BEGIN);
    const char *end = strstr(text, END);
    FILE *file = tmpfile();
    if (!begin || !end || end < begin)
        fail(path, "lacks the lines that mark its tables");
    if (!file)
        fail(path, "could not create a temporary file");
    fwrite(text, 1, (size_t)(begin - text) + strlen(BEGIN), file);
    write(file);
    fputs(end, file);
    rewind(file);
    char *renewed = read_all(file, path);
    fclose(file);
    return renewed;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        fail(path, "could not be written");
}

/* Returns false if the tables of a completion are out of date and must not be written. */
static bool visit(const char *directory, size_t i, bool may_write)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, files[i].name);
    char *text = read_file(path);
    char *renewed = renew(path, text, files[i].write);
    bool same = strcmp(text, renewed) == 0;
    if (!same && may_write)
        write_file(path, renewed);
    if (!same && !may_write)
        fprintf(stderr, "%s: is out of date; run: cmake --build BUILD --target completions\n", path);
    free(text);
    free(renewed);
    return same || may_write;
}

/* Prints lines such as "compress -o --output FILE", with a dot for each missing part. */
static void list_flags(void)
{
    for (enum command_id id = 0; id < COMMAND_COUNT; id++)
        for (enum flag flag = 0; flag < FLAG_COUNT; flag++) {
            const struct flag_info *info = znn_flag(flag);
            if (!znn_complete_takes(id, info))
                continue;
            char letter[] = {'-', info->first, '\0'};
            printf("%s %s %s%s %s\n", znn_command(id)->name, info->first ? letter : ".", info->name ? "--" : ".",
                   info->name ? info->name : "", info->argument ? info->argument : ".");
        }
}

int main(int argc, char **argv)
{
    bool fine = true;
    bool may_write = argc == 3 && strcmp(argv[1], "--write") == 0;
    if (argc == 2 && strcmp(argv[1], "--flags") == 0) {
        list_flags();
        return EXIT_SUCCESS;
    }
    if (!may_write && (argc != 3 || strcmp(argv[1], "--check") != 0))
        fail("usage", "znn_completions --write DIR | --check DIR | --flags");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        fine = visit(argv[2], i, may_write) && fine;
    return fine ? EXIT_SUCCESS : EXIT_FAILURE;
}
