/*
 * Relays that come and go, and clients behind them that see nobody else.
 */
#include "core/mem.h"
#include "tests/sim/scenarios.h"

static const size_t relay_count = 3;
static const struct sim_road way = {.delay = 20, .rate = 1000000, .losses = 50};

/* Each node has two relays of three, so that every two have a way. */
static void
give_relays(struct sim_world *world, size_t nodes)
{
    for (size_t i = 0; i < nodes; i++)
        for (size_t j = 0; j < relay_count; j++)
            if (j != i % relay_count)
                sim_relay_add(world->nodes[i].node,
                              world->nodes[nodes + j].node);
}

/* Kill a node, or start it again. */
static void
toggle(struct sim_world *world, struct sim_node *node)
{
    if (node->engine == NULL)
        sim_node_start(node);
    else
        sim_node_stop(node, sim_world_between(world, 0, 1) == 0);
}

void
scenario_churn(struct sim_world *world)
{
    const size_t nodes = world->options.nodes;
    struct sim_lan *lans = sim_alloc((nodes + relay_count) * sizeof(*lans));

    for (size_t i = 0; i < nodes + relay_count; i++) {
        struct sim_node *node = sim_world_add(world, true, 0);

        sim_lan_init(&lans[i], &way);
        lans[i].has_road = true;
        sim_lan_move(&node->station, &lans[i]);
        if (i >= nodes)
            sim_relay_make(node);
    }
    give_relays(world, nodes);
    for (size_t i = 0; i < world->node_count; i++)
        sim_node_start(world->nodes[i].node);
    for (size_t i = 0; i < world->options.records; i++) {
        struct sim_node *client =
            world->nodes[sim_world_between(world, 0, nodes - 1)].node;

        (void)sim_world_say(world, client);
        sim_world_pass(world, sim_world_between(world, 0, 4 * SIM_MINUTE));
        toggle(world, client);
        toggle(world, world->nodes[nodes + i % relay_count].node);
        sim_world_pass(world, sim_world_between(world, 0, SIM_MINUTE));
    }
    for (size_t i = 0; i < world->node_count; i++)
        if (world->nodes[i].node->engine == NULL)
            sim_node_start(world->nodes[i].node);
    sim_world_pass(world, SIM_HOUR);
    sim_check_stores(world);
    sim_check_converged(world);
    mem_free(lans);
}
