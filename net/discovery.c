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
    discovery->choose = MONO_NEVER;
    discovery->rotate = MONO_NEVER;
    peer_book_init(&discovery->book, entropy);
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
    return mono_earlier(discovery->next,
                        mono_earlier(discovery->choose, discovery->rotate));
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

bool
discovery_open(const struct discovery *discovery, struct beacon *out,
               struct byte_view datagram)
{
    return discovery->enabled &&
           beacon_open(out, datagram, &discovery->community) == STATUS_OK;
}

void
discovery_choose_soon(struct discovery *discovery, struct mono_time now)
{
    if (discovery->book.count > 0)
        discovery->choose = mono_earlier(discovery->choose,
                                         mono_after(now, DISCOVERY_CHOOSE_MS));
}

/* Write down who sent beacon. */
static struct peer_book_entry *
note(struct discovery *discovery, const struct beacon *beacon,
     const struct address *from, struct mono_time now)
{
    struct address address = *from;
    struct peer_book_entry *entry;
    bool is_new;

    address.port = beacon->port;
    entry = peer_book_hear(&discovery->book, beacon->boot_id, &address, now,
                           &is_new);
    if (is_new && discovery->port != 0 && beacon->kind == BEACON_ASK &&
        memcmp(discovery->boot_id, beacon->boot_id, 8) > 0)
        entry->grace = mono_after(now, DISCOVERY_GRACE_MS);
    discovery_choose_soon(discovery, now);
    return entry;
}

/* Is the ask of entry to be answered?  Where many hear it, by some of them; by
 * those that need no link, once in a while. */
static bool
will_answer(struct discovery *discovery, struct peer_book_entry *entry,
            enum discovery_need need, struct mono_time now)
{
    const uint32_t hearers = (uint32_t)discovery->book.count;

    if (discovery->port == 0 || !mono_due(entry->dialling, now) ||
        (need == DISCOVERY_LATER && !mono_due(entry->answered, now)))
        return false;
    entry->answered = mono_after(now, PEER_BOOK_HEARD_MS);
    return (hearers <= DISCOVERY_ANSWERS ||
            entropy_below(discovery->entropy, hearers) < DISCOVERY_ANSWERS) &&
           bucket_take(&discovery->answers, 1, now);
}

enum discovery_answer
discovery_on_beacon(struct discovery *discovery, const struct beacon *beacon,
                    enum discovery_need need, struct address *address,
                    uint8_t reply[BEACON_SIZE], struct mono_time now)
{
    int order = memcmp(discovery->boot_id, beacon->boot_id, 8);
    struct peer_book_entry *entry;

    if (order == 0 || need == DISCOVERY_LINKED)
        return DISCOVERY_IGNORE;
    entry = note(discovery, beacon, address, now);
    /* Who answers does not dial. */
    if (need == DISCOVERY_NOW && beacon->port != 0 &&
        (order < 0 || discovery->port == 0 || beacon->kind == BEACON_ANSWER)) {
        if (!mono_due(entry->not_before, now) ||
            !bucket_take(&discovery->dials, 1, now))
            return DISCOVERY_IGNORE;
        peer_book_on_dial(entry, now);
        *address = entry->address;
        return DISCOVERY_DIAL;
    }
    if (beacon->kind != BEACON_ASK || !will_answer(discovery, entry, need, now))
        return DISCOVERY_IGNORE;
    seal(discovery, BEACON_ANSWER, reply);
    return DISCOVERY_ANSWER;
}

void
discovery_on_unlinked(struct discovery *discovery, const uint8_t boot_id[8],
                      uint64_t rest, struct mono_time now)
{
    struct peer_book_entry *entry = peer_book_find(&discovery->book, boot_id);

    if (entry == NULL)
        return;
    entry->not_before = mono_after(now, rest);
    if (memcmp(discovery->boot_id, boot_id, 8) > 0)
        entry->grace = mono_after(entry->not_before, DISCOVERY_GRACE_MS);
    discovery_choose_soon(discovery, now);
}
