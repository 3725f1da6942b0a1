/*
 * Two ends of a link in one process, for tests of net/.
 */
#ifndef P2PUB_TESTS_UNIT_LINKS_H
#define P2PUB_TESTS_UNIT_LINKS_H

#include "core/bytes.h"
#include "core/dh.h"
#include "core/entropy.h"
#include "net/replay.h"
#include "net/session.h"

/* An hour of 2026. */
#define LINKS_HOUR 492000U

/* A relay, its client, and what both draw. */
struct links {
    struct entropy entropy;
    struct dh_secret relay_secret;
    struct replay *replay;
    struct session_config called;  /* the responder's */
    struct session_config calling; /* the initiator's */
};

/* What a session reported, until it wanted more. */
struct links_heard {
    int silent;
    int broken;
    int ended;
    int called;
    int opened;
    struct byte_buf messages;
};

/* Relay and client, or neighbours, that fit; everything from one seed. */
void links_init(struct links *links, enum session_pattern pattern,
                struct shape shape);
void links_release(struct links *links);

/* The shape that text names. */
struct shape links_shape(const char *text);

/* A session that calls, and one that is called. */
struct session *links_call(struct links *links);
struct session *links_listen(struct links *links);

void links_heard_init(struct links_heard *heard);
void links_heard_release(struct links_heard *heard);

/* Feed octets, step at a time, and note what is reported; SESSION_CALLED is
 * answered with payload "welcome". */
void links_feed(struct session *session, struct byte_view octets, size_t step,
                struct links_heard *heard);

/* Feed to's with all output of from. */
void links_pass(struct session *from, struct session *to, size_t step,
                struct links_heard *heard);

/* Bring both to an open link. */
void links_open(struct links *links, struct session **caller,
                struct session **called);

#endif
