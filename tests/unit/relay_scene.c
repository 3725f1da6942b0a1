#include "tests/unit/relay_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/relay_lines.h"

static void
add_node(struct relay_scene *scene, size_t i)
{
    scene->nodes[i] = world_add_node(&scene->world);
    relay_book_init(&scene->books[i], &scene->nodes[i]->entropy, true);
}

void
relay_scene_make(struct relay_scene *scene)
{
    memset(scene, 0, sizeof(*scene));
    world_init(&scene->world);
    for (size_t i = 0; i < RELAY_SCENE_NODES; i++)
        add_node(scene, i);
}

void
relay_scene_start(struct relay_scene *scene, size_t i)
{
    struct engine_config config;

    world_config(scene->nodes[i], &config);
    config.relays = &scene->books[i];
    assert_int_equal(world_start_with(scene->nodes[i], &config), STATUS_OK);
}

void
relay_scene_close(struct relay_scene *scene)
{
    for (size_t i = 0; i < RELAY_SCENE_NODES; i++)
        assert_int_equal(scene->nodes[i]->failure, STATUS_OK);
    world_release(&scene->world);
    for (size_t i = 0; i < RELAY_SCENE_NODES; i++)
        relay_book_release(&scene->books[i]);
}

void
relay_scene_type(struct relay_scene *scene, size_t i, uint32_t number,
                 bool open)
{
    const struct relay_line line = relay_lines_make(number, open);

    assert_int_equal(relay_book_add_typed(&scene->books[i], &line), STATUS_OK);
}

const struct relay_entry *
relay_scene_known(struct relay_scene *scene, size_t i, uint32_t number)
{
    const struct relay_line line = relay_lines_make(number, true);

    return relay_book_find(&scene->books[i], &line.key);
}

void
relay_scene_answer(struct relay_scene *scene, size_t i, uint32_t number)
{
    const struct relay_line line = relay_lines_make(number, true);
    const struct day today = {WORLD_TODAY};

    relay_book_on_answer(&scene->books[i], &line.key, &today);
}

struct world_link *
relay_scene_meet(struct relay_scene *scene, size_t i, size_t j)
{
    struct world_link *link =
        world_connect(&scene->world, scene->nodes[i], scene->nodes[j]);

    world_run(&scene->world);
    return link;
}
