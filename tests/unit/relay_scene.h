/*
 * Nodes that know relays, for tests of what they tell each other.
 *
 * What cannot be made fails the cmocka test that runs.
 */
#ifndef P2PUB_TESTS_UNIT_RELAY_SCENE_H
#define P2PUB_TESTS_UNIT_RELAY_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/relay_book.h"
#include "tests/unit/engine_stranger.h"
#include "tests/unit/engine_world.h"

#define RELAY_SCENE_NODES 3

struct relay_scene {
    struct world world;
    struct world_node *nodes[RELAY_SCENE_NODES];
    struct relay_book books[RELAY_SCENE_NODES];
    struct stranger stranger; /* for whoever wants one */
};

/* Nodes whose engines do not run yet. */
void relay_scene_make(struct relay_scene *scene);
void relay_scene_start(struct relay_scene *scene, size_t i);

/* Fails if an engine did. */
void relay_scene_close(struct relay_scene *scene);

/* Somebody types relay number of relay_lines_make at node i. */
void relay_scene_type(struct relay_scene *scene, size_t i, uint32_t number,
                      bool open);

/* What node i knows of it, or NULL. */
const struct relay_entry *relay_scene_known(struct relay_scene *scene, size_t i,
                                            uint32_t number);

/* It answered node i. */
void relay_scene_answer(struct relay_scene *scene, size_t i, uint32_t number);

/* Node i calls node j, and both say what they have to say. */
struct world_link *relay_scene_meet(struct relay_scene *scene, size_t i,
                                    size_t j);

#endif
