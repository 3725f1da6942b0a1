/*
 * The scenarios: each fills a world, lets time pass, and checks what must hold
 * in the end.
 */
#ifndef P2PUB_TESTS_SIM_SCENARIOS_H
#define P2PUB_TESTS_SIM_SCENARIOS_H

#include "tests/sim/sim_world.h"

/* The scenario of that name, or NULL; and the one with that place. */
const struct sim_scenario *scenario_find(const char *name);
const struct sim_scenario *scenario_at(size_t index);

void scenario_blackout(struct sim_world *world);
void scenario_broadcast(struct sim_world *world);
void scenario_churn(struct sim_world *world);
void scenario_clocks(struct sim_world *world);
void scenario_dates(struct sim_world *world);
void scenario_flood(struct sim_world *world);
void scenario_hostile(struct sim_world *world);
void scenario_lan(struct sim_world *world);
void scenario_unequal(struct sim_world *world);
void scenario_villages(struct sim_world *world);

#endif
