/*
 * stat_view.h - the facts that 'znn stat' shows about a file, as text, as JSON and as a picture
 */
#ifndef ZNN_CLI_SHOW_STAT_VIEW_H
#define ZNN_CLI_SHOW_STAT_VIEW_H

#include "cli/flags/args.h"
#include "cli/input/base_chain.h"
#include "cli/input/input_file.h"
#include "cli/say/json_writer.h"
#include "cli/say/table.h"
#include "cli/show/partners.h"
#include "cli/show/survey.h"

struct view {
    const struct settings *settings;
    const char *path; /* as the user named it */
    const char *base; /* the name of the base that the file stores or that was given; "" if there is none */
    const struct znn_analysis *analysis;
    const struct znn_analysis *alone; /* the same file without the base that was given; NULL if none was given */
    const struct partners *partners;  /* in that base; NULL if there is no base, or if the model was a stream */
    const struct survey *survey;
    const struct terminal *terminal;
};

/*
 * Prints the block of the file.  Returns false if memory ran out, which is reported.
 */
bool znn_stat_print(const struct view *view);

/*
 * Prints the part for --tensors and --layers.
 */
bool znn_stat_print_rows(const struct view *view);

/*
 * Writes the object of the file.  Returns false if memory ran out, which is reported.
 */
bool znn_stat_write_json(const struct view *view, struct json *json);

/*
 * Appends the picture of the layers to `svg`.  Returns false if memory ran out, which is reported.
 */
bool znn_stat_draw(const struct view *view, struct text *svg);

/*
 * Writes a picture of `file`, analysed with the base `base`, to the file given with --svg.  Returns false if this
 * fails, which is reported.
 */
bool znn_stat_write_svg(const struct settings *settings, const struct input_file *file, const struct base_chain *base,
                        const struct text *svg);

/*
 * Adds the cells original, compressed and left.
 */
void znn_stat_add_sizes(struct table *table, uint64_t size, uint64_t compressed);

/*
 * The shape in few columns: "1024x768", or "scalar".
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
