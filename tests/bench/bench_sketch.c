/*
 * What finding a difference costs: octets of cells, processor time of both
 * sides, and how long other links wait for it: the longest call of a turn
 * (RECONCILE_STEPS_TURN), and the longest of what would be done in one call if
 * it were not divided.
 *
 *     bench_sketch RECORDS OWN FOREIGN RUNS
 *
 * Two sets have RECORDS ids in common; who decodes has OWN more, and the
 * sender of the cells FOREIGN.  As many spans as SKETCH_IDS_MAX asks for; all
 * that differs is in the first of them, as what is new is in the newest days,
 * and what does not differ costs nothing (net/PROTOCOL.md, "Comparing").
 * Requests are not counted.  The median of all runs, each with its own salt.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/entropy.h"
#include "core/mem.h"
#include "net/sketch.h"

#define RUNS_MAX ((size_t)1000)

/* Sums over all runs. */
struct cost {
    size_t flights;
    size_t cells;
    size_t octets[RUNS_MAX]; /* of each run */
    size_t runs;
    double sender; /* seconds */
    double decoder;
    double longest; /* of a call, and undivided */
    double undivided;
};

static void
must(bool held, const char *what)
{
    if (held)
        return;
    fprintf(stderr, "bench_sketch: %s\n", what);
    exit(1);
}

static double
seconds_used(void)
{
    struct timespec now;

    must(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) == 0, "no clock");
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Time since *mark, which becomes now. */
static double
lap(double *mark)
{
    const double before = *mark;

    *mark = seconds_used();
    return *mark - before;
}

/* A call began at before, work that it belongs to at began; the first of them
 * is over. */
static void
count_call(struct cost *cost, double began, double *before)
{
    const double call = lap(before);

    if (call > cost->longest)
        cost->longest = call;
    if (*before - began > cost->undivided)
        cost->undivided = *before - began;
}

static void
extend(struct cost *cost, struct sketch *sketch, size_t cells)
{
    const double began = seconds_used();
    double before = began;
    bool done = false;

    while (!done) {
        size_t steps = RECONCILE_STEPS_TURN;

        must(sketch_extend(sketch, cells, &steps, &done) == STATUS_OK,
             "extend");
        count_call(cost, began, &before);
    }
}

static bool
decode(struct cost *cost, struct sketch *sketch)
{
    const double began = seconds_used();
    double before = began;
    enum sketch_outcome outcome = SKETCH_UNDONE;

    while (outcome == SKETCH_UNDONE) {
        size_t steps = RECONCILE_STEPS_TURN;

        must(sketch_decode(sketch, &steps, &outcome) == STATUS_OK, "decode");
        count_call(cost, began, &before);
    }
    return outcome == SKETCH_FOUND;
}

static struct sketch *
sketch_with(const struct salt *salt, const uint64_t *ids, size_t first,
            size_t second, size_t end)
{
    struct sketch *sketch;

    must(sketch_new(&sketch, salt, end - (second - first)) == STATUS_OK, "new");
    for (size_t i = 0; i < end; i++)
        if (i < first || i >= second)
            must(sketch_add(sketch, ids[i]) == STATUS_OK, "add");
    return sketch;
}

/* From both sketches to the difference. */
static void
reconcile(struct cost *cost, struct sketch *decoder, struct sketch *sender,
          double *mark)
{
    const uint32_t own = (uint32_t)sketch_count(decoder);
    const uint32_t theirs = (uint32_t)sketch_count(sender);
    size_t passed = 0;
    size_t cells = sketch_cells_for(own > theirs ? own - theirs : theirs - own,
                                    own, theirs);
    size_t octets = 0;
    bool found = false;

    if (cells < SKETCH_COUNTED)
        cells = SKETCH_COUNTED;
    while (!found) {
        struct byte_buf coded;

        must(cells <= SKETCH_CELLS_MAX, "a list is shorter");
        byte_buf_init(&coded, SKETCH_CELLS_MAX * SKETCH_COUNTED_SIZE);
        extend(cost, sender, cells);
        must(sketch_write(sender, passed, cells - passed, &coded) == STATUS_OK,
             "write");
        cost->sender += lap(mark);
        extend(cost, decoder, cells);
        sketch_take(decoder, theirs, cells - passed, byte_view_of_buf(&coded));
        found = decode(cost, decoder);
        cost->decoder += lap(mark);
        octets += coded.size;
        byte_buf_release(&coded);
        passed = cells;
        cost->flights++;
        cells = sketch_cells_for(sketch_estimate(decoder), own, theirs);
        if (cells < passed + passed / 12 + 16)
            cells = passed + passed / 12 + 16;
    }
    cost->cells += passed;
    cost->octets[cost->runs++] = octets;
}

/* One span of so many records in common. */
static void
run(struct cost *cost, struct entropy *entropy, size_t common, size_t own,
    size_t foreign)
{
    const size_t end = common + own + foreign;
    uint64_t *ids = mem_zalloc(end, sizeof(*ids));
    struct sketch *decoder;
    struct sketch *sender;
    struct salt salt;
    double mark;

    must(ids != NULL, "memory");
    entropy_fill(entropy, salt.octets, sizeof(salt.octets));
    for (size_t i = 0; i < end; i++)
        entropy_fill(entropy, &ids[i], SHORT_ID_BITS / 8);
    mark = seconds_used();
    decoder = sketch_with(&salt, ids, common + own, end, end);
    cost->decoder += lap(&mark);
    sender = sketch_with(&salt, ids, common, common + own, end);
    cost->sender += lap(&mark);
    reconcile(cost, decoder, sender, &mark);
    sketch_free(decoder);
    sketch_free(sender);
    mem_free(ids);
}

static int
compare_sizes(const void *a, const void *b)
{
    const size_t *one = a;
    const size_t *other = b;

    return (*one > *other) - (*one < *other);
}

int
main(int argc, char **argv)
{
    static struct cost cost;
    struct entropy entropy;
    size_t numbers[4];
    size_t spans;
    double runs;

    must(argc == 5, "usage: bench_sketch RECORDS OWN FOREIGN RUNS");
    for (size_t i = 0; i < 4; i++)
        numbers[i] = (size_t)strtoul(argv[i + 1], NULL, 10);
    must(numbers[1] + numbers[2] < SKETCH_IDS_MAX && numbers[3] > 0 &&
             numbers[3] <= RUNS_MAX,
         "numbers");
    must(entropy_start() == STATUS_OK, "entropy");
    entropy_init_seed(&entropy, 61);
    spans = (numbers[0] + numbers[1] + numbers[2] + SKETCH_IDS_MAX - 1) /
            SKETCH_IDS_MAX;
    for (size_t i = 0; i < numbers[3]; i++)
        run(&cost, &entropy, numbers[0] / (spans > 0 ? spans : 1), numbers[1],
            numbers[2]);
    runs = (double)cost.runs;
    qsort(cost.octets, cost.runs, sizeof(cost.octets[0]), compare_sizes);
    printf("sketch: %zu in common, %zu and %zu alone: %zu octets of cells "
           "(%zu at worst); %.0f cells in %.2f flights; "
           "sender %.2f ms, decoder %.2f ms; longest call %.2f ms, "
           "undivided %.2f ms\n",
           numbers[0], numbers[1], numbers[2], cost.octets[cost.runs / 2],
           cost.octets[cost.runs - 1], (double)cost.cells / runs,
           (double)cost.flights / runs, cost.sender / runs * 1e3,
           cost.decoder / runs * 1e3, cost.longest * 1e3, cost.undivided * 1e3);
    return 0;
}
