/*
 * One local network: everybody starts within a minute, and statements are
 * published while they find each other and afterwards.
 */
#include "tests/sim/scenarios.h"

void
scenario_lan(struct sim_world *world)
{
    const struct sim_road road = {.delay = 2, .rate = 2500000, .losses = 20};
    const size_t records = world->options.records;
    struct sim_net *net = world->net;
    struct sim_lan lan;

    sim_lan_init(&lan, &road);
    for (size_t i = 0; i < world->options.nodes; i++)
        sim_lan_move(&sim_world_add(world, true, 0)->station, &lan);
    for (size_t i = 0; i < world->node_count; i++) {
        sim_node_start(world->nodes[i].node);
        sim_net_pass(
            net, sim_net_between(net, 0, 2 * SIM_MINUTE / world->node_count));
    }
    for (size_t i = 0; i < records; i++) {
        const size_t at = sim_net_between(net, 0, world->node_count - 1);

        (void)sim_world_say(world, world->nodes[at].node);
        sim_net_pass(net, sim_net_between(net, 0, 10 * SIM_SECOND));
    }
    sim_net_pass(net, 15 * SIM_MINUTE);
    sim_check_stores(world);
    sim_check_converged(world);
}
