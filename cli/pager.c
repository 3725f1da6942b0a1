#include "cli/pager.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEFAULT_PAGER "less"

/* What the shell says of a command that it cannot run. */
enum {
    SHELL_CANNOT_RUN = 126,
    SHELL_NOT_FOUND = 127
};

/* The command line of the pager, or NULL for none. */
static const char *
choose(void)
{
    const char *command = getenv("P2PUB_PAGER");
    const char *terminal = getenv("TERM");

    if (isatty(STDOUT_FILENO) != 1)
        return NULL;
    if (command == NULL)
        command = getenv("PAGER");
    /* less complains of a terminal that knows nothing, and waits. */
    if (command == NULL && terminal != NULL && strcmp(terminal, "dumb") == 0)
        return NULL;
    if (command == NULL)
        command = DEFAULT_PAGER;
    if (command[0] == '\0' || strcmp(command, "cat") == 0)
        return NULL;
    return command;
}

/* In the child: become the pager.  F: not for what fits the screen; R: colours
 * pass; X: the text stays on the screen afterwards. */
static void
become(const char *command, const int ends[2])
{
    (void)signal(SIGPIPE, SIG_DFL);
    (void)signal(SIGINT, SIG_DFL);
    (void)signal(SIGQUIT, SIG_DFL);
    if (dup2(ends[0], STDIN_FILENO) < 0 || close(ends[0]) != 0 ||
        close(ends[1]) != 0 || setenv("LESS", "FRX", 0) != 0 ||
        setenv("LESSSECURE", "1", 1) != 0 ||
        setenv("LESSHISTFILE", "-", 1) != 0)
        _exit(SHELL_CANNOT_RUN);
    (void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(SHELL_CANNOT_RUN);
}

/* Whoever leaves the pager early does not want the rest. */
static void
feed(int descriptor, struct byte_view octets)
{
    while (octets.size > 0) {
        ssize_t count = write(descriptor, octets.data, octets.size);

        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        octets = byte_view_slice(octets, (size_t)count, octets.size);
    }
    (void)close(descriptor);
}

/* True if the pager ran, however it ended. */
static bool
run(const char *command, struct byte_view octets)
{
    struct sigaction ignore;
    struct sigaction on_interrupt;
    struct sigaction on_quit;
    int ends[2];
    int result = 0;
    pid_t child;

    if (pipe(ends) != 0)
        return false;
    memset(&ignore, 0, sizeof(ignore));
    ignore.sa_handler = SIG_IGN;
    /* Ctrl-C is the pager's. */
    (void)sigaction(SIGINT, &ignore, &on_interrupt);
    (void)sigaction(SIGQUIT, &ignore, &on_quit);
    child = fork();
    if (child == 0)
        become(command, ends);
    (void)close(ends[0]);
    if (child > 0) {
        feed(ends[1], octets);
        while (waitpid(child, &result, 0) < 0 && errno == EINTR)
            continue;
    } else {
        (void)close(ends[1]);
    }
    (void)sigaction(SIGINT, &on_interrupt, NULL);
    (void)sigaction(SIGQUIT, &on_quit, NULL);
    return child > 0 &&
           (!WIFEXITED(result) || (WEXITSTATUS(result) != SHELL_CANNOT_RUN &&
                                   WEXITSTATUS(result) != SHELL_NOT_FOUND));
}

void
pager_show(struct byte_view octets)
{
    const char *command = choose();

    (void)fflush(stdout);
    if (command != NULL && run(command, octets))
        return;
    if (octets.size > 0)
        (void)fwrite(octets.data, 1, octets.size, stdout);
}
