/*
 * One turn of the node: what links brought goes to the engine; before the loop
 * sleeps the engine commits, and its actions are carried out.
 */
#include "net/uv_node_private.h"

#include "net/uv_clock.h"

/* Have the links brought a turn's work? */
static bool
is_turn_full(struct uv_node *node)
{
    if (node->brought < NODE_TURN_OCTETS)
        return false;
    uv_update_time(&node->loop);
    return node->brought >= NODE_TURN_OCTETS_MAX ||
           mono_between(node->turn_began, uv_clock_now(&node->loop)) >=
               NODE_TURN_MS;
}

static void
link_on_bytes(void *context, struct uv_link *link, struct byte_view octets)
{
    struct uv_node *node = context;

    node->dirty = true;
    if (node->brought == 0)
        node->turn_began = uv_clock_now(&node->loop);
    if (engine_on_bytes(node->engine, (struct link_id){link->id}, octets,
                        uv_clock_now(&node->loop)) != STATUS_OK) {
        uv_link_close(link);
        return;
    }
    /* What is more than a turn's work waits until it has been committed; every
     * link is read at least once a turn. */
    node->brought += octets.size;
    if (is_turn_full(node)) {
        uv_link_pause(link);
        node->paused = true;
    }
}

static void
link_on_written(void *context, struct uv_link *link)
{
    struct uv_node *node = context;

    node->dirty = true;
    engine_on_unsent(node->engine, (struct link_id){link->id}, link->unsent,
                     uv_clock_now(&node->loop));
}

static struct neighbour *
neighbour_at(struct uv_node *node, const struct address *address)
{
    struct list_node *each;

    LIST_EACH(each, &node->neighbours) {
        struct neighbour *neighbour =
            CONTAINER_OF(each, struct neighbour, node);

        if (address_equal(&neighbour->address, address))
            return neighbour;
    }
    return NULL;
}

static void
relay_link_gone(struct uv_node *node, struct uv_link *link)
{
    struct relay *relay = uv_node_relay_of(node, link->cookie);
    const bool was_open = relay != NULL && uv_dial_is_open(relay->dial);

    uv_dial_gone(link->cookie, link);
    /* It may have failed, and be gone too. */
    if (was_open && relay == node->learned && !uv_dial_is_open(relay->dial)) {
        uv_node_drop_learned(node);
        uv_node_try_learned(node);
    }
}

static void
link_on_gone(void *context, struct uv_link *link)
{
    struct uv_node *node = context;
    struct neighbour *neighbour = neighbour_at(node, &link->remote);

    node->links_alive--;
    node->dirty = true;
    if (link->id != 0) {
        (void)map_remove(&node->links, &link->id);
        engine_on_closed(node->engine, (struct link_id){link->id},
                         uv_clock_now(&node->loop));
    }
    if (link->cookie != NULL)
        relay_link_gone(node, link);
    else if (neighbour != NULL)
        neighbour->busy = false;
    uv_node_check_done(node);
}

void
uv_node_links_init(struct uv_node *node)
{
    node->link_owner = (struct uv_link_owner){
        .context = node,
        .read_buffer = node->read_buffer,
        .read_size = sizeof(node->read_buffer),
        .on_bytes = link_on_bytes,
        .on_written = link_on_written,
        .on_gone = link_on_gone,
    };
}

void
uv_node_adopt(struct uv_node *node, struct uv_link *link, enum engine_road road,
              bool dialled, const struct relay_line *line)
{
    struct engine_connection connection;

    link->id = ++node->last_link;
    node->dirty = true;
    if (map_put(&node->links, &link->id, link) != STATUS_OK) {
        link->id = 0;
        uv_link_close(link);
        return;
    }
    connection = (struct engine_connection){
        .link = {link->id},
        .road = road,
        .dialled = dialled,
        .relay = line,
        .remote = link->remote,
    };
    if (engine_on_link(node->engine, &connection, uv_clock_now(&node->loop)) !=
            STATUS_OK ||
        uv_link_start(link) != STATUS_OK)
        uv_link_close(link);
}

static void
on_neighbour_connected(void *context, struct uv_link *link, bool connected)
{
    struct uv_node *node = context;

    if (connected && !node->ending) {
        uv_node_adopt(node, link, ENGINE_NEIGHBOUR, true, NULL);
        return;
    }
    node->dirty = true;
    engine_on_dial_failed(node->engine, &link->remote,
                          uv_clock_now(&node->loop));
    uv_link_close(link);
}

void
uv_node_dial_neighbour(struct uv_node *node, const struct address *address,
                       struct neighbour *typed)
{
    struct uv_link *link;

    if (typed != NULL)
        typed->tried = true;
    if (uv_link_connect(&link, &node->loop, address, &node->link_owner,
                        on_neighbour_connected) == STATUS_OK) {
        node->links_alive++;
        if (typed != NULL)
            typed->busy = true;
        return;
    }
    node->dirty = true;
    engine_on_dial_failed(node->engine, address, uv_clock_now(&node->loop));
}

