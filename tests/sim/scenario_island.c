/*
 * Places that are cut off: a blackout with a relay abroad, and villages that
 * only people with laptops join.
 */
#include "core/mem.h"
#include "tests/sim/scenarios.h"

/* Nodes of one home, office or mosque. */
static const size_t home_size = 4;
static const size_t village_count = 10;

static const struct sim_road home_road = {
    .delay = 2, .rate = 2500000, .losses = 20};

/* So many LANs of size nodes each; free the result with mem_free. */
static struct sim_lan *
settle(struct sim_world *world, size_t count)
{
    const size_t nodes = world->options.nodes;
    struct sim_lan *lans = sim_alloc(count * sizeof(*lans));

    for (size_t i = 0; i < count; i++)
        sim_lan_init(&lans[i], &home_road);
    for (size_t i = 0; i < nodes; i++)
        sim_lan_move(&sim_world_add(world, true, 0)->station,
                     &lans[i * count / nodes]);
    return lans;
}

/* Laptops are shut and opened, a tenth of them each hour. */
static void
shut_some(struct sim_world *world)
{
    for (size_t i = 0; i < world->options.nodes; i++) {
        struct sim_node *node = world->nodes[i].node;

        if (sim_world_between(world, 0, 9) > 0)
            continue;
        if (node->engine == NULL)
            sim_node_start(node);
        else
            sim_node_stop(node, false);
    }
}

static void
start_all(struct sim_world *world)
{
    for (size_t i = 0; i < world->node_count; i++)
        if (world->nodes[i].node->engine == NULL)
            sim_node_start(world->nodes[i].node);
}

static void
set_roads(struct sim_world *world, struct sim_lan *lans, size_t count,
          bool has_road)
{
    for (size_t i = 0; i < count; i++)
        sim_lan_set_road(world->net, &lans[i], has_road);
}

/* One of the days: three of its hours have net. */
static void
black_day(struct sim_world *world, struct sim_lan *lans, size_t count,
          size_t records)
{
    unsigned hours = 0;
    size_t said = 0;

    while (__builtin_popcount(hours) < 3)
        hours |= 1U << sim_world_between(world, 0, 23);
    for (unsigned hour = 0; hour < 24; hour++) {
        set_roads(world, lans, count, (hours >> hour & 1) != 0);
        shut_some(world);
        for (; said < records * (hour + 1) / 24; said++)
            (void)sim_world_say(world, sim_world_any(world));
        sim_world_pass(world, SIM_HOUR);
    }
}

/* Six days with three random hours of net each, a relay abroad. */
void
scenario_blackout(struct sim_world *world)
{
    const size_t count = (world->options.nodes + home_size - 1) / home_size;
    struct sim_lan *lans = settle(world, count);
    struct sim_node *relay;
    struct sim_lan abroad;

    sim_lan_init(&abroad, &home_road);
    abroad.has_road = true;
    relay = sim_world_add(world, true, 0);
    sim_relay_make(relay);
    sim_lan_move(&relay->station, &abroad);
    for (size_t i = 0; i < world->options.nodes; i++)
        sim_relay_add(world->nodes[i].node, relay);
    start_all(world);
    for (size_t day = 0; day < 6; day++)
        black_day(world, lans, count, world->options.records / 6);
    start_all(world);
    set_roads(world, lans, count, true);
    sim_world_pass(world, 2 * SIM_HOUR);
    sim_check_stores(world);
    sim_check_converged(world);
    mem_free(lans);
}

/* Carrier goes to lan and stays for half an hour. */
static void
visit(struct sim_world *world, struct sim_node *carrier, struct sim_lan *lan)
{
    sim_lan_move(&carrier->station, NULL);
    sim_world_pass(world, SIM_HOUR);
    sim_lan_move(&carrier->station, lan);
    sim_world_pass(world, SIM_HOUR / 2);
}

/* Ten villages, two carriers a day, each between two of them. */
void
scenario_villages(struct sim_world *world)
{
    struct sim_lan *lans = settle(world, village_count);
    struct sim_node *carriers[2];
    size_t said = 0;

    for (size_t i = 0; i < 2; i++)
        carriers[i] = sim_world_add(world, true, 0);
    start_all(world);
    for (size_t day = 0; day < 10; day++) {
        for (; said < world->options.records * (day + 1) / 10; said++)
            (void)sim_world_say(world, sim_world_any(world));
        for (size_t i = 0; i < 2; i++)
            for (size_t stop = 0; stop < 2; stop++)
                visit(world, carriers[i],
                      &lans[sim_world_between(world, 0, village_count - 1)]);
        sim_world_pass(world, 18 * SIM_HOUR);
    }
    /* One carrier gathers, then brings what it has to everybody. */
    visit(world, carriers[1], &lans[0]);
    for (size_t i = 0; i < 2 * village_count; i++)
        visit(world, carriers[0], &lans[i % village_count]);
    visit(world, carriers[0], &lans[0]);
    sim_check_stores(world);
    sim_check_converged(world);
    mem_free(lans);
}
