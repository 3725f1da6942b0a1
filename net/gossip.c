#include "net/gossip.h"

#include <string.h>

#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"
#include "net/node.h"
#include "net/peer.h"

void
gossip_init(struct gossip *gossip, const struct salt *salt)
{
    map_init(&gossip->missing, MESSAGE_PREFIX_SIZE, salt->octets);
    list_init(&gossip->waiting);
    list_init(&gossip->asked);
}

void
gossip_release(struct gossip *gossip)
{
    map_release(&gossip->missing);
}

void
gossip_peer_init(struct gossip_peer *part)
{
    const size_t most = MESSAGE_PREFIXES_MAX * MESSAGE_PREFIX_SIZE;

    memset(part, 0, sizeof(*part));
    byte_buf_init(&part->ihave, most);
    byte_buf_init(&part->grafts, most);
    list_init(&part->announced);
}

static struct gossip_announcement *
first_of(const struct gossip_missing *missing)
{
    return CONTAINER_OF(missing->announced.next, struct gossip_announcement,
                        in_missing);
}

static void
drop_announcement(struct gossip_announcement *announcement)
{
    list_remove(&announcement->in_missing);
    list_remove(&announcement->in_peer);
    announcement->peer->gossip.awaited--;
    mem_free(announcement);
}

static void
drop_missing(struct gossip *gossip, struct gossip_missing *missing)
{
    while (!list_is_empty(&missing->announced))
        drop_announcement(first_of(missing));
    list_remove(&missing->in_queue);
    (void)map_remove(&gossip->missing, missing->prefix);
    mem_free(missing);
}

/* Links that tell each other everything whole. */
static bool
is_eager(const struct peer *peer)
{
    return peer->greeted && !peer->broken && !peer->gossip.lazy &&
           !peer->gossip.pruning;
}

/* An eager or a lazy link other than that of peer, or NULL. */
static struct peer *
find_other(const struct peer *peer, bool eager)
{
    struct list_node *each;

    LIST_EACH(each, &peer->node->peers) {
        struct peer *other = CONTAINER_OF(each, struct peer, in_node);

        if (other != peer && other->greeted && !other->broken &&
            is_eager(other) == eager)
            return other;
    }
    return NULL;
}

/* From now on both sides of peer's link send whole. */
static void
graft(struct peer *peer)
{
    if (peer->gossip.lazy || peer->gossip.pruning)
        peer->gossip.say_graft = true;
    peer->gossip.lazy = false;
    peer->gossip.pruning = false;
    peer->gossip.say_prune = false;
}

void
gossip_peer_release(struct peer *peer)
{
    struct node *node = peer->node;
    struct gossip_peer *part = &peer->gossip;
    bool was_eager = peer->greeted && !part->lazy && !part->pruning;

    while (!list_is_empty(&part->announced)) {
        struct gossip_announcement *announcement = CONTAINER_OF(
            part->announced.next, struct gossip_announcement, in_peer);
        struct gossip_missing *missing = announcement->missing;
        bool was_asked = missing->asked && announcement == first_of(missing);

        drop_announcement(announcement);
        if (list_is_empty(&missing->announced)) {
            drop_missing(&node->gossip, missing);
        } else if (was_asked) {
            missing->asked = false;
            missing->due = node->now;
            list_remove(&missing->in_queue);
            list_prepend(&node->gossip.waiting, &missing->in_queue);
        }
    }
    byte_buf_release(&part->ihave);
    byte_buf_release(&part->grafts);
    if (was_eager) {
        struct peer *other = find_other(peer, false);

        if (other != NULL)
            graft(other);
    }
}

/* The record here whose id begins with prefix. */
static enum status
find_record(struct node *node, const uint8_t prefix[MESSAGE_PREFIX_SIZE],
            struct record_id *out)
{
    char digits[2 * MESSAGE_PREFIX_SIZE + 1];