struct relay *
uv_node_relay_of(struct uv_node *node, const struct uv_dial *dial)
{
    struct list_node *each;

    LIST_EACH(each, &node->relays) {
        struct relay *relay = CONTAINER_OF(each, struct relay, node);

        if (relay->dial == dial)
            return relay;
    }
    return NULL;
}

static void
on_relay_open(struct uv_node *node, struct relay *relay)
{
    if (!relay->met)
        uv_node_count_relay(node, relay, &node->figures.relays_met);
    relay->met = true;
    relay->given_up = false;
    if (relay->learned)
        uv_node_on_learned(node, true);
}

static void
act_on_event(struct uv_node *node, const struct action *action,
             struct uv_link *link)
{
    switch (action->event) {
    case EVENT_LINK_OPEN:
        node->figures.contacts++;
        if (link != NULL && link->cookie != NULL) {
            struct relay *relay = uv_node_relay_of(node, link->cookie);

            if (relay != NULL)
                on_relay_open(node, relay);
            uv_dial_opened(link->cookie, link);
        }
        break;
    case EVENT_SETTLED:
        node->figures.settled++;
        break;
    case EVENT_DELIVERED:
        uv_control_delivered(node->control, &action->id);
        break;
    case EVENT_STORE_FAILED:
        node->failure = action->status;
        break;
    case EVENT_LINK_LOST:
    case EVENT_RECORD:
    case EVENT_COMPLETE:
    case EVENT_REFUSED:
        break;
    }
    if (node->config.on_event != NULL)
        node->config.on_event(node->config.context, action);
}

static void
act(struct uv_node *node, const struct action *action)
{
    struct uv_link *link = map_get(&node->links, &action->link.value);

    switch (action->kind) {
    case ACTION_SEND:
        if (link != NULL && action->last)
            uv_link_hold(link);
        if (link != NULL && uv_link_send(link, action->bytes) != STATUS_OK)
            uv_link_close(link);
        /* The turn may have taken long. */
        uv_update_time(&node->loop);
        engine_on_sending(node->engine, action->link,
                          uv_clock_now(&node->loop));
        break;
    case ACTION_CLOSE:
        if (link != NULL)
            uv_link_end(link);
        break;
    case ACTION_DRAIN:
        if (link != NULL)
            uv_link_drain(link);
        break;
    case ACTION_EVICT:
        if (link != NULL)
            uv_link_evict(link);
        break;
    case ACTION_DIAL:
        if (!node->ending)
            uv_node_dial_neighbour(node, &action->address, NULL);
        break;
    case ACTION_DATAGRAM:
        if (node->beacon != NULL)
            uv_beacon_send(node->beacon, &action->address, action->bytes);
        break;
    case ACTION_BEACON:
        if (node->beacon != NULL)
            uv_beacon_send_all(node->beacon, action->bytes);
        break;
    case ACTION_EVENT:
        act_on_event(node, action, link);
        break;
    }
}

static void
resume_links(struct uv_node *node)
{
    struct uv_link *link;
    size_t position;

    node->paused = false;
    MAP_EACH(link, &node->links, position)
        uv_link_resume(link);
}

static void
on_timer(uv_timer_t *timer)
{
    struct uv_node *node = timer->data;

    node->dirty = true;
    engine_on_time(node->engine, uv_clock_now(&node->loop));
}

static void
arm_timer(struct uv_node *node)
{
    struct mono_time when = engine_deadline(node->engine);
    struct mono_time now = uv_clock_now(&node->loop);

    if (node->dirty)
        when = now; /* acting told the engine something new */
    if (when.milliseconds == MONO_NEVER.milliseconds)
        (void)uv_timer_stop(&node->timer);
    else
        (void)uv_timer_start(&node->timer, on_timer, mono_between(now, when),
                             0);
}

void
uv_node_turn(struct uv_node *node)
{
    struct mono_time now = uv_clock_now(&node->loop);
    struct action action;
    bool changed = false;
    enum status status;

    node->dirty = false;
    node->brought = 0;
    engine_set_wall(node->engine, uv_clock_wall());
    status = store_poll_changed(node->config.engine.store, &changed);
    if (status == STATUS_OK && changed)
        status = engine_on_store_changed(node->engine, now);
    if (status == STATUS_OK)
        status = engine_end_turn(node->engine, now);
    if (node->config.on_turn != NULL) {
        enum status kept = node->config.on_turn(node->config.context);

        if (kept != STATUS_OK) {
            node->failure = kept;
            uv_node_begin_end(node);
            return;
        }
    }
    while (engine_take_action(node->engine, &action))
        act(node, &action);
    /* A store that is busy or full may recover; a damaged one does not. */
    if (status == STATUS_DAMAGED || status == STATUS_IO ||
        status == STATUS_DENIED) {
        node->failure = status;
        uv_node_begin_end(node);
    }
    if (node->paused)
        resume_links(node);
    arm_timer(node);
    uv_node_try_learned(node);
    uv_node_check_done(node);
}
