#include "net/frame.h"

#include <assert.h>
#include <string.h>

#include "core/aead.h"
#include "core/mem.h"

#define COUNT_SIZE ((size_t)2)
#define COUNT_LAST 0x8000u

static_assert(FRAME_OVERHEAD == FRAME_HEAD_SIZE + COUNT_SIZE + AEAD_TAG_SIZE,
              "head, count and tag");
static_assert(COUNT_SIZE + FRAME_OCTETS_MAX + 1023 <= FRAME_BODY_MAX,
              "the last frame of a flight has room for its padding");
static_assert((FRAME_OCTETS_FIRST + FRAME_OVERHEAD) % 1024 == 0,
              "full frames need no padding from the first one on");
static_assert((FRAME_OCTETS_MAX + FRAME_OVERHEAD) % 1024 == 0,
              "full frames need no padding");
static_assert(FRAME_BODY_MAX < COUNT_LAST, "a count has 15 bits");

void
frame_direction_init(struct frame_direction *direction,
                     const struct noise_cipher *cipher)
{
    direction->cipher = *cipher;
    direction->count = 0;
}

void
frame_direction_release(struct frame_direction *direction)
{
    noise_cipher_release(&direction->cipher);
}

size_t
frame_flight_size(size_t size)
{
    static const size_t steps[] = {128, 256, 512, 1024, 1536};
    size_t i;

    for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        if (size <= steps[i])
            return steps[i];
    }
    return (size + 1023) / 1024 * 1024;
}

/* One more frame is done. */
static void
advance(struct frame_direction *direction)
{
    direction->count++;
    if (direction->count % FRAME_REKEY == 0)
        noise_cipher_rekey(&direction->cipher);
}

static void
put_u16(uint8_t *out, size_t value)
{
    out[0] = (uint8_t)(value & 0xff);
    out[1] = (uint8_t)(value >> 8);
}

static size_t
get_u16(const uint8_t *octets)
{
    return (size_t)octets[0] | (size_t)octets[1] << 8;
}

void
frame_seal(struct frame_direction *direction, uint8_t *out,
           struct byte_view octets, size_t padding, bool last)
{
    const struct byte_view none = byte_view_of(NULL, 0);
    const size_t size = COUNT_SIZE + octets.size + padding;
    uint8_t *body = out + FRAME_HEAD_SIZE;

    assert(size <= FRAME_BODY_MAX);
    put_u16(out, size);
    noise_cipher_seal(&direction->cipher, out, none, byte_view_of(out, 2));

    put_u16(body, octets.size | (last ? COUNT_LAST : 0));
    if (octets.size > 0)
        memcpy(body + COUNT_SIZE, octets.data, octets.size);
    memset(body + COUNT_SIZE + octets.size, 0, padding);
    noise_cipher_seal(&direction->cipher, body, none, byte_view_of(body, size));
    advance(direction);
}

enum status
frame_open_head(struct frame_direction *direction, size_t *body_size,
                const uint8_t head[FRAME_HEAD_SIZE])
{
    uint8_t length[2];
    enum status status;
    size_t size;

    status =
        noise_cipher_open(&direction->cipher, length, byte_view_of(NULL, 0),
                          byte_view_of(head, FRAME_HEAD_SIZE));
    if (status != STATUS_OK)
        return status;
    size = get_u16(length);
    if (size < COUNT_SIZE || size > FRAME_BODY_MAX)
        return STATUS_MALFORMED;
    *body_size = size + AEAD_TAG_SIZE;
    return STATUS_OK;
}

enum status
frame_open_body(struct frame_direction *direction, uint8_t *body, size_t size,
                struct byte_view *octets, bool *last)
{
    enum status status;
    size_t count;

    status = noise_cipher_open(&direction->cipher, body, byte_view_of(NULL, 0),
                               byte_view_of(body, size));
    if (status != STATUS_OK)
        return status;
    count = get_u16(body);
    *last = (count & COUNT_LAST) != 0;
    count &= COUNT_LAST - 1;
    if (count > size - AEAD_TAG_SIZE - COUNT_SIZE)
        return STATUS_MALFORMED;
    *octets = byte_view_of(body + COUNT_SIZE, count);
    advance(direction);
    return STATUS_OK;
}