    text_hex(digits, prefix, MESSAGE_PREFIX_SIZE);
    return store_find(node->config.store, byte_view_of_text(digits), out);
}

static enum status
add_missing(struct node *node, const uint8_t prefix[MESSAGE_PREFIX_SIZE],
            struct gossip_missing **out)
{
    struct gossip_missing *missing = mem_zalloc(1, sizeof(*missing));
    enum status status;

    if (missing == NULL)
        return STATUS_NO_MEMORY;
    memcpy(missing->prefix, prefix, sizeof(missing->prefix));
    status = map_put(&node->gossip.missing, prefix, missing);
    if (status != STATUS_OK) {
        mem_free(missing);
        return status;
    }
    list_init(&missing->announced);
    missing->due = mono_after(node->now, GOSSIP_WAIT_MS);
    list_append(&node->gossip.waiting, &missing->in_queue);
    *out = missing;
    return STATUS_OK;
}

static bool
is_announced_by(const struct gossip_missing *missing, const struct peer *peer)
{
    struct list_node *each;

    LIST_EACH(each, &missing->announced)
        if (CONTAINER_OF(each, struct gossip_announcement, in_missing)->peer ==
            peer)
            return true;
    return false;
}

/* Peer has a record that is not here. */
static enum status
await(struct peer *peer, const uint8_t prefix[MESSAGE_PREFIX_SIZE])
{
    struct node *node = peer->node;
    struct gossip_missing *missing = map_get(&node->gossip.missing, prefix);
    struct gossip_announcement *announcement;
    enum status status = STATUS_OK;

    if (missing != NULL && is_announced_by(missing, peer))
        return STATUS_OK;
    if (peer->gossip.awaited >= node_share(node, GOSSIP_AWAITED_TOTAL,
                                           GOSSIP_AWAITED_LEAST,
                                           GOSSIP_AWAITED_MAX)) {
        peer->compare.again = true;
        return STATUS_OK;
    }
    announcement = mem_zalloc(1, sizeof(*announcement));
    if (announcement == NULL)
        return STATUS_NO_MEMORY;
    if (missing == NULL)
        status = add_missing(node, prefix, &missing);
    if (status != STATUS_OK) {
        mem_free(announcement);
        return status;
    }
    announcement->missing = missing;
    announcement->peer = peer;
    list_append(&missing->announced, &announcement->in_missing);
    list_append(&peer->gossip.announced, &announcement->in_peer);
    peer->gossip.awaited++;
    return STATUS_OK;
}

static enum status
take_announced(struct peer *peer, const uint8_t prefix[MESSAGE_PREFIX_SIZE])
{
    struct node *node = peer->node;
    struct record_id id;
    enum status status = find_record(node, prefix, &id);
    bool is_refused;
    size_t looked;

    if (status == STATUS_NOT_FOUND) {
        is_refused = refused_has_prefix(&node->refused, prefix, &looked);
        compare_pay(peer, looked / 32);
        return is_refused ? STATUS_OK : await(peer, prefix);
    }
    /* Of two records with one beginning either will do: comparing finds the
     * other. */
    if (status == STATUS_AMBIGUOUS)
        return STATUS_OK;
    /* It may wait to be sent there. */
    if (status == STATUS_OK && !exchange_is_idle(&peer->exchange))
        status = known_change(&peer->known, &id, KNOWN_ANNOUNCED, 0);
    return status;
}

enum status
gossip_on_ihave(struct peer *peer, struct byte_view body)
{
    uint8_t prefix[MESSAGE_PREFIX_SIZE];
    struct byte_view prefixes;
    enum status status;

    status = message_read_prefixes(&prefixes, MESSAGE_IHAVE, body);
    if (status == STATUS_OK)
        compare_pay(peer, body.size / MESSAGE_PREFIX_SIZE);
    while (status == STATUS_OK && message_next_prefix(prefix, &prefixes))
        status = take_announced(peer, prefix);
    return status;
}

