/*
 * exclude.c - matches files and directories against --exclude
 */
#include "cli/flags/exclude.h"

#include "cli/say/glob.h"
#include "cli/system/path.h"

#include <stdlib.h>
#include <string.h>

/* A parsed pattern. */
struct rule {
    char *glob;      /* without slashes at its start and end */
    bool is_rooted;  /* the pattern starts with a slash */
    bool has_slash;  /* the pattern has a slash in its middle */
    bool is_for_all; /* the pattern also means files, because no slash ends it */
};

static bool parse(const char *pattern, struct rule *rule)
{
    size_t size = strlen(pattern);
    size_t start = strspn(pattern, "/");
    size_t end = size;
    while (end > start && pattern[end - 1] == '/')
        end--;
    *rule = (struct rule){.glob = strdup(pattern + start), .is_rooted = start > 0, .is_for_all = end == size};
    if (!rule->glob)
        return false;
    rule->glob[end - start] = '\0';
    rule->has_slash = strchr(rule->glob, '/');
    return true;
}

/* A pattern with a slash also matches the end of a path, starting at any directory. */
static bool matches(const struct rule *rule, const char *below)
{
    if (rule->is_rooted && !rule->has_slash && strchr(below, '/'))
        return false;
    const char *from = rule->is_rooted || rule->has_slash ? below : znn_path_base(below);
    while (from) {
        if (znn_glob_match(rule->glob, from, strlen(from)))
            return true;
        from = rule->is_rooted ? NULL : strchr(from, '/');
        if (from)
            from++;
    }
    return false;
}

static bool ask(const struct patterns *patterns, const char *below, bool is_directory, bool is_operand)
{
    for (size_t i = 0; i < patterns->count; i++) {
        struct rule rule;
        if (!parse(patterns->words[i], &rule))
            continue; /* if memory runs out, the walk itself fails */
        bool applies = (rule.is_for_all || is_directory) && !(is_operand && (rule.is_rooted || rule.has_slash));
        bool is_match = applies && rule.glob[0] && matches(&rule, below);
        free(rule.glob);
        if (is_match)
            return true;
    }
    return false;
}

bool znn_exclude(const struct patterns *patterns, const char *below, bool is_directory)
{
    return ask(patterns, below, is_directory, false);
}

bool znn_exclude_operand(const struct patterns *patterns, const char *operand, bool is_directory)
{
    char *root = znn_path_root(operand);
    bool is_match = root && ask(patterns, znn_path_base(root), is_directory, true);
    free(root);
    return is_match;
}
