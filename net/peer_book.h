/*
 * The neighbours that were heard of: where they are, when they were heard and
 * met, and when they may be dialled.
 *
 * Anyone can send beacons that name anything, so that the book is bounded, and
 * one whose link was open once is not forgotten for one that was only heard.
 */
#ifndef P2PUB_NET_PEER_BOOK_H
#define P2PUB_NET_PEER_BOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/limits.h"
#include "core/time.h"
#include "net/address.h"
#include "net/message.h"

struct entropy;

struct peer_book_entry {
    uint8_t boot_id[MESSAGE_BOOT_ID_SIZE];
    struct address address; /* port 0: it cannot be dialled */
    struct mono_time heard;
    struct mono_time not_before; /* no dial until then */
    struct mono_time grace;      /* until then it is expected to dial us */
    struct mono_time dialling;   /* until then a dial is going on */
    struct mono_time answered;   /* until then it has heard of us */
    uint32_t backoff;            /* the last one, milliseconds; 0 for none */
    bool met;                    /* a link to it was open */
};

struct peer_book {
    struct entropy *entropy; /* the caller's */
    size_t count;
    struct peer_book_entry entries[PEER_BOOK_MAX];
};

void peer_book_init(struct peer_book *book, struct entropy *entropy);

/* The entry of boot_id, or NULL. */
struct peer_book_entry *peer_book_find(
    struct peer_book *book, const uint8_t boot_id[MESSAGE_BOOT_ID_SIZE]);

/* boot_id was heard, at address.  *is_new: it was not in the book.  A full book
 * forgets one at random of those that were never met, else the one that was
 * not heard for longest. */
struct peer_book_entry *peer_book_hear(
    struct peer_book *book, const uint8_t boot_id[MESSAGE_BOOT_ID_SIZE],
    const struct address *address, struct mono_time now, bool *is_new);

/* True for one that there is a link with. */
typedef bool peer_book_linked(const void *context,
                              const uint8_t boot_id[MESSAGE_BOOT_ID_SIZE]);

/* One of those that may be dialled now, any with the same chance; NULL if there
 * is none, and then *when is the first time at which there may be one.  Whoever
 * was not heard for PEER_BOOK_HEARD_MS is taken to be gone. */
struct peer_book_entry *peer_book_choose(struct peer_book *book,
                                         peer_book_linked *is_linked,
                                         const void *context,
                                         struct mono_time now,
                                         struct mono_time *when);

/* A dial to entry begins. */
void peer_book_on_dial(struct peer_book_entry *entry, struct mono_time now);

/* How many dials are going on. */
size_t peer_book_dialling(const struct peer_book *book, struct mono_time now);

/* Is one to address? */
bool peer_book_is_dialling(const struct peer_book *book,
                           const struct address *address, struct mono_time now);

/* The dial to address came to nothing: wait longer each time. */
void peer_book_on_dial_failed(struct peer_book *book,
                              const struct address *address,
                              struct mono_time now);

/* There is a link with boot_id: forget that it was hard to reach. */
void peer_book_on_linked(struct peer_book *book,
                         const uint8_t boot_id[MESSAGE_BOOT_ID_SIZE]);

#endif
