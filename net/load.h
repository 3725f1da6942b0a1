/*
 * Messages filled from the store: records with the chunks that travel with
 * them, and chunks by themselves, in the form in which they are stored.
 *
 * dictionary is the highest number that the receiver knows; what is stored
 * with a later one is packed anew without.
 *
 * All may also return what bundles/store.h lists, and STATUS_TOO_LARGE at
 * out's maximum; out is then as it was.
 *
 * Source: net/PROTOCOL.md, "Exchange".
 */
#ifndef P2PUB_NET_LOAD_H
#define P2PUB_NET_LOAD_H

#include <stddef.h>
#include <stdint.h>

#include "bundles/record.h"
#include "bundles/store.h"
#include "core/bytes.h"
#include "core/status.h"
#include "net/message.h"

/* Append a RECORD message: texts of one chunk, as long as they fit, then
 * other files whose stored form is at most MESSAGE_SMALL_FILE_MAX. */
enum status load_record(struct byte_buf *out, struct store *store,
                        const struct record *record,
                        uint8_t dictionary) MUST_CHECK;

/* Append a SHORT message: record, which has no files. */
enum status load_short(struct byte_buf *out,
                       const struct record *record) MUST_CHECK;

/* Like load_record, with texts in plain octets, as the compression stream of a link
 * takes them.  STATUS_TOO_LARGE too if a text does not fit that would have
 * fitted in stored form. */
enum status load_plain_record(struct byte_buf *out, struct store *store,
                              const struct record *record,
                              uint8_t dictionary) MUST_CHECK;

/* Append the CHUNK message for the first chunk of run.  STATUS_NOT_FOUND if
 * there is no such record, file or chunk here. */
enum status load_chunk(struct byte_buf *out, struct store *store,
                       const struct message_run *run,
                       uint8_t dictionary) MUST_CHECK;

/* The same of a text in plain octets.  STATUS_NOT_FOUND too for a chunk that is
 * of no text, or a list. */
enum status load_plain_chunk(struct byte_buf *out, struct store *store,
                             const struct message_run *run) MUST_CHECK;

/* What primes a stream: the header of record, then its texts of one chunk in
 * plain octets, in the order of its files.  The size is 0 if there is no such
 * text; STATUS_NOT_FOUND if one is not here. */
size_t load_prime_size(const struct record *record);
enum status load_prime(struct byte_buf *out, struct store *store,
                       const struct record *record) MUST_CHECK;

#endif
