/* What files are called in a record; whatever the local name, it may stand
 * there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bundles/publish_name.h"
#include "bundles/record_field.h"

static void
assert_text_name(size_t index, const char *language, bool is_plain,
                 const char *wanted)
{
    char name[PUBLISH_NAME_SIZE];

    publish_name_text(name, index, language, is_plain);
    assert_string_equal(name, wanted);
    assert_true(record_field_is_name(byte_view_of_text(name)));
}

static void
test_texts(void **state)
{
    (void)state;
    assert_text_name(0, "und", false, "statement.md");
    assert_text_name(0, "en", false, "statement.md");
    assert_text_name(0, "en", true, "statement.txt");
    assert_text_name(1, "ru", false, "statement.ru.md");
    assert_text_name(2, "zh-Hant-TW", true, "statement.zh-hant-tw.txt");
    assert_text_name(1, "und", false, "statement-2.md");
    assert_text_name(127, "x-abcdefgh-abcdefgh-abcdefgh-abcdef", false,
                     "statement-128.md");
}

static void
assert_attachment_name(const char *path, const char *wanted)
{
    char name[PUBLISH_NAME_SIZE];

    publish_name_attachment(name, 0, path);
    assert_string_equal(name, wanted);
    assert_true(record_field_is_name(byte_view_of_text(name)));
}

static void
test_attachments(void **state)
{
    (void)state;
    assert_attachment_name("photo.jpg", "attachment-1.jpg");
    assert_attachment_name("/home/ivanov/Draft 2.PDF", "attachment-1.pdf");
    assert_attachment_name("a.tar.gz", "attachment-1.gz");
    assert_attachment_name("noending", "attachment-1.bin");
    assert_attachment_name(".hidden", "attachment-1.bin");
    assert_attachment_name("folder.d/file", "attachment-1.bin");
    assert_attachment_name("x.ивн", "attachment-1.bin");
    assert_attachment_name("x.verylongending", "attachment-1.bin");
    assert_attachment_name("x.", "attachment-1.bin");
}

static void
assert_local_name(const char *path, const char *wanted)
{
    char name[PUBLISH_NAME_SIZE];

    assert_int_equal(publish_name_local(name, path), wanted != NULL);
    if (wanted != NULL)
        assert_string_equal(name, wanted);
}

static void
test_local_names(void **state)
{
    (void)state;
    assert_local_name("Photo 1.JPG", "photo-1.jpg");
    assert_local_name("dir/a_b-c.md", "a_b-c.md");
    assert_local_name("Протест.jpg", NULL);
    assert_local_name("x--  --y", "x-y");
    assert_local_name("con", NULL);
    assert_local_name("header.txt", NULL);
    assert_local_name("..", NULL);
    assert_local_name("", NULL);
    assert_local_name("dot.", NULL);
    assert_local_name("0123456789012345678901234567890123456789xyz",
                      "0123456789012345678901234567890123456789");
}

static void
test_types(void **state)
{
    (void)state;
    assert_string_equal(publish_name_type("a.jpeg", METADATA_OTHER),
                        "image/jpeg");
    assert_string_equal(publish_name_type("a.bin", METADATA_PNG), "image/png");
    assert_string_equal(publish_name_type("A.DOCX", METADATA_OTHER),
                        "application/vnd.openxmlformats-officedocument."
                        "wordprocessingml.document");
    assert_string_equal(publish_name_type("a", METADATA_OTHER),
                        "application/octet-stream");
    assert_true(record_field_is_type(
        byte_view_of_text(publish_name_type("a.docx", METADATA_OTHER))));
    assert_true(publish_name_is_image("x/Y.PNG"));
    assert_true(publish_name_is_image("y.jpeg"));
    assert_false(publish_name_is_image("png"));
    assert_false(publish_name_is_image("y.png.gz"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_attachments),
        cmocka_unit_test(test_local_names),
        cmocka_unit_test(test_types),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
