/*
 * One link's part in telling each other of open relays.
 *
 * Whoever may be told of gives the names of the relays that it knows
 * (RELAY_NAMES), with its first messages and when there is one more.  Whoever
 * lacks one asks for its line once all else is said (ASK_RELAYS), and gets it
 * (RELAYS).  So nodes that know the same relays say nothing but the names, and
 * a node takes no more than it wants.
 *
 * What a client knows would tell its relay which client it is: it names none
 * there, gives none, and asks for all or none by chance, whatever it holds.  A
 * relay asks nobody.
 *
 * Failures as in net/compare.h.
 *
 * Source: net/PROTOCOL.md, "Relays that nodes tell of".
 */
#ifndef P2PUB_NET_RELAY_SWAP_H
#define P2PUB_NET_RELAY_SWAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/limits.h"
#include "core/status.h"
#include "net/address.h"
#include "net/relay_book.h"

struct peer;

struct relay_swap {
    bool is_client;      /* the other side is a relay that we called */
    struct address from; /* where the other side is */
    uint32_t told;       /* the book's news when names were last given */
    size_t heard;        /* RELAY_NAMES that came */
    size_t asked_of_us;  /* lines */
    size_t wanted_count; /* to be asked for */
    size_t asked_count;  /* asked for, and the answer has not come */
    uint8_t names[RELAY_ASK_MAX][RELAY_BOOK_NAME_SIZE]; /* wanted, or asked */
};

/* Begin, for a link to from. */
void relay_swap_init(struct relay_swap *swap, const struct address *from,
                     bool is_client);

/* Write the names, if there are any that may be told and that were not. */
enum status relay_swap_tell(struct peer *peer) MUST_CHECK;

/* All else is said: ask for what is wanted. */
enum status relay_swap_ask(struct peer *peer) MUST_CHECK;

/* Messages came.  STATUS_MALFORMED for what must not. */
enum status relay_swap_on_names(struct peer *peer,
                                struct byte_view body) MUST_CHECK;
enum status relay_swap_on_ask(struct peer *peer,
                              struct byte_view body) MUST_CHECK;
enum status relay_swap_on_lines(struct peer *peer,
                                struct byte_view body) MUST_CHECK;

#endif
