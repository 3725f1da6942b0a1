#include "tests/sim/scenarios.h"

#include <string.h>

/* Small enough for make check; the sizes of DESIGN.md are options. */
static const struct sim_scenario scenarios[] = {
    {"broadcast",
     "connected nodes, one text after 20 others",
     {.nodes = 100, .records = 21, .delay = 100, .degree = 6},
     scenario_broadcast},
    {"lan",
     "one local network, found by beacons",
     {.nodes = 20, .records = 20},
     scenario_lan},
};

const struct sim_scenario *
scenario_at(size_t index)
{
    return index < sizeof(scenarios) / sizeof(scenarios[0]) ? &scenarios[index]
                                                            : NULL;
}

const struct sim_scenario *
scenario_find(const char *name)
{
    const struct sim_scenario *scenario;

    for (size_t i = 0; (scenario = scenario_at(i)) != NULL; i++)
        if (strcmp(scenario->name, name) == 0)
            return scenario;
    return NULL;
}
