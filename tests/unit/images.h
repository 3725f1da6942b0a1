/*
 * Two tiny pictures without anything beside the picture, made for p2pub byte
 * by byte, and a way to put something into them.
 */
#ifndef P2PUB_TESTS_UNIT_IMAGES_H
#define P2PUB_TESTS_UNIT_IMAGES_H

#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"

/* 8 by 8 points, grey. */
extern const uint8_t images_jpeg[170];
extern const uint8_t images_png[74];

/* Where another segment, or another chunk, may stand. */
#define IMAGES_JPEG_SEGMENT ((size_t)2)
#define IMAGES_PNG_CHUNK    ((size_t)33)

/* Write image with piece put in at offset to out, which has room for both;
 * returns the octets written. */
size_t images_insert(uint8_t *out, size_t out_size, struct byte_view image,
                     size_t offset, struct byte_view piece);

#endif
