/*
 * One message: a type and a body.  Whatever a reader accepts is exactly what
 * the writer writes; HELLO alone may have the future behind it.
 */
#include <stdint.h>

#include "core/limits.h"
#include "net/message.h"
#include "tests/fuzz/check.h"
#include "tests/unit/messages.h"

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    struct byte_view body;
    struct byte_view again;
    struct byte_buf out;
    enum status status;

    if (size == 0 || size > MESSAGE_BODY_MAX)
        return 0;
    body = byte_view_of(octets + 1, size - 1);
    byte_buf_init(&out, MESSAGE_HEAD_SIZE + MESSAGE_BODY_MAX);
    status = messages_rewrite(&out, octets[0], body);
    CHECK(status == STATUS_OK || status == STATUS_MALFORMED);
    again =
        byte_view_slice(byte_view_of_buf(&out), MESSAGE_HEAD_SIZE, out.size);
    if (status == STATUS_OK && octets[0] == MESSAGE_HELLO)
        CHECK(byte_view_equal(byte_view_slice(again, 0, body.size),
                              byte_view_slice(body, 0, again.size)));
    else if (status == STATUS_OK)
        CHECK(byte_view_equal(again, body));
    byte_buf_release(&out);
    return 0;
}
