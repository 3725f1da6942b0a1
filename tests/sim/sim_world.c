#include "tests/sim/sim_world.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/limits.h"
#include "core/mem.h"
#include "tests/unit/statements.h"

/* Nodes beyond those asked for: relays and carriers. */
static const size_t nodes_more = 16;

void
sim_world_broken(struct sim_world *world, const char *format, ...)
{
    va_list arguments;

    world->broken++;
    fprintf(stderr, "%s: seed %llu, at %llu ms: ", world->scenario->name,
            (unsigned long long)world->options.seed,
            (unsigned long long)world->net->now.milliseconds);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

void
sim_world_pass(struct sim_world *world, uint64_t milliseconds)
{
    while (milliseconds > 0) {
        const uint64_t step = milliseconds < SIM_HOUR ? milliseconds : SIM_HOUR;

        sim_net_pass(world->net, step);
        sim_check_limits(world);
        milliseconds -= step;
    }
}

uint64_t
sim_world_between(struct sim_world *world, uint64_t least, uint64_t most)
{
    return sim_net_between(world->net, least, most);
}

struct sim_node *
sim_world_any(struct sim_world *world)
{
    return world->nodes[sim_world_between(world, 0, world->node_count - 1)]
        .node;
}

void
sim_world_figure(struct sim_world *world, const char *name, double value)
{
    if (world->figure_count == SIM_FIGURES_MAX)
        sim_fatal("too many figures");
    world->figures[world->figure_count++] = (struct sim_figure){name, value};
}

/* Bits, eight an octet, as many as there can be publications. */

static bool
bit_is_set(const uint8_t *bits, size_t number)
{
    return (bits[number / 8] >> number % 8 & 1) != 0;
}

static void
bit_set(uint8_t *bits, size_t number)
{
    bits[number / 8] |= (uint8_t)(1U << number % 8);
}

bool
sim_world_holds(const struct sim_world *world, size_t node,
                const struct sim_publication *publication)
{
    return bit_is_set(world->nodes[node].holds, publication->number);
}

static bool
is_complete(struct sim_node *node, const struct record_id *id)
{
    struct store_row row;

    return store_get_row(node->store, id, &row) == STATUS_OK &&
           row.state == STORE_COMPLETE;
}

static struct sim_publication *
find(const struct sim_world *world, const struct record_id *id)
{
    return map_get(&world->by_id, id);
}

/* Node has become a holder of publication. */
static void
note_holder(struct sim_world *world, struct sim_node *node,
            struct sim_publication *publication, bool is_own)
{
    struct sim_holding *holding = &world->nodes[node->station.index];
    uint64_t after = mono_between(publication->when, world->net->now);

    if (bit_is_set(holding->holds, publication->number))
        return;
    bit_set(holding->holds, publication->number);
    if (!holding->counted)
        return;
    if (publication->counted && !is_own)
        world->deliveries++;
    if (publication->arrivals == NULL)
        publication->arrivals =
            sim_alloc(world->counted_nodes * sizeof(uint32_t));
    publication->arrivals[publication->held++] =
        after > UINT32_MAX ? UINT32_MAX : (uint32_t)after;
}

/* A peer of node says that it has id. */
static void
on_delivered(struct sim_world *world, struct sim_node *node,
             const struct sim_connection *connection, size_t end,
             const struct record_id *id)
{
    struct sim_publication *publication = find(world, id);
    struct sim_node *peer = NULL;
    struct sim_holding *holding;

    (void)node;
    if (connection != NULL)
        peer = sim_node_of(connection->ends[1 - end].station);
    if (peer == NULL || publication == NULL)
        return;
    if (!is_complete(peer, id))
        sim_world_broken(world, "node %zu acknowledged what it does not hold",
                         peer->station.index);
    holding = &world->nodes[peer->station.index];
    bit_set(holding->acked, publication->number);
    publication->copies++;
    if (publication->counted && holding->counted)
        world->copies++;
}

static void
on_event(void *context, struct sim_node *node,
         const struct sim_connection *connection, size_t end,
         const struct action *action)
{
    struct sim_world *world = context;
    struct sim_publication *publication;

    switch (action->event) {
    case EVENT_LINK_OPEN:
        world->links_opened++;
        break;
    case EVENT_LINK_LOST:
        world->links_lost++;
        break;
    case EVENT_SETTLED:
        break;
    case EVENT_RECORD:
        if (find(world, &action->id) == NULL)
            sim_world_broken(world, "node %zu stored what nobody published",
                             node->station.index);
        break;
    case EVENT_COMPLETE:
        publication = find(world, &action->id);
        if (publication == NULL || !is_complete(node, &action->id))
            sim_world_broken(world, "node %zu: a false EVENT_COMPLETE",
                             node->station.index);
        else
            note_holder(world, node, publication, false);
        break;
    case EVENT_DELIVERED:
        on_delivered(world, node, connection, end, &action->id);
        break;
    case EVENT_REFUSED:
        world->refused++;
        break;
    case EVENT_STORE_FAILED:
        sim_world_broken(world, "node %zu: its store failed",
                         node->station.index);
        break;
    }
}

static void
on_turn(void *context, struct sim_node *node)
{
    sim_check_memory(context, node);
}

static void
on_failure(void *context, struct sim_node *node, enum status status)
{
    sim_world_broken(context, "node %zu: a turn failed: %s",
                     node->station.index, status_text(status));
}

static enum store_class
keeping(void *context, const struct sim_node *node,
        const struct key_author *author)
{
    const struct sim_world *world = context;
    const struct sim_author *known = map_get(&world->by_author, author);

    if (node->follows_all)
        return STORE_FOLLOWED;
    if (known == NULL || known->number < node->follow_first ||
        known->number >= node->follow_first + node->follow_count)
        return STORE_OTHER;
    return STORE_FOLLOWED;
}

struct sim_world *
sim_world_new(const struct sim_scenario *scenario,
              const struct sim_options *options)
{
    struct sim_world *world = sim_alloc(sizeof(*world));
    uint8_t salt[HASH_SALT_SIZE];

    world->scenario = scenario;
    world->options = *options;
    world->net = sim_net_new(options->seed);
    world->owner =
        (struct sim_node_owner){on_event, on_turn, on_failure, keeping, world};
    entropy_init_seed(&world->entropy, options->seed ^ 0x5deece66d);
    entropy_fill(&world->entropy, salt, sizeof(salt));
    map_init(&world->by_author, sizeof(struct key_author), salt);
    map_init(&world->by_id, sizeof(struct record_id), salt);
    world->nodes =
        sim_alloc((options->nodes + nodes_more) * sizeof(*world->nodes));
    world->author_capacity = options->records + nodes_more;
    world->authors =
        sim_alloc(world->author_capacity * sizeof(struct sim_author *));
    world->publication_capacity = options->records + nodes_more;
    world->publications = sim_alloc(world->publication_capacity *
                                    sizeof(struct sim_publication *));
    return world;
}

void
sim_world_free(struct sim_world *world)
{
    sim_net_free(world->net);
    for (size_t i = 0; i < world->node_count; i++) {
        mem_free(world->nodes[i].holds);
        mem_free(world->nodes[i].acked);
    }
    for (size_t i = 0; i < world->author_count; i++)
        mem_free(world->authors[i]);
    for (size_t i = 0; i < world->publication_count; i++) {
        record_free(world->publications[i]->record);
        mem_free(world->publications[i]->arrivals);
        mem_free(world->publications[i]);
    }
    map_release(&world->by_author);
    map_release(&world->by_id);
    mem_free(world->nodes);
    mem_free(world->authors);
    mem_free(world->publications);
    mem_free(world);
}

struct sim_node *
sim_world_add(struct sim_world *world, bool counted, uint64_t budget)
{
    const uint64_t seed =
        world->options.seed * 0x100000001b3 + world->node_count + 1;
    const size_t octets = world->publication_capacity / 8 + 1;
    struct sim_holding *holding = &world->nodes[world->node_count];

    if (world->node_count == world->options.nodes + nodes_more)
        sim_fatal("too many nodes");
    holding->node = sim_node_new(world->net, seed, &world->owner, budget);
    if (holding->node->station.index != world->node_count)
        sim_fatal("nodes come before other stations");
    holding->node->memory = world->options.memory;
    holding->counted = counted;
    holding->holds = sim_alloc(octets);
    holding->acked = sim_alloc(octets);
    world->node_count++;
    if (counted)
        world->counted_nodes++;
    return holding->node;
}

size_t
sim_world_author(struct sim_world *world)
{
    struct sim_author *author = sim_alloc(sizeof(*author));
    struct key_secret *secret;

    if (world->author_count == world->author_capacity)
        sim_fatal("too many authors");
    entropy_fill(&world->entropy, author->seed, sizeof(author->seed));
    author->number = world->author_count;
    sim_check(key_secret_of_seed(&secret, author->seed, (struct key_id){{1}}),
              "no memory");
    author->author = secret->public_key.author;
    key_secret_free(secret);
    sim_check(map_put(&world->by_author, &author->author, author), "no memory");
    world->authors[world->author_count] = author;
    return world->author_count++;
}

struct sim_publication *
sim_world_publish(struct sim_world *world, struct sim_node *node,
                  const struct sim_statement *what)
{
    const struct sim_author *author = world->authors[what->author];
    const struct day today = day_of_seconds(sim_net_wall(world->net));
    const struct statements_spec spec = {
        .number = (uint32_t)world->publication_count,
        .day = what->day == 0 ? today.number : what->day,
        .text = what->text,
        .attachment = what->attachment,
        .kind = what->kind,
        .letters = true,
    };
    struct sim_publication *publication = sim_alloc(sizeof(*publication));
    struct key_secret *secret;

    if (world->publication_count == world->publication_capacity)
        sim_fatal("too many publications");
    sim_check(key_secret_of_seed(&secret, author->seed, (struct key_id){{1}}),
              "no memory");
    publication->record =
        statements_put(node->store, &spec, secret,
                       keeping(world, node, &author->author), today);
    key_secret_free(secret);
    publication->number = world->publication_count;
    publication->when = world->net->now;
    publication->counted = !what->uncounted;
    world->publications[world->publication_count++] = publication;
    sim_check(
        map_put(&world->by_id, record_id(publication->record), publication),
        "no memory");
    note_holder(world, node, publication, true);
    sim_node_publish(node, record_id(publication->record));
    return publication;
}

struct sim_publication *
sim_world_say(struct sim_world *world, struct sim_node *node)
{
    const struct sim_statement what = {
        .author = sim_world_author(world),
        .text = 600 + entropy_below(&world->entropy, 3000)};

    return sim_world_publish(world, node, &what);
}
