/*
 * args.c - parses the command line
 */
#include "cli/flags/args.h"

#include "cli/flags/flags.h"
#include "cli/say/message.h"
#include "cli/say/suggest.h"
#include "cli/system/file_status.h"
#include "cli/system/open_file.h"
#include "cli/system/terminal.h"

#include <stddef.h>
#include <string.h>

struct parser {
    struct settings *settings;
    char **next;                      /* the remaining words, then NULL */
    const char *spelling[FLAG_COUNT]; /* the word that contained each flag; NULL if it was not given */
};

static bool add_pattern(struct patterns *patterns, enum flag flag, const char *value)
{
    if (patterns->count == PATTERNS_MAX)
        return znn_say_error(NULL, "--%s takes at most %d patterns", znn_flag(flag)->name, PATTERNS_MAX);
    patterns->words[patterns->count++] = value;
    return true;
}

/* Applies a flag with the argument `value`. */
static bool apply_value(struct settings *settings, enum flag flag, const char *value)
{
    switch (flag) {
    case FLAG_OUTPUT:
        settings->target.path = value;
        break;
    case FLAG_DTYPE:
        return znn_value_dtype(value, &settings->dtype);
    case FLAG_BASE:
        settings->base.path = value;
        break;
    case FLAG_BASE_DIR:
        settings->base.directory = value;
        break;
    case FLAG_DEPTH:
        return znn_value_depth(value, &settings->base.depth);
    case FLAG_FIXED_POINT:
        settings->rounding.has_bits = true;
        return znn_value_bits(value, &settings->rounding.bits);
    case FLAG_MAX_ERROR:
        settings->rounding.max_error = value;
        break;
    case FLAG_ROUNDING:
        settings->rounding.has_mode = true;
        return znn_value_rounding(value, &settings->rounding.mode);
    case FLAG_KEEP:
        return add_pattern(&settings->rounding.keep, flag, value);
    case FLAG_ONLY:
        return add_pattern(&settings->rounding.only, flag, value);
    case FLAG_EXCLUDE:
        return add_pattern(&settings->tree.exclude, flag, value);
    case FLAG_SIGN:
        return znn_value_sign(value, &settings->rounding.sign);
    case FLAG_SPOOL_LIMIT:
        return znn_value_size("--spool-limit", value, &settings->limits.spool_limit);
    case FLAG_MAX_OUTPUT:
        return znn_value_limit("--max-output", value, &settings->limits.max_output);
    case FLAG_MEMORY_LIMIT:
        return znn_value_limit("--memory-limit", value, &settings->limits.memory_limit);
    case FLAG_THREADS:
        return znn_value_threads(value, &settings->limits.threads);
    case FLAG_SORT:
        return znn_value_order(value, &settings->view.order);
    case FLAG_MATCH:
        settings->view.match = value;
        break;
    case FLAG_LOG:
        settings->mount.log = value;
        break;
    case FLAG_SVG:
        settings->view.svg = value;
        break;
    case FLAG_FORMAT:
        return znn_value_form(value, &settings->form);
    case FLAG_RANGE:
        return znn_value_range(value, &settings->range);
    default:
        break;
    }
    return true;
}

/* The flags that set a member to true or false and do nothing else. */
static const struct {
    enum flag flag;
    size_t member; /* its place in struct settings */
    bool value;
} switches[] = {
    {FLAG_STDOUT, offsetof(struct settings, target.to_stdout), true},
    {FLAG_FORCE, offsetof(struct settings, target.force), true},
    {FLAG_REMOVE, offsetof(struct settings, target.remove_source), true},
    {FLAG_KEEP_INPUT, offsetof(struct settings, target.remove_source), false},
    {FLAG_DRY_RUN, offsetof(struct settings, target.dry_run), true},
    {FLAG_FOREGROUND, offsetof(struct settings, mount.foreground), true},
    {FLAG_RECURSIVE, offsetof(struct settings, tree.recursive), true},
    {FLAG_ALL, offsetof(struct settings, tree.all), true},
    {FLAG_EXACT_ZERO, offsetof(struct settings, rounding.exact_zero), true},
    {FLAG_NO_BASE, offsetof(struct settings, base.none), true},
    {FLAG_FORCE_LOSSY_RM, offsetof(struct settings, rounding.force_removal), true},
    {FLAG_SALVAGE, offsetof(struct settings, salvage), true},
    {FLAG_JSON, offsetof(struct settings, json), true},
    {FLAG_NAMES, offsetof(struct settings, view.names), true},
    {FLAG_BASES, offsetof(struct settings, view.bases), true},
    {FLAG_TENSORS, offsetof(struct settings, view.tensors), true},
    {FLAG_LAYERS, offsetof(struct settings, view.layers), true},
    {FLAG_BARS, offsetof(struct settings, view.bars), true},
    {FLAG_QUICK, offsetof(struct settings, view.quick), true},
    {FLAG_RELATED, offsetof(struct settings, base.related), true},
    {FLAG_SWEEP, offsetof(struct settings, view.sweep), true},
    {FLAG_VERSION, offsetof(struct settings, show_version), true},
};

