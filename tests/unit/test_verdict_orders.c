/* A verdict is a function of the records that are there, in any order of
 * arrival: of whole pages of JSON, about every record there is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "bundles/statement.h"
#include "bundles/trust.h"
#include "bundles/verdict.h"
#include "cli/document.h"
#include "core/bytes.h"
#include "core/limits.h"
#include "tests/unit/orders.h"
#include "tests/unit/records.h"
#include "tests/unit/test_support.h"

#define PILE_MAX 24

static struct record *pile[PILE_MAX];
static size_t pile_count;
static struct trust *trust;

static int
set_up(void **state)
{
    static const char follows[] =
        RECORDS_KEY_1 " - One\n" RECORDS_KEY_3 " - Three\n";

    (void)state;
    pile_count = 0;
    assert_int_equal(trust_new(&trust), STATUS_OK);
    assert_int_equal(trust_parse(trust, byte_view_of_text(follows)), STATUS_OK);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < pile_count; i++)
        record_free(pile[i]);
    trust_free(trust);
    return 0;
}

/* Append lines, in which a letter behind @ stands for the id of the record that
 * was put on the pile so many before: @a for the last one. */
static void
append_lines(struct byte_buf *header, const char *lines)
{
    for (; *lines != '\0'; lines++) {
        char text[RECORD_ID_TEXT_SIZE] = {*lines};

        if (*lines == '@')
            record_id_format(
                record_id(pile[pile_count - 1 - (size_t)(*++lines - 'a')]),
                text);
        assert_int_equal(byte_buf_append(header, byte_view_of_text(text)),
                         STATUS_OK);
    }
}

/* Put the record of key number of this kind and number on the pile. */
static void
add(uint8_t number, const char *kind, unsigned sequence, const char *lines)
{
    static const char *const keys[] = {"", RECORDS_KEY_1, RECORDS_KEY_2,
                                       RECORDS_KEY_3, RECORDS_KEY_4};
    struct byte_buf header;
    char first[160];

    (void)snprintf(first, sizeof(first),
                   "p2pub1 %s\nkey %s\ndate 2026-01-0%u\nsequence %u\n", kind,
                   keys[number], (unsigned)number, sequence);
    byte_buf_init(&header, RECORD_HEADER_MAX);
    assert_int_equal(byte_buf_append(&header, byte_view_of_text(first)),
                     STATUS_OK);
    append_lines(&header, lines);
    assert_int_equal(byte_buf_append(&header, byte_view_of("", 1)), STATUS_OK);
    assert_true(pile_count < PILE_MAX);
    pile[pile_count++] = records_seal((const char *)header.data, number);
    byte_buf_release(&header);
}

static json_t *
document_of(struct store *store, const struct record *record)
{
    json_t *object = json_object();
    struct statement statement;
    struct verdict verdict;
    struct store_row row;
    json_t *revoked;
    enum status status;

    assert_int_equal(store_get_row(store, record_id(record), &row), STATUS_OK);
    status = statement_read(&statement, record);
    assert_int_equal(verdict_make(&verdict, store, trust, record, row.state),
                     STATUS_OK);
    document_add_verdict(object, record,
                         status == STATUS_OK ? &statement : NULL, &verdict);
    (void)json_object_set_new(object, "verdict",
                              json_string(document_standing(verdict.standing)));
    /* The one thing that goes by what came first. */
    revoked = json_object_get(object, "revoked");
    if (json_is_object(revoked))
        assert_int_equal(json_object_del(revoked, "came_before"), 0);
    verdict_release(&verdict);
    statement_release(&statement);
    return object;
}

/* An orders_tell: the verdicts about the first *context records of the pile,
 * or of all for 0. */
static char *
tell(void *context, struct store *store)
{
    const size_t *count = context;
    json_t *all = json_array();
    char *text;

    for (size_t i = 0; i < (*count == 0 ? pile_count : *count); i++)
        (void)json_array_append_new(all, document_of(store, pile[i]));
    text = json_dumps(all, JSON_SORT_KEYS | JSON_INDENT(1));
    json_decref(all);
    return text;
}

static void
check(size_t told_count)
{
    orders_check(pile, pile_count, tell, &told_count);
}

/* Two of three sign, one of them takes it back, and takes that back; all that
 * is told of the statement in all 5,040 orders. */
static void
test_joint(void **state)
{
    (void)state;
    add(1, "statement", 1,
        "title Joint\nsignatory " RECORDS_KEY_2 " Two\nsignatory " RECORDS_KEY_3
        " Three\nsignatory " RECORDS_KEY_4 " Four\n");
    add(2, "cosign", 0, "signs @a\n");
    add(3, "cosign", 0, "signs @b\n");
    add(3, "withdraw", 0, "withdraws @a\nreason Not asked\n");
    add(3, "withdraw", 0, "withdraws @a\nreason Asked now\n");
    add(3, "withdraw", 0, "withdraws @c\nreason Once more\n");
    add(1, "withdraw", 2, "previous @f\nwithdraws @f\nreason Wrong\n");
    check(1);
}

/* A chain of corrections that forks, one of its ends withdrawn, a translation
 * by another key, and the key revoked. */
static void
test_corrected(void **state)
{
    (void)state;
    add(1, "statement", 1, "title First\n");
    add(1, "statement", 2, "previous @a\ntitle Second\nreplaces @a\n");
    add(1, "statement", 3, "previous @a\ntitle Third\nreplaces @b\n");
    add(1, "withdraw", 4, "previous @a\nwithdraws @a\nreason Hasty\n");
    add(3, "statement", 1, "title Premier\ntranslates @d\n");
    add(2, "statement", 1, "title Thief\nreplaces @e\n");
    add(1, "revoke", 0, "reason Stolen\n");
    check(1);
}

/* More records than all orders can be tried of: what is told of each. */
static void
test_many(void **state)
{
    (void)state;
    add(1, "identity", 1,
        "version 1\nname One\nrecovery " RECORDS_KEY_4 "\nthreshold 1\n");
    add(1, "statement", 2,
        "previous @a\ntitle First\nsignatory " RECORDS_KEY_3 " Three\n");
    add(3, "cosign", 1, "signs @a\n");
    add(1, "statement", 3, "previous @b\ntitle Fork\nreplaces @b\n");
    add(1, "statement", 3, "previous @c\ntitle Forked\nreplaces @c\n");
    add(3, "withdraw", 2, "previous @c\nwithdraws @c\nreason No\n");
    add(3, "statement", 3,
        "previous @a\ntitle Witness\nhead " RECORDS_KEY_1 " 9 @b\n");
    add(1, "revoke", 0, "reason Stolen\n");
    add(1, "revoke", 0, "reason Stolen again\n");
    add(4, "cosign", 0, "signs @i\n");
    check(0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_joint, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_corrected, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_many, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, test_start, NULL);
}
