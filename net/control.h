/*
 * What commands and the daemon of one home say to each other over the local
 * socket: lines of text, at most CONTROL_LINE_MAX octets with the LF.
 *
 *     to the daemon           from the daemon
 *     status                  figures LINKS SILENT IN OUT OCTETS-IN OCTETS-OUT
 *     published ID            passing ID, then delivered ID COUNT as it grows
 *     changed                 done
 *     anything else           unknown
 */
#ifndef P2PUB_NET_CONTROL_H
#define P2PUB_NET_CONTROL_H

#include "bundles/record.h"
#include "core/bytes.h"
#include "core/status.h"
#include "net/engine.h"

#define CONTROL_LINE_MAX ((size_t)256)

enum control_kind {
    CONTROL_STATUS,
    CONTROL_PUBLISHED,
    CONTROL_CHANGED,
    CONTROL_FIGURES,
    CONTROL_PASSING,
    CONTROL_DELIVERED,
    CONTROL_DONE,
    CONTROL_UNKNOWN
};

struct control_line {
    enum control_kind kind;
    struct record_id id;           /* PUBLISHED, PASSING, DELIVERED */
    uint32_t count;                /* DELIVERED */
    struct engine_figures figures; /* FIGURES */
};

/* Append line with its LF.  STATUS_NO_MEMORY, STATUS_TOO_LARGE. */
enum status control_write(struct byte_buf *out,
                          const struct control_line *line) MUST_CHECK;

/* Read a line without its LF; what it does not know is CONTROL_UNKNOWN. */
struct control_line control_parse(struct byte_view text);

#endif
