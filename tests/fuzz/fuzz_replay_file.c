/*
 * The file of a relay's replay cache: anything is refused or read; what is
 * read is written and read again the same.
 */
#include <stdint.h>
#include <string.h>

#include "core/entropy.h"
#include "net/replay.h"
#include "tests/fuzz/check.h"

static const uint8_t secret[32] = {1};

static struct replay *
fresh_replay(void)
{
    struct entropy entropy;
    struct replay *replay = NULL;

    entropy_init_seed(&entropy, 1);
    CHECK(replay_new(&replay, secret, &entropy) == STATUS_OK);
    return replay;
}

/* The file of an empty cache, without the end of its head, and octets. */
static void
load_behind_head(struct byte_view octets)
{
    struct replay *replay = fresh_replay();
    struct replay *again = fresh_replay();
    struct byte_buf file, second;

    byte_buf_init(&file, REPLAY_FILE_MAX);
    byte_buf_init(&second, REPLAY_FILE_MAX);
    CHECK(replay_save(replay, &file) == STATUS_OK);
    file.size -= 5;
    CHECK(byte_buf_append(&file, octets) == STATUS_OK);
    if (replay_load(replay, byte_view_of_buf(&file)) == STATUS_OK) {
        byte_buf_clear(&file);
        CHECK(replay_save(replay, &file) == STATUS_OK);
        CHECK(replay_load(again, byte_view_of_buf(&file)) == STATUS_OK);
        CHECK(replay_save(again, &second) == STATUS_OK);
        CHECK(file.size == second.size);
        CHECK(replay_fresh(again)->size == 0);
    }
    replay_free(replay);
    replay_free(again);
    byte_buf_release(&file);
    byte_buf_release(&second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    struct replay *replay = fresh_replay();

    /* The secret's own check is beyond chance. */
    CHECK(replay_load(replay, byte_view_of(octets, size)) != STATUS_OK);
    replay_free(replay);
    load_behind_head(byte_view_of(octets, size));
    return 0;
}
