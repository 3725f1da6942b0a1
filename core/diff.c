/*
 * E. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986, section
 * 4b: the middle of a shortest path is searched for from both ends, then the
 * halves are done in the same way.  Not by recursion: what is left to do lies
 * on a stack, and as each half has at most half of the changes (rounded up) it
 * has few layers.
 */
#include "core/diff.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "core/mem.h"

/* Two for each halving of DIFF_DISTANCE_MAX on either side, and some. */
#define STACK_MAX 64

/* What is still to be compared: old from a1 to a2 with new from b1 to b2. */
struct box {
    size_t a1, a2, b1, b2;
};

struct work {
    struct diff *out;
    size_t room; /* for steps */
    const uint32_t *a;
    const uint32_t *b;
    /* By diagonal, DIFF_DISTANCE_MAX + 1 in the middle: how far along the old
     * sequence one gets from the beginning, and from the end. */
    int32_t *forth;
    int32_t *back;
    size_t effort; /* what is left of it */
    size_t depth;
    struct box stack[STACK_MAX];
};

/* Items by number. */

struct item {
    struct byte_view octets;
    size_t index; /* old ones first */
};

static int
compare_items(const void *a, const void *b)
{
    const struct item *one = a;
    const struct item *other = b;

    if (one->octets.size != other->octets.size)
        return one->octets.size < other->octets.size ? -1 : 1;
    return byte_view_compare(one->octets, other->octets);
}

/* Give equal items equal numbers. */
static enum status
number_items(uint32_t *numbers, const struct byte_view *old, size_t old_count,
             const struct byte_view *new, size_t new_count)
{
    const size_t count = old_count + new_count;
    struct item *items = mem_alloc(count * sizeof(*items));
    uint32_t number = 0;

    if (items == NULL)
        return STATUS_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        items[i] =
            (struct item){i < old_count ? old[i] : new[i - old_count], i};
    qsort(items, count, sizeof(*items), compare_items);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && compare_items(&items[i - 1], &items[i]) != 0)
            number++;
        numbers[items[i].index] = number;
    }
    mem_free(items);
    return STATUS_OK;
}

/* Steps. */

static enum status
emit(struct work *work, size_t same, size_t gone, size_t added)
{
    struct diff *out = work->out;
    struct diff_step *last =
        out->count == 0 ? NULL : &out->steps[out->count - 1];

    if (same + gone + added == 0)
        return STATUS_OK;
    if (last == NULL || (same > 0 && last->gone + last->added > 0)) {
        if (out->steps == NULL || out->count == work->room) {
            size_t room = out->steps == NULL ? 16 : work->room * 2;
            struct diff_step *steps =
                mem_resize(out->steps, room * sizeof(*steps));

            if (steps == NULL)
                return STATUS_NO_MEMORY;
            out->steps = steps;
            work->room = room;
        }
        last = &out->steps[out->count++];
        *last = (struct diff_step){0, 0, 0};
    }
    last->same += same;
    last->gone += gone;
    last->added += added;
    return STATUS_OK;
}

/* The middle. */

static bool
spend(struct work *work, size_t effort)
{
    if (work->effort < effort) {
        work->effort = 0;
        return false;
    }
    work->effort -= effort;
    return true;
}

/* The furthest along diagonal k after one more change: x along the one
 * sequence, x - k along the other. */
static int32_t
next_reach(const int32_t *reach, int32_t k, int32_t d)
{
    if (k == -d || (k != d && reach[k - 1] < reach[k + 1]))
        return reach[k + 1];
    return reach[k - 1] + 1;
}

/* One more change from either end.  True, and a point of a shortest path in
 * *x and *y, if the two meet; false also when the effort is spent. */
static bool
advance(struct work *work, const struct box *box, int32_t d, bool is_back,
        int32_t *x_out, int32_t *y_out)
{
    const int32_t n = (int32_t)(box->a2 - box->a1);
    const int32_t m = (int32_t)(box->b2 - box->b1);
    const int32_t delta = n - m;
    int32_t *own = is_back ? work->back : work->forth;
    const int32_t *other = is_back ? work->forth : work->back;
    /* The other end is one change behind when it is not its turn yet. */
    const int32_t far = is_back ? d : d - 1;
    const bool may_meet = ((delta & 1) != 0) != is_back;

    for (int32_t k = -d; k <= d; k += 2) {
        int32_t x = next_reach(own, k, d);
        int32_t y = x - k;
        const int32_t start = x;

        while (x < n && y < m &&
               (is_back ? work->a[box->a2 - 1 - (size_t)x] ==
                              work->b[box->b2 - 1 - (size_t)y]
                        : work->a[box->a1 + (size_t)x] ==
                              work->b[box->b1 + (size_t)y])) {
            x++;
            y++;
        }
        own[k] = x;
        if (!spend(work, (size_t)(x - start) + 1))
            return false;
        /* Beyond the box there is nothing to meet. */
        if (may_meet && x <= n && y <= m && delta - k >= -far &&
            delta - k <= far && other[delta - k] <= n &&
            other[delta - k] - (delta - k) <= m && x + other[delta - k] >= n) {
            *x_out = is_back ? n - x : x;
            *y_out = is_back ? m - y : y;
            return true;
        }
    }
    return false;
}