/* A flag without an argument.  `name` is the short name that was used. */
static void apply(struct settings *settings, enum flag flag, char name)
{
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++)
        if (switches[i].flag == flag)
            *(bool *)((char *)settings + switches[i].member) = switches[i].value;
    switch (flag) {
    case FLAG_LEVEL:
        settings->level = name - '0';
        break;
    case FLAG_DECOMPRESS:
        if (!settings->command)
            settings->command = znn_command(COMMAND_DECOMPRESS);
        break;
    case FLAG_DEDUP:
        settings->dedup = 1;
        break;
    case FLAG_NO_DEDUP:
        settings->dedup = -1;
        break;
    case FLAG_QUIET:
        znn_message_quieter();
        break;
    case FLAG_VERBOSE:
        znn_message_louder();
        break;
    case FLAG_HELP:
        settings->help = name ? HELP_SHORT : HELP_LONG;
        break;
    default:
        break;
    }
}

static bool say_missing(const struct flag_info *info, const char *word)
{
    return znn_say_error(NULL, "'%s' needs an argument: %s", word, info->argument);
}

/* Reports an unknown flag, and how to list the known ones. */
static bool say_unknown(const struct parser *parser, const char *flag)
{
    const struct command *command = parser->settings->command;
    return znn_say_error(NULL, "unknown flag '%s'; 'znn %s%s-h' lists the flags", flag, command ? command->name : "",
                         command ? " " : "");
}

/* Habits from gzip, xz, zstd and tar. */
static bool say_unknown_short(const struct parser *parser, char name)
{
    static const char *const habits[] = {"llist", "ttest", "xextract", "zcompress"};
    for (size_t i = 0; i < sizeof habits / sizeof *habits; i++)
        if (habits[i][0] == name)
            return znn_say_error(NULL, "unknown flag '-%c'; did you mean 'znn %s'?", name, habits[i] + 1);
    return say_unknown(parser, (char[]){'-', name, '\0'});
}

static bool parse_short(struct parser *parser, const char *word)
{
    for (const char *p = word + 1; *p; p++) {
        const struct flag_info *info = znn_flag_find_short(*p, parser->settings->command);
        if (!info)
            return say_unknown_short(parser, *p);
        parser->spelling[info->flag] = word;
        if (info->flag == FLAG_LEVEL && p[1] >= '0' && p[1] <= '9')
            return znn_say_error(NULL, "'%s' is not a level; the highest is -9", word);
        const char *value = NULL;
        if (info->argument) {
            value = p[1] ? p + 1 : *parser->next ? *parser->next++ : NULL;
            if (!value || !*value)
                return say_missing(info, word);
        }
        if (value)
            return apply_value(parser->settings, info->flag, value);
        apply(parser->settings, info->flag, *p);
    }
    return true;
}

static bool say_unknown_long(const struct parser *parser, const char *word, size_t size)
{
    char typed[32] = "";
    if (size < sizeof typed)
        memcpy(typed, word + 2, size);
    struct suggestion suggestion = {.typed = typed};
    if (!parser->settings->command)
        for (enum command_id id = 0; id < COMMAND_COUNT; id++)
            if (strcmp(znn_command(id)->name, typed) == 0)
                return znn_say_error(NULL, "unknown flag '%s'; did you mean 'znn %s'?", word, typed);
    for (enum flag flag = 0; flag < FLAG_COUNT; flag++)
        if (znn_flag(flag)->name)
            znn_suggest_offer(&suggestion, znn_flag(flag)->name);
    if (suggestion.best)
        return znn_say_error(NULL, "unknown flag '%s'; did you mean '--%s'?", word, suggestion.best);
    return say_unknown(parser, word);
}

