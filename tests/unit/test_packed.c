/* The plain form of what is packed: hashes left out and filled in again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/limits.h"
#include "net/packed.h"
#include "net/short_form.h"
#include "tests/unit/alloc_each.h"
#include "tests/unit/records.h"
#include "tests/unit/test_support.h"

/* b2sum -l 256 of "abc" and of "xyz". */
#define HASH_ABC \
    "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"
#define HASH_XYZ \
    "8f6aeaf6a3fd8b9ba6dcd0d46b2b3b8f5b5a4cf2b5ad3f3b0b0b2ad4f0a0c0de"

static const char head[] = "p2pub1 statement\n"
                           "key " RECORDS_KEY_1 "\n"
                           "date 2024-10-04\n"
                           "sequence 1\n"
                           "title BLAKE2b-256 (statement.md) = \n";
static const char first_file[] = "file statement.md en text/markdown 3 -\n"
                                 "BLAKE2b-256 (statement.md) = ";
static const char second_file[] = "file photo.jpg - image/jpeg 3 -\n"
                                  "BLAKE2b-256 (photo.jpg) = ";

/* A RECORD's body: signatures of zeros, what is given, then chunks. */
static void
make_body(struct byte_buf *body, const char *header,
          const struct message_chunk *chunks, size_t count)
{
    static const uint8_t signatures[RECORD_SIGNATURES_SIZE];
    struct message_draft draft;
    struct byte_buf message;
    struct byte_buf wire;

    byte_buf_init(&wire, RECORD_WIRE_MAX);
    byte_buf_init(&message, MESSAGE_HEAD_SIZE + MESSAGE_BODY_MAX);
    assert_int_equal(
        byte_buf_append(&wire, byte_view_of(signatures, sizeof(signatures))),
        STATUS_OK);
    assert_int_equal(byte_buf_append_text(&wire, header), STATUS_OK);
    message_begin(&draft, &message, MESSAGE_RECORD);
    message_put_wire(&draft, byte_view_of_buf(&wire));
    for (size_t i = 0; i < count; i++)
        message_put_inline(&draft, &chunks[i]);
    assert_int_equal(message_end(&draft), STATUS_OK);
    assert_int_equal(
        byte_buf_set(body, byte_view_slice(byte_view_of_buf(&message),
                                           MESSAGE_HEAD_SIZE, message.size)),
        STATUS_OK);
    byte_buf_release(&message);
    byte_buf_release(&wire);
}

/* body comes back from its short form. */
static void
check_short(struct byte_view body)
{
    struct byte_buf shorter;
    struct byte_buf out;

    byte_buf_init(&shorter, MESSAGE_BODY_MAX);
    byte_buf_init(&out, MESSAGE_BODY_MAX);
    assert_int_equal(packed_shorten(&shorter, body), STATUS_OK);
    assert_in_range(shorter.size, 1, body.size - 1);
    assert_int_equal(packed_lengthen(&out, byte_view_of_buf(&shorter)),
                     STATUS_OK);
    assert_true(byte_view_equal(byte_view_of_buf(&out), body));
    byte_buf_release(&shorter);
    byte_buf_release(&out);
}

/* The body with header whole says the same as that with spare. */
static void
check(const char *whole, const char *spare, const struct message_chunk *chunks,
      size_t count)
{
    struct byte_buf long_body;
    struct byte_buf short_body;
    struct byte_buf out;

    byte_buf_init(&long_body, MESSAGE_BODY_MAX);
    byte_buf_init(&short_body, MESSAGE_BODY_MAX);
    byte_buf_init(&out, MESSAGE_BODY_MAX);
    make_body(&long_body, whole, chunks, count);
    make_body(&short_body, spare, chunks, count);
    assert_int_equal(packed_leave_out(&out, byte_view_of_buf(&long_body)),
                     STATUS_OK);
    assert_true(
        byte_view_equal(byte_view_of_buf(&out), byte_view_of_buf(&short_body)));
    byte_buf_clear(&out);
    assert_int_equal(packed_fill_in(&out, byte_view_of_buf(&short_body)),
                     STATUS_OK);
    assert_true(
        byte_view_equal(byte_view_of_buf(&out), byte_view_of_buf(&long_body)));
    check_short(byte_view_of_buf(&long_body));
    byte_buf_release(&long_body);
    byte_buf_release(&short_body);
    byte_buf_release(&out);
}

