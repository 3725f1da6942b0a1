#include "tests/sim/sim_link.h"

#include <string.h>

#include "tests/sim/sim_base.h"

/* What travels in one piece: small enough that a cut falls between. */
static const size_t piece_max = (size_t)16 * 1024;

static void
pipe_init(struct sim_pipe *pipe, struct mono_time now)
{
    memset(pipe, 0, sizeof(*pipe));
    list_init(&pipe->pieces);
    pipe->line_free = now.milliseconds * 1000;
    pipe->last = now;
}

static struct sim_piece *
piece_of(struct list_node *node)
{
    return CONTAINER_OF(node, struct sim_piece, in_pipe);
}

static void
pipe_clear(struct sim_pipe *pipe)
{
    while (!list_is_empty(&pipe->pieces)) {
        struct sim_piece *piece = piece_of(pipe->pieces.next);

        list_remove(&piece->in_pipe);
        mem_free(piece);
    }
    pipe->unsent = 0;
}

void
sim_link_init(struct sim_link *link, const struct sim_road *road,
              struct mono_time now)
{
    memset(link, 0, sizeof(*link));
    link->road = *road;
    for (size_t i = 0; i < 2; i++) {
        pipe_init(&link->pipes[i], now);
        link->lost[i] = MONO_NEVER;
    }
}

void
sim_link_release(struct sim_link *link)
{
    pipe_clear(&link->pipes[0]);
    pipe_clear(&link->pipes[1]);
}

/* Milliseconds by which losses delay so many segments. */
static uint64_t
late_by(const struct sim_road *road, size_t segments, struct entropy *entropy)
{
    uint64_t late = 0;

    if (road->losses == 0)
        return 0;
    for (size_t i = 0; i < segments; i++) {
        uint64_t again = SIM_RETRANSMIT_MS + 2 * (uint64_t)road->delay;

        /* What is sent again may be lost again. */
        while (entropy_below(entropy, 10000) < road->losses) {
            late = late < again ? again : late;
            again *= 2;
        }
    }
    return late;
}

/* Append a piece: find out when it leaves and when it arrives. */
static void
pipe_add(struct sim_link *link, struct sim_pipe *pipe, struct byte_view octets,
         bool is_end, struct entropy *entropy, struct mono_time now)
{
    struct sim_piece *piece = sim_alloc(sizeof(*piece) + octets.size);
    const size_t segments =
        (octets.size + SIM_SEGMENT_SIZE - 1) / SIM_SEGMENT_SIZE;
    const size_t wire = octets.size + segments * SIM_SEGMENT_HEADERS;
    const uint64_t now_us = now.milliseconds * 1000;

    if (pipe->line_free < now_us)
        pipe->line_free = now_us;
    if (link->road.rate > 0)
        pipe->line_free += (uint64_t)wire * 1000000 / link->road.rate;
    piece->is_end = is_end;
    piece->left = false;
    piece->leaves = pipe->line_free;
    piece->arrives = mono_after(
        (struct mono_time){(piece->leaves + 999) / 1000}, link->road.delay);
    if (!is_end)
        piece->arrives =
            mono_after(piece->arrives, late_by(&link->road, segments, entropy));
    if (piece->arrives.milliseconds < pipe->last.milliseconds)
        piece->arrives = pipe->last;
    pipe->last = piece->arrives;
    piece->size = octets.size;
    if (octets.size > 0)
        memcpy(piece->octets, octets.data, octets.size);
    pipe->octets += octets.size;
    /* Every second segment is answered. */
    pipe->wire += wire + (segments + 1) / 2 * SIM_SEGMENT_HEADERS;
    pipe->unsent += octets.size;
    list_append(&pipe->pieces, &piece->in_pipe);
}

void
sim_link_send(struct sim_link *link, size_t from, struct byte_view octets,
              struct entropy *entropy, struct mono_time now)
{
    if (link->cut || link->ended[from])
        return;
    for (size_t at = 0; at < octets.size; at += piece_max)
        pipe_add(link, &link->pipes[from],
                 byte_view_slice(octets, at, piece_max), false, entropy, now);
}

void
sim_link_close(struct sim_link *link, size_t from, struct mono_time now)
{
    if (!link->cut && !link->ended[from])
        pipe_add(link, &link->pipes[from], byte_view_of(NULL, 0), true, NULL,
                 now);
}