/* A point in the middle of a shortest path through box, both of whose sides are
 * not empty; false if it is too far. */
static bool
find_middle(struct work *work, const struct box *box, size_t *a, size_t *b)
{
    int32_t x = 0;
    int32_t y = 0;

    work->forth[1] = 0;
    work->back[1] = 0;
    for (int32_t d = 0; d <= (int32_t)DIFF_DISTANCE_MAX && work->effort > 0;
         d++) {
        if (advance(work, box, d, false, &x, &y) ||
            advance(work, box, d, true, &x, &y)) {
            *a = box->a1 + (size_t)x;
            *b = box->b1 + (size_t)y;
            return true;
        }
    }
    return false;
}

/* The boxes. */

static bool
is_empty(const struct box *box)
{
    return box->a1 == box->a2 && box->b1 == box->b2;
}

/* Put box on the stack, for later. */
static void
push(struct work *work, struct box box)
{
    if (!is_empty(&box))
        work->stack[work->depth++] = box;
}

/* Take what both begin with off box, and return how much it is. */
static size_t
trim_front(const struct work *work, struct box *box)
{
    size_t same = 0;

    while (box->a1 < box->a2 && box->b1 < box->b2 &&
           work->a[box->a1] == work->b[box->b1]) {
        box->a1++;
        box->b1++;
        same++;
    }
    return same;
}

/* The same for what both end with; it is left in *rest. */
static void
trim_back(const struct work *work, struct box *box, struct box *rest)
{
    *rest = (struct box){box->a2, box->a2, box->b2, box->b2};
    while (box->a1 < box->a2 && box->b1 < box->b2 &&
           work->a[box->a2 - 1] == work->b[box->b2 - 1]) {
        rest->a1 = --box->a2;
        rest->b1 = --box->b2;
    }
}

/* Emit the beginning of box, and push what is left of it. */
static enum status
do_box(struct work *work, struct box box)
{
    struct box rest;
    size_t a, b;
    enum status status = emit(work, trim_front(work, &box), 0, 0);

    if (status != STATUS_OK)
        return status;
    trim_back(work, &box, &rest);
    push(work, rest);
    if (box.a1 == box.a2 || box.b1 == box.b2)
        return emit(work, 0, box.a2 - box.a1, box.b2 - box.b1);
    /* Three more have to fit. */
    if (work->depth + 3 > STACK_MAX || !find_middle(work, &box, &a, &b)) {
        work->out->is_coarse = true;
        return emit(work, 0, box.a2 - box.a1, box.b2 - box.b1);
    }
    push(work, (struct box){a, box.a2, b, box.b2});
    push(work, (struct box){box.a1, a, box.b1, b});
    return STATUS_OK;
}

static enum status
walk(struct work *work, const struct byte_view *old, size_t old_count,
     const struct byte_view *new, size_t new_count)
{
    const size_t middle = DIFF_DISTANCE_MAX + 1;
    uint32_t *numbers = mem_alloc((old_count + new_count) * sizeof(*numbers));
    int32_t *reaches = mem_alloc(4 * (middle + 1) * sizeof(*reaches));
    enum status status = STATUS_NO_MEMORY;

    if (numbers == NULL || reaches == NULL)
        goto done;
    status = number_items(numbers, old, old_count, new, new_count);
    work->a = numbers;
    work->b = numbers + old_count;
    work->forth = reaches + middle;
    work->back = reaches + 3 * middle + 1;
    work->effort = DIFF_EFFORT_MAX;
    push(work, (struct box){0, old_count, 0, new_count});
    while (status == STATUS_OK && work->depth > 0)
        status = do_box(work, work->stack[--work->depth]);

done:
    mem_free(reaches);
    mem_free(numbers);
    return status;
}

enum status
diff_make(struct diff *out, const struct byte_view *old, size_t old_count,
          const struct byte_view *new, size_t new_count)
{
    struct work work = {.out = out};

    memset(out, 0, sizeof(*out));
    if (old_count > DIFF_ITEMS_MAX || new_count > DIFF_ITEMS_MAX) {
        out->is_coarse = true;
        return emit(&work, 0, old_count, new_count);
    }
    return walk(&work, old, old_count, new, new_count);
}

void
diff_release(struct diff *diff)
{
    mem_free(diff->steps);
    memset(diff, 0, sizeof(*diff));
}
