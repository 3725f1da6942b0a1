/*
 * A relay's line: all that a client needs to reach one relay, and a secret.
 *
 * One line of text that people copy, print as a QR code or carry on a stick;
 * its grammar is in net/PROTOCOL.md, "Relay lines".  It ends in a check word,
 * so that a cut or mistyped line is recognised.  Treat it as a password: it is
 * never an argument of a command, never logged.
 *
 * An open relay's line says so with its first word.  Nodes pass such a line on
 * (net/relay_book.h) until everybody has it; any other line goes no farther
 * than people carry it.
 */
#ifndef P2PUB_NET_RELAY_LINE_H
#define P2PUB_NET_RELAY_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/dh.h"
#include "core/status.h"
#include "net/shape.h"

#define RELAY_HOSTS_MAX      4
#define RELAY_HOST_NAME_SIZE 254 /* a DNS name or an address, and a zero */
#define RELAY_PORTS_MAX      8

struct relay_line {
    bool open; /* its operator lets nodes pass it on */
    size_t host_count;
    char hosts[RELAY_HOSTS_MAX][RELAY_HOST_NAME_SIZE]; /* names or addresses */
    size_t port_count;
    uint16_t ports[RELAY_PORTS_MAX];
    struct dh_public key;
    uint8_t secret[32];
    struct shape shape;
};

/* Append the line, without line end. */
enum status relay_line_write(struct byte_buf *out,
                             const struct relay_line *line) MUST_CHECK;

/* Read a line; white space around it is ignored.  STATUS_MALFORMED,
 * STATUS_BAD_SIGNATURE when only the check word does not fit, STATUS_NEWER for
 * a later version of the grammar. */
enum status relay_line_parse(struct relay_line *out,
                             struct byte_view text) MUST_CHECK;

/* A short public name for the relay that gives nothing of its secret away:
 * 8 characters of base32 of BLAKE2b-256(key). */
#define RELAY_NAME_SIZE 9
void relay_line_name(const struct relay_line *line, char out[RELAY_NAME_SIZE]);

#endif
