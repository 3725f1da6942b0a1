#include "bundles/image_segment.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "bundles/metadata.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Segments of applications, by the octet behind 0xff. */
#define JPEG_APP0  0xe0
#define JPEG_APP1  0xe1
#define JPEG_APP2  0xe2
#define JPEG_APP13 0xed
#define JPEG_APP14 0xee
#define JPEG_APP15 0xef
#define JPEG_COM   0xfe

/* JFIF without a thumbnail: name, version, density, two zeros. */
#define JFIF_SIZE 14
/* "Adobe" and how the colours are stored. */
#define ADOBE_SIZE 12

/* Chunks that only help to draw the picture, animations included. */
static const char png_harmless[][5] = {
    "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA",
    "iCCP", "sBIT", "sRGB", "cICP", "mDCV", "cLLI", "bKGD",
    "hIST", "pHYs", "sPLT", "acTL", "fcTL", "fdAT",
};

/* EXIF's tags that tell something. */
static const struct {
    uint32_t tag;
    enum metadata_find find;
} exif_tags[] = {
    {0x010f, METADATA_DEVICE}, /* Make */
    {0x0110, METADATA_DEVICE}, /* Model */
    {0x0131, METADATA_DEVICE}, /* Software */
    {0x013c, METADATA_DEVICE}, /* HostComputer */
    {0x0132, METADATA_TIME},   /* DateTime */
    {0x013b, METADATA_PERSON}, /* Artist */
    {0x8298, METADATA_PERSON}, /* Copyright */
    {0x9c9d, METADATA_PERSON}, /* XPAuthor */
    {0x8825, METADATA_PLACE},  /* the directory of GPS */
};

/* Keywords under which programs hide other formats in PNG's text. */
static const struct {
    const char *keyword;
    enum metadata_find find;
} png_keywords[] = {
    {"XML:com.adobe.xmp", METADATA_XMP},
    {"Raw profile type xmp", METADATA_XMP},
    {"Raw profile type iptc", METADATA_IPTC},
    {"Raw profile type exif", METADATA_EXIF},
    {"Raw profile type APP1", METADATA_EXIF},
};

/* The number in size octets at offset; what is not there counts as zero. */
static uint32_t
number_at(struct byte_view octets, size_t offset, size_t size, bool little)
{
    struct byte_view part = byte_view_slice(octets, offset, size);
    uint32_t value = 0;

    for (size_t i = 0; i < part.size; i++) {
        if (little)
            value |= (uint32_t)part.data[i] << (8 * i);
        else
            value = value << 8 | part.data[i];
    }
    return value;
}

static unsigned
exif_tag_means(uint32_t tag)
{
    for (size_t i = 0; i < COUNT(exif_tags); i++)
        if (exif_tags[i].tag == tag)
            return (unsigned)exif_tags[i].find;
    return 0;
}

/* EXIF is a TIFF file: the tags of its first directory, as far as tiff
 * reaches. */
static unsigned
exif_means(struct byte_view tiff)
{
    bool little = byte_view_starts_with(tiff, "II");
    size_t directory = number_at(tiff, 4, 4, little);
    size_t count = number_at(tiff, directory, 2, little);
    unsigned found = METADATA_EXIF;

    for (size_t i = 0; i < count; i++) {
        size_t entry = directory + 2 + i * 12;

        if (entry >= tiff.size)
            break;
        found |= exif_tag_means(number_at(tiff, entry, 2, little));
    }
    return found;
}

static unsigned
app0_means(struct byte_view head)
{
    static const uint8_t none[2] = {0, 0};

    if (byte_view_starts_with(head, "JFXX"))
        return METADATA_THUMBNAIL;
    if (!byte_view_starts_with(head, "JFIF"))
        return METADATA_UNKNOWN;
    /* It ends with width and height of a thumbnail, and the thumbnail. */
    if (head.size != JFIF_SIZE || memcmp(head.data + 12, none, 2) != 0)
        return METADATA_THUMBNAIL;
    return 0;
}

static unsigned
app1_means(struct byte_view head)
{
    if (byte_view_starts_with(head, "Exif"))
        return exif_means(byte_view_slice(head, 6, head.size));
    if (byte_view_starts_with(head, "http://ns.adobe.com/"))
        return METADATA_XMP;
    return METADATA_UNKNOWN;
}

static unsigned
app2_means(struct byte_view head)
{
    if (byte_view_starts_with(head, "ICC_PROFILE"))
        return 0;
    if (byte_view_starts_with(head, "MPF"))
        return METADATA_MORE_IMAGES;
    return METADATA_UNKNOWN;
}

static unsigned
app14_means(struct byte_view head)
{
    if (byte_view_starts_with(head, "Adobe") && head.size == ADOBE_SIZE)
        return 0;
    return METADATA_UNKNOWN;
}

unsigned
image_segment_jpeg(uint8_t marker, struct byte_view head)
{
    switch (marker) {
    case JPEG_APP0:
        return app0_means(head);
    case JPEG_APP1:
        return app1_means(head);
    case JPEG_APP2:
        return app2_means(head);
    case JPEG_APP13:
        return METADATA_IPTC;
    case JPEG_APP14:
        return app14_means(head);
    case JPEG_COM:
        return METADATA_COMMENT;
    default:
        if (marker > JPEG_APP0 && marker <= JPEG_APP15)
            return METADATA_UNKNOWN;
        return 0;
    }
}

static unsigned
png_text_means(struct byte_view head)
{
    for (size_t i = 0; i < COUNT(png_keywords); i++)
        if (byte_view_starts_with(head, png_keywords[i].keyword))
            return (unsigned)png_keywords[i].find;
    return METADATA_TEXT;
}

unsigned
image_segment_png(const uint8_t name[4], struct byte_view head)
{
    if (memcmp(name, "eXIf", 4) == 0)
        return exif_means(head);
    if (memcmp(name, "tEXt", 4) == 0 || memcmp(name, "zTXt", 4) == 0 ||
        memcmp(name, "iTXt", 4) == 0)
        return png_text_means(head);
    if (memcmp(name, "tIME", 4) == 0)
        return METADATA_TIME;
    for (size_t i = 0; i < COUNT(png_harmless); i++)
        if (memcmp(png_harmless[i], name, 4) == 0)
            return 0;
    return METADATA_UNKNOWN;
}
