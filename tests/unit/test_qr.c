/* QR codes: a picture that is square, framed, and has its three corners. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/qr.h"
#include "core/entropy.h"

static void
require_qr(void)
{
    if (!qr_is_there())
        skip();
}

/* A finder: a dark frame of 7, a light one of 5, a dark square of 3. */
static void
expect_finder(const struct qr *qr, size_t top, size_t left)
{
    for (size_t row = 0; row < 7; row++)
        for (size_t column = 0; column < 7; column++) {
            size_t far = row < 3 ? 3 - row : row - 3;
            size_t aside = column < 3 ? 3 - column : column - 3;
            size_t ring = far > aside ? far : aside;

            assert_int_equal(
                qr->modules[(top + row) * qr->width + left + column],
                ring != 2);
        }
}

static void
test_picture(void **state)
{
    struct byte_buf text;
    struct qr qr;
    size_t lines = 0;

    (void)state;
    require_qr();
    assert_int_equal(qr_make(&qr, "REVOKE 00 ABCDEFGH", 80), STATUS_OK);
    assert_int_equal(qr.width % 4, 1);
    expect_finder(&qr, 0, 0);
    expect_finder(&qr, 0, qr.width - 7);
    expect_finder(&qr, qr.width - 7, 0);
    byte_buf_init(&text, (size_t)1 << 20);
    assert_int_equal(qr_write(&text, &qr, QR_ON_WHITE), STATUS_OK);
    for (size_t i = 0; i < text.size; i++)
        lines += text.data[i] == '\n';
    assert_int_equal(lines, (qr.width + 2 * QR_MARGIN + 1) / 2);
    /* The margin, and the upper left finder below it. */
    assert_true(byte_view_starts_with(byte_view_of_buf(&text), "     "));
    assert_non_null(strstr(byte_buf_text(&text),
                           "\n    \xe2\x96\x88\xe2\x96\x80\xe2\x96\x80"));
    byte_buf_clear(&text);
    assert_int_equal(qr_write(&text, &qr, QR_ON_BLACK), STATUS_OK);
    assert_true(byte_view_starts_with(byte_view_of_buf(&text),
                                      "\xe2\x96\x88\xe2\x96\x88"));
    byte_buf_clear(&text);
    assert_int_equal(qr_write_path(&text, &qr), STATUS_OK);
    assert_true(byte_view_starts_with(byte_view_of_buf(&text), "M0 0h7v1h-7z"));
    byte_buf_release(&text);
    qr_release(&qr);
}

static void
test_limits(void **state)
{
    char text[4097];
    struct qr qr;

    (void)state;
    require_qr();
    memset(text, 'A', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(qr_make(&qr, text, 1000), STATUS_OK);
    qr_release(&qr);
    assert_int_equal(qr_make(&qr, text, 80), STATUS_TOO_LARGE);
    qr_release(&qr);
    memset(text, 'a', sizeof(text) - 1);
    assert_int_equal(qr_make(&qr, text, 1000), STATUS_TOO_LARGE);
    qr_release(&qr);
    qr_release(&qr);
}

/* What a p2pub without libqrencode says. */
static void
test_without(void **state)
{
    struct qr qr;

    (void)state;
    if (qr_is_there())
        skip();
    assert_int_equal(qr_make(&qr, "A", 80), STATUS_NOT_FOUND);
    qr_release(&qr);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_picture),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_without),
    };

    /* Memory for secrets needs it. */
    if (entropy_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests_name("qr", tests, NULL, NULL);
}
