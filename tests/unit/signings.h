/*
 * Co-signatures and withdrawals for tests: author is a key of
 * tests/unit/records.h, the day that of 1970 plus sequence.
 *
 * What cannot be made fails the cmocka test that runs.  Free with record_free.
 */
#ifndef P2PUB_TESTS_UNIT_SIGNINGS_H
#define P2PUB_TESTS_UNIT_SIGNINGS_H

#include <stdint.h>

#include "bundles/record.h"

/* name may be NULL: for all of the record. */
struct record *signings_cosign(uint8_t author, uint32_t sequence,
                               const struct record_id *signs, const char *name);
struct record *signings_withdraw(uint8_t author, uint32_t sequence,
                                 const struct record_id *withdraws,
                                 const char *reason);

/* A statement by author that names authors first to last as signatories, with
 * one text, statement.md. */
struct record *signings_joint(uint8_t author, uint32_t sequence, uint8_t first,
                              uint8_t last);

#endif
