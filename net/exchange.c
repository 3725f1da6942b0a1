/*
 * What is sent, and what the other side says of it.  What comes is taken in
 * by exchange_take.c.
 */
#include "net/exchange.h"

#include <string.h>

#include "core/mem.h"
#include "net/load.h"
#include "net/node.h"
#include "net/peer.h"
#include "net/plan.h"

/* Credit beyond any need; more is not counted. */
static const uint64_t credit_most = (uint64_t)1 << 40;

void
exchange_init(struct exchange *exchange, size_t window)
{
    memset(exchange, 0, sizeof(*exchange));
    outbox_init(&exchange->outbox);
    list_init(&exchange->runs);
    byte_buf_init(&exchange->staged, MESSAGE_HEAD_SIZE + MESSAGE_BODY_MAX);
    byte_buf_init(&exchange->acks, MESSAGE_ACKS_MAX / 2 * MESSAGE_ACK_SIZE);
    byte_buf_init(&exchange->held, MESSAGE_ACKS_MAX * MESSAGE_ACK_SIZE);
    exchange->window = window;
    exchange->granted = window;
}

static struct exchange_run *
run_of(struct list_node *node)
{
    return CONTAINER_OF(node, struct exchange_run, in_queue);
}

static void
drop_run(struct exchange_run *run)
{
    list_remove(&run->in_queue);
    mem_free(run);
}

void
exchange_release(struct exchange *exchange)
{
    while (!list_is_empty(&exchange->runs))
        drop_run(run_of(exchange->runs.next));
    outbox_release(&exchange->outbox);
    byte_buf_release(&exchange->staged);
    byte_buf_release(&exchange->acks);
    byte_buf_release(&exchange->held);
}

struct day
exchange_tomorrow(const struct peer *peer)
{
    struct day tomorrow =
        node_reference_day(peer->node, peer->greeted ? &peer->theirs : NULL);

    tomorrow.number++;
    return tomorrow;
}

size_t
exchange_places(const struct peer *peer)
{
    return node_share(peer->node, OUTBOX_TOTAL, OUTBOX_LEAST, OUTBOX_MAX);
}

bool
exchange_may_lack(const struct peer *peer, const struct record_id *id)
{
    return (known_flags(&peer->known, id) &
            (KNOWN_RECEIVED | KNOWN_SENT | KNOWN_DELIVERED |
             KNOWN_ANNOUNCED)) == 0;
}

/* The peer has id, or is about to get it. */
static bool
need_not_send(const struct peer *peer, const struct record_id *id, bool wanted)
{
    if (wanted)
        return (known_flags(&peer->known, id) & KNOWN_UNACKED) != 0;
    return !exchange_may_lack(peer, id);
}

enum status
exchange_add(struct peer *peer, const struct record_id *id,
             struct outbox_rank rank, bool wanted)
{
    if (need_not_send(peer, id, wanted))
        return STATUS_OK;
    if (peer->exchange.outbox.count >= exchange_places(peer))
        return STATUS_FULL;
    return outbox_add(&peer->exchange.outbox, id, rank, wanted);
}

enum status
exchange_offer(struct peer *peer, const struct record_id *id,
               enum record_set set, struct day day, bool wanted)
{
    enum status status;
    size_t size = 0;

    if (need_not_send(peer, id, wanted))
        return STATUS_OK;
    if (set == RECORD_SET_STATEMENTS) {
        status = plan_size(peer->node->config.store, id, &size);
        if (status != STATUS_OK)
            return status;
    }
    return exchange_add(
        peer, id, plan_rank(set, day, size, exchange_tomorrow(peer)), wanted);
}

