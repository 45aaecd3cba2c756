/*
 * main.c - the start of the program: reads the command line and runs the command
 */
#include "cli/commands/help.h"
#include "cli/commands/rights.h"
#include "cli/flags/args.h"
#include "cli/say/message.h"
#include "cli/system/open_file.h"
#include "cli/system/signals.h"

int main(int argc, char **argv)
{
    if (!znn_file_open_standard_streams())
        return EXIT_FAILED; /* there is no way to report this */
    znn_message_start();
    znn_signals_install();

    struct settings settings;
    if (!znn_args_parse(&settings, argc, argv))
        return EXIT_USAGE;
    if (settings.help)
        return znn_help_print(settings.command, settings.help);
    if (settings.show_version)
        return znn_help_print_version();
    if (settings.command) {
        znn_rights_give_up(&settings);
        return settings.command->run(&settings);
    }
    if (argc < 2)
        znn_help_hint();
    else
        znn_say_error(NULL, "no command given; 'znn help' lists the commands");
    return EXIT_USAGE;
}
