/*
 * The rules at the end of a run, and those that are looked at now and then.
 */
#include "bundles/bundle.h"
#include "core/limits.h"
#include "tests/sim/sim_world.h"

struct check {
    struct sim_world *world;
    struct sim_node *node;
};

static enum status
ignore_octets(void *context, struct byte_view octets)
{
    uint64_t *sum = context;

    *sum += octets.size;
    return STATUS_OK;
}

/* All files of record are there and are what was signed. */
static bool
is_whole(struct sim_node *node, const struct record *record)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < record_fields(record)->file_count; i++)
        if (bundle_read_file(node->store, record, i, ignore_octets, &sum) !=
            STATUS_OK)
            return false;
    return true;
}

static enum status
check_row(void *context, const struct store_row *row)
{
    const struct check *check = context;
    const size_t index = check->node->station.index;
    const struct sim_publication *publication =
        map_get(&check->world->by_id, &row->id);
    struct record *record = NULL;

    if (publication == NULL) {
        sim_world_broken(check->world, "node %zu holds what nobody published",
                         index);
        return STATUS_OK;
    }
    if (store_get_record(check->node->store, &row->id, &record) != STATUS_OK ||
        !byte_view_equal(record_wire(record), record_wire(publication->record)))
        sim_world_broken(check->world,
                         "node %zu holds other octets than were signed", index);
    else if (row->state == STORE_COMPLETE && !is_whole(check->node, record))
        sim_world_broken(check->world, "node %zu: a complete record is not",
                         index);
    if (row->state == STORE_FAULTY)
        sim_world_broken(check->world,
                         "node %zu blames an author for what others did",
                         index);
    record_free(record);
    return STATUS_OK;
}

/* What node said that it has. */
static void
check_acknowledged(struct sim_world *world, const struct sim_holding *holding)
{
    for (size_t i = 0; i < world->publication_count; i++) {
        struct store_row row;
        const bool said = (holding->acked[i / 8] >> i % 8 & 1) != 0;
        const bool held = (holding->holds[i / 8] >> i % 8 & 1) != 0;

        if ((!said && !held) ||
            (store_get_row(holding->node->store,
                           record_id(world->publications[i]->record),
                           &row) == STATUS_OK &&
             row.state == STORE_COMPLETE))
            continue;
        sim_world_broken(world, "node %zu lost publication %zu%s",
                         holding->node->station.index, i,
                         said ? ", which it acknowledged" : "");
    }
}

void
sim_check_stores(struct sim_world *world)
{
    const struct store_query all = {.limit = 0};

    for (size_t i = 0; i < world->node_count; i++) {
        struct check check = {world, world->nodes[i].node};

        if (store_walk(check.node->store, &all, check_row, &check) != STATUS_OK)
            sim_world_broken(world, "node %zu: its store cannot be read", i);
        check_acknowledged(world, &world->nodes[i]);
    }
    sim_check_limits(world);
}

void
sim_check_converged(struct sim_world *world)
{
    for (size_t i = 0; i < world->publication_count; i++) {
        const struct sim_publication *publication = world->publications[i];
        size_t without = 0;

        if (!publication->counted || publication->held == world->counted_nodes)
            continue;
        while (without < world->node_count - 1 &&
               (!world->nodes[without].counted ||
                sim_world_holds(world, without, publication)))
            without++;
        sim_world_broken(
            world, "publication %zu is on %zu of %zu nodes: not on %zu (%s)", i,
            publication->held, world->counted_nodes, without,
            store_has_record(world->nodes[without].node->store,
                             record_id(publication->record))
                ? "chunks are missing"
                : "nothing of it");
    }
}

void
sim_check_limits(struct sim_world *world)
{
    for (size_t i = 0; i < world->node_count; i++) {
        struct sim_node *node = world->nodes[i].node;
        struct store_figures figures;

        if (store_count(node->store, &figures) != STATUS_OK ||
            figures.octets > figures.budget ||
            figures.octets_other > figures.budget / 2)
            sim_world_broken(world, "node %zu: its store is over its budget",
                             i);
        /* The one above the limit is being ended. */
        if (node->engine != NULL &&
            engine_figures(node->engine).links > LINKS_OPEN_MAX + 1)
            sim_world_broken(world, "node %zu has too many links", i);
    }
}

void
sim_check_memory(struct sim_world *world, const struct sim_node *node)
{
    const size_t held = engine_memory(node->engine);
    size_t most = world->options.limit;

    if (most == 0)
        most = node->memory == 0 ? MEMORY_DEFAULT : node->memory;
    /* Looked at in every turn, and said when it is more than ever. */
    if (held > most && held > world->memory_peak)
        sim_world_broken(world, "node %zu holds %zu octets of memory, not %zu",
                         node->station.index, held, most);
    if (held > world->memory_peak)
        world->memory_peak = held;
}
