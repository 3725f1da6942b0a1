/*
 * The messages of a link: what each says, written and read.
 *
 * A message is a type (one octet), the length of its body (three octets,
 * MESSAGE_BODY_MAX at most) and the body.  Writers append a whole message to
 * out or leave it as it was.  Readers take a body, refuse whatever a writer
 * does not write with STATUS_MALFORMED, and copy nothing: views point into
 * the body.
 *
 * All writers may return STATUS_NO_MEMORY, and STATUS_TOO_LARGE at out's
 * maximum.
 *
 * Source: net/PROTOCOL.md, "Messages".
 */
#ifndef P2PUB_NET_MESSAGE_H
#define P2PUB_NET_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "core/bytes.h"
#include "core/limits.h"
#include "core/status.h"
#include "net/span.h"

enum message_type {
    MESSAGE_HELLO = 1,
    MESSAGE_SUMMARY = 2, /* net/summary.h */
    MESSAGE_ASK = 3,
    MESSAGE_LIST = 4,
    MESSAGE_WANT = 5,
    MESSAGE_GONE = 6,
    MESSAGE_RECORD = 7,
    MESSAGE_WANT_CHUNKS = 8,
    MESSAGE_CHUNK = 9,
    MESSAGE_GONE_CHUNKS = 10,
    MESSAGE_CELLS = 11,     /* net/cells.h */
    MESSAGE_ASK_CELLS = 12, /* net/cells.h */
    MESSAGE_PACKED = 13,    /* net/packed.h */
    MESSAGE_WANT_FIRST = 14,
    MESSAGE_SHORT = 15, /* net/packed.h */
    MESSAGE_GRAFT = 16,
    MESSAGE_ASK_RELAYS = 20, /* net/relay_message.h */
    MESSAGE_DONE = 128,
    MESSAGE_CREDIT = 129,
    MESSAGE_ACK = 130,
    MESSAGE_IHAVE = 131,
    MESSAGE_PRUNE = 132,
    MESSAGE_FULL = 133,
    MESSAGE_RELAY_NAMES = 134, /* net/relay_message.h */
    MESSAGE_RELAYS = 135,      /* net/relay_message.h */
    MESSAGE_PRIME = 136,       /* net/prime_list.h */
    MESSAGE_WIDE = 137         /* net/wide.h */
};

/* One message as it lies in the stream. */
struct message {
    uint8_t type; /* may be one that this p2pub does not know */
    struct byte_view body;
};

/* True if type is one that DONE counts: those below 128 that can give the
 * receiver something to do, HELLO excepted. */
bool message_is_counted(uint8_t type);

/* True if credit pays for type. */
bool message_is_paid(uint8_t type);

/* Writing a message in pieces: begin, write the body, end. */
struct message_draft {
    struct byte_buf *out;
    size_t start; /* where in out the message begins */
    struct writer writer;
};

void message_begin(struct message_draft *draft, struct byte_buf *out,
                   enum message_type type);

/* Fill in the length.  STATUS_TOO_LARGE too for a body over
 * MESSAGE_BODY_MAX. */
enum status message_end(struct message_draft *draft) MUST_CHECK;

/* HELLO: the first message of either side, once. */

#define MESSAGE_VERSION      1
#define MESSAGE_BOOT_ID_SIZE 8
#define MESSAGE_FORM_SHORT   0x01

struct message_hello {
    uint8_t version;                       /* MESSAGE_VERSION, or more */
    uint8_t boot_id[MESSAGE_BOOT_ID_SIZE]; /* zeros on a relay's links */
    struct salt salt;   /* of the sender's short ids and digests */
    uint8_t dictionary; /* highest number that the sender knows */
    uint32_t credit;    /* octets of records and chunks that may come */
    bool has_day;
    struct day day; /* only valid when has_day: today, as the sender thinks */
    /* How far back a stream to the sender may reach, as a power of two: 0, no
     * stream; 15, deflate; more, that and zstd with windows up to it. */
    uint8_t reach;
    uint8_t forms; /* MESSAGE_FORM_SHORT: the sender reads SHORT */
    /* Of statements up to horizon the sender wants none that it has fewer of
     * (net/refused.h). */
    bool has_horizon;
    struct day horizon; /* only valid when has_horizon */
};

enum status message_write_hello(struct byte_buf *out,
                                const struct message_hello *hello) MUST_CHECK;

/* Octets behind the last field belong to a later version and are ignored;
 * earlier ones ended with the day, with reach, or with forms.  STATUS_MALFORMED for version 0 too. */
enum status message_read_hello(struct message_hello *out,
                               struct byte_view body) MUST_CHECK;

/* ASK: list me your ids of span. */

enum status message_write_ask(struct byte_buf *out,
                              const struct span *span) MUST_CHECK;
enum status message_read_ask(struct span *out,
                             struct byte_view body) MUST_CHECK;

/* LIST: these short ids, all that the sender has of slice of span, under the
 * sender's salt.  WANT: those of a LIST that the sender lacks.  One form. */
struct message_list {
    struct span span;
    struct slice slice;
    bool asked;             /* LIST: it answers an ASK; false in WANT */
    size_t count;           /* 0 to LIST_IDS_MAX */
    struct byte_view coded; /* read by message_list_ids; unused in writing */
};

