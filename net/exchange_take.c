/*
 * What comes: records through the one gate, chunks into the records that
 * asked for them, and after the commit what the peer is told of both.
 */
#include <string.h>

#include "bundles/bundle.h"
#include "bundles/chunk.h"
#include "net/exchange.h"
#include "net/node.h"
#include "net/peer.h"

enum message_fate
exchange_fate_of(enum store_state state)
{
    switch (state) {
    case STORE_INCOMPLETE:
        return MESSAGE_FATE_INCOMPLETE;
    case STORE_COMPLETE:
        return MESSAGE_FATE_COMPLETE;
    case STORE_FAULTY:
        return MESSAGE_FATE_FAULTY;
    }
    return MESSAGE_FATE_INCOMPLETE;
}

enum status
exchange_ack(struct peer *peer, const struct record_id *id,
             enum message_fate fate)
{
    struct message_ack ack = {.fate = fate};

    memcpy(ack.prefix, id->octets, sizeof(ack.prefix));
    return message_put_ack(&peer->exchange.acks, &ack);
}

/* Charge what came; more than was granted breaks the rules. */
static enum status
charge(struct exchange *exchange, struct byte_view body)
{
    size_t size = MESSAGE_HEAD_SIZE + body.size;

    if (size > exchange->granted)
        return STATUS_MALFORMED;
    exchange->granted -= size;
    exchange->spent += size;
    return STATUS_OK;
}

/* Put the chunks that came with record; *taken is how many were new.  One that
 * is not what the record promises breaks the rules; one that finds no room may
 * come later. */
static enum status
put_inline(struct node *node, const struct record *record,
           enum store_class keeping, struct byte_view chunks, size_t *taken)
{
    const struct record_fields *fields = record_fields(record);
    struct message_chunk chunk;

    while (message_next_inline(&chunk, &chunks)) {
        const struct bundle_chunk put = {chunk.file, 0, chunk.encoding,
                                         chunk.stored};
        enum status status;

        if (chunk.file >= fields->file_count ||
            fields->files[chunk.file].has_list)
            return STATUS_MALFORMED;
        status = bundle_put_chunk(node->config.store, record, &put, keeping);
        if (status == STATUS_BAD_SIGNATURE)
            return STATUS_MALFORMED;
        if (status != STATUS_OK && status != STATUS_EXISTS &&
            status != STATUS_FULL && status != STATUS_NEWER)
            return status;
        *taken += status == STATUS_OK ? 1 : 0;
    }
    return STATUS_OK;
}

/* Do as many chunks come with record as it has files? */
static bool
comes_whole(const struct record *record, struct byte_view chunks)
{
    const size_t files = record_fields(record)->file_count;
    struct message_chunk chunk;
    size_t count = 0;

    while (count <= files && message_next_inline(&chunk, &chunks))
        count++;
    return count == files;
}

/* Put the chunks that came with record, which was put as one that comes whole
 * or not, and say what it is then.  Most come with all that they have, and
 * their rows are written once and not read again. */
static enum status
put_chunks(struct node *node, const struct record *record,
           enum store_class keeping, struct byte_view chunks, bool whole,
           enum store_state *state)
{
    struct store *store = node->config.store;
    size_t taken = 0;
    enum status status = put_inline(node, record, keeping, chunks, &taken);

    if (whole && taken < record_fields(record)->file_count) {
        enum status taken_back =
            store_set_state(store, record_id(record), STORE_INCOMPLETE);

        if (taken_back != STATUS_OK)
            return taken_back;
        whole = false;
    }
    if (status == STATUS_OK && whole)
        *state = STORE_COMPLETE;
    else if (status == STATUS_OK)
        status = bundle_settle(store, record, state);
    return status;
}

