/*
 * Which neighbours a node has links with: a few that it chose itself, which
 * nobody can push out, and a few more that chose it.
 */
#include <string.h>

#include "core/entropy.h"
#include "net/engine_private.h"

static bool
is_open_neighbour(const struct link *link)
{
    return link->state == LINK_OPEN && link->road == ENGINE_NEIGHBOUR;
}

/* Open links to neighbours: of our choice, or all. */
static size_t
count_open(const struct engine *engine, bool chosen)
{
    struct list_node *each;
    size_t count = 0;

    LIST_EACH(each, &engine->links) {
        const struct link *link = CONTAINER_OF(each, struct link, in_engine);

        if (is_open_neighbour(link) && (link->chosen || !chosen))
            count++;
    }
    return count;
}

enum discovery_need
engine_need(const struct engine *engine,
            const uint8_t boot_id[MESSAGE_BOOT_ID_SIZE])
{
    if (engine_is_linked(engine, boot_id))
        return DISCOVERY_LINKED;
    if (engine->config.one_contact ||
        count_open(engine, false) +
                peer_book_dialling(&engine->discovery.book, engine->node.now) <
            DISCOVERY_AT_ONCE)
        return DISCOVERY_NOW;
    return DISCOVERY_LATER;
}

bool
engine_is_choice(const struct engine *engine, const struct link *link)
{
    return link->dialled && link->road == ENGINE_NEIGHBOUR &&
           peer_book_is_dialling(&engine->discovery.book, &link->remote,
                                 engine->node.now);
}

uint64_t
engine_rest(const struct engine *engine, const struct link *link)
{
    if (link->rotated)
        return LINKS_ROTATE_LEAST_MS;
    if (link->peer->full)
        return LINKS_FULL_MS +
               entropy_below(engine->config.entropy, LINKS_FULL_MS);
    return link->peer->settled ? DISCOVERY_REST_MS : 0;
}

static bool
is_linked(const void *context, const uint8_t boot_id[MESSAGE_BOOT_ID_SIZE])
{
    return engine_is_linked(context, boot_id);
}

/* Dial one of those that were heard of; false if there is none, and then *when
 * is when to look again. */
static bool
dial_one(struct engine *engine, struct mono_time *when)
{
    struct discovery *discovery = &engine->discovery;
    const struct mono_time now = engine->node.now;
    struct action action = {.kind = ACTION_DIAL};
    struct peer_book_entry *entry =
        peer_book_choose(&discovery->book, is_linked, engine, now, when);
    enum status status;

    if (entry == NULL)
        return false;
    *when = mono_after(now, DISCOVERY_CHOOSE_MS);
    if (!bucket_take(&discovery->dials, 1, now))
        return true;
    action.address = entry->address;
    status = actions_add(&engine->node.actions, &action);
    if (status != STATUS_OK)
        node_fail(&engine->node, status);
    else
        peer_book_on_dial(entry, now);
    return true;
}

/* Too few were chosen: one more. */
static void
fill(struct engine *engine)
{
    struct discovery *discovery = &engine->discovery;
    const struct mono_time now = engine->node.now;
    size_t dialling = peer_book_dialling(&discovery->book, now);

    discovery->choose = MONO_NEVER;
    if (count_open(engine, true) + dialling < LINKS_CHOSEN)
        (void)dial_one(engine, &discovery->choose);
    else if (dialling > 0)
        discovery->choose = mono_after(now, DISCOVERY_DIAL_MS);
}

static struct mono_time
rotation_time(const struct engine *engine)
{
    return mono_after(
        engine->node.now,
        LINKS_ROTATE_LEAST_MS +
            entropy_below(engine->config.entropy,
                          LINKS_ROTATE_MOST_MS - LINKS_ROTATE_LEAST_MS + 1));
}

