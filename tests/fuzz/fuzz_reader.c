/*
 * core/reader: any reads over any octets stay within them; what was read and
 * is written again with core/writer gives the octets that were read; after the
 * first failure there is nothing but zeros.
 *
 * The first octet counts the reads, one octet for each follows, and then what
 * is read.
 */
#include <string.h>

#include "core/reader.h"
#include "core/writer.h"
#include "tests/fuzz/check.h"

enum {
    READ_U8,
    READ_U16,
    READ_U24,
    READ_U32,
    READ_U48,
    READ_U64,
    READ_VARINT,
    READ_LINE,
    READ_COPY,
    READ_BYTES,
    READ_REST,
    READ_KINDS
};

/* Read as kind says, size octets where it needs one, and write it again. */
static void
read_and_write(struct reader *reader, struct writer *writer, unsigned kind,
               size_t size)
{
    uint8_t copy[32];

    switch (kind) {
    case READ_U8:
        writer_u8(writer, reader_u8(reader));
        break;
    case READ_U16:
        writer_u16(writer, reader_u16(reader));
        break;
    case READ_U24:
        writer_u24(writer, reader_u24(reader));
        break;
    case READ_U32:
        writer_u32(writer, reader_u32(reader));
        break;
    case READ_U48:
        writer_u48(writer, reader_u48(reader));
        break;
    case READ_U64:
        writer_u64(writer, reader_u64(reader));
        break;
    case READ_VARINT:
        writer_varint(writer, reader_varint(reader));
        break;
    case READ_LINE:
        writer_bytes(writer, reader_line(reader));
        writer_u8(writer, '\n');
        break;
    case READ_COPY:
        reader_copy(reader, copy, size);
        writer_bytes(writer, byte_view_of(copy, size));
        break;
    case READ_BYTES:
        writer_bytes(writer, reader_bytes(reader, size));
        break;
    case READ_REST:
        writer_bytes(writer, reader_rest(reader));
        break;
    }
}

static bool
is_zero(struct byte_view view)
{
    for (size_t i = 0; i < view.size; i++) {
        if (view.data[i] != 0 && view.data[i] != '\n')
            return false;
    }
    return true;
}

static void
check_read(struct reader *reader, uint8_t how)
{
    struct reader before = *reader;
    struct byte_buf buf;
    struct writer writer;
    struct byte_view read;

    byte_buf_init(&buf, before.left + 64);
    writer_init(&writer, &buf);
    read_and_write(reader, &writer, how % READ_KINDS, how / 8);
    CHECK(writer_status(&writer) == STATUS_OK);
    if (reader->failed) {
        CHECK(!reader_done(reader));
        CHECK(is_zero(byte_view_of_buf(&buf)));
    } else {
        CHECK(!before.failed);
        CHECK(reader->left <= before.left);
        read = byte_view_of(before.at, before.left - reader->left);
        CHECK(byte_view_equal(read, byte_view_of_buf(&buf)));
    }
    CHECK(reader_done(reader) == (!reader->failed && reader->left == 0));
    byte_buf_release(&buf);
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    struct reader reader;
    size_t reads;

    if (size == 0)
        return 0;
    reads = octets[0];
    if (reads > size - 1)
        reads = size - 1;
    reader_init(&reader, byte_view_of(octets + 1 + reads, size - 1 - reads));
    for (size_t i = 0; i < reads; i++)
        check_read(&reader, octets[1 + i]);
    return 0;
}