/* Put what exchange.staged holds into the stream, if credit allows. */
static enum status
send_staged(struct peer *peer, bool *sent)
{
    struct exchange *exchange = &peer->exchange;
    enum status status;

    *sent = exchange->staged.size <= exchange->credit;
    if (!*sent)
        return STATUS_OK;
    status = byte_buf_append(&peer->out, byte_view_of_buf(&exchange->staged));
    if (status != STATUS_OK)
        return status;
    exchange->credit -= exchange->staged.size;
    if (exchange->staged.data[0] == MESSAGE_PACKED)
        pack_on_sent(peer, exchange->staged.size);
    if (exchange->stages_record)
        pace_on_record(&peer->pace, exchange->staged_id.octets,
                       exchange->staged.size, peer->node->now);
    else
        pace_on_octets(&peer->pace, exchange->staged.size);
    byte_buf_release(&exchange->staged);
    peer_count_out(peer);
    return STATUS_OK;
}

/* Make the RECORD of the next item of the outbox. */
static enum status
stage_record(struct peer *peer)
{
    struct outbox *outbox = &peer->exchange.outbox;
    const struct outbox_item item = *outbox_first(outbox);
    struct store *store = peer->node->config.store;
    struct record *record = NULL;
    enum status status;
    uint64_t s;

    outbox_drop(outbox);
    if (need_not_send(peer, &item.id, item.wanted))
        return STATUS_OK;
    status = store_get_record(store, &item.id, &record);
    if (status == STATUS_NOT_FOUND) {
        if (!item.wanted)
            return STATUS_OK;
        s = short_id(&peer->salt, &item.id);
        peer_count_out(peer);
        return message_write_gone(&peer->out, &s, 1);
    }
    if (status != STATUS_OK)
        return status;
    peer->exchange.stages_record = true;
    peer->exchange.staged_id = item.id;
    status = STATUS_FULL;
    if (pack_is_wanted(peer))
        status = pack_record(peer, &peer->exchange.staged, record);
    if (status == STATUS_FULL &&
        (peer->theirs.forms & MESSAGE_FORM_SHORT) != 0 &&
        record_fields(record)->file_count == 0)
        status = load_short(&peer->exchange.staged, record);
    else if (status == STATUS_FULL)
        status = load_record(&peer->exchange.staged, store, record,
                             peer->theirs.dictionary);
    if (status == STATUS_OK)
        status =
            known_change(&peer->known, &item.id, KNOWN_SENT | KNOWN_UNACKED, 0);
    record_free(record);
    return status;
}

/* Say that a chunk is not here; the peer will hear when all of it is. */
static enum status
deny_chunk(struct peer *peer, const struct message_run *run, uint16_t index)
{
    const struct message_run gone = {run->id, run->file, index, 1};
    enum status status;

    status = known_change(&peer->known, &run->id, KNOWN_DENIED, 0);
    if (status != STATUS_OK)
        return status;
    peer_count_out(peer);
    return message_write_run(&peer->out, MESSAGE_GONE_CHUNKS, &gone);
}

/* Make the CHUNK that was asked for first. */
static enum status
stage_chunk(struct peer *peer)
{
    struct exchange *exchange = &peer->exchange;
    struct exchange_run *first = run_of(exchange->runs.next);
    const struct message_run run = first->run;
    enum status status = STATUS_FULL;

    exchange->stages_record = false;
    exchange->run_chunks--;
    first->run.first++;
    if (--first->run.count == 0)
        drop_run(first);
    if (pack_is_wanted(peer))
        status = pack_chunk(peer, &exchange->staged, &run);
    if (status == STATUS_FULL)
        status = load_chunk(&exchange->staged, peer->node->config.store, &run,
                            peer->theirs.dictionary);
    return status == STATUS_NOT_FOUND ? deny_chunk(peer, &run, run.first)
                                      : status;
}

/* No more is packed ahead than a slow link needs to stay busy; and not a little
 * each time, since each flight is padded. */
static bool
may_stage(const struct peer *peer)
{
    const size_t most =
        peer->out.size > 0 ? STREAM_AHEAD_MAX : STREAM_AHEAD_MAX / 2;

    return peer_may_write(peer) &&
           (!pack_is_wanted(peer) || peer->out.size + peer->unsent < most);
}

