/*
 * stat_svg.c - draws the layers of a model as a picture
 *
 *     h.0   ▓▓▓▓▓▓▓▓░░░░▓▓▓▓▓▓░░░   66.3%
 *     h.1   ▓▓▓▓▓▓▓▓░░░░▓▓▓▓▓▓░░░   66.3%
 *
 * The length of a bar shows the size of its layer.  A bar has a piece for each role, in the role's colour, and the pale
 * end of a piece shows the saving.  The picture needs no other files: no script, no font, no style sheet.
 */
#include "cli/say/text.h"
#include "cli/say/units.h"
#include "cli/show/rows.h"
#include "cli/show/stat_view.h"

#include <inttypes.h>
#include <string.h>

/* In pixels. */
enum { WIDTH = 860, MARGIN = 20, TOP = 92, ROW = 20, BAR = 14, LABEL = 230, BARS = 440, LEGEND = 102 };

/* In columns of text. */
enum { LABEL_COLUMNS = 32, TITLE_COLUMNS = 90 };

/* Viewers cannot show longer pictures. */
enum { LAYERS_MAX = 1000 };

/* Colours that people with any kind of colour vision can tell apart. */
static const char *const colours[ROLE_COUNT] = {
    [ROLE_EMBEDDING] = "#0072b2",   [ROLE_ATTENTION] = "#e69f00", [ROLE_MLP] = "#009e73",
    [ROLE_CONVOLUTION] = "#56b4e9", [ROLE_RECURRENT] = "#cc79a7", [ROLE_NORM] = "#b09000",
    [ROLE_HEAD] = "#d55e00",        [ROLE_OPTIMIZER] = "#5e4fa2", [ROLE_OTHER] = "#808080",
};

struct drawing {
    const struct view *view;
    struct text *svg;
    const struct rows *rows;
    const struct layers *layers;
    uint64_t scale; /* bytes of the largest layer */
    double y;
};

/* Adds arbitrary text in at most `columns`. */
static void add_text(struct text *svg, const char *data, size_t size, size_t columns)
{
    struct text shown = {0}, elided = {0};
    znn_text_add_shown(&shown, data, size);
    znn_text_add_elided(&elided, shown.data, shown.size, columns, "…");
    svg->failed = svg->failed || shown.failed || elided.failed;
    for (size_t i = 0; i < elided.size; i++) {
        char c = elided.data[i];
        if (c == '<' || c == '>' || c == '&')
            znn_text_format(svg, "&#%d;", c);
        else
            znn_text_add(svg, &c, 1);
    }
    znn_text_free(&shown);
    znn_text_free(&elided);
}

static void draw_title(const struct drawing *drawing)
{
    struct text *svg = drawing->svg;
    const struct survey *survey = drawing->view->survey;
    const struct znn_report *report = &survey->report;
    const char *path = drawing->view->path;
    const char *slash = strrchr(path, '/');
    const char *name = slash && slash[1] ? slash + 1 : path;
    znn_text_format(svg, "<text x=\"%d\" y=\"30\" font-size=\"16\" font-weight=\"bold\">", MARGIN);
    add_text(svg, name, strlen(name), TITLE_COLUMNS);
    znn_text_format(svg, "</text>\n<text x=\"%d\" y=\"50\">%s, %s: %s, compressed %s, %s left (pale: saved)</text>\n",
                    MARGIN, report->format, znn_class_words(survey).text, znn_size_figure(report->original_size).text,
                    znn_size_figure(report->compressed_size).text,
                    znn_share_figure(report->compressed_size, report->original_size).text);
}

static void draw_legend(const struct drawing *drawing)
{
    struct text *svg = drawing->svg;
    struct row roles[ROLE_COUNT];
    znn_rows_roles(drawing->rows, 0, drawing->rows->count, roles);
    int x = MARGIN;
    for (int i = 0; i < ROLE_COUNT; i++) {
        if (roles[i].tensors == 0)
            continue;
        znn_text_format(svg, "<rect x=\"%d\" y=\"64\" width=\"10\" height=\"10\" fill=\"%s\"/>", x, colours[i]);
        znn_text_format(svg, "<text x=\"%d\" y=\"73\">%s</text>\n", x + 14, roles[i].name);
        x += LEGEND;
    }
}

