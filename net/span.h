/*
 * Spans, short ids and slices: how two nodes name the records that they
 * compare.
 *
 * A span is a run of signed days of one of the two sets; the control set is
 * always taken whole.  A short id names a record for the length of one link:
 * s = SipHash-2-4(salt, id) mod 2^48, and 1 in place of 0, under a salt that
 * one side drew for that link.  A slice is one of 2^bits equal parts of the
 * short ids: those whose upper bits are number.
 *
 * Source: net/PROTOCOL.md, "Comparing".
 */
#ifndef P2PUB_NET_SPAN_H
#define P2PUB_NET_SPAN_H

#include <stdbool.h>
#include <stdint.h>

#include "bundles/record.h"
#include "core/hash.h"
#include "core/reader.h"
#include "core/time.h"
#include "core/writer.h"

/* Bits of a short id. */
#define SHORT_ID_BITS 48

struct span {
    enum record_set set;
    struct day first; /* DAY_FIRST in the control set */
    struct day last;  /* DAY_LAST in the control set; not before first */
};

struct slice {
    uint8_t bits;    /* 0 to LIST_BITS_MAX */
    uint32_t number; /* below 2^bits */
};

/* Drawn by one side of a link, sent in its HELLO. */
struct salt {
    uint8_t octets[HASH_SALT_SIZE];
};

/* All of set. */
struct span span_whole(enum record_set set);
bool span_equal(const struct span *a, const struct span *b);

/* Days as they travel: counted from DAY_FIRST.  A reader that meets a day
 * beyond DAY_LAST fails. */
void span_write_day(struct writer *writer, struct day day);
struct day span_read_day(struct reader *reader);

/* A span as it travels: the set, and for statements first day and length less
 * one.  A reader that meets anything else fails. */
void span_write(struct writer *writer, const struct span *span);
struct span span_read(struct reader *reader);

uint64_t short_id(const struct salt *salt, const struct record_id *id);

/* The slices that make a list of count ids short enough: bits. */
uint8_t slice_bits_for(uint64_t count);
bool slice_holds(const struct slice *slice, uint64_t short_id);

/* The short ids of a slice are base to base + 2^width - 1. */
uint64_t slice_base(const struct slice *slice);
uint8_t slice_width(const struct slice *slice);
bool slice_equal(const struct slice *a, const struct slice *b);

/* A slice as it travels. */
void slice_write(struct writer *writer, const struct slice *slice);
struct slice slice_read(struct reader *reader);

#endif
