/*
 * main.c - the start of the program: reads the command line and runs the command
 */
#include "cli/commands/help.h"
#include "cli/commands/sandbox.h"
#include "cli/flags/args.h"
#include "cli/say/message.h"
#include "cli/system/signals.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * A program may be started with closed standard streams.  A file opened later would then become, for example, standard
 * error, and messages would be written into it.  So each closed stream is opened on /dev/null in the wrong direction,
 * so that using it is still an error.
 */
static void open_standard_streams(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
            exit(EXIT_FAILED); /* there is no way to report this */
}

int main(int argc, char **argv)
{
    open_standard_streams();
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
        znn_sandbox_enter(&settings);
        return settings.command->run(&settings);
    }
    if (argc < 2)
        znn_help_hint();
    else
        znn_say_error(NULL, "no command given; 'znn help' lists the commands");
    return EXIT_USAGE;
}
