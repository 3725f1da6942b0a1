/*
 * p2pub-sim: the engine of the daemon in a network that exists in memory.
 *
 *     p2pub-sim SCENARIO [--nodes N] [--records N] [--seed S] [--seeds K]
 *               [--delay MS] [--degree N] [--memory OCTETS] [--limit OCTETS]
 *               [--json] [--trace FILE]
 *
 * --memory is what each engine may hold; --limit, in its place, what the rule
 * about it asks for, so that one can see the rule broken.
 *
 * Each seed is a run of its own; --seeds K runs S, S + 1, ... S + K - 1.
 * Exit status: 0; 1 if a rule was broken; 2 if the simulator failed; 64 for
 * bad usage.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/entropy.h"
#include "core/mem.h"
#include "tests/sim/scenarios.h"

enum {
    EXIT_BROKEN = 1,
    EXIT_FAILED = 2,
    EXIT_MISUSED = 64
};

static int
show_usage(FILE *out)
{
    const struct sim_scenario *scenario;

    fputs("usage: p2pub-sim SCENARIO [--nodes N] [--records N] [--seed S]\n"
          "                 [--seeds K] [--delay MS] [--degree N]\n"
          "                 [--memory OCTETS] [--limit OCTETS] [--json]\n"
          "                 [--trace FILE]\n\nscenarios:\n",
          out);
    for (size_t i = 0; (scenario = scenario_at(i)) != NULL; i++)
        fprintf(out, "  %-10s %s (%zu nodes, %zu records)\n", scenario->name,
                scenario->what, scenario->defaults.nodes,
                scenario->defaults.records);
    return out == stdout ? EXIT_SUCCESS : EXIT_MISUSED;
}

/* A number from 1 to most. */
static bool
take_number(uint64_t *out, const char *text, uint64_t most)
{
    char *end;

    errno = 0;
    *out = strtoull(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' && text[0] != '-' &&
           *out >= 1 && *out <= most;
}

static bool
take_option(struct sim_options *options, uint64_t *seeds, int option)
{
    uint64_t number = 0;

    if (option == 'j') {
        options->json = true;
        return true;
    }
    if (option == 't') {
        options->trace = optarg;
        return true;
    }
    if (option == '?' || !take_number(&number, optarg, UINT32_MAX))
        return false;
    if (option == 'n')
        options->nodes = (size_t)number;
    if (option == 'r')
        options->records = (size_t)number;
    if (option == 's')
        options->seed = number;
    if (option == 'k')
        *seeds = number;
    if (option == 'd')
        options->delay = (uint32_t)number;
    if (option == 'g')
        options->degree = (size_t)number;
    if (option == 'm')
        options->memory = (size_t)number;
    if (option == 'l')
        options->limit = (size_t)number;
    return true;
}

/* One seed; true if every rule held. */
static bool
run(const struct sim_scenario *scenario, const struct sim_options *options)
{
    const long live = mem_live_count();
    struct sim_world *world = sim_world_new(scenario, options);
    bool good;

    if (options->trace != NULL) {
        world->net->trace_file = fopen(options->trace, "w");
        if (world->net->trace_file == NULL)
            sim_fatal("the trace cannot be written");
    }
    scenario->run(world);
    sim_report(world);
    if (world->net->trace_file != NULL && fclose(world->net->trace_file) != 0)
        sim_fatal("the trace cannot be written");
    good = world->broken == 0;
    sim_world_free(world);
    if (mem_live_count() != live) {
        fprintf(stderr, "%s: seed %llu: memory was not freed\n", scenario->name,
                (unsigned long long)options->seed);
        good = false;
    }
    return good;
}

int
main(int argc, char **argv)
{
    static const struct option names[] = {
        {"nodes", required_argument, NULL, 'n'},
        {"records", required_argument, NULL, 'r'},
        {"seed", required_argument, NULL, 's'},
        {"seeds", required_argument, NULL, 'k'},
        {"delay", required_argument, NULL, 'd'},
        {"degree", required_argument, NULL, 'g'},
        {"memory", required_argument, NULL, 'm'},
        {"limit", required_argument, NULL, 'l'},
        {"json", no_argument, NULL, 'j'},
        {"trace", required_argument, NULL, 't'},
        {NULL, 0, NULL, 0}};
    const struct sim_scenario *scenario;
    struct sim_options options;
    uint64_t seeds = 1;
    bool good = true;
    int option;

    if (argc > 1 && strcmp(argv[1], "--help") == 0)
        return show_usage(stdout);
    scenario = argc > 1 ? scenario_find(argv[1]) : NULL;
    if (scenario == NULL)
        return show_usage(stderr);
    options = scenario->defaults;
    options.seed = 1;
    while ((option = getopt_long(argc - 1, argv + 1, "", names, NULL)) != -1)
        if (!take_option(&options, &seeds, option))
            return show_usage(stderr);
    if (entropy_start() != STATUS_OK)
        sim_fatal("no random octets");
    for (uint64_t i = 0; i < seeds; i++) {
        good = run(scenario, &options) && good;
        options.seed++;
    }
    return good ? EXIT_SUCCESS : EXIT_BROKEN;
}
