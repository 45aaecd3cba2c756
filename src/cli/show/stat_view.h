/*
 * stat_view.h - what 'znn stat' shows of one file, as text, as JSON, and as a picture
 */
#ifndef ZNN_CLI_SHOW_STAT_VIEW_H
#define ZNN_CLI_SHOW_STAT_VIEW_H

#include "cli/flags/args.h"
#include "cli/input/base_chain.h"
#include "cli/input/input_file.h"
#include "cli/say/json_writer.h"
#include "cli/say/table.h"
#include "cli/show/survey.h"

struct view {
    const struct settings *settings;
    const char *path; /* as the user gave it */
    const char *base; /* the name of the base that the file remembers, or that was given; "" where there is none */
    const struct znn_analysis *analysis;
    const struct znn_analysis *alone; /* the same without the base that was given; NULL: none was */
    const struct survey *survey;
    const struct terminal *terminal;
};

/*
 * Prints the file's block.  Returns false, having said why, where memory ran out.
 */
bool znn_stat_print(const struct view *view);

/*
 * The part of it that --tensors and --layers ask for.
 */
bool znn_stat_print_rows(const struct view *view);

/*
 * Writes the file's object.  Returns false, having said why, where memory ran out.
 */
bool znn_stat_write_json(const struct view *view, struct json *json);

/*
 * Appends the picture of the layers.  Returns false, having said why, where memory ran out.
 */
bool znn_stat_draw(const struct view *view, struct text *svg);

/*
 * Writes a picture of `file`, seen with the base `base`, to the file that --svg names.  Returns false, having said why,
 * if that failed.
 */
bool znn_stat_write_svg(const struct settings *settings, const struct input_file *file, const struct base_chain *base,
                        const struct text *svg);

/*
 * Adds the cells original, compressed and left.
 */
void znn_stat_add_sizes(struct table *table, uint64_t size, uint64_t compressed);

/*
 * The shape as "1024x768", in few columns; "scalar" for none.
 */
#define SHAPE_COLUMNS 18

struct shape_word {
    char text[SHAPE_COLUMNS * 4];
};

struct shape_word znn_shape_word(const struct znn_tensor *tensor);

/*
 * The class in words: "exponent-only fp32".
 */
struct class_words {
    char text[80];
};

struct class_words znn_class_words(const struct survey *survey);

#endif
