/*
 * defects.h - describes an original that ends too early or too late
 */
#ifndef ZNN_CLI_SHOW_DEFECTS_H
#define ZNN_CLI_SHOW_DEFECTS_H

#include "cli/say/json_writer.h"
#include "znn.h"

struct defect_words {
    char text[100];
};

/*
 * "the file is cut: 3 of 4 tensors are whole", "16 bytes after the last tensor", or "" for a good file.
 */
struct defect_words znn_defect_words(const struct znn_report *report);

/*
 * Returns true if the original is cut, so that data is lost, for example by a broken download or a full disk.
 */
bool znn_defect_is_loss(const struct znn_report *report);

/*
 * Writes "header_error", "cut_tensors" and "trailing_bytes", each only if it applies.
 */
void znn_defects_write(struct json *json, const struct znn_report *report);

#endif
