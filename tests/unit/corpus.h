/*
 * corpus.h - tests that need real models, in the folder that ZNN_CORPUS names
 *
 * They are a run of their own: a program's tests are run without them, and `test_NAME corpus` runs them alone.  So
 * ctest shows a run without a corpus as skipped, and cannot count it among what passed.
 */
#ifndef ZNN_TESTS_CORPUS_H
#define ZNN_TESTS_CORPUS_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_SKIPPED 77 /* as tests/unit/CMakeLists.txt tells ctest */

/*
 * Whether the tests of the corpus are asked for.
 */
static inline bool corpus_is_wanted(int argc, char **argv)
{
    return argc == 2 && strcmp(argv[1], "corpus") == 0;
}

/*
 * The folder.  Ends the program if there is none.
 */
static inline const char *corpus_folder(void)
{
    const char *folder = getenv("ZNN_CORPUS");
    if (!folder || !*folder) {
        puts("skipped: ZNN_CORPUS names no folder of models");
        exit(EXIT_SKIPPED);
    }
    return folder;
}

#endif
