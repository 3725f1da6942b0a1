#include "net/hello.h"

#include <assert.h>
#include <string.h>

#include "core/aead.h"
#include "core/entropy.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/reader.h"
#include "core/text.h"
#include "core/writer.h"
#include "net/replay.h"

/* What is masked: e, len and hour. */
#define MASKED_SIZE ((size_t)38)
#define WISH_SIZE   ((size_t)2)

static const uint8_t prologue_name[] = "p2pub1 link";

static struct byte_view
nothing(void)
{
    return byte_view_of(NULL, 0);
}

static void
begin(struct hello *hello, const struct session_config *config)
{
    memset(hello, 0, sizeof(*hello));
    hello->config = *config;
    if (config->pattern == SESSION_NN)
        hello->config.shape = (struct shape){SHAPE_NONE, 0, {0}};
    hello_keys_derive(&hello->keys, config);
}

void
hello_listen(struct hello *hello, const struct session_config *config)
{
    begin(hello, config);
    assert(config->pattern == SESSION_NN ||
           (config->relay_secret != NULL && config->replay != NULL));
}

void
hello_release(struct hello *hello)
{
    mem_wipe(hello, sizeof(*hello));
}

/* Start Noise once message 1's shape and nonce (before) are known. */
static enum status
begin_noise(struct hello *hello, bool initiator, struct byte_view before)
{
    const bool is_relay = hello->config.pattern == SESSION_NK;
    uint8_t prologue[sizeof(prologue_name) - 1 + SHAPE_BYTES_MAX +
                     HELLO_NONCE_SIZE + 4];
    struct noise_handshake_config config = {
        .protocol_name = is_relay ? "Noise_NKpsk0_25519_ChaChaPoly_BLAKE2b"
                                  : "Noise_NNpsk0_25519_ChaChaPoly_BLAKE2b",
        .initiator = initiator,
        .psks = hello->keys.psk,
        .psk_count = 1,
    };
    size_t size = sizeof(prologue_name) - 1;
    size_t i;

    assert(before.size <= SHAPE_BYTES_MAX + HELLO_NONCE_SIZE);
    memcpy(prologue, prologue_name, size);
    memcpy(prologue + size, before.data, before.size);
    size += before.size;
    for (i = 0; i < 4; i++)
        prologue[size++] = (uint8_t)(hello->hour >> (8 * i));
    config.prologue = byte_view_of(prologue, size);
    if (is_relay && initiator)
        config.remote_static = &hello->config.relay;
    if (is_relay && !initiator)
        config.local_static = hello->config.relay_secret;
    return noise_handshake_init(&hello->noise, &config);
}

/* Append the shape's octets. */
static void
write_shape(struct writer *writer, const struct shape *shape,
            struct entropy *entropy)
{
    size_t i;

    if (shape->kind == SHAPE_BYTES)
        writer_bytes(writer, byte_view_of(shape->bytes, shape->size));
    for (i = 0; shape->kind == SHAPE_ASCII && i < shape->size; i++)
        writer_u8(writer, (uint8_t)(' ' + entropy_below(entropy, 95)));
}

/* How many octets message 1 shall have, before base64. */
static size_t
draw_size(const struct hello *hello, struct entropy *entropy)
{
    const struct hello_keys *keys = &hello->keys;
    const uint32_t range = (uint32_t)(keys->longest - keys->shortest + 1);
    size_t size = keys->shortest + entropy_below(entropy, range);

    /* Base64 then ends without padding. */
    if (hello->config.shape.kind == SHAPE_TEXT)
        size -= size % 3;
    return size;
}

static enum status
append_text(struct byte_buf *out, struct byte_view octets)
{
    const size_t size = text_base64_size(octets.size);
    enum status status;

    status = byte_buf_reserve(out, size);
    if (status != STATUS_OK)
        return status;
    text_base64((char *)out->data + out->size, octets.data, octets.size);
    out->size += size - 1;
    return STATUS_OK;
}

