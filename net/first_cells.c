#include "net/first_cells.h"

#include "net/cells.h"
#include "net/hello_answer.h"
#include "net/node.h"
#include "net/peer.h"
#include "net/sift.h"
#include "net/sketch.h"
#include "net/summary.h"

/* The newest days, up to tomorrow, in whole ranges of a summary; false if they
 * have too many records, or none. */
static bool
choose_span(const struct summary *summary, int32_t tomorrow, struct span *span,
            size_t *count)
{
    *count = 0;
    for (size_t i = summary->count; i > 1; i--) {
        const struct summary_range *range = &summary->ranges[i - 1];

        if (range->span.first.number > tomorrow)
            continue;
        if (range->count > FIRST_CELLS_IDS - *count)
            break;
        if (*count == 0)
            span->last = range->span.last;
        if (range->count > 0)
            span->first = range->span.first;
        *count += range->count;
    }
    span->set = RECORD_SET_STATEMENTS;
    return *count > 0;
}

static enum status
gather(void *context, const struct sift_row *row)
{
    struct sketch *sketch = context;

    /* More than were counted will look as if they were not here. */
    (void)!sketch_add(sketch, row->short_id);
    return STATUS_OK;
}

/* All short ids of span, and number cells of them; false in *made if that is
 * too much work for one turn, which so few ids never are. */
static enum status
make_cells(struct peer *peer, struct sketch *sketch, const struct span *span,
           uint32_t number, bool *made)
{
    struct sift sift = {.store = peer->node->config.store,
                        .refused = &peer->node->refused,
                        .span = *span,
                        .salt = &peer->salt,
                        .visit = gather,
                        .context = sketch};
    size_t steps = RECONCILE_STEPS_TURN;
    enum status status = sift_run(&sift);

    if (status == STATUS_OK)
        status = sketch_extend(sketch, number, &steps, made);
    return status;
}

/* How many cells: those that were wished for, or as many as lengthen nothing
 * where head is what stands before them. */
static uint32_t
number_of(const struct peer *peer, uint8_t wish, size_t head)
{
    size_t room;

    if (wish != SESSION_CELLS_FIT)
        return wish;
    room = hello_answer_room(peer->out.size);
    if (room < head + SKETCH_CELLS_LEAST * SKETCH_COUNTED_SIZE)
        return 0;
    room = (room - head) / SKETCH_COUNTED_SIZE;
    return (uint32_t)(room < SKETCH_COUNTED ? room : SKETCH_COUNTED);
}

/* Put message into out, behind its first octets. */
static enum status
insert(struct byte_buf *out, size_t behind, struct byte_view message)
{
    struct byte_buf rest;
    enum status status;

    byte_buf_init(&rest, PEER_OUT_MAX);
    status = byte_buf_append(
        &rest, byte_view_slice(byte_view_of_buf(out), behind, out->size));
    if (status == STATUS_OK)
        status = byte_buf_reserve(out, message.size);
    if (status == STATUS_OK) {
        out->size = behind;
        status = byte_buf_append(out, message);
    }
    if (status == STATUS_OK)
        status = byte_buf_append(out, byte_view_of_buf(&rest));
    byte_buf_release(&rest);
    return status;
}

/* Write the CELLS of span, of which there are about count records. */
static enum status
write_cells(struct peer *peer, size_t behind, uint8_t wish,
            const struct span *span, size_t count)
{
    struct cells cells = {.span = *span, .records = (uint32_t)count};
    struct sketch *sketch = NULL;
    struct byte_buf message;
    struct byte_buf coded;
    enum status status;
    bool made = false;

    byte_buf_init(&message, MESSAGE_BODY_MAX);
    byte_buf_init(&coded, SKETCH_COUNTED * SKETCH_COUNTED_SIZE);
    status = cells_write(&message, &cells);
    cells.count = number_of(peer, wish, message.size);
    byte_buf_clear(&message);
    /* Anybody may call, and again and again. */
    if (status == STATUS_OK && cells.count > 0 &&
        bucket_take(&peer->node->first_cells, count, peer->node->now)) {
        status = sketch_new(&sketch, &peer->salt, count);
        if (status == STATUS_OK)
            status = make_cells(peer, sketch, span, cells.count, &made);
    }
    if (status != STATUS_OK || !made)
        goto done;
    cells.records = (uint32_t)sketch_count(sketch);
    status = sketch_write(sketch, 0, cells.count, &coded);
    cells.coded = byte_view_of_buf(&coded);
    if (status == STATUS_OK)
        status = cells_write(&message, &cells);
    if (status == STATUS_OK)
        status = insert(&peer->out, behind, byte_view_of_buf(&message));
    if (status != STATUS_OK)
        goto done;
    peer->compare.first = (struct first_cells){true, cells.span, cells.records};
    peer->counted_out++;

done:
    sketch_free(sketch);
    byte_buf_release(&coded);
    byte_buf_release(&message);
    return status;
}

enum status
first_cells_give(struct peer *peer, size_t behind, uint8_t wish)
{
    struct node *node = peer->node;
    const struct day today = node_reference_day(node, NULL);
    struct summary summary;
    enum status status;
    struct span span;
    size_t count;

    if (wish == 0)
        return STATUS_OK;
    status = summary_take(&summary, &node->window, today, &peer->salt);
    if (status != STATUS_OK)
        return status;
    if (!choose_span(&summary, today.number + 1, &span, &count))
        return STATUS_OK;
    return write_cells(peer, behind, wish, &span, count);
}

bool
first_cells_answered(struct peer *peer, const struct message_list *want)
{
    struct first_cells *first = &peer->compare.first;

    if (!first->given || want->slice.bits != 0 ||
        want->count > first->records || !span_equal(&first->span, &want->span))
        return false;
    first->given = false;
    return true;
}
