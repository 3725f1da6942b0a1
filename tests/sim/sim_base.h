/*
 * What all parts of the simulator stand on: memory that is there or ends the
 * program, and events in the order of their time.
 */
#ifndef P2PUB_TESTS_SIM_SIM_BASE_H
#define P2PUB_TESTS_SIM_SIM_BASE_H

#include <stddef.h>
#include <stdint.h>

#include "core/deadlines.h"
#include "core/mem.h"
#include "core/status.h"
#include "core/time.h"

#define SIM_SECOND ((uint64_t)1000)
#define SIM_MINUTE (60 * SIM_SECOND)
#define SIM_HOUR   (60 * SIM_MINUTE)
#define SIM_DAY    (24 * SIM_HOUR)

/* mem_zalloc that does not fail; release with mem_free. */
void *sim_alloc(size_t size);

/* End the program: the simulator itself failed, with what. */
void sim_fatal(const char *what) __attribute__((noreturn));

/* The same unless status is STATUS_OK. */
void sim_check(enum status status, const char *what);

/* Something that happens at one time; whoever waits holds one. */
struct sim_event {
    struct deadline due;
    void (*run)(struct sim_event *event);
};

void sim_event_init(struct sim_event *event,
                    void (*run)(struct sim_event *event));

#endif
