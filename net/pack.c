#include "net/pack.h"

#include <string.h>

#include "core/limits.h"
#include "core/writer.h"
#include "net/load.h"
#include "net/node.h"
#include "net/peer.h"
#include "net/prime.h"

/* The reach of deflate. */
#define REACH_DEFLATE STREAM_REACH_DEFLATE

void
pack_init(struct peer *peer)
{
    const struct budget *budget = &peer->node->budget;
    const struct stream_setting zstd = {STREAM_ZSTD, budget->reach, 1};
    const struct stream_setting deflate = {STREAM_DEFLATE, REACH_DEFLATE, 1};
    const size_t room = budget->stream_expands - peer->node->stream_expands;
    const size_t large = stream_memory(&zstd, STREAM_EXPANDS);
    const size_t small = stream_memory(&deflate, STREAM_EXPANDS);
    struct pack *pack = &peer->pack;

    memset(pack, 0, sizeof(*pack));
    if (budget->reach > REACH_DEFLATE &&
        room >= large + budget->stream_deflate) {
        pack->reach = budget->reach;
        pack->expander_memory = large;
    } else if (room >= small) {
        pack->reach = REACH_DEFLATE;
        pack->expander_memory = small;
    }
    peer->node->stream_expands += pack->expander_memory;
}

size_t
pack_prime_room(const struct peer *peer)
{
    const struct pack *pack = &peer->pack;
    const struct budget *budget = &peer->node->budget;
    size_t room = budget->stream_expands - peer->node->stream_expands;

    if (pack->reach <= REACH_DEFLATE || pack->expander_prime > 0 ||
        room < budget->stream_deflate)
        return 0;
    room -= budget->stream_deflate;
    /* What lies further back than the stream reaches is of no use. */
    if (room > (size_t)1 << pack->reach)
        room = (size_t)1 << pack->reach;
    return room < STREAM_PRIME_MAX ? room : STREAM_PRIME_MAX;
}

void
pack_promise_prime(struct peer *peer, size_t octets)
{
    peer->pack.expander_prime = octets;
    peer->pack.expander_memory += octets;
    peer->node->stream_expands += octets;
}

void
pack_rest(struct peer *peer)
{
    struct pack *pack = &peer->pack;

    stream_free(pack->packer);
    pack->packer = NULL;
    peer->node->stream_packs -= pack->packer_memory;
    pack->packer_memory = 0;
}

void
pack_release(struct peer *peer)
{
    struct pack *pack = &peer->pack;

    pack_rest(peer);
    stream_free(pack->expander);
    pack->expander = NULL;
    peer->node->stream_expands -= pack->expander_memory;
    pack->expander_memory = 0;
}

/* The best stream that there is memory for; RAW for none. */
static struct stream_setting
setting_for(const struct peer *peer)
{
    const uint8_t reach = peer->theirs.reach;

    const struct node *node = peer->node;

    return stream_setting_within(node->budget.stream_packs - node->stream_packs,
                                 reach >= REACH_DEFLATE,
                                 reach > REACH_DEFLATE ? reach : 0);
}

bool
pack_is_wanted(const struct peer *peer)
{
    const struct pack *pack = &peer->pack;

    return peer->pace.slow &&
           (pack->packer != NULL || (pack->begins < STREAM_BEGINS_MAX &&
                                     setting_for(peer).kind != STREAM_RAW));
}

/* Begin a stream of setting that leans on prime. */
static enum status
begin_with(struct peer *peer, const struct stream_setting *setting,
           const struct prime_octets *prime)
{
    struct pack *pack = &peer->pack;
    enum status status;

    status = stream_new(&pack->packer, setting, STREAM_PACKS,
                        byte_view_of_buf(&prime->octets));
    if (status != STATUS_OK)
        return status;
    pack->packer_memory =
        stream_memory(setting, STREAM_PACKS) + prime->octets.size;
    peer->node->stream_packs += pack->packer_memory;
    pack->kind = setting->kind;
    pack->map_size = prime->map_size;
    memcpy(pack->map, prime->map, sizeof(pack->map));
    pack->begun = false;
    pack->begins++;
    return STATUS_OK;
}

/* Many records take more pains, and find enough in each other. */
static bool
leans_on_primes(const struct peer *peer, const struct stream_setting *setting)
{
    return setting->kind == STREAM_ZSTD && !peer->pack.eased &&
           peer->exchange.outbox.count < PRIME_NEWS_MAX;
}

static enum status
begin(struct peer *peer)
{
    const struct node *node = peer->node;
    const struct stream_setting best = setting_for(peer);
    struct stream_setting easy = best;
    struct prime_octets prime;
    enum status status;
    size_t left;

    if (easy.effort > STREAM_EFFORT_EASY)
        easy.effort = STREAM_EFFORT_EASY;
    left = node->budget.stream_packs - node->stream_packs -
           stream_memory(&easy, STREAM_PACKS);
    status =
        prime_gather(peer, &prime, leans_on_primes(peer, &best) ? left : 0);
    if (status == STATUS_OK)
        status = begin_with(
            peer, peer->pack.eased || prime.map_size > 0 ? &easy : &best,
            &prime);
    byte_buf_release(&prime.octets);
    return status;
}

/* Append a PACKED message with plain.  STATUS_TOO_LARGE: nothing was
 * changed. */
