/*
 * How fast and how often one text reaches nodes that are all connected: a
 * random graph, so that every node has a few links that it did not choose.
 */
#include "tests/sim/scenarios.h"

/* Publications before the one that is measured. */
static const size_t warm_up = 20;

/* A wire with a delay around the mean. */
static void
join(struct sim_world *world, size_t from, size_t to)
{
    const uint32_t mean = world->options.delay;
    const struct sim_road road = {.delay = (uint32_t)sim_net_between(
                                      world->net, mean / 2, mean + mean / 2)};

    if (from != to)
        (void)sim_net_join(&world->nodes[from].node->station,
                           &world->nodes[to].node->station, &road);
}

/* A ring, so that nobody is left out, and chords. */
static void
join_all(struct sim_world *world)
{
    const size_t count = world->node_count;
    const size_t chords =
        world->options.degree > 2 ? count * (world->options.degree - 2) / 2 : 0;

    for (size_t i = 0; i < count; i++)
        join(world, i, (i + 1) % count);
    for (size_t i = 0; i < chords; i++)
        join(world, sim_world_between(world, 0, count - 1),
             sim_world_between(world, 0, count - 1));
}

static double
in_delays(const struct sim_world *world,
          const struct sim_publication *publication, unsigned permille)
{
    return sim_report_time(world, publication, permille) /
           (double)world->options.delay;
}

/* The text that was measured, and what was sent for it. */
static void
tell(struct sim_world *world, const struct sim_publication *last, uint64_t wire)
{
    const double others = (double)(world->counted_nodes - 1);

    sim_world_figure(world, "last_t50_delays", in_delays(world, last, 500));
    sim_world_figure(world, "last_t90_delays", in_delays(world, last, 900));
    sim_world_figure(world, "last_t99_delays", in_delays(world, last, 990));
    sim_world_figure(world, "last_t100_delays", in_delays(world, last, 1000));
    sim_world_figure(world, "last_copies", (double)last->copies / others);
    sim_world_figure(world, "last_octets", (double)wire / others);
}

void
scenario_broadcast(struct sim_world *world)
{
    struct sim_net *net = world->net;
    struct sim_publication *last = NULL;
    uint64_t before = 0;

    for (size_t i = 0; i < world->options.nodes; i++) {
        struct sim_node *node = sim_world_add(world, true, 0);

        node->beacons = false;
        sim_node_start(node);
    }
    join_all(world);
    sim_world_pass(world, SIM_MINUTE);
    for (size_t i = 0; i <= warm_up; i++) {
        before = sim_net_wire(net);
        last = sim_world_say(world, sim_world_any(world));
        sim_world_pass(world, 10 * SIM_SECOND + 20 * world->options.delay);
    }
    tell(world, last, sim_net_wire(net) - before);
    sim_check_stores(world);
    sim_check_converged(world);
}
