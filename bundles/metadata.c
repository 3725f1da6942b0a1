#include "bundles/metadata.h"

#include <stdbool.h>
#include <string.h>

#include "bundles/image_segment.h"

/*
 * What the next octets are.  In every state but the last two, `need` octets
 * are collected in head, and then one step is taken.
 */
enum state {
    STATE_START,         /* the first two octets of the file */
    STATE_PNG_SIGNATURE, /* the other six of PNG's */
    STATE_PNG_CHUNK,     /* length and name of a chunk */
    STATE_PNG_HEAD,      /* the beginning of what it holds */
    STATE_JPEG_MARKER,   /* 0xff */
    STATE_JPEG_CODE,     /* what follows it */
    STATE_JPEG_LENGTH,   /* of the marker's segment */
    STATE_JPEG_HEAD,     /* the beginning of what it holds */
    STATE_JPEG_SCAN,     /* compressed picture */
    STATE_JPEG_IN_SCAN,  /* what follows 0xff in it */
    STATE_END,           /* nothing should follow */
    STATE_OTHER,         /* of a type that is not examined */
    STATE_DONE           /* examined as far as it can be */
};

/* Markers of JPEG: the octet behind 0xff. */
#define JPEG_TEM   0x01u
#define JPEG_SOF0  0xc0u
#define JPEG_RST0  0xd0u
#define JPEG_RST7  0xd7u
#define JPEG_SOI   0xd8u
#define JPEG_EOI   0xd9u
#define JPEG_SOS   0xdau
#define JPEG_DHP   0xdeu
#define JPEG_EXP   0xdfu
#define JPEG_APP15 0xefu
#define JPEG_COM   0xfeu

#define PNG_CRC_SIZE 4

