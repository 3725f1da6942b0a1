#include "tests/unit/engine_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/bundle.h"
#include "bundles/store_mem.h"
#include "core/limits.h"
#include "tests/unit/records.h"
#include "tests/unit/statements.h"

void
world_init(struct world *world)
{
    memset(world, 0, sizeof(*world));
    world->now.milliseconds = 1000000;
    world->cut = WORLD_CUT_NEVER;
    world->author = records_key(1);
}

/* Pipes do not use core/mem.h: only the engines' memory is to run out. */
static void
pipe_add(struct world_pipe *pipe, struct byte_view octets)
{
    pipe->octets = realloc(pipe->octets, pipe->size + octets.size + 1);
    assert_non_null(pipe->octets);
    memcpy(pipe->octets + pipe->size, octets.data, octets.size);
    pipe->size += octets.size;
    pipe->sent += octets.size;
    pipe->flights++;
}

static void
pipe_drop(struct world_pipe *pipe, size_t size)
{
    pipe->size -= size;
    memmove(pipe->octets, pipe->octets + size, pipe->size);
}

void
world_release(struct world *world)
{
    for (size_t i = 0; i < world->link_count; i++) {
        free(world->links[i].pipes[0].octets);
        free(world->links[i].pipes[1].octets);
    }
    for (size_t i = 0; i < world->node_count; i++) {
        engine_free(world->nodes[i].engine);
        store_free(world->nodes[i].store);
    }
    key_secret_free(world->author);
}

struct world_node *
world_add_node(struct world *world)
{
    struct world_node *node = &world->nodes[world->node_count];

    assert_true(world->node_count < WORLD_NODES_MAX);
    world->node_count++;
    node->world = world;
    node->address = (struct address){
        {10, 0, 0, (uint8_t)world->node_count}, false, 4000, 0};
    entropy_init_seed(&node->entropy, world->node_count);
    if (store_mem_new(&node->store, 0, &node->entropy) != STATUS_OK)
        assert_true(world->failing);
    return node;
}

static enum store_class
keeping_of(void *context, const struct key_author *author)
{
    const struct world_node *node = context;

    (void)author;
    return node->keeping;
}

void
world_config(struct world_node *node, struct engine_config *config)
{
    memset(config, 0, sizeof(*config));
    config->entropy = &node->entropy;
    config->store = node->store;
    config->keeping = keeping_of;
    config->keeping_context = node;
    config->community = community_open();
    config->one_contact = node->one_contact;
}

enum status
world_start_with(struct world_node *node, const struct engine_config *config)
{
    enum status status = engine_new(&node->engine, config, node->world->now);

    if (status == STATUS_OK)
        engine_set_wall(node->engine, (int64_t)WORLD_TODAY * 86400 + 3600);
    else
        assert_true(node->world->failing);
    return status;
}

enum status
world_start(struct world_node *node)
{
    struct engine_config config;

    world_config(node, &config);
    return world_start_with(node, &config);
}

/* Tell one end that the link is gone. */
static void
hang_up(struct world *world, struct world_link *link, size_t end)
{
    if (link->open[end] && link->ends[end]->engine != NULL)
        engine_on_closed(link->ends[end]->engine, link->ids[end], world->now);
    link->open[end] = false;
}

void
world_break(struct world *world, struct world_link *link)
{
    link->pipes[0].size = 0;
    link->pipes[1].size = 0;
    hang_up(world, link, 0);
    hang_up(world, link, 1);
}

void
world_stop(struct world_node *node)
{
    struct world *world = node->world;

    engine_free(node->engine);
    node->engine = NULL;
    for (size_t i = 0; i < world->link_count; i++)
        if (world->links[i].ends[0] == node || world->links[i].ends[1] == node)
            world_break(world, &world->links[i]);
}

static struct world_link *
add_link(struct world *world, struct world_node *caller,
         struct world_node *called)
{
    struct world_link *link = &world->links[world->link_count];

    assert_true(world->link_count < WORLD_LINKS_MAX);
    world->link_count++;
    memset(link, 0, sizeof(*link));
    link->ends[0] = caller;
    link->ends[1] = called;
    for (size_t i = 0; i < 2; i++) {
        link->ids[i].value = ++world->last_id;
        link->open[i] = link->ends[i] != NULL;
    }
    return link;
}

