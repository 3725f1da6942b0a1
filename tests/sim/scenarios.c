#include "tests/sim/scenarios.h"

#include <string.h>

/* Small enough for make check; the sizes of DESIGN.md are options. */
static const struct sim_scenario scenarios[] = {
    {"blackout",
     "six days with three random hours of net each",
     {.nodes = 24, .records = 30},
     scenario_blackout},
    {"broadcast",
     "connected nodes, one text after 20 others",
     {.nodes = 100,
      .records = 21,
      .delay = 100,
      .degree = 6,
      .memory = (size_t)4 * 1024 * 1024},
     scenario_broadcast},
    {"churn",
     "relays and their clients come and go",
     {.nodes = 12, .records = 24},
     scenario_churn},
    {"clocks",
     "clocks that are wrong by ten years, or not there",
     {.nodes = 8, .records = 10},
     scenario_clocks},
    {"dates",
     "records dated 9999, 1970 and year 1",
     {.nodes = 8, .records = 24},
     scenario_dates},
    {"flood",
     "records of fresh keys, more than there is room for",
     {.nodes = 6, .records = 600},
     scenario_flood},
    {"hostile",
     "three stations of ten mean no good",
     {.nodes = 24, .records = 12},
     scenario_hostile},
    {"lan",
     "one local network, found by beacons",
     {.nodes = 20, .records = 20},
     scenario_lan},
    {"unequal",
     "a relay, a small Pi, a laptop that follows three keys",
     {.nodes = 3, .records = 1000},
     scenario_unequal},
    {"villages",
     "ten villages and two carriers a day",
     {.nodes = 20, .records = 20},
     scenario_villages},
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
