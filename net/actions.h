/*
 * The actions of an engine, in order: those of the turn that runs, which the
 * host cannot see yet, and those that a commit released.
 */
#ifndef P2PUB_NET_ACTIONS_H
#define P2PUB_NET_ACTIONS_H

#include <stdbool.h>

#include "core/bytes.h"
#include "core/list.h"
#include "core/status.h"
#include "net/action.h"

/* One action in the queue, with the octets that its view shows. */
struct actions_item {
    struct list_node in_queue;
    struct action action;
    struct byte_buf bytes;
};

struct actions {
    struct list_node pending;   /* of this turn */
    struct list_node released;  /* of turns that were committed */
    struct actions_item *taken; /* the one that the host looks at */
};

void actions_init(struct actions *actions);
void actions_release(struct actions *actions);

/* An item made in advance, for what must not fail later; NULL without memory.
 * It goes into the queue or to actions_free_item. */
struct actions_item *actions_new_item(enum action_kind kind,
                                      struct link_id link);
void actions_free_item(struct actions_item *item);
void actions_add_item(struct actions *actions, struct actions_item *item);

/* Add an action without octets.  STATUS_NO_MEMORY. */
enum status actions_add(struct actions *actions,
                        const struct action *action) MUST_CHECK;

/* The same with the octets of from, which are moved: from is empty then. */
enum status actions_add_bytes(struct actions *actions,
                              const struct action *action,
                              struct byte_buf *from) MUST_CHECK;

/* The turn is committed: the host may take what it added. */
void actions_publish(struct actions *actions);

/* The oldest published action; its views live until the next call on
 * actions.  False when there is none. */
bool actions_take(struct actions *actions, struct action *out);

#endif
