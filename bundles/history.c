#include "bundles/history.h"

#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "core/mem.h"

/* Branches of a fork are bits of history_node.branches. */
#define BRANCHES_MAX 32

/* What the walk over the store fills. */
struct reading {
    struct store *store;
    struct history *history;
    size_t node_room;
    size_t previous_room;
};

/* Make room for one more element behind count in *array. */
static enum status
grow(void **array, size_t *room, size_t count, size_t element)
{
    size_t wanted = *room == 0 ? 64 : *room * 2;
    void *grown;

    if (count < *room)
        return STATUS_OK;
    grown = mem_resize(*array, wanted * element);
    if (grown == NULL)
        return STATUS_NO_MEMORY;
    *array = grown;
    *room = wanted;
    return STATUS_OK;
}

static enum status
add_previous(struct reading *reading, const struct record_id *id)
{
    struct history *history = reading->history;
    void *array = history->previous;
    enum status status =
        grow(&array, &reading->previous_room, history->previous_count,
             sizeof(history->previous[0]));

    history->previous = array;
    if (status == STATUS_OK)
        history->previous[history->previous_count++] = *id;
    return status;
}

static enum status
add_node(struct reading *reading, const struct record *record)
{
    const struct record_fields *fields = record_fields(record);
    struct history *history = reading->history;
    void *array = history->nodes;
    struct history_node node;
    enum status status;

    status = grow(&array, &reading->node_room, history->count,
                  sizeof(history->nodes[0]));
    history->nodes = array;
    node.id = *record_id(record);
    node.sequence = fields->sequence;
    node.branches = 0;
    node.first_previous = history->previous_count;
    node.previous_count = fields->previous_count;
    for (size_t i = 0; status == STATUS_OK && i < fields->previous_count; i++)
        status = add_previous(reading, &fields->previous[i]);
    if (status == STATUS_OK)
        history->nodes[history->count++] = node;
    return status;
}

/* A store_visit. */
static enum status
on_row(void *context, const struct store_row *row)
{
    struct reading *reading = context;
    struct record *record;
    enum status status;

    if (row->sequence == 0)
        return STATUS_OK;
    if (reading->history->count >= HISTORY_MAX) {
        reading->history->is_partial = true;
        return STATUS_OK;
    }
    status = store_get_record(reading->store, &row->id, &record);
    if (status != STATUS_OK)
        return status;
    status = add_node(reading, record);
    record_free(record);
    return status;
}

static int
compare_ids(const void *a, const void *b)
{
    const struct record_id *left = a;
    const struct record_id *right = b;

    return memcmp(left->octets, right->octets, sizeof(left->octets));
}

static int
compare_nodes(const void *a, const void *b)
{
    const struct history_node *left = a;
    const struct history_node *right = b;

    if (left->sequence != right->sequence)
        return left->sequence < right->sequence ? -1 : 1;
    return compare_ids(&left->id, &right->id);
}

/* The index behind the last node that bears the same number as the first. */
static size_t
end_of_number(const struct history *history, size_t first)
{
    size_t end = first + 1;

    while (end < history->count &&
           history->nodes[end].sequence == history->nodes[first].sequence)
        end++;
    return end;
}

static enum status
add_fork(struct history *history, size_t *room, size_t first, size_t count)
{
    void *array = history->forks;
    struct history_fork *fork;
    enum status status =
        grow(&array, room, history->fork_count, sizeof(history->forks[0]));

    history->forks = array;
    if (status != STATUS_OK)
        return status;
    fork = &history->forks[history->fork_count++];
    fork->number = history->nodes[first].sequence;
    fork->first = first;
    fork->count = count;
    fork->merged = false;
    return STATUS_OK;
}

static enum status
find_forks(struct history *history)
{
    enum status status = STATUS_OK;
    uint32_t distinct = 0;
    size_t room = 0;
    size_t end;

    for (size_t i = 0; status == STATUS_OK && i < history->count; i = end) {
        end = end_of_number(history, i);
        distinct++;
        if (end - i > 1)
            status = add_fork(history, &room, i, end - i);
    }
    if (history->count > 0)
        history->last = history->nodes[history->count - 1].sequence;
    history->missing = history->last - distinct;
    return status;
}

/* An id and where in nodes it stands. */
struct place {
    struct record_id id;
    size_t index;
};

static int
compare_places(const void *a, const void *b)
{
    const struct place *left = a;
    const struct place *right = b;

    return compare_ids(&left->id, &right->id);
}

/* Find every previous record among the nodes.  A record can only follow one of
 * a lower number; what an author claims beyond that is passed over. */
static enum status
find_parents(struct history *history)
{
    struct place *places;
    struct place *found;
    struct place wanted;

    places = mem_zalloc(history->count + 1, sizeof(places[0]));
    history->parents =
        mem_zalloc(history->previous_count + 1, sizeof(history->parents[0]));
    if (places == NULL || history->parents == NULL) {
        mem_free(places);
        return STATUS_NO_MEMORY;
    }
    for (size_t i = 0; i < history->count; i++) {
        places[i].id = history->nodes[i].id;
        places[i].index = i;
    }
    qsort(places, history->count, sizeof(places[0]), compare_places);
    for (size_t i = 0; i < history->previous_count; i++) {
        wanted.id = history->previous[i];
        wanted.index = 0;
        found = bsearch(&wanted, places, history->count, sizeof(places[0]),
                        compare_places);
        history->parents[i] = found == NULL ? history->count : found->index;
    }
    mem_free(places);
    return STATUS_OK;
}