static double pixels(const struct drawing *drawing, uint64_t bytes)
{
    return drawing->scale > 0 ? (double)bytes / (double)drawing->scale * BARS : 0;
}

static double draw_piece(const struct drawing *drawing, double x, const char *colour, const struct row *role)
{
    double width = pixels(drawing, role->size);
    double left = pixels(drawing, role->compressed);
    left = left < width ? left : width;
    znn_text_format(drawing->svg, "<rect x=\"%.2f\" y=\"%.0f\" width=\"%.2f\" height=\"%d\" fill=\"%s\"/>", x,
                    drawing->y, left, BAR, colour);
    znn_text_format(drawing->svg,
                    "<rect x=\"%.2f\" y=\"%.0f\" width=\"%.2f\" height=\"%d\" fill=\"%s\" opacity=\"0.3\"/>", x + left,
                    drawing->y, width - left, BAR, colour);
    return x + width;
}

static void draw_layer(struct drawing *drawing, size_t number)
{
    struct text *svg = drawing->svg;
    const struct layer *layer = &drawing->layers->layers[number];
    struct row sum = znn_layers_row(drawing->layers, drawing->rows, number);
    struct row roles[ROLE_COUNT];
    znn_rows_roles(drawing->rows, layer->start, layer->count, roles);
    znn_text_format(svg, "<text x=\"%d\" y=\"%.0f\" text-anchor=\"end\">", MARGIN + LABEL - 8, drawing->y + BAR - 3);
    add_text(svg, sum.name, sum.name_size, LABEL_COLUMNS);
    znn_text_format(svg, "</text>");
    double x = MARGIN + LABEL;
    for (int i = 0; i < ROLE_COUNT; i++)
        if (roles[i].size > 0)
            x = draw_piece(drawing, x, colours[i], &roles[i]);
    znn_text_format(svg, "<text x=\"%.2f\" y=\"%.0f\">%s of %s</text>\n", x + 8, drawing->y + BAR - 3,
                    znn_share_figure(sum.compressed, sum.size).text, znn_size_figure(sum.size).text);
    drawing->y += ROW;
}

/* The scale is set by the largest layer. */
static void find_scale(struct drawing *drawing)
{
    for (size_t i = 0; i < drawing->layers->count; i++) {
        uint64_t size = znn_layers_row(drawing->layers, drawing->rows, i).size;
        drawing->scale = size > drawing->scale ? size : drawing->scale;
    }
}

static void draw(struct drawing *drawing)
{
    struct text *svg = drawing->svg;
    size_t layers = drawing->layers->count;
    size_t shown = layers < LAYERS_MAX ? layers : LAYERS_MAX;
    size_t height = TOP + ROW * (shown + (layers > shown)) + MARGIN;
    znn_text_format(svg,
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%zu\" viewBox=\"0 0 %d %zu\" "
                    "font-family=\"sans-serif\" font-size=\"12\">\n",
                    WIDTH, height, WIDTH, height);
    znn_text_format(svg, "<rect width=\"%d\" height=\"%zu\" fill=\"#ffffff\"/>\n", WIDTH, height);
    draw_title(drawing);
    draw_legend(drawing);
    for (size_t i = 0; i < shown; i++)
        draw_layer(drawing, i);
    if (layers > shown)
        znn_text_format(svg, "<text x=\"%d\" y=\"%.0f\">and %zu layers more</text>\n", MARGIN + LABEL,
                        drawing->y + BAR - 3, layers - shown);
    znn_text_format(svg, "</svg>\n");
}

bool znn_stat_draw(const struct view *view, struct text *svg)
{
    struct rows rows;
    struct layers layers = {0};
    bool fine = znn_rows_collect(&rows, view->analysis, view->settings->view.match, ORDER_NONE) &&
                znn_layers_find(&layers, &rows, ORDER_NONE);
    if (fine) {
        struct drawing drawing = {.view = view, .svg = svg, .rows = &rows, .layers = &layers, .y = TOP};
        find_scale(&drawing);
        draw(&drawing);
        fine = !svg->failed || znn_say_memory_error(NULL);
    }
    znn_layers_free(&layers);
    znn_rows_free(&rows);
    return fine;
}
