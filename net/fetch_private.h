/*
 * What net/fetch.c and net/fetch_take.c share.
 */
#ifndef P2PUB_NET_FETCH_PRIVATE_H
#define P2PUB_NET_FETCH_PRIVATE_H

#include "net/fetch.h"

/* The fetch of record id, or NULL. */
struct fetch *fetch_find(const struct node *node, const struct record_id *id);

/* Forget fetch, of which nothing is asked. */
void fetch_drop(struct node *node, struct fetch *fetch);

/* The same with all of that class of which nothing is asked: there is no room
 * for them, and others wait for their places. */
void fetch_drop_idle(struct node *node, enum store_class keeping);

/* Something of fetch is asked of a peer that does not stall. */
bool fetch_is_asked(const struct fetch *fetch);

/* peer sent a chunk: what it was asked for is on its way after all. */
void fetch_end_stall(struct peer *peer);

/* Set fetch->source and fetch->orphan. */
void fetch_look_for_sources(struct node *node, struct fetch *fetch);
bool fetch_may_ask(const struct fetch *fetch, const struct peer *peer);
void fetch_free_request(struct fetch_request *request, struct peer *peer);

/* Nothing of fetch is asked and nothing is left to ask: settle the record, and
 * forget the fetch. */
enum status fetch_conclude(struct node *node, struct fetch *fetch) MUST_CHECK;

/* Begin to fetch records of the store that peer may complete. */
enum status fetch_search(struct peer *peer) MUST_CHECK;

#endif
