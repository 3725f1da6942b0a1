/*
 * What a run has measured, for people and as JSON.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "tests/sim/sim_world.h"

/* Ages at which coverage is told, milliseconds. */
static const uint64_t ages[] = {
    100,     300,         1000,        3000,       10000,
    30000,   SIM_MINUTE,  600000,      SIM_HOUR,   6 * SIM_HOUR,
    SIM_DAY, 2 * SIM_DAY, 4 * SIM_DAY, 7 * SIM_DAY};

#define AGE_COUNT (sizeof(ages) / sizeof(ages[0]))

/* Parts of the counted nodes, per mille, whose times are told. */
static const unsigned parts[] = {500, 900, 990, 1000};

#define PART_COUNT (sizeof(parts) / sizeof(parts[0]))

struct figures {
    double coverage[AGE_COUNT];   /* share of what should arrive */
    uint32_t typical[PART_COUNT]; /* the median publication's */
    uint32_t worst[PART_COUNT];
    size_t counted;
    uint64_t wire;
    uint64_t octets;
    char trace[65];
};

uint32_t
sim_report_time(const struct sim_world *world,
                const struct sim_publication *publication, unsigned permille)
{
    size_t needed = (world->counted_nodes * permille + 999) / 1000;

    if (needed == 0 || publication->held < needed)
        return UINT32_MAX;
    return publication->arrivals[needed - 1];
}

