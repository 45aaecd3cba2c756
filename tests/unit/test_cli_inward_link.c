/*
 * test_cli_inward_link.c - recognizes links into a mount, without following them
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/mount/inward_link.h"

static char root[200], folder[220], mountpoint[220];

static void make_link(const char *text, const char *name)
{
    assert_int_equal(symlink(text, name), 0);
}

static bool leads_inward(const char *name)
{
    return znn_inward_link(folder, name, mountpoint);
}

static int set_up(void **state)
{
    char place[] = "/tmp/znn-inward-XXXXXX";
    (void)state;
    if (!mkdtemp(place) || chdir(place) != 0 || !getcwd(root, sizeof root))
        return -1;
    snprintf(folder, sizeof folder, "%s/src", root);
    snprintf(mountpoint, sizeof mountpoint, "%s/mnt", root);
    return mkdir("src", 0700) || mkdir("src/sub", 0700) || mkdir("mnt", 0700) || mkdir("mnt2", 0700) || chdir("src");
}

static int tear_down(void **state)
{
    char command[260];
    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    return chdir("/") || system(command);
}

static void outward(void **state)
{
    (void)state;
    make_link("sub", "a");
    make_link("../mnt2/x", "neighbour");
    make_link("../mnt.x", "longer");
    make_link("/usr/bin", "far");
    make_link("../../../../../../../../../..", "top");
    make_link("nothing/here", "broken");
    assert_false(leads_inward("sub"));
    assert_false(leads_inward("./sub/x.znn"));
    assert_false(leads_inward("a"));
    assert_false(leads_inward("neighbour"));
    assert_false(leads_inward("longer"));
    assert_false(leads_inward("far"));
    assert_false(leads_inward("top"));
    assert_false(leads_inward("broken"));
    assert_false(leads_inward("absent"));
    assert_false(znn_inward_link("/", "usr/bin", mountpoint));
}

static void inward(void **state)
{
    char text[500];
    (void)state;
    make_link("../mnt/x.znn", "b");
    make_link("../mnt", "c");
    make_link("sub/../../mnt/.", "d");
    make_link(mountpoint, "e");
    make_link("../b", "sub/f");
    make_link("../src/c/y", "g");
    make_link("c/../z", "h"); /* the kernel enters the mount for this one, too */
    snprintf(text, sizeof text, "/..//.%s/x", mountpoint);
    make_link(text, "i");
    assert_true(leads_inward("b"));
    assert_true(leads_inward("c"));
    assert_true(leads_inward("c/x"));
    assert_true(leads_inward("./d"));
    assert_true(leads_inward("e"));
    assert_true(leads_inward("sub/f"));
    assert_true(leads_inward("g"));
    assert_true(leads_inward("h"));
    assert_true(leads_inward("i"));
}

/* Where it cannot tell, it is careful. */
static void endless(void **state)
{
    char text[4000];
    (void)state;
    make_link("loop", "loop");
    make_link("l2", "l1");
    make_link("l1", "l2");
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i + 1 < sizeof text; i += 100)
        text[i] = '/';
    text[sizeof text - 1] = '\0';
    memcpy(text, "long/", 5); /* longer with each round */
    make_link(text, "long");
    assert_true(leads_inward("loop"));
    assert_true(leads_inward("l1"));
    assert_true(leads_inward("long"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(outward), cmocka_unit_test(inward), cmocka_unit_test(endless)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
