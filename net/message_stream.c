#include "net/message_stream.h"

/* Memory that a quiet stream may keep. */
static const size_t idle_capacity = 4096;

void
message_stream_init(struct message_stream *stream, size_t maximum)
{
    byte_buf_init(&stream->buf, maximum);
    stream->taken = 0;
    stream->broken = false;
}

void
message_stream_release(struct message_stream *stream)
{
    byte_buf_release(&stream->buf);
    stream->taken = 0;
}

/* Let go of what was taken. */
static void
compact(struct message_stream *stream)
{
    byte_buf_consume(&stream->buf, stream->taken);
    stream->taken = 0;
    if (stream->buf.size == 0 && stream->buf.capacity > idle_capacity)
        byte_buf_release(&stream->buf);
}

enum status
message_stream_feed(struct message_stream *stream, struct byte_view octets)
{
    enum status status;

    if (stream->broken)
        return STATUS_OK;
    compact(stream);
    status = byte_buf_append(&stream->buf, octets);
    if (status != STATUS_OK)
        stream->broken = true;
    return status;
}

/* Octets of the message at the front, its head included; 0 while the head
 * has not come. */
static size_t
front_size(const struct message_stream *stream)
{
    struct byte_view waiting = byte_view_slice(byte_view_of_buf(&stream->buf),
                                               stream->taken, SIZE_MAX);
    struct reader reader;

    if (waiting.size < MESSAGE_HEAD_SIZE)
        return 0;
    reader_init(&reader, waiting);
    (void)reader_u8(&reader);
    return MESSAGE_HEAD_SIZE + reader_u24(&reader);
}

bool
message_stream_has_next(const struct message_stream *stream)
{
    size_t size = front_size(stream);

    return !stream->broken && size > 0 &&
           (size > MESSAGE_HEAD_SIZE + MESSAGE_BODY_MAX ||
            size <= stream->buf.size - stream->taken);
}

bool
message_stream_next(struct message_stream *stream, struct message *out)
{
    size_t size = front_size(stream);
    const uint8_t *at;

    if (!message_stream_has_next(stream)) {
        compact(stream);
        return false;
    }
    if (size > MESSAGE_HEAD_SIZE + MESSAGE_BODY_MAX) {
        stream->broken = true;
        return false;
    }
    at = stream->buf.data + stream->taken;
    out->type = at[0];
    out->body = byte_view_of(at + MESSAGE_HEAD_SIZE, size - MESSAGE_HEAD_SIZE);
    stream->taken += size;
    return true;
}

bool
message_stream_is_broken(const struct message_stream *stream)
{
    return stream->broken;
}
