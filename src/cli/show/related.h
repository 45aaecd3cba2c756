/*
 * related.h - 'znn stat A B --related': would a delta help?
 */
#ifndef ZNN_CLI_SHOW_RELATED_H
#define ZNN_CLI_SHOW_RELATED_H

#include "cli/flags/args.h"

/*
 * Returns true if the base saves enough to be kept for it.
 */
bool znn_relation_is_worthwhile(const struct znn_relation *relation);

/*
 * Shows whether the first operand would gain from the second one as its base.  Returns the exit code.
 */
int znn_related_run(struct settings *settings);

#endif
