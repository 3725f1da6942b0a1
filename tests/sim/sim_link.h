/*
 * A connection as the simulator sees it: two pipes, each with a delay, a rate
 * and losses, that can be cut at any time.
 *
 * Links are TCP, so that a lost segment is only late, and all behind it with
 * it.  Not modelled: slow start, and that two links of one house share a
 * line.
 *
 * Whoever holds a link gives it octets (sim_link_send), comes back when
 * sim_link_next is due, and takes what happened (sim_link_step) until nothing
 * is left.
 */
#ifndef P2PUB_TESTS_SIM_SIM_LINK_H
#define P2PUB_TESTS_SIM_SIM_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/entropy.h"
#include "core/list.h"
#include "core/time.h"

/* Octets around each segment: Ethernet 18, IPv4 20, TCP with timestamps 32. */
#define SIM_SEGMENT_HEADERS ((size_t)70)
#define SIM_SEGMENT_SIZE    ((size_t)1448)
/* Around a datagram: Ethernet, IPv4, UDP. */
#define SIM_DATAGRAM_HEADERS ((size_t)46)
/* The least time before TCP sends again, milliseconds. */
#define SIM_RETRANSMIT_MS 200

/* What a road is like, in either direction. */
struct sim_road {
    uint32_t delay;  /* one way, milliseconds */
    uint32_t rate;   /* octets a second; 0 for no bound */
    uint32_t losses; /* segments of 10,000 that are lost */
};

/* Octets on their way, or the end of the stream. */
struct sim_piece {
    struct list_node in_pipe;
    bool is_end;
    bool left;                /* it is on the wire */
    uint64_t leaves;          /* microseconds */
    struct mono_time arrives; /* not before those in front */
    size_t size;
    uint8_t octets[];
};

/* One direction. */
struct sim_pipe {
    struct list_node pieces; /* the oldest first */
    size_t unsent;           /* octets that wait for the line */
    uint64_t line_free;      /* microseconds: when the line can take more */
    struct mono_time last;   /* arrival of the youngest piece */
    uint64_t octets;         /* given to it so far */
    uint64_t wire;           /* the same with headers and TCP's own answers */
};

struct sim_link {
    struct sim_road road;
    struct sim_pipe pipes[2]; /* from end 0, from end 1 */
    bool ended[2];            /* that end was told of the end */
    struct mono_time lost[2]; /* when that end notices a cut */
    bool cut;
};

void sim_link_init(struct sim_link *link, const struct sim_road *road,
                   struct mono_time now);
void sim_link_release(struct sim_link *link);

/* End from sends octets.  Behind a cut or an end they are dropped. */
void sim_link_send(struct sim_link *link, size_t from, struct byte_view octets,
                   struct entropy *entropy, struct mono_time now);

/* End from closes, behind all that it sent. */
void sim_link_close(struct sim_link *link, size_t from, struct mono_time now);

/*
 * The road is gone.  Of what was on its way a part may still arrive; the ends
 * notice after so many milliseconds.
 */
void sim_link_cut(struct sim_link *link, const uint32_t notice[2],
                  struct entropy *entropy, struct mono_time now);

enum sim_link_event {
    SIM_LINK_NOTHING,
    SIM_LINK_ARRIVED, /* octets for end */
    SIM_LINK_WRITTEN, /* pipes[end].unsent became less */
    SIM_LINK_ENDED    /* the connection is over for end */
};

/* What happened by now; *end says where.  *piece comes with
 * SIM_LINK_ARRIVED: free it with mem_free. */
enum sim_link_event sim_link_step(struct sim_link *link, struct mono_time now,
                                  size_t *end, struct sim_piece **piece);

/* When sim_link_step has something to say; MONO_NEVER for nothing. */
struct mono_time sim_link_next(const struct sim_link *link);

/* Both ends know that it is over. */
bool sim_link_is_over(const struct sim_link *link);

#endif