/* Tell one end of the connection. */
static void
begin_end(struct world *world, struct world_link *link, size_t end,
          enum engine_road road, const struct relay_line *line)
{
    const struct world_node *other = link->ends[1 - end];
    struct engine_connection connection = {
        .link = link->ids[end],
        .road = road,
        .dialled = end == 0,
        .relay = line,
        .remote = {{192, 0, 2, 9}, false, 99, 0}};

    if (other != NULL)
        connection.remote = other->address;
    if (link->ends[end] == NULL ||
        engine_on_link(link->ends[end]->engine, &connection, world->now) ==
            STATUS_OK)
        return;
    assert_true(world->failing);
    world->refused = true;
    world_break(world, link);
}

struct world_link *
world_connect(struct world *world, struct world_node *caller,
              struct world_node *called)
{
    struct world_link *link = add_link(world, caller, called);

    begin_end(world, link, 0, ENGINE_NEIGHBOUR, NULL);
    begin_end(world, link, 1, ENGINE_NEIGHBOUR, NULL);
    return link;
}

struct world_link *
world_connect_relay(struct world *world, struct world_node *caller,
                    struct world_node *called, const struct relay_line *line,
                    bool has_clock)
{
    struct world_link *link = add_link(world, caller, called);

    begin_end(world, link, 0, has_clock ? ENGINE_RELAY : ENGINE_RELAY_NO_CLOCK,
              line);
    begin_end(world, link, 1, ENGINE_RELAY, NULL);
    return link;
}

static struct world_link *
find_link(struct world *world, struct link_id id, size_t *end)
{
    size_t found = world->link_count;

    *end = 0;
    for (size_t i = 0; i < world->link_count; i++)
        for (size_t j = 0; j < 2; j++)
            if (world->links[i].ids[j].value == id.value) {
                found = i;
                *end = j;
            }
    assert_true(found < world->link_count);
    return &world->links[found];
}

static void
trace(struct world *world, const struct action *action)
{
    struct hash_stream stream;

    if (!world->tracing)
        return;
    hash_stream_init(&stream);
    hash_stream_update(&stream, byte_view_of(world->trace, 32));
    hash_stream_update(&stream,
                       byte_view_of(&action->kind, sizeof(action->kind)));
    hash_stream_update(&stream,
                       byte_view_of(&action->link, sizeof(action->link)));
    hash_stream_update(&stream, action->bytes);
    hash_stream_final(&stream, world->trace);
}

static void
send_octets(struct world *world, const struct action *action)
{
    struct world_link *link;
    size_t end;

    link = find_link(world, action->link, &end);
    assert_false(link->closing[end]);
    if (!link->open[end] || !link->open[1 - end])
        return;
    pipe_add(&link->pipes[end], action->bytes);
    engine_on_sending(link->ends[end]->engine, action->link, world->now);
}

/* A datagram from node reaches those that to names, or all others. */
static void
send_datagram(struct world_node *node, const struct address *to,
              struct byte_view octets)
{
    struct world *world = node->world;

    for (size_t i = 0; world->lan && i < world->node_count; i++) {
        struct world_node *other = &world->nodes[i];

        if (other != node && other->engine != NULL &&
            (to == NULL || address_equal(to, &other->address)))
            engine_on_datagram(other->engine, &node->address, octets,
                               world->now);
    }
}

static void
dial(struct world_node *node, const struct address *address)
{
    struct world *world = node->world;

    node->dials++;
    node->dialled = *address;
    for (size_t i = 0; world->lan && i < world->node_count; i++)
        if (address_equal(&node->dialled, &world->nodes[i].address)) {
            if (world->nodes[i].engine != NULL)
                (void)world_connect(world, node, &world->nodes[i]);
            else
                engine_on_dial_failed(node->engine, &node->dialled, world->now);
        }
}

