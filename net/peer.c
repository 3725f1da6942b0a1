#include "net/peer.h"

#include <string.h>

#include "bundles/dictionary.h"
#include "core/entropy.h"
#include "core/mem.h"
#include "net/node.h"

enum status
peer_new(struct peer **out, struct node *node, struct link_id link,
         bool dialled)
{
    const uint64_t total = window_total(&node->window);
    struct peer *peer = mem_zalloc(1, sizeof(*peer));

    *out = NULL;
    if (peer == NULL)
        return STATUS_NO_MEMORY;
    peer->node = node;
    peer->link = link;
    peer->dialled = dialled;
    entropy_fill(node->config.entropy, peer->salt.octets,
                 sizeof(peer->salt.octets));
    byte_buf_init(&peer->out, PEER_OUT_MAX);
    known_init(&peer->known, &peer->salt);
    compare_init(&peer->compare, &peer->salt);
    fetch_peer_init(&peer->fetch);
    peer->fetch.search = true;
    gossip_peer_init(&peer->gossip);
    wide_peer_init(&peer->wide);
    bucket_init(&peer->messages, PEER_MESSAGES_BURST, PEER_MESSAGES_PER_SECOND,
                node->now);
    bucket_init(&peer->talk, PEER_TALK_BURST, PEER_TALK_PER_SECOND, node->now);
    bucket_init(&peer->rows, COMPARE_ROWS_BURST + COMPARE_ROWS_EACH * total,
                COMPARE_ROWS_PER_SECOND, node->now);
    peer->called = node->now;
    list_append(&node->peers, &peer->in_node);
    node->peer_count++;
    pack_init(peer);
    exchange_init(&peer->exchange,
                  node_share(node, CREDIT_TOTAL, CREDIT_LEAST, CREDIT_MAX));
    message_stream_init(&peer->inbox, peer->exchange.window + INBOX_TALK_MAX);
    *out = peer;
    return STATUS_OK;
}

void
peer_free(struct peer *peer)
{
    if (peer == NULL)
        return;
    list_remove(&peer->in_node);
    peer->node->peer_count--;
    gossip_peer_release(peer);
    wide_peer_release(&peer->wide);
    fetch_peer_release(peer);
    pack_release(peer);
    prime_release(peer);
    exchange_release(&peer->exchange);
    compare_release(peer);
    known_release(&peer->known);
    byte_buf_release(&peer->out);
    message_stream_release(&peer->inbox);
    mem_free(peer);
}

void
peer_count_out(struct peer *peer)
{
    peer->counted_out++;
    peer->said_done = false;
    peer->rests = false;
    peer->settled = false;
}

bool
peer_may_write(const struct peer *peer)
{
    return peer->out.size + peer->unsent <
           node_share(peer->node, SEND_AHEAD_TOTAL, SEND_AHEAD_LEAST,
                      SEND_AHEAD_MAX);
}

/* Does the store hold records whose chunks are missing? */
static enum status
find_incomplete(void *context, const struct store_row *row)
{
    bool *found = context;

    (void)row;
    *found = true;
    return STATUS_OK;
}

/* The side that was called offers a summary at once, and says DONE with it if
 * it knows of nothing to ask for: so that two nodes with the same records are
 * through with one message more. */
static enum status
greet_caller(struct peer *peer, uint8_t wish)
{
    struct store_query query = {.incomplete = true, .limit = 1};
    const size_t hello = peer->out.size;
    bool incomplete = false;
    enum status status = compare_offer(peer);

    if (status == STATUS_OK)
        status = store_walk(peer->node->config.store, &query, find_incomplete,
                            &incomplete);
    if (status == STATUS_OK && !incomplete) {
        peer->said_done = true;
        peer->rests = true;
        status = message_write_number(&peer->out, MESSAGE_DONE, 0);
    }
    return status == STATUS_OK ? first_cells_give(peer, hello, wish) : status;
}

enum status
peer_greet(struct peer *peer, bool anonymous, uint8_t wish)
{
    const struct node *node = peer->node;
    struct message_hello hello = {.version = MESSAGE_VERSION,
                                  .salt = peer->salt,
                                  .dictionary = dictionary_last(),
                                  .credit = (uint32_t)peer->exchange.window,
                                  .has_day = node->has_day,
                                  .day = node->today,
                                  .reach = peer->pack.reach,
                                  .forms = MESSAGE_FORM_SHORT,
                                  .has_horizon = node->refused.forgot,
                                  .horizon = node->refused.horizon};
    enum status status;

    if (!anonymous)
        memcpy(hello.boot_id, node->boot_id, sizeof(hello.boot_id));
    status = message_write_hello(&peer->out, &hello);
    if (status == STATUS_OK)
        status = relay_swap_tell(peer);
    if (status != STATUS_OK || peer->dialled)
        return status;
    return greet_caller(peer, wish);
}

