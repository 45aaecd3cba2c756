/*
 * lossy.c - the flags for rounding, and messages about rounding
 */
#include "cli/flags/lossy.h"

#include "cli/say/glob.h"
#include "cli/say/json_writer.h"
#include "cli/say/message.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool znn_lossy_is_asked(const struct settings *settings)
{
    return settings->rounding.has_bits || settings->rounding.max_error;
}

/* The reasons why tensors are not rounded. */
struct lossy_reasons {
    char text[400];
    uint64_t tensors;
};

static bool check_presence(const struct settings *settings)
{
    const char *flag = settings->rounding.keep.count > 0   ? "--keep"
                       : settings->rounding.only.count > 0 ? "--only"
                       : settings->rounding.exact_zero     ? "--exact-zero"
                       : settings->rounding.has_mode       ? "--rounding"
                                                           : NULL;
    if (!flag || znn_lossy_is_asked(settings) || settings->view.sweep)
        return true;
    return znn_say_error(NULL, "%s is about rounding; use it with --fixed-point or --max-error%s", flag,
                         settings->rounding.keep.count > 0 ? " (to keep the input files, use -k)" : "");
}

bool znn_lossy_check(struct settings *settings)
{
    if (settings->view.sweep && znn_lossy_is_asked(settings))
        return znn_say_error(NULL, "--sweep has its own precisions; leave out --fixed-point and --max-error");
    if (settings->rounding.has_bits && settings->rounding.max_error)
        return znn_say_error(NULL, "--fixed-point and --max-error both set the precision; give one of them");
    if (!check_presence(settings))
        return false;
    if (settings->rounding.max_error) {
        int bits = znn_bits_for_error(settings->rounding.max_error, settings->rounding.mode);
        if (bits < 0)
            return znn_say_error(NULL, "--max-error takes a number above 0, such as 0.001, 1e-7 or 2^-24, not '%s'",
                                 settings->rounding.max_error);
        settings->rounding.bits = (unsigned)bits;
    }
    if (znn_lossy_is_asked(settings) && settings->target.remove_source && !settings->rounding.force_removal)
        return znn_say_error(NULL, "rounding cannot be undone, and --rm would remove the exact files; leave out --rm, "
                                   "or add --force-lossy-rm");
    return true;
}

/* Tries all patterns, so that every useful pattern gets marked. */
static bool matches(struct patterns *patterns, const struct znn_tensor *tensor)
{
    bool any = false;
    for (size_t i = 0; i < patterns->count; i++)
        if (znn_glob_match(patterns->words[i], tensor->name, tensor->name_size))
            any = patterns->matched[i] = true;
    return any;
}

static enum znn_choice choose(void *context, const struct znn_tensor *tensor)
{
    struct settings *settings = context;
    bool keep = matches(&settings->rounding.keep, tensor), only = matches(&settings->rounding.only, tensor);
    if (keep)
        return ZNN_CHOICE_KEEP;
    if (settings->rounding.only.count == 0)
        return ZNN_CHOICE_DEFAULT;
    return only ? ZNN_CHOICE_ROUND : ZNN_CHOICE_KEEP;
}

static void say_unmatched(const struct patterns *patterns, const char *flag)
{
    for (size_t i = 0; i < patterns->count; i++)
        if (!patterns->matched[i])
            znn_say_warning(NULL, "%s '%s' matches no tensor that could be rounded; 'znn list' lists names", flag,
                            patterns->words[i]);
}

void znn_lossy_say_unmatched(const struct settings *settings)
{
    if (settings->rounding.bits > ZNN_BITS_MAX) /* nobody asked for any tensor */
        return;
    say_unmatched(&settings->rounding.keep, "--keep");
    say_unmatched(&settings->rounding.only, "--only");
}

void znn_lossy_options(const struct settings *settings, struct znn_compress_options *options)
{
    options->sign = settings->rounding.sign;
    options->choose = choose;
    options->choose_context = (void *)(uintptr_t)settings; /* of which choose() only marks patterns */
    if (!znn_lossy_is_asked(settings) || settings->rounding.bits > ZNN_BITS_MAX)
        return;
    options->lossy = (struct znn_lossy){
        .mode = ZNN_FIXED_POINT,
        .bits = settings->rounding.bits,
        .rounding = settings->rounding.mode,
        .exact_zero = settings->rounding.exact_zero,
    };
}

struct lossy_words znn_lossy_words(const struct znn_lossy *lossy)
{
    struct lossy_words words = {""};
    const char *zeros = lossy->exact_zero ? ", negative zeros kept" : "";
    if (lossy->mode == ZNN_LOSSLESS)
        return words;
    if (lossy->rounding == ZNN_ROUND_FLOOR)
        snprintf(words.text, sizeof words.text, "fixed point, B = %u: less than 2^-%u below the original%s",
                 lossy->bits, lossy->bits, zeros);
    else
        snprintf(words.text, sizeof words.text, "fixed point, B = %u: at most 2^-%u from the original%s", lossy->bits,
                 lossy->bits + 1, zeros);
    return words;
}

