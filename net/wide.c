#include "net/wide.h"

#include <string.h>

#include "core/entropy.h"
#include "core/writer.h"
#include "net/node.h"
#include "net/peer.h"

#define MARK_SIZE (MESSAGE_PREFIX_SIZE + 1)

void
wide_peer_init(struct wide_peer *part)
{
    memset(part, 0, sizeof(*part));
    byte_buf_init(&part->marks, MESSAGE_PREFIXES_MAX * MARK_SIZE);
}

void
wide_peer_release(struct wide_peer *part)
{
    byte_buf_release(&part->marks);
}

enum status
wide_read_marks(struct byte_view body)
{
    return body.size == 0 || body.size % MARK_SIZE != 0 ||
                   body.size > MESSAGE_PREFIXES_MAX * MARK_SIZE
               ? STATUS_MALFORMED
               : STATUS_OK;
}

bool
wide_next_mark(struct wide_mark *out, struct byte_view *body)
{
    if (body->size < MARK_SIZE)
        return false;
    memcpy(out->prefix, body->data, sizeof(out->prefix));
    out->goes_on = body->data[MESSAGE_PREFIX_SIZE] != 0;
    *body = byte_view_slice(*body, MARK_SIZE, body->size);
    return true;
}

enum status
wide_on_marks(struct peer *peer, struct byte_view body)
{
    struct wide_peer *part = &peer->wide;
    enum status status = wide_read_marks(body);
    struct wide_mark mark;

    while (status == STATUS_OK && wide_next_mark(&mark, &body))
        part->heard[part->heard_count++ % WIDE_MARKS_MAX] = mark;
    return status;
}

enum wide_way
wide_marked(const struct peer *peer, const struct record_id *id)
{
    const struct wide_peer *part = &peer->wide;

    for (size_t i = 0; i < WIDE_MARKS_MAX && i < part->heard_count; i++)
        if (memcmp(part->heard[i].prefix, id->octets, MESSAGE_PREFIX_SIZE) == 0)
            return part->heard[i].goes_on ? WIDE_ON : WIDE_ENDED;
    return WIDE_NARROW;
}

static bool
has_lazy(const struct node *node)
{
    struct list_node *each;

    LIST_EACH(each, &node->peers)
        if (CONTAINER_OF(each, struct peer, in_node)->gossip.lazy)
            return true;
    return false;
}

enum wide_way
wide_begin(const struct node *node)
{
    if (node->going_wide.late == 0 || !has_lazy(node) ||
        entropy_below(node->config.entropy, WIDE_NOT_ONE_IN) == 0)
        return WIDE_NARROW;
    return WIDE_ON;
}

void
wide_on_late(struct node *node)
{
    node->going_wide.late = WIDE_LATE_RECORDS;
}

void
wide_earn(struct node *node)
{
    if (node->going_wide.earned < WIDE_COPIES_MAX * WIDE_EARN)
        node->going_wide.earned++;
    if (node->going_wide.late > 0)
        node->going_wide.late--;
}

bool
wide_spend(struct node *node, enum wide_way way)
{
    if (way != WIDE_ON || node->going_wide.late == 0 ||
        node->going_wide.earned < WIDE_EARN)
        return false;
    node->going_wide.earned -= WIDE_EARN;
    return true;
}

enum wide_way
wide_next(const struct node *node, enum wide_way way)
{
    if (way == WIDE_ON &&
        entropy_below(node->config.entropy, WIDE_ON_ONE_IN) != 0)
        return WIDE_ENDED;
    return way;
}

enum status
wide_mark(struct peer *peer, const struct record_id *id, enum wide_way way)
{
    const uint8_t octet = way == WIDE_ON ? 1 : 0;
    struct byte_buf *marks = &peer->wide.marks;
    const size_t start = marks->size;
    enum status status;

    if (way == WIDE_NARROW)
        return STATUS_OK;
    status =
        byte_buf_append(marks, byte_view_of(id->octets, MESSAGE_PREFIX_SIZE));
    if (status == STATUS_OK)
        status = byte_buf_append(marks, byte_view_of(&octet, 1));
    if (status != STATUS_OK)
        marks->size = start;
    return status == STATUS_TOO_LARGE ? STATUS_OK : status;
}

enum status
wide_send(struct peer *peer)
{
    struct byte_buf *marks = &peer->wide.marks;
    enum status status;

    if (marks->size == 0 || !peer_may_write(peer))
        return STATUS_OK;
    status = message_write_prefixes(&peer->out, MESSAGE_WIDE,
                                    byte_view_of_buf(marks));
    if (status == STATUS_OK)
        byte_buf_release(marks);
    return status;
}