enum status
peer_on_octets(struct peer *peer, struct byte_view octets)
{
    enum status status;

    if (peer->broken)
        return STATUS_OK;
    status = message_stream_feed(&peer->inbox, octets);
    /* More than it may say before it is answered. */
    if (status == STATUS_TOO_LARGE) {
        peer->broken = true;
        return STATUS_OK;
    }
    return status;
}

static enum status
on_hello(struct peer *peer, struct byte_view body)
{
    enum status status = message_read_hello(&peer->theirs, body);

    if (status != STATUS_OK)
        return status;
    peer->greeted = true;
    pace_init(&peer->pace, mono_between(peer->called, peer->node->now));
    peer->exchange.credit = peer->theirs.credit;
    return STATUS_OK;
}

static enum status
on_done(struct peer *peer, struct byte_view body)
{
    enum status status = message_read_number(&peer->done_count, body);

    peer->heard_done = status == STATUS_OK;
    peer->gossip.met = peer->gossip.met || peer->heard_done;
    return status;
}

static enum status
on_full(struct peer *peer, struct byte_view body)
{
    struct byte_view nothing;

    peer->full = true;
    return message_read_prefixes(&nothing, MESSAGE_FULL, body);
}

static enum status
on_summary(struct peer *peer, struct byte_view body)
{
    /* A new comparison: what was missing before may be there now. */
    peer->fetch.search = true;
    peer->fetch.misses = 0;
    return compare_on_summary(peer, body);
}

static enum status
on_message(struct peer *peer, const struct message *message)
{
    const struct byte_view body = message->body;

    if (!peer->greeted)
        return message->type == MESSAGE_HELLO ? on_hello(peer, body)
                                              : STATUS_MALFORMED;
    switch (message->type) {
    case MESSAGE_SUMMARY:
        return on_summary(peer, body);
    case MESSAGE_ASK:
        return compare_on_ask(peer, body);
    case MESSAGE_LIST:
        return compare_on_list(peer, body);
    case MESSAGE_WANT:
        return compare_on_want(peer, body);
    case MESSAGE_WANT_FIRST:
        return compare_on_want_first(peer, body);
    case MESSAGE_GONE:
        return compare_on_gone(peer, body);
    case MESSAGE_RECORD:
        return exchange_on_record(peer, body);
    case MESSAGE_SHORT:
        return exchange_on_short(peer, body);
    case MESSAGE_WANT_CHUNKS:
        return exchange_on_want_chunks(peer, body);
    case MESSAGE_CHUNK:
        return exchange_on_chunk(peer, body);
    case MESSAGE_PACKED:
        return exchange_on_packed(peer, body);
    case MESSAGE_GONE_CHUNKS:
        return fetch_on_gone(peer, body);
    case MESSAGE_CELLS:
        return reconcile_on_cells(peer, body);
    case MESSAGE_ASK_CELLS:
        return reconcile_on_ask_cells(peer, body);
    case MESSAGE_DONE:
        return on_done(peer, body);
    case MESSAGE_CREDIT:
        return exchange_on_credit(peer, body);
    case MESSAGE_ACK:
        return exchange_on_ack(peer, body);
    case MESSAGE_IHAVE:
        return gossip_on_ihave(peer, body);
    case MESSAGE_GRAFT:
        return gossip_on_graft(peer, body);
    case MESSAGE_PRUNE:
        return gossip_on_prune(peer, body);
    case MESSAGE_WIDE:
        return wide_on_marks(peer, body);
    case MESSAGE_FULL:
        return on_full(peer, body);
    case MESSAGE_PRIME:
        return prime_on_list(peer, body);
    case MESSAGE_RELAY_NAMES:
        return relay_swap_on_names(peer, body);
    case MESSAGE_ASK_RELAYS:
        return relay_swap_on_ask(peer, body);
    case MESSAGE_RELAYS:
        return relay_swap_on_lines(peer, body);
    case MESSAGE_HELLO:
        return STATUS_MALFORMED;
    default:
        /* Of a later version: nothing that we need to know. */
        return STATUS_OK;
    }
}

/* Count message, and find out whether the peer may say so much. */
static bool
is_allowed(struct peer *peer, const struct message *message)
{
    const struct mono_time now = peer->node->now;

    if (message_is_counted(message->type)) {
        peer->counted_in++;
        peer->said_done = false;
        peer->heard_done = false;
        peer->settled = false;
    }
    return bucket_take(&peer->messages, 1, now) &&
           (message_is_paid(message->type) ||
            bucket_take(&peer->talk, MESSAGE_HEAD_SIZE + message->body.size,
                        now));
}

bool
peer_has_work(const struct peer *peer)
{
    return !peer->broken && message_stream_has_next(&peer->inbox) &&
           peer_may_write(peer);
}

