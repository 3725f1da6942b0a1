/*
 * Reads the header of a record: the envelope of every kind.
 *
 * For bundles/record*.c.  Everybody else holds a struct record, whose header
 * was read and whose signatures were checked.
 */
#ifndef P2PUB_BUNDLES_RECORD_PARSE_H
#define P2PUB_BUNDLES_RECORD_PARSE_H

#include "bundles/record.h"
#include "core/bytes.h"
#include "core/limits.h"
#include "core/status.h"

/* What a header says, with room for the arrays that fields points into.
 * Some 33 KiB; not to be copied. */
struct record_parse {
    struct record_fields fields;
    struct record_id previous[RECORD_PREVIOUS_MAX];
    struct record_line lines[RECORD_LINES_MAX];
    struct record_file files[RECORD_FILES_MAX];
};

/*
 * Read header, which may come from anyone; the views in *out point into it.
 * Accepts exactly what record_write_header writes, so that one record has one
 * header and one id.  Allocates nothing.
 *   STATUS_TOO_LARGE  over RECORD_HEADER_MAX octets, or more of something
 *                     than core/limits.h allows
 *   STATUS_MALFORMED  not the canonical header of any record
 */
enum status record_parse_header(struct record_parse *out,
                                struct byte_view header) MUST_CHECK;

#endif
