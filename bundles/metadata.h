/*
 * What a photograph betrays beside the picture: camera, time, place, names.
 *
 * JPEG (ITU-T T.81, annex B) and PNG (W3C PNG, section 5) are examined, other
 * types are not.  Which of the two a file is, its octets decide and not its
 * name.  What is not known to be harmless is reported: an image passes only
 * if every segment or chunk of it is needed to draw it.  The picture itself
 * (faces, watermarks, hidden pixels) is not examined.
 *
 * The octets are given piece by piece, in any pieces:
 *
 *     metadata_init(&metadata);
 *     metadata_add(&metadata, octets);        any number of these
 *     metadata_finish(&metadata);
 *
 * Nothing is allocated and nothing is kept of what was added.
 */
#ifndef P2PUB_BUNDLES_METADATA_H
#define P2PUB_BUNDLES_METADATA_H

#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/status.h"

enum metadata_type {
    METADATA_OTHER, /* neither of the two: not examined */
    METADATA_JPEG,
    METADATA_PNG
};

/* What was found: bits of metadata->found. */
enum metadata_find {
    METADATA_EXIF = 1 << 0,
    METADATA_PLACE = 1 << 1,  /* EXIF has a GPS directory */
    METADATA_DEVICE = 1 << 2, /* EXIF names maker, model or software */
    METADATA_TIME = 1 << 3,
    METADATA_PERSON = 1 << 4, /* EXIF names an artist or an owner */
    METADATA_XMP = 1 << 5,
    METADATA_IPTC = 1 << 6,    /* Photoshop resources, which hold IPTC */
    METADATA_COMMENT = 1 << 7, /* a JPEG comment */
    METADATA_TEXT = 1 << 8,    /* a text chunk of PNG */
    METADATA_THUMBNAIL = 1 << 9,
    METADATA_MORE_IMAGES = 1 << 10,
    METADATA_UNKNOWN = 1 << 11,  /* a segment or chunk of unknown meaning */
    METADATA_TRAILING = 1 << 12, /* octets behind the end of the image */
    METADATA_BROKEN = 1 << 13    /* cut short or malformed: what lies behind
                                    the fault could not be examined */
};

/* Octets of a segment that are looked at: EXIF's first directory is in them. */
#define METADATA_HEAD_MAX ((size_t)1024)

struct metadata {
    enum metadata_type type;
    unsigned found; /* bits of enum metadata_find */
    /* The rest is private. */
    int state;
    uint8_t name[4];  /* of the segment (one octet) or chunk (four) */
    uint64_t skip;    /* octets to pass over before the next are looked at */
    uint64_t rest;    /* octets of the segment behind those in head */
    size_t need;      /* octets that head is to hold before the next step */
    size_t head_size; /* octets that it holds */
    uint8_t head[METADATA_HEAD_MAX];
};

void metadata_init(struct metadata *metadata);
void metadata_add(struct metadata *metadata, struct byte_view octets);

/* The end of the file: what was still open is METADATA_BROKEN. */
void metadata_finish(struct metadata *metadata);

/* A few English words for one bit of enum metadata_find.  Static storage. */
const char *metadata_words(enum metadata_find find);

/* Append what was found in words, ", " between: "EXIF, the place (GPS)".
 * STATUS_NO_MEMORY, STATUS_TOO_LARGE at out's maximum. */
enum status metadata_describe(struct byte_buf *out, unsigned found) MUST_CHECK;

#endif
