/*
 * One local network: everybody starts within a minute, and statements are
 * published while they find each other and afterwards.
 */
#include "tests/sim/scenarios.h"

void
scenario_lan(struct sim_world *world)
{
    const struct sim_road road = {.delay = 2, .rate = 2500000, .losses = 20};
    const size_t nodes = world->options.nodes;
    struct sim_lan lan;

    sim_lan_init(&lan, &road);
    for (size_t i = 0; i < nodes; i++)
        sim_lan_move(&sim_world_add(world, true, 0)->station, &lan);
    for (size_t i = 0; i < nodes; i++) {
        sim_node_start(world->nodes[i].node);
        sim_world_pass(world,
                       sim_world_between(world, 0, 2 * SIM_MINUTE / nodes));
    }
    for (size_t i = 0; i < world->options.records; i++) {
        (void)sim_world_say(world, sim_world_any(world));
        sim_world_pass(world, sim_world_between(world, 0, 10 * SIM_SECOND));
    }
    sim_world_pass(world, 15 * SIM_MINUTE);
    sim_check_stores(world);
    sim_check_converged(world);
}