enum status
exchange_send(struct peer *peer)
{
    struct exchange *exchange = &peer->exchange;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && may_stage(peer)) {
        bool sent = true;

        if (exchange->staged.size > 0) {
            status = send_staged(peer, &sent);
            if (!sent) {
                pace_on_pause(&peer->pace);
                break;
            }
            continue;
        }
        status = compare_fill_outbox(peer);
        if (status != STATUS_OK)
            break;
        if (outbox_first(&exchange->outbox) != NULL)
            status = stage_record(peer);
        else if (!list_is_empty(&exchange->runs))
            status = stage_chunk(peer);
        else {
            pace_on_pause(&peer->pace);
            break;
        }
    }
    return status;
}

enum status
exchange_on_want_chunks(struct peer *peer, struct byte_view body)
{
    struct exchange *exchange = &peer->exchange;
    struct exchange_run *run;
    struct message_run asked;
    enum status status = message_read_run(&asked, body);

    if (status != STATUS_OK)
        return status;
    if (asked.count > CHUNKS_IN_FLIGHT_MAX - exchange->run_chunks)
        return STATUS_MALFORMED;
    run = mem_zalloc(1, sizeof(*run));
    if (run == NULL)
        return STATUS_NO_MEMORY;
    run->run = asked;
    list_append(&exchange->runs, &run->in_queue);
    exchange->run_chunks += asked.count;
    return STATUS_OK;
}

/* One more node has a record: count it in the store if it was published
 * here. */
static enum status
count_delivery(struct node *node, const struct record_id *id)
{
    struct store *store = node->config.store;
    struct store_sequence sequence = {.number = 0};
    struct store_row row;
    enum status status = store_get_row(store, id, &row);

    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status == STATUS_OK)
        status = store_get_sequence(store, &row.author, &sequence);
    if (status != STATUS_OK || sequence.number == 0)
        return status;
    status = node_change(node);
    if (status == STATUS_OK)
        status = store_add_delivered(store, id, 1);
    return status;
}

static enum status
take_ack(struct peer *peer, const struct message_ack *ack)
{
    enum status status;
    struct known_entry *entry = known_find(&peer->known, ack->prefix);
    bool news;

    pace_on_ack(&peer->pace, ack->prefix, peer->node->now);
    if (entry == NULL)
        return STATUS_OK;
    known_clear(&peer->known, entry, KNOWN_UNACKED);
    if (ack->fate != MESSAGE_FATE_COMPLETE)
        return STATUS_OK;
    if ((entry->flags & KNOWN_GONE) != 0) {
        known_clear(&peer->known, entry, KNOWN_GONE);
        fetch_on_complete_there(peer, &entry->id);
    }
    news = (entry->flags & (KNOWN_SENT | KNOWN_DELIVERED)) == KNOWN_SENT;
    entry->flags |= KNOWN_DELIVERED;
    if (!news)
        return STATUS_OK;
    peer->node->records_out++;
    status = count_delivery(peer->node, &entry->id);
    if (status != STATUS_OK) {
        /* Ours, not the peer's: the turn is rolled back. */
        node_fail(peer->node, status);
        return STATUS_OK;
    }
    return node_tell(peer->node, EVENT_DELIVERED, peer->link, &entry->id);
}

enum status
exchange_on_ack(struct peer *peer, struct byte_view body)
{
    struct message_ack ack;
    struct byte_view entries;
    enum status status = message_read_ack(&entries, body);

    while (status == STATUS_OK && message_next_ack(&ack, &entries))
        status = take_ack(peer, &ack);
    return status;
}

enum status
exchange_on_credit(struct peer *peer, struct byte_view body)
{
    uint64_t *credit = &peer->exchange.credit;
    uint64_t number;
    enum status status = message_read_number(&number, body);

    if (status != STATUS_OK)
        return status;
    *credit = number > credit_most - *credit ? credit_most : *credit + number;
    return STATUS_OK;
}

bool
exchange_is_idle(const struct exchange *exchange)
{
    return outbox_first(&exchange->outbox) == NULL &&
           list_is_empty(&exchange->runs) && exchange->staged.size == 0;
}
