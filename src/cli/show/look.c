/*
 * look.c - the common part of the commands that read files and print
 */
#include "cli/show/look.h"

#include "cli/flags/flags.h"
#include "cli/flags/names.h"
#include "cli/input/model_file.h"
#include "cli/input/same_files.h"
#include "cli/input/zipnn.h"
#include "cli/say/message.h"
#include "cli/show/failure.h"
#include "cli/show/progress.h"
#include "cli/system/file_status.h"

#include <stdlib.h>
#include <string.h>

const char *znn_look_path(const struct input_file *file)
{
    return file->path ? file->path : "-";
}

void znn_look_count(struct look *look, const struct znn_report *report)
{
    look->totals.original_size += report->original_size;
    look->totals.compressed_size += report->compressed_size;
}

bool znn_look_note_failure(struct look *look, const char *path)
{
    if (look->settings->json)
        znn_failure_write(&look->json, path);
    return false;
}

bool znn_look_failed(struct look *look, const struct input_file *file, const struct znn_error *error)
{
    if (error->status == ZNN_ERROR_ARGUMENT && znn_input_file_stream(file).size == ZNN_SIZE_UNKNOWN)
        znn_input_file_say_stream(file, "and a .znn file must be read from its end");
    else
        znn_zipnn_say(file, error);
    return znn_look_note_failure(look, znn_look_path(file));
}

static bool takes_directories(const struct look *look)
{
    return znn_flag(FLAG_RECURSIVE)->commands & 1u << look->settings->command->id;
}

static bool open_file(const struct look *look, const char *path, struct input_file *file)
{
    if (takes_directories(look) && znn_file_is_directory(path))
        return znn_say_error(path, "is a directory; use -r to %s the files in it", look->settings->command->name);
    return znn_input_file_open(file, path, false);
}

static bool look_at(struct look *look, const char *path)
{
    struct input_file file;
    if (!open_file(look, path, &file))
        return znn_look_note_failure(look, path);
    znn_overall_next(&look->overall, &file.status);
    bool fine = look->at(look, &file);
    znn_input_file_close(&file);
    return fine;
}

/* An unreadable model is included: opening it fails and reports why. */
static bool is_meant_model(const struct same_files *same, size_t number)
{
    const struct entry *entry = &same->tree->entries[number];
    if (entry->kind == ENTRY_LOST)
        return znn_names_is_model(entry->path);
    return znn_same_files_call_model(same, number) || znn_model_file_judge(entry->path) != MODEL_NO;
}

/* ENTRY_OPERAND is not a directory.  A file that the user names is always included, whatever its name. */
static bool is_meant(const struct look *look, const struct same_files *same, size_t number)
{
    const struct entry *entry = &same->tree->entries[number];
    if (entry->kind == ENTRY_OPERAND)
        return true;
    if (entry->kind != ENTRY_FILE && entry->kind != ENTRY_LOST)
        return false;
    return znn_names_is_znn(entry->path) || (look->takes_models && is_meant_model(same, number));
}

/* A file with several names is shown once: a hard link only under its first name, and a link in the tree not at all. */
static bool is_another_name(const struct look *look, const struct same_files *same, size_t number)
{
    const struct entry *entry = &same->tree->entries[number];
    const size_t *names = NULL;
    size_t count = entry->kind == ENTRY_FILE ? znn_same_files_find(same, number, &names) : 0;
    for (size_t i = 0; i < count; i++) {
        const struct entry *other = &same->tree->entries[names[i]];
        bool is_before = entry->is_link ? other->operand == entry->operand : names[i] < number;
        if (is_before && !other->is_link && is_meant(look, same, names[i]))
            return true;
    }
    return false;
}

static void count(struct look *look, bool is_fine)
{
    look->totals.files += is_fine;
    look->totals.failed += !is_fine;
}

/* Decides about all files before the first one is read, so that the progress knows the total. */
static bool look_at_entries(struct look *look, const struct same_files *same)
{
    const struct tree *tree = same->tree;
    bool *is_wanted = calloc(tree->count + 1, sizeof *is_wanted);
    if (!is_wanted)
        return znn_say_memory_error(NULL);
    for (size_t i = 0; i < tree->count; i++) {
        if (tree->entries[i].kind == ENTRY_DIRECTORY)
            continue;
        bool is_other = is_meant(look, same, i) && is_another_name(look, same, i);
        is_wanted[i] = !is_other && is_meant(look, same, i);
        look->totals.links += is_other;
        look->totals.skipped += !is_other && !is_wanted[i];
        if (is_wanted[i])
            znn_overall_expect(&look->overall, &tree->entries[i].status);
    }
    for (size_t i = 0; i < tree->count; i++)
        if (is_wanted[i])
            count(look, look_at(look, tree->entries[i].path));
    free(is_wanted);
    return true;
}

static bool note_unreadable(void *look, const char *path)
{
    return znn_look_note_failure(look, path);
}

static bool look_below(struct look *look)
{
    const struct settings *settings = look->settings;
    struct tree tree = {.fail = note_unreadable, .context = look};
    struct same_files same = {0};
    bool fine = true;
    for (size_t i = 0; i < settings->operand_count && fine; i++)
        fine = znn_tree_add(&tree, settings->operands[i], &settings->tree.exclude, NULL);
    look->totals.failed = tree.failures;
    fine = fine && znn_same_files_index(&same, &tree) && look_at_entries(look, &same);
    znn_same_files_free(&same);
    znn_tree_free(&tree);
    return fine && look->totals.failed == 0;
}

static void look_at_operands(struct look *look)
{
    const struct settings *settings = look->settings;
    for (size_t i = 0; i < settings->operand_count; i++) {
        struct file_status status;
        if (!znn_file_status(settings->operands[i], &status))
            memset(&status, 0, sizeof status); /* standard input, or a file that will fail */
        znn_overall_expect(&look->overall, &status);
    }
    for (size_t i = 0; i < settings->operand_count; i++)
        count(look, look_at(look, settings->operands[i]));
}

int znn_look_at_all(struct look *look)
{
    const struct settings *settings = look->settings;
    bool fine = true;
    look->terminal = znn_terminal_examine(settings->view.bars);
    if (settings->json)
        znn_json_begin(&look->json, NULL, '[');
    if (settings->tree.recursive)
        fine = look_below(look);
    else
        look_at_operands(look);
    fine = fine && look->totals.failed == 0;
    if (settings->json)
        znn_json_end(&look->json, ']');
    fine = znn_stdout_finish() && fine;
    bool is_for_several =
        settings->operand_count > 1 && settings->command->id == COMMAND_TEST && znn_progress_tells_results(false);
    if (settings->tree.recursive || is_for_several)
        znn_totals_say(&look->totals, settings, look->takes_models ? COMPRESSING : DECOMPRESSING);
    return fine ? EXIT_DONE : EXIT_FAILED;
}
