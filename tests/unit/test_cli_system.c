/*
 * test_cli_system.c - what the program's other rooms rely on, whatever the system
 *
 * These tests use only the headers of cli/system, so they can judge it on a new system, too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/system/clock.h"
#include "cli/system/disk.h"
#include "cli/system/file_status.h"
#include "cli/system/listing.h"
#include "cli/system/lock.h"
#include "cli/system/name.h"
#include "cli/system/open_file.h"
#include "cli/system/path.h"
#include "cli/system/temporary.h"
#include "cli/system/temporary_name.h"

static char *folder; /* of all files of a test */

/* The path of a name in the folder.  Valid until the fourth call after it. */
static const char *at(const char *name)
{
    static char paths[4][1000];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static int make_folder(void **state)
{
    (void)state;
    char *place = znn_path_below(znn_temporary_directory(), "test_cli_system");
    folder = znn_temporary_name(place);
    free(place);
    return znn_name_make_directory(folder, true) ? 0 : -1;
}

/* A directory cannot be removed with these headers, which the program never needs: remove() of C does it. */
static int remove_folder(void **state)
{
    (void)state;
    struct listing listing;
    const char *name;
    if (!znn_listing_open(&listing, folder))
        return -1;
    while ((name = znn_listing_next(&listing)))
        remove(at(name));
    znn_listing_close(&listing);
    int result = remove(folder);
    free(folder);
    return result;
}

/* Makes a file with these bytes as the program does. */
static void make_file(const char *path, const char *text)
{
    struct temporary temporary;
    assert_true(znn_temporary_create(&temporary, path, true));
    assert_true(znn_file_write(temporary.fd, text, strlen(text)));
    assert_true(znn_temporary_link(&temporary, path));
    assert_true(znn_file_close(temporary.fd));
}

static void check_text(const char *path, const char *wanted)
{
    char text[100];
    int fd = znn_file_open(path, OPEN_TO_READ);
    assert_true(fd >= 0);
    ptrdiff_t size = znn_file_read_at(fd, text, sizeof text, 0);
    assert_int_equal(size, strlen(wanted));
    assert_memory_equal(text, wanted, strlen(wanted));
    assert_true(znn_file_close(fd));
}

static void check_path(char *path, const char *wanted)
{
    assert_string_equal(path, wanted);
    free(path);
}

static void test_paths(void **state)
{
    (void)state;
    assert_string_equal(znn_path_base("a/b.c"), "b.c");
    assert_string_equal(znn_path_base("b.c"), "b.c");
    assert_string_equal(znn_path_base("a/"), "");
    check_path(znn_path_directory("a/b.c"), "a/");
    check_path(znn_path_directory("b.c"), ".");
    check_path(znn_path_below("a", "b"), "a/b");
    check_path(znn_path_resolve("a/b", "c"), "a/b/c");
    check_path(znn_path_resolve("a//b", "../c/d"), "a/c/d");
    check_path(znn_path_resolve("a", "../c"), "./c");
    check_path(znn_path_resolve("a", "../../c"), "./../c");
    check_path(znn_path_resolve(".", "../c"), "./../c");
    check_path(znn_path_resolve("./a", "../c"), "./c");
    check_path(znn_path_resolve("a/..", "../c"), "a/../../c");
    check_path(znn_path_resolve("/a", "../c"), "/c");
    check_path(znn_path_resolve("/a", "../../c"), "/../c");
    check_path(znn_path_resolve("/.", "c"), "/./c");
    check_path(znn_path_root("a//"), "a");
    check_path(znn_path_root("/"), "/.");
    check_path(znn_path_within("out/", "a/b"), "out/b");
}

static void test_names(void **state)
{
    (void)state;
    struct file_status a, b;
    make_file(at("a"), "one");
    make_file(at("b"), "three");
    assert_false(znn_name_move(at("a"), at("b")));
    assert_int_equal(errno, EEXIST);
    assert_false(znn_name_add(at("a"), at("b")));
    assert_int_equal(errno, EEXIST);
    check_text(at("b"), "three");
    assert_true(znn_name_add(at("a"), at("c")));
    assert_true(znn_file_status(at("a"), &a) && znn_file_status(at("c"), &b));
    assert_true(znn_file_is_same(&a, &b) && znn_file_is_untouched(&a, &b));
    assert_int_equal(a.names, 2);
    assert_true(znn_name_remove(at("c")));
    assert_true(znn_name_replace(at("a"), at("b")));
    check_text(at("b"), "one");
    assert_false(znn_file_exists(at("a")));
    assert_int_equal(errno, ENOENT);
    assert_true(znn_name_move(at("b"), at("a")));
    assert_false(znn_file_exists(at("b")));
    assert_false(znn_name_make_directory(at("a"), false));
    assert_int_equal(errno, EEXIST);
    assert_true(znn_file_is_directory(folder) && !znn_file_is_directory(at("a")));
}

static void test_links(void **state)
{
    (void)state;
    struct file_status status;
    make_file(at("target"), "text");
    assert_true(znn_name_make_link("target", at("link")));
    check_path(znn_name_link_text(at("link")), "target");
    assert_null(znn_name_link_text(at("target")));
    assert_true(znn_file_status(at("link"), &status));
    assert_int_equal(status.kind, FILE_REGULAR);
    assert_int_equal(status.size, 4);
    assert_true(znn_file_status_itself(at("link"), &status));
    assert_int_equal(status.kind, FILE_LINK);
    assert_int_equal(znn_file_open(at("link"), OPEN_ITSELF), -1);
    check_text(at("link"), "text");
    assert_true(znn_name_remove(at("target")));
    assert_false(znn_file_exists(at("link")));
    assert_true(znn_file_status_itself(at("link"), &status));
}

static void test_opening(void **state)
{
    (void)state;
    char text[8];
    make_file(at("file"), "0123456789");
    assert_int_equal(znn_file_open(at("none"), OPEN_AT_ONCE), -1);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(znn_file_open(at("file"), OPEN_DIRECTORY), -1);
    int fd = znn_file_open(at("file"), OPEN_AT_ONCE);
    int twin = znn_file_duplicate(fd);
    assert_true(fd > STANDARD_ERROR && twin > STANDARD_ERROR && twin != fd);
    assert_true(znn_file_is_readable(fd) && !znn_file_is_writable(fd) && znn_file_is_at_start(fd));
    assert_int_equal(znn_file_read_at(fd, text, sizeof text, 6), 4);
    assert_memory_equal(text, "6789", 4);
    assert_int_equal(znn_file_read_at(fd, text, sizeof text, 10), 0);
    assert_true(znn_file_is_at_start(fd));
    assert_int_equal(znn_file_read(fd, text, sizeof text), 8);
    assert_int_equal(znn_file_read(twin, text, sizeof text), 2);
    assert_int_equal(znn_file_read(twin, text, sizeof text), 0);
    assert_false(znn_file_is_at_start(fd));
    assert_true(znn_file_close(fd) && znn_file_close(twin));
    assert_false(znn_file_close(fd));
}

static void test_listing(void **state)
{
    (void)state;
    struct listing listing;
    struct file_status status;
    make_file(at("x"), "1");
    assert_true(znn_name_make_link("nowhere", at("y")));
    assert_false(znn_listing_open(&listing, at("none")));
    assert_int_equal(errno, ENOENT);
    assert_true(znn_listing_open(&listing, folder));
    unsigned seen[2] = {0, 0};
    const char *name;
    while ((name = znn_listing_next(&listing))) {
        assert_true(strcmp(name, "x") == 0 || strcmp(name, "y") == 0);
        seen[name[0] - 'x']++;
    }
    assert_int_equal(errno, 0);
    assert_true(seen[0] == 1 && seen[1] == 1);
    assert_true(znn_listing_status(&listing, "x", &status) && status.kind == FILE_REGULAR);
    assert_true(znn_listing_status_itself(&listing, "y", &status) && status.kind == FILE_LINK);
    assert_false(znn_listing_status(&listing, "y", &status));
    assert_int_equal(status.kind, FILE_LINK); /* a failure leaves what was known */
    znn_listing_close(&listing);
}

/* Locks belong to an open file, so a second one in the same process competes. */
static void test_locks(void **state)
{
    (void)state;
    make_file(at("file"), "text");
    int a = znn_file_open(at("file"), OPEN_AT_ONCE);
    int b = znn_file_open(at("file"), OPEN_AT_ONCE);
    enum lock first = znn_lock_shared(a, 0);
    if (first == LOCK_UNKNOWN)
        skip();
    assert_int_equal(first, LOCK_TAKEN);
    assert_int_equal(znn_lock_shared(b, 0), LOCK_TAKEN);
    assert_int_equal(znn_lock_exclusive(b, 0), LOCK_BUSY);
    znn_file_close(a);
    assert_int_equal(znn_lock_exclusive(b, 0), LOCK_TAKEN);
    znn_file_close(b);
}

/* A file that replaces another needs a temporary name from the start; a new one may do without. */
static void test_temporary(void **state)
{
    (void)state;
    struct temporary temporary;
    make_file(at("file"), "old");
    assert_true(znn_temporary_create(&temporary, at("file"), false));
    assert_non_null(temporary.path);
    assert_true(znn_temporary_is_name(znn_path_base(temporary.path)));
    assert_true(znn_file_write(temporary.fd, "new", 3));
    assert_false(znn_temporary_link(&temporary, at("file")));
    assert_int_equal(errno, EEXIST);
    check_text(at("file"), "old");
    assert_true(znn_temporary_rename(&temporary, at("file")));
    znn_file_close(temporary.fd);
    check_text(at("file"), "new");
    assert_true(znn_temporary_create(&temporary, at("other"), false));
    znn_temporary_remove(&temporary);
    znn_file_close(temporary.fd);
    assert_false(znn_file_exists(at("other")));
    int fd = znn_temporary_unnamed(folder);
    assert_true(fd >= 0 && znn_file_write(fd, "text", 4));
    znn_file_close(fd);
}

static void check_name(const char *path, const char *start)
{
    char *first = znn_temporary_name(path);
    char *second = znn_temporary_name(path);
    assert_string_not_equal(first, second);
    assert_true(znn_temporary_is_name(znn_path_base(first)));
    assert_memory_equal(first, start, strlen(start));
    assert_int_equal(strlen(first), strlen(start) + TEMPORARY_RANDOM);
    free(first);
    free(second);
}

/* A long name is cut, but never within a character. */
static void test_temporary_names(void **state)
{
    (void)state;
    char path[200] = "models/";
    char start[200] = "models/.";
    check_name("x.znn", ".x.znn.znn-tmp-");
    memset(path + 7, 'a', 99);
    memset(start + 8, 'a', 99);
    strcpy(path + 7 + 99, "\xc3\xa9.znn");
    strcpy(start + 8 + 99, ".znn-tmp-");
    check_name(path, start);
    assert_false(znn_temporary_is_name("x.znn"));
    assert_false(znn_temporary_is_name(".x.znn-tmp-12345"));
    assert_false(znn_temporary_is_name(".x.znn-tmp-12345_"));
    assert_false(znn_temporary_is_name("x.znn-tmp-123456"));
}

static void test_time_and_disk(void **state)
{
    (void)state;
    struct file_status status;
    uint64_t start = znn_clock_now();
    make_file(at("file"), "text");
    znn_clock_wait(50);
    assert_true(znn_clock_now() - start >= UINT64_C(50000000));
    assert_true(znn_file_status(at("file"), &status));
    int64_t age = znn_clock_age(&status.changed);
    assert_true(age >= 40 && age < 600000); /* times of files may lag a little */
    int fd = znn_file_open(at("file"), OPEN_AT_ONCE);
    assert_true(znn_disk_write_file(fd) && znn_disk_write_name(at("file")));
    assert_true(znn_disk_free(fd) > 0);
    znn_file_close(fd);
    assert_false(znn_disk_write_name(at("none/file")));
    assert_int_equal(errno, ENOENT);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths),  IN_FOLDER(test_names),
        IN_FOLDER(test_links),         IN_FOLDER(test_opening),
        IN_FOLDER(test_listing),       IN_FOLDER(test_locks),
        IN_FOLDER(test_temporary),     cmocka_unit_test(test_temporary_names),
        IN_FOLDER(test_time_and_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