/* Put record, which is new here, and what came with it. */
static enum status
put_record(struct peer *peer, struct record *record, struct byte_view chunks)
{
    struct node *node = peer->node;
    const struct record_fields *fields = record_fields(record);
    enum store_class keeping =
        node->config.keeping(node->config.keeping_context, &fields->key.author);
    const bool whole = comes_whole(record, chunks);
    enum store_state state = STORE_INCOMPLETE;
    enum status status;

    status = node_touch(node, record_set(record), fields->date);
    if (status == STATUS_OK)
        status = node_change(node);
    if (status == STATUS_OK)
        status = (whole ? store_put_whole_record : store_put_record)(
            node->config.store, record, keeping, node_arrival_day(node));
    if (status == STATUS_FULL) {
        status = node_refuse(node, record);
        if (status == STATUS_OK)
            status =
                node_tell(node, EVENT_REFUSED, peer->link, record_id(record));
        return status == STATUS_OK
                   ? exchange_ack(peer, record_id(record), MESSAGE_FATE_REFUSED)
                   : status;
    }
    if (status != STATUS_OK)
        return status;
    refused_remove(&node->refused, record_id(record), fields->date);
    node_on_arrival(node, record, wide_marked(peer, record_id(record)));
    status = put_chunks(node, record, keeping, chunks, whole, &state);
    if (status != STATUS_OK)
        return status;
    if (state != STORE_INCOMPLETE) {
        /* Whoever sent it is told with everybody else. */
        node_on_completion(node, record, state);
        return STATUS_OK;
    }
    status = fetch_add(node, record, keeping, peer);
    if (status != STATUS_OK)
        return status;
    return exchange_ack(peer, record_id(record), MESSAGE_FATE_INCOMPLETE);
}

/* The record is here already: say what is known of it. */
static enum status
greet_again(struct peer *peer, const struct record_id *id)
{
    struct store_row row;
    enum status status = store_get_row(peer->node->config.store, id, &row);

    if (status == STATUS_OK && row.state != STORE_INCOMPLETE)
        status = known_change(&peer->known, id, KNOWN_TOLD, 0);
    if (status != STATUS_OK)
        return status;
    return exchange_ack(peer, id, exchange_fate_of(row.state));
}

static enum status
take_record(struct peer *peer, const struct message_record *message)
{
    struct node *node = peer->node;
    struct record *record = NULL;
    struct record_id id;
    enum status status;
    size_t wants;
    bool wanted;

    node->turn.records++;
    peer->brought = true;
    id = record_id_of_wire(message->wire);
    wants = peer->compare.wants.count;
    compare_on_arrival(peer, &id);
    wanted = peer->compare.wants.count != wants;
    if (store_has_record(node->config.store, &id)) {
        node->records_again++;
        if (!wanted)
            gossip_on_duplicate(peer, &id);
        status = greet_again(peer, &id);
    } else {
        status = record_open(&record, message->wire);
        if (status == STATUS_OK)
            status = put_record(peer, record, message->chunks);
        else if (status != STATUS_NO_MEMORY)
            status = STATUS_MALFORMED;
    }
    if (status == STATUS_OK)
        status = gossip_on_arrival(node, &id);
    if (status == STATUS_OK)
        status = known_change(&peer->known, &id, KNOWN_RECEIVED, KNOWN_GONE);
    record_free(record);
    return status;
}

enum status
exchange_on_record(struct peer *peer, struct byte_view body)
{
    struct message_record message;
    enum status status = message_read_record(&message, body);

    if (status == STATUS_OK)
        status = charge(&peer->exchange, body);
    return status == STATUS_OK ? take_record(peer, &message) : status;
}

static enum status
take_chunk(struct peer *peer, const struct message_chunk *chunk)
{
    peer->node->turn.chunks++;
    peer->brought = true;
    return fetch_on_chunk(peer, chunk);
}

enum status
exchange_on_chunk(struct peer *peer, struct byte_view body)
{
    struct message_chunk chunk;
    enum status status = message_read_chunk(&chunk, body);

    if (status == STATUS_OK)
        status = charge(&peer->exchange, body);
    return status == STATUS_OK ? take_chunk(peer, &chunk) : status;
}

/* A record with something left out, which fill_in knows. */
static enum status
take_spared(struct peer *peer, struct byte_view body,
            enum status (*fill_in)(struct byte_buf *out, struct byte_view body))
{
    struct message_record record;
    struct byte_buf whole;
    enum status status;

