/*
 * sweep_svg.c - shows the effect of rounding as a picture
 *
 *     left
 *     80%  o
 *     60%      o  o
 *     40%             o
 *     20%                 o   o
 *          27 24 23  19  15  12   B
 *
 * One line is the size that is left of the file.  The other is the share of rounded numbers that become zero.  The
 * errors are below each B.
 */
#include "cli/commands/sweep.h"
#include "cli/say/units.h"

#include <string.h>

/* In pixels. */
enum { WIDTH = 860, LEFT = 60, TOP = 60, STEP = 85, HEIGHT = 300, BOTTOM = 90 };

#define LEFT_COLOUR "#0072b2"
#define ZERO_COLOUR "#d55e00"

static double share(uint64_t part, uint64_t whole)
{
    return whole > 0 ? (double)part / (double)whole : 0;
}

static double height_of(double value)
{
    return TOP + HEIGHT * (1 - (value > 1 ? 1 : value));
}

static double place_of(size_t i)
{
    return LEFT + STEP / 2.0 + (double)(STEP * i);
}

static void draw_axes(struct text *svg, size_t count)
{
    double right = LEFT + (double)(STEP * count);
    for (int percent = 0; percent <= 100; percent += 20) {
        double y = height_of(percent / 100.0);
        znn_text_format(svg, "<line x1=\"%d\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#dddddd\"/>", LEFT, y, right,
                        y);
        znn_text_format(svg, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%d%%</text>\n", LEFT - 6, y + 4, percent);
    }
}

static void add_file_name(struct text *svg, const char *path)
{
    struct text shown = {0};
    znn_text_add_shown(&shown, path, strlen(path));
    for (size_t i = 0; i < shown.size; i++) {
        char c = shown.data[i];
        if (c == '<' || c == '>' || c == '&')
            znn_text_format(svg, "&#%d;", c);
        else
            znn_text_add(svg, &c, 1);
    }
    svg->failed = svg->failed || shown.failed;
    znn_text_free(&shown);
}

static void draw_line(const struct znn_sweep *sweep, size_t count, bool zeros, struct text *svg)
{
    const char *colour = zeros ? ZERO_COLOUR : LEFT_COLOUR;
    struct znn_report report = ZNN_INIT(struct znn_report);
    struct znn_point point = ZNN_INIT(struct znn_point);
    znn_text_format(svg, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"", colour);
    for (size_t i = 0; i < count; i++) {
        znn_sweep_total(sweep, i, &report, &point);
        double value =
            zeros ? share(point.zeros, point.parameters) : share(report.compressed_size, report.original_size);
        znn_text_format(svg, "%s%.1f,%.1f", i > 0 ? " " : "", place_of(i), height_of(value));
    }
    znn_text_format(svg, "\"/>\n");
}

static void draw_point(const struct znn_sweep *sweep, size_t i, struct text *svg)
{
    struct znn_report report = ZNN_INIT(struct znn_report);
    struct znn_point point = ZNN_INIT(struct znn_point);
    double x = place_of(i);
    znn_sweep_total(sweep, i, &report, &point);
    double left = height_of(share(report.compressed_size, report.original_size));
    double zeros = height_of(share(point.zeros, point.parameters));
    znn_text_format(svg, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>", x, left, LEFT_COLOUR);
    znn_text_format(svg, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>", x, zeros, ZERO_COLOUR);
    znn_text_format(svg, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>", x, left - 9,
                    znn_share_figure(report.compressed_size, report.original_size).text);
    znn_text_format(svg, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" font-weight=\"bold\">%u</text>", x,
                    TOP + HEIGHT + 22, point.bits);
    znn_text_format(svg, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.1e</text>\n", x, TOP + HEIGHT + 42,
                    point.max_error);
}

void znn_sweep_draw(const struct znn_sweep *sweep, size_t count, const char *path, struct text *svg)
{
    int height = TOP + HEIGHT + BOTTOM;
    znn_text_format(svg,
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
                    "font-family=\"sans-serif\" font-size=\"12\">\n",
                    WIDTH, height, WIDTH, height);
    znn_text_format(svg,
                    "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n<text x=\"%d\" y=\"24\" font-size=\"15\">",
                    WIDTH, height, LEFT);
    add_file_name(svg, path);
    znn_text_format(svg, "</text>\n<text x=\"%d\" y=\"44\" fill=\"%s\">left of the file</text>", LEFT, LEFT_COLOUR);
    znn_text_format(svg, "<text x=\"%d\" y=\"44\" fill=\"%s\">rounded to zero</text>\n", LEFT + 130, ZERO_COLOUR);
    draw_axes(svg, count);
    draw_line(sweep, count, false, svg);
    draw_line(sweep, count, true, svg);
    for (size_t i = 0; i < count; i++)
        draw_point(sweep, i, svg);
    znn_text_format(svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">B</text>", LEFT - 6, TOP + HEIGHT + 22);
    znn_text_format(svg, "<text x=\"%d\" y=\"%d\">the largest error below each B</text>\n</svg>\n", LEFT,
                    TOP + HEIGHT + 66);
}