/* Send peer the record that it asks for, unless it has been sent it. */
static enum status
take_graft(struct peer *peer, const uint8_t prefix[MESSAGE_PREFIX_SIZE])
{
    struct node *node = peer->node;
    struct record_id id;
    struct store_row row;
    enum status status = find_record(node, prefix, &id);

    if (status == STATUS_OK)
        status = store_get_row(node->config.store, &id, &row);
    if (status == STATUS_NOT_FOUND || status == STATUS_AMBIGUOUS)
        return STATUS_OK;
    if (status == STATUS_OK)
        status = exchange_offer(peer, &id, row.set, row.date, false);
    if (status != STATUS_FULL)
        return status;
    peer->compare.again = true;
    return STATUS_OK;
}

enum status
gossip_on_graft(struct peer *peer, struct byte_view body)
{
    uint8_t prefix[MESSAGE_PREFIX_SIZE];
    struct byte_view prefixes;
    enum status status;

    status = message_read_prefixes(&prefixes, MESSAGE_GRAFT, body);
    if (status != STATUS_OK)
        return status;
    peer->gossip.lazy = false;
    peer->gossip.pruning = false;
    peer->gossip.say_prune = false;
    compare_pay(peer, 2 * (body.size / MESSAGE_PREFIX_SIZE));
    while (status == STATUS_OK && message_next_prefix(prefix, &prefixes))
        status = take_graft(peer, prefix);
    return status;
}

enum status
gossip_on_prune(struct peer *peer, struct byte_view body)
{
    struct gossip_peer *part = &peer->gossip;
    struct byte_view prefixes;
    struct peer *other;
    enum status status;

    status = message_read_prefixes(&prefixes, MESSAGE_PRUNE, body);
    if (status != STATUS_OK || part->lazy || peer->node->config.one_contact)
        return status;
    /* The first to say it is answered. */
    part->say_prune = !part->pruning || part->say_prune;
    part->pruning = false;
    part->lazy = true;
    if (find_other(peer, true) != NULL)
        return STATUS_OK;
    other = find_other(peer, false);
    graft(other != NULL ? other : peer);
    return STATUS_OK;
}

enum status
gossip_on_arrival(struct node *node, const struct record_id *id)
{
    struct gossip_missing *missing = map_get(&node->gossip.missing, id->octets);
    enum status status = STATUS_OK;

    if (missing == NULL)
        return STATUS_OK;
    if (missing->asked ||
        mono_between(node->now, missing->due) + WIDE_LATE_MS <= GOSSIP_WAIT_MS)
        wide_on_late(node);
    while (status == STATUS_OK && !list_is_empty(&missing->announced)) {
        struct gossip_announcement *announcement = first_of(missing);

        status =
            known_change(&announcement->peer->known, id, KNOWN_ANNOUNCED, 0);
        drop_announcement(announcement);
    }
    drop_missing(&node->gossip, missing);
    return status;
}

/* Ask for names only.  It stays eager towards the peer until that answers. */
static void
prune(struct peer *peer)
{
    peer->gossip.pruning = true;
    peer->gossip.say_prune = true;
    peer->gossip.say_graft = false;
}

void
gossip_on_duplicate(struct peer *peer, const struct record_id *id)
{
    /* Where it went wide the tree is not to blame. */
    if (wide_marked(peer, id) == WIDE_NARROW &&
        !peer->node->config.one_contact && peer->gossip.met && is_eager(peer) &&
        peer->gossip.grafts.size == 0 && find_other(peer, true) != NULL)
        prune(peer);
}

/* Add prefix to what waits to be said to peer; what finds no place is found by
 * comparing. */
