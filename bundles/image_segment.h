/*
 * What one segment of a JPEG file, or one chunk of a PNG file, betrays.
 *
 * The part of bundles/metadata that looks at what a segment holds; where
 * segments begin and end is known there.  What is not known to be harmless is
 * METADATA_UNKNOWN.
 *
 * Sources: JFIF 1.02; Exif 2.32, section 4.5 and 4.6; TIFF 6.0, section 2;
 * W3C PNG, section 11; the names that exiftool writes.
 */
#ifndef P2PUB_BUNDLES_IMAGE_SEGMENT_H
#define P2PUB_BUNDLES_IMAGE_SEGMENT_H

#include <stdint.h>

#include "core/bytes.h"

/*
 * Bits of enum metadata_find.  marker is the octet behind 0xff, name the four
 * letters of the chunk; head is the beginning of what the segment holds, all
 * of it up to METADATA_HEAD_MAX octets.
 */
unsigned image_segment_jpeg(uint8_t marker, struct byte_view head);
unsigned image_segment_png(const uint8_t name[4], struct byte_view head);

#endif
