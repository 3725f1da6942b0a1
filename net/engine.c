/*
 * Birth, death and what the host reads.  Events are dealt with in
 * engine_link.c, engine_open.c, engine_local.c and engine_turn.c.
 */
#include "net/engine.h"

#include <string.h>

#include "core/entropy.h"
#include "core/mem.h"
#include "net/engine_private.h"

static void
node_config_of(struct node_config *out, const struct engine_config *config)
{
    *out = (struct node_config){
        .store = config->store,
        .entropy = config->entropy,
        .keeping = config->keeping,
        .keeping_context = config->keeping_context,
        .memory = config->memory,
        .one_contact = config->one_contact,
        .relays = config->relays,
    };
}

enum status
engine_new(struct engine **out, const struct engine_config *config,
           struct mono_time now)
{
    struct engine *engine = mem_zalloc(1, sizeof(*engine));
    struct node_config node_config;
    uint8_t salt[HASH_SALT_SIZE];
    enum status status;

    *out = NULL;
    if (engine == NULL)
        return STATUS_NO_MEMORY;
    engine->config = *config;
    if (config->is_relay)
        dh_public_of(&engine->relay_public, &config->relay_key);
    list_init(&engine->links);
    admission_init(&engine->admission);
    deadlines_init(&engine->deadlines);
    entropy_fill(config->entropy, salt, sizeof(salt));
    map_init(&engine->by_id, sizeof(struct link_id), salt);
    node_config_of(&node_config, config);
    status = node_init(&engine->node, &node_config);
    engine->node.now = now;
    engine->began = MONO_NEVER;
    discovery_init(&engine->discovery, &config->community, config->entropy,
                   engine->node.boot_id, config->beacons, now);
    engine->discovery.port = config->listen_port;
    if (status != STATUS_OK) {
        engine_free(engine);
        return status;
    }
    *out = engine;
    return STATUS_OK;
}

void
engine_free(struct engine *engine)
{
    if (engine == NULL)
        return;
    while (!list_is_empty(&engine->links))
        engine_free_link(
            engine, CONTAINER_OF(engine->links.next, struct link, in_engine));
    node_release(&engine->node);
    deadlines_release(&engine->deadlines);
    map_release(&engine->by_id);
    mem_wipe(engine, sizeof(*engine));
    mem_free(engine);
}

void
engine_enter(struct engine *engine, struct mono_time now)
{
    engine->node.now = now;
}

uint32_t
engine_hour(const struct engine *engine)
{
    return engine->wall > 0 ? (uint32_t)(engine->wall / 3600) : 0;
}

void
engine_set_wall(struct engine *engine, int64_t seconds)
{
    const struct day before = engine->node.today;

    engine->wall = seconds;
    engine->node.has_day = seconds > 0;
    engine->node.today = day_of_seconds(seconds);
    engine->discovery.hour = engine_hour(engine);
    if (engine->config.relays != NULL && engine->node.has_day &&
        engine->node.today.number != before.number)
        relay_book_set_day(engine->config.relays, engine->node.today);
}

void
engine_set_listen_port(struct engine *engine, uint16_t port)
{
    engine->discovery.port = port;
}

bool
engine_take_action(struct engine *engine, struct action *out)
{
    return actions_take(&engine->node.actions, out);
}

struct mono_time
engine_deadline(const struct engine *engine)
{
    struct mono_time when =
        mono_earlier(deadlines_next(&engine->deadlines),
                     discovery_deadline(&engine->discovery));
    const struct list_node *peers = &engine->node.peers;
    struct list_node *each;

    when = mono_earlier(when, gossip_deadline(&engine->node));
    LIST_EACH(each, peers)
        when = mono_earlier(
            when, peer_deadline(CONTAINER_OF(each, struct peer, in_node)));
    return when;
}

struct engine_figures
engine_figures(const struct engine *engine)
{
    struct engine_figures figures = engine->figures;

    figures.links = (uint32_t)engine->open_count;
    figures.links_silent = (uint32_t)admission_silent(&engine->admission);
    figures.refused = engine->node.refused.count;
    figures.refused_changes = engine->node.refused.changes;
    figures.records_in = engine->node.records_in;
    figures.records_out = engine->node.records_out;
    figures.has_first =
        engine->node.first_readable.milliseconds != MONO_NEVER.milliseconds;
    if (figures.has_first)
        figures.first_after =
            mono_between(engine->began, engine->node.first_readable);
    figures.records_again = engine->node.records_again;
    return figures;
}