void
engine_choose(struct engine *engine)
{
    struct discovery *discovery = &engine->discovery;
    const struct mono_time now = engine->node.now;
    struct mono_time when;

    if (engine->shutting_down || engine->config.one_contact) {
        discovery->choose = MONO_NEVER;
        discovery->rotate = MONO_NEVER;
        return;
    }
    if (mono_due(discovery->choose, now))
        fill(engine);
    if (!mono_due(discovery->rotate, now))
        return;
    discovery->rotate = rotation_time(engine);
    /* One too many for now: the next that opens takes the place of another. */
    if (count_open(engine, true) == LINKS_CHOSEN)
        (void)dial_one(engine, &when);
}

/* One of our choice too many: end one that is no part of the tree. */
static void
shed_chosen(struct engine *engine, const struct link *newest)
{
    struct link *victim = NULL;
    struct list_node *each;
    uint32_t count = 0;

    LIST_EACH(each, &engine->links) {
        struct link *link = CONTAINER_OF(each, struct link, in_engine);

        if (is_open_neighbour(link) && link->chosen && link != newest &&
            link->peer->gossip.lazy &&
            entropy_below(engine->config.entropy, ++count) == 0)
            victim = link;
    }
    if (victim == NULL)
        return;
    victim->rotated = true;
    engine_end_link(engine, victim);
}

/* Somebody else's choice; settled: only if nothing is left to say on it. */
static bool
is_accepted(const struct link *link, bool settled)
{
    return is_open_neighbour(link) && !link->dialled &&
           (link->peer->settled || !settled);
}

static size_t
count_accepted(const struct engine *engine, bool settled,
               const struct address *from)
{
    struct list_node *each;
    size_t count = 0;

    LIST_EACH(each, &engine->links) {
        const struct link *link = CONTAINER_OF(each, struct link, in_engine);

        if (is_accepted(link, settled) &&
            (from == NULL || memcmp(link->remote.octets, from->octets,
                                    sizeof(from->octets)) == 0))
            count++;
    }
    return count;
}

/* Too many chose us: one goes, of the machine that has most of them. */
static void
shed_accepted(struct engine *engine, bool settled)
{
    struct link *victim = NULL;
    struct list_node *each;
    uint32_t candidates = 0;
    size_t most = 0;

    LIST_EACH(each, &engine->links) {
        struct link *link = CONTAINER_OF(each, struct link, in_engine);
        size_t count;

        if (!is_accepted(link, settled))
            continue;
        count = count_accepted(engine, settled, &link->remote);
        if (count > most)
            candidates = 0;
        if (count < most)
            continue;
        most = count;
        if (entropy_below(engine->config.entropy, ++candidates) == 0)
            victim = link;
    }
    if (victim != NULL)
        engine_refuse_link(engine, victim);
}

void
engine_shed(struct engine *engine, struct link *link)
{
    if (link->state != LINK_OPEN || link->road != ENGINE_NEIGHBOUR)
        return;
    if (link->chosen) {
        struct mono_time *rotate = &engine->discovery.rotate;
        size_t chosen = count_open(engine, true);

        if (chosen == LINKS_CHOSEN &&
            rotate->milliseconds == MONO_NEVER.milliseconds)
            *rotate = rotation_time(engine);
        if (chosen > LINKS_CHOSEN)
            shed_chosen(engine, link);
    } else if (!link->dialled) {
        if (count_accepted(engine, true, NULL) > LINKS_ACCEPTED_MAX)
            shed_accepted(engine, true);
        else if (count_accepted(engine, false, NULL) > LINKS_ACCEPTED_MOST)
            shed_accepted(engine, false);
    }
}

void
engine_refuse_link(struct engine *engine, struct link *link)
{
    const struct byte_view nothing = byte_view_of(NULL, 0);

    if (message_write_prefixes(&link->peer->out, MESSAGE_FULL, nothing) ==
        STATUS_OK)
        engine_end_link(engine, link);
    else
        engine_close_link(engine, link);
}
