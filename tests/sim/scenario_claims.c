/*
 * What people and machines claim about time: records dated at the ends of the
 * calendar, and clocks that are wrong by ten years or not there.
 */
#include "tests/sim/scenarios.h"

static const struct sim_road road = {.delay = 5, .rate = 1000000, .losses = 20};

/* A relay abroad, a LAN with a road, and nodes that know both. */
static void
settle(struct sim_world *world, struct sim_lan lans[3])
{
    const size_t nodes = world->options.nodes;
    struct sim_node *relay;

    for (size_t i = 0; i < 3; i++) {
        sim_lan_init(&lans[i], &road);
        lans[i].has_road = true;
    }
    for (size_t i = 0; i < nodes; i++)
        sim_lan_move(&sim_world_add(world, true, 0)->station, &lans[i % 2]);
    relay = sim_world_add(world, true, 0);
    sim_relay_make(relay);
    sim_lan_move(&relay->station, &lans[2]);
    for (size_t i = 0; i < nodes; i++)
        sim_relay_add(world->nodes[i].node, relay);
}

static void
start_all(struct sim_world *world)
{
    for (size_t i = 0; i < world->node_count; i++)
        sim_node_start(world->nodes[i].node);
}

/* Every third record is dated where nobody would look for it. */
void
scenario_dates(struct sim_world *world)
{
    const int32_t days[] = {0, DAY_LAST.number, 0, 1, 0, DAY_FIRST.number};
    struct sim_lan lans[3];

    settle(world, lans);
    for (size_t i = 0; i < world->options.records; i++) {
        const struct sim_statement what = {
            .author = sim_world_author(world),
            .text = 500,
            .day = days[i % (sizeof(days) / sizeof(days[0]))]};

        if (i == world->options.records / 2)
            start_all(world);
        (void)sim_world_publish(world, sim_world_any(world), &what);
        if (i > world->options.records / 2)
            sim_world_pass(world, sim_world_between(world, 0, SIM_MINUTE));
    }
    sim_world_pass(world, SIM_HOUR);
    sim_check_stores(world);
    sim_check_converged(world);
}

/* One node in four is ten years ahead, one ten years behind, one without. */
void
scenario_clocks(struct sim_world *world)
{
    const int64_t ten_years = (int64_t)3653 * 86400;
    struct sim_lan lans[3];

    settle(world, lans);
    for (size_t i = 0; i < world->options.nodes; i++) {
        struct sim_node *node = world->nodes[i].node;

        if (i % 4 == 1)
            node->clock_wrong = ten_years;
        if (i % 4 == 2)
            node->clock_wrong = -ten_years;
        node->has_no_clock = i % 4 == 3;
    }
    start_all(world);
    for (size_t i = 0; i < world->options.records; i++) {
        (void)sim_world_say(world, sim_world_any(world));
        sim_world_pass(world, sim_world_between(world, 0, 2 * SIM_MINUTE));
    }
    sim_world_pass(world, SIM_HOUR);
    sim_check_stores(world);
    sim_check_converged(world);
}
