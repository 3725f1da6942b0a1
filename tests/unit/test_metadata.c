/* What photographs betray: every kind of segment, any split, any cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/metadata.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/images.h"
#include "tests/unit/shared.h"

#define VIEW(array) byte_view_of(array, sizeof(array))

/* Of a string literal, without the zero behind it. */
#define LITERAL(text) byte_view_of(text, sizeof(text) - 1)

/* What is found in octets that come in pieces of size. */
static unsigned
found_in_pieces(struct byte_view octets, size_t size, enum metadata_type *type)
{
    struct metadata metadata;

    metadata_init(&metadata);
    for (size_t at = 0; at < octets.size; at += size)
        metadata_add(&metadata, byte_view_slice(octets, at, size));
    metadata_finish(&metadata);
    *type = metadata.type;
    return metadata.found;
}

/* The same in one piece, after every small size of pieces gave the same. */
static unsigned
found_in(struct byte_view octets, enum metadata_type *type)
{
    unsigned found = found_in_pieces(octets, octets.size + 1, type);

    for (size_t size = 1; size < 20; size++) {
        enum metadata_type other;

        assert_int_equal(found_in_pieces(octets, size, &other), found);
        assert_int_equal(other, *type);
    }
    return found;
}

static void
assert_jpeg_with(struct byte_view segment, unsigned wanted)
{
    uint8_t image[8192];
    enum metadata_type type;
    size_t size = images_insert(image, sizeof(image), VIEW(images_jpeg),
                                IMAGES_JPEG_SEGMENT, segment);

    assert_int_equal(found_in(byte_view_of(image, size), &type), wanted);
    assert_int_equal(type, METADATA_JPEG);
}

static void
assert_png_with(struct byte_view chunk, unsigned wanted)
{
    uint8_t image[8192];
    enum metadata_type type;
    size_t size = images_insert(image, sizeof(image), VIEW(images_png),
                                IMAGES_PNG_CHUNK, chunk);

    assert_int_equal(found_in(byte_view_of(image, size), &type), wanted);
    assert_int_equal(type, METADATA_PNG);
}

static void
test_plain_pictures_pass(void **state)
{
    enum metadata_type type;

    (void)state;
    assert_int_equal(found_in(VIEW(images_jpeg), &type), 0);
    assert_int_equal(type, METADATA_JPEG);
    assert_int_equal(found_in(VIEW(images_png), &type), 0);
    assert_int_equal(type, METADATA_PNG);
}

static void
test_other_types_are_not_examined(void **state)
{
    static const char *const others[] = {
        "",
        "\xff",
        "\x89",
        "\x89P",
        "%PDF-1.7 Exif",
        "GIF89a",
        "\x89PNG\r\n",
        "\x89PNG\n\x1a\nxxxxxxxxxx",
    };
    enum metadata_type type;

    (void)state;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_int_equal(found_in(byte_view_of_text(others[i]), &type), 0);
        assert_int_equal(type, METADATA_OTHER);
    }
}

static void
test_jpeg_segments(void **state)
{
    (void)state;
    assert_jpeg_with(LITERAL("\xff\xe1\0\x0e"
                             "Exif\0\0II*\0\0\0"),
                     METADATA_EXIF);
    assert_jpeg_with(LITERAL("\xff\xff\xff\xe1\0\x1f"
                             "http://ns.adobe.com/xap/1.0/\0"),
                     METADATA_XMP);
    assert_jpeg_with(LITERAL("\xff\xe1\0\x03?"), METADATA_UNKNOWN);
    assert_jpeg_with(LITERAL("\xff\xe1\0\x02"), METADATA_UNKNOWN);
    assert_jpeg_with(LITERAL("\xff\xed\0\x10"
                             "Photoshop 3.0\0"),
                     METADATA_IPTC);
    assert_jpeg_with(LITERAL("\xff\xfe\0\x04hi"), METADATA_COMMENT);
    assert_jpeg_with(LITERAL("\xff\xe2\0\x06MPF\0"), METADATA_MORE_IMAGES);
    assert_jpeg_with(LITERAL("\xff\xe2\0\x10"
                             "ICC_PROFILE\0\1\1"),
                     0);
    assert_jpeg_with(LITERAL("\xff\xe2\0\x06????"), METADATA_UNKNOWN);
    assert_jpeg_with(LITERAL("\xff\xee\0\x0e"
                             "Adobe\0d\0\0\0\0\1"),
                     0);
    assert_jpeg_with(LITERAL("\xff\xee\0\x0f"
                             "Adobe\0d\0\0\0\0\1!"),
                     METADATA_UNKNOWN);
    assert_jpeg_with(LITERAL("\xff\xe0\0\x06JFXX"), METADATA_THUMBNAIL);
    assert_jpeg_with(LITERAL("\xff\xe0\0\x10"
                             "JFIF\0\1\2\0\0\1\0\1\0\0"),
                     0);
    assert_jpeg_with(LITERAL("\xff\xe0\0\x13"
                             "JFIF\0\1\2\0\0\1\0\1\1\1rgb"),
                     METADATA_THUMBNAIL);
    assert_jpeg_with(LITERAL("\xff\xe0\0\x11"
                             "JFIF\0\1\2\0\0\1\0\1\0\0!"),
                     METADATA_THUMBNAIL);
    assert_jpeg_with(LITERAL("\xff\xeb\0\x04JP"), METADATA_UNKNOWN);
    assert_jpeg_with(LITERAL("\xff\x01"), 0);
}

