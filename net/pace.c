#include "net/pace.h"

#include <string.h>

void
pace_init(struct pace *pace, uint64_t round)
{
    memset(pace, 0, sizeof(*pace));
    pace->limit = PACE_SLOW_RATE;
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
    /* So many suffice; the others are measured with a later one. */
    if (pace->count == PACE_MARKS_MAX ||
        (pace->count > 0 &&
         pace->sent - mark_at(pace, pace->count - 1)->sent < PACE_MARK_OCTETS))
        return;
    mark = mark_at(pace, pace->count++);
    memcpy(mark->prefix, prefix, sizeof(mark->prefix));
    mark->sent = pace->sent;
    mark->left = now;
}

static uint64_t
rate_of(uint64_t octets, struct mono_time from, struct mono_time to)
{
    const uint64_t elapsed = mono_between(from, to);

    return octets * 1000 / (elapsed > 0 ? elapsed : 1);
}

/* Remove the marks up to that of prefix; false if there is none. */
static bool
take_mark(struct pace *pace, const uint8_t prefix[MESSAGE_PREFIX_SIZE],
          struct pace_mark *out)
{
    for (size_t i = 0; i < pace->count; i++) {
        *out = *mark_at(pace, i);
        if (memcmp(out->prefix, prefix, sizeof(out->prefix)) != 0)
            continue;
        pace->first = (pace->first + i + 1) % PACE_MARKS_MAX;
        pace->count -= i + 1;
        return true;
    }
    return false;
}

/* Milliseconds of waiting until now. */
static uint64_t
waited(const struct pace *pace, struct mono_time now)
{
    return pace->waited +
           (pace->waits ? mono_between(pace->waits_from, now) : 0);
}

void
pace_on_unsent(struct pace *pace, size_t octets, struct mono_time now)
{
    pace->waited = waited(pace, now);
    pace->waits = octets > 0;
    pace->waits_from = now;
}

void
pace_on_ack(struct pace *pace, const uint8_t prefix[MESSAGE_PREFIX_SIZE],
            struct mono_time now)
{
    const uint64_t span = mono_between(pace->base_acked, now);
    struct pace_mark found;
    uint64_t octets;
    uint64_t least;

    if (!take_mark(pace, prefix, &found))
        return;
    if (pace->has_base) {
        octets = found.sent - pace->base.sent;
        if (span < PACE_SPAN_MS || octets < PACE_LEAST)
            return;
        pace->rate = rate_of(octets, pace->base_acked, now);
        least = rate_of(octets, pace->base.left, now);
        /* A quarter between the two, so that a link near the limit stays. */
        if (least >= pace->limit + pace->limit / 4)
            pace->slow = false;
        else if (pace->rate < pace->limit &&
                 waited(pace, now) - pace->base_waited >= span / 2)
            pace->slow = true;
    }
    /* With nothing in flight the link rests, and that is no measure of it. */
    pace->has_base = pace->count > 0 || pace->waits;
    pace->base = found;
    pace->base_acked = now;
    pace->base_waited = waited(pace, now);
}

void
pace_on_packed(struct pace *pace, size_t octets, size_t plain,
               struct mono_time now)
{
    uint64_t span;

    if (pace->packed == 0) {
        pace->packed_from = now;
        pace->packed_waited = waited(pace, now);
        pace->plain = 0;
        pace->dry = false;
    }
    pace->packed += octets;
    pace->plain += plain;
    if (pace->packed < PACE_DRY)
        return;
    span = mono_between(pace->packed_from, now);
    pace->dry =
        (waited(pace, now) - pace->packed_waited) * 4 < span || span == 0;
    if (!pace->dry)
        pace->packed = 0;
}

void
pace_on_pause(struct pace *pace)
{
    pace->packed = 0;
    pace->dry = false;
}

bool
pace_is_dry(const struct pace *pace)
{
    return pace->dry;
}

void
pace_eased(struct pace *pace)
{
    pace_on_pause(pace);
}

void
pace_give_up(struct pace *pace, struct mono_time now)
{
    const uint64_t plain = rate_of(pace->plain, pace->packed_from, now);

    if (plain / PACE_STORED_RATIO < pace->limit)
        pace->limit = plain / PACE_STORED_RATIO;
    pace->slow = false;
    pace->has_base = false;
    pace_on_pause(pace);
}
