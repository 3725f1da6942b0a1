/*
 * A local network where three of ten mean no good.
 */
#include "tests/sim/scenarios.h"
#include "tests/sim/sim_hostile.h"

void
scenario_hostile(struct sim_world *world)
{
    const struct sim_road road = {.delay = 2, .rate = 2500000, .losses = 20};
    const size_t hostile = world->options.nodes * 3 / 10;
    const size_t honest = world->options.nodes - hostile;
    struct sim_lan lan;

    sim_lan_init(&lan, &road);
    for (size_t i = 0; i < honest; i++)
        sim_lan_move(&sim_world_add(world, true, 0)->station, &lan);
    for (size_t i = 0; i < hostile; i++)
        (void)sim_hostile_new(world->net, world->options.seed * 1000003 + i,
                              (enum hostile_kind)(i % HOSTILE_KINDS), &lan);
    sim_world_pass(world, SIM_MINUTE);
    for (size_t i = 0; i < honest / 2; i++)
        sim_node_start(world->nodes[i].node);
    for (size_t i = 0; i < world->options.records; i++) {
        sim_world_pass(world, sim_world_between(world, 0, SIM_MINUTE));
        (void)sim_world_publish(
            world, sim_world_any(world),
            &(struct sim_statement){.author = sim_world_author(world),
                                    .text = 2000,
                                    .attachment = i % 3 == 0 ? 70000 : 0});
    }
    /* Those who come late can be met first by those who mean no good. */
    for (size_t i = honest / 2; i < honest; i++) {
        sim_node_start(world->nodes[i].node);
        sim_world_pass(world, 10 * SIM_SECOND);
    }
    sim_world_pass(world, 20 * SIM_MINUTE);
    sim_check_stores(world);
    sim_check_converged(world);
}