static void
test_malformed_jpeg(void **state)
{
    (void)state;
    assert_jpeg_with(LITERAL("x"), METADATA_BROKEN);
    assert_jpeg_with(LITERAL("\xff\x02\0\x02"), METADATA_BROKEN);
    assert_jpeg_with(LITERAL("\xff\xd8"), METADATA_BROKEN);
    assert_jpeg_with(LITERAL("\xff\xe1\0\1"), METADATA_BROKEN);
    assert_jpeg_with(LITERAL("\xff\xe1\xff\xff"
                             "Exif"),
                     METADATA_BROKEN);
}

/* EXIF's first directory with two tags, in both orders of octets. */
static void
test_exif_directory(void **state)
{
    (void)state;
    assert_png_with(LITERAL("\0\0\0\x26"
                            "eXIfMM\0*\0\0\0\x08\0\x02"
                            "\x01\x0f\0\2\0\0\0\1x\0\0\0"
                            "\x88\x25\0\4\0\0\0\1\0\0\0\0"
                            "\0\0\0\0....."),
                    METADATA_EXIF | METADATA_DEVICE | METADATA_PLACE |
                        METADATA_BROKEN);
    assert_jpeg_with(LITERAL("\xff\xe1\0\x2e"
                             "Exif\0\0II*\0\x08\0\0\0\x02\0"
                             "\x32\x01\2\0\1\0\0\0x\0\0\0"
                             "\x3b\x01\2\0\1\0\0\0x\0\0\0"
                             "\0\0\0\0"),
                     METADATA_EXIF | METADATA_TIME | METADATA_PERSON);
    /* A directory that lies about its place and its length. */
    assert_jpeg_with(LITERAL("\xff\xe1\0\x12"
                             "Exif\0\0II*\0\x08\0\0\0\xff\xff"),
                     METADATA_EXIF);
    assert_jpeg_with(LITERAL("\xff\xe1\0\x12"
                             "Exif\0\0II*\0\xff\xff\xff\xff\xff\xff"),
                     METADATA_EXIF);
}

static void
test_png_chunks(void **state)
{
    (void)state;
    assert_png_with(LITERAL("\0\0\0\6tEXtAuthor...."), METADATA_TEXT);
    assert_png_with(LITERAL("\0\0\0\2zTXta\0...."), METADATA_TEXT);
    assert_png_with(LITERAL("\0\0\0\x12iTXtXML:com.adobe.xmp\0...."),
                    METADATA_XMP);
    assert_png_with(LITERAL("\0\0\0\x16zTXtRaw profile type iptc\0...."),
                    METADATA_IPTC);
    assert_png_with(LITERAL("\0\0\0\x16tEXtRaw profile type exif\0...."),
                    METADATA_EXIF);
    assert_png_with(LITERAL("\0\0\0\7tIME\7\xe7\6\x1a\0\0\0...."),
                    METADATA_TIME);
    assert_png_with(LITERAL("\0\0\0\4gAMA\0\0\xb1\x8f...."), 0);
    assert_png_with(LITERAL("\0\0\0\0caBX...."), METADATA_UNKNOWN);
    assert_png_with(LITERAL("\x80\0\0\0tEXt...."), METADATA_BROKEN);
    assert_png_with(LITERAL("\x7f\xff\xff\xfftEXt...."), METADATA_BROKEN);
}