static void
carry_out(struct world_node *node, const struct action *action)
{
    struct world *world = node->world;
    size_t end;

    trace(world, action);
    if (world->quiet && action->link.value > world->last_id)
        return;
    switch (action->kind) {
    case ACTION_SEND:
        send_octets(world, action);
        break;
    case ACTION_CLOSE:
        find_link(world, action->link, &end)->closing[end] = true;
        break;
    case ACTION_DRAIN:
        node->drains++;
        break;
    case ACTION_EVICT:
        node->evictions++;
        find_link(world, action->link, &end)->closing[end] = true;
        break;
    case ACTION_DIAL:
        dial(node, &action->address);
        break;
    case ACTION_DATAGRAM:
        node->datagrams++;
        send_datagram(node, &action->address, action->bytes);
        break;
    case ACTION_BEACON:
        node->beacons++;
        send_datagram(node, NULL, action->bytes);
        break;
    case ACTION_EVENT:
        node->events[action->event]++;
        break;
    }
}

/* One turn of one node; true if it did anything. */
static bool
turn(struct world_node *node)
{
    struct mono_time now = node->world->now;
    struct action action;
    enum status status;
    bool acted = false;

    if (node->engine == NULL)
        return false;
    if (mono_due(engine_deadline(node->engine), now)) {
        engine_on_time(node->engine, now);
        acted = true;
    }
    status = engine_end_turn(node->engine, now);
    if (status != STATUS_OK)
        node->failure = status;
    while (engine_take_action(node->engine, &action)) {
        carry_out(node, &action);
        acted = true;
    }
    return acted;
}

/* Deliver what is in one pipe, as much as split and cut allow. */
static bool
deliver(struct world *world, struct world_link *link, size_t from)
{
    struct world_pipe *pipe = &link->pipes[from];
    const struct world_node *to = link->ends[1 - from];
    uint8_t *copy;
    size_t size = pipe->size;

    if (link->stuck)
        return false;
    if (world->split > 0 && size > world->split)
        size = world->split;
    if (size > world->cut)
        size = (size_t)world->cut;
    if (size > 0 && link->open[1 - from]) {
        /* In memory of its own, so that reading beyond is seen. */
        copy = malloc(size);
        assert_non_null(copy);
        memcpy(copy, pipe->octets, size);
        pipe_drop(pipe, size);
        pipe->carried += size;
        if (world->cut != WORLD_CUT_NEVER)
            world->cut -= size;
        if (engine_on_bytes(to->engine, link->ids[1 - from],
                            byte_view_of(copy, size),
                            world->now) != STATUS_OK) {
            assert_true(world->failing);
            world->refused = true;
            world_break(world, link);
        }
        free(copy);
        if (link->open[from])
            engine_on_unsent(link->ends[from]->engine, link->ids[from],
                             pipe->size, world->now);
        return true;
    }
    if (world->cut == 0 && pipe->size > 0) {
        world_break(world, link);
        return true;
    }
    return false;
}

/* One side asked for the end, and all that it said has arrived. */
static bool
close_ends(struct world *world, struct world_link *link)
{
    bool acted = false;

    for (size_t i = 0; i < 2; i++)
        if (link->closing[i] && link->open[i] && link->pipes[i].size == 0) {
            hang_up(world, link, i);
            hang_up(world, link, 1 - i);
            link->pipes[1 - i].size = 0;
            acted = true;
        }
    return acted;
}

void
world_run(struct world *world)
{
    bool acted = true;

    for (unsigned round = 0; acted; round++) {
        if (round > 2000000)
            fail_msg("the engines do not come to rest");
        if (world->rounds > 0 && round == world->rounds)
            return;
        acted = false;
        for (size_t i = 0; i < world->node_count; i++)
            acted |= turn(&world->nodes[i]);
        world->now = mono_after(world->now, world->tick);
        for (size_t i = 0; i < world->link_count; i++) {
            acted |= deliver(world, &world->links[i], 0);
            acted |= deliver(world, &world->links[i], 1);
            acted |= close_ends(world, &world->links[i]);
        }
    }
}

void
world_pass(struct world *world, uint64_t milliseconds)
{
    const struct mono_time end = mono_after(world->now, milliseconds);

    world_run(world);
    for (;;) {
        struct mono_time next = end;

        for (size_t i = 0; i < world->node_count; i++)
            if (world->nodes[i].engine != NULL)
                next =
                    mono_earlier(next, engine_deadline(world->nodes[i].engine));
        if (next.milliseconds > world->now.milliseconds)
            world->now = next;
        world_run(world);
        if (mono_due(end, world->now))
            return;
    }
}

