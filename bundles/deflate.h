/*
 * How a chunk is compressed on disk and on the wire; the only user of zlib.
 *
 * An encoding is a number: 0 raw octets, 1 raw deflate without dictionary,
 * 16 + n raw deflate with the preset dictionary n of bundles/dictionary.
 * Others belong to newer versions.  Nothing here is signed: the signature and
 * the ids cover plain octets.
 */
#ifndef P2PUB_BUNDLES_DEFLATE_H
#define P2PUB_BUNDLES_DEFLATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"

#define DEFLATE_RAW        0
#define DEFLATE_PLAIN      1
#define DEFLATE_DICTIONARY 16 /* plus the dictionary's number */

/*
 * Append the shortest form of plain (1 to CHUNK_SIZE octets) to out and its
 * number to *encoding.  is_text tries the dictionary for language (a BCP 47
 * tag), or all of them where there is none for it.
 * STATUS_NO_MEMORY, STATUS_TOO_LARGE at out's maximum.
 */
enum status deflate_pack(struct byte_buf *out, uint8_t *encoding,
                         struct byte_view plain, bool is_text,
                         struct byte_view language) MUST_CHECK;

/*
 * Unpack stored into exactly plain_size octets at plain; never writes more.
 *   STATUS_MALFORMED  not exactly one deflate stream of exactly that length,
 *                     octets left behind it included; or raw of another length
 *   STATUS_NEWER      an encoding or a dictionary that this p2pub lacks
 *   STATUS_NO_MEMORY
 */
enum status deflate_unpack(uint8_t *plain, size_t plain_size, uint8_t encoding,
                           struct byte_view stored) MUST_CHECK;

#endif
