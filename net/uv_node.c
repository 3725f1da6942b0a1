#include "net/uv_node.h"

#include <signal.h>
#include <string.h>

#include "core/entropy.h"
#include "core/mem.h"
#include "net/uv_clock.h"
#include "net/uv_node_private.h"

static void
on_prepare(uv_prepare_t *prepare)
{
    struct uv_node *node = prepare->data;

    if (node->dirty)
        uv_node_turn(node);
}

static void
on_datagram(void *context, const struct address *from, struct byte_view octets)
{
    struct uv_node *node = context;

    node->dirty = true;
    engine_on_datagram(node->engine, from, octets, uv_clock_now(&node->loop));
}

static void
on_interfaces(void *context)
{
    struct uv_node *node = context;

    node->dirty = true;
    engine_on_interfaces(node->engine, uv_clock_now(&node->loop));
}

static void
on_control_line(void *context, const struct control_line *line,
                struct control_line *answer)
{
    struct uv_node *node = context;

    answer->kind = CONTROL_UNKNOWN;
    if (line->kind == CONTROL_STATUS) {
        answer->kind = CONTROL_FIGURES;
        answer->figures = engine_figures(node->engine);
    } else if (line->kind == CONTROL_PUBLISHED) {
        if (uv_node_publish(node, &line->id) == STATUS_OK) {
            answer->kind = CONTROL_PASSING;
            answer->id = line->id;
        }
    } else if (line->kind == CONTROL_SYNC) {
        uv_node_sync(node, line, answer);
    } else if (line->kind == CONTROL_CHANGED) {
        answer->kind = CONTROL_DONE;
        node->dirty = true;
        if (node->config.on_changed != NULL)
            node->config.on_changed(node->config.context);
    }
}

static void
on_signal(uv_signal_t *handle, int number)
{
    struct uv_node *node = handle->data;

    node->signal_number = number;
    uv_node_begin_end(node);
}

static void
close_links(struct uv_node *node)
{
    struct uv_link *link;
    size_t position;

    MAP_EACH(link, &node->links, position)
        uv_link_close(link);
}

/* The time given to the run, and later to its goodbyes, is over. */
static void
on_limit(uv_timer_t *timer)
{
    struct uv_node *node = timer->data;

    if (!node->ending) {
        uv_node_begin_end(node);
        return;
    }
    close_links(node);
    uv_stop(&node->loop);
}

static void
on_discovered(uv_timer_t *timer)
{
    struct uv_node *node = timer->data;

    node->discovering = false;
    uv_node_check_done(node);
}

void
uv_node_discover(struct uv_node *node, uint64_t milliseconds)
{
    node->discovering = true;
    (void)uv_timer_start(&node->discover, on_discovered, milliseconds, 0);
}

static void
on_retry(uv_timer_t *timer)
{
    struct uv_node *node = timer->data;
    struct list_node *each;

    if (node->ending)
        return;
    LIST_EACH(each, &node->neighbours) {
        struct neighbour *neighbour =
            CONTAINER_OF(each, struct neighbour, node);

        if (!neighbour->busy &&
            !(neighbour->tried && node->config.engine.one_contact))
            uv_node_dial_neighbour(node, &neighbour->address, neighbour);
    }
    uv_node_accept_waiting(node);
}

void
uv_node_retry_later(struct uv_node *node)
{
    (void)uv_timer_start(&node->retry, on_retry, NODE_RETRY_MS, 0);
}

void
uv_node_begin_end(struct uv_node *node)
{
    if (node->ending)
        return;
    node->ending = true;
    node->dirty = true;
    engine_shut_down(node->engine, uv_clock_now(&node->loop));
    (void)uv_timer_start(&node->limit, on_limit, NODE_GOODBYE_MS, 0);
    /* The turn that sends the goodbyes comes before the loop sleeps; where
     * there is nobody to say them to, leave at once. */
    if (node->running && node->links_alive == 0)
        uv_stop(&node->loop);
}

/* True while somebody may still be met. */
static bool
somebody_is_awaited(const struct uv_node *node)
{
    struct list_node *each;

    if (node->links_alive > 0 || node->discovering)
        return true;
    LIST_EACH(each, &node->relays) {
        struct relay *relay = CONTAINER_OF(each, struct relay, node);

        if (!relay->met && !relay->given_up)
            return true;
    }
    return false;
}

void
uv_node_check_done(struct uv_node *node)
{
    if (!node->running)
        return;
    if (node->ending) {
        if (node->links_alive == 0)
            uv_stop(&node->loop);
    } else if (node->config.engine.one_contact && !somebody_is_awaited(node)) {
        uv_node_begin_end(node);
    } else if (node->syncing) {
        uv_node_sync_check(node, false);
    }
}

static enum status
node_start_engine(struct uv_node *node)
{
    enum status status = engine_new(&node->engine, &node->config.engine,
                                    uv_clock_now(&node->loop));

    if (status == STATUS_OK)
        engine_set_wall(node->engine, uv_clock_wall());
    return status;
}

static enum status
node_start_beacon(struct uv_node *node)
{
    struct uv_beacon_config config = {
        .loop = &node->loop,
        .where = community_beacon(&node->config.engine.community),
        .context = node,
        .on_datagram = on_datagram,
        .on_interfaces = on_interfaces,
    };

    if (!node->config.engine.beacons)
        return STATUS_OK;
    return uv_beacon_new(&node->beacon, &config);
}