static int
compare_times(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a;
    const uint32_t y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static void
measure_times(struct figures *figures, const struct sim_world *world)
{
    uint32_t *times =
        sim_alloc((world->publication_count + 1) * sizeof(*times));

    for (size_t part = 0; part < PART_COUNT; part++) {
        size_t count = 0;

        for (size_t i = 0; i < world->publication_count; i++)
            if (world->publications[i]->counted)
                times[count++] =
                    sim_report_time(world, world->publications[i], parts[part]);
        if (count == 0)
            continue;
        qsort(times, count, sizeof(*times), compare_times);
        figures->typical[part] = times[count / 2];
        figures->worst[part] = times[count - 1];
    }
    mem_free(times);
}

static void
measure_coverage(struct figures *figures, const struct sim_world *world)
{
    for (size_t age = 0; age < AGE_COUNT; age++) {
        uint64_t there = 0;
        uint64_t asked = 0;

        for (size_t i = 0; i < world->publication_count; i++) {
            const struct sim_publication *publication = world->publications[i];

            if (!publication->counted)
                continue;
            asked += world->counted_nodes;
            for (size_t j = 0; j < publication->held; j++)
                if (publication->arrivals[j] <= ages[age])
                    there++;
        }
        figures->coverage[age] = asked == 0 ? 0 : (double)there / (double)asked;
    }
}

static void
measure(struct figures *figures, struct sim_world *world)
{
    uint8_t hash[32];

    *figures = (struct figures){.counted = 0};
    for (size_t i = 0; i < world->publication_count; i++)
        figures->counted += world->publications[i]->counted;
    measure_times(figures, world);
    measure_coverage(figures, world);
    for (size_t i = 0; i < world->node_count; i++)
        if (world->nodes[i].node->engine != NULL)
            world->links_shed +=
                engine_figures(world->nodes[i].node->engine).links_shed;
    figures->wire = sim_net_wire(world->net);
    figures->octets = sim_net_octets(world->net);
    sim_net_trace_end(world->net, hash);
    for (size_t i = 0; i < sizeof(hash); i++)
        snprintf(figures->trace + 2 * i, 3, "%02x", hash[i]);
}

/* a / b, or 0. */
static double
ratio(uint64_t a, uint64_t b)
{
    return b == 0 ? 0 : (double)a / (double)b;
}

static void
print_json(const struct sim_world *world, const struct figures *figures)
{
    printf("{\"scenario\": \"%s\", \"seed\": %llu, \"nodes\": %zu, "
           "\"counted_nodes\": %zu, \"publications\": %zu, "
           "\"counted_publications\": %zu, \"virtual_ms\": %llu, ",
           world->scenario->name, (unsigned long long)world->options.seed,
           world->node_count, world->counted_nodes, world->publication_count,
           figures->counted, (unsigned long long)world->net->now.milliseconds);
    printf("\"coverage\": [");
    for (size_t i = 0; i < AGE_COUNT; i++)
        printf("%s{\"ms\": %llu, \"share\": %.4f}", i == 0 ? "" : ", ",
               (unsigned long long)ages[i], figures->coverage[i]);
    printf("], ");
    for (size_t i = 0; i < PART_COUNT; i++) {
        const unsigned percent = parts[i] / 10;

        if (figures->typical[i] == UINT32_MAX)
            printf("\"t%u_ms\": null, ", percent);
        else
            printf("\"t%u_ms\": %u, ", percent, figures->typical[i]);
        if (figures->worst[i] == UINT32_MAX)
            printf("\"t%u_worst_ms\": null, ", percent);
        else
            printf("\"t%u_worst_ms\": %u, ", percent, figures->worst[i]);
    }
    printf("\"octets\": %llu, \"wire_octets\": %llu, \"beacon_octets\": %llu, "
           "\"deliveries\": %llu, \"octets_per_delivery\": %.1f, "
           "\"duplicates\": %llu, \"copies_per_delivery\": %.3f, ",
           (unsigned long long)figures->octets,
           (unsigned long long)figures->wire,
           (unsigned long long)world->net->beacon_wire,
           (unsigned long long)world->deliveries,
           ratio(figures->wire, world->deliveries),
           (unsigned long long)(world->copies - world->deliveries),
           ratio(world->copies, world->deliveries));
    for (size_t i = 0; i < world->figure_count; i++)
        printf("\"%s\": %.3f, ", world->figures[i].name,
               world->figures[i].value);
    printf("\"memory_peak\": %zu, \"links_shed\": %llu, ", world->memory_peak,
           (unsigned long long)world->links_shed);
    printf("\"links_opened\": %llu, \"links_lost\": %llu, \"refused\": %llu, "
           "\"events\": %llu, \"broken\": %llu, \"trace\": \"%s\"}\n",
           (unsigned long long)world->links_opened,
           (unsigned long long)world->links_lost,
           (unsigned long long)world->refused,
           (unsigned long long)world->net->steps,
           (unsigned long long)world->broken, figures->trace);
}

static void
print_time(uint32_t milliseconds)
{
    if (milliseconds == UINT32_MAX)
        printf("    never");
    else if (milliseconds < 100 * SIM_SECOND)
        printf(" %6u ms", milliseconds);
    else if (milliseconds < 10 * SIM_HOUR)
        printf(" %5.1f min", milliseconds / (double)SIM_MINUTE);
    else
        printf(" %7.1f h", milliseconds / (double)SIM_HOUR);
}

static void
print_text(const struct sim_world *world, const struct figures *figures)
{
    printf("%s, seed %llu: %zu nodes (%zu counted), %zu publications (%zu "
           "counted), %.1f hours\n",
           world->scenario->name, (unsigned long long)world->options.seed,
           world->node_count, world->counted_nodes, world->publication_count,
           figures->counted,
           (double)world->net->now.milliseconds / (double)SIM_HOUR);
    for (size_t i = 0; i < AGE_COUNT; i++) {
        if (i > 0 && figures->coverage[i - 1] >= 1)
            break;
        printf("  after");
        print_time((uint32_t)ages[i]);
        printf(" %6.2f %% are there\n", 100 * figures->coverage[i]);
    }
    for (size_t i = 0; i < PART_COUNT; i++) {
        printf("  %3u %% of nodes: typically", parts[i] / 10);
        print_time(figures->typical[i]);
        printf(", at worst");
        print_time(figures->worst[i]);
        printf("\n");
    }
    printf("  %llu delivered, %llu twice (%.3f copies each), %.0f octets "
           "each with headers, %llu in all; %llu of beacons\n",
           (unsigned long long)world->deliveries,
           (unsigned long long)(world->copies - world->deliveries),
           ratio(world->copies, world->deliveries),
           ratio(figures->wire, world->deliveries),
           (unsigned long long)figures->wire,
           (unsigned long long)world->net->beacon_wire);
    for (size_t i = 0; i < world->figure_count; i++)
        printf("  %s %.3f\n", world->figures[i].name, world->figures[i].value);
    printf("  %zu octets of memory in the engine that held most; %llu links "
           "shed for it\n",
           world->memory_peak, (unsigned long long)world->links_shed);
    printf("  %llu links, %llu lost; %llu refused; %llu events; trace %s\n",
           (unsigned long long)world->links_opened,
           (unsigned long long)world->links_lost,
           (unsigned long long)world->refused,
           (unsigned long long)world->net->steps, figures->trace);
}

void
sim_report(struct sim_world *world)
{
    struct figures figures;

    measure(&figures, world);
    if (world->options.json)
        print_json(world, &figures);
    else
        print_text(world, &figures);
}
