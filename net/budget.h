/*
 * The memory of one node, divided: what compression streams, sketches, queues
 * and what is remembered may take, all from one number of octets.
 *
 * Each part has a size in core/limits_net.h that belongs to
 * MEMORY_DEFAULT; with other memory every part is that size times memory /
 * MEMORY_DEFAULT:
 *
 *     streams that pack        20 / 96   (STREAM_PACKS_TOTAL)
 *     streams that expand      16 / 96   (STREAM_EXPANDS_TOTAL), a quarter of
 *                                        it for deflate alone
 *     refused records          16 / 96   (REFUSED_TOTAL)
 *     ids of sketches           5 / 96   (SKETCH_IDS_TOTAL)
 *     queues of links          30 / 96   (OUTBOX_, KNOWN_, CREDIT_,
 *                                        SEND_AHEAD_, GOSSIP_AWAITED_TOTAL)
 *     records being fetched    64 / 96 MiB, 4 at least
 *     links                   256 / 96 MiB, 8 to 256
 *
 * The window that is promised for expanding is the largest up to
 * STREAM_WINDOW_LOG of which two streams fit into what zstd may take: 2 MiB
 * with 43 MiB of memory or more, 1 MiB with 27, 512 KiB with 19, 256 KiB with
 * 15, below that deflate is promised alone, while its part lasts.  A stream
 * that packs takes what it finds of its part (net/stream.h): zstd with a window
 * of 2 MiB where 16 MiB are left, 256 KiB with less effort where 1.9 are,
 * deflate where 0.4 are, and else there is none.
 *
 * One link needs something whatever the memory is (the LEAST of
 * core/limits_net.h), so the parts are no proof.  What keeps a node within
 * its memory in the end is the engine, which ends the link that holds the
 * most (net/engine.h, engine_memory).
 *
 * Source: net/PROTOCOL.md, "Memory".
 */
#ifndef P2PUB_NET_BUDGET_H
#define P2PUB_NET_BUDGET_H

#include <stddef.h>
#include <stdint.h>

struct budget {
    size_t memory;         /* octets, all of it */
    size_t stream_packs;   /* octets of memory of streams, each way */
    size_t stream_expands; /* octets, what follows included */
    size_t stream_deflate; /* octets that only deflate may take of it */
    uint8_t reach;         /* log2 of what a stream to us may reach back: that
                              of zstd, of deflate, or 0 for no stream */
    size_t sketch_ids;     /* ids */
    size_t refused;        /* records that found no room */
    size_t fetches;        /* records whose chunks are being fetched */
    size_t links;          /* open at a time */
};

/* memory is 0 for MEMORY_DEFAULT; less than MEMORY_LEAST is taken for it. */
void budget_init(struct budget *budget, size_t memory);

/* The part of a total that belongs to MEMORY_DEFAULT. */
size_t budget_part(const struct budget *budget, size_t total);

#endif
