/*
 * What commands and the daemon of one home say to each other over the local
 * socket: lines of text, at most CONTROL_LINE_MAX octets with the LF.
 *
 *     to the daemon           from the daemon
 *     status                  figures LINKS SILENT IN OUT OCTETS-IN OCTETS-OUT
 *     published ID            passing ID, then delivered ID COUNT as it grows
 *     changed                 done
 *     sync SECONDS RELAY      syncing RELAYS, then within that time
 *                             synced CONTACTS SETTLED RELAYS-MET IN OUT
 *                             OCTETS-IN OCTETS-OUT
 *     anything else           unknown
 *
 * RELAY is the name of one, or - for everybody; of one that the daemon does
 * not keep it says unknown.  RELAYS counts those that it keeps.
 */
#ifndef P2PUB_NET_CONTROL_H
#define P2PUB_NET_CONTROL_H

#include "bundles/record.h"
#include "core/bytes.h"
#include "core/status.h"
#include "net/engine.h"
#include "net/relay_line.h"

#define CONTROL_LINE_MAX ((size_t)256)

enum control_kind {
    CONTROL_STATUS,
    CONTROL_PUBLISHED,
    CONTROL_CHANGED,
    CONTROL_FIGURES,
    CONTROL_PASSING,
    CONTROL_DELIVERED,
    CONTROL_DONE,
    CONTROL_SYNC,
    CONTROL_SYNCING,
    CONTROL_SYNCED,
    CONTROL_UNKNOWN
};

struct control_line {
    enum control_kind kind;
    struct record_id id;         /* PUBLISHED, PASSING, DELIVERED */
    uint32_t count;              /* DELIVERED; SYNC: seconds; SYNCING */
    char relay[RELAY_NAME_SIZE]; /* SYNC: a name, "" for everybody */
    uint32_t contacts;           /* SYNCED, and the next two */
    uint32_t settled;
    uint32_t relays_met;
    struct engine_figures figures; /* FIGURES, SYNCED */
};

/* Append line with its LF.  STATUS_NO_MEMORY, STATUS_TOO_LARGE. */
enum status control_write(struct byte_buf *out,
                          const struct control_line *line) MUST_CHECK;

/* Read a line without its LF; what it does not know is CONTROL_UNKNOWN. */
struct control_line control_parse(struct byte_view text);

#endif