/* A file that ends before its end, at every octet. */
static void
test_cut(void **state)
{
    enum metadata_type type;

    (void)state;
    for (size_t size = 2; size < sizeof(images_jpeg); size++)
        assert_int_equal(found_in(byte_view_of(images_jpeg, size), &type) &
                             METADATA_BROKEN,
                         METADATA_BROKEN);
    for (size_t size = 8; size < sizeof(images_png); size++)
        assert_int_equal(found_in(byte_view_of(images_png, size), &type) &
                             METADATA_BROKEN,
                         METADATA_BROKEN);
}

static void
test_octets_behind_the_end(void **state)
{
    uint8_t image[1024];
    enum metadata_type type;
    size_t size;

    (void)state;
    size = images_insert(image, sizeof(image), VIEW(images_jpeg),
                         sizeof(images_jpeg), LITERAL("\n"));
    assert_int_equal(found_in(byte_view_of(image, size), &type),
                     METADATA_TRAILING);
    size = images_insert(image, sizeof(image), VIEW(images_png),
                         sizeof(images_png), LITERAL("PK\3\4"));
    assert_int_equal(found_in(byte_view_of(image, size), &type),
                     METADATA_TRAILING);
}

static void
test_words(void **state)
{
    struct byte_buf words;

    (void)state;
    byte_buf_init(&words, 1024);
    assert_int_equal(metadata_describe(&words, 0), STATUS_OK);
    assert_int_equal(words.size, 0);
    assert_int_equal(metadata_describe(&words, METADATA_EXIF | METADATA_PLACE |
                                                   METADATA_COMMENT),
                     STATUS_OK);
    assert_string_equal(byte_buf_text(&words),
                        "EXIF, the place (GPS), a comment");
    byte_buf_release(&words);

    for (unsigned bit = METADATA_EXIF; bit <= METADATA_BROKEN; bit <<= 1)
        assert_true(strlen(metadata_words((enum metadata_find)bit)) > 2);
}

static enum status
describe_all(void *context)
{
    struct byte_buf words;
    enum status status;

    (void)context;
    byte_buf_init(&words, 1024);
    status = metadata_describe(&words, (unsigned)METADATA_BROKEN * 2 - 1);
    byte_buf_release(&words);
    return status;
}

static void
test_each_allocation(void **state)
{
    (void)state;
    test_alloc_each(describe_all, NULL);
}

static void
assert_vector(const char *name, unsigned all_of, unsigned none_of)
{
    enum metadata_type type;
    size_t size;
    uint8_t *octets = shared_read(name, &size);
    unsigned found;

    if (octets == NULL)
        skip();
    found = found_in_pieces(byte_view_of(octets, size), 4096, &type);
    free(octets);
    assert_int_not_equal(type, METADATA_OTHER);
    assert_int_equal(found & all_of, all_of);
    assert_int_equal(found & none_of, 0);
}

static void
test_vectors(void **state)
{
    const unsigned everything = (unsigned)METADATA_BROKEN * 2 - 1;

    (void)state;
    assert_vector("vectors/exif/own.jpg", 0, everything);
    assert_vector("vectors/exif/own.png", 0, everything);
    assert_vector("vectors/exif/own-gps.jpg",
                  METADATA_EXIF | METADATA_PLACE | METADATA_DEVICE |
                      METADATA_PERSON | METADATA_XMP | METADATA_IPTC |
                      METADATA_COMMENT,
                  METADATA_BROKEN);
    assert_vector("vectors/exif/own-gps.png",
                  METADATA_EXIF | METADATA_PLACE | METADATA_XMP | METADATA_TEXT,
                  METADATA_BROKEN);
    assert_vector("vectors/exif/camera-gps-DSCN0010.jpg",
                  METADATA_EXIF | METADATA_PLACE | METADATA_DEVICE |
                      METADATA_TIME,
                  METADATA_BROKEN);
    assert_vector("vectors/exif/camera-Canon_40D.jpg",
                  METADATA_EXIF | METADATA_DEVICE | METADATA_TIME,
                  METADATA_BROKEN);
    assert_vector("vectors/exif/invalid-image01137.jpg", METADATA_XMP, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_pictures_pass),
        cmocka_unit_test(test_other_types_are_not_examined),
        cmocka_unit_test(test_jpeg_segments),
        cmocka_unit_test(test_malformed_jpeg),
        cmocka_unit_test(test_exif_directory),
        cmocka_unit_test(test_png_chunks),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_octets_behind_the_end),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_each_allocation),
        cmocka_unit_test(test_vectors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
