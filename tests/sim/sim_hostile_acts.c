/*
 * What hostile stations say, once a link is open.
 */
#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "core/mem.h"
#include "net/summary.h"
#include "tests/sim/sim_hostile.h"

/* Ids in one false list, a list that it can be asked for. */
static const size_t list_ids = 200;

/* What does not fit is not said. */
static void
say(enum status status)
{
    if (status == STATUS_NO_MEMORY)
        sim_fatal("no memory");
}

static void
false_summary(struct hostile_call *call)
{
    struct entropy *entropy = &call->hostile->entropy;
    struct summary summary = {.count = 2};

    summary.ranges[0].span = span_whole(RECORD_SET_CONTROL);
    summary.ranges[1].span = span_whole(RECORD_SET_STATEMENTS);
    for (size_t i = 0; i < summary.count; i++) {
        summary.ranges[i].count = 1 + entropy_below(entropy, 100000);
        entropy_fill(entropy, summary.ranges[i].digest, WINDOW_DIGEST_SIZE);
    }
    say(summary_write(&call->out, &summary));
}

/* The summary of who has nothing. */
static void
empty_summary(struct hostile_call *call)
{
    struct summary summary = {.count = 2};

    summary.ranges[0].span = span_whole(RECORD_SET_CONTROL);
    summary.ranges[1].span = span_whole(RECORD_SET_STATEMENTS);
    say(summary_write(&call->out, &summary));
}