/* head, then the first file and the second with these hashes. */
static const char *
header_of(const char *first, const char *second)
{
    static char texts[2][2048];
    static unsigned turn;
    char *text = texts[turn++ % 2];

    (void)snprintf(text, sizeof(texts[0]), "%s%s%s\n%s%s\n", head, first_file,
                   first, second_file, second);
    return text;
}

static void
test_hashes_of_what_travels_along(void **state)
{
    const struct message_chunk abc = {
        .file = 0, .encoding = 0, .stored = byte_view_of_text("abc")};
    const struct message_chunk packed = {
        .file = 1, .encoding = 1, .stored = byte_view_of_text("abc")};
    const struct message_chunk both[] = {
        {.file = 1, .encoding = 0, .stored = byte_view_of_text("abc")}, abc};
    const struct message_chunk mixed[] = {packed, abc};

    (void)state;
    check(header_of(HASH_ABC, HASH_XYZ), header_of("", HASH_XYZ), &abc, 1);
    check(header_of(HASH_ABC, HASH_XYZ), header_of(HASH_ABC, HASH_XYZ), NULL,
          0);
    check(header_of(HASH_ABC, HASH_ABC), header_of("", ""), both, 2);
    check(header_of(HASH_ABC, HASH_XYZ), header_of("", HASH_XYZ), mixed, 2);
}

static void
refuse(const char *header, const struct message_chunk *chunks, size_t count)
{
    struct byte_buf body;
    struct byte_buf out;

    byte_buf_init(&body, MESSAGE_BODY_MAX);
    byte_buf_init(&out, 2 * MESSAGE_BODY_MAX);
    make_body(&body, header, chunks, count);
    assert_int_equal(packed_fill_in(&out, byte_view_of_buf(&body)),
                     STATUS_MALFORMED);
    assert_int_equal(out.size, 0);
    byte_buf_release(&body);
    byte_buf_release(&out);
}

static void
test_hashes_that_nobody_knows(void **state)
{
    const struct message_chunk abc = {
        .file = 0, .encoding = 0, .stored = byte_view_of_text("abc")};
    const struct message_chunk packed = {
        .file = 0, .encoding = 1, .stored = byte_view_of_text("abc")};
    static char many[RECORD_WIRE_MAX];
    size_t size = 0;

    (void)state;
    refuse(header_of("", HASH_XYZ), NULL, 0);
    refuse(header_of("", HASH_XYZ), &packed, 1);
    refuse(header_of(HASH_ABC, ""), &abc, 1);
    /* More lines than a record has files. */
    while (size + sizeof(second_file) + 64 < RECORD_WIRE_MAX / 2)
        size += (size_t)snprintf(many + size, sizeof(many) - size,
                                 "BLAKE2b-256 (a) = %s\n",
                                 size < 12000 / 4 ? HASH_ABC : "");
    refuse(many, &abc, 1);
}

/* Filled in it is too long for a record. */
static void
test_too_long(void **state)
{
    const struct message_chunk abc = {
        .file = 0, .encoding = 0, .stored = byte_view_of_text("abc")};
    static char header[RECORD_WIRE_MAX];
    size_t size;

    (void)state;
    memset(header, 'a', sizeof(header));
    size = RECORD_HEADER_MAX - sizeof(first_file) - 60;
    memcpy(header + size, "\n", 1);
    (void)snprintf(header + size + 1, sizeof(header) - size - 1, "%s\n",
                   first_file);
    assert_in_range(strlen(header), 1, RECORD_HEADER_MAX);
    refuse(header, &abc, 1);
}