static enum status
add_prefix(struct peer *peer, struct byte_buf *prefixes,
           const uint8_t prefix[MESSAGE_PREFIX_SIZE])
{
    enum status status =
        byte_buf_append(prefixes, byte_view_of(prefix, MESSAGE_PREFIX_SIZE));

    if (status != STATUS_TOO_LARGE)
        return status;
    peer->compare.again = true;
    return STATUS_OK;
}

enum status
gossip_announce(struct peer *peer, const struct record_id *id)
{
    const unsigned there =
        KNOWN_RECEIVED | KNOWN_SENT | KNOWN_DELIVERED | KNOWN_ANNOUNCED;

    if ((known_flags(&peer->known, id) & there) != 0)
        return STATUS_OK;
    return add_prefix(peer, &peer->gossip.ihave, id->octets);
}

/* Ask for a record that is overdue: of the first that named it, or of the next
 * if that one was asked. */
static enum status
ask(struct node *node, struct gossip_missing *missing)
{
    struct record_id id;
    struct peer *peer;

    if (missing->asked) {
        struct gossip_announcement *failed = first_of(missing);

        failed->peer->compare.again = true;
        drop_announcement(failed);
    }
    /* Another program may have brought it. */
    if (list_is_empty(&missing->announced) ||
        find_record(node, missing->prefix, &id) == STATUS_OK) {
        drop_missing(&node->gossip, missing);
        return STATUS_OK;
    }
    missing->asked = true;
    missing->due = mono_after(node->now, GOSSIP_GRAFT_MS);
    list_remove(&missing->in_queue);
    list_append(&node->gossip.asked, &missing->in_queue);
    peer = first_of(missing)->peer;
    graft(peer);
    return add_prefix(peer, &peer->gossip.grafts, missing->prefix);
}

/* The earliest of queue, or NULL. */
static struct gossip_missing *
next_of(const struct list_node *queue)
{
    return list_is_empty(queue)
               ? NULL
               : CONTAINER_OF(queue->next, struct gossip_missing, in_queue);
}

enum status
gossip_on_time(struct node *node)
{
    struct list_node *queues[] = {&node->gossip.asked, &node->gossip.waiting};
    enum status status = STATUS_OK;

    for (size_t i = 0; i < 2; i++) {
        struct gossip_missing *missing = next_of(queues[i]);

        while (status == STATUS_OK && missing != NULL &&
               mono_due(missing->due, node->now)) {
            status = ask(node, missing);
            missing = next_of(queues[i]);
        }
    }
    return status;
}

struct mono_time
gossip_deadline(const struct node *node)
{
    const struct gossip_missing *waiting = next_of(&node->gossip.waiting);
    const struct gossip_missing *asked = next_of(&node->gossip.asked);
    struct mono_time when = MONO_NEVER;

    if (waiting != NULL)
        when = waiting->due;
    if (asked != NULL)
        when = mono_earlier(when, asked->due);
    return when;
}

/* Write what prefixes holds in one message, and forget it. */
static enum status
say(struct peer *peer, enum message_type type, struct byte_buf *prefixes)
{
    enum status status =
        message_write_prefixes(&peer->out, type, byte_view_of_buf(prefixes));

    if (status == STATUS_OK)
        byte_buf_release(prefixes);
    return status;
}

enum status
gossip_send(struct peer *peer)
{
    struct gossip_peer *part = &peer->gossip;
    struct byte_buf nothing;
    enum status status = STATUS_OK;

    if (!peer_may_write(peer))
        return STATUS_OK;
    byte_buf_init(&nothing, 0);
    if (part->say_prune) {
        status = say(peer, MESSAGE_PRUNE, &nothing);
        part->say_prune = false;
    }
    if (status == STATUS_OK && (part->say_graft || part->grafts.size > 0)) {
        status = say(peer, MESSAGE_GRAFT, &part->grafts);
        part->say_graft = false;
        peer_count_out(peer);
    }
    if (status == STATUS_OK && part->ihave.size > 0)
        status = say(peer, MESSAGE_IHAVE, &part->ihave);
    return status;
}
