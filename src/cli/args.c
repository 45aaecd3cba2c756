/*
 * args.c - the command line, understood
 */
#include "cli/args.h"

#include "cli/flags.h"
#include "cli/message.h"
#include "cli/suggest.h"

#include <string.h>

#define THREADS_MAX 1024

struct parser {
    struct settings *settings;
    char **next;                      /* the words to come, then NULL */
    const char *spelling[FLAG_COUNT]; /* the word that each flag stood in; NULL where it was not given */
};

static bool parse_threads(const char *text, unsigned *threads)
{
    unsigned value = 0;
    for (const char *p = text; *p; p++) {
        if (*p < '0' || *p > '9' || value > THREADS_MAX)
            return false;
        value = value * 10 + (unsigned)(*p - '0');
    }
    *threads = value;
    return *text && value <= THREADS_MAX;
}

/* `name` is the short name that was used, `value` the argument of a flag that takes one. */
static bool apply(struct settings *settings, enum flag flag, char name, const char *value)
{
    switch (flag) {
    case FLAG_LEVEL:
        settings->level = name - '0';
        break;
    case FLAG_OUTPUT:
        settings->output = value;
        break;
    case FLAG_STDOUT:
        settings->to_stdout = true;
        break;
    case FLAG_KEEP:
        settings->remove_source = false;
        break;
    case FLAG_REMOVE:
        settings->remove_source = true;
        break;
    case FLAG_FORCE:
        settings->force = true;
        break;
    case FLAG_THREADS:
        if (!parse_threads(value, &settings->threads))
            return znn_say_error(NULL, "-T takes a number from 0 (one per processor) to %d, not '%s'", THREADS_MAX,
                                 value);
        break;
    case FLAG_QUIET:
        znn_message_quieter();
        break;
    case FLAG_VERBOSE:
        znn_message_louder();
        break;
    case FLAG_HELP:
        settings->show_help = true;
        break;
    case FLAG_VERSION:
        settings->show_version = true;
        break;
    case FLAG_COUNT:
        break;
    }
    return true;
}

static bool say_missing(const struct flag_info *info, const char *word)
{
    return znn_say_error(NULL, "'%s' needs an argument: %s", word, info->argument);
}

/* Says which flag is unknown and where the known ones are listed. */
static bool say_unknown(const struct parser *parser, const char *flag)
{
    const struct command *command = parser->settings->command;
    return znn_say_error(NULL, "unknown flag '%s'; 'znn %s%s-h' lists the flags", flag, command ? command->name : "",
                         command ? " " : "");
}

static bool say_unknown_short(const struct parser *parser, char name)
{
    return say_unknown(parser, (char[]){'-', name, '\0'});
}

static bool parse_short(struct parser *parser, const char *word)
{
    for (const char *p = word + 1; *p; p++) {
        const struct flag_info *info = znn_flag_find_short(*p);
        if (!info)
            return say_unknown_short(parser, *p);
        parser->spelling[info->flag] = word;
        const char *value = NULL;
        if (info->argument) {
            value = p[1] ? p + 1 : *parser->next ? *parser->next++ : NULL;
            if (!value || !*value)
                return say_missing(info, word);
        }
        if (!apply(parser->settings, info->flag, *p, value))
            return false;
        if (value)
            break;
    }
    return true;
}

static bool say_unknown_long(const struct parser *parser, const char *word, size_t size)
{
    char typed[32] = "";
    if (size < sizeof typed)
        memcpy(typed, word + 2, size);
    struct suggestion suggestion = {.typed = typed};
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
    return apply(parser->settings, info->flag, 0, value);
}

static bool take_operand(struct settings *settings, char *word)
{
    if (settings->command) {
        settings->operands[settings->operand_count++] = word; /* never ahead of the words still to be read */
        return true;
    }
    settings->command = znn_command_find(word);
    return settings->command;
}

/* A flag before the command can be judged only when all is read. */
static bool check_flags(const struct parser *parser)
{
    const struct command *command = parser->settings->command;
    for (enum flag flag = 0; flag < FLAG_COUNT; flag++) {
        unsigned takers = znn_flag(flag)->commands;
        if (command && parser->spelling[flag] && !(takers & 1u << command->id))
            return znn_say_error(NULL, "'%s' is no flag of 'znn %s'; 'znn %s -h' lists them", parser->spelling[flag],
                                 command->name, command->name);
    }
    return true;
}

bool znn_args_parse(struct settings *settings, int argc, char **argv)
{
    *settings = (struct settings){.operands = argv};
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
    return check_flags(&parser);
}
