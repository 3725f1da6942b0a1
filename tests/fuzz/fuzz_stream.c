/* Streams from anyone: what expands has the declared length and no more is
 * written, and what is packed after the same octets comes back. */
#include <string.h>

#include "core/limits.h"
#include "core/reader.h"
#include "net/stream.h"
#include "tests/fuzz/check.h"

/* An input: the kind in the first octet, then messages: plain length 2, packed
 * length 2, packed octets; the last is cut where the input ends. */

static struct stream_setting
setting_of(uint8_t octet)
{
    static const struct stream_setting settings[] = {
        {STREAM_DEFLATE, 15, 6}, {STREAM_ZSTD, 18, 9}, {STREAM_RAW, 0, 0}};
    struct stream_setting setting = settings[octet % 3];

    if (!stream_has(setting.kind))
        setting = settings[0];
    return setting;
}

static void
check_expanding(const struct stream_setting *setting, struct reader reader,
                struct byte_view prime)
{
    struct byte_buf plain;
    struct stream *stream;
    enum status status = STATUS_OK;

    CHECK(stream_new(&stream, setting, STREAM_EXPANDS, prime) == STATUS_OK);
    byte_buf_init(&plain, STREAM_PLAIN_MAX);
    while (status == STATUS_OK && reader.left > 0) {
        size_t promised = reader_u16(&reader);
        size_t size = reader_u16(&reader);
        struct byte_view packed =
            reader_bytes(&reader, size < reader.left ? size : reader.left);

        byte_buf_clear(&plain);
        status = stream_expand(stream, &plain, packed, promised);
        CHECK(status == STATUS_OK || status == STATUS_MALFORMED);
        CHECK(plain.size == (status == STATUS_OK ? promised : 0));
    }
    byte_buf_release(&plain);
    stream_free(stream);
}

/* The input's own octets, as messages. */
static void
check_packing(const struct stream_setting *setting, struct byte_view octets,
              struct byte_view prime)
{
    struct stream *packer;
    struct stream *expander;
    struct byte_buf packed;
    struct byte_buf plain;
    size_t step = 1;

    CHECK(stream_new(&packer, setting, STREAM_PACKS, prime) == STATUS_OK);
    CHECK(stream_new(&expander, setting, STREAM_EXPANDS, prime) == STATUS_OK);
    byte_buf_init(&packed, 2 * STREAM_PLAIN_MAX);
    byte_buf_init(&plain, STREAM_PLAIN_MAX);
    for (size_t at = 0; at < octets.size; at += step, step += 1 + step / 2) {
        const struct byte_view part = byte_view_slice(octets, at, step);

        byte_buf_clear(&packed);
        byte_buf_clear(&plain);
        CHECK(stream_pack(packer, &packed, part) == STATUS_OK);
        CHECK(stream_expand(expander, &plain, byte_view_of_buf(&packed),
                            part.size) == STATUS_OK);
        CHECK(byte_view_equal(byte_view_of_buf(&plain), part));
    }
    byte_buf_release(&packed);
    byte_buf_release(&plain);
    stream_free(packer);
    stream_free(expander);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    struct stream_setting setting;
    struct byte_view prime;
    struct reader reader;

    if (size < 1 || size > STREAM_PLAIN_MAX)
        return 0;
    setting = setting_of(octets[0]);
    reader_init(&reader, byte_view_of(octets + 1, size - 1));
    prime = byte_view_slice(byte_view_of(octets, size), 0, octets[0] / 3);
    check_expanding(&setting, reader, prime);
    check_packing(&setting, byte_view_of(octets, size), prime);
    return 0;
}
