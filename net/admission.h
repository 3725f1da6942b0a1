/*
 * Callers that have not shown that they know the secret: how many there may
 * be, and who has to go.
 *
 * A listener never answers a stranger and never closes first (SECURITY.md b),
 * so that strangers stay until they leave, or until their place is needed: at
 * a cap the oldest that is drained already goes, of the same prefix of
 * addresses if that is what is full.
 */
#ifndef P2PUB_NET_ADMISSION_H
#define P2PUB_NET_ADMISSION_H

#include <stdbool.h>
#include <stddef.h>

#include "core/list.h"
#include "net/address.h"

/* One caller; embedded in whatever the owner keeps of it. */
struct admission_entry {
    struct list_node in_order; /* private */
    struct address prefix;     /* private */
    bool silent;               /* it is drained: set it when that begins */
};

struct admission {
    struct list_node order; /* private: the oldest first */
    size_t count;
};

void admission_init(struct admission *admission);

/* The entry that has to leave before a caller from address may enter, or
 * NULL.  The owner evicts it and calls admission_leave. */
struct admission_entry *admission_victim(const struct admission *admission,
                                         const struct address *address);

void admission_enter(struct admission *admission, struct admission_entry *entry,
                     const struct address *address);

/* An entry that was never entered, or has left, is fine. */
void admission_leave(struct admission *admission,
                     struct admission_entry *entry);
void admission_entry_init(struct admission_entry *entry);

/* Entries that are silent. */
size_t admission_silent(const struct admission *admission);

#endif
