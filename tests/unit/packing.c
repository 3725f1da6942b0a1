#include "tests/unit/packing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/limits.h"
#include "core/writer.h"
#include "net/load.h"

void
scene_call(struct scene *scene, uint8_t reach)
{
    struct message_hello hello = {.version = MESSAGE_VERSION,
                                  .credit = 1 << 30,
                                  .dictionary = 200,
                                  .has_day = true,
                                  .day = {WORLD_TODAY},
                                  .reach = reach,
                                  .forms = scene->forms};
    struct stranger *stranger = &scene->stranger;
    struct message message;

    stranger_call(stranger, scene->node);
    scene->world.now = mono_after(scene->world.now, 100);
    entropy_fill(&stranger->entropy, hello.boot_id, sizeof(hello.boot_id));
    hello.salt = stranger->salt;
    assert_int_equal(message_write_hello(&stranger->out, &hello), STATUS_OK);
    stranger_say(stranger);
    assert_true(stranger_hears(stranger, MESSAGE_HELLO, &message));
    assert_int_equal(message_read_hello(&stranger->theirs, message.body),
                     STATUS_OK);
    assert_false(stranger->ended);
}

void
scene_make(struct scene *scene, uint8_t reach, uint32_t statements)
{
    memset(scene, 0, sizeof(*scene));
    world_init(&scene->world);
    scene->node = world_add_node(&scene->world);
    scene->source = world_add_node(&scene->world);
    for (uint32_t i = 0; i < statements; i++)
        (void)world_put(scene->node,
                        &(struct world_statement){.number = 1000 + i,
                                                  .day = WORLD_TODAY - 1,
                                                  .text = 700});
    assert_int_equal(world_start(scene->node), STATUS_OK);
    scene->setting = (struct stream_setting){STREAM_DEFLATE, 15, 9};
    scene_call(scene, reach);
}

void
scene_begin(struct scene *scene, struct byte_view prime)
{
    stream_free(scene->packer);
    assert_int_equal(
        stream_new(&scene->packer, &scene->setting, STREAM_PACKS, prime),
        STATUS_OK);
    scene->begins = true;
}

void
scene_close(struct scene *scene, bool lost, uint64_t records)
{
    assert_int_equal(scene->stranger.lost, lost);
    assert_int_equal(scene->node->failure, STATUS_OK);
    assert_int_equal(store_check(scene->node->store), STATUS_OK);
    assert_int_equal(world_count(scene->node), records);
    stranger_release(&scene->stranger);
    stream_free(scene->packer);
    world_release(&scene->world);
}

void
scene_say(struct scene *scene, struct byte_view plain, int more)
{
    struct message_packed packed = {.kind = scene->setting.kind,
                                    .begins = scene->begins,
                                    .map = scene->map,
                                    .plain_size =
                                        (size_t)((int)plain.size + more)};
    struct message_draft draft;

    message_begin(&draft, &scene->stranger.out, MESSAGE_PACKED);
    packed_put_head(&draft, &packed);
    assert_int_equal(stream_pack(scene->packer, &scene->stranger.out, plain),
                     STATUS_OK);
    assert_int_equal(message_end(&draft), STATUS_OK);
    scene->begins = false;
    scene->map = byte_view_of(NULL, 0);
    stranger_say(&scene->stranger);
}

void
scene_make_plain(struct scene *scene, struct byte_buf *out, uint32_t number)
{
    struct record_id id = world_put(
        scene->source, &(struct world_statement){
                           .number = number, .day = WORLD_TODAY, .text = 700});
    struct byte_buf message;
    struct record *record;
    struct writer writer;

    byte_buf_init(&message, MESSAGE_HEAD_SIZE + MESSAGE_BODY_MAX);
    byte_buf_init(out, STREAM_PLAIN_MAX);
    assert_int_equal(store_get_record(scene->source->store, &id, &record),
                     STATUS_OK);
    assert_int_equal(
        load_plain_record(&message, scene->source->store, record, 200),
        STATUS_OK);
    writer_init(&writer, out);
    writer_u8(&writer, MESSAGE_RECORD);
    assert_int_equal(
        packed_leave_out(out, byte_view_slice(byte_view_of_buf(&message),
                                              MESSAGE_HEAD_SIZE, message.size)),
        STATUS_OK);
    record_free(record);
    byte_buf_release(&message);
}

void
scene_say_statement(struct scene *scene, uint32_t number, int more)
{
    struct byte_buf plain;

    scene_make_plain(scene, &plain, number);
    scene_say(scene, byte_view_of_buf(&plain), more);
    scene->world.now = mono_after(scene->world.now, ACK_DELAY_MS);
    stranger_wait(&scene->stranger);
    byte_buf_release(&plain);
}
