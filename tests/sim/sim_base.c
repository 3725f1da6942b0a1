#include "tests/sim/sim_base.h"

#include <stdio.h>
#include <stdlib.h>

void
sim_fatal(const char *what)
{
    fprintf(stderr, "p2pub-sim: %s\n", what);
    exit(2);
}

void *
sim_alloc(size_t size)
{
    void *memory = mem_zalloc(1, size);

    if (memory == NULL)
        sim_fatal("no memory");
    return memory;
}

void
sim_check(enum status status, const char *what)
{
    if (status != STATUS_OK)
        sim_fatal(what);
}

void
sim_event_init(struct sim_event *event, void (*run)(struct sim_event *event))
{
    deadline_init(&event->due);
    event->run = run;
}