/* ids: list->count of them, ascending, each once, in the slice. */
enum status message_write_list(struct byte_buf *out, enum message_type type,
                               const struct message_list *list,
                               const uint64_t *ids) MUST_CHECK;
enum status message_read_list(struct message_list *out, enum message_type type,
                              struct byte_view body) MUST_CHECK;

/* The ids of a LIST or WANT that was read; ids has room for list->count. */
enum status message_list_ids(uint64_t *ids,
                             const struct message_list *list) MUST_CHECK;

/* GONE: wanted ids of the sender's list that it does not have. */

/* count is 1 to LIST_IDS_MAX. */
enum status message_write_gone(struct byte_buf *out, const uint64_t *ids,
                               size_t count) MUST_CHECK;
enum status message_read_gone(struct byte_view *ids,
                              struct byte_view body) MUST_CHECK;

/* Take the first id off *ids; false when none is left. */
bool message_next_gone(uint64_t *out, struct byte_view *ids);

/* RECORD: a record's wire form, and chunks of files that have only one. */
struct message_record {
    struct byte_view wire;
    struct byte_view chunks; /* read by message_next_inline */
};

/* A chunk as it is stored. */
struct message_chunk {
    struct record_id id; /* of the record; not valid in RECORD */
    uint8_t file;
    uint16_t index; /* 0 in RECORD */
    uint8_t encoding;
    struct byte_view stored; /* 1 to CHUNK_STORED_MAX octets */
};

/* The body of a RECORD: first the wire form, then each chunk. */
void message_put_wire(struct message_draft *draft, struct byte_view wire);
void message_put_inline(struct message_draft *draft,
                        const struct message_chunk *chunk);
size_t message_inline_size(size_t stored_size);
enum status message_read_record(struct message_record *out,
                                struct byte_view body) MUST_CHECK;

/* Take the first chunk off *chunks; false when none is left.  What
 * message_read_record took is well formed to its end. */
bool message_next_inline(struct message_chunk *out, struct byte_view *chunks);

/* WANT_CHUNKS and GONE_CHUNKS: a run of chunks of one file. */
struct message_run {
    struct record_id id;
    uint8_t file;
    uint16_t first;
    uint16_t count; /* 1 to CHUNKS_IN_FLIGHT_MAX */
};

enum status message_write_run(struct byte_buf *out, enum message_type type,
                              const struct message_run *run) MUST_CHECK;
enum status message_read_run(struct message_run *out,
                             struct byte_view body) MUST_CHECK;

enum status message_write_chunk(struct byte_buf *out,
                                const struct message_chunk *chunk) MUST_CHECK;
enum status message_read_chunk(struct message_chunk *out,
                               struct byte_view body) MUST_CHECK;

/* ACK: what became of records, each named by the beginning of its id. */

#define MESSAGE_PREFIX_SIZE 8
#define MESSAGE_ACK_SIZE    (MESSAGE_PREFIX_SIZE + 1)

enum message_fate {
    MESSAGE_FATE_INCOMPLETE = 0, /* kept; chunks are missing */
    MESSAGE_FATE_COMPLETE = 1,   /* kept, with all that belongs to it */
    MESSAGE_FATE_REFUSED = 2,    /* no room */
    MESSAGE_FATE_FAULTY = 3      /* kept; its files contradict its header */
};

struct message_ack {
    uint8_t prefix[MESSAGE_PREFIX_SIZE];
    enum message_fate fate;
};

/* Append one entry to entries, the body of an ACK.  STATUS_NO_MEMORY,
 * STATUS_TOO_LARGE at entries' maximum. */
enum status message_put_ack(struct byte_buf *entries,
                            const struct message_ack *ack) MUST_CHECK;

/* entries: 1 to MESSAGE_ACKS_MAX of them. */
enum status message_write_ack(struct byte_buf *out,
                              struct byte_view entries) MUST_CHECK;
enum status message_read_ack(struct byte_view *entries,
                             struct byte_view body) MUST_CHECK;

/* Take the first entry off *entries; false when none is left. */
bool message_next_ack(struct message_ack *out, struct byte_view *entries);

/* IHAVE: records that are new at the sender.  GRAFT: records that it wants at
 * once.  PRUNE, FULL: none.  Each is named by the beginning of its id. */

/* prefixes: 1 to MESSAGE_PREFIXES_MAX of MESSAGE_PREFIX_SIZE octets in IHAVE,
 * from 0 in GRAFT, none in PRUNE and FULL. */
enum status message_write_prefixes(struct byte_buf *out, enum message_type type,
                                   struct byte_view prefixes) MUST_CHECK;
enum status message_read_prefixes(struct byte_view *prefixes,
                                  enum message_type type,
                                  struct byte_view body) MUST_CHECK;

/* Take the first off *prefixes; false when none is left. */
bool message_next_prefix(uint8_t out[MESSAGE_PREFIX_SIZE],
                         struct byte_view *prefixes);

/* DONE: the sender has nothing left to send or ask, having dealt with the
 * first number counted messages.  CREDIT: number more octets may come. */
enum status message_write_number(struct byte_buf *out, enum message_type type,
                                 uint64_t number) MUST_CHECK;
enum status message_read_number(uint64_t *out,
                                struct byte_view body) MUST_CHECK;

#endif