static int
compare_ids(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a;
    const uint64_t y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

static void
false_list(struct hostile_call *call, const struct span *span, bool asked)
{
    struct message_list list = {
        .span = *span, .asked = asked, .count = list_ids};
    uint64_t *ids = sim_alloc(list_ids * sizeof(*ids));

    for (size_t i = 0; i < list_ids; i++) {
        entropy_fill(&call->hostile->entropy, &ids[i], sizeof(ids[i]));
        ids[i] = (ids[i] & (((uint64_t)1 << SHORT_ID_BITS) - 1)) | 1;
    }
    qsort(ids, list_ids, sizeof(*ids), compare_ids);
    say(message_write_list(&call->out, MESSAGE_LIST, &list, ids));
    mem_free(ids);
}

void
hostile_greet(struct hostile_call *call)
{
    struct sim_hostile *hostile = call->hostile;
    struct message_hello hello = {
        .version = MESSAGE_VERSION, .credit = 1 << 30, .dictionary = 200};

    memcpy(hello.boot_id, hostile->boot_id, sizeof(hello.boot_id));
    entropy_fill(&hostile->entropy, hello.salt.octets, HASH_SALT_SIZE);
    say(message_write_hello(&call->out, &hello));
    if (hostile->kind == HOSTILE_SUMMARIES)
        false_summary(call);
    else if (hostile->kind != HOSTILE_STALL)
        empty_summary(call);
}

/* Thank for a record that is not kept. */
static void
false_ack(struct hostile_call *call, const struct message *message)
{
    struct message_ack ack = {.fate = MESSAGE_FATE_COMPLETE};
    struct message_record record;
    struct byte_buf entries;
    struct record_id id;

    if (message_read_record(&record, message->body) != STATUS_OK)
        return;
    id = record_id_of_wire(record.wire);
    memcpy(ack.prefix, id.octets, sizeof(ack.prefix));
    byte_buf_init(&entries, MESSAGE_BODY_MAX);
    say(message_put_ack(&entries, &ack));
    say(message_write_ack(&call->out, byte_view_of_buf(&entries)));
    byte_buf_release(&entries);
}

/* A WANT is the answer to a list: all of it is gone. */
static void
answer_want(struct hostile_call *call, const struct message *message)
{
    struct message_list list;
    uint64_t *ids;

    if (message_read_list(&list, MESSAGE_WANT, message->body) != STATUS_OK ||
        list.count == 0)
        return;
    ids = sim_alloc(list.count * sizeof(*ids));
    if (message_list_ids(ids, &list) == STATUS_OK &&
        call->hostile->kind == HOSTILE_WITHHOLD)
        say(message_write_gone(&call->out, ids, list.count));
    mem_free(ids);
}

/* loot with one bit changed, from the octet first on. */
static void
forge_bit(struct hostile_call *call, size_t first)
{
    struct byte_buf *loot = &call->hostile->loot;
    struct message_draft draft;
    const size_t at = first + entropy_below(&call->hostile->entropy,
                                            (uint32_t)(loot->size - first));

    loot->data[at] ^= (uint8_t)(1U << at % 8);
    message_begin(&draft, &call->out, MESSAGE_RECORD);
    writer_bytes(&draft.writer, byte_view_of_buf(loot));
    say(message_end(&draft));
    loot->data[at] ^= (uint8_t)(1U << at % 8);
}

/* The last record that came: with a bit changed in it or in its text, or
 * without a text, so that it is asked for one. */
static void
forge(struct hostile_call *call)
{
    const struct byte_buf *loot = &call->hostile->loot;
    struct message_record record;
    struct message_draft draft;

    if (loot->size == 0 ||
        message_read_record(&record, byte_view_of_buf(loot)) != STATUS_OK)
        return;
    switch (entropy_below(&call->hostile->entropy, 3)) {
    case 0:
        forge_bit(call, 0);
        break;
    case 1:
        forge_bit(call, loot->size - loot->size / 4 - 1);
        break;
    default:
        message_begin(&draft, &call->out, MESSAGE_RECORD);
        message_put_wire(&draft, record.wire);
        say(message_end(&draft));
        break;
    }
}

/* It is asked for chunks: octets that are none of them. */
static void
false_chunk(struct hostile_call *call, const struct message *message)
{
    struct message_run run;
    struct message_chunk chunk;
    uint8_t octets[900];

    if (message_read_run(&run, message->body) != STATUS_OK)
        return;
    entropy_fill(&call->hostile->entropy, octets, sizeof(octets));
    chunk = (struct message_chunk){
        .id = run.id,
        .file = run.file,
        .index = run.first,
        .stored = byte_view_of(octets, sizeof(octets)),
    };
    say(message_write_chunk(&call->out, &chunk));
}

void
hostile_react(struct hostile_call *call, const struct message *message)
{
    struct sim_hostile *hostile = call->hostile;
    struct span span;

    if (hostile->kind == HOSTILE_STALL)
        return;
    if (message->type == MESSAGE_RECORD) {
        byte_buf_clear(&hostile->loot);
        say(byte_buf_append(&hostile->loot, message->body));
        if (hostile->kind == HOSTILE_WITHHOLD)
            false_ack(call, message);
    }
    if (message->type == MESSAGE_HELLO && hostile->kind == HOSTILE_FORGE)
        forge(call);
    if (message->type == MESSAGE_WANT_CHUNKS)
        false_chunk(call, message);
    if (message->type == MESSAGE_ASK &&
        message_read_ask(&span, message->body) == STATUS_OK)
        false_list(call, &span, true);
    if (message->type == MESSAGE_WANT)
        answer_want(call, message);
    if (message->type == MESSAGE_SUMMARY && hostile->kind == HOSTILE_SUMMARIES)
        false_summary(call);
}

static void
noise(struct hostile_call *call)
{
    uint8_t octets[300];

    entropy_fill(&call->hostile->entropy, octets, sizeof(octets));
    if (entropy_below(&call->hostile->entropy, 2) == 0)
        say(byte_buf_append(&call->out, byte_view_of(octets, sizeof(octets))));
    else
        sim_net_send(call->connection, call->end,
                     byte_view_of(octets, sizeof(octets)));
}

void
hostile_act(struct hostile_call *call)
{
    const struct span all = span_whole(RECORD_SET_STATEMENTS);

    switch (call->hostile->kind) {
    case HOSTILE_MUTE:
    case HOSTILE_STALL:
    case HOSTILE_KINDS:
        break;
    case HOSTILE_SUMMARIES:
        false_summary(call);
        break;
    case HOSTILE_LISTS:
    case HOSTILE_WITHHOLD:
        false_list(call, &all, false);
        break;
    case HOSTILE_FORGE:
        forge(call);
        break;
    case HOSTILE_NOISE:
        noise(call);
        break;
    }
}
