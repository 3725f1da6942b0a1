#include "bundles/sealed_box.h"

#include <assert.h>
#include <string.h>

#include "core/aead.h"
#include "core/hash.h"
#include "core/limits.h"
#include "core/mem.h"

#define PLAIN_PIECE (SEALED_PIECE_SIZE - AEAD_TAG_SIZE)

static_assert(SEALED_BOX_MIN % 4 == 0 && SEALED_BOX_MAX % SEALED_BOX_MIN == 0,
              "sizes are 4 to 7 times a power of two");

void
sealed_box_key_id(uint8_t out[32], const uint8_t key[SEALED_KEY_SIZE])
{
    struct hash_stream stream;

    hash_stream_init(&stream);
    hash_stream_update(&stream, byte_view_of_text("p2pub1 sealed key"));
    hash_stream_update(&stream, byte_view_of(key, SEALED_KEY_SIZE));
    hash_stream_final(&stream, out);
    mem_wipe(&stream, sizeof(stream));
}

/* The next size after this one. */
static size_t
next_size(size_t size)
{
    size_t step = SEALED_BOX_MIN / 4;

    while (step * 8 <= size)
        step *= 2;
    return size + step;
}

bool
sealed_box_is_size(size_t size)
{
    size_t each = SEALED_BOX_MIN;

    while (each < size && each < SEALED_BOX_MAX)
        each = next_size(each);
    return each == size;
}

static size_t
piece_count(size_t size)
{
    return (size + SEALED_PIECE_SIZE - 1) / SEALED_PIECE_SIZE;
}

/* Octets that a box of this size holds. */
static size_t
plain_size_of(size_t size)
{
    return size - piece_count(size) * AEAD_TAG_SIZE;
}

size_t
sealed_box_size(size_t plain_size)
{
    size_t size = SEALED_BOX_MIN;

    while (size < SEALED_BOX_MAX && plain_size_of(size) < plain_size)
        size = next_size(size);
    return plain_size_of(size) < plain_size ? 0 : size;
}

/* What binds a piece to its place. */
struct place {
    uint8_t nonce[24];
    uint8_t is_last;
};

static struct place
place_of(size_t index, size_t count)
{
    struct place place = {.is_last = index + 1 == count};

    for (size_t i = 0; i < 4; i++)
        place.nonce[i] = (uint8_t)(index >> (8 * i));
    return place;
}

/* Make room for size zeros at the end of out; *at is the first. */
static enum status
extend(struct byte_buf *out, size_t size, uint8_t **at)
{
    enum status status = byte_buf_reserve(out, size);

    if (status != STATUS_OK)
        return status;
    *at = out->data + out->size;
    memset(*at, 0, size);
    out->size += size;
    return STATUS_OK;
}

enum status
sealed_box_close(struct byte_buf *out, const uint8_t key[SEALED_KEY_SIZE],
                 struct byte_view plain)
{
    size_t size = sealed_box_size(plain.size);
    size_t count = piece_count(size);
    enum status status;
    uint8_t *at;

    if (size == 0)
        return STATUS_TOO_LARGE;
    status = extend(out, size, &at);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        struct place place = place_of(i, count);
        struct byte_view part =
            byte_view_slice(plain, i * PLAIN_PIECE, PLAIN_PIECE);
        size_t sealed =
            i + 1 < count ? SEALED_PIECE_SIZE : size - i * SEALED_PIECE_SIZE;

        if (part.size > 0)
            memcpy(at, part.data, part.size);
        aead_seal_x(at, key, place.nonce, byte_view_of(&place.is_last, 1),
                    byte_view_of(at, sealed - AEAD_TAG_SIZE));
        at += sealed;
    }
    return status;
}

enum status
sealed_box_open(struct byte_buf *out, const uint8_t key[SEALED_KEY_SIZE],
                const uint8_t key_id[32], struct byte_view box)
{
    size_t before = out->size;
    size_t count = piece_count(box.size);
    uint8_t own_id[32];
    enum status status;
    uint8_t *at;

    if (!sealed_box_is_size(box.size))
        return STATUS_MALFORMED;
    sealed_box_key_id(own_id, key);
    if (memcmp(own_id, key_id, sizeof(own_id)) != 0)
        return STATUS_BAD_SIGNATURE;
    status = extend(out, plain_size_of(box.size), &at);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        struct place place = place_of(i, count);
        struct byte_view piece =
            byte_view_slice(box, i * SEALED_PIECE_SIZE, SEALED_PIECE_SIZE);

        status = aead_open_x(at, key, place.nonce,
                             byte_view_of(&place.is_last, 1), piece);
        at += piece.size - AEAD_TAG_SIZE;
    }
    if (status != STATUS_OK && out->size > before) {
        mem_wipe(out->data + before, out->size - before);
        out->size = before;
    }
    return status;
}
