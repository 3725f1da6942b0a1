#include "net/budget.h"

#include "core/limits.h"
#include "net/refused.h"
#include "net/stream.h"

/* Places that a node has, however little memory it has. */
static const size_t links_least = 8;
static const size_t fetches_least = 4;

size_t
budget_part(const struct budget *budget, size_t total)
{
    static const uint64_t unit = 1024;

    return (size_t)((uint64_t)total * (budget->memory / unit) /
                    (MEMORY_DEFAULT / unit));
}

/* What is promised: the largest window that two streams have room for. */
static uint8_t
reach_of(const struct budget *budget)
{
    const struct stream_setting deflate = {STREAM_DEFLATE, STREAM_REACH_DEFLATE,
                                           1};
    const size_t room = budget->stream_expands - budget->stream_deflate;
    struct stream_setting zstd = {STREAM_ZSTD, STREAM_WINDOW_LOG, 1};

    for (; stream_has(STREAM_ZSTD) && zstd.window_log >= STREAM_WINDOW_LOG_MIN;
         zstd.window_log--)
        if (2 * stream_memory(&zstd, STREAM_EXPANDS) <= room)
            return zstd.window_log;
    return stream_memory(&deflate, STREAM_EXPANDS) <= budget->stream_expands
               ? STREAM_REACH_DEFLATE
               : 0;
}

void
budget_init(struct budget *budget, size_t memory)
{
    budget->memory = memory == 0 ? MEMORY_DEFAULT : memory;
    if (budget->memory < MEMORY_LEAST)
        budget->memory = MEMORY_LEAST;
    budget->stream_packs = budget_part(budget, STREAM_PACKS_TOTAL);
    budget->stream_expands = budget_part(budget, STREAM_EXPANDS_TOTAL);
    budget->stream_deflate = budget_part(budget, STREAM_EXPANDS_DEFLATE);
    budget->reach = reach_of(budget);
    budget->sketch_ids = budget_part(budget, SKETCH_IDS_TOTAL);
    budget->refused =
        budget_part(budget, REFUSED_TOTAL) / sizeof(struct refused_entry);
    budget->fetches = budget_part(budget, FETCHES_MAX);
    if (budget->fetches < fetches_least)
        budget->fetches = fetches_least;
    if (budget->fetches > FETCHES_MAX)
        budget->fetches = FETCHES_MAX;
    budget->links = budget_part(budget, LINKS_OPEN_MAX);
    if (budget->links < links_least)
        budget->links = links_least;
    if (budget->links > LINKS_OPEN_MAX)
        budget->links = LINKS_OPEN_MAX;
}
