/*
 * Putting the ids of a sketch in order.
 *
 * A heap sort: it can stop anywhere, needs no memory, and takes no longer for
 * ids that somebody chose.
 */
#include "net/sketch_private.h"

/* The member at place sinks to where none below it is greater. */
static void
sink(struct sketch_member *members, size_t count, size_t place)
{
    const struct sketch_member member = members[place];
    size_t child;

    for (; (child = 2 * place + 1) < count; place = child) {
        if (child + 1 < count && members[child + 1].id > members[child].id)
            child++;
        if (members[child].id <= member.id)
            break;
        members[place] = members[child];
    }
    members[place] = member;
}

void
sketch_sort_begin(struct sketch_sort *sort, size_t count)
{
    *sort = (struct sketch_sort){
        .count = count, .loose = count / 2, .heap = count, .first = count};
}

bool
sketch_sort_go_on(struct sketch_sort *sort, struct sketch_member *members,
                  size_t *steps)
{
    for (; *steps >= SKETCH_STEPS_SORT; *steps -= SKETCH_STEPS_SORT) {
        struct sketch_member greatest;

        if (sort->loose > 0) {
            sink(members, sort->heap, --sort->loose);
            continue;
        }
        if (sort->heap == 0)
            return true;
        greatest = members[0];
        members[0] = members[--sort->heap];
        if (sort->heap > 0)
            sink(members, sort->heap, 0);
        if (sort->first == sort->count ||
            members[sort->first].id != greatest.id)
            members[--sort->first] = greatest;
    }
    return false;
}
