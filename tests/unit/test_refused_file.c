/* The file of a home in which a node finds again what had no room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bundles/store_mem.h"
#include "cli/home.h"
#include "cli/refused_file.h"
#include "core/file.h"
#include "core/mem.h"
#include "net/community.h"
#include "net/refused_file.h"
#include "tests/unit/row_store.h"
#include "tests/unit/test_support.h"

#define RECORDS 40U

struct scene {
    struct cli cli;
    struct store *store;
    struct trust *trust;
    struct uv_node *host;
    struct refused_file file;
};

static char folder[TEST_PATH_MAX];
static char path[TEST_PATH_MAX];

static enum store_class
keeping(void *context, const struct key_author *author)
{
    (void)context;
    (void)author;
    return STORE_OTHER;
}

/* A process of that home begins. */
static void
begin(struct scene *scene)
{
    struct uv_node_config config = {
        .engine = {.keeping = keeping, .community = community_open()}};

    memset(scene, 0, sizeof(*scene));
    scene->cli.home = folder;
    scene->cli.quiet = true;
    scene->cli.document = json_object();
    entropy_init_seed(&scene->cli.entropy, 1);
    assert_int_equal(store_mem_new(&scene->store, 0, &scene->cli.entropy),
                     STATUS_OK);
    assert_int_equal(trust_new(&scene->trust), STATUS_OK);
    config.engine.entropy = &scene->cli.entropy;
    config.engine.store = scene->store;
    assert_int_equal(uv_node_new(&scene->host, &config), STATUS_OK);
    assert_int_equal(refused_file_load(&scene->cli, &scene->file, scene->host,
                                       scene->trust, scene->store),
                     0);
}

static void
end(struct scene *scene)
{
    uv_node_free(scene->host);
    trust_free(scene->trust);
    store_free(scene->store);
    json_decref(scene->cli.document);
}

static uint64_t
remembered(const struct scene *scene)
{
    return uv_node_figures(scene->host).engine.refused;
}

/* What a node under policy would have written. */
static void
write_file(struct scene *scene, const uint8_t policy[32])
{
    struct refused refused;
    struct byte_buf octets;

    refused_init(&refused, RECORDS);
    byte_buf_init(&octets, 10000);
    for (uint32_t i = 0; i < RECORDS; i++) {
        const struct record_id id = row_store_id(i);

        assert_int_equal(refused_add(&refused, &id, RECORD_SET_STATEMENTS,
                                     (struct day){(int32_t)i}),
                         STATUS_OK);
    }
    assert_int_equal(refused_save(&refused, policy, &octets), STATUS_OK);
    assert_int_equal(
        home_write(&scene->cli, "refused", byte_view_of_buf(&octets), 0600), 0);
    byte_buf_release(&octets);
    refused_release(&refused);
}

static void
test_over_a_restart(void **state)
{
    struct scene scene;
    uint8_t policy[32];

    (void)state;
    begin(&scene);
    assert_int_equal(remembered(&scene), 0);
    memcpy(policy, scene.file.policy, sizeof(policy));
    write_file(&scene, policy);
    end(&scene);
    begin(&scene);
    assert_memory_equal(scene.file.policy, policy, sizeof(policy));
    assert_int_equal(remembered(&scene), RECORDS);
    /* Nothing has changed: it need not be written. */
    assert_int_equal(unlink(path), 0);
    refused_file_save(&scene.cli, &scene.file, scene.host);
    assert_int_not_equal(access(path, F_OK), 0);
    end(&scene);
}

/* Whoever follows another key has everything offered again, and so has the
 * process after it. */
static void
test_another_policy(void **state)
{
    const struct trust_entry entry = {.key = {.author = {{5}}, .id = {{6}}},
                                      .name = "Committee"};
    struct scene scene;
    uint8_t policy[32];

    (void)state;
    begin(&scene);
    memcpy(policy, scene.file.policy, sizeof(policy));
    write_file(&scene, policy);
    end(&scene);
    begin(&scene);
    refused_file_check(&scene.file, scene.host, scene.trust, scene.store);
    assert_int_equal(remembered(&scene), RECORDS);
    assert_int_equal(trust_add(scene.trust, &entry), STATUS_OK);
    refused_file_check(&scene.file, scene.host, scene.trust, scene.store);
    assert_int_equal(remembered(&scene), 0);
    assert_memory_not_equal(scene.file.policy, policy, sizeof(policy));
    /* The file is written at the end, and not before its time. */
    refused_file_save_at_times(&scene.cli, &scene.file, scene.host);
    write_file(&scene, policy);
    refused_file_save(&scene.cli, &scene.file, scene.host);
    end(&scene);
    begin(&scene);
    assert_int_equal(remembered(&scene), 0);
    end(&scene);
}

/* A damaged file is said, and is no reason not to start. */
static void
test_damaged(void **state)
{
    static const char damaged[] = "not what it was";
    struct scene scene;

    (void)state;
    assert_int_equal(file_write(path, byte_view_of_text(damaged), 0600),
                     STATUS_OK);
    begin(&scene);
    assert_int_equal(remembered(&scene), 0);
    end(&scene);
}

static int
start(void **state)
{
    (void)state;
    if (entropy_start() != STATUS_OK)
        return -1;
    test_make_directory(folder);
    test_path(path, folder, "refused");
    return 0;
}

static int
finish(void **state)
{
    (void)state;
    test_remove_directory(folder);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_over_a_restart),
        cmocka_unit_test(test_another_policy),
        cmocka_unit_test(test_damaged),
    };

    return cmocka_run_group_tests(tests, start, finish);
}
