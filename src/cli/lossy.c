/*
 * lossy.c - what the command line says of rounding, and what is said to the user of it
 */
#include "cli/lossy.h"

#include "cli/glob.h"
#include "cli/json_writer.h"
#include "cli/message.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool znn_lossy_is_asked(const struct settings *settings)
{
    return settings->has_bits || settings->max_error;
}

static bool check_presence(const struct settings *settings)
{
    const char *flag = settings->keep.count > 0   ? "--keep"
                       : settings->only.count > 0 ? "--only"
                       : settings->exact_zero     ? "--exact-zero"
                       : settings->has_rounding   ? "--rounding"
                                                  : NULL;
    if (!flag || znn_lossy_is_asked(settings) || settings->sweep)
        return true;
    return znn_say_error(NULL, "%s is about rounding; it goes with --fixed-point or --max-error%s", flag,
                         settings->keep.count > 0 ? " (to keep the input files, say -k)" : "");
}

bool znn_lossy_check(struct settings *settings)
{
    if (settings->sweep && znn_lossy_is_asked(settings))
        return znn_say_error(NULL, "--sweep goes through precisions of its own; leave out the one that is given");
    if (settings->has_bits && settings->max_error)
        return znn_say_error(NULL, "--fixed-point and --max-error both set the precision; give one of them");
    if (!check_presence(settings))
        return false;
    if (settings->max_error) {
        int bits = znn_bits_for_error(settings->max_error, settings->rounding);
        if (bits < 0)
            return znn_say_error(NULL, "--max-error takes a number above 0, such as 0.001, 1e-7 or 2^-24, not '%s'",
                                 settings->max_error);
        settings->bits = (unsigned)bits;
    }
    if (znn_lossy_is_asked(settings) && settings->remove_source && !settings->force_lossy_rm)
        return znn_say_error(NULL,
                             "--rm would remove the only files with all bits, as rounding cannot be undone; leave it "
                             "out, or add --force-lossy-rm");
    return true;
}

/* All patterns are tried, so that each that is of use is known to be. */
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
    bool keep = matches(&settings->keep, tensor), only = matches(&settings->only, tensor);
    if (keep)
        return ZNN_CHOICE_KEEP;
    if (settings->only.count == 0)
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
    if (settings->bits > ZNN_BITS_MAX) /* nobody asked for any tensor */
        return;
    say_unmatched(&settings->keep, "--keep");
    say_unmatched(&settings->only, "--only");
}

void znn_lossy_options(const struct settings *settings, struct znn_compress_options *options)
{
    options->sign = settings->sign;
    options->choose = choose;
    options->choose_context = (void *)(uintptr_t)settings; /* of which choose() only marks patterns */
    if (!znn_lossy_is_asked(settings) || settings->bits > ZNN_BITS_MAX)
        return;
    options->lossy = (struct znn_lossy){
        .mode = ZNN_FIXED_POINT,
        .bits = settings->bits,
        .rounding = settings->rounding,
        .exact_zero = settings->exact_zero,
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

void znn_lossy_say_rest(const struct settings *settings, const char *name, const struct znn_report *report)
{
    if (!znn_lossy_is_asked(settings))
        return;
    if (settings->bits > ZNN_BITS_MAX)
        znn_say_note(name, "no precision meets an error of %s, so all tensors stay lossless", settings->max_error);
    else if (report->unsuited_tensors > 0)
        znn_say_note(name,
                     "%" PRIu64 " tensor%s lossless, as B = %u is for F64 alone; that of other types is at most %d",
                     report->unsuited_tensors, report->unsuited_tensors == 1 ? " stays" : "s stay", settings->bits,
                     ZNN_BITS_MAX_32);
    else if (report->lossy.mode == ZNN_LOSSLESS)
        znn_say_note(name, "has no tensor to round, so it is lossless");
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