    byte_buf_init(&whole, STREAM_PLAIN_MAX + RECORD_WIRE_MAX);
    status = fill_in(&whole, body);
    if (status == STATUS_OK)
        status = message_read_record(&record, byte_view_of_buf(&whole));
    if (status == STATUS_OK)
        status = take_record(peer, &record);
    byte_buf_release(&whole);
    return status == STATUS_TOO_LARGE ? STATUS_MALFORMED : status;
}

enum status
exchange_on_short(struct peer *peer, struct byte_view body)
{
    enum status status = charge(&peer->exchange, body);

    return status == STATUS_OK ? take_spared(peer, body, packed_lengthen)
                               : status;
}

/* The plain form of what came packed: a type and a body. */
static enum status
take_plain(struct peer *peer, struct byte_view plain)
{
    const struct byte_view body = byte_view_slice(plain, 1, plain.size);
    struct message_chunk chunk;
    enum status status;

    if (plain.data[0] == MESSAGE_RECORD)
        return take_spared(peer, body, packed_fill_in);
    if (plain.data[0] == MESSAGE_SHORT)
        return take_spared(peer, body, packed_lengthen);
    if (plain.data[0] != MESSAGE_CHUNK)
        return STATUS_MALFORMED;
    status = message_read_chunk(&chunk, body);
    return status == STATUS_OK ? take_chunk(peer, &chunk) : status;
}

enum status
exchange_on_packed(struct peer *peer, struct byte_view body)
{
    struct message_packed packed;
    struct byte_buf plain;
    enum status status = packed_read(&packed, body);

    if (status == STATUS_OK)
        status = charge(&peer->exchange, body);
    /* A few octets may be many: they count like so many messages. */
    if (status == STATUS_OK &&
        !bucket_take(&peer->messages, packed.plain_size / STREAM_PLAIN_TOKEN,
                     peer->node->now))
        status = STATUS_MALFORMED;
    if (status != STATUS_OK)
        return status;
    byte_buf_init(&plain, STREAM_PLAIN_MAX);
    status = pack_read(peer, &plain, &packed);
    if (status == STATUS_OK)
        status = take_plain(peer, byte_view_of_buf(&plain));
    byte_buf_release(&plain);
    return status;
}

/* Acknowledgements by themselves are a flight each, which a slow link could
 * use better. */
static bool
may_hold_acks(const struct peer *peer)
{
    const struct exchange *exchange = &peer->exchange;

    return peer->pace.slow && !peer->heard_done &&
           exchange->held.size <= exchange->held.maximum / 2 &&
           !mono_due(exchange->held_due, peer->node->now);
}

/* Move what this turn committed behind what is held. */
static enum status
hold_acks(struct peer *peer)
{
    struct exchange *exchange = &peer->exchange;
    enum status status;

    if (exchange->acks.size == 0)
        return STATUS_OK;
    if (exchange->held.size == 0)
        exchange->held_due = mono_after(peer->node->now, ACK_DELAY_MS);
    status =
        byte_buf_append(&exchange->held, byte_view_of_buf(&exchange->acks));
    byte_buf_release(&exchange->acks);
    return status;
}

enum status
exchange_write_acks(struct peer *peer)
{
    struct exchange *exchange = &peer->exchange;
    enum status status;

    if (exchange->held.size == 0)
        return STATUS_OK;
    status = message_write_ack(&peer->out, byte_view_of_buf(&exchange->held));
    byte_buf_release(&exchange->held);
    return status;
}

enum status
exchange_after_commit(struct peer *peer)
{
    struct exchange *exchange = &peer->exchange;
    const bool grants = exchange->spent >= exchange->window / 4;
    enum status status = hold_acks(peer);

    if (status == STATUS_OK && (grants || !may_hold_acks(peer)))
        status = exchange_write_acks(peer);
    if (status != STATUS_OK || !grants)
        return status;
    status = message_write_number(&peer->out, MESSAGE_CREDIT, exchange->spent);
    exchange->granted += exchange->spent;
    exchange->spent = 0;
    return status;
}

void
exchange_after_rollback(struct peer *peer)
{
    byte_buf_release(&peer->exchange.acks);
}