static bool parse_long(struct parser *parser, const char *word)
{
    size_t size = strcspn(word + 2, "=");
    const char *value = word[2 + size] ? word + 2 + size + 1 : NULL;
    const struct flag_info *info = znn_flag_find_long(word + 2, size);
    if (!info)
        return say_unknown_long(parser, word, size);
    parser->spelling[info->flag] = word;
    if (value && !info->argument)
        return znn_say_error(NULL, "'--%s' takes no argument", info->name);
    if (info->argument && !value && *parser->next)
        value = *parser->next++;
    if (info->argument && (!value || !*value))
        return say_missing(info, word);
    if (value)
        return apply_value(parser->settings, info->flag, value);
    apply(parser->settings, info->flag, 0);
    return true;
}

static bool take_operand(struct settings *settings, char *word)
{
    if (settings->command) {
        settings->operands[settings->operand_count++] = word; /* never ahead of the words still to read */
        return true;
    }
    settings->command = znn_command_find(word);
    return settings->command;
}

/* True in a pipeline: a program such as tar writes to standard input, and reads or stores standard output. */
static bool is_filter(void)
{
    struct file_status status;
    return znn_file_status_open(STANDARD_INPUT, &status) && status.kind != FILE_CHARACTER_DEVICE &&
           status.kind != FILE_DIRECTORY && !znn_terminal_is(STANDARD_OUTPUT);
}

/* In a pipeline, znn compresses if there is no command. */
static void choose_command(struct settings *settings)
{
    if (!settings->command && !settings->help && !settings->show_version && is_filter())
        settings->command = znn_command(COMMAND_COMPRESS);
}

/*
 * A flag before the command can be checked only after the whole line is read.  tar -I 'znn -9' adds -d to decompress,
 * where the level has no meaning.
 */
static bool check_flags(const struct parser *parser)
{
    const struct command *command = parser->settings->command;
    for (enum flag flag = 0; flag < FLAG_COUNT; flag++) {
        unsigned takers = znn_flag(flag)->commands;
        if (flag == FLAG_LEVEL && parser->spelling[FLAG_DECOMPRESS])
            takers |= 1u << COMMAND_DECOMPRESS;
        if (command && parser->spelling[flag] && !(takers & 1u << command->id))
            return znn_say_error(NULL, "'%s' is not a flag of 'znn %s'; 'znn %s -h' lists them", parser->spelling[flag],
                                 command->name, command->name);
    }
    return true;
}

/* The environment sets defaults for the commands that take the flags. */
static void apply_environment(const struct parser *parser)
{
    struct settings *settings = parser->settings;
    unsigned command = settings->command ? 1u << settings->command->id : 0;
    if (!parser->spelling[FLAG_LEVEL] && (znn_flag(FLAG_LEVEL)->commands & command))
        znn_value_default_level(&settings->level);
    if (!parser->spelling[FLAG_THREADS] && (znn_flag(FLAG_THREADS)->commands & command))
        znn_value_default_threads(&settings->limits.threads);
}

bool znn_args_parse(struct settings *settings, int argc, char **argv)
{
    *settings = (struct settings){.limits.spool_limit = SPOOL_LIMIT_DEFAULT, .operands = argv};
    struct parser parser = {.settings = settings, .next = argv + (argc > 0)};
    bool flags_ended = false;
    while (*parser.next) {
        char *word = *parser.next++;
        bool fine;
        if (flags_ended || word[0] != '-' || word[1] == '\0')
            fine = take_operand(settings, word);
        else if (word[1] != '-')
            fine = parse_short(&parser, word);
        else if (word[2])
            fine = parse_long(&parser, word);
        else
            fine = flags_ended = true;
        if (!fine)
            return false;
    }
    choose_command(settings);
    if (!check_flags(&parser))
        return false;
    apply_environment(&parser);
    return true;
}
