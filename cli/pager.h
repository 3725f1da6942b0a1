/*
 * Long output for a person.
 *
 * On a terminal it goes through P2PUB_PAGER, else PAGER, else less (but not
 * where TERM is dumb); a pager that is empty or `cat`, or does not start, means
 * none.  The pager is told to run no commands and to keep no history
 * (LESSSECURE, LESSHISTFILE): nothing on disk says what was read.
 */
#ifndef P2PUB_CLI_PAGER_H
#define P2PUB_CLI_PAGER_H

#include "core/bytes.h"

/* Write octets, which a terminal may be shown, to stdout.  What goes wrong
 * with stdout itself is noticed when it is closed. */
void pager_show(struct byte_view octets);

#endif
