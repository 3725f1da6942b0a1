/*
 * What the files of a new statement are called in its record, and of which
 * type they are.
 */
#ifndef P2PUB_BUNDLES_PUBLISH_NAME_H
#define P2PUB_BUNDLES_PUBLISH_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "bundles/metadata.h"
#include "core/limits.h"

#define PUBLISH_NAME_SIZE (RECORD_FILE_NAME_MAX + 1) /* with a zero octet */

/* Of text number index (from 0), `statement.md` or the like. */
void publish_name_text(char out[PUBLISH_NAME_SIZE], size_t index,
                       const char *language, bool is_plain);

/* Of attachment number index (from 0): `attachment-1.jpg` for index 0. */
void publish_name_attachment(char out[PUBLISH_NAME_SIZE], size_t index,
                             const char *path);

/* The last part of path as a name that may stand in a record: letters in lower
 * case, `-` for what may not stand.  False if nothing that may stand is
 * left. */
bool publish_name_local(char out[PUBLISH_NAME_SIZE], const char *path);

/* The media type of a file called path with these first octets' type; static
 * storage. */
const char *publish_name_type(const char *path, enum metadata_type type);

/* True if the name promises a JPEG or PNG image. */
bool publish_name_is_image(const char *path);

#endif
