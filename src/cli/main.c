/*
 * main.c - the program starts here: the command line is read, and its command is run
 */
#include "cli/commands/help.h"
#include "cli/commands/sandbox.h"
#include "cli/flags/args.h"
#include "cli/input/signals.h"
#include "cli/say/message.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * A program may be started with closed standard streams.  A file opened later would then become, say, standard error,
 * and messages would be written into it.  So each closed one is opened on /dev/null, the wrong way round, so that using
 * it stays the error that it was.
 */
static void open_standard_streams(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
            exit(EXIT_FAILED); /* there is nobody to tell */
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
