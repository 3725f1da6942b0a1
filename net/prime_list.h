/*
 * PRIME: the texts that its sender has and that a compression stream to it may
 * lean on.
 *
 * The records are named by the upper 32 bits of their short ids: whoever reads
 * the list looks for them among its own of the same days, which are few.
 *
 * Source: net/PROTOCOL.md, "Primes".
 */
#ifndef P2PUB_NET_PRIME_LIST_H
#define P2PUB_NET_PRIME_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/limits.h"
#include "core/status.h"
#include "net/span.h"

#define PRIME_ID_BITS 32

struct prime_list {
    struct span span;                /* of statements */
    size_t count;                    /* 1 to PRIME_RECORDS_MAX */
    uint64_t ids[PRIME_RECORDS_MAX]; /* ascending, below 2^PRIME_ID_BITS */
};

/* What names id in a list under salt. */
uint64_t prime_id(const struct salt *salt, const struct record_id *id);

/* Append the message.  STATUS_NO_MEMORY, STATUS_TOO_LARGE. */
enum status prime_list_write(struct byte_buf *out,
                             const struct prime_list *list) MUST_CHECK;

/* STATUS_MALFORMED. */
enum status prime_list_read(struct prime_list *out,
                            struct byte_view body) MUST_CHECK;

#endif
