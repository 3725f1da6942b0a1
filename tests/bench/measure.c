/*
 * Runs a command and says what it cost, on standard error:
 *
 *     measure COMMAND...        seconds 1.234 peak_kib 5678
 *
 * Exits as the command did.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
seconds_now(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int
main(int argc, char **argv)
{
    struct rusage usage;
    double began = seconds_now();
    pid_t child;
    int result;

    if (argc < 2) {
        (void)fputs("usage: measure COMMAND...\n", stderr);
        return 2;
    }
    child = fork();
    if (child == 0) {
        (void)execvp(argv[1], argv + 1);
        perror(argv[1]);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &result, 0) != child ||
        getrusage(RUSAGE_CHILDREN, &usage) != 0) {
        perror("measure");
        return 2;
    }
    (void)fprintf(stderr, "seconds %.3f peak_kib %ld\n", seconds_now() - began,
                  usage.ru_maxrss);
    return WIFEXITED(result) ? WEXITSTATUS(result) : 128 + WTERMSIG(result);
}