/* Appends a reason to the list if it applies to any tensor. */
static void add_reason(struct lossy_reasons *reasons, uint64_t tensors, const char *why)
{
    size_t size = strlen(reasons->text);
    if (tensors > 0)
        snprintf(reasons->text + size, sizeof reasons->text - size, "%s%" PRIu64 " %s", size > 0 ? "; " : "", tensors,
                 why);
    reasons->tensors += tensors;
}

/*
 * Biases and norms are always kept, and the loss in size is negligible.  But if they are more than 1 % of the numbers,
 * as in the flat states of an optimizer, the user should know.
 */
static bool small_ones_matter(const struct znn_report *report)
{
    return report->small_size > report->float_size / 100;
}

/* Reports how many tensors are kept, and why, if the user would not expect it. */
static bool say_kept(const char *name, unsigned bits, const struct znn_report *report)
{
    struct lossy_reasons reasons = {"", 0};
    uint64_t all = report->tensors > 0 ? report->tensors : 1; /* with --dtype, the whole file is one tensor */
    char unsuited[80];
    snprintf(unsuited, sizeof unsuited, "because B = %u is only for F64, and other types take up to %d", bits,
             ZNN_BITS_MAX_32);
    add_reason(&reasons, report->unsuited_tensors, unsuited);
    if (small_ones_matter(report))
        add_reason(&reasons, report->small_tensors,
                   "with fewer than 2 dimensions or 4096 numbers, which --only rounds");
    add_reason(&reasons, report->shared_tensors, "that share bytes with kept tensors");
    if (reasons.tensors > 0)
        znn_say_warning(name, "%" PRIu64 " of %" PRIu64 " tensors %s not rounded: %s", reasons.tensors, all,
                        reasons.tensors == 1 ? "is" : "are", reasons.text);
    return reasons.tensors > 0;
}

void znn_lossy_say_rest(const struct settings *settings, const char *name, const struct znn_report *report)
{
    bool chosen = settings->rounding.keep.count > 0 || settings->rounding.only.count > 0;
    if (!znn_lossy_is_asked(settings))
        return;
    if (settings->rounding.bits > ZNN_BITS_MAX) {
        znn_say_warning(name, "no precision meets an error of %s, so all tensors stay lossless",
                        settings->rounding.max_error);
        return;
    }
    bool said = say_kept(name, settings->rounding.bits, report);
    bool is_lossless = report->lossy.mode == ZNN_LOSSLESS;
    if (is_lossless && !said && (chosen || settings->tree.recursive))
        znn_say_note(name, "has no tensor to round, so it is lossless");
    else if (is_lossless && !said)
        znn_say_warning(name, "has no tensor to round, so it is lossless");
    if (report->zeroed_numbers > report->nonzero_numbers / 2)
        znn_say_warning(name,
                        "B = %u turns %.1f %% of the rounded numbers into zeros; 'znn stat --sweep' shows the "
                        "effect of other values",
                        settings->rounding.bits,
                        100.0 * (double)report->zeroed_numbers / (double)report->nonzero_numbers);
}

void znn_lossy_write_rest(struct json *json, const struct znn_report *report)
{
    if (report->float_size == 0)
        return;
    znn_json_begin(json, "rounded", '{');
    znn_json_number(json, "tensors", report->rounded_tensors);
    znn_json_number(json, "small_tensors", report->small_tensors);
    znn_json_number(json, "shared_tensors", report->shared_tensors);
    znn_json_number(json, "unsuited_tensors", report->unsuited_tensors);
    znn_json_number(json, "float_bytes", report->float_size);
    znn_json_number(json, "small_bytes", report->small_size);
    znn_json_number(json, "nonzero_numbers", report->nonzero_numbers);
    znn_json_number(json, "zeroed_numbers", report->zeroed_numbers);
    znn_json_end(json, '}');
}

void znn_lossy_write(struct json *json, const struct znn_lossy *lossy)
{
    if (lossy->mode == ZNN_LOSSLESS)
        return;
    const char *rounding = lossy->rounding == ZNN_ROUND_FLOOR ? "floor" : "nearest";
    char bound[16];
    int size = snprintf(bound, sizeof bound, "2^-%u", lossy->bits + (lossy->rounding == ZNN_ROUND_NEAREST));
    znn_json_begin(json, "lossy", '{');
    znn_json_string(json, "mode", "fixed-point", strlen("fixed-point"));
    znn_json_number(json, "bits", lossy->bits);
    znn_json_string(json, "rounding", rounding, strlen(rounding));
    znn_json_bool(json, "exact_zero", lossy->exact_zero != 0);
    znn_json_string(json, "max_error", bound, (size_t)size);
    znn_json_end(json, '}');
}
