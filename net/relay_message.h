/*
 * The messages in which nodes tell each other of open relays.
 *
 * RELAY_NAMES: relays that the sender knows, each by its name on this link
 * (relay_book_name under the sender's salt).  ASK_RELAYS: those of them whose
 * lines the sender lacks.  RELAYS: the answer, lines as they are handed out,
 * each with LF behind it.  Writers and readers as in net/message.h.
 *
 * Source: net/PROTOCOL.md, "Relays that nodes tell of".
 */
#ifndef P2PUB_NET_RELAY_MESSAGE_H
#define P2PUB_NET_RELAY_MESSAGE_H

#include <stdbool.h>

#include "core/bytes.h"
#include "core/status.h"
#include "net/message.h"
#include "net/relay_line.h"

/* type is MESSAGE_RELAY_NAMES or MESSAGE_ASK_RELAYS; names, of
 * RELAY_BOOK_NAME_SIZE octets each, 1 to RELAY_NAMES_MAX or RELAY_ASK_MAX. */
enum status relay_message_write_names(struct byte_buf *out,
                                      enum message_type type,
                                      struct byte_view names) MUST_CHECK;
enum status relay_message_read_names(struct byte_view *names,
                                     enum message_type type,
                                     struct byte_view body) MUST_CHECK;

/* One line more in a RELAYS, between message_begin and message_end. */
enum status relay_message_put_line(struct message_draft *draft,
                                   const struct relay_line *line) MUST_CHECK;

/* lines: 0 to RELAY_ASK_MAX, of RELAY_LINE_MAX octets at most.  What is in them
 * is looked at by relay_line_parse alone. */
enum status relay_message_read_lines(struct byte_view *lines,
                                     struct byte_view body) MUST_CHECK;

/* Take the first line off *lines, without its LF; false when none is left. */
bool relay_message_next_line(struct byte_view *line, struct byte_view *lines);

#endif
