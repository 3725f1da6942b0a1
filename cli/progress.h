/*
 * How far long work has come: one line on stderr, rewritten in place, from one
 * second after the beginning on, and only on a terminal.
 *
 *     progress_begin(&progress, cli, cli_clock_now());
 *     progress_show(&progress, cli_clock_now(), _("%zu of %zu"), done, all);
 *     progress_end(&progress);      before anything else is said
 *
 * Nothing is owned.
 */
#ifndef P2PUB_CLI_PROGRESS_H
#define P2PUB_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/cli.h"
#include "core/time.h"

struct progress {
    bool is_on;
    struct mono_time due; /* the line is not rewritten before */
    size_t columns;       /* of what stands there; 0 for nothing */
};

/* Silent where stderr is no terminal, and with --quiet or --json. */
void progress_begin(struct progress *progress, const struct cli *cli,
                    struct mono_time now);

/* Say how far it is.  Cheap when nothing is due. */
void progress_show(struct progress *progress, struct mono_time now,
                   const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;

/* Take the line away.  May be called again. */
void progress_end(struct progress *progress);

#endif
