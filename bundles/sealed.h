/*
 * The kinds `sealed`, a statement that is announced and not yet open, and
 * `release`, by which its author opens it.
 *
 * Nothing of the statement stands in them: neither title nor languages.
 * Source: bundles/FORMAT.md, "Sealed statement" and "Release".
 */
#ifndef P2PUB_BUNDLES_SEALED_H
#define P2PUB_BUNDLES_SEALED_H

#include <stdbool.h>
#include <stdint.h>

#include "bundles/record.h"
#include "bundles/sealed_box.h"
#include "core/bytes.h"
#include "core/status.h"

/* The one file of a sealed record. */
#define SEALED_FILE_NAME "sealed.bin"
#define SEALED_FILE_TYPE "application/octet-stream"

struct sealed {
    struct record_id seals; /* the statement inside */
    uint8_t key_id[32];     /* sealed_box_key_id of its key */
    bool has_opens;
    struct day opens; /* the day that is announced */
};

/* Read record.  STATUS_NEWER if it is no sealed statement that this p2pub can
 * read. */
enum status sealed_read(struct sealed *out,
                        const struct record *record) MUST_CHECK;

/* True if key is the one that it was sealed with. */
bool sealed_is_key(const struct sealed *sealed,
                   const uint8_t key[SEALED_KEY_SIZE]);

/* Append the header of a sealed statement; envelope gives key, date, sequence,
 * previous and the one file.  STATUS_MALFORMED, STATUS_TOO_LARGE,
 * STATUS_NO_MEMORY. */
enum status sealed_write_header(struct byte_buf *out,
                                const struct record_fields *envelope,
                                const struct sealed *sealed) MUST_CHECK;

struct release {
    struct record_id opens; /* the record of kind sealed */
    uint8_t key[SEALED_KEY_SIZE];
};

/* The same for a release, which has no files. */
enum status release_read(struct release *out,
                         const struct record *record) MUST_CHECK;
enum status release_write_header(struct byte_buf *out,
                                 const struct record_fields *envelope,
                                 const struct release *release) MUST_CHECK;

/* True, and *out, if release is one of this very record and has its key.
 * Whether its author may release it is for the caller
 * (bundles/opening.h). */
bool release_fits(struct release *out, const struct record *release,
                  const struct record *sealed);

#endif
