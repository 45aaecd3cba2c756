/*
 * test_cli_mount_view.c - the names in a mount, and the table of its files
 *
 * The tests run in a directory of their own, which is the folder that is mounted.
 */
#define _XOPEN_SOURCE 700 /* mkdtemp() */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/mount/nodes.h"
#include "cli/mount/view.h"
#include "znn.h"

static void write_file(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* Writes a .znn file whose original has `size` bytes and this extension. */
static void write_znn(const char *path, size_t size, const char *extension)
{
    uint8_t original[1000] = {0}, packed[4000];
    size_t written;
    struct znn_compress_options options = ZNN_INIT(struct znn_compress_options);
    options.extension = extension;
    assert_true(size <= sizeof original);
    assert_int_equal(znn_compress_buffer(original, size, packed, sizeof packed, &written, &options, NULL), ZNN_OK);
    write_file(path, packed, written);
}

/* `path` is that of the file in the folder that is shown as `name`, or NULL if there is no such name. */
static void expect_found(const struct view *view, const char *directory, const char *name, const char *path)
{
    struct shown shown;
    bool fine = znn_view_find(view, directory, name, &shown);
    if (!path) {
        assert_false(fine);
        assert_int_equal(errno, ENOENT);
        return;
    }
    assert_true(fine);
    const char *found = strncmp(shown.path, "./", 2) == 0 ? shown.path + 2 : shown.path;
    assert_string_equal(found, path);
    const char *slash = strrchr(path, '/');
    assert_int_equal(shown.is_original, strcmp(name, slash ? slash + 1 : path) != 0);
    znn_shown_free(&shown);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct shown_name *)a)->name, ((const struct shown_name *)b)->name);
}

/* `wanted` are the sorted names, each with a space behind it.  Each of them can be found. */
static void expect_listed(const struct view *view, const char *directory, const char *wanted)
{
    struct shown_names names;
    char text[1000] = "";
    assert_true(znn_view_list(view, directory, &names));
    if (names.count > 0)
        qsort(names.names, names.count, sizeof *names.names, compare_names);
    for (size_t i = 0; i < names.count; i++) {
        struct shown shown;
        strcat(strcat(text, names.names[i].name), " ");
        assert_true(znn_view_find(view, directory, names.names[i].name, &shown));
        assert_int_equal(shown.status.kind, names.names[i].kind);
        znn_shown_free(&shown);
    }
    assert_string_equal(text, wanted);
    znn_shown_names_free(&names);
}

static void each_file_has_one_name(void **state)
{
    (void)state;
    static const struct view all;
    write_znn("model.znn", 10, "safetensors");
    write_znn("both.znn", 10, "bin");
    write_file("both.bin", "x", 1);
    write_znn("a.bin.znn", 10, "");
    write_znn("a.znn", 20, "bin");
    write_file("damaged.znn", "x", 1);
    assert_int_equal(symlink("model.znn", "link.znn"), 0);
    assert_int_equal(mkdir("sub", 0777), 0);
    write_znn("sub/in.znn", 10, "pt");
    expect_listed(&all, ".", "a.bin a.znn both.bin both.znn damaged.znn link.safetensors model.safetensors sub ");
    expect_listed(&all, "sub", "in.pt ");
    expect_found(&all, ".", "model.safetensors", "model.znn");
    expect_found(&all, ".", "link.safetensors", "link.znn");
    expect_found(&all, ".", "a.bin", "a.bin.znn");
    expect_found(&all, "sub", "in.pt", "sub/in.znn");
    expect_found(&all, ".", "both.znn", "both.znn");
    expect_found(&all, ".", "model.znn", NULL);
    expect_found(&all, ".", "a.bin.znn", NULL);
    expect_found(&all, ".", "model.pt", NULL);
    expect_found(&all, ".", "model", NULL);
    struct shown_names names;
    assert_false(znn_view_list(&all, "nothing", &names));
    assert_int_equal(errno, ENOENT);
    znn_shown_names_free(&names);
}

static void one_file_alone(void **state)
{
    (void)state;
    static const struct view only = {.only = "both.znn"};
    write_znn("both.znn", 10, "bin");
    write_file("both.bin", "x", 1);
    write_file("other", "x", 1);
    expect_listed(&only, ".", "both.bin ");
    expect_found(&only, ".", "both.bin", "both.znn");
    expect_found(&only, ".", "both.znn", NULL);
    expect_found(&only, ".", "other", NULL);
    assert_int_equal(unlink("both.znn"), 0);
    expect_listed(&only, ".", "");
}

/* ---------------------------------------------------------------------------------------------------------------- */

static struct node *take(struct nodes *nodes, const char *name)
{
    static const struct view all;
    struct shown shown;
    assert_true(znn_view_find(&all, ".", name, &shown));
    struct node *node = znn_nodes_take(nodes, &shown);
    assert_non_null(node);
    return node;
}

static void replaced_files_get_new_nodes(void **state)
{
    (void)state;
    struct nodes nodes;
    write_znn("a.znn", 10, "bin");
    write_file("plain", "x", 1);
    assert_true(znn_nodes_open(&nodes));
    struct node *original = take(&nodes, "a.bin"), *plain = take(&nodes, "plain");
    assert_ptr_equal(take(&nodes, "a.bin"), original);
    assert_int_equal(original->lookups, 2);
    assert_int_equal(original->shown.status.size, 10);

    write_file("plain", "xy", 2); /* the same file: the kernel is told its new size */
    assert_ptr_equal(take(&nodes, "plain"), plain);
    write_znn("a.znn", 30, "bin"); /* the same file, but another original */
    struct node *next = take(&nodes, "a.bin");
    assert_ptr_not_equal(next, original);
    assert_int_equal(next->shown.status.size, 30);
    assert_int_equal(original->shown.status.size, 10);

    znn_nodes_forget(&nodes, original, 1);
    assert_int_equal(original->lookups, 1);
    znn_nodes_forget(&nodes, original, 1);
    znn_nodes_forget(&nodes, plain, 2);
    assert_ptr_equal(take(&nodes, "a.bin"), next);
    znn_nodes_forget(&nodes, &nodes.root, 1); /* the root stays */
    assert_string_equal(nodes.root.shown.path, ".");
    znn_nodes_close(&nodes); /* with a node that nobody has forgotten */
}

static int enter(void **state)
{
    char name[] = "/tmp/znn-view-XXXXXX";
    *state = mkdtemp(name) ? strdup(name) : NULL;
    return *state ? chdir(*state) : -1;
}

static int leave(void **state)
{
    char command[100];
    snprintf(command, sizeof command, "cd / && rm -rf '%s'", (char *)*state);
    free(*state);
    return system(command) == 0 ? chdir("/") : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_file_has_one_name, enter, leave),
        cmocka_unit_test_setup_teardown(one_file_alone, enter, leave),
        cmocka_unit_test_setup_teardown(replaced_files_get_new_nodes, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