/* Message 1 in plain, before base64; plain holds shape and nonce. */
static enum status
write_message(struct hello *hello, struct byte_buf *plain, size_t size,
              const struct session_wish *wish, struct entropy *entropy)
{
    const size_t masked_at = plain->size;
    const size_t rest = size - (masked_at + MASKED_SIZE + HELLO_MAC_SIZE);
    uint8_t payload[HELLO_PADDED_MAX] = {wish->version, wish->cells};
    struct byte_view noise_rest;
    struct byte_buf noise;
    struct writer writer;
    enum status status;

    byte_buf_init(&noise, NOISE_MESSAGE_MAX);
    status = begin_noise(hello, true, byte_view_of_buf(plain));
    if (status == STATUS_OK)
        status = noise_handshake_write(
            &hello->noise, &noise, byte_view_of(payload, rest - AEAD_TAG_SIZE),
            entropy);
    if (status != STATUS_OK)
        goto done;
    noise_rest = byte_view_slice(byte_view_of_buf(&noise), 32, noise.size);
    assert(noise_rest.size == rest);

    writer_init(&writer, plain);
    writer_bytes(&writer, byte_view_of(noise.data, 32));
    writer_u16(&writer, (uint16_t)rest);
    writer_u32(&writer, hello->hour);
    status = writer_status(&writer);
    if (status != STATUS_OK)
        goto done;
    aead_mask_x(plain->data + masked_at, MASKED_SIZE, hello->keys.mask,
                plain->data + masked_at - HELLO_NONCE_SIZE);
    hello_keys_mac(&hello->keys, hello->mac, byte_view_of_buf(plain));
    writer_bytes(&writer, byte_view_of(hello->mac, HELLO_MAC_SIZE));
    writer_bytes(&writer, noise_rest);
    status = writer_status(&writer);

done:
    byte_buf_release(&noise);
    return status;
}

enum status
hello_call(struct hello *hello, const struct session_config *config,
           const struct session_wish *wish, struct byte_buf *out,
           struct entropy *entropy)
{
    uint8_t nonce[HELLO_NONCE_SIZE];
    struct byte_buf plain;
    struct writer writer;
    enum status status;
    size_t size;

    begin(hello, config);
    hello->hour = config->pattern == SESSION_NK ? config->hour : 0;
    byte_buf_init(&plain, HELLO_PADDED_MAX);
    size = draw_size(hello, entropy);
    writer_init(&writer, &plain);
    write_shape(&writer, &hello->config.shape, entropy);
    entropy_fill(entropy, nonce, sizeof(nonce));
    writer_bytes(&writer, byte_view_of(nonce, sizeof(nonce)));
    status = writer_status(&writer);
    if (status == STATUS_OK)
        status = write_message(hello, &plain, size, wish, entropy);
    if (status != STATUS_OK)
        goto done;
    if (hello->config.shape.kind == SHAPE_TEXT)
        status = append_text(out, byte_view_of_buf(&plain));
    else
        status = byte_buf_append(out, byte_view_of_buf(&plain));

done:
    byte_buf_release(&plain);
    return status;
}

static size_t
wire_size(const struct shape *shape, size_t size)
{
    return shape->kind == SHAPE_TEXT ? text_base64_size(size) - 1 : size;
}

size_t
hello_head_size(const struct hello *hello)
{
    const struct shape *shape = &hello->config.shape;

    return wire_size(shape, shape->size + HELLO_HEAD_SIZE);
}

/* The octets that wire stands for, size of them; in memory of scratch where
 * they had to be decoded.  Empty if they do not decode. */
static struct byte_view
unshape(const struct shape *shape, struct byte_view wire, size_t size,
        uint8_t scratch[HELLO_SIZE_MAX])
{
    if (shape->kind != SHAPE_TEXT)
        return wire;
    if (text_base64_parse(scratch, size, wire) != STATUS_OK)
        return nothing();
    return byte_view_of(scratch, size);
}