uint64_t
world_octets(const struct world *world)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < world->link_count; i++)
        sum +=
            world->links[i].pipes[0].carried + world->links[i].pipes[1].carried;
    return sum;
}

struct record_id
world_put(struct world_node *node, const struct world_statement *statement)
{
    const struct statements_spec spec = {
        .number = statement->number,
        .day = statement->day,
        .text = statement->text,
        .attachment = statement->attachment,
        .kind = statement->kind,
        .dictionaries = node->world->dictionaries,
        .repeating = node->world->repeating,
    };
    struct record *record =
        statements_put(node->store, &spec, node->world->author, node->keeping,
                       (struct day){WORLD_TODAY});
    struct record_id id = *record_id(record);

    record_free(record);
    return id;
}

static void
copy_file(struct world_node *node, struct world_node *other,
          const struct record *record, size_t file)
{
    struct chunk_tree tree =
        chunk_tree_of(record_fields(record)->files[file].size);

    for (uint32_t i = 0; i < tree.count; i++) {
        struct byte_buf stored;
        struct chunk_id id;
        uint8_t encoding;

        byte_buf_init(&stored, CHUNK_STORED_MAX);
        assert_int_equal(bundle_chunk_id(other->store, record, file, i, &id),
                         STATUS_OK);
        assert_int_equal(store_get_chunk(other->store, &id, &encoding, &stored),
                         STATUS_OK);
        (void)!store_put_chunk(node->store, &id, node->keeping, encoding,
                               byte_view_of_buf(&stored));
        byte_buf_release(&stored);
    }
}

void
world_copy_record(struct world_node *node, struct world_node *other,
                  const struct record *record)
{
    for (size_t i = 0; i < record_fields(record)->file_count; i++)
        copy_file(node, other, record, i);
    statements_put_record(node->store, record, node->keeping,
                          (struct day){WORLD_TODAY});
}

struct copying {
    struct world_node *to;
    struct world_node *from;
};

static enum status
copy_row(void *context, const struct store_row *row)
{
    struct copying *copying = context;
    struct record *record;

    assert_int_equal(store_get_record(copying->from->store, &row->id, &record),
                     STATUS_OK);
    world_copy_record(copying->to, copying->from, record);
    record_free(record);
    return STATUS_OK;
}

void
world_copy(struct world_node *node, struct world_node *other)
{
    const struct store_query all = {.limit = 0};
    struct copying copying = {node, other};

    assert_int_equal(store_begin(node->store), STATUS_OK);
    assert_int_equal(store_walk(other->store, &all, copy_row, &copying),
                     STATUS_OK);
    assert_int_equal(store_commit(node->store), STATUS_OK);
}

struct record_id
world_publish(struct world_node *node, const struct world_statement *statement)
{
    struct record_id id = world_put(node, statement);

    if (engine_on_published(node->engine, &id, node->world->now) != STATUS_OK)
        assert_true(node->world->failing);
    return id;
}

bool
world_has(struct world_node *node, const struct record_id *id)
{
    return store_has_record(node->store, id);
}

bool
world_is_complete(struct world_node *node, const struct record_id *id)
{
    struct store_row row;

    return store_get_row(node->store, id, &row) == STATUS_OK &&
           row.state == STORE_COMPLETE;
}

uint64_t
world_count(struct world_node *node)
{
    struct store_figures figures;

    assert_int_equal(store_count(node->store, &figures), STATUS_OK);
    return figures.records;
}

static enum status
check_row(void *context, const struct store_row *row)
{
    struct world_node *other = context;

    assert_true(world_has(other, &row->id));
    assert_int_equal(row->state, STORE_COMPLETE);
    return STATUS_OK;
}

void
world_assert_same(struct world_node *a, struct world_node *b)
{
    const struct store_query all = {.limit = 0};

    assert_int_equal(store_walk(a->store, &all, check_row, b), STATUS_OK);
    assert_int_equal(store_walk(b->store, &all, check_row, a), STATUS_OK);
    assert_int_equal(store_check(a->store), STATUS_OK);
    assert_int_equal(store_check(b->store), STATUS_OK);
}
