/*
 * A hand on the other end of an engine's link: it knows the secret, shakes
 * hands, and then says whatever a test wants it to say.
 */
#ifndef P2PUB_TESTS_UNIT_ENGINE_STRANGER_H
#define P2PUB_TESTS_UNIT_ENGINE_STRANGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/entropy.h"
#include "net/message.h"
#include "net/message_stream.h"
#include "net/session.h"
#include "tests/unit/engine_world.h"

struct stranger {
    struct world_node *node;
    struct link_id link;
    struct entropy entropy;
    struct session *session;
    struct message_stream inbox; /* what the engine said */
    struct byte_buf out;         /* what is said next */
    struct message_hello theirs; /* only valid once it came */
    struct salt salt;
    bool ended; /* the engine said its last words, or hung up */
    bool lost;  /* it hung up without them */
};

/* Call node and shake hands; HELLO is not said yet. */
void stranger_call(struct stranger *stranger, struct world_node *node);

/* The same, and say HELLO. */
void stranger_greet(struct stranger *stranger, struct world_node *node);

/* The same, and take theirs and the summary. */
void stranger_meet(struct stranger *stranger, struct world_node *node);
void stranger_release(struct stranger *stranger);

/* Say what out holds, and let the engine work until it rests. */
void stranger_say(struct stranger *stranger);

/* Let the engine work. */
void stranger_wait(struct stranger *stranger);

/* Take the next message of that type out of the inbox, skipping others; false
 * if there is none. */
bool stranger_hears(struct stranger *stranger, enum message_type type,
                    struct message *message);

/* Append the RECORD of id as node holds it to out. */
void stranger_put_record(struct stranger *stranger, struct world_node *node,
                         const struct record_id *id);

#endif