/* Drop what is on its way, save for a beginning of the first piece. */
static void
pipe_cut(struct sim_pipe *pipe, struct entropy *entropy, struct mono_time now)
{
    struct sim_piece *first = NULL;

    if (!list_is_empty(&pipe->pieces)) {
        first = piece_of(pipe->pieces.next);
        list_remove(&first->in_pipe);
    }
    pipe_clear(pipe);
    if (first == NULL)
        return;
    first->size = entropy_below(entropy, (uint32_t)first->size);
    if (first->is_end || first->size == 0) {
        mem_free(first);
        return;
    }
    first->left = true;
    first->arrives = now;
    list_append(&pipe->pieces, &first->in_pipe);
}

void
sim_link_cut(struct sim_link *link, const uint32_t notice[2],
             struct entropy *entropy, struct mono_time now)
{
    if (link->cut)
        return;
    link->cut = true;
    for (size_t i = 0; i < 2; i++) {
        pipe_cut(&link->pipes[i], entropy, now);
        link->lost[i] = mono_after(now, notice[i]);
    }
}

/* The first piece that has not left yet, or NULL. */
static struct sim_piece *
first_unsent(const struct sim_pipe *pipe)
{
    const struct list_node *head = &pipe->pieces;
    struct list_node *each;

    if (pipe->unsent == 0 && list_is_empty(head))
        return NULL;
    LIST_EACH(each, head)
        if (!piece_of(each)->left)
            return piece_of(each);
    return NULL;
}

static bool
has_left(const struct sim_piece *piece, struct mono_time now)
{
    return piece->leaves <= now.milliseconds * 1000;
}

/* One pipe's part of sim_link_step. */
static enum sim_link_event
pipe_step(struct sim_link *link, size_t from, struct mono_time now, size_t *end,
          struct sim_piece **out)
{
    struct sim_pipe *pipe = &link->pipes[from];
    struct sim_piece *piece = first_unsent(pipe);
    enum sim_link_event event = SIM_LINK_NOTHING;

    if (piece != NULL && has_left(piece, now)) {
        *end = from;
        piece->left = true;
        pipe->unsent -= piece->size;
        if (!piece->is_end)
            return SIM_LINK_WRITTEN;
        event = link->ended[from] ? SIM_LINK_NOTHING : SIM_LINK_ENDED;
        link->ended[from] = true;
        return event;
    }
    piece = list_is_empty(&pipe->pieces) ? NULL : piece_of(pipe->pieces.next);
    if (piece == NULL || !piece->left || !mono_due(piece->arrives, now))
        return SIM_LINK_NOTHING;
    *end = 1 - from;
    list_remove(&piece->in_pipe);
    if (!link->ended[*end])
        event = piece->is_end ? SIM_LINK_ENDED : SIM_LINK_ARRIVED;
    if (piece->is_end)
        link->ended[*end] = true;
    if (event == SIM_LINK_ARRIVED)
        *out = piece;
    else
        mem_free(piece);
    return event;
}

enum sim_link_event
sim_link_step(struct sim_link *link, struct mono_time now, size_t *end,
              struct sim_piece **piece)
{
    while (mono_due(sim_link_next(link), now)) {
        for (size_t i = 0; i < 2; i++) {
            enum sim_link_event event = pipe_step(link, i, now, end, piece);

            if (event != SIM_LINK_NOTHING)
                return event;
        }
        for (size_t i = 0; i < 2; i++)
            if (mono_due(link->lost[i], now)) {
                bool known = link->ended[i];

                link->lost[i] = MONO_NEVER;
                link->ended[i] = true;
                *end = i;
                if (!known)
                    return SIM_LINK_ENDED;
            }
    }
    return SIM_LINK_NOTHING;
}

struct mono_time
sim_link_next(const struct sim_link *link)
{
    struct mono_time next = mono_earlier(link->lost[0], link->lost[1]);

    for (size_t i = 0; i < 2; i++) {
        const struct list_node *head = &link->pipes[i].pieces;
        const struct sim_piece *piece = first_unsent(&link->pipes[i]);

        if (piece != NULL)
            next = mono_earlier(
                next, (struct mono_time){(piece->leaves + 999) / 1000});
        if (!list_is_empty(head) && piece_of(head->next)->left)
            next = mono_earlier(next, piece_of(head->next)->arrives);
    }
    return next;
}

bool
sim_link_is_over(const struct sim_link *link)
{
    return link->ended[0] && link->ended[1];
}
