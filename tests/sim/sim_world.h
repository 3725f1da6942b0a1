/*
 * A scenario's world: who there is, what was published, who holds it and
 * since when, and the rules that hold in every run.
 *
 * Checked as it goes: an engine stores nothing that nobody published; a
 * record that was acknowledged is in that peer's store, complete, at that
 * moment and at the end; no store outgrows its budget, no engine its memory
 * at the end of any turn, nor its number of links.  What is broken is printed,
 * with the seed, and counted.
 */
#ifndef P2PUB_TESTS_SIM_SIM_WORLD_H
#define P2PUB_TESTS_SIM_SIM_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "core/key.h"
#include "core/map.h"
#include "tests/sim/sim_net.h"
#include "tests/sim/sim_node.h"

struct sim_world;

/* What the command line says. */
struct sim_options {
    uint64_t seed;
    size_t nodes;
    size_t records;
    uint32_t delay; /* mean one-way delay of broadcast, milliseconds */
    size_t degree;  /* links that each node of broadcast has, about */
    size_t memory;  /* octets of each engine, 0 for the default */
    size_t limit;   /* octets that no engine may hold; 0 for its memory */
    bool json;
    const char *trace; /* a file, or NULL */
};

struct sim_scenario {
    const char *name;
    const char *what; /* in one line */
    struct sim_options defaults;
    void (*run)(struct sim_world *world);
};

/* One that signs; made anew each time that it signs. */
struct sim_author {
    struct key_author author;
    uint8_t seed[32];
    size_t number;
};

struct sim_publication {
    struct record *record;
    size_t number;
    struct mono_time when;
    bool counted;       /* all that want it should get it */
    size_t held;        /* nodes that count and hold it, its own included */
    uint32_t *arrivals; /* of these but the first, in order: ms after when */
    uint64_t copies;    /* RECORDs that arrived and were acknowledged */
};

/* What the world knows of a node. */
struct sim_holding {
    struct sim_node *node;
    bool counted;   /* convergence asks for it */
    uint8_t *holds; /* a bit a publication: complete in its store */
    uint8_t *acked; /* a bit a publication: it said so */
};

/* A figure that one scenario alone has. */
struct sim_figure {
    const char *name; /* lives as long as the program */
    double value;
};

#define SIM_FIGURES_MAX ((size_t)16)

struct sim_world {
    const struct sim_scenario *scenario;
    struct sim_options options;
    struct sim_net *net;
    struct sim_node_owner owner;
    struct entropy entropy; /* of what is published */
    size_t node_count;
    struct sim_holding *nodes; /* room for options.nodes and 16 */
    size_t counted_nodes;
    size_t author_count;
    size_t author_capacity;
    struct sim_author **authors;
    struct map by_author;
    size_t publication_count;
    size_t publication_capacity;
    struct sim_publication **publications;
    struct map by_id;
    uint64_t copies; /* of counted publications, and of counted nodes */
    uint64_t deliveries;
    uint64_t refused;
    uint64_t links_opened;
    uint64_t links_lost;
    size_t memory_peak; /* the most that an engine held, octets */
    uint64_t links_shed;
    uint64_t broken; /* rules */
    size_t figure_count;
    struct sim_figure figures[SIM_FIGURES_MAX];
};

struct sim_world *sim_world_new(const struct sim_scenario *scenario,
                                const struct sim_options *options);
void sim_world_free(struct sim_world *world);

/* A rule does not hold: say so. */
void sim_world_broken(struct sim_world *world, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Let time pass, and look at the limits about every hour of it. */
void sim_world_pass(struct sim_world *world, uint64_t milliseconds);

/* A number from least to most; one of the nodes. */
uint64_t sim_world_between(struct sim_world *world, uint64_t least,
                           uint64_t most);
struct sim_node *sim_world_any(struct sim_world *world);

/* Report value too. */
void sim_world_figure(struct sim_world *world, const char *name, double value);

/* A node that is off.  counted: it should get all that is counted.  budget of
 * its store in octets, 0 for the default. */
struct sim_node *sim_world_add(struct sim_world *world, bool counted,
                               uint64_t budget);

/* The number of a new author. */
size_t sim_world_author(struct sim_world *world);

/* What to publish, and where. */
struct sim_statement {
    size_t author;
    size_t text;
    size_t attachment;
    int32_t day;      /* signed; 0 for today */
    const char *kind; /* NULL for a statement */
    bool uncounted;   /* nobody has to get it */
};

/* node may be off: it then finds it in its store. */
struct sim_publication *sim_world_publish(struct sim_world *world,
                                          struct sim_node *node,
                                          const struct sim_statement *what);

/* The same for a statement of one text of usual length by a new author. */
struct sim_publication *sim_world_say(struct sim_world *world,
                                      struct sim_node *node);

bool sim_world_holds(const struct sim_world *world, size_t node,
                     const struct sim_publication *publication);

/* Rules at the end (sim_check.c). */

/* Look through every store: only what was published, all that was
 * acknowledged, all texts whole. */
void sim_check_stores(struct sim_world *world);

/* Every counted node has every counted publication. */
void sim_check_converged(struct sim_world *world);

/* Links and budgets; called now and then. */
void sim_check_limits(struct sim_world *world);

/* What the engine of node holds; called after each of its turns. */
void sim_check_memory(struct sim_world *world, const struct sim_node *node);

/* Figures (sim_report.c). */

/* Print what was measured, and the hash of the trace. */
void sim_report(struct sim_world *world);

/* Milliseconds from publication until permille of the counted nodes had it;
 * UINT32_MAX for never. */
uint32_t sim_report_time(const struct sim_world *world,
                         const struct sim_publication *publication,
                         unsigned permille);

#endif
