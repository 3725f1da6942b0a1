#include "net/pace.h"

#include <string.h>

void
pace_init(struct pace *pace, uint64_t round)
{
    memset(pace, 0, sizeof(*pace));
    pace->slow = round >= PACE_NEAR_MS;
}

void
pace_on_octets(struct pace *pace, size_t octets)
{
    pace->sent += octets;
}

static struct pace_mark *
mark_at(struct pace *pace, size_t number)
{
    return &pace->marks[(pace->first + number) % PACE_MARKS_MAX];
}

void
pace_on_record(struct pace *pace, const uint8_t prefix[MESSAGE_PREFIX_SIZE],
               size_t octets, struct mono_time now)
{
    struct pace_mark *mark;

    pace->sent += octets;
    /* So many suffice; the last of a turn that has more is not needed. */
    if (pace->count == PACE_MARKS_MAX)
        return;
    if (pace->count > 0) {
        mark = mark_at(pace, pace->count - 1);
        if (mark->left.milliseconds == now.milliseconds &&
            pace->sent - mark->sent < PACE_MARK_OCTETS)
            return;
    }
    mark = mark_at(pace, pace->count++);
    memcpy(mark->prefix, prefix, sizeof(mark->prefix));
    mark->sent = pace->sent;
    mark->left = now;
}

/* octets arrived within elapsed; fair: no wait of ours was in that time. */
static void
measure(struct pace *pace, uint64_t octets, uint64_t elapsed, bool fair)
{
    uint64_t rate = octets * 1000 / (elapsed > 0 ? elapsed : 1);

    if (!fair && rate < PACE_SLOW_RATE)
        return;
    pace->rate = rate;
    /* A quarter between the two, so that a link near the limit stays. */
    if (rate < PACE_SLOW_RATE)
        pace->slow = true;
    else if (rate >= PACE_SLOW_RATE + PACE_SLOW_RATE / 4)
        pace->slow = false;
}

void
pace_on_ack(struct pace *pace, const uint8_t prefix[MESSAGE_PREFIX_SIZE],
            bool waits, struct mono_time now)
{
    struct pace_mark found;
    uint64_t octets;
    size_t number;
    bool together;

    for (number = 0; number < pace->count; number++)
        if (memcmp(mark_at(pace, number)->prefix, prefix,
                   sizeof(found.prefix)) == 0)
            break;
    if (number == pace->count)
        return;
    found = *mark_at(pace, number);
    pace->first = (pace->first + number + 1) % PACE_MARKS_MAX;
    pace->count -= number + 1;

    octets = found.sent - pace->base.sent;
    together = pace->has_base &&
               found.left.milliseconds == pace->base.left.milliseconds;
    if (pace->has_base && octets < PACE_LEAST)
        return;
    if (pace->has_base)
        measure(pace, octets, mono_between(pace->base_acked, now),
                together || (pace->base_waits && waits));
    /* With nothing in flight the link rests, and that is no measure of it. */
    pace->has_base = pace->count > 0 || waits;
    pace->base = found;
    pace->base_acked = now;
    pace->base_waits = waits;
}
