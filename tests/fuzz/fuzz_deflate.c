/* Stored chunks from anyone: whatever unpacks has the promised length, nothing
 * is written behind it, and packing it gives a form that unpacks again. */
#include <stdbool.h>
#include <string.h>

#include "bundles/deflate.h"
#include "core/limits.h"
#include "tests/fuzz/check.h"

/* The first octets of an input: the encoding and the promised length. */
#define HEAD ((size_t)3)

static void
check_packing(const uint8_t *plain, size_t size, bool is_text)
{
    static uint8_t again[CHUNK_SIZE];
    struct byte_buf stored;
    uint8_t encoding;

    byte_buf_init(&stored, CHUNK_STORED_MAX);
    CHECK(deflate_pack(&stored, &encoding, byte_view_of(plain, size), is_text,
                       byte_view_of_text("kk")) == STATUS_OK);
    CHECK(stored.size <= size);
    CHECK(deflate_unpack(again, size, encoding, byte_view_of_buf(&stored)) ==
          STATUS_OK);
    CHECK(memcmp(again, plain, size) == 0);
    byte_buf_release(&stored);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    static uint8_t plain[CHUNK_SIZE + 64];
    enum status status;
    size_t promised;
    size_t i;

    if (size < HEAD)
        return 0;
    promised = (octets[1] | (size_t)octets[2] << 8) % (CHUNK_SIZE + 2);
    memset(plain, 0xaa, sizeof(plain));
    status = deflate_unpack(plain, promised, octets[0],
                            byte_view_of(octets + HEAD, size - HEAD));
    for (i = promised; i < sizeof(plain); i++)
        CHECK(plain[i] == 0xaa);
    CHECK(status == STATUS_OK || status == STATUS_MALFORMED ||
          status == STATUS_NEWER);
    if (status == STATUS_OK)
        check_packing(plain, promised, octets[0] != 0);
    return 0;
}