static void
refuse_head(const char *hex)
{
    uint8_t octets[32];
    struct message_packed packed;
    size_t size = test_unhex(octets, sizeof(octets), hex);

    assert_int_equal(packed_read(&packed, byte_view_of(octets, size)),
                     STATUS_MALFORMED);
}

static void
test_heads(void **state)
{
    struct message_packed packed;
    uint8_t octets[32];
    size_t size = test_unhex(octets, sizeof(octets), "82 80 80 03 aa bb");

    (void)state;
    assert_int_equal(packed_read(&packed, byte_view_of(octets, size)),
                     STATUS_OK);
    assert_int_equal(packed.kind, STREAM_ZSTD);
    assert_true(packed.begins);
    assert_int_equal(packed.plain_size, STREAM_PLAIN_MAX);
    assert_int_equal(packed.packed.size, 2);
    octets[0] = 1;
    assert_int_equal(packed_read(&packed, byte_view_of(octets, size)),
                     STATUS_OK);
    assert_int_equal(packed.kind, STREAM_DEFLATE);
    assert_false(packed.begins);

    refuse_head("");
    refuse_head("01");
    refuse_head("01 02");
    refuse_head("00 02 aa");
    refuse_head("80 02 aa");
    refuse_head("03 02 aa");
    refuse_head("41 02 aa");
    refuse_head("01 00 aa");
    refuse_head("01 01 aa");
    refuse_head("01 81 80 03 aa"); /* one too many */
    refuse_head("01 82 00 aa");    /* not the shortest form */
    refuse_head("01 80 80 80 80 80 80 aa");
}

