/*
 * A running node does what `p2pub sync` asks for: it has links already, and to
 * ask over them costs less than to dial anew.
 */
#include "net/uv_node_private.h"

#include <string.h>

#include "net/uv_clock.h"

/* The typed relay of that name, or NULL: one that was learned may go at any
 * time. */
static struct relay *
relay_named(struct uv_node *node, const char *name)
{
    struct list_node *each;

    LIST_EACH(each, &node->relays) {
        struct relay *relay = CONTAINER_OF(each, struct relay, node);
        char own[RELAY_NAME_SIZE];

        relay_line_name(uv_dial_line(relay->dial), own);
        if (!relay->learned && strcmp(own, name) == 0)
            return relay;
    }
    return NULL;
}

/* Does the sync mean this relay, this link?  Learned relays are of use as links
 * alone. */
static bool
means_relay(const struct uv_node *node, const struct relay *relay)
{
    return !relay->learned &&
           (node->sync_relay == NULL || node->sync_relay == relay);
}

static bool
means_link(const struct uv_node *node, const struct uv_link *link)
{
    return node->sync_relay == NULL || node->sync_relay->dial == link->cookie;
}

static void
on_patience(uv_timer_t *timer)
{
    uv_node_sync_check(timer->data, true);
}

/* Ask over every link that is there, and make those that are not. */
static void
ask(struct uv_node *node)
{
    const struct mono_time now = uv_clock_now(&node->loop);
    struct list_node *each;
    struct uv_link *link;
    size_t position;

    LIST_EACH(each, &node->relays) {
        struct relay *relay = CONTAINER_OF(each, struct relay, node);

        if (!means_relay(node, relay))
            continue;
        relay->given_up = false;
        uv_dial_hurry(relay->dial);
    }
    MAP_EACH(link, &node->links, position)
        if (means_link(node, link))
            engine_compare(node->engine, (struct link_id){link->id}, now);
    if (node->sync_relay != NULL || node->beacon == NULL)
        return;
    engine_on_interfaces(node->engine, now);
    uv_node_discover(node, NODE_DISCOVER_MS);
}

void
uv_node_sync(struct uv_node *node, const struct control_line *line,
             struct control_line *answer)
{
    struct relay *relay = NULL;
    uint64_t patience = line->count;

    if (line->relay[0] != '\0') {
        relay = relay_named(node, line->relay);
        if (relay == NULL)
            return;
    }
    if (patience > SYNC_SECONDS_MAX)
        patience = SYNC_SECONDS_MAX;
    answer->kind = CONTROL_SYNCING;
    answer->count = node->figures.relays;
    if (!node->syncing) {
        node->syncing = true;
        node->sync_relay = relay;
        node->before_sync = engine_figures(node->engine);
    } else if (node->sync_relay != relay) {
        node->sync_relay = NULL;
    }
    ask(node);
    node->dirty = true;
    (void)uv_timer_start(&node->patience, on_patience, patience * 1000, 0);
}

/* Count those that were asked into said; true if all have answered. */
static bool
count_answers(const struct uv_node *node, struct control_line *said)
{
    bool all = true;
    struct list_node *each;
    struct uv_link *link;
    size_t position;

    LIST_EACH(each, &node->relays) {
        const struct relay *relay = CONTAINER_OF(each, struct relay, node);
        const bool is_open = uv_dial_is_open(relay->dial);

        if (!means_relay(node, relay))
            continue;
        said->relays_met += is_open ? 1 : 0;
        all = all && (is_open || relay->given_up);
    }
    MAP_EACH(link, &node->links, position) {
        const struct link_id id = {link->id};

        if (!means_link(node, link) || !engine_is_open(node->engine, id))
            continue;
        said->contacts++;
        if (engine_is_settled(node->engine, id))
            said->settled++;
    }
    /* Where there is nobody, neighbours may yet be heard. */
    return all && said->settled == said->contacts &&
           (said->contacts > 0 || !node->discovering);
}

void
uv_node_sync_check(struct uv_node *node, bool over)
{
    struct control_line said = {.kind = CONTROL_SYNCED};
    const struct engine_figures *before = &node->before_sync;

    if (!count_answers(node, &said) && !over)
        return;
    said.figures = engine_figures(node->engine);
    said.figures.records_in -= before->records_in;
    said.figures.records_out -= before->records_out;
    said.figures.octets_in -= before->octets_in;
    said.figures.octets_out -= before->octets_out;
    node->syncing = false;
    (void)uv_timer_stop(&node->patience);
    uv_control_synced(node->control, &said);
}