/* Give every node the branches of those that it follows, directly or not. */
static void
spread_branches(struct history *history)
{
    for (size_t i = 0; i < history->count; i++) {
        struct history_node *node = &history->nodes[i];

        for (size_t j = 0; j < node->previous_count; j++) {
            size_t parent = history->parents[node->first_previous + j];

            if (parent < history->count &&
                history->nodes[parent].sequence < node->sequence)
                node->branches |= history->nodes[parent].branches;
        }
    }
}

static void
clear_branches(struct history *history)
{
    for (size_t i = 0; i < history->count; i++)
        history->nodes[i].branches = 0;
}

/* True if one record follows all those of fork. */
static bool
is_merged(struct history *history, const struct history_fork *fork)
{
    uint32_t all = 0;

    if (fork->count == 0 || fork->count > BRANCHES_MAX)
        return false;
    clear_branches(history);
    for (size_t i = 0; i < fork->count; i++) {
        history->nodes[fork->first + i].branches = (uint32_t)1 << i;
        all |= (uint32_t)1 << i;
    }
    spread_branches(history);
    for (size_t i = fork->first + fork->count; i < history->count; i++)
        if (history->nodes[i].branches == all)
            return true;
    return false;
}

enum status
history_read(struct history *out, struct store *store,
             const struct key_author *author)
{
    struct store_query query = {.by_author = true, .author = *author};
    struct reading reading = {.store = store, .history = out};
    enum status status;

    memset(out, 0, sizeof(*out));
    status = store_walk(store, &query, on_row, &reading);
    if (status != STATUS_OK)
        return status;
    if (out->count > 0)
        qsort(out->nodes, out->count, sizeof(out->nodes[0]), compare_nodes);
    status = find_parents(out);
    if (status == STATUS_OK)
        status = find_forks(out);
    for (size_t i = 0;
         status == STATUS_OK && i < out->fork_count && i < HISTORY_FORKS_MAX;
         i++)
        out->forks[i].merged = is_merged(out, &out->forks[i]);
    return status;
}

/* A store_visit. */
static enum status
on_number(void *context, const struct store_row *row)
{
    uint32_t *last = context;

    if (row->sequence > *last)
        *last = row->sequence;
    return STATUS_OK;
}

enum status
history_last(struct store *store, const struct key_author *author,
             uint32_t *out)
{
    struct store_query query = {.by_author = true, .author = *author};

    *out = 0;
    return store_walk(store, &query, on_number, out);
}

void
history_release(struct history *history)
{
    mem_free(history->nodes);
    mem_free(history->forks);
    mem_free(history->previous);
    mem_free(history->parents);
    memset(history, 0, sizeof(*history));
}

/* Add id to those that the next record follows, each once and in order. */
static enum status
follow(struct store_sequence *next, const struct record_id *id)
{
    size_t at = 0;

    while (at < next->previous_count &&
           compare_ids(&next->previous[at], id) < 0)
        at++;
    if (at < next->previous_count && record_id_equal(&next->previous[at], id))
        return STATUS_OK;
    if (next->previous_count == RECORD_PREVIOUS_MAX)
        return STATUS_TOO_LARGE;
    memmove(next->previous + at + 1, next->previous + at,
            (next->previous_count - at) * sizeof(next->previous[0]));
    next->previous[at] = *id;
    next->previous_count++;
    return STATUS_OK;
}

/* Follow every record that bears number. */
static enum status
follow_number(struct store_sequence *next, const struct history *history,
              uint32_t number)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < history->count; i++)
        if (history->nodes[i].sequence == number)
            status = follow(next, &history->nodes[i].id);
    return status;
}

/* True if a record of number `last` follows id, or is it. */
static bool
is_followed(struct history *history, const struct record_id *id)
{
    bool is_here = false;

    clear_branches(history);
    for (size_t i = 0; i < history->count; i++) {
        if (record_id_equal(&history->nodes[i].id, id)) {
            history->nodes[i].branches = 1;
            is_here = true;
        }
    }
    /* A number that was reserved and never signed is followed by nothing. */
    if (!is_here)
        return true;
    spread_branches(history);
    for (size_t i = 0; i < history->count; i++)
        if (history->nodes[i].sequence == history->last &&
            history->nodes[i].branches != 0)
            return true;
    return false;
}

enum status
history_next(struct store_sequence *out, struct history *history,
             const struct store_sequence *own)
{
    enum status status;

    memset(out, 0, sizeof(*out));
    if (own->number == 0 && history->last == 0)
        return STATUS_NOT_FOUND;
    if (own->number >= RECORD_SEQUENCE_MAX ||
        history->last >= RECORD_SEQUENCE_MAX)
        return STATUS_TOO_LARGE;
    if (own->number >= history->last) {
        *out = *own;
        out->number++;
        return STATUS_OK;
    }
    out->number = history->last + 1;
    status = follow_number(out, history, history->last);
    for (size_t i = 0; status == STATUS_OK && i < own->previous_count; i++)
        if (!is_followed(history, &own->previous[i]))
            status = follow(out, &own->previous[i]);
    if (status == STATUS_OK && out->previous_count > 1)
        status = STATUS_AMBIGUOUS;
    return status;
}

enum status
history_at(struct store_sequence *out, const struct history *history,
           const struct store_sequence *own, uint32_t number)
{
    uint32_t before = 0;

    memset(out, 0, sizeof(*out));
    if (number == 0 || number > RECORD_SEQUENCE_MAX)
        return STATUS_TOO_LARGE;
    if (own->number > 0 && own->number == number - 1) {
        *out = *own;
        out->number = number;
        return STATUS_OK;
    }
    out->number = number;
    if (number == 1)
        return STATUS_OK;
    for (size_t i = 0; i < history->count; i++)
        if (history->nodes[i].sequence < number)
            before = history->nodes[i].sequence;
    if (before == 0)
        return STATUS_NOT_FOUND;
    return follow_number(out, history, before);
}