enum status
hello_read_head(struct hello *hello, struct byte_view head, size_t *size)
{
    const struct shape *shape = &hello->config.shape;
    const size_t mac_at = shape->size + HELLO_NONCE_SIZE + MASKED_SIZE;
    uint8_t scratch[HELLO_SIZE_MAX];
    uint8_t masked[MASKED_SIZE];
    struct byte_view plain;
    struct reader reader;
    size_t rest;

    assert(head.size == hello_head_size(hello));
    plain = unshape(shape, head, shape->size + HELLO_HEAD_SIZE, scratch);
    if (plain.size == 0)
        return STATUS_BAD_SIGNATURE;
    hello_keys_mac(&hello->keys, hello->mac, byte_view_slice(plain, 0, mac_at));
    if (!mem_equal_secret(hello->mac, plain.data + mac_at, HELLO_MAC_SIZE))
        return STATUS_BAD_SIGNATURE;

    memcpy(masked, plain.data + mac_at - MASKED_SIZE, MASKED_SIZE);
    aead_mask_x(masked, MASKED_SIZE, hello->keys.mask,
                plain.data + shape->size);
    reader_init(&reader, byte_view_of(masked, MASKED_SIZE));
    reader_copy(&reader, hello->ephemeral, sizeof(hello->ephemeral));
    rest = reader_u16(&reader);
    hello->hour = reader_u32(&reader);
    hello->size = shape->size + HELLO_HEAD_SIZE + rest;
    *size = wire_size(shape, hello->size);
    if (rest < WISH_SIZE + AEAD_TAG_SIZE)
        return STATUS_MALFORMED;
    if (*size > HELLO_SIZE_MAX)
        return STATUS_TOO_LARGE;
    if (hello->config.pattern == SESSION_NN)
        return STATUS_OK;
    return replay_check(hello->config.replay, hello->mac, hello->hour,
                        hello->config.hour);
}

/* Is a key of low order?  Any scalar tells: they are multiples of 8. */
static enum status
check_order(const uint8_t key[32])
{
    static const struct dh_secret any;
    struct dh_public public_key;
    uint8_t shared[32];

    memcpy(public_key.octets, key, sizeof(public_key.octets));
    return dh_shared(shared, &any, &public_key);
}

enum status
hello_read_noise(struct hello *hello, struct byte_view rest,
                 struct byte_buf *payload)
{
    struct byte_buf message;
    enum status status;

    byte_buf_init(&message, NOISE_MESSAGE_MAX);
    status = byte_buf_append(&message, byte_view_of(hello->ephemeral, 32));
    if (status == STATUS_OK)
        status = byte_buf_append(&message, rest);
    if (status == STATUS_OK)
        status = noise_handshake_read(&hello->noise, payload,
                                      byte_view_of_buf(&message));
    byte_buf_release(&message);
    return status;
}

/* Version and wish from message 1's payload. */
static enum status
read_wish(struct session_wish *wish, struct byte_view payload)
{
    struct reader reader;

    reader_init(&reader, payload);
    wish->version = reader_u8(&reader);
    wish->cells = reader_u8(&reader);
    if (reader.failed || wish->version == 0)
        return STATUS_MALFORMED;
    if (wish->cells != SESSION_CELLS_FIT && wish->cells != 16 &&
        wish->cells != 96)
        wish->cells = 0;
    return STATUS_OK;
}

enum status
hello_read(struct hello *hello, struct byte_view message)
{
    const struct shape *shape = &hello->config.shape;
    const size_t head = shape->size + HELLO_HEAD_SIZE;
    uint8_t scratch[HELLO_SIZE_MAX];
    struct byte_view plain;
    struct byte_buf payload;
    enum status status;

    byte_buf_init(&payload, HELLO_SIZE_MAX);
    plain = unshape(shape, message, hello->size, scratch);
    if (plain.size != hello->size) {
        status = STATUS_MALFORMED;
        goto done;
    }
    status =
        begin_noise(hello, false,
                    byte_view_slice(plain, 0, shape->size + HELLO_NONCE_SIZE));
    if (status == STATUS_OK)
        status = hello_read_noise(
            hello, byte_view_slice(plain, head, plain.size), &payload);
    if (status == STATUS_OK)
        status = read_wish(&hello->wish, byte_view_of_buf(&payload));
    if (status == STATUS_OK && hello->config.pattern == SESSION_NN)
        status = check_order(hello->ephemeral);
    if (status == STATUS_OK && hello->config.pattern == SESSION_NK)
        status = replay_remember(hello->config.replay, hello->mac, hello->hour,
                                 hello->config.hour);

done:
    byte_buf_release(&payload);
    return status;
}
