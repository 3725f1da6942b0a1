/*
 * The short form of a record's header: ids and keys as octets, and one octet
 * for each of a few beginnings of lines.  A co-signature, which is little else,
 * is shorter by a third.
 *
 * A header has no octets below 20 but LF, so they may stand for something.
 *
 * Source: net/PROTOCOL.md, "Short".
 */
#ifndef P2PUB_NET_SHORT_FORM_H
#define P2PUB_NET_SHORT_FORM_H

#include "core/bytes.h"
#include "core/status.h"
#include "core/writer.h"

/* Write the short form of text.  The writer fails with STATUS_MALFORMED if text
 * has an octet that stands for something. */
void short_form_write(struct writer *writer, struct byte_view text);

/* Write the text that form is short for.  The writer fails with
 * STATUS_MALFORMED if form is cut, or has an octet that stands for nothing. */
void short_form_read(struct writer *writer, struct byte_view form);

#endif