/* Each mark of the short form, cut and whole; and what is none. */
static void
test_short_marks(void **state)
{
    static const struct {
        const char *form;
        const char *text; /* NULL: refused */
    } cases[] = {
        {"", ""},
        {"title \xc3\xa9\n", "title \xc3\xa9\n"},
        {"\003x", "p2pub1 cosign\nkey x"},
        {"\004\005\006\007", "\ndate \nsequence \nprevious \nsigns "},
        {"\001"
         "0123456789abcdef0123456789ABCDEF\n",
         "3031323334353637383961626364656630313233343536373839414243444546\n"},
        {"\001"
         "0123456789abcdef0123456789ABCDE",
         NULL},
        {"\002"
         "\001\002\003\004\005\006\007\010"
         "0123456789abcdef0123456789ABCDEF",
         "RWQBAgMEBQYHCDAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5QUJDREVG"},
        {"\002"
         "0123456789abcdef0123456789ABCDEF1234567",
         NULL},
        {"a\010", NULL},
        {"\t", NULL},
        {"\037", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct writer writer;
        struct byte_buf out;

        byte_buf_init(&out, 4096);
        writer_init(&writer, &out);
        short_form_read(&writer, byte_view_of_text(cases[i].form));
        assert_int_equal(writer_status(&writer),
                         cases[i].text == NULL ? STATUS_MALFORMED : STATUS_OK);
        if (cases[i].text != NULL)
            assert_true(
                byte_view_equal_text(byte_view_of_buf(&out), cases[i].text));
        byte_buf_release(&out);
    }
}

static struct byte_buf
shorten(const char *text, enum status expected)
{
    struct writer writer;
    struct byte_buf out;

    byte_buf_init(&out, 4096);
    writer_init(&writer, &out);
    short_form_write(&writer, byte_view_of_text(text));
    assert_int_equal(writer_status(&writer), expected);
    return out;
}

/* What looks like an id or a key and is none stays. */
static void
test_short_form_of_text(void **state)
{
    static const struct {
        const char *text;
        size_t size; /* of the short form */
    } cases[] = {
        {"key " RECORDS_KEY_1 "\n", 4 + 41 + 1},
        /* Not in a place where a word begins. */
        {"signatory=" RECORDS_KEY_1, 10 + 56},
        {"previous " HASH_ABC "\n", 9 + 33 + 1},
        {"previous " HASH_ABC "a\n", 9 + 33 + 2},
        {"title Edited\ndate 2024", 6 + 6 + 1 + 4},
        {"RWxx", 4},
        {"BLAKE2b-256 (a) = " HASH_XYZ "\n", 18 + 33 + 1},
        {"p2pub1 cosign\nkey " RECORDS_KEY_2 "\nsigns " HASH_ABC "\n",
         1 + 41 + 1 + 33 + 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct byte_buf out = shorten(cases[i].text, STATUS_OK);
        struct byte_buf back;
        struct writer writer;

        assert_int_equal(out.size, cases[i].size);
        byte_buf_init(&back, 4096);
        writer_init(&writer, &back);
        short_form_read(&writer, byte_view_of_buf(&out));
        assert_true(
            byte_view_equal_text(byte_view_of_buf(&back), cases[i].text));
        byte_buf_release(&back);
        byte_buf_release(&out);
    }
    /* No header has such octets. */
    for (int mark = 1; mark < ' '; mark++) {
        const char text[] = {'a', ' ', (char)mark, '\0'};
        struct byte_buf out =
            shorten(text, mark == '\n' ? STATUS_OK : STATUS_MALFORMED);

        byte_buf_release(&out);
    }
}

/* A short form that stands for more than a record may have. */
static void
test_too_much_for_a_record(void **state)
{
    char form[RECORD_WIRE_MAX];
    struct byte_buf body;
    struct byte_buf out;

    (void)state;
    byte_buf_init(&body, MESSAGE_BODY_MAX);
    byte_buf_init(&out, 2 * MESSAGE_BODY_MAX);
    for (size_t size = 8; size < 16000; size = 2 * size) {
        memset(form, 3, size);
        form[size] = '\0';
        make_body(&body, form, NULL, 0);
        assert_int_equal(packed_lengthen(&out, byte_view_of_buf(&body)),
                         size * 18 + RECORD_SIGNATURES_SIZE <= RECORD_WIRE_MAX
                             ? STATUS_OK
                             : STATUS_MALFORMED);
        byte_buf_clear(&out);
    }
    byte_buf_release(&body);
    byte_buf_release(&out);
}

static enum status
go_round_short(void *context)
{
    const struct byte_view *body = context;
    struct byte_buf out;
    struct byte_buf back;
    enum status status;

    byte_buf_init(&out, MESSAGE_BODY_MAX);
    byte_buf_init(&back, MESSAGE_BODY_MAX);
    status = packed_shorten(&out, *body);
    if (status == STATUS_OK)
        status = packed_lengthen(&back, byte_view_of_buf(&out));
    byte_buf_release(&out);
    byte_buf_release(&back);
    return status;
}

static enum status
go_round(void *context)
{
    const struct byte_view *body = context;
    struct byte_buf out;
    struct byte_buf back;
    enum status status;

    byte_buf_init(&out, MESSAGE_BODY_MAX);
    byte_buf_init(&back, MESSAGE_BODY_MAX);
    status = packed_leave_out(&out, *body);
    if (status == STATUS_OK)
        status = packed_fill_in(&back, byte_view_of_buf(&out));
    byte_buf_release(&out);
    byte_buf_release(&back);
    return status;
}

static void
test_no_memory(void **state)
{
    const struct message_chunk abc = {
        .file = 0, .encoding = 0, .stored = byte_view_of_text("abc")};
    struct byte_buf body;
    struct byte_view view;

    (void)state;
    byte_buf_init(&body, MESSAGE_BODY_MAX);
    make_body(&body, header_of(HASH_ABC, HASH_XYZ), &abc, 1);
    view = byte_view_of_buf(&body);
    test_alloc_each(go_round, &view);
    test_alloc_each(go_round_short, &view);
    byte_buf_release(&body);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hashes_of_what_travels_along),
        cmocka_unit_test(test_hashes_that_nobody_knows),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_heads),
        cmocka_unit_test(test_short_marks),
        cmocka_unit_test(test_short_form_of_text),
        cmocka_unit_test(test_too_much_for_a_record),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
