/*
 * What the first octets of a link look like to somebody who holds no secret.
 *
 * Text forms: `none`, `ascii:N` (N = 6 to 24 fresh printable octets in front),
 * `text` (the whole first message in base64), `bytes:HEX` (up to 32 fixed
 * octets in front).  Default `ascii:8`.  Why: SECURITY.md b, "Not looking like
 * noise"; net/PROTOCOL.md, "Shapes".
 */
#ifndef P2PUB_NET_SHAPE_H
#define P2PUB_NET_SHAPE_H

#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"

enum shape_kind {
    SHAPE_NONE,
    SHAPE_ASCII,
    SHAPE_TEXT,
    SHAPE_BYTES
};

#define SHAPE_ASCII_MIN 6 /* six were enough for the firewall of 2021 to 2023 */
#define SHAPE_ASCII_MAX 24
#define SHAPE_BYTES_MAX 32
#define SHAPE_TEXT_SIZE (6 + 2 * SHAPE_BYTES_MAX + 1)

struct shape {
    enum shape_kind kind;
    uint8_t size;                   /* octets in front; 0 for none and text */
    uint8_t bytes[SHAPE_BYTES_MAX]; /* only valid when SHAPE_BYTES */
};

struct shape shape_default(void);
void shape_format(const struct shape *shape, char out[SHAPE_TEXT_SIZE]);

/* Exactly what shape_format writes, or STATUS_MALFORMED. */
enum status shape_parse(struct shape *out, struct byte_view text) MUST_CHECK;

#endif
