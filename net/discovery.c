#include "net/discovery.h"

#include <string.h>

#include "core/entropy.h"

/* A burst: milliseconds from one beacon to the next. */
static const uint32_t steps[] = {0, 1000, 2000, 4000};
static const size_t step_count = sizeof(steps) / sizeof(steps[0]);

void
discovery_init(struct discovery *discovery, const struct community *community,
               struct entropy *entropy, const uint8_t boot_id[8], bool enabled,
               struct mono_time now)
{
    memset(discovery, 0, sizeof(*discovery));
    discovery->community = *community;
    discovery->entropy = entropy;
    memcpy(discovery->boot_id, boot_id, sizeof(discovery->boot_id));
    discovery->enabled = enabled;
    discovery->next = enabled ? now : MONO_NEVER;
    bucket_init(&discovery->dials, DISCOVERY_BURST, DISCOVERY_PER_SECOND, now);
    bucket_init(&discovery->answers, DISCOVERY_BURST, DISCOVERY_PER_SECOND,
                now);
}

void
discovery_on_news(struct discovery *discovery, struct mono_time now)
{
    if (!discovery->enabled || discovery->step < step_count)
        return;
    discovery->step = 0;
    discovery->next = now;
}

struct mono_time
discovery_deadline(const struct discovery *discovery)
{
    return discovery->next;
}

static void
seal(const struct discovery *discovery, enum beacon_kind kind,
     uint8_t out[BEACON_SIZE])
{
    struct beacon beacon = {.version = BEACON_VERSION,
                            .kind = kind,
                            .hour = discovery->hour,
                            .port = discovery->port};

    memcpy(beacon.boot_id, discovery->boot_id, sizeof(beacon.boot_id));
    beacon_seal(out, &beacon, &discovery->community, discovery->entropy);
}

bool
discovery_beacon(struct discovery *discovery, uint8_t out[BEACON_SIZE],
                 struct mono_time now)
{
    uint64_t pause;

    if (!discovery->enabled || !mono_due(discovery->next, now))
        return false;
    if (discovery->step < step_count)
        discovery->step++;
    if (discovery->step < step_count)
        pause = steps[discovery->step];
    else
        pause =
            DISCOVERY_PAUSE_LEAST_MS +
            entropy_below(discovery->entropy, DISCOVERY_PAUSE_MOST_MS -
                                                  DISCOVERY_PAUSE_LEAST_MS + 1);
    discovery->next = mono_after(now, pause);
    seal(discovery, BEACON_ASK, out);
    return true;
}

static struct discovery_neighbour *
find(struct discovery *discovery, const uint8_t boot_id[8])
{
    for (size_t i = 0; i < discovery->count; i++)
        if (memcmp(discovery->neighbours[i].boot_id, boot_id, 8) == 0)
            return &discovery->neighbours[i];
    return NULL;
}

/* A place for a new neighbour: a free one, or that of the one that was not
 * heard for longest. */
static struct discovery_neighbour *
make_place(struct discovery *discovery)
{
    struct discovery_neighbour *oldest = &discovery->neighbours[0];

    if (discovery->count < DISCOVERY_NEIGHBOURS_MAX)
        return &discovery->neighbours[discovery->count++];
    for (size_t i = 1; i < discovery->count; i++)
        if (discovery->neighbours[i].heard.milliseconds <
            oldest->heard.milliseconds)
            oldest = &discovery->neighbours[i];
    return oldest;
}

static struct discovery_neighbour *
remember(struct discovery *discovery, const uint8_t boot_id[8],
         struct mono_time now)
{
    struct discovery_neighbour *entry = find(discovery, boot_id);

    if (entry == NULL) {
        entry = make_place(discovery);
        memset(entry, 0, sizeof(*entry));
        memcpy(entry->boot_id, boot_id, sizeof(entry->boot_id));
    }
    entry->heard = now;
    return entry;
}

bool
discovery_open(const struct discovery *discovery, struct beacon *out,
               struct byte_view datagram)
{
    return discovery->enabled &&
           beacon_open(out, datagram, &discovery->community) == STATUS_OK;
}

enum discovery_answer
discovery_on_beacon(struct discovery *discovery, const struct beacon *beacon,
                    bool is_linked, struct address *address,
                    uint8_t reply[BEACON_SIZE], struct mono_time now)
{
    int order = memcmp(discovery->boot_id, beacon->boot_id, 8);
    struct discovery_neighbour *neighbour;

    if (order == 0 || is_linked)
        return DISCOVERY_IGNORE;
    neighbour = remember(discovery, beacon->boot_id, now);
    if (beacon->port != 0 && (order < 0 || discovery->port == 0)) {
        if (!mono_due(neighbour->not_before, now) ||
            !bucket_take(&discovery->dials, 1, now))
            return DISCOVERY_IGNORE;
        address->port = beacon->port;
        neighbour->address = *address;
        neighbour->not_before = mono_after(now, DISCOVERY_DIAL_MS);
        return DISCOVERY_DIAL;
    }
    if (beacon->kind != BEACON_ASK || discovery->port == 0 ||
        !bucket_take(&discovery->answers, 1, now))
        return DISCOVERY_IGNORE;
    seal(discovery, BEACON_ANSWER, reply);
    return DISCOVERY_ANSWER;
}

void
discovery_on_dial_failed(struct discovery *discovery,
                         const struct address *address, struct mono_time now)
{
    for (size_t i = 0; i < discovery->count; i++) {
        struct discovery_neighbour *neighbour = &discovery->neighbours[i];

        if (!address_equal(&neighbour->address, address))
            continue;
        neighbour->backoff = neighbour->backoff == 0
                                 ? DISCOVERY_BACKOFF_LEAST_MS
                                 : neighbour->backoff * 2;
        if (neighbour->backoff > DISCOVERY_BACKOFF_MOST_MS)
            neighbour->backoff = DISCOVERY_BACKOFF_MOST_MS;
        neighbour->not_before = mono_after(now, neighbour->backoff);
    }
}

void
discovery_on_linked(struct discovery *discovery, const uint8_t boot_id[8])
{
    struct discovery_neighbour *neighbour = find(discovery, boot_id);

    if (neighbour != NULL)
        neighbour->backoff = 0;
}

void
discovery_on_unlinked(struct discovery *discovery, const uint8_t boot_id[8],
                      bool settled, struct mono_time now)
{
    struct discovery_neighbour *neighbour = find(discovery, boot_id);

    if (neighbour != NULL)
        neighbour->not_before =
            settled ? mono_after(now, DISCOVERY_REST_MS) : now;
}