/* What is found, in words, in the order of the bits. */
static const struct {
    enum metadata_find find;
    const char *words;
} metadata_names[] = {
    {METADATA_EXIF, "EXIF"},
    {METADATA_PLACE, "the place (GPS)"},
    {METADATA_DEVICE, "the camera or program"},
    {METADATA_TIME, "the time"},
    {METADATA_PERSON, "a person's name"},
    {METADATA_XMP, "XMP"},
    {METADATA_IPTC, "IPTC"},
    {METADATA_COMMENT, "a comment"},
    {METADATA_TEXT, "text"},
    {METADATA_THUMBNAIL, "a thumbnail"},
    {METADATA_MORE_IMAGES, "a second image"},
    {METADATA_UNKNOWN, "data of unknown meaning"},
    {METADATA_TRAILING, "data behind the end of the image"},
    {METADATA_BROKEN, "a fault that hides the rest of the file"},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
expect(struct metadata *metadata, enum state state, size_t need)
{
    metadata->state = (int)state;
    metadata->need = need;
    metadata->head_size = 0;
}

static void
give_up(struct metadata *metadata)
{
    metadata->found |= METADATA_BROKEN;
    expect(metadata, STATE_DONE, 0);
}

/* The next length octets are a segment: look at its beginning. */
static void
expect_segment(struct metadata *metadata, enum state state, uint64_t length)
{
    size_t need = METADATA_HEAD_MAX;

    if (length < METADATA_HEAD_MAX)
        need = (size_t)length;
    metadata->rest = length - need;
    expect(metadata, state, need);
}

static struct byte_view
head_of(const struct metadata *metadata)
{
    return byte_view_of(metadata->head, metadata->head_size);
}

/* The big-endian number at data. */
static uint32_t
number_at(const uint8_t *data, size_t size)
{
    uint32_t value = 0;

    for (size_t i = 0; i < size; i++)
        value = value << 8 | data[i];
    return value;
}

/* PNG. */

static void
png_on_chunk(struct metadata *metadata)
{
    uint32_t length = number_at(metadata->head, 4);

    memcpy(metadata->name, metadata->head + 4, sizeof(metadata->name));
    if (length > INT32_MAX)
        give_up(metadata);
    else
        expect_segment(metadata, STATE_PNG_HEAD, length);
}

static void
png_on_head(struct metadata *metadata)
{
    bool is_last = memcmp(metadata->name, "IEND", 4) == 0;

    metadata->found |= image_segment_png(metadata->name, head_of(metadata));
    metadata->skip = metadata->rest + PNG_CRC_SIZE;
    if (is_last)
        expect(metadata, STATE_END, 1);
    else
        expect(metadata, STATE_PNG_CHUNK, 8);
}

/* JPEG. */

static void
jpeg_on_code(struct metadata *metadata, uint8_t code)
{
    metadata->name[0] = code;
    if (code == 0xff) /* any number of these may stand before a marker */
        expect(metadata, STATE_JPEG_CODE, 1);
    else if (code == JPEG_EOI)
        expect(metadata, STATE_END, 1);
    else if ((code >= JPEG_RST0 && code <= JPEG_RST7) || code == JPEG_TEM)
        expect(metadata, STATE_JPEG_MARKER, 1);
    else if (code < JPEG_SOF0 || code == JPEG_SOI || code == JPEG_DHP ||
             code == JPEG_EXP || (code > JPEG_APP15 && code != JPEG_COM))
        give_up(metadata);
    else
        expect(metadata, STATE_JPEG_LENGTH, 2);
}

static void
jpeg_on_length(struct metadata *metadata)
{
    uint32_t length = number_at(metadata->head, 2);

    if (length < 2)
        give_up(metadata);
    else
        expect_segment(metadata, STATE_JPEG_HEAD, length - 2);
}

static void
jpeg_on_head(struct metadata *metadata)
{
    bool is_scan = metadata->name[0] == JPEG_SOS;

    metadata->found |= image_segment_jpeg(metadata->name[0], head_of(metadata));
    metadata->skip = metadata->rest;
    expect(metadata, is_scan ? STATE_JPEG_SCAN : STATE_JPEG_MARKER, 1);
}

/* In the compressed picture 0xff 0x00 stands for 0xff, and restart markers
 * may stand; any other marker ends it. */
static void
jpeg_on_scan(struct metadata *metadata, uint8_t octet)
{
    if (metadata->state == (int)STATE_JPEG_SCAN)
        expect(metadata, octet == 0xff ? STATE_JPEG_IN_SCAN : STATE_JPEG_SCAN,
               1);
    else if (octet == 0 || (octet >= JPEG_RST0 && octet <= JPEG_RST7))
        expect(metadata, STATE_JPEG_SCAN, 1);
    else
        jpeg_on_code(metadata, octet);
}

/* Both. */

static void
on_start(struct metadata *metadata)
{
    if (metadata->head[0] == 0xff && metadata->head[1] == JPEG_SOI) {
        metadata->type = METADATA_JPEG;
        expect(metadata, STATE_JPEG_MARKER, 1);
    } else if (metadata->head[0] == 0x89 && metadata->head[1] == 'P') {
        expect(metadata, STATE_PNG_SIGNATURE, 6);
    } else {
        expect(metadata, STATE_OTHER, 0);
    }
}

static void
on_png_signature(struct metadata *metadata)
{
    if (byte_view_equal_text(head_of(metadata), "NG\r\n\032\n")) {
        metadata->type = METADATA_PNG;
        expect(metadata, STATE_PNG_CHUNK, 8);
    } else {
        expect(metadata, STATE_OTHER, 0);
    }
}

/* head holds what was needed. */
static void
step(struct metadata *metadata)
{
    uint8_t octet = metadata->head[0];

    switch ((enum state)metadata->state) {
    case STATE_START:
        on_start(metadata);
        break;
    case STATE_PNG_SIGNATURE:
        on_png_signature(metadata);
        break;
    case STATE_PNG_CHUNK:
        png_on_chunk(metadata);
        break;
    case STATE_PNG_HEAD:
        png_on_head(metadata);
        break;
    case STATE_JPEG_MARKER:
        if (octet == 0xff)
            expect(metadata, STATE_JPEG_CODE, 1);
        else
            give_up(metadata);
        break;
    case STATE_JPEG_CODE:
        jpeg_on_code(metadata, octet);
        break;
    case STATE_JPEG_LENGTH:
        jpeg_on_length(metadata);
        break;
    case STATE_JPEG_HEAD:
        jpeg_on_head(metadata);
        break;
    case STATE_JPEG_SCAN:
    case STATE_JPEG_IN_SCAN:
        jpeg_on_scan(metadata, octet);
        break;
    case STATE_END:
        metadata->found |= METADATA_TRAILING;
        expect(metadata, STATE_DONE, 0);
        break;
    case STATE_OTHER:
    case STATE_DONE:
        break;
    }
}

static bool
is_over(const struct metadata *metadata)
{
    return metadata->state == (int)STATE_OTHER ||
           metadata->state == (int)STATE_DONE;
}

/* How many of the octets can be passed over unseen. */
static size_t
passable(const struct metadata *metadata, struct byte_view octets)
{
    const uint8_t *marker;

    if (metadata->skip > 0)
        return metadata->skip < octets.size ? (size_t)metadata->skip
                                            : octets.size;
    if (metadata->state != (int)STATE_JPEG_SCAN || octets.size == 0)
        return 0;
    marker = memchr(octets.data, 0xff, octets.size);
    return marker == NULL ? octets.size : (size_t)(marker - octets.data);
}

void
metadata_init(struct metadata *metadata)
{
    memset(metadata, 0, sizeof(*metadata));
    metadata->type = METADATA_OTHER;
    expect(metadata, STATE_START, 2);
}

void
metadata_add(struct metadata *metadata, struct byte_view octets)
{
    while (!is_over(metadata)) {
        size_t size = passable(metadata, octets);

        if (metadata->skip > 0)
            metadata->skip -= size;
        octets = byte_view_slice(octets, size, octets.size);
        if (metadata->skip > 0)
            return;

        size = metadata->need - metadata->head_size;
        if (size > octets.size)
            size = octets.size;
        if (size > 0)
            memcpy(metadata->head + metadata->head_size, octets.data, size);
        metadata->head_size += size;
        octets = byte_view_slice(octets, size, octets.size);
        if (metadata->head_size < metadata->need)
            return;
        step(metadata);
    }
}

void
metadata_finish(struct metadata *metadata)
{
    bool ended = metadata->state == (int)STATE_END && metadata->skip == 0;

    if (metadata->type != METADATA_OTHER && !ended && !is_over(metadata))
        metadata->found |= METADATA_BROKEN;
}

const char *
metadata_words(enum metadata_find find)
{
    for (size_t i = 0; i < COUNT(metadata_names); i++)
        if (metadata_names[i].find == find)
            return metadata_names[i].words;
    return "";
}

enum status
metadata_describe(struct byte_buf *out, unsigned found)
{
    enum status status = STATUS_OK;
    bool is_first = true;

    for (size_t i = 0; status == STATUS_OK && i < COUNT(metadata_names); i++) {
        if ((found & (unsigned)metadata_names[i].find) == 0)
            continue;
        if (!is_first)
            status = byte_buf_append_text(out, ", ");
        if (status == STATUS_OK)
            status = byte_buf_append_text(out, metadata_names[i].words);
        is_first = false;
    }
    return status;
}
