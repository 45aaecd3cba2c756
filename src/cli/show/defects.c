/*
 * defects.c - describes an original that ends too early or too late
 */
#include "cli/show/defects.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool znn_defect_is_loss(const struct znn_report *report)
{
    return report->cut_tensors > 0 || (report->header_error && strcmp(report->header_error, "Truncated") == 0);
}

struct defect_words znn_defect_words(const struct znn_report *report)
{
    struct defect_words words = {""};
    uint64_t whole = report->tensors - report->cut_tensors;
    if (znn_defect_is_loss(report) && report->tensors == 0)
        snprintf(words.text, sizeof words.text, "the file is cut before any tensor");
    else if (znn_defect_is_loss(report))
        snprintf(words.text, sizeof words.text, "the file is cut: %" PRIu64 " of %" PRIu64 " tensors %s whole", whole,
                 report->tensors, whole == 1 ? "is" : "are");
    else if (report->trailing_bytes > 0)
        snprintf(words.text, sizeof words.text, "%" PRIu64 " byte%s after the last tensor", report->trailing_bytes,
                 report->trailing_bytes == 1 ? "" : "s");
    return words;
}

void znn_defects_write(struct json *json, const struct znn_report *report)
{
    if (report->header_error)
        znn_json_string(json, "header_error", report->header_error, strlen(report->header_error));
    if (report->cut_tensors > 0)
        znn_json_number(json, "cut_tensors", report->cut_tensors);
    if (report->trailing_bytes > 0)
        znn_json_number(json, "trailing_bytes", report->trailing_bytes);
}
