/*
 * Whether a name may be taken for that of another key (core/text_alike.h).
 */
#ifndef P2PUB_BUNDLES_ALIKE_H
#define P2PUB_BUNDLES_ALIKE_H

#include "bundles/trust.h"
#include "core/key.h"

/* The first known entry, of another key than author's, whose name looks like
 * name: the reader's own names come before those by introducers.  NULL if
 * there is none. */
const struct trust_entry *alike_find(const struct trust *trust,
                                     const struct key_author *author,
                                     const char *name);

#endif
