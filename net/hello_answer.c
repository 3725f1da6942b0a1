#include "net/hello_answer.h"

#include <assert.h>
#include <string.h>

#include "core/aead.h"
#include "core/entropy.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/reader.h"
#include "core/writer.h"
#include "net/frame.h"

/* What is masked: e and len. */
#define MASKED_SIZE ((size_t)34)
#define COUNT_SIZE  ((size_t)2)
/* The longest: the next multiple of 1024 is near. */
#define ANSWER_MAX                                                      \
    (HELLO_ANSWER_HEAD_SIZE + COUNT_SIZE + SESSION_PAYLOAD_MAX + 1024 + \
     AEAD_TAG_SIZE)

/* What stands around what there is to say. */
#define AROUND (HELLO_ANSWER_HEAD_SIZE + COUNT_SIZE + AEAD_TAG_SIZE)

size_t
hello_answer_room(size_t payload)
{
    const size_t room =
        frame_flight_size(AROUND + payload) - (AROUND + payload);

    return payload + room < SESSION_PAYLOAD_MAX ? room : 0;
}

/* Message 2's payload: a count, what there is to say, and zeros. */
static enum status
write_payload(struct byte_buf *out, struct byte_view payload)
{
    const size_t padded = frame_flight_size(AROUND + payload.size) - AROUND;
    struct writer writer;
    enum status status;

    status = byte_buf_reserve(out, COUNT_SIZE + padded);
    if (status != STATUS_OK)
        return status;
    writer_init(&writer, out);
    writer_u16(&writer, (uint16_t)payload.size);
    writer_bytes(&writer, payload);
    memset(out->data + out->size, 0, padded - payload.size);
    out->size += padded - payload.size;
    return writer_status(&writer);
}

/* Append message 2, of which noise is what Noise wrote. */
static enum status
append_answer(const struct hello *hello, struct byte_view noise,
              struct byte_buf *out, struct entropy *entropy)
{
    const size_t rest = noise.size - 32;
    uint8_t mac[HELLO_MAC_SIZE];
    uint8_t *head;
    struct writer writer;
    enum status status;

    status = byte_buf_reserve(out, HELLO_ANSWER_HEAD_SIZE + rest);
    if (status != STATUS_OK)
        return status;
    head = out->data + out->size;
    entropy_fill(entropy, head, HELLO_NONCE_SIZE);
    out->size += HELLO_NONCE_SIZE;
    writer_init(&writer, out);
    writer_bytes(&writer, byte_view_slice(noise, 0, 32));
    writer_u16(&writer, (uint16_t)rest);
    aead_mask_x(head + HELLO_NONCE_SIZE, MASKED_SIZE, hello->keys.mask2, head);
    hello_keys_mac2(&hello->keys, mac, hello->mac,
                    byte_view_of(head, HELLO_NONCE_SIZE + MASKED_SIZE));
    writer_bytes(&writer, byte_view_of(mac, sizeof(mac)));
    writer_bytes(&writer, byte_view_slice(noise, 32, rest));
    return writer_status(&writer);
}

enum status
hello_answer_write(struct hello *hello, struct byte_view payload,
                   struct byte_buf *out, struct entropy *entropy)
{
    struct byte_buf plain, noise;
    enum status status;

    if (payload.size > SESSION_PAYLOAD_MAX)
        return STATUS_TOO_LARGE;
    byte_buf_init(&plain, ANSWER_MAX);
    byte_buf_init(&noise, ANSWER_MAX);
    status = write_payload(&plain, payload);
    if (status == STATUS_OK)
        status = noise_handshake_write(&hello->noise, &noise,
                                       byte_view_of_buf(&plain), entropy);
    if (status == STATUS_OK)
        status = append_answer(hello, byte_view_of_buf(&noise), out, entropy);
    byte_buf_release(&plain);
    byte_buf_release(&noise);
    return status;
}

enum status
hello_answer_read_head(struct hello *hello, struct byte_view head, size_t *size)
{
    const size_t mac_at = HELLO_NONCE_SIZE + MASKED_SIZE;
    uint8_t mac[HELLO_MAC_SIZE];
    uint8_t masked[MASKED_SIZE];
    struct reader reader;

    assert(head.size == HELLO_ANSWER_HEAD_SIZE);
    hello_keys_mac2(&hello->keys, mac, hello->mac,
                    byte_view_slice(head, 0, mac_at));
    if (!mem_equal_secret(mac, head.data + mac_at, sizeof(mac)))
        return STATUS_BAD_SIGNATURE;
    memcpy(masked, head.data + HELLO_NONCE_SIZE, sizeof(masked));
    aead_mask_x(masked, sizeof(masked), hello->keys.mask2, head.data);
    reader_init(&reader, byte_view_of(masked, sizeof(masked)));
    reader_copy(&reader, hello->ephemeral, sizeof(hello->ephemeral));
    *size = HELLO_ANSWER_HEAD_SIZE + reader_u16(&reader);
    return *size > ANSWER_MAX ? STATUS_TOO_LARGE : STATUS_OK;
}

enum status
hello_answer_read(struct hello *hello, struct byte_view message,
                  struct byte_buf *out)
{
    struct byte_buf plain;
    struct byte_view payload;
    struct reader reader;
    enum status status;
    size_t count;

    byte_buf_init(&plain, ANSWER_MAX);
    status = hello_read_noise(
        hello, byte_view_slice(message, HELLO_ANSWER_HEAD_SIZE, message.size),
        &plain);
    if (status != STATUS_OK)
        goto done;
    reader_init(&reader, byte_view_of_buf(&plain));
    count = reader_u16(&reader);
    payload = reader_bytes(&reader, count);
    if (reader.failed || payload.size > SESSION_PAYLOAD_MAX)
        status = STATUS_MALFORMED;
    else
        status = byte_buf_append(out, payload);

done:
    byte_buf_release(&plain);
    return status;
}
