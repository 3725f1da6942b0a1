/*
 * Timers as values: a set of deadlines, the earliest first.
 *
 * A struct that waits holds a struct deadline; at most one time is set for
 * each.  Equal times fall due in the order in which they were set, so that a
 * run can be repeated exactly.
 */
#ifndef P2PUB_CORE_DEADLINES_H
#define P2PUB_CORE_DEADLINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"
#include "core/time.h"

struct deadline {
    struct mono_time when; /* private; only valid when place > 0 */
    uint64_t order;        /* private */
    size_t place;          /* private: 1 + index in the heap, 0 if not set */
};

struct deadlines {
    struct deadline **heap; /* private */
    size_t count;
    size_t capacity;
    uint64_t order;
};

void deadlines_init(struct deadlines *deadlines);

/* Free the set; a deadline that was in it is not touched, and is initialised
 * again before it is used again. */
void deadlines_release(struct deadlines *deadlines);

/* Make room for count deadlines, so that setting them cannot fail. */
enum status deadlines_reserve(struct deadlines *deadlines,
                              size_t count) MUST_CHECK;

/* deadline starts unset; its memory stays the caller's. */
void deadline_init(struct deadline *deadline);
bool deadline_is_set(const struct deadline *deadline);

/* Set or move deadline; STATUS_NO_MEMORY if no room was reserved. */
enum status deadlines_set(struct deadlines *deadlines,
                          struct deadline *deadline,
                          struct mono_time when) MUST_CHECK;
void deadlines_cancel(struct deadlines *deadlines, struct deadline *deadline);

/* The earliest time set, or MONO_NEVER. */
struct mono_time deadlines_next(const struct deadlines *deadlines);

/* Take out the earliest deadline due at now, or NULL. */
struct deadline *deadlines_take_due(struct deadlines *deadlines,
                                    struct mono_time now);

#endif
