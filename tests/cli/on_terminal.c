/*
 * For scripts: run a program on a terminal of its own, as a person does.
 *
 *     on_terminal [WAIT SEND]... -- PROGRAM [ARGUMENT]...
 *
 * As soon as the program has shown WAIT, SEND is typed; each WAIT is looked
 * for behind the one before.  In SEND ^C and ^D are those keys; nothing else
 * is typed but what stands there.  What the terminal showed goes to standard
 * output; the exit code is the program's, or 128 and the number of its signal.
 * 99: it did not show a WAIT, or did not end, within 10 seconds.
 *
 * 80 columns and 24 lines, unless COLUMNS says otherwise.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 10000
#define SHOWN_MAX   ((size_t)1024 * 1024)
#define GAVE_UP     99

/* What the terminal has shown, and where to look for the next WAIT. */
struct screen {
    char shown[SHOWN_MAX + 1];
    size_t size;
    size_t seen;
};

static struct screen screen;

/* Become program, on the terminal called name. */
static void
become(const char *name, char **program)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    const char *columns = getenv("COLUMNS");
    int terminal;

    if (columns != NULL)
        size.ws_col = (unsigned short)strtoul(columns, NULL, 10);
    (void)setsid();
    /* Whoever runs the tests may ignore what a terminal's keys send. */
    (void)signal(SIGINT, SIG_DFL);
    (void)signal(SIGQUIT, SIG_DFL);
    (void)signal(SIGHUP, SIG_DFL);
    terminal = open(name, O_RDWR);
    if (terminal < 0 || ioctl(terminal, TIOCSCTTY, 0) < 0 ||
        ioctl(terminal, TIOCSWINSZ, &size) < 0 || dup2(terminal, 0) < 0 ||
        dup2(terminal, 1) < 0 || dup2(terminal, 2) < 0)
        _exit(GAVE_UP);
    if (terminal > 2)
        (void)close(terminal);
    (void)execvp(program[0], program);
    _exit(127);
}

/* Take in what the terminal shows; false when there is no more, or nothing
 * came for too long. */
static int
look(int master)
{
    struct pollfd waiting = {.fd = master, .events = POLLIN};
    ssize_t count;

    if (screen.size == SHOWN_MAX || poll(&waiting, 1, PATIENCE_MS) <= 0)
        return 0;
    count = read(master, screen.shown + screen.size, SHOWN_MAX - screen.size);
    if (count <= 0)
        return 0;
    screen.size += (size_t)count;
    screen.shown[screen.size] = '\0';
    return 1;
}

static int
wait_for(int master, const char *text)
{
    const char *found;

    while ((found = strstr(screen.shown + screen.seen, text)) == NULL)
        if (!look(master))
            return 0;
    screen.seen = (size_t)(found - screen.shown) + strlen(text);
    return 1;
}

static int
type(int master, const char *keys)
{
    char letter;

    for (; *keys != '\0'; keys++) {
        letter = *keys;
        if (keys[0] == '^' && (keys[1] == 'C' || keys[1] == 'D')) {
            letter = (char)(keys[1] - '@');
            keys++;
        }
        if (write(master, &letter, 1) != 1)
            return 0;
    }
    return 1;
}

/* How child ended; one that did not in time is made to. */
static int
result_of(pid_t child, int patient)
{
    int result;

    (void)kill(child, patient ? SIGHUP : SIGKILL);
    if (waitpid(child, &result, 0) < 0)
        return GAVE_UP;
    return WIFSIGNALED(result) ? 128 + WTERMSIG(result) : WEXITSTATUS(result);
}

int
main(int argc, char **argv)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    int patient = 1;
    pid_t child;
    int i = 1;
    int first;

    for (first = 1; first < argc && strcmp(argv[first], "--") != 0; first++)
        continue;
    if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 ||
        first + 1 >= argc)
        return GAVE_UP;
    child = fork();
    if (child == 0)
        become(ptsname(master), argv + first + 1);
    for (; patient && i + 1 < first; i += 2)
        patient = wait_for(master, argv[i]) && type(master, argv[i + 1]);
    while (patient && look(master))
        continue;
    (void)fwrite(screen.shown, 1, screen.size, stdout);
    i = result_of(child, patient);
    return patient ? i : GAVE_UP;
}