static enum status
write_packed(struct peer *peer, struct byte_buf *out, struct byte_view plain)
{
    struct pack *pack = &peer->pack;
    const size_t start = out->size;
    struct message_packed packed = {.plain_size = plain.size};
    struct message_draft draft;
    enum status status = STATUS_OK;

    if (plain.size > PACKED_PLAIN_MAX)
        return STATUS_TOO_LARGE;
    if (pack->packer == NULL)
        status = begin(peer);
    if (status != STATUS_OK)
        return status;
    packed.kind = pack->kind;
    packed.begins = !pack->begun;
    if (!pack->begun)
        packed.map = byte_view_of(pack->map, pack->map_size);
    message_begin(&draft, out, MESSAGE_PACKED);
    packed_put_head(&draft, &packed);
    status = writer_status(&draft.writer);
    if (status == STATUS_OK)
        status = stream_pack(pack->packer, out, plain);
    if (status == STATUS_OK)
        status = message_end(&draft);
    if (status != STATUS_OK) {
        out->size = start;
        return status;
    }
    pack->begun = true;
    pack->plain = plain.size;
    return STATUS_OK;
}

void
pack_on_sent(struct peer *peer, size_t octets)
{
    struct pack *pack = &peer->pack;
    const struct mono_time now = peer->node->now;

    pace_on_packed(&peer->pace, octets, pack->plain, now);
    if (!pace_is_dry(&peer->pace))
        return;
    if (!pack->eased && pack->kind == STREAM_ZSTD) {
        pack->eased = true;
        pace_eased(&peer->pace);
    } else {
        pace_give_up(&peer->pace, now);
    }
    pack_rest(peer);
}

/* Append the plain form of message, packed. */
static enum status
pack_message(struct peer *peer, struct byte_buf *out,
             const struct byte_buf *message)
{
    const struct byte_view body = byte_view_slice(
        byte_view_of_buf(message), MESSAGE_HEAD_SIZE, message->size);
    const bool is_record = message->data[0] == MESSAGE_RECORD;
    const bool is_short =
        is_record && (peer->theirs.forms & MESSAGE_FORM_SHORT) != 0;
    struct byte_buf plain;
    struct writer writer;
    enum status status;

    byte_buf_init(&plain, MESSAGE_HEAD_SIZE + MESSAGE_BODY_MAX);
    writer_init(&writer, &plain);
    writer_u8(&writer, is_short ? MESSAGE_SHORT : message->data[0]);
    status = writer_status(&writer);
    if (status == STATUS_OK && is_short)
        status = packed_shorten(&plain, body);
    else if (status == STATUS_OK && is_record)
        status = packed_leave_out(&plain, body);
    else if (status == STATUS_OK)
        status = byte_buf_append(&plain, body);
    if (status == STATUS_OK)
        status = write_packed(peer, out, byte_view_of_buf(&plain));
    byte_buf_release(&plain);
    return status;
}

enum status
pack_record(struct peer *peer, struct byte_buf *out,
            const struct record *record)
{
    struct byte_buf message;
    enum status status;

    byte_buf_init(&message, MESSAGE_HEAD_SIZE + MESSAGE_BODY_MAX);
    status = load_plain_record(&message, peer->node->config.store, record,
                               peer->theirs.dictionary);
    if (status == STATUS_OK)
        status = pack_message(peer, out, &message);
    byte_buf_release(&message);
    return status == STATUS_TOO_LARGE ? STATUS_FULL : status;
}

enum status
pack_chunk(struct peer *peer, struct byte_buf *out,
           const struct message_run *run)
{
    struct byte_buf message;
    enum status status;

    byte_buf_init(&message, MESSAGE_HEAD_SIZE + MESSAGE_BODY_MAX);
    status = load_plain_chunk(&message, peer->node->config.store, run);
    if (status == STATUS_OK)
        status = pack_message(peer, out, &message);
    byte_buf_release(&message);
    return status == STATUS_TOO_LARGE || status == STATUS_NOT_FOUND
               ? STATUS_FULL
               : status;
}

/* The other side's stream, which may begin now. */
static enum status
open_expander(struct peer *peer, const struct message_packed *packed)
{
    struct pack *pack = &peer->pack;
    struct stream_setting setting = {packed->kind, pack->reach, 1};
    enum status status = STATUS_OK;
    struct byte_buf prime;

    if (!packed->begins)
        return pack->expander != NULL && packed->kind == pack->expander_kind
                   ? STATUS_OK
                   : STATUS_MALFORMED;
    if (packed->kind == STREAM_DEFLATE && pack->reach >= REACH_DEFLATE)
        setting.window_log = REACH_DEFLATE;
    else if (packed->kind != STREAM_ZSTD || pack->reach <= REACH_DEFLATE)
        return STATUS_MALFORMED;
    if (++pack->expander_begins > STREAM_BEGINS_MAX)
        return STATUS_MALFORMED;
    stream_free(pack->expander);
    pack->expander = NULL;
    pack->expander_kind = packed->kind;
    byte_buf_init(&prime, STREAM_PRIME_MAX);
    if (packed->map.size > 0)
        status = prime_recall(peer, &prime, packed->map);
    if (status == STATUS_OK)
        status = stream_new(&pack->expander, &setting, STREAM_EXPANDS,
                            byte_view_of_buf(&prime));
    byte_buf_release(&prime);
    return status;
}

enum status
pack_read(struct peer *peer, struct byte_buf *out,
          const struct message_packed *packed)
{
    enum status status = open_expander(peer, packed);

    if (status != STATUS_OK)
        return status;
    return stream_expand(peer->pack.expander, out, packed->packed,
                         packed->plain_size);
}
