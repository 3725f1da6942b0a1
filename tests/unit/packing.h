/*
 * A stranger far away, who packs and expands streams, for tests of links that
 * are slow.
 *
 * Whatever goes wrong on the stranger's side fails the test.
 */
#ifndef P2PUB_TESTS_UNIT_PACKING_H
#define P2PUB_TESTS_UNIT_PACKING_H

#include <stdbool.h>
#include <stdint.h>

#include "core/bytes.h"
#include "net/packed.h"
#include "net/stream.h"
#include "tests/unit/engine_stranger.h"
#include "tests/unit/engine_world.h"

struct scene {
    struct world world;
    struct world_node *node;
    struct world_node *source; /* of statements for the stranger to say */
    struct stranger stranger;
    struct stream *packer; /* the stranger's */
    struct stream_setting setting;
    bool begins;          /* with what is put next */
    struct byte_view map; /* with that too */
    uint8_t forms;        /* that the stranger reads */
};

/* The stranger calls scene->node, and promises to expand as far as reach. */
void scene_call(struct scene *scene, uint8_t reach);

/* A node of that many statements, called so.  Deflate is set. */
void scene_make(struct scene *scene, uint8_t reach, uint32_t statements);

/* The stranger begins a stream that leans on prime. */
void scene_begin(struct scene *scene, struct byte_view prime);

/* Say plain, packed, declaring that it is longer by so many. */
void scene_say(struct scene *scene, struct byte_view plain, int more);

/* The plain form of a new statement, in out. */
void scene_make_plain(struct scene *scene, struct byte_buf *out,
                      uint32_t number);

/* Say it, and let so much time pass that it is acknowledged. */
void scene_say_statement(struct scene *scene, uint32_t number, int more);

/* Release it all: the node has hung up, or not, and has so many records. */
void scene_close(struct scene *scene, bool lost, uint64_t records);

#endif
