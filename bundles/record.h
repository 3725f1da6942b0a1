/*
 * One signed record: a header of text lines and the two signatures over it.
 *
 * A struct record is immutable and exists only if its signatures hold (or if
 * the own store vouches for the row with its key): the functions record_seal
 * and record_open* all end in the one gate of record.c.  Code that holds a
 * record may show it to a reader, store it and pass it on; code that holds
 * only bytes may not.
 *
 * This is the envelope: the same lines for every kind.  What a kind means is
 * read by its own module (bundles/statement, bundles/identity) from the
 * record.  Byte for byte: bundles/FORMAT.md.
 *
 * Wire form: signature (64) | global signature (64) | header.  The key id and
 * the trusted comment `p2pub1 KIND` of minisign's text follow from the header.
 *
 * Ownership: whoever received a record in *out frees it with record_free.
 *            Views and pointers taken from a record die with it.
 * Time:      never read here; the date is a claim by the author.
 */
#ifndef P2PUB_BUNDLES_RECORD_H
#define P2PUB_BUNDLES_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/key.h"
#include "core/status.h"
#include "core/time.h"

struct minisig;
struct record;

/* A record's name: BLAKE2b-256 of its header bytes, signatures left out. */
struct record_id {
    uint8_t octets[32];
};

#define RECORD_ID_TEXT_SIZE 65 /* hexadecimal and a zero octet */

bool record_id_equal(const struct record_id *a, const struct record_id *b);
void record_id_format(const struct record_id *id,
                      char out[RECORD_ID_TEXT_SIZE]);

/* 64 lower-case digits, or STATUS_MALFORMED. */
enum status record_id_parse(struct record_id *out,
                            struct byte_view text) MUST_CHECK;

enum record_kind {
    RECORD_STATEMENT,
    RECORD_COSIGN,
    RECORD_WITHDRAW,
    RECORD_IDENTITY,
    RECORD_REVOKE,
    RECORD_VOUCH,
    RECORD_SEALED,
    RECORD_RELEASE,
    RECORD_OTHER /* a kind that this p2pub has no name for */
};

/* The two sets that nodes reconcile (DESIGN.md, "A contact"). */
enum record_set {
    RECORD_SET_CONTROL,   /* identity revoke withdraw cosign vouch release */
    RECORD_SET_STATEMENTS /* everything else */
};

/* A line `word SP text`. */
struct record_line {
    struct byte_view word;
    struct byte_view text;
};

/* A `file` line with the b2sum line under it. */
struct record_file {
    struct byte_view name;
    struct byte_view language; /* a BCP 47 tag, `und`, or `-` for none */
    struct byte_view type;     /* a media type */
    uint32_t size;             /* 1 to RECORD_FILE_SIZE_MAX octets */
    bool has_list;             /* false exactly when size <= CHUNK_SIZE */
    uint8_t list_id[32];       /* only valid when has_list */
    uint8_t hash[32];          /* BLAKE2b-256 of the whole file */
};

/* What the lines of a header say; also what a new header is written from.
 * Arrays and views belong to whoever filled the struct. */
struct record_fields {
    struct byte_view kind; /* the word behind `p2pub1` */
    struct key_public key;
    struct day date;
    uint32_t sequence; /* 0 stands outside the author's sequence */
    size_t previous_count;
    const struct record_id *previous; /* ascending, each once */
    size_t line_count;
    const struct record_line *lines;
    size_t file_count;
    const struct record_file *files;
};

/*
 * Append the canonical header of fields to out, or nothing.
 *   STATUS_MALFORMED  a field may not stand in a header (see
 *                     bundles/record_field.h)
 *   STATUS_TOO_LARGE  more than RECORD_HEADER_MAX octets, or too many of
 *                     something (core/limits.h)
 *   STATUS_NO_MEMORY
 */
enum status record_write_header(struct byte_buf *out,
                                const struct record_fields *fields) MUST_CHECK;

/*
 * Sign header and store the new record in *out.  header is copied.
 *   STATUS_MALFORMED      not canonical, or its key line is not secret's
 *   STATUS_BAD_SIGNATURE  secret's public key does not belong to its seed
 *   STATUS_TOO_LARGE, STATUS_NO_MEMORY
 */
enum status record_seal(struct record **out, struct byte_view header,
                        const struct key_secret *secret) MUST_CHECK;

/*
 * Check wire, which may come from anyone, and store its record in *out.
 *
 * Checks run cheapest first: length, layout, canonical form, both signatures.
 * Nothing is inflated.  wire is copied.
 *   STATUS_TOO_LARGE      longer than RECORD_WIRE_MAX, or more of something
 *                         than core/limits.h allows
 *   STATUS_MALFORMED      not the canonical form of any record
 *   STATUS_BAD_SIGNATURE  the key that the header names did not sign it
 *   STATUS_NO_MEMORY
 */
enum status record_open(struct record **out, struct byte_view wire) MUST_CHECK;

/* The same for a header and its signature as files (header.txt and
 * header.txt.minisig, the signature already read by minisig_read).
 * STATUS_BAD_SIGNATURE too when key id or trusted comment are not those that
 * the header asks for. */
enum status record_open_files(struct record **out, struct byte_view header,
                              const struct minisig *minisig) MUST_CHECK;

/* The id that header has; for finding out whether a record is here already
 * before its signatures cost anything.  wire as above; all zero if it is too
 * short to hold a header. */
struct record_id record_id_of_wire(struct byte_view wire);

/*
 * The keyed hash by which a home recognises its own rows, and opening a row by
 * it instead of by two verifications.  row_key never leaves the store.
 * STATUS_BAD_SIGNATURE if tag is not this key's over wire.
 */
#define RECORD_TAG_SIZE ((size_t)32)

struct record_row_key {
    uint8_t octets[32];
};

void record_tag(uint8_t tag[RECORD_TAG_SIZE], struct byte_view wire,
                const struct record_row_key *row_key);
enum status record_open_row(struct record **out, struct byte_view wire,
                            const uint8_t tag[RECORD_TAG_SIZE],
                            const struct record_row_key *row_key) MUST_CHECK;

/* Another handle on the same record; each is freed by itself.  Records are
 * counted, not copied, so this cannot fail. */
struct record *record_keep(struct record *record);

/* Release record.  NULL is allowed and does nothing. */
void record_free(struct record *record);

/* What the record says. */
const struct record_id *record_id(const struct record *record);
const struct record_fields *record_fields(const struct record *record);
enum record_kind record_kind(const struct record *record);
enum record_set record_set(const struct record *record);
struct byte_view record_header(const struct record *record);
struct byte_view record_wire(const struct record *record);

/* Append minisign's four lines for the header, as stock minisign verifies
 * them. */
enum status record_write_minisig(struct byte_buf *out,
                                 const struct record *record) MUST_CHECK;

#endif
