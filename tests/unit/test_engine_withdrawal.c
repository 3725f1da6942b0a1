/* A node that holds a withdrawal hands the statement out with it: wherever a
 * contact is cut, nobody has the statement alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/entropy.h"
#include "net/engine.h"
#include "tests/unit/engine_world.h"

/* Octets between two cuts. */
#define STEP 13

struct scene {
    struct world world;
    struct world_node *holder;
    struct world_node *other;
    struct record_id statement;
    struct record_id withdrawal;
};

static void
scene_begin(struct scene *scene)
{
    world_init(&scene->world);
    scene->holder = world_add_node(&scene->world);
    scene->other = world_add_node(&scene->world);
}

/* The statement is new and small, the withdrawal old: nothing else than its
 * kind puts it in front. */
static void
scene_put(struct scene *scene)
{
    scene->statement = world_put(
        scene->holder,
        &(struct world_statement){.number = 1, .day = WORLD_TODAY, .text = 50});
    scene->withdrawal = world_put(
        scene->holder, &(struct world_statement){.number = 2,
                                                 .day = WORLD_TODAY - 900,
                                                 .kind = "withdraw"});
}

static void
scene_start(struct scene *scene)
{
    assert_int_equal(world_start(scene->holder), STATUS_OK);
    assert_int_equal(world_start(scene->other), STATUS_OK);
}

static void
scene_call(struct scene *scene, bool by_holder)
{
    (void)world_connect(&scene->world, by_holder ? scene->holder : scene->other,
                        by_holder ? scene->other : scene->holder);
}

/* What arrived before the cut; returns whether all of it did. */
static bool
scene_end(struct scene *scene)
{
    bool has_statement = world_has(scene->other, &scene->statement);

    if (has_statement)
        assert_true(world_has(scene->other, &scene->withdrawal));
    world_release(&scene->world);
    return has_statement;
}

/* Both were there before the contact. */
static bool
meet(uint64_t cut, bool by_holder)
{
    struct scene scene;

    scene_begin(&scene);
    scene_put(&scene);
    scene_start(&scene);
    scene.world.cut = cut;
    scene_call(&scene, by_holder);
    world_run(&scene.world);
    return scene_end(&scene);
}

/* Both come over a link that is there already, the statement first. */
static bool
come(uint64_t cut, bool by_holder)
{
    struct scene scene;

    scene_begin(&scene);
    scene_start(&scene);
    scene_call(&scene, by_holder);
    world_run(&scene.world);
    scene.world.cut = cut;
    scene_put(&scene);
    assert_int_equal(engine_on_published(scene.holder->engine, &scene.statement,
                                         scene.world.now),
                     STATUS_OK);
    assert_int_equal(engine_on_published(scene.holder->engine,
                                         &scene.withdrawal, scene.world.now),
                     STATUS_OK);
    world_run(&scene.world);
    return scene_end(&scene);
}

static void
cut_everywhere(bool (*contact)(uint64_t cut, bool by_holder))
{
    for (int by_holder = 0; by_holder < 2; by_holder++) {
        uint64_t cut = 0;

        while (!contact(cut, by_holder == 1)) {
            cut += STEP;
            assert_true(cut < 100000);
        }
        assert_true(cut > 0);
    }
}

static void
test_at_a_contact(void **state)
{
    (void)state;
    cut_everywhere(meet);
}

static void
test_over_a_link(void **state)
{
    (void)state;
    cut_everywhere(come);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_at_a_contact),
        cmocka_unit_test(test_over_a_link),
    };

    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
