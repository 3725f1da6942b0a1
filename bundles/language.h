/*
 * Language tags: RFC 5646 (BCP 47), as far as syntax goes.
 *
 * A tag here is a `langtag` or a `privateuse` of section 2.1; the registry is
 * not asked, and the irregular tags of old (`i-klingon`, `sgn-BE-FR`) are not
 * known.  Canonical is the case of section 2.1.1: lower case, but a region of
 * two letters in upper case and a script in title case.
 */
#ifndef P2PUB_BUNDLES_LANGUAGE_H
#define P2PUB_BUNDLES_LANGUAGE_H

#include <stdbool.h>

#include "core/bytes.h"
#include "core/limits.h"
#include "core/status.h"

#define LANGUAGE_TEXT_SIZE (RECORD_LANGUAGE_MAX + 1) /* with a zero octet */

/* The canonical form of tag, which a person may have typed in any case.
 * STATUS_MALFORMED if it is not well formed or longer than
 * RECORD_LANGUAGE_MAX; out is then empty. */
enum status language_canonical(char out[LANGUAGE_TEXT_SIZE],
                               struct byte_view tag) MUST_CHECK;

/* True if tag is well formed and in canonical form. */
bool language_is_canonical(struct byte_view tag);

/* The first subtag: `zh` of `zh-Hant-TW`. */
struct byte_view language_primary(struct byte_view tag);

#endif