static enum status
node_start_control(struct uv_node *node)
{
    struct uv_control_config config = {
        .loop = &node->loop,
        .home = node->config.home,
        .context = node,
        .on_line = on_control_line,
    };

    if (node->config.home == NULL)
        return STATUS_OK;
    return uv_control_new(&node->control, &config);
}

static void
node_init_handles(struct uv_node *node)
{
    uv_timer_t *timers[] = {&node->timer,    &node->retry,
                            &node->limit,    &node->discover,
                            &node->patience, &node->learned_timer};

    (void)uv_prepare_init(&node->loop, &node->prepare);
    node->prepare.data = node;
    for (size_t i = 0; i < sizeof(timers) / sizeof(timers[0]); i++) {
        (void)uv_timer_init(&node->loop, timers[i]);
        timers[i]->data = node;
    }
    (void)uv_signal_init(&node->loop, &node->on_interrupt);
    (void)uv_signal_init(&node->loop, &node->on_terminate);
    node->on_interrupt.data = node;
    node->on_terminate.data = node;
}

enum status
uv_node_new(struct uv_node **out, const struct uv_node_config *config)
{
    struct uv_node *node = mem_zalloc(1, sizeof(*node));
    uint8_t salt[16];
    enum status status;

    *out = NULL;
    if (node == NULL)
        return STATUS_NO_MEMORY;
    if (uv_loop_init(&node->loop) != 0) {
        mem_free(node);
        return STATUS_IO;
    }
    node->config = *config;
    list_init(&node->listeners);
    list_init(&node->relays);
    list_init(&node->neighbours);
    entropy_fill(config->engine.entropy, salt, sizeof(salt));
    map_init(&node->links, sizeof(uint64_t), salt);
    uv_node_links_init(node);
    node_init_handles(node);
    status = node_start_control(node);
    if (status == STATUS_OK)
        status = node_start_beacon(node);
    /* The engine comes last: its listening port is not known yet, and is told
     * by uv_node_listen. */
    if (status == STATUS_OK)
        status = node_start_engine(node);
    if (status != STATUS_OK) {
        uv_node_free(node);
        return status;
    }
    *out = node;
    return STATUS_OK;
}

static void
close_listeners(struct uv_node *node)
{
    struct list_node *each, *after;

    LIST_EACH_SAFE(each, after, &node->listeners) {
        struct listener *listener = CONTAINER_OF(each, struct listener, node);

        list_remove(each);
        uv_close((uv_handle_t *)&listener->handle, uv_node_listener_closed);
    }
}

static void
free_lists(struct uv_node *node)
{
    struct list_node *each, *after;

    LIST_EACH_SAFE(each, after, &node->relays) {
        struct relay *relay = CONTAINER_OF(each, struct relay, node);

        uv_dial_free(relay->dial);
        list_remove(each);
        mem_free(relay);
    }
    LIST_EACH_SAFE(each, after, &node->neighbours) {
        list_remove(each);
        mem_free(CONTAINER_OF(each, struct neighbour, node));
    }
}

void
uv_node_free(struct uv_node *node)
{
    uv_handle_t *own[9];

    if (node == NULL)
        return;
    node->running = false;
    node->ending = true;
    close_listeners(node);
    free_lists(node);
    close_links(node);
    uv_beacon_free(node->beacon);
    uv_control_free(node->control);
    own[0] = (uv_handle_t *)&node->prepare;
    own[1] = (uv_handle_t *)&node->timer;
    own[2] = (uv_handle_t *)&node->retry;
    own[3] = (uv_handle_t *)&node->limit;
    own[4] = (uv_handle_t *)&node->discover;
    own[5] = (uv_handle_t *)&node->on_interrupt;
    own[6] = (uv_handle_t *)&node->on_terminate;
    own[7] = (uv_handle_t *)&node->patience;
    own[8] = (uv_handle_t *)&node->learned_timer;
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        uv_close(own[i], NULL);
    (void)uv_run(&node->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&node->loop);
    engine_free(node->engine);
    map_release(&node->links);
    mem_free(node);
}

void
uv_node_stop(struct uv_node *node)
{
    uv_node_begin_end(node);
}

enum status
uv_node_run(struct uv_node *node, uint64_t milliseconds, uint64_t discover,
            int *signal_number)
{
    struct list_node *each;

    uv_update_time(&node->loop);
    node->began = uv_clock_now(&node->loop);
    node->running = true;
    node->dirty = true;
    (void)uv_prepare_start(&node->prepare, on_prepare);
    (void)uv_signal_start(&node->on_interrupt, on_signal, SIGINT);
    (void)uv_signal_start(&node->on_terminate, on_signal, SIGTERM);
    if (!list_is_empty(&node->neighbours))
        (void)uv_timer_start(&node->retry, on_retry, 0, NODE_RETRY_MS);
    if (milliseconds > 0)
        (void)uv_timer_start(&node->limit, on_limit, milliseconds, 0);
    if (discover > 0 && node->beacon != NULL)
        uv_node_discover(node, discover);
    LIST_EACH(each, &node->relays)
        uv_dial_start(CONTAINER_OF(each, struct relay, node)->dial);
    (void)uv_run(&node->loop, UV_RUN_DEFAULT);
    node->running = false;
    node->figures.milliseconds =
        mono_between(node->began, uv_clock_now(&node->loop));
    if (signal_number != NULL)
        *signal_number = node->signal_number;
    return node->failure;
}

struct uv_node_figures
uv_node_figures(const struct uv_node *node)
{
    struct uv_node_figures figures = node->figures;

    figures.engine = engine_figures(node->engine);
    if (node->running)
        figures.milliseconds =
            mono_between(node->began, uv_clock_now(&node->loop));
    return figures;
}