void
peer_run(struct peer *peer)
{
    struct node *node = peer->node;
    struct message message;

    fetch_check_patience(peer);
    peer->known.maximum = node_share(node, KNOWN_TOTAL, KNOWN_LEAST, KNOWN_MAX);
    while (peer_has_work(peer) && node_has_room(node) &&
           mono_due(peer->rest, node->now)) {
        enum status status = STATUS_MALFORMED;

        store_hold(node->config.store);
        if (message_stream_next(&peer->inbox, &message) &&
            is_allowed(peer, &message))
            status = on_message(peer, &message);
        if (status == STATUS_OK)
            continue;
        peer->broken = true;
        /* Too large are only the answers that it does not read. */
        if (status != STATUS_MALFORMED && status != STATUS_TOO_LARGE)
            node_fail(node, status);
    }
    store_let_go(node->config.store);
}

/* Nothing to do but wait for acknowledgements, and compare again. */
static bool
is_idle(const struct peer *peer)
{
    return compare_is_idle(&peer->compare) &&
           exchange_is_idle(&peer->exchange) && fetch_is_idle(peer) &&
           !message_stream_has_next(&peer->inbox);
}

enum status
peer_ask(struct peer *peer)
{
    enum status status;

    if (!peer->greeted || peer->broken || !peer_may_write(peer))
        return STATUS_OK;
    status = fetch_ask(peer);
    if (status != STATUS_OK)
        peer->broken = true;
    return status;
}

/* When a summary that was called for may be sent. */
static struct mono_time
offer_time(const struct peer *peer)
{
    return mono_after(peer->offered, COMPARE_AGAIN_MS);
}

/* While the other side goes on, DONE waits with the acknowledgements.  Never
 * do both wait for each other: who was called says it once by itself. */
static bool
may_hold_done(const struct peer *peer)
{
    return peer->exchange.held.size > 0 && (peer->dialled || peer->rests);
}

static enum status
finish(struct peer *peer)
{
    const struct mono_time now = peer->node->now;
    enum status status = exchange_after_commit(peer);

    if (status == STATUS_OK)
        status = prime_offer(peer);
    if (status == STATUS_OK)
        status = reconcile_work(peer);
    if (status == STATUS_OK)
        status = gossip_send(peer);
    if (status == STATUS_OK)
        status = wide_send(peer);
    if (status == STATUS_OK && mono_due(peer->rest, now))
        status = compare_send_lists(peer);
    if (status == STATUS_OK)
        status = exchange_send(peer);
    if (status == STATUS_OK)
        status = relay_swap_tell(peer);
    if (status != STATUS_OK || !is_idle(peer))
        return status;
    status = relay_swap_ask(peer);
    if (status != STATUS_OK)
        return status;
    if (peer->compare.again) {
        if (!mono_due(offer_time(peer), now))
            return STATUS_OK;
        peer->offered = now;
        status = compare_offer(peer);
        if (status != STATUS_OK)
            return status;
    }
    if (peer->said_done || may_hold_done(peer))
        return STATUS_OK;
    status = exchange_write_acks(peer);
    if (status != STATUS_OK)
        return status;
    peer->said_done = true;
    peer->rests = true;
    return message_write_number(&peer->out, MESSAGE_DONE, peer->counted_in);
}

enum status
peer_finish(struct peer *peer)
{
    enum status status;

    if (!peer->greeted || peer->broken)
        return STATUS_OK;
    status = finish(peer);
    if (status != STATUS_OK)
        peer->broken = true;
    /* Answers that it does not read are its own fault. */
    return status == STATUS_TOO_LARGE ? STATUS_OK : status;
}

struct mono_time
peer_deadline(const struct peer *peer)
{
    struct mono_time when = MONO_NEVER;

    if (peer->broken)
        return peer->node->now;
    if (peer_has_work(peer))
        when = peer->rest;
    if (!list_is_empty(&peer->compare.lists) &&
        !mono_due(peer->rest, peer->node->now))
        when = mono_earlier(when, peer->rest);
    if (peer->greeted && reconcile_has_work(peer))
        when = mono_earlier(when, peer->rest);
    if (peer->compare.again && peer->greeted && is_idle(peer))
        when = mono_earlier(when, offer_time(peer));
    if (peer->greeted && peer->exchange.held.size > 0)
        when = mono_earlier(when, peer->exchange.held_due);
    return mono_earlier(when, fetch_deadline(peer));
}

bool
peer_is_settled(const struct peer *peer)
{
    return peer->greeted && peer->said_done && peer->heard_done &&
           peer->done_count == peer->counted_out && peer->known.unacked == 0 &&
           peer->relays.wanted_count == 0 && !peer->compare.again &&
           is_idle(peer);
}
