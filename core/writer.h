/*
 * Writes fields to a byte_buf; the counterpart of core/reader.h.
 *
 * The first failure (no memory, or the buffer's maximum) sticks, so a
 * serialiser is straight-line code with one writer_status at its end.
 * The buffer stays the caller's and may hold part of the output on failure.
 */
#ifndef P2PUB_CORE_WRITER_H
#define P2PUB_CORE_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"

struct writer {
    struct byte_buf *buf;
    enum status status;
};

/* Write behind what buf holds already. */
void writer_init(struct writer *writer, struct byte_buf *buf);
void writer_u8(struct writer *writer, uint8_t value);
void writer_u16(struct writer *writer, uint16_t value);
void writer_u24(struct writer *writer, uint32_t value);
void writer_u32(struct writer *writer, uint32_t value);
void writer_u48(struct writer *writer, uint64_t value);
void writer_u64(struct writer *writer, uint64_t value);
void writer_varint(struct writer *writer, uint64_t value);
void writer_bytes(struct writer *writer, struct byte_view view);
void writer_text(struct writer *writer, const char *text);

/* value in decimal digits. */
void writer_decimal(struct writer *writer, uint64_t value);

/* octets as lower-case hexadecimal digits. */
void writer_hex(struct writer *writer, const uint8_t *octets, size_t size);
enum status writer_status(const struct writer *writer) MUST_CHECK;

#endif
