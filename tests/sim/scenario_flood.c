/*
 * Bounded memory: a flood of fresh keys, and nodes of unequal size.
 */
#include "core/limits.h"
#include "tests/sim/scenarios.h"

static const struct sim_road road = {.delay = 5, .rate = 1250000, .losses = 20};
/* Slow, so that the flood is still coming in when something else matters. */
static const struct sim_road slow = {.delay = 50, .rate = 30000, .losses = 20};

/* The Pi has a store of 64 MiB for 100,000 records, and as much less for
 * fewer; a quarter of as much memory is its engine's. */
static const uint64_t pi_store = (uint64_t)64 * 1024 * 1024;
static const uint64_t pi_records = 100000;
static const size_t pi_memory = (size_t)16 * 1024 * 1024;

/* What a contact may cost when there is nothing new, octets with headers. */
static const uint64_t nothing_new = 4000;
/* How long such a contact lasts: not until the next summary is due. */
static const uint64_t short_contact = 8 * SIM_MINUTE;
/* Followed statements before the flood, and in it. */
static const size_t followed = 5;

/* The mean time until every counted node had publications first to last. */
static double
mean_time(const struct sim_world *world, size_t first, size_t last)
{
    double sum = 0;

    for (size_t i = first; i < last; i++)
        sum += sim_report_time(world, world->publications[i], 1000);
    return sum / (double)(last - first);
}

/* Statements of the author whom all follow, from node, pause apart. */
static void
say_followed(struct sim_world *world, struct sim_node *node, uint64_t pause)
{
    for (size_t i = 0; i < followed; i++) {
        (void)sim_world_publish(
            world, node, &(struct sim_statement){.author = 0, .text = 2000});
        sim_world_pass(world, pause);
    }
}

/* Everybody follows author 0, and one node brings records of fresh keys, one
 * each, more than anybody has room for. */
void
scenario_flood(struct sim_world *world)
{
    const size_t nodes = world->options.nodes;
    const size_t flood = world->options.records;
    const size_t first = 2 * followed;
    struct sim_node *flooder;
    struct sim_lan lan;

    sim_lan_init(&lan, &slow);
    (void)sim_world_author(world);
    for (size_t i = 0; i < nodes; i++) {
        struct sim_node *node = sim_world_add(world, true, flood * 600);

        node->follows_all = false;
        node->follow_count = 1;
        sim_lan_move(&node->station, &lan);
        sim_node_start(node);
    }
    flooder = sim_world_add(world, false, 0);
    sim_lan_move(&flooder->station, &lan);
    sim_world_pass(world, SIM_MINUTE);
    say_followed(world, world->nodes[0].node, 5 * SIM_SECOND);
    for (size_t i = 0; i < flood; i++)
        (void)sim_world_publish(
            world, flooder,
            &(struct sim_statement){.author = sim_world_author(world),
                                    .text = 400,
                                    .uncounted = true});
    sim_node_start(flooder);
    say_followed(world, world->nodes[0].node, 3 * SIM_SECOND);
    sim_world_pass(world, 30 * SIM_MINUTE);
    sim_check_stores(world);
    sim_check_converged(world);
    if (world->refused == 0)
        sim_world_broken(world, "the flood found room everywhere");
    sim_world_figure(world, "followed_calm_ms", mean_time(world, 0, followed));
    sim_world_figure(world, "followed_in_flood_ms",
                     mean_time(world, flood + followed, flood + first));
}

/* Report what one more contact of node with the relay costs.  The first has
 * time enough for all that there is; any other may cost nothing_new. */
static void
tell_cost(struct sim_world *world, const char *name, struct sim_node *node,
          bool is_first)
{
    const uint64_t most = is_first ? UINT64_MAX : nothing_new;
    uint64_t octets = sim_net_wire(world->net);

    sim_lan_set_road(world->net, node->station.lan, true);
    sim_world_pass(world, is_first ? 9 * SIM_MINUTE +
                                         world->options.records * SIM_SECOND
                                   : short_contact);
    sim_lan_set_road(world->net, node->station.lan, false);
    sim_world_pass(world, 10 * SIM_MINUTE);
    octets = sim_net_wire(world->net) - octets;
    sim_world_figure(world, name, (double)octets);
    if (octets > most)
        sim_world_broken(world, "%s: a contact with nothing new cost %llu",
                         name, (unsigned long long)octets);
}

/* Node has all records of the first three authors; or, if it may be full, as
 * many as there is room for. */
static void
check_followed(struct sim_world *world, struct sim_node *node, bool may_be_full)
{
    struct store_figures figures;
    size_t missing = 0;

    sim_check(store_count(node->store, &figures), "store_count");
    for (size_t i = 0; i < world->publication_count; i++)
        if (i % 10 < 3 && !sim_world_holds(world, node->station.index,
                                           world->publications[i]))
            missing++;
    if (may_be_full)
        sim_world_figure(world, "pi_lacks_of_followed", (double)missing);
    if (missing > 0 &&
        (!may_be_full || figures.budget - figures.octets > 2 * CHUNK_SIZE))
        sim_world_broken(world,
                         "node %zu lacks %zu followed statements with %llu "
                         "octets to spare",
                         node->station.index, missing,
                         (unsigned long long)(figures.budget - figures.octets));
}

/* A relay with everything, a Pi with room for a part, a laptop that follows
 * three keys of ten.  One statement in seven has an attachment. */
void
scenario_unequal(struct sim_world *world)
{
    const size_t records = world->options.records;
    const size_t octets = 5000; /* too long to travel with its record */
    const int32_t days = 1000;  /* on which they were signed, up to today */
    const struct day today = day_of_seconds(sim_net_wall(world->net));
    struct sim_node *relay = sim_world_add(world, true, 0);
    struct sim_node *pi =
        sim_world_add(world, false, records * pi_store / pi_records);
    struct sim_node *laptop = sim_world_add(world, false, 0);
    struct sim_lan lans[3];

    pi->memory = pi_memory;
    sim_relay_make(relay);
    for (size_t i = 0; i < 3; i++) {
        sim_lan_init(&lans[i], &road);
        sim_lan_move(&world->nodes[i].node->station, &lans[i]);
    }
    lans[0].has_road = true;
    sim_relay_add(pi, relay);
    sim_relay_add(laptop, relay);
    pi->follows_all = laptop->follows_all = false;
    pi->follow_count = laptop->follow_count = 3;
    for (size_t i = 0; i < 10; i++)
        (void)sim_world_author(world);
    for (size_t i = 0; i < records; i++)
        (void)sim_world_publish(
            world, relay,
            &(struct sim_statement){
                .author = i % 10,
                .text = 1000,
                .attachment = i % 7 == 0 ? octets : 0,
                .day = today.number - days +
                       (int32_t)((i + 1) * (size_t)days / records)});
    for (size_t i = 0; i < 3; i++)
        sim_node_start(world->nodes[i].node);
    tell_cost(world, "laptop_first_octets", laptop, true);
    tell_cost(world, "laptop_again_octets", laptop, false);
    tell_cost(world, "pi_first_octets", pi, true);
    tell_cost(world, "pi_again_octets", pi, false);
    sim_node_end(pi);
    sim_node_start(pi);
    tell_cost(world, "pi_restarted_octets", pi, false);
    sim_check_stores(world);
    check_followed(world, laptop, false);
    check_followed(world, pi, true);
}
