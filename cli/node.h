/*
 * The node behind share, sync, relay and publish: a home's store, trust and
 * relays with net/uv_node around them.
 */
#ifndef P2PUB_CLI_NODE_H
#define P2PUB_CLI_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/store.h"
#include "bundles/trust.h"
#include "cli/cli.h"
#include "cli/relays.h"
#include "net/uv_node.h"

struct node;

struct node_options {
    bool daemon;  /* hold the home's lock and local socket */
    bool beacons; /* find neighbours and be found */
    bool one_contact;
    size_t memory;     /* octets of its engine; 0 for what suits this machine */
    bool tells_relays; /* other nodes of the open ones */
    bool learns_relays;    /* of them from other nodes */
    const char *community; /* a file, or NULL for the open one; made by a
                              daemon when it is not there */
    /* A relay's, see cli/relay_key.h; NULL for other nodes. */
    const struct relay_key *relay;
    struct replay *replay;
    /* Called before what a turn sent leaves, and when it fails nothing does;
     * may be NULL. */
    enum status (*keep)(void *context);
    void *keep_context;
    /* Records whose deliveries are counted; the caller's. */
    const struct record_id *watched;
    uint32_t *delivered;
    size_t watched_count;
};

/* Everything but listening and dialling; free *out with node_close.  0, or the
 * exit code of an error that was said. */
int node_open(struct cli *cli, const struct node_options *options,
              struct node **out);
void node_close(struct node *node);

struct uv_node *node_host(struct node *node);
struct store *node_store(struct node *node);

/* The relays of the home. */
const struct relays *node_relays(const struct node *node);

/* How many it learned of from other nodes. */
size_t node_count_learned(const struct node *node);

/* Keep a link to every one. */
int node_add_relays(struct node *node);

/* Listen for neighbours: at text, or with NULL on a free port of IPv4 and
 * IPv6. */
int node_listen_neighbours(struct node *node, const char *text);

/* ADDRESS:PORT, with an interface's name or number behind % for a link-local
 * address; *count ports at most, parted by commas.  0 or CLI_USAGE. */
int node_parse_addresses(struct cli *cli, const char *text, struct address *out,
                         size_t *count);

/* --memory SIZE.  0 or CLI_USAGE. */
int node_parse_memory(struct cli *cli, const char *text, size_t *out);

/* uv_node_run with a progress line on a terminal; the exit code, also for a
 * signal. */
int node_run(struct node *node, uint64_t milliseconds, uint64_t discover);

/* Add received, sent, octets_in, octets_out and seconds to the document. */
void node_report(struct node *node);
void node_report_figures(struct cli *cli,
                         const struct uv_node_figures *figures);

#endif
