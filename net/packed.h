/*
 * PACKED: a RECORD or CHUNK that went through the compression stream of its
 * direction, and the plain form that the stream is given.
 *
 * The plain form is a type and a body as in net/message.h, with texts as plain
 * octets (encoding 0), and in a RECORD without the hash of every file whose
 * plain octets travel along: the receiver works it out.  SHORT is a RECORD so
 * spared whose header is in its short form (net/short_form.h) besides; it goes
 * by itself, too.
 *
 * Source: net/PROTOCOL.md, "Packed" and "Short".
 */
#ifndef P2PUB_NET_PACKED_H
#define P2PUB_NET_PACKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"
#include "net/message.h"
#include "net/stream.h"

/* What primes a stream is named in one bit for each record of a list. */
#define PACKED_MAP_MAX ((PRIME_RECORDS_MAX + 7) / 8)

struct message_packed {
    enum stream_kind kind; /* DEFLATE or ZSTD */
    bool begins;           /* a new stream */
    struct byte_view map;  /* begins: what primes it; empty for nothing */
    size_t plain_size;     /* 2 to STREAM_PLAIN_MAX */
    struct byte_view packed;
};

/* The longest plain form that fits a message however little it shrinks. */
#define PACKED_PLAIN_MAX (MESSAGE_BODY_MAX - MESSAGE_BODY_MAX / 256 - 72)

/* Everything in front of packed, in a message that was begun. */
void packed_put_head(struct message_draft *draft,
                     const struct message_packed *packed);

/* STATUS_MALFORMED for another kind, for what cannot be primed, and lengths
 * that cannot be, too. */
enum status packed_read(struct message_packed *out,
                        struct byte_view body) MUST_CHECK;

/* Append to out the body of a RECORD without the hashes that can be derived.
 * STATUS_MALFORMED if it is none, STATUS_NO_MEMORY, STATUS_TOO_LARGE. */
enum status packed_leave_out(struct byte_buf *out,
                             struct byte_view body) MUST_CHECK;

/* Append to out the body of a RECORD from one that packed_leave_out made.
 * STATUS_MALFORMED if a hash is left out of a file that does not travel along
 * in encoding 0, or the body is none; STATUS_NO_MEMORY, STATUS_TOO_LARGE. */
enum status packed_fill_in(struct byte_buf *out,
                           struct byte_view body) MUST_CHECK;

/* The same with all of the record in its short form too: the body of a SHORT,
 * from and to that of a RECORD. */
enum status packed_shorten(struct byte_buf *out,
                           struct byte_view body) MUST_CHECK;
enum status packed_lengthen(struct byte_buf *out,
                            struct byte_view body) MUST_CHECK;

#endif
